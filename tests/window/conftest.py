"""The application as every window test meets it: dressed in light, at normal text size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ui import theme

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


@pytest.fixture(autouse=True)
def _dressed(qapp: QApplication) -> None:
    if (
        theme.scheme() is not theme.Scheme.LIGHT
        or theme.text_scale() != 1.0
        or not qapp.styleSheet()
    ):
        theme.apply(qapp)

"""Where everything of the dossier stands: what narrows it above, strips under that, then the view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

if TYPE_CHECKING:
    from collections.abc import Sequence

_SIDE = 16


def under_each_other(
    head: Sequence[QWidget],
    at_the_right: QWidget,
    groups: QWidget,
    strips: Sequence[QWidget],
    shown: QWidget,
) -> QWidget:
    """The body of the page; the view takes the room that is left."""
    body = QWidget()
    column = QVBoxLayout(body)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    first = QHBoxLayout()
    first.setContentsMargins(_SIDE, 12, _SIDE, 8)
    first.setSpacing(16)
    for widget in head:
        first.addWidget(widget)
    first.addStretch(1)
    first.addWidget(at_the_right)
    column.addLayout(first)
    second = QHBoxLayout()
    second.setContentsMargins(_SIDE, 0, _SIDE, 8)
    second.addWidget(groups)
    second.addStretch(1)
    column.addLayout(second)
    asked = QVBoxLayout()
    asked.setContentsMargins(_SIDE, 0, _SIDE, 0)
    for widget in strips:
        asked.addWidget(widget)
    column.addLayout(asked)
    column.addWidget(shown, 1)
    column.addStretch(0)
    return body


def beside_each_other(wide: QWidget, narrow: QWidget) -> QWidget:
    """The list, and the record that is open."""
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(16)
    row.addWidget(wide, 1)
    row.addWidget(narrow)
    return made

"""Beside a care meeting: what is no part of it stands one button away, and leaves nothing in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.pages.base import Destination
from ui.widgets.button import Button

if TYPE_CHECKING:
    from collections.abc import Callable

    from clbdesk.ids import VisitId
    from ui.pages.base import Page

    Where = Callable[[], VisitId | None]


def concern_door(page: Page, where: Where) -> Button:
    """Verontrusting: its own page, outside the note."""
    door = Button("Verontrusting…")
    door.clicked.connect(lambda _on: page.go(Destination("safety_concern", where())))
    return door


def signal_door(page: Page, where: Where) -> Button:
    """Signaal: a strip above the page, about the school."""

    def note() -> None:
        from ui.pages.signal_capture import note_signal

        note_signal(page, Destination(page.name, where()))

    door = Button("Signaal…")
    door.clicked.connect(lambda _on: note())
    return door

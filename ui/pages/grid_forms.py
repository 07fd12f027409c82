"""The forms of one row of the grid: the steps themselves, without what stands beside the entry.

They are the pages of growth, sight and hearing, so that limits, questions, drafts and records are
the same whether a pupil is opened or a class is measured in line.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QLineEdit

from clbdesk.services.vision import ACUITY
from clbdesk.wording import say
from ui.pages.growth import GrowthPage
from ui.pages.hearing import HearingPage
from ui.pages.vision import VisionPage

if TYPE_CHECKING:
    from clbdesk.ids import RevId
    from clbdesk.services.vision import VisionView
    from ui.pages.step import StepPage


class GrowthRow(GrowthPage):
    """Length and weight with their judgement. `tail`: what is said after "opgeslagen"."""

    tail = ""

    def __init__(self) -> None:
        """The chart belongs to the page; the short judgement stays."""
        super().__init__()
        self._is_discreet = False
        self._chart.hide()
        for field in self._fields.values():
            field.installEventFilter(self)

    def saved_sentence(self, name: str) -> str | None:
        """With who is next."""
        return _with_next(self, super().saved_sentence(name), name, self.tail)

    def be_discreet(self, on: bool) -> None:
        """F9: a number shows only while its field has the focus."""
        self._is_discreet = on
        for field in self._fields.values():
            self._show_number(field, has_focus=field.hasFocus())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A field is entered or left."""
        if event.type() in {QEvent.Type.FocusIn, QEvent.Type.FocusOut}:
            for field in self._fields.values():
                if field is watched:
                    self._show_number(field, has_focus=event.type() is QEvent.Type.FocusIn)
        return False

    def _show_number(self, field: QLineEdit, *, has_focus: bool) -> None:
        hidden = self._is_discreet and not has_focus
        modes = QLineEdit.EchoMode
        field.setEchoMode(modes.Password if hidden else modes.Normal)


class VisionRow(VisionPage):
    """Acuity alone: the other tests of sight are not done in line."""

    tail = ""

    def __init__(self) -> None:
        """Earlier tests and the Werkkaart belong to the page."""
        super().__init__()
        self._earlier.hide()
        self._whole: VisionView | None = None

    def show_view(self, view: VisionView) -> None:
        """Only what is tested in line; the rest stays to do."""
        self._whole = view
        super().show_view(replace(view, parts=(ACUITY,)))

    def restore(self, content: dict[str, Any], base: tuple[RevId, ...]) -> None:
        """What was begun of the other tests at a station is shown and goes along, or it is lost."""
        super().restore(content, base)
        if self._whole is not None and (begun := self._tests.begun()):
            parts = tuple(kind for kind in self._whole.parts if kind == ACUITY or kind in begun)
            self._view = replace(self._whole, parts=parts)
            self._tests.show_parts(parts)
            self._show_rules()

    def saved_sentence(self, name: str) -> str | None:
        """With who is next."""
        return _with_next(self, super().saved_sentence(name), name, self.tail)


class HearingRow(HearingPage):
    """The test of the moment, by F7 or cell by cell."""

    tail = ""

    def __init__(self) -> None:
        """The audiogram and the Standaard belong to the page."""
        super().__init__()
        self._audiogram.hide()
        self._standard.hide()

    def saved_sentence(self, name: str) -> str | None:
        """With who is next."""
        return _with_next(self, super().saved_sentence(name), name, self.tail)


RowForm = GrowthRow | VisionRow | HearingRow


def _with_next(form: StepPage, sentence: str | None, name: str, tail: str) -> str:
    saved = sentence or say("pupil.saved", part=form.part, name=name)
    return f"{saved} {tail}".strip()

"""Beside the tests of hearing: otoscopy and tympanometry, each ear by itself, each on its own day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout

from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import Otoscopy
from clbdesk.domain.hearing import TympanogramType, Tympanometry
from clbdesk.standards.not_done import reason_label
from clbdesk.wording import label
from ui.widgets.card import Card
from ui.widgets.choice_row import Choice, ChoiceRow, MultiChoiceRow
from ui.widgets.field_row import FieldRow

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

_EARS = {"right": "Rechts", "left": "Links"}
_FINDINGS = (
    Choice("normal", "Normaal", "n"),
    Choice("cerumen", "Cerumen", "c"),
    Choice("fluid", "Vocht", "v"),
    Choice("tube", "Buisje", "b"),
    Choice("perforation", "Perforatie", "p"),
    Choice("red", "Rood", "r"),
    Choice("not_seen", "Niet gezien", "z"),
)
_TYPES = tuple(Choice(one.value, one.value, one.value.lower()) for one in TympanogramType)


class EarsCard(Card):
    """A row per ear, or a state for both; nothing chosen is not recorded. `edited()` by hand."""

    edited = Signal()

    def __init__(
        self, title: str, quiet: str, rows: Mapping[str, ChoiceRow], *, on_one_line: bool = False
    ) -> None:
        """`rows` by ear; `on_one_line`: short ones stand beside each other."""
        super().__init__(title, quiet, spacing=4)
        self._ears = dict(rows)
        self._not_done: tuple[ExamState, str] | None = None
        self._rows = {
            ear: FieldRow(_EARS[ear], row, label_width=72) for ear, row in self._ears.items()
        }
        places = QHBoxLayout() if on_one_line else QVBoxLayout()
        places.setSpacing(4)
        self.body.addLayout(places)
        for row in self._rows.values():
            places.addWidget(row)
        for choice in self._ears.values():
            choice.edited.connect(self._on_edited)

    def show_saved(self, saved: Otoscopy | Tympanometry | None) -> None:
        """What is recorded."""
        self._not_done = None
        if saved is not None and saved.state is not ExamState.DONE:
            self._not_done = (saved.state, saved.state_reason or "")
        for ear, row in self._ears.items():
            found: str | tuple[str, ...] | None = getattr(saved, ear) if saved else None
            if isinstance(row, MultiChoiceRow):
                row.set_values(tuple(found or ()))
            else:
                row.set_value(str(found) if found else None)
        self._show()

    def chosen(self, ear: str) -> tuple[str, ...]:
        """What stands at an ear."""
        row = self._ears[ear]
        if isinstance(row, MultiChoiceRow):
            return row.values()
        value = row.value()
        return () if value is None else (value,)

    def state(self) -> tuple[ExamState, str | None] | None:
        """Done, or why not; None while nobody looked."""
        if self._not_done is not None:
            state, reason = self._not_done
            return state, reason or None
        return (ExamState.DONE, None) if any(map(self.chosen, self._ears)) else None

    def set_not_done(self, state: ExamState, reason: str) -> None:
        """Both ears at once."""
        self._not_done = (state, reason)
        self._show()

    def has_focus(self) -> bool:
        """Whether somebody is choosing here."""
        focus = QApplication.focusWidget()
        return focus is not None and self.isAncestorOf(focus)

    def set_editable(self, on: bool) -> None:
        """To choose, or only to read."""
        for row in self._ears.values():
            row.setEnabled(on)

    def content(self) -> dict[str, Any]:
        """As chosen."""
        kept: dict[str, Any] = {ear: list(self.chosen(ear)) for ear in self._ears}
        return kept | {"not_done": [*self._not_done] if self._not_done else None}

    def restore(self, content: Mapping[str, Any]) -> None:
        """Back as it was chosen."""
        for ear, row in self._ears.items():
            if isinstance(row, MultiChoiceRow):
                row.set_values(tuple(content[ear]))
            else:
                row.set_value(content[ear][0] if content[ear] else None)
        not_done = content.get("not_done")  # a draft of an older program has none
        self._not_done = (ExamState(not_done[0]), not_done[1]) if not_done else None
        self._show()

    def _on_edited(self) -> None:
        self._not_done = None
        self._show()
        self.edited.emit()

    def _show(self) -> None:
        words = ""
        if self._not_done is not None:
            state, reason = self._not_done
            words = label(state) + (f" – {reason_label(state, reason)}" if reason else "")
        self._rows["right"].set_state("minus", words)


class OtoscopyCard(EarsCard):
    """What was seen in each ear."""

    def __init__(self) -> None:
        """Nothing chosen."""
        rows = {
            ear: MultiChoiceRow(f"Otoscopie {word.lower()}", _FINDINGS, padding=12)
            for ear, word in _EARS.items()
        }
        super().__init__("Otoscopie", "", rows)

    def otoscopy(self, on: date) -> Otoscopy | None:
        """Findings per ear; None while nobody looked."""
        found = self.state()
        if found is None:
            return None
        right, left = self.chosen("right"), self.chosen("left")
        return Otoscopy(state=found[0], state_reason=found[1], right=right, left=left, on=on)


class TympanometryCard(EarsCard):
    """The type per ear, as the device or the tester names it (AUD-5)."""

    def __init__(self) -> None:
        """Nothing chosen."""
        rows = {
            ear: ChoiceRow(f"Tympanogram {word.lower()}", _TYPES, padding=20)
            for ear, word in _EARS.items()
        }
        super().__init__("Tympanometrie", "vrij veld · type per oor", rows, on_one_line=True)

    def tympanometry(self, on: date) -> Tympanometry | None:
        """The types; None while nothing was measured."""
        found = self.state()
        if found is None:
            return None
        right, left = (
            TympanogramType(chosen[0]) if (chosen := self.chosen(ear)) else None for ear in _EARS
        )
        return Tympanometry(state=found[0], state_reason=found[1], right=right, left=left, on=on)

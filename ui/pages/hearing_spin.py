"""Speech in noise on the page of hearing: per ear SRT, SD, the limit of the test, the attempt."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import SpeechInNoise
from clbdesk.services.confirming import answers_in
from clbdesk.services.hearing import SPIN, HearingView, is_to_repeat
from clbdesk.wording import say
from ui.pages.hearing_spin_ear import EARS, SpinRow
from ui.pages.hearing_tones import FIRST_EAR
from ui.pages.measured_row import LABEL_WIDTH
from ui.theme import Role, Size
from ui.widgets.card import Card
from ui.widgets.choice_row import ChoiceRow
from ui.widgets.label import Label

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from clbdesk.domain.contact import SpinEar
    from clbdesk.services.confirming import Answer
    from ui.pages.step import Problem


class SpinCard(Card):
    """Both ears; `edited()` when somebody typed or chose."""

    edited = Signal()

    def __init__(self) -> None:
        """Empty."""
        super().__init__("Spraak in ruis (SPIN)", spacing=4)
        self._view: HearingView | None = None
        self._whole_reason = ""
        self._assumed: set[str] = set()
        self.rows = {ear: SpinRow(ear) for ear in EARS}
        self._first = ChoiceRow("Eerste oor", FIRST_EAR, padding=10)
        self.add_to_head(Label("Eerste oor", Size.QUIET, role=Role.SECONDARY), self._first)
        self.body.addLayout(_heads())
        for row in self.rows.values():
            self.body.addWidget(row)
            for control in (row.srt, row.sd, row.attempt):
                control.edited.connect(self.edited)
            row.limit.edited.connect(partial(self._on_limit, row))
        hint = Label("lager getal = beter", Size.QUIET, role=Role.SECONDARY)
        self.body.addWidget(hint)
        self._first.edited.connect(self.edited)

    def show_view(self, view: HearingView) -> None:
        """What is recorded, or empty rows with the defaults of the day."""
        self._view, self._whole_reason = view, ""
        body = view.spin.body if view.spin else None
        if body is not None and body.state in {ExamState.POSTPONED, ExamState.NOT_PLANNED}:
            body = None
        answers = answers_in(body.confirmed) if body else {}
        for ear, row in self.rows.items():
            row.show_result(view, getattr(body, ear) if body else None, answers.get(f"{ear}.srt"))
            if body is not None and body.state is not ExamState.DONE:
                row.set_not_done(body.state, body.state_reason or "")
        self._assumed = {one.partition(".")[0] for one in body.assumed} if body else set()
        self._first.set_value((body.first_ear if body else None) or view.first_ear)
        self._show_chips()

    def set_editable(self, on: bool) -> None:
        """To type, or only to read; an ear that is recorded is read while the other is completed."""
        body = self._view.spin.body if self._view and self._view.spin else None
        half = on and self._view is not None and not self._view.is_complete
        for ear, row in self.rows.items():
            found: SpinEar | None = getattr(body, ear) if body else None
            recorded = found is not None and row.result() is not None
            row.lock(not on or (half and recorded))
        self._first.setEnabled(on)
        for ear, row in self.rows.items():
            row.set_filled_by_key(on and ear in self._assumed)

    def spin(self, on: date) -> SpeechInNoise | None:
        """Both ears; None while nothing was typed. One state for both is that of the test."""
        found = {ear: row.result() for ear, row in self.rows.items()}
        ears = [ear for ear in found.values() if ear is not None]
        if not ears:
            return None
        state = ears[0].state
        whole = len(ears) == len(EARS) and {ear.state for ear in ears} == {state}
        return SpeechInNoise(
            state=state if whole else ExamState.DONE,
            state_reason=self._whole_reason or None,
            right=found["right"],
            left=found["left"],
            first_ear=self._first.value(),
            on=on,
        )

    def confirmed(self) -> dict[str, Answer]:
        """Answers to unlikely values by ear."""
        return {
            f"{ear}.srt": answer
            for ear, row in self.rows.items()
            if (answer := row.answer()) is not None
        }

    def assumed(self) -> frozenset[str]:
        """What F7 answered."""
        return frozenset(f"{SPIN}.{ear}.touched_limit" for ear in self._assumed)

    def left_ears(self) -> list[str]:
        """The ears that are still to be done, or done again."""
        found = []
        for row in self.rows.values():
            result = row.result()
            if result is None or result.state is ExamState.POSTPONED:
                found.append(row.ear_name)
            elif is_to_repeat(result):
                found.append(say("hearing_page.left_repeat", ear=row.ear_name))
        return found

    def problems(self, *, half: bool) -> Iterator[Problem]:
        """Per ear; `half`: an ear without anything is left for later."""
        for row in self.rows.values():
            if half and row.is_empty():
                continue
            found = list(row.problems())
            row.set_error(found[0].text if found else "")
            yield from found

    def asked_row(self) -> SpinRow | None:
        """The ear with the focus."""
        return next((row for row in self.rows.values() if row.has_focus()), None)

    def set_not_done(self, state: ExamState, reason: str, row: SpinRow | None) -> None:
        """One ear, or both where nothing was typed; not to be trusted: where something was."""
        rows = [row] if row else [one for one in self.rows.values() if one.is_missing()]
        if row is None and state is ExamState.UNRELIABLE:
            rows = [one for one in self.rows.values() if not one.is_empty()] or rows
        for one in rows:
            one.set_not_done(state, reason)
        self._whole_reason = reason

    def one_ear_now(self) -> bool:
        """The ear without numbers comes later; False when there is nothing yet."""
        if all(row.is_empty() and not row.has_state() for row in self.rows.values()):
            return False
        for row in self.rows.values():
            if row.is_empty() and not row.has_state():
                row.set_not_done(ExamState.POSTPONED, "end_of_queue")
                self._whole_reason = "end_of_queue"
        return True

    def fill_limits(self) -> list[str] | None:
        """F7: the limit was not touched; None where a state or a question is open."""
        rows = [row for row in self.rows.values() if row.limit.is_open()]
        if any(not row.may_fill() for row in rows):
            return None
        for row in rows:
            row.limit.set_value("no")
            self._assumed.add(row.ear)
        self._show_chips()
        return [row.ear_name for row in rows]

    def content(self) -> dict[str, Any]:
        """As typed."""
        return {
            "ears": {ear: row.content() for ear, row in self.rows.items()},
            "first": self._first.value(),
            "reason": self._whole_reason,
            "assumed": sorted(self._assumed),
        }

    def restore(self, content: Mapping[str, Any]) -> None:
        """Back as it was typed."""
        for ear, row in self.rows.items():
            row.restore(content["ears"][ear])
        self._first.set_value(content["first"])
        self._whole_reason = content["reason"]
        self._assumed = set(content["assumed"])
        self._show_chips()

    def _on_limit(self, row: SpinRow) -> None:
        self._assumed.discard(row.ear)
        self._show_chips()
        self.edited.emit()

    def _show_chips(self) -> None:
        for ear, row in self.rows.items():
            row.set_filled_by_key(ear in self._assumed)


def _heads() -> QHBoxLayout:
    heads = QHBoxLayout()
    heads.setSpacing(0)
    columns = (
        ("", LABEL_WIDTH),
        ("SRT (dB SNR)", 112),
        ("SD (dB)", 104),
        ("grens +10 geraakt", 128),
        ("poging", 0),
    )
    for words, width in columns:
        head = Label(words, Size.SMALL, role=Role.SECONDARY)
        if width:
            head.setFixedWidth(width)
        heads.addWidget(head)
    heads.addStretch(1)
    return heads

"""Short audiometry on the page of hearing: guided cell by cell, in the order of the protocol."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal

from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import Audiometry, AudiometryCell, CellResult
from clbdesk.services.confirming import Answer, answers_in
from clbdesk.services.hearing import AUDIOMETRY, HearingView, ask_about_level
from clbdesk.standards.limits import Unlikely
from clbdesk.standards.not_done import reason_label
from clbdesk.wording import label, say
from ui import format as show
from ui.pages.step import Problem
from ui.theme import Role, Size, Weight
from ui.widgets.card import Card
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.field_row import FieldRow
from ui.widgets.label import IconWord, Label
from ui.widgets.threshold_grid import Ear, Place, Threshold, ThresholdGrid

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

EAR_WORDS = {Ear.RIGHT: "Rechts", Ear.LEFT: "Links"}
FIRST_EAR = (Choice("right", "Rechts", "r"), Choice("left", "Links", "l"))


class ToneCard(Card):
    """Six cells, the large line that says what to test now, and the letters.

    `edited()` when somebody filled in or emptied a cell.
    """

    edited = Signal()

    def __init__(self) -> None:
        """Empty cells."""
        super().__init__("Verkorte audiometrie", spacing=8)
        self._view: HearingView | None = None
        self._whole: tuple[ExamState, str] | None = None
        self._postponed: dict[Place, ExamState] = {}
        self._reason = ""
        self._confirmed: dict[Place, tuple[int, Answer]] = {}
        self._first_readings: dict[Place, int] = {}
        self._assumed: set[Place] = set()
        self._asked: Place | None = None
        self.grid = ThresholdGrid("Verkorte audiometrie")
        self._first = ChoiceRow("Eerste oor", FIRST_EAR, padding=10)
        self._state = IconWord(size=Size.QUIET)
        self._row = FieldRow("", self.grid)
        self._now = Label(size=Size.NAME, weight=Weight.BOLD)
        self._letters = Label(
            say("hearing_page.letters"), Size.QUIET, role=Role.SECONDARY, wrap=True
        )
        self._pass_level = Label(size=Size.QUIET, role=Role.SECONDARY, wrap=True)
        self.add_to_head(
            self._state, Label("Eerste oor", Size.QUIET, role=Role.SECONDARY), self._first
        )
        for widget in (self._now, self._row, self._letters, self._pass_level):
            self.body.addWidget(widget)
        self.grid.edited.connect(self._on_cells)
        self.grid.active_changed.connect(self._on_active)
        self.grid.left.connect(self._question)
        self._first.edited.connect(self._on_first)
        self._row.confirmed.connect(self._on_answer)
        self._row.measure_again.connect(self._on_again)

    # --- showing ---

    def show_view(self, view: HearingView) -> None:
        """What is recorded, or empty cells; what was postponed is open again."""
        self._view = view
        body = view.audiometry.body if view.audiometry else None
        self._whole, self._postponed, self._reason = None, {}, ""
        self._confirmed, self._first_readings, self._asked = {}, {}, None
        cells: dict[Place, Threshold] = {}
        if body is not None:
            cells = dict(_thresholds(body))
            if body.state not in {ExamState.DONE, ExamState.POSTPONED}:
                self._whole = (body.state, body.state_reason or "")
            answers = answers_in(body.confirmed)
            for place, cell in cells.items():
                answer = answers.get(_name(place))
                if answer is not None and cell.level_db is not None:
                    self._confirmed[place] = (cell.level_db, answer)
        self._assumed = {place for place in cells if body and _name(place) in body.assumed}
        first = Ear((body.first_ear if body else None) or view.first_ear)
        self._first.set_value(first.value)
        self.grid.set_value(cells)
        self.grid.set_first_ear(first)
        tones = view.protocol.soft_tones if view.protocol else ()
        pair = " en ".join(show.whole(tone) for tone in tones)
        self.set_title("Verkorte audiometrie", f"zacht {pair} dB" if tones else "")
        level = view.protocol.note if view.protocol else ""
        self._pass_level.setText(level)
        self._pass_level.setVisible(bool(level))
        self._show()

    def set_editable(self, on: bool) -> None:
        """Cells can be filled in, or only read."""
        self.grid.setEnabled(on)
        self._first.setEnabled(on)
        self._now.setVisible(on)
        self._letters.setVisible(on)
        self._row.set_filled_by_key(on and bool(self._assumed))

    # --- value ---

    def audiometry(self, on: date) -> Audiometry:
        """The cells as they stand; cells without an outcome are left out."""
        cells: dict[Ear, dict[str, AudiometryCell]] = {Ear.RIGHT: {}, Ear.LEFT: {}}
        for (ear, hertz), cell in self.grid.value().items():
            if cell.result is not None:
                cells[ear][str(hertz)] = AudiometryCell(
                    result=cell.result,
                    level_db=cell.level_db,
                    silent_response=cell.silent_response,
                )
        for ear, hertz in self.grid.open_places():
            state = self._postponed.get((ear, hertz))
            if state is not None:
                cells[ear][str(hertz)] = AudiometryCell(result=CellResult.NOT_DONE, state=state)
        state, reason = self._whole or (ExamState.DONE, self._reason)
        return Audiometry(
            state=state,
            state_reason=reason or None,
            right=cells[Ear.RIGHT],
            left=cells[Ear.LEFT],
            first_ear=self._first.value(),
            on=on,
        )

    def confirmed(self) -> dict[str, Answer]:
        """Answers to unlikely levels, by ear and frequency."""
        return {_name(place): answer for place, (_level, answer) in self._confirmed.items()}

    def assumed(self) -> frozenset[str]:
        """What F7 filled in."""
        return frozenset(f"{AUDIOMETRY}.{_name(place)}" for place in self._assumed)

    def left_ears(self) -> list[str]:
        """The ears with a cell that was postponed."""
        if self._whole is not None:
            later = self._whole[0] is ExamState.POSTPONED
            return [word.lower() for word in EAR_WORDS.values()] if later else []
        open_places = self.grid.open_places()
        return [
            EAR_WORDS[ear].lower()
            for ear in Ear
            if any(
                place[0] is ear and self._postponed.get(place) is ExamState.POSTPONED
                for place in open_places
            )
        ]

    # --- problems, states, rest ---

    def problems(self) -> Iterator[Problem]:
        """A level that cannot be, and cells without an outcome or a state."""
        text = self.grid.problem()
        missing = [place for place in self.grid.open_places() if place not in self._postponed]
        if not text and missing and self._whole is None:
            key = "cell_missing" if len(missing) == 1 else "cells_missing"
            text = say(f"hearing_page.{key}", count=len(missing))
        self._row.set_error(text)
        if text:
            yield Problem(text, self.grid)

    def set_not_done(self, state: ExamState, reason: str) -> None:
        """The whole test when nothing was heard of it or nothing is to be trusted, else the rest."""
        tested = any(cell.result is not None for cell in self.grid.value().values())
        if state is ExamState.UNRELIABLE or not tested:
            self._whole = (state, reason)
        else:
            self._postponed |= dict.fromkeys(self.grid.open_places(), state)
            self._reason = reason
        self._row.set_error("")
        self._show()

    def one_ear_now(self) -> bool:
        """The cells that are still open come later; False when there is nothing yet."""
        if self._whole is not None or not any(
            cell.result is not None for cell in self.grid.value().values()
        ):
            return False
        self.set_not_done(ExamState.POSTPONED, "end_of_queue")
        return True

    def fill_heard(self) -> int | None:
        """F7: open cells are heard, without a level; None when a state or question is open."""
        if self._whole is not None or self._row.question() or self.grid.problem():
            return None
        filled = self.grid.pass_open_cells()
        self._assumed |= set(filled)
        self._show()
        return len(filled)

    # --- draft ---

    def content(self) -> dict[str, Any]:
        """As typed."""
        return {
            "cells": [
                [*_name(place).split("."), cell.result, cell.level_db, cell.silent_response]
                for place, cell in self.grid.value().items()
            ],
            "first": self._first.value(),
            "whole": [*self._whole] if self._whole else None,
            "postponed": {_name(place): state for place, state in self._postponed.items()},
            "reason": self._reason,
            "confirmed": {
                _name(place): [level, answer.limit_id, str(answer.first_reading or "")]
                for place, (level, answer) in self._confirmed.items()
            },
            "assumed": sorted(_name(place) for place in self._assumed),
        }

    def restore(self, content: Mapping[str, Any]) -> None:
        """Back as it was typed."""
        self._first.set_value(content["first"])
        self._whole = None
        if content["whole"]:
            self._whole = (ExamState(content["whole"][0]), content["whole"][1])
        self._postponed = {
            _place(name): ExamState(state) for name, state in content["postponed"].items()
        }
        self._reason = content["reason"]
        self._confirmed = {
            _place(name): (level, Answer(limit_id, Decimal(first) if first else None))
            for name, (level, limit_id, first) in content["confirmed"].items()
        }
        self._assumed = {_place(name) for name in content["assumed"]}
        self.grid.set_value(
            {
                (Ear(ear), int(hertz)): Threshold(
                    CellResult(result) if result else None, level, silent
                )
                for ear, hertz, result, level, silent in content["cells"]
            }
        )
        self.grid.set_first_ear(Ear(content["first"] or Ear.RIGHT))
        self._show()

    # --- while testing ---

    def _on_cells(self) -> None:
        self._whole = None
        plain = Threshold(CellResult.PASS)
        self._assumed = {place for place in self._assumed if self.grid.cell(place) == plain}
        for place, (level, _answer) in list(self._confirmed.items()):
            if self.grid.cell(place).level_db != level:
                del self._confirmed[place]
        self._show()
        self.edited.emit()

    def _on_active(self) -> None:
        self._show_now()
        self._question()

    def _on_first(self) -> None:
        self.grid.set_first_ear(Ear(self._first.value() or Ear.RIGHT))
        self.edited.emit()

    def _show(self) -> None:
        word = ""
        if self._whole is not None:
            state, reason = self._whole
            word = label(state) + (f" – {reason_label(state, reason)}" if reason else "")
        self._state.show_state("minus", word, Role.SECONDARY)
        self._state.setVisible(bool(word))
        self._row.set_filled_by_key(bool(self._assumed))
        self._show_now()

    def _show_now(self) -> None:
        place = self.grid.active_words()
        tones = self._view.protocol.soft_tones if self._view and self._view.protocol else ()
        if len(tones) == 2:
            first, second = tones
            self._now.setText(say("hearing_page.now", place=place, first=first, second=second))
        else:
            self._now.setText(say("hearing_page.now_plain", place=place))

    # --- questions about unlikely levels ---

    def _question(self) -> None:
        """The first cell, in test order, whose level asks to be confirmed; not the one at hand."""
        self._asked = None
        sentence, to_confirm = "", False
        for place in self.grid.order():
            found = self._unlikely(place)
            if found is not None and not (place == self.grid.active() and self.grid.hasFocus()):
                self._asked = place
                sentence, to_confirm = found.question, found.to_confirm
                break
        if sentence != self._row.question():
            self._row.ask(sentence, to_confirm=to_confirm)

    def _unlikely(self, place: Place) -> Unlikely | None:
        level = self.grid.cell(place).level_db
        if level is None or self._view is None or place in self._confirmed:
            return None
        ear, hertz = place
        name = say("hearing_page.cell", ear=EAR_WORDS[ear], hertz=hertz)
        found = ask_about_level(self._view, name, level)
        return found if isinstance(found, Unlikely) else None

    def confirm(self) -> bool:
        """F4 on the question that stands open; False when there is none."""
        is_open = bool(self._row.question())
        self._row.confirm()
        return is_open

    def _on_answer(self) -> None:
        place = self._asked
        found = self._unlikely(place) if place is not None else None
        if place is None or found is None:
            return
        level = self.grid.cell(place).level_db
        first = self._first_readings.get(place)
        if level is not None:
            reading = Decimal(first) if first is not None and first != level else None
            self._confirmed[place] = (level, Answer(found.limit_id, reading))
        self._question()
        self.edited.emit()

    def _on_again(self) -> None:
        place = self._asked
        if place is None:
            return
        cell = self.grid.cell(place)
        if cell.level_db is not None:
            self._first_readings[place] = cell.level_db
        cells = self.grid.value()
        cells[place] = Threshold(None, None, cell.silent_response)
        self.grid.set_value(cells)
        self.grid.go_to(place)
        self._on_cells()


def _thresholds(body: Audiometry) -> Iterator[tuple[Place, Threshold]]:
    for ear in Ear:
        found: dict[str, AudiometryCell] = getattr(body, ear.value)
        for hertz, cell in found.items():
            if cell.state is not ExamState.POSTPONED:
                yield (
                    (ear, int(hertz)),
                    Threshold(cell.result, cell.level_db, cell.silent_response),
                )


def _name(place: Place) -> str:
    ear, hertz = place
    return f"{ear.value}.{hertz}"


def _place(name: str) -> Place:
    ear, _, hertz = name.partition(".")
    return Ear(ear), int(hertz)

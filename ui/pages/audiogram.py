"""Extern audiogram: the thresholds of a report, who made it and when; drawn while it is typed."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt

from clbdesk.charts.full_audiogram import full_audiogram
from clbdesk.clock import local_day
from clbdesk.services.audiogram import (
    AudiogramEntry,
    AudiogramView,
    audiogram_of,
    entry_of,
    missing_in,
    open_audiograms,
    record_audiogram,
)
from clbdesk.wording import say
from ui import format as show
from ui.bus import Act, Severity
from ui.pages import shown
from ui.pages.audiogram_grid import AudiogramGrid
from ui.pages.base import Destination, Page, Problem, Work
from ui.pages.care_draft import FormDraft
from ui.pages.reason_strip import ReasonStrip
from ui.theme import Role, Size
from ui.widgets.button import Button
from ui.widgets.card import Card, Columns
from ui.widgets.date_edit import DateEdit
from ui.widgets.field_row import FieldRow
from ui.widgets.label import Chip, Label
from ui.widgets.scene_view import SceneView
from ui.widgets.text_edit import TextEdit
from ui.widgets.typed_dates import Lean, TypedDate

if TYPE_CHECKING:
    from datetime import date

    from clbdesk.services.outcome import Outcome
    from clbdesk.services.records import Saved

_RIGHT = 446
_LABELS = 120


class AudiogramPage(Page):
    """One report at a time; a correction asks its reason."""

    name: ClassVar[str] = "audiogram"

    def __init__(self, work: Work) -> None:
        """Empty until a pupil is shown."""
        super().__init__(work)
        self._view: AudiogramView | None = None
        self.on = DateEdit("Datum", today=self._today, lean=Lean.PAST, no_later_than_today=True)
        self.made_by = TextEdit("Gemaakt door", limit=120, placeholder="naam, dienst en plaats")
        self.grid = AudiogramGrid()
        self.remark = TextEdit("Opmerking", limit=300)
        self._chart = SceneView()
        self._reasons = ReasonStrip()
        self._reasons.hide()
        self._reasons.chosen.connect(self._on_reason)
        self._drafts = FormDraft(self, self._typed_now)
        for control in (self.on, self.made_by, self.grid, self.remark):
            control.edited.connect(self._on_edited)
        self._place()
        self._drop = Button("Concept weggooien")
        self._drop.clicked.connect(lambda _on: self._drafts.drop(self._open_again))
        self.footer.add_left(self._drop)
        self.footer.set_primary("Audiogram opslaan")
        self.footer.primary_pressed.connect(self.save)
        self.top_line.set_title("Extern audiogram")
        self.banner.show()

    def _place(self) -> None:
        report = Card("Verslag van buiten", main=True)
        chip = Chip("extern verslag", Role.SECONDARY, outline=True)
        report.add_to_head(chip)
        for name, control in (("Datum", self.on), ("Gemaakt door", self.made_by)):
            stretch = isinstance(control, TextEdit)
            report.body.addWidget(FieldRow(name, control, label_width=_LABELS, stretch=stretch))
        levels = Card("Drempels", "dB HL", main=True)
        levels.body.addWidget(self.grid)
        levels.body.addWidget(
            Label(say("audiogram.how"), Size.QUIET, role=Role.SECONDARY, wrap=True)
        )
        levels.body.addWidget(FieldRow("Opmerking", self.remark, label_width=_LABELS, stretch=True))
        drawing = Card("Audiogram", "drempel in dB HL")
        drawing.body.addWidget(self._chart, 0, Qt.AlignmentFlag.AlignHCenter)
        drawing.body.addWidget(
            Label(say("audiogram.not_judged"), Size.QUIET, role=Role.SECONDARY, wrap=True)
        )
        columns = Columns(right_width=_RIGHT)
        columns.left.addWidget(report)
        columns.left.addWidget(levels)
        columns.left.addStretch(1)
        columns.right.addWidget(drawing)
        columns.right.addStretch(1)
        self.body.addWidget(self._reasons)
        self.body.addWidget(columns)
        self.body.addStretch(1)

    # --- arriving ---

    def arrive(self, to: Destination) -> None:
        """A new report, or the one to correct."""
        if to.visit_id is None or to.pupil_id is None:
            return
        self._reasons.hide()
        call = partial(open_audiograms, self.work.desk, to.visit_id, to.pupil_id, to.record_id)
        self.ask(call, self._on_view)

    def leave(self) -> None:
        """Keep what was typed."""
        self._drafts.keep()

    def close_open(self) -> bool:
        """Esc closes the strip that asks a reason."""
        is_open = self._reasons.isVisible()
        self._reasons.hide()
        return is_open

    def title_back(self) -> str:
        """Extern audiogram."""
        return "Extern audiogram"

    def _on_view(self, view: AudiogramView) -> None:
        self._view = view
        self.banner.show_pupil(shown.banner(view.pupil, view.today))
        self._drafts.watch(view.form, view.pupil.on_visit.where, view.base)
        entry = entry_of(view.edited.body) if view.edited else AudiogramEntry()
        self._put(entry)
        self._drop.setVisible(view.draft is not None)
        if view.draft is not None:
            self._restore(view.draft.content)
            self.say(say("pupil.draft_found", hour=show.hour(view.draft.saved_at)))
        elif view.edited is not None and view.edited.is_conflict:
            act = Act("Vergelijken", lambda: self.go(Destination("conflicts")))
            self.say(say("audiogram.two_versions"), Severity.ATTENTION, act)
        self._draw()
        self.on.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _open_again(self) -> None:
        view = self._view
        if view is not None:
            at = view.pupil.on_visit
            about = view.edited.record_id if view.edited else None
            self.arrive(Destination(self.name, at.visit_id, at.pupil_id, record_id=about))

    # --- the form ---

    def _put(self, entry: AudiogramEntry) -> None:
        self.on.set_value(entry.on)
        self.made_by.set_value(entry.made_by)
        self.remark.set_value(entry.remark)
        self.grid.set_texts(entry.cells)

    def _entry(self) -> AudiogramEntry:
        return AudiogramEntry(
            on=self.on.day(),
            made_by=self.made_by.value(),
            remark=self.remark.value(),
            cells=self.grid.texts(),
        )

    def _typed_now(self) -> str:
        typed = self.on.value()
        return json.dumps(
            {
                "on": typed.iso() if typed else "",
                "made_by": self.made_by.value(),
                "remark": self.remark.value(),
                "cells": [[*place, text] for place, text in self.grid.texts().items()],
            }
        )

    def _restore(self, content: str) -> None:
        kept = json.loads(content)
        self.on.set_value(TypedDate.from_iso(kept["on"]) if kept["on"] else None)
        self.made_by.set_value(kept["made_by"])
        self.remark.set_value(kept["remark"])
        self.grid.set_texts({(row, hertz): text for row, hertz, text in kept["cells"]})

    def _on_edited(self) -> None:
        self._drafts.touched()
        self._draw()

    def _draw(self) -> None:
        if self._view is not None:
            self._chart.show_scene(full_audiogram(audiogram_of(self._view, self._entry())))

    # --- saving ---

    def save(self) -> None:
        """Ctrl+Enter: what is missing first, then the reason of a correction."""
        view = self._view
        if view is None:
            return
        problems = [Problem(text, self.on.line)] if (text := self.on.problem()) else []
        for one in missing_in(view, self._entry()):
            if one.field == "on":
                problems += [] if problems else [Problem(one.sentence, self.on.line)]
            elif one.field == "made_by":
                problems.append(Problem(one.sentence, self.made_by))
            elif isinstance(one.field, tuple):
                problems.append(Problem(one.sentence, self.grid.cells[one.field]))
        if problems:
            self.show_problems(problems)
        elif view.edited is not None:
            self._reasons.ask("correct")
        else:
            self._record(None)

    def _on_reason(self, _purpose: str, reason: str) -> None:
        self._reasons.hide()
        self._record(reason)

    def _record(self, reason: str | None) -> None:
        assert self._view is not None
        call = partial(record_audiogram, self.work.desk, self._view, self._entry(), reason=reason)
        self._drafts.record(call, self._on_saved)

    def _on_saved(self, outcome: Outcome[Saved]) -> None:
        self._drafts.stop()
        self.work.bus.changed.emit(outcome.changes)
        assert self._view is not None
        on_visit = self._view.pupil.on_visit
        name = show.full_name(on_visit.pupil.family_name, on_visit.pupil.given_name)
        self.go(Destination("pupil", on_visit.visit_id, on_visit.pupil_id, "hearing"))
        self.work.bus.say(say("audiogram.saved", name=name), Severity.OK)

    def _today(self) -> date:
        return local_day(self.work.desk.clock.now())

"""P09 Arts: what was found today, puberty, and the examination; a nurse only reads."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtWidgets import QApplication

from clbdesk.domain.people import Sex
from clbdesk.services.doctor import (
    EXAM,
    MOUTH,
    PUBERTY,
    DoctorEntry,
    DoctorView,
    judge,
    open_doctor,
    record_doctor,
)
from clbdesk.standards.phrases import age
from clbdesk.wording import say
from ui.pages.doctor_blocks import BlocksCard
from ui.pages.doctor_found import FoundCard
from ui.pages.doctor_mouth import MouthCard
from ui.pages.doctor_stages import STAGES, StagesCard
from ui.pages.step import Problem, SavedState, StepPage, saved_whole
from ui.theme import Role
from ui.widgets.card import Columns
from ui.widgets.label import IconWord

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QHideEvent
    from PySide6.QtWidgets import QWidget

    from clbdesk.domain.body import ExamState
    from clbdesk.ids import RevId
    from clbdesk.services.desk import Desk
    from clbdesk.services.outcome import Outcome
    from clbdesk.services.pupil import PupilOnVisit
    from clbdesk.services.records import Saved

_OF_SEX = {Sex.FEMALE: "meisje", Sex.MALE: "jongen", Sex.UNKNOWN: "geslacht niet gekend"}
_BLOCK_WORDS = {
    "position_right": "Ligging rechts",
    "position_left": "Ligging links",
    "basis": "Bron",
    "forward_bend": "Adams",
}


class DoctorPage(StepPage):
    """What was found and the examination at the left, puberty at the right."""

    step: ClassVar[str] = "doctor"
    part: ClassVar[str] = "Arts"

    def __init__(self) -> None:
        """Nothing is preselected."""
        super().__init__()
        self._view: DoctorView | None = None
        self._assumed: set[str] = set()
        self._asked: tuple[str, ...] = ()
        self._closed = IconWord("lock", say("doctor.doctor_only"), Role.SECONDARY)
        self._found = FoundCard()
        self.blocks = BlocksCard()
        self._mouth = MouthCard()
        self.stages = StagesCard()
        columns = Columns(right_width=496)
        self.body.addWidget(self._closed)
        columns.left.addWidget(self._found)
        columns.left.addWidget(self.blocks)
        columns.left.addWidget(self._mouth)
        columns.left.addStretch(1)
        columns.right.addWidget(self.stages)
        columns.right.addStretch(1)
        self.body.addWidget(columns)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus)
        for kind, card in ((PUBERTY, self.stages), (EXAM, self.blocks), (MOUTH, self._mouth)):
            card.edited.connect(partial(self._on_edited, kind))

    def _on_focus(self, _old: QWidget | None, new: QWidget | None) -> None:
        """From the moment that puberty has the focus the page is closed to view."""
        if new is not None and self.stages.isAncestorOf(new):
            self.discreet.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Another step or page."""
        super().hideEvent(event)
        self.discreet.emit(False)

    # --- opening ---

    def opening(self, on_visit: PupilOnVisit) -> Callable[[Desk], DoctorView]:
        """Read what was found and examined."""
        return lambda desk: open_doctor(desk, on_visit)

    def show_view(self, view: DoctorView) -> None:
        """What is recorded, or an empty form."""
        self._view, self._base, self._asked = view, view.base, ()
        self._assumed = {
            f"{kind}.{name}" for kind, one in view.saved.items() for name in one.body.assumed
        }
        self._closed.setVisible(not self.may_record())
        self.blocks.show_parts(needed=EXAM in view.required, mouth=MOUTH in view.parts)
        self._found.show_found(view.found, view.question)
        title = f"Puberteit – {_OF_SEX[view.sex]}, {age(view.months)}"
        self.stages.setVisible(self._has_puberty())
        self.stages.needed = PUBERTY in view.required
        self.stages.show_pupil(view.sex, view.today, view.months, title)
        self.stages.show_body(view.puberty.body if view.puberty else None)
        self.blocks.show_body(view.exam.body if view.exam else None, mouth=view.mouth is not None)
        self._mouth.show_body(view.mouth.body if view.mouth else None)
        self._show_filled()
        self._show_rules()

    def saved_state(self) -> SavedState | None:
        """Recorded by whom, when; None while something is left to do."""
        return saved_whole(self._view)

    def may_record(self) -> bool:
        """Whether this user examines what is on the page."""
        return self._view is None or self._view.may_write

    def set_editable(self, on: bool) -> None:
        """To choose, or only to read."""
        for card in (self.stages, self.blocks, self._mouth):
            card.set_editable(on)
        if not on:
            self.stages.show_filled(frozenset())
            self.blocks.show_filled(frozenset())

    # --- draft ---

    def content(self) -> dict[str, Any] | None:
        """What was chosen and typed."""
        return {
            "stages": self.stages.content(),
            "blocks": self.blocks.content(),
            "mouth": self._mouth.content(),
            "assumed": sorted(self._assumed),
        }

    def restore(self, content: dict[str, Any], base: tuple[RevId, ...]) -> None:
        """Put a draft back."""
        self._base = base
        self.stages.restore(content["stages"])
        self.blocks.restore(content["blocks"])
        self._mouth.restore(content["mouth"])
        self._assumed = set(content["assumed"])
        self._show_filled()
        self._show_rules()

    # --- judging ---

    def _entry(self) -> DoctorEntry:
        assert self._view is not None
        on = self._view.today
        return DoctorEntry(
            puberty=self.stages.puberty(on),
            exam=self.blocks.exam(on),
            mouth=self._mouth.mouth(on) if self.blocks.mouth_wanted() else None,
            assumed=frozenset(self._assumed),
        )

    def _has_puberty(self) -> bool:
        """Whether puberty is ever examined at this moment: not in a toddler."""
        return self._view is not None and PUBERTY in self._view.parts

    def _open_stages(self) -> tuple[str, ...]:
        return self.stages.open_stages() if self._has_puberty() else ()

    def _show_rules(self) -> None:
        if self._view is None:
            return
        self._mouth.setVisible(self.blocks.mouth_wanted())
        self._lines = judge(self._view, self._entry())
        self.rules_changed.emit()

    def _show_filled(self) -> None:
        names = {kind: set[str]() for kind in (PUBERTY, EXAM)}
        for one in self._assumed:
            kind, _, name = one.partition(".")
            names.setdefault(kind, set()).add(name)
        self.stages.show_filled(frozenset(names[PUBERTY]))
        self.blocks.show_filled(frozenset(names[EXAM]))

    def _on_edited(self, kind: str) -> None:
        """What F7 filled in and was changed by hand is no longer filled in by F7."""
        body = self._entry().bodies.get(kind)
        if kind == EXAM:
            normal = {
                row.block.value for row in self.blocks.drawn() if row.choice.value() == "normal"
            }
            kept = normal | {"forward_bend"}
        else:
            kept = {"position_right", "position_left", "basis"}
        self._assumed = {
            one
            for one in self._assumed
            if not one.startswith(f"{kind}.") or (body and one.partition(".")[2] in kept)
        }
        self._show_filled()
        self._show_rules()
        self.edited.emit()

    # --- rest in order ---

    def rest_words(self) -> str:
        """Only for who examines."""
        return "Rest in orde"

    def rest_in_order(self) -> None:
        """Blocks, Adams, descent and basis; never a stage or a volume."""
        if not self.may_record():
            return
        filled = [f"{EXAM}.{name}" for name in self.blocks.fill_normal()]
        sentences = []
        if self.stages.has_states():
            sentences.append(say("doctor.rest_refused"))
        else:
            filled += [f"{PUBERTY}.{name}" for name in self.stages.fill_normal()]
        if filled:
            names = ", ".join(_name(one) for one in filled)
            sentences.insert(0, say("doctor.filled", items=names))
            self._assumed.update(filled)
        if sentences:
            self.notice.emit(" ".join(sentences))
        if filled:
            self._show_filled()
            self._show_rules()
            self.edited.emit()

    # --- saving ---

    def problems(self) -> list[Problem]:
        """Every stage and block of the moment, in reading order; on indication at least one."""
        found = []
        if self.stages.needed or self.stages.is_touched():
            found += self.stages.problems()
        found += self.blocks.problems()
        if self.blocks.mouth_wanted():
            found += self._mouth.problems()
        if not found and not self._entry().bodies:
            found.append(Problem(say("doctor.choose_part"), self.blocks.wanted))
        return found

    def saving(self, *, reason: str | None) -> Callable[[Desk], Outcome[Saved]]:
        """Record what stands in the form."""
        assert self._view is not None
        return partial(
            record_doctor, view=self._view, entry=self._entry(), base=self._base, reason=reason
        )

    # --- not done ---

    def not_done_subject(self) -> str:
        """Puberty, or the stage or block with the focus; else everything that is open."""
        stage, block = self.stages.focused(), self.blocks.focused()
        if stage:
            still = self._open_stages()
            whole = still == self.stages.drawn()  # nothing was seen yet: puberty as a whole
            self._asked = still if whole else (stage,)
            return "Puberteit" if whole else STAGES[stage]
        if block is not None:
            self._asked = (block.block.value,)
            return block.block_name
        self._asked = ()
        return self.part

    def set_not_done(self, state: ExamState, reason: str) -> None:
        """What F8 was about, or every stage and block that is still open."""
        rows = {row.block.value: row for row in self.blocks.drawn()}
        names = self._asked or (
            *self._open_stages(),
            *(name for name, row in rows.items() if row.is_open()),
        )
        stages = tuple(name for name in names if name in STAGES)
        if stages:
            self.stages.set_not_done(stages, state, reason)
        for name in names:
            if name in rows:
                rows[name].set_not_done(state, reason)
        self._show_rules()
        self.edited.emit()

    def first_field(self) -> QWidget | None:
        """Puberty first, then the blocks."""
        still = self._open_stages()
        if still:
            return self.stages.stages[still[0]]
        first = next((row for row in self.blocks.drawn() if row.is_open()), None)
        if first is not None:
            return first.choice
        return self.blocks.wanted


def _name(one: str) -> str:
    name = one.partition(".")[2]
    return _BLOCK_WORDS.get(name) or say(f"conflicts.place.{name}").capitalize()

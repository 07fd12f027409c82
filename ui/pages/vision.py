"""P07 Zicht: acuity per eye and the tests of this moment; one eye now, the other later."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtWidgets import QHBoxLayout, QWidget

from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import Acuity, Correction, VisionTest
from clbdesk.services.confirming import answers_in
from clbdesk.services.vision import (
    EYES,
    VisionEntry,
    VisionView,
    is_left,
    judge,
    open_vision,
    record_vision,
    still_to_do,
)
from clbdesk.wording import label, say
from ui import format as show
from ui import theme
from ui.pages.measured_row import LABEL_WIDTH
from ui.pages.step import Problem, SavedState, StepPage, saved_whole
from ui.pages.vision_eye import EyeRow
from ui.pages.vision_setup import AcuitySetup
from ui.pages.vision_side import EarlierCard, WorkCard
from ui.pages.vision_tests import BLOCK_WORDS, TestsCard
from ui.theme import Role, Size, Weight
from ui.widgets.card import NARROW, Card, Columns
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.field_row import FieldRow
from ui.widgets.label import Label

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QResizeEvent

    from clbdesk.ids import RevId
    from clbdesk.services.desk import Desk
    from clbdesk.services.outcome import Outcome
    from clbdesk.services.pupil import PupilOnVisit
    from clbdesk.services.records import Saved

_LEFT = 520
_POSTPONED = (ExamState.POSTPONED, "end_of_queue")


class VisionPage(StepPage):
    """Acuity at the left, the other tests and what was found before at the right."""

    step: ClassVar[str] = "vision"
    part: ClassVar[str] = "Zicht"

    def __init__(self) -> None:
        """Nothing is drawn until a pupil is shown."""
        super().__init__()
        self._view: VisionView | None = None
        self._assumed: set[str] = set()
        self._asked: EyeRow | None = None
        self._half = False
        self._left_to_do: tuple[str, ...] = ()
        self.correction = ChoiceRow(
            "Correctie",
            [
                Choice(one.value, label(one), letter)
                for one, letter in zip(Correction, "zblv", strict=True)
            ],
            required=True,
            padding=11,
        )
        self._correction_row = FieldRow("Correctie", self.correction, label_width=LABEL_WIDTH)
        self.eyes = {"right": EyeRow("right", "Rechts"), "left": EyeRow("left", "Links")}
        self._setup = AcuitySetup()
        self._difference = Label(size=Size.QUIET, weight=Weight.SEMIBOLD)
        self._tests = TestsCard()
        self._earlier = EarlierCard()
        self._work = WorkCard()
        self._place()
        self.correction.edited.connect(self._on_edited)
        self._setup.edited.connect(self._on_edited)
        self._tests.edited.connect(self._on_edited)
        for row in self.eyes.values():
            row.edit.value_changed.connect(self._show_rules)
            row.edit.edited.connect(self._on_edited)
            row.cooperation.edited.connect(partial(self._on_cooperation, row))

    def _place(self) -> None:
        columns = Columns(left_width=_LEFT)
        self._columns = columns
        acuity = Card("Gezichtsscherpte op afstand", spacing=4)
        acuity.body.addWidget(self._setup)
        acuity.body.addWidget(self._correction_row)
        acuity.body.addLayout(_heads())
        for row in self.eyes.values():
            acuity.body.addWidget(row)
        foot = QHBoxLayout()
        foot.addWidget(Label("hoger getal = slechter", Size.QUIET, role=Role.SECONDARY))
        foot.addStretch(1)
        foot.addWidget(self._difference)
        acuity.body.addLayout(foot)
        columns.left.addWidget(acuity)
        columns.left.addStretch(1)
        columns.right.addWidget(self._tests)
        columns.right.addWidget(self._earlier)
        columns.right.addStretch(1)
        self.body.addWidget(columns)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The Werkkaart stands under acuity; on a narrow window nothing comes before the tests."""
        super().resizeEvent(event)
        if event.size().width() < theme.px(NARROW) - 32:
            self._columns.right.insertWidget(2, self._work)
        else:
            self._columns.left.insertWidget(1, self._work)

    # --- opening ---

    def opening(self, on_visit: PupilOnVisit) -> Callable[[Desk], VisionView]:
        """Read what was found before, the defaults of the day, and what is saved."""
        return lambda desk: open_vision(desk, on_visit)

    def show_view(self, view: VisionView) -> None:
        """Saved values, or open fields with the defaults of the day."""
        self._view, self._base = view, view.base
        self._asked, self._half, self._left_to_do = None, False, ()
        body = view.acuity.body if view.acuity else None
        if body is not None and body.state is ExamState.POSTPONED:
            body = None
        answers = answers_in(body.confirmed) if body else {}
        for eye, row in self.eyes.items():
            row.show_result(getattr(body, eye) if body else None, answers.get(eye))
        self._assumed = {f"acuity.{name}" for name in body.assumed} if body else set()
        correction = body.correction if body else None
        self.correction.set_value(correction.value if correction else None)
        self._correction_row.set_error("")
        self._setup.show_setup(view)
        self._tests.show_parts(view.parts)
        self._tests.show_bodies({kind: one.body for kind, one in view.saved.items()})
        self._earlier.show_earlier(view.earlier)
        self._work.show_view(view)
        self._show_chips()
        self._show_rules()

    def saved_state(self) -> SavedState | None:
        """Recorded by whom, when; None while an eye or a test is left to do."""
        return saved_whole(self._view)

    def set_editable(self, on: bool) -> None:
        """Fields, or only to read; what is recorded of a half test is read while it is completed."""
        half = self.saved_state() is None
        for row in self.eyes.values():
            row.lock(not on or (half and self._is_recorded(row.eye)))
        recorded = any(self._is_recorded(eye) for eye in EYES)
        self.correction.setEnabled(on and not (half and recorded))
        self._setup.set_editable(on and not (half and recorded))
        saved = self._view.saved if self._view else {}
        done = frozenset(kind for kind, one in saved.items() if not is_left(one.body))
        self._tests.lock(done if half else frozenset(), editable=on)
        if not on:
            for row in self.eyes.values():
                row.set_filled_by_key(False)  # the chip of F7 stands until saved

    def _is_recorded(self, eye: str) -> bool:
        body: Acuity | None = self._view.acuity.body if self._view and self._view.acuity else None
        if body is None or body.state is ExamState.POSTPONED:
            return False
        result = getattr(body, eye)
        return result is not None and result.state is not ExamState.POSTPONED

    # --- draft ---

    def content(self) -> dict[str, Any] | None:
        """What was typed and chosen."""
        return {
            "correction": self.correction.value(),
            "setup": self._setup.content(),
            "eyes": {eye: row.content() for eye, row in self.eyes.items()},
            "tests": self._tests.content(),
            "assumed": sorted(self._assumed),
        }

    def restore(self, content: dict[str, Any], base: tuple[RevId, ...]) -> None:
        """Put a draft back, also what could not be read."""
        self._base = base
        self.correction.set_value(content["correction"])
        self._setup.restore(content["setup"])
        for eye, row in self.eyes.items():
            row.restore(content["eyes"][eye])
        self._tests.restore(content["tests"])
        self._assumed = set(content["assumed"])
        self._show_chips()
        self._show_rules()

    # --- judging ---

    def _entry(self) -> VisionEntry:
        assert self._view is not None
        on = self._view.today
        return VisionEntry(
            test=self._setup.test.value_as(VisionTest) or self._view.test,
            test_reason=self._setup.test_reason(),
            developmental_years=self._setup.years.value(),
            distance_cm=self._setup.distance_cm(),
            occlusion=self._setup.occlusion.value(),
            first_eye=self._setup.first_eye.value() or self._view.first_eye,
            correction=self.correction.value_as(Correction),
            right=self.eyes["right"].result(),
            left=self.eyes["left"].result(),
            position=self._tests.position(on),
            colour=self._tests.colour(on),
            stereo=self._tests.stereo(on),
            confirmed={
                eye: answer
                for eye, row in self.eyes.items()
                if (answer := row.answer()) is not None
            },
            assumed=frozenset(self._assumed) | self._tests.assumed(),
        )

    def _show_rules(self) -> None:
        if self._view is None:
            return
        self._lines = judge(self._view, self._entry())
        values = [row.edit.value() for row in self.eyes.values()]
        right, left = values
        words = ""
        if right is not None and left is not None:
            words = say("vision_page.difference", difference=show.number(abs(right - left)))
        self._difference.setText(words)
        self.rules_changed.emit()

    def _on_edited(self) -> None:
        self._show_chips()
        self._show_rules()
        self.edited.emit()

    def _on_cooperation(self, row: EyeRow) -> None:
        self._assumed.discard(f"acuity.{row.eye}.cooperation")
        self._on_edited()

    def _show_chips(self) -> None:
        for eye, row in self.eyes.items():
            row.set_filled_by_key(f"acuity.{eye}.cooperation" in self._assumed)

    def confirm_value(self) -> None:
        """F4: the question at the eye with the focus, else the first open one."""
        for row in sorted(self.eyes.values(), key=lambda row: not row.has_focus()):
            if row.question():
                row.confirm()
                return

    # --- rest in order ---

    def rest_words(self) -> str:
        """Only where the moment has something with a normal answer."""
        return "Rest in orde"

    def rest_in_order(self) -> None:
        """Cooperation, reflexes, cover test and colour; never a logMAR value."""
        filled, refused = self._tests.fill_normal()
        rows = [row for row in self.eyes.values() if row.cooperation.is_open()]
        if any(not row.may_fill() for row in rows):
            refused.insert(0, "gezichtsscherpte")
        else:
            for row in rows:
                row.cooperation.set_value("good")
                self._assumed.add(f"acuity.{row.eye}.cooperation")
            filled[:0] = [f"Medewerking {row.eye_name.lower()}" for row in rows]
        sentences = []
        if filled:
            sentences.append(say("vision_page.filled", items=", ".join(filled)))
        if refused:
            sentences.append(say("vision_page.rest_refused", block=" en ".join(refused)))
        if sentences:
            self.notice.emit(" ".join(sentences))
        if filled:
            self._on_edited()

    # --- saving ---

    def problems(self) -> list[Problem]:
        """What is missing or cannot be, in reading order; a half test misses nothing."""
        half, self._half = self._half, False
        found = []
        rows = tuple(self.eyes.values())
        measured = any(row.edit.text().strip() for row in rows)
        if self.correction.is_open() and (measured or any(row.is_missing() for row in rows)):
            found.append(Problem(say("vision_page.choose_correction"), self.correction))
        self._correction_row.set_error(found[0].text if found else "")
        if measured:
            found += self._setup.problems()
        for row in rows:
            text = row.edit.problem()
            if not text and row.is_missing() and not half:
                text = say("vision_page.eye_missing", eye=row.eye_name)
            row.set_error(text)
            if text:
                found.append(Problem(text, row.edit))
        if not half:
            found += self._tests.problems()
        return found

    def saving(self, *, reason: str | None) -> Callable[[Desk], Outcome[Saved]]:
        """Record every test that stands in the form."""
        assert self._view is not None
        entry = self._entry()
        self._left_to_do = tuple(
            self.eyes[one].eye_name.lower() if one in self.eyes else BLOCK_WORDS[one]
            for one in still_to_do(self._view, entry)
        )
        return partial(record_vision, view=self._view, entry=entry, base=self._base, reason=reason)

    def saved_sentence(self, name: str) -> str | None:
        """Also what is left to do."""
        if not self._left_to_do:
            return None
        return say("vision_page.saved_partly", name=name, left=", ".join(self._left_to_do))

    def not_done_subject(self) -> str:
        """The eye with the focus, else everything that is open."""
        self._asked = next((row for row in self.eyes.values() if row.has_focus()), None)
        return self._asked.eye_name if self._asked else self.part

    def set_not_done(self, state: ExamState, reason: str) -> None:
        """One eye when it was asked about, else every eye and test that is still open."""
        rows = [row for row in self.eyes.values() if row.is_missing()]
        if self._asked is not None:
            rows = [self._asked]
        elif state is ExamState.UNRELIABLE:  # done, but not to be trusted: the values stay
            rows = [row for row in self.eyes.values() if row.edit.text().strip()] or rows
        for row in rows:
            row.set_not_done(state, reason)
        if self._asked is None:
            self._tests.set_not_done(state, reason)
        self._show_rules()
        self.edited.emit()

    def half_now(self) -> bool:
        """One eye now: the other is postponed to the end of the queue."""
        if all(row.result() is None for row in self.eyes.values()):
            return False
        for row in self.eyes.values():
            if row.is_missing():
                row.set_not_done(*_POSTPONED)
        self._half = True
        return True

    def first_field(self) -> QWidget | None:
        """Correction, or the eye that is still missing."""
        if not self.correction.is_open():
            for row in self.eyes.values():
                if row.is_missing():
                    return row.edit
        return self._setup.test if self._setup.test.is_open() else self.correction


def _heads() -> QHBoxLayout:
    """Small heads above the columns of the eyes."""
    heads = QHBoxLayout()
    heads.setContentsMargins(0, 4, 0, 0)
    heads.setSpacing(0)
    for words, width in (("", LABEL_WIDTH), ("logMAR", 112), ("decimaal", 68), ("medewerking", 0)):
        head = Label(words, Size.SMALL, role=Role.SECONDARY)
        if width:
            head.setFixedWidth(theme.px(width))
        heads.addWidget(head)
    heads.addStretch(1)
    return heads

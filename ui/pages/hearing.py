"""P08 Gehoor: indication, short audiometry in protocol order, speech in noise, otoscopy."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from clbdesk.services.hearing import (
    AUDIOMETRY,
    SPIN,
    HearingEntry,
    HearingView,
    drawn_tests,
    judge,
    open_hearing,
    plan,
)
from clbdesk.services.hearing_saving import record_hearing
from clbdesk.standards.hearing_indication import HearingTest
from clbdesk.wording import say
from ui.pages.base import Destination
from ui.pages.hearing_beside import OtoscopyCard, TympanometryCard
from ui.pages.hearing_cards import IndicationCard, KnownCard
from ui.pages.hearing_circumstances import CircumstancesCard
from ui.pages.hearing_outside import OutsideCard
from ui.pages.hearing_side import AudiogramCard, StandardCard
from ui.pages.hearing_spin import SpinCard
from ui.pages.hearing_tones import ToneCard
from ui.pages.step import Problem, SavedState, StepPage, saved_as
from ui.widgets.button import Link
from ui.widgets.card import Columns

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from clbdesk.domain.body import ExamState
    from clbdesk.ids import RecordId, RevId
    from clbdesk.services.desk import Desk
    from clbdesk.services.outcome import Outcome
    from clbdesk.services.pupil import PupilOnVisit
    from clbdesk.services.records import Saved
    from ui.pages.hearing_spin_ear import SpinRow

    _AnyCard = (
        IndicationCard
        | KnownCard
        | ToneCard
        | SpinCard
        | CircumstancesCard
        | OtoscopyCard
        | TympanometryCard
    )

_RIGHT = 446


class HearingPage(StepPage):
    """The tests that are indicated at the left, the audiogram or the standard at the right."""

    step: ClassVar[str] = "hearing"
    part: ClassVar[str] = "Gehoor"

    def __init__(self) -> None:
        """Nothing is drawn until a pupil is shown."""
        super().__init__()
        self._view: HearingView | None = None
        self._wants_audiometry = False
        self._asked: SpinRow | None = None
        self._beside: OtoscopyCard | TympanometryCard | None = None
        self._half = False
        self._left_to_do: tuple[str, ...] = ()
        self._drawn: tuple[str, ...] = ()
        self._is_editable = True
        self.indication = IndicationCard()
        self.known = KnownCard()
        self.tones = ToneCard()
        self.spin = SpinCard()
        self.circumstances = CircumstancesCard()
        self.otoscopy = OtoscopyCard()
        self.tympanometry = TympanometryCard()
        self._concern = Link("Audiometrie toevoegen bij zorg over de ontwikkeling")
        self._audiogram = AudiogramCard()
        self._outside = OutsideCard()
        self._outside.asked.connect(self._to_audiogram)
        self._standard = StandardCard()
        columns = Columns(right_width=_RIGHT)
        for card in self._cards():
            columns.left.addWidget(card)
        columns.left.addWidget(self._concern)
        columns.left.addStretch(1)
        columns.right.addWidget(self._audiogram)
        columns.right.addWidget(self._outside)
        columns.right.addWidget(self._standard)
        columns.right.addStretch(1)
        self.body.addWidget(columns)
        for card in self._cards():
            card.edited.connect(self._on_edited)
        for row in self.spin.rows.values():
            row.srt.value_changed.connect(self._show_rules)
            row.sd.value_changed.connect(self._show_rules)
        for link in (self._concern, self.known.test_anyway):
            link.clicked.connect(lambda _checked=False: self._add_audiometry())

    def _cards(self) -> tuple[_AnyCard, ...]:
        tests = (self.tones, self.spin, self.circumstances)
        return (self.indication, self.known, *tests, self.otoscopy, self.tympanometry)

    # --- opening ---

    def opening(self, on_visit: PupilOnVisit) -> Callable[[Desk], HearingView]:
        """Read what is known and recorded."""
        return lambda desk: open_hearing(desk, on_visit)

    def show_view(self, view: HearingView) -> None:
        """The cards of this moment and this pupil."""
        self._view, self._base = view, view.base
        self._asked, self._half, self._left_to_do = None, False, ()
        self._wants_audiometry = False
        self.indication.show_indication(view.indication.body if view.indication else None)
        remarks = [one.body.remark for one in (view.audiometry, view.spin) if one is not None]
        self.known.follow_up.set_value(next((text for text in remarks if text), ""))
        self.known.show_follow_up(asked=not view.asks_indication)
        self.tones.show_view(view)
        self.spin.show_view(view)
        spin = view.spin.body if view.spin else None
        self.circumstances.show_saved(spin, view.spin_device)
        self.otoscopy.show_saved(view.otoscopy.body if view.otoscopy else None)
        self.tympanometry.show_saved(view.tympanometry.body if view.tympanometry else None)
        self._standard.show_moment(view.moment)
        self._outside.show_audiograms(view.outside)
        self._show_cards()
        self._show_rules()

    def saved_state(self) -> SavedState | None:
        """Recorded by whom, when; None while something is left to do."""
        view = self._view
        if view is None or not view.recorded or not (view.is_complete or view.is_conflict):
            return None
        return saved_as(view.recorded, view.saved_by, two_versions=view.is_conflict)

    def set_editable(self, on: bool) -> None:
        """Fields, or only to read; an indication that was decided stays while testing."""
        self._is_editable = on
        indication = self._view.indication if self._view else None
        decided = indication is not None and indication.body.indicated is not None
        self.indication.set_editable(on and not (decided and self.saved_state() is None))
        for card in self._cards()[1:]:
            card.set_editable(on)
        self._show_cards()

    # --- draft ---

    def content(self) -> dict[str, Any] | None:
        """What was typed and chosen."""
        return {
            "indication": self.indication.content(),
            "follow_up": self.known.follow_up.value(),
            "tones": self.tones.content(),
            "spin": self.spin.content(),
            "circumstances": self.circumstances.content(),
            "otoscopy": self.otoscopy.content(),
            "tympanometry": self.tympanometry.content(),
            "wants_audiometry": self._wants_audiometry,
        }

    def restore(self, content: dict[str, Any], base: tuple[RevId, ...]) -> None:
        """Put a draft back."""
        self._base = base
        self.indication.restore(content["indication"])
        self.known.follow_up.set_value(content["follow_up"])
        self.tones.restore(content["tones"])
        self.spin.restore(content["spin"])
        self.otoscopy.restore(content["otoscopy"])
        # A draft of an older program has neither.
        for name, card in (
            ("tympanometry", self.tympanometry),
            ("circumstances", self.circumstances),
        ):
            if name in content:
                card.restore(content[name])
        self._wants_audiometry = content["wants_audiometry"]
        self._show_cards()
        self._show_rules()

    # --- what is drawn, judging ---

    def _entry(self) -> HearingEntry:
        assert self._view is not None
        on = self._view.today
        spin = self.spin.spin(on)
        return HearingEntry(
            screening=self.indication.answers(),
            risk_factors=self.indication.risk_factors(),
            wants_audiometry=self._wants_audiometry,
            audiometry=self.tones.audiometry(on),
            spin=self.circumstances.with_it(spin) if spin else None,
            otoscopy=self.otoscopy.otoscopy(on),
            tympanometry=self.tympanometry.tympanometry(on),
            remark=self.known.follow_up.value(),
            confirmed=self.tones.confirmed() | self.spin.confirmed(),
            assumed=self.tones.assumed() | self.spin.assumed(),
        )

    def _show_cards(self) -> None:
        view = self._view
        if view is None:
            return
        entry = self._entry()
        found = plan(view, entry)
        self._drawn = drawn_tests(view, entry)
        is_known = view.known_loss and found.test is HearingTest.NONE and not self._drawn
        self.indication.setVisible(view.asks_indication and not view.known_loss)
        self.known.setVisible(is_known)
        self.tones.setVisible(AUDIOMETRY in self._drawn)
        self.spin.setVisible(SPIN in self._drawn)
        self.circumstances.setVisible(SPIN in self._drawn)
        self.otoscopy.setVisible(bool(self._drawn))
        self.tympanometry.setVisible(bool(self._drawn))
        self._audiogram.setVisible(AUDIOMETRY in self._drawn)
        self._concern.setVisible(
            self._is_editable and AUDIOMETRY not in self._drawn and not is_known
        )
        self.words_changed.emit()

    def _show_rules(self) -> None:
        if self._view is None:
            return
        entry = self._entry()
        self._lines = judge(self._view, entry)
        if AUDIOMETRY in self._drawn and entry.audiometry is not None:
            order = self._view.protocol.order if self._view.protocol else ()
            self._audiogram.show_test(entry.audiometry, order)
        self.rules_changed.emit()

    def _on_edited(self) -> None:
        self._show_cards()
        self._show_rules()
        self.edited.emit()

    def _add_audiometry(self) -> None:
        self._wants_audiometry = True
        self._on_edited()
        self.tones.grid.setFocus()

    def _to_audiogram(self, record_id: RecordId | None) -> None:
        """The page of reports from outside; what is typed here is kept as draft."""
        if self._view is not None:
            at = self._view.on_visit
            self.go_to.emit(Destination("audiogram", at.visit_id, at.pupil_id, None, record_id))

    def confirm_value(self) -> None:
        """F4: the question at the ear with the focus, else the first open one."""
        asked = self.spin.asked_row()
        for row in sorted(self.spin.rows.values(), key=lambda row: row is not asked):
            if SPIN in self._drawn and row.question():
                row.confirm()
                return
        if AUDIOMETRY in self._drawn:
            self.tones.confirm()

    # --- rest in order ---

    def rest_words(self) -> str:
        """By what is drawn: six cells heard, or the limit of SPIN not touched."""
        if AUDIOMETRY in self._drawn:
            return "Zes keer gehoord"
        return "Rest in orde" if SPIN in self._drawn else ""

    def rest_in_order(self) -> None:
        """Open cells are heard without a level; the limit of SPIN was not touched."""
        filled, refused = [], []
        if AUDIOMETRY in self._drawn:
            count = self.tones.fill_heard()
            if count is None:
                refused.append("audiometrie")
            elif count:
                filled.append(say("hearing_page.filled_cells", count=count))
        if SPIN in self._drawn:
            ears = self.spin.fill_limits()
            if ears is None:
                refused.append("SPIN")
            else:
                filled += [say("hearing_page.filled_limit", ear=ear) for ear in ears]
        sentences = []
        if filled:
            sentences.append(say("hearing_page.filled", items=", ".join(filled)))
        if refused:
            sentences.append(say("hearing_page.rest_refused", block=" en ".join(refused)))
        if sentences:
            self.notice.emit(" ".join(sentences))
        if filled:
            self._on_edited()

    # --- saving ---

    def problems(self) -> list[Problem]:
        """What is missing or cannot be, in reading order; a half test misses nothing."""
        half, self._half = self._half, False
        found: list[Problem] = []
        if self._view is not None and self._view.asks_indication and not self._view.known_loss:
            found += self.indication.problems()
        if AUDIOMETRY in self._drawn:
            found += self.tones.problems()
        if SPIN in self._drawn:
            found += self.spin.problems(half=half)
            found += self.circumstances.problems()
        return found

    def saving(self, *, reason: str | None) -> Callable[[Desk], Outcome[Saved]]:
        """Record what stands in the form."""
        assert self._view is not None
        entry = self._entry()
        left: list[str] = []
        if self._view.asks_indication and plan(self._view, entry).test is None:
            left.append(say("hearing_page.left_indication"))
        if AUDIOMETRY in self._drawn:
            left += self.tones.left_ears()
        if SPIN in self._drawn:
            left += self.spin.left_ears()
        self._left_to_do = tuple(dict.fromkeys(left))
        return partial(record_hearing, view=self._view, entry=entry, base=self._base, reason=reason)

    def saved_sentence(self, name: str) -> str | None:
        """Also what is left to do."""
        if not self._left_to_do:
            return None
        return say("hearing_page.saved_partly", name=name, left=", ".join(self._left_to_do))

    def may_be_not_done(self) -> bool:
        """Only when a test is drawn."""
        return bool(self._drawn)

    def not_done_subject(self) -> str:
        """Otoscopy, tympanometry or the ear of SPIN with the focus, else the whole test."""
        self._beside = next(
            (card for card in (self.otoscopy, self.tympanometry) if card.has_focus()), None
        )
        self._asked = self.spin.asked_row() if SPIN in self._drawn else None
        if self._beside is not None:
            return self._beside.title.text()
        return f"SPIN {self._asked.ear_name}" if self._asked else self.part

    def set_not_done(self, state: ExamState, reason: str) -> None:
        """What was asked about, else everything drawn that is still open."""
        if self._beside is not None:
            self._beside.set_not_done(state, reason)
        elif AUDIOMETRY in self._drawn and self._asked is None:
            self.tones.set_not_done(state, reason)
        if self._beside is None and SPIN in self._drawn:
            self.spin.set_not_done(state, reason, self._asked)
        self._show_rules()
        self.edited.emit()

    def half_now(self) -> bool:
        """One ear now: what is open is postponed to the end of the queue."""
        tones = AUDIOMETRY in self._drawn and self.tones.one_ear_now()
        spin = SPIN in self._drawn and self.spin.one_ear_now()
        self._half = tones or spin
        return self._half

    def first_field(self) -> QWidget | None:
        """The first thing to answer: indication, a cell, a number."""
        view = self._view
        if view is not None and view.asks_indication and self.indication.screening.is_open():
            return None if view.known_loss else self.indication.screening
        if AUDIOMETRY in self._drawn:
            return self.tones.grid
        if SPIN in self._drawn:
            rows = [row for row in self.spin.rows.values() if row.is_missing()]
            return rows[0].srt if rows else self.spin.rows["right"].srt
        return None

"""Gehoor: which test this moment and this pupil need, judging what is typed, recording it.

A toddler is tested on indication only (HE-1, HE-2), a pupil with a known loss not at all (HE-8):
then the record says "niet gepland" with the rule behind it, and never looks like a pass.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from clbdesk.clock import local_day
from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import (
    Acuity,
    Audiometry,
    Background,
    BackgroundItem,
    CellResult,
    HearingIndication,
    Otoscopy,
    SpeechInNoise,
    SpinEar,
)
from clbdesk.domain.hearing import Audiogram, Tympanometry
from clbdesk.domain.judgement import Judgement, Verdict
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.people import Staff
from clbdesk.domain.revision import Revision
from clbdesk.domain.visits import ContactMoment, school_year_of
from clbdesk.errors import Defect, Environment
from clbdesk.ids import RecordId, RevId
from clbdesk.services.audiogram import audiograms_of
from clbdesk.services.confirming import Answer
from clbdesk.services.desk import Desk
from clbdesk.services.pupil import PupilOnVisit
from clbdesk.services.reading import Standing, all_standing, one_standing, open_base, standing
from clbdesk.services.relation import must_read_at
from clbdesk.services.visits import find_defaults
from clbdesk.standards.hearing import (
    HearingWord,
    ToneProtocol,
    judge_audiometry,
    judge_spin,
    judge_tympanometry,
    tone_protocol,
)
from clbdesk.standards.hearing_indication import (
    NOT_ASKED,
    HearingPlan,
    HearingTest,
    Screening,
    hearing_indication,
)
from clbdesk.standards.limits import Field, Impossible, LimitContext, Unlikely, check
from clbdesk.standards.moments import PartWhen, parts_of
from clbdesk.standards.tables import damaged_table
from clbdesk.storage.vault import Head, Reader

STEP = "hearing"
INDICATION, AUDIOMETRY = "hearing_indication", "audiometry"
SPIN, OTOSCOPY, TYMPANOMETRY = "speech_in_noise", "otoscopy", "tympanometry"
_KINDS = (INDICATION, AUDIOMETRY, SPIN, OTOSCOPY, TYMPANOMETRY)
_TEST_KIND = {HearingTest.AUDIOMETRY: AUDIOMETRY, HearingTest.SPIN: SPIN}
# A plan that only repeats what the moment says to everybody is not worth a line.
_FOR_EVERYBODY = frozenset({"HE-3", "HE-5"})


@dataclass(frozen=True, slots=True)
class HearingView:
    """What the page of hearing shows before anybody types.

    `known_loss`: a known loss, an aid, or under care. `failed_before`: an earlier audiometry of
    this school year failed too. `developmental_years`: as it was recorded with sight. `protocol` is
    None when its table is damaged. `outside`: audiograms of reports from outside, newest first.
    """

    on_visit: PupilOnVisit
    today: date
    known_loss: bool
    developmental_years: Decimal | None
    failed_before: bool
    first_ear: str
    spin_device: str
    protocol: ToneProtocol | None
    indication: Standing[HearingIndication] | None
    audiometry: Standing[Audiometry] | None
    spin: Standing[SpeechInNoise] | None
    otoscopy: Standing[Otoscopy] | None
    tympanometry: Standing[Tympanometry] | None
    outside: tuple[Standing[Audiogram], ...]
    saved_by: str
    base: tuple[RevId, ...]

    @property
    def moment(self) -> ContactMoment:
        """The moment whose test this is."""
        if self.on_visit.moment is None:
            raise Defect("hearing.no_moment")
        return self.on_visit.moment

    @property
    def asks_indication(self) -> bool:
        """Only in the first kleuterklas."""
        return self.moment is ContactMoment.KK1

    @property
    def saved(self) -> tuple[Standing[Any], ...]:
        """What is recorded of this step."""
        found = (self.indication, self.audiometry, self.spin, self.otoscopy, self.tympanometry)
        return tuple(one for one in found if one is not None)

    @property
    def is_conflict(self) -> bool:
        """Whether two versions of one of the records stand."""
        return any(one.is_conflict for one in self.saved)

    @property
    def recorded(self) -> tuple[Revision, ...]:
        """The standing revisions of this step."""
        return tuple(one.revision for one in self.saved)

    @property
    def is_complete(self) -> bool:
        """Whether everything that this pupil needs is recorded and nothing is left for later."""
        if any(is_left(one.body) for one in (self.audiometry, self.spin) if one is not None):
            return False
        if self.asks_indication:
            indicated = self.indication.body.indicated if self.indication else None
            return indicated is False or (indicated is True and self.audiometry is not None)
        found = {AUDIOMETRY: self.audiometry, SPIN: self.spin}
        return all(found[kind] is not None for kind in planned_kinds(self.moment))


@dataclass(frozen=True, slots=True)
class HearingEntry:
    """The form. A test that is None is open or does not belong here.

    `risk_factors` None = not asked. `wants_audiometry`: on concern about development (HE-6), or
    although a loss is known. `confirmed`: answers by field, as "right.1000" or "left.srt".
    """

    screening: Screening = NOT_ASKED
    risk_factors: tuple[str, ...] | None = None
    wants_audiometry: bool = False
    audiometry: Audiometry | None = None
    spin: SpeechInNoise | None = None
    otoscopy: Otoscopy | None = None
    tympanometry: Tympanometry | None = None
    remark: str = ""
    confirmed: Mapping[str, Answer] = field(default_factory=dict)
    assumed: frozenset[str] = frozenset()


def screening_of(found: HearingIndication | None) -> Screening:
    """What was answered; an older program kept only what held."""
    if found is None:
        return Screening()
    if found.registered_screening is None:
        told = "no" if found.neonatal_screening == "no" else None
        return Screening(found.neonatal_screening, told)
    told = found.neonatal_screening if found.screening_source == "parents" else None
    return Screening(found.registered_screening, told)


def risks_of(found: HearingIndication | None) -> tuple[str, ...] | None:
    """The factors that were answered; None when they were not asked.

    An older program did not say whether it asked: a decision without a factor needed the answer.
    """
    if found is None:
        return None
    asked = found.risks_asked
    if asked is None:
        asked = bool(found.risk_factors) or found.indicated is not None
    return found.risk_factors if asked else None


def planned_kinds(moment: ContactMoment) -> tuple[str, ...]:
    """The tests that everybody of a moment gets."""
    return tuple(
        part.kind
        for part in parts_of(moment).get(STEP, ())
        if part.when is PartWhen.ALWAYS and part.kind != INDICATION
    )


def is_left(body: Audiometry | SpeechInNoise) -> bool:
    """Whether an ear or a cell is still to be done, or a first SPIN is to be repeated (SPIN-4)."""
    if body.state is not ExamState.DONE:
        return body.state is ExamState.POSTPONED
    if isinstance(body, Audiometry):
        cells = (*body.right.values(), *body.left.values())
        return any(cell.state is ExamState.POSTPONED for cell in cells)
    return any(
        ear is None or ear.state is ExamState.POSTPONED or is_to_repeat(ear)
        for ear in (body.right, body.left)
    )


def is_to_repeat(ear: SpinEar) -> bool:
    """A first attempt that cannot be trusted: explain again and repeat (SPIN-3, SPIN-4)."""
    if ear.attempt > 1 or ear.state not in {ExamState.DONE, ExamState.UNRELIABLE}:
        return False
    try:
        found = judge_spin(
            ContactMoment.LO6, SpeechInNoise(state=ExamState.DONE, right=ear, on=date.min)
        )
    except Environment:
        return False
    return found.per_ear["right"] is HearingWord.RETEST


# --- opening ---


def open_hearing(desk: Desk, on_visit: PupilOnVisit) -> HearingView:
    """Everything of hearing that this laptop knows of a pupil."""
    must_read_at(desk, on_visit.school_id, "audiometry")
    if on_visit.moment is None:
        raise Defect("hearing.no_moment")
    defaults = find_defaults(desk, on_visit.visit_id)
    today = on_visit.tested_on(local_day(desk.clock.now()))
    with desk.vault.read() as reader:
        heads = {kind: reader.head(on_visit.exam_id(kind)) for kind in _KINDS}
        known = one_standing(
            reader,
            derived_record_id("background", on_visit.pupil_id, BackgroundItem.HEARING.value),
            Background,
        )
        sight = one_standing(reader, on_visit.exam_id("acuity"), Acuity)
        failed_before = _failed_before(reader, on_visit, today)
        outside = audiograms_of(desk, reader, on_visit.pupil_id)
        saved_by = _last_author(reader, heads)
    return HearingView(
        on_visit=on_visit,
        today=today,
        known_loss=known is not None and known.body.answer == "yes",
        developmental_years=sight.body.developmental_years if sight else None,
        failed_before=failed_before,
        first_ear=defaults.first_ear,
        spin_device=defaults.spin_device,
        protocol=_protocol(on_visit.moment),
        indication=standing(heads[INDICATION], HearingIndication),
        audiometry=standing(heads[AUDIOMETRY], Audiometry),
        spin=standing(heads[SPIN], SpeechInNoise),
        otoscopy=standing(heads[OTOSCOPY], Otoscopy),
        tympanometry=standing(heads[TYMPANOMETRY], Tympanometry),
        outside=outside,
        saved_by=saved_by,
        base=tuple(rev_id for head in heads.values() for rev_id in open_base(head)),
    )


def _protocol(moment: ContactMoment) -> ToneProtocol | None:
    try:
        return tone_protocol(moment)
    except Environment:
        return None


def _failed_before(reader: Reader, on_visit: PupilOnVisit, today: date) -> bool:
    """Whether an earlier audiometry of this school year failed (AUD-3)."""
    found = all_standing(reader.heads(kinds=(AUDIOMETRY,), pupil_id=on_visit.pupil_id), Audiometry)
    return any(
        _has_failed(one.body)
        for one in found
        if one.record_id != on_visit.exam_id(AUDIOMETRY)
        and one.body.state is ExamState.DONE
        and school_year_of(one.body.on) == school_year_of(today)
    )


def _has_failed(test: Audiometry) -> bool:
    """By a cell that was not heard, or as it was judged then: above the pass level of that day."""
    cells = (*test.right.values(), *test.left.values())
    return any(cell.result is CellResult.FAIL for cell in cells) or any(
        line.verdict is Verdict.CHECK and line.rule_id.split(", ")[0] == "AUD"
        for line in test.judgements
    )


def _last_author(reader: Reader, heads: Mapping[str, Head | None]) -> str:
    leaves = [leaf for head in heads.values() if head is not None for leaf in head.leaves]
    last = max(leaves, key=lambda leaf: leaf.recorded_at, default=None)
    staff = one_standing(reader, RecordId(last.author), Staff) if last else None
    return staff.body.name if staff else ""


# --- judging ---


def plan(view: HearingView, entry: HearingEntry) -> HearingPlan:
    """Which test is indicated, with the rule that says so (HE-1 to HE-8)."""
    try:
        return hearing_indication(
            view.moment,
            screening=entry.screening,
            risk_factors=entry.risk_factors,
            known_loss=view.known_loss and not entry.wants_audiometry,
            developmental_concern=entry.wants_audiometry,
            special_education=view.on_visit.special_education,
            developmental_years=view.developmental_years,
        )
    except Environment as error:
        return HearingPlan(None, (damaged_table(error, STEP),))


def drawn_tests(view: HearingView, entry: HearingEntry) -> tuple[str, ...]:
    """The tests that the page draws now; what was recorded already stays drawn.

    A damaged table cannot say what is indicated: then the tests of the moment can be done.
    """
    found = plan(view, entry)
    kinds = {_TEST_KIND[found.test]} if found.test in _TEST_KIND else set()
    if found.test is None and not view.asks_indication:
        kinds |= {*planned_kinds(view.moment)}
    if entry.wants_audiometry and not view.known_loss:
        kinds |= {*planned_kinds(view.moment)}
    if view.audiometry is not None and view.audiometry.body.state is not ExamState.NOT_PLANNED:
        kinds.add(AUDIOMETRY)
    if view.spin is not None and view.spin.body.state is not ExamState.NOT_PLANNED:
        kinds.add(SPIN)
    return tuple(kind for kind in (AUDIOMETRY, SPIN) if kind in kinds)


def judge(view: HearingView, entry: HearingEntry) -> tuple[Judgement, ...]:
    """The rule lines of what stands in the form. Pure and quick."""
    drawn = drawn_tests(view, entry)
    lines = tuple(line for line in plan(view, entry).lines if line.rule_id not in _FOR_EVERYBODY)
    if AUDIOMETRY in drawn and entry.audiometry is not None:
        lines += tone_lines(view, entry, entry.audiometry)
    if SPIN in drawn and entry.spin is not None:
        lines += spin_lines(view, entry.spin)
    if entry.tympanometry is not None:
        lines += tympanogram_lines(entry.tympanometry)
    return lines


def tone_lines(view: HearingView, entry: HearingEntry, test: Audiometry) -> tuple[Judgement, ...]:
    """What six cells say, with otoscopy and an earlier test beside them."""
    try:
        return judge_audiometry(
            view.moment,
            test,
            otoscopy=entry.otoscopy,
            failed_before=view.failed_before,
            at_risk=view.asks_indication and plan(view, entry).test is HearingTest.AUDIOMETRY,
        ).lines
    except Environment as error:
        return (damaged_table(error, STEP),)


def spin_lines(view: HearingView, test: SpeechInNoise) -> tuple[Judgement, ...]:
    """What speech in noise says, per ear."""
    try:
        return judge_spin(view.moment, test).lines
    except Environment as error:
        return (damaged_table(error, STEP),)


def tympanogram_lines(test: Tympanometry) -> tuple[Judgement, ...]:
    """The types that were found, without a criterion."""
    try:
        return judge_tympanometry(test)
    except Environment as error:
        return (damaged_table(error, STEP),)


def ask_about_level(view: HearingView, name: str, level_db: int) -> Impossible | Unlikely | None:
    """Whether a level cannot be, or lies below the softest tone; `name`: "Rechts, 4000 Hz"."""
    softest = min(view.protocol.soft_tones) if view.protocol else None
    context = LimitContext(softest_db=softest)
    return check(Field.HEARING_LEVEL, Decimal(level_db), context, label=name)


def ask_about_srt(view: HearingView, name: str, srt_db: Decimal) -> Impossible | Unlikely | None:
    """Whether an SRT cannot be, or is far from what is usual; `name`: "SRT links"."""
    return check(Field.SPEECH_THRESHOLD, srt_db, LimitContext(moment=view.moment), label=name)

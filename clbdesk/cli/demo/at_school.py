"""What the demo's staff does at the school: every part through the service that its page uses.

Values are drawn from a seeded generator around the pupil's own line, so that every run records the
same day. Most pupils are well; some refuse, some cannot, some come back at the end of the queue.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from random import Random

from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import (
    Audiometry,
    AudiometryCell,
    CellResult,
    Clothing,
    ColourVision,
    ConclusionWord,
    Correction,
    DomainConclusion,
    EyePosition,
    EyeResult,
    QuestionnaireState,
    SpeechInNoise,
    SpinEar,
    StereoVision,
)
from clbdesk.domain.follow_up import ReferralTo, TaskKind
from clbdesk.domain.people import Sex
from clbdesk.domain.vaccination import NotGivenReason
from clbdesk.domain.visits import AbsenceReason, AttendanceState, ContactMoment, VisitDefaults
from clbdesk.errors import Refused
from clbdesk.ids import PupilId, VisitId
from clbdesk.services import vaccination_session as sessions
from clbdesk.services.aftercare import ReferralEntry, TaskEntry, needs_task
from clbdesk.services.class_list import open_class_list, set_attendance
from clbdesk.services.decision import open_decision, record_decision
from clbdesk.services.desk import Desk
from clbdesk.services.growth import GrowthEntry, GrowthView, open_growth, record_growth
from clbdesk.services.hearing import (
    HearingEntry,
    HearingView,
    drawn_tests,
    open_hearing,
    risks_of,
    screening_of,
)
from clbdesk.services.hearing_saving import record_hearing
from clbdesk.services.pupil import PupilOnVisit, open_pupil
from clbdesk.services.questionnaire import (
    Known,
    QuestionnaireEntry,
    open_questionnaire,
    record_questionnaire,
)
from clbdesk.services.records import Saved
from clbdesk.services.vaccination import open_vaccination
from clbdesk.services.vaccination_entry import RowEntry, VaccinationEntry
from clbdesk.services.vaccination_lots import LotEntry
from clbdesk.services.vaccination_saving import record_vaccination
from clbdesk.services.vision import VisionEntry, open_vision, record_vision
from clbdesk.services.visits import start_visit
from clbdesk.standards.hearing import EARS, ToneProtocol
from clbdesk.standards.hearing_indication import Screening
from clbdesk.standards.lms import Measure, curve
from clbdesk.standards.moments import steps_of
from clbdesk.standards.vaccination.prescreen import questions_for

Counts = Counter[str]


def run_contact(desk: Desk, visit_id: VisitId, random: Random) -> Counts:
    """The systematic contact of everybody who is there; kind → records written."""
    counts: Counts = Counter()
    start_visit(
        desk,
        visit_id,
        VisitDefaults(visit_id=visit_id, clothing=Clothing.GYM_SUIT.value, distance_confirmed=True),
    )
    rows = open_class_list(desk, visit_id).rows
    absent = [row.pupil_id for row in rows if random.random() < 0.04]
    present = [row.pupil_id for row in rows if row.pupil_id not in absent]
    _count(counts, set_attendance(desk, visit_id, present, AttendanceState.PRESENT).value)
    _count(
        counts,
        set_attendance(desk, visit_id, absent, AttendanceState.ABSENT, AbsenceReason.ILL).value,
    )
    for pupil_id in present:
        counts.update(contact_of(desk, visit_id, pupil_id, random))
    return counts


def contact_of(desk: Desk, visit_id: VisitId, pupil_id: PupilId, random: Random) -> Counts:
    """The systematic contact of one pupil who is there, up to the conclusion."""
    counts: Counts = Counter()
    on_visit = open_pupil(desk, visit_id, pupil_id).on_visit
    for part in (_questionnaire, _growth, _vision, _hearing, _status, _decision):
        saved = part(desk, on_visit, random)
        if saved is not None:
            _count(counts, saved)
    return counts


def run_vaccination(desk: Desk, visit_id: VisitId, random: Random) -> Counts:
    """A vaccination session: opened once, then everybody who may."""
    counts: Counts = Counter()
    _count(counts, make_ready(desk, visit_id))
    for row in open_class_list(desk, visit_id).rows:
        saved = _doses(desk, visit_id, row.pupil_id, random)
        if saved is not None:
            _count(counts, saved)
    return counts


def make_ready(desk: Desk, visit_id: VisitId) -> Saved:
    """Open the session of a station: who vaccinates, the order, the lots, the cold, the kit."""
    start_visit(desk, visit_id)
    view = sessions.open_session(desk, visit_id)
    doctor = next(one.staff_id for one in view.team if one.is_doctor)
    lots = {lot.vaccine: lot for lot in view.lots if not lot.why_not}
    entry = sessions.SessionEntry(
        vaccinator=desk.user.staff_id,
        registrar=None,
        doctor=doctor,
        order_id=next((order.order_id for order in view.orders if order.in_time), None),
        lots=tuple(
            LotEntry(
                lot_id=lots[vaccine].lot_id,
                product=lots[vaccine].product,
                number=lots[vaccine].number,
                expires_on=lots[vaccine].expires_on,
                taken=40,
            )
            for vaccine in view.visit.vaccines
            if vaccine in lots
        ),
        departure=Decimal("4.8"),
        arrival=Decimal("5.1"),
        kit=True,
    )
    return sessions.record_session(desk, view, entry, view.base).value


def measure_again(
    desk: Desk, visit_id: VisitId, pupil_ids: list[PupilId], shift: Decimal = Decimal("1.3")
) -> Counts:
    """A second station measures some pupils too, and reads another length, `shift` cm more."""
    counts: Counts = Counter()
    for pupil_id in pupil_ids:
        on_visit = open_pupil(desk, visit_id, pupil_id).on_visit
        view = open_growth(desk, on_visit)
        entry = _measured(view, Random(pupil_id), shift)  # noqa: S311 - invented
        _count(counts, record_growth(desk, view, entry, view.base).value)
    return counts


def _count(counts: Counts, saved: Saved) -> None:
    counts.update(revision.kind for revision in saved.revisions)


def _questionnaire(desk: Desk, on_visit: PupilOnVisit, random: Random) -> Saved:
    view = open_questionnaire(desk, on_visit)
    toddler = on_visit.moment is ContactMoment.KK1
    entry = QuestionnaireEntry(
        received=QuestionnaireState.RECEIVED
        if random.random() < 0.9
        else QuestionnaireState.NOT_RECEIVED,
        known={
            item: known if known.answer is not None else Known("no")
            for item, known in view.known.items()
        },
        screening=Screening("yes") if toddler else Screening(),
        risk_factors=() if toddler else None,
    )
    return record_questionnaire(desk, view, entry, view.base).value


def _growth(desk: Desk, on_visit: PupilOnVisit, random: Random) -> Saved:
    view = open_growth(desk, on_visit)
    if random.random() < 0.02:
        entry = GrowthEntry(
            height_state=ExamState.REFUSED, weight_state=ExamState.REFUSED, state_reason="pupil"
        )
    else:
        entry = _measured(view, Random(on_visit.pupil_id))  # noqa: S311 - invented values
    return record_growth(desk, view, entry, view.base).value


def _measured(view: GrowthView, random: Random, shift: Decimal = Decimal(0)) -> GrowthEntry:
    """A length and a weight near where the pupil was before, on the Flemish lines."""
    sex = view.sex if view.sex is not Sex.UNKNOWN else Sex.FEMALE
    years = (view.today - view.on_visit.pupil.birth_date).days / 365.25
    drawn = {}
    for measure, last in ((Measure.HEIGHT, "height_cm"), (Measure.WEIGHT, "weight_kg")):
        reference = curve(measure, sex)
        lms = reference.at(years) if reference else None
        median = lms.median if lms else 100.0
        spread = 0.03 if measure is Measure.HEIGHT else 0.1
        value = median * (1 + random.uniform(-spread, spread))
        earlier = [getattr(one, last) for one in view.earlier if getattr(one, last) is not None]
        if measure is Measure.HEIGHT and earlier:
            value = max(value, float(max(earlier)) + 0.5)
        drawn[measure] = Decimal(f"{value:.1f}")
    return GrowthEntry(
        height_cm=drawn[Measure.HEIGHT] + shift,
        weight_kg=drawn[Measure.WEIGHT],
        clothing=Clothing.GYM_SUIT,
        mother_cm=view.mother_cm,
        father_cm=view.father_cm,
    )


def _vision(desk: Desk, on_visit: PupilOnVisit, random: Random) -> Saved | None:
    view = open_vision(desk, on_visit)
    on = view.today
    untestable = random.random() < 0.02
    left = EyeResult(logmar=Decimal(random.choice(("0.0", "0.1"))), state=ExamState.DONE)
    if untestable:
        left = EyeResult(
            logmar=None, state=ExamState.NOT_POSSIBLE, state_reason="does_not_understand"
        )
    drawn = view.parts
    entry = VisionEntry(
        test=view.test,
        correction=Correction.NONE,
        right=EyeResult(logmar=Decimal("0.0"), state=ExamState.DONE),
        left=left,
        position=EyePosition(
            state=ExamState.DONE,
            reflexes="symmetric",
            cover_near="none",
            cover_far="none",
            on=on,
        )
        if "eye_position" in drawn
        else None,
        colour=ColourVision(state=ExamState.DONE, result="good", on=on)
        if "colour_vision" in drawn
        else None,
        stereo=StereoVision(state=ExamState.DONE, result="60", on=on)
        if "stereo_vision" in drawn
        else None,
    )
    return record_vision(desk, view, entry, view.base).value


def _hearing(desk: Desk, on_visit: PupilOnVisit, random: Random) -> Saved | None:
    """The test that this pupil needs; a few do not hear one tone or must repeat."""
    view = open_hearing(desk, on_visit)
    if "hearing" not in {step.name for step in steps_of(view.moment)}:
        return None
    told = view.indication.body if view.indication else None
    entry = HearingEntry(
        screening=screening_of(told),
        risk_factors=risks_of(told),
    )
    drawn = drawn_tests(view, entry)
    if "audiometry" in drawn and view.protocol is not None:
        entry = replace(entry, audiometry=_tones(view, view.protocol, random))
    if "speech_in_noise" in drawn:
        entry = replace(entry, spin=_speech(view, random))
    return record_hearing(desk, view, entry, view.base).value


def _tones(view: HearingView, protocol: ToneProtocol, random: Random) -> Audiometry:
    cells: dict[str, dict[str, AudiometryCell]] = {
        ear: {
            str(hertz): AudiometryCell(
                result=CellResult.FAIL if random.random() < 0.01 else CellResult.PASS
            )
            for hertz in protocol.order
        }
        for ear in EARS
    }
    return Audiometry(
        state=ExamState.DONE,
        right=cells["right"],
        left=cells["left"],
        first_ear=view.first_ear,
        on=view.today,
    )


def _speech(view: HearingView, random: Random) -> SpeechInNoise:
    right, left = (
        SpinEar(
            srt_db=Decimal(random.randint(-120, -95)) / 10,
            sd_db=Decimal(random.randint(6, 12)) / 10,
            touched_limit=False,
        )
        for _ear in EARS
    )
    return SpeechInNoise(
        state=ExamState.DONE,
        right=right,
        left=left,
        device=view.spin_device,
        first_ear=view.first_ear,
        on=view.today,
    )


def _status(desk: Desk, on_visit: PupilOnVisit, random: Random) -> Saved | None:
    del random
    view = open_vaccination(desk, on_visit)
    if view.rows:
        return None
    return record_vaccination(desk, view, VaccinationEntry(), view.base).value


def _decision(desk: Desk, on_visit: PupilOnVisit, random: Random) -> Saved:
    del random
    view = open_decision(desk, on_visit)
    domains = tuple(
        DomainConclusion(
            domain=row.domain.value,
            proposal=row.proposal,
            rule_ids=tuple(one.rule_id for one in row.judgements),
            conclusion=row.fixed or row.proposal or ConclusionWord.OK,
            reason="" if row.fixed in {None, row.proposal} else "niet onderzocht",
        )
        for row in view.rows
    )
    return record_decision(
        desk,
        on_visit,
        domains,
        advice="",
        open_parts=tuple(one.step.name for one in view.open_steps),
        assumed=(),
        base=view.base,
        referrals=tuple(
            ReferralEntry(
                domain=row.domain.value,
                to=row.referral.to or ReferralTo.GP,
                reason=row.referral.reason,
                look_on=row.referral.look_on,
                owner=desk.user.staff_id,
            )
            for row, one in zip(view.rows, domains, strict=True)
            if one.conclusion is ConclusionWord.REFERRAL
        ),
        tasks=tuple(
            TaskEntry(
                domain=row.domain.value,
                task=row.task.task or TaskKind.SELECTIVE_EXAM,
                due=row.task.due,
                owner=desk.user.staff_id,
            )
            for row, one in zip(view.rows, domains, strict=True)
            if needs_task(one.domain, one.conclusion)
        ),
    ).value


def _doses(desk: Desk, visit_id: VisitId, pupil_id: PupilId, random: Random) -> Saved | None:
    """Give what is planned; what the conditions do not allow is recorded as not given."""
    on_visit = open_pupil(desk, visit_id, pupil_id).on_visit
    view = open_vaccination(desk, on_visit)
    born = on_visit.pupil.birth_date
    vaccines = frozenset(row.vaccine for row in view.rows)
    answers = {question.id: False for question in questions_for(vaccines)}
    ill = random.random() < 0.03
    entry = VaccinationEntry(
        rows=tuple(
            RowEntry(
                vaccine=row.vaccine,
                give=not ill and bool(row.lots),
                lot_id=row.lots[0].lot_id if row.lots else None,
                side=row.side,
                reason=NotGivenReason.ILL if ill else None if row.lots else NotGivenReason.NO_STOCK,
            )
            for row in view.rows
        ),
        typed=f"{born:%d%m}",
        confirmed_by="pupil",
        answers=answers,
    )
    try:
        return record_vaccination(desk, view, entry, view.base).value
    except Refused:
        refused = VaccinationEntry(
            rows=tuple(
                RowEntry(vaccine=row.vaccine, give=False, reason=NotGivenReason.DOCTOR_DECIDES)
                for row in view.rows
            )
        )
        return record_vaccination(desk, view, refused, view.base).value

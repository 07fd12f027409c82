"""Gehoor against a real vault: which test, what is recorded, and what stays to be done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import (
    Audiometry,
    AudiometryCell,
    BackgroundItem,
    CellResult,
    ConclusionWord,
    HearingIndication,
    Otoscopy,
    SpeechInNoise,
    SpinEar,
)
from clbdesk.domain.follow_up import TaskKind
from clbdesk.domain.hearing import TympanogramType, Tympanometry
from clbdesk.domain.judgement import Verdict
from clbdesk.domain.visits import ContactMoment
from clbdesk.ids import PupilId
from clbdesk.services.confirming import Answer
from clbdesk.services.decision import open_decision
from clbdesk.services.hearing import (
    AUDIOMETRY,
    SPIN,
    HearingEntry,
    HearingView,
    ask_about_level,
    ask_about_srt,
    drawn_tests,
    is_left,
    judge,
    open_hearing,
    risks_of,
    screening_of,
)
from clbdesk.services.hearing_saving import record_hearing
from clbdesk.services.progress import StepState
from clbdesk.services.proposal import DomainRow
from clbdesk.services.pupil import PupilOnVisit
from clbdesk.services.records import Saved
from clbdesk.standards.follow_up import TaskProposal
from clbdesk.standards.hearing_indication import Screening
from clbdesk.standards.limits import Unlikely
from clbdesk.standards.tables import rule
from tests.builders.contact_visit import TODAY, ContactVisit, opened_contact_visit

KK1, LO1, LO6, SO3 = (
    ContactMoment.KK1,
    ContactMoment.LO1,
    ContactMoment.LO6,
    ContactMoment.SO3,
)
ORDER = ("1000", "4000", "500")
LATER = AudiometryCell(result=CellResult.NOT_DONE, state=ExamState.POSTPONED)


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[ContactVisit]:
    """A visit of one vault."""
    with opened_contact_visit(tmp_path) as made:
        yield made


def cells(**changes: AudiometryCell) -> dict[str, AudiometryCell]:
    """Three cells heard, but for the changes (`hz500=...`)."""
    heard = {hertz: AudiometryCell(result=CellResult.PASS) for hertz in ORDER}
    return heard | {name.removeprefix("hz"): cell for name, cell in changes.items()}


def tones(**changes: object) -> Audiometry:
    """Six cells heard."""
    values: dict[str, object] = {"state": ExamState.DONE, "right": cells(), "left": cells()}
    return Audiometry(**(values | {"on": TODAY} | changes))


def ear(srt: str = "-9.8", sd: str = "1.2", attempt: int = 1) -> SpinEar:
    """One ear of speech in noise."""
    return SpinEar(srt_db=Decimal(srt), sd_db=Decimal(sd), touched_limit=False, attempt=attempt)


def noise(right: SpinEar | None, left: SpinEar | None) -> SpeechInNoise:
    """Both ears."""
    return SpeechInNoise(state=ExamState.DONE, right=right, left=left, on=TODAY)


def opened(visit: ContactVisit, on_visit: PupilOnVisit) -> HearingView:
    """The page as An opens it."""
    return open_hearing(visit.desk(), on_visit)


def record(
    visit: ContactVisit, view: HearingView, form: HearingEntry, reason: str | None = None
) -> Saved:
    """Record on the base that the view was opened on."""
    return record_hearing(visit.desk(), view, form, view.base, reason=reason).value


def rules(view: HearingView, form: HearingEntry) -> dict[str, Verdict]:
    """Verdict by rule of what stands in the form."""
    return {line.rule_id: line.verdict for line in judge(view, form)}


def kinds(saved: Saved) -> set[str]:
    """What was recorded, without contact and presence."""
    return {one.kind for one in saved.revisions} - {"contact", "attendance"}


def tympanogram(right: str | None, left: str | None) -> Tympanometry:
    """A type per ear."""
    kinds = [None if one is None else TympanogramType(one) for one in (right, left)]
    return Tympanometry(state=ExamState.DONE, right=kinds[0], left=kinds[1], on=TODAY)


# --- which test ---


@pytest.mark.parametrize("moment, drawn", [(LO1, AUDIOMETRY), (LO6, SPIN), (SO3, SPIN)])
def test_a_moment_draws_its_test(visit: ContactVisit, moment: ContactMoment, drawn: str) -> None:
    view = opened(visit, visit.pupil(moment))

    assert drawn_tests(view, HearingEntry()) == (drawn,)
    assert (view.first_ear, view.spin_device) == ("left", "tablet 3")


@pytest.mark.parametrize(
    "screening, factors, drawn",
    [
        (Screening("yes"), (), ()),
        (Screening("no", "no"), (), (AUDIOMETRY,)),
        (Screening("no", "yes"), (), ()),
        (Screening("yes"), ("cmv",), (AUDIOMETRY,)),
        (Screening("unknown"), (), ()),
        (Screening(), None, ()),
    ],
)
def test_a_toddler_is_tested_on_indication_only(
    visit: ContactVisit,
    screening: Screening,
    factors: tuple[str, ...] | None,
    drawn: tuple[str, ...],
) -> None:
    view = opened(visit, visit.pupil(KK1))
    form = HearingEntry(screening=screening, risk_factors=factors)

    assert drawn_tests(view, form) == drawn


def test_the_tones_are_those_of_the_moment(visit: ContactVisit) -> None:
    toddler, first_grade = (opened(visit, visit.pupil(moment)) for moment in (KK1, LO1))

    assert toddler.protocol is not None
    assert first_grade.protocol is not None
    assert toddler.protocol.soft_tones == (25, 15)
    assert first_grade.protocol.soft_tones == (20, 10)
    assert "letter van de tester" in first_grade.protocol.note


def test_a_toddler_without_indication_is_done_with_the_indication_alone(
    visit: ContactVisit,
) -> None:
    on_visit = visit.pupil(KK1)
    form = HearingEntry(screening=Screening("yes"), risk_factors=())

    saved = record(visit, opened(visit, on_visit), form)

    assert kinds(saved) == {"hearing_indication"}
    found = visit.standing(on_visit, "hearing_indication", HearingIndication)
    assert found is not None
    assert found.body.indicated is False
    assert (found.body.registered_screening, found.body.screening_source) == (
        "yes",
        "child_and_family",
    )
    assert [line.rule_id for line in found.body.judgements] == ["HE-2"]
    assert opened(visit, on_visit).is_complete
    assert visit.step(on_visit, "hearing") is StepState.DONE


@pytest.mark.parametrize(
    "screening",
    [Screening("yes"), Screening("no"), Screening("no", "yes"), Screening("unknown", "no")],
)
def test_what_was_answered_comes_back_as_it_was_asked(
    visit: ContactVisit, screening: Screening
) -> None:
    on_visit = visit.pupil(KK1)
    record(visit, opened(visit, on_visit), HearingEntry(screening=screening, risk_factors=()))

    found = visit.standing(on_visit, "hearing_indication", HearingIndication)

    assert found is not None
    assert screening_of(found.body) == screening
    older = HearingIndication(pupil_id=on_visit.pupil_id, neonatal_screening="no")
    assert screening_of(older) == Screening("no", "no")
    assert screening_of(None) == Screening()


@pytest.mark.parametrize(
    "fields, expected",
    [
        ({"risks_asked": True}, ()),
        ({"risks_asked": False, "indicated": True}, None),
        ({"indicated": False}, ()),  # of an older program: decided, so it was asked
        ({"indicated": None}, None),
        ({"risk_factors": ("cmv",)}, ("cmv",)),
    ],
)
def test_no_risk_factor_is_another_answer_than_nobody_asked(
    fields: dict[str, object], expected: tuple[str, ...] | None
) -> None:
    assert risks_of(HearingIndication(pupil_id=PupilId("p"), **fields)) == expected
    assert risks_of(None) is None


def test_an_indicated_toddler_is_not_done_before_the_audiometry(visit: ContactVisit) -> None:
    on_visit = visit.pupil(KK1)
    indication = HearingIndication(
        pupil_id=on_visit.pupil_id,
        neonatal_screening="no",
        risk_factors=(),
        indicated=True,
    )
    visit.save(
        indication,
        pupil_id=on_visit.pupil_id,
        record_id=on_visit.exam_id("hearing_indication"),
        visit_id=on_visit.visit_id,
    )

    view = opened(visit, on_visit)
    assert not view.is_complete
    assert visit.step(on_visit, "hearing") is StepState.PARTIAL
    form = HearingEntry(screening=Screening("no", "no"), risk_factors=(), audiometry=tones())
    record(visit, view, form)

    assert opened(visit, on_visit).is_complete
    assert visit.step(on_visit, "hearing") is StepState.DONE


def test_a_toddler_at_risk_who_cannot_be_tested_is_referred(visit: ContactVisit) -> None:
    view = opened(visit, visit.pupil(KK1))
    form = HearingEntry(
        screening=Screening("yes"),
        risk_factors=("family",),
        audiometry=tones(state=ExamState.NOT_POSSIBLE, right={}, left={}),
    )

    assert rules(view, form)["AUD-4"] is Verdict.REFER


@pytest.mark.parametrize("moment, kind", [(LO1, "audiometry"), (LO6, "speech_in_noise")])
def test_a_known_loss_is_not_screened_and_never_looks_like_a_pass(
    visit: ContactVisit, moment: ContactMoment, kind: str
) -> None:
    on_visit = visit.pupil(moment)
    visit.knows(on_visit, BackgroundItem.HEARING, "yes")
    view = opened(visit, on_visit)

    assert drawn_tests(view, HearingEntry()) == ()
    record(visit, view, HearingEntry(remark="NKO-arts, juni"))

    shape = Audiometry if kind == "audiometry" else SpeechInNoise
    found = visit.standing(on_visit, kind, shape)
    assert found is not None
    assert isinstance(found.body, Audiometry | SpeechInNoise)
    assert found.body.state is ExamState.NOT_PLANNED
    assert found.body.remark == "NKO-arts, juni"
    assert [(one.rule_id, one.verdict) for one in found.body.judgements] == [
        ("HE-8", Verdict.KNOWN)
    ]
    assert visit.step(on_visit, "hearing") is StepState.NOT_DONE
    assert opened(visit, on_visit).is_complete


def test_on_concern_about_development_audiometry_comes_beside_the_test_of_the_moment(
    visit: ContactVisit,
) -> None:
    on_visit = visit.pupil(LO6)
    view = opened(visit, on_visit)
    form = HearingEntry(wants_audiometry=True, audiometry=tones(), spin=noise(ear(), ear()))

    assert drawn_tests(view, form) == (AUDIOMETRY, SPIN)
    record(visit, view, form)

    found = visit.standing(on_visit, "audiometry", Audiometry)
    assert found is not None
    assert "HE-6" in {line.rule_id for line in found.body.judgements}
    assert drawn_tests(opened(visit, on_visit), HearingEntry()) == (AUDIOMETRY, SPIN)


# --- audiometry ---


def test_six_cells_heard_are_in_order_without_any_level(visit: ContactVisit) -> None:
    on_visit = visit.pupil(LO1)
    form = HearingEntry(audiometry=tones(), assumed=frozenset({"audiometry.right.1000"}))

    saved = record(visit, opened(visit, on_visit), form)

    assert kinds(saved) == {"audiometry"}
    found = visit.standing(on_visit, "audiometry", Audiometry)
    assert found is not None
    assert found.body.judgements[0].verdict is Verdict.OK
    assert found.body.assumed == ("right.1000",)
    assert visit.step(on_visit, "hearing") is StepState.DONE


def test_the_letter_of_the_tester_counts_whatever_the_level(visit: ContactVisit) -> None:
    view = opened(visit, visit.pupil(LO1))
    loud = AudiometryCell(result=CellResult.PASS, level_db=60)
    soft = AudiometryCell(result=CellResult.FAIL, level_db=10)

    assert rules(view, HearingEntry(audiometry=tones(right=cells(hz500=loud))))["AUD"] is Verdict.OK
    failed = rules(view, HearingEntry(audiometry=tones(right=cells(hz500=soft))))
    assert failed["AUD"] is Verdict.CHECK
    assert failed["AUD-1"] is Verdict.CHECK


def test_a_fail_after_an_earlier_fail_of_this_school_year_is_referred(
    visit: ContactVisit,
) -> None:
    on_visit = visit.pupil(LO1)
    failed = tones(right=cells(hz500=AudiometryCell(result=CellResult.FAIL)))
    view = opened(visit, on_visit)
    assert "AUD-3" not in rules(view, HearingEntry(audiometry=failed))
    earlier = tones(right=cells(hz500=AudiometryCell(result=CellResult.FAIL)), on=date(2026, 10, 5))
    visit.save(earlier, pupil_id=on_visit.pupil_id)

    view = opened(visit, on_visit)

    assert rules(view, HearingEntry(audiometry=failed))["AUD-3"] is Verdict.REFER


def test_an_earlier_tone_heard_above_the_pass_level_of_then_was_a_fail(
    visit: ContactVisit,
) -> None:
    on_visit = visit.pupil(LO1)
    said = rule("AUD").judgement(
        Verdict.CHECK, domain="hearing", head="Niet gehoord", text="", also=("AUD-LEVEL-LO1",)
    )
    loud = tones(right=cells(hz500=AudiometryCell(result=CellResult.PASS, level_db=45)))
    earlier = msgspec.structs.replace(loud, judgements=(said,), on=date(2026, 10, 5))
    visit.save(earlier, pupil_id=on_visit.pupil_id)

    assert opened(visit, on_visit).failed_before


def test_a_fail_of_another_school_year_is_not_the_same_finding(visit: ContactVisit) -> None:
    on_visit = visit.pupil(LO1)
    earlier = tones(right=cells(hz500=AudiometryCell(result=CellResult.FAIL)), on=date(2026, 5, 5))
    visit.save(earlier, pupil_id=on_visit.pupil_id)

    assert not opened(visit, on_visit).failed_before


def test_a_tympanogram_is_recorded_without_a_criterion_and_closes_nothing(
    visit: ContactVisit,
) -> None:
    on_visit = visit.pupil(LO1)
    form = HearingEntry(audiometry=tones(), tympanometry=tympanogram("B", None))

    saved = record(visit, opened(visit, on_visit), form)

    assert kinds(saved) == {"audiometry", "tympanometry"}
    view = opened(visit, on_visit)
    assert view.tympanometry is not None
    (line,) = view.tympanometry.body.judgements
    assert (line.rule_id, line.verdict) == ("AUD-TYMP", Verdict.NO_CRITERION)
    assert line.text == "tympanogram rechts type B: vergelijk met de Werkkaart en besluit zelf"
    row = next(one for one in open_decision(visit.desk(), on_visit).rows if one.domain == "hearing")
    assert row.proposal is ConclusionWord.OK  # a free field beside the test
    assert line in row.judgements  # the doctor reads it


@pytest.mark.parametrize(
    "moment, srt, word",
    [
        (LO6, "-7.3", ConclusionWord.OK),
        (LO6, "-7.2", ConclusionWord.REFERRAL),
        (SO3, "-8.2", ConclusionWord.OK),
        (SO3, "-8.1", ConclusionWord.REFERRAL),
    ],
)
def test_the_limit_of_the_moment_decides_and_the_empty_zones_of_aftercare_do_not(
    visit: ContactVisit, moment: ContactMoment, srt: str, word: ConclusionWord
) -> None:
    on_visit = visit.pupil(moment)
    record(visit, opened(visit, on_visit), HearingEntry(spin=noise(ear(srt), ear())))

    row = next(one for one in open_decision(visit.desk(), on_visit).rows if one.domain == "hearing")

    assert "SPIN-6" in {one.rule_id for one in row.judgements}
    assert row.proposal is word


def test_an_ear_that_was_not_measured_says_nothing(visit: ContactVisit) -> None:
    view = opened(visit, visit.pupil(LO1))
    refused = Tympanometry(state=ExamState.REFUSED, on=TODAY)

    assert "AUD-TYMP" not in rules(view, HearingEntry(tympanometry=tympanogram(None, None)))
    assert "AUD-TYMP" not in rules(view, HearingEntry(tympanometry=refused))


def test_otoscopy_is_a_record_of_its_own_and_speaks_in_the_judgement(visit: ContactVisit) -> None:
    on_visit = visit.pupil(LO1)
    failed = tones(right=cells(hz500=AudiometryCell(result=CellResult.FAIL)))
    seen = Otoscopy(state=ExamState.DONE, right=("cerumen",), left=("normal",), on=TODAY)

    saved = record(visit, opened(visit, on_visit), HearingEntry(audiometry=failed, otoscopy=seen))

    assert kinds(saved) == {"audiometry", "otoscopy"}
    found = visit.standing(on_visit, "audiometry", Audiometry)
    assert found is not None
    assert "AUD-2" in {line.rule_id for line in found.body.judgements}


def test_otoscopy_of_another_day_speaks_on_besluit_and_its_term_counts_from_the_test(
    visit: ContactVisit,
) -> None:
    on_visit = visit.pupil(LO1)
    failed = tones(right=cells(hz500=AudiometryCell(result=CellResult.FAIL)))
    record(visit, opened(visit, on_visit), HearingEntry(audiometry=failed))
    visit.station.clock.advance(timedelta(days=5))
    other = cells(
        hz500=AudiometryCell(result=CellResult.FAIL), hz1000=AudiometryCell(result=CellResult.FAIL)
    )
    record(visit, opened(visit, on_visit), HearingEntry(audiometry=tones(right=other)))
    assert on_besluit(visit, on_visit).task == TaskProposal(
        TaskKind.OTOSCOPY, TODAY + timedelta(days=14)
    )

    visit.station.clock.advance(timedelta(days=2))
    seen = Otoscopy(state=ExamState.DONE, right=("normal",), left=("normal",), on=TODAY)
    again = HearingEntry(audiometry=tones(right=other), otoscopy=seen)
    record(visit, opened(visit, on_visit), again)
    row = on_besluit(visit, on_visit)
    assert {line.rule_id for line in row.judgements} == {"AUD", "AUD-3"}
    assert row.task.task is not TaskKind.OTOSCOPY


def on_besluit(visit: ContactVisit, on_visit: PupilOnVisit) -> DomainRow:
    (row,) = (one for one in open_decision(visit.desk(), on_visit).rows if one.domain == "hearing")
    return row


def test_one_ear_now_leaves_the_step_half_until_the_other_is_done(visit: ContactVisit) -> None:
    on_visit = visit.pupil(LO1)
    half = tones(left=cells(hz1000=LATER, hz4000=LATER, hz500=LATER))
    view = opened(visit, on_visit)

    record(visit, view, HearingEntry(audiometry=half))
    assert is_left(half)
    assert not opened(visit, on_visit).is_complete
    assert visit.step(on_visit, "hearing") is StepState.PARTIAL
    record(visit, opened(visit, on_visit), HearingEntry(audiometry=tones()))

    assert visit.revisions(on_visit, "audiometry") == 2
    assert visit.step(on_visit, "hearing") is StepState.DONE


def test_an_unreliable_test_keeps_its_cells_and_is_no_pass(visit: ContactVisit) -> None:
    on_visit = visit.pupil(LO1)

    record(
        visit,
        opened(visit, on_visit),
        HearingEntry(audiometry=tones(state=ExamState.UNRELIABLE)),
    )

    found = visit.standing(on_visit, "audiometry", Audiometry)
    assert found is not None
    assert found.body.right["1000"].result is CellResult.PASS
    assert {line.verdict for line in found.body.judgements} == {Verdict.RETEST}
    assert visit.step(on_visit, "hearing") is StepState.RETEST


def test_a_level_below_the_softest_tone_is_asked_and_its_confirmation_is_kept(
    visit: ContactVisit,
) -> None:
    on_visit = visit.pupil(LO1)
    view = opened(visit, on_visit)
    assert ask_about_level(view, "Rechts, 500 Hz", 10) is None
    found = ask_about_level(view, "Rechts, 500 Hz", 5)
    assert isinstance(found, Unlikely)
    soft = AudiometryCell(result=CellResult.PASS, level_db=5)
    form = HearingEntry(
        audiometry=tones(right=cells(hz500=soft)),
        confirmed={"right.500": Answer(found.limit_id), "left.500": Answer(found.limit_id)},
    )

    record(visit, view, form)

    saved = visit.standing(on_visit, "audiometry", Audiometry)
    assert saved is not None
    assert [(one.field, one.value) for one in saved.body.confirmed] == [("right.500", "5")]


# --- speech in noise ---


@pytest.mark.parametrize(
    "moment, srt, verdict",
    [
        (LO6, "-7.3", Verdict.OK),
        (LO6, "-7.2", Verdict.CHECK),
        (SO3, "-8.2", Verdict.OK),
        (SO3, "-8.1", Verdict.CHECK),
    ],
)
def test_the_limit_of_the_moment_counts_per_ear(
    visit: ContactVisit, moment: ContactMoment, srt: str, verdict: Verdict
) -> None:
    view = opened(visit, visit.pupil(moment))
    rule_id = "SPIN-1" if moment is LO6 else "SPIN-2"

    lines = judge(view, HearingEntry(spin=noise(ear("-10.4"), ear(srt))))

    assert [line.verdict for line in lines if line.rule_id == rule_id] == [Verdict.OK, verdict]


def test_a_first_unreliable_ear_is_to_be_repeated_and_a_second_goes_to_the_doctor(
    visit: ContactVisit,
) -> None:
    on_visit = visit.pupil(LO6)
    record(visit, opened(visit, on_visit), HearingEntry(spin=noise(ear(sd="3.0"), ear())))

    view = opened(visit, on_visit)
    assert not view.is_complete
    assert visit.step(on_visit, "hearing") is StepState.RETEST
    record(visit, view, HearingEntry(spin=noise(ear(sd="3.4", attempt=2), ear())))

    assert opened(visit, on_visit).is_complete
    found = visit.standing(on_visit, "speech_in_noise", SpeechInNoise)
    assert found is not None
    assert ("SPIN-5", Verdict.DOCTOR) in {
        (one.rule_id, one.verdict) for one in found.body.judgements
    }
    assert visit.step(on_visit, "hearing") is StepState.DONE


def test_an_ear_that_is_not_done_yet_keeps_the_step_half(visit: ContactVisit) -> None:
    on_visit = visit.pupil(SO3)
    later = SpinEar(srt_db=None, sd_db=None, touched_limit=None, state=ExamState.POSTPONED)

    record(visit, opened(visit, on_visit), HearingEntry(spin=noise(ear("-10.2"), later)))

    assert not opened(visit, on_visit).is_complete
    assert visit.step(on_visit, "hearing") is StepState.PARTIAL


def test_a_minus_that_was_forgotten_is_asked(visit: ContactVisit) -> None:
    view = opened(visit, visit.pupil(LO6))

    found = ask_about_srt(view, "SRT links", Decimal("9.8"))

    assert isinstance(found, Unlikely)
    assert found.question == "SRT links: 9,8 is ongewoon (verwacht rond −9,8). Klopt dit?"
    assert ask_about_srt(view, "SRT links", Decimal("-9.8")) is None


def test_a_correction_writes_what_changed_and_nothing_else(visit: ContactVisit) -> None:
    on_visit = visit.pupil(LO1)
    seen = Otoscopy(state=ExamState.DONE, right=("normal",), left=("normal",), on=TODAY)
    record(visit, opened(visit, on_visit), HearingEntry(audiometry=tones(), otoscopy=seen))
    changed = tones(left=cells(hz500=AudiometryCell(result=CellResult.FAIL)))

    saved = record(
        visit,
        opened(visit, on_visit),
        HearingEntry(audiometry=changed, otoscopy=seen),
        reason="tikfout",
    )

    assert [(one.kind, one.reason) for one in saved.revisions] == [("audiometry", "tikfout")]

"""Golden findings of hearing: limits of SPIN, pass and fail of audiometry, indication."""

from datetime import date
from decimal import Decimal

import pytest

from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import (
    Audiometry,
    AudiometryCell,
    CellResult,
    Otoscopy,
    SpeechInNoise,
    SpinEar,
)
from clbdesk.domain.hearing import TympanogramType, Tympanometry
from clbdesk.domain.judgement import RuleStatus, Verdict
from clbdesk.domain.visits import ContactMoment
from clbdesk.standards.hearing import (
    HearingWord,
    judge_audiometry,
    judge_spin,
    judge_tympanometry,
    tone_protocol,
)
from clbdesk.standards.hearing_indication import HearingTest, Screening, hearing_indication

ON = date(2026, 11, 23)
FREQUENCIES = ("1000", "4000", "500")
KK1, LO1, LO4, LO6, SO3 = ContactMoment


def cell(result: CellResult = CellResult.PASS, state: ExamState = ExamState.DONE):
    return AudiometryCell(result=result, state=state)


def ear(**changed):
    cells = {frequency: cell() for frequency in FREQUENCIES}
    return cells | {name.removeprefix("hz"): value for name, value in changed.items()}


def audiometry(right=None, left=None, state: ExamState = ExamState.DONE):
    return Audiometry(
        state=state,
        right=ear() if right is None else right,
        left=ear() if left is None else left,
        on=ON,
    )


def spin_ear(srt="-9.8", sd="1.0", touched=False, attempt=1, state=ExamState.DONE):
    return SpinEar(
        srt_db=None if srt is None else Decimal(srt),
        sd_db=None if sd is None else Decimal(sd),
        touched_limit=touched,
        attempt=attempt,
        state=state,
    )


def spin(right=None, left=None, state=ExamState.DONE):
    return SpeechInNoise(state=state, right=right, left=left, on=ON)


def rule_ids(lines) -> list[str]:
    return [line.rule_id for line in lines]


def test_six_cells_heard_is_a_pass():
    judged = judge_audiometry(LO1, audiometry())
    assert judged.overall is HearingWord.PASS
    (line,) = judged.lines
    assert (line.verdict, line.head, line.text) == (Verdict.OK, "In orde", "6 van 6 gehoord")
    assert line.status is RuleStatus.SIGN


def test_one_cell_not_heard_fails_the_test_and_asks_for_otoscopy_in_the_first_grade():
    judged = judge_audiometry(LO1, audiometry(right=ear(hz4000=cell(CellResult.FAIL))))
    assert judged.overall is HearingWord.ABNORMAL
    assert judged.per_ear == {"right": HearingWord.ABNORMAL, "left": HearingWord.PASS}
    assert rule_ids(judged.lines) == ["AUD", "AUD-1"]
    assert judged.lines[0].text == "rechts 4000 Hz"
    assert judged.lines[1].text == "liefst binnen 1–2 weken"


def test_a_toddler_who_fails_is_referred():
    judged = judge_audiometry(KK1, audiometry(left=ear(hz500=cell(CellResult.FAIL))))
    assert rule_ids(judged.lines) == ["AUD", "AUD-4"]
    assert judged.lines[1].verdict is Verdict.REFER


@pytest.mark.parametrize(
    "findings, rule_id, verdict",
    [
        (("normal",), "AUD-3", Verdict.REFER),
        (("tube",), "AUD-3", Verdict.REFER),
        (("cerumen",), "AUD-2", Verdict.NO_CRITERION),
        (("not_seen",), "AUD-1", Verdict.CHECK),
        ((), "AUD-1", Verdict.CHECK),
    ],
)
def test_after_otoscopy_a_failed_test_is_repeated_or_referred(findings, rule_id, verdict):
    test = audiometry(right=ear(hz1000=cell(CellResult.FAIL)))
    seen = Otoscopy(state=ExamState.DONE, right=findings, on=ON)
    line = judge_audiometry(LO1, test, otoscopy=seen).lines[-1]
    assert (line.rule_id, line.verdict) == (rule_id, verdict)


@pytest.mark.parametrize(
    "right, left, rule_id",
    [
        (("not_seen",), ("normal",), "AUD-1"),
        ((), ("cerumen",), "AUD-1"),
        (("normal",), ("cerumen",), "AUD-3"),
        (("cerumen",), ("normal",), "AUD-2"),
    ],
)
def test_only_the_ear_that_failed_says_what_otoscopy_found(right, left, rule_id):
    test = audiometry(right=ear(hz1000=cell(CellResult.FAIL)))
    seen = Otoscopy(state=ExamState.DONE, right=right, left=left, on=ON)
    assert judge_audiometry(LO1, test, otoscopy=seen).lines[-1].rule_id == rule_id


def test_two_failed_ears_are_both_looked_into():
    failed = ear(hz1000=cell(CellResult.FAIL))
    test = audiometry(right=failed, left=failed)
    seen = Otoscopy(state=ExamState.DONE, right=("normal",), on=ON)
    assert judge_audiometry(LO1, test, otoscopy=seen).lines[-1].rule_id == "AUD-1"


def test_an_otoscopy_that_was_not_done_counts_as_none():
    test = audiometry(right=ear(hz1000=cell(CellResult.FAIL)))
    refused = Otoscopy(state=ExamState.REFUSED, on=ON)
    assert judge_audiometry(LO1, test, otoscopy=refused).lines[-1].rule_id == "AUD-1"


def test_failing_again_is_referred():
    test = audiometry(right=ear(hz1000=cell(CellResult.FAIL)))
    assert judge_audiometry(LO1, test, failed_before=True).lines[-1].rule_id == "AUD-3"


def test_an_unreliable_cell_asks_for_a_retest_unless_another_fails():
    unreliable = cell(CellResult.UNRELIABLE)
    judged = judge_audiometry(LO1, audiometry(right=ear(hz500=unreliable)))
    assert (judged.overall, judged.lines[0].verdict) == (HearingWord.RETEST, Verdict.RETEST)
    both = ear(hz500=unreliable, hz1000=cell(CellResult.FAIL))
    assert judge_audiometry(LO1, audiometry(right=both)).overall is HearingWord.ABNORMAL


@pytest.mark.parametrize("state", [state for state in ExamState if state is not ExamState.DONE])
def test_a_cell_that_was_not_done_is_never_a_pass(state):
    judged = judge_audiometry(LO1, audiometry(left=ear(hz500=cell(CellResult.PASS, state))))
    assert judged.overall in {HearingWord.NOT_DONE, HearingWord.RETEST}


def test_untouched_cells_are_counted_and_are_not_a_pass():
    judged = judge_audiometry(LO1, audiometry(left={}))
    assert judged.overall is HearingWord.NOT_DONE
    assert judged.lines[0].head == "Nog 3 cellen te doen"
    one = {frequency: cell() for frequency in FREQUENCIES[:2]}
    assert judge_audiometry(LO1, audiometry(left=one)).lines[0].head == "Nog 1 cel te doen"


@pytest.mark.parametrize("state", [state for state in ExamState if state is not ExamState.DONE])
@pytest.mark.parametrize("judge", [judge_audiometry, judge_spin])
def test_a_whole_test_that_was_not_done_is_never_a_pass(state, judge):
    test = (
        audiometry(state=state)
        if judge is judge_audiometry
        else spin(spin_ear(), spin_ear(), state)
    )
    assert judge(SO3, test).overall in {HearingWord.NOT_DONE, HearingWord.RETEST}


def test_a_toddler_at_risk_who_cannot_be_tested_is_referred():
    test = audiometry(right={}, left={}, state=ExamState.NOT_POSSIBLE)
    assert rule_ids(judge_audiometry(KK1, test, at_risk=True).lines) == ["AUD", "AUD-4"]
    assert rule_ids(judge_audiometry(KK1, test).lines) == ["AUD"]


@pytest.mark.parametrize(
    "moment, srt, word, rule_id",
    [
        (LO6, "-7.3", HearingWord.PASS, "SPIN-1"),
        (LO6, "-7.2", HearingWord.ABNORMAL, "SPIN-1"),
        (SO3, "-8.2", HearingWord.PASS, "SPIN-2"),
        (SO3, "-8.1", HearingWord.ABNORMAL, "SPIN-2"),
        (LO1, "-9.8", HearingWord.NO_CRITERION, "HE-5"),
    ],
)
def test_speech_in_noise_is_abnormal_from_the_limit_of_the_moment(moment, srt, word, rule_id):
    judged = judge_spin(moment, spin(spin_ear(srt), spin_ear()))
    assert judged.per_ear["right"] is word
    assert judged.overall is word
    assert judged.lines[0].rule_id == rule_id


def test_the_worse_ear_counts_and_the_words_speak_of_a_chance():
    judged = judge_spin(LO6, spin(spin_ear(), spin_ear("-5.0")))
    assert rule_ids(judged.lines) == ["SPIN-1", "SPIN-1", "SPIN-9", "SPIN-7", "SPIN-6"]
    text = judged.lines[1].text
    assert text == "links SRT −5,0 dB SNR (grens −7,2): kans op onderliggend gehoorverlies"
    assert judged.lines[-1].verdict is Verdict.NO_CRITERION
    both = judge_spin(LO6, spin(spin_ear("-5.0"), spin_ear("-5.0")))
    assert "SPIN-9" not in rule_ids(both.lines)


@pytest.mark.parametrize(
    "sd, touched, unreliable",
    [("2.9", False, False), ("3.0", False, True), ("1.0", True, True)],
)
def test_a_wide_spread_or_the_limit_of_the_staircase_is_unreliable(sd, touched, unreliable):
    judged = judge_spin(LO6, spin(spin_ear(sd=sd, touched=touched), spin_ear()))
    assert (judged.overall is HearingWord.RETEST) is unreliable


def test_a_threshold_at_the_top_of_the_staircase_touched_it():
    judged = judge_spin(LO6, spin(right=spin_ear(srt="10"), left=spin_ear()))
    assert judged.per_ear["right"] is HearingWord.RETEST
    judged = judge_spin(LO6, spin(right=spin_ear(srt="9.9"), left=spin_ear()))
    assert judged.per_ear["right"] is HearingWord.ABNORMAL


def test_a_second_unreliable_test_is_for_the_doctor():
    judged = judge_spin(LO6, spin(spin_ear(sd="3.5", attempt=2), spin_ear()))
    assert judged.overall is HearingWord.DOCTOR
    assert judged.lines[0].rule_id == "SPIN-5"


def test_an_unreliable_value_beyond_the_limit_is_not_called_abnormal():
    judged = judge_spin(LO6, spin(spin_ear("-2.0", sd="4.0"), spin_ear()))
    assert judged.overall is HearingWord.RETEST


@pytest.mark.parametrize("missing", [{"srt": None}, {"sd": None}, {"touched": None}])
def test_an_ear_with_a_value_missing_is_not_a_pass(missing):
    judged = judge_spin(LO6, spin(spin_ear(**missing), spin_ear()))
    assert judged.overall is HearingWord.NOT_DONE


def test_an_ear_that_was_left_out_is_not_a_pass():
    refused = spin_ear(srt=None, sd=None, state=ExamState.REFUSED)
    assert judge_spin(LO6, spin(spin_ear(), refused)).overall is HearingWord.NOT_DONE
    assert judge_spin(LO6, spin(spin_ear())).overall is HearingWord.NOT_DONE


def test_tones_go_from_1000_to_4000_to_500_and_no_pass_level_is_set():
    assert tone_protocol(KK1).soft_tones == (25, 15)
    assert tone_protocol(LO1).soft_tones == (20, 10)
    assert tone_protocol(LO1).order == FREQUENCIES
    assert tone_protocol(LO1).pass_level is None


@pytest.mark.parametrize(
    "moment, given, test, rule_id",
    [
        (
            KK1,
            {"screening": Screening("no", "no"), "risk_factors": ()},
            HearingTest.AUDIOMETRY,
            "HE-1",
        ),
        (KK1, {"screening": Screening("yes"), "risk_factors": ("cmv",)}, "audiometry", "HE-1"),
        (KK1, {"screening": Screening("yes"), "risk_factors": ()}, HearingTest.NONE, "HE-2"),
        (KK1, {"screening": Screening("unknown"), "risk_factors": ()}, None, "HE-1"),
        (KK1, {"screening": Screening("yes")}, None, "HE-1"),
        (KK1, {"screening": Screening("no"), "risk_factors": ()}, None, "HE-1"),
        (KK1, {"screening": Screening("no", "yes"), "risk_factors": ()}, HearingTest.NONE, "HE-2"),
        (KK1, {"screening": Screening("unknown", "no")}, HearingTest.AUDIOMETRY, "HE-1"),
        (
            KK1,
            {"screening": Screening("no", "yes"), "risk_factors": ("family",)},
            "audiometry",
            "HE-1",
        ),
        (KK1, {}, None, "HE-1"),
        (LO1, {}, HearingTest.AUDIOMETRY, "HE-3"),
        (LO4, {}, HearingTest.NONE, "HE-4"),
        (LO4, {"developmental_concern": True}, HearingTest.AUDIOMETRY, "HE-6"),
        (LO6, {}, HearingTest.SPIN, "HE-5"),
        (SO3, {"special_education": True}, HearingTest.SPIN, "HE-7"),
        (SO3, {"developmental_years": Decimal(8)}, HearingTest.SPIN, "HE-5"),
        (SO3, {"known_loss": True}, HearingTest.NONE, "HE-8"),
    ],
)
def test_the_indication_follows_moment_and_answers(moment, given, test, rule_id):
    plan = hearing_indication(moment, **given)
    assert plan.test == test
    assert rule_ids(plan.lines) == [rule_id]


@pytest.mark.parametrize("years, verdict", [("8.9", "doctor"), ("9", "info"), ("11.5", "info")])
def test_in_special_education_the_developmental_age_says_whether_spin_or_the_dossier(
    years, verdict
):
    """HE-7: SPIN from nine years on; younger is decided on the dossier, never by audiometry."""
    plan = hearing_indication(SO3, special_education=True, developmental_years=Decimal(years))

    (line,) = plan.lines
    assert (plan.test, line.rule_id, line.verdict) == (HearingTest.SPIN, "HE-7", verdict)
    assert ("de arts beslist" in line.text) is (verdict == "doctor")


def test_the_reason_of_an_indication_is_named():
    plan = hearing_indication(KK1, screening=Screening("no", "no"), risk_factors=())
    line = plan.lines[0]
    assert (line.head, line.text) == ("Audiometrie aangewezen", "geen neonatale screening gekend")


@pytest.mark.parametrize(
    "screening, factors, text",
    [
        (Screening(), (), "neonatale screening nog niet nagekeken"),
        (Screening("no"), (), "Kind en Gezin meldt geen screening: vraag de ouders of bel hen"),
        (Screening("unknown"), (), "niet gekend bij Kind en Gezin: vraag de ouders of bel hen"),
        (Screening("yes"), None, "risicofactoren niet bevraagd: bel de ouders zo mogelijk"),
        (
            Screening("no", "yes"),
            (),
            "screening gekend door de ouders, de melding van Kind en Gezin vervalt; geen risicofactor",
        ),
    ],
)
def test_the_line_says_what_to_ask_next_and_whom_to_believe(screening, factors, text):
    plan = hearing_indication(KK1, screening=screening, risk_factors=factors)
    assert plan.lines[0].text == text


@pytest.mark.parametrize(
    "screening, known, source",
    [
        (Screening(), None, None),
        (Screening("yes"), "yes", "child_and_family"),
        (Screening("no"), "unknown", None),
        (Screening("no", "yes"), "yes", "parents"),
        (Screening("unknown", "no"), "no", "parents"),
        (Screening("yes", "no"), "yes", "child_and_family"),
    ],
)
def test_parents_are_asked_only_where_no_screening_was_reported(screening, known, source):
    assert (screening.known, screening.source) == (known, source)


def test_a_tympanogram_is_told_in_words_and_judged_by_nothing():
    both = Tympanometry(
        state=ExamState.DONE, right=TympanogramType.C, left=TympanogramType.A, on=ON
    )
    (line,) = judge_tympanometry(both)
    assert (line.rule_id, line.verdict, line.status) == (
        "AUD-TYMP",
        Verdict.NO_CRITERION,
        RuleStatus.EMPTY,
    )
    assert line.text.startswith("tympanogram rechts type C, links type A")


@pytest.mark.parametrize(
    "test",
    [
        Tympanometry(state=ExamState.DONE, on=ON),
        Tympanometry(state=ExamState.NOT_POSSIBLE, right=TympanogramType.B, on=ON),
    ],
)
def test_a_tympanogram_that_was_not_made_says_nothing(test):
    assert judge_tympanometry(test) == ()

"""Steps of a contact, reasons for not done, the care guide, products and sites."""

from datetime import date
from decimal import Decimal

import pytest

from clbdesk.domain.body import ExamState
from clbdesk.domain.care import ConsultativeNote, TopicSubject
from clbdesk.domain.contact import VisionTest
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.visits import ContactMoment
from clbdesk.ids import RecordId, SchoolId
from clbdesk.standards.care_guide import evaluation_date, guide, missing_steps
from clbdesk.standards.moments import PartWhen, acuity_test, parts_of, steps_of, steps_on_indication
from clbdesk.standards.not_done import not_done_reasons, reason_label
from clbdesk.standards.vaccination.products import named, products, products_of
from clbdesk.standards.vaccination.sites import site, sites_for

KK1, LO1, LO4, LO6, SO3 = ContactMoment


@pytest.mark.parametrize(
    "moment, numbers",
    [
        (KK1, [1, 2, 3, 4, 6, 7, 8]),
        (LO1, [1, 2, 3, 4, 7, 8]),
        (LO4, [1, 2, 3, 7, 8]),
        (LO6, [1, 2, 3, 4, 5, 6, 7, 8]),
        (SO3, [1, 2, 3, 4, 5, 6, 7, 8]),
    ],
)
def test_a_moment_draws_its_steps_with_fixed_numbers(moment, numbers):
    assert [step.number for step in steps_of(moment)] == numbers


def test_without_a_moment_only_planned_vaccination_is_drawn():
    assert steps_of(None) == ()
    (step,) = steps_of(None, vaccination=True)
    assert (step.number, step.name, step.label) == (7, "vaccination", "Vaccinatie")


@pytest.mark.parametrize(
    "moment, step, parts",
    [
        (KK1, "vision", ("acuity", "eye_position")),
        (LO1, "vision", ("acuity", "eye_position", "colour_vision")),
        (LO4, "vision", ("acuity",)),
        (LO6, "vision", ("acuity", "stereo_vision")),
        (SO3, "vision", ("acuity",)),
        (KK1, "hearing", ("hearing_indication",)),
        (LO1, "hearing", ("audiometry",)),
        (LO6, "hearing", ("speech_in_noise",)),
        (SO3, "hearing", ("speech_in_noise",)),
        (LO6, "doctor", ("puberty", "doctor_exam")),
        (KK1, "signals", ("development",)),
        (LO6, "signals", ("well_being",)),
        (SO3, "signals", ("development", "well_being")),
    ],
)
def test_a_step_needs_the_parts_of_its_moment(moment, step, parts):
    found = {one.name: one for one in steps_of(moment)}
    assert found[step].parts == parts


@pytest.mark.parametrize("moment", ContactMoment)
def test_only_the_doctors_step_is_the_doctors(moment):
    assert {step.name for step in steps_of(moment) if step.doctor_only} <= {"doctor"}
    assert all(step.doctor_only for step in steps_of(moment) if step.name == "doctor")


def test_parts_on_indication_are_optional():
    found = {one.name: one for one in steps_of(LO6)}
    assert "colour_vision" in found["vision"].optional
    doubtful = [part for part in parts_of(LO6)["vision"] if part.when is PartWhen.DOUBTFUL]
    assert [part.kind for part in doubtful] == ["colour_vision"]


@pytest.mark.parametrize("moment", ContactMoment)
def test_every_drawn_part_is_a_kind_of_record(moment):
    for step in steps_of(moment):
        assert set(step.parts) | set(step.optional) <= set(KINDS)


def test_toddlers_start_with_kay_and_others_with_logmar():
    assert acuity_test(KK1) is VisionTest.KAY_NEW
    assert {acuity_test(moment) for moment in (LO1, LO4, LO6, SO3)} == {VisionTest.LOGMAR}


def test_every_not_done_state_offers_reasons_with_letters_of_their_own():
    for state in ExamState:
        letters = [reason.letter for reason in not_done_reasons(state)]
        assert len(set(letters)) == len(letters)
        assert bool(letters) is (state is not ExamState.DONE)
    assert reason_label(ExamState.POSTPONED, "end_of_queue") == "achteraan in de rij"
    assert reason_label(ExamState.POSTPONED, "brand in de school") == "brand in de school"


def test_the_guide_has_thirteen_steps_eight_needs_and_seven_principles():
    found = guide()
    assert [step.number for step in found.step] == list(range(1, 14))
    assert [step.number for step in found.step if not step.required] == [4, 5, 6, 13]
    assert (len(found.need), len(found.principle)) == (8, 7)
    bound = {function.code for function in found.function if function.bound_by_secrecy}
    assert bound == {function.code for function in found.function if "clb_" in function.code}


def test_the_fields_of_the_guide_are_fields_of_the_note():
    fields = {field for step in guide().step for field in step.fields} - {"agreements"}
    assert fields <= set(ConsultativeNote.__struct_fields__)


def note(**changed) -> ConsultativeNote:
    fields = {
        "meeting_id": RecordId("m"),
        "school_id": SchoolId("s"),
        "number": 1,
        "subject": TopicSubject.PUPIL_ANONYMOUS,
        "pseudonym": "leerling A",
        "grade": "L3",
        "domains": (),
        "phase": 1,
        "initiative": "school",
    }
    return ConsultativeNote(**(fields | changed))


def test_missing_steps_are_the_required_ones_that_are_empty():
    assert [step.number for step in missing_steps(note(), agreements=0)] == [
        *(1, 2, 3, 7, 8, 9, 10, 11, 12)
    ]
    filled = note(informed="by_school", question="Hoe?", strengths=("rekent graag",))
    assert [step.number for step in missing_steps(filled, agreements=1)] == [7, 8, 9, 11, 12]


@pytest.mark.parametrize(
    "from_day, on, holiday",
    [
        (date(2026, 11, 16), date(2027, 1, 4), "kerstvakantie 2026"),
        (date(2026, 11, 23), date(2027, 1, 4), None),
        (date(2026, 9, 21), date(2026, 11, 9), "herfstvakantie 2026"),
        (date(2027, 2, 15), date(2027, 4, 12), "paasvakantie 2027"),
        (date(2026, 9, 30), date(2026, 11, 12), "Wapenstilstand 2026"),
        (date(2027, 3, 25), date(2027, 5, 10), "Hemelvaart 2027"),
        (date(2027, 6, 1), date(2027, 9, 1), "zomervakantie 2027"),
        (date(2026, 11, 21), date(2027, 1, 4), "kerstvakantie 2026"),
    ],
)
def test_an_evaluation_comes_after_six_weeks_on_a_school_day(from_day, on, holiday):
    found = evaluation_date(from_day)
    assert (found.on, found.holiday) == (on, holiday)
    assert (found.moved_from is None) is (holiday is None)


def luhn(digits: str) -> int:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10


def test_every_cnk_has_a_right_check_digit():
    codes = [product.cnk for product in products().values() if product.cnk]
    assert len(codes) > 18
    assert {code: luhn(code) for code in codes if len(code) != 7 or luhn(code)} == {}


def test_products_are_found_by_name_code_and_type():
    assert named("Boostrix").type.name == "dTpa"
    assert named("DTPA/GL001").product.name == "Boostrix"
    assert named("hexavalent").type.name == "HEXA"
    assert named("Rabipur") is None
    assert named(" ") is None
    assert [product.name for product in products_of("MBR")] == ["M-M-RVaxPro", "Priorix"]
    assert products()["Engerix-B"].amount_ml == Decimal("1.0")


def test_sites_have_words_with_their_side_and_codes():
    first = sites_for("IM")[0]
    assert (first.words("left"), first.snomed) == ("linkerbovenarm", "35259002")
    assert first.words("") == "bovenarm"
    assert site("thigh").words("right") == "rechterdij"
    assert site("nose") is None


def test_steps_on_indication_belong_to_nobody_until_they_are_added():
    assert {
        moment: [step.name for step in steps_on_indication(moment)] for moment in ContactMoment
    } == {
        ContactMoment.KK1: ["doctor"],
        ContactMoment.LO1: ["doctor", "signals"],
        ContactMoment.LO4: ["hearing", "doctor", "signals"],
        ContactMoment.LO6: [],
        ContactMoment.SO3: [],
    }
    assert steps_on_indication(None) == ()


@pytest.mark.parametrize(
    "moment, step, parts, doctor_only",
    [
        (KK1, "doctor", ("doctor_exam", "oral_health"), True),
        (LO1, "doctor", ("puberty", "doctor_exam", "oral_health"), True),
        (LO1, "signals", ("development", "well_being", "care_question"), False),
        (LO4, "doctor", ("puberty", "doctor_exam"), True),
        (LO4, "signals", ("development", "well_being", "care_question"), False),
    ],
)
def test_what_the_handbook_marks_on_indication_can_be_added(moment, step, parts, doctor_only):
    """Handbook 1 §1.3: (✔) in the table of moments."""
    found = {one.name: one for one in steps_on_indication(moment)}[step]
    assert (found.parts, found.optional, found.doctor_only) == ((), parts, doctor_only)

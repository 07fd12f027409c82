"""Two versions, field by field: what differs, what is joined, and what stays a question."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec
import pytest

from clbdesk.assets import resource
from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import (
    Acuity,
    Audiometry,
    AudiometryCell,
    CellResult,
    EyeResult,
    Growth,
    VisionTest,
)
from clbdesk.domain.judgement import Confirmation
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.vaccination import Dose, DoseSource, DoseStatus
from clbdesk.ids import DeviceId, PupilId, RecordId, StaffId
from clbdesk.services.typed_anew import is_words
from clbdesk.services.versions import FieldPair, Side, joined, merged, pairs, values_of
from clbdesk.standards.care_guide import program_guide
from clbdesk.standards.vaccination.doubles import WrittenDose, double_doses

DAY = date(2026, 11, 23)


def growth(height: str | None, weight: str = "29.4", **more: object) -> Growth:
    return Growth(
        state=ExamState.DONE,
        height_cm=Decimal(height) if height else None,
        weight_kg=Decimal(weight),
        on=DAY,
        **more,
    )


def eye(logmar: str) -> EyeResult:
    return EyeResult(logmar=Decimal(logmar), state=ExamState.DONE)


def acuity(**eyes: EyeResult) -> Acuity:
    return Acuity(state=ExamState.DONE, test=VisionTest.LOGMAR, on=DAY, **eyes)


def dose(record: str, device: str, vaccine: str = "HPV", **more: object) -> WrittenDose:
    body = Dose(
        pupil_id=more.pop("pupil_id", PupilId("lotte")),
        status=more.pop("status", DoseStatus.GIVEN),
        vaccine=vaccine,
        on=more.pop("on", "2026-11-23"),
        **more,
    )
    return WrittenDose(RecordId(record), DeviceId(device), body)


def test_what_differs_stands_first():
    found = pairs(growth("136.2", "29.4"), growth("132.6", "29.4"))
    assert found[0] == FieldPair(("height_cm",), Decimal("136.2"), Decimal("132.6"))
    assert [one.path for one in found if one.differs] == [("height_cm",)]


def test_a_measure_that_was_not_done_shows_its_state():
    left = growth(None, height_state=ExamState.REFUSED)
    assert values_of(left)[("height_cm",)] is ExamState.REFUSED


def test_a_field_of_the_other_version_comes_with_its_state():
    left, right = growth("136.2"), growth(None, height_state=ExamState.REFUSED)
    body = merged(left, right, {("height_cm",): Side.RIGHT}, {})
    assert body.height_cm is None
    assert body.height_state is ExamState.REFUSED


def test_a_confirmation_stays_only_with_the_value_it_is_about():
    sure = Confirmation(
        limit_id="LIM-H",
        field="height",
        value="136.2",
        first_reading=None,
        confirmed_by=StaffId("an"),
        confirmed_at=datetime(2026, 11, 23, tzinfo=UTC),
    )
    left, right = growth("136.2", confirmed=(sure,)), growth("132.6")
    assert merged(left, right, {("height_cm",): Side.LEFT}, {}).confirmed == (sure,)
    assert merged(left, right, {("height_cm",): Side.RIGHT}, {}).confirmed == ()


def test_two_eyes_of_two_people_become_one_test():
    whole = joined(acuity(right=eye("0.0")), acuity(left=eye("0.1")))
    assert whole == acuity(right=eye("0.0"), left=eye("0.1"))


@pytest.mark.parametrize(
    "other", [acuity(right=eye("0.2")), acuity(right=eye("0.0"))], ids=["other value", "the same"]
)
def test_tests_that_say_something_else_of_one_eye_are_never_joined(other):
    assert joined(acuity(right=eye("0.0")), other) is None


def test_growth_is_never_joined_by_the_program():
    assert joined(growth("136.2"), growth("132.6")) is None


def test_one_cell_of_an_audiogram_can_be_chosen():
    heard, not_heard = (AudiometryCell(result=one) for one in (CellResult.PASS, CellResult.FAIL))
    left = Audiometry(state=ExamState.DONE, right={"1000": heard, "4000": heard}, on=DAY)
    right = Audiometry(state=ExamState.DONE, right={"1000": not_heard, "4000": not_heard}, on=DAY)
    body = merged(left, right, {("right", "1000"): Side.RIGHT}, {})
    assert body.right == {"1000": not_heard, "4000": heard}


def test_one_antigen_on_one_day_from_two_laptops_is_a_question():
    assert len(double_doses([dose("a", "LAP-07"), dose("b", "LAP-03")])) == 1
    booster, whole = dose("a", "LAP-07", "dTpa"), dose("b", "LAP-03", "dTpa-IPV")
    assert len(double_doses([booster, whole])) == 1


@pytest.mark.parametrize(
    "other",
    [
        dose("b", "LAP-07"),
        dose("b", "LAP-03", "MBR"),
        dose("b", "LAP-03", on="2026-11-24"),
        dose("b", "LAP-03", on="2026"),
        dose("b", "LAP-03", status=DoseStatus.NOT_GIVEN),
        dose("b", "LAP-03", source=DoseSource.VACCINNET),
        dose("b", "LAP-03", pupil_id=PupilId("bram")),
    ],
    ids=["same laptop", "antigen", "day", "year", "not given", "vaccinnet", "pupil"],
)
def test_other_doses_are_no_question(other):
    assert double_doses([dose("a", "LAP-07"), other]) == []


def test_every_kind_and_every_field_has_its_word():
    words = tomllib.loads(resource("wording", "conflicts.toml").read_text(encoding="utf-8"))
    hidden = {"judgements", "confirmed", "assumed", "reference", "signed_by"}
    missing = [name for name in KINDS if f"kind.{name}" not in words]
    for kind in KINDS.values():
        names = {field.name for field in msgspec.structs.fields(kind.shape)} - hidden
        missing += [
            f"{kind.name}.{name}"
            for name in sorted(names)
            if not name.endswith(("_id", "_state"))
            and f"field.{name}" not in words
            and f"field.{kind.name}.{name}" not in words
        ]
    assert missing == []


def test_every_code_of_the_guide_has_its_word():
    words = tomllib.loads(resource("wording", "conflicts.toml").read_text(encoding="utf-8"))
    codes = (*program_guide().informed, *program_guide().outcome, *program_guide().principle)
    assert {one.code: words.get(f"word.{one.code}") for one in codes} == {
        one.code: one.label for one in codes
    }


@pytest.mark.parametrize(
    "kind, field",
    [
        ("dose", "vaccine"),
        ("dose", "lot"),
        ("dose", "on"),
        ("consultative_note", "grade"),
        ("consultative_note", "theme"),
        ("signal", "theme"),
        ("referral", "domain"),
        ("background", "answer"),
        ("visit_defaults", "vision_tests"),
        ("growth", "device"),
        ("pupil", "insz"),
        ("signal", "text"),  # a pupil's name refuses it on its own page
        ("school_output", "text"),  # its checksum and the consent are about these very words
        ("guidance_request", "words"),
        ("rule_signoff", "value"),
    ],
)
def test_a_code_and_a_text_that_is_checked_elsewhere_are_never_typed_anew_as_words(kind, field):
    """What no list holds would be a record that nobody can read."""
    assert not is_words(kind, (field,))


def test_every_field_of_words_is_a_text_of_some_kind():
    of_text = {
        field.name
        for kind in KINDS.values()
        for field in msgspec.structs.fields(kind.shape)
        if field.type in (str, str | None) or field.name == "remarks"
        if is_words(kind.name, (field.name,))
    }
    named = {
        field.name
        for kind in KINDS.values()
        for field in msgspec.structs.fields(kind.shape)
        if is_words(kind.name, (field.name,))
    }
    assert named - of_text <= {"reason"}, "a reason of a list is an enum in some kinds"


def test_words_of_a_remark_and_of_a_question_are_typed_anew():
    assert is_words("growth", ("remark",))
    assert is_words("consultative_note", ("question",))

"""Terms and lists that the window only shows: objection, safety concern, codes, limits, CREON."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from clbdesk.domain.body import ExamState, Source
from clbdesk.domain.contact import Growth
from clbdesk.domain.intervention import CodeList, InterventionCode
from clbdesk.domain.judgement import RuleStatus
from clbdesk.domain.objection import Objection, ObjectionBy
from clbdesk.domain.visits import ContactMoment
from clbdesk.ids import PupilId
from clbdesk.standards.creon import creon_columns, creon_missing
from clbdesk.standards.entry_limits import Unlikely
from clbdesk.standards.intervention_codes import InterventionCodes
from clbdesk.standards.objection import ObjectionState, state_of, terms_of
from clbdesk.standards.retention import is_contact
from clbdesk.standards.safety import emergency_numbers, latest_review
from clbdesk.standards.tables import Rule, rule, standards

RECEIVED = date(2026, 9, 1)
# 90 days after the letter, 15 after the examination (resources/standards/follow_up_rules.csv).
LAST_EXAM = date(2026, 11, 30)
EXAMINED, LAST_REPORT = date(2026, 11, 20), date(2026, 12, 5)


def objection(examined: date | None = None, reported: date | None = None) -> Objection:
    return Objection(
        pupil_id=PupilId("p"),
        moment=ContactMoment.LO1,
        school_year=2026,
        received_on=RECEIVED,
        by=ObjectionBy.PARENT,
        examined_on=examined,
        report_received_on=reported,
    )


@pytest.mark.parametrize(
    "examined, reported, today, state",
    [
        (None, None, LAST_EXAM, ObjectionState.EXAMINATION_AWAITED),
        (None, None, date(2026, 12, 1), ObjectionState.EXAMINATION_LATE),
        (EXAMINED, None, LAST_REPORT, ObjectionState.REPORT_AWAITED),
        (EXAMINED, None, date(2026, 12, 6), ObjectionState.REPORT_LATE),
        (EXAMINED, date(2026, 12, 9), date(2026, 12, 9), ObjectionState.REPORTED),
        (None, EXAMINED, date(2027, 1, 1), ObjectionState.REPORTED),
    ],
)
def test_an_objection_is_late_from_the_day_after_its_term(examined, reported, today, state):
    found = objection(examined, reported)
    assert state_of(found, terms_of(found), today) is state


def test_the_terms_of_an_objection_are_signed_when_a_doctor_signed_both():
    def signed(rule_id: str) -> Rule:
        return replace(rule(rule_id), status=RuleStatus.ON)

    def one_signed(rule_id: str) -> Rule:
        return signed(rule_id) if rule_id == "OBJ-3-EXAM" else rule(rule_id)

    assert not terms_of(objection()).is_signed
    assert not terms_of(objection(), one_signed).is_signed
    assert terms_of(objection(), signed).is_signed
    assert terms_of(objection()).examined_by == LAST_EXAM
    assert terms_of(objection()).reported_by is None
    assert terms_of(objection(EXAMINED)).reported_by == LAST_REPORT


@pytest.mark.parametrize(
    "kind, body, counts",
    [
        ("contact", None, True),
        ("conclusion", None, True),
        ("growth", Growth(state=ExamState.DONE, on=EXAMINED), True),
        ("growth", Growth(state=ExamState.DONE, on=EXAMINED, source=Source.EXTERNAL_REPORT), False),
        ("growth", None, False),
        ("consent", None, False),
    ],
)
def test_a_day_of_contact_is_one_on_which_the_centre_saw_the_pupil(kind, body, counts):
    assert is_contact(kind, body) == counts


def test_a_safety_concern_is_looked_at_within_a_week():
    assert latest_review(date(2026, 12, 28)) == date(2027, 1, 4)


def test_a_number_that_the_centre_did_not_fill_in_is_listed_without_digits():
    found = {one.what: one for one in emergency_numbers()}
    assert found["dringend gevaar"].number == "112"
    unknown = [one for one in found.values() if not one.number]
    assert [one.what.split()[0] for one in unknown] == ["Vertrouwenscentrum"]
    assert not unknown[0].is_signed


def test_a_list_of_the_centre_replaces_the_proposal_of_that_list_only():
    own = InterventionCode(
        list=CodeList.ACTOR,
        code="X1",
        label="stagiair",
        source="lijst van het centrum",
        valid_from=date(2026, 9, 1),
    )
    codes = InterventionCodes([own])
    assert not codes.is_proposal(CodeList.ACTOR)
    assert codes.is_proposal(CodeList.CLIENT)
    assert codes.choices(CodeList.ACTOR, date(2026, 11, 23)) == (own,)
    assert codes.choices(CodeList.ACTOR, date(2026, 8, 31)) == ()


def test_an_unlikely_value_says_whether_a_doctor_signed_its_limit():
    states = {one.id: one.status for one in standards().rules_of("entry_limits.csv").values()}
    for limit_id, status in states.items():
        assert Unlikely(limit_id, "klopt dit?").to_confirm == (status is RuleStatus.SIGN)
    assert RuleStatus.SIGN in states.values()


def test_an_item_of_the_mandatory_set_is_a_column_or_named_as_missing():
    columns = creon_columns()
    assert len({one.name for one in columns}) == len(columns)
    assert {one.kind for one in columns} >= {"puberty"}
    assert creon_missing()
    assert len(columns) + len(creon_missing()) == len(standards().rows("creon_set.csv"))

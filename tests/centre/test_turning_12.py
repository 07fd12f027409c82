"""Who decides from a day in a school year, and what parents agreed to that runs on past it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from clbdesk.centre import administration as office
from clbdesk.centre.turning_12 import turning_12
from clbdesk.domain.capacity import Competence
from clbdesk.domain.care_outcome import Answer, Giver, Manner
from clbdesk.domain.disclosing import AgreedBy, AgreedHow, MessageChannel, SchoolMessage
from clbdesk.domain.guidance_request import GuidanceRequest
from clbdesk.domain.people import School, SchoolLevel
from clbdesk.domain.revision import Role
from clbdesk.errors import Refused
from tests.builders.centres import BuiltCentre, enrol_pupils
from tests.centre.test_turning_18 import born

BIRTH, DAY = date(2015, 2, 10), date(2027, 2, 10)
BEFORE = date(2026, 11, 23)


def request(built: BuiltCentre, giver: Giver, on: date = BEFORE, until: date | None = None) -> None:
    """A request for guidance that somebody agreed to."""
    body = GuidanceRequest(
        pupil_id=built.pupils[0],
        school_id=built.school_id,
        words="Graag meedenken.",
        competent=giver is Giver.PUPIL,
        answers=(Answer(giver=giver, gives=True),),
        manner=Manner.SPOKEN,
        on=on,
        until=until,
    )
    push(built, body)


def push(built: BuiltCentre, body: GuidanceRequest | SchoolMessage | Competence) -> None:
    laptop = built.laptop(f"LAP-{built.centre.ids.new()}", built.doctor)
    made = laptop.revision(
        body,
        author=built.doctor,
        role=Role.DOCTOR,
        pupil_id=built.pupils[0],
        visit_id=built.visit_id,
        school_id=built.school_id,
    )
    assert {one.outcome.value for one in laptop.push(made)} == {"ok"}


@pytest.mark.parametrize(
    "birth, is_listed",
    [
        (date(2014, 8, 31), False),
        (date(2014, 9, 1), True),
        (date(2015, 8, 31), True),
        (date(2015, 9, 1), False),
    ],
)
def test_the_school_year_in_which_a_pupil_turns_twelve_runs_from_september(
    built: BuiltCentre, birth: date, is_listed: bool
) -> None:
    born(built, 0, birth)
    found = turning_12(built.centre, 2026).pupils
    assert (built.pupils[0] in {one.pupil_id for one in found}) is is_listed


def test_who_changed_school_within_the_year_is_listed_where_the_pupil_went_last(
    built: BuiltCentre,
) -> None:
    other = office.add_school(
        built.centre, School(name="De Verre Brug", level=SchoolLevel.SECONDARY)
    )
    enrol_pupils(built.centre, other, built.pupils[:1], class_name="1B")
    born(built, 0, BIRTH)
    (one,) = turning_12(built.centre, 2026).pupils
    assert (one.school, one.class_name) == ("De Verre Brug", "1B")


def test_a_consent_of_a_parent_that_runs_past_the_birthday_is_listed(built: BuiltCentre) -> None:
    born(built, 0, BIRTH)
    request(built, Giver.MOTHER, until=date(2027, 6, 30))
    (one,) = turning_12(built.centre, 2026).pupils
    assert one.decides_from == DAY
    assert [(told.kind, told.on, told.until) for told in one.agreed_by_others] == [
        ("guidance_request", BEFORE, date(2027, 6, 30))
    ]


@pytest.mark.parametrize(
    "giver, until",
    [(Giver.PUPIL, None), (Giver.MOTHER, DAY - timedelta(days=1))],
)
def test_the_pupils_own_consent_and_one_that_ends_before_are_not(
    built: BuiltCentre, giver: Giver, until: date | None
) -> None:
    born(built, 0, BIRTH)
    request(built, giver, until=until)
    (one,) = turning_12(built.centre, 2026).pupils
    assert one.agreed_by_others == ()


@pytest.mark.parametrize("withdrawn", [None, BEFORE])
def test_a_message_to_school_that_a_parent_agreed_to_counts_until_it_is_taken_back(
    built: BuiltCentre, withdrawn: date | None
) -> None:
    born(built, 0, BIRTH)
    push(
        built,
        SchoolMessage(
            pupil_id=built.pupils[0],
            school_id=built.school_id,
            text="Zit best vooraan.",
            recipient="Mia Aerts",
            recipient_function="care_coordinator",
            channel=MessageChannel.TALK,
            told_on=BEFORE,
            agreed_by=AgreedBy.FATHER,
            agreed_how=AgreedHow.SPOKEN,
            agreed_on=BEFORE,
            withdrawn_on=withdrawn,
        ),
    )
    (one,) = turning_12(built.centre, 2026).pupils
    assert [told.kind for told in one.agreed_by_others] == ([] if withdrawn else ["school_message"])


def test_what_the_team_decided_otherwise_stands_beside_the_age(built: BuiltCentre) -> None:
    born(built, 0, BIRTH)
    push(
        built,
        Competence(
            pupil_id=built.pupils[0],
            competent=False,
            since=DAY,
            decided_by="team",
            reasons="begrijpt de gevolgen niet",
        ),
    )
    (one,) = turning_12(built.centre, 2026).pupils
    assert (one.decided, one.decided_since) == (False, DAY)


def test_what_is_no_school_year_is_refused(built: BuiltCentre) -> None:
    with pytest.raises(Refused, match=r"centre\.year_unreadable"):
        turning_12(built.centre, 12)

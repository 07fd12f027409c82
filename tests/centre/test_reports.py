"""Counts of a school: work in care meetings, and the overview of a year without small counts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from clbdesk.centre.care_counts import care_counts
from clbdesk.centre.opening import Place
from clbdesk.centre.year_overview import YearOverview, year_overview
from clbdesk.clock import SetClock
from clbdesk.domain.body import Body
from clbdesk.domain.care import (
    Agreement,
    AgreementStatus,
    CareDomain,
    CareMeeting,
    ConsultativeNote,
    MeetingKind,
    Participant,
    TopicSubject,
)
from clbdesk.domain.follow_up import Referral, ReferralTo
from clbdesk.domain.intervention import Intervention
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.revision import Compartment, Revision, Role
from clbdesk.domain.vaccination import Dose, DoseSource, DoseStatus
from clbdesk.errors import Refused
from clbdesk.ids import RecordId
from tests.builders.centres import BuiltCentre, Laptop, build

DAY = date(2026, 11, 23)
MEETING = datetime(2026, 11, 23, 9, 15, tzinfo=UTC)


def care_laptop(built: BuiltCentre) -> Laptop:
    return built.laptop("LAP-09", built.psychologist, compartment=Compartment.GUIDANCE)


def push(laptop: Laptop, *made: Revision) -> None:
    assert {one.outcome.value for one in laptop.push(*made)} == {"ok"}


def of_guidance(built: BuiltCentre, laptop: Laptop, body: Body, record_id: str = "") -> Revision:
    given = {"record_id": RecordId(record_id)} if record_id else {}
    return laptop.revision(
        body,
        author=built.psychologist,
        role=Role.PSYCHOPEDAGOGUE,
        school_id=built.school_id,
        **given,
    )


def meeting(built: BuiltCentre, minutes: int | None) -> CareMeeting:
    people = (("care_coordinator", False), ("teacher", False), ("clb_psychopedagogue", True))
    return CareMeeting(
        school_id=built.school_id,
        visit_id=built.visit_id,
        kind=MeetingKind.CARE_MEETING,
        start=MEETING,
        end=None if minutes is None else MEETING + timedelta(minutes=minutes),
        note_taker="Wim",
        participants=tuple(
            Participant(name=function, function=function, bound_by_secrecy=bound)
            for function, bound in people
        ),
    )


def note(built: BuiltCentre, meeting_id: RecordId, **fields: object) -> ConsultativeNote:
    given = {
        "meeting_id": meeting_id,
        "school_id": built.school_id,
        "number": 1,
        "subject": TopicSubject.PUPIL_ANONYMOUS,
        "pseudonym": "leerling A",
        "grade": "L3",
        "domains": (CareDomain.LEARNING,),
        "phase": 1,
        "initiative": "school",
        "outcome": "finished",
        **fields,
    }
    return ConsultativeNote(**given)


def test_the_work_of_a_period_is_counted(built: BuiltCentre) -> None:
    laptop = care_laptop(built)
    held = derived_record_id("care_meeting", built.visit_id)
    both = (CareDomain.LEARNING, CareDomain.PSYCHOSOCIAL)
    push(laptop, of_guidance(built, laptop, meeting(built, 75), held))
    topic = of_guidance(built, laptop, note(built, held, domains=both, theme="maths"))
    push(
        laptop,
        topic,
        of_guidance(built, laptop, note(built, held, number=2, phase=None, initiative="clb")),
    )
    for number, status in enumerate((AgreementStatus.DONE, AgreementStatus.OPEN)):
        body = Agreement(
            school_id=built.school_id,
            meeting_id=held,
            topic_id=topic.record_id,
            number=number,
            who="Kim",
            what="kaart",
            by=DAY,
            status=status,
        )
        push(laptop, of_guidance(built, laptop, body))

    counts = care_counts(built.centre, built.school_id, DAY, DAY)

    assert (counts.meetings, counts.minutes, counts.topics) == (1, 75, 2)
    assert counts.domains == {"LS": 2, "PSF": 1}
    assert counts.phases == {"1": 1, "none": 1}
    assert counts.initiatives == {"school": 1, "clb": 1}
    assert counts.themes == {"maths": 1, "none": 1}
    assert counts.agreements == {"done": 1, "open": 1}
    assert counts.participants == {
        "care_coordinator": 1,
        "teacher": 1,
        "clb_psychopedagogue": 1,
    }
    before = care_counts(built.centre, built.school_id, date(2026, 9, 1), date(2026, 11, 22))
    assert (before.meetings, before.topics, before.agreements) == (0, 0, {})


def test_not_even_the_number_of_safety_concerns_is_told(built: BuiltCentre) -> None:
    laptop = care_laptop(built)
    held = derived_record_id("care_meeting", built.visit_id)
    push(laptop, of_guidance(built, laptop, meeting(built, None), held))
    for number, outcome in enumerate(("concern", "", "finished")):
        push(laptop, of_guidance(built, laptop, note(built, held, number=number, outcome=outcome)))

    counts = care_counts(built.centre, built.school_id, DAY, DAY)

    assert counts.outcomes == {"none": 2, "finished": 1}
    assert (counts.without_end, counts.minutes) == (1, 0)


def test_a_period_that_ends_before_it_begins_is_refused(built: BuiltCentre) -> None:
    with pytest.raises(Refused) as refused:
        care_counts(built.centre, built.school_id, DAY, date(2026, 11, 22))
    assert refused.value.key == "centre.period_reversed"


# --- the year ---


@pytest.fixture
def twelve(tmp_path):
    """A school of twelve pupils."""
    made = build(Place(data=tmp_path / "centre", keys=tmp_path / "keys"), pupils=12)
    yield made
    made.centre.close()


def of_pupil(built: BuiltCentre, laptop: Laptop, pupil: int, body: Body) -> Revision:
    return laptop.revision(
        body,
        author=built.nurse,
        pupil_id=built.pupils[pupil],
        visit_id=built.visit_id,
        school_id=built.school_id,
    )


def dose(built: BuiltCentre, pupil: int, vaccine: str) -> Dose:
    return Dose(
        pupil_id=built.pupils[pupil],
        status=DoseStatus.GIVEN,
        vaccine=vaccine,
        on=DAY.isoformat(),
        source=DoseSource.OWN,
    )


def at(built: BuiltCentre, day: date) -> None:
    clock = built.centre.clock
    assert isinstance(clock, SetClock)
    clock.set(datetime(day.year, day.month, day.day, 9, tzinfo=UTC))


def overview(built: BuiltCentre) -> YearOverview:
    return year_overview(built.centre, built.school_id, 2026)


def test_the_overview_of_a_closed_year_hides_what_is_small(twelve: BuiltCentre) -> None:
    laptop = twelve.laptop("LAP-07", twelve.nurse)
    push(laptop, *(of_pupil(twelve, laptop, one, dose(twelve, one, "dTpa")) for one in range(11)))
    push(laptop, *(of_pupil(twelve, laptop, one, dose(twelve, one, "HPV")) for one in range(6)))
    push(laptop, of_pupil(twelve, laptop, 0, dose(twelve, 0, "MBR")))
    referral = Referral(
        pupil_id=twelve.pupils[0],
        domain="vision",
        to=ReferralTo.OPHTHALMOLOGIST,
        reason="visus",
        on=DAY,
    )
    push(laptop, of_pupil(twelve, laptop, 0, referral))
    at(twelve, date(2027, 9, 20))

    found = overview(twelve)

    assert found.pupils == 12
    assert found.groups["vaccinated"].cells == {"HPV": None, "MBR": None, "dTpa": 11}
    assert found.groups["referrals"].cells == {"vision": None}
    assert found.groups["referrals"].total is None
    assert found.signals == (None, None)


def talks(built: BuiltCentre, laptop: Laptop, **themes: int) -> None:
    """A meeting with so many topics of each theme."""
    held = derived_record_id("care_meeting", built.visit_id)
    push(laptop, of_guidance(built, laptop, meeting(built, 75), held))
    for theme, count in themes.items():
        push(
            laptop,
            *(of_guidance(built, laptop, note(built, held, theme=theme)) for _ in range(count)),
        )


@pytest.mark.parametrize(
    "held, shown, total",
    [
        (
            {"maths": 6, "reading": 7, "bullying": 9},
            {"maths": None, "reading": 7, "bullying": None},
            22,
        ),
        ({"maths": 6, "reading": 7}, {"maths": 6, "reading": 7}, 13),
        ({"maths": 3}, {}, None),
        ({"bullying": 9}, {}, None),
    ],
)
def test_topics_by_theme_are_hidden_when_few_and_their_number_does_not_tell_them(
    twelve: BuiltCentre, held: dict[str, int], shown: dict[str, int | None], total: int | None
) -> None:
    talks(twelve, care_laptop(twelve), **held)
    at(twelve, date(2027, 9, 20))
    found = overview(twelve)
    assert (found.themes.cells, found.themes.total) == (shown, total)
    assert found.care.topics == sum(held.values())
    assert found.care.themes == {}


def test_a_meeting_that_came_in_after_the_year_was_closed_is_in_no_overview(
    twelve: BuiltCentre,
) -> None:
    laptop = care_laptop(twelve)
    talks(twelve, laptop, maths=5)
    at(twelve, date(2027, 9, 20))
    first = overview(twelve)
    held = derived_record_id("care_meeting", twelve.visit_id)
    push(laptop, of_guidance(twelve, laptop, note(twelve, held, theme="maths")))
    assert first.care.topics == 5
    assert overview(twelve) == first


def test_a_pupil_counts_once_however_many_doses(twelve: BuiltCentre) -> None:
    laptop = twelve.laptop("LAP-07", twelve.nurse)
    for _ in range(2):
        push(laptop, *(of_pupil(twelve, laptop, one, dose(twelve, one, "HPV")) for one in range(6)))
    at(twelve, date(2027, 9, 20))
    assert overview(twelve).groups["vaccinated"].cells == {"HPV": 6}


def test_interventions_count_pupils_by_function_actor_and_domain(twelve: BuiltCentre) -> None:
    laptop = twelve.laptop("LAP-07", twelve.nurse)
    for pupil, actor in (*((one, "OUDER") for one in range(7)), (0, "OUDER"), (8, "EXTERN")):
        body = Intervention(
            pupil_id=twelve.pupils[pupil],
            school_id=twelve.school_id,
            on=DAY,
            client="LEERLING",
            function="VVH",
            actor=actor,
            subject="maths",
            domain="LS",
        )
        push(laptop, of_pupil(twelve, laptop, pupil, body))
    at(twelve, date(2027, 9, 20))
    groups = overview(twelve).groups
    assert groups["interventions_by_function"].cells == {"VVH": 8}
    assert groups["interventions_by_domain"].cells == {"LS": 8}
    assert groups["interventions_by_actor"].cells == {"EXTERN": None, "OUDER": None}


def test_a_year_that_is_not_closed_has_no_overview(twelve: BuiltCentre) -> None:
    at(twelve, date(2027, 9, 14))
    with pytest.raises(Refused) as refused:
        overview(twelve)
    assert refused.value.key == "centre.year_not_closed"


def test_the_same_overview_later_is_the_same_although_more_came_in(twelve: BuiltCentre) -> None:
    laptop = twelve.laptop("LAP-07", twelve.nurse)
    push(laptop, *(of_pupil(twelve, laptop, one, dose(twelve, one, "HPV")) for one in range(6)))
    at(twelve, date(2027, 9, 20))
    first = overview(twelve)
    push(laptop, of_pupil(twelve, laptop, 7, dose(twelve, 7, "HPV")))
    assert overview(twelve) == first

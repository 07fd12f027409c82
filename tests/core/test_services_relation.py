"""What opens a dossier of somebody who is on no list here: a consent at the border, while it holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from clbdesk.domain.care_outcome import (
    Answer,
    BorderBasis,
    BorderReason,
    Giver,
    Manner,
    Transition,
)
from clbdesk.domain.people import Enrolment, Pupil, Sex
from clbdesk.ids import PupilId
from clbdesk.services.relation import Closed, closed_because
from tests.builders.care import DAYS, SCHOOL, SECOND, Place, new_place

LOTTE = PupilId("pupil-1")
TODAY = DAYS[SECOND]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A meeting, and a pupil of the school who is on no list of this laptop."""
    made = new_place(tmp_path)
    made.meet(SECOND)
    body = Pupil(
        given_name="Lotte", family_name="Peeters", birth_date=date(2018, 3, 4), sex=Sex.FEMALE
    )
    made.station.save(body, pupil_id=LOTTE, record_id=LOTTE)
    enrolled = Enrolment(
        pupil_id=LOTTE, school_id=SCHOOL, school_year=2026, class_name="3A", stage="L3"
    )
    made.station.save(enrolled, pupil_id=LOTTE, school_id=SCHOOL)
    yield made
    made.station.vault.close()


def consented(place: Place, until: date | None) -> None:
    """The mother agreed at the border."""
    body = Transition(
        school_id=SCHOOL,
        topic_id=None,
        reason=BorderReason.OPEN_FILE,
        basis=BorderBasis.CONSENT,
        on=TODAY,
        words="mag het CLB samen met Lotte kijken",
        pupil_id=LOTTE,
        competent=False,
        answers=(Answer(giver=Giver.MOTHER, gives=True),),
        manner=Manner.SPOKEN,
        until=until,
    )
    place.station.save(body, pupil_id=LOTTE, visit_id=SECOND, school_id=SCHOOL)


def closed(place: Place) -> Closed | None:
    with place.desk.vault.read() as reader:
        return closed_because(place.desk, reader, LOTTE)


def test_a_dossier_without_consent_is_closed(place: Place) -> None:
    assert closed(place) is Closed.NOT_PLANNED


def test_a_consent_opens_the_dossier_through_its_last_day_and_not_after_it(place: Place) -> None:
    consented(place, TODAY + timedelta(days=1))
    assert closed(place) is None
    place.station.clock.advance(timedelta(days=1))
    assert closed(place) is None, "the last day counts"
    place.station.clock.advance(timedelta(days=1))
    assert closed(place) is Closed.NOT_PLANNED


def test_a_consent_without_a_last_day_holds_on(place: Place) -> None:
    consented(place, None)
    place.station.clock.advance(timedelta(days=200))
    assert closed(place) is None

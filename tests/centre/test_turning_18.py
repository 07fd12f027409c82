"""Who turns 18: by the days of the school year, with the terms that a laptop shows too."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec
import pytest

from clbdesk.centre.directory import current
from clbdesk.centre.turning_18 import turning_18
from clbdesk.centre.writing import Entry, write
from clbdesk.domain.people import Pupil
from clbdesk.errors import Refused
from clbdesk.ids import RecordId
from tests.builders.centres import BuiltCentre


def born(built: BuiltCentre, number: int, day: date) -> None:
    """Another birth date for a pupil."""
    record_id = RecordId(built.pupils[number])
    with built.centre.store.writing() as tx:
        _, pupil = current(tx, built.centre.centre_id, Pupil)[record_id]
        body = msgspec.structs.replace(pupil, birth_date=day)
        write(tx, built.centre, [Entry(record_id, body)])


@pytest.mark.parametrize(
    "day, year",
    [
        (date(2008, 8, 31), 2025),
        (date(2008, 9, 1), 2026),
        (date(2009, 8, 31), 2026),
        (date(2009, 9, 1), 2027),
    ],
)
def test_the_school_year_of_a_birthday_runs_from_september(
    built: BuiltCentre, day: date, year: int
) -> None:
    born(built, 0, day)
    found = turning_18(built.centre, 2026).pupils
    assert [one.pupil_id for one in found] == ([built.pupils[0]] if year == 2026 else [])


def test_the_terms_count_from_the_last_contact_and_never_end_before_the_age(
    built: BuiltCentre,
) -> None:
    born(built, 0, date(2008, 12, 1))
    (before,) = turning_18(built.centre, 2026).pupils
    assert before.turns_18_on == date(2026, 12, 1)
    assert before.keep_until == date(2033, 12, 1), "25 years"
    laptop = built.laptop("LAP-07", built.nurse)
    growth = built.growth(laptop, 0, "168.4")
    laptop.push(msgspec.structs.replace(growth, occurred_at=datetime(2026, 11, 23, 9, tzinfo=UTC)))
    (after,) = turning_18(built.centre, 2026).pupils
    assert after.keep_until == date(2036, 11, 23), "ten years after the last contact"
    assert after.health_until is not None
    assert after.health_until > after.keep_until


def test_what_goes_along_whatever_somebody_objects_is_named(built: BuiltCentre) -> None:
    assert "vaccinatie" in turning_18(built.centre, 2026).goes_anyway


def test_what_is_no_school_year_is_refused(built: BuiltCentre) -> None:
    with pytest.raises(Refused) as refused:
        turning_18(built.centre, 18)
    assert refused.value.key == "centre.year_unreadable"

"""`clbdesk centre report adults`: who turns 18 in a school year, and what the director tells them.

In that school year the director says how long the dossier is kept, where, and what goes along when
it moves (handbook 3 §2.4 A12). Terms are those that the laptop shows (standards/retention.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from clbdesk.centre.birthdays import birthdays, must_be_school_year
from clbdesk.centre.centre import Centre
from clbdesk.centre.standing_records import StandingRecords
from clbdesk.clock import local_day
from clbdesk.domain.age import OF_AGE_MONTHS, add_months
from clbdesk.domain.body import Body, decode
from clbdesk.domain.data_class import DataClass
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.revision import Revision, RevisionStatus
from clbdesk.ids import PupilId
from clbdesk.standards.retention import goes_despite_objection, is_contact, kept_until
from clbdesk.wording import label


@dataclass(frozen=True, slots=True)
class Adult:
    """One pupil. `keep_until`, `health_until`: at least; None = no day is known yet, so always.

    `is_confirmed`: whether every term that counts is signed.
    """

    pupil_id: PupilId
    family_name: str
    given_name: str
    birth_date: date
    turns_18_on: date
    school: str
    class_name: str
    keep_until: date | None
    health_until: date | None
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class Adults:
    """Who turns 18; `goes_anyway`: what an objection to a move does not keep back."""

    school_year: int
    goes_anyway: tuple[str, ...]
    pupils: tuple[Adult, ...]


def turning_18(centre: Centre, school_year: int) -> Adults:
    """Everybody enrolled in a school year (2026 = 2026-27) who turns 18 in it, by school and day.

    Refused when it is no school year.
    """
    must_be_school_year(school_year)
    with centre.store.reading() as tx:
        found = birthdays(tx, centre, school_year, _of_age)
        records = StandingRecords(tx, centre).of_pupils(
            [one.pupil_id for one in found], tuple(KINDS)
        )
    lines = []
    for one in found:
        own = records.get(one.pupil_id, ())
        days = [local_day(revision.occurred_at) for revision in own if _counts(revision)]
        kept = kept_until(
            one.pupil.birth_date,
            max(days, default=None),
            ever_special=any(enrolment.special_education for enrolment in one.enrolments),
        )
        lines.append(
            Adult(
                pupil_id=one.pupil_id,
                family_name=one.pupil.family_name,
                given_name=one.pupil.given_name,
                birth_date=one.pupil.birth_date,
                turns_18_on=one.on,
                school=one.school,
                class_name=one.class_name,
                keep_until=_known(kept.until),
                health_until=_known(kept.health_until),
                is_confirmed=kept.is_confirmed,
            )
        )
    return Adults(
        school_year=school_year,
        goes_anyway=tuple(label(one) for one in DataClass if goes_despite_objection(one)),
        pupils=tuple(lines),
    )


def _of_age(birth_date: date) -> date:
    return add_months(birth_date, OF_AGE_MONTHS)


def _counts(revision: Revision) -> bool:
    """A record of a version that is newer than this program counts by its kind alone."""
    kind = KINDS[revision.kind]
    body: Body | None = None
    if revision.kind_version <= kind.version:
        body = decode(revision.body, kind.shape)
    return revision.status is RevisionStatus.FINAL and is_contact(revision.kind, body)


def _known(until: date) -> date | None:
    return None if until == date.max else until

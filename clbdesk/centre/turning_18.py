"""`clbdesk centre report adults`: who turns 18 in a school year, and what the director tells them.

In that school year the director says how long the dossier is kept, where, and what goes along when
it moves (handbook 3 §2.4 A12). Terms are those that the laptop shows (standards/retention.py).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from clbdesk.centre.centre import Centre
from clbdesk.centre.directory import current
from clbdesk.centre.standing_records import StandingRecords
from clbdesk.clock import local_day
from clbdesk.domain.age import OF_AGE_MONTHS, add_months
from clbdesk.domain.body import Body, decode
from clbdesk.domain.data_class import DataClass
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.names import on_a_list
from clbdesk.domain.people import Enrolment, Pupil, School
from clbdesk.domain.revision import Revision, RevisionStatus
from clbdesk.domain.visits import days_of_school_year
from clbdesk.errors import Refused
from clbdesk.ids import PupilId, RecordId
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
    if not 2000 <= school_year <= 2199:
        raise Refused("centre.year_unreadable", field="year")
    first, last = days_of_school_year(school_year)
    with centre.store.reading() as tx:
        enrolments: dict[PupilId, list[Enrolment]] = defaultdict(list)
        for _, one in current(tx, centre.centre_id, Enrolment).values():
            enrolments[one.pupil_id].append(one)
        schools = current(tx, centre.centre_id, School)
        found = {
            PupilId(record_id): pupil
            for record_id, (_, pupil) in current(tx, centre.centre_id, Pupil).items()
            if first <= add_months(pupil.birth_date, OF_AGE_MONTHS) <= last
            and any(one.school_year == school_year for one in enrolments[PupilId(record_id)])
        }
        records = StandingRecords(tx, centre).of_pupils(found, tuple(KINDS))
    lines = []
    for pupil_id, pupil in found.items():
        days = [local_day(one.occurred_at) for one in records.get(pupil_id, ()) if _counts(one)]
        own = enrolments[pupil_id]
        kept = kept_until(
            pupil.birth_date,
            max(days, default=None),
            ever_special=any(one.special_education for one in own),
        )
        now = next(one for one in own if one.school_year == school_year)
        school = schools.get(RecordId(now.school_id))
        lines.append(
            Adult(
                pupil_id=pupil_id,
                family_name=pupil.family_name,
                given_name=pupil.given_name,
                birth_date=pupil.birth_date,
                turns_18_on=add_months(pupil.birth_date, OF_AGE_MONTHS),
                school=school[1].name if school else "",
                class_name=now.class_name,
                keep_until=_known(kept.until),
                health_until=_known(kept.health_until),
                is_confirmed=kept.is_confirmed,
            )
        )
    return Adults(
        school_year=school_year,
        goes_anyway=tuple(label(one) for one in DataClass if goes_despite_objection(one)),
        pupils=tuple(
            sorted(
                lines,
                key=lambda one: (
                    one.school,
                    one.turns_18_on,
                    *on_a_list(one.family_name, one.given_name),
                ),
            )
        ),
    )


def _counts(revision: Revision) -> bool:
    """A record of a version that is newer than this program counts by its kind alone."""
    kind = KINDS[revision.kind]
    body: Body | None = None
    if revision.kind_version <= kind.version:
        body = decode(revision.body, kind.shape)
    return revision.status is RevisionStatus.FINAL and is_contact(revision.kind, body)


def _known(until: date) -> date | None:
    return None if until == date.max else until

"""`clbdesk centre report competent`: from when pupils decide themselves, and what others agreed to.

From the twelfth birthday a pupil is presumed competent (BKW-1), unless the team decided otherwise
with reasons (handbook 3 §2.4 A1). What a parent agreed to before goes on; who works with the pupil
sees here what is to be talked over, because nothing is asked anew by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from clbdesk.centre.birthdays import birthdays, must_be_school_year
from clbdesk.centre.centre import Centre
from clbdesk.centre.standing_records import StandingRecords
from clbdesk.domain.body import Body, decode
from clbdesk.domain.capacity import Competence
from clbdesk.domain.care_outcome import BorderBasis, Giver, Transition
from clbdesk.domain.disclosing import AgreedBy, SchoolMessage
from clbdesk.domain.guidance_request import Crossing
from clbdesk.domain.kinds import KINDS, kind_of
from clbdesk.domain.revision import Revision, RevisionStatus
from clbdesk.ids import PupilId
from clbdesk.standards.capacity import presumed_from

_AGREED = ("guidance_request", "released_summary", "transition", "school_message")


@dataclass(frozen=True, slots=True)
class Agreed:
    """What others agreed to and what runs on past the birthday; `until` None = till taken back."""

    kind: str
    on: date
    until: date | None


@dataclass(frozen=True, slots=True)
class NewlyCompetent:
    """One pupil. `decided`: what the team decided, from `decided_since` on; None = the age counts."""

    pupil_id: PupilId
    family_name: str
    given_name: str
    birth_date: date
    decides_from: date
    school: str
    class_name: str
    decided: bool | None
    decided_since: date | None
    agreed_by_others: tuple[Agreed, ...]


@dataclass(frozen=True, slots=True)
class NewlyCompetents:
    """Who is presumed competent from a day in this school year.

    `two_versions`: kind → records that wait for a choice and are not counted here.
    """

    school_year: int
    pupils: tuple[NewlyCompetent, ...]
    two_versions: dict[str, int]


def turning_12(centre: Centre, school_year: int) -> NewlyCompetents:
    """Everybody enrolled in a school year (2026 = 2026-27) who reaches the age of BKW-1 in it.

    Refused when it is no school year.
    """
    must_be_school_year(school_year)
    with centre.store.reading() as tx:
        found = birthdays(tx, centre, school_year, presumed_from)
        standing = StandingRecords(tx, centre)
        records = standing.of_pupils([one.pupil_id for one in found], ("competence", *_AGREED))
    lines = []
    for one in found:
        own = [body for body in map(_body, records.get(one.pupil_id, ())) if body is not None]
        decided = next((body for body in own if isinstance(body, Competence)), None)
        agreed = [told for body in own if (told := _agreed_by_others(body, one.on))]
        lines.append(
            NewlyCompetent(
                pupil_id=one.pupil_id,
                family_name=one.pupil.family_name,
                given_name=one.pupil.given_name,
                birth_date=one.pupil.birth_date,
                decides_from=one.on,
                school=one.school,
                class_name=one.class_name,
                decided=decided.competent if decided else None,
                decided_since=decided.since if decided else None,
                agreed_by_others=tuple(sorted(agreed, key=lambda told: (told.on, told.kind))),
            )
        )
    return NewlyCompetents(school_year, tuple(lines), standing.two_versions)


def _body(revision: Revision) -> Body | None:
    """A record that stands and that this program can read."""
    kind = KINDS[revision.kind]
    if revision.status is not RevisionStatus.FINAL or revision.kind_version > kind.version:
        return None
    return decode(revision.body, kind.shape)


def _agreed_by_others(body: Body, day: date) -> Agreed | None:
    """A consent without the pupil's own word, given before the birthday and running past it."""
    match body:
        case Crossing() | Transition():
            by_others = all(one.giver is not Giver.PUPIL for one in body.answers)
            counts = by_others and (
                not isinstance(body, Transition) or body.basis is BorderBasis.CONSENT
            )
            on, until = body.on, body.until
        case SchoolMessage():
            counts = body.agreed_by not in (None, AgreedBy.PUPIL) and body.withdrawn_on is None
            on, until = body.agreed_on or body.told_on, body.valid_until
        case _:
            return None
    if not counts or on >= day or (until is not None and until < day):
        return None
    return Agreed(kind_of(body).name, on, until)

"""What the user has to do with a pupil: without that the dossier is closed, whatever the function.

The table of rights says what relation reading needs (domain/rights.py); here it is found: working
for a school of the pupil (domain/membership.py), a basis at the border, or a reading that runs.
What is open by right but on no list here asks for a reason first (services/emergency.py). The wall
between medical and guidance data stands before this: it is two keys.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from clbdesk.clock import local_day
from clbdesk.domain.care_outcome import Transition
from clbdesk.domain.data_class import Relation
from clbdesk.domain.device import EMERGENCY, UNPLANNED
from clbdesk.domain.people import Enrolment
from clbdesk.domain.visits import Visit, VisitPupil, school_year_of
from clbdesk.errors import Refused
from clbdesk.ids import PupilId, RecordId, SchoolId, VisitId
from clbdesk.services.desk import Desk
from clbdesk.services.reading import Standing, all_standing, one_standing
from clbdesk.services.visits import taken_visits
from clbdesk.standards.tables import rule
from clbdesk.storage.vault import Reader


class Closed(StrEnum):
    """Why a dossier does not open by itself.

    `not_planned`: the user works for the school, but the pupil is on no list here.
    `no_membership`: the user does not work for the school today.
    """

    NOT_PLANNED = "not_planned"
    NO_MEMBERSHIP = "no_membership"


# Acts of the access log. The newest of them says what runs, so a second pupil ends the first.
READING_ENDED = "reading_ended"
_ACTS = frozenset({EMERGENCY, UNPLANNED, READING_ENDED})
# What stands on the list of a visit: whoever may not read it has no business at the school.
_LISTED = "visit_pupil"


def works_here(desk: Desk, school_id: SchoolId | None) -> bool:
    """Whether the table lets the user read the lists of this school today, without an emergency."""
    return desk.may_read(_LISTED, desk.relations(school_id))


def relations_to(desk: Desk, reader: Reader, pupil_id: PupilId) -> frozenset[Relation]:
    """Everything that the user has to do with a pupil now."""
    found = _of_schools(desk, reader, pupil_id)
    if _has_basis(desk, reader, pupil_id):
        found |= {Relation.TRAJECTORY}
    if reading_until(desk, reader, pupil_id) is not None:
        found |= {Relation.EMERGENCY}
    return found


def must_work_for(desk: Desk, school_id: SchoolId | None) -> None:
    """Refused("emergency.closed") when the user does not work for this school today."""
    if not works_here(desk, school_id):
        raise Refused("emergency.closed")


def visit_open_to(desk: Desk, reader: Reader, visit_id: VisitId) -> Standing[Visit] | None:
    """A visit as it stands, None when it is not on this laptop.

    Refused("emergency.closed") when the user does not work for its school today.
    """
    visit = one_standing(reader, RecordId(visit_id), Visit)
    if visit is not None:
        must_work_for(desk, visit.body.school_id)
    return visit


def must_be_near(desk: Desk, reader: Reader, pupil_id: PupilId) -> None:
    """Refused("emergency.closed") when this dossier does not open by itself."""
    if closed_because(desk, reader, pupil_id) is not None:
        raise Refused("emergency.closed")


def must_read_at(desk: Desk, school_id: SchoolId | None, *kinds: str) -> None:
    """Refused when the user does not work for this school, or the centre closed one of these kinds.

    A step is shown whole or not at all: half of it would look as if the rest was never done.
    """
    must_work_for(desk, school_id)
    relation = desk.relations(school_id)
    if not all(desk.may_read(kind, relation) for kind in kinds):
        raise Refused("records.not_shown")


def must_work_for_pupil(desk: Desk, reader: Reader, pupil_id: PupilId | None) -> None:
    """Refused("emergency.closed") when the user works for no school of this pupil today."""
    if pupil_id is not None and closed_because(desk, reader, pupil_id) is Closed.NO_MEMBERSHIP:
        raise Refused("emergency.closed")


def must_read(desk: Desk, kind: str, relation: frozenset[Relation]) -> None:
    """Refused("records.not_read") when the user may not read this kind, so that no paper tells it."""
    if not desk.may_read(kind, relation):
        raise Refused("records.not_read", kind=kind)


def without_closed(desk: Desk, reader: Reader, pupils: Collection[PupilId]) -> frozenset[PupilId]:
    """Those of these pupils for a school of whom the user works today.

    Where the user works for every school that is planned here, nobody is asked one by one.
    """
    visits = all_standing(reader.heads(kinds=("visit",)), Visit)
    if all(works_here(desk, one) for one in {one.body.school_id for one in visits}):
        return frozenset(pupils)
    return frozenset(
        one for one in pupils if closed_because(desk, reader, one) is not Closed.NO_MEMBERSHIP
    )


def closed_visits(desk: Desk, reader: Reader) -> frozenset[VisitId]:
    """The visits in hand of schools for which the user does not work today."""
    found = set()
    for visit_id in taken_visits(reader):
        visit = one_standing(reader, RecordId(visit_id), Visit)
        if visit is not None and not works_here(desk, visit.body.school_id):
            found.add(VisitId(visit_id))
    return frozenset(found)


def closed_because(desk: Desk, reader: Reader, pupil_id: PupilId) -> Closed | None:
    """Why this dossier is closed for the user; None when it is open."""
    if any(works_here(desk, one) for one in _listed_at(reader, pupil_id)):
        return None
    if not any(works_here(desk, one) for one in schools_of(desk, reader, pupil_id) or (None,)):
        return Closed.NO_MEMBERSHIP
    return None if _has_basis(desk, reader, pupil_id) else Closed.NOT_PLANNED


def reading_until(desk: Desk, reader: Reader, pupil_id: PupilId) -> datetime | None:
    """Until when the user's reading of this pupil runs; a clock that is not believed ends it."""
    newest = reader.newest_access(desk.user.staff_id, _ACTS)
    if newest is None or newest.action == READING_ENDED or newest.pupil_id != pupil_id:
        return None
    now, until = desk.clock.now(), newest.at + timedelta(minutes=int(rule("NOOD-1").number))
    runs = newest.at <= now < until and not reader.clock_is_uncertain(now)
    return until if runs else None


def schools_of(desk: Desk, reader: Reader, pupil_id: PupilId) -> tuple[SchoolId, ...]:
    """Where the pupil goes to school this year, as far as this laptop knows."""
    year = school_year_of(local_day(desk.clock.now()))
    enrolments = all_standing(reader.heads(kinds=("enrolment",), pupil_id=pupil_id), Enrolment)
    return tuple(one.body.school_id for one in enrolments if one.body.school_year == year)


def _of_schools(desk: Desk, reader: Reader, pupil_id: PupilId) -> frozenset[Relation]:
    """What the user has to do with the schools that list the pupil here, or where it is enrolled."""
    known = schools_of(desk, reader, pupil_id) or (None,)
    return frozenset().union(
        *(desk.relations(one) for one in (*_listed_at(reader, pupil_id), *known))
    )


def _listed_at(reader: Reader, pupil_id: PupilId) -> tuple[SchoolId, ...]:
    """The schools of the visits here on whose list the pupil stands."""
    heads = reader.heads(kinds=(_LISTED,), pupil_id=pupil_id)
    visits = (
        one_standing(reader, RecordId(listed.body.visit_id), Visit)
        for listed in all_standing(heads, VisitPupil)
    )
    return tuple(one.body.school_id for one in visits if one is not None)


def _has_basis(desk: Desk, reader: Reader, pupil_id: PupilId) -> bool:
    """Whether a talk crossed the border for this pupil, and what it rests on still holds."""
    today = local_day(desk.clock.now())
    crossed = all_standing(reader.heads(kinds=("transition",), pupil_id=pupil_id), Transition)
    return any(one.body.until is None or today <= one.body.until for one in crossed)

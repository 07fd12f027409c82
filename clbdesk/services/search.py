"""P27 Zoeken: the right pupil in a few letters, among those on this laptop only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from clbdesk.domain.names import with_namesake
from clbdesk.domain.people import School
from clbdesk.domain.visits import Attendance, AttendanceState, VisitPupil
from clbdesk.ids import PupilId, RecordId, VisitId
from clbdesk.services.desk import Desk
from clbdesk.services.reading import Standing, all_standing, one_standing
from clbdesk.storage.vault import PupilHit, Reader


@dataclass(frozen=True, slots=True)
class Hit:
    """A pupil as the list of hits shows it. `visit_id`: the visit to open the pupil on."""

    pupil_id: PupilId
    family_name: str
    given_name: str
    birth_date: date
    class_name: str
    school: str
    attendance: AttendanceState
    has_namesake: bool
    visit_id: VisitId | None


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found, and among how many pupils."""

    found: tuple[Hit, ...]
    pupils: int


def find_pupils(desk: Desk, text: str, limit: int = 30) -> Hits:
    """Words in any order: names, call name, class, birth date; accents do not matter."""
    with desk.vault.read() as reader:
        hits = reader.find_pupils(text, limit) if text.strip() else []
        found = _found(reader, hits)
        return Hits(found=found, pupils=reader.pupil_count())


def _found(reader: Reader, hits: list[PupilHit]) -> tuple[Hit, ...]:
    """What is asked of the vault is asked for all hits at once: this runs at every letter."""
    ids = [one.pupil_id for one in hits]
    heads = reader.heads(kinds=("visit_pupil", "attendance"), pupil_ids=ids) if ids else []
    # Ordered by when they were said, so the last one of a pupil stands.
    listed = {
        one.body.pupil_id: one.body
        for one in all_standing((head for head in heads if head.kind == "visit_pupil"), VisitPupil)
    }
    presence = {
        one.body.pupil_id: one.body.state
        for one in all_standing((head for head in heads if head.kind == "attendance"), Attendance)
    }
    schools = {
        school_id: one_standing(reader, RecordId(school_id), School)
        for school_id in {one.school_id for one in hits if one.school_id}
    }
    namesakes = with_namesake({one.pupil_id: (one.family_name, one.given_name) for one in hits})
    return tuple(
        _hit(
            one,
            school=schools.get(one.school_id) if one.school_id else None,
            attendance=presence.get(one.pupil_id, AttendanceState.EXPECTED),
            has_namesake=one.pupil_id in namesakes,
            listed=listed.get(one.pupil_id),
        )
        for one in hits
    )


def _hit(
    hit: PupilHit,
    *,
    school: Standing[School] | None,
    attendance: AttendanceState,
    has_namesake: bool,
    listed: VisitPupil | None,
) -> Hit:
    return Hit(
        pupil_id=hit.pupil_id,
        family_name=hit.family_name,
        given_name=hit.given_name,
        birth_date=hit.birth_date,
        class_name=hit.class_name,
        school=school.body.name if school else "",
        attendance=attendance,
        has_namesake=has_namesake,
        visit_id=listed.visit_id if listed else None,
    )

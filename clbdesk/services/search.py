"""P27 Zoeken: the right pupil in a few letters, among those on this laptop only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from clbdesk.domain.names import is_similar
from clbdesk.domain.people import School
from clbdesk.domain.visits import Attendance, AttendanceState, VisitPupil
from clbdesk.ids import PupilId, RecordId, VisitId
from clbdesk.services.desk import Desk
from clbdesk.services.reading import all_standing, one_standing
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
        return Hits(
            found=tuple(_hit(reader, one, hits) for one in hits), pupils=reader.pupil_count()
        )


def _hit(reader: Reader, hit: PupilHit, others: list[PupilHit]) -> Hit:
    listed = all_standing(reader.heads(kinds=("visit_pupil",), pupil_id=hit.pupil_id), VisitPupil)
    presence = all_standing(reader.heads(kinds=("attendance",), pupil_id=hit.pupil_id), Attendance)
    school = one_standing(reader, RecordId(hit.school_id), School) if hit.school_id else None
    return Hit(
        pupil_id=hit.pupil_id,
        family_name=hit.family_name,
        given_name=hit.given_name,
        birth_date=hit.birth_date,
        class_name=hit.class_name,
        school=school.body.name if school else "",
        attendance=presence[-1].body.state if presence else AttendanceState.EXPECTED,
        has_namesake=any(
            is_similar((hit.family_name, hit.given_name), (one.family_name, one.given_name))
            for one in others
            if one.pupil_id != hit.pupil_id
        ),
        visit_id=listed[-1].body.visit_id if listed else None,
    )

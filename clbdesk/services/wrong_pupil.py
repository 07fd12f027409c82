"""A needle in another pupil than was written down: the error path, in one commit.

With the pupil who was named the record stays, withdrawn, and the vaccine is due again. The pupil
who got it has the dose as it was given, which does not count before somebody decides about it, the
incident and the observation. Both get the task to tell the parents; neither dossier names the other
(handbook 2 §4.4, §5.5: corrections as new versions, never deleted).
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from clbdesk.domain.body import Body
from clbdesk.domain.follow_up import Task, TaskKind
from clbdesk.domain.incident import Incident, IncidentType, VaccinationError
from clbdesk.domain.vaccination import Dose, DoseSource, DoseStatus, Observation, ValidityOverride
from clbdesk.domain.visits import AttendanceState
from clbdesk.errors import Defect, Refused
from clbdesk.ids import PupilId, RecordId
from clbdesk.services.class_list import attendance_part
from clbdesk.services.desk import Desk
from clbdesk.services.outcome import Outcome
from clbdesk.services.pupil import PupilOnVisit, find_on_visit
from clbdesk.services.reading import Standing, all_standing, one_standing
from clbdesk.services.records import Part, Saved, Where, add_parts, changes_of, withdraw_in
from clbdesk.services.shielding import carried
from clbdesk.standards.vaccination.products import named
from clbdesk.storage.vault import Reader
from clbdesk.wording import label, say

AWAY = "vaccinatiefout: bij een andere leerling gegeven"
HERE = "vaccinatiefout: stond bij een andere leerling"


@dataclass(frozen=True, slots=True)
class _Needle:
    """What went in at one moment under the name of one pupil."""

    doses: tuple[Standing[Dose], ...]
    named: PupilOnVisit
    got: PupilOnVisit

    @property
    def vaccines(self) -> str:
        """MBR, DTPa-IPV."""
        return ", ".join(_label(one.body.vaccine) for one in self.doses)


def move_needle(desk: Desk, record_id: RecordId, to: PupilId) -> Outcome[Saved]:
    """Everything given together with this dose goes to the pupil who got it.

    Refused `access.cannot_move` for a dose that was not given here, `access.move_undecided` beside
    another version or a withdrawal.
    """
    with desk.vault.write() as work:
        needle = _needle(work, record_id, to)
        gone = [withdraw_in(desk, work, one.record_id, AWAY) for one in needle.doses]
        watched = _observation(work, needle.named)
        if watched is not None and not _others_given(work, needle):
            gone.append(withdraw_in(desk, work, watched.record_id, AWAY))
        moved = [
            Part(_as_given(one.body, to), needle.got.where, RecordId(desk.ids.new()))
            for one in needle.doses
        ]
        incident = _incident(desk, needle, moved)
        watching = _watching(desk, work, needle, watched)
        parts = [*moved, *watching, incident, *_presence(work, needle.got)]
        was = [one.record_id for one in needle.doses]
        if watched is not None and watching:
            was.append(watched.record_id)
        for old_id, part in zip(was, [*moved, *watching], strict=True):
            if part.record_id is not None:
                parts += carried(work, old_id, part.record_id, part.where)
        saved = add_parts(
            desk,
            work,
            parts,
            occurred_at=needle.doses[0].revision.occurred_at,
            reason=HERE,
        ).revisions
        told = add_parts(desk, work, _tasks(desk, needle, incident)).revisions
    whole = Saved((*gone, *saved, *told))
    return Outcome(whole, changes_of(whole.revisions))


def _needle(reader: Reader, record_id: RecordId, to: PupilId) -> _Needle:
    head = reader.head(record_id)
    if head is None or head.leaf.visit_id is None or head.leaf.pupil_id is None:
        raise Defect("history.unknown_record")
    if head.is_conflict or head.is_withdrawn:
        raise Refused("access.move_undecided")
    first = one_standing(reader, record_id, Dose)
    if first is None or not _was_given_here(first.body):
        raise Refused("access.cannot_move")
    visit_id, pupil_id = head.leaf.visit_id, head.leaf.pupil_id
    heads = reader.heads(kinds=("dose",), visit_id=visit_id, pupil_id=pupil_id)
    together = tuple(
        one
        for one in all_standing(heads, Dose)
        if _was_given_here(one.body) and one.body.given_at == first.body.given_at
    )
    if any(one.is_conflict for one in together):
        raise Refused("access.move_undecided")
    return _Needle(
        doses=together,
        named=find_on_visit(reader, visit_id, pupil_id)[0],
        got=find_on_visit(reader, visit_id, to)[0],
    )


def _was_given_here(dose: Dose) -> bool:
    return dose.status is DoseStatus.GIVEN and dose.source is DoseSource.OWN


def _others_given(reader: Reader, needle: _Needle) -> bool:
    """Whether the pupil who was named got another vaccine on this visit: then somebody sits there."""
    at = needle.named
    heads = reader.heads(kinds=("dose",), visit_id=at.visit_id, pupil_id=at.pupil_id)
    gone = {one.record_id for one in needle.doses}
    return any(
        one.record_id not in gone and one.body.status is DoseStatus.GIVEN
        for one in all_standing(heads, Dose)
    )


def _observation(reader: Reader, at: PupilOnVisit) -> Standing[Observation] | None:
    heads = reader.heads(kinds=("observation",), visit_id=at.visit_id, pupil_id=at.pupil_id)
    found = all_standing(heads, Observation)
    return max(found, key=lambda one: (one.body.ended_at is None, one.body.until), default=None)


def _as_given(dose: Dose, pupil_id: PupilId) -> Dose:
    """The same needle; consent, number and advice were about the other pupil."""
    return msgspec.structs.replace(
        dose,
        pupil_id=pupil_id,
        consent_id=None,
        dose_number=None,
        judgements=(),
        validity_override=ValidityOverride.INVALID,
    )


def _watching(
    desk: Desk, reader: Reader, needle: _Needle, watched: Standing[Observation] | None
) -> list[Part]:
    """The minutes run on for the pupil who sits there, also for one who had been let go before."""
    there = _observation(reader, needle.got)
    if watched is None:
        return []
    if there is not None and watched.body.ended_at is not None:
        return []
    body: Body = msgspec.structs.replace(watched.body, pupil_id=needle.got.pupil_id)
    return [Part(body, needle.got.where, RecordId(desk.ids.new()))]


def _presence(reader: Reader, at: PupilOnVisit) -> list[Part]:
    """Who got the needle was here, whatever else is refused about this pupil."""
    part = attendance_part(reader, at.visit_id, at.pupil_id, AttendanceState.PRESENT)
    return [part] if part is not None else []


def _incident(desk: Desk, needle: _Needle, moved: list[Part]) -> Part:
    first = needle.doses[0]
    body = Incident(
        visit_id=needle.got.visit_id,
        type=IncidentType.VACCINATION_ERROR,
        began_at=first.body.given_at or first.revision.occurred_at,
        pupil_id=needle.got.pupil_id,
        error=VaccinationError.WRONG_PUPIL,
        dose_ids=tuple(one.record_id for one in moved if one.record_id is not None),
    )
    return Part(body, needle.got.where, RecordId(desk.ids.new()))


def _tasks(desk: Desk, needle: _Needle, incident: Part) -> list[Part]:
    """Tell the parents of both; no rule gives a term, so there is none."""
    error = label(VaccinationError.WRONG_PUPIL)
    return [
        Part(
            Task(
                pupil_id=at.pupil_id,
                task=TaskKind.INFORM_PARENTS,
                owner=desk.user.staff_id,
                origin_id=origin,
                domain="vaccination",
                text=say(key, vaccines=needle.vaccines, error=error),
            ),
            Where(at.pupil_id, at.visit_id, at.school_id),
        )
        for at, origin, key in (
            (needle.got, incident.record_id, "vaccination.task_error"),
            (needle.named, needle.doses[0].record_id, "vaccination.task_not_given"),
        )
    ]


def _label(vaccine: str) -> str:
    found = named(vaccine)
    return found.type.label if found else vaccine

"""Who decides about a pupil's dossier: the decision on competence, and the persons beside the pupil."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from clbdesk.domain.capacity import Competence, Guardian, Relationship
from clbdesk.domain.kinds import derived_record_id
from clbdesk.errors import Refused
from clbdesk.ids import PupilId, RecordId, RevId
from clbdesk.services.desk import Desk
from clbdesk.services.outcome import Outcome
from clbdesk.services.reading import Standing, all_standing, one_standing, open_base
from clbdesk.services.records import Part, Saved, Where, record
from clbdesk.services.relation import must_work_for_pupil
from clbdesk.standards.capacity import is_competent, presumed_from
from clbdesk.storage.vault import Reader


@dataclass(frozen=True, slots=True)
class Capacity:
    """Who decides on a day. `decided` stands beside the age, which alone says `presumed_from`."""

    competent: bool
    presumed_from: date
    decided: Standing[Competence] | None
    guardians: tuple[Standing[Guardian], ...]

    def person(self, relationship: Relationship) -> Standing[Guardian] | None:
        """The person of this relationship, when one was noted."""
        found = (one for one in self.guardians if one.body.relationship is relationship)
        return next(found, None)


def capacity_of(reader: Reader, pupil_id: PupilId, birth_date: date, on: date) -> Capacity:
    """Who decides about this pupil on a day, as far as this laptop knows."""
    record_id = derived_record_id("competence", pupil_id)
    decided = one_standing(reader, record_id, Competence)
    heads = reader.heads(kinds=("guardian",), pupil_id=pupil_id)
    return Capacity(
        competent=is_competent(birth_date, on, decided.body if decided else None),
        presumed_from=presumed_from(birth_date),
        decided=decided,
        guardians=tuple(all_standing(heads, Guardian)),
    )


def capacity_form(pupil_id: PupilId) -> str:
    """The key of the draft of a decision or a person."""
    return f"capacity/{pupil_id}"


def decide_competence(
    desk: Desk, pupil_id: PupilId, *, competent: bool, since: date, decided_by: str, reasons: str
) -> Outcome[Saved]:
    """The team decides otherwise than the age does, or again. Refused without who and why."""
    if not decided_by.strip():
        raise Refused("access.decided_by_missing", field="decided_by")
    if not reasons.strip():
        raise Refused("access.reasons_missing", field="reasons")
    body = Competence(
        pupil_id=pupil_id,
        competent=competent,
        since=since,
        decided_by=decided_by.strip(),
        reasons=reasons.strip(),
    )
    record_id = derived_record_id("competence", pupil_id)
    with desk.vault.read() as reader:
        must_work_for_pupil(desk, reader, pupil_id)
        base = open_base(reader.head(record_id))
    part = Part(body, Where(pupil_id), record_id, base)
    why = reasons.strip() if base else None
    return record(desk, [part], reason=why, draft_form=capacity_form(pupil_id))


def note_guardian(desk: Desk, guardian: Guardian) -> Outcome[Saved]:
    """A parent, guardian or confidant; the one of the same relationship and name is replaced.

    Refused without a name, or without the ground on which a parent has no authority.
    """
    if not guardian.name.strip():
        raise Refused("access.name_missing", field="name")
    if not guardian.has_authority and not guardian.without_authority_because.strip():
        raise Refused("access.authority_ground_missing", field="authority")
    record_id: RecordId | None = None
    base: tuple[RevId, ...] = ()
    with desk.vault.read() as reader:
        must_work_for_pupil(desk, reader, guardian.pupil_id)
        for one in all_standing(
            reader.heads(kinds=("guardian",), pupil_id=guardian.pupil_id), Guardian
        ):
            same = one.body.relationship is guardian.relationship
            if same and one.body.name == guardian.name:
                record_id, base = one.record_id, one.base
    part = Part(guardian, Where(guardian.pupil_id), record_id, base)
    why = "aangevuld" if base else None
    return record(desk, [part], reason=why, draft_form=capacity_form(guardian.pupil_id))

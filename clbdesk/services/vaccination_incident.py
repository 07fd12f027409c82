"""P14: an incident after or around a needle, recorded in seconds and never refused by a closed session.

A needle-stick names no pupil. A vaccination error keeps the dose as it was given, lets it say that
it does not count, and leaves the task to tell the parents (handbook 2 §4.4).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import msgspec

from clbdesk.domain.follow_up import Task, TaskKind
from clbdesk.domain.incident import (
    Incident,
    IncidentOutcome,
    IncidentType,
    Stamp,
    VaccinationError,
)
from clbdesk.domain.people import Pupil, Staff
from clbdesk.domain.vaccination import Dose, DoseStatus, ValidityOverride
from clbdesk.errors import Defect, Refused
from clbdesk.ids import PupilId, RecordId, StaffId, VisitId
from clbdesk.services.desk import Desk
from clbdesk.services.outcome import Outcome
from clbdesk.services.reading import all_standing, one_standing
from clbdesk.services.records import Part, Saved, Where, add_parts, changes_of
from clbdesk.services.relation import visit_open_to
from clbdesk.standards.vaccination.products import named
from clbdesk.storage.vault import Reader
from clbdesk.wording import label, say


@dataclass(frozen=True, slots=True)
class DoseToday:
    """A dose that the pupil got on this visit, for the lot and for a vaccination error."""

    record_id: RecordId
    vaccine: str
    product: str
    lot: str
    is_void: bool


@dataclass(frozen=True, slots=True)
class Bystander:
    """A member of the team who can have had the needle-stick."""

    staff_id: StaffId
    name: str


@dataclass(frozen=True, slots=True)
class IncidentView:
    """What the form starts from. `pupil_id` None: nobody is chosen, only a needle-stick fits.

    `began_at`: the hour at which the form was opened, when the incident began.
    """

    visit_id: VisitId
    pupil_id: PupilId | None
    family_name: str
    given_name: str
    birth_date: date | None
    doses: tuple[DoseToday, ...]
    team: tuple[Bystander, ...]
    user: StaffId
    began_at: datetime

    @property
    def form(self) -> str:
        """The key of its draft."""
        return f"incident/{self.visit_id}/{self.pupil_id or 'staff'}"

    @property
    def where(self) -> Where:
        """What the draft belongs to."""
        return Where(self.pupil_id, self.visit_id)


@dataclass(frozen=True, slots=True)
class IncidentEntry:
    """The form. `staff_id` for a needle-stick; `error` and `dose_ids` for a vaccination error."""

    type: IncidentType | None
    began_at: datetime
    stamps: tuple[Stamp, ...] = ()
    adrenaline_dose: str = ""
    signs: str = ""
    treatment: str = ""
    outcome: IncidentOutcome | None = None
    staff_id: StaffId | None = None
    error: VaccinationError | None = None
    dose_ids: tuple[RecordId, ...] = ()


def open_incident(desk: Desk, visit_id: VisitId, pupil_id: PupilId | None) -> IncidentView:
    """The pupil with the doses of this visit, and the team."""
    with desk.vault.read() as reader:
        visit = visit_open_to(desk, reader, visit_id)
        pupil = one_standing(reader, RecordId(pupil_id), Pupil) if pupil_id else None
        doses = _doses(reader, visit_id, pupil_id) if pupil_id else ()
        staff = all_standing(reader.heads(kinds=("staff",)), Staff)
    names = {StaffId(one.record_id): one.body.name for one in staff}
    team = dict.fromkeys((desk.user.staff_id, *(visit.body.team if visit else ())))
    return IncidentView(
        visit_id=visit_id,
        pupil_id=pupil_id if pupil else None,
        family_name=pupil.body.family_name if pupil else "",
        given_name=pupil.body.given_name if pupil else "",
        birth_date=pupil.body.birth_date if pupil else None,
        doses=doses,
        team=tuple(Bystander(one, names[one]) for one in team if one in names),
        user=desk.user.staff_id,
        began_at=desk.clock.now(),
    )


def record_incident(desk: Desk, view: IncidentView, entry: IncidentEntry) -> Outcome[Saved]:
    """Record the incident with all that follows from it, in one commit.

    Refused `vaccination.incident_type`, `vaccination.incident_pupil`, `vaccination.incident_error`
    or `vaccination.incident_dose` when what the type needs is missing.
    """
    _refuse(view, entry)
    is_staff = entry.type is IncidentType.NEEDLESTICK
    is_error = entry.type is IncidentType.VACCINATION_ERROR
    assert entry.type is not None  # refused above
    of_pupil = tuple(dose.record_id for dose in view.doses)
    body = Incident(
        visit_id=view.visit_id,
        type=entry.type,
        began_at=entry.began_at,
        pupil_id=None if is_staff else view.pupil_id,
        staff_id=(entry.staff_id or view.user) if is_staff else None,
        error=entry.error if is_error else None,
        stamps=entry.stamps,
        adrenaline_dose=entry.adrenaline_dose,
        signs=entry.signs,
        treatment=entry.treatment,
        outcome=entry.outcome,
        dose_ids=entry.dose_ids if is_error else () if is_staff else of_pupil,
    )
    where = Where(visit_id=view.visit_id) if is_staff else view.where
    incident_id = RecordId(desk.ids.new())
    with desk.vault.write() as work:
        saved = add_parts(
            desk, work, [Part(body, where, incident_id)], occurred_at=entry.began_at
        ).revisions
        if is_error:
            voided = _voided(work, view, entry)
            saved += add_parts(desk, work, voided, reason=label(entry.type).casefold()).revisions
            task = Part(_task(view, entry, incident_id), view.where)
            saved += add_parts(desk, work, [task]).revisions
        work.drop_draft(desk.user.staff_id, view.form)
    return Outcome(Saved(saved), changes_of(saved))


def count_incidents(reader: Reader, visit_id: VisitId) -> int:
    """How many incidents a visit had, those of staff included."""
    return len(all_standing(reader.heads(kinds=("incident",), visit_id=visit_id), Incident))


def _doses(reader: Reader, visit_id: VisitId, pupil_id: PupilId) -> tuple[DoseToday, ...]:
    heads = reader.heads(kinds=("dose",), visit_id=visit_id, pupil_id=pupil_id)
    return tuple(
        DoseToday(
            record_id=one.record_id,
            vaccine=found.type.label if (found := named(one.body.vaccine)) else one.body.vaccine,
            product=one.body.product,
            lot=one.body.lot,
            is_void=one.body.validity_override is not None,
        )
        for one in all_standing(heads, Dose)
        if one.body.status is DoseStatus.GIVEN
    )


def _refuse(view: IncidentView, entry: IncidentEntry) -> None:
    if entry.type is None:
        raise Refused("vaccination.incident_type", field="type")
    if entry.type is not IncidentType.NEEDLESTICK and view.pupil_id is None:
        raise Refused("vaccination.incident_pupil", field="pupil")
    if entry.type is IncidentType.VACCINATION_ERROR:
        if entry.error is None:
            raise Refused("vaccination.incident_error", field="error")
        if not entry.dose_ids:
            raise Refused("vaccination.incident_dose", field="dose_ids")
        if not set(entry.dose_ids) <= {dose.record_id for dose in view.doses}:
            raise Defect("vaccination.incident_dose")


def _voided(reader: Reader, view: IncidentView, entry: IncidentEntry) -> list[Part]:
    """The doses that do not count any more; what was given stays as it is."""
    parts = []
    for record_id in entry.dose_ids:
        dose = one_standing(reader, record_id, Dose)
        if dose is None:
            raise Refused("vaccination.incident_dose", field="dose_ids")
        if dose.body.validity_override is None:
            body = msgspec.structs.replace(dose.body, validity_override=ValidityOverride.INVALID)
            parts.append(Part(body, view.where, record_id, dose.base))
    return parts


def _task(view: IncidentView, entry: IncidentEntry, incident_id: RecordId) -> Task:
    """Tell the parents; no rule gives a term, so there is none."""
    assert view.pupil_id is not None  # refused before
    assert entry.error is not None
    wrong = [dose.vaccine for dose in view.doses if dose.record_id in entry.dose_ids]
    return Task(
        pupil_id=view.pupil_id,
        task=TaskKind.INFORM_PARENTS,
        owner=view.user,
        origin_id=incident_id,
        domain="vaccination",
        text=say("vaccination.task_error", vaccines=", ".join(wrong), error=label(entry.error)),
    )

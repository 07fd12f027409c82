"""The form of an objection: noting it, and following it until the report is here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from clbdesk.clock import local_day
from clbdesk.domain.objection import Objection, ObjectionBy
from clbdesk.domain.visits import school_year_of
from clbdesk.errors import Refused
from clbdesk.ids import PupilId, RecordId, RevId, VisitId
from clbdesk.services.desk import Desk
from clbdesk.services.objection import objection_id
from clbdesk.services.outcome import Outcome
from clbdesk.services.pupil import PupilView, view_pupil
from clbdesk.services.reading import Standing, open_base, standing
from clbdesk.services.records import Part, Saved, record, withdraw
from clbdesk.standards.capacity import is_competent
from clbdesk.standards.objection import ObjectionTerms, terms_of
from clbdesk.storage.vault import Draft

_FORM = "objection"


@dataclass(frozen=True, slots=True)
class ObjectionView:
    """What the form shows; `saved` None = nothing was noted for this contact."""

    pupil: PupilView
    today: date
    saved: Standing[Objection] | None
    base: tuple[RevId, ...]
    draft: Draft | None

    @property
    def form(self) -> str:
        """The key of its draft."""
        return self.pupil.on_visit.form(_FORM)

    @property
    def terms(self) -> ObjectionTerms | None:
        """Until when somebody else examines and reports."""
        return terms_of(self.saved.body) if self.saved else None


@dataclass(frozen=True, slots=True)
class ObjectionEntry:
    """The form as it stands; dates in local time."""

    received_on: date | None = None
    by: ObjectionBy | None = None
    examiner: str = ""
    model_given_on: date | None = None
    examined_on: date | None = None
    report_received_on: date | None = None


def open_objection(desk: Desk, visit_id: VisitId, pupil_id: PupilId) -> ObjectionView:
    """The objection to the contact of this visit; opening it is logged.

    Refused when the pupil has no contact on it.
    """
    view = view_objection(desk, visit_id, pupil_id)
    desk.log_opening("objection", RecordId(pupil_id), pupil_id, reason="visit")
    return view


def view_objection(desk: Desk, visit_id: VisitId, pupil_id: PupilId) -> ObjectionView:
    """The same without a line in the log: the page looks again."""
    pupil = view_pupil(desk, visit_id, pupil_id)
    on_visit = pupil.on_visit
    if on_visit.moment is None:
        raise Refused("objection.no_contact")
    year = school_year_of(on_visit.visit_on)
    with desk.vault.read() as reader:
        head = reader.head(objection_id(pupil_id, on_visit.moment, year))
        draft = reader.draft(desk.user.staff_id, on_visit.form(_FORM))
    return ObjectionView(
        pupil=pupil,
        today=local_day(desk.clock.now()),
        saved=standing(head, Objection),
        base=open_base(head),
        draft=draft,
    )


def missing_in(view: ObjectionView, entry: ObjectionEntry) -> list[tuple[str, str]]:
    """Field and wording key of what stands in the way, in the order of the form."""
    found = []
    born = view.pupil.on_visit.pupil.birth_date
    if entry.received_on is None:
        found.append(("received_on", "objection.received_missing"))
    if entry.by is None:
        found.append(("by", "objection.by_missing"))
    elif (
        entry.by is ObjectionBy.PUPIL
        and entry.received_on is not None
        and not is_competent(born, entry.received_on, None)
    ):
        found.append(("by", "objection.pupil_too_young"))
    if entry.report_received_on is not None and not entry.examiner.strip():
        found.append(("examiner", "objection.examiner_missing"))
    if entry.report_received_on is not None and entry.examined_on is None:
        found.append(("examined_on", "objection.examined_missing"))
    # A report of tomorrow would open today what the objection closes.
    for field in ("received_on", "examined_on", "report_received_on"):
        day = getattr(entry, field)
        if day is not None and day > view.today:
            found.append((field, "objection.later_than_today"))
    in_order = [entry.received_on, entry.examined_on, entry.report_received_on]
    known = [one for one in in_order if one is not None]
    if known != sorted(known):
        found.append(("report_received_on", "objection.wrong_order"))
    return found


def objection_of(view: ObjectionView, entry: ObjectionEntry) -> Objection:
    """The record as it would be saved; Refused with the first thing that is missing."""
    missing = missing_in(view, entry)
    if missing:
        raise Refused(missing[0][1], field=missing[0][0])
    on_visit = view.pupil.on_visit
    assert on_visit.moment is not None
    assert entry.received_on is not None
    assert entry.by is not None
    return Objection(
        pupil_id=on_visit.pupil_id,
        moment=on_visit.moment,
        school_year=school_year_of(on_visit.visit_on),
        received_on=entry.received_on,
        by=entry.by,
        examiner=entry.examiner.strip(),
        model_given_on=entry.model_given_on,
        examined_on=entry.examined_on,
        report_received_on=entry.report_received_on,
    )


def record_objection(desk: Desk, view: ObjectionView, body: Objection) -> Outcome[Saved]:
    """Note it, or what became of it."""
    record_id = objection_id(body.pupil_id, body.moment, body.school_year)
    part = Part(body, view.pupil.on_visit.where, record_id, view.base)
    return record(desk, [part], draft_form=view.form)


def withdraw_objection(desk: Desk, view: ObjectionView, reason: str) -> Outcome[Saved]:
    """It was taken back, or noted for the wrong pupil."""
    assert view.saved is not None
    return withdraw(desk, [view.saved.record_id], reason)

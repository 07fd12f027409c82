"""Interventie noteren (P17, and after a meeting): five codes, a day and a text.

Only a code that is valid on the day of the intervention can be chosen; what was written with a code
that ended keeps its words. After a meeting it is about the school: no pupil, and no name in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from clbdesk.clock import BRUSSELS, local_day
from clbdesk.domain.intervention import CodeList, Intervention
from clbdesk.domain.people import School
from clbdesk.domain.visits import Visit
from clbdesk.errors import Defect, Refused
from clbdesk.ids import PupilId, RecordId, SchoolId, VisitId
from clbdesk.services.care_entry import meeting_id
from clbdesk.services.desk import Desk
from clbdesk.services.intervention_lists import codes_in
from clbdesk.services.name_detection import known_names
from clbdesk.services.outcome import Outcome
from clbdesk.services.pupil import PupilView, view_pupil
from clbdesk.services.reading import Standing, all_standing, one_standing
from clbdesk.services.records import Part, Saved, Where, add_parts, changes_of
from clbdesk.services.relation import must_work_for
from clbdesk.services.shielding import hidden_from, shieldings_of
from clbdesk.standards.intervention_codes import InterventionCodes
from clbdesk.storage.vault import Draft, Reader

LONGEST = 1000


@dataclass(frozen=True, slots=True)
class InterventionView:
    """The page as it opens; `pupil` None: about the school. Earlier ones newest first."""

    visit_id: VisitId
    school_id: SchoolId
    school: str
    pupil: PupilView | None
    meeting_id: RecordId | None
    today: date
    codes: InterventionCodes
    earlier: tuple[Standing[Intervention], ...]
    draft: Draft | None

    @property
    def form(self) -> str:
        """The key of its draft."""
        return _form(self.visit_id, self.pupil.on_visit.pupil_id if self.pupil else None)

    @property
    def where(self) -> Where:
        """What is recorded here belongs to."""
        pupil_id = self.pupil.on_visit.pupil_id if self.pupil else None
        return Where(pupil_id, self.visit_id, self.school_id)


@dataclass(frozen=True, slots=True)
class InterventionEntry:
    """The form. `codes`: the chosen code of each list."""

    on: date
    codes: dict[CodeList, str]
    text: str = ""


def open_interventions(
    desk: Desk, visit_id: VisitId, pupil_id: PupilId | None = None
) -> InterventionView:
    """The form with what was noted before; looking at that of a pupil is logged.

    Refused("emergency.closed") for who does not work for the school today.
    """
    view = view_interventions(desk, visit_id, pupil_id)
    if pupil_id is not None:
        desk.log_opening(
            kind="intervention", record_id=RecordId(pupil_id), pupil_id=pupil_id, reason="visit"
        )
    return view


def view_interventions(
    desk: Desk, visit_id: VisitId, pupil_id: PupilId | None = None
) -> InterventionView:
    """The same without a line in the log: the page looks again after a saving."""
    pupil = view_pupil(desk, visit_id, pupil_id) if pupil_id else None
    with desk.vault.read() as reader:
        visit = one_standing(reader, RecordId(visit_id), Visit)
        if visit is None:
            raise Defect("intervention.no_visit")
        must_work_for(desk, visit.body.school_id)
        school = one_standing(reader, RecordId(visit.body.school_id), School)
        meeting = reader.head(meeting_id(visit_id)) if pupil_id is None else None
        return InterventionView(
            visit_id=visit_id,
            school_id=visit.body.school_id,
            school=school.body.name if school else "",
            pupil=pupil,
            meeting_id=meeting.record_id if meeting and not meeting.is_withdrawn else None,
            today=local_day(desk.clock.now()),
            codes=codes_in(reader),
            earlier=_earlier(desk, reader, visit.body.school_id, pupil_id),
            draft=reader.draft(desk.user.staff_id, _form(visit_id, pupil_id)),
        )


def _form(visit_id: VisitId, pupil_id: PupilId | None) -> str:
    return f"intervention/{pupil_id or 'school'}/{visit_id}"


def _earlier(
    desk: Desk, reader: Reader, school_id: SchoolId, pupil_id: PupilId | None
) -> tuple[Standing[Intervention], ...]:
    """Of this pupil, or of this school and no pupil; newest first."""
    if pupil_id is not None:
        hidden = hidden_from(desk.user.staff_id, shieldings_of(reader, pupil_id).values())
        heads = reader.heads(kinds=("intervention",), pupil_id=pupil_id)
        heads = [head for head in heads if head.record_id not in hidden]
    else:
        heads = reader.heads(kinds=("intervention",), school_id=school_id)
    found = [
        one for one in all_standing(heads, Intervention) if pupil_id or one.body.pupil_id is None
    ]
    return tuple(sorted(found, key=lambda one: (one.body.on, one.record_id), reverse=True))


def record_intervention(
    desk: Desk, view: InterventionView, entry: InterventionEntry
) -> Outcome[Saved]:
    """Record an intervention and drop its draft.

    Refused beside the list of which nothing is chosen, or whose code is not valid on that day; for
    a day to come; and when a text about a school names a pupil.
    """
    if entry.on > view.today:
        raise Refused("intervention.day_to_come", field="on")
    with desk.vault.write() as work:
        codes = codes_in(work)
        for one in CodeList:
            if one not in entry.codes:
                raise Refused(f"intervention.missing_{one}", field=one)
            if codes.find(one, entry.codes[one], entry.on) is None:
                raise Refused("intervention.not_valid", field=one)
        if view.pupil is None and known_names(work).find(entry.text):
            raise Refused("intervention.name_in_text", field="text")
        body = Intervention(
            pupil_id=view.pupil.on_visit.pupil_id if view.pupil else None,
            school_id=view.school_id,
            meeting_id=view.meeting_id,
            on=entry.on,
            client=entry.codes[CodeList.CLIENT],
            function=entry.codes[CodeList.FUNCTION],
            actor=entry.codes[CodeList.ACTOR],
            subject=entry.codes[CodeList.SUBJECT],
            domain=entry.codes[CodeList.DOMAIN],
            text=entry.text.strip(),
        )
        noon = datetime.combine(entry.on, time(12), BRUSSELS)
        earlier = None if entry.on == view.today else noon
        saved = add_parts(desk, work, [Part(body, view.where)], occurred_at=earlier)
        work.drop_draft(desk.user.staff_id, view.form)
    return Outcome(saved, changes_of(saved.revisions))

"""What a meeting let the school read, as the doctor and the nurse of that school read it.

Handbook 3 §8: consultative notes are read by doctor and nurse for their own schools. The notes lie
behind the key of guidance; what crosses is the very text that was released to the school, of a
meeting in which nobody was discussed on name (decision 0024).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from clbdesk.domain.care_outcome import MeetingText
from clbdesk.domain.people import School
from clbdesk.errors import Defect
from clbdesk.ids import RecordId, VisitId
from clbdesk.services.desk import Desk
from clbdesk.services.reading import all_standing, one_standing, staff_names
from clbdesk.services.relation import visit_open_to
from clbdesk.wording import label

KIND = "meeting_text"


@dataclass(frozen=True, slots=True)
class ToldAtSchool:
    """One text. `on`: the day of the meeting; `form` and `by`: in words."""

    record_id: RecordId
    on: date
    form: str
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class MeetingTexts:
    """The texts of one school, the newest meeting first."""

    school: str
    texts: tuple[ToldAtSchool, ...]


def open_meeting_texts(desk: Desk, visit_id: VisitId) -> MeetingTexts:
    """What meetings of the school of this visit released; opening is logged.

    Nothing for who does not work for that school today.
    """
    view = view_meeting_texts(desk, visit_id)
    if view.texts:
        desk.log_opening(KIND, RecordId(visit_id), reason="visit")
    return view


def view_meeting_texts(desk: Desk, visit_id: VisitId) -> MeetingTexts:
    """The same without a line in the log: the page looks again after a change."""
    with desk.vault.read() as reader:
        visit = visit_open_to(desk, reader, visit_id)
        if visit is None:
            raise Defect("care.no_visit")
        school_id = visit.body.school_id
        school = one_standing(reader, RecordId(school_id), School)
        found = []
        if desk.may_read(KIND, desk.relations(school_id)):
            found = all_standing(reader.heads(kinds=(KIND,), school_id=school_id), MeetingText)
        names = staff_names(reader)
    found.sort(key=lambda one: (one.body.on, one.revision.recorded_at), reverse=True)
    return MeetingTexts(
        school=school.body.name if school else "",
        texts=tuple(
            ToldAtSchool(
                record_id=one.record_id,
                on=one.body.on,
                form=label(one.body.form),
                by=names.get(one.revision.author, ""),
                text=one.body.text,
            )
            for one in found
        ),
    )

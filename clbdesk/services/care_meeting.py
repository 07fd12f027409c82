"""Zorgoverleg: who sits at the table, what became of earlier agreements, what is talked about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import msgspec

from clbdesk.clock import BRUSSELS, local_day
from clbdesk.domain.care import (
    Agreement,
    AgreementStatus,
    CareDomain,
    CareMeeting,
    ConsultativeNote,
    MeetingKind,
    Participant,
)
from clbdesk.domain.people import School, Staff
from clbdesk.errors import Defect
from clbdesk.ids import RecordId, RevId, SchoolId, VisitId
from clbdesk.services.care_entry import (
    Mark,
    MeetingEntry,
    ParticipantEntry,
    meeting_form,
    meeting_id,
    read_meeting,
    read_topic,
    topic_of_form,
)
from clbdesk.services.care_people import known_people, of_the_centre
from clbdesk.services.desk import Desk
from clbdesk.services.outcome import Outcome
from clbdesk.services.reading import Standing, all_standing, one_standing, open_base
from clbdesk.services.records import Part, Saved, Where, add_parts, base_in, changes_of
from clbdesk.services.relation import visit_open_to
from clbdesk.storage.vault import Draft, Reader

_STILL_OPEN = {AgreementStatus.OPEN, AgreementStatus.BUSY}
LEAST_PARTICIPANTS = 2  # a talk takes two (pages.md P18)


@dataclass(frozen=True, slots=True)
class EarlierAgreement:
    """An agreement of an earlier meeting at this school, as it stands now."""

    standing: Standing[Agreement]
    title: str
    on: date

    @property
    def record_id(self) -> RecordId:
        """Its record."""
        return self.standing.record_id

    @property
    def body(self) -> Agreement:
        """Who, what, when, and what became of it."""
        return self.standing.body


@dataclass(frozen=True, slots=True)
class TopicLine:
    """A topic in the list of its meeting. `is_draft`: mine, not recorded yet."""

    record_id: RecordId
    number: int
    title: str
    grade: str
    domains: tuple[CareDomain, ...]
    is_draft: bool
    is_conflict: bool = False


@dataclass(frozen=True, slots=True)
class MeetingView:
    """What the page of a meeting shows; `base` for its draft and saving. `people`: to choose from."""

    visit_id: VisitId
    record_id: RecordId
    school_id: SchoolId
    school: str
    on: date
    start: time | None
    today: date
    me: ParticipantEntry
    people: tuple[ParticipantEntry, ...]
    last_participants: tuple[Participant, ...]
    last_on: date | None
    earlier: tuple[EarlierAgreement, ...]
    topics: tuple[TopicLine, ...]
    new_agreements: int
    saved: Standing[CareMeeting] | None
    saved_by: str
    base: tuple[RevId, ...]
    draft: Draft | None

    @property
    def where(self) -> Where:
        """What is recorded here belongs to."""
        return Where(visit_id=self.visit_id, school_id=self.school_id)

    @property
    def form(self) -> str:
        """The key of its draft."""
        return meeting_form(self.visit_id)

    @property
    def is_closed(self) -> bool:
        """Afgesloten."""
        return self.saved is not None and self.saved.body.closed


def open_meeting(desk: Desk, visit_id: VisitId) -> MeetingView:
    """The meeting of a visit; reading what is recorded is logged."""
    view = view_meeting(desk, visit_id)
    if view.saved is not None:
        log_opening(desk, "care_meeting", view.record_id)
    return view


def view_meeting(desk: Desk, visit_id: VisitId) -> MeetingView:
    """The same without a line in the log: the page looks again after a saving."""
    with desk.vault.read() as reader:
        visit = visit_open_to(desk, reader, visit_id)
        if visit is None:
            raise Defect("care.no_visit")
        school_id, record_id = visit.body.school_id, meeting_id(visit_id)
        school = one_standing(reader, RecordId(school_id), School)
        saved = one_standing(reader, record_id, CareMeeting)
        meetings = meetings_of(reader, school_id)
        others = [one for one in meetings if one.record_id != record_id]
        earlier = _earlier(reader, school_id, visit_id, {one.record_id: one for one in others})
        agreements = all_standing(
            reader.heads(kinds=("agreement",), school_id=school_id), Agreement
        )
        last = max(others, key=lambda one: one.body.start, default=None)
        return MeetingView(
            visit_id=visit_id,
            record_id=record_id,
            school_id=school_id,
            school=school.body.name if school else "",
            on=visit.body.on,
            start=visit.body.start,
            today=local_day(desk.clock.now()),
            me=of_the_centre(desk.user.name, (desk.user.role,)),
            people=known_people(reader, others),
            last_participants=last.body.participants if last else (),
            last_on=local_day(last.body.start) if last else None,
            earlier=earlier,
            topics=topics_of(desk, reader, visit_id, school_id),
            new_agreements=sum(one.body.meeting_id == record_id for one in agreements),
            saved=saved,
            saved_by=author_of(reader, saved),
            base=(
                *open_base(reader.head(record_id)),
                *(tip for one in earlier for tip in open_base(one.standing.head)),
            ),
            draft=reader.draft(desk.user.staff_id, meeting_form(visit_id)),
        )


def log_opening(desk: Desk, kind: str, record_id: RecordId) -> None:
    """A line in the access log: reading counts."""
    desk.log_opening(kind=kind, record_id=record_id, reason="visit")


def meetings_of(reader: Reader, school_id: SchoolId) -> list[Standing[CareMeeting]]:
    """All meetings of a school on this laptop, oldest first."""
    found = all_standing(reader.heads(kinds=("care_meeting",), school_id=school_id), CareMeeting)
    return sorted(found, key=lambda one: one.body.start)


def author_of(
    reader: Reader, saved: Standing[CareMeeting] | Standing[ConsultativeNote] | None
) -> str:
    """The name of who recorded it."""
    staff = one_standing(reader, RecordId(saved.revision.author), Staff) if saved else None
    return staff.body.name if staff else ""


def topics_of(
    desk: Desk, reader: Reader, visit_id: VisitId, school_id: SchoolId
) -> tuple[TopicLine, ...]:
    """The topics of a meeting, recorded ones and my drafts, by number."""
    heads = reader.heads(kinds=("consultative_note",), school_id=school_id)
    lines = {
        one.record_id: TopicLine(
            one.record_id,
            one.body.number,
            one.body.pseudonym,
            one.body.grade,
            one.body.domains,
            is_draft=False,
            is_conflict=one.is_conflict,
        )
        for one in all_standing(heads, ConsultativeNote)
        if one.body.meeting_id == meeting_id(visit_id)
    }
    for draft in reader.drafts(desk.user.staff_id):
        record_id = topic_of_form(draft.form)
        if record_id is not None and draft.visit_id == visit_id:
            entry = read_topic(draft)
            lines[record_id] = TopicLine(
                record_id, entry.number, entry.title, entry.grade, entry.domains, is_draft=True
            )
    return tuple(sorted(lines.values(), key=lambda one: (one.number, one.record_id)))


def _earlier(
    reader: Reader,
    school_id: SchoolId,
    visit_id: VisitId,
    meetings: dict[RecordId, Standing[CareMeeting]],
) -> tuple[EarlierAgreement, ...]:
    """What is still open, and what was closed at this very meeting."""
    heads = reader.heads(kinds=("consultative_note",), school_id=school_id)
    titles = {one.record_id: one.body.pseudonym for one in all_standing(heads, ConsultativeNote)}
    agreements = all_standing(reader.heads(kinds=("agreement",), school_id=school_id), Agreement)
    found = [
        EarlierAgreement(
            one,
            titles.get(one.body.topic_id, ""),
            local_day(meetings[one.body.meeting_id].body.start),
        )
        for one in agreements
        if one.body.meeting_id in meetings
        and (one.body.status in _STILL_OPEN or one.revision.visit_id == visit_id)
    ]
    return tuple(sorted(found, key=lambda one: (one.on, one.title, one.body.number, one.record_id)))


# --- the form ---


def new_meeting(view: MeetingView) -> MeetingEntry:
    """What stands in the form before anybody types: the hour of the visit, and myself."""
    return MeetingEntry(
        start=view.start,
        start_text=_shown(view.start),
        note_taker=view.me.name,
        participants=(view.me,),
    )


def entry_of(meeting: CareMeeting) -> MeetingEntry:
    """A recorded meeting as a form."""
    start = meeting.start.astimezone(BRUSSELS).time()
    end = meeting.end.astimezone(BRUSSELS).time() if meeting.end else None
    return MeetingEntry(
        kind=meeting.kind,
        start=start,
        start_text=_shown(start),
        end=end,
        end_text=_shown(end),
        chair=meeting.chair,
        note_taker=meeting.note_taker,
        participants=tuple(
            ParticipantEntry(
                name=one.name,
                function=one.function,
                organisation=one.organisation,
                bound=one.bound_by_secrecy,
            )
            for one in meeting.participants
        ),
    )


def same_people(view: MeetingView, entry: MeetingEntry) -> tuple[ParticipantEntry, ...]:
    """F7: who sat here the last time, added to who is already at the table."""
    known = {one.name.casefold() for one in entry.at_table()}
    added = tuple(
        ParticipantEntry(
            name=one.name,
            function=one.function,
            organisation=one.organisation,
            bound=one.bound_by_secrecy,
        )
        for one in view.last_participants
        if one.name.casefold() not in known
    )
    return (*entry.at_table(), *added)


def _shown(hour: time | None) -> str:
    return f"{hour:%H:%M}" if hour else ""


# --- recording ---


def record_meeting(
    desk: Desk,
    view: MeetingView,
    entry: MeetingEntry,
    base: tuple[RevId, ...],
    *,
    close: bool = False,
    reason: str | None = None,
) -> Outcome[Saved]:
    """Record the meeting and what became of earlier agreements, in one commit; only what differs.

    `entry` has a kind, a start, and two people with a function. `reason`: of a correction.
    """
    body = _body(view, entry, closed=close or view.is_closed)
    with desk.vault.write() as work:
        parts = []
        if view.saved is None or view.saved.body != body:
            base_of = base_in(work, view.record_id, base)
            parts.append(Part(body, view.where, view.record_id, base_of))
        for one in view.earlier:
            mark = entry.marks.get(one.record_id)
            agreement = _marked(one.body, mark) if mark else one.body
            if agreement != one.body:
                base_of = base_in(work, one.record_id, base)
                parts.append(Part(agreement, view.where, one.record_id, base_of))
        saved = add_parts(desk, work, parts, reason=reason)
        work.drop_draft(desk.user.staff_id, view.form)
    return Outcome(saved, changes_of(saved.revisions))


def _body(view: MeetingView, entry: MeetingEntry, *, closed: bool) -> CareMeeting:
    if entry.start is None:
        raise Defect("care.no_start")
    return CareMeeting(
        school_id=view.school_id,
        visit_id=view.visit_id,
        kind=entry.kind or MeetingKind.CARE_MEETING,
        start=_moment(view.on, entry.start),
        end=_moment(view.on, entry.end) if entry.end else None,
        chair=entry.chair,
        note_taker=entry.note_taker,
        participants=tuple(
            Participant(
                name=one.name,
                function=one.function or "",
                organisation=one.organisation,
                bound_by_secrecy=one.bound,
            )
            for one in entry.at_table()
        ),
        closed=closed,
    )


def _marked(agreement: Agreement, mark: Mark) -> Agreement:
    return msgspec.structs.replace(
        agreement, by=mark.by or agreement.by, status=mark.status, note=mark.note
    )


def _moment(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, BRUSSELS).astimezone(UTC)


def at_table(
    desk: Desk, reader: Reader, visit_id: VisitId
) -> tuple[tuple[ParticipantEntry, ...], bool]:
    """Who sits here: as recorded, and as I typed it since."""
    saved = one_standing(reader, meeting_id(visit_id), CareMeeting)
    draft = reader.draft(desk.user.staff_id, meeting_form(visit_id))
    typed = read_meeting(draft).at_table() if draft else ()
    recorded = entry_of(saved.body).at_table() if saved else ()
    return typed or recorded, saved is not None

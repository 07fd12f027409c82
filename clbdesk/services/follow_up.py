"""P24 Opvolging: everything on this laptop that was promised and is not finished.

Referrals, tasks, contacts that are not complete, conclusions that wait for a signature, and in the
other compartment the agreements of a zorgoverleg; in both what was shielded until today. What is
overdue comes first; nothing leaves the list but by an act of somebody, with its date and reason.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from clbdesk.clock import local_day
from clbdesk.domain.care import Agreement, AgreementStatus, ConsultativeNote
from clbdesk.domain.contact import Conclusion
from clbdesk.domain.follow_up import Referral, ReferralState, Task, TaskKind, TaskState
from clbdesk.domain.kinds import contact_id
from clbdesk.domain.membership import OF_SCHOOL
from clbdesk.domain.objection import Objection
from clbdesk.domain.people import Pupil, School, Staff
from clbdesk.domain.revision import Compartment, Revision, Role
from clbdesk.domain.rights import rights_in_force
from clbdesk.domain.shielding import Shielding
from clbdesk.domain.visits import (
    Attendance,
    AttendanceState,
    Contact,
    Visit,
    VisitKind,
    VisitPupil,
    school_year_of,
)
from clbdesk.errors import Environment
from clbdesk.ids import ContactId, PupilId, RecordId, StaffId, VisitId
from clbdesk.services.aftercare import Member
from clbdesk.services.concluded import TESTS, is_overtaken, tests_in
from clbdesk.services.desk import Desk
from clbdesk.services.follow_up_row import About, FollowUpRow, Group, Promised
from clbdesk.services.guidance_request import waiting_questions
from clbdesk.services.reading import BodyT, Standing, all_standing
from clbdesk.services.relation import without_closed, works_here
from clbdesk.services.request_answer import waiting_requests
from clbdesk.standards.objection import terms_of
from clbdesk.storage.vault import Head, Reader

_GROUPS = {
    TaskKind.REMINDER: Group.REFERRAL,
    TaskKind.SELECTIVE_EXAM: Group.RETEST,
    TaskKind.OTOSCOPY: Group.RETEST,
    TaskKind.SPIN_RETEST: Group.RETEST,
    TaskKind.CATCH_UP_VACCINATION: Group.VACCINATION,
    TaskKind.INFORM_PARENTS: Group.OTHER,
    TaskKind.OTHER: Group.OTHER,
}
_ENDED = frozenset({AgreementStatus.DONE, AgreementStatus.NOT_DONE, AgreementStatus.LAPSED})


@dataclass(frozen=True, slots=True)
class FollowUpView:
    """What the page shows. `team`: to whom something can be given, first the user."""

    rows: tuple[FollowUpRow, ...]
    team: tuple[Member, ...]
    today: date
    is_doctor: bool


def open_follow_up(desk: Desk) -> FollowUpView:
    """Everything that is open in this vault, overdue first, then by term, then without a term."""
    today = local_day(desk.clock.now())
    with desk.vault.read() as reader:
        making = _Making(desk, reader, today)
        medical = desk.vault.compartment is Compartment.MEDICAL
        own = making.of_pupils() if medical else making.of_schools()
        found = (*own, *making.shielded())
        near = without_closed(desk, reader, {row.about.pupil_id for row in found if row.about})
        rows = tuple(row for row in found if _is_for(desk, row, near))
        team = _team(desk, reader)
    rows = tuple(sorted(rows, key=lambda row: (row.due is None, row.due or today, row.place)))
    return FollowUpView(rows, team, today, desk.user.role is Role.DOCTOR)


def _is_for(desk: Desk, row: FollowUpRow, near: frozenset[PupilId]) -> bool:
    """Whether the user reads this kind, and works for a school of the pupil or for that school."""
    revision = row.promise.revision
    if not desk.may_read(revision.kind, desk.relations()):
        return False
    return row.about.pupil_id in near if row.about else works_here(desk, revision.school_id)


def _team(desk: Desk, reader: Reader) -> tuple[Member, ...]:
    """Who may do it: everybody of the centre with a right to this compartment's tasks."""
    kind = "task" if desk.vault.compartment is Compartment.MEDICAL else "agreement"
    staff = all_standing(reader.heads(kinds=("staff",)), Staff)
    may_write = rights_in_force().may_write
    able = [
        Member(StaffId(one.record_id), one.body.name)
        for one in staff
        if one.body.active and any(may_write(role, kind, OF_SCHOOL) for role in one.body.roles)
    ]
    me = desk.user.staff_id
    return tuple(sorted(able, key=lambda one: (one.staff_id != me, one.name.casefold())))


class _Making:
    """The rows of one reading, with the names they need read once."""

    def __init__(self, desk: Desk, reader: Reader, today: date) -> None:
        self._desk, self._reader, self._today = desk, reader, today
        self._schools = {one.record_id: one.body.name for one in self._all("school", School)}
        self._staff = {one.record_id: one.body.name for one in self._all("staff", Staff)}
        self._visits = {one.record_id: one.body for one in self._all("visit", Visit)}
        self._lists: dict[tuple[VisitId | None, PupilId], VisitPupil] = {
            (one.body.visit_id, one.body.pupil_id): one.body
            for one in self._all("visit_pupil", VisitPupil)
        }
        self._pupils: dict[PupilId, Pupil] = {}

    def of_pupils(self) -> Iterator[FollowUpRow]:
        """Referrals, tasks, contacts."""
        referrals = [
            one
            for one in self._all("referral", Referral)
            if one.is_conflict or one.body.state is not ReferralState.CLOSED
        ]
        tasks = [
            one
            for one in self._all("task", Task)
            if one.is_conflict or one.body.state is TaskState.OPEN
        ]
        conclusions = self._all("conclusion", Conclusion)
        missed = self._missed(conclusions)
        questions = waiting_questions(self._reader)
        objections = [
            one for one in self._all("objection", Objection) if one.body.report_received_on is None
        ]
        ids = {one.body.pupil_id for one in referrals}
        ids |= {one.body.pupil_id for one in objections}
        ids |= {one.body.pupil_id for one in tasks} | {one.body.pupil_id for one in conclusions}
        ids |= {one.body.pupil_id for one in missed} | {one.body.pupil_id for one in questions}
        self._name(ids)
        for referral in referrals:
            body = referral.body
            yield self._row(referral, Group.REFERRAL, body.look_on, body.pupil_id, body.owner)
        for task in tasks:
            yield self._row(
                task, _GROUPS[task.body.task], task.body.due, task.body.pupil_id, task.body.owner
            )
        yield from self._contacts(conclusions)
        for begun in missed:
            yield self._row(begun, Group.CATCH_UP, None, begun.body.pupil_id, None)
        for objection in objections:
            yield self._row(
                objection, Group.OBJECTION, _term(objection.body), objection.body.pupil_id, None
            )
        for asked in questions:
            yield self._row(asked, Group.OTHER, None, asked.body.pupil_id, None)

    def _missed(
        self, conclusions: Sequence[Standing[Conclusion]]
    ) -> list[Standing[Contact] | Standing[Attendance]]:
        """Contacts of an earlier day that nobody concluded, and pupils who were absent (ABS-1)."""
        concluded = {self._contact_of(one.revision, one.body.pupil_id) for one in conclusions}
        contacts = self._all("contact", Contact)
        begun = {str(one.record_id) for one in contacts}
        found: list[Standing[Contact] | Standing[Attendance]] = [
            one
            for one in contacts
            if one.record_id not in concluded and self._is_over(one.revision.visit_id)
        ]
        for absent in self._all("attendance", Attendance):
            visit = self._visits.get(RecordId(absent.body.visit_id))
            examines = visit is not None and VisitKind.SYSTEMATIC_CONTACT in visit.kinds
            if absent.body.state is not AttendanceState.ABSENT or not examines:
                continue
            contact = self._contact_of(absent.revision, absent.body.pupil_id)
            if contact and contact not in begun and contact not in concluded:
                found.append(absent)
        return found

    def _is_over(self, visit_id: VisitId | None) -> bool:
        visit = self._visits.get(RecordId(visit_id or ""))
        return visit is not None and visit.on < self._today

    def _contacts(self, conclusions: Sequence[Standing[Conclusion]]) -> Iterator[FollowUpRow]:
        """The last word on every contact: it may wait for a doctor, or for open parts."""
        last: dict[str, Standing[Conclusion]] = {}
        for one in sorted(conclusions, key=self._when):
            last[self._contact_of(one.revision, one.body.pupil_id) or one.record_id] = one
        signs = self._desk.user.role is Role.DOCTOR
        overtaken = self._overtaken(last) if signs else frozenset()
        for contact, one in last.items():
            body = one.body
            if signs and (body.signed_by is None or contact in overtaken):
                yield self._row(one, Group.TO_SIGN, None, body.pupil_id, self._desk.user.staff_id)
            if not body.complete:
                by = date.fromisoformat(body.catch_up) if body.catch_up else None
                yield self._row(one, Group.CATCH_UP, by, body.pupil_id, None)

    def _overtaken(self, last: Mapping[str, Standing[Conclusion]]) -> frozenset[str]:
        """The contacts of which a test says something else since somebody signed."""
        signed = {key: one for key, one in last.items() if one.body.signed_by is not None}
        ids = {one.body.pupil_id for one in signed.values()}
        tests: dict[PupilId | None, list[Head]] = defaultdict(list)
        for head in self._reader.heads(kinds=TESTS, pupil_ids=ids):
            tests[head.leaf.pupil_id].append(head)
        pupils = self._reader.heads(kinds=("pupil",), pupil_ids=ids)
        known = {one.record_id: one for one in all_standing(pupils, Pupil)}
        return frozenset(
            key
            for key, one in signed.items()
            if key != one.record_id
            and is_overtaken(
                self._reader,
                one,
                tests_in(tests[one.body.pupil_id], ContactId(key)),
                known.get(RecordId(one.body.pupil_id)),
            )
        )

    def _when(self, one: Standing[Conclusion]) -> tuple[date, datetime]:
        visit = self._visits.get(RecordId(one.revision.visit_id or ""))  # a clock may be slow
        return visit.on if visit else date.min, one.revision.recorded_at

    def _contact_of(self, revision: Revision, pupil_id: PupilId) -> str:
        """The contact to which something of a visit belongs; empty for a visit without one."""
        listed = self._listed(revision.visit_id, pupil_id)
        visit = self._visits.get(RecordId(revision.visit_id or ""))
        if listed is None or listed.moment is None or visit is None:
            return ""
        return contact_id(pupil_id, listed.moment, school_year_of(visit.on))

    def of_schools(self) -> Iterator[FollowUpRow]:
        """Requests nobody answered, agreements, and explanations that nobody looked at again."""
        yield from self._requests()
        for one in self._all("agreement", Agreement):
            if one.is_conflict or one.body.status not in _ENDED:
                yield self._row(one, Group.AGREEMENT, one.body.by, None, None)
        notes = self._all("consultative_note", ConsultativeNote)
        followed = {note.body.follows for note in notes}
        for note in notes:
            evaluated = note.record_id in followed
            is_open, on = bool(note.body.open_hypotheses()), note.body.evaluation_on
            if is_open and not evaluated and on is not None and on <= self._today:
                yield self._row(note, Group.EVALUATION, on, None, None)

    def shielded(self) -> Iterator[FollowUpRow]:
        """Agogic exceptions whose day has come; not for the colleague who does not see the item."""
        due = [
            one
            for one in self._all("shielding", Shielding)
            if one.body.review_on is not None
            and one.body.review_on <= self._today
            and one.body.blocked_staff != self._desk.user.staff_id
            and self._stands(one.body.item_id)
        ]
        self._name({one.body.pupil_id for one in due})
        for one in due:
            author = one.revision.author
            yield self._row(one, Group.SHIELDING, one.body.review_on, one.body.pupil_id, author)

    def _stands(self, item_id: RecordId) -> bool:
        head = self._reader.head(item_id)
        return head is not None and not head.is_withdrawn

    def _name(self, pupil_ids: set[PupilId]) -> None:
        heads = self._reader.heads(kinds=("pupil",), pupil_ids=pupil_ids)
        known = all_standing(heads, Pupil)
        self._pupils |= {PupilId(one.record_id): one.body for one in known}

    def _requests(self) -> Iterator[FollowUpRow]:
        """What the medical team asked for a pupil, due before the consent ends."""
        waiting = waiting_requests(self._reader)
        ids = {one.body.pupil_id for one in waiting}
        self._name(ids)
        for one in waiting:
            yield self._row(one, Group.REQUEST, one.body.until, one.body.pupil_id, None)

    def _row(
        self,
        promise: Promised,
        group: Group,
        due: date | None,
        pupil_id: PupilId | None,
        owner: StaffId | None,
    ) -> FollowUpRow:
        revision = promise.revision
        visit = self._visits.get(RecordId(revision.visit_id or ""))
        school_id = revision.school_id or (visit.school_id if visit else None)
        listed = self._listed(revision.visit_id, pupil_id) if pupil_id else None
        body = promise.body
        name = body.who if isinstance(body, Agreement) else self._staff.get(RecordId(owner or ""))
        until = (body.planned_on if isinstance(body, Task) else None) or due
        return FollowUpRow(
            promise=promise,
            group=group,
            due=due,
            about=self._about(listed, pupil_id) if pupil_id else None,
            school=self._schools.get(RecordId(school_id or ""), ""),
            owner=name or "",
            is_mine=owner in {None, self._desk.user.staff_id},
            is_overdue=until is not None and until < self._today,
            is_here=visit is not None and (listed is not None or pupil_id is None),
        )

    def _about(self, listed: VisitPupil | None, pupil_id: PupilId) -> About:
        pupil = self._pupils.get(pupil_id)
        return About(
            pupil_id=pupil_id,
            family_name=pupil.family_name if pupil else "",
            given_name=pupil.given_name if pupil else "",
            class_name=listed.class_name if listed else "",
        )

    def _listed(self, visit_id: VisitId | None, pupil_id: PupilId) -> VisitPupil | None:
        return self._lists.get((visit_id, pupil_id))

    def _all(self, kind: str, shape: type[BodyT]) -> list[Standing[BodyT]]:
        return all_standing(self._reader.heads(kinds=(kind,)), shape)


def _term(objection: Objection) -> date | None:
    """The last day of the report, or of the examination before it (OBJ-3)."""
    try:
        terms = terms_of(objection)
    except Environment:
        return None  # a damaged table: the row stays, without a term
    return terms.reported_by or terms.examined_by

"""Klaslijst: who is here, who is next, what is left. No clinical value leaves this module."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median

from clbdesk.domain.contact import Conclusion
from clbdesk.domain.kinds import KINDS, contact_id, derived_record_id
from clbdesk.domain.names import on_a_list, with_namesake
from clbdesk.domain.people import Pupil, School
from clbdesk.domain.revision import Compartment
from clbdesk.domain.visits import (
    AbsenceReason,
    Attendance,
    AttendanceState,
    Visit,
    VisitKind,
    VisitPupil,
    school_year_of,
)
from clbdesk.errors import Defect, Refused
from clbdesk.ids import PupilId, RecordId, VisitId
from clbdesk.services.concluded import TESTS, is_overtaken, tests_in
from clbdesk.services.desk import Desk
from clbdesk.services.objection import closes, objections_of
from clbdesk.services.outcome import ChangeSet, Outcome
from clbdesk.services.progress import (
    PupilState,
    StepProgress,
    needed_parts,
    pupil_state,
    step_state,
)
from clbdesk.services.reading import all_standing, one_standing, staff_names, standing
from clbdesk.services.records import Part, Saved, Where, add_parts, changes_of
from clbdesk.services.relation import visit_open_to
from clbdesk.services.vaccination_facts import read_station
from clbdesk.services.vaccination_plan import VaccinationPlan, plan_pupils
from clbdesk.standards.moments import Step, steps_of, steps_on_indication
from clbdesk.storage.vault import Head, Reader

# Minutes per pupil come from the last ten of today, and are shown from three on.
_LAST, _ENOUGH = 10, 3
_DAY = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class ListRow:
    """One pupil of the list. `is_registered`: at a desk, and the needle is still to come."""

    pupil_id: PupilId
    family_name: str
    given_name: str
    birth_date: date
    class_name: str
    steps: tuple[StepProgress, ...]
    state: PupilState
    attendance: AttendanceState
    reason: AbsenceReason | None
    last_by: str
    last_at: datetime | None
    has_namesake: bool
    has_draft: bool
    queued_at: datetime | None
    vaccination: VaccinationPlan | None
    is_registered: bool = False

    @property
    def open_steps(self) -> tuple[Step, ...]:
        """The steps still to be done."""
        return tuple(one.step for one in self.steps if one.is_open)


@dataclass(frozen=True, slots=True)
class ClassListView:
    """The list of one visit."""

    visit_id: VisitId
    school: str
    on: date
    classes: tuple[str, ...]
    rows: tuple[ListRow, ...]


def open_class_list(desk: Desk, visit_id: VisitId) -> ClassListView:
    """Everybody on the list of a visit, in order of class and name."""
    with desk.vault.read() as reader:
        visit = visit_open_to(desk, reader, visit_id)
        if visit is None:
            raise Defect("class_list.unknown_visit")
        school = one_standing(reader, RecordId(visit.body.school_id), School)
        rows = rows_of(desk, reader, visit_id, visit.body)
    return ClassListView(
        visit_id=visit_id,
        school=school.body.name if school else "",
        on=visit.body.on,
        classes=tuple(sorted({row.class_name for row in rows})),
        rows=rows,
    )


def predicted_end(rows: Sequence[ListRow], post: str, now: datetime) -> datetime | None:
    """When the last pupil will be done: the median time between the last ten, for those left.

    `post`: the step that is counted, or "all". None before three pupils are done today.
    """
    done = sorted(row.last_at for row in rows if row.last_at and _is_done(row, post))
    done = [at for at in done if now - at < _DAY][-_LAST:]
    left = sum(
        not _is_done(row, post) for row in rows if row.attendance is not AttendanceState.ABSENT
    )
    if len(done) < _ENOUGH or not left:
        return None
    seconds = median((after - before).total_seconds() for before, after in pairwise(done))
    return now + timedelta(seconds=seconds * left)


def _is_done(row: ListRow, post: str) -> bool:
    steps = [one for one in row.steps if post in {"all", one.step.name}]
    return bool(steps) and not any(one.is_open for one in steps)


def rows_of(desk: Desk, reader: Reader, visit_id: VisitId, visit: Visit) -> tuple[ListRow, ...]:
    """The rows in a picture of the vault that the caller holds."""
    of_visit = reader.heads(visit_id=visit_id)
    places = all_standing((one for one in of_visit if one.kind == "visit_pupil"), VisitPupil)
    listed = [one.body for one in places]
    ids = tuple(one.pupil_id for one in listed)
    pupils = {
        PupilId(one.record_id): one.body
        for one in all_standing(reader.heads(kinds=("pupil",), pupil_ids=ids), Pupil)
    }
    by_pupil: dict[PupilId, dict[str, Head]] = defaultdict(dict)
    for head in of_visit:
        pupil_id = head.leaves[0].pupil_id
        if pupil_id is not None:
            by_pupil[pupil_id][head.kind] = head
    staff = staff_names(reader)
    drafts = {
        (draft.pupil_id, draft.form.partition("/")[0])
        for draft in reader.drafts(desk.user.staff_id)
        if draft.visit_id == visit_id
    }
    plans = plans_of(desk, reader, visit_id, visit, pupils)
    overtaken = _overtaken(reader, visit, listed, by_pupil)
    objections = objections_of(reader, ids, school_year_of(visit.on))
    names = {one: (pupil.family_name, pupil.given_name) for one, pupil in pupils.items()}
    namesakes = with_namesake(names)
    rows = [
        _row(
            one,
            visit,
            pupils,
            by_pupil[one.pupil_id],
            staff,
            drafts,
            plans.get(one.pupil_id),
            has_namesake=one.pupil_id in namesakes,
            is_overtaken=one.pupil_id in overtaken,
            is_closed=one.moment is not None and closes(objections.get((one.pupil_id, one.moment))),
        )
        for one in listed
        if one.pupil_id in pupils
    ]
    return tuple(
        sorted(
            rows,
            key=lambda row: (row.class_name, *on_a_list(row.family_name, row.given_name)),
        )
    )


def _overtaken(
    reader: Reader,
    visit: Visit,
    listed: Sequence[VisitPupil],
    by_pupil: Mapping[PupilId, Mapping[str, Head]],
) -> set[PupilId]:
    """Whose conclusion a doctor signed before a test was corrected: it is signed again."""
    signed = {
        one.pupil_id: found
        for one in listed
        if (found := standing(by_pupil[one.pupil_id].get("conclusion"), Conclusion)) is not None
        and found.body.signed_by is not None
    }
    if not signed:
        return set()
    tests: dict[PupilId | None, list[Head]] = defaultdict(list)
    for head in reader.heads(kinds=TESTS, pupil_ids=tuple(signed)):
        tests[head.leaf.pupil_id].append(head)
    known = all_standing(reader.heads(kinds=("pupil",), pupil_ids=tuple(signed)), Pupil)
    pupils = {one.record_id: one for one in known}
    year = school_year_of(visit.on)
    return {
        one.pupil_id
        for one in listed
        if one.pupil_id in signed
        and one.moment is not None
        and is_overtaken(
            reader,
            signed[one.pupil_id],
            tests_in(tests[one.pupil_id], contact_id(one.pupil_id, one.moment, year)),
            pupils.get(RecordId(one.pupil_id)),
        )
    }


def _row(
    listed: VisitPupil,
    visit: Visit,
    pupils: Mapping[PupilId, Pupil],
    by_kind: Mapping[str, Head],
    staff: Mapping[str, str],
    drafts: set[tuple[PupilId | None, str]],
    plan: VaccinationPlan | None,
    *,
    has_namesake: bool,
    is_overtaken: bool,
    is_closed: bool,
) -> ListRow:
    pupil = pupils[listed.pupil_id]
    own = {step for pupil_id, step in drafts if pupil_id == listed.pupil_id}
    steps = progress_of(listed, visit, by_kind, own, plan)
    attendance = standing(by_kind.get("attendance"), Attendance)
    conclusion = standing(by_kind.get("conclusion"), Conclusion)
    waits = is_overtaken or (conclusion is not None and conclusion.body.signed_by is None)
    if plan is not None:
        waits = waits or plan.waits_for_doctor
    clinical = [
        head.leaves[-1]
        for kind, head in by_kind.items()
        if kind not in {"attendance", "visit_pupil"}
    ]
    last = max(clinical, key=lambda leaf: leaf.recorded_at, default=None)
    presence = attendance.body if attendance else None
    return ListRow(
        pupil_id=listed.pupil_id,
        family_name=pupil.family_name,
        given_name=pupil.given_name,
        birth_date=pupil.birth_date,
        class_name=listed.class_name,
        steps=steps,
        state=pupil_state(presence, steps, waits_for_doctor=waits, is_closed=is_closed),
        attendance=presence.state if presence else AttendanceState.EXPECTED,
        reason=presence.reason if presence else None,
        last_by=staff.get(last.author, "") if last else "",
        last_at=last.recorded_at if last else None,
        has_namesake=has_namesake,
        has_draft=any(pupil_id == listed.pupil_id for pupil_id, _form in drafts),
        queued_at=attendance.revision.recorded_at
        if attendance and attendance.body.state is AttendanceState.LATER
        else None,
        vaccination=plan,
        is_registered="identity_check" in by_kind and "dose" not in by_kind,
    )


def plans_of(
    desk: Desk,
    reader: Reader,
    visit_id: VisitId,
    visit: Visit,
    pupils: Mapping[PupilId, Pupil],
) -> dict[PupilId, VaccinationPlan]:
    """Who gets which vaccine; nobody where no doses belong to the visit, or to this vault."""
    if desk.vault.compartment is not Compartment.MEDICAL:
        return {}
    station = read_station(reader, visit_id, visit, desk.user.staff_id)
    if not station.gives_vaccines:
        return {}
    return plan_pupils(reader, station, pupils, desk.worked_out)


def progress_of(
    listed: VisitPupil,
    visit: Visit,
    by_kind: Mapping[str, Head],
    drafts: Collection[str],
    plan: VaccinationPlan | None,
    added: Collection[str] = (),
) -> tuple[StepProgress, ...]:
    """The steps drawn for a pupil with their states; `drafts`: steps of which a draft is kept.

    `added`: steps on indication that somebody added, and did not begin yet.
    """
    found = []
    for step in steps_for(listed, visit, by_kind, {*drafts, *added}):
        has_draft = step.name in drafts
        if step.name == "vaccination" and plan is not None:
            status = step_state(step.parts, by_kind, has_draft=False)
            has_moment = listed.moment is not None
            state = plan.step_state(status, has_moment=has_moment, has_draft=has_draft)
        else:
            state = step_state(needed_parts(step, by_kind), by_kind, has_draft=has_draft)
        found.append(StepProgress(step, state))
    return tuple(found)


def steps_for(
    listed: VisitPupil, visit: Visit, recorded: Collection[str], wanted: Collection[str]
) -> tuple[Step, ...]:
    """The steps drawn for a pupil on a visit: those of the moment, and vaccination when planned.

    A step on indication is drawn when something of it was recorded, or when it is in `wanted`:
    a draft is kept of it, or somebody added it.
    """
    planned = steps_of(listed.moment, vaccination=VisitKind.VACCINATION in visit.kinds)
    added = [
        step
        for step in steps_on_indication(listed.moment)
        if step.name in wanted or not set(step.optional).isdisjoint(recorded)
    ]
    return tuple(sorted((*planned, *added), key=lambda step: step.number))


def set_attendance(
    desk: Desk,
    visit_id: VisitId,
    pupil_ids: Sequence[PupilId],
    state: AttendanceState,
    reason: AbsenceReason | None = None,
) -> Outcome[Saved]:
    """Attendance of one pupil or a whole class in one commit.

    Refused ("class_list.has_results") when somebody would be absent who has results of today, and
    ("class_list.two_versions") for one pupil of whom two laptops say different things; in a whole
    class such a pupil is passed by.
    """
    with desk.vault.write() as work:
        parts = []
        for pupil_id in pupil_ids:
            if len(pupil_ids) == 1 and _is_disputed(work, visit_id, pupil_id):
                raise Refused("class_list.two_versions")
            part = attendance_part(work, visit_id, pupil_id, state, reason)
            if part is None:
                continue
            if state is AttendanceState.ABSENT and _has_results(work, visit_id, pupil_id):
                raise Refused("class_list.has_results")
            parts.append(part)
        saved = add_parts(desk, work, parts)
    return Outcome(saved, changes_of(saved.revisions) if saved.revisions else ChangeSet())


def attendance_part(
    reader: Reader,
    visit_id: VisitId,
    pupil_id: PupilId,
    state: AttendanceState,
    reason: AbsenceReason | None = None,
) -> Part | None:
    """The part that brings a pupil's attendance to this state; None when it already is.

    None as well while two versions stand: a person chooses, and no other saving does so unseen.
    """
    record_id = _attendance_id(visit_id, pupil_id)
    head = reader.head(record_id)
    body = Attendance(visit_id=visit_id, pupil_id=pupil_id, state=state, reason=reason)
    current = standing(head, Attendance)
    if current and (current.body == body or current.is_conflict):
        return None
    base = head.tips if head else ()
    return Part(body, Where(pupil_id=pupil_id, visit_id=visit_id), record_id, base)


def _attendance_id(visit_id: VisitId, pupil_id: PupilId) -> RecordId:
    return derived_record_id("attendance", visit_id, pupil_id)


def _is_disputed(reader: Reader, visit_id: VisitId, pupil_id: PupilId) -> bool:
    head = reader.head(_attendance_id(visit_id, pupil_id))
    return head is not None and head.is_conflict


def _has_results(reader: Reader, visit_id: VisitId, pupil_id: PupilId) -> bool:
    """Not the contact itself: it stays when what was typed for the wrong pupil is taken back."""
    heads = reader.heads(visit_id=visit_id, pupil_id=pupil_id)
    return any(
        KINDS[head.kind].compartment is not Compartment.PLANNING
        for head in heads
        if head.kind in KINDS and head.kind != "contact"
    )

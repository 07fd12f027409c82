"""Inhaalvaccinatie: who still has to be vaccinated after a session, as tasks that nobody writes.

One task per pupil and visit, with a derived id, so that closing another station or closing again
after reopening corrects it instead of making a second one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from clbdesk.domain.follow_up import Task, TaskKind, TaskState
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.vaccination import DoctorDecision, NotGivenReason, Prescreen, VaccinationSession
from clbdesk.domain.visits import AttendanceState
from clbdesk.ids import PupilId
from clbdesk.services.class_list import ListRow
from clbdesk.services.reading import Standing, all_standing, open_base, standing
from clbdesk.services.records import Part, Where
from clbdesk.services.vaccination_plan import PlanState, VaccinePlan
from clbdesk.standards.vaccination.consent import ConsentState
from clbdesk.standards.vaccination.prescreen import decision_on
from clbdesk.standards.vaccination.ruleset import vaccine_types
from clbdesk.storage.vault import Reader
from clbdesk.wording import label, say

# After these the dose is still wanted; after a refusal, a contra-indication or a doctor who
# decided not to give it, it is not.
STILL_WANTED = frozenset(
    {
        NotGivenReason.ABSENT,
        NotGivenReason.ILL,
        NotGivenReason.NO_STOCK,
        NotGivenReason.DOCTOR_DECIDES,
        NotGivenReason.OTHER,
    }
)

# Whatever came between: parents who chose otherwise are not asked to come back.
_NOT_BY_FORM = frozenset(
    {
        ConsentState.REFUSAL,
        ConsentState.WITHDRAWAL,
        ConsentState.GP,
        ConsentState.ALREADY_GIVEN,
    }
)


def catch_up_parts(
    reader: Reader, session: Standing[VaccinationSession], rows: Iterable[ListRow]
) -> list[Part]:
    """A task for everybody of the list who is still to be vaccinated, or the end of one."""
    heads = reader.heads(kinds=("prescreen",), visit_id=session.body.visit_id)
    answers: dict[PupilId, list[Prescreen]] = defaultdict(list)
    for one in all_standing(heads, Prescreen):
        answers[one.body.pupil_id].append(one.body)
    parts = (
        _part(reader, session, row, _wanted(row, answers.get(row.pupil_id, []))) for row in rows
    )
    return [part for part in parts if part is not None]


def is_refused_by_doctor(answers: Iterable[Prescreen], vaccine: str) -> bool:
    """A doctor said "niet geven" about a vaccine: nobody catches it up."""
    return any(decision_on(one, vaccine) is DoctorDecision.NOT_GIVEN for one in answers)


def _wanted(row: ListRow, answers: list[Prescreen]) -> list[tuple[VaccinePlan, str]]:
    """The vaccines that are still to be given, with the word that says why they were not."""
    found: list[tuple[VaccinePlan, str]] = []
    is_absent = row.attendance is AttendanceState.ABSENT
    for one in row.vaccination.vaccines if row.vaccination else ():
        if is_refused_by_doctor(answers, one.vaccine) or one.consent.state in _NOT_BY_FORM:
            continue
        if one.fact is not None:
            reason = one.fact.body.reason
            if reason is not None and reason in STILL_WANTED:
                found.append((one, label(reason)))
        elif one.is_open and is_absent:
            found.append((one, label(NotGivenReason.ABSENT)))
        elif one.is_open and one.state is PlanState.DOCTOR:
            found.append((one, label(NotGivenReason.DOCTOR_DECIDES)))
    return found


def _part(
    reader: Reader,
    session: Standing[VaccinationSession],
    row: ListRow,
    wanted: list[tuple[VaccinePlan, str]],
) -> Part | None:
    record_id = derived_record_id("task", "catch_up", session.body.visit_id, row.pupil_id)
    head = reader.head(record_id)
    before = standing(head, Task)
    where = Where(row.pupil_id, session.body.visit_id)
    if not wanted:
        if before is None or before.body.state is not TaskState.OPEN:
            return None
        body = msgspec.structs.replace(
            before.body,
            state=TaskState.CANCELLED,
            closed_reason=say("vaccination.catch_up_done"),
        )
        return Part(body, where, record_id, open_base(head))
    vaccines = ", ".join(vaccine_types()[one.vaccine].label for one, _why in wanted)
    reasons = ", ".join(dict.fromkeys(why for _one, why in wanted))
    by_doctor = any(why == label(NotGivenReason.DOCTOR_DECIDES) for _one, why in wanted)
    body = Task(
        pupil_id=row.pupil_id,
        task=TaskKind.CATCH_UP_VACCINATION,
        owner=session.body.doctor if by_doctor else None,
        origin_id=session.record_id,
        domain="vaccination",
        text=say("vaccination.catch_up", vaccines=vaccines, reason=reasons),
    )
    if before is not None and before.body.text == body.text and before.body.state is body.state:
        return None
    return Part(body, where, record_id, open_base(head))

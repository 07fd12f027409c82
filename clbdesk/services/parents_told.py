"""Parents heard of an error with a dose from a person: noted as a task that is done.

Until then no notice comes out of the printer for that pupil (letter_vaccination).
"""

from __future__ import annotations

from clbdesk.clock import local_day
from clbdesk.domain.follow_up import Task, TaskKind, TaskState
from clbdesk.ids import PupilId, VisitId
from clbdesk.services.desk import Desk
from clbdesk.services.letter_vaccination import untold
from clbdesk.services.outcome import Outcome
from clbdesk.services.records import Part, Saved, Where, record
from clbdesk.wording import say


def note_told(desk: Desk, visit_id: VisitId, pupil_id: PupilId) -> Outcome[Saved]:
    """Somebody spoke with the parents today about what was written wrong, as it stands now."""
    with desk.vault.read() as reader:
        over = untold(desk, reader, visit_id, pupil_id)
    task = Task(
        pupil_id=pupil_id,
        task=TaskKind.INFORM_PARENTS,
        owner=desk.user.staff_id,
        domain="vaccination",
        text=say("print.told_about"),
        state=TaskState.DONE,
        closed_on=local_day(desk.clock.now()),
        closed_reason=say("print.told_reason"),
        over=over,
    )
    return record(desk, [Part(task, Where(pupil_id=pupil_id, visit_id=visit_id))])

"""The rows of the grid: names and how far each is, and who comes next. No value of a pupil."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clbdesk.domain.visits import AttendanceState
from clbdesk.services.progress import PupilState, StepState
from clbdesk.wording import say
from ui import format as show
from ui.pages.shown import PUPIL_STATES, STEP_STATES
from ui.theme import Role, Weight
from ui.widgets.cells import StateCell, TextCell

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from clbdesk.ids import PupilId
    from clbdesk.services.class_list import ListRow

_SAVED = "opgeslagen"


def rows_for(
    rows: Sequence[ListRow], step: str, class_name: str, order: Sequence[PupilId]
) -> list[ListRow]:
    """The pupils of a class who get this test, as the class list shows them."""
    places = {pupil_id: place for place, pupil_id in enumerate(order)}
    found = [
        row
        for row in rows
        if (not class_name or row.class_name == class_name)
        and any(one.step.name == step for one in row.steps)
    ]
    return sorted(found, key=lambda row: places.get(row.pupil_id, len(places)))


def state_of(row: ListRow, step: str) -> StepState:
    """How far this test of this pupil is."""
    return next((one.state for one in row.steps if one.step.name == step), StepState.OPEN)


def is_next(row: ListRow, step: str) -> bool:
    """Whether somebody can still be measured in line: expected or here, and the test open.

    Not where an objection stands against the contact.
    """
    if row.state is PupilState.OBJECTION:
        return False
    here = row.attendance in {AttendanceState.EXPECTED, AttendanceState.PRESENT}
    open_step = next((one.is_open for one in row.steps if one.step.name == step), False)
    return here and open_step


def following(
    rows: Sequence[ListRow], after: PupilId | None, step: str, done: Collection[PupilId]
) -> ListRow | None:
    """The next row after this one; from the top again when the end was reached."""
    ids = [row.pupil_id for row in rows]
    at = ids.index(after) + 1 if after in ids else 0
    for row in (*rows[at:], *rows[:at]):
        if row.pupil_id not in done and is_next(row, step):
            return row
    return None


def summary(rows: Sequence[ListRow], step: str, done: Collection[PupilId], where: str) -> str:
    """What was saved for the class, and what is left: drafts, and who comes back."""
    count = drafts = queued = 0
    for row in rows:
        state = state_of(row, step)
        saved = state is StepState.DONE or row.pupil_id in done
        count += saved
        drafts += state is StepState.DRAFT and not saved
        queued += row.attendance is AttendanceState.LATER
    sentences = [
        say("grid.all_saved_one" if count == 1 else "grid.all_saved", count=count, where=where)
    ]
    if drafts:
        sentences.append(say("grid.drafts_one" if drafts == 1 else "grid.drafts", count=drafts))
    if queued:
        sentences.append(say("grid.queued", count=queued))
    return " ".join(sentences)


def name_cell(row: ListRow, *, is_open: bool, is_discreet: bool) -> TextCell:
    """The name; in discreet mode only that of the open row."""
    if is_discreet and not is_open:
        return TextCell(show.initials(row.family_name, row.given_name))
    name = show.list_name(row.family_name, row.given_name)
    return TextCell(name, Weight.SEMIBOLD if is_open else Weight.REGULAR)


def state_cell(row: ListRow, step: str) -> StateCell:
    """Objection, absent and end of the queue first, else the state of the test."""
    if row.state is PupilState.OBJECTION:
        look = PUPIL_STATES[row.state]
        return StateCell(look.icon, look.word, look.role, Weight.SEMIBOLD)
    if row.attendance in {AttendanceState.ABSENT, AttendanceState.LATER}:
        absent = row.attendance is AttendanceState.ABSENT
        look = PUPIL_STATES[PupilState.ABSENT if absent else PupilState.LATER]
        return StateCell(look.icon, look.word, look.role)
    state = state_of(row, step)
    if state is StepState.OPEN:
        here = row.attendance is AttendanceState.PRESENT
        look = PUPIL_STATES[PupilState.PRESENT if here else PupilState.EXPECTED]
        return StateCell(look.icon, look.word, look.role)
    look = STEP_STATES[state]
    weight = Weight.SEMIBOLD if look.role is Role.ATTENTION else Weight.REGULAR
    word = _SAVED if state is StepState.DONE else look.word
    return StateCell(look.icon, word, look.role, weight)

"""Lists of a visit on paper: who was seen, the order of the envelopes, the figures of the day.

No clinical value of a pupil stands on any list, and no name of a pupil on the sheet of the day; the
vaccination cards and the reports of side effects of a visit go along here, each a paper of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from statistics import median

from clbdesk.clock import BRUSSELS, local_day
from clbdesk.domain.letters import LetterKind
from clbdesk.domain.visits import AttendanceState, Visit, VisitKind
from clbdesk.errors import Refused
from clbdesk.ids import PupilId, RecordId, VisitId
from clbdesk.reports.lists import (
    DaySheet,
    Listed,
    PostLine,
    blank_paper,
    day_paper,
    envelope_paper,
    no_answer_paper,
    school_paper,
)
from clbdesk.reports.locked import new_password
from clbdesk.reports.paper import Paper, Printed, bind
from clbdesk.services.class_list import ClassListView, ListRow, open_class_list
from clbdesk.services.consent_stack import open_stack
from clbdesk.services.day_close import DayOutcome, outcomes_of
from clbdesk.services.desk import Desk
from clbdesk.services.letter_states import LetterRow, LetterState
from clbdesk.services.letters import LettersView, MadeLetters, make_letters, open_letters
from clbdesk.services.progress import StepState
from clbdesk.services.reading import all_standing, one_standing, staff_names
from clbdesk.services.side_effect import side_effect_report
from clbdesk.services.vaccination_card_paper import cards_of_visit
from clbdesk.services.visits import taken_visits
from clbdesk.standards.moments import Step
from clbdesk.wording import say

# A longer time between two savings was a pause, or the next class.
_PAUSE = timedelta(minutes=30)


class VisitList(StrEnum):
    """The lists that can be printed for a visit."""

    SCHOOL = "school"
    DAY = "day"
    NO_ANSWER = "no_answer"
    BLANK_GROWTH = "blank_growth"
    BLANK_VISION = "blank_vision"
    BLANK_HEARING = "blank_hearing"
    CARDS = "cards"
    SIDE_EFFECTS = "side_effects"


_BLANK = {
    VisitList.BLANK_GROWTH: "growth",
    VisitList.BLANK_VISION: "vision",
    VisitList.BLANK_HEARING: "hearing",
}


def letters_visit(desk: Desk) -> VisitId | None:
    """The visit whose letters one means without saying so: of today, else the newest in hand.

    A visit for vaccinations has letters from its own day on.
    """
    today = local_day(desk.clock.now())
    with desk.vault.read() as reader:
        taken = taken_visits(reader)
        visits = [
            one
            for one in all_standing(reader.heads(kinds=("visit",)), Visit)
            if one.record_id in taken
            and (
                VisitKind.SYSTEMATIC_CONTACT in one.body.kinds
                or (VisitKind.VACCINATION in one.body.kinds and one.body.on <= today)
            )
        ]
    visits.sort(
        key=lambda one: (
            one.body.on == today,
            one.body.on,
            VisitKind.SYSTEMATIC_CONTACT in one.body.kinds,
        )
    )
    return VisitId(visits[-1].record_id) if visits else None


def visit_paper(desk: Desk, visit_id: VisitId, which: VisitList) -> Printed:
    """One list of a visit; logged, because a list of names leaves the program.

    A blank form has a sheet per class.
    """
    view = open_class_list(desk, visit_id)
    with desk.vault.write() as work:
        desk.log(work, "list", kind="visit", record_id=RecordId(visit_id), reason=which.value)
    if which is VisitList.SCHOOL:
        return school_paper(desk.centre_name, view.school, view.on, _listed(view.rows)).printed()
    if which is VisitList.SIDE_EFFECTS:
        printed = side_effect_report(desk, visit_id)
        if printed is None:
            raise Refused("side_effect.none")
        return printed
    if which is VisitList.CARDS:
        return cards_of_visit(desk, visit_id, view.school)
    if which is VisitList.NO_ANSWER:
        return _no_answer_list(desk, visit_id, view).printed()
    if which is VisitList.DAY:
        return day_paper(_day_sheet(desk, view, open_letters(desk, visit_id))).printed()
    papers = [
        blank_paper(desk.centre_name, view.school, view.on, _BLANK[which], one, _listed(rows))
        for one in view.classes
        if (rows := [row for row in view.rows if row.class_name == one])
    ]
    return bind(papers, say(f"print.{which.value}"))


def make_batch(
    desk: Desk,
    view: LettersView,
    keys: Collection[str],
    envelopes: Sequence[str],
    *,
    two_sided: bool,
) -> MadeLetters:
    """Letters for the printer, after the envelope lists of these classes."""
    before = [envelope_list(desk, view, class_name, keys) for class_name in envelopes]
    return make_letters(
        desk, view.visit_id, keys, action="print", two_sided=two_sided, before=before
    )


@dataclass(frozen=True, slots=True)
class LockedFile:
    """Papers as a file that opens with this password; `missing` as MadeLetters."""

    pdf: bytes
    password: str
    count: int
    missing: tuple[str, ...]


def make_locked(
    desk: Desk, view: LettersView, keys: Collection[str], *, purpose: str, recipient: str
) -> LockedFile:
    """Letters to hand over as a file: encrypted, for a purpose and somebody, both in the log.

    Refused ("print.purpose_missing", "print.recipient_missing") without them.
    """
    password, reason = new_password(), reason_of(purpose, recipient)
    made = make_letters(
        desk, view.visit_id, keys, action="export", reason=reason, password=password
    )
    return LockedFile(made.printed.pdf, password, len(made.letters), made.missing)


def reason_of(purpose: str, recipient: str) -> str:
    """For what and for whom a file leaves the program, as the log has it; refused without either."""
    if not purpose.strip():
        raise Refused("print.purpose_missing", field="purpose")
    if not recipient.strip():
        raise Refused("print.recipient_missing", field="recipient")
    return f"{purpose.strip()} · {recipient.strip()}"


def envelope_list(desk: Desk, view: LettersView, class_name: str, keys: Collection[str]) -> Paper:
    """The envelopes of a class for these letters: a pupil with two letters has one envelope."""
    rows: dict[PupilId, LetterRow] = {}
    for row in view.rows:
        if row.class_name == class_name and row.key in keys:
            rows.setdefault(row.pupil_id, row)
    pupils = [Listed(_name(row), row.class_name, seen=True) for row in rows.values()]
    return envelope_paper(desk.centre_name, view.school, view.on, class_name, pupils)


def _no_answer_list(desk: Desk, visit_id: VisitId, view: ClassListView) -> Paper:
    """Whose form is still to come, for the school to ask after; not which vaccine it is about."""
    stack = open_stack(desk, visit_id)
    silent = {row.pupil_id for row in stack.rows if row.is_unanswered}
    pupils = [row for row in view.rows if row.pupil_id in silent]
    return no_answer_paper(
        desk.centre_name, view.school, view.on, _listed(pupils), is_asked=bool(stack.rows)
    )


def _listed(rows: Sequence[ListRow]) -> list[Listed]:
    return [
        Listed(
            _name(row),
            row.class_name,
            seen=row.attendance is AttendanceState.PRESENT,
            born=row.birth_date,
        )
        for row in rows
    ]


def _name(row: ListRow | LetterRow) -> str:
    return f"{row.family_name.upper()}, {row.given_name}"


def _day_sheet(desk: Desk, view: ClassListView, letters: LettersView) -> DaySheet:
    with desk.vault.read() as reader:
        visit = one_standing(reader, RecordId(view.visit_id), Visit)
        staff = staff_names(reader)
        saved: dict[PupilId, dict[str, datetime]] = defaultdict(dict)
        for head in reader.heads(visit_id=view.visit_id):
            if head.leaf.pupil_id is not None:
                saved[head.leaf.pupil_id][head.kind] = head.leaf.recorded_at
    team = [staff.get(RecordId(one), "") for one in (visit.body.team if visit else ())]
    results = [row for row in letters.rows if row.document is LetterKind.RESULT]
    waits = sum(row.state is LetterState.WAITS_FOR_DOCTOR for row in results)
    ends = outcomes_of(view.rows)
    facts = (
        ("team", ", ".join(name for name in team if name) or "–"),
        ("on_list", len(view.rows)),
        ("present", sum(row.attendance is AttendanceState.PRESENT for row in view.rows)),
        ("complete", ends[DayOutcome.COMPLETE]),
        ("incomplete_pupils", ends[DayOutcome.INCOMPLETE]),
        ("absent", ends[DayOutcome.ABSENT]),
        ("refused_on_the_spot", ends[DayOutcome.REFUSED]),
        ("objections", ends[DayOutcome.OBJECTION]),
        ("closed", len(results) - waits),
        ("waits", waits),
        ("referrals", sum(row.document is LetterKind.REFERRAL for row in letters.rows)),
        ("letters", sum(row.printed_at is not None for row in letters.rows)),
    )
    return DaySheet(
        centre=desk.centre_name,
        school=view.school,
        on=view.on,
        facts=tuple((say(f"letters.{name}"), str(value)) for name, value in facts),
        posts=tuple(_post(step, view.rows, saved) for step in _steps(view.rows)),
    )


def _steps(rows: Sequence[ListRow]) -> list[Step]:
    found = {one.step.number: one.step for row in rows for one in row.steps}
    return [found[number] for number in sorted(found)]


def _post(
    step: Step, rows: Sequence[ListRow], saved: Mapping[PupilId, Mapping[str, datetime]]
) -> PostLine:
    states = [one.state for row in rows for one in row.steps if one.step.name == step.name]
    done = states.count(StepState.DONE)
    not_done = states.count(StepState.NOT_DONE)
    parts = (*step.parts, *step.optional)
    times = sorted(
        max(hours)
        for row in rows
        if (hours := [at for kind, at in saved[row.pupil_id].items() if kind in parts])
    )
    between = [after - before for before, after in pairwise(times) if after - before < _PAUSE]
    return PostLine(
        label=step.label,
        done=done,
        not_done=not_done,
        still=len(states) - done - not_done,
        first=_hour(times[0]) if times else "",
        last=_hour(times[-1]) if times else "",
        minutes=median(one.total_seconds() for one in between) / 60 if between else None,
    )


def _hour(at: datetime) -> str:
    return f"{at.astimezone(BRUSSELS):%H:%M}"

"""Dag afsluiten: a school is left with every pupil, dose, letter and agreement accounted for.

What stops is a pupil without an outcome, an open vaccination session or a pupil who is watched;
the rest is named in the record. A visit that gets a record afterwards is open again by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.people import School
from clbdesk.domain.revision import Compartment
from clbdesk.domain.vaccination import Dose, DoseStatus, VaccinationSession
from clbdesk.domain.visits import AbsenceReason, AttendanceState, Visit, VisitClose, VisitKind
from clbdesk.errors import Defect, Refused
from clbdesk.ids import PupilId, RecordId, RevId, VisitId
from clbdesk.services.class_list import ListRow, rows_of
from clbdesk.services.counted import was_closed
from clbdesk.services.desk import Desk
from clbdesk.services.letter_states import LetterState
from clbdesk.services.letters import open_letters
from clbdesk.services.outcome import Outcome
from clbdesk.services.progress import PupilState, StepState
from clbdesk.services.readiness import Level, Line
from clbdesk.services.reading import all_standing, one_standing, open_base
from clbdesk.services.records import Part, Saved, Where, add_parts, changes_of
from clbdesk.services.relation import visit_open_to
from clbdesk.services.unconfirmed import Unconfirmed, unconfirmed_on
from clbdesk.services.vaccination_observation import watched_on
from clbdesk.services.vaccination_stock import ledger_of
from clbdesk.services.visits import counted_in, is_closed
from clbdesk.storage.vault import Reader
from clbdesk.wording import say, say_count

# An outcome of the day: seen, seen in part, not here, or closed by an objection.
_SEEN = frozenset(
    {
        PupilState.DONE,
        PupilState.PARTIAL,
        PupilState.BUSY,
        PupilState.WAITS_FOR_DOCTOR,
        PupilState.TWO_VERSIONS,
    }
)
_WAITING_LETTERS = frozenset({LetterState.READY, LetterState.INCOMPLETE, LetterState.CHANGED})


@dataclass(frozen=True, slots=True)
class DayView:
    """What P29 shows. `without_outcome`: pupils of whom nothing is known of this day."""

    visit_id: VisitId
    school: str
    visit: Visit
    lines: tuple[Line, ...]
    rows: tuple[ListRow, ...]
    waiting: int
    is_closed: bool
    base: tuple[RevId, ...]

    @property
    def without_outcome(self) -> tuple[ListRow, ...]:
        """In the order of the list."""
        return tuple(row for row in self.rows if not has_outcome(row))

    @property
    def stops(self) -> tuple[Line, ...]:
        """What stands in the way of closing."""
        return tuple(line for line in self.lines if line.level is Level.STOP)


class DayOutcome(StrEnum):
    """How the day ends for a pupil (medical handbook §1.5, ABS-1)."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    ABSENT = "absent"
    REFUSED = "refused"
    OBJECTION = "objection"


def outcome_of(row: ListRow) -> DayOutcome | None:
    """None for a pupil of whom nothing is known of this day.

    What was put off, cannot be trusted or waits for the examination of the doctor is incomplete.
    """
    if row.state is PupilState.OBJECTION:
        return DayOutcome.OBJECTION
    if row.state is PupilState.ABSENT:
        refused = row.reason is AbsenceReason.REFUSES
        return DayOutcome.REFUSED if refused else DayOutcome.ABSENT
    if row.state not in _SEEN:
        return None
    return DayOutcome.INCOMPLETE if row.open_steps else DayOutcome.COMPLETE


def outcomes_of(rows: Iterable[ListRow]) -> Counter[DayOutcome]:
    """How often every outcome came about."""
    return Counter(found for row in rows if (found := outcome_of(row)) is not None)


def has_outcome(row: ListRow) -> bool:
    """Whether the day has an outcome for a pupil."""
    return outcome_of(row) is not None


def open_day(desk: Desk, visit_id: VisitId) -> DayView:
    """The day as it stands on this laptop."""
    is_medical = desk.vault.compartment is Compartment.MEDICAL
    letters = open_letters(desk, visit_id) if is_medical else None
    asked = unconfirmed_on(desk, visit_id) if is_medical else {}
    with desk.vault.read() as reader:
        visit = visit_open_to(desk, reader, visit_id)
        if visit is None:
            raise Defect("class_list.unknown_visit")
        school = one_standing(reader, RecordId(visit.body.school_id), School)
        rows = rows_of(desk, reader, visit_id, visit.body) if is_medical else ()
        head = reader.head(derived_record_id("visit_close", visit_id))
        waiting = reader.outbox_count()
        lines = [*_pupils(rows), *_questions(rows, asked), *_steps(rows)]
        lines += _sessions(reader, visit_id)
        watched = len(watched_on(reader, visit_id))
        if watched:
            text = say_count("day.watched", watched)
            lines.append(Line(Level.STOP, text, "", page="vaccination_list"))
        lines += [*_drafts(desk, reader, visit_id), *_conclusions(rows, visit.body)]
        if letters is not None and letters.rows:
            counts = Counter(row.state for row in letters.rows)
            left = sum(counts[state] for state in _WAITING_LETTERS)
            printed = say("day.letters", printed=counts[LetterState.PRINTED], left=left)
            level = Level.ATTENTION if left else Level.OK
            lines.append(Line(level, printed, "", page="print"))
        lines.append(Line(Level.OK, say_count("day.waiting", waiting), say("day.go_along")))
        closed = is_closed(reader, visit_id)
    return DayView(
        visit_id=visit_id,
        school=school.body.name if school else "",
        visit=visit.body,
        lines=tuple(lines),
        rows=rows,
        waiting=waiting,
        is_closed=closed,
        base=open_base(head),
    )


def close_day(desk: Desk, view: DayView) -> Outcome[Saved]:
    """Close the visit with its counts. Refused("day.stopped") while something stands in the way.

    The day is looked at again while nobody else can write: the other post may just have told more.
    """
    record_id = derived_record_id("visit_close", view.visit_id)
    where = Where(visit_id=view.visit_id, school_id=view.visit.school_id)
    with desk.vault.write() as work:
        fresh = open_day(desk, view.visit_id)
        if fresh.stops:
            raise Refused("day.stopped", count=len(fresh.stops))
        ends = outcomes_of(fresh.rows)
        body = VisitClose(
            visit_id=fresh.visit_id,
            pupils=len(fresh.rows),
            seen=ends[DayOutcome.COMPLETE] + ends[DayOutcome.INCOMPLETE],
            complete=ends[DayOutcome.COMPLETE],
            absent=ends[DayOutcome.ABSENT],
            refused=ends[DayOutcome.REFUSED],
            objections=ends[DayOutcome.OBJECTION],
            left_open=tuple(line.text for line in fresh.lines if line.level is Level.ATTENTION),
            up_to=counted_in(work, fresh.visit_id),
        )
        saved = add_parts(desk, work, [Part(body, where, record_id, view.base)])
    return Outcome(saved, changes_of(saved.revisions))


def _pupils(rows: tuple[ListRow, ...]) -> Iterator[Line]:
    if not rows:
        return
    ends = outcomes_of(rows)
    without = len(rows) - ends.total()
    text = say(
        "day.pupils",
        all=len(rows),
        complete=ends[DayOutcome.COMPLETE],
        incomplete=ends[DayOutcome.INCOMPLETE],
        absent=ends[DayOutcome.ABSENT],
        refused=ends[DayOutcome.REFUSED],
        objections=ends[DayOutcome.OBJECTION],
    )
    level = Level.STOP if without else Level.OK
    yield Line(level, text, say("day.without", count=without), page="class_list")


def _questions(
    rows: tuple[ListRow, ...], asked: Mapping[PupilId, Sequence[Unconfirmed]]
) -> Iterator[Line]:
    """Unlikely values that nobody confirmed, and of whom."""
    count = sum(len(values) for values in asked.values())
    if not count:
        return
    of_whom = [
        f"{row.given_name} {row.family_name}: "
        + ", ".join(value.words for value in asked[row.pupil_id])
        for row in rows
        if row.pupil_id in asked
    ]
    yield Line(
        Level.STOP, say_count("day.unconfirmed", count), " · ".join(of_whom), page="class_list"
    )


def _steps(rows: tuple[ListRow, ...]) -> Iterator[Line]:
    """Tests that were put off or could not be trusted: they are made later."""
    states = Counter(
        step.state
        for row in rows
        if row.attendance is not AttendanceState.ABSENT and row.state is not PupilState.OBJECTION
        for step in row.steps
    )
    left = states[StepState.PARTIAL] + states[StepState.RETEST]
    if left:
        yield Line(Level.ATTENTION, say_count("day.put_off", left), "", page="follow_up")


def _sessions(reader: Reader, visit_id: VisitId) -> Iterator[Line]:
    """Of every table of the visit that this laptop knows: one open session keeps the day open."""
    heads = reader.heads(kinds=("vaccination_session",), visit_id=visit_id)
    sessions = all_standing(heads, VaccinationSession)
    if not sessions:
        return
    doses = all_standing(reader.heads(kinds=("dose",), visit_id=visit_id), Dose)
    given = sum(one.body.status is DoseStatus.GIVEN for one in doses)
    is_open = not all(was_closed(one.head) for one in sessions)
    is_off = any(lot.is_off for one in sessions for lot in ledger_of(reader, one))
    state = "session_open" if is_open else "session_off" if is_off else "session_closed"
    level = Level.STOP if is_open or is_off else Level.OK
    text, count = say(f"day.{state}"), say("day.given", count=given)
    yield Line(level, text, count, page="vaccination_close")


def _drafts(desk: Desk, reader: Reader, visit_id: VisitId) -> Iterator[Line]:
    drafts = [one for one in reader.drafts() if one.visit_id == visit_id]
    mine = sum(one.author == desk.user.staff_id for one in drafts)
    if drafts:
        text = say("day.drafts", mine=mine, others=len(drafts) - mine)
        yield Line(Level.ATTENTION, text, "", page="synchronise")


def _conclusions(rows: tuple[ListRow, ...], visit: Visit) -> Iterator[Line]:
    if VisitKind.SYSTEMATIC_CONTACT not in visit.kinds:
        return
    waits = sum(row.state is PupilState.WAITS_FOR_DOCTOR for row in rows)
    done = sum(row.state is PupilState.DONE for row in rows)
    level = Level.ATTENTION if waits else Level.OK
    yield Line(level, say("day.conclusions", done=done, waits=waits), "", page="class_list")

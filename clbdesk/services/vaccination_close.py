"""P15: closing a vaccination session, when every dose and every pupil is accounted for.

Everything is looked at again inside the commit. Pupils who are still to be vaccinated come on the
catch-up list by themselves: nobody writes it (handbook 2 §5.7, §7.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import msgspec

from clbdesk.clock import local_day
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.people import School
from clbdesk.domain.revision import Role
from clbdesk.domain.stock import (
    ColdChainMoment,
    DifferenceReason,
    Movement,
    StockMove,
    WasteReason,
)
from clbdesk.domain.vaccination import Lot, VaccinationSession
from clbdesk.domain.visits import AttendanceState, Visit
from clbdesk.errors import Defect, Refused
from clbdesk.ids import PupilId, RecordId, VisitId
from clbdesk.services.class_list import ListRow, rows_of
from clbdesk.services.counted import reopenings, was_closed
from clbdesk.services.desk import Desk
from clbdesk.services.outcome import Outcome
from clbdesk.services.reading import Standing, all_standing, one_standing, staff_names
from clbdesk.services.records import Part, Saved, Where, add_parts, changes_of
from clbdesk.services.relation import must_read_at, visit_open_to
from clbdesk.services.vaccination_catch_up import catch_up_parts
from clbdesk.services.vaccination_incident import count_incidents
from clbdesk.services.vaccination_observation import Watched, watched_on
from clbdesk.services.vaccination_plan import PlanState
from clbdesk.services.vaccination_stock import (
    LotLedger,
    Readings,
    doses_of,
    ledger_of,
    move_part,
    out_of_range,
    quarantine_parts,
    reading_part,
    readings_of,
)
from clbdesk.storage.vault import Reader, UnitOfWork


@dataclass(frozen=True, slots=True)
class NamedPupil:
    """A pupil who stands in the way, or who waits."""

    pupil_id: PupilId
    name: str
    class_name: str


@dataclass(frozen=True, slots=True)
class Reopened:
    """Somebody opened a closed session again."""

    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class CloseView:
    """What P15 shows. `without_outcome` and `in_observation` stand in the way of closing.

    `waiting`: pupils of whom a doctor still decides; they come on the catch-up list. `reopened`:
    every time that it was opened again after closing, oldest first.
    """

    visit_id: VisitId
    school: str
    visit: Visit
    session: Standing[VaccinationSession]
    vaccinator: str
    closed_by: str
    lots: tuple[LotLedger, ...]
    readings: Readings
    without_outcome: tuple[NamedPupil, ...]
    in_observation: tuple[Watched, ...]
    waiting: tuple[NamedPupil, ...]
    incidents: int
    may_reopen: bool
    reopened: tuple[Reopened, ...] = ()

    @property
    def is_closed(self) -> bool:
        """Nothing is recorded any more until somebody opens it again."""
        return was_closed(self.session.head)

    @property
    def counted_before(self) -> tuple[str, ...]:
        """The lots of which a dose came or went after the session was closed."""
        return tuple(one.lot.number for one in self.lots if self.is_closed and one.is_off)

    @property
    def boxes(self) -> tuple[str, ...]:
        """The cool boxes of the session."""
        return tuple(dict.fromkeys(lot.lot.cool_box for lot in self.lots))

    @property
    def given(self) -> int:
        """All doses that were given."""
        return sum(lot.given for lot in self.lots)


@dataclass(frozen=True, slots=True)
class LotCount:
    """What was counted of one lot. `reason_text` belongs to the reason "other"."""

    wasted: int
    returned: int
    waste: WasteReason | None = None
    waste_text: str = ""
    difference: DifferenceReason | None = None
    difference_text: str = ""


@dataclass(frozen=True, slots=True)
class CloseEntry:
    """The form: a count per lot, and the temperature of every cool box that came back, in °C."""

    counts: Mapping[RecordId, LotCount]
    celsius: Mapping[str, Decimal]


def open_close(desk: Desk, visit_id: VisitId) -> CloseView | None:
    """The own session of this user, else another one of the visit; None when there is none."""
    with desk.vault.read() as reader:
        return _view(desk, reader, visit_id, None)


def close_session(desk: Desk, view: CloseView, entry: CloseEntry) -> Outcome[Saved]:
    """Close the session in one commit: counts, readings, catch-up tasks, and the session itself.

    Refused `vaccination.session_closed`, `without_outcome`, `still_observed`,
    `celsius_missing`, `count_missing`, `count_negative`, `waste_reason`, `difference_reason` or
    `reason_text` (all of `vaccination`); nothing is written then.
    """
    with desk.vault.write() as work:
        fresh = _view(desk, work, view.visit_id, view.session.record_id)
        if fresh is None:
            raise Defect("vaccination.no_session")
        _refuse_open(fresh)
        parts = _count_parts(work, fresh, entry)
        parts += _box_parts(desk, work, fresh, entry)
        rows = rows_of(desk, work, fresh.visit_id, fresh.visit)
        parts += catch_up_parts(work, fresh.session, rows)
        closed = msgspec.structs.replace(
            fresh.session.body, closed_at=desk.clock.now(), closed_by=desk.user.staff_id
        )
        parts.append(_session_part(fresh, closed))
        saved = add_parts(desk, work, parts)
        work.drop_draft(desk.user.staff_id, form_of(fresh))
    return Outcome(saved, changes_of(saved.revisions))


def reopen_session(desk: Desk, view: CloseView, reason: str) -> Outcome[Saved]:
    """Open a closed session again, by a doctor or by who closed it, with a reason."""
    if not reason.strip():
        raise Refused("records.reason_missing", field="reason")
    with desk.vault.write() as work:
        fresh = _view(desk, work, view.visit_id, view.session.record_id)
        if fresh is None or not fresh.is_closed:
            raise Refused("vaccination.session_open")
        if not fresh.may_reopen:
            raise Refused("vaccination.may_not_reopen", name=fresh.closed_by)
        opened = msgspec.structs.replace(fresh.session.body, closed_at=None, closed_by=None)
        saved = add_parts(desk, work, [_session_part(fresh, opened)], reason=reason.strip())
    return Outcome(saved, changes_of(saved.revisions))


def form_of(view: CloseView) -> str:
    """The key of the draft of this page."""
    return f"vaccination_close/{view.session.record_id}"


def _view(
    desk: Desk, reader: Reader, visit_id: VisitId, session_id: RecordId | None
) -> CloseView | None:
    visit = visit_open_to(desk, reader, visit_id)
    if visit is not None:
        must_read_at(desk, visit.body.school_id, "vaccination_session")
    session = _session(desk, reader, visit_id, session_id)
    if visit is None or session is None:
        return None
    school = one_standing(reader, RecordId(visit.body.school_id), School)
    staff = staff_names(reader)
    rows = rows_of(desk, reader, visit_id, visit.body)
    of_session = {one.body.pupil_id for one in doses_of(reader, session)}
    body = session.body
    is_doctor = desk.user.role is Role.DOCTOR
    return CloseView(
        visit_id=visit_id,
        school=school.body.name if school else "",
        visit=visit.body,
        session=session,
        vaccinator=staff.get(RecordId(body.vaccinator), ""),
        closed_by=staff.get(RecordId(body.closed_by), "") if body.closed_by else "",
        lots=ledger_of(reader, session),
        readings=readings_of(reader, session),
        without_outcome=_named(row for row in rows if _has_open(row, PlanState.PLANNED)),
        in_observation=tuple(
            one for one in watched_on(reader, visit_id) if one.pupil_id in of_session
        ),
        waiting=_named(row for row in rows if _waits(row)),
        incidents=count_incidents(reader, visit_id),
        may_reopen=body.closed_at is not None
        and (is_doctor or body.closed_by == desk.user.staff_id),
        reopened=tuple(
            Reopened(one.recorded_at, staff.get(RecordId(one.author), ""), one.reason or "")
            for one in reopenings(reader, session.record_id)
        ),
    )


def _session(
    desk: Desk, reader: Reader, visit_id: VisitId, session_id: RecordId | None
) -> Standing[VaccinationSession] | None:
    heads = reader.heads(kinds=("vaccination_session",), visit_id=visit_id)
    found = all_standing(heads, VaccinationSession)
    if session_id is not None:
        return next((one for one in found if one.record_id == session_id), None)
    own = derived_record_id("vaccination_session", visit_id, desk.user.staff_id)

    def rank(one: Standing[VaccinationSession]) -> tuple[bool, bool]:
        return one.record_id != own, was_closed(one.head)

    return min(found, key=rank, default=None)


def _named(rows: Iterable[ListRow]) -> tuple[NamedPupil, ...]:
    return tuple(
        NamedPupil(row.pupil_id, f"{row.given_name} {row.family_name}", row.class_name)
        for row in rows
    )


def _has_open(row: ListRow, state: PlanState) -> bool:
    plans = row.vaccination.vaccines if row.vaccination else ()
    present = row.attendance is not AttendanceState.ABSENT
    return present and any(one.is_open and one.state is state for one in plans)


def _waits(row: ListRow) -> bool:
    if row.vaccination is None or row.attendance is AttendanceState.ABSENT:
        return False
    return row.vaccination.waits_for_doctor or _has_open(row, PlanState.DOCTOR)


def _refuse_open(view: CloseView) -> None:
    """What stands in the way of closing, in the order of the page."""
    if view.is_closed:
        raise Refused("vaccination.session_closed")
    if view.without_outcome:
        count = len(view.without_outcome)
        key = "without_outcome" if count > 1 else "without_outcome_one"
        raise Refused(f"vaccination.{key}", count=count)
    if view.in_observation:
        raise Refused("vaccination.still_observed", count=len(view.in_observation))


def _count_parts(work: UnitOfWork, view: CloseView, entry: CloseEntry) -> list[Part]:
    """Wasted, returned and the difference of every lot; what says the same is not written anew."""
    parts: list[Part] = []
    for ledger in view.lots:
        count = entry.counts.get(ledger.lot.lot_id)
        if count is None:
            raise Refused("vaccination.count_missing", lot=ledger.lot.number)
        left_over = ledger.left_over(count.wasted, count.returned)
        _refuse_count(ledger, count, left_over)
        moves = (
            _move(view, ledger, Movement.RETURNED, count.returned),
            _move(view, ledger, Movement.WASTED, count.wasted, count),
            _move(view, ledger, Movement.DIFFERENCE, left_over, count),
        )
        before = (ledger.returned, ledger.wasted, ledger.difference)
        for body, known in zip(moves, before, strict=True):
            is_worth = body.doses != 0 or body.movement is Movement.RETURNED or known is not None
            part = move_part(work, body) if is_worth else None
            if part is not None:
                parts.append(part)
    return parts


def _refuse_count(ledger: LotLedger, count: LotCount, left_over: int) -> None:
    lot = ledger.lot.number
    if count.wasted < 0 or count.returned < 0:
        raise Refused("vaccination.count_negative", lot=lot)
    if count.wasted and count.waste is None:
        raise Refused("vaccination.waste_reason", lot=lot)
    if left_over and count.difference is None:
        raise Refused("vaccination.difference_reason", count=abs(left_over), lot=lot)
    if count.wasted and count.waste is WasteReason.OTHER and not count.waste_text.strip():
        raise Refused("vaccination.reason_text", lot=lot)
    other = count.difference is DifferenceReason.OTHER
    if left_over and other and not count.difference_text.strip():
        raise Refused("vaccination.reason_text", lot=lot)


def _move(
    view: CloseView,
    ledger: LotLedger,
    movement: Movement,
    doses: int,
    why: LotCount | None = None,
) -> StockMove:
    waste = why.waste if why and doses and movement is Movement.WASTED else None
    difference = why.difference if why and doses and movement is Movement.DIFFERENCE else None
    text = ""
    if why is not None:
        text = why.waste_text if waste is WasteReason.OTHER else ""
        text = why.difference_text if difference is DifferenceReason.OTHER else text
    return StockMove(
        visit_id=view.visit_id,
        session_id=view.session.record_id,
        lot_id=ledger.lot.lot_id,
        lot=ledger.lot.number,
        movement=movement,
        doses=doses,
        waste=waste,
        difference=difference,
        reason_text=text.strip(),
    )


def _box_parts(desk: Desk, work: UnitOfWork, view: CloseView, entry: CloseEntry) -> list[Part]:
    """The reading of every box that came back; what was too warm goes into quarantine."""
    now = desk.clock.now()
    known = {one.record_id: one for one in all_standing(work.heads(kinds=("lot",)), Lot)}
    parts: list[Part] = []
    for box in view.boxes:
        celsius = entry.celsius.get(box)
        if celsius is None:
            raise Refused("vaccination.celsius_missing", box=box)
        part = reading_part(
            work,
            view.visit_id,
            view.session.record_id,
            box,
            ColdChainMoment.RETURN,
            celsius,
            now,
        )
        if part is not None:
            parts.append(part)
        if out_of_range(celsius):
            lots = [one.lot for one in view.lots if one.lot.cool_box == box]
            parts += quarantine_parts(known, lots, celsius, local_day(now))
    return parts


def _session_part(view: CloseView, body: VaccinationSession) -> Part:
    where = Where(visit_id=view.visit_id)
    return Part(body, where, view.session.record_id, view.session.base)

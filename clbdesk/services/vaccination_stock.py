"""The ledger of a station: what was taken, wasted and returned per lot, and how cold it stayed.

taken − given − wasted = returned, and every difference has a reason (handbook 2 §5.7). A session
that was opened before there were movements is read from what it fixed itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType

import msgspec

from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.stock import ColdChain, ColdChainMoment, Movement, StockMove
from clbdesk.domain.vaccination import Dose, DoseStatus, Lot, SessionLot, VaccinationSession
from clbdesk.ids import RecordId, VisitId
from clbdesk.services.reading import Standing, all_standing, open_base, standing
from clbdesk.services.records import Part, Where
from clbdesk.standards.entry_limits import Field, limits
from clbdesk.standards.phrases import day as shown_day
from clbdesk.standards.phrases import number as shown_number
from clbdesk.storage.vault import Reader
from clbdesk.wording import say


@dataclass(frozen=True, slots=True)
class LotLedger:
    """One lot of a session: what went along, what was given, and what was counted, if it was."""

    lot: SessionLot
    taken: int
    given: int
    wasted: StockMove | None = None
    returned: StockMove | None = None
    difference: StockMove | None = None

    def left_over(self, wasted: int, returned: int) -> int:
        """The doses that nobody can account for; negative when there are too many."""
        return self.taken - self.given - wasted - returned

    @property
    def is_off(self) -> bool:
        """What was counted says no more what was given: a dose came or went after the count."""
        if self.returned is None:
            return False
        wasted = self.wasted.doses if self.wasted else 0
        explained = self.difference.doses if self.difference else 0
        return self.left_over(wasted, self.returned.doses) != explained


Readings = Mapping[tuple[str, ColdChainMoment], ColdChain]


def out_of_range(celsius: Decimal | None) -> bool:
    """Whether a temperature is outside what a cool box may have (LIM-C)."""
    low, high = limits(Field.COOL_BOX).warn
    if celsius is None or low is None or high is None:
        return False
    return not low <= celsius <= high


def ledger_of(reader: Reader, session: Standing[VaccinationSession]) -> tuple[LotLedger, ...]:
    """Every lot of a session with its movements and the doses that were given from it."""
    heads = reader.heads(kinds=("stock_move",), visit_id=session.body.visit_id)
    moves = {
        (one.body.lot_id, one.body.movement): one.body
        for one in all_standing(heads, StockMove)
        if one.body.session_id == session.record_id
    }
    given = _given(reader, session)
    found = []
    for lot in session.body.lots:
        taken = moves.get((lot.lot_id, Movement.TAKEN))
        found.append(
            LotLedger(
                lot=lot,
                taken=taken.doses if taken else lot.taken,
                given=given[lot.vaccine, lot.number],
                wasted=moves.get((lot.lot_id, Movement.WASTED)),
                returned=moves.get((lot.lot_id, Movement.RETURNED)),
                difference=moves.get((lot.lot_id, Movement.DIFFERENCE)),
            )
        )
    return tuple(found)


def readings_of(reader: Reader, session: Standing[VaccinationSession]) -> Readings:
    """The readings of the cool boxes of a session."""
    heads = reader.heads(kinds=("cold_chain",), visit_id=session.body.visit_id)
    return {
        (one.body.cool_box, one.body.moment): one.body
        for one in all_standing(heads, ColdChain)
        if one.body.session_id == session.record_id
    }


def doses_of(reader: Reader, session: Standing[VaccinationSession]) -> tuple[Standing[Dose], ...]:
    """The dose facts that were recorded under a session."""
    heads = reader.heads(kinds=("dose",), visit_id=session.body.visit_id)
    return tuple(
        one for one in all_standing(heads, Dose) if one.body.session_id == session.record_id
    )


def _given(reader: Reader, session: Standing[VaccinationSession]) -> Counter[tuple[str, str]]:
    return Counter(
        (one.body.vaccine, one.body.lot)
        for one in doses_of(reader, session)
        if one.body.status is DoseStatus.GIVEN
    )


def taken_parts(
    reader: Reader, visit_id: VisitId, session_id: RecordId, lots: Iterable[SessionLot]
) -> list[Part]:
    """What goes along, as movements; a lot that stays at home after all went along 0 times."""
    taken = {lot.lot_id: (lot.number, lot.taken) for lot in lots}
    heads = reader.heads(kinds=("stock_move",), visit_id=visit_id)
    for one in all_standing(heads, StockMove):
        if one.body.session_id == session_id and one.body.movement is Movement.TAKEN:
            taken.setdefault(one.body.lot_id, (one.body.lot, 0))
    parts = [
        move_part(
            reader,
            StockMove(
                visit_id=visit_id,
                session_id=session_id,
                lot_id=lot_id,
                lot=number,
                movement=Movement.TAKEN,
                doses=doses,
            ),
        )
        for lot_id, (number, doses) in taken.items()
    ]
    return [part for part in parts if part is not None]


def move_part(reader: Reader, body: StockMove) -> Part | None:
    """A movement, or the correction of the one that stands; None when it says the same."""
    record_id = derived_record_id("stock_move", body.session_id, body.lot_id, body.movement.value)
    head = reader.head(record_id)
    before = standing(head, StockMove)
    if before is not None and before.body == body:
        return None
    return Part(body, Where(visit_id=body.visit_id), record_id, open_base(head))


def reading_part(
    reader: Reader,
    visit_id: VisitId,
    session_id: RecordId,
    cool_box: str,
    moment: ColdChainMoment,
    celsius: Decimal,
    now: datetime,
) -> Part | None:
    """A reading of a cool box; None when the same temperature stands already."""
    record_id = derived_record_id("cold_chain", session_id, cool_box, moment.value)
    head = reader.head(record_id)
    before = standing(head, ColdChain)
    if before is not None and before.body.celsius == celsius:
        return None
    body = ColdChain(
        visit_id=visit_id,
        session_id=session_id,
        cool_box=cool_box,
        moment=moment,
        celsius=celsius,
        read_at=now,
    )
    return Part(body, Where(visit_id=visit_id), record_id, open_base(head))


def quarantine_parts(
    known: Mapping[RecordId, Standing[Lot]],
    lots: Iterable[SessionLot],
    celsius: Decimal,
    today: date,
    new: Mapping[RecordId, Lot] = MappingProxyType({}),
) -> list[Part]:
    """Every lot of a box that was too warm or too cold, until somebody decides about it.

    `new`: those that were entered a moment ago.
    """
    reason = say(
        "vaccination.quarantine_reason", celsius=shown_number(celsius), day=shown_day(today)
    )
    parts = []
    for lot in lots:
        before = known.get(lot.lot_id)
        if before is not None and before.body.quarantined is not None:
            continue
        body = before.body if before is not None else new.get(lot.lot_id) or _lot_of(lot)
        body = msgspec.structs.replace(body, quarantined=reason)
        parts.append(Part(body, Where(), lot.lot_id, before.base if before else ()))
    return parts


def _lot_of(lot: SessionLot) -> Lot:
    """As the session wrote it down: its own record did not come along."""
    return Lot(
        vaccine=lot.vaccine, product=lot.product, number=lot.number, expires_on=lot.expires_on
    )

"""The lots of P11: which can be chosen, why another cannot, and what a session takes along.

One number of one vaccine is one lot, whoever entered the box and however often; an expired lot or
one in quarantine is never chosen. Numbers are kept exactly (handbook 2 §5.7, §5.8).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from clbdesk.domain.stock import lot_key, lot_of
from clbdesk.domain.vaccination import Lot, SessionLot
from clbdesk.errors import Refused
from clbdesk.ids import RecordId
from clbdesk.services.vaccination_facts import StationFacts
from clbdesk.standards.phrases import day as shown_day
from clbdesk.standards.vaccination.products import products
from clbdesk.wording import say


@dataclass(frozen=True, slots=True)
class LotChoice:
    """A lot that this laptop knows. `why_not`: why it cannot be chosen, or an empty text.

    `expires_on`: the earliest day that anybody wrote of its number.
    """

    lot_id: RecordId
    vaccine: str
    product: str
    number: str
    expires_on: date
    why_not: str
    gtin: str = ""


@dataclass(frozen=True, slots=True)
class LotEntry:
    """A lot that goes along. `lot_id` None = a box that nobody had entered yet."""

    lot_id: RecordId | None
    product: str
    number: str
    expires_on: date
    taken: int
    in_use: bool = True
    side: str = "left"
    cool_box: str = "A"
    gtin: str = ""

    @property
    def vaccine(self) -> str:
        """The type of the product."""
        return products()[self.product].type.name


def lot_choices(station: StationFacts, today: date) -> tuple[LotChoice, ...]:
    """In the order of the visit; first expired first, as they are to be used up."""
    found = [
        LotChoice(
            lot_id=lot_id,
            vaccine=one.body.vaccine,
            product=one.body.product,
            number=one.body.number,
            expires_on=station.lots.expiry(one.body),
            why_not=_why_not(station, one.body, today),
            gtin=one.body.gtin,
        )
        for lot_id, one in station.lots.records.items()
    ]
    foreseen = list(station.visit.vaccines)

    def rank(lot: LotChoice) -> tuple[int, str, date, str]:
        at = foreseen.index(lot.vaccine) if lot.vaccine in foreseen else len(foreseen)
        return at, lot.vaccine, lot.expires_on, lot.number

    return tuple(sorted(found, key=rank))


def _why_not(station: StationFacts, lot: Lot, today: date) -> str:
    found = _against(station, lot, today)
    return say(found.key, **found.values) if found else ""


def _against(station: StationFacts, lot: Lot, today: date) -> Refused | None:
    """Why a lot cannot be taken along: after its last day, or set apart."""
    last = station.lots.expiry(lot)
    if last < today:
        return Refused("vaccination.lot_expired", lot=lot.number, day=shown_day(last))
    if reason := station.lots.set_apart(lot.vaccine, lot.number):
        return Refused("vaccination.lot_quarantined", lot=lot.number, reason=reason)
    return None


def why_not_new(
    lots: Iterable[LotChoice], today: date, product: str, number: str, expires_on: date | None
) -> str:
    """Why a box that is typed cannot be taken along, or an empty text; before all is typed too.

    `product` and `number` may be empty still, `expires_on` None.
    """
    if expires_on is not None and expires_on < today:
        return say("vaccination.lot_expired", lot=number, day=shown_day(expires_on))
    for known in same_lots(lots, product, number):
        if known.why_not:
            return known.why_not
        if product and (known.product, known.expires_on) != (
            product,
            expires_on or known.expires_on,
        ):
            return say(
                "vaccination.lot_differs", **_told(known.number, known.product, known.expires_on)
            )
    return ""


def same_lots(lots: Iterable[LotChoice], product: str, number: str) -> tuple[LotChoice, ...]:
    """The known lots of this number, of the vaccine of the product when one is chosen."""
    vaccine = products()[product].type.name if product else ""
    key = lot_key(number)
    found = (one for one in lots if key and lot_key(one.number) == key)
    return tuple(one for one in found if not vaccine or one.vaccine == vaccine)


def why_not_scanned(station: StationFacts, today: date, number: str) -> str:
    """Why a box that is scanned before a needle may not be used; empty when nothing speaks against it."""
    known = same_lots(lot_choices(station, today), "", number)
    return next((one.why_not for one in known if one.why_not), "")


def taken_along(
    station: StationFacts, entries: Iterable[LotEntry], today: date, new_id: Callable[[], RecordId]
) -> tuple[tuple[SessionLot, ...], dict[RecordId, Lot]]:
    """What the session takes along, and the lots that nobody knew yet.

    A lot that this session took along before stays in it, also once it may not be used: what was
    given from it is still counted. A box that is known already is that lot. Refused
    `vaccination.lot_expired`, `lot_quarantined`, `lot_differs` or `lot_twice`.
    """
    before = {lot.lot_id for lot in station.session.body.lots} if station.session else set()
    lots: list[SessionLot] = []
    new: dict[RecordId, Lot] = {}
    for one in entries:
        if one.lot_id not in before:
            _refuse_lot(station, one, today)
        box = one if one.lot_id else _as_known(station, one)
        lot_id = box.lot_id
        if lot_id is None:
            lot_id = new_id()
            new[lot_id] = _new_lot(box)
        lot = _session_lot(box, lot_id)
        if any(_is_same(lot, other) for other in lots):
            raise Refused("vaccination.lot_twice", lot=lot.number)
        lots.append(lot)
    return tuple(lots), new


def _as_known(station: StationFacts, entry: LotEntry) -> LotEntry:
    """A typed box as the lot that it is; as it was typed when nobody knew it."""
    for lot_id in station.lots.known(entry.vaccine, entry.number):
        lot = station.lots.records[lot_id].body
        last = station.lots.expiry(lot)
        if (lot.product, last) != (entry.product, entry.expires_on):
            raise Refused("vaccination.lot_differs", **_told(lot.number, lot.product, last))
        return replace(entry, lot_id=lot_id, number=lot.number)
    return entry


def _told(number: str, product: str, expires_on: date) -> dict[str, str]:
    return {"lot": number, "product": product, "day": shown_day(expires_on)}


def _refuse_lot(station: StationFacts, entry: LotEntry, today: date) -> None:
    ids = [entry.lot_id] if entry.lot_id else station.lots.known(entry.vaccine, entry.number)
    known = next((one for each in ids if (one := station.lots.records.get(each))), None)
    if (found := _against(station, known.body if known else _new_lot(entry), today)) is not None:
        raise found


def _new_lot(entry: LotEntry) -> Lot:
    return Lot(
        vaccine=entry.vaccine,
        product=entry.product,
        number=entry.number,
        expires_on=entry.expires_on,
        gtin=entry.gtin,
    )


def _session_lot(entry: LotEntry, lot_id: RecordId) -> SessionLot:
    return SessionLot(
        lot_id=lot_id,
        vaccine=entry.vaccine,
        product=entry.product,
        number=entry.number,
        expires_on=entry.expires_on,
        taken=entry.taken,
        cool_box=entry.cool_box,
        in_use=entry.in_use,
        side=entry.side,
    )


def _is_same(one: SessionLot, other: SessionLot) -> bool:
    """One number of one vaccine is one lot, also when two tables entered the box."""
    return lot_of(one.vaccine, one.number) == lot_of(other.vaccine, other.number)

"""Every lot that this laptop knows: one number of one vaccine is one lot, whoever entered the box.

What any record of it says against it counts, in every version that stands: the earliest last day
and every quarantine (handbook 2 §5.8).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from clbdesk.domain.stock import lot_of
from clbdesk.domain.vaccination import Lot, SessionLot
from clbdesk.ids import RecordId
from clbdesk.services.reading import Standing, final_bodies


@dataclass(frozen=True)
class LotBook:
    """`records`: what was written of lots, by record."""

    records: Mapping[RecordId, Standing[Lot]]

    def known(self, vaccine: str, number: str) -> tuple[RecordId, ...]:
        """Every record of a lot."""
        return tuple(self._records_of.get(lot_of(vaccine, number), ()))

    def set_apart(self, vaccine: str, number: str) -> str | None:
        """Why a lot is in quarantine, or None."""
        reasons = (lot.quarantined for lot in self._said(vaccine, number))
        return next((one for one in reasons if one is not None), None)

    def expiry(self, lot: Lot | SessionLot) -> date:
        """The last day of a lot: the earliest that anybody wrote of its number."""
        said = (one.expires_on for one in self._said(lot.vaccine, lot.number))
        return min((lot.expires_on, *said))

    def beside(self, lots: Collection[SessionLot]) -> Iterator[Standing[Lot]]:
        """Every record of some lots of a session, and of the same numbers."""
        used = {lot.lot_id for lot in lots}
        used |= {one for lot in lots for one in self.known(lot.vaccine, lot.number)}
        return (self.records[one] for one in self.records if one in used)

    @cached_property
    def _records_of(self) -> Mapping[tuple[str, str], list[RecordId]]:
        found: dict[tuple[str, str], list[RecordId]] = defaultdict(list)
        for record_id, one in self.records.items():
            for each in dict.fromkeys(
                lot_of(lot.vaccine, lot.number) for lot in final_bodies(one.head, Lot)
            ):
                found[each].append(record_id)
        return found

    def _said(self, vaccine: str, number: str) -> Iterable[Lot]:
        key = lot_of(vaccine, number)
        for record_id in self._records_of.get(key, ()):
            for lot in final_bodies(self.records[record_id].head, Lot):
                if lot_of(lot.vaccine, lot.number) == key:
                    yield lot

"""Doses that move and the temperature that they had: the ledger of a station (handbook 2 §5.7).

One record per lot, station and movement; nothing is overwritten, a new count is a revision with a
reason. What was given is never a movement: the doses themselves are counted.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from clbdesk.domain.body import Body
from clbdesk.ids import RecordId, VisitId


class Movement(StrEnum):
    """Where doses of a lot went: taken = returned + wasted + given + difference."""

    TAKEN = "taken"
    WASTED = "wasted"
    RETURNED = "returned"
    DIFFERENCE = "difference"


class WasteReason(StrEnum):
    """Why a dose can be given to nobody."""

    DROPPED = "dropped"
    BROKEN = "broken"
    DRAWN_UP = "drawn_up"
    COLD_CHAIN = "cold_chain"
    EXPIRED = "expired"
    OTHER = "other"


class DifferenceReason(StrEnum):
    """Why the count does not fit."""

    MISCOUNTED = "miscounted"
    HANDED_OVER = "handed_over"
    BROKEN = "broken"
    NOT_FOUND = "not_found"
    OTHER = "other"


class StockMove(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A movement of one lot at one station. `doses` is negative only for a difference.

    `waste` and `difference` say why, with `reason_text` for "other".
    """

    visit_id: VisitId
    session_id: RecordId
    lot_id: RecordId
    lot: str
    movement: Movement
    doses: int
    waste: WasteReason | None = None
    difference: DifferenceReason | None = None
    reason_text: str = ""


class ColdChainMoment(StrEnum):
    """When the thermometer of a cool box is read."""

    DEPARTURE = "departure"
    ARRIVAL = "arrival"
    RETURN = "return"


class ColdChain(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A reading of a cool box in °C, with its hour."""

    visit_id: VisitId
    session_id: RecordId
    cool_box: str
    moment: ColdChainMoment
    celsius: Decimal
    read_at: datetime


def lot_key(number: str) -> str:
    """A lot number without what may differ between a box and a form: case and spaces."""
    return "".join(number.split()).casefold()


def lot_of(vaccine: str, number: str) -> tuple[str, str]:
    """What makes two boxes one lot: the vaccine, and the number as `lot_key` reads it."""
    return vaccine, lot_key(number)

"""Whether a line of history can be true of a child: its days, its measured values, its vaccine.

What a laptop refuses when somebody types it (pages.md §1.6, the blocking limits) never comes into a
dossier by a file either: a value that is no number would stop every page that compares with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from clbdesk.domain.body import Body, can_be_compared, numbers_of
from clbdesk.domain.vaccination import Dose
from clbdesk.standards.entry_limits import Field, limits
from clbdesk.standards.vaccination.history import When
from clbdesk.standards.vaccination.products import named

# Names of measured fields, the same in every kind of record.
_LIMITED = {
    "height_cm": Field.HEIGHT,
    "sitting_height_cm": Field.SITTING_HEIGHT,
    "weight_kg": Field.WEIGHT,
    "head_cm": Field.HEAD,
    "mother_cm": Field.PARENT_HEIGHT,
    "father_cm": Field.PARENT_HEIGHT,
    "logmar": Field.ACUITY,
    "level_db": Field.HEARING_LEVEL,
    "srt_db": Field.SPEECH_THRESHOLD,
    "sd_db": Field.SPEECH_SPREAD,
    "menarche_age": Field.MENARCHE_AGE,
}


def misfit(body: Body, occurred_on: date, birth: date, today: date) -> str | None:
    """Why a line cannot be true: `day`, `impossible` or `vaccine`; None when it can."""
    if not all(birth <= last and first <= today for first, last in _days(body, occurred_on)):
        return "day"
    if not can_be_compared(body) or not all(
        _possible(name, value) for name, value in numbers_of(body)
    ):
        return "impossible"
    if isinstance(body, Dose) and named(body.product or body.vaccine) is None:
        return "vaccine"
    return None


def _days(body: Body, occurred_on: date) -> Iterator[tuple[date, date]]:
    """The first and the last day on which it can have been, wherever a line says one."""
    yield occurred_on, occurred_on
    on = getattr(body, "on", None)
    if isinstance(on, date):
        yield on, on
    elif isinstance(body, Dose):
        try:
            when = When.parse(body.on)
        except ValueError:
            yield date.max, date.max  # no day at all: never in time
        else:
            yield when.first, when.last


def _possible(name: str, value: Decimal | int) -> bool:
    block = limits(_LIMITED[name]).block if name in _LIMITED else None
    return block is None or block[0] <= value <= block[1]

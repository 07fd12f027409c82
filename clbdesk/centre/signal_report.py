"""The signal report of one school: counts by domain and theme, without a pupil and without small cells.

One report = one school and one half school year that is over; reports never overlap, and what
comes in after the closing day is in none. So no two of them can be subtracted (handbook 3 §7.1).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection

from clbdesk.centre.centre import Centre
from clbdesk.centre.directory import current
from clbdesk.centre.schema import LEAF
from clbdesk.centre.standing_records import stood_at
from clbdesk.centre.writing import Entry, write
from clbdesk.clock import BRUSSELS, local_day
from clbdesk.domain.body import decode
from clbdesk.domain.care import CareDomain
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.school_signal import ReportDomain, ReportTheme, Signal, SignalReport
from clbdesk.domain.small_cells import raised_table, shown_table
from clbdesk.errors import Refused
from clbdesk.ids import RecordId, SchoolId
from clbdesk.standards.signal_themes import signal_themes
from clbdesk.standards.tables import unsigned

_HALF = re.compile(r"(2[01]\d{2})-([12])", re.ASCII)
_DAYS_TO_COME_IN = 14  # laptops synchronise within a week; after this a report never changes


@dataclass(frozen=True, slots=True)
class Half:
    """Half a school year: `part` 1 is September to January, 2 is February to August."""

    school_year: int
    part: int

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.school_year, 9, 1) if self.part == 1 else date(self.school_year + 1, 2, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        year = self.school_year + 1
        return date(year, 1, 31) if self.part == 1 else date(year, 8, 31)

    @property
    def closes(self) -> date:
        """The last day on which a signal of this half still counts when it comes in."""
        return self.last + timedelta(days=_DAYS_TO_COME_IN)

    @property
    def closed_at(self) -> datetime:
        """The moment from which nothing counts any more, UTC."""
        day_after = self.closes + timedelta(days=1)
        return datetime.combine(day_after, time(), BRUSSELS).astimezone(UTC)


def half_of(text: str) -> Half:
    """2025-2 = February to August of the school year 2025-26. Refused when it says no half."""
    found = _HALF.fullmatch(text)
    if found is None:
        raise Refused("centre.half_unreadable", field="half")
    return Half(int(found[1]), int(found[2]))


def signal_report(
    centre: Centre, school_id: SchoolId, half: Half, at_least: int | None = None
) -> SignalReport:
    """The counts of a half that is closed. `at_least` raises the smallest count, never lowers it.

    Once published it is what was published: two reports of one half with different limits could be
    laid beside each other. Refused: the half is not closed yet, a lower count is asked, or another
    one than that of the published report.
    """
    if local_day(centre.clock.now()) <= half.closes:
        raise Refused("centre.half_not_closed", field="half")
    floor = int(unsigned().rule("SIG-CELL").number)
    if at_least is not None and at_least < floor:
        raise Refused("centre.cell_too_small", field="at_least")
    published = _published(centre, school_id, half)
    if published is not None:
        if at_least not in (None, published.least):
            raise Refused("centre.report_published", field="at_least")
        return published
    least = at_least or floor
    floor_sensitive = max(floor, int(unsigned().rule("SIG-CELL-SENSITIVE").number))
    sensitive = max(least, floor_sensitive)
    themes = {one.code: one for one in signal_themes()}
    counted: dict[CareDomain, Counter[str]] = {}
    with centre.store.reading() as tx:
        for signal in _signals(tx, centre, school_id, half):
            counted.setdefault(signal.domain, Counter())[signal.theme] += 1
    keyed = {
        domain.value: {f"{domain.value}/{theme}": count for theme, count in found.items()}
        for domain, found in counted.items()
    }

    def least_of(cell: str, usual: int, of_sensitive: int) -> int:
        known = themes.get(cell.partition("/")[2])
        return of_sensitive if known is None or known.sensitive else usual

    labels = {code: one.label for code, one in themes.items()}
    lowest = shown_table(keyed, lambda one: least_of(one, floor, floor_sensitive), floor)
    # Every report of a half is made of this one, so that no two limits can be subtracted.
    shown = (
        raised_table(lowest, lambda one: least_of(one, least, sensitive))
        if least > floor
        else lowest
    )
    return SignalReport(
        school_id=school_id,
        first=half.first,
        last=half.last,
        least=least,
        least_sensitive=sensitive,
        total=shown.total,
        domains=tuple(
            ReportDomain(
                domain=domain,
                total=shown.groups[domain.value].total,
                themes=tuple(
                    ReportTheme(theme=_theme(cell, labels), count=n)
                    for cell, n in sorted(shown.groups[domain.value].cells.items())
                ),
            )
            for domain in CareDomain
            if domain.value in shown.groups
        ),
    )


def publish_report(
    centre: Centre, school_id: SchoolId, half: Half, at_least: int | None = None
) -> SignalReport:
    """Send a report to the laptops, where it gets its words; the same one again changes nothing."""
    report = signal_report(centre, school_id, half, at_least)
    with centre.store.writing() as tx:
        write(tx, centre, [Entry(_report_id(school_id, half), report)])
    return report


def _report_id(school_id: SchoolId, half: Half) -> RecordId:
    return derived_record_id("signal_report", school_id, half.first.isoformat())


def _published(centre: Centre, school_id: SchoolId, half: Half) -> SignalReport | None:
    with centre.store.reading() as tx:
        found = current(
            tx,
            centre.centre_id,
            SignalReport,
            LEAF.c.record_id == _report_id(school_id, half),
        )
    return next((body for _, body in found.values()), None)


def _theme(cell: str, labels: dict[str, str]) -> str:
    code = cell.partition("/")[2]
    return labels.get(code, code)


def _signals(tx: Connection, centre: Centre, school_id: SchoolId, half: Half) -> list[Signal]:
    """The signals of a school in a half, as they stood at the end of its closing day."""
    found = (decode(one.body, Signal) for one in stood_at(tx, centre, ["signal"], half.closed_at))
    return [
        one for one in found if one.school_id == school_id and half.first <= one.on <= half.last
    ]

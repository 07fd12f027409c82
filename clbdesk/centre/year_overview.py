"""`clbdesk centre report year`: one school over one school year that is closed, without small counts.

It counts what had come in two weeks after the year, so that it stays the same for ever: two of them
laid beside each other tell nothing of one child. Counts of pupils, and of topics by theme, are hidden
as in a signal report (domain/small_cells.py); other counts of work (meetings, agreements) are not.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from clbdesk.centre.care_counts import CareCounts, care_counts
from clbdesk.centre.centre import Centre
from clbdesk.centre.signal_report import Half, signal_report
from clbdesk.centre.standing_records import stood_at
from clbdesk.clock import local_day
from clbdesk.domain.body import Body, decode
from clbdesk.domain.contact import Conclusion
from clbdesk.domain.follow_up import Referral
from clbdesk.domain.intervention import Intervention
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.objection import Objection
from clbdesk.domain.people import Enrolment
from clbdesk.domain.revision import Revision
from clbdesk.domain.small_cells import Least, shown_table
from clbdesk.domain.vaccination import Dose, DoseSource, DoseStatus
from clbdesk.domain.visits import Contact
from clbdesk.errors import Refused
from clbdesk.ids import PupilId, SchoolId
from clbdesk.standards.signal_themes import signal_themes
from clbdesk.standards.tables import unsigned

_KINDS = (
    "enrolment",
    "contact",
    "conclusion",
    "objection",
    "dose",
    "referral",
    "intervention",
    "school_message",
    "transition",
    "guidance_request",
)
# What is counted per pupil and has no further division.
_PLAIN = frozenset({"school_message", "transition", "guidance_request"})


@dataclass(frozen=True, slots=True)
class Counted:
    """A group of counts of pupils: how many pupils per cell; None = not shown."""

    total: int | None
    cells: dict[str, int | None]


@dataclass(frozen=True, slots=True)
class YearOverview:
    """One school, one year. `pupils`: enrolled; `groups`: pupils per kind of work.

    `care`: counts of work in care meetings; `themes`: its topics by theme; `signals`: totals of
    both halves, as their reports have them.
    """

    school_year: int
    least: int
    pupils: int
    groups: dict[str, Counted]
    care: CareCounts
    themes: Counted
    signals: tuple[int | None, int | None]


def year_overview(centre: Centre, school_id: SchoolId, school_year: int) -> YearOverview:
    """The overview of a school year (2025 = 2025-26). Refused as long as it is not closed."""
    if not 2000 <= school_year <= 2199:
        raise Refused("centre.year_unreadable", field="year")
    first, last = Half(school_year, 1), Half(school_year, 2)
    if local_day(centre.clock.now()) <= last.closes:
        raise Refused("centre.year_not_closed", field="year")
    least = int(unsigned().rule("SIG-CELL").number)
    with centre.store.reading() as tx:
        pupils, groups = _pupils(tx, centre, school_id, first.first, last)
    care = care_counts(centre, school_id, first.first, last.last, until=last.closed_at)
    themes = _themes(care, least)
    return YearOverview(
        school_year=school_year,
        least=least,
        pupils=pupils,
        groups={
            group: _shown(
                {cell: len(found) for cell, found in cells.items()}, lambda _cell: least, least
            )
            for group, cells in sorted(groups.items())
        },
        care=replace(care, themes=Counter()),  # the small ones would stand there
        themes=themes,
        signals=(
            signal_report(centre, school_id, first).total,
            signal_report(centre, school_id, last).total,
        ),
    )


def _themes(care: CareCounts, least: int) -> Counted:
    """The topics by theme; none at all when their number, which stands beside, would tell one."""
    sensitive = max(least, int(unsigned().rule("SIG-CELL-SENSITIVE").number))
    usual = {one.code for one in signal_themes() if not one.sensitive} | {"none"}
    counted = _shown(care.themes, lambda code: least if code in usual else sensitive, least)
    return counted if counted.total is not None else Counted(None, {})


def _shown(cells: Mapping[str, int], least_of: Least, usual: int) -> Counted:
    """One group by itself: nothing of another can be subtracted from it."""
    shown = shown_table({"": cells}, least_of, usual)
    found = shown.groups[""].cells if shown.groups else {}
    return Counted(shown.total if found else None, dict(sorted(found.items())))


def _pupils(
    tx: Connection, centre: Centre, school_id: SchoolId, first: date, last: Half
) -> tuple[int, dict[str, dict[str, set[PupilId]]]]:
    """How many are enrolled, and who of them stands in which cell of which group."""
    by_kind: dict[str, list[Revision]] = defaultdict(list)
    for revision in stood_at(tx, centre, _KINDS, last.closed_at):
        if revision.kind_version <= KINDS[revision.kind].version:
            by_kind[revision.kind].append(revision)
    enrolled = {
        body.pupil_id
        for body in (decode(one.body, Enrolment) for one in by_kind["enrolment"])
        if body.school_id == school_id and body.school_year == last.school_year
    }
    groups: dict[str, dict[str, set[PupilId]]] = defaultdict(lambda: defaultdict(set))
    moments = {
        body.pupil_id: body.moment.value
        for body in (decode(one.body, Contact) for one in by_kind["contact"])
        if body.school_year == last.school_year
    }
    for revision, pupil_id in _within(by_kind, enrolled, first, last.last):
        for group, cell in _cells(revision, moments.get(pupil_id, "")):
            groups[group][cell].add(pupil_id)
    return len(enrolled), groups


def _within(
    by_kind: dict[str, list[Revision]], enrolled: set[PupilId], first: date, last: date
) -> Iterable[tuple[Revision, PupilId]]:
    for revisions in by_kind.values():
        for one in revisions:
            if one.pupil_id in enrolled and first <= local_day(one.occurred_at) <= last:
                yield one, PupilId(one.pupil_id)


def _cells(revision: Revision, moment: str) -> list[tuple[str, str]]:
    """The group and cell in which a record puts its pupil."""
    kind = revision.kind
    if kind in _PLAIN:
        return [("exchange", kind)]
    body: Body = decode(revision.body, KINDS[kind].shape)
    match body:
        case Contact():
            return [("contacts_begun", body.moment.value)]
        case Conclusion():
            return [("contacts_concluded", moment or "none")] if body.complete else []
        case Objection():
            return [("objections", body.moment.value)]
        case Dose():
            given = body.status is DoseStatus.GIVEN and body.source is DoseSource.OWN
            return [("vaccinated", body.vaccine)] if given else []
        case Referral():
            return [("referrals", body.domain)]
        case Intervention():
            return [
                ("interventions_by_function", body.function),
                ("interventions_by_actor", body.actor),
                ("interventions_by_domain", body.domain),
            ]
    return []

"""`clbdesk centre report care`: what was done in care meetings of a school in a period (handbook 3 §5.8).

Counts of work, for the agreements with the school: no topic of these records names a pupil. Themes
are codes of the list of subjects; a topic needs none. An outcome that leads to a safety concern is
counted as none: not even its number is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from clbdesk.centre.centre import Centre
from clbdesk.centre.standing_records import StandingRecords, stood_at
from clbdesk.clock import local_day
from clbdesk.domain.body import Body, decode
from clbdesk.domain.care import Agreement, CareMeeting, ConsultativeNote
from clbdesk.domain.revision import Revision, RevisionStatus
from clbdesk.errors import Refused
from clbdesk.ids import RecordId, SchoolId
from clbdesk.standards.care_guide import guide

BodyT = TypeVar("BodyT", bound=Body)
Records = Callable[[str], Iterable[Revision]]  # the records of a kind


@dataclass(slots=True)
class CareCounts:
    """Counts by code. `minutes`: of the meetings with an end; a topic counts in each of its domains.

    `agreements`: by what became of them. `two_versions`: kind → records left out until a person
    chooses.
    """

    first: date
    last: date
    meetings: int = 0
    minutes: int = 0
    without_end: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    participants: Counter[str] = field(default_factory=Counter)
    topics: int = 0
    subjects: Counter[str] = field(default_factory=Counter)
    domains: Counter[str] = field(default_factory=Counter)
    phases: Counter[str] = field(default_factory=Counter)
    initiatives: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    themes: Counter[str] = field(default_factory=Counter)
    agreements: Counter[str] = field(default_factory=Counter)
    two_versions: dict[str, int] = field(default_factory=dict)


def care_counts(
    centre: Centre, school_id: SchoolId, first: date, last: date, *, until: datetime | None = None
) -> CareCounts:
    """The counts of the meetings held from the first up to and with the last day.

    `until`: what came in from that moment on does not count (UTC). Refused when the period ends
    before it begins.
    """
    if last < first:
        raise Refused("centre.period_reversed", field="until")
    counts = CareCounts(first, last)
    with centre.store.reading() as tx:
        standing = StandingRecords(tx, centre)

        def records(kind: str) -> Iterable[Revision]:
            return standing.of_kind(kind) if until is None else stood_at(tx, centre, [kind], until)

        meetings = _meetings(records, counts, school_id)
        outcomes = {one.code for one in guide().outcome} - {"concern"}
        for note in _of(records, "consultative_note", ConsultativeNote):
            if note.meeting_id in meetings:
                _count_topic(counts, note, outcomes)
        for agreement in _of(records, "agreement", Agreement):
            if agreement.meeting_id in meetings:
                counts.agreements[agreement.status.value] += 1
        counts.two_versions = standing.two_versions
    return counts


def _of(records: Records, kind: str, shape: type[BodyT]) -> list[BodyT]:
    return [decode(one.body, shape) for one in records(kind) if one.status is RevisionStatus.FINAL]


def _meetings(records: Records, counts: CareCounts, school_id: SchoolId) -> frozenset[RecordId]:
    """The meetings of the period, counted."""
    found = set()
    for revision in records("care_meeting"):
        if revision.status is not RevisionStatus.FINAL:
            continue
        meeting = decode(revision.body, CareMeeting)
        on = local_day(meeting.start)
        if meeting.school_id != school_id or not counts.first <= on <= counts.last:
            continue
        found.add(revision.record_id)
        counts.meetings += 1
        counts.kinds[meeting.kind.value] += 1
        counts.participants.update(one.function for one in meeting.participants if one.function)
        if meeting.end is None:
            counts.without_end += 1
        else:
            counts.minutes += max(0, round((meeting.end - meeting.start).total_seconds() / 60))
    return frozenset(found)


def _count_topic(counts: CareCounts, note: ConsultativeNote, outcomes: set[str]) -> None:
    counts.topics += 1
    counts.subjects[note.subject.value] += 1
    counts.domains.update(one.value for one in note.domains)
    counts.phases["none" if note.phase is None else str(note.phase)] += 1
    counts.initiatives[note.initiative or "none"] += 1
    counts.outcomes[note.outcome if note.outcome in outcomes else "none"] += 1
    counts.themes[note.theme or "none"] += 1

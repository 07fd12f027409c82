"""Vervolg van: what was talked of at earlier meetings of a school, and how often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from string import ascii_uppercase

from clbdesk.clock import local_day
from clbdesk.domain.care import Agreement, ConsultativeNote
from clbdesk.ids import RecordId, SchoolId, VisitId
from clbdesk.services.care_entry import meeting_id
from clbdesk.services.care_meeting import meetings_of
from clbdesk.services.reading import Standing
from clbdesk.storage.vault import Reader


@dataclass(frozen=True, slots=True)
class EarlierTopic:
    """A topic of an earlier meeting that can be followed up; `times`: how often it was talked of."""

    record_id: RecordId
    on: date
    body: ConsultativeNote
    agreements: tuple[Agreement, ...]
    times: int

    def is_due(self, day: date) -> bool:
        """Whether its evaluation is on this day or was before."""
        return self.body.evaluation_on is not None and self.body.evaluation_on <= day

    @property
    def open_hypotheses(self) -> int:
        """Explanations that nobody confirmed, rejected or took away."""
        return len(self.body.open_hypotheses())


def earlier_topics(
    reader: Reader,
    school_id: SchoolId,
    visit_id: VisitId,
    notes: list[Standing[ConsultativeNote]],
    agreements: list[Standing[Agreement]],
) -> tuple[EarlierTopic, ...]:
    """Of each pupil or theme the last talk at an earlier meeting, newest first."""
    days = {one.record_id: local_day(one.body.start) for one in meetings_of(reader, school_id)}
    here = meeting_id(visit_id)
    before = {
        one.record_id: one
        for one in notes
        if one.body.meeting_id != here and one.body.meeting_id in days
    }
    followed = {one.body.follows for one in before.values()}
    found = [
        EarlierTopic(
            record_id=record_id,
            on=days[one.body.meeting_id],
            body=one.body,
            agreements=tuple(a.body for a in agreements if a.body.topic_id == record_id),
            times=_times(record_id, before),
        )
        for record_id, one in before.items()
        if record_id not in followed
    ]
    return tuple(sorted(found, key=lambda one: (one.on, one.record_id), reverse=True))


def _times(record_id: RecordId, before: dict[RecordId, Standing[ConsultativeNote]]) -> int:
    seen: set[RecordId] = set()
    here: RecordId | None = record_id
    while here in before and here not in seen:
        seen.add(here)
        here = before[here].body.follows
    return len(seen)


def free_pseudonym(taken: set[str]) -> str:
    """The first letter, as in "leerling A", that nobody at this school has this school year."""
    letters = [*ascii_uppercase, *(a + b for a in ascii_uppercase for b in ascii_uppercase)]
    return next(name for letter in letters if (name := f"leerling {letter}") not in taken)

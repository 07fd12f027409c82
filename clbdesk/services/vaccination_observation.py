"""P14: who may not leave yet after a dose, and letting a pupil go.

The time left follows from the saved hour alone: it goes on while the laptop is locked or closed.
Before the minutes are over a reason is needed (handbook 2 §4.3: fifteen minutes, rule OBSERVATION).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import msgspec

from clbdesk.domain.names import on_a_list
from clbdesk.domain.people import Pupil
from clbdesk.domain.vaccination import Observation
from clbdesk.errors import Refused
from clbdesk.ids import PupilId, RecordId, VisitId
from clbdesk.services.desk import Desk
from clbdesk.services.outcome import Outcome
from clbdesk.services.reading import all_standing
from clbdesk.services.records import Part, Saved, Where, add_parts, changes_of
from clbdesk.services.relation import visit_open_to
from clbdesk.services.visits import pupils_of
from clbdesk.storage.vault import Reader


@dataclass(frozen=True, slots=True)
class Watched:
    """A pupil in observation. `until`: aware, from the hour at which the dose was saved."""

    record_id: RecordId
    visit_id: VisitId
    pupil_id: PupilId
    family_name: str
    given_name: str
    birth_date: date
    class_name: str
    started_at: datetime
    until: datetime

    @property
    def minutes(self) -> int:
        """How long the observation lasts."""
        return round((self.until - self.started_at).total_seconds() / 60)

    def left(self, now: datetime) -> timedelta:
        """How long still; never below nought."""
        return max(self.until - now, timedelta(0))

    def is_over(self, now: datetime) -> bool:
        """Whether the minutes are over."""
        return now >= self.until


def list_watched(desk: Desk, visit_id: VisitId) -> tuple[Watched, ...]:
    """Everybody of a visit who was not let go yet, who may leave first on top."""
    with desk.vault.read() as reader:
        visit_open_to(desk, reader, visit_id)
        return watched_on(reader, visit_id)


def watched_on(reader: Reader, visit_id: VisitId) -> tuple[Watched, ...]:
    """The same in a picture of the vault that the caller holds; of two needles the last one."""
    heads = reader.heads(kinds=("observation",), visit_id=visit_id)
    every = [one for one in all_standing(heads, Observation) if one.body.ended_at is None]
    last = {one.body.pupil_id: one for one in sorted(every, key=lambda one: one.body.until)}
    running = tuple(last.values())
    if not running:
        return ()
    ids = tuple(one.body.pupil_id for one in running)
    pupils = {
        one.record_id: one.body
        for one in all_standing(reader.heads(kinds=("pupil",), pupil_ids=ids), Pupil)
    }
    classes = {one.pupil_id: one.class_name for one in pupils_of(reader, visit_id)}
    found = [
        Watched(
            record_id=one.record_id,
            visit_id=visit_id,
            pupil_id=one.body.pupil_id,
            family_name=pupil.family_name,
            given_name=pupil.given_name,
            birth_date=pupil.birth_date,
            class_name=classes.get(one.body.pupil_id, ""),
            started_at=one.body.started_at,
            until=one.body.until,
        )
        for one in running
        if (pupil := pupils.get(RecordId(one.body.pupil_id))) is not None
    ]
    return tuple(
        sorted(found, key=lambda one: (one.until, *on_a_list(one.family_name, one.given_name)))
    )


def release(desk: Desk, watched: Watched, reason: str = "") -> Outcome[Saved]:
    """Let a pupil go now, after every needle of the visit.

    Refused `vaccination.too_soon` without a reason before the minutes are over, and
    `vaccination.let_go_already` when a colleague did it.
    """
    now = desk.clock.now()
    reason = reason.strip()
    with desk.vault.write() as work:
        heads = work.heads(
            kinds=("observation",), visit_id=watched.visit_id, pupil_id=watched.pupil_id
        )
        running = [one for one in all_standing(heads, Observation) if one.body.ended_at is None]
        if not running:
            raise Refused("vaccination.let_go_already")
        is_early = now < max(one.body.until for one in running)
        if is_early and not reason:
            raise Refused("vaccination.too_soon", field="reason")
        why, where = (reason if is_early else ""), Where(watched.pupil_id, watched.visit_id)
        parts = []
        for one in running:
            body = msgspec.structs.replace(one.body, ended_at=now, early_reason=why)
            parts.append(Part(body, where, one.record_id, one.base))
        saved = add_parts(desk, work, parts, reason=why or None)
    return Outcome(saved, changes_of(saved.revisions))

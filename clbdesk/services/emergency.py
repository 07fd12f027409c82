"""Reading a closed dossier with a reason: outside the plan, or as an emergency (noodtoegang).

Read only, one pupil, for the time of NOOD-1 (handbook 3 §8, §3.3). Every reading is a line of the
access log with its reason, which the director looks at after the next synchronisation. Nothing
opens that the function may not read anyway: the wall, shielded items and sealed concerns stay.
Whether a reading runs is asked of the log itself, so that no page can forget it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from clbdesk.clock import local_day
from clbdesk.domain.data_class import DataClass, Relation
from clbdesk.domain.device import EMERGENCY, UNPLANNED
from clbdesk.domain.people import Enrolment, Pupil, School, place_in
from clbdesk.domain.rights import class_of
from clbdesk.domain.visits import school_year_of
from clbdesk.errors import Refused
from clbdesk.ids import PupilId, RecordId
from clbdesk.services.desk import Desk
from clbdesk.services.history import record_of
from clbdesk.services.history_record import RecordText
from clbdesk.services.history_rows import HistoryRow, rows_of
from clbdesk.services.reading import all_standing, one_standing
from clbdesk.services.relation import (
    READING_ENDED,
    Closed,
    closed_because,
    reading_until,
    relations_to,
)
from clbdesk.standards.tables import rule
from clbdesk.storage.vault import Reader, UnitOfWork

_BEGUN = {Closed.NO_MEMBERSHIP: EMERGENCY, Closed.NOT_PLANNED: UNPLANNED}
_BY_TASK = "task"
LONGEST = 300


class ReadingReason(StrEnum):
    """ReadingReason somebody opens a dossier that is closed."""

    QUESTION = "question"
    AFTERCARE = "aftercare"
    REPLACEMENT = "replacement"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ClosedDossier:
    """Who it is and what is asked, before anything of the dossier is shown.

    `closed` None: a basis at the border opens it. `items`: how many there are for this function;
    none when only name and class are on this laptop.
    """

    pupil_id: PupilId
    pupil: Pupil
    today: date
    class_name: str
    school: str
    closed: Closed | None
    items: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A dossier that is open to read. `until` None: as long as its basis holds."""

    rows: tuple[HistoryRow, ...]
    until: datetime | None
    is_emergency: bool


def look_at_closed(desk: Desk, pupil_id: PupilId) -> ClosedDossier:
    """Who it is, and why the dossier is closed. Refused when the pupil is not on this laptop."""
    with desk.vault.read() as reader:
        pupil = one_standing(reader, RecordId(pupil_id), Pupil)
        if pupil is None:
            raise Refused("emergency.unknown_pupil")
        today = local_day(desk.clock.now())
        year = school_year_of(today)
        enrolments = all_standing(reader.heads(kinds=("enrolment",), pupil_id=pupil_id), Enrolment)
        enrolment = place_in((one.body for one in enrolments), year)
        school = one_standing(reader, RecordId(enrolment.school_id), School) if enrolment else None
        once_open = relations_to(desk, reader, pupil_id) | {Relation.EMERGENCY}
        return ClosedDossier(
            pupil_id=pupil_id,
            pupil=pupil.body,
            today=today,
            class_name=enrolment.class_name if enrolment else "",
            school=school.body.name if school else "",
            closed=closed_because(desk, reader, pupil_id),
            items=sum(
                class_of(row.kind) is not DataClass.IDENTITY
                for row in rows_of(desk, reader, pupil_id, {}, once_open)
            ),
            minutes=int(rule("NOOD-1").number),
        )


def shortest_reason(closed: Closed, why: ReadingReason | None) -> int:
    """How many characters must be typed; 0 when a reason of the list is enough."""
    if closed is Closed.NO_MEMBERSHIP:
        return int(rule("NOOD-2").number)
    return int(rule("NOOD-3").number) if why is ReadingReason.OTHER else 0


def begin_reading(desk: Desk, pupil_id: PupilId, why: ReadingReason | None, text: str) -> Reading:
    """Open the dossier to read, and log who, when and why.

    Refused without a reason, or with one that is too short. A dossier with a basis asks none.
    """
    with desk.vault.write() as work:
        closed = closed_because(desk, work, pupil_id)
        if closed is None:
            _log(desk, work, pupil_id, "open", _BY_TASK)
        else:
            if why is None:
                raise Refused("emergency.why_missing", field="why")
            words, shortest = " ".join(text.split()), shortest_reason(closed, why)
            if len(words) < shortest:
                raise Refused("emergency.reason_short", field="reason", shortest=shortest)
            reason = f"{why.value}: {words}" if words else why.value
            _log(desk, work, pupil_id, _BEGUN[closed], reason[: LONGEST + len(why.value) + 2])
        return _reading(desk, work, pupil_id)


def view_reading(desk: Desk, pupil_id: PupilId) -> Reading | None:
    """The reading that runs; None when none does and a reason is asked."""
    with desk.vault.read() as reader:
        if (
            closed_because(desk, reader, pupil_id) is None
            or reading_until(desk, reader, pupil_id) is None
        ):
            return None
        return _reading(desk, reader, pupil_id)


def read_record(desk: Desk, pupil_id: PupilId, record_id: RecordId) -> RecordText:
    """One record of a dossier that is open to read; logged. Refused when the time is over."""
    with desk.vault.write() as work:
        closed = closed_because(desk, work, pupil_id)
        if closed is not None and reading_until(desk, work, pupil_id) is None:
            raise Refused("emergency.over")
        text = record_of(desk, work, pupil_id, record_id)
        reason = _BY_TASK if closed is None else _BEGUN[closed]
        _log(desk, work, pupil_id, "open", reason, text.row.kind, record_id)
    return text


def end_reading(desk: Desk, pupil_id: PupilId) -> None:
    """Close the dossier before its time."""
    with desk.vault.write() as work:
        _log(desk, work, pupil_id, READING_ENDED, "")


def _reading(desk: Desk, reader: Reader, pupil_id: PupilId) -> Reading:
    closed = closed_because(desk, reader, pupil_id)
    return Reading(
        rows=rows_of(desk, reader, pupil_id, {}, relations_to(desk, reader, pupil_id)),
        until=None if closed is None else reading_until(desk, reader, pupil_id),
        is_emergency=closed is Closed.NO_MEMBERSHIP,
    )


def _log(
    desk: Desk,
    work: UnitOfWork,
    pupil_id: PupilId,
    action: str,
    reason: str,
    kind: str = "pupil",
    record_id: RecordId | None = None,
) -> None:
    desk.log(
        work,
        action,
        kind=kind,
        record_id=record_id or RecordId(pupil_id),
        pupil_id=pupil_id,
        reason=reason,
    )

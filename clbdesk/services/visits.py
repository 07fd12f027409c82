"""Vandaag: the planned visits, what is on board for each, and starting one at the school."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from clbdesk.clock import local_day
from clbdesk.domain.body import decode
from clbdesk.domain.contact import Clothing
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.people import School, Staff
from clbdesk.domain.revision import Compartment, Revision
from clbdesk.domain.rights import compartments_of
from clbdesk.domain.visits import (
    ContactMoment,
    RoomCheck,
    Visit,
    VisitClass,
    VisitClose,
    VisitDefaults,
    VisitKind,
    VisitPupil,
    VisitStart,
)
from clbdesk.ids import RecordId, SchoolId, StaffId, VisitId
from clbdesk.services.desk import Desk
from clbdesk.services.outcome import Outcome
from clbdesk.services.reading import Standing, all_standing, one_standing, standing
from clbdesk.services.records import Part, Saved, Where, record
from clbdesk.standards.moments import acuity_test, parts_of
from clbdesk.storage.vault import Reader

_SPIN = "speech_in_noise"
# What is made of a visit when the school was left already.
_AFTERWARDS = frozenset(
    {"visit_close", "letter", "task", "referral", "guidance_request", "released_summary"}
)
_ORDER = tuple(ContactMoment)


class VisitState(StrEnum):
    """Where a visit is on its way."""

    NOT_TAKEN = "not_taken"
    TAKEN = "taken"
    STARTED = "started"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class VisitCard:
    """One visit in the list of Vandaag. `pupils` None = not on this laptop."""

    visit_id: VisitId
    school_id: SchoolId
    school: str
    on: date
    start: time | None
    kinds: tuple[VisitKind, ...]
    classes: tuple[VisitClass, ...]
    vaccines: tuple[str, ...]
    room: str
    team: tuple[str, ...]
    pupils: int | None
    state: VisitState

    @property
    def is_begun(self) -> bool:
        """Started at the school, closed or not."""
        return self.state in {VisitState.STARTED, VisitState.CLOSED}


@dataclass(frozen=True, slots=True)
class DayDefaults:
    """Vandaag standaard as it is proposed, and what of it this visit asks for.

    `moments`: those of its classes, in order; `asks_spin`: whether speech in noise is planned.
    """

    defaults: VisitDefaults
    moments: tuple[ContactMoment, ...]
    asks_spin: bool


def list_visits(desk: Desk) -> list[VisitCard]:
    """All visits planned from today on, and older ones that are still on this laptop."""
    today = local_day(desk.clock.now())
    with desk.vault.read() as reader:
        taken = taken_visits(reader)
        found = all_standing(reader.heads(kinds=("visit",)), Visit)
        cards = [
            _card(reader, one, taken)
            for one in found
            if one.body.on >= today or one.record_id in taken
        ]
    return sorted(cards, key=lambda card: (card.on, card.start or time.max, card.school))


def find_visit(desk: Desk, visit_id: VisitId) -> VisitCard | None:
    """One visit."""
    with desk.vault.read() as reader:
        found = one_standing(reader, RecordId(visit_id), Visit)
        return _card(reader, found, taken_visits(reader)) if found else None


def taken_visits(reader: Reader) -> frozenset[str]:
    """The ids of the visits that this vault has in hand."""
    return frozenset(row.scope for row in reader.scopes() if row.scope != "centre")


def is_closed(reader: Reader, visit_id: VisitId) -> bool:
    """Whether the school was left; a record that was not counted in then opens the visit again."""
    head = reader.head(derived_record_id("visit_close", visit_id))
    if standing(head, VisitClose) is None or head is None:
        return False
    closes = [(leaf, decode(leaf.body, VisitClose)) for leaf in head.final]
    return not any(
        all(_came_after(leaf, close, body) for close, body in closes)
        for leaf in _of_the_day(reader, visit_id)
    )


def counted_in(reader: Reader, visit_id: VisitId) -> dict[str, int]:
    """The number of the last record of the visit by vault: what a close knew of."""
    found: dict[str, int] = {}
    for leaf in _of_the_day(reader, visit_id):
        found[leaf.epoch] = max(leaf.device_seq, found.get(leaf.epoch, 0))
    return found


def _of_the_day(reader: Reader, visit_id: VisitId) -> Iterator[Revision]:
    for head in reader.heads(visit_id=visit_id, include_withdrawn=True):
        if head.kind not in _AFTERWARDS:
            yield from head.leaves


def _came_after(leaf: Revision, close: Revision, body: VisitClose) -> bool:
    """Records of the compartment that the close could not see do not open the visit again."""
    own = compartments_of(close.role)
    if leaf.compartment is not Compartment.PLANNING and leaf.compartment not in own:
        return False
    if body.up_to is None:
        return leaf.recorded_at > close.recorded_at
    return leaf.device_seq > body.up_to.get(leaf.epoch, 0)


def pupils_of(reader: Reader, visit_id: VisitId) -> list[VisitPupil]:
    """Who is on the list of a visit on this laptop."""
    found = all_standing(reader.heads(kinds=("visit_pupil",), visit_id=visit_id), VisitPupil)
    return [one.body for one in found]


def start_visit(
    desk: Desk, visit_id: VisitId, defaults: VisitDefaults | None = None
) -> Outcome[Saved]:
    """Start a visit at the school, with what holds for everybody today."""
    where = Where(visit_id=visit_id)
    start = Part(VisitStart(visit_id=visit_id), where)
    parts = [_replacing(desk, derived_record_id("visit_start", visit_id), start)]
    if defaults is not None:
        parts.append(_defaults_part(desk, defaults))
    return record(desk, parts)


def record_defaults(desk: Desk, defaults: VisitDefaults) -> Outcome[Saved]:
    """Vandaag standaard, also for the other laptops of the team."""
    return record(desk, [_defaults_part(desk, defaults)])


def find_defaults(desk: Desk, visit_id: VisitId) -> VisitDefaults:
    """What was fixed for the day: mine, else a colleague's, else plain defaults."""
    own = derived_record_id("visit_defaults", visit_id, desk.user.staff_id)
    with desk.vault.read() as reader:
        heads = reader.heads(kinds=("visit_defaults",), visit_id=visit_id)
    found = all_standing(heads, VisitDefaults)
    mine = [one for one in found if one.record_id == own]
    chosen = (mine or found)[-1:]
    return chosen[0].body if chosen else VisitDefaults(visit_id=visit_id)


def propose_defaults(desk: Desk, visit_id: VisitId) -> DayDefaults:
    """What the strip of "Bezoek starten" begins with.

    What was fixed for this visit; else a gym suit (VWVJ: underwear or gym suit), the acuity tests
    of the moments, and the devices of my latest visit.
    """
    with desk.vault.read() as reader:
        visit = one_standing(reader, RecordId(visit_id), Visit)
        found = all_standing(reader.heads(kinds=("visit_defaults",)), VisitDefaults)
    classes = visit.body.classes if visit else ()
    moments = tuple(sorted({one.moment for one in classes if one.moment}, key=_ORDER.index))
    asks_spin = any(
        part.kind == _SPIN
        for moment in moments
        for parts in parts_of(moment).values()
        for part in parts
    )
    if any(one.body.visit_id == visit_id for one in found):
        return DayDefaults(find_defaults(desk, visit_id), moments, asks_spin)
    mine = [one for one in found if one.revision.author == desk.user.staff_id]
    last = max(mine, key=lambda one: one.revision.recorded_at, default=None)
    defaults = VisitDefaults(
        visit_id=visit_id,
        clothing=Clothing.GYM_SUIT.value,
        growth_device=last.body.growth_device if last else "",
        vision_tests={moment.value: acuity_test(moment).value for moment in moments},
        occlusion=last.body.occlusion if last else None,
        spin_device=last.body.spin_device if last else "",
    )
    return DayDefaults(defaults, moments, asks_spin)


def find_room_check(desk: Desk, visit_id: VisitId) -> RoomCheck:
    """The room check of a visit; nothing filled in when there is none."""
    with desk.vault.read() as reader:
        found = one_standing(reader, derived_record_id("room_check", visit_id), RoomCheck)
    return found.body if found else RoomCheck(visit_id=visit_id)


def record_room_check(desk: Desk, check: RoomCheck) -> Outcome[Saved]:
    """Distance, light and quiet of the room; overwritten by a correction, history stays."""
    record_id = derived_record_id("room_check", check.visit_id)
    return record(desk, [_replacing(desk, record_id, Part(check, Where(visit_id=check.visit_id)))])


def _defaults_part(desk: Desk, defaults: VisitDefaults) -> Part:
    record_id = derived_record_id("visit_defaults", defaults.visit_id, desk.user.staff_id)
    return _replacing(desk, record_id, Part(defaults, Where(visit_id=defaults.visit_id)))


def _replacing(desk: Desk, record_id: RecordId, part: Part) -> Part:
    """The part with the standing leaves of its record as base."""
    with desk.vault.read() as reader:
        head = reader.head(record_id)
    return Part(part.body, part.where, record_id, head.tips if head else ())


def _card(reader: Reader, found: Standing[Visit], taken: frozenset[str]) -> VisitCard:
    visit, visit_id = found.body, VisitId(found.record_id)
    school = one_standing(reader, RecordId(visit.school_id), School)
    pupils = len(pupils_of(reader, visit_id)) if visit_id in taken else None
    started = reader.head(derived_record_id("visit_start", visit_id)) is not None
    state = VisitState.NOT_TAKEN
    if visit_id in taken:
        state = VisitState.STARTED if started else VisitState.TAKEN
        if is_closed(reader, visit_id):
            state = VisitState.CLOSED
    return VisitCard(
        visit_id=visit_id,
        school_id=visit.school_id,
        school=school.body.name if school else "",
        on=visit.on,
        start=visit.start,
        kinds=visit.kinds,
        classes=visit.classes,
        vaccines=visit.vaccines,
        room=visit.room,
        team=tuple(_staff_name(reader, staff_id) for staff_id in visit.team),
        pupils=pupils,
        state=state,
    )


def _staff_name(reader: Reader, staff_id: StaffId) -> str:
    found = one_standing(reader, RecordId(staff_id), Staff)
    return found.body.name if found else ""

"""Why a revision that a laptop pushed cannot be applied: a key in resources/wording/quarantine.toml.

Nothing here rejects: whatever gets a reason is kept in quarantine, as durable as the rest, and
shown to its author and to the centre.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

import msgspec

from clbdesk.centre.directory import People
from clbdesk.clock import local_day
from clbdesk.domain.body import Body, can_be_compared, decode
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.revision import Compartment, Revision, Role, is_sealed
from clbdesk.domain.rights import compartments_of
from clbdesk.ids import DeviceId, RecordId, RevId, SchoolId, StaffId, VisitId

CENTRE_DEVICE = DeviceId("centre")
OTHER_DEVICE = "other_device"

_LARGEST_BODY = 256 * 1024
LARGEST_COUNT = 2**53
_UUID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_UUIDS = re.compile(f"{_UUID.pattern}(?: {_UUID.pattern})*")
_NUL = rb"\u0000"
_EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Slot:
    """Since and until when somebody has a key slot on a device."""

    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the checks look things up in. `slots`: device → its users.

    `school_of_visit`: the school of a visit that stands, for what names its visit alone.
    `is_own`: whether this centre wrote a revision itself.
    """

    people: People
    slots: Mapping[DeviceId, Mapping[StaffId, Slot]]
    now: datetime
    school_of_visit: Callable[[VisitId], SchoolId | None]
    is_own: Callable[[Revision], bool]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a revision came from: the pushing device, and the vault and its life.

    `again`: offered again, so also from an earlier life of the own vault, which came back from its
    backup. `reoffer`: brought back after the centre was restored, whoever wrote it.
    """

    device: DeviceId
    compartment: Compartment
    epoch: str
    again: bool = False
    reoffer: bool = False


def read_revision(raw: bytes) -> Revision | None:
    """The revision of one element of a push, or None when it is not of that shape at all."""
    try:
        revision = msgspec.json.decode(raw, type=Revision)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    # Between JSON's quotation marks a NUL can only be written in one way, and hardly ever is.
    may_hold_nul = _NUL in raw
    return revision if _is_storable(revision, may_hold_nul=may_hold_nul) else None


def _is_storable(revision: Revision, *, may_hold_nul: bool) -> bool:
    """Whether every column can hold it: ids are UUIDs, moments aware and sensible, no NUL."""
    ids = [revision.rev_id, revision.record_id, *revision.base]
    ids += [
        one for one in (revision.pupil_id, revision.visit_id, revision.school_id) if one is not None
    ]
    return (
        _are_uuids(ids)
        and len(set(revision.base)) == len(revision.base)
        and not (may_hold_nul and _holds_nul(revision))
        and is_plain(revision.kind)
        and is_plain(revision.author)
        and is_plain(revision.device)
        and is_plain(revision.epoch)
        and is_sensible(revision.occurred_at)
        and is_sensible(revision.recorded_at)
        and 1 <= revision.device_seq < LARGEST_COUNT
        and 1 <= revision.kind_version < 2**31
        and _is_hex(revision.salt)
        and _is_hex(revision.body_commit)
    )


def _holds_nul(revision: Revision) -> bool:
    texts = (revision.kind, revision.author, revision.device, revision.epoch, revision.body)
    return any("\0" in one for one in (*texts, revision.reason or "", revision.salt))


def _are_uuids(values: list[str]) -> bool:
    """`is_uuid` of many at once: as many UUIDs between spaces as there are values."""
    text = " ".join(values)
    return len(text) == 37 * len(values) - 1 and _UUIDS.fullmatch(text) is not None


def is_uuid(value: str) -> bool:
    """Whether a text is a UUID in its canonical form."""
    return _UUID.fullmatch(value) is not None


def is_plain(value: str) -> bool:
    """Whether a text can be a key: not empty, not long, no control characters."""
    return 0 < len(value) <= 100 and value.isprintable()


def _is_hex(value: str) -> bool:
    return len(value) <= 128 and len(value) % 2 == 0 and not value.strip("0123456789abcdef")


def is_sensible(moment: datetime) -> bool:
    return moment.tzinfo is not None and _EARLIEST < moment < _LATEST


def reason_against(revision: Revision, origin: Origin, knowledge: Knowledge) -> str | None:
    """The first thing wrong with a revision by itself, or None."""
    return _shape(revision) or _place(revision, origin) or _rights(revision, origin, knowledge)


def can_be_applied(revision: Revision) -> bool:
    """Whether a person may let it through: all that is doubtful is who or where, not what."""
    return _shape(revision) is None


def _shape(revision: Revision) -> str | None:
    kind = KINDS.get(revision.kind)
    if kind is None:
        return "unknown_kind"
    if revision.kind_version > kind.version:
        return "newer_version"
    if revision.compartment is not (kind.compartment or revision.compartment):
        return "wrong_compartment"
    if kind.compartment is None and revision.compartment is Compartment.PLANNING:
        return "wrong_compartment"
    if len(revision.body.encode()) > _LARGEST_BODY:
        return "too_large"
    if not is_sealed(revision):
        return "seal_broken"
    if revision.rev_id in revision.base:
        return "impossible_base"
    try:
        body = decode(revision.body, kind.shape)
    except msgspec.DecodeError:
        return "body_unreadable"
    if _may_hold_no_number(revision.body) and not can_be_compared(body):
        return "body_unreadable"
    return _envelope(revision, body)


def _may_hold_no_number(text: str) -> bool:
    """Whether NaN or infinity can stand in a body, also escaped or as "n_an"; hardly ever."""
    small = text.lower().replace("_", "")
    return "nan" in small or "inf" in small or "\\" in small


def _envelope(revision: Revision, body: Body) -> str | None:
    """What header and body both say must be the same."""
    for name in ("pupil_id", "visit_id", "school_id"):
        inside, outside = getattr(body, name, None), getattr(revision, name)
        if isinstance(inside, str) and outside is not None and inside != outside:
            return "envelope_differs"
    return None


def _place(revision: Revision, origin: Origin) -> str | None:
    if revision.compartment not in (origin.compartment, Compartment.PLANNING):
        return "wrong_compartment"
    if origin.reoffer:
        return None
    of_this_life = revision.epoch == origin.epoch or origin.again
    if revision.device != origin.device or not of_this_life:
        return OTHER_DEVICE
    return None


def _rights(revision: Revision, origin: Origin, knowledge: Knowledge) -> str | None:
    if revision.role is Role.CENTRE:
        # Only the centre itself writes as the centre; a laptop can bring such a revision back.
        comes_back = origin.reoffer and revision.device == CENTRE_DEVICE
        return None if comes_back and knowledge.is_own(revision) else "no_right"
    day = _day_of(revision, knowledge.now)
    users = knowledge.slots.get(revision.device, {})
    slot = users.get(revision.author)
    if slot is None or day < slot.since or (slot.until is not None and day > slot.until):
        return "not_a_user"
    if revision.compartment not in (Compartment.PLANNING, *compartments_of(revision.role)):
        return "no_right"
    school_id = revision.school_id
    if school_id is None and revision.visit_id is not None:
        school_id = knowledge.school_of_visit(revision.visit_id)
    relation = knowledge.people.memberships.relations(
        revision.author, revision.role, school_id, day
    )
    return knowledge.people.rights.against_writing(revision.role, revision.kind, relation)


def _day_of(revision: Revision, now: datetime) -> date:
    """The day on which rights are looked up; a clock that is not trusted counts as today."""
    if revision.clock_uncertain or revision.recorded_at > now:
        return local_day(now)
    return local_day(revision.recorded_at)


def late_reason(
    revision: Revision,
    *,
    kinds: Mapping[RecordId, str],
    records: Mapping[RevId, RecordId],
) -> str | None:
    """What only shows beside what the centre holds: `kinds` of records, `records` of bases."""
    if kinds.get(revision.record_id, revision.kind) != revision.kind:
        return "other_kind"
    if any(records.get(base, revision.record_id) != revision.record_id for base in revision.base):
        return "impossible_base"
    return None

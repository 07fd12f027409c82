"""Who can be in a closed circle: members of staff whose public keys this laptop knows.

A key counts only when its owner wrote the record. It belongs to one person on one laptop: a new
slot has a new key, with which what was sealed before cannot be opened; somebody of the circle
who can, seals it again by saving.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.people import Staff
from clbdesk.domain.safety import StaffKey
from clbdesk.errors import Environment
from clbdesk.ids import RecordId, StaffId
from clbdesk.services.desk import Desk
from clbdesk.services.reading import all_standing, one_standing, open_base
from clbdesk.services.records import Part, Where, add_parts
from clbdesk.storage.sealing import public_key_of
from clbdesk.storage.vault import LeaseState, Reader


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who can be in a circle. `keys`: public keys, one per laptop, never empty."""

    staff_id: StaffId
    name: str
    keys: tuple[str, ...]


def publish_key(desk: Desk) -> None:
    """Let colleagues know this user's public key on this laptop; once per key slot."""
    if not desk.own_key or not desk.may_write("staff_key"):
        return
    record_id = derived_record_id("staff_key", desk.user.staff_id, desk.device_id)
    body = StaffKey(
        staff_id=desk.user.staff_id,
        device=desk.device_id,
        public_key=public_key_of(desk.own_key),
    )
    with desk.vault.read() as reader:
        known = one_standing(reader, record_id, StaffKey)
        lease = reader.lease_state(desk.clock.now())
    if (known and known.body == body) or lease in {LeaseState.READ_ONLY, LeaseState.ENDED}:
        return
    # A disk that is full does not keep anybody out: the key goes at the next unlocking.
    with suppress(Environment), desk.vault.write() as work:
        base = open_base(work.head(record_id))
        reason = "nieuwe sleutel" if base else None
        add_parts(desk, work, [Part(body, Where(), record_id, base)], reason=reason)


def members(reader: Reader) -> tuple[Member, ...]:
    """Everybody with a key on this laptop, by name."""
    keys: dict[StaffId, list[str]] = {}
    for one in all_standing(reader.heads(kinds=("staff_key",)), StaffKey):
        if one.revision.author == one.body.staff_id:
            keys.setdefault(one.body.staff_id, []).append(one.body.public_key)
    found = []
    for staff_id, own in keys.items():
        staff = one_standing(reader, RecordId(staff_id), Staff)
        if staff is not None and staff.body.active:
            found.append(Member(staff_id, staff.body.name, tuple(sorted(own))))
    return tuple(sorted(found, key=lambda one: (one.name, one.staff_id)))

"""Afschermen: the flags of an item, who of the staff is kept from it, and setting them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import msgspec

from clbdesk.clock import local_day
from clbdesk.domain.age import add_months
from clbdesk.domain.capacity import Guardian
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.people import Staff
from clbdesk.domain.revision import RevisionStatus
from clbdesk.domain.shielding import Flag, Shielding
from clbdesk.errors import Defect, Refused
from clbdesk.ids import PupilId, RecordId, StaffId
from clbdesk.services.conflicts import body_of
from clbdesk.services.desk import Desk
from clbdesk.services.outcome import Outcome
from clbdesk.services.reading import all_standing, open_base
from clbdesk.services.records import Part, Saved, Where, record
from clbdesk.services.relation import must_be_near
from clbdesk.standards.tables import rule
from clbdesk.storage.vault import Reader
from clbdesk.wording import label


def shieldings_of(reader: Reader, pupil_id: PupilId) -> dict[RecordId, Shielding]:
    """Item → what stands about it. While two versions stand, the flags of both hold."""
    found: dict[RecordId, Shielding] = {}
    for head in reader.heads(kinds=("shielding",), pupil_id=pupil_id):
        for leaf in head.leaves:
            body = body_of(leaf)
            if leaf.status is RevisionStatus.FINAL and isinstance(body, Shielding):
                other = found.get(body.item_id, body)
                both = tuple(flag for flag in Flag if flag in {*other.flags, *body.flags})
                blocked = body.blocked_staff or other.blocked_staff
                found[body.item_id] = msgspec.structs.replace(
                    body, flags=both, blocked_staff=blocked
                )
    return found


def carried(reader: Reader, item_id: RecordId, to_id: RecordId, to: Where) -> list[Part]:
    """The flags of an item that goes to another pupil, beside the record that it becomes there.

    They come on top of what stands about that record. Whom they are about is a person of the first
    dossier and does not go along: context then opens for no parent before somebody says for whom.
    """
    head = reader.head(item_id)
    from_id = head.leaf.pupil_id if head else None
    about = shieldings_of(reader, from_id).get(item_id) if from_id else None
    if about is None or not about.flags or to.pupil_id is None:
        return []
    record_id = derived_record_id("shielding", to_id)
    there = shieldings_of(reader, to.pupil_id).get(to_id)
    flags = {*about.flags, *(there.flags if there else ())}
    body = msgspec.structs.replace(
        about,
        item_id=to_id,
        pupil_id=to.pupil_id,
        flags=tuple(flag for flag in Flag if flag in flags),
        person_id=None,
        blocked_staff=about.blocked_staff or (there.blocked_staff if there else None),
    )
    return [Part(body, to, record_id, open_base(reader.head(record_id)))]


@dataclass(frozen=True, slots=True)
class ShieldingView:
    """What the strip opens with. `people` and `staff`: id and name."""

    item_id: RecordId
    current: Shielding | None
    people: tuple[tuple[RecordId, str], ...]
    staff: tuple[tuple[StaffId, str], ...]


def open_shielding(desk: Desk, pupil_id: PupilId, item_id: RecordId) -> ShieldingView:
    """The flags of one item as they stand, and whom they can be about."""
    with desk.vault.read() as reader:
        must_be_near(desk, reader, pupil_id)
        people = all_standing(reader.heads(kinds=("guardian",), pupil_id=pupil_id), Guardian)
        staff = all_standing(reader.heads(kinds=("staff",)), Staff)
        return ShieldingView(
            item_id=item_id,
            current=shieldings_of(reader, pupil_id).get(item_id),
            people=tuple(
                (one.record_id, f"{one.body.name} ({label(one.body.relationship)})")
                for one in people
            ),
            staff=tuple(
                (StaffId(one.record_id), one.body.name) for one in staff if one.body.active
            ),
        )


def hidden_from(staff_id: StaffId, shieldings: Iterable[Shielding]) -> frozenset[RecordId]:
    """The items that this colleague does not see (conflict of interest)."""
    return frozenset(
        one.item_id
        for one in shieldings
        if Flag.CONFLICT_OF_INTEREST in one.flags and one.blocked_staff == staff_id
    )


def shield(
    desk: Desk,
    item_id: RecordId,
    flags: tuple[Flag, ...],
    reason: str,
    *,
    review_on: date | None = None,
    person_id: RecordId | None = None,
    blocked_staff: StaffId | None = None,
) -> Outcome[Saved]:
    """Set the flags of one item; none takes them away. Refused without a reason.

    An agogic exception is looked at again within the term of AGO-1; context names the person.
    """
    today = local_day(desk.clock.now())
    if not reason.strip():
        raise Refused("access.flag_reason_missing", field="reason")
    if Flag.AGOGIC in flags:
        months = int(rule("AGO-1").number)
        latest = add_months(today, months)
        review_on = review_on or latest
        if not today <= review_on <= latest:
            raise Refused("access.review_too_late", field="review_on", months=months)
    if {Flag.CONTEXT, Flag.ABOUT_PARENT} & set(flags) and person_id is None:
        raise Refused("access.person_missing", field="person")
    if Flag.CONFLICT_OF_INTEREST in flags and blocked_staff is None:
        raise Refused("access.blocked_missing", field="blocked")
    record_id = derived_record_id("shielding", item_id)
    with desk.vault.read() as reader:
        item = reader.head(item_id)
        if item is None or item.leaf.pupil_id is None:
            raise Defect("history.unknown_record")
        must_be_near(desk, reader, item.leaf.pupil_id)
        base = open_base(reader.head(record_id))
    body = Shielding(
        item_id=item_id,
        pupil_id=item.leaf.pupil_id,
        flags=flags,
        reason=reason.strip(),
        review_on=review_on if Flag.AGOGIC in flags else None,
        person_id=person_id,
        blocked_staff=blocked_staff,
    )
    where = Where(item.leaf.pupil_id, item.leaf.visit_id, item.leaf.school_id)
    return record(desk, [Part(body, where, record_id, base)], reason=reason.strip())

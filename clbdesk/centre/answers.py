"""What the centre answers to each thing a laptop can say: one function per endpoint.

Each works in the transaction it is given and knows nothing of HTTP. Who speaks was proved before
(devices.authenticate); what that device may see is decided here, by the roles of its users.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache, partial
from itertools import product

from sqlalchemy import Connection, func, select, update

from clbdesk.centre import access as access_logs
from clbdesk.centre import checks, devices, in_hand, intake, scopes
from clbdesk.centre.centre import GRACE, LEASE, Centre, Particulars, begin_generation, particulars
from clbdesk.centre.devices import Device
from clbdesk.centre.directory import school_of_visit
from clbdesk.centre.objection import Objection
from clbdesk.centre.own_revisions import is_own
from clbdesk.centre.quarantine import let_through_what_waited
from clbdesk.centre.schema import CHECKOUT, DEVICE, QUARANTINE, REVISION
from clbdesk.clock import local_day
from clbdesk.domain.data_class import Relation
from clbdesk.domain.device import DeviceStatus
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.revision import Compartment, Role
from clbdesk.domain.scopes import CENTRE_SCOPE, digest_of
from clbdesk.ids import DeviceId, SchoolId, VisitId
from clbdesk.sync import protocol


def same_generation(tx: Connection, centre: Centre, generation: str) -> Particulars:
    """The centre as it is. Objection 409 when the laptop talks about another generation."""
    known = particulars(tx, centre.centre_id)
    if generation != known.generation:
        raise Objection(409, "generation", known.generation)
    return known


def must_be_ok(device: Device) -> None:
    """A revoked device may push what waits, and nothing else."""
    if device.status is not DeviceStatus.OK:
        raise Objection(403, "revoked")


def enrol(
    tx: Connection, centre: Centre, redeemed: devices.Redeemed, ask: protocol.Enrol
) -> protocol.EnrolAnswer:
    """Make a laptop known."""
    now = centre.clock.now()
    known = particulars(tx, centre.centre_id)
    device_id = DeviceId(centre.ids.new())
    devices.enrol(tx, centre.centre_id, redeemed, ask, device_id=device_id, now=now)
    people = centre.people.read(tx, centre.centre_id)
    users = devices.slots(tx, centre.centre_id, [device_id])[device_id]
    return protocol.EnrolAnswer(
        device_id=device_id,
        device_name=redeemed.device_name,
        centre_name=known.name,
        generation=known.generation,
        recovery_key=known.recovery_key,
        lease_key=centre.authority.key.public_key().public_bytes_raw().hex(),
        users=devices.users_of(people, users, now),
    )


def hello(
    tx: Connection, centre: Centre, device: Device, ask: protocol.Hello
) -> protocol.HelloAnswer:
    """The state of the centre; a laptop that knows more than we gave out means we were set back."""
    now = centre.clock.now()
    known = particulars(tx, centre.centre_id)
    is_ok = device.status is DeviceStatus.OK
    if is_ok and ask.generation == known.generation and ask.known_seq > known.seq:
        begin_generation(tx, centre.centre_id, centre.ids.new(), now)
        # Somebody at the centre knows whether it was: if not, this laptop says what is not so.
        told = f"{ask.known_seq} {known.seq}"
        access_logs.raise_alarm(tx, centre.centre_id, device.device_id, "set_back", told, now)
        known = particulars(tx, centre.centre_id)
    until, grace_until = (now + LEASE, now + LEASE + GRACE) if is_ok else (now, now)
    people = centre.people.read(tx, centre.centre_id)
    users = devices.slots(tx, centre.centre_id, [device.device_id]).get(device.device_id, {})
    if is_ok:
        in_hand.mend(tx, centre, device, ask, now)
        tx.execute(
            update(DEVICE)
            .where(DEVICE.c.centre_id == centre.centre_id, DEVICE.c.device_id == device.device_id)
            .values(lease_until=until)
        )
    text = protocol.lease_text(device.device_id, until, grace_until)
    return protocol.HelloAnswer(
        generation=known.generation,
        protocol_low=protocol.PROTOCOL,
        protocol_high=protocol.PROTOCOL,
        kinds={name: kind.version for name, kind in KINDS.items()},
        now=now,
        device_status=device.status,
        lease_until=until,
        grace_until=grace_until,
        lease_signature=centre.authority.sign(text),
        durable_seq=known.durable_seq,
        users=devices.users_of(people, users, now) if is_ok else (),
    )


def push(
    tx: Connection, centre: Centre, device: Device, ask: intake.PushAsSent, body_sha256: str
) -> protocol.PushAnswer:
    """Take in a batch, or give the answer that it had."""
    known = same_generation(tx, centre, ask.generation)
    now = centre.clock.now()
    if not (checks.is_plain(ask.batch_id) and checks.is_plain(ask.epoch)):
        raise Objection(400, "unreadable")
    before = intake.answered_before(
        tx, centre.centre_id, device.device_id, ask.batch_id, body_sha256
    )
    if before is not None and before.generation == known.generation:
        return before
    # Only a device from before the restore can hold what the restored data lacks.
    was_there = device.enrolled_at <= known.generation_since
    origin = checks.Origin(
        device.device_id,
        ask.compartment,
        ask.epoch,
        again=ask.reoffer,
        reoffer=ask.reoffer and was_there,
    )
    items, order = intake.take_apart(ask.revisions)
    writers = {item.revision.device for item in items if item.revision is not None}
    knowledge = checks.Knowledge(
        people=centre.people.read(tx, centre.centre_id),
        slots=devices.slots(tx, centre.centre_id, {device.device_id, *writers}),
        now=now,
        school_of_visit=cache(partial(school_of_visit, tx, centre.centre_id)),
        is_own=partial(is_own, authority=centre.authority),
    )
    results = intake.receive(tx, centre.centre_id, items, origin, knowledge)
    let_through_what_waited(tx, centre.centre_id, items, knowledge)
    by_id = {result.rev_id: result for result in results}
    answer = protocol.PushAnswer(
        generation=known.generation,
        results=tuple(by_id[rev_id] for rev_id in order),
    )
    intake.remember(tx, centre.centre_id, device.device_id, ask.batch_id, body_sha256, answer, now)
    return answer


def _scope(
    tx: Connection, centre: Centre, device: Device, name: str, compartment: Compartment
) -> scopes.Scope:
    """A scope for the roles of this device's users. Objection when none may hold that key.

    Who worked for the school when the visit was taken along goes on receiving it until it is
    given back: a laptop that could not agree with the centre any more could not give it back.
    """
    now = centre.clock.now()
    if name == CENTRE_SCOPE:
        held = _relations(tx, centre, device, None, now)
        scope = scopes.scope_for(tx, centre, name, compartment, held)
    else:
        school_id = scopes.school_of(tx, centre, name)
        taken_at = in_hand.taken_at(tx, centre, device, name, compartment)
        if taken_at is None:
            raise Objection(404, "not_taken")
        held = _relations(tx, centre, device, school_id, now, taken_at)
        scope = scopes.scope_for(tx, centre, name, compartment, held)
    if not scope.kinds:
        raise Objection(403, "no_right")
    return scope


def _relations(
    tx: Connection,
    centre: Centre,
    device: Device,
    school_id: SchoolId | None,
    *moments: datetime,
) -> dict[Role, frozenset[Relation]]:
    """The roles of the users of today, and what each has to do with a school (None: with any).

    One of the moments is enough, and one of the users.
    """
    people = centre.people.read(tx, centre.centre_id)
    users = devices.slots(tx, centre.centre_id, [device.device_id]).get(device.device_id, {})
    present = devices.users_of(people, users, centre.clock.now())
    held: dict[Role, frozenset[Relation]] = {}
    for user, moment in product(present, moments):
        for role in user.roles:
            own = people.memberships.relations(user.staff_id, role, school_id, local_day(moment))
            held[role] = held.get(role, frozenset()) | own
    return held


def pull(
    tx: Connection, centre: Centre, device: Device, ask: protocol.Pull
) -> Iterable[protocol.PullPart]:
    """Everything of a scope after the cursor: header, lines, footer."""
    must_be_ok(device)
    known = same_generation(tx, centre, ask.generation)
    scope = _scope(tx, centre, device, ask.scope, ask.compartment)
    after = min(max(ask.cursor, 0), known.seq)
    found = scopes.lines(tx, scope, after, known.seq)
    yield protocol.PullHeader(
        generation=known.generation, scope=ask.scope, cursor=ask.cursor, expected=len(found)
    )
    yield from found
    pairs = [(line.revision.rev_id, line.revision.body_commit) for line in found]
    yield protocol.PullFooter(cursor=known.seq, count=len(found), digest=digest_of(pairs))


def take(tx: Connection, centre: Centre, device: Device, ask: protocol.Take) -> protocol.TakeAnswer:
    """Note that a visit goes along, and say who else has pupils of it. No lock.

    A laptop holds no more pupils than PUPIL_LIMIT at once: what is not on it cannot be lost with it.
    """
    must_be_ok(device)
    known = same_generation(tx, centre, ask.generation)
    if ask.visit_id == CENTRE_SCOPE:
        raise Objection(404, "unknown_visit")
    school_id = scopes.school_of(tx, centre, ask.visit_id)
    held = _relations(tx, centre, device, school_id, centre.clock.now())
    scope = scopes.scope_for(tx, centre, ask.visit_id, ask.compartment, held)
    if not scope.kinds:
        raise Objection(403, "no_right")
    pupils = scopes.members(tx, centre.centre_id, ask.visit_id)
    if len(pupils | in_hand.pupils_on(tx, centre, device)) > protocol.PUPIL_LIMIT:
        raise Objection(403, "laptop_full")
    in_hand.check_out(tx, centre, device, ask.visit_id, ask.compartment, centre.clock.now())
    others = tx.execute(
        select(DEVICE.c.device_id, DEVICE.c.name, CHECKOUT.c.visit_id)
        .join(
            CHECKOUT,
            (CHECKOUT.c.centre_id == DEVICE.c.centre_id)
            & (CHECKOUT.c.device_id == DEVICE.c.device_id),
        )
        .where(
            CHECKOUT.c.centre_id == centre.centre_id,
            CHECKOUT.c.device_id != device.device_id,
            CHECKOUT.c.released_at.is_(None),
        )
    ).all()
    shared: dict[str, set[str]] = {}
    for other in others:
        common = pupils & scopes.members(tx, centre.centre_id, VisitId(other.visit_id))
        if common:
            shared.setdefault(other.name, set()).update(common)
    return protocol.TakeAnswer(
        generation=known.generation,
        pupils=len(pupils),
        also_taken={name: len(common) for name, common in sorted(shared.items())},
    )


def release(tx: Connection, centre: Centre, device: Device, ask: protocol.Release) -> protocol.Done:
    """Note that a visit has left a vault; saying it twice is no harm."""
    must_be_ok(device)
    known = same_generation(tx, centre, ask.generation)
    tx.execute(
        update(CHECKOUT)
        .where(
            CHECKOUT.c.centre_id == centre.centre_id,
            CHECKOUT.c.visit_id == ask.visit_id.replace("\0", ""),
            CHECKOUT.c.device_id == device.device_id,
            CHECKOUT.c.compartment == ask.compartment.value,
            CHECKOUT.c.released_at.is_(None),
        )
        .values(released_at=centre.clock.now())
    )
    return protocol.Done(generation=known.generation)


def verify(
    tx: Connection, centre: Centre, device: Device, ask: protocol.Verify
) -> protocol.VerifyAnswer:
    """Count and digest of the same scopes at the same cursors, and what we hold of an epoch."""
    must_be_ok(device)
    known = same_generation(tx, centre, ask.generation)
    seen = tuple(
        scopes.state(
            tx,
            _scope(tx, centre, device, one.scope, ask.compartment),
            one.scope,
            min(max(one.cursor, 0), known.seq),
        )
        for one in ask.scopes
    )
    held, quarantined = _held(tx, centre, device, ask.epoch)
    return protocol.VerifyAnswer(
        generation=known.generation,
        now=centre.clock.now(),
        scopes=seen,
        held=held,
        quarantined=quarantined,
        durable_seq=known.durable_seq,
    )


def _held(tx: Connection, centre: Centre, device: Device, epoch: str) -> tuple[int, int]:
    """How many revisions of a vault's life are applied, and how many stand apart."""
    epoch = epoch.replace("\0", "")
    applied = tx.execute(
        select(func.count())
        .select_from(REVISION)
        .where(
            REVISION.c.centre_id == centre.centre_id,
            REVISION.c.device == device.device_id,
            REVISION.c.epoch == epoch,
        )
    ).scalar_one()
    apart = tx.execute(
        select(func.count())
        .select_from(QUARANTINE)
        .where(
            QUARANTINE.c.centre_id == centre.centre_id,
            QUARANTINE.c.writer == device.device_id,
            QUARANTINE.c.epoch == epoch,
            QUARANTINE.c.settled_at.is_(None),
        )
    ).scalar_one()
    return applied, apart


def access(
    tx: Connection, centre: Centre, device: Device, ask: protocol.AccessLog
) -> protocol.AccessAnswer:
    """Keep lines of an access log."""
    must_be_ok(device)
    known = same_generation(tx, centre, ask.generation)
    if len(ask.lines) > protocol.ACCESS_LIMIT:
        raise Objection(413, "too_large")
    if not checks.is_plain(ask.epoch) or not all(access_logs.is_storable(one) for one in ask.lines):
        raise Objection(400, "unreadable")
    held = access_logs.receive(
        tx,
        centre.centre_id,
        device.device_id,
        ask.compartment,
        ask.epoch,
        ask.lines,
        centre.clock.now(),
    )
    return protocol.AccessAnswer(generation=known.generation, held=held)

"""Samenvoegen: a provisional pupil of a school turns out to be one whom the centre knows.

What stands about the provisional pupil becomes a record of the known one, with its day and its words;
where it stood it is withdrawn, and the withdrawn identity names the other: its alias. What the known
pupil already has is never written over: the other stands beside it as a second version, and a
person chooses. What a laptop brings later for the alias waits in the list and is joined likewise.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import msgspec
from sqlalchemy import Connection, select

from clbdesk.centre import ledger
from clbdesk.centre.centre import Centre
from clbdesk.centre.directory import read_leaves
from clbdesk.centre.exports import asked_by, log_access
from clbdesk.centre.held import look
from clbdesk.centre.schema import LEAF, REVISION
from clbdesk.centre.writing import CENTRE_AUTHOR, enter_own
from clbdesk.domain.body import decode, encode
from clbdesk.domain.device import AccessLine
from clbdesk.domain.kinds import KINDS, IdRule, contact_id, derived_record_id, exam_id
from clbdesk.domain.names import on_a_list
from clbdesk.domain.people import Pupil, may_be
from clbdesk.domain.revision import Compartment, Revision, RevisionStatus, Role, leaves
from clbdesk.domain.visits import ContactMoment, school_year_of
from clbdesk.errors import Refused
from clbdesk.ids import ContactId, PupilId, RecordId, RevId, VisitId, derived_id
from clbdesk.storage.schema import revision_of

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Of these the known pupil's own stays as it is: who it is, its class, its place on a list.
_OF_THE_KNOWN = frozenset({"pupil", "enrolment", "visit_pupil"})
# What the id of a derived record is made of, by field of its body (domain/kinds.py).
_PARTS: dict[str, tuple[str, ...]] = {
    "enrolment": ("pupil_id", "school_id", "school_year"),
    "visit_pupil": ("visit_id", "pupil_id"),
    "attendance": ("visit_id", "pupil_id"),
    "competence": ("pupil_id",),
    "parent_height": ("pupil_id",),
    "growth_reference": ("pupil_id",),
    "background": ("pupil_id", "item"),
    "objection": ("pupil_id", "moment", "school_year"),
    "request_answer": ("request_id",),
    "shielding": ("item_id",),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody whom a provisional pupil may be."""

    pupil_id: PupilId
    family_name: str
    given_name: str
    birth_date: date


@dataclass(frozen=True, slots=True)
class Provisional:
    """A pupil who was added at a school. `records`: kind → how many stand.

    `joined_to`: was joined already; what stands came in later.
    """

    pupil_id: PupilId
    family_name: str
    given_name: str
    birth_date: date
    joined_to: PupilId | None
    records: dict[str, int]
    may_be: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """What became of the records, kind → how many.

    `moved`: now of the known pupil. `beside`: second versions that wait for a choice. `stayed`:
    withdrawn only, because the known pupil has its own or the same.
    """

    moved: dict[str, int]
    beside: dict[str, int]
    stayed: dict[str, int]


def provisional_pupils(centre: Centre) -> list[Provisional]:
    """Everybody who waits to be recognised, by name, with whom the centre knows alike."""
    with centre.store.reading() as tx:
        identities = _identities(tx, centre)
        known = {
            one.record_id: body
            for one, body in identities
            if one.status is RevisionStatus.FINAL and not body.provisional
        }
        found = []
        for one, body in identities:
            if not body.provisional:
                continue
            pupil_id = PupilId(one.record_id)
            records = Counter(leaf.kind for leaf in _standing(tx, centre, pupil_id))
            if one.status is RevisionStatus.WITHDRAWN and not records:
                continue
            alike = tuple(
                Candidate(PupilId(other), it.family_name, it.given_name, it.birth_date)
                for other, it in known.items()
                if may_be(it, body.family_name, body.given_name, body.birth_date)
            )
            found.append(
                Provisional(
                    pupil_id,
                    body.family_name,
                    body.given_name,
                    body.birth_date,
                    _in_the_end(tx, centre, body.joined_to),
                    dict(sorted(records.items())),
                    alike,
                )
            )
    return sorted(
        found, key=lambda one: (*on_a_list(one.family_name, one.given_name), one.pupil_id)
    )


def join(centre: Centre, provisional: PupilId, known: PupilId, reason: str) -> Joined:
    """Make everything of a provisional pupil a record of the known one, in one commit.

    Refused without a reason, for the same pupil twice, for one who is not provisional, was joined to
    somebody else or is not here, and while a record of the provisional pupil has two versions.
    """
    if not reason.strip():
        raise Refused("centre.reason_missing", field="reason")
    if provisional == known:
        raise Refused("centre.join_itself", field="pupil")
    with centre.store.writing() as tx:
        # Behind this lock nothing of what is read changes until the commit.
        ledger.bump(tx, centre.centre_id, 0)
        identity, person = _to_be_joined(tx, centre, provisional, known)
        standing = _standing(tx, centre, provisional)
        forked = [kind for kind, of in _by_record(standing) if of > 1]
        if forked:
            raise Refused("centre.join_two_versions", kinds=", ".join(sorted(set(forked))))
        moves = _Moves(centre, provisional, known, _ever(tx, centre, provisional))
        touched = {identity.record_id, *(one.record_id for one in standing)}
        held = look(tx, centre.centre_id, (), {*touched, *map(moves.record_id, touched)})
        there = held.by_record()
        entered: list[Revision] = []
        moved: Counter[str] = Counter()
        beside: Counter[str] = Counter()
        stayed: Counter[str] = Counter()
        for leaf in standing:
            if leaf.kind == "pupil":
                continue
            new = moves.moved(leaf)
            others = there[new.record_id]
            stands = [one for one in others if one.status is RevisionStatus.FINAL]
            is_same = any((one.body, one.status) == (new.body, new.status) for one in others)
            if is_same or (stands and leaf.kind in _OF_THE_KNOWN):
                stayed[leaf.kind] += 1
            elif stands:
                beside[leaf.kind] += 1
                entered.append(new)
            else:
                moved[leaf.kind] += 1
                entered.append(msgspec.structs.replace(new, base=_all_of(others)))
            entered.append(moves.withdrawn(leaf, there[leaf.record_id], reason))
        alias = encode(msgspec.structs.replace(person, joined_to=known))
        said = there[identity.record_id]
        if any(one.body != alias or one.status is RevisionStatus.FINAL for one in said):
            gone = moves.withdrawn(identity, said, reason)
            version = KINDS["pupil"].version
            entered.append(msgspec.structs.replace(gone, body=alias, kind_version=version))
        enter_own(tx, centre, entered, held)
        _log(tx, centre, (provisional, known), reason)
    return Joined(dict(moved), dict(beside), dict(stayed))


class _Moves:
    """The records of one pupil as records of another: new ids everywhere, also where they are named.

    The same ids every time: what comes in later may name or correct what was moved before.
    """

    def __init__(self, centre: Centre, old: PupilId, new: PupilId, ever: list[Revision]) -> None:
        """`ever`: every revision about the pupil, also what stands no more."""
        self._centre = centre
        self._ids: dict[str, str] = {old: new, **_contacts(centre, old, new)}
        contacts = [ContactId(one) for one in self._ids if one != old]
        # What a flag or an answer is about has its new id before they have theirs.
        for one in sorted(ever, key=lambda one: one.kind in ("shielding", "request_answer")):
            if one.record_id not in self._ids:
                self._ids[one.record_id] = self._new_record_id(one, contacts)
            self._ids[one.rev_id] = derived_id("joined", one.rev_id, new)

    def record_id(self, old: RecordId) -> RecordId:
        """The id of a record as one of the other pupil."""
        return RecordId(self._ids[old])

    def moved(self, leaf: Revision) -> Revision:
        """The first version of this record with the other pupil, on the day it happened."""
        text = _UUID.sub(lambda found: self._ids.get(found[0], found[0]), leaf.body)
        return msgspec.structs.replace(
            leaf,
            rev_id=RevId(self._ids[leaf.rev_id]),
            record_id=self.record_id(leaf.record_id),
            base=(),
            pupil_id=self._ids[leaf.pupil_id or ""],
            body=text,
            reason=leaf.reason if leaf.status is RevisionStatus.WITHDRAWN else None,
        )

    def withdrawn(self, leaf: Revision, said: Iterable[Revision], reason: str) -> Revision:
        """What stood, taken back where it stood, in the place of every leaf of that record."""
        return msgspec.structs.replace(
            leaf,
            rev_id=RevId(self._centre.ids.new()),
            base=_all_of(said),
            status=RevisionStatus.WITHDRAWN,
            reason=reason,
            occurred_at=self._centre.clock.now(),
        )

    def _new_record_id(self, leaf: Revision, contacts: Iterable[ContactId]) -> str:
        visit = VisitId(leaf.visit_id or "")
        if KINDS[leaf.kind].id_rule is IdRule.PER_CONTACT_AND_VISIT:
            for contact in contacts:
                if exam_id(leaf.kind, contact, visit) == leaf.record_id:
                    return exam_id(leaf.kind, ContactId(self._ids[contact]), visit)
        content = msgspec.json.decode(leaf.body)
        parts = [str(content.get(name)) for name in _PARTS.get(leaf.kind, ())]
        if derived_record_id(leaf.kind, *parts) == leaf.record_id:
            return derived_record_id(leaf.kind, *[self._ids.get(one, one) for one in parts])
        return derived_id("joined", leaf.record_id, self._ids[leaf.pupil_id or ""])


def _contacts(centre: Centre, old: PupilId, new: PupilId) -> Mapping[str, str]:
    """Every contact that somebody who is provisional can have, and the same one of the other."""
    this_year = school_year_of(centre.clock.now().date())
    pairs = {derived_id("contact", old): derived_id("contact", new)}
    for moment in ContactMoment:
        for year in range(this_year - 20, this_year + 2):
            pairs[contact_id(old, moment, year)] = contact_id(new, moment, year)
    return pairs


def _to_be_joined(
    tx: Connection, centre: Centre, provisional: PupilId, known: PupilId
) -> tuple[Revision, Pupil]:
    """The identity that becomes an alias."""
    found = _identities(tx, centre, LEAF.c.record_id == known)
    # An alias stays one, also when a laptop brought its name again: no circle comes of it.
    if not any(one.status is RevisionStatus.FINAL for one, _ in found):
        raise Refused("centre.no_such_pupil", field="pupil")
    for one, body in _identities(tx, centre, LEAF.c.record_id == provisional):
        if not body.provisional:
            raise Refused("centre.join_not_provisional", field="pupil")
        if _in_the_end(tx, centre, body.joined_to) not in (None, known):
            raise Refused("centre.join_elsewhere", field="pupil")
        return one, body
    raise Refused("centre.no_such_pupil", field="pupil")


def _in_the_end(tx: Connection, centre: Centre, joined_to: PupilId | None) -> PupilId | None:
    """Whom an alias stands for: who was added at two schools may be the alias of an alias."""
    if joined_to is not None:
        for _, body in _identities(tx, centre, LEAF.c.record_id == joined_to):
            return _in_the_end(tx, centre, body.joined_to) or joined_to
    return joined_to


def _identities(
    tx: Connection, centre: Centre, *conditions: object
) -> list[tuple[Revision, Pupil]]:
    """The standing version of every pupil, aliases too; the earliest of two."""
    found: dict[RecordId, Revision] = {}
    of_kind = (LEAF.c.kind == "pupil", LEAF.c.is_plan, LEAF.c.stands)
    for one in read_leaves(tx, centre.centre_id, *of_kind, *conditions):
        found.setdefault(one.record_id, one)
    return [(one, decode(one.body, Pupil)) for one in found.values()]


def _standing(tx: Connection, centre: Centre, pupil_id: PupilId) -> list[Revision]:
    """What stands about a pupil in every compartment, in order of arrival.

    Not what was withdrawn, but for what a laptop took back after it was joined.
    """
    by_record: dict[RecordId, list[Revision]] = defaultdict(list)
    for leaf in read_leaves(tx, centre.centre_id, LEAF.c.pupil_id == pupil_id):
        by_record[leaf.record_id].append(leaf)
    found: list[Revision] = []
    for of_one in by_record.values():
        gone = [one for one in of_one if one.status is RevisionStatus.WITHDRAWN]
        elsewhere = [one for one in gone if one.role is not Role.CENTRE]
        found += [one for one in leaves(of_one) if one.status is RevisionStatus.FINAL]
        found += elsewhere[:1] if len(elsewhere) < len(gone) else []
    return found


def _all_of(said: Iterable[Revision]) -> tuple[RevId, ...]:
    return tuple(sorted(one.rev_id for one in said))


def _ever(tx: Connection, centre: Centre, pupil_id: PupilId) -> list[Revision]:
    rows = tx.execute(
        select(*REVISION.c)
        .where(REVISION.c.centre_id == centre.centre_id, REVISION.c.pupil_id == pupil_id)
        .where(REVISION.c.erased_at.is_(None))
        .order_by(REVISION.c.seq)
    ).mappings()
    return [revision_of(row) for row in rows]


def _by_record(standing: Iterable[Revision]) -> list[tuple[str, int]]:
    """Kind and number of versions of each record."""
    return [
        (kind, times)
        for (_, kind), times in Counter((one.record_id, one.kind) for one in standing).items()
    ]


def _log(tx: Connection, centre: Centre, about: Iterable[PupilId], reason: str) -> None:
    line = AccessLine(
        number=0,
        at=centre.clock.now(),
        staff_id=CENTRE_AUTHOR,
        role=Role.CENTRE,
        action="join",
        kind="pupil",
        record_id=None,
        pupil_id=None,
        reason=f"{reason} ({asked_by()})",
        previous="",
        digest="",
    )
    log_access(tx, centre, line, about, Compartment.PLANNING)

"""A centre, some laptops, some days: one random history from one seed, and what must stay true.

The machine under test is the real one (clbdesk.sync.machine); only vault, network and centre are
models. `live(seed)` raises AssertionError with the seed in it when an invariant breaks.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from random import Random
from threading import Event

from clbdesk.clock import SetClock
from clbdesk.domain.revision import (
    Compartment,
    Revision,
    RevisionStatus,
    Role,
    body_commit,
    leaves,
)
from clbdesk.domain.scopes import CENTRE_SCOPE
from clbdesk.errors import Environment, Refused
from clbdesk.ids import DeviceId, PupilId, RecordId, RevId, SchoolId, StaffId, VisitId
from clbdesk.sync.failures import GenerationChanged
from clbdesk.sync.machine import SyncReport, run_sync, take_along
from clbdesk.sync.progress import Progress
from tests.sync.simulator.bugs import Bugs
from tests.sync.simulator.faults import BadNetwork, Crash, CrashingStore, Faults
from tests.sync.simulator.memory_centre import STRANGER
from tests.sync.simulator.memory_store import MemoryStore

_SALT = "00" * 16
_NEVER = Event()


def _ignore(_: Progress) -> None:
    """Nobody looks at the progress here."""


class Laptop:
    """A vault with its own, wrong, clock."""

    def __init__(self, store: MemoryStore, clock: SetClock) -> None:
        self.store = store
        self.clock = clock


class World:
    """Everything of one history; all chance comes from `dice`."""

    monday = datetime(2026, 11, 23, 8, tzinfo=UTC)

    def __init__(self, seed: int, bugs: type[Bugs] = Bugs, *, forgotten_restores: bool = False):
        self.seed = seed
        self.dice = dice = Random(seed)
        self.clock = SetClock(self.monday)
        self.bugs = bugs
        self.forgotten_restores = forgotten_restores
        self.centre = bugs.centre(self.clock)
        self.faults = Faults(dice, dice.choice((0.0, 0.02, 0.05, 0.12)))
        self.visits = [VisitId(f"v{n}") for n in range(dice.randint(1, 3))]
        self.pupils = [PupilId(f"p{n}") for n in range(dice.randint(2, 6))]
        self.acknowledged: dict[str, Revision] = {}
        self.released = self.came_back = 0
        self._written = 0
        self.laptops = [self._laptop(n) for n in range(dice.randint(2, 6))]
        self._plan()

    def _laptop(self, number: int) -> Laptop:
        dice = self.dice
        compartment = Compartment.MEDICAL if dice.random() < 0.8 else Compartment.GUIDANCE
        wrong = timedelta(seconds=dice.choice((0, 0, 3, -400, 90_000, -200_000)))
        store = self.bugs.store(f"l{number}", compartment, f"e{number}")
        return Laptop(store, SetClock(self.monday + wrong))

    def _plan(self) -> None:
        for visit in self.visits:
            self._at_centre("visit", visit, visit=visit)
            for pupil in self.dice.sample(self.pupils, self.dice.randint(1, len(self.pupils))):
                self._on_list(visit, pupil)

    def _on_list(self, visit: VisitId, pupil: PupilId) -> None:
        self._at_centre("visit_pupil", f"vp.{visit}.{pupil}", visit=visit, pupil=pupil)

    # --- revisions --------------------------------------------------------------------------------

    def _at_centre(
        self, kind: str, record: str, *, visit: VisitId | None, pupil: PupilId | None = None
    ) -> None:
        revision = self._revision(kind, record, (), visit=visit, pupil=pupil)
        self.centre.write(revision)
        self.acknowledged[revision.rev_id] = revision

    def _revision(
        self,
        kind: str,
        record: str,
        base: tuple[RevId, ...],
        *,
        laptop: Laptop | None = None,
        visit: VisitId | None = None,
        pupil: PupilId | None = None,
        status: RevisionStatus = RevisionStatus.FINAL,
        author: str = "an",
    ) -> Revision:
        self._written += 1
        body = f'{{"value":{self.dice.randint(1, 6)}}}'
        compartment = Compartment.PLANNING
        if laptop is not None and kind not in ("visit_pupil", "attendance"):
            compartment = laptop.store.compartment
        moment = laptop.clock.now() if laptop else self.clock.now()
        return Revision(
            rev_id=RevId(f"r{self._written:05}"),
            record_id=RecordId(record),
            base=base,
            kind=kind,
            kind_version=1,
            compartment=compartment,
            pupil_id=pupil,
            visit_id=visit,
            school_id=self._school(visit) if visit else None,
            author=StaffId(author),
            role=Role.NURSE,
            device=laptop.store.device if laptop else DeviceId("centre"),
            epoch=laptop.store.epoch if laptop else "centre",
            device_seq=laptop.store.device_seq + 1 if laptop else self._written,
            occurred_at=moment,
            recorded_at=moment,
            status=status,
            reason=None,
            clock_uncertain=False,
            body=body,
            salt=_SALT,
            body_commit=body_commit(_SALT, body),
        )

    def _school(self, visit: VisitId) -> SchoolId:
        return SchoolId(f"s{int(visit[1:]) % 2}")

    # --- what happens -----------------------------------------------------------------------------

    def live(self) -> None:
        """A whole history, then quiet, then everything compared."""
        for laptop in self.laptops:
            self.take(laptop)
        actions = (
            (self.save, 30),
            (self.sync, 14),
            (self.take, 10),
            (self.give_back, 8),
            (self.backup, 5),
            (self.restore, 2),
            (self.join, 3),
            (self.accept, 2),
            (self.skew, 1),
            (self.draft, 1),
            (self.deliver_late, 2),
            (self.damage, 1),
        )
        kinds = [action for action, _ in actions]
        weights = [weight for _, weight in actions]
        for _ in range(self.dice.randint(20, 70)):
            self.clock.advance(timedelta(minutes=self.dice.randint(1, 40)))
            self.dice.choices(kinds, weights)[0]()
        self.quiet()

    def save(self, laptop: Laptop | None = None) -> None:
        """Somebody saves on a laptop that has something in hand: new, edit, withdrawal or merge."""
        dice = self.dice
        laptop = laptop or dice.choice(self.laptops)
        store = laptop.store
        if not store.taken:
            return
        visit = dice.choice(store.in_hand())
        pupils = sorted(store.pupils(visit))
        pupil = PupilId(dice.choice(pupils)) if pupils else None
        kind = dice.choice(("growth", "dose", "attendance"))
        if store.compartment is Compartment.GUIDANCE:
            kind, pupil = "consultative_note", None
        record = {
            "growth": f"growth.{visit}.{pupil}",
            "attendance": f"attendance.{visit}.{pupil}",
        }.get(kind, f"{kind}.{self._written}")
        if kind == "consultative_note" and dice.random() < 0.5:
            school = self._school(visit)
            known = [
                one
                for one in store.revisions.values()
                if one.kind == kind and one.school_id == school
            ]
            record = dice.choice(known).record_id if known else record
        standing = leaves(store.of_record(record))
        base: tuple[RevId, ...] = ()
        status = RevisionStatus.FINAL
        if standing:
            chosen = standing if dice.random() < 0.3 else (dice.choice(standing),)
            base = tuple(one.rev_id for one in chosen)
            status = dice.choice((RevisionStatus.FINAL,) * 4 + (RevisionStatus.WITHDRAWN,))
        author = STRANGER if dice.random() < 0.04 else "an"
        revision = self._revision(
            kind, record, base,
            laptop=laptop, visit=visit, pupil=pupil, status=status, author=author,
        )  # fmt: skip
        self._keep(laptop, revision)

    def sync(self) -> None:
        self._talk(self.dice.choice(self.laptops))

    def give_back(self) -> None:
        laptop = self.dice.choice(self.laptops)
        if self.dice.random() < 0.5:
            self._settle(laptop)
            self._talk(laptop)
            self.backup()
            self.backup()
        self._talk(laptop, laptop.store.in_hand())

    def _settle(self, laptop: Laptop) -> None:
        """Finish what stands in the way of giving back: drafts, and every fork merged."""
        store = laptop.store
        store.drafts.clear()
        for record in sorted({one.record_id for one in store.revisions.values()}):
            standing = leaves(store.of_record(record))
            if len(standing) > 1:
                self._keep(
                    laptop,
                    self._revision(
                        standing[0].kind,
                        record,
                        tuple(one.rev_id for one in standing),
                        laptop=laptop,
                        visit=standing[0].visit_id,
                        pupil=standing[0].pupil_id,
                    ),
                )

    def _keep(self, laptop: Laptop, revision: Revision) -> None:
        laptop.store.save(revision)
        self.acknowledged[revision.rev_id] = revision

    def _talk(self, laptop: Laptop, give_back: tuple[VisitId, ...] = ()) -> None:
        self._meanwhile_on(laptop)
        with suppress(Environment, Crash):
            report = run_sync(
                CrashingStore(laptop.store, self.faults),
                self._network(laptop),
                laptop.clock,
                _ignore,
                _NEVER,
                give_back,
            )
            self.released += sum(not (r.is_refused or r.is_waiting) for r in report.releases)
        self.check(laptop)

    def take(self, laptop: Laptop | None = None) -> None:
        laptop = laptop or self.dice.choice(self.laptops)
        visit = self.dice.choice(self.visits)
        had = laptop.store.in_hand()
        self._meanwhile_on(laptop)
        try:
            take_along(
                CrashingStore(laptop.store, self.faults),
                self._network(laptop),
                laptop.clock,
                visit,
                _ignore,
                _NEVER,
            )
        except Crash:
            pass
        except (Environment, Refused):
            assert laptop.store.in_hand() == had, f"seed {self.seed}: half taken along"
        self.check(laptop)

    def _network(self, laptop: Laptop) -> BadNetwork:
        return self.bugs.network(self.centre, laptop.store, self.faults)

    def _meanwhile_on(self, laptop: Laptop) -> None:
        """During this synchronisation somebody goes on saving, and the centre may be set back."""

        def meanwhile() -> None:
            if self.dice.random() < 0.85:
                self.save(laptop)
            elif self.dice.random() < 0.5:
                self.backup()
            else:
                self.restore()

        self.faults.meanwhile = meanwhile

    def backup(self) -> None:
        if self.dice.random() < 0.5:
            self.centre.backup_begin()
        else:
            self.centre.backup_done()

    def restore(self) -> None:
        forgotten = self.forgotten_restores and self.dice.random() < 0.5
        self.bugs.restore(self.centre, new_generation=not forgotten)

    def join(self) -> None:
        """A pupil comes on the list of a visit that may be in hand already."""
        self._on_list(self.dice.choice(self.visits), self.dice.choice(self.pupils))

    def accept(self) -> None:
        self.centre.accept_quarantined()

    def skew(self) -> None:
        """The centre is older or newer than the laptops for a while."""
        self.centre.protocol_range = self.dice.choice(((1, 1), (1, 1), (0, 0), (2, 2)))
        self.centre.accepted = dict(self.centre.accepted) | {"dose": self.dice.choice((0, 1))}

    def draft(self) -> None:
        store = self.dice.choice(self.laptops).store
        for visit in store.taken:
            store.drafts[visit] = 1 - store.drafts.get(visit, 0)

    def deliver_late(self) -> None:
        """A request that hung in the network arrives after all; nobody reads the answer."""
        if self.faults.undelivered:
            late = self.faults.undelivered.pop(0)
            with suppress(GenerationChanged):
                late()

    def damage(self) -> None:
        """A vault is damaged and its backup put in its place: what was only in it is gone."""
        laptop = self.dice.choice(self.laptops)
        store = laptop.store
        if not isinstance(store, MemoryStore):
            return  # a real vault does this in tests of its own
        before = set(store.revisions)
        if not store.come_back():
            return
        self.came_back += 1
        # Nor can it bring back what the centre has not backed up, should that be set back as well.
        kept = self.centre.kept
        safe = {
            str(one.rev_id) for seq, one in (*kept.rows, *kept.apart) if seq <= kept.durable_seq
        }
        safe |= {rev_id for one in self.laptops for rev_id in one.store.revisions}
        for rev_id in before - safe:
            self.acknowledged.pop(rev_id, None)

    def has_fork(self, laptop: Laptop) -> bool:
        records = {one.record_id for one in laptop.store.revisions.values()}
        return any(len(leaves(laptop.store.of_record(record))) > 1 for record in records)

    # --- what must be true ------------------------------------------------------------------------

    def check(self, laptop: Laptop) -> None:
        """After every action: nothing lost anywhere, nothing believed that is not so."""
        at_centre = {one.rev_id for _, one in (*self.centre.kept.rows, *self.centre.kept.apart)}
        held = at_centre.union(*(one.store.revisions for one in self.laptops))
        lost = self.acknowledged.keys() - held
        # What only the centre had and its restore took is not the laptops' to keep.
        lost = {one for one in lost if self.acknowledged[one].device != "centre"}
        assert not lost, f"seed {self.seed}: LOST {sorted(lost)}"
        if self.forgotten_restores:
            return  # then a place may have been given twice; only the end can be judged
        store = laptop.store
        generation = store.generation()
        for rev_id, place in store.places.items():
            given = self.centre.given.get((generation or "", rev_id))
            assert given == place or (given and rev_id in self.centre.moved), (
                f"seed {self.seed}: ANOTHER PLACE {rev_id} at {place} in {generation}, not {given}"
            )
        if generation == self.centre.generation:
            for scope, cursor in store.cursors.items():
                self._check_cursor(store, scope, cursor)

    def _check_cursor(self, store: MemoryStore, scope: str, cursor: int) -> None:
        members = store.scopes.get(scope, {})
        for line in self.centre.scope(scope, store.compartment):
            rev_id = line.revision.rev_id
            if line.seq <= cursor:
                assert rev_id in members, f"seed {self.seed}: AHEAD: cursor before data in {scope}"
                assert rev_id in store.revisions, f"seed {self.seed}: member without content"

    def quiet(self) -> None:
        """No more faults; everybody synchronises until nothing moves; then all is equal."""
        self.faults.calm()
        self.faults.meanwhile = None
        self.centre.protocol_range = (1, 1)
        self.centre.accepted = dict(self.centre.accepted) | {"dose": 1}
        reports: list[SyncReport] = []
        for _ in range(2):
            reports = [self._quiet_sync(laptop) for laptop in self.laptops]
        self._check_centre()
        for report in reports:
            assert report.receipt is not None, f"seed {self.seed}: no agreement"
            assert not report.missing, f"seed {self.seed}: the centre misses {report.missing}"
        for laptop in self.laptops:
            self.check(laptop)
            self._check_equal(laptop)

    def _quiet_sync(self, laptop: Laptop) -> SyncReport:
        return run_sync(
            CrashingStore(laptop.store, self.faults),
            self._network(laptop),
            laptop.clock,
            _ignore,
            _NEVER,
        )

    def _check_centre(self) -> None:
        ids = [one.rev_id for _, one in (*self.centre.kept.rows, *self.centre.kept.apart)]
        doubled = [rev_id for rev_id, times in Counter(ids).items() if times > 1]
        assert not doubled, f"seed {self.seed}: DOUBLED {doubled}"
        missing = {
            rev_id
            for rev_id, one in self.acknowledged.items()
            if one.device != "centre" and rev_id not in ids
        }
        assert not missing, f"seed {self.seed}: LOST at the centre {sorted(missing)}"

    def _check_equal(self, laptop: Laptop) -> None:
        store = laptop.store
        assert not store.waiting(), f"seed {self.seed}: still waiting"
        centre = [one for _, one in self.centre.kept.rows]
        for scope in (CENTRE_SCOPE, *store.in_hand()):
            lines = self.centre.scope(scope, store.compartment)
            theirs = {line.revision.rev_id for line in lines}
            mine = set(store.scopes.get(scope, {}))
            assert mine == theirs, f"seed {self.seed}: DIVERGED in {scope}"
            for record in {line.revision.record_id for line in lines}:
                here = leaves(one for one in store.of_record(record) if one.rev_id in theirs)
                there = leaves(one for one in centre if one.record_id == record)
                assert [one.rev_id for one in here] == [one.rev_id for one in there], (
                    f"seed {self.seed}: other leaves of {record}"
                )

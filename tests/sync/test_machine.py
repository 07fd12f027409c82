"""What the machine says and refuses, one situation at a time; the simulator shuffles them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import msgspec
import pytest

from clbdesk.clock import SetClock
from clbdesk.domain.device import AccessLine
from clbdesk.domain.revision import Compartment, Role, body_commit
from clbdesk.errors import Environment, Refused
from clbdesk.ids import StaffId, VisitId
from clbdesk.sync import machine, protocol
from clbdesk.sync.failures import ConnectionLost, GenerationChanged, Unreachable
from clbdesk.sync.machine import SyncReport, run_sync, take_along
from clbdesk.sync.progress import Progress, Step
from tests.sync.simulator.faults import BadNetwork
from tests.sync.simulator.memory_store import MemoryStore
from tests.sync.simulator.world import Laptop, World

V0 = VisitId("v0")


class Day:
    """A calm world: one laptop with one visit in hand, nothing saved yet."""

    def __init__(self, seed: int = 3) -> None:
        self.world = World(seed)
        self.world.faults.calm()
        self.centre = self.world.centre
        self.clock = SetClock(datetime(2026, 11, 23, 16, tzinfo=UTC))
        self.store = MemoryStore("l0", Compartment.MEDICAL, "e0")
        self.laptop = Laptop(self.store, self.clock)
        self.network: Any = BadNetwork(self.centre, "l0", self.world.faults)
        self.progress: list[Progress] = []
        self.cancel = Event()

    def take(self) -> machine.TakenAlong:
        return take_along(
            self.store, self.network, self.clock, V0, self.progress.append, self.cancel
        )

    def save(self, times: int = 1) -> None:
        for _ in range(times):
            self.world.save(self.laptop)

    def sync(self, *give_back: VisitId) -> SyncReport:
        return run_sync(
            self.store, self.network, self.clock, self.progress.append, self.cancel, give_back
        )

    def back_up_centre(self) -> None:
        self.centre.backup_begin()
        self.centre.backup_done()


@pytest.fixture
def day():
    made = Day()
    made.take()
    return made


def test_a_day_comes_home_and_the_receipt_says_so(day):
    day.save(12)
    report = day.sync()
    assert report.confirmed + report.quarantined == 12
    assert all(scope.is_equal for scope in report.scopes)
    assert report.missing == 0
    assert day.store.receipts == [report.receipt]
    assert report.receipt.sent == 12
    assert report.receipt.held + report.receipt.quarantined == 12


def test_what_every_laptop_needs_comes_along_with_a_visit(day):
    assert day.store.cursors.keys() == {"centre", "v0"}
    assert {one.kind for one in day.store.revisions.values()} >= {"visit", "visit_pupil"}


def test_the_receipt_code_is_the_one_the_centre_can_compute(day):
    day.save(5)
    report = day.sync()
    scopes = [
        day.centre.state(one.scope, Compartment.MEDICAL, one.cursor)
        for one in report.receipt.scopes
    ]
    assert tuple(scopes) == report.receipt.scopes


def test_a_backup_of_the_vault_comes_before_anything_is_said(day):
    class NoDisk(MemoryStore):
        def back_up(self):
            raise Environment("storage.backup_failed")

    day.save()
    day.store.__class__ = NoDisk
    day.network = None
    with pytest.raises(Environment) as failure:
        day.sync()
    assert failure.value.key == "storage.backup_failed"


def test_the_progress_of_sending_counts_to_what_waited(day):
    day.save(8)
    day.progress.clear()
    day.sync()
    sending = [one for one in day.progress if one.step is Step.SEND]
    assert [one.done for one in sending] == [0, 3, 6, 8]
    assert {one.total for one in sending} == {8}
    steps = list(dict.fromkeys(one.step for one in day.progress))
    assert steps == list(Step)


def test_giving_back_waits_for_the_centres_own_backup(day):
    day.save(4)
    (release,) = day.sync(V0).releases
    assert release.is_waiting
    assert day.store.in_hand() == (V0,)
    day.back_up_centre()
    (release,) = day.sync(V0).releases
    assert not release.is_waiting
    assert release.pupils > 0
    assert day.store.in_hand() == ()
    assert not [one for one in day.store.revisions.values() if one.pupil_id]
    assert day.centre.kept.held_by["l0.medical"] == ()


def test_giving_back_is_refused_while_a_draft_stands(day):
    day.sync()
    day.back_up_centre()
    day.store.drafts[V0] = 1
    (release,) = day.sync(V0).releases
    assert release.is_refused
    assert release.drafts == 1
    assert day.store.in_hand() == (V0,)


def test_giving_back_is_refused_while_two_versions_stand(day):
    day.save()
    (mine,) = [day.store.revisions[one] for one in day.store.outbox]
    other = msgspec.structs.replace(
        mine, rev_id="r-other", device="l9", epoch="e9", body='{"other":1}',
        body_commit=body_commit(mine.salt, '{"other":1}'),
    )  # fmt: skip
    day.centre.write(other)
    day.sync()
    day.back_up_centre()
    (release,) = day.sync(V0).releases
    assert (release.is_refused, release.conflicts) == (True, 1)


def test_giving_back_is_refused_while_a_change_stands_apart(day):
    while not day.store.apart:
        day.save(10)
        day.sync()
    day.back_up_centre()
    (release,) = day.sync(V0).releases
    assert release.is_refused
    assert release.quarantined > 0


def test_a_release_that_the_centre_does_not_hear_of_is_told_by_the_next_hello(day):
    day.sync()
    day.back_up_centre()

    class Deaf(BadNetwork):
        def release(self, ask):
            raise ConnectionLost

    day.network.__class__ = Deaf
    (release,) = day.sync(V0).releases
    assert release.pupils > 0
    assert day.centre.kept.held_by["l0.medical"] == (V0,)
    day.sync()
    assert day.centre.kept.held_by["l0.medical"] == ()


def test_a_restored_centre_is_offered_again_what_the_laptop_holds(day):
    day.back_up_centre()
    day.save(6)
    day.sync()
    day.centre.restore()
    report = day.sync()
    assert report.was_restored
    assert report.receipt is not None
    assert {one.rev_id for _, one in day.centre.kept.rows} >= {
        rev_id for rev_id in day.store.revisions if rev_id not in day.store.apart
    }


def test_a_centre_set_back_without_a_word_is_found_out_by_what_the_laptop_knows(day):
    day.back_up_centre()
    day.save(6)
    day.sync()
    day.centre.restore(new_generation=False)
    report = day.sync()
    assert report.was_restored
    assert day.centre.generation_number == 2
    assert report.receipt is not None


def test_a_centre_that_is_set_back_again_and_again_ends_in_words(day):
    class Restless(BadNetwork):
        def push(self, ask):
            day.centre.begin_generation()
            raise GenerationChanged

    day.save()
    day.network.__class__ = Restless
    with pytest.raises(GenerationChanged):
        day.sync()
    assert day.store.waiting() > 0


def test_what_differs_is_fetched_again_and_then_equal(day):
    day.save(3)
    day.sync()
    gone = next(one for one in day.store.scopes["v0"])
    del day.store.revisions[gone]
    report = day.sync()
    assert report.receipt is not None
    fetched = {scope.scope for scope in report.scopes if scope.was_fetched_again}
    assert fetched == {"v0"}
    assert gone in day.store.revisions


def test_what_differs_for_good_is_said_and_nothing_leaves(day):
    day.back_up_centre()

    class Stubborn(BadNetwork):
        def verify(self, ask):
            answer = super().verify(ask)
            wrong = tuple(msgspec.structs.replace(one, digest="00") for one in answer.scopes)
            return msgspec.structs.replace(answer, scopes=wrong)

    day.network.__class__ = Stubborn
    report = day.sync(V0)
    assert report.receipt is None
    assert not any(scope.is_equal for scope in report.scopes)
    assert report.releases == ()
    assert day.store.in_hand() == (V0,)


def test_what_the_centre_misses_is_offered_again(day):
    day.save(4)
    day.sync()
    kept = day.centre.kept
    kept.rows = [row for row in kept.rows if row[1].epoch != "e0"]
    kept.apart.clear()
    report = day.sync()
    assert report.missing == 0
    assert report.receipt.held + report.receipt.quarantined == 4


def test_an_older_centre_gets_nothing_and_nothing_is_lost(day):
    day.save(3)
    day.centre.protocol_range = (0, 0)
    with pytest.raises(Environment) as failure:
        day.sync()
    assert failure.value.key == "sync.older_centre"
    assert day.store.waiting() == 3


def test_a_kind_that_the_centre_does_not_know_yet_stays_on_the_laptop(day):
    day.save(3)
    day.centre.accepted = {}
    with pytest.raises(Environment) as failure:
        day.sync()
    assert failure.value.key == "sync.older_centre"
    assert day.store.waiting() == 3
    assert not [one for _, one in day.centre.kept.rows if one.epoch == "e0"]


def test_an_older_laptop_is_told_so(day):
    day.centre.protocol_range = (2, 3)
    with pytest.raises(Environment) as failure:
        day.sync()
    assert failure.value.key == "sync.older_laptop"


def test_a_revoked_laptop_hands_over_what_waits_and_gets_nothing(day):
    day.save(5)
    day.world.join()
    day.centre.revoked.add("l0")
    cursors = dict(day.store.cursors)
    day.clock.advance(timedelta(days=1))
    day.world.clock.advance(timedelta(days=1))
    with pytest.raises(Environment) as failure:
        day.sync()
    assert failure.value.key == "sync.revoked"
    assert day.store.lease is not None
    assert day.store.lease.grace_until <= day.world.clock.now()
    assert day.store.waiting() == 0
    assert day.store.cursors == cursors
    with pytest.raises(Environment) as failure:
        day.take()
    assert failure.value.key == "sync.revoked"


def test_the_difference_between_the_clocks_is_told(day):
    day.world.clock.set(day.clock.now() + timedelta(minutes=7))
    assert day.sync().clock_offset == timedelta(minutes=7)
    assert day.store.offset == timedelta(minutes=7)


def test_a_user_can_stop_and_go_on_later(day):
    day.save(9)

    class StopsAfterFirstBatch(MemoryStore):
        def mark_results(self, batch_id, results):
            super().mark_results(batch_id, results)
            day.cancel.set()

    day.store.__class__ = StopsAfterFirstBatch
    with pytest.raises(Refused) as refusal:
        day.sync()
    assert refusal.value.key == "sync.cancelled"
    assert day.store.waiting() == 6
    day.cancel.clear()
    day.store.__class__ = MemoryStore
    assert day.sync().receipt is not None


def test_a_laptop_without_network_keeps_everything(day):
    class Nowhere(BadNetwork):
        def hello(self, ask):
            raise Unreachable

    day.save(2)
    day.network.__class__ = Nowhere
    with pytest.raises(Unreachable):
        day.sync()
    assert day.store.waiting() == 2


def test_a_centre_that_answers_about_other_revisions_is_not_believed(day):
    class Confused(BadNetwork):
        def push(self, ask):
            answer = super().push(ask)
            return msgspec.structs.replace(answer, results=answer.results[::-1])

    day.save(3)
    day.network.__class__ = Confused
    with pytest.raises(Environment) as failure:
        day.sync()
    assert failure.value.key == "sync.answer_damaged"
    assert day.store.waiting() == 3


def line(number: int) -> AccessLine:
    return AccessLine(
        number=number,
        at=datetime(2026, 11, 23, tzinfo=UTC),
        staff_id=StaffId("an"),
        role=Role.NURSE,
        action="open",
        kind=None,
        record_id=None,
        pupil_id=None,
        reason="",
        previous="",
        digest="",
    )


def test_the_access_log_goes_home_in_pieces_and_only_once(day, monkeypatch):
    monkeypatch.setattr(protocol, "ACCESS_LIMIT", 2)
    day.store.access = [line(number) for number in range(1, 6)]
    day.sync()
    assert day.centre.kept.access["e0"] == 5
    assert day.store.access_lines(9) == ()


def test_a_gap_in_the_access_log_does_not_keep_the_day_away(day):
    day.save(2)
    day.store.access = [line(number) for number in (1, 2, 4, 5)]
    assert day.sync().receipt is not None
    assert day.centre.kept.access["e0"] == 2


def test_too_many_pupils_on_one_laptop_are_refused(monkeypatch):
    day = Day()
    monkeypatch.setattr(machine, "PUPIL_LIMIT", 0)
    with pytest.raises(Refused) as refusal:
        day.take()
    assert refusal.value.key == "sync.too_many_pupils"
    assert day.store.in_hand() == ()


def test_who_else_has_pupils_of_a_visit_is_told_and_kept():
    day = Day()
    day.take()
    day.store = MemoryStore("l1", Compartment.MEDICAL, "e1")
    day.network = BadNetwork(day.centre, "l1", day.world.faults)
    taken = day.take()
    assert taken.also_taken == {"l0.medical": taken.pupils}
    assert day.store.taken[V0] == taken.also_taken


def test_a_pupil_who_joins_later_comes_with_full_history(day):
    pupils = day.store.pupils("v0")
    outside = next(one for one in day.world.pupils if one not in pupils)
    day.world._at_centre("growth", "growth.before", visit=None, pupil=outside)
    day.sync()
    assert not day.store.of_record("growth.before")
    day.world._on_list(V0, outside)
    day.sync()
    assert day.store.of_record("growth.before")


@pytest.mark.parametrize("name", ["push", "access", "take", "verify"])
def test_an_answer_of_another_generation_is_not_used(day, name):
    """The centre is set back after it looked at the question and before it answered."""

    class Overtaken(BadNetwork):
        def __getattribute__(self, asked):
            found = super().__getattribute__(asked)
            if asked != name:
                return found
            return lambda ask: msgspec.structs.replace(found(ask), generation="g9")

    day.save(2)
    day.store.access = [line(1)]
    day.network.__class__ = Overtaken
    with pytest.raises(GenerationChanged):
        day.take() if name == "take" else day.sync()
    assert day.store.receipts == []
    if name == "push":
        assert day.store.waiting() == 2


@pytest.mark.parametrize(
    "spoil",
    [
        lambda parts: [msgspec.structs.replace(parts[0], generation="g9"), *parts[1:]],
        lambda parts: [msgspec.structs.replace(parts[0], scope="v9"), *parts[1:]],
        lambda parts: [msgspec.structs.replace(parts[0], cursor=7), *parts[1:]],
        lambda parts: [*parts[:-1], msgspec.structs.replace(parts[-1], digest="00")],
        lambda parts: [*parts[:-1], msgspec.structs.replace(parts[-1], count=99)],
        lambda parts: [*parts[:-1], msgspec.structs.replace(parts[-1], cursor=0)],
        lambda parts: [parts[0], *parts[-2:0:-1], parts[-1]],
        lambda parts: [parts[0], *parts[2:-1], parts[1], parts[-1]],
        lambda parts: parts[1:],
        lambda parts: parts[:-1],
        lambda parts: [parts[0], parts[1], *parts[1:-2], parts[-1]],
    ],
)
def test_a_pull_that_contradicts_itself_is_void(spoil):
    day = Day()

    class Spoiling(BadNetwork):
        def pull(self, ask):
            yield from spoil(list(super().pull(ask)))

    day.network.__class__ = Spoiling
    with pytest.raises(Environment):
        day.take()
    assert day.store.in_hand() == ()
    assert day.store.revisions == {}
    assert day.store.cursors == {}


def test_a_comparison_of_other_scopes_is_not_believed(day):
    class Confused(BadNetwork):
        def verify(self, ask):
            answer = super().verify(ask)
            return msgspec.structs.replace(answer, scopes=answer.scopes[::-1])

    day.network.__class__ = Confused
    with pytest.raises(Environment) as failure:
        day.sync()
    assert failure.value.key == "sync.answer_damaged"


def test_nothing_leaves_while_the_centre_misses_something(day):
    day.save(2)
    day.sync()
    day.back_up_centre()

    class Forgetful(BadNetwork):
        def verify(self, ask):
            return msgspec.structs.replace(super().verify(ask), held=0)

    day.network.__class__ = Forgetful
    report = day.sync(V0)
    assert report.missing > 0
    assert report.receipt is None
    assert report.releases == ()
    assert day.store.in_hand() == (V0,)


def test_a_visit_that_is_not_in_hand_cannot_be_given_back(day):
    assert day.sync(VisitId("v9")).releases == ()


def test_what_stands_apart_is_not_missing(day):
    while not day.store.apart:
        day.save(5)
        day.sync()
    report = day.sync()
    assert report.missing == 0
    assert report.receipt.quarantined == len(day.store.apart)

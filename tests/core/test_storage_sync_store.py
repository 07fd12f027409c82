"""The vault as the sync machine sees it: nothing counts half, nothing waits twice, nothing leaves unproved."""

import json
from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from clbdesk.domain.body import encode
from clbdesk.domain.contact import Background, BackgroundItem
from clbdesk.domain.device import Lease
from clbdesk.domain.people import Pupil, Sex
from clbdesk.domain.revision import Compartment, RevisionStatus, Role, body_commit
from clbdesk.domain.scopes import (
    CENTRE_SCOPE,
    PushOutcome,
    PushResult,
    Receipt,
    ScopeState,
    Sequenced,
    digest_of,
)
from clbdesk.ids import DeviceId, PupilId, RecordId, RevId, StaffId, VisitId
from clbdesk.paths import DataFolder
from clbdesk.storage import backup
from clbdesk.storage.laptop import Laptop
from clbdesk.storage.sync_store import SyncStore
from clbdesk.storage.vault import Draft
from tests.builders.vaults import (
    MORNING,
    NURSE,
    PASSPHRASE,
    Station,
    enrolled_laptop,
)
from tests.core.test_storage_disk import decrypted

VISIT = VisitId("visit-1")
OTHER = VisitId("visit-2")


class Desk:
    """A laptop with one vault open, and its store."""

    def __init__(self, root) -> None:
        self.laptop: Laptop = enrolled_laptop(root, NURSE)
        self.unlocked = self.laptop.unlock(NURSE.staff_id, PASSPHRASE)
        vault = self.unlocked.vaults[Compartment.MEDICAL]
        self.station = Station(vault, self.laptop._clock, self.laptop._ids)
        self.store = SyncStore(vault, self.laptop, self.station.clock, self.station.ids)
        self.folder = DataFolder(root)

    def save(self, text: str = "noten", pupil_id: str = "pupil-a", **where):
        body = Background(
            pupil_id=PupilId(pupil_id), item=BackgroundItem.ALLERGY, answer="yes", text=text
        )
        return self.station.save(body, pupil_id=PupilId(pupil_id), **where)

    def push_all(self, seq: int = 100) -> None:
        while batch := self.store.next_batch(500):
            results = []
            for revision in batch.revisions:
                seq += 1
                results.append(PushResult(rev_id=revision.rev_id, outcome=PushOutcome.OK, seq=seq))
            self.store.mark_results(batch.batch_id, results)

    def pull(self, scope: str, *lines: Sequenced, cursor: int | None = None, also=None):
        self.store.begin_stage(scope)
        self.store.stage(scope, lines)
        last = max((line.seq for line in lines), default=0)
        return self.store.apply_stage(scope, last if cursor is None else cursor, also)

    def read(self):
        return self.station.vault.read()


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path)
    yield desk
    desk.unlocked.close()


def from_centre(rev_id: str, subject: str, *, kind: str = "pupil", base=(), **fields):
    """A revision of another laptop."""
    body = encode(
        Pupil(
            family_name="Peeters",
            given_name=f"Lotte {subject}",
            birth_date=date(2014, 3, 12),
            sex=Sex.FEMALE,
        )
    )
    from clbdesk.domain.revision import Revision

    known = Revision(
        rev_id=RevId(rev_id),
        record_id=RecordId(subject),
        base=tuple(base),
        kind=kind,
        kind_version=1,
        compartment=Compartment.PLANNING,
        pupil_id=PupilId(subject),
        visit_id=None,
        school_id=None,
        author=StaffId("staff-9"),
        role=Role.CENTRE,
        device=DeviceId("centre"),
        epoch="centre",
        device_seq=1,
        occurred_at=MORNING,
        recorded_at=MORNING,
        status=RevisionStatus.FINAL,
        reason=None,
        clock_uncertain=False,
        body=body,
        salt="00",
        body_commit=body_commit("00", body),
    )
    return replace(known, **fields)


def line(seq: int, rev_id: str, subject: str, **fields) -> Sequenced:
    return Sequenced(seq=seq, revision=from_centre(rev_id, subject, **fields))


# --- out -------------------------------------------------------------------------------------------


def test_a_batch_that_was_never_answered_comes_again_unchanged(desk):
    first, second = desk.save(), desk.save("pinda")
    batch = desk.store.next_batch(500)
    assert batch.revisions == (first, second)
    assert not batch.reoffer
    third = desk.save("melk")
    assert desk.store.next_batch(500) == batch
    assert desk.store.waiting() == 3
    desk.store.mark_results(
        batch.batch_id,
        [PushResult(rev_id=one.rev_id, outcome=PushOutcome.OK, seq=7) for one in batch.revisions],
    )
    assert desk.store.next_batch(500).revisions == (third,)
    assert desk.store.known_seq() == 7


def test_a_batch_is_never_larger_than_asked_and_keeps_the_order_of_saving(desk):
    saved = [desk.save(str(number)) for number in range(5)]
    assert desk.store.next_batch(2).revisions == tuple(saved[:2])


def test_an_answer_to_an_unknown_batch_changes_nothing(desk):
    saved = desk.save()
    result = PushResult(rev_id=saved.rev_id, outcome=PushOutcome.OK, seq=9)
    desk.store.mark_results("never sent", [result])
    assert desk.store.waiting() == 1
    assert desk.store.known_seq() == 0


def test_what_the_centre_keeps_apart_is_shown_with_its_reason_until_it_comes_back(desk):
    saved = desk.save()
    batch = desk.store.next_batch(500)
    apart = PushResult(
        rev_id=saved.rev_id, outcome=PushOutcome.QUARANTINE, seq=8, reason="no_membership"
    )
    desk.store.mark_results(batch.batch_id, [apart])
    with desk.read() as reader:
        assert [(one.revision, one.reason) for one in reader.quarantined()] == [
            (saved, "no_membership")
        ]
    desk.pull(CENTRE_SCOPE, Sequenced(seq=9, revision=saved))
    with desk.read() as reader:
        assert reader.quarantined() == []


def test_written_counts_what_was_answered_for(desk):
    desk.save(), desk.save()
    assert desk.store.written() == 0
    desk.push_all()
    desk.save()
    assert desk.store.written() == 2


# --- in --------------------------------------------------------------------------------------------


def test_what_is_staged_does_not_count_until_it_is_applied(desk):
    desk.store.begin_stage(VISIT)
    desk.store.stage(VISIT, [line(5, "r1", "pupil-a")])
    with desk.read() as reader:
        assert reader.heads() == []
        assert reader.pupil_count() == 0
    assert desk.store.in_hand() == ()
    desk.store.begin_stage(VISIT)
    applied = desk.store.apply_stage(VISIT, 9, {"LAP-02": 3})
    assert applied.new == 0
    assert desk.store.cursor(VISIT) == 9


def test_a_pull_brings_heads_search_lines_cursor_and_who_else_has_it_together(desk):
    applied = desk.pull(VISIT, line(5, "r1", "pupil-a"), line(6, "r2", "pupil-b"), also={"L2": 1})
    assert (applied.new, applied.pupils) == (2, 2)
    assert desk.store.in_hand() == (VISIT,)
    assert desk.store.cursor(VISIT) == desk.store.known_seq() == 6
    assert desk.store.pupils_in_hand(besides=VISIT) == 0
    assert desk.store.pupils_in_hand(besides=OTHER) == 2
    with desk.read() as reader:
        assert len(reader.find_pupils("lotte")) == 2
        assert [row.also_taken for row in reader.scopes()] == [{"L2": 1}]
    desk.pull(VISIT, line(7, "r3", "pupil-b", base=("r2",)))
    with desk.read() as reader:
        assert [row.also_taken for row in reader.scopes()] == [{"L2": 1}]
    assert desk.station.vault.check() == []


def test_a_revision_that_is_here_already_keeps_its_content_and_gets_its_place(desk):
    mine = desk.save()
    desk.push_all()
    applied = desk.pull(VISIT, Sequenced(seq=120, revision=replace(mine, body="{}")), also={})
    assert applied.new == 0
    with desk.read() as reader:
        assert reader.revision(mine.rev_id) == mine
    assert desk.store.scope_state(VISIT).count == 1


def test_the_digest_is_over_what_is_really_here_up_to_the_cursor(desk):
    lines = [line(5, "r1", "pupil-a"), line(6, "r2", "pupil-b")]
    desk.pull(VISIT, *lines, cursor=6, also={})
    pairs = [(one.revision.rev_id, one.revision.body_commit) for one in lines]
    expected = ScopeState(scope=VISIT, cursor=6, count=2, digest=digest_of(pairs))
    assert desk.store.scope_state(VISIT) == expected
    desk.save()
    assert desk.store.scope_state(VISIT) == expected
    with desk.station.vault.write() as work:
        work.connection.exec_driver_sql("DELETE FROM revision WHERE rev_id = 'r2'")
    assert desk.store.scope_state(VISIT).count == 1


def test_a_scope_that_is_restarted_is_offered_again_and_received_from_the_start(desk):
    desk.pull(VISIT, line(5, "r1", "pupil-a"), also={})
    desk.store.restart_scope(VISIT)
    assert desk.store.cursor(VISIT) == 0
    assert desk.store.in_hand() == (VISIT,)
    assert desk.store.scope_state(VISIT).count == 0
    batch = desk.store.next_batch(500)
    assert batch.reoffer
    assert [one.rev_id for one in batch.revisions] == ["r1"]


def test_a_restored_centre_is_offered_everything_again_bases_first(desk):
    mine = desk.save()
    desk.push_all()
    desk.pull(VISIT, line(5, "r9", "pupil-a"), line(6, "r1", "pupil-a", base=("r9",)), also={})
    waiting = desk.save("melk")
    desk.store.next_batch(500)
    desk.store.begin_generation("second")
    assert desk.store.generation() == "second"
    assert desk.store.known_seq() == desk.store.cursor(VISIT) == 0
    assert desk.store.in_hand() == (VISIT,)
    assert desk.store.waiting() == 4
    again = desk.store.next_batch(500)
    assert again.reoffer
    order = [one.rev_id for one in again.revisions]
    assert set(order) == {mine.rev_id, "r9", "r1"}
    assert order.index("r9") < order.index("r1")
    desk.store.mark_results(
        again.batch_id,
        [PushResult(rev_id=one.rev_id, outcome=PushOutcome.OK, seq=1) for one in again.revisions],
    )
    own = desk.store.next_batch(500)
    assert (own.reoffer, own.revisions) == (False, (waiting,))


# --- hello, access log, receipt --------------------------------------------------------------------


def test_hello_keeps_lease_users_and_the_hour_of_the_centre(desk):
    lease = Lease(until=MORNING, grace_until=MORNING + timedelta(days=3), signature="ab")
    desk.station.clock.advance(timedelta(days=3))
    desk.store.keep_hello(
        lease=lease, users=(NURSE,), server_now=MORNING, offset=timedelta(days=-3)
    )
    with desk.read() as reader:
        assert reader.lease() == lease
        assert reader.clock_is_uncertain(desk.station.clock.now())
        assert not reader.clock_is_uncertain(MORNING)
    assert desk.laptop.device.lease == lease


def test_the_access_log_is_handed_over_line_by_line_until_it_is_confirmed(desk):
    with desk.station.vault.write() as work:
        for action in ("open", "print", "search"):
            work.log_access(NURSE.staff_id, Role.NURSE, action)
    first = desk.store.access_lines(2)
    assert [one.action for one in first] == ["open", "print"]
    assert desk.store.access_lines(2) == first
    desk.store.access_confirmed(2)
    assert [one.action for one in desk.store.access_lines(9)] == ["search"]
    desk.store.begin_generation("second")
    assert len(desk.store.access_lines(9)) == 3


def test_a_receipt_is_kept_newest_first(desk):
    receipts = [
        Receipt(
            at=MORNING + timedelta(days=day),
            generation="g",
            sent=1,
            confirmed=1,
            received=0,
            held=1,
            quarantined=0,
            scopes=(),
            code="7F3A-92C1",
        )
        for day in (0, 1)
    ]
    for receipt in receipts:
        desk.store.keep_receipt(receipt)
    with desk.read() as reader:
        assert reader.receipts() == receipts[::-1]


# --- giving back -----------------------------------------------------------------------------------


def taken_along(desk: Desk) -> None:
    """Two visits with one pupil in common, and the planning of the centre."""
    desk.pull(CENTRE_SCOPE, line(1, "s1", "school-1", kind="school", pupil_id=None))
    desk.pull(VISIT, line(5, "r1", "pupil-a"), line(6, "r2", "pupil-b"), also={})
    desk.pull(OTHER, line(6, "r2", "pupil-b"), line(7, "r3", "pupil-c"), also={})


def pupils_here(desk: Desk) -> list[str]:
    with desk.read() as reader:
        return [head.record_id for head in reader.heads()]


def test_a_visit_that_is_given_back_leaves_with_its_pupils_and_no_others(desk):
    taken_along(desk)
    desk.save(pupil_id="pupil-a", visit_id=VISIT)
    desk.push_all(seq=10)
    release = desk.store.purge(VISIT, durable_seq=11)
    assert (release.is_refused, release.is_waiting, release.pupils) == (False, False, 1)
    assert pupils_here(desk) == ["pupil-b", "pupil-c", "school-1"]
    assert desk.store.in_hand() == (OTHER,)
    assert desk.store.cursor(VISIT) == 0
    with desk.read() as reader:
        assert {hit.pupil_id for hit in reader.find_pupils("lotte")} == {"pupil-b", "pupil-c"}
    assert desk.store.scope_state(OTHER).count == 2
    assert desk.station.vault.check() == []
    assert desk.store.purge(OTHER, durable_seq=11).pupils == 2
    assert pupils_here(desk) == ["school-1"]


def draft_on(**where) -> Draft:
    known = {"pupil_id": None, "visit_id": None} | where
    return Draft(
        author=StaffId("somebody"), form="f", base=(), content="{}", saved_at=MORNING, **known
    )


@pytest.mark.parametrize(
    "obstacle",
    ["outbox", "drafts", "conflicts", "quarantined", "not_backed_up"],
)
def test_giving_back_is_refused_while_something_stands_in_the_way(desk, obstacle):
    taken_along(desk)
    durable = 500
    match obstacle:
        case "outbox":
            desk.save(pupil_id="pupil-a")
        case "drafts":
            with desk.station.vault.write() as work:
                work.keep_draft(draft_on(pupil_id=PupilId("pupil-a")))
        case "conflicts":
            for text in ("noten", "pinda"):
                desk.save(text, pupil_id="pupil-a", record_id="allergy")
            desk.push_all()
        case "quarantined":
            saved = desk.save(pupil_id="pupil-a")
            batch = desk.store.next_batch(500)
            apart = PushResult(rev_id=saved.rev_id, outcome=PushOutcome.QUARANTINE, seq=8)
            desk.store.mark_results(batch.batch_id, [apart])
        case "not_backed_up":
            durable = 4
    before = pupils_here(desk)
    release = desk.store.purge(VISIT, durable)
    counts = release_counts(release)
    if obstacle == "outbox":
        assert counts.pop("not_backed_up") == 1  # what waits has no place at the centre
    assert {name: value for name, value in counts.items() if value} == {obstacle: 1}
    assert release.is_refused is (obstacle != "not_backed_up")
    assert release.is_waiting is (obstacle == "not_backed_up")
    assert pupils_here(desk) == before
    assert VISIT in desk.store.in_hand()


def release_counts(release) -> dict[str, int]:
    return {
        name: getattr(release, name)
        for name in ("outbox", "drafts", "conflicts", "quarantined", "not_backed_up")
    }


def test_what_another_visit_needs_does_not_stand_in_the_way(desk):
    taken_along(desk)
    desk.save(pupil_id="pupil-b")
    with desk.station.vault.write() as work:
        work.keep_draft(draft_on(pupil_id=PupilId("pupil-c")))
    assert not desk.store.purge(VISIT, 500).is_refused


def test_a_draft_on_the_visit_itself_stands_in_the_way(desk):
    taken_along(desk)
    with desk.station.vault.write() as work:
        work.keep_draft(draft_on(visit_id=VISIT))
    assert desk.store.purge(VISIT, 500).drafts == 1


def test_a_pupil_that_was_added_at_the_school_leaves_with_the_visit(desk):
    taken_along(desk)
    desk.station.save_pupil("Nieuw", "Kind", visit_id=VISIT)
    desk.push_all(seq=10)
    assert desk.store.purge(VISIT, 500).pupils == 2
    with desk.read() as reader:
        assert reader.find_pupils("nieuw") == []


def test_after_giving_back_no_page_of_the_vault_and_no_backup_holds_the_names(tmp_path):
    desk = Desk(tmp_path)
    rare = "Zeldzaamsteen"
    body = encode(
        Pupil(
            family_name=rare,
            given_name="Ongelofelijk",
            birth_date=date(2014, 3, 12),
            sex=Sex.FEMALE,
        )
    )
    commit = body_commit("00", body)
    lines = [
        line(at, f"r{at}", f"pupil-{at}", body=body, body_commit=commit) for at in range(1, 60)
    ]
    desk.pull(VISIT, *lines, also={})
    desk.store.back_up()
    path = desk.folder.vault("medical")
    key = bytes(desk.unlocked.ring.vaults[Compartment.MEDICAL])

    def everything() -> str:
        files = [
            path,
            path.with_name("medical.vault-wal"),
            *backup.backups_in(desk.folder.backups("medical")),
        ]
        clear = b"".join(decrypted(one, key) for one in files if one.exists())
        return clear.decode("utf-8", "ignore").lower()

    assert rare.lower() in everything()
    assert desk.store.purge(VISIT, 500).pupils == 59
    assert rare.lower() not in everything()
    assert len(backup.backups_in(desk.folder.backups("medical"))) == 1
    desk.unlocked.close()
    assert rare.lower() not in everything()


def test_older_backups_leave_later_when_a_fresh_one_could_not_be_made(desk, monkeypatch):
    taken_along(desk)
    desk.store.back_up()
    with monkeypatch.context() as broken:
        broken.setattr(backup, "_COUNT", "SELECT randomblob(8)")
        assert desk.store.purge(VISIT, 500).pupils == 1
    folder = desk.folder.backups("medical")
    old = backup.backups_in(folder)
    desk.station.clock.advance(timedelta(minutes=1))
    assert desk.store.back_up() > 0
    assert not set(old) & set(backup.backups_in(folder))
    assert json.loads(desk.folder.device.read_bytes())["device_name"] == "LAP-07"

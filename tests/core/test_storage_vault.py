"""One vault: what is saved is read again, together or not at all, and stays under its key."""

import threading
from datetime import timedelta

import pytest
from msgspec.structs import replace

from clbdesk.domain.contact import Background, BackgroundItem
from clbdesk.domain.device import Lease
from clbdesk.domain.revision import Compartment, RevisionStatus, Role
from clbdesk.errors import Defect, Environment
from clbdesk.ids import PupilId, RecordId, StaffId
from clbdesk.paths import DataFolder
from clbdesk.storage import migrations
from clbdesk.storage.sync_store import SyncStore
from clbdesk.storage.vault import Draft, LeaseState, Vault
from clbdesk.wording import say
from tests.builders.vaults import DEVICE, KEY, MORNING, NURSE, Station, new_station, open_again


@pytest.fixture
def station(tmp_path):
    station = new_station(tmp_path)
    yield station
    station.vault.close()


def allergy(pupil_id: PupilId, text: str = "noten") -> Background:
    return Background(pupil_id=pupil_id, item=BackgroundItem.ALLERGY, answer="yes", text=text)


def save_allergy(station: Station, pupil_id: PupilId, text: str, base=()) -> str:
    where = {"pupil_id": pupil_id, "record_id": f"allergy-{pupil_id}", "base": base}
    return station.save(allergy(pupil_id, text), **where).rev_id


def test_a_saved_revision_is_read_back_byte_for_byte(station):
    station.save_pupil("Zoë", "D'Hondt-Çelik")
    with station.vault.read() as reader:
        assert reader.revision(station.saved[0].rev_id) == station.saved[0]


def test_one_save_holds_head_outbox_line_access_line_and_takes_the_draft_away(station):
    pupil_id = station.save_pupil()
    draft = Draft(
        author=NURSE.staff_id,
        form="background",
        pupil_id=pupil_id,
        visit_id=None,
        base=(),
        content='{"text":"no',
        saved_at=MORNING,
    )
    with station.vault.write() as work:
        work.keep_draft(draft)
    with station.vault.read() as reader:
        assert reader.draft(NURSE.staff_id, "background") == draft
        assert reader.drafts() == reader.drafts(NURSE.staff_id) == [draft]
        assert reader.drafts(StaffId("somebody else")) == []
    with station.vault.write() as work:
        revision = station.revision(work, allergy(pupil_id), pupil_id=pupil_id)
        work.add(revision)
        work.log_access(NURSE.staff_id, Role.NURSE, "record", pupil_id=pupil_id)
        work.drop_draft(NURSE.staff_id, "background")
    with station.vault.read() as reader:
        assert reader.head(revision.record_id).leaves == (revision,)
        assert reader.outbox_count() == 2
        assert reader.outbox_by_visit() == {None: 2}
        assert reader.draft(NURSE.staff_id, "background") is None
        assert [line.action for line in reader.access_lines()] == ["record"]
    assert station.vault.check() == []


def test_a_save_that_fails_halfway_leaves_nothing_behind(station):
    pupil_id = station.save_pupil()

    def fail_halfway() -> None:
        with station.vault.write() as work:
            work.add(station.revision(work, allergy(pupil_id), pupil_id=pupil_id))
            work.log_access(NURSE.staff_id, Role.NURSE, "record")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_halfway()
    with station.vault.read() as reader:
        assert reader.outbox_count() == 1
        assert reader.heads(kinds={"background"}) == []
        assert reader.access_lines() == []
    assert station.save(allergy(pupil_id), pupil_id=pupil_id).device_seq == 2


def test_a_device_number_that_is_handed_out_and_not_used_is_refused_as_a_gap(station):
    with pytest.raises(Defect, match="device_seq unused"), station.vault.write() as work:
        work.next_device_seq()
    with station.vault.read() as reader:
        assert reader.setting("device_seq") == "0"


def test_a_revision_with_a_number_of_somebody_else_is_refused(station):
    with pytest.raises(Defect, match="device_seq"), station.vault.write() as work:
        work.add(replace(station.revision(work, allergy(PupilId("p"))), device_seq=99))


def test_two_leaves_are_a_conflict_that_one_merge_ends(station):
    pupil_id = station.save_pupil()
    first = save_allergy(station, pupil_id, "noten")
    left = save_allergy(station, pupil_id, "walnoten", base=(first,))
    right = save_allergy(station, pupil_id, "pinda", base=(first,))
    with station.vault.read() as reader:
        (head,) = reader.conflicts()
        assert head.is_conflict
        assert head.tips == (left, right)
        assert [head.kind for head in reader.heads(pupil_id=pupil_id)] == ["pupil", "background"]
    save_allergy(station, pupil_id, "walnoten en pinda", base=head.tips)
    with station.vault.read() as reader:
        assert reader.conflicts() == []
        assert len(reader.history(head.record_id)) == 4


def test_twins_that_say_the_same_count_as_one_and_are_replaced_together(station):
    pupil_id = station.save_pupil()
    one = save_allergy(station, pupil_id, "noten")
    other = save_allergy(station, pupil_id, "noten")
    record_id = RecordId(f"allergy-{pupil_id}")
    with station.vault.read() as reader:
        head = reader.head(record_id)
        assert not head.is_conflict
        assert head.leaf.rev_id == one
        assert set(head.tips) == {one, other}
    save_allergy(station, pupil_id, "pinda", base=head.tips)
    with station.vault.read() as reader:
        assert not reader.head(record_id).is_conflict


def test_heads_fit_all_that_is_asked_and_leave_withdrawn_records_out(station):
    pupil_id = station.save_pupil()
    kept = station.save(allergy(pupil_id), pupil_id=pupil_id, visit_id="visit-1", school_id="s")
    gone = station.save(allergy(pupil_id, "x"), pupil_id=pupil_id, visit_id="visit-1")
    station.save(
        allergy(pupil_id, "x"),
        pupil_id=pupil_id,
        visit_id="visit-1",
        record_id=gone.record_id,
        base=(gone.rev_id,),
        status=RevisionStatus.WITHDRAWN,
    )
    with station.vault.read() as reader:
        (head,) = reader.heads(visit_id="visit-1", pupil_ids={pupil_id}, kinds={"background"})
        assert head.leaf == kept
        assert [one.leaf for one in reader.heads(school_id="s")] == [kept]
        every = reader.heads(visit_id="visit-1", include_withdrawn=True)
        assert [head.is_withdrawn for head in every] == [False, True]
        assert reader.heads(pupil_ids=()) == []
        assert reader.head(RecordId("unknown")) is None
        assert reader.revision("unknown") is None


def test_a_withdrawn_beside_a_final_leaf_is_a_conflict_and_stays_visible(station):
    pupil_id = station.save_pupil()
    first = save_allergy(station, pupil_id, "noten")
    save_allergy(station, pupil_id, "pinda", base=(first,))
    where = {"pupil_id": pupil_id, "record_id": f"allergy-{pupil_id}", "base": (first,)}
    station.save(allergy(pupil_id), **where, status=RevisionStatus.WITHDRAWN)
    with station.vault.read() as reader:
        (head,) = reader.heads(kinds={"background"})
        assert head.is_conflict
        assert not head.is_withdrawn


def test_a_reader_keeps_its_picture_while_a_writer_commits(station):
    with station.vault.read() as reader:
        assert reader.pupil_count() == 0
        writer = threading.Thread(target=station.save_pupil)
        writer.start()
        writer.join(timeout=20)
        assert not writer.is_alive()
        assert reader.pupil_count() == 0
    with station.vault.read() as reader:
        assert reader.pupil_count() == 1


def test_many_threads_that_save_at_once_take_turns_and_lose_nothing(station):
    def save() -> None:
        for _ in range(10):
            station.save_pupil()

    threads = [threading.Thread(target=save) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    with station.vault.read() as reader:
        numbers = sorted(one.leaf.device_seq for one in reader.heads())
    assert numbers == list(range(1, 61))


def test_a_vault_that_is_open_in_one_window_does_not_open_in_another(station, tmp_path):
    with pytest.raises(Environment) as refusal:
        Vault.open(
            DataFolder(tmp_path),
            Compartment.MEDICAL,
            DEVICE,
            KEY,
            clock=station.clock,
            ids=station.ids,
        )
    assert say(refusal.value.key) == (
        "De kluis is al open in een ander venster van clbdesk. Er is niets gewijzigd."
        " Sluit dat venster en probeer opnieuw."
    )
    assert not open_again(tmp_path, station).vault.close()


def test_the_epoch_and_its_numbers_go_on_after_closing(station, tmp_path):
    station.save_pupil()
    again = open_again(tmp_path, station)
    assert again.vault.epoch == station.vault.epoch
    assert again.save(allergy(PupilId("p"))).device_seq == 2
    again.vault.close()


def test_a_closed_vault_can_be_neither_read_nor_written_and_has_no_key(station):
    station.vault.close()
    assert not any(station.vault._key)
    with pytest.raises(Environment, match="closed"), station.vault.read():
        pass
    with pytest.raises(Environment, match="closed"), station.vault.write():
        pass


class _LastIsTaken(list):
    """Connections of which another thread takes the last between looking and taking."""

    def __bool__(self) -> bool:
        return True


def test_a_connection_that_another_thread_took_is_made_anew(station):
    station.vault._idle = _LastIsTaken()
    save_allergy(station, PupilId("lotte"), "noten")
    with station.vault.read() as reader:
        assert reader.outbox_count() == 1


class _ClosedMeanwhile:
    """A turn to write that comes when somebody locked the window just before."""

    def __init__(self, vault: Vault) -> None:
        self._vault, self._turn = vault, vault._writer

    def __enter__(self) -> None:
        self._vault._writer = self._turn
        self._vault.close()
        self._turn.acquire()

    def __exit__(self, *_error: object) -> None:
        self._turn.release()


def test_who_waits_to_write_while_the_vault_is_closed_is_not_told_that_it_is_damaged(station):
    station.vault._writer = _ClosedMeanwhile(station.vault)
    with pytest.raises(Environment, match=r"storage\.closed"), station.vault.write():
        pass


def test_a_vault_of_a_newer_program_is_refused_unchanged(station, tmp_path):
    with station.vault.write() as work:
        work.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Environment) as refusal:
        open_again(tmp_path, station)
    assert say(refusal.value.key).startswith("Deze kluis is gemaakt met een nieuwere versie")


def test_the_newest_migration_is_the_one_the_program_knows(station):
    from alembic.script import ScriptDirectory

    with station.vault.write() as work:
        config = migrations.config_for(work.connection)
    assert ScriptDirectory.from_config(config).get_current_head() == migrations.NEWEST


# --- the clock guard -------------------------------------------------------------------------------


def keep_lease(station: Station, days: int = 7, grace: int = 3) -> Lease:
    until = station.clock.now() + timedelta(days=days)
    lease = Lease(until=until, grace_until=until + timedelta(days=grace), signature="")

    class NoLaptop:
        def keep_hello(self, users, lease):
            pass

    store = SyncStore(station.vault, NoLaptop(), station.clock, station.ids)
    store.keep_hello(
        lease=lease, users=(), server_now=station.clock.now(), offset=timedelta(seconds=3)
    )
    return lease


@pytest.mark.parametrize(
    "jump, uncertain",
    [
        (timedelta(hours=23), False),
        (timedelta(hours=25), True),
        (timedelta(hours=-23), False),
        (timedelta(hours=-25), True),
        (timedelta(days=3650), True),
    ],
)
def test_a_jump_of_more_than_a_day_marks_revisions_and_never_stops_a_save(station, jump, uncertain):
    station.save_pupil()
    station.clock.advance(jump)
    assert station.save(allergy(PupilId("p"))).clock_uncertain is uncertain


def test_a_weekend_in_the_cupboard_is_no_jump_while_the_lease_lasts(station):
    keep_lease(station)
    station.clock.advance(timedelta(hours=64))
    assert not station.save(allergy(PupilId("p"))).clock_uncertain


def test_a_jump_does_not_make_later_true_times_uncertain(station):
    station.save_pupil()
    station.clock.advance(timedelta(days=400))
    assert station.save(allergy(PupilId("p"))).clock_uncertain
    station.clock.advance(timedelta(days=-400))
    assert not station.save(allergy(PupilId("p"))).clock_uncertain


def use_every_day(station: Station, days: int) -> None:
    for _ in range(2 * days):
        station.clock.advance(timedelta(hours=12))
        station.save(allergy(PupilId("p")))


def state_of(station: Station) -> LeaseState:
    with station.vault.read() as reader:
        return reader.lease_state(station.clock.now())


def test_a_lease_goes_from_active_through_reading_only_to_ended(station):
    assert state_of(station) is LeaseState.ACTIVE
    keep_lease(station)
    use_every_day(station, 5)
    assert state_of(station) is LeaseState.ACTIVE
    use_every_day(station, 1)
    assert state_of(station) is LeaseState.ENDS_SOON
    use_every_day(station, 1)
    assert state_of(station) is LeaseState.READ_ONLY
    use_every_day(station, 3)
    assert state_of(station) is LeaseState.ENDED


def test_a_clock_that_jumps_never_ends_a_lease(station):
    keep_lease(station)
    station.clock.advance(timedelta(days=3650))
    assert state_of(station) is LeaseState.ACTIVE

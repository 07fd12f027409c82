"""A damaged vault comes back from its backup, as a new life with its own numbers."""

from datetime import timedelta

import pytest

from clbdesk.domain.contact import Background, BackgroundItem
from clbdesk.domain.revision import Compartment, Role
from clbdesk.errors import Environment
from clbdesk.ids import PupilId
from clbdesk.paths import DataFolder
from clbdesk.storage.backup import backups_in
from clbdesk.storage.sync_store import SyncStore
from tests.builders.vaults import (
    MORNING,
    NURSE,
    PASSPHRASE,
    Station,
    enrolled_laptop,
    new_station,
)


@pytest.fixture
def laptop(tmp_path):
    return enrolled_laptop(tmp_path, NURSE)


def work_on(laptop):
    unlocked = laptop.unlock(NURSE.staff_id, PASSPHRASE)
    vault = unlocked.vaults[Compartment.MEDICAL]
    return unlocked, Station(vault, laptop._clock, laptop._ids)


def allergy(text: str) -> Background:
    return Background(pupil_id=PupilId("p"), item=BackgroundItem.ALLERGY, answer="yes", text=text)


def a_day_with_a_backup(laptop) -> str:
    """Two saves and three access lines before the backup, one save after it; then damage."""
    unlocked, station = work_on(laptop)
    with unlocked:
        for text in ("noten", "pinda"):
            station.save(allergy(text))
        with station.vault.write() as work:
            for action in ("open", "print", "search"):
                work.log_access(NURSE.staff_id, Role.NURSE, action)
            work.set_setting("access_confirmed", "1")
        SyncStore(station.vault, laptop, station.clock, station.ids).next_batch(1)
        station.vault.back_up()
        station.save(allergy("lost"))
    path = laptop.folder.vault("medical")
    path.write_bytes(bytes(path.stat().st_size))
    return station.vault.epoch


def test_the_newest_backup_takes_the_place_of_a_damaged_vault(laptop):
    epoch = a_day_with_a_backup(laptop)
    with pytest.raises(Environment, match="damaged"):
        laptop.unlock(NURSE.staff_id, PASSPHRASE)
    assert laptop.restore(NURSE.staff_id, PASSPHRASE) >= MORNING
    unlocked, station = work_on(laptop)
    with unlocked:
        assert station.vault.check() == []
        assert station.vault.epoch != epoch
        with station.vault.read() as reader:
            assert len(reader.heads()) == 2
            assert [line.action for line in reader.access_lines()] == ["print", "search"]
        store = SyncStore(station.vault, laptop, station.clock, station.ids)
        assert store.written() == 0
        assert station.save(allergy("again")).device_seq == 1
        batch = store.next_batch(500)
        assert batch.reoffer
        assert len(batch.revisions) == 2
    assert list(laptop.folder.root.glob("*.damaged"))


def test_a_vault_of_which_one_page_is_damaged_is_restored_too(laptop):
    a_day_with_a_backup(laptop)
    newest = backups_in(laptop.folder.backups("medical"))[-1]
    content = bytearray(newest.read_bytes())
    content[4096 * 3 + 7] ^= 1
    laptop.folder.vault("medical").write_bytes(content)
    laptop.restore(NURSE.staff_id, PASSPHRASE)
    unlocked, station = work_on(laptop)
    with unlocked:
        assert station.vault.check() == []


def test_a_vault_that_is_gone_comes_back_too(laptop):
    a_day_with_a_backup(laptop)
    laptop.folder.vault("medical").unlink()
    laptop.restore(NURSE.staff_id, PASSPHRASE)
    laptop.unlock(NURSE.staff_id, PASSPHRASE).close()


def test_a_backup_that_is_damaged_itself_is_passed_over(laptop):
    unlocked, station = work_on(laptop)
    with unlocked:
        station.save(allergy("noten"))
        station.vault.back_up()
        station.clock.advance(station.clock.now() - MORNING)
        station.save(allergy("pinda"))
        newest = station.vault.back_up()
    content = bytearray(newest.read_bytes())
    content[4096 * 3 + 7] ^= 1
    newest.write_bytes(content)
    laptop.folder.vault("medical").unlink()
    laptop.restore(NURSE.staff_id, PASSPHRASE)
    unlocked, station = work_on(laptop)
    with unlocked, station.vault.read() as reader:
        assert len(reader.heads()) == 1


def test_a_vault_that_is_whole_is_left_alone(laptop):
    unlocked, station = work_on(laptop)
    with unlocked:
        station.save(allergy("noten"))
        epoch = station.vault.epoch
    laptop.restore(NURSE.staff_id, PASSPHRASE)
    unlocked, station = work_on(laptop)
    with unlocked:
        assert station.vault.epoch == epoch


def test_without_a_backup_nothing_is_changed(laptop):
    path = laptop.folder.vault("medical")
    path.write_bytes(bytes(8192))
    assert backups_in(DataFolder(laptop.folder.root).backups("medical")) == []
    with pytest.raises(Environment, match=r"storage\.no_backup"):
        laptop.restore(NURSE.staff_id, PASSPHRASE)
    assert path.read_bytes() == bytes(8192)
    assert not list(laptop.folder.root.glob("*.damaged"))


def test_what_a_crash_left_of_a_backup_is_gone_with_the_next_one(tmp_path):
    """It would hold pupils who were given back, for as long as the laptop lives."""
    station = new_station(tmp_path)
    torn = station.vault.back_up()
    torn.rename(torn.with_suffix(".unfinished"))
    torn.with_name(f"{torn.stem}.unfinished-wal").write_bytes(b"half a page")
    station.clock.advance(timedelta(seconds=1))
    kept = station.vault.back_up()
    assert list(DataFolder(tmp_path).backups("medical").iterdir()) == [kept]
    station.vault.close()

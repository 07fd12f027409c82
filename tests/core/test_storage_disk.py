"""What the disk sees and does: only ciphertext, a full disk, damage, and copies that are proved."""

import os
import shutil
import subprocess
from datetime import date, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from sqlcipher3.dbapi2 import OperationalError

from clbdesk.domain.contact import Background, BackgroundItem
from clbdesk.domain.revision import Role
from clbdesk.errors import Defect, Environment
from clbdesk.ids import PupilId
from clbdesk.paths import DataFolder
from clbdesk.storage import backup
from clbdesk.storage.cipher import meaning_of, open_engine, open_raw
from clbdesk.storage.vault import Draft
from clbdesk.wording import say
from tests.builders.vaults import (
    KEY,
    MORNING,
    NURSE,
    PASSPHRASE,
    Station,
    enrolled_laptop,
    new_station,
    open_again,
)

NAMES = ("Ongelofelijk", "Zeldzaamsteen")
PAGE, RESERVED, IV = 4096, 80, 16


@pytest.fixture
def station(tmp_path):
    station = new_station(tmp_path)
    yield station
    station.vault.close()


def save_rare_pupil(station: Station) -> PupilId:
    pupil_id = station.save_pupil(*NAMES, birth_date=date(2014, 3, 12))
    with station.vault.write() as work:
        work.keep_draft(
            Draft(
                author=NURSE.staff_id,
                form="growth",
                pupil_id=pupil_id,
                visit_id=None,
                base=(),
                content=f'"{NAMES[0]} {NAMES[1]}"',
                saved_at=MORNING,
            )
        )
        work.log_access(NURSE.staff_id, Role.NURSE, "search", reason=NAMES[1])
    return pupil_id


def readable_in(content: bytes) -> list[str]:
    """Which names stand in these bytes, in any usual encoding and case."""
    return [
        f"{text} {encoding}"
        for name in NAMES
        for text in (name, name.lower(), name.upper())
        for encoding in ("utf-8", "utf-16-le", "utf-16-be")
        if text.encode(encoding) in content
    ]


def files_under(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def decrypted(path: Path, key: bytes = KEY) -> bytes:
    """Every page of a vault or a write-ahead log in the clear, free pages and slack included."""
    raw = path.read_bytes()
    is_log = path.name.endswith("-wal")
    header, frame = (32, 24) if is_log else (0, 0)
    clear = b""
    for start in range(header, len(raw) - PAGE + 1, PAGE + frame):
        page = raw[start + frame : start + frame + PAGE]
        first = 16 if start + frame == 0 else 0
        iv = page[PAGE - RESERVED : PAGE - RESERVED + IV]
        cipher = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
        clear += cipher.update(page[first : PAGE - RESERVED])
    return clear


def test_nothing_on_the_disk_can_be_read_without_the_key(tmp_path, station):
    save_rare_pupil(station)
    station.vault.back_up()
    files = files_under(tmp_path)
    assert any(path.name.endswith("-wal") and path.stat().st_size for path in files)
    assert any("backups" in path.parts for path in files)
    for path in files:
        content = path.read_bytes()
        assert readable_in(content) == [], path.name
        assert b"SQLite format" not in content, path.name
    # The proof can fail: the same scan finds the names once the pages are decrypted.
    assert readable_in(decrypted(DataFolder(tmp_path).vault("medical").with_suffix(".vault-wal")))


def test_the_key_is_nowhere_in_url_repr_or_error(tmp_path, station):
    shown = f"{station.vault._engine!r} {station.vault._engine.url} {station.vault!r}"
    with pytest.raises(Environment) as refusal:
        open_engine(DataFolder(tmp_path).vault("medical"), bytes(32))
    chain: BaseException | None = refusal.value
    while chain is not None:
        shown += repr(chain) + str(chain)
        chain = chain.__cause__ or chain.__context__
    assert KEY.hex() not in shown
    assert bytes(32).hex() not in shown


def test_errors_of_the_database_never_carry_what_was_typed(station):
    pupil_id = save_rare_pupil(station)
    body = Background(pupil_id=pupil_id, item=BackgroundItem.ALLERGY, answer="yes", text=NAMES[0])

    def add_twice() -> None:
        with station.vault.write() as work:
            revision = station.revision(work, body, pupil_id=pupil_id)
            work.add(revision)
            work._handed_out.add(revision.device_seq)
            work.add(revision)

    with pytest.raises(Defect) as fault:
        add_twice()
    chain: BaseException | None = fault.value
    shown = ""
    while chain is not None:
        shown += repr(chain) + str(chain)
        chain = chain.__cause__
    assert "SQLITE_CONSTRAINT" in str(fault.value)
    assert readable_in(shown.encode()) == []


def test_a_file_without_its_key_is_never_made(tmp_path):
    with pytest.raises(Defect, match="key length"):
        open_engine(tmp_path / "x.vault", b"", create=True)
    assert not (tmp_path / "x.vault").exists()


def test_a_plaintext_database_is_not_taken_for_a_vault(tmp_path):
    import sqlite3

    path = tmp_path / "x.vault"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t(a)")
    connection.close()
    with pytest.raises(Environment, match=r"storage\.damaged"):
        open_engine(path, KEY)


def test_a_missing_vault_is_not_silently_made_anew(tmp_path):
    with pytest.raises(Environment, match=r"storage\.missing"):
        open_engine(tmp_path / "x.vault", KEY)
    assert not (tmp_path / "x.vault").exists()


def test_every_connection_is_set_as_the_design_says(station):
    expected = {
        "journal_mode": "wal",
        "synchronous": 2,
        "secure_delete": 1,
        "temp_store": 2,
        "foreign_keys": 1,
        "trusted_schema": 0,
        "cipher_log_level": "NONE",
    }
    connections = [station.vault._engine.connect() for _ in range(4)]
    for connection in connections:
        told = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in expected
        }
        assert told == expected
        secure = "SELECT v FROM pupil_search_config WHERE k = 'secure-delete'"
        assert connection.exec_driver_sql(secure).scalar_one() == 1
    for connection in connections:
        connection.close()


def test_a_writer_holds_the_file_from_its_first_instruction(tmp_path, station):
    """BEGIN IMMEDIATE: what a unit of work reads cannot change before it writes."""
    other = open_raw(DataFolder(tmp_path).vault("medical"), KEY)
    other.execute("PRAGMA busy_timeout = 0")
    with station.vault.write(), pytest.raises(OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.close()


# --- a full disk -----------------------------------------------------------------------------------


def limit_pages(station: Station, pages: int | None) -> None:
    """Let the file grow by this many pages only; None = as it likes."""
    with station.vault.read() as reader:
        now = reader.connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        most = 1_000_000 if pages is None else now + pages
        reader.connection.exec_driver_sql(f"PRAGMA max_page_count = {most}")


def test_a_full_disk_is_said_in_words_loses_nothing_and_the_retry_works(station):
    big = Background(
        pupil_id=PupilId("p"), item=BackgroundItem.ALLERGY, answer="yes", text="x" * 9000
    )
    limit_pages(station, 20)
    saved = []
    with pytest.raises(Environment) as refusal:
        saved.extend(station.save(big).rev_id for _ in range(100))
    assert say(refusal.value.key) == (
        "De schijf is vol. De invoer staat nog op het scherm, maar is niet opgeslagen."
        " Maak plaats vrij en kies Opnieuw opslaan."
    )
    with station.vault.read() as reader:
        assert [head.leaf.rev_id for head in reader.heads()] == saved
    assert station.vault.check() == []
    limit_pages(station, None)
    saved.append(station.save(big).rev_id)
    with station.vault.read() as reader:
        assert [head.leaf.rev_id for head in reader.heads()] == saved
        numbers = [head.leaf.device_seq for head in reader.heads()]
    assert numbers == list(range(1, len(saved) + 1))


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
def test_a_disk_that_is_really_full_loses_nothing(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], capture_output=True
    )
    if mount.returncode:
        pytest.skip("this machine does not let us mount")
    try:
        station = new_station(disk / "data")
        saved = []
        with pytest.raises(Environment, match=r"storage\.(disk_full|cannot_write)"):
            saved.extend(station.save_pupil() for _ in range(100_000))
        assert len(saved) > 10
        again = open_again(disk / "data", station)
        with again.vault.read() as reader:
            assert [head.leaf.pupil_id for head in reader.heads()] == saved
        assert again.vault.check() == []
        with pytest.raises(Environment, match=r"storage\.backup_failed"):
            again.vault.back_up()
        assert backup.backups_in(DataFolder(disk / "data").backups("medical")) == []
        again.vault.close()
    finally:
        subprocess.run(["umount", disk], check=True)


@pytest.mark.parametrize(
    "code, key",
    [
        (13, "storage.disk_full"),
        (10 | (3 << 8), "storage.cannot_write"),
        (5, "storage.open_elsewhere"),
        (26, "storage.damaged"),
        (11, "storage.damaged"),
        (8, "storage.cannot_write"),
        (19, "storage.defect"),
        (None, "storage.defect"),
    ],
)
def test_each_trouble_of_sqlite_has_its_sentence(code, key):
    error = RuntimeError()
    error.sqlite_errorcode = code
    assert meaning_of(error).key == key
    assert say(key)


# --- damage and backups ----------------------------------------------------------------------------


def flip_bytes(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[PAGE * 2 + 100] ^= 0xFF
    path.write_bytes(content)


def test_a_damaged_vault_says_so_and_names_its_newest_backup(tmp_path):
    laptop = enrolled_laptop(tmp_path, NURSE)
    with laptop.unlock(NURSE.staff_id, PASSPHRASE) as unlocked:
        (vault,) = unlocked.vaults.values()
        vault.back_up()
    path = DataFolder(tmp_path).vault("medical")
    path.write_bytes(b"\x00" * path.stat().st_size)
    with pytest.raises(Environment) as refusal:
        laptop.unlock(NURSE.staff_id, PASSPHRASE)
    assert say(refusal.value.key, **refusal.value.values) == (
        "De kluis is beschadigd. De laatste reservekopie is van 23/11/2026 07:30."
        " Kies Reservekopie openen of bel het centrum."
    )


def test_one_flipped_bit_on_the_disk_is_noticed(tmp_path, station):
    for _ in range(20):
        station.save_pupil()
    station.vault.close()
    flip_bytes(DataFolder(tmp_path).vault("medical"))
    again = open_again(tmp_path, station)
    assert again.vault.check() == ["pages: HMAC verification failed for page 3"]
    again.vault.close()


def test_a_body_that_was_changed_is_noticed(station):
    station.save_pupil()
    with station.vault.write() as work:
        work.connection.exec_driver_sql("UPDATE revision SET body = replace(body, 'L', 'B')")
    assert station.vault.check() == ["bodies"]


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE access_log SET reason = 'x' WHERE number = 2",
        "DELETE FROM access_log WHERE number = 2",
        "UPDATE access_log SET number = 9 WHERE number = 3",
    ],
)
def test_a_line_of_the_access_log_cannot_be_changed_or_left_out_unnoticed(station, tampering):
    with station.vault.write() as work:
        for action in ("open", "print", "search"):
            work.log_access(NURSE.staff_id, Role.NURSE, action)
    assert station.vault.check() == []
    with station.vault.write() as work:
        work.connection.exec_driver_sql(tampering)
    assert station.vault.check() == ["access_log"]


def test_the_last_five_backups_are_kept_and_each_opens_with_everything(tmp_path, station):
    for _ in range(7):
        station.save_pupil()
        station.vault.back_up()
    station.vault.close()
    copies = backup.backups_in(DataFolder(tmp_path).backups("medical"))
    assert len(copies) == 5
    assert sorted(files_under(copies[0].parent)) == copies
    for number, copy in enumerate(copies, start=3):
        shutil.copy(copy, DataFolder(tmp_path).vault("medical"))
        again = open_again(tmp_path, station)
        with again.vault.read() as reader:
            assert reader.pupil_count() == number
        assert again.vault.check() == []
        again.vault.close()


def test_a_backup_that_fails_leaves_the_vault_and_the_older_copies(tmp_path, station):
    station.save_pupil()
    kept = station.vault.back_up()
    station.clock.advance(timedelta(seconds=1))
    shutil.rmtree(kept.parent)
    kept.parent.write_text("a file where the folder should be")
    with pytest.raises(Environment) as refusal:
        station.vault.back_up()
    assert say(refusal.value.key).startswith("De reservekopie is niet gelukt.")
    assert station.save_pupil()


def test_a_copy_that_differs_does_not_count_as_a_backup(tmp_path, station, monkeypatch):
    station.save_pupil()
    monkeypatch.setattr(backup, "_COUNT", "SELECT count(*), randomblob(8) FROM revision")
    with pytest.raises(Environment, match=r"storage\.backup_failed"):
        station.vault.back_up()
    assert files_under(DataFolder(tmp_path).backups("medical")) == []


def test_who_may_not_write_the_small_files_of_the_laptop_gets_in_all_the_same(tmp_path):
    """Behind the cover may lie what somebody typed: a full disk must not keep its owner out."""
    laptop = enrolled_laptop(tmp_path, NURSE)
    laptop.folder.log.unlink()
    laptop.folder.log.mkdir()
    laptop.folder.device.with_name("device.json.new").mkdir()
    with laptop.unlock(NURSE.staff_id, PASSPHRASE) as unlocked:
        assert unlocked.vaults
        laptop.confirm_passphrase(NURSE.staff_id, PASSPHRASE)
        with pytest.raises(Environment, match=r"storage\.wrong_passphrase"):
            laptop.confirm_passphrase(NURSE.staff_id, "een andere")


def test_a_disk_that_takes_nothing_is_told_in_words_on_unlocking(tmp_path):
    laptop = enrolled_laptop(tmp_path, NURSE)
    laptop.folder.lock("medical").unlink()
    laptop.folder.lock("medical").mkdir()
    with pytest.raises(Environment, match=r"storage\.cannot_write"):
        laptop.unlock(NURSE.staff_id, PASSPHRASE)

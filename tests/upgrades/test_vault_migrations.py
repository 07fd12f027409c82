"""Vaults of every released version open, whole, in this program; the schema is what migrations make."""

import shutil
import warnings
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from clbdesk.clock import SetClock
from clbdesk.domain.revision import Compartment
from clbdesk.errors import Environment
from clbdesk.ids import StaffId
from clbdesk.paths import DataFolder
from clbdesk.storage import backup, migrations, schema
from clbdesk.storage.cipher import begin_reading, begin_writing, open_engine
from clbdesk.storage.vault import Vault
from tests.builders.vaults import DEVICE, KEY, MORNING, Station, id_source, new_station

VAULTS = sorted((Path(__file__).parent / "vaults").glob("*.vault"))


def open_copy(kept: Path, root: Path) -> Station:
    root.mkdir(exist_ok=True)
    shutil.copy(kept, DataFolder(root).vault("medical"))
    clock = SetClock(MORNING)
    ids = id_source(clock, seed=99)
    vault = Vault.open(DataFolder(root), Compartment.MEDICAL, DEVICE, KEY, clock=clock, ids=ids)
    return Station(vault, clock, ids)


def tables_of(engine) -> dict[str, str]:
    with begin_reading(engine) as connection:
        rows = connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'alembic%'"
        )
        return {row.name: row.sql for row in rows}


def differences(engine) -> list:
    """What Alembic would still change; the shadow tables of FTS5 are SQLite's own.

    SQLAlchemy cannot read an index on an expression, and says so; `tables_of` compares it.
    """
    with begin_reading(engine) as connection, warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*expression-based index lot_of_dose")
        context = MigrationContext.configure(
            connection,
            opts={"include_name": lambda name, *_: not str(name).startswith("pupil_search")},
        )
        return compare_metadata(context, schema.vault)


def test_there_is_a_kept_vault_of_every_version_that_was_released():
    versions = Path(migrations.__file__).parent / "versions"
    assert [path.stem for path in VAULTS] == sorted(
        path.stem.partition("_")[0] for path in versions.glob("[0-9]*.py")
    )


@pytest.mark.parametrize("kept", VAULTS, ids=lambda path: path.stem)
def test_a_kept_vault_opens_with_everything_that_was_in_it(tmp_path, kept):
    station = open_copy(kept, tmp_path)
    assert station.vault.check() == []
    with station.vault.read() as reader:
        assert reader.pupil_count() == 2
        assert [hit.class_name for hit in reader.find_pupils("lotte 3a")] == ["3A"]
        assert [hit.given_name for hit in reader.find_pupils("dhondt")] == ["Zoë"]
        assert len(reader.conflicts()) == 1
        assert reader.outbox_count() == 5
        assert [line.action for line in reader.access_lines()] == ["open"]
        assert reader.draft(StaffId("staff-an"), "growth").content == '{"height":"121,5"}'
    assert station.save_pupil()
    assert station.saved[-1].device_seq == 6
    station.vault.close()


@pytest.mark.parametrize("kept", VAULTS, ids=lambda path: path.stem)
def test_up_down_up_gives_the_schema_again_and_down_leaves_an_empty_file(tmp_path, kept):
    path = tmp_path / "x.vault"
    shutil.copy(kept, path)
    engine = open_engine(path, KEY)

    def move(step, version: str) -> None:
        with begin_writing(engine) as connection:
            step(migrations.config_for(connection), version)

    move(command.upgrade, "head")
    newest = tables_of(engine)
    assert differences(engine) == []
    move(command.downgrade, "base")
    assert {name for name in tables_of(engine) if not name.startswith("sqlite_")} == set()
    move(command.upgrade, "head")
    assert tables_of(engine) == newest
    assert differences(engine) == []
    engine.dispose()


def test_a_new_vault_has_the_tables_of_the_schema(tmp_path):
    station = new_station(tmp_path)
    assert differences(station.vault._engine) == []
    station.vault.close()


def test_an_older_vault_is_backed_up_before_it_is_moved(tmp_path, monkeypatch):
    """A later program is stood in for."""
    station = new_station(tmp_path)
    station.save_pupil()
    station.vault.close()
    monkeypatch.setattr(migrations, "NEWEST", "0004")
    moved = []
    monkeypatch.setattr(migrations, "upgrade", moved.append)
    again = Vault.open(
        DataFolder(tmp_path),
        Compartment.MEDICAL,
        DEVICE,
        KEY,
        clock=station.clock,
        ids=station.ids,
    )
    again.close()
    assert len(moved) == 1
    assert len(backup.backups_in(DataFolder(tmp_path).backups("medical"))) == 1


def test_a_migration_that_fails_leaves_the_vault_as_it_was(tmp_path, monkeypatch):
    station = new_station(tmp_path)
    station.save_pupil()
    station.vault.close()
    path = DataFolder(tmp_path).vault("medical")
    before = path.read_bytes()

    def fail_halfway(connection) -> None:
        connection.exec_driver_sql("DROP TABLE draft")
        connection.exec_driver_sql("DROP TABLE nothing_of_that_name")

    with monkeypatch.context() as broken:
        broken.setattr(migrations, "NEWEST", "0004")
        broken.setattr(migrations, "upgrade", fail_halfway)
        with pytest.raises(Exception, match="storage"):
            open_copy(path, tmp_path / "elsewhere")
    assert path.read_bytes() == before
    again = open_copy(DataFolder(tmp_path / "elsewhere").vault("medical"), tmp_path / "third")
    assert again.vault.check() == []
    again.vault.close()


def test_a_vault_of_a_newer_program_is_neither_changed_nor_backed_up(tmp_path):
    station = new_station(tmp_path)
    with station.vault.write() as work:
        work.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    station.vault.close()
    before = DataFolder(tmp_path).vault("medical").read_bytes()
    with pytest.raises(Environment, match=r"storage\.newer_version"):
        open_copy(DataFolder(tmp_path).vault("medical"), tmp_path / "elsewhere")
    assert DataFolder(tmp_path / "elsewhere").vault("medical").read_bytes() == before
    assert not DataFolder(tmp_path / "elsewhere").backups("medical").exists()

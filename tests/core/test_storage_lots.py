"""Which doses had a lot: found by an index, in whatever version or form it was printed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from clbdesk.domain.revision import body_commit
from clbdesk.domain.vaccination import Dose, DoseStatus
from clbdesk.ids import PupilId
from clbdesk.storage.reader import FIND_DOSES, FIND_LOTS
from tests.builders.vaults import Station, new_station

FINN = PupilId("finn")


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    station = new_station(tmp_path)
    yield station
    station.vault.close()


def dose(lot: str) -> Dose:
    return Dose(pupil_id=FINN, status=DoseStatus.GIVEN, vaccine="dTpa", lot=lot, on="2026-11-20")


def found(station: Station, *printed: str) -> set[str]:
    with station.vault.read() as reader:
        return set(reader.doses_of_lot(lambda lot: lot in printed))


def test_every_version_of_a_dose_is_looked_in(station: Station) -> None:
    first = station.save(dose("Q1"), pupil_id=FINN)
    station.save(dose("Q2"), pupil_id=FINN, record_id=first.record_id, base=(first.rev_id,))
    other = station.save(dose("q 2"), pupil_id=FINN)
    assert found(station, "Q1") == {first.record_id}
    assert found(station, "Q2", "q 2") == {first.record_id, other.record_id}
    assert found(station, "Q3") == set()


def test_a_dose_without_a_number_has_no_lot(station: Station) -> None:
    station.save(dose(""), pupil_id=FINN)
    assert found(station, "") == set()


def test_an_older_version_of_a_dose_with_fewer_fields_is_found(station: Station) -> None:
    text = '{"lot":"Q1","pupil_id":"finn","status":"given","vaccine":"dTpa"}'
    with station.vault.write() as work:
        revision = station.revision(work, dose("Q9"), pupil_id=FINN)
        commit = body_commit(revision.salt, text)
        work.add(replace(revision, kind_version=1, body=text, body_commit=commit))
    assert found(station, "Q1") == {revision.record_id}


def test_a_body_that_cannot_be_read_is_kept_and_hinders_nobody(station: Station) -> None:
    with station.vault.write() as work:
        revision = station.revision(work, dose("Q1"), pupil_id=FINN)
        commit = body_commit(revision.salt, "")
        work.add(replace(revision, body="", body_commit=commit))
    other = station.save(dose("Q1"), pupil_id=FINN)
    assert found(station, "Q1") == {other.record_id}


def test_a_recall_reads_the_index_and_never_every_body(station: Station) -> None:
    with station.vault.read() as reader:
        for statement, values in ((FIND_LOTS, ()), (FIND_DOSES, ("[]",))):
            driver = reader.connection.connection.driver_connection
            plan = driver.execute(f"EXPLAIN QUERY PLAN {statement.sql}", values).fetchall()
            assert any("USING INDEX lot_of_dose" in step[-1] for step in plan), plan

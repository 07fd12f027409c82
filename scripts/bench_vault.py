"""Budgets of the vault: a save, a search over 20,000 pupils, an unlock without key derivation.

The save is compared with the very same statements in one bare SQLCipher transaction: they are
recorded from a real save and replayed on a connection without SQLAlchemy.
"""

from __future__ import annotations

import json
import secrets
import statistics
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from msgspec.structs import replace

from clbdesk.cli.bench import DEVICE, STAFF, invented
from clbdesk.clock import SystemClock
from clbdesk.domain.body import ExamState, encode
from clbdesk.domain.contact import Growth
from clbdesk.domain.people import Enrolment, Pupil, Sex
from clbdesk.domain.revision import Compartment, Revision, Role
from clbdesk.domain.scopes import Sequenced
from clbdesk.ids import IdSource, PupilId, SchoolId
from clbdesk.paths import DataFolder
from clbdesk.storage import prepared, scopes
from clbdesk.storage.cipher import open_raw
from clbdesk.storage.vault import Draft, Vault

if TYPE_CHECKING:
    from sqlalchemy import Connection

PUPILS = 20_000
SAVES = 400
_TURN = 20
_FAMILY = (
    "Peeters",
    "Janssens",
    "Maes",
    "Jacobs",
    "Mertens",
    "Willems",
    "Claes",
    "Goossens",
    "Wouters",
    "De Smet",
    "Van den Berghe",
    "D'Hondt",
    "El Amrani",
    "Yıldız",
    "Kowalski",
)
_GIVEN = (
    "Lotte",
    "Jan",
    "Emma",
    "Noor",
    "Mohamed",
    "Louis",
    "Zoë",
    "Arthur",
    "Lina",
    "Finn",
    "Aya",
    "Victor",
    "Marie",
    "Adam",
    "Juliette",
    "Élise",
    "Jules",
    "Fien",
    "Wout",
    "Yara",
)
_Statements = list[tuple[str, Any]]


def run() -> dict[str, Any]:
    """Milliseconds, and the ratio to bare SQLCipher."""
    with tempfile.TemporaryDirectory() as root:
        bench = _Bench(Path(root))
        try:
            return {**bench.saves(), **bench.searches(), **bench.opening()}
        finally:
            bench.vault.close()


class _Bench:
    def __init__(self, root: Path) -> None:
        self.folder = DataFolder(root)
        self.clock = SystemClock()
        self.ids = IdSource(self.clock)
        self.key = secrets.token_bytes(32)
        self.vault = Vault.create(
            self.folder, Compartment.MEDICAL, DEVICE, self.key, clock=self.clock, ids=self.ids
        )

    def saves(self) -> dict[str, Any]:
        """A finished growth per save: revision, head, outbox line, access line, draft removed.

        Turn about on three vaults of the same shape: a save that is timed, the same save recorded,
        and the recorded statements replayed without anything of ours, timed. A machine that is
        slower for a moment is so for both.
        """
        watched = self._vault_beside("watched")
        recorder = _Recorder()
        bare = open_raw(self._file_of_vault_beside("bare"), self.key)
        times, bare_times, counts = [], [], []
        for start in range(0, SAVES, _TURN):
            drafts = [self._draft(number) for number in range(start, start + _TURN)]
            for draft in drafts:
                _keep(self.vault, draft)
                times.append(self._save(self.vault, draft))
            recorded = []
            with patch.object(prepared, "_driver", recorder.driver_of):
                for draft in drafts:
                    _keep(watched, draft)
                    keeping = recorder.take()
                    self._save(watched, draft)
                    recorded.append((keeping, recorder.take()))
            for keeping, saving in recorded:
                _execute(bare, keeping)
                started = time.perf_counter()
                _execute(bare, saving)
                bare_times.append(time.perf_counter() - started)
                counts.append(len(saving))
        bare.close()
        watched.close()
        p50, p95 = _percentiles(times)
        bare50, bare95 = _percentiles(bare_times)
        return {
            "save_ms_p50": p50,
            "save_ms_p95": p95,
            "bare_ms_p50": bare50,
            "bare_ms_p95": bare95,
            "save_to_bare": round(p50 / bare50, 2),
            "save_statements": max(counts),
        }

    def _save(self, vault: Vault, draft: Draft) -> float:
        """Seconds of one save."""
        growth = self._growth(vault.epoch)
        started = time.perf_counter()
        with vault.write() as work:
            work.add(replace(growth, device_seq=work.next_device_seq()))
            work.log_access(STAFF, Role.NURSE, "record")
            work.drop_draft(STAFF, draft.form)
        return time.perf_counter() - started

    def _vault_beside(self, name: str) -> Vault:
        return Vault.create(
            DataFolder(self.folder.root / name),
            Compartment.MEDICAL,
            DEVICE,
            self.key,
            clock=self.clock,
            ids=self.ids,
        )

    def _file_of_vault_beside(self, name: str) -> Path:
        self._vault_beside(name).close()
        return DataFolder(self.folder.root / name).vault("medical")

    def searches(self) -> dict[str, Any]:
        """Every prefix of what somebody types, over 20,000 pupils."""
        lines = []
        for number in range(PUPILS):
            lines += [
                Sequenced(seq=2 * number + at, revision=one)
                for at, one in enumerate(self._pupil(number))
            ]
        started = time.perf_counter()
        with self.vault.write() as work:
            scopes.apply(work.connection, "visit", lines, len(lines), self.clock.now(), {})
        apply_seconds = time.perf_counter() - started
        times = []
        for typed in ("peeters lotte", "van den berghe", "dhondt zoë 3a", "12/03/2014", "j", "1"):
            for end in range(1, len(typed) + 1):
                with self.vault.read() as reader:
                    started = time.perf_counter()
                    reader.find_pupils(typed[:end])
                    times.append(time.perf_counter() - started)
        _, p95 = _percentiles(times)
        return {
            "search_ms_p95": p95,
            "search_ms_max": round(max(times) * 1000, 2),
            "apply_ms_per_1000_revisions": round(apply_seconds * 1e6 / len(lines), 1),
        }

    def opening(self) -> dict[str, Any]:
        """Closed file to the first list of heads; the key is known already."""
        times = []
        for _ in range(20):
            self.vault.close()
            started = time.perf_counter()
            self.vault = Vault.open(
                self.folder,
                Compartment.MEDICAL,
                DEVICE,
                self.key,
                clock=self.clock,
                ids=self.ids,
            )
            with self.vault.read() as reader:
                reader.heads(kinds={"visit"})
            times.append(time.perf_counter() - started)
        p50, p95 = _percentiles(times)
        return {"open_ms_p50": p50, "open_ms_p95": p95}

    def _draft(self, number: int) -> Draft:
        return Draft(
            author=STAFF,
            form=f"growth/{number}",
            pupil_id=None,
            visit_id=None,
            base=(),
            content="{}",
            saved_at=self.clock.now(),
        )

    def _growth(self, epoch: str) -> Revision:
        body = encode(
            Growth(state=ExamState.DONE, on=date(2026, 11, 23), remark="gemeten op de school")
        )
        return self._revision("growth", body, PupilId(self.ids.new()), self.ids.new(), epoch)

    def _pupil(self, number: int) -> list[Revision]:
        pupil_id = PupilId(self.ids.new())
        pupil = Pupil(
            family_name=_FAMILY[number % len(_FAMILY)],
            given_name=f"{_GIVEN[number // 7 % len(_GIVEN)]}{number % 97}",
            birth_date=date(2009 + number % 12, 1 + number % 12, 1 + number % 28),
            sex=Sex.FEMALE,
        )
        enrolment = Enrolment(
            pupil_id=pupil_id,
            school_id=SchoolId("school"),
            school_year=2026,
            class_name=f"{1 + number % 6}{'ABC'[number % 3]}",
            stage=None,
        )
        return [
            self._revision("pupil", encode(pupil), pupil_id, pupil_id, self.vault.epoch),
            self._revision(
                "enrolment", encode(enrolment), pupil_id, self.ids.new(), self.vault.epoch
            ),
        ]

    def _revision(
        self, kind: str, body: str, pupil_id: PupilId, record_id: str, epoch: str
    ) -> Revision:
        return invented(kind, body, pupil_id, record_id, epoch, self.ids, self.clock)


class _Recorder:
    """Every statement that reaches the driver between begin and commit, with its values."""

    def __init__(self) -> None:
        self._statements: _Statements = []
        self._driver: Any = None

    def take(self) -> _Statements:
        """What was recorded since the last time."""
        taken, self._statements = self._statements, []
        return taken

    def driver_of(self, connection: Connection) -> _Recorder:
        """Stands in for the driver connection of prepared statements."""
        self._driver = connection.connection.driver_connection
        return self

    def execute(self, sql: str, values: Any) -> Any:
        """Record and execute."""
        self._statements.append((sql, values))
        return self._driver.execute(sql, values)

    def executemany(self, sql: str, rows: Any) -> Any:
        """Record and execute."""
        kept = list(rows)
        self._statements += [(sql, row) for row in kept]
        return self._driver.executemany(sql, kept)


def _keep(vault: Vault, draft: Draft) -> None:
    with vault.write() as work:
        work.keep_draft(draft)


def _execute(connection: Any, statements: _Statements) -> None:
    connection.execute("BEGIN IMMEDIATE")
    for sql, values in statements:
        connection.execute(sql, values).fetchall()
    connection.execute("COMMIT")


def _percentiles(seconds: list[float]) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds."""
    return (
        round(statistics.median(seconds) * 1000, 2),
        round(statistics.quantiles(seconds, n=20)[-1] * 1000, 2),
    )


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))

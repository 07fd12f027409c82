"""`clbdesk bench`: whether a laptop is fast enough for a visit, with invented pupils only.

Three budgets of docs/ARCHITECTURE.md that depend on the machine alone: the growth reference, the
vaccination engine, and a save on the disk of the data folder. scripts/bench measures all of them.
"""

from __future__ import annotations

import secrets
import statistics
import tempfile
import time
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from clbdesk.cli.laptop import add_data, program_of
from clbdesk.clock import SystemClock
from clbdesk.domain.body import ExamState, encode
from clbdesk.domain.contact import Growth
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.people import Sex
from clbdesk.domain.revision import Compartment, Revision, RevisionStatus, Role, body_commit
from clbdesk.domain.vaccination import Dose
from clbdesk.ids import DeviceId, IdSource, PupilId, RecordId, RevId, StaffId
from clbdesk.paths import DataFolder
from clbdesk.standards.lms import Measure, curve
from clbdesk.standards.vaccination.advice import judge_vaccination
from clbdesk.standards.vaccination.history import GivenDose, is_understood
from clbdesk.standards.vaccination.ruleset import ruleset
from clbdesk.standards.vaccination.situation import Situation
from clbdesk.storage.vault import Vault

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

# docs/ARCHITECTURE.md, budgets.
_BUDGETS = {"z_score_us": 5.0, "vaccination_1000_pupils_s": 1.0, "save_p95_ms": 5.0}
_PUPILS, _SEED, _SAVES, _SCORES = 1000, 2026, 200, 20_000
STAFF, DEVICE = StaffId("bench"), DeviceId("bench")

Case = tuple["Sequence[GivenDose]", Situation]


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `bench`."""
    text = "whether this machine is fast enough: growth, vaccination, saving; invented pupils only"
    parser = commands.add_parser("bench", help=text, description=text)
    add_data(parser)
    parser.add_argument("--json", action="store_true", help="answer one JSON document")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> object:
    folder = program_of(options).folder.root
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    measured = {
        "z_score_us": z_score_us(),
        "vaccination_1000_pupils_s": min(vaccination_seconds(cases(), 3)),
        "save_p95_ms": _save_p95_ms(existing),
    }
    return {
        name: {
            "measured": round(value, 3),
            "budget": _BUDGETS[name],
            "met": value <= _BUDGETS[name],
        }
        for name, value in measured.items()
    }


def z_score_us() -> float:
    """Microseconds of one z-score: the best of five rounds."""
    reference = curve(Measure.BMI, Sex.FEMALE)
    assert reference is not None
    rounds = []
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(_SCORES):
            reference.sds(8.72, 15.95)
        rounds.append((time.perf_counter() - start) / _SCORES)
    return min(rounds) * 1e6


def cases() -> list[Case]:
    """1,000 invented pupils with a history; who has none costs nothing and is left out."""
    generate = import_module("clbdesk.exchange.fictional.generate")
    doses = import_module("clbdesk.exchange.fictional.doses")
    today = import_module("clbdesk.exchange.fictional.centre").TODAY
    found: list[Case] = []
    for school in generate.make_centre(_PUPILS * 5 // 4, _SEED).schools:
        for pupil in school.pupils:
            facts = [fact.body for fact in doses.doses_of(pupil, _SEED)]
            history = [
                GivenDose(body.product or body.vaccine, body.on, body.source)
                for body in facts
                if isinstance(body, Dose)
            ]
            known = [dose for dose in history if is_understood(dose)]
            if known:
                found.append((known, Situation(pupil.birth_date, today, pupil.stage)))
    return found[:_PUPILS]


def vaccination_seconds(of: Sequence[Case], rounds: int) -> list[float]:
    """Processor time of every dose and every advice, each round: the engine waits for nothing."""
    rules, taken = ruleset(), []
    for _ in range(rounds):
        start = time.process_time()
        for history, situation in of:
            judge_vaccination(history, situation, rules)
        taken.append(time.process_time() - start)
    return taken


def _save_p95_ms(beside: Path) -> float:
    """Milliseconds of a save in a vault of its own on the same disk, removed afterwards."""
    with tempfile.TemporaryDirectory(dir=beside, prefix=".bench-") as root:
        clock = SystemClock()
        ids = IdSource(clock)
        folder, key = DataFolder(Path(root)), secrets.token_bytes(32)
        vault = Vault.create(folder, Compartment.MEDICAL, DEVICE, key, clock=clock, ids=ids)
        try:
            taken = [_save_seconds(vault, ids, clock) for _ in range(_SAVES)]
        finally:
            vault.close()
    return statistics.quantiles(taken, n=20)[-1] * 1000


def _save_seconds(vault: Vault, ids: IdSource, clock: SystemClock) -> float:
    body = encode(Growth(state=ExamState.DONE, on=date(2026, 11, 23)))
    made = invented("growth", body, None, ids.new(), vault.epoch, ids, clock)
    start = time.perf_counter()
    with vault.write() as work:
        work.add(replace(made, device_seq=work.next_device_seq()))
        work.log_access(STAFF, Role.NURSE, "record")
    return time.perf_counter() - start


def invented(
    kind: str,
    body: str,
    pupil_id: PupilId | None,
    record_id: str,
    epoch: str,
    ids: IdSource,
    clock: SystemClock,
) -> Revision:
    """A finished medical revision of an invented nurse; its `device_seq` is given when it is saved."""
    now, salt = clock.now(), secrets.token_hex(16)
    return Revision(
        rev_id=RevId(ids.new()),
        record_id=RecordId(record_id),
        base=(),
        kind=kind,
        kind_version=KINDS[kind].version,
        compartment=Compartment.MEDICAL,
        pupil_id=pupil_id,
        visit_id=None,
        school_id=None,
        author=STAFF,
        role=Role.NURSE,
        device=DEVICE,
        epoch=epoch,
        device_seq=0,
        occurred_at=now,
        recorded_at=now,
        status=RevisionStatus.FINAL,
        reason=None,
        clock_uncertain=False,
        body=body,
        salt=salt,
        body_commit=body_commit(salt, body),
    )

"""Budgets of synchronising: take 200 pupils along, push an evening's work, a hundred laptops at once.

The centre runs in a process of its own, over loopback TLS, with everything that production has:
signatures, rights, row-level security. With --laptops the hundred push to PostgreSQL (a throw-away
server; its disk is not waited for). Figures in milliseconds unless the name says otherwise.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clbdesk.bootstrap import start
from clbdesk.centre import administration as office
from clbdesk.centre.opening import Place, initialise, open_centre
from clbdesk.centre.writing import Entry, write
from clbdesk.clock import SystemClock
from clbdesk.domain.body import ExamState, encode
from clbdesk.domain.contact import Growth
from clbdesk.domain.kinds import KINDS, derived_record_id
from clbdesk.domain.people import Enrolment, Pupil, School, SchoolLevel, Sex
from clbdesk.domain.revision import Compartment, Revision, RevisionStatus, Role, body_commit
from clbdesk.domain.visits import ContactMoment, Visit, VisitClass, VisitKind
from clbdesk.ids import DeviceId, IdSource, PupilId, RecordId, RevId, SchoolId, StaffId, VisitId
from clbdesk.paths import DataFolder
from clbdesk.services.records import Part, Where, record
from clbdesk.storage.sync_store import SyncStore
from clbdesk.sync import protocol
from clbdesk.sync.conversation import Conversation
from clbdesk.sync.enrolment import enrol
from clbdesk.sync.machine import take_along
from clbdesk.sync.transport import HttpTransport

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clbdesk.centre.centre import Centre
    from clbdesk.sync.progress import Progress

ROOT = Path(__file__).resolve().parent.parent
PUPILS = 200
HISTORY = 14  # revisions per pupil beside pupil, enrolment and place on the list
EVENING = 240
ROUNDS = 9
LAPTOPS = 100
_PASSPHRASE = "alleen om te meten hier"  # noqa: S105 - opens an invented vault for a minute
_NEVER = threading.Event()


def run(*, laptops: bool = False) -> dict[str, Any]:
    """All figures; those of the hundred laptops only when asked, because PostgreSQL is needed."""
    with tempfile.TemporaryDirectory() as root:
        figures = _one_laptop(Path(root))
    if laptops:
        sys.path.insert(0, str(ROOT))
        from tests.postgres import ThrowAwayPostgres

        with tempfile.TemporaryDirectory() as root, ThrowAwayPostgres() as postgres:
            place = Place(database=postgres.new_database(), keys=Path(root) / "keys")
            figures |= _hundred_laptops(place)
    return figures


@dataclass(frozen=True, slots=True)
class _School:
    """What the measurements need to know of the centre they were built on."""

    nurse: StaffId
    visit_id: VisitId
    pupils: list[PupilId]


def _build(place: Place) -> tuple[Centre, _School]:
    initialise(place, "CLB De Meting")
    centre = open_centre(place)
    school_id = office.add_school(centre, School(name="De Kring", level=SchoolLevel.PRIMARY))
    nurse = office.add_staff(centre, "An Janssens", [Role.NURSE])
    pupils = [PupilId(centre.ids.new()) for _ in range(PUPILS)]
    with centre.store.writing() as tx:
        write(tx, centre, [entry for one in pupils for entry in _pupil(centre, one, school_id)])
    visit = Visit(
        school_id=school_id,
        on=date(2026, 11, 23),
        kinds=(VisitKind.SYSTEMATIC_CONTACT,),
        classes=(VisitClass(class_name="4A", moment=ContactMoment.LO4),),
    )
    return centre, _School(nurse, office.plan_visit(centre, visit), pupils)


def _pupil(centre: Centre, pupil_id: PupilId, school_id: SchoolId) -> Iterator[Entry]:
    birth = date(2017, 2, 1)
    pupil = Pupil(family_name="Peeters", given_name="Noor", birth_date=birth, sex=Sex.FEMALE)
    yield Entry(RecordId(pupil_id), pupil, pupil_id=pupil_id)
    enrolment = Enrolment(
        pupil_id=pupil_id, school_id=school_id, school_year=2026, class_name="4A", stage="L4"
    )
    record_id = derived_record_id("enrolment", pupil_id, school_id, "2026")
    yield Entry(record_id, enrolment, pupil_id=pupil_id, school_id=school_id)
    for year in range(HISTORY):
        yield Entry(RecordId(centre.ids.new()), _growth(year), pupil_id=pupil_id)


def _growth(number: int) -> Growth:
    return Growth(
        state=ExamState.DONE,
        on=date(2012 + number % 14, 11, 23),
        height_cm=Decimal(100 + number % 60),
        weight_kg=Decimal("30.1"),
    )


@contextmanager
def _serving(place: Place) -> Iterator[str]:
    """The address of a centre in a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    where = ["--database", place.database] if place.database else ["--data", str(place.data)]
    command = [sys.executable, "-m", "clbdesk.centre", *where, "--keys", str(place.keys)]
    process = subprocess.Popen(
        [*command, "--port", str(port)], cwd=ROOT, stderr=subprocess.DEVNULL, env=os.environ.copy()
    )
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"https://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _ignore(_: Progress) -> None:
    """Nobody looks."""


def _one_laptop(root: Path) -> dict[str, Any]:
    place = Place(data=root / "centre", keys=root / "keys")
    centre, school = _build(place)
    code = office.new_enrolment_code(centre, "LAP-01", [school.nurse])
    centre.close()
    data, clock = DataFolder(root / "laptop"), SystemClock()
    program = start(data, clock, weak_slots=True)
    ids = program.ids
    with _serving(place) as address:
        program.enrol(address, code, {school.nurse: _PASSPHRASE})
        desk = program.unlock(school.nurse, _PASSPHRASE)
        store = SyncStore(desk.vault, program.laptop, clock, ids)
        with closing(program.transport(desk)) as transport, closing(desk):
            transport.hello(_hello(store.epoch))  # the connection is there before the clock runs
            began = time.perf_counter()
            taken = take_along(store, transport, clock, school.visit_id, _ignore, _NEVER)
            figures: dict[str, Any] = {
                "take_along_ms": _ms(time.perf_counter() - began),
                "take_along_revisions": taken.received,
            }
            talk = Conversation(store, transport, clock, _ignore, _NEVER)
            talk.hello()
            times = []
            for _ in range(ROUNDS):
                for number in range(EVENING):
                    where = Where(school.pupils[number % PUPILS], school.visit_id)
                    record(desk, [Part(_growth(number), where)])
                began = time.perf_counter()
                talk.push()
                times.append(time.perf_counter() - began)
            assert talk.confirmed == ROUNDS * EVENING, talk.quarantined
    return figures | {
        "push_240_end_to_end_ms_p50": _ms(statistics.median(times[1:])),
        "push_240_end_to_end_ms_worst": _ms(max(times[1:])),
        "push_240_first_ms": _ms(times[0]),
    }


def _hello(epoch: str, generation: str | None = None) -> protocol.Hello:
    return protocol.Hello(
        protocol=protocol.PROTOCOL,
        kinds={},
        generation=generation,
        known_seq=0,
        compartment=Compartment.MEDICAL,
        epoch=epoch,
    )


def _hundred_laptops(place: Place) -> dict[str, Any]:
    centre, school = _build(place)
    codes = [
        office.new_enrolment_code(centre, f"LAP-{number:03}", [school.nurse])
        for number in range(LAPTOPS)
    ]
    centre.close()
    ready = threading.Barrier(LAPTOPS + 1)
    with _serving(place) as address, ThreadPoolExecutor(LAPTOPS) as pool:
        runs = [pool.submit(_push_once, address, code, school, ready) for code in codes]
        ready.wait()
        began = time.perf_counter()
        used = time.process_time()
        took = [one.result() for one in runs]
        whole = time.perf_counter() - began
        ours = time.process_time() - used
    return {
        "laptops_100_push_24000_s": round(whole, 2),
        "laptops_100_one_p95_s": round(statistics.quantiles(took, n=20)[-1], 2),
        "laptops_100_revisions_per_s": round(LAPTOPS * EVENING / whole),
        "laptops_100_of_which_client_cpu_s": round(ours, 2),
    }


def _push_once(address: str, code: str, school: _School, ready: threading.Barrier) -> float:
    """Enrol, say hello, wait for the others, push one evening; seconds of the push."""
    key, clock = Ed25519PrivateKey.generate(), SystemClock()
    enrolled = enrol(
        address, code, public_key=key.public_key().public_bytes_raw().hex(), box_key="00" * 32
    )
    device_id, epoch = enrolled.answer.device_id, secrets.token_hex(8)
    transport = HttpTransport(
        address=address, authority=enrolled.authority, device_id=device_id, key=key, clock=clock
    )
    with closing(transport):
        generation = transport.hello(_hello(epoch)).generation
        evening = protocol.Push(
            generation=generation,
            batch_id=secrets.token_hex(16),
            compartment=Compartment.MEDICAL,
            epoch=epoch,
            revisions=tuple(_revision(school, device_id, epoch, n) for n in range(EVENING)),
        )
        ready.wait()
        began = time.perf_counter()
        answer = transport.push(evening)
        took = time.perf_counter() - began
    outcomes = {one.outcome for one in answer.results}
    assert outcomes == {protocol.PushOutcome.OK}, [one.reason for one in answer.results][:3]
    return took


def _revision(school: _School, device: DeviceId, epoch: str, number: int) -> Revision:
    body, salt, now = encode(_growth(number)), secrets.token_hex(16), datetime.now(UTC)
    ids = IdSource(SystemClock())
    return Revision(
        rev_id=RevId(ids.new()),
        record_id=RecordId(ids.new()),
        base=(),
        kind="growth",
        kind_version=KINDS["growth"].version,
        compartment=Compartment.MEDICAL,
        pupil_id=school.pupils[number % PUPILS],
        visit_id=school.visit_id,
        school_id=None,
        author=school.nurse,
        role=Role.NURSE,
        device=device,
        epoch=epoch,
        device_seq=number + 1,
        occurred_at=now,
        recorded_at=now,
        status=RevisionStatus.FINAL,
        reason=None,
        clock_uncertain=False,
        body=body,
        salt=salt,
        body_commit=body_commit(salt, body),
    )


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--laptops", action="store_true", help="also a hundred laptops at once")
    print(json.dumps(run(laptops=parser.parse_args().laptops), indent=2))

"""Budgets of the centre: one evening push of 240 records, and 100 laptops that come home at once.

The server is the real program in a process of its own, over TLS, on PostgreSQL with fsync and on
the embedded file. Requests are packed and signed beforehand: that is work of the laptops.
"""

from __future__ import annotations

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
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import psycopg

sys.path.insert(0, str(Path(__file__).parents[1]))

from clbdesk.centre.opening import Place, open_centre
from clbdesk.centre.schema import REVISION
from clbdesk.clock import SystemClock
from clbdesk.sync import protocol
from clbdesk.sync.connection import PACKED, client_for, packed, trusting
from tests import postgres
from tests.builders.centres import BuiltCentre, Laptop, build, embedded_place

if TYPE_CHECKING:
    from collections.abc import Iterator

LAPTOPS = 100
RECORDS = 240
WARM = 15


def run() -> dict[str, Any]:
    """Milliseconds and seconds, per store."""
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        figures["embedded"] = _measured(embedded_place(Path(folder)))
    with _durable_postgres() as server, tempfile.TemporaryDirectory() as folder:
        place = Place(database=server.new_database(), keys=Path(folder) / "keys")
        figures["postgresql"] = _measured(place)
    return figures


@contextmanager
def _durable_postgres() -> Iterator[postgres.ThrowAwayPostgres]:
    """The server of the tests, but one that reaches the disk before it answers."""
    fast = dict(postgres.SETTINGS)
    postgres.SETTINGS.update(fsync="on", synchronous_commit="on", full_page_writes="on")
    postgres.SETTINGS["shared_buffers"] = "256MB"
    try:
        with postgres.ThrowAwayPostgres() as server:
            yield server
    finally:
        postgres.SETTINGS.update(fast)


def _measured(place: Place) -> dict[str, Any]:
    built = build(place, pupils=LAPTOPS)
    built.clock.set(SystemClock().now())
    laptops = [built.laptop(f"LAP-{n:03d}", built.nurse) for n in range(LAPTOPS + 1)]
    warm = [_request(laptops[-1], built, records=RECORDS) for _ in range(WARM + 3)]
    home = [_request(laptop, built, records=RECORDS) for laptop in laptops[:-1]]
    trust = trusting(built.centre.authority.pem.decode())
    before = _held(built)
    built.centre.close()
    if place.database:
        with psycopg.connect(place.database, autocommit=True) as owner:
            owner.execute("ANALYZE")  # as autovacuum would have done on a centre of some days
    with _server(place) as address:
        single = _one_after_another(address, trust, warm)
        seconds, latencies = _all_at_once(address, trust, home)
    built.centre = open_centre(place, built.clock)
    stored = _held(built) - before
    built.centre.close()
    assert stored == RECORDS * (LAPTOPS + WARM + 3), "something was lost or doubled"
    return {
        "push_240_ms_p50": round(statistics.median(single[3:]) * 1000, 1),
        "push_240_ms_cold": round(single[0] * 1000, 1),
        "laptops_100_s": round(seconds, 2),
        "laptops_100_slowest_s": round(max(latencies), 2),
        "revisions_per_s": round(LAPTOPS * RECORDS / seconds),
    }


def _held(built: BuiltCentre) -> int:
    with built.centre.store.reading() as tx:
        return len(tx.execute(REVISION.select().with_only_columns(REVISION.c.rev_id)).all())


Prepared = tuple[bytes, dict[str, str]]


def _request(laptop: Laptop, built: BuiltCentre, records: int) -> Prepared:
    """A push of different records of different pupils, ready to be sent."""
    revisions = [
        built.growth(laptop, n % LAPTOPS, f"1{n % 40 + 10}.5", record_id=laptop.ids.new())
        for n in range(records)
    ]
    body = packed(laptop.asked(*revisions))
    moment, nonce = SystemClock().now().isoformat(), secrets.token_hex(16)
    text = protocol.signed_text("POST", "/v1/push", moment, nonce, body)
    headers = {
        **PACKED,
        protocol.HEADER_DEVICE: laptop.device.device_id,
        protocol.HEADER_TIME: moment,
        protocol.HEADER_NONCE: nonce,
        protocol.HEADER_SIGNATURE: laptop.key.sign(text).hex(),
    }
    return body, headers


@contextmanager
def _server(place: Place) -> Iterator[str]:
    """The program itself, in another process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    where = ["--data", str(place.data)] if place.data else ["--database", str(place.database)]
    command = [sys.executable, "-m", "clbdesk.centre", *where, "--keys", str(place.keys)]
    root = Path(__file__).parents[1]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    server = subprocess.Popen(
        [*command, "--port", str(port)], cwd=root, env=environment, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"https://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def _send(client: httpx2.Client, prepared: Prepared) -> float:
    body, headers = prepared
    start = time.perf_counter()
    response = client.post("/v1/push", content=body, headers=headers)
    took = time.perf_counter() - start
    assert response.status_code == httpx2.codes.OK, response.status_code
    return took


def _one_after_another(address: str, trust: Any, requests: list[Prepared]) -> list[float]:
    with client_for(address, trust) as client:
        return [_send(client, request) for request in requests]


def _all_at_once(address: str, trust: Any, requests: list[Prepared]) -> tuple[float, list[float]]:
    """Seconds until the last laptop has its answer, connecting included; and each one's wait."""
    latencies: list[float] = []
    gate = threading.Barrier(len(requests) + 1)

    def come_home(request: Prepared) -> None:
        with client_for(address, trust) as client:
            gate.wait()
            latencies.append(_send(client, request))

    threads = [threading.Thread(target=come_home, args=(request,)) for request in requests]
    for thread in threads:
        thread.start()
    gate.wait()
    start = time.perf_counter()
    for thread in threads:
        thread.join()
    assert len(latencies) == len(requests), "a laptop was turned away"
    return time.perf_counter() - start, latencies


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))

"""The laptop's side of the wire against a real TLS port, torn, spoilt and impersonated."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clbdesk.centre.authority import new_authority
from clbdesk.clock import SetClock
from clbdesk.domain.revision import Compartment
from clbdesk.errors import Environment, Refused
from clbdesk.ids import DeviceId, VisitId
from clbdesk.sync import protocol
from clbdesk.sync.enrolment import enrol
from clbdesk.sync.failures import ConnectionLost, GenerationChanged, Unreachable
from clbdesk.sync.machine import SyncReport, TakenAlong, run_sync, take_along
from clbdesk.sync.progress import Progress
from clbdesk.sync.transport import HttpTransport
from tests.sync.simulator.memory_store import MemoryStore
from tests.sync.simulator.world import World
from tests.sync.tls_centre import TlsCentre, packed

NEVER = Event()
HELLO = protocol.Hello(
    protocol=1, kinds={}, generation=None, known_seq=0, compartment=Compartment.MEDICAL, epoch="e"
)


PULL = protocol.Pull(generation="g1", scope="v0", compartment=Compartment.MEDICAL, cursor=0)


def ignore(progress: Progress) -> None:
    """Nobody looks."""


class Party:
    """A centre with one visit on a TLS port, and laptops that go there."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.world = World(7)
        self.clock = SetClock(datetime(2026, 11, 23, 16, tzinfo=UTC))
        self.server = TlsCentre(folder, self.world.centre, **settings)
        self.centre = self.world.centre
        self.pauses: list[float] = []
        self.transports: list[HttpTransport] = []

    def transport(
        self, made_by: type[HttpTransport] = HttpTransport, **other: Any
    ) -> HttpTransport:
        settings: dict[str, Any] = {
            "address": self.server.address,
            "authority": self.server.authority.pem.decode(),
            "device_id": DeviceId("lap"),
            "key": self.server.device_key,
            "clock": self.clock,
            "pause": self.pauses.append,
        }
        made = made_by(**(settings | other))
        self.transports.append(made)
        return made

    def take(self, store: MemoryStore, transport: HttpTransport | None = None) -> TakenAlong:
        return take_along(
            store, transport or self.transport(), self.clock, VisitId("v0"), ignore, NEVER
        )

    def sync(self, store: MemoryStore) -> SyncReport:
        return run_sync(store, self.transport(), self.clock, ignore, NEVER)

    def asked(self) -> list[str]:
        return [name for name, _, _ in self.server.seen]

    def close(self) -> None:
        for transport in self.transports:
            transport.close()
        self.server.stop()


@pytest.fixture
def party(tmp_path):
    made = Party(tmp_path)
    yield made
    made.close()


def laptop() -> MemoryStore:
    return MemoryStore("lap", Compartment.MEDICAL, "epoch-lap")


def test_a_visit_comes_along_and_the_day_comes_home(party):
    store = laptop()
    taken = party.take(store)
    assert taken.pupils == len(store.pupils("v0")) > 0
    world_laptop = party.world.laptops[0]
    world_laptop.store = store
    for _ in range(20):
        party.world.save(world_laptop)
    report = party.sync(store)
    assert report.receipt is not None
    assert report.confirmed + report.quarantined == 20
    assert report.receipt.held + report.receipt.quarantined == 20
    assert {one.rev_id for one in store.revisions.values() if one.epoch == store.epoch} <= {
        one.rev_id for _, one in (*party.centre.kept.rows, *party.centre.kept.apart)
    }


def test_a_pull_cut_at_any_byte_is_void_and_the_next_one_is_whole(party):
    probe = laptop()
    party.take(probe)
    for cut in range(party.server.pull_length):
        party.server.cut_after = cut
        transport = party.transport()
        with pytest.raises(ConnectionLost):
            list(transport.pull(PULL))
        transport.close()
    party.server.cut_after = None
    store = laptop()
    party.take(store)
    assert store.scope_state("v0") == probe.scope_state("v0")


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 0.9, 0.999])
def test_a_visit_that_did_not_come_whole_is_not_in_hand(party, share):
    store = laptop()
    party.take(laptop())
    length = party.server.pull_length

    class CutAtVisit(HttpTransport):
        def pull(self, ask):
            party.server.cut_after = None if ask.scope == "centre" else int(length * share)
            return super().pull(ask)

    transport = party.transport(made_by=CutAtVisit)
    with pytest.raises(Environment) as failure:
        party.take(store, transport)
    assert failure.value.key == "sync.take_incomplete"
    assert failure.value.values["expected"]
    assert store.in_hand() == ()
    assert not [one for one in store.revisions.values() if one.pupil_id]


def test_another_centre_gets_to_hear_nothing(party):
    stranger = new_authority("Ander centrum").pem.decode()
    with pytest.raises(Environment) as failure:
        party.transport(authority=stranger).hello(HELLO)
    assert failure.value.key == "sync.not_the_centre"
    assert not party.server.seen


def test_a_certificate_for_another_name_is_not_the_centre(party):
    # The same address by a name that is not in the certificate.
    with pytest.raises(Environment) as failure:
        party.transport(address=party.server.address.replace("127.0.0.1", "127.1")).hello(HELLO)
    assert failure.value.key == "sync.not_the_centre"
    assert not party.server.seen


def test_an_older_tls_is_not_spoken(tmp_path):
    party = Party(tmp_path, highest_tls=ssl.TLSVersion.TLSv1_2)
    try:
        with pytest.raises(Environment):
            party.transport().hello(HELLO)
        assert not party.server.seen
    finally:
        party.close()


def test_a_closed_port_is_an_unreachable_centre(party):
    with pytest.raises(Unreachable):
        party.transport(address="https://127.0.0.1:1").hello(HELLO)


def test_a_proxy_of_the_environment_is_not_asked(party, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("SSL_CERT_FILE", "/dev/null")
    assert party.transport().hello(HELLO).generation == "g1"


def test_the_centre_sees_whose_signature_it_is(party):
    with pytest.raises(Environment) as failure:
        party.transport(key=Ed25519PrivateKey.generate()).hello(HELLO)
    assert failure.value.key == "sync.not_signed"


def test_a_lost_answer_is_asked_for_once_more_with_a_new_signature(party):
    party.server.lose_answers["hello"] = 1
    assert party.transport().hello(HELLO).generation == "g1"
    (_, first, one), (_, second, other) = party.server.seen
    assert one == other
    nonce = protocol.HEADER_NONCE.lower()
    assert first[nonce] != second[nonce]


def test_answers_that_stay_away_end_the_attempt(party):
    party.server.lose_answers["hello"] = 9
    with pytest.raises(ConnectionLost):
        party.transport().hello(HELLO)
    assert len(party.server.seen) == 2


def test_a_lost_answer_to_a_push_says_how_far_it_came(party):
    store = laptop()
    party.take(store)
    holder = party.world.laptops[0]
    holder.store = store
    for _ in range(7):
        party.world.save(holder)
    party.server.lose_answers["push"] = 2
    with pytest.raises(ConnectionLost) as failure:
        party.sync(store)
    assert failure.value.values == {"done": 0, "total": 7}
    batch = protocol.HEADER_BATCH.lower()
    first = next(headers[batch] for name, headers, _ in party.server.seen if name == "push")
    report = party.sync(store)
    ids = [headers[batch] for name, headers, _ in party.server.seen if name == "push"]
    assert ids[:3] == [first] * 3
    assert report.confirmed + report.quarantined == 7
    assert report.receipt is not None


def test_a_busy_centre_is_asked_again_when_it_says_so(party):
    busy = (503, {"Retry-After": "2", "Content-Encoding": "zstd"}, b"")
    party.server.answers["hello"] = [busy, busy]
    assert party.transport().hello(HELLO).generation == "g1"
    assert len(party.pauses) == 2
    assert all(1.0 <= pause <= 3.0 for pause in party.pauses)


def test_a_centre_that_stays_busy_says_so(party):
    party.server.answers["hello"] = [(503, {}, b"")] * 9
    with pytest.raises(Environment) as failure:
        party.transport().hello(HELLO)
    assert failure.value.key == "sync.busy"


def test_a_restored_centre_is_told_apart_from_other_trouble(party):
    party.centre.begin_generation()
    with pytest.raises(GenerationChanged):
        party.transport().take(
            protocol.Take(generation="g1", visit_id=VisitId("v0"), compartment=Compartment.MEDICAL)
        )


@pytest.mark.parametrize(
    "raw, key",
    [
        ((200, {}, b"<html>Welkom op de wifi</html>"), "sync.no_centre"),
        ((502, {}, b"bad gateway"), "sync.no_centre"),
        ((200, {"Content-Encoding": "zstd"}, b"no zstd at all"), "sync.answer_damaged"),
        ((200, {"Content-Encoding": "zstd"}, packed(b'{"other":1}')), "sync.answer_damaged"),
        ((403, {"Content-Encoding": "zstd"}, packed(b'{"code":"revoked"}')), "sync.revoked"),
        ((426, {"Content-Encoding": "zstd"}, packed(b'{"code":"other_version"}')), "sync.other_version"),
        ((400, {"Content-Encoding": "zstd"}, packed(b'{"code":"odd"}')), "sync.refused_by_centre"),
        ((302, {"Location": "http://127.0.0.1:1/"}, b""), "sync.no_centre"),
    ],
)  # fmt: skip
def test_an_odd_answer_becomes_a_sentence(party, raw, key):
    party.server.answers["hello"] = [raw, raw]
    with pytest.raises(Environment) as failure:
        party.transport().hello(HELLO)
    assert failure.value.key == key


def test_a_small_answer_may_not_fill_the_memory(party):
    bomb = packed(b" " * (protocol.BODY_LIMIT + 1))
    assert len(bomb) < 20_000
    party.server.answers["hello"] = [(200, {"Content-Encoding": "zstd"}, bomb)]
    with pytest.raises(Environment) as failure:
        party.transport().hello(HELLO)
    assert failure.value.key == "sync.answer_damaged"


def test_a_line_without_end_is_not_waited_for(party):
    bomb = packed(b" " * (protocol.LINE_LIMIT * 3))
    party.server.answers["pull"] = [(200, {"Content-Encoding": "zstd"}, bomb)]
    with pytest.raises(Environment) as failure:
        list(party.transport().pull(PULL))
    assert failure.value.key == "sync.answer_damaged"


# --- the lease ------------------------------------------------------------------------------------


def hello_with(party: Party, key: Ed25519PrivateKey, *, years: int = 0) -> None:
    """The next answer to hello, with a lease that this key signed; and then made longer."""
    answer = party.transport().hello(HELLO)
    text = protocol.lease_text(DeviceId("lap"), answer.lease_until, answer.grace_until)
    forged = msgspec.structs.replace(
        answer,
        lease_signature=key.sign(text).hex(),
        lease_until=answer.lease_until + timedelta(days=365 * years),
    )
    content = packed(msgspec.json.encode(forged))
    party.server.answers["hello"] = [(200, {"Content-Encoding": "zstd"}, content)]


@pytest.mark.parametrize("how", ["right", "other key", "longer", "no signature"])
def test_a_lease_counts_only_when_the_centre_of_the_enrolment_signed_it(party, how):
    """Another centre behind the same address and certificate cannot make a stolen laptop live."""
    own, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    if how != "no signature":
        hello_with(party, other if how == "other key" else own, years=how == "longer")
    known = own.public_key().public_bytes_raw().hex()
    transport = party.transport(lease_key=known)
    if how == "right":
        assert transport.hello(HELLO).lease_signature
        return
    with pytest.raises(Environment) as failure:
        transport.hello(HELLO)
    assert failure.value.key == "sync.lease_not_signed"


# --- enrolment ------------------------------------------------------------------------------------


ENROLLED = protocol.EnrolAnswer(
    device_id=DeviceId("lap"),
    device_name="LAP-07",
    centre_name="Testcentrum",
    generation="g1",
    recovery_key="00",
    lease_key="00",
    users=(),
)


def code_of(server: TlsCentre) -> protocol.EnrolmentCode:
    return protocol.EnrolmentCode("K7QF2M9X4T6P", protocol.fingerprint_of(server.authority.der))


def test_a_laptop_enrols_with_the_code_on_paper(party):
    party.server.answers["enrol"] = [
        (200, {"Content-Encoding": "zstd"}, packed(msgspec.json.encode(ENROLLED)))
    ]
    paper = str(code_of(party.server)).lower().replace("-", " ")
    enrolled = enrol(party.server.address, paper, public_key="aa", box_key="bb")
    assert enrolled.answer == ENROLLED
    assert enrolled.authority == party.server.authority.pem.decode()


def test_the_secret_is_never_told_to_another_centre(party):
    other = protocol.EnrolmentCode("K7QF2M9X4T6P", "ab" * 16)
    with pytest.raises(Environment) as failure:
        enrol(party.server.address, str(other), public_key="aa", box_key="bb")
    assert failure.value.key == "sync.not_the_centre"
    assert party.asked() == ["authority"]


def test_a_used_code_is_refused_beside_its_field(party):
    party.server.answers["enrol"] = [
        (403, {"Content-Encoding": "zstd"}, packed(b'{"code":"not_enrolled"}'))
    ]
    with pytest.raises(Refused) as refusal:
        enrol(party.server.address, str(code_of(party.server)), public_key="aa", box_key="bb")
    assert (refusal.value.key, refusal.value.field) == ("sync.code_refused", "code")


@pytest.mark.parametrize(
    "text", ["", "K7QF", "K7QF-2M9X-4T6P", "K7QF-2M9X-4T6P.zz", "." + "0" * 32]
)
def test_what_cannot_be_a_code_is_refused_before_anything_is_asked(party, text):
    with pytest.raises(Refused) as refusal:
        enrol(party.server.address, text, public_key="aa", box_key="bb")
    assert refusal.value.key == "sync.code_unreadable"
    assert not party.server.seen

"""Over the wire: who may speak, and that nothing one can send makes the server fall over."""

from __future__ import annotations

import secrets
import ssl

import httpx2
import msgspec
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clbdesk.centre import administration as office
from clbdesk.centre import upkeep
from clbdesk.centre.wire import PACKED_LIMIT
from clbdesk.clock import SystemClock
from clbdesk.domain.revision import Compartment
from clbdesk.domain.scopes import CENTRE_SCOPE, PushOutcome
from clbdesk.sync import protocol
from clbdesk.sync.connection import client_for
from tests.centre.wire import answer, content_of, serving, trouble

MEDICAL = Compartment.MEDICAL


@pytest.fixture
def wire(built):
    with serving(built) as running:
        yield running


@pytest.fixture
def one_wire(embedded):
    with serving(embedded) as running:
        yield running


def greeting(**changes):
    ask = protocol.Hello(
        protocol=1, kinds={}, generation=None, known_seq=0, compartment=MEDICAL, epoch="epoch-1"
    )
    return msgspec.structs.replace(ask, **changes)


def pulling(laptop, scope=CENTRE_SCOPE):
    return protocol.Pull(generation=laptop.generation, scope=scope, compartment=MEDICAL, cursor=0)


def test_a_laptop_says_hello_pushes_and_pulls(wire):
    laptop = wire.built.laptop("LAP-01", wire.built.nurse)
    hello = answer(wire.signed(laptop, "hello", greeting()), protocol.HelloAnswer)
    assert hello.device_status is protocol.DeviceStatus.OK
    pushed = wire.signed(laptop, "push", laptop.asked(wire.built.growth(laptop, 0, "130.1")))
    (result,) = answer(pushed, protocol.PushAnswer).results
    assert result.outcome is PushOutcome.OK
    lines = content_of(wire.signed(laptop, "pull", pulling(laptop))).splitlines()
    footer = msgspec.json.decode(lines[-1], type=protocol.PullFooter)
    assert footer.count == len(lines) - 2


def test_the_lease_is_signed_by_the_key_that_enrolment_told(wire):
    laptop = wire.built.laptop("LAP-01", wire.built.nurse)
    hello = answer(wire.signed(laptop, "hello", greeting()), protocol.HelloAnswer)
    text = protocol.lease_text(laptop.device.device_id, hello.lease_until, hello.grace_until)
    key = wire.built.centre.authority.key.public_key()
    key.verify(bytes.fromhex(hello.lease_signature), text)


@pytest.mark.parametrize("time", ["2025-11-23T08:00:00+00:00", "2031-01-01T00:00:00Z", "noon"])
def test_a_laptop_whose_clock_is_wrong_by_years_is_heard(wire, time):
    laptop = wire.built.laptop("LAP-01", wire.built.nurse)
    response = wire.signed(laptop, "hello", greeting(), time=time)
    assert answer(response, protocol.HelloAnswer).now == wire.built.clock.now()


def test_certificates_outlast_any_clock(wire):
    certificate = wire.built.centre.authority.certificate
    assert certificate.not_valid_before_utc.year <= 2000
    assert certificate.not_valid_after_utc.year >= 2099


def test_a_request_that_is_heard_twice_is_answered_once(wire):
    laptop = wire.built.laptop("LAP-01", wire.built.nurse)
    nonce = secrets.token_hex(16)
    assert wire.signed(laptop, "hello", greeting(), nonce=nonce).status_code == 200
    assert trouble(wire.signed(laptop, "hello", greeting(), nonce=nonce)) == (403, "not_signed")


def test_nobody_speaks_for_another_laptop(wire):
    one, other = (wire.built.laptop(name, wire.built.nurse) for name in ("LAP-01", "LAP-02"))
    claimed = {protocol.HEADER_DEVICE: other.device.device_id}
    assert trouble(wire.signed(one, "hello", greeting(), **claimed)) == (403, "not_signed")
    claimed = {protocol.HEADER_DEVICE: wire.built.centre.ids.new()}
    assert trouble(wire.signed(one, "hello", greeting(), **claimed)) == (403, "not_enrolled")


def test_a_body_that_was_changed_on_the_way_is_not_signed(wire):
    laptop = wire.built.laptop("LAP-01", wire.built.nurse)
    body = zstandard.ZstdCompressor().compress(msgspec.json.encode(greeting()))
    text = protocol.signed_text("POST", "/v1/hello", "t", "0" * 32, body)
    headers = {
        "Content-Encoding": "zstd",
        protocol.HEADER_DEVICE: laptop.device.device_id,
        protocol.HEADER_TIME: "t",
        protocol.HEADER_NONCE: "0" * 32,
        protocol.HEADER_SIGNATURE: laptop.key.sign(text).hex(),
    }
    other = zstandard.ZstdCompressor().compress(msgspec.json.encode(greeting(known_seq=1)))
    assert trouble(wire.post("/v1/hello", other, headers)) == (403, "not_signed")
    assert trouble(wire.post("/v1/verify", body, headers))[0] in (400, 403)


def test_a_revoked_laptop_may_push_what_waits_and_nothing_else(wire):
    built = wire.built
    laptop = built.laptop("LAP-01", built.nurse)
    office.revoke_device(built.centre, laptop.device.device_id)
    hello = answer(wire.signed(laptop, "hello", greeting()), protocol.HelloAnswer)
    assert (hello.device_status, hello.users) == (protocol.DeviceStatus.REVOKED, ())
    assert hello.lease_until <= built.clock.now()
    pushed = wire.signed(laptop, "push", laptop.asked(built.growth(laptop, 0, "130.1")))
    assert answer(pushed, protocol.PushAnswer).results[0].outcome is PushOutcome.OK
    generation = laptop.generation
    asks = {
        "pull": pulling(laptop),
        "take": protocol.Take(generation=generation, visit_id=built.visit_id, compartment=MEDICAL),
        "release": protocol.Release(
            generation=generation, visit_id=built.visit_id, compartment=MEDICAL
        ),
        "verify": protocol.Verify(
            generation=generation, compartment=MEDICAL, epoch="epoch-1", scopes=()
        ),
        "access": protocol.AccessLog(
            generation=generation, compartment=MEDICAL, epoch="epoch-1", lines=()
        ),
    }
    for name, ask in asks.items():
        assert trouble(wire.signed(laptop, name, ask)) == (403, "revoked"), name


def test_a_laptop_that_knows_more_than_was_given_out_starts_a_new_generation(wire):
    laptop = wire.built.laptop("LAP-01", wire.built.nurse)
    known = greeting(generation=laptop.generation, known_seq=10_000)
    hello = answer(wire.signed(laptop, "hello", known), protocol.HelloAnswer)
    assert hello.generation != laptop.generation
    assert trouble(wire.signed(laptop, "pull", pulling(laptop))) == (409, "generation")


def test_only_tls_1_3_and_only_the_own_authority(one_wire):
    address = str(one_wire.client.base_url)
    with pytest.raises(httpx2.ConnectError), client_for(address, ssl.create_default_context()) as c:
        c.get("/v1/authority")
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(httpx2.ConnectError), client_for(address, old) as c:
        c.get("/v1/authority")


def test_the_description_names_every_route(one_wire):
    response = one_wire.client.get("/v1/openapi/openapi.json")
    paths = msgspec.json.decode(content_of(response))["paths"]
    names = {"authority", "enrol", "hello", "push", "pull", "take", "release", "verify", "access"}
    assert set(paths) == {f"/v1/{name}" for name in names}


# --- What no laptop would send ---------------------------------------------------------------------
def packed(content: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=1).compress(content)


def bomb(size: int) -> bytes:
    return packed(b" " * size)


def test_a_body_that_unpacks_without_end_is_refused(one_wire):
    laptop = one_wire.built.laptop("LAP-01", one_wire.built.nurse)
    huge = bomb(protocol.BODY_LIMIT + 1)
    assert len(huge) < 100_000
    assert trouble(one_wire.send(laptop, "hello", huge)) == (400, "unreadable")


def test_a_body_that_is_too_long_is_refused(one_wire):
    laptop = one_wire.built.laptop("LAP-01", one_wire.built.nurse)
    assert trouble(one_wire.send(laptop, "push", b"x" * (PACKED_LIMIT + 1))) == (413, "too_large")


@pytest.mark.parametrize("body", [b"", b"x", b"\x28\xb5\x2f\xfd", packed(b"{}")[:-3]])
def test_broken_packing_is_refused(one_wire, body):
    laptop = one_wire.built.laptop("LAP-01", one_wire.built.nurse)
    assert trouble(one_wire.send(laptop, "hello", body))[0] == 400


def test_an_unknown_packing_is_refused(one_wire):
    assert trouble(one_wire.post("/v1/hello", b"{}", {"Content-Encoding": "gzip"}))[0] == 400


@pytest.mark.parametrize(
    "path, method, status",
    [
        ("/v1/hello", "GET", 405),
        ("/v1/nothing", "POST", 404),
        ("/", "GET", 404),
        ("/v1/push/../hello", "POST", 400),
    ],
)
def test_other_paths_and_methods_are_trouble(one_wire, path, method, status):
    response = one_wire.client.request(method, path)
    assert trouble(response)[0] == status


NAMES = ["enrol", "hello", "push", "pull", "take", "release", "verify", "access"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
# Values that are right in shape and odd in content: NUL, far dates, huge numbers, long texts.
ODD = [
    None,
    True,
    -1,
    2**70,
    1.5,
    "",
    "\0",
    "x" * 5000,
    "medical",
    "0001-01-01T00:00:00+14:00",
    "2026-11-23T08:00:00",
    "9999-12-31T23:59:59-14:00",
    [],
    {},
    [None],
    "centre",
]


@pytest.fixture(
    scope="module", params=["embedded", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def lasting(request, tmp_path_factory):
    """One running centre for many odd requests."""
    from clbdesk.centre.opening import Place
    from tests.builders.centres import build, embedded_place

    folder = tmp_path_factory.mktemp("lasting")
    if request.param == "embedded":
        place = embedded_place(folder)
    else:
        database = request.getfixturevalue("postgres").new_database()
        place = Place(database=database, keys=folder / "keys")
    built = build(place)
    laptop = built.laptop("LAP-01", built.nurse)
    with serving(built) as running:
        yield running, laptop
    built.centre.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(name=st.sampled_from(NAMES), content=JSON)
def test_whatever_json_is_sent_the_answer_is_trouble_and_never_a_fault(lasting, name, content):
    wire, laptop = lasting
    status, code = trouble(wire.signed(laptop, name, msgspec.json.encode(content)))
    assert status < 500, code


@pytest.mark.parametrize("name", NAMES)
def test_odd_values_in_right_messages_never_make_a_fault(lasting, name):
    wire, laptop = lasting
    inner = {"push": "revisions", "access": "lines"}.get(name)
    faults = []
    for spot in [None, inner] if inner else [None]:
        for field in sorted(
            _at(msgspec.to_builtins(right_messages(wire.built, laptop)[name]), spot)
        ):
            for odd in ODD:
                ask = msgspec.to_builtins(right_messages(wire.built, laptop)[name])
                _at(ask, spot)[field] = odd
                response = wire.signed(laptop, name, msgspec.json.encode(ask))
                if response.status_code >= 500:
                    faults.append((spot, field, odd, content_of(response)))
    assert not faults


def _at(ask, spot):
    """The message itself, or the first of what it holds."""
    return ask if spot is None else ask[spot][0]


def right_messages(built, laptop):
    generation = laptop.generation
    at = SystemClock().now()
    line = protocol.AccessLine(
        number=1,
        at=at,
        staff_id=built.nurse,
        role="nurse",
        action="open",
        kind="pupil",
        record_id=None,
        pupil_id=built.pupils[0],
        reason="",
        previous="",
        digest="",
    )
    return {
        "enrol": protocol.Enrol(code="ABCD", public_key="00" * 32, box_key="00" * 32),
        "hello": greeting(generation=generation, in_hand=(built.visit_id,)),
        "push": laptop.asked(built.growth(laptop, 0, "130.1")),
        "pull": pulling(laptop, built.visit_id),
        "take": protocol.Take(generation=generation, visit_id=built.visit_id, compartment=MEDICAL),
        "release": protocol.Release(
            generation=generation, visit_id=built.visit_id, compartment=MEDICAL
        ),
        "verify": protocol.Verify(
            generation=generation,
            compartment=MEDICAL,
            epoch="epoch-1",
            scopes=(protocol.ScopeState(scope=CENTRE_SCOPE, cursor=5, count=0, digest=""),),
        ),
        "access": protocol.AccessLog(
            generation=generation, compartment=MEDICAL, epoch="epoch-1", lines=(line,)
        ),
    }


def test_after_all_that_the_centre_is_still_sound(lasting):
    wire, _ = lasting
    proof = upkeep.verify(wire.built.centre)
    assert (proof.wrong_leaves, proof.wrong_lists, proof.broken_seals) == ([], [], [])

"""Two laptops that are linked at the school: a sealed line from a code, and union over it."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import closing
from itertools import pairwise
from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from spake2 import SPAKE2_A, SPAKE2_B

from clbdesk.domain.revision import Compartment, Role
from clbdesk.errors import ClbdeskError, Environment, Refused
from clbdesk.ids import DeviceId, RevId, VisitId
from clbdesk.services.station_link import TRIES, LinkState, Phase, StationLink
from clbdesk.sync import finding, pairing
from clbdesk.sync import link as link_module
from clbdesk.sync.link import LINK_PROTOCOL, Greeting, Link
from tests.sync.real_party import RealLaptop, RealParty, growth_id

VISIT = VisitId("visit")


def agreed(code: str, typed: str) -> list[pairing.Line | ClbdeskError]:
    """What both sides of a line have after the code was typed."""
    shows, types = socket.socketpair()
    found: dict[str, pairing.Line | ClbdeskError] = {}

    def side(name, agree, wire, word):
        try:
            found[name] = agree(wire, word)
        except ClbdeskError as error:
            wire.close()
            found[name] = error

    other = threading.Thread(target=side, args=("types", pairing.type_in, types, typed))
    other.start()
    side("shows", pairing.show, shows, code)
    other.join()
    return [found["shows"], found["types"]]


def lines() -> tuple[pairing.Line, pairing.Line]:
    one, other = agreed("12345678", "12345678")
    assert isinstance(one, pairing.Line)
    assert isinstance(other, pairing.Line)
    return one, other


def test_the_same_code_makes_a_line_both_ways():
    one, other = lines()
    with closing(one), closing(other):
        one.send(b"weigering")
        one.send(b"afwezig" * 1000)
        got = list(other.receive())
        while len(got) < 2:
            got += other.receive()
        assert got == [b"weigering", b"afwezig" * 1000]
        other.send(b"gezien")
        assert list(one.receive()) == [b"gezien"]


def test_another_code_is_told_to_both_and_opens_nothing():
    for side in agreed("12345678", "12345679"):
        assert isinstance(side, Refused)
        assert side.key == "link.wrong_code"


def test_who_guesses_and_leaves_has_learned_nothing():
    shows, guesses = socket.socketpair()
    told: list[ClbdeskError] = []

    def show():
        with shows:
            try:
                pairing.show(shows, "12345678")
            except ClbdeskError as error:
                told.append(error)

    showing = threading.Thread(target=show)
    showing.start()
    with guesses:
        spake = SPAKE2_B(b"12345679", **pairing._NAMES)
        pairing._send_frame(guesses, spake.start())
        spake.finish(pairing._receive_frame(guesses))
        guesses.settimeout(0.5)
        with pytest.raises(TimeoutError):  # no proof before an own one, which costs a try
            guesses.recv(1)
    showing.join()
    assert [error.key for error in told] == ["link.broken"]


@pytest.mark.parametrize("sent", [b"", b"A", b"B" + bytes(32), b"B" + b"\xff" * 32, b"x" * 200])
def test_whatever_a_stranger_sends_is_a_broken_line_and_no_fault(sent):
    shows, knocks = socket.socketpair()
    with shows, knocks:
        pairing._send_frame(knocks, sent)
        with pytest.raises(Environment, match=r"link\.broken"):
            pairing.show(shows, "12345678")


def test_who_listens_on_the_wire_reads_nothing(monkeypatch):
    heard = bytearray()
    send = pairing._send_frame

    def listening(wire, content):
        heard.extend(content)
        send(wire, content)

    monkeypatch.setattr(pairing, "_send_frame", listening)
    one, other = lines()
    with closing(one), closing(other):
        one.send(b"PEETERS Lotte weigert")
        assert list(other.receive()) == [b"PEETERS Lotte weigert"]
    assert b"PEETERS" not in heard
    assert b"12345678" not in heard


@pytest.mark.parametrize("harm", ["repeated", "changed", "left out", "too long"])
def test_a_frame_that_was_touched_breaks_the_line(harm):
    one, other = lines()
    frames: list[bytes] = []
    with closing(one), closing(other):
        wire = one._wire
        one._wire = _Recording(frames)  # type: ignore[assignment]
        one.send(b"eerste")
        one.send(b"tweede")
        first, second = frames
        sent = {
            "repeated": [first, first],
            "changed": [first[:-1] + bytes([first[-1] ^ 1])],
            "left out": [second],
            "too long": [b"\xff\xff\xff\xff"],
        }[harm]
        wire.sendall(b"".join(sent))
        with pytest.raises(Environment, match=r"link\.broken"):
            list(other.receive())
        wire.close()


class _Recording:
    """Stands at the place of a wire and keeps what is sent."""

    def __init__(self, frames: list[bytes]) -> None:
        self._frames = frames

    def sendall(self, frame: bytes) -> None:
        self._frames.append(frame)

    def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize("typed", ["", "1234567", "123456789", "twaalf"])
def test_a_code_of_another_length_is_not_tried(typed):
    with pytest.raises(Refused, match=r"link\.code_length"):
        pairing.read_code(typed)


def test_spaces_in_a_code_do_not_matter():
    assert pairing.read_code("1234 5678") == "12345678"


@pytest.mark.parametrize("typed", ["192.168.1.20", ":80", "host:", "host:0", "host:70000"])
def test_an_address_without_its_port_is_asked_again(typed):
    with pytest.raises(Refused, match=r"link\.address"):
        finding.read_address(typed)


# --- the machine ---


class Shelf:
    """A vault in memory: revisions by place, as the link sees them."""

    def __init__(self) -> None:
        self.held: list = []

    def since(self, row):
        return self.held[row:], len(self.held)

    def take_in(self, revisions):
        known = {one.rev_id for one in self.held}
        new = [one for one in revisions if one.rev_id not in known]
        self.held += new
        return len(new)


def greeting(**other) -> Greeting:
    values = {
        "protocol": LINK_PROTOCOL,
        "compartment": Compartment.MEDICAL,
        "visit_id": VISIT,
        "device": DeviceId("a"),
        "device_name": "LAP-03",
        "user_name": "An",
    }
    return Greeting(**{**values, **other})


@pytest.fixture(scope="module")
def revisions(tmp_path_factory):
    """A dozen sealed revisions, each by another act."""
    party = RealParty(tmp_path_factory.mktemp("party"))
    laptop = party.laptop("LAP-03")
    laptop.take(party.built.visit_id)
    pupil = party.built.pupils[0]
    made = [laptop.measure(pupil, party.built.visit_id, f"13{n % 10}.5") for n in range(12)]
    party.close()
    return made


@given(seed=st.integers(0, 2**32))
def test_whatever_the_order_both_end_with_everything_and_nothing_twice(revisions, seed):
    chance = Random(seed)
    shelves = [Shelf(), Shelf()]
    links = [
        Link(greeting(device=DeviceId(name)), shelf)
        for name, shelf in zip("ab", shelves, strict=True)
    ]
    mail: list[list[bytes]] = [[links[1].hello()], [links[0].hello()]]
    waiting = list(revisions)
    while waiting or any(mail):
        side = chance.randrange(2)
        if waiting and chance.random() < 0.4:
            one = waiting.pop()
            for where in {side, chance.randrange(2)}:  # sometimes both know it already
                shelves[where].take_in([one])
            mail[1 - side] += links[side].news()
        elif mail[side]:
            mail[1 - side] += links[side].feed(mail[side].pop(0))
        for number in (0, 1):
            mail[1 - number] += links[number].news()
    for shelf in shelves:
        assert sorted(one.rev_id for one in shelf.held) == sorted(one.rev_id for one in revisions)


def test_a_long_story_is_told_a_piece_at_a_time(revisions, monkeypatch):
    import msgspec

    monkeypatch.setattr(link_module, "_AT_ONCE", 5)
    story = [
        msgspec.structs.replace(one, rev_id=RevId(f"{one.rev_id}-{n}"))
        for n in range(12)
        for one in revisions
    ]
    shelves = [Shelf(), Shelf()]
    shelves[0].take_in(story[:100])
    shelves[1].take_in(story[44:])
    links = [
        Link(greeting(device=DeviceId(name)), shelf)
        for name, shelf in zip("ab", shelves, strict=True)
    ]
    mail: list[list[bytes]] = [[links[1].hello()], [links[0].hello()]]
    while any(mail):
        for side in (0, 1):
            if mail[side]:
                mail[1 - side] += links[side].feed(mail[side].pop(0)) + links[side].news()
        assert all(sum(b'"revisions"' in one for one in way) <= 1 for way in mail)
    for shelf in shelves:
        assert {one.rev_id for one in shelf.held} == {one.rev_id for one in story}


@pytest.mark.parametrize(
    "other, key",
    [
        ({"protocol": LINK_PROTOCOL + 1}, "link.other_version"),
        ({"visit_id": VisitId("elsewhere")}, "link.other_visit"),
        ({"compartment": Compartment.GUIDANCE}, "link.other_compartment"),
        ({}, "link.same_laptop"),
    ],
)
def test_another_visit_vault_or_program_is_refused_before_anything_is_told(other, key, revisions):
    shelf = Shelf()
    shelf.take_in(revisions)
    link = Link(greeting(), shelf)
    assert link.news() == []
    with pytest.raises(Refused) as refusal:
        link.feed(Link(greeting(**other), Shelf()).hello())
    assert refusal.value.key == key
    assert link.news() == []


def test_news_before_a_greeting_is_not_believed(revisions):
    teller = Link(greeting(device=DeviceId("b")), Shelf())
    teller.feed(Link(greeting(), Shelf()).hello())
    teller._store.take_in(revisions)
    shelf = Shelf()
    with pytest.raises(Refused):
        Link(greeting(), shelf).feed(teller.news()[0])
    assert shelf.held == []


def test_a_revision_with_a_broken_seal_is_left_with_its_own_laptop(revisions):
    whole, harmed = revisions[0], msgspec.structs.replace(revisions[1], body=revisions[2].body)
    teller, shelf = Link(greeting(device=DeviceId("b")), Shelf()), Shelf()
    listener = Link(greeting(), shelf)
    listener.feed(teller.hello())
    teller.feed(listener.hello())
    teller._store.take_in([whole, harmed])
    (answer,) = listener.feed(teller.news()[0])
    teller.feed(answer)
    assert shelf.held == [whole]
    assert (teller.sent, teller.unusable) == (1, 1)


# --- two real laptops ---


class Watched:
    """A link and everything it told."""

    def __init__(self, laptop: RealLaptop, visit: VisitId) -> None:
        self.states: list[LinkState] = []
        self.changes: list = []
        self.link = StationLink(
            laptop.desk, visit, lambda _link, state: self.states.append(state), self.changes.append
        )

    def end(self) -> None:
        self.link.end()
        self.link.wait()

    def until(self, phase: Phase, *, received: int = 0, sent: int = 0) -> LinkState:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            state = self.link.state
            if state.phase is phase and state.received >= received and state.sent >= sent:
                return state
            time.sleep(0.02)
        raise AssertionError(f"never {phase}: {self.link.state}")


@pytest.fixture
def party(tmp_path):
    made = RealParty(tmp_path)
    yield made
    made.close()


@pytest.fixture
def pair(party):
    """Two laptops with the visit in hand, and their links; ended after the test."""
    laptops = (party.laptop("LAP-03"), party.laptop("LAP-07", party.built.doctor))
    for laptop in laptops:
        laptop.take(party.built.visit_id)
    watched = tuple(Watched(laptop, party.built.visit_id) for laptop in laptops)
    yield laptops, watched
    for one in watched:
        one.end()


def connect(watched: tuple[Watched, Watched]) -> None:
    shows, types = watched
    shows.link.show_code()
    state = shows.until(Phase.SHOWING)
    types.link.type_code(state.code, f"127.0.0.1:{state.port}")
    for one in watched:
        one.until(Phase.LINKED)


def test_what_is_recorded_at_one_post_is_at_the_other_at_once_and_goes_home_once(party, pair):
    (an, els), watched = pair
    visit, (lotte, jan) = party.built.visit_id, party.built.pupils[:2]
    before = an.measure(lotte, visit, "136.2")
    with an.desk.vault.read() as reader:
        own = reader.outbox_count()
    connect(watched)
    watched[1].until(Phase.LINKED, received=1)
    after = els.measure(jan, visit, "128.4")
    watched[1].link.notice()
    watched[0].until(Phase.LINKED, received=1)
    assert els.leaves(growth_id(lotte, visit)) == (before,)
    assert an.leaves(growth_id(jan, visit)) == (after,)
    assert watched[0].changes[0].pupil_ids == {jan}
    with an.desk.vault.read() as reader:
        assert reader.outbox_count() == own  # what was heard is its own laptop's to bring home

    assert an.sync().confirmed == own
    els.sync()
    an.sync()
    for record in (growth_id(lotte, visit), growth_id(jan, visit)):
        assert an.leaves(record) == els.leaves(record)
        assert len(an.leaves(record)) == 1
    for laptop in (an, els):
        assert all(scope.is_equal for scope in laptop.sync().scopes)


def test_a_visit_is_not_given_back_while_the_centre_lacks_what_was_heard(party, pair):
    (an, els), watched = pair
    visit, pupil = party.built.visit_id, party.built.pupils[0]
    heard = els.measure(pupil, visit, "128.4")
    connect(watched)
    watched[0].until(Phase.LINKED, received=1)
    report = an.sync(visit)
    assert [one.is_waiting for one in report.releases] == [True]
    assert an.leaves(growth_id(pupil, visit)) == (heard,)
    els.sync()
    report = an.sync(visit)
    assert not any(one.is_refused for one in report.releases)


def test_two_posts_that_measure_the_same_pupil_both_see_it_at_once(party, pair):
    (an, els), watched = pair
    visit, pupil = party.built.visit_id, party.built.pupils[0]
    an.measure(pupil, visit, "136.2")
    els.measure(pupil, visit, "132.6")
    connect(watched)
    for laptop, one in zip((an, els), watched, strict=True):
        one.until(Phase.LINKED, received=1)
        assert len(laptop.leaves(growth_id(pupil, visit))) == 2


def test_a_link_that_is_torn_is_told_and_loses_nothing(party, pair):
    (an, els), watched = pair
    visit, pupil = party.built.visit_id, party.built.pupils[0]
    connect(watched)
    watched[1].link.end()
    state = watched[0].until(Phase.BROKEN)
    assert state.trouble is not None
    assert state.trouble.key == "link.broken"
    assert state.exchanged_at is not None
    made = an.measure(pupil, visit, "136.2")
    again = tuple(Watched(laptop, visit) for laptop in (an, els))
    connect(again)
    again[1].until(Phase.LINKED, received=1)
    for one in again:
        one.end()
    assert els.leaves(growth_id(pupil, visit)) == (made,)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_mistake_of_the_program_does_not_leave_a_link_that_seems_to_be_there(party, pair):
    (_, els), watched = pair
    visit, pupil = party.built.visit_id, party.built.pupils[0]
    connect(watched)

    def fails(_changes):
        raise RuntimeError("the window is gone")

    watched[0].link._store._changed = fails
    els.measure(pupil, visit, "128.4")
    watched[1].link.notice()
    assert watched[0].until(Phase.BROKEN).trouble.key == "link.broken"
    assert not watched[0].link.state.is_linked


def test_after_three_wrong_codes_the_code_is_no_longer_good(party, pair):
    (_, els), (shows, _) = pair
    shows.link.show_code()
    shown = shows.until(Phase.SHOWING)
    code, address = shown.code, f"127.0.0.1:{shown.port}"
    wrong = f"{(int(code) + 1) % 10**8:08d}"
    for _ in range(TRIES):
        guess = Watched(els, party.built.visit_id)
        guess.link.type_code(wrong, address)
        assert guess.until(Phase.BROKEN).trouble.key == "link.wrong_code"
        guess.end()
    assert shows.until(Phase.BROKEN).trouble.key == "link.wrong_code"
    late = Watched(els, party.built.visit_id)
    late.link.type_code(code, address)
    assert late.until(Phase.BROKEN).trouble.key in {"link.not_found", "link.broken"}
    late.end()


def test_the_laptop_that_shows_the_code_is_found_without_an_address(party, pair, monkeypatch):
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setattr(finding, "PORT", free.getsockname()[1])
    _, (shows, types) = pair
    shows.link.show_code()
    types.link.type_code(shows.until(Phase.SHOWING).code)
    assert types.until(Phase.LINKED).other == "An Janssens, LAP-03"
    shows.until(Phase.LINKED)


def test_a_laptop_that_answers_and_does_not_open_is_passed_by(pair, monkeypatch):
    _, (shows, types) = pair
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    shows.link.show_code()
    state = shows.until(Phase.SHOWING)
    found = [("127.0.0.1", port), ("127.0.0.1", state.port)]
    monkeypatch.setattr(finding, "find", lambda: found)
    types.link.type_code(state.code)
    assert types.until(Phase.LINKED).other == "An Janssens, LAP-03"


def test_who_answers_everywhere_and_leaves_with_the_proof_has_no_more_guesses(pair, monkeypatch):
    """A proof tells whether a guess was right; whoever sends none back had the guess all the same."""
    _, (_, types) = pair
    proofs: list[bytes] = []
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        server.settimeout(5)

        def listen():
            while len(proofs) < 2 * TRIES:
                try:
                    wire, _ = server.accept()
                except OSError:
                    return
                with wire:
                    wire.settimeout(5)
                    spake = SPAKE2_A(f"{len(proofs):08d}".encode(), **pairing._NAMES)
                    pairing._send_frame(wire, spake.start())
                    spake.finish(pairing._receive_frame(wire))
                    proofs.append(pairing._receive_frame(wire))

        listening = threading.Thread(target=listen)
        listening.start()
        everywhere = [("127.0.0.1", server.getsockname()[1])] * 2 * TRIES
        monkeypatch.setattr(finding, "find", lambda: everywhere)
        types.link.type_code("12345678")
        trouble = types.until(Phase.BROKEN).trouble
        server.shutdown(socket.SHUT_RDWR)
        listening.join()
    assert trouble.key == "link.wrong_code"
    assert len(proofs) == TRIES


def test_what_nobody_may_write_is_not_heard_from_another_post(revisions):
    """A membership, a list of rights: a post of the same team gives nobody more than the centre did."""
    promoted = msgspec.structs.replace(
        revisions[0], kind="membership", kind_version=1, compartment=Compartment.PLANNING
    )
    by_the_office = msgspec.structs.replace(revisions[1], role=Role.ADMINISTRATION)
    teller, shelf = Link(greeting(device=DeviceId("b")), Shelf()), Shelf()
    listener = Link(greeting(), shelf)
    listener.feed(teller.hello())
    teller.feed(listener.hello())
    teller._store.take_in([promoted, by_the_office, revisions[2]])
    listener.feed(teller.news()[0])
    assert shelf.held == [revisions[2]]


def test_the_access_log_of_both_names_the_other_laptop(party, pair):
    laptops, watched = pair
    connect(watched)
    for laptop, other in zip(laptops, ("LAP-07", "LAP-03"), strict=True):
        with laptop.desk.vault.read() as reader:
            lines = [line for line in reader.access_lines() if line.action == "link"]
        assert len(lines) == 1
        assert lines[0].reason.startswith(other)


def test_states_come_in_an_order_that_can_be_shown(party, pair):
    _, watched = pair
    connect(watched)
    for one in watched:
        one.end()
    phases = [state.phase for state in watched[0].states]
    assert phases[0] is Phase.SHOWING
    assert phases[-1] in {Phase.OFF, Phase.BROKEN}
    later = {(one, two) for one, two in pairwise(phases) if one is not two}
    assert later <= {
        (Phase.SHOWING, Phase.LINKED),
        (Phase.LINKED, Phase.OFF),
        (Phase.LINKED, Phase.BROKEN),
    }

"""Merging is a union: whatever the order in which revisions arrive, everybody sees the same leaves."""

from __future__ import annotations

from datetime import UTC, datetime
from string import hexdigits

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clbdesk.domain.revision import (
    Compartment,
    Revision,
    RevisionStatus,
    Role,
    body_commit,
    is_sealed,
    leaves,
)
from clbdesk.domain.scopes import Sequenced, digest_of, receipt_code
from clbdesk.ids import DeviceId, PupilId, RecordId, RevId, StaffId, VisitId
from clbdesk.sync.protocol import Push, PushAnswer, ScopeState
from tests.sync.simulator.memory_store import MemoryStore

MOMENTS = st.integers(0, 2**32).map(lambda second: datetime.fromtimestamp(second, UTC))
# Any text a person can type, the odd ones too; a lone surrogate is no text.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@st.composite
def revisions(draw: st.DrawFn) -> Revision:
    body = draw(st.dictionaries(TEXT, TEXT | st.integers() | st.none(), max_size=4))
    # Not our own canonical form: what another version wrote comes through byte for byte too.
    text = msgspec.json.format(msgspec.json.encode(body), indent=draw(st.integers(0, 3))).decode()
    salt = draw(st.text("0123456789abcdef", min_size=32, max_size=32))
    return Revision(
        rev_id=RevId(draw(TEXT)),
        record_id=RecordId("record"),
        base=(),
        kind="growth",
        kind_version=draw(st.integers(1, 99)),
        compartment=draw(st.sampled_from(Compartment)),
        pupil_id=draw(st.none() | TEXT.map(PupilId)),
        visit_id=draw(st.none() | TEXT.map(VisitId)),
        school_id=None,
        author=StaffId("an"),
        role=draw(st.sampled_from(Role)),
        device=DeviceId("lap"),
        epoch="e",
        device_seq=draw(st.integers(1, 2**40)),
        occurred_at=draw(MOMENTS),
        recorded_at=draw(MOMENTS),
        status=draw(st.sampled_from(RevisionStatus)),
        reason=draw(st.none() | TEXT),
        clock_uncertain=draw(st.booleans()),
        body=text,
        salt=salt,
        body_commit=body_commit(salt, text),
    )


@given(st.lists(revisions(), max_size=4))
def test_a_push_comes_out_of_the_wire_byte_for_byte(sent):
    push = Push(
        generation="g",
        batch_id="b",
        compartment=Compartment.MEDICAL,
        epoch="e",
        revisions=tuple(sent),
    )
    received = msgspec.json.decode(msgspec.json.encode(push), type=Push)
    assert received == push
    assert [one.body.encode() for one in received.revisions] == [one.body.encode() for one in sent]
    assert all(map(is_sealed, received.revisions))


@given(revisions())
def test_a_revision_is_encoded_the_same_after_a_journey(sent):
    there = msgspec.json.encode(sent)
    back = msgspec.json.encode(msgspec.json.decode(there, type=Revision))
    assert back == there


@given(revisions(), st.integers(0, 200))
def test_a_changed_byte_breaks_the_seal(sent, spot):
    spot %= max(1, len(sent.body))
    other = "0" if sent.body[spot] != "0" else "1"
    spoilt = msgspec.structs.replace(sent, body=sent.body[:spot] + other + sent.body[spot + 1 :])
    assert not is_sealed(spoilt)


@st.composite
def histories(draw: st.DrawFn) -> list[Revision]:
    """The revisions of a few records, each resting on some that came before it."""
    written: list[Revision] = []
    for number in range(draw(st.integers(1, 14))):
        record = draw(st.sampled_from(("growth.1", "growth.2")))
        before = [one.rev_id for one in written if one.record_id == record]
        base = draw(st.lists(st.sampled_from(before), max_size=3, unique=True)) if before else []
        body = f'{{"n":{draw(st.integers(0, 2))}}}'
        written.append(
            msgspec.structs.replace(
                PLAIN,
                rev_id=RevId(f"r{number:02}"),
                record_id=RecordId(record),
                base=tuple(base),
                status=draw(st.sampled_from(RevisionStatus)),
                body=body,
                body_commit=body_commit(PLAIN.salt, body),
            )
        )
    return written


PLAIN = Revision(
    rev_id=RevId("r"),
    record_id=RecordId("growth"),
    base=(),
    kind="growth",
    kind_version=1,
    compartment=Compartment.MEDICAL,
    pupil_id=PupilId("p"),
    visit_id=VisitId("v"),
    school_id=None,
    author=StaffId("an"),
    role=Role.NURSE,
    device=DeviceId("lap"),
    epoch="e",
    device_seq=1,
    occurred_at=datetime(2026, 11, 23, tzinfo=UTC),
    recorded_at=datetime(2026, 11, 23, tzinfo=UTC),
    status=RevisionStatus.FINAL,
    reason=None,
    clock_uncertain=False,
    body="{}",
    salt="00" * 16,
    body_commit="",
)


def received(batches: list[list[Revision]]) -> MemoryStore:
    """A vault to which these came in this order, one pull per batch."""
    store = MemoryStore("lap", Compartment.MEDICAL, "e")
    cursor = 0
    for batch in batches:
        store.begin_stage("v")
        lines = [Sequenced(seq=cursor + n, revision=one) for n, one in enumerate(batch, 1)]
        store.stage("v", lines)
        cursor += len(batch)
        store.apply_stage("v", cursor, {})
    return store


def standing(store: MemoryStore) -> dict[str, list[str]]:
    return {
        record: [one.rev_id for one in leaves(store.of_record(record))]
        for record in ("growth.1", "growth.2")
    }


@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(history, dice):
    shuffled = list(history)
    dice.shuffle(shuffled)
    one, other = received([history]), received([shuffled])
    assert standing(one) == standing(other)
    assert one.scope_state("v").digest == other.scope_state("v").digest


@given(histories(), st.integers(0, 14))
def test_a_part_and_then_the_rest_is_the_whole(history, cut):
    assert standing(received([history[:cut], history[cut:]])) == standing(received([history]))


@given(histories())
def test_receiving_twice_is_receiving_once(history):
    assert standing(received([history, history])) == standing(received([history]))


@given(histories())
def test_no_leaf_is_ever_lost_but_by_a_revision_that_names_it(history):
    named = {rev_id for one in history for rev_id in one.base}
    shown = {(one.status, one.body) for one in history if one.rev_id not in named}
    store = received([history])
    seen = {
        (one.status, one.body) for record in standing(store) for one in leaves(store.of_record(record))
    }  # fmt: skip
    assert shown == seen


@given(st.lists(st.tuples(TEXT, TEXT), unique=True), st.randoms(use_true_random=False))
def test_a_digest_does_not_depend_on_order(pairs, dice):
    shuffled = list(pairs)
    dice.shuffle(shuffled)
    assert digest_of(shuffled) == digest_of(pairs)


def test_a_receipt_code_is_eight_digits_that_people_can_compare():
    states = [ScopeState(scope="centre", cursor=3, count=1, digest="ab" * 32)]
    code = receipt_code(states)
    assert len(code) == 9
    assert code[4] == "-"
    assert set(code) <= set(hexdigits.upper()) | {"-"}
    assert code != receipt_code([msgspec.structs.replace(states[0], digest="cd" * 32)])


def test_an_unknown_field_of_an_envelope_is_refused():
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"generation":"g","results":[],"extra":1}', type=PushAnswer)

"""Heads are derived: any history, in any order and in any batches, gives the same ones."""

import random

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from clbdesk.domain.revision import RevisionStatus
from clbdesk.domain.scopes import Sequenced
from clbdesk.ids import RecordId, RevId
from clbdesk.storage import scopes
from clbdesk.storage.heads import heads_differ, rebuild_heads
from tests.builders.vaults import MORNING, Station, new_station

RECORDS = ("a", "b", "c")


@st.composite
def histories(draw):
    """(record, base, body, withdrawn) of each revision; a base is any earlier ones of the record."""
    made: list[tuple[str, tuple[int, ...], str, bool]] = []
    for _ in range(draw(st.integers(1, 12))):
        record = draw(st.sampled_from(RECORDS))
        earlier = [at for at, one in enumerate(made) if one[0] == record]
        base = draw(st.lists(st.sampled_from(earlier), unique=True, max_size=3)) if earlier else []
        body = draw(st.sampled_from(("{}", '{"x":1}', '{"x":2}')))
        made.append((record, tuple(base), body, draw(st.booleans())))
    return made


def revisions_of(history, example):
    return [
        replace(
            example,
            rev_id=RevId(f"rev-{at:02}"),
            record_id=RecordId(record),
            base=tuple(RevId(f"rev-{one:02}") for one in base),
            kind="background",
            body=body,
            status=RevisionStatus.WITHDRAWN if withdrawn else RevisionStatus.FINAL,
        )
        for at, (record, base, body, withdrawn) in enumerate(history)
    ]


def receive(station: Station, revisions, sizes) -> None:
    """Apply them as pulls of these sizes."""
    lines = [Sequenced(seq=at, revision=one) for at, one in enumerate(revisions, 1)]
    while lines:
        size = next(sizes)
        with station.vault.write() as work:
            now, last = lines[:size], lines[:size][-1].seq
            scopes.apply(work.connection, "visit", now, last, MORNING, {})
        lines = lines[size:]


def all_heads(station: Station):
    with station.vault.read() as reader:
        assert not heads_differ(reader.connection)
        return {head.record_id: head for head in reader.heads(include_withdrawn=True)}


@given(history=histories(), seed=st.integers(0, 2**32))
def test_every_order_and_every_batching_gives_the_same_heads(tmp_path_factory, history, seed):
    chance = random.Random(seed)
    seen = []
    for shuffled in (False, True):
        station = new_station(tmp_path_factory.mktemp("vault"))
        station.save_pupil()
        revisions = revisions_of(history, station.saved[0])
        if shuffled:
            chance.shuffle(revisions)
        receive(station, revisions, iter(lambda: chance.randint(1, 5), 0))
        seen.append(all_heads(station))
        with station.vault.write() as work:
            rebuild_heads(work.connection)
        assert all_heads(station) == seen[-1]
        station.vault.close()
    assert seen[0].keys() == seen[1].keys()
    for record_id, head in seen[0].items():
        assert head == seen[1][record_id]


def test_a_head_that_was_tampered_with_is_noticed_and_put_right(tmp_path):
    station = new_station(tmp_path)
    station.save_pupil()
    with station.vault.write() as work:
        work.connection.exec_driver_sql("UPDATE head SET stands = 0")
    assert station.vault.check() == ["heads"]
    station.vault.rebuild()
    assert station.vault.check() == []
    station.vault.close()


def test_a_whole_vault_is_not_called_damaged_because_another_connection_wrote(tmp_path):
    """The search index is remembered per connection; one that is behind must not be asked."""
    station = new_station(tmp_path)
    station.save_pupil()
    with station.vault.read() as behind:
        assert behind.find_pupils("p") is not None
        station.vault.rebuild()
        assert station.vault.check() == []
    assert not station.vault.has_damaged_pages()
    station.vault.close()

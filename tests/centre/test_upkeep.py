"""Backups that mean something, restores that are noticed, proofs that can fail, erasure that holds."""

from __future__ import annotations

import shutil
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import delete, select, update

from clbdesk.centre import backup, upkeep
from clbdesk.centre.centre import Centre
from clbdesk.centre.opening import FILE_NAME, Place, initialise, open_centre
from clbdesk.centre.schema import LEAF, QUARANTINE, REVISION, VISIT_MEMBER
from clbdesk.domain.body import encode
from clbdesk.domain.device import AccessLine
from clbdesk.domain.revision import Role
from clbdesk.errors import Environment, Refused
from clbdesk.storage.access_log import digest_of_line, first_link
from clbdesk.storage.schema import revision_of
from clbdesk.sync import protocol
from tests.builders.centres import embedded_place, growth_body, pupil


def seq_of(centre: Centre) -> int:
    return upkeep.status(centre).particulars.seq


def durable_seq_of(centre: Centre) -> int:
    return upkeep.status(centre).particulars.durable_seq


def test_the_embedded_centre_publishes_only_what_its_backup_holds(embedded):
    laptop = embedded.laptop("LAP-01", embedded.nurse)
    laptop.push(embedded.growth(laptop, 0, "130.1"))
    assert durable_seq_of(embedded.centre) == 0
    assert upkeep.back_up_now(embedded.centre) == seq_of(embedded.centre)
    laptop.push(embedded.growth(laptop, 1, "130.1"))
    assert durable_seq_of(embedded.centre) == seq_of(embedded.centre) - 1


def test_a_backup_can_be_put_back_and_laptops_notice(embedded, tmp_path):
    laptop = embedded.laptop("LAP-01", embedded.nurse)
    kept, lost = (embedded.growth(laptop, n, "130.1") for n in range(2))
    laptop.push(kept)
    upkeep.back_up_now(embedded.centre)
    (place_lost,) = laptop.push(lost)
    embedded.centre.close()
    (copy,) = sorted((tmp_path / "centre" / "backup").glob("centre-*.db"))[-1:]
    for old in (tmp_path / "centre").glob(f"{FILE_NAME}*"):
        old.unlink()
    shutil.copy(copy, tmp_path / "centre" / FILE_NAME)
    laptop.centre = open_centre(embedded_place(tmp_path), embedded.clock)
    try:
        before = laptop.generation
        embedded.clock.advance(timedelta(minutes=1))
        answer = laptop.hello(known_seq=place_lost.seq)
        assert answer.generation != before
        assert answer.durable_seq <= seq_of(laptop.centre)
        assert [one.outcome for one in laptop.push(kept, lost, reoffer=True)] == ["ok", "ok"]
        assert upkeep.verify(laptop.centre).is_sound
    finally:
        laptop.centre.close()


def test_a_backup_that_cannot_be_made_publishes_nothing(embedded, tmp_path):
    (tmp_path / "centre" / "backup").write_text("in the way")
    with pytest.raises(Environment):
        backup.back_up(embedded.centre)
    assert durable_seq_of(embedded.centre) == 0


def test_three_copies_are_kept(embedded, tmp_path):
    laptop = embedded.laptop("LAP-01", embedded.nurse)
    for number in range(5):
        laptop.push(embedded.growth(laptop, number % 3, "130.1", record_id=laptop.ids.new()))
        upkeep.back_up_now(embedded.centre)
    assert len(list((tmp_path / "centre" / "backup").iterdir())) == backup.KEPT


@pytest.mark.postgres
def test_on_postgresql_the_watermark_moves_by_word_of_a_finished_backup(postgres, tmp_path):
    place = Place(database=postgres.new_database(), keys=tmp_path / "keys")
    initialise(place)
    centre = open_centre(place)
    seq = upkeep.backup_begin(centre)
    assert upkeep.backup_done(centre, seq) == seq
    with pytest.raises(Refused):
        upkeep.backup_done(centre, seq + 1)
    with pytest.raises(Refused):
        upkeep.back_up_now(centre)
    centre.close()


def test_the_watermark_never_goes_back(built):
    if built.centre.embedded is not None:
        with pytest.raises(Refused):
            upkeep.backup_done(built.centre, 1)
        return
    high = seq_of(built.centre)
    assert upkeep.backup_done(built.centre, high) == high
    assert upkeep.backup_done(built.centre, 1) == high


TAMPERINGS = {
    "wrong_leaves": delete(LEAF).where(LEAF.c.kind == "growth"),
    "wrong_lists": update(VISIT_MEMBER).values(joined_seq=1),
    "broken_seals": update(REVISION).where(REVISION.c.kind == "growth").values(body="{}"),
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_tampering_is_found(built, what):
    laptop = built.laptop("LAP-01", built.nurse)
    laptop.push(built.growth(laptop, 0, "130.1"))
    assert upkeep.verify(built.centre).is_sound
    with built.centre.store.writing() as tx:
        tx.execute(TAMPERINGS[what])
    proof = upkeep.verify(built.centre)
    assert not proof.is_sound
    assert getattr(proof, what)


def test_erasure_takes_the_content_and_leaves_the_envelope(built):
    laptop = built.laptop("LAP-01", built.nurse)
    revision = built.growth(laptop, 0, "130.1")
    laptop.push(revision)
    assert upkeep.erase(built.centre, revision.record_id) == 1
    with built.centre.store.reading() as tx:
        row = tx.execute(select(*REVISION.c).where(REVISION.c.rev_id == revision.rev_id)).mappings()
        left = revision_of(row.one())
    assert (left.body, left.salt) == ("", "")
    assert left.body_commit == revision.body_commit
    assert left.device_seq == revision.device_seq
    assert upkeep.verify(built.centre).is_sound
    with pytest.raises(Refused):
        upkeep.erase(built.centre, revision.record_id)


def test_what_a_laptop_brings_again_does_not_undo_an_erasure(built):
    laptop = built.laptop("LAP-01", built.nurse)
    revision = built.growth(laptop, 0, "130.1")
    laptop.push(revision)
    upkeep.erase(built.centre, revision.record_id)
    assert laptop.push(revision)[0].outcome == "ok"
    with built.centre.store.reading() as tx:
        bodies = tx.execute(select(REVISION.c.body).where(REVISION.c.kind == "growth")).scalars()
        assert list(bodies) == [""]


def test_erasure_reaches_what_stands_in_quarantine(built):
    laptop = built.laptop("LAP-01", built.nurse)
    good = built.growth(laptop, 0, "130.1")
    apart = built.growth(laptop, 0, "171.3", base=(good.rev_id,), device_seq=7)
    laptop.push(good, apart)
    upkeep.erase(built.centre, good.record_id)
    with built.centre.store.reading() as tx:
        assert tx.execute(select(QUARANTINE.c.content)).scalars().all() == [""]
    upkeep.try_quarantine_again(built.centre)
    assert laptop.push(apart)[0].reason == "erased"


def test_nothing_can_be_read_on_the_disk_of_the_embedded_centre(embedded, tmp_path):
    laptop = embedded.laptop("LAP-01", embedded.nurse)
    remark = growth_body("130.1")
    remark = msgspec.structs.replace(remark, remark="Vandenbroucke had last van buikpijn")
    laptop.push(
        laptop.revision(
            remark, author=embedded.nurse, pupil_id=embedded.pupils[0], school_id=embedded.school_id
        ),
        embedded.growth(laptop, 1, "130.1", device_seq=99),
    )
    upkeep.back_up_now(embedded.centre)
    words = [pupil(0).family_name, pupil(0).given_name, "buikpijn", "De Kring", "Janssens"]
    needles = [word.encode(code) for word in words for code in ("utf-8", "utf-16-le", "utf-16-be")]
    files = [path for path in (tmp_path / "centre").rglob("*") if path.is_file()]
    assert len(files) >= 2
    for path in files:
        content = path.read_bytes()
        assert not content.startswith(b"SQLite format 3"), path
        assert [word for word in needles if word in content] == [], path
    assert "buikpijn" in encode(remark), "the search would have found it"


def test_keys_are_for_their_owner_alone_and_outside_the_data(tmp_path):
    place = Place(data=tmp_path / "centre")
    initialise(place)
    folder = place.key_folder().folder
    assert not folder.is_relative_to(tmp_path / "centre")
    assert folder.stat().st_mode & 0o077 == 0
    for name in ("store.key", "authority.key", "recovery.key"):
        assert (folder / name).stat().st_mode & 0o077 == 0
    with pytest.raises(Refused):
        Place(data=tmp_path / "centre", keys=tmp_path / "centre" / "keys").key_folder()


def test_without_its_key_or_with_another_the_file_stays_closed(tmp_path):
    place = embedded_place(tmp_path)
    initialise(place)
    key = tmp_path / "keys" / "store.key"
    right = key.read_bytes()
    key.write_bytes(b"00" * 32)
    with pytest.raises(Environment):
        open_centre(place)
    key.unlink()
    with pytest.raises(Environment):
        open_centre(place)
    key.write_bytes(right)
    open_centre(place).close()


def test_a_systemd_credential_goes_before_the_key_folder(tmp_path, monkeypatch):
    place = embedded_place(tmp_path)
    initialise(place)
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (tmp_path / "keys" / "store.key").rename(credentials / "store.key")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credentials))
    open_centre(place).close()


def test_a_centre_is_made_once(place):
    initialise(place)
    with pytest.raises(Refused):
        initialise(place)


# --- Access logs -----------------------------------------------------------------------------------
def chain(built, length, epoch="epoch-1"):
    previous, lines = first_link(epoch), []
    for number in range(1, length + 1):
        line = AccessLine(
            number=number,
            at=built.clock.now(),
            staff_id=built.nurse,
            role=Role.NURSE,
            action="open",
            kind="pupil",
            record_id=None,
            pupil_id=built.pupils[0],
            reason="",
            previous=previous,
            digest="",
        )
        line = msgspec.structs.replace(line, digest=digest_of_line(line))
        lines.append(line)
        previous = line.digest
    return lines


def tell(built, laptop, lines):
    from clbdesk.centre import answers

    ask = protocol.AccessLog(
        generation=laptop.generation,
        compartment=laptop.compartment,
        epoch=laptop.epoch,
        lines=tuple(lines),
    )
    with built.centre.store.writing() as tx:
        return answers.access(tx, built.centre, laptop.device, ask).held


def alarms(built):
    return [one.code for one in upkeep.status(built.centre).alarms]


def test_an_access_log_that_comes_in_parts_and_twice_is_whole(built):
    laptop = built.laptop("LAP-01", built.nurse)
    lines = chain(built, 5)
    assert tell(built, laptop, lines[:3]) == 3
    assert tell(built, laptop, lines[1:]) == 5
    assert alarms(built) == []
    assert upkeep.verify(built.centre).is_sound


def test_a_missing_line_is_an_alarm_and_ends_when_it_comes(built):
    laptop = built.laptop("LAP-01", built.nurse)
    lines = chain(built, 4)
    assert tell(built, laptop, [*lines[:1], *lines[2:]]) == 1
    assert alarms(built) == ["access_log_gap"]
    assert upkeep.verify(built.centre).broken_chains == ["epoch-1"]
    assert tell(built, laptop, lines) == 4
    assert upkeep.verify(built.centre).is_sound


def test_a_line_that_was_changed_is_an_alarm(built):
    laptop = built.laptop("LAP-01", built.nurse)
    lines = chain(built, 3)
    changed = msgspec.structs.replace(lines[1], reason="")
    changed = msgspec.structs.replace(changed, pupil_id=None)
    tell(built, laptop, [lines[0], changed, lines[2]])
    assert alarms(built) == ["access_log_broken"]
    honest = msgspec.structs.replace(lines[2], digest="00" * 32)
    tell(built, laptop, [honest])
    assert sorted(alarms(built)) == ["access_line_changed", "access_log_broken"]

"""The real centre, real vaults and real TLS: two laptops that differ, a torn wire, a dead process."""

from __future__ import annotations

import os
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import Connection, delete, func, select

from clbdesk.centre import administration as office
from clbdesk.centre import upkeep
from clbdesk.centre.centre import begin_generation
from clbdesk.centre.schema import BATCH, EPOCH, LEAF, QUARANTINE, REVISION
from clbdesk.errors import Environment, Refused
from clbdesk.ids import RevId
from clbdesk.services.waiting import waiting
from clbdesk.sync.failures import ConnectionLost, Unreachable
from tests.sync.killable import Zygote
from tests.sync.real_party import PASSPHRASE, CuttingProxy, RealLaptop, RealParty, growth_id

LONG = os.environ.get("CLBDESK_LONG") == "1"
KILLS = 500 if LONG else 15
CUTS = 400 if LONG else 25


@pytest.fixture
def party(tmp_path):
    made = RealParty(tmp_path)
    yield made
    made.close()


def at_centre(party: RealParty) -> dict[str, int]:
    """rev_id → how often the centre has it, applied or apart."""
    found: dict[str, int] = {}
    with party.built.centre.store.reading() as tx:
        for table in (REVISION, QUARANTINE):
            for rev_id in tx.execute(select(table.c.rev_id)).scalars():
                found[rev_id] = found.get(rev_id, 0) + 1
    return found


def states(laptop: RealLaptop) -> dict[str, tuple[int, str]]:
    return {one.scope: (one.state.count, one.state.digest) for one in laptop.sync().scopes}


def test_two_laptops_measure_one_pupil_and_both_see_both_until_one_chooses(party):
    visit, pupil = party.built.visit_id, party.built.pupils[0]
    an, els = party.laptop("LAP-03"), party.laptop("LAP-07", party.built.doctor)
    an.take(visit)
    taken = els.take(visit)
    assert taken.also_taken == {"LAP-03": 4}
    for laptop in (an, els):
        laptop.sync()  # the public key that unlocking published goes home
    one = an.measure(pupil, visit, "136.2")
    other = els.measure(pupil, visit, "132.6")
    assert an.sync().confirmed == 1
    assert els.sync().confirmed == 1
    an.sync()
    record = growth_id(pupil, visit)
    both = {one.rev_id, other.rev_id}
    assert {leaf.rev_id for leaf in an.leaves(record)} == both
    assert {leaf.rev_id for leaf in els.leaves(record)} == both
    choice = an.measure(pupil, visit, "136.2", tuple(sorted(both)))
    an.sync()
    els.sync()
    assert [leaf.rev_id for leaf in an.leaves(record)] == [choice.rev_id]
    assert [leaf.rev_id for leaf in els.leaves(record)] == [choice.rev_id]
    assert states(an) == states(els)


def test_both_receipts_of_one_visit_carry_the_same_code(party):
    visit = party.built.visit_id
    an, els = party.laptop("LAP-03"), party.laptop("LAP-07")
    for laptop in (an, els):
        laptop.take(visit)
    for number, pupil in enumerate(party.built.pupils):
        (an, els)[number % 2].measure(pupil, visit, f"13{number}.0")
    an.sync()
    codes = {laptop.sync().receipt.code for laptop in (els, an)}
    assert len(codes) == 1


def test_a_visit_that_was_given_back_leaves_no_pupil_behind(party):
    visit = party.built.visit_id
    laptop = party.laptop("LAP-03")
    laptop.take(visit)
    for pupil in party.built.pupils:
        laptop.measure(pupil, visit, "131.0")
    (release,) = laptop.sync(visit).releases
    assert not release.is_refused
    assert not release.is_waiting
    assert release.pupils == len(party.built.pupils)
    with laptop.desk.vault.read() as reader:
        assert all(reader.head(growth_id(pupil, visit)) is None for pupil in party.built.pupils)
    assert laptop.sync().receipt is not None


def test_a_vault_that_somebody_put_back_by_hand_loses_nothing_and_is_noticed(party):
    """The numbers of its new savings were used before: kept apart, and its log tells of two lives."""
    visit, pupils = party.built.visit_id, party.built.pupils
    an = party.laptop("LAP-03")
    an.take(visit)
    an.measure(pupils[0], visit, "131.1")
    an.close()
    vault = an.program.folder.vault("medical")
    copy = vault.read_bytes()
    an = RealLaptop(an.program, an.user)
    brought = an.measure(pupils[1], visit, "132.2")
    an.sync()
    an.close()
    vault.write_bytes(copy)

    an = RealLaptop(an.program, an.user)
    again = an.measure(pupils[2], visit, "133.3")
    report = an.sync()

    assert at_centre(party)[again.rev_id] == at_centre(party)[brought.rev_id] == 1
    assert report.quarantined == 1
    with an.desk.vault.read() as reader:
        (apart,) = reader.quarantined()
        held = reader.revision(brought.rev_id)
    assert (apart.revision.rev_id, apart.reason) == (again.rev_id, "sequence_taken")
    assert held is not None
    codes = {one.code for one in upkeep.status(party.built.centre).alarms}
    assert codes == {"access_line_changed"}
    upkeep.release_from_quarantine(party.built.centre, again.rev_id)
    assert an.sync().receipt is not None
    with an.desk.vault.read() as reader:
        assert reader.quarantined() == []
    an.close()


def test_what_waited_in_a_vault_that_came_back_from_its_backup_goes_home(party):
    visit, pupils = party.built.visit_id, party.built.pupils
    party.built.clock.advance(timedelta(days=30))  # nobody enrols in the minute a centre is made
    an = party.laptop("LAP-03")
    an.take(visit)
    an.sync()
    waited = [an.measure(pupil, visit, "131.1") for pupil in pupils[:2]]
    an.desk.vault.back_up()
    an.close()
    vault = an.program.folder.vault("medical")
    vault.write_bytes(bytes(vault.stat().st_size))
    an.program.laptop.restore(an.user, PASSPHRASE)

    an = RealLaptop(an.program, an.user)
    later = an.measure(pupils[2], visit, "133.3")
    report = an.sync()

    assert report.quarantined == 0
    assert report.receipt is not None
    assert {one.rev_id for one in (*waited, later)} <= at_centre(party).keys()
    an.close()


def test_a_revoked_laptop_brings_home_what_waits_and_shows_nothing_from_then_on(party):
    visit, pupil = party.built.visit_id, party.built.pupils[0]
    an = party.laptop("LAP-03")
    an.take(visit)
    made = an.measure(pupil, visit, "136.2")
    office.revoke_device(party.built.centre, an.program.device.device_id)
    with pytest.raises(Environment, match=r"sync\.revoked"):
        an.sync()
    assert made.rev_id in at_centre(party)
    assert waiting(an.desk).may_only_sync
    with pytest.raises(Refused, match=r"records\.read_only"):
        an.measure(pupil, visit, "136.9", (made.rev_id,))
    an.close()
    again = RealLaptop(
        an.program, an.user
    )  # nobody lost a key: what lies here can still be brought
    assert waiting(again.desk).may_only_sync
    again.close()


def test_a_centre_restored_from_its_copy_gets_back_what_the_laptops_hold(party):
    visit, pupils = party.built.visit_id, party.built.pupils
    an, els = party.laptop("LAP-03"), party.laptop("LAP-07")
    for laptop in (an, els):
        laptop.take(visit)
    saved = [an.measure(pupil, visit, "131.0") for pupil in pupils[:2]]
    an.sync()
    els.sync()
    centre = party.built.centre
    lost = [one.rev_id for one in saved]
    with centre.store.writing() as tx:
        # As a copy of an hour ago would be: what came since is gone, the generation is new.
        _forget(tx, centre.centre_id, lost)
        begin_generation(tx, centre.centre_id, centre.ids.new(), centre.clock.now())
    saved.append(els.measure(pupils[2], visit, "120.0"))
    assert els.sync().was_restored
    assert an.sync().was_restored
    found = at_centre(party)
    assert all(found.get(one.rev_id) == 1 for one in saved)
    assert states(an) == states(els)


def _forget(tx: Connection, centre_id: int, rev_ids: list[RevId]) -> None:
    for table in (REVISION, LEAF):
        tx.execute(delete(table).where(table.c.centre_id == centre_id, table.c.rev_id.in_(rev_ids)))
    for table in (BATCH, EPOCH):
        tx.execute(delete(table).where(table.c.centre_id == centre_id))


def test_a_wire_torn_anywhere_loses_nothing_and_doubles_nothing(party):
    visit, pupils = party.built.visit_id, party.built.pupils
    laptop = party.laptop("LAP-03")
    laptop.take(visit)
    proxy = CuttingProxy(party.running.url)
    before = laptop.sync().receipt.held
    saved = [laptop.measure(pupils[0], visit, "130.0")]
    laptop.sync(address=proxy.address)
    whole = proxy.passed
    torn = 0
    for number in range(CUTS):
        saved.append(laptop.measure(pupils[number % 4], visit, f"{100 + number % 60}.0"))
        proxy.passed, proxy.limit = 0, whole * number // CUTS
        try:
            laptop.sync(address=proxy.address)
        except (Unreachable, ConnectionLost):
            torn += 1
    proxy.limit = None
    report = laptop.sync(address=proxy.address)
    proxy.stop()
    assert torn > CUTS // 2
    assert report.receipt is not None
    assert report.receipt.held == before + len(saved)
    found = at_centre(party)
    assert all(found.get(one.rev_id) == 1 for one in saved)


def test_a_laptop_killed_anywhere_in_a_sync_loses_nothing(party, tmp_path):
    visit = party.built.visit_id
    laptop = party.laptop("LAP-03")
    laptop.take(visit)
    laptop.close()
    chance = Random(11)
    acknowledged: list[str] = []
    with Zygote(
        tmp_path / "LAP-03", laptop.user, visit, party.built.pupils, party.built.clock.now()
    ) as zygote:
        whole = zygote.run_to_the_end(acknowledged)
        killed = sum(
            zygote.kill_after(whole * chance.random() * 1.1, acknowledged) for _ in range(KILLS)
        )
    assert killed > KILLS // 2
    again = RealLaptop(laptop.program, laptop.user)
    party.laptops.append(again)
    report = again.sync()
    assert report.receipt is not None
    assert report.missing == 0
    found = at_centre(party)
    assert set(acknowledged) <= found.keys()
    assert set(found.values()) == {1}
    with party.built.centre.store.reading() as tx:
        counts = (
            select(func.count())
            .select_from(REVISION)
            .where(REVISION.c.device == again.desk.device_id)
        )
        assert tx.execute(counts).scalar_one() == report.receipt.held

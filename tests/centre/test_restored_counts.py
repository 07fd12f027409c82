"""After a restore, revisions of one laptop come back out of order and through other laptops."""

from __future__ import annotations

from clbdesk.centre.centre import begin_generation
from clbdesk.domain.scopes import PushOutcome
from tests.builders.centres import BuiltCentre


def set_back(built: BuiltCentre) -> None:
    centre = built.centre
    with centre.store.writing() as tx:
        begin_generation(tx, centre.centre_id, centre.ids.new(), centre.clock.now())


def test_a_save_is_let_in_though_a_colleague_offered_a_later_one_first(built):
    an = built.laptop("LAP-03", built.nurse, epoch="epoch-an")
    els = built.laptop("LAP-07", built.nurse, epoch="epoch-els")
    first, later = built.growth(an, 0, "130.0"), built.growth(an, 1, "131.0")
    set_back(built)
    for laptop in (an, els):
        laptop.hello()
    (offered,) = els.push(later, reoffer=True)
    own, known = an.push(first, later)
    assert {offered.outcome, own.outcome, known.outcome} == {PushOutcome.OK}
    assert known.seq == offered.seq


def test_a_number_that_was_really_used_stays_apart(built):
    an = built.laptop("LAP-03", built.nurse)
    first = built.growth(an, 0, "130.0")
    an.push(first)
    (twice,) = an.push(built.growth(an, 1, "131.0", device_seq=first.device_seq))
    assert (twice.outcome, twice.reason) == (PushOutcome.QUARANTINE, "sequence_taken")


def test_two_of_one_number_in_one_push_are_not_both_let_in(built):
    an = built.laptop("LAP-03", built.nurse)
    first = built.growth(an, 0, "130.0")
    second = built.growth(an, 1, "131.0", device_seq=first.device_seq)
    results = an.push(first, second)
    assert [one.outcome for one in results] == [PushOutcome.OK, PushOutcome.QUARANTINE]

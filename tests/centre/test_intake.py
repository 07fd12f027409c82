"""Push: never rejected, never doubled; what cannot be applied is kept, with its reason."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest

from clbdesk.centre import administration as office
from clbdesk.centre import upkeep
from clbdesk.centre.authority import new_authority
from clbdesk.centre.objection import Objection
from clbdesk.centre.own_revisions import is_own
from clbdesk.centre.writing import CENTRE_AUTHOR
from clbdesk.domain.body import encode
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.people import Membership, School, SchoolLevel
from clbdesk.domain.revision import Compartment, Revision, RevisionStatus, Role, body_commit
from clbdesk.domain.scopes import CENTRE_SCOPE, PushOutcome
from clbdesk.domain.vaccination import StandingOrder
from clbdesk.errors import Refused
from clbdesk.ids import RevId
from tests.builders.centres import growth_body, push_raw

OK, CONFLICT, QUARANTINE = PushOutcome.OK, PushOutcome.CONFLICT, PushOutcome.QUARANTINE


def order(built):
    return StandingOrder(
        doctor_id=built.doctor,
        title="HPV",
        vaccines=("HPV",),
        stages=("S1",),
        valid_from=date(2026, 9, 1),
        valid_until=date(2027, 8, 31),
    )


def test_what_is_pushed_gets_consecutive_places_and_stays(built):
    laptop = built.laptop("LAP-01", built.nurse)
    first = upkeep.status(built.centre).particulars.seq + 1
    results = laptop.push(*(built.growth(laptop, n, "130.1") for n in range(3)))
    assert [one.outcome for one in results] == [OK, OK, OK]
    assert [one.seq for one in results] == [first, first + 1, first + 2]
    assert upkeep.verify(built.centre).is_sound


def test_what_is_brought_again_takes_no_place_from_what_is_new(built):
    laptop = built.laptop("LAP-01", built.nurse)
    known = [built.growth(laptop, n, "130.1") for n in range(2)]
    *_, last = laptop.push(*known)
    new = built.growth(laptop, 2, "131.2")
    results = laptop.push(*known, new)
    assert [one.seq for one in results] == [last.seq - 1, last.seq, last.seq + 1]
    assert upkeep.status(built.centre).particulars.seq == last.seq + 1


def test_the_same_batch_again_gets_the_same_answer_and_writes_nothing(built):
    laptop = built.laptop("LAP-01", built.nurse)
    revision = built.growth(laptop, 0, "130.1")
    once = laptop.push(revision, batch_id="batch-1")
    held = upkeep.status(built.centre).revisions
    assert laptop.push(revision, batch_id="batch-1") == once
    assert upkeep.status(built.centre).revisions == held


def test_the_same_batch_id_with_other_content_is_refused(built):
    laptop = built.laptop("LAP-01", built.nurse)
    laptop.push(built.growth(laptop, 0, "130.1"), batch_id="batch-1")
    with pytest.raises(Objection) as refused:
        laptop.push(built.growth(laptop, 1, "130.1"), batch_id="batch-1")
    assert (refused.value.status, refused.value.code) == (422, "refused")


def test_a_revision_that_comes_again_in_another_batch_keeps_its_place(built):
    laptop = built.laptop("LAP-01", built.nurse)
    revision = built.growth(laptop, 0, "130.1")
    (once,) = laptop.push(revision)
    (again,) = laptop.push(revision)
    assert again == once


def test_two_laptops_that_measured_the_same_pupil_make_a_conflict_that_both_see(built):
    one, other = built.laptop("LAP-01", built.nurse), built.laptop("LAP-02", built.nurse)
    (first,) = one.push(built.growth(one, 0, "130.1"))
    (second,) = other.push(built.growth(other, 0, "132.6"))
    assert first.outcome is OK
    assert (second.outcome, second.leaves) == (CONFLICT, (first.rev_id,))
    merge = built.growth(one, 0, "130.1", base=(first.rev_id, second.rev_id))
    assert one.push(merge)[0].outcome is OK
    assert upkeep.verify(built.centre).is_sound


def test_two_laptops_that_typed_the_same_do_not_disagree(built):
    one, other = built.laptop("LAP-01", built.nurse), built.laptop("LAP-02", built.nurse)
    one.push(built.growth(one, 0, "130.1"))
    assert other.push(built.growth(other, 0, "130.1"))[0].outcome is OK
    assert upkeep.verify(built.centre).is_sound


def test_a_correction_before_its_base_is_no_leaf_too_many(built):
    """After a restore the two may come from two laptops, in any order."""
    one, other = built.laptop("LAP-01", built.nurse), built.laptop("LAP-02", built.nurse)
    first = built.growth(one, 0, "130.1")
    correction = built.growth(other, 0, "131.0", base=(first.rev_id,))
    assert other.push(correction)[0].outcome is OK
    assert one.push(first)[0].outcome is OK
    assert upkeep.verify(built.centre).is_sound


SPOILED = {
    "unknown_kind": lambda _: {"kind": "blood_group"},
    "newer_version": lambda _: {"kind_version": KINDS["growth"].version + 1},
    "wrong_compartment": lambda _: {"compartment": Compartment.GUIDANCE},
    "seal_broken": lambda _: {"salt": "00" * 16},
    "body_unreadable": lambda _: {
        "body": '{"x":1}',
        "salt": "00" * 16,
        "body_commit": body_commit("00" * 16, '{"x":1}'),
    },
    "other_device": lambda _: {"device": "01a2076b-4400-7ef8-8e17-fe2d3d3e6c06"},
    "not_a_user": lambda built: {"author": built.psychologist, "role": Role.PSYCHOPEDAGOGUE},
    "no_membership": lambda _: {"role": Role.DOCTOR},
    "no_right": lambda _: {"role": Role.CENTRE},
    "sequence_gap": lambda _: {"device_seq": 9},
}


@pytest.mark.parametrize("reason", SPOILED)
def test_what_cannot_be_applied_is_kept_with_its_reason(built, reason):
    laptop = built.laptop("LAP-01", built.nurse)
    revision = built.growth(laptop, 0, "130.1", **SPOILED[reason](built))
    (result,) = laptop.push(revision)
    assert (result.outcome, result.reason) == (QUARANTINE, reason)
    assert [one.rev_id for one in upkeep.quarantined(built.centre)] == [revision.rev_id]
    assert laptop.push(revision) == (result,)
    assert len(upkeep.quarantined(built.centre)) == 1


@pytest.mark.parametrize("height", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_a_value_that_is_no_number_never_reaches_another_laptop(built, height):
    """Whoever compares with it would stop: the page of that pupil would open nowhere any more."""
    laptop = built.laptop("LAP-01", built.nurse)
    (result,) = laptop.push(built.growth(laptop, 0, height))
    assert (result.outcome, result.reason) == (QUARANTINE, "body_unreadable")


@pytest.mark.parametrize("spelled", [r"\u004ea\u004e", "n_a_n", " -I_nfinity", r"\u0049nf"])
def test_nor_does_one_that_another_program_spelled_in_its_own_way(built, spelled):
    laptop = built.laptop("LAP-01", built.nurse)
    body = encode(growth_body("130.1")).replace("130.1", spelled)
    sealed = {"body": body, "salt": "00" * 16, "body_commit": body_commit("00" * 16, body)}
    (result,) = laptop.push(built.growth(laptop, 0, "130.1", **sealed))
    assert (result.outcome, result.reason) == (QUARANTINE, "body_unreadable")


def test_a_nurse_cannot_write_a_standing_order(built):
    laptop = built.laptop("LAP-01", built.nurse)
    (result,) = laptop.push(laptop.revision(order(built), author=built.nurse))
    assert result.reason == "no_right"


def test_a_member_of_another_school_is_quarantined_until_the_membership_is_there(built):
    guest = office.add_staff(
        built.centre,
        "Lien Wouters",
        [Role.NURSE],
        school_ids=[
            office.add_school(built.centre, School(name="De Linde", level=SchoolLevel.PRIMARY))
        ],
    )
    laptop = built.laptop("LAP-01", guest)
    revision = built.growth(laptop, 0, "130.1", author=guest)
    (before,) = laptop.push(revision)
    assert before.reason == "no_membership"
    membership = Membership(
        staff_id=guest, role=Role.NURSE, school_id=built.school_id, since=date(2026, 9, 1)
    )
    office.add_membership(built.centre, membership)
    assert upkeep.try_quarantine_again(built.centre) == [revision.rev_id]
    assert upkeep.quarantined(built.centre) == []
    (after,) = laptop.push(revision)
    assert after.outcome is OK
    assert after.seq > before.seq, "pullers have passed the old place"


def test_one_unreadable_element_spoils_no_other(built):
    laptop = built.laptop("LAP-01", built.nurse)
    good = [built.growth(laptop, n, "130.1") for n in range(2)]
    ask = msgspec.to_builtins(laptop.asked(*good))
    nonsense = {"rev_id": good[0].rev_id[:-1] + "x", "nonsense": 1}
    ask["revisions"] = [nonsense, *ask["revisions"]]
    results = push_raw(laptop, msgspec.json.encode(ask)).results
    assert [one.outcome for one in results] == [QUARANTINE, OK, OK]
    assert results[0].reason == "unreadable"


def test_an_unreadable_one_that_shows_its_number_leaves_no_gap(built):
    laptop = built.laptop("LAP-01", built.nurse)
    first, second = (built.growth(laptop, n, "130.1") for n in range(2))
    ask = msgspec.to_builtins(laptop.asked(first, second))
    ask["revisions"][0]["role"] = "astronaut"
    results = push_raw(laptop, msgspec.json.encode(ask)).results
    assert [(one.outcome, one.reason) for one in results] == [
        (QUARANTINE, "unreadable"),
        (OK, None),
    ]
    assert results[0].rev_id == first.rev_id


def test_what_jumped_ahead_goes_in_when_the_missing_one_has_come(built):
    laptop = built.laptop("LAP-01", built.nurse)
    first, second, third = (built.growth(laptop, n, "130.1") for n in range(3))
    results = laptop.push(second, third)
    assert {one.reason for one in results} == {"sequence_gap"}
    assert laptop.push(first)[0].outcome is OK
    assert upkeep.quarantined(built.centre) == []
    assert [one.outcome for one in laptop.push(second, third)] == [OK, OK]
    assert upkeep.verify(built.centre).is_sound


def test_a_number_that_was_used_before_is_not_let_in(built):
    laptop = built.laptop("LAP-01", built.nurse)
    laptop.push(built.growth(laptop, 0, "130.1"))
    (result,) = laptop.push(built.growth(laptop, 1, "130.1", device_seq=1))
    assert result.reason == "sequence_taken"


def test_another_kind_under_a_known_record_is_kept_apart(built):
    laptop = built.laptop("LAP-01", built.nurse)
    record = built.pupils[0]
    made = built.growth(laptop, 0, "130.1", record_id=record)
    assert laptop.push(made)[0].reason == "other_kind"


def test_a_correction_of_something_of_another_record_is_kept_apart(built):
    laptop = built.laptop("LAP-01", built.nurse)
    (first,) = laptop.push(built.growth(laptop, 0, "130.1"))
    (second,) = laptop.push(built.growth(laptop, 1, "130.1", base=(first.rev_id,)))
    assert second.reason == "impossible_base"


def test_a_laptop_whose_clock_is_a_year_ahead_can_still_push(built):
    laptop = built.laptop("LAP-01", built.nurse)
    wrong = built.clock.now() + timedelta(days=365)
    revision = built.growth(laptop, 0, "130.1", recorded_at=wrong, clock_uncertain=True)
    assert laptop.push(revision)[0].outcome is OK


def test_a_laptop_whose_clock_is_years_behind_can_push_what_it_marked_uncertain(built):
    laptop = built.laptop("LAP-01", built.nurse)
    wrong = built.clock.now() - timedelta(days=3650)
    revision = built.growth(laptop, 0, "130.1", recorded_at=wrong, clock_uncertain=True)
    assert laptop.push(revision)[0].outcome is OK


def test_another_generation_is_told_and_nothing_is_stored(built):
    laptop = built.laptop("LAP-01", built.nurse)
    upkeep.restored(built.centre)
    held = upkeep.status(built.centre).revisions
    with pytest.raises(Objection) as objection:
        laptop.push(built.growth(laptop, 0, "130.1"))
    assert (objection.value.status, objection.value.code) == (409, "generation")
    assert upkeep.status(built.centre).revisions == held


def test_after_a_restore_a_laptop_may_bring_back_what_others_wrote(built):
    author, carrier = built.laptop("LAP-01", built.nurse), built.laptop("LAP-02", built.nurse)
    lost = built.growth(author, 0, "130.1")
    built.clock.advance(timedelta(minutes=1))
    upkeep.restored(built.centre)
    carrier.hello()
    (result,) = carrier.push(lost, reoffer=True)
    assert result.outcome is OK
    author.hello()
    assert author.push(lost, reoffer=True)[0] == result
    follows = built.growth(author, 1, "125.0")
    assert author.push(follows)[0].outcome is OK, "the count goes on behind what was brought back"


def test_the_centre_knows_what_it_wrote_itself_after_a_journey_over_the_wire(built):
    carrier = built.laptop("LAP-02", built.nurse)
    _, lines, _ = carrier.pull(CENTRE_SCOPE)
    content = msgspec.json.encode([one.revision for one in lines])
    written = msgspec.json.decode(content, type=tuple[Revision, ...])
    assert written
    for one in written:
        assert one.role is Role.CENTRE
        assert is_own(one, built.centre.authority)
        for change in ({"record_id": carrier.ids.new()}, {"reason": "x"}):
            assert not is_own(msgspec.structs.replace(one, **change), built.centre.authority)
        assert not is_own(one, new_authority("another centre"))


def test_nobody_becomes_a_doctor_by_bringing_back_what_the_centre_never_wrote(built):
    """A laptop says that the centre was set back, and offers a membership of its own making."""
    laptop = built.laptop("LAP-01", built.nurse)
    built.clock.advance(timedelta(minutes=1))
    laptop.hello(known_seq=10**9)
    (alarm,) = upkeep.status(built.centre).alarms
    assert (alarm.code, alarm.device) == ("set_back", laptop.device.device_id)
    membership = Membership(
        staff_id=built.nurse, role=Role.DOCTOR, school_id=None, since=date(2026, 9, 1)
    )
    _, lines, _ = laptop.pull(CENTRE_SCOPE)
    real = next(one.revision for one in lines if one.revision.kind == "membership")
    forged = laptop.revision(
        membership, author=CENTRE_AUTHOR, role=Role.CENTRE, device="centre", epoch="centre"
    )
    borrowed = msgspec.structs.replace(
        real,
        rev_id=RevId(laptop.ids.new()),
        record_id=forged.record_id,
        body=forged.body,
        body_commit=body_commit(real.salt, forged.body),
    )
    results = laptop.push(forged, borrowed, reoffer=True)
    assert [(one.outcome, one.reason) for one in results] == [(QUARANTINE, "no_right")] * 2
    with built.centre.store.reading() as tx:
        people = built.centre.people.read(tx, built.centre.centre_id)
    assert Role.DOCTOR not in people.roles_on(built.nurse, date(2026, 11, 23))


def test_a_vault_that_came_back_from_its_backup_offers_its_earlier_life_and_no_other_laptop(built):
    built.clock.advance(timedelta(days=30))  # enrolled long after the centre was made
    laptop, other = built.laptop("LAP-01", built.nurse), built.laptop("LAP-02", built.nurse)
    waited, foreign = built.growth(laptop, 0, "130.1"), built.growth(other, 1, "131.1")
    laptop.epoch = "a second life"
    assert laptop.push(waited)[0].reason == "other_device"
    earlier = built.growth(laptop, 2, "132.2", epoch="a first life", device_seq=1)
    results = laptop.push(earlier, foreign, reoffer=True)
    assert [(one.outcome, one.reason) for one in results] == [
        (OK, None),
        (QUARANTINE, "other_device"),
    ]
    assert upkeep.try_quarantine_again(built.centre) == [waited.rev_id]
    assert upkeep.verify(built.centre).is_sound


def test_a_laptop_that_came_after_the_restore_has_nothing_to_bring_back(built):
    upkeep.restored(built.centre)
    built.clock.advance(timedelta(minutes=1))
    laptop = built.laptop("LAP-09", built.nurse)
    forged = built.growth(laptop, 0, "130.1", role=Role.CENTRE, device="centre", epoch="centre")
    (result,) = laptop.push(forged, reoffer=True)
    assert result.outcome is QUARANTINE


def test_a_withdrawal_is_a_leaf_of_its_own(built):
    laptop = built.laptop("LAP-01", built.nurse)
    first = built.growth(laptop, 0, "130.1")
    withdrawn = built.growth(
        laptop,
        0,
        "130.1",
        base=(first.rev_id,),
        status=RevisionStatus.WITHDRAWN,
        reason="foutief ingevoerd",
    )
    assert [one.outcome for one in laptop.push(first, withdrawn)] == [OK, OK]
    other = built.laptop("LAP-02", built.nurse)
    (again,) = other.push(built.growth(other, 0, "130.1", base=(first.rev_id,)))
    assert (again.outcome, again.leaves) == (CONFLICT, (withdrawn.rev_id,))


def test_a_person_can_let_through_who_but_not_what(built):
    laptop = built.laptop("LAP-01", built.nurse)
    who = built.growth(laptop, 0, "130.1", author=built.psychologist)
    what = built.growth(laptop, 1, "130.1", salt="00" * 16)
    laptop.push(who, what)
    upkeep.release_from_quarantine(built.centre, who.rev_id)
    with pytest.raises(Refused):
        upkeep.release_from_quarantine(built.centre, what.rev_id)
    assert [one.rev_id for one in upkeep.quarantined(built.centre)] == [what.rev_id]

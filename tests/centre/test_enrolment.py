"""One-time codes: ten minutes, five tries, one laptop; users with their roles of today."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from clbdesk.centre import administration as office
from clbdesk.centre import devices
from clbdesk.centre.objection import Objection
from clbdesk.domain.people import Membership
from clbdesk.domain.revision import Role
from clbdesk.errors import Refused
from clbdesk.sync.protocol import EnrolmentCode, fingerprint_of
from tests.builders.centres import BuiltCentre
from tests.centre.wire import serving, trouble


def secret_for(built: BuiltCentre, name: str = "LAP-01") -> str:
    return EnrolmentCode.parse(office.new_enrolment_code(built.centre, name, [built.nurse])).secret


def redeem(built: BuiltCentre, secret: str) -> devices.Redeemed | None:
    with built.centre.store.writing() as tx:
        return devices.redeem(tx, built.centre.centre_id, secret, built.clock.now())


def wrong(secret: str) -> str:
    return secret[:-1] + ("A" if secret[-1] != "A" else "B")


def test_a_code_carries_the_fingerprint_of_the_authority(embedded):
    code = EnrolmentCode.parse(office.new_enrolment_code(embedded.centre, "L", [embedded.nurse]))
    assert code.fingerprint == fingerprint_of(embedded.centre.authority.der)


def test_a_code_works_once(built):
    secret = secret_for(built)
    redeemed = redeem(built, secret)
    assert redeemed is not None
    assert (redeemed.device_name, redeemed.users) == ("LAP-01", (built.nurse,))
    assert redeem(built, secret) is None


def test_a_code_lives_ten_minutes(built):
    secret = secret_for(built)
    built.clock.advance(timedelta(minutes=10))
    assert redeem(built, secret) is None


def test_five_wrong_tries_end_a_code(built):
    secret = secret_for(built)
    for _ in range(4):
        assert redeem(built, wrong(secret)) is None
    assert redeem(built, secret) is not None
    other = secret_for(built, "LAP-02")
    for _ in range(5):
        assert redeem(built, wrong(other)) is None
    assert redeem(built, other) is None


def test_wrong_tries_over_the_wire_are_counted_too(embedded):
    secret = secret_for(embedded)
    ask = b'{"code":"%s","public_key":"%s","box_key":"%s"}'
    with serving(embedded) as wire:
        for code in [wrong(secret)] * 5 + [secret]:
            content = ask % (code.encode(), b"00" * 32, b"00" * 32)
            assert trouble(wire.post("/v1/enrol", content)) == (403, "not_enrolled")


def test_keys_that_are_no_keys_use_no_code_up(built):
    from clbdesk.centre import answers
    from clbdesk.sync.protocol import Enrol

    secret = secret_for(built)
    ask = Enrol(code=secret, public_key="short", box_key="00" * 32)
    with pytest.raises(Objection), built.centre.store.writing() as tx:
        redeemed = devices.redeem(tx, built.centre.centre_id, secret, built.clock.now())
        assert redeemed is not None
        answers.enrol(tx, built.centre, redeemed, ask)
    assert redeem(built, secret) is not None


def test_users_come_with_the_roles_of_today(built):
    person = office.add_staff(built.centre, "Lien Wouters", [Role.NURSE], since=date(2026, 12, 1))
    laptop = built.laptop("LAP-01", person, built.nurse)
    assert [user.staff_id for user in laptop.users] == [built.nurse], "not yet in function"
    membership = Membership(
        staff_id=built.nurse, role=Role.SOCIAL_WORKER, school_id=None, since=date(2026, 9, 1)
    )
    office.add_membership(built.centre, membership)
    (user,) = laptop.hello().users
    assert user.roles == (Role.NURSE, Role.SOCIAL_WORKER)


def test_who_left_is_no_longer_named(built):
    laptop = built.laptop("LAP-01", built.nurse, built.doctor)
    office.end_memberships(built.centre, built.nurse, date(2026, 11, 20))
    assert [user.staff_id for user in laptop.hello().users] == [built.doctor]


def test_who_lost_a_slot_can_still_bring_home_what_was_written_before(built):
    laptop = built.laptop("LAP-01", built.nurse, built.doctor)
    written = built.growth(laptop, 0, "130.1")
    built.clock.advance(timedelta(days=2))
    office.set_device_users(built.centre, laptop.device.device_id, [built.doctor])
    assert [user.staff_id for user in laptop.hello().users] == [built.doctor]
    built.clock.advance(timedelta(days=2))
    later = built.growth(laptop, 1, "130.1")
    assert [one.reason for one in laptop.push(written, later)] == [None, "not_a_user"]


def test_two_laptops_never_have_one_name(built):
    built.laptop("LAP-01", built.nurse)
    with pytest.raises(Refused):
        office.new_enrolment_code(built.centre, "LAP-01", [built.nurse])

"""Who opens what: a passphrase opens the vaults of its owner's role, waits when wrong, and can be recovered."""

import json
import secrets
from datetime import timedelta

import pytest

from clbdesk.domain.device import DeviceUser, Lease
from clbdesk.domain.revision import Compartment, Role
from clbdesk.errors import Defect, Environment, Refused
from clbdesk.ids import StaffId
from clbdesk.paths import DataFolder
from clbdesk.storage.cipher import open_engine
from clbdesk.storage.device_log import DeviceEvent, DeviceLog
from clbdesk.storage.laptop import DeviceKeys, Laptop, device_keys
from clbdesk.storage.slots import FLOOR_COST, STANDARD_COST, Slots, calibrated_cost
from clbdesk.wording import say
from tests.builders.vaults import (
    CENTRE_RECOVERY_PRIVATE,
    DOCTOR,
    MORNING,
    NURSE,
    PASSPHRASE,
    PSYCHOPEDAGOGUE,
    enrolled_laptop,
    id_source,
)


def clock_of(laptop: Laptop):
    return laptop._clock


def told(error) -> str:
    return say(error.value.key, **error.value.values)


def test_the_right_passphrase_opens_the_vault_of_its_owners_role(tmp_path):
    laptop = enrolled_laptop(tmp_path, NURSE, PSYCHOPEDAGOGUE)
    for user, compartment in ((NURSE, "medical"), (PSYCHOPEDAGOGUE, "guidance")):
        unlocked = laptop.unlock(user.staff_id, PASSPHRASE)
        assert list(unlocked.vaults) == [Compartment(compartment)]
        unlocked.close()
        assert not any(unlocked.ring.own)
        assert not any(any(key) for key in unlocked.ring.vaults.values())


def test_a_wrong_passphrase_leaves_the_vault_closed_and_waits_longer_each_time(tmp_path):
    laptop = enrolled_laptop(tmp_path, NURSE)
    clock = clock_of(laptop)
    for seconds in (2, 4, 8):
        with pytest.raises(Environment) as refusal:
            laptop.unlock(NURSE.staff_id, "zeven koffers vol sneeuw")
        assert told(refusal) == (
            f"Deze wachtzin klopt niet. Er is niets gewijzigd. Probeer opnieuw over {seconds} s."
        )
        assert laptop.seconds_to_wait(NURSE.staff_id) == seconds
        with pytest.raises(Environment, match=r"storage\.wait"):
            laptop.unlock(NURSE.staff_id, PASSPHRASE)
        clock.advance(timedelta(seconds=seconds))
    laptop.unlock(NURSE.staff_id, PASSPHRASE).close()
    assert laptop.seconds_to_wait(NURSE.staff_id) == 0


def test_waiting_survives_a_restart_and_never_takes_more_than_five_minutes(tmp_path):
    log = DeviceLog(tmp_path / "device.log")
    for _ in range(40):
        log.note(DeviceEvent.WRONG_PASSPHRASE, NURSE.staff_id, MORNING)
    assert DeviceLog(tmp_path / "device.log").seconds_to_wait(NURSE.staff_id, MORNING) == 300
    assert log.seconds_to_wait(DOCTOR.staff_id, MORNING) == 0
    assert log.seconds_to_wait(NURSE.staff_id, MORNING - timedelta(days=1)) == 0
    assert log.seconds_to_wait(NURSE.staff_id, MORNING + timedelta(minutes=5)) == 0


def test_a_torn_line_in_the_device_log_is_left_out(tmp_path):
    log = DeviceLog(tmp_path / "device.log")
    log.note(DeviceEvent.UNLOCKED, NURSE.staff_id, MORNING)
    with (tmp_path / "device.log").open("ab") as file:
        file.write(b'{"at":"2026-')
    assert [line.event for line in log.lines()] == [DeviceEvent.UNLOCKED]


def test_the_psychopedagogues_passphrase_cannot_open_the_medical_file(tmp_path):
    laptop = enrolled_laptop(tmp_path, NURSE, PSYCHOPEDAGOGUE)
    slots = Slots.weak_for_invented_children(DataFolder(tmp_path))
    ring = slots.open(PSYCHOPEDAGOGUE.staff_id, PASSPHRASE, MORNING)
    medical = DataFolder(tmp_path).vault("medical")
    for key in (*ring.vaults.values(), ring.own):
        with pytest.raises(Environment, match=r"storage\.damaged"):
            open_engine(medical, key)
    laptop.unlock(NURSE.staff_id, PASSPHRASE).close()


def test_a_slot_under_another_name_opens_nothing(tmp_path):
    laptop = enrolled_laptop(tmp_path, NURSE, PSYCHOPEDAGOGUE)
    folder = DataFolder(tmp_path)
    folder.slot(PSYCHOPEDAGOGUE.staff_id).write_bytes(folder.slot(NURSE.staff_id).read_bytes())
    with pytest.raises(Environment, match=r"storage\.wrong_passphrase"):
        laptop.unlock(PSYCHOPEDAGOGUE.staff_id, PASSPHRASE)


def test_the_same_slot_with_another_device_secret_opens_nothing(tmp_path):
    laptop = enrolled_laptop(tmp_path, NURSE)
    DataFolder(tmp_path).secret.write_bytes(secrets.token_bytes(32))
    with pytest.raises(Environment, match=r"storage\.wrong_passphrase"):
        laptop.unlock(NURSE.staff_id, PASSPHRASE)


def test_a_lost_device_secret_is_told_as_the_key_store_of_the_laptop(tmp_path):
    laptop = enrolled_laptop(tmp_path, NURSE)
    DataFolder(tmp_path).secret.unlink()
    with pytest.raises(Environment) as refusal:
        laptop.unlock(NURSE.staff_id, PASSPHRASE)
    assert told(refusal).startswith("De sleutelopslag van deze laptop antwoordt niet.")


def test_slots_of_production_never_cost_less_than_the_floor():
    assert calibrated_cost(lambda _: 0.1) == STANDARD_COST
    assert calibrated_cost(lambda _: 60.0) == FLOOR_COST
    assert calibrated_cost(lambda cost: cost.memory_kib / (128 * 1024)).memory_kib == 128 * 1024


def test_a_slot_that_was_made_without_saying_so_has_at_least_the_floor(tmp_path):
    folder = DataFolder(tmp_path)
    slots = Slots(folder)
    slots.make(NURSE.staff_id, PASSPHRASE, {}, MORNING)
    cost = json.loads(folder.slot(NURSE.staff_id).read_bytes())["cost"]
    assert cost["memory_kib"] >= FLOOR_COST.memory_kib
    assert (cost["passes"], cost["lanes"]) == (FLOOR_COST.passes, FLOOR_COST.lanes)
    assert len(slots.open(NURSE.staff_id, PASSPHRASE, MORNING).own) == 32


def test_an_empty_passphrase_is_refused_beside_its_field(tmp_path):
    with pytest.raises(Refused) as refusal:
        Slots.weak_for_invented_children(DataFolder(tmp_path)).make("s", "  ", {}, MORNING)
    assert refusal.value.field == "passphrase"


def test_a_colleague_is_added_by_somebody_of_the_same_compartment(tmp_path):
    laptop = enrolled_laptop(tmp_path, NURSE)
    with laptop.unlock(NURSE.staff_id, PASSPHRASE) as unlocked:
        (vault,) = unlocked.vaults.values()
        laptop.add_user(vault, DOCTOR, "vier natte paarden")
        laptop.add_user(vault, PSYCHOPEDAGOGUE, "drie gele deuren")
        keys = device_keys(vault)
    laptop.keep_hello((NURSE, DOCTOR, PSYCHOPEDAGOGUE), a_lease())
    assert [user.name for user in laptop.users()] == ["An Janssens", "Els Claes", "Tom Wouters"]
    with laptop.unlock(DOCTOR.staff_id, "vier natte paarden") as doctors:
        assert device_keys(doctors.vaults[Compartment.MEDICAL]) == keys
    with laptop.unlock(PSYCHOPEDAGOGUE.staff_id, "drie gele deuren") as others:
        assert device_keys(others.vaults[Compartment.GUIDANCE]) == keys
    assert "11" not in repr(keys)


def test_nobody_gets_into_a_compartment_through_a_colleague_of_the_other_one(tmp_path):
    laptop = enrolled_laptop(tmp_path, NURSE, PSYCHOPEDAGOGUE)
    unlocked = laptop.unlock(PSYCHOPEDAGOGUE.staff_id, PASSPHRASE)
    with unlocked, pytest.raises(Environment, match=r"storage\.no_slot"):
        laptop.add_user(unlocked.vaults[Compartment.GUIDANCE], DOCTOR, "vier natte paarden")


def test_somebody_with_two_roles_opens_two_vaults(tmp_path):
    both = DeviceUser(
        staff_id=StaffId("staff-2"), name="Jo", roles=(Role.NURSE, Role.SOCIAL_WORKER)
    )
    laptop = enrolled_laptop(tmp_path, both)
    with laptop.unlock(both.staff_id, PASSPHRASE) as unlocked:
        assert set(unlocked.vaults) == {Compartment.MEDICAL, Compartment.GUIDANCE}


def a_lease() -> Lease:
    return Lease(until=MORNING, grace_until=MORNING, signature="ab")


def test_who_is_no_longer_named_by_the_centre_loses_the_slot(tmp_path):
    laptop = enrolled_laptop(tmp_path, NURSE, DOCTOR)
    laptop.keep_hello((NURSE,), a_lease())
    assert laptop.users() == [NURSE]
    assert laptop.device.lease == a_lease()
    with pytest.raises(Environment, match=r"storage\.no_slot"):
        laptop.unlock(DOCTOR.staff_id, PASSPHRASE)


def test_the_last_user_comes_first_in_the_list(tmp_path):
    laptop = enrolled_laptop(tmp_path, NURSE, DOCTOR)
    laptop.unlock(DOCTOR.staff_id, PASSPHRASE).close()
    assert laptop.users() == [DOCTOR, NURSE]


def test_a_forgotten_passphrase_is_replaced_by_the_centres_recovery_key(tmp_path):
    laptop = enrolled_laptop(tmp_path, NURSE)
    laptop.recover(NURSE, CENTRE_RECOVERY_PRIVATE, "nieuwe natte paarden")
    laptop.unlock(NURSE.staff_id, "nieuwe natte paarden").close()
    events = [line.event for line in DeviceLog(DataFolder(tmp_path).log).lines()]
    assert DeviceEvent.RECOVERED in events


@pytest.mark.parametrize("typed", ["44" * 32, "44", "geen code"])
def test_another_recovery_key_changes_nothing(tmp_path, typed):
    laptop = enrolled_laptop(tmp_path, NURSE)
    with pytest.raises(Environment, match=r"storage\.wrong_recovery_key"):
        laptop.recover(NURSE, typed, "nieuwe natte paarden")
    laptop.unlock(NURSE.staff_id, PASSPHRASE).close()


def test_a_laptop_that_is_not_enrolled_says_so_and_is_enrolled_once(tmp_path):
    laptop = Laptop(
        DataFolder(tmp_path / "new"), clock_of(enrolled_laptop(tmp_path, NURSE)), id_source
    )
    with pytest.raises(Environment) as refusal:
        laptop.users()
    assert told(refusal).startswith("Deze laptop is nog niet aangemeld.")
    with pytest.raises(Defect, match="enrolled already"):
        enrolled_laptop(tmp_path, NURSE)


def test_enrolling_that_broke_off_halfway_begins_anew(tmp_path):
    """The first user had a vault already when the battery died, or the next passphrase was refused."""
    laptop = enrolled_laptop(tmp_path / "template", NURSE)
    device, folder = laptop.device, DataFolder(tmp_path / "new")
    fresh = Laptop(folder, laptop._clock, laptop._ids, Slots.weak_for_invented_children(folder))
    keys = DeviceKeys(sign="11" * 32, box="22" * 32)
    with pytest.raises(Refused, match=r"storage\.passphrase_empty"):
        fresh.enrol(device, keys, [(NURSE, PASSPHRASE), (DOCTOR, " ")])
    assert folder.vault("medical").exists()

    fresh.enrol(device, keys, [(NURSE, "een andere wachtzin")])

    with fresh.unlock(NURSE.staff_id, "een andere wachtzin") as unlocked:
        assert unlocked.vaults
    assert not list(folder.root.glob("*enrolling*"))


def test_a_vault_without_its_device_file_is_never_taken_for_an_unfinished_enrolment(tmp_path):
    laptop = enrolled_laptop(tmp_path, NURSE)
    device, before = laptop.device, laptop.folder.vault("medical").read_bytes()
    laptop.folder.device.unlink()
    with pytest.raises(Environment, match=r"storage\.no_slot"):
        laptop.enrol(device, DeviceKeys(sign="11" * 32, box="22" * 32), [(NURSE, PASSPHRASE)])
    assert laptop.folder.vault("medical").read_bytes() == before


def test_somebody_without_a_slot_is_told_so(tmp_path):
    laptop = enrolled_laptop(tmp_path, NURSE)
    with pytest.raises(Environment, match=r"storage\.no_slot"):
        laptop.unlock(DOCTOR.staff_id, PASSPHRASE)


def test_keys_never_show_in_a_repr(tmp_path):
    laptop = enrolled_laptop(tmp_path, NURSE)
    with laptop.unlock(NURSE.staff_id, PASSPHRASE) as unlocked:
        key = unlocked.ring.vaults[Compartment.MEDICAL]
        shown = repr(unlocked) + repr(unlocked.ring)
    assert repr(bytes(key)) not in shown
    assert "bytearray" not in shown

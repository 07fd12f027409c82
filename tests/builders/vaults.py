"""Vaults with invented pupils, on a clock and with ids that repeat exactly."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from clbdesk.clock import SetClock
from clbdesk.domain.body import Body, encode
from clbdesk.domain.device import DeviceUser
from clbdesk.domain.kinds import kind_of
from clbdesk.domain.people import Enrolment, Pupil, Sex
from clbdesk.domain.revision import Compartment, Revision, RevisionStatus, Role, body_commit
from clbdesk.ids import (
    DeviceId,
    IdSource,
    PupilId,
    RecordId,
    RevId,
    SchoolId,
    StaffId,
    VisitId,
    derived_id,
)
from clbdesk.paths import DataFolder
from clbdesk.storage.device_file import DeviceFile
from clbdesk.storage.laptop import DeviceKeys, Laptop
from clbdesk.storage.slots import Slots
from clbdesk.storage.vault import UnitOfWork, Vault

MORNING = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
KEY = bytes(range(32))
DEVICE = DeviceId("device-07")
NURSE = DeviceUser(staff_id=StaffId("staff-an"), name="An Janssens", roles=(Role.NURSE,))
DOCTOR = DeviceUser(staff_id=StaffId("staff-els"), name="Els Claes", roles=(Role.DOCTOR,))
PSYCHOPEDAGOGUE = DeviceUser(
    staff_id=StaffId("staff-tom"), name="Tom Wouters", roles=(Role.PSYCHOPEDAGOGUE,)
)
PASSPHRASE = "zeven koffers vol regen"


@dataclass
class Station:
    """A vault with the clock and ids that its revisions are made with."""

    vault: Vault
    clock: SetClock
    ids: IdSource
    staff_id: StaffId = NURSE.staff_id
    saved: list[Revision] = field(default_factory=list)

    def revision(
        self,
        work: UnitOfWork,
        body: Body,
        *,
        pupil_id: PupilId | None = None,
        record_id: str | None = None,
        base: tuple[RevId, ...] = (),
        visit_id: str | None = None,
        school_id: str | None = None,
        status: RevisionStatus = RevisionStatus.FINAL,
    ) -> Revision:
        """A sealed revision with the next number of this vault."""
        kind, text, now = kind_of(body), encode(body), self.clock.now()
        salt = derived_id(text, self.vault.epoch).replace("-", "")
        return Revision(
            rev_id=RevId(self.ids.new()),
            record_id=RecordId(record_id or self.ids.new()),
            base=base,
            kind=kind.name,
            kind_version=kind.version,
            compartment=kind.compartment or self.vault.compartment,
            pupil_id=pupil_id,
            visit_id=None if visit_id is None else VisitId(visit_id),
            school_id=None if school_id is None else SchoolId(school_id),
            author=self.staff_id,
            role=Role.NURSE,
            device=self.vault.device,
            epoch=self.vault.epoch,
            device_seq=work.next_device_seq(),
            occurred_at=now,
            recorded_at=now,
            status=status,
            reason=None,
            clock_uncertain=work.clock_is_uncertain(now),
            body=text,
            salt=salt,
            body_commit=body_commit(salt, text),
        )

    def save(self, body: Body, **where: object) -> Revision:
        """One commit with one revision; a second goes by, so that ids keep their order."""
        with self.vault.write() as work:
            revision = self.revision(work, body, **where)
            work.add(revision)
        self.saved.append(revision)
        self.clock.advance(timedelta(seconds=1))
        return revision

    def save_pupil(
        self,
        given_name: str = "Lotte",
        family_name: str = "Peeters",
        *,
        birth_date: date = date(2014, 3, 12),
        call_name: str = "",
        visit_id: str | None = None,
    ) -> PupilId:
        """A pupil; her id is the record id."""
        pupil_id = PupilId(self.ids.new())
        body = Pupil(
            family_name=family_name,
            given_name=given_name,
            call_name=call_name,
            birth_date=birth_date,
            sex=Sex.FEMALE,
        )
        self.save(body, pupil_id=pupil_id, record_id=pupil_id, visit_id=visit_id)
        return pupil_id

    def enrol(self, pupil_id: PupilId, class_name: str, school_year: int = 2026) -> Revision:
        """The class of a pupil."""
        body = Enrolment(
            pupil_id=pupil_id,
            school_id=SchoolId("school-1"),
            school_year=school_year,
            class_name=class_name,
            stage=None,
        )
        return self.save(body, pupil_id=pupil_id, school_id="school-1")


def id_source(clock: SetClock, seed: int = 7) -> IdSource:
    """Ids that are the same at every run."""
    return IdSource(clock, random.Random(seed).randbytes)


def new_station(
    root: Path, *, compartment: Compartment = Compartment.MEDICAL, seed: int = 7
) -> Station:
    """A station with an empty vault under `root`."""
    clock = SetClock(MORNING)
    ids = id_source(clock, seed)
    ids.new()  # the epoch, which the file carries
    folder = DataFolder(root)
    path = folder.vault(compartment)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_empty_vault(compartment, seed))
    vault = Vault.open(folder, compartment, DEVICE, KEY, clock=clock, ids=ids)
    return Station(vault, clock, ids)


@cache
def _empty_vault(compartment: Compartment, seed: int) -> bytes:
    """The file of a new vault: made once, for making its tables takes longer than most tests."""
    clock = SetClock(MORNING)
    with TemporaryDirectory() as root:
        folder = DataFolder(Path(root))
        ids = id_source(clock, seed)
        Vault.create(folder, compartment, DEVICE, KEY, clock=clock, ids=ids).close()
        return folder.vault(compartment).read_bytes()


def open_again(root: Path, station: Station) -> Station:
    """The same vault, closed and opened."""
    station.vault.close()
    vault = Vault.open(
        DataFolder(root),
        station.vault.compartment,
        DEVICE,
        KEY,
        clock=station.clock,
        ids=station.ids,
    )
    return Station(vault, station.clock, station.ids)


def enrolled_laptop(
    root: Path, *users: DeviceUser, clock: SetClock | None = None, recovery_key: str = ""
) -> Laptop:
    """A laptop on which these users have a (weak) slot behind PASSPHRASE."""
    clock = clock or SetClock(MORNING)
    folder = DataFolder(root)
    laptop = Laptop(folder, clock, id_source(clock), slots=Slots.weak_for_invented_children(folder))
    device = DeviceFile(
        device_id=DEVICE,
        device_name="LAP-07",
        centre_name="CLB De Horizon",
        centre_address="https://127.0.0.1:1",
        authority="",
        recovery_key=recovery_key or _CENTRE_RECOVERY_PUBLIC,
        users=users,
    )
    keys = DeviceKeys(sign="11" * 32, box="22" * 32)
    laptop.enrol(device, keys, [(user, PASSPHRASE) for user in users])
    return laptop


# X25519 pair of an invented centre; the private half is 64 × "3".
_CENTRE_RECOVERY_PUBLIC = "7b0d47d93427f8311160781c7c733fd89f88970aef490d8aa0ee19a4cb8a1b14"
CENTRE_RECOVERY_PRIVATE = "33" * 32

"""Centres with a school, a team, pupils and laptops for tests: small, plain, everything in one place.

`BuiltCentre` is a real centre (embedded or PostgreSQL); `Laptop` speaks to it as a laptop would, but
without a vault: it makes revisions with right seals and counts, and signs its requests itself.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from clbdesk.centre import administration as office
from clbdesk.centre import answers, devices, intake
from clbdesk.centre.centre import Centre
from clbdesk.centre.opening import Place, initialise, open_centre
from clbdesk.centre.writing import Entry, write
from clbdesk.clock import SetClock
from clbdesk.domain.body import Body, encode
from clbdesk.domain.contact import Growth
from clbdesk.domain.kinds import derived_record_id, kind_of
from clbdesk.domain.people import Enrolment, Pupil, School, SchoolLevel, Sex
from clbdesk.domain.revision import Compartment, Revision, RevisionStatus, Role, body_commit
from clbdesk.domain.visits import ContactMoment, Visit, VisitClass, VisitKind
from clbdesk.ids import (
    IdSource,
    PupilId,
    RecordId,
    RevId,
    SchoolId,
    StaffId,
    VisitId,
)
from clbdesk.sync import protocol

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
CLASS = "4A"


@dataclass
class Laptop:
    """An enrolled device with one vault (one compartment, one epoch)."""

    device: devices.Device
    key: Ed25519PrivateKey
    centre: Centre
    users: tuple[protocol.DeviceUser, ...]
    compartment: Compartment = Compartment.MEDICAL
    epoch: str = "epoch-1"
    count: int = 0
    generation: str = ""
    ids: IdSource = field(init=False)

    def __post_init__(self) -> None:
        self.ids = IdSource(self.centre.clock)

    def revision(
        self,
        body: Body,
        /,
        *,
        author: StaffId,
        role: Role = Role.NURSE,
        pupil_id: PupilId | None = None,
        visit_id: VisitId | None = None,
        school_id: SchoolId | None = None,
        record_id: str | None = None,
        base: tuple[RevId, ...] = (),
        **changes: object,
    ) -> Revision:
        """A right revision of this vault; `changes` spoil it on purpose, seal included."""
        self.count += 1
        kind = kind_of(body)
        salt, text = secrets.token_hex(16), encode(body)
        made = Revision(
            rev_id=RevId(self.ids.new()),
            record_id=RecordId(record_id or self.ids.new()),
            base=base,
            kind=kind.name,
            kind_version=kind.version,
            compartment=kind.compartment or self.compartment,
            pupil_id=pupil_id,
            visit_id=visit_id,
            school_id=school_id,
            author=author,
            role=role,
            device=self.device.device_id,
            epoch=self.epoch,
            device_seq=self.count,
            occurred_at=self.centre.clock.now(),
            recorded_at=self.centre.clock.now(),
            status=RevisionStatus.FINAL,
            reason=None,
            clock_uncertain=False,
            body=text,
            salt=salt,
            body_commit=body_commit(salt, text),
        )
        return msgspec.structs.replace(made, **changes)

    def asked(
        self, *revisions: Revision, batch_id: str = "", reoffer: bool = False
    ) -> protocol.Push:
        return protocol.Push(
            generation=self.generation,
            batch_id=batch_id or self.ids.new(),
            compartment=self.compartment,
            epoch=self.epoch,
            revisions=revisions,
            reoffer=reoffer,
        )

    def push(
        self, *revisions: Revision, batch_id: str = "", reoffer: bool = False
    ) -> tuple[protocol.PushResult, ...]:
        """What the centre answers, without the wire in between."""
        ask = self.asked(*revisions, batch_id=batch_id, reoffer=reoffer)
        return push_raw(self, msgspec.json.encode(ask)).results

    def hello(self, **changes: object) -> protocol.HelloAnswer:
        ask = protocol.Hello(
            protocol=protocol.PROTOCOL,
            kinds={},
            generation=self.generation or None,
            known_seq=0,
            compartment=self.compartment,
            epoch=self.epoch,
        )
        ask = msgspec.structs.replace(ask, **changes)
        with self.centre.store.writing() as tx:
            answer = answers.hello(tx, self.centre, self.device, ask)
        self.generation = answer.generation
        return answer

    def take(self, visit_id: VisitId) -> protocol.TakeAnswer:
        ask = protocol.Take(
            generation=self.generation, visit_id=visit_id, compartment=self.compartment
        )
        with self.centre.store.writing() as tx:
            return answers.take(tx, self.centre, self.device, ask)

    def pull(
        self, scope: str, cursor: int = 0
    ) -> tuple[protocol.PullHeader, list[protocol.Sequenced], protocol.PullFooter]:
        ask = protocol.Pull(
            generation=self.generation, scope=scope, compartment=self.compartment, cursor=cursor
        )
        with self.centre.store.reading() as tx:
            header, *lines, footer = answers.pull(tx, self.centre, self.device, ask)
        assert isinstance(header, protocol.PullHeader)
        assert isinstance(footer, protocol.PullFooter)
        return header, [one for one in lines if isinstance(one, protocol.Sequenced)], footer

    def verify(self, *scopes: protocol.ScopeState) -> protocol.VerifyAnswer:
        ask = protocol.Verify(
            generation=self.generation,
            compartment=self.compartment,
            epoch=self.epoch,
            scopes=scopes,
        )
        with self.centre.store.reading() as tx:
            return answers.verify(tx, self.centre, self.device, ask)


def push_raw(laptop: Laptop, content: bytes) -> protocol.PushAnswer:
    """Push what these bytes say, decoded as the server does."""
    ask = msgspec.json.decode(content, type=intake.PushAsSent)
    digest = hashlib.sha256(content).hexdigest()
    with laptop.centre.store.writing() as tx:
        return answers.push(tx, laptop.centre, laptop.device, ask, digest)


@dataclass
class BuiltCentre:
    """A centre with one school, one class, a planned visit and a team."""

    centre: Centre
    clock: SetClock
    school_id: SchoolId
    doctor: StaffId
    nurse: StaffId
    psychologist: StaffId
    pupils: list[PupilId]
    visit_id: VisitId

    def laptop(
        self,
        name: str,
        *users: StaffId,
        compartment: Compartment = Compartment.MEDICAL,
        epoch: str = "epoch-1",
    ) -> Laptop:
        """A laptop that came in through a real enrolment code."""
        key, box = Ed25519PrivateKey.generate(), X25519PrivateKey.generate()
        code = protocol.EnrolmentCode.parse(office.new_enrolment_code(self.centre, name, users))
        ask = protocol.Enrol(
            code=code.secret,
            public_key=key.public_key().public_bytes_raw().hex(),
            box_key=box.public_key().public_bytes_raw().hex(),
        )
        with self.centre.store.writing() as tx:
            redeemed = devices.redeem(tx, self.centre.centre_id, code.secret, self.clock.now())
            assert redeemed is not None
            answer = answers.enrol(tx, self.centre, redeemed, ask)
        device = devices.Device(answer.device_id, name, protocol.DeviceStatus.OK, self.clock.now())
        return Laptop(
            device=device,
            key=key,
            centre=self.centre,
            users=answer.users,
            compartment=compartment,
            epoch=epoch,
            generation=answer.generation,
        )

    def growth(self, laptop: Laptop, pupil: int, height: str, **changes: object) -> Revision:
        """A growth measurement of a pupil on the visit by the nurse; same record for all."""
        pupil_id = self.pupils[pupil]
        given = {
            "author": self.nurse,
            "record_id": derived_record_id("growth", pupil_id, self.visit_id),
            "pupil_id": pupil_id,
            "visit_id": self.visit_id,
            "school_id": self.school_id,
            **changes,
        }
        return laptop.revision(growth_body(height), **given)


def records_by_pupil(revisions: Iterable[Revision]) -> dict[PupilId, int]:
    """How many records these revisions are of, per pupil."""
    found: dict[PupilId, set[RecordId]] = {}
    for one in revisions:
        if one.pupil_id is not None:
            found.setdefault(one.pupil_id, set()).add(one.record_id)
    return {pupil_id: len(records) for pupil_id, records in found.items()}


def growth_body(height: str) -> Growth:
    return msgspec.json.decode(
        msgspec.json.encode(
            {"state": "done", "on": "2026-11-23", "height_cm": height, "weight_kg": "30.1"}
        ),
        type=Growth,
    )


def pupil(number: int) -> Pupil:
    """An invented pupil whose names are long enough to be searched for on disk."""
    return Pupil(
        family_name=f"Vandenbroucke{number}",
        given_name=f"Annelies{number}",
        birth_date=date(2017, 2, 1) + timedelta(days=number),
        sex=Sex.FEMALE,
        insz=None,
    )


def build(place: Place, *, pupils: int = 3) -> BuiltCentre:
    """Make a centre at a place and fill it."""
    clock = SetClock(MONDAY)
    initialise(place, "CLB De Toets", clock)
    centre = open_centre(place, clock)
    school_id = office.add_school(centre, School(name="De Kring", level=SchoolLevel.PRIMARY))
    doctor = office.add_staff(centre, "Mia Peeters", [Role.DOCTOR])
    nurse = office.add_staff(centre, "An Janssens", [Role.NURSE])
    psychologist = office.add_staff(centre, "Els Claes", [Role.PSYCHOPEDAGOGUE])
    pupil_ids = [PupilId(centre.ids.new()) for _ in range(pupils)]
    enrol_pupils(centre, school_id, pupil_ids)
    visit_id = office.plan_visit(
        centre,
        Visit(
            school_id=school_id,
            on=date(2026, 11, 23),
            kinds=(VisitKind.SYSTEMATIC_CONTACT, VisitKind.CARE_MEETING),
            classes=(VisitClass(class_name=CLASS, moment=ContactMoment.LO4),),
            team=(doctor, nurse),
        ),
    )
    return BuiltCentre(
        centre=centre,
        clock=clock,
        school_id=school_id,
        doctor=doctor,
        nurse=nurse,
        psychologist=psychologist,
        pupils=pupil_ids,
        visit_id=visit_id,
    )


def enrol_pupils(
    centre: Centre, school_id: SchoolId, pupil_ids: list[PupilId], class_name: str = CLASS
) -> None:
    """Pupils of one class, as an import would leave them."""
    entries = []
    for number, pupil_id in enumerate(pupil_ids):
        enrolment = Enrolment(
            pupil_id=pupil_id,
            school_id=school_id,
            school_year=2026,
            class_name=class_name,
            stage="L4",
        )
        record_id = derived_record_id("enrolment", pupil_id, school_id, "2026")
        entries += [
            Entry(RecordId(pupil_id), pupil(number), pupil_id=pupil_id),
            Entry(record_id, enrolment, pupil_id=pupil_id, school_id=school_id),
        ]
    with centre.store.writing() as tx:
        write(tx, centre, entries)


def embedded_place(folder: Path) -> Place:
    return Place(data=folder / "centre", keys=folder / "keys")

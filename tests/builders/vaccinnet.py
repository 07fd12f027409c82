"""Doses on their way to Vaccinnet: one complete dose, and centres that know their numbers."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec

from clbdesk.centre import vaccinnet
from clbdesk.centre.writing import Entry, write
from clbdesk.domain.people import Pupil, Sex
from clbdesk.domain.vaccination import Dose, DoseStatus
from clbdesk.exchange.vaccinnet.settings import VaccinnetSettings
from clbdesk.exchange.vaccinnet.wanted import Doctor, KnownDose
from clbdesk.ids import PupilId, RecordId, StaffId
from tests.builders.centres import BuiltCentre

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
# Synthetic numbers of the handbook.
INSZ = "16050300118"
OTHER_INSZ = "17073003384"
NUMBERS = {"software_id": "S-1", "user_code": "U-1", "organisation_nihdi": "12345678901"}
PUPIL = Pupil(
    family_name="Wouters & Zoon",
    given_name="Emma",
    birth_date=date(2016, 5, 3),
    sex=Sex.FEMALE,
    insz=INSZ,
)
DOCTOR = Doctor("Mia Peeters", "10000000001")


def settings(**changes: str) -> VaccinnetSettings:
    return VaccinnetSettings({**NUMBERS, **changes})


def own_dose(pupil_id: str = "p-1", doctor: str = "doctor", **changes: object) -> Dose:
    """MBR 2 as a laptop writes it."""
    dose = Dose(
        pupil_id=PupilId(pupil_id),
        status=DoseStatus.GIVEN,
        vaccine="MBR",
        product="M-M-RVaxPro",
        lot="X012345",
        expires_on=date(2027, 3, 31),
        on="2026-11-23",
        given_at=AT,
        route="IM",
        site="upper_arm",
        side="left",
        dose_number=2,
        vaccinator=StaffId("nurse"),
        doctor=StaffId(doctor),
        country="BE",
    )
    return msgspec.structs.replace(dose, **changes)


def known_dose(**changes: object) -> KnownDose:
    """A dose with everything that a message needs; `changes` of the KnownDose."""
    given: dict[str, object] = {
        "record_id": RecordId("0199c2f0-1111-7000-8000-000000000001"),
        "dose": own_dose(),
        "pupil": PUPIL,
        "doctor": DOCTOR,
        **changes,
    }
    return KnownDose(**given)


def prepare(built: BuiltCentre) -> None:
    """Let a centre know its numbers, and give its first two pupils an INSZ."""
    for name, value in NUMBERS.items():
        vaccinnet.set_value(built.centre, name, value)
    vaccinnet.set_number(built.centre, built.doctor, DOCTOR.nihdi)
    entries = [
        Entry(RecordId(pupil_id), msgspec.structs.replace(PUPIL, insz=insz), pupil_id=pupil_id)
        for pupil_id, insz in zip(built.pupils, (INSZ, OTHER_INSZ), strict=False)
    ]
    with built.centre.store.writing() as tx:
        write(tx, built.centre, entries)

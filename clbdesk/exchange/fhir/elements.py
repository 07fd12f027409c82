"""What every resource is made of: numbering systems of eHealth, codings, references, moments.

Absent values are left out, never sent as null: `compact` drops them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clbdesk.clock import BRUSSELS
from clbdesk.domain.body import Body
from clbdesk.ids import PupilId, RecordId, StaffId

Resource = dict[str, Any]

EHEALTH = "https://www.ehealth.fgov.be/standards/fhir"
SSIN = f"{EHEALTH}/core/NamingSystem/ssin"
NIHDI = f"{EHEALTH}/core/NamingSystem/nihdi"
SNOMED = "http://snomed.info/sct"
OWN = "urn:clbdesk"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the staff. `nihdi`: RIZIV number, "" when the centre does not know it."""

    staff_id: StaffId
    name: str
    nihdi: str


@dataclass(frozen=True, slots=True)
class Known:
    """The standing version of one record: what goes out. `at_school`: written on a visit."""

    record_id: RecordId
    body: Body
    pupil_id: PupilId
    occurred_at: datetime
    recorded_at: datetime
    author: Person
    withdrawn: bool
    at_school: bool


def compact(**values: object) -> Resource:
    """The values that are there; a trailing _ of a name is dropped (`class_`)."""
    return {
        name.rstrip("_"): value for name, value in values.items() if value not in (None, "", [], {})
    }


def coding(system: str, code: str, **more: str) -> Resource:
    """A CodeableConcept of one code."""
    return {"coding": [{"system": system, "code": code, **more}]}


def identifier(system: str, value: str) -> Resource:
    """An Identifier."""
    return {"system": system, "value": value}


def person_reference(person: Person) -> Resource:
    """A logical reference by RIZIV number, or by our own number while that is not known."""
    if person.nihdi:
        return {"identifier": identifier(NIHDI, person.nihdi), "display": person.name}
    own = identifier(f"{OWN}:staff", person.staff_id)
    return {"identifier": own, "display": person.name}


def pupil_reference(pupil_id: PupilId, insz: str | None) -> Resource:
    """A reference to the patient of the bundle, with the INSZ where there is one."""
    return compact(
        reference=f"urn:uuid:{pupil_id}", identifier=identifier(SSIN, insz) if insz else None
    )


def moment(at: datetime) -> str:
    """An instant to the second, in Belgian time with its offset."""
    return at.astimezone(BRUSSELS).isoformat(timespec="seconds")


def extension(url: str, /, **value: object) -> Resource:
    """An extension with one value (`valueCode="confirmed"`)."""
    held: Mapping[str, object] = value
    return {"url": url, **held}

"""A collection of pupils with their doses and measurements as one FHIR Bundle.

Decimals keep the digits that were measured (30.0 stays 30.0), as FHIR asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import NAMESPACE_OID, uuid5

import msgspec

from clbdesk.domain.people import Pupil
from clbdesk.domain.vaccination import Dose
from clbdesk.exchange.fhir.elements import OWN, Known, Person, Resource, identifier, moment
from clbdesk.exchange.fhir.immunization import immunization
from clbdesk.exchange.fhir.observations import observations
from clbdesk.exchange.fhir.patient import patient
from clbdesk.ids import PupilId, StaffId

_ENCODER = msgspec.json.Encoder(decimal_format="number")


@dataclass(frozen=True, slots=True)
class PupilFile:
    """One pupil and the records that go out."""

    pupil_id: PupilId
    pupil: Pupil
    records: tuple[Known, ...] = field(default=())


def bundle(
    files: Iterable[PupilFile], staff: Mapping[StaffId, Person], bundle_id: str, at: datetime
) -> Resource:
    """The Bundle: every patient before what is about him or her."""
    resources = [one for file in files for one in _resources(file, staff)]
    return {
        "resourceType": "Bundle",
        "id": bundle_id,
        "language": "nl-BE",
        "identifier": identifier(f"{OWN}:export", bundle_id),
        "type": "collection",
        "timestamp": moment(at),
        "entry": [{"fullUrl": _url(one), "resource": one} for one in resources],
    }


def encoded(resource: Resource) -> bytes:
    """The JSON text of a resource."""
    return _ENCODER.encode(resource) + b"\n"


def _resources(file: PupilFile, staff: Mapping[StaffId, Person]) -> Iterable[Resource]:
    yield patient(file.pupil_id, file.pupil)
    for known in file.records:
        if isinstance(known.body, Dose):
            found = immunization(known, known.body, file.pupil.insz, staff)
            if found is not None:
                yield found
        else:
            yield from observations(known, file.pupil.insz)


def _url(resource: Resource) -> str:
    """The UUID of the record, or one that always belongs to this measure of a record."""
    number = str(resource["id"])
    if resource["resourceType"] == "Observation":
        number = str(uuid5(NAMESPACE_OID, f"{OWN}:observation:{number}"))
    return f"urn:uuid:{number}"

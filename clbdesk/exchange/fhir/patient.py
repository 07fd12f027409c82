"""A pupil as be-core Patient (hl7.fhir.be.core 2.1.2)."""

from __future__ import annotations

from clbdesk.domain.people import Pupil, Sex
from clbdesk.exchange.fhir.elements import EHEALTH, OWN, SSIN, Resource, compact, identifier
from clbdesk.ids import PupilId

_PROFILE = f"{EHEALTH}/core/StructureDefinition/be-patient"
_GENDER = {Sex.MALE: "male", Sex.FEMALE: "female", Sex.UNKNOWN: "unknown"}


def patient(pupil_id: PupilId, pupil: Pupil) -> Resource:
    """The Patient; without an INSZ it is known by our own number alone."""
    numbers = [identifier(f"{OWN}:pupil", pupil_id)]
    if pupil.insz:
        numbers.insert(0, {"use": "official", **identifier(SSIN, pupil.insz)})
    official = {"use": "official", "family": pupil.family_name, "given": [pupil.given_name]}
    names = [official]
    if pupil.call_name and pupil.call_name != pupil.given_name:
        names.append({"use": "usual", "given": [pupil.call_name]})
    return compact(
        resourceType="Patient",
        id=pupil_id,
        meta={"profile": [_PROFILE]},
        language="nl-BE",
        identifier=numbers,
        name=names,
        gender=_GENDER[pupil.sex],
        birthDate=pupil.birth_date.isoformat(),
    )

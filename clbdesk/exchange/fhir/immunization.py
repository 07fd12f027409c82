"""A dose as BeVaccination (hl7.fhir.be.vaccination 1.1.2).

Lot and expiry go in the extension of the product, the place in an encounter: the profile forbids the
native elements, and a dose number anywhere. Mere absence of a pupil is no vaccination fact. A dose that
was given and does not count (a vaccination error) says so with FHIR's own `isSubpotent`.
"""

from __future__ import annotations

from collections.abc import Mapping

from clbdesk.domain.vaccination import Dose, DoseSource, DoseStatus, NotGivenReason
from clbdesk.exchange.fhir.elements import (
    EHEALTH,
    OWN,
    SNOMED,
    Known,
    Person,
    Resource,
    coding,
    compact,
    extension,
    identifier,
    moment,
    person_reference,
    pupil_reference,
)
from clbdesk.ids import StaffId
from clbdesk.standards.vaccination.products import Named, named, products_of
from clbdesk.standards.vaccination.sites import site

_VACCINATION = f"{EHEALTH}/vaccination"
_PROFILE = f"{_VACCINATION}/StructureDefinition/be-vaccination"
_PRODUCT = f"{_VACCINATION}/StructureDefinition/be-ext-administeredProduct"
_CONFIRMATION = f"{_VACCINATION}/StructureDefinition/be-ext-vaccination-confirmationStatus"
_RECORDER = f"{EHEALTH}/core/StructureDefinition/be-ext-recorder"
_LATERALITY = f"{EHEALTH}/core-clinical/StructureDefinition/be-ext-laterality"
_ROUTE = f"{_VACCINATION}/CodeSystem/be-cs-vaccination-administration-route"
_PLACE = f"{_VACCINATION}/CodeSystem/be-cs-care-location"
_CNK = f"{EHEALTH}/medication/NamingSystem/be-ns-cnk-codes"
_ATC = "http://whocc.no/atc"
_BELGIAN_EDITION = "http://snomed.info/sct/11000172109"
_ANY_VACCINE = "787859002"
_SIDES = {"left": "7771000", "right": "24028007"}
_ROUTES = frozenset({"IM", "SC", "ID", "IV"})

_ACT_REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
_STATUS_REASON = f"{_VACCINATION}/CodeSystem/be-cs-vaccination-status-reason"
# Why not (handbook 2 §6.1); ABSENT is not here: it does not go out.
_REASONS = {
    NotGivenReason.ILL: (_ACT_REASON, "MEDPREC"),
    NotGivenReason.CONTRAINDICATION: (_ACT_REASON, "MEDPREC"),
    NotGivenReason.PUPIL_REFUSES: (_ACT_REASON, "PATOBJ"),
    NotGivenReason.NO_CONSENT: (_ACT_REASON, "PATOBJ"),
    NotGivenReason.ALREADY_GIVEN: (_ACT_REASON, "IMMUNE"),
    NotGivenReason.NO_STOCK: (_ACT_REASON, "OSTOCK"),
    NotGivenReason.DOCTOR_DECIDES: (_STATUS_REASON, "OTHER"),
    NotGivenReason.OTHER: (_STATUS_REASON, "OTHER"),
}


def immunization(
    known: Known, dose: Dose, insz: str | None, staff: Mapping[StaffId, Person]
) -> Resource | None:
    """The Immunization; None for what does not go out: absence, or a withdrawn non-event."""
    given = dose.status is DoseStatus.GIVEN
    if not given and (known.withdrawn or dose.reason not in _REASONS):
        return None
    status = "completed" if given else "not-done"
    subject = pupil_reference(known.pupil_id, insz)
    place = _place(known, dose)
    vaccinator = staff.get(dose.vaccinator) if dose.vaccinator else None
    return compact(
        resourceType="Immunization",
        id=known.record_id,
        meta={"profile": [_PROFILE]},
        language="nl-BE",
        contained=_contained(place, subject) if place else None,
        extension=_extensions(known, dose),
        identifier=[identifier(f"{OWN}:vaccination", known.record_id)],
        status="entered-in-error" if known.withdrawn else status,
        statusReason=None if given or dose.reason is None else coding(*_REASONS[dose.reason]),
        vaccineCode=_vaccine_code(dose),
        patient=subject,
        encounter={"reference": "#enc"} if place else None,
        occurrenceDateTime=moment(dose.given_at) if given and dose.given_at else dose.on,
        recorded=moment(known.recorded_at),
        site=_site(dose) if given else None,
        route=coding(_ROUTE, dose.route) if given and dose.route in _ROUTES else None,
        doseQuantity={"value": 1} if given else None,
        isSubpotent=True if given and dose.validity_override else None,
        performer=[{"actor": person_reference(vaccinator)}] if given and vaccinator else None,
    )


def _extensions(known: Known, dose: Dose) -> list[Resource]:
    found = [extension(_RECORDER, valueReference=person_reference(known.author))]
    if dose.status is DoseStatus.GIVEN and (product := _product(dose)):
        found.append({"url": _PRODUCT, "extension": product})
    unseen = dose.source is DoseSource.DOCUMENT and dose.document_seen == "none"
    if dose.source is DoseSource.ORAL or unseen:
        found.append(extension(_CONFIRMATION, valueCode="unconfirmed"))
    return found


def _product(dose: Dose) -> list[Resource]:
    found = _named(dose)
    product = found.product if found else None
    parts = []
    if product and (product.cnk or product.atc):
        code = coding(_CNK, product.cnk) if product.cnk else coding(_ATC, product.atc)
        parts.append(extension("coded", valueCodeableConcept=code))
    if dose.lot:
        parts.append(extension("lotNumber", valueString=dose.lot))
    if dose.expires_on:
        parts.append(extension("expirationDate", valueDate=dose.expires_on.isoformat()))
    return parts


def _named(dose: Dose) -> Named | None:
    return named(dose.product or dose.vaccine)


def _vaccine_code(dose: Dose) -> Resource:
    """The SNOMED code of the product, or of its type when all its products share one."""
    found = _named(dose)
    codes = set()
    if found is not None:
        known = (found.product,) if found.product else products_of(found.type.name)
        codes = {product.snomed for product in known if product.snomed}
    if len(codes) == 1:
        return coding(SNOMED, codes.pop(), version=_BELGIAN_EDITION)
    text = found.type.label if found else dose.vaccine
    return {**coding(SNOMED, _ANY_VACCINE, version=_BELGIAN_EDITION), "text": text}


def _site(dose: Dose) -> Resource | None:
    place = site(dose.site)
    if place is None or not place.snomed:
        return None
    found = coding(SNOMED, place.snomed)
    if side := _SIDES.get(dose.side):
        found["extension"] = [extension(_LATERALITY, valueCoding={"system": SNOMED, "code": side})]
    return found


def _place(known: Known, dose: Dose) -> str:
    """Where: at a school or at the centre for our own doses, abroad where that is known."""
    if dose.status is not DoseStatus.GIVEN:
        return ""
    if dose.source is DoseSource.OWN:
        return "school" if known.at_school else "school-health-serv"
    return "abroad" if dose.country not in ("", "BE") else ""


def _contained(place: str, subject: Resource) -> list[Resource]:
    location = {"resourceType": "Location", "id": "loc", "type": [coding(_PLACE, place)]}
    encounter = {
        "resourceType": "Encounter",
        "id": "enc",
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "subject": subject,
        "location": [{"location": {"reference": "#loc"}}],
    }
    return [location, encounter]

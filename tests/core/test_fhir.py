"""FHIR: the rules of BeVaccination 1.1.2 and be-core on every resource, and somebody else's models of R4B."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec
import pytest
from fhir.resources.R4B.bundle import Bundle

from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import (
    Acuity,
    Audiometry,
    AudiometryCell,
    CellResult,
    ColourVision,
    Correction,
    EyeResult,
    Growth,
    SpeechInNoise,
    SpinEar,
    VisionTest,
)
from clbdesk.domain.people import Sex
from clbdesk.domain.vaccination import (
    DoseSource,
    DoseStatus,
    NotGivenReason,
    ValidityOverride,
)
from clbdesk.exchange.fhir import observations
from clbdesk.exchange.fhir.bundle import PupilFile, bundle, encoded
from clbdesk.exchange.fhir.elements import Known, Person
from clbdesk.ids import PupilId, RecordId, StaffId
from clbdesk.standards.tables import standards
from tests.builders.vaccinnet import AT, INSZ, PUPIL, own_dose

DONE = ExamState.DONE
ON = date(2026, 11, 23)
P1 = PupilId("0199c2f0-2222-7000-8000-000000000001")
R1 = RecordId("0199c2f0-1111-7000-8000-000000000001")
NURSE = Person(StaffId("nurse"), "An Janssens", "40000000000")
STAFF = {NURSE.staff_id: NURSE}
EHEALTH = "https://www.ehealth.fgov.be/standards/fhir"


def known(body, record_id=R1, **changes):
    given = {
        "record_id": record_id,
        "body": body,
        "pupil_id": P1,
        "occurred_at": AT,
        "recorded_at": datetime(2026, 11, 23, 9, 31, tzinfo=UTC),
        "author": NURSE,
        "withdrawn": False,
        "at_school": True,
        **changes,
    }
    return Known(**given)


def exported(*records, pupil=PUPIL, staff=STAFF):
    """The resources of a bundle after a journey through JSON, checked by the models of R4B."""
    made = bundle([PupilFile(P1, pupil, records)], staff, "b-1", AT)
    text = encoded(made).decode()
    Bundle.model_validate_json(text)
    read = json.loads(text, parse_float=Decimal)
    return [entry["resource"] for entry in read["entry"]]


def only(kind, *records, **context):
    return [one for one in exported(*records, **context) if one["resourceType"] == kind]


def broken_rules(resource):
    """What of the profile BeVaccination 1.1.2 a resource breaks (handbook 2 §6.1)."""
    extensions = {one["url"]: one for one in resource.get("extension", [])}
    names = {url.rpartition("/")[2] for url in extensions}
    product = extensions.get(
        f"{EHEALTH}/vaccination/StructureDefinition/be-ext-administeredProduct"
    )
    coded = [
        code["system"]
        for part in (product or {}).get("extension", [])
        if part["url"] == "coded"
        for code in part["valueCodeableConcept"]["coding"]
    ]
    reasons = {"IMMUNE", "MEDPREC", "OSTOCK", "PATOBJ", "OTHER", "ALLERGY"}
    said = [code["code"] for code in resource.get("statusReason", {}).get("coding", [])]
    vaccine = resource["vaccineCode"]
    rules = {
        "recorder": "be-ext-recorder" in names,
        "no native product": not {"lotNumber", "expirationDate", "location"} & resource.keys(),
        "no dose number": "protocolApplied" not in resource,
        "identifiers": all({"system", "value"} <= one.keys() for one in resource["identifier"]),
        "status": resource["status"] in {"completed", "not-done", "entered-in-error"},
        "reason": set(said) <= reasons,
        "vaccine": all(code["system"] == "http://snomed.info/sct" for code in vaccine["coding"])
        and (vaccine["coding"][0]["code"] != "787859002" or bool(vaccine.get("text"))),
        "patient": "patient" in resource,
        "occurrence": "occurrenceDateTime" in resource,
        "recorded": "recorded" in resource,
        "one performer": len(resource.get("performer", [])) <= 1,
        "product code": all("cnk" in one or "whocc.no/atc" in one for one in coded),
        "only known extensions": names
        <= {
            "be-ext-recorder",
            "be-ext-administeredProduct",
            "be-ext-vaccination-confirmationStatus",
        },
        "contained is used": resource.get("encounter", {}).get("reference", "")
        == ("#enc" if "contained" in resource else ""),
    }
    return [name for name, holds in rules.items() if not holds]


def test_a_dose_given_at_school_is_the_example_of_the_standard():
    (found,) = only("Immunization", known(own_dose(vaccinator=NURSE.staff_id)))
    assert broken_rules(found) == []
    assert found["status"] == "completed"
    assert found["identifier"] == [{"system": "urn:clbdesk:vaccination", "value": R1}]
    assert found["vaccineCode"]["coding"][0]["code"] == "871831003"
    assert found["occurrenceDateTime"] == "2026-11-23T10:30:00+01:00"
    assert found["recorded"] == "2026-11-23T10:31:00+01:00"
    assert found["patient"]["identifier"]["value"] == INSZ
    product = found["extension"][1]["extension"]
    assert product[0]["valueCodeableConcept"]["coding"][0]["code"] == "2324911"
    assert product[1]["valueString"] == "X012345"
    assert product[2]["valueDate"] == "2027-03-31"
    assert found["site"]["coding"][0]["code"] == "35259002"
    assert found["site"]["extension"][0]["valueCoding"]["code"] == "7771000"
    assert found["route"]["coding"][0]["code"] == "IM"
    assert found["doseQuantity"] == {"value": 1}
    assert found["performer"][0]["actor"]["identifier"]["value"] == "40000000000"
    assert found["contained"][0]["type"][0]["coding"][0]["code"] == "school"
    assert "BE" not in json.dumps(found["contained"], default=str)


@pytest.mark.parametrize(
    "reason, code",
    [
        ("ill", "MEDPREC"),
        ("contraindication", "MEDPREC"),
        ("pupil_refuses", "PATOBJ"),
        ("no_consent", "PATOBJ"),
        ("already_given", "IMMUNE"),
        ("no_stock", "OSTOCK"),
        ("doctor_decides", "OTHER"),
        ("other", "OTHER"),
    ],
)
def test_a_dose_that_was_not_given_says_why_and_names_no_product(reason, code):
    dose = own_dose(status=DoseStatus.NOT_GIVEN, reason=NotGivenReason(reason), given_at=None)
    (found,) = only("Immunization", known(dose))
    assert broken_rules(found) == []
    assert found["status"] == "not-done"
    assert found["statusReason"]["coding"][0]["code"] == code
    assert len(found["extension"]) == 1
    assert not {"site", "route", "doseQuantity", "performer", "contained"} & found.keys()


def test_a_dose_that_does_not_count_says_so():
    plain, void = (
        only("Immunization", known(own_dose(validity_override=how)))[0]
        for how in (None, ValidityOverride.INVALID)
    )
    assert "isSubpotent" not in plain
    assert (void["isSubpotent"], void["status"], broken_rules(void)) == (True, "completed", [])


def test_mere_absence_is_not_exported():
    dose = own_dose(status=DoseStatus.NOT_GIVEN, reason=NotGivenReason.ABSENT)
    assert only("Immunization", known(dose)) == []


def test_a_withdrawn_dose_is_entered_in_error_and_withdrawn_measurements_stay():
    (found,) = only("Immunization", known(own_dose(), withdrawn=True))
    assert (found["status"], broken_rules(found)) == ("entered-in-error", [])
    assert only("Observation", known(GROWTH, withdrawn=True)) == []


@pytest.mark.parametrize(
    "changes, has_site, has_side",
    [({"site": "elsewhere"}, False, False), ({"side": ""}, True, False), ({}, True, True)],
)
def test_a_site_without_a_code_is_left_out_and_a_side_that_is_not_known_too(
    changes, has_site, has_side
):
    (found,) = only("Immunization", known(own_dose(**changes)))
    assert ("site" in found, "extension" in found.get("site", {})) == (has_site, has_side)


@pytest.mark.parametrize(
    "changes, when, code",
    [
        ({"product": "", "vaccine": "MBR", "on": "2018-05"}, "2018-05", "871831003"),
        ({"product": "", "vaccine": "HPV", "on": "2018"}, "2018", "787859002"),
        ({"product": "Iets anders", "on": "2018-05-01"}, "2018-05-01", "787859002"),
    ],
)
def test_history_says_no_more_than_what_is_known(changes, when, code):
    dose = own_dose(
        source=DoseSource.DOCUMENT, given_at=None, lot="", expires_on=None, country="NL", **changes
    )
    (found,) = only("Immunization", known(dose))
    assert broken_rules(found) == []
    assert found["occurrenceDateTime"] == when
    assert found["vaccineCode"]["coding"][0]["code"] == code
    assert found["contained"][0]["type"][0]["coding"][0]["code"] == "abroad"


def test_hearsay_goes_out_as_unconfirmed():
    (found,) = only("Immunization", known(own_dose(source=DoseSource.ORAL, given_at=None)))
    assert broken_rules(found) == []
    assert [one.get("valueCode") for one in found["extension"]][-1] == "unconfirmed"


def test_somebody_without_a_number_of_the_riziv_is_known_by_ours():
    author = Person(StaffId("s-1"), "Mia Peeters", "")
    (found,) = only("Immunization", known(own_dose(), author=author))
    recorder = found["extension"][0]["valueReference"]
    assert recorder["identifier"] == {"system": "urn:clbdesk:staff", "value": "s-1"}
    assert recorder["display"] == "Mia Peeters"


def test_a_pupil_is_a_patient_of_be_core():
    pupil = msgspec.structs.replace(PUPIL, call_name="Em", sex=Sex.UNKNOWN)
    (found,) = exported(pupil=pupil)
    assert found["meta"]["profile"] == [f"{EHEALTH}/core/StructureDefinition/be-patient"]
    assert found["identifier"][0] == {
        "use": "official",
        "system": f"{EHEALTH}/core/NamingSystem/ssin",
        "value": INSZ,
    }
    assert [one["use"] for one in found["name"]] == ["official", "usual"]
    assert (found["gender"], found["birthDate"]) == ("unknown", "2016-05-03")


def test_a_pupil_without_insz_is_known_by_our_number_alone():
    pupil = msgspec.structs.replace(PUPIL, insz=None)
    found = exported(known(own_dose()), pupil=pupil)
    assert [one["system"] for one in found[0]["identifier"]] == ["urn:clbdesk:pupil"]
    assert found[1]["patient"] == {"reference": f"urn:uuid:{P1}"}


GROWTH = Growth(state=DONE, on=ON, height_cm=Decimal("128.0"), weight_kg=Decimal("26.4"))
EYE = EyeResult(logmar=Decimal("0.10"), state=DONE)
REFUSED = EyeResult(logmar=None, state=ExamState.REFUSED)


def measured(*records):
    return {one["code"]["coding"][0]["code"]: one for one in only("Observation", *records)}


def test_growth_goes_out_with_its_units_and_digits():
    found = measured(known(GROWTH))
    values = {
        code: (one["valueQuantity"]["value"], one["valueQuantity"]["code"])
        for code, one in found.items()
    }
    assert values == {
        "8302-2": (Decimal("128.0"), "cm"),
        "29463-7": (Decimal("26.4"), "kg"),
        "39156-5": (Decimal("16.1"), "kg/m2"),
    }
    assert b'"value":128.0,' in encoded(
        bundle([PupilFile(P1, PUPIL, (known(GROWTH),))], {}, "b", AT)
    )
    for one in found.values():
        assert one["category"][0]["coding"][0]["code"] == "vital-signs"
        assert one["effectiveDateTime"] == "2026-11-23"


@pytest.mark.parametrize(
    "body",
    [
        Growth(state=ExamState.REFUSED, on=ON),
        Growth(state=DONE, on=ON, height_state=ExamState.REFUSED, weight_state=ExamState.POSTPONED),
        Growth(
            state=DONE,
            on=ON,
            height_cm=Decimal(128),
            height_state=ExamState.UNRELIABLE,
            weight_state=ExamState.REFUSED,
        ),
        Acuity(
            state=DONE, on=ON, test=VisionTest.LOGMAR, right=REFUSED, correction=Correction.NONE
        ),
        Acuity(state=DONE, on=ON, test=VisionTest.LOGMAR, right=EYE, correction=Correction.GLASSES),
        Acuity(state=DONE, on=ON, test=VisionTest.LOGMAR, right=EYE),
        ColourVision(state=DONE, on=ON, result=None),
        Audiometry(
            state=DONE,
            on=ON,
            right={"1000": AudiometryCell(result=CellResult.UNRELIABLE, level_db=20)},
            left={"1000": AudiometryCell(result=CellResult.PASS, state=ExamState.REFUSED)},
        ),
    ],
)
def test_what_was_not_measured_or_has_no_true_code_is_no_observation(body):
    assert only("Observation", known(body)) == []


@pytest.mark.parametrize(
    "measure, body",
    [
        (
            "acuity_corrected_right",
            Acuity(
                state=DONE, on=ON, test=VisionTest.LOGMAR, right=EYE, correction=Correction.GLASSES
            ),
        ),
        (
            "speech_in_noise_right",
            SpeechInNoise(
                state=DONE,
                on=ON,
                right=SpinEar(srt_db=Decimal("-9.4"), sd_db=Decimal("1.2"), touched_limit=False),
            ),
        ),
        ("sitting_height", Growth(state=DONE, on=ON, sitting_height_cm=Decimal("68.0"))),
    ],
)
def test_a_measure_without_a_confirmed_code_has_an_empty_row_and_stays_here(
    measure, body, monkeypatch
):
    row = next(one for one in standards().rows("fhir_codes.csv") if one["measure"] == measure)
    assert (row["code"], row["status"]) == ("", "empty")
    assert row["source"], "the row says why"
    assert only("Observation", known(body)) == []
    # It is the row that keeps it here: with a code it would go out.
    with_code = {measure: {**row, "code": "1-8", "profile": "", "category": "exam"}}
    monkeypatch.setattr(observations, "_codes", lambda: with_code)
    assert [one["code"]["coding"][0]["code"] for one in only("Observation", known(body))] == ["1-8"]


def test_head_circumference_goes_out_with_the_code_of_the_handbook():
    body = Growth(state=DONE, on=ON, head_cm=Decimal("52.5"))
    found = measured(known(body))
    assert (found["9843-4"]["valueQuantity"]["value"]) == Decimal("52.5")


@pytest.mark.parametrize(
    "seen, unconfirmed", [("none", True), ("copy", False), ("original", False)]
)
def test_a_document_that_nobody_saw_goes_out_as_unconfirmed(seen, unconfirmed):
    dose = msgspec.structs.replace(own_dose(), source=DoseSource.DOCUMENT, document_seen=seen)
    (found,) = only("Immunization", known(dose))
    names = {one["url"].rpartition("/")[2] for one in found["extension"]}
    assert ("be-ext-vaccination-confirmationStatus" in names) is unconfirmed
    assert broken_rules(found) == []


def test_sight_without_glasses_goes_out_as_a_decimal_per_eye():
    body = Acuity(
        state=DONE, on=ON, test=VisionTest.LOGMAR, correction=Correction.NONE, right=EYE, left=EYE
    )
    found = measured(known(body))
    assert found.keys() == {"98499-7", "98498-9"}
    quantity = found["98499-7"]["valueQuantity"]
    assert (quantity["value"], quantity["code"]) == (Decimal("0.79"), "1")
    assert found["98499-7"]["method"]["text"] == "LOGMAR"


def test_hearing_goes_out_per_ear_and_frequency_and_a_pass_says_at_most():
    cells = {
        "1000": AudiometryCell(result=CellResult.PASS, level_db=20),
        "4000": AudiometryCell(result=CellResult.FAIL, level_db=45),
    }
    found = measured(known(Audiometry(state=DONE, on=ON, right=cells, left=cells)))
    assert found.keys() == {"89017-8", "89023-6", "89016-0", "89022-8"}
    assert found["89016-0"]["valueQuantity"]["comparator"] == "<="
    assert "comparator" not in found["89022-8"]["valueQuantity"]
    assert found["89022-8"]["valueQuantity"]["value"] == 45


def test_colour_vision_goes_out_in_words():
    (found,) = only("Observation", known(ColourVision(state=DONE, on=ON, result="good")))
    assert found["valueCodeableConcept"] == {"text": "goed"}


def test_every_entry_has_an_address_of_its_own():
    made = bundle(
        [PupilFile(P1, PUPIL, (known(GROWTH), known(own_dose(), RecordId("r"))))], {}, "b", AT
    )
    urls = [entry["fullUrl"] for entry in made["entry"]]
    assert len(set(urls)) == len(urls) == 5

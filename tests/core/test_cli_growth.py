"""`clbdesk growth`: the contract of docs/cli.md, and a named error for every bad field."""

import json
from typing import Any

import pytest

from clbdesk.cli.growth import run as run_batch

LOTTE: dict[str, Any] = {
    "id": "lotte",
    "sex": "F",
    "birth_date": "2020-03-04",
    "measured_on": "2026-11-23",
    "height_cm": "121.5",
    "weight_kg": 24.8,
    "mother_cm": 168,
    "father_cm": "180",
    "previous": [{"measured_on": "2023-10-09", "height_cm": 98.1, "weight_kg": "14.9"}],
}


def run(items: list[Any]) -> list[Any]:
    return run_batch(items)


def answer(**changes: Any) -> dict[str, Any]:
    """The answer for Lotte with some fields changed; None leaves a field out."""
    item = {**LOTTE, **changes}
    found: dict[str, Any] = run([{key: value for key, value in item.items() if value is not None}])[
        0
    ]
    return found


def test_a_measurement_is_answered_with_every_key_of_the_contract():
    found = answer(head_cm="51.0")
    assert list(found) == [
        "id",
        "age_years",
        "age_months",
        "bmi",
        "height",
        "weight",
        "bmi_for_age",
        "head",
        "weight_index",
        "bmi_class",
        "bmi_class_rule",
        "target_height",
        "velocity_cm_per_year",
        "signals",
        "reference",
    ]
    assert found["age_months"] == 80
    assert found["age_years"] == pytest.approx(2455 / 365.25)
    assert found["bmi"] == pytest.approx(24.8 / 1.215**2)
    assert found["height"] == pytest.approx({"sds": 0.0654, "percentile": 52.61}, abs=0.01)
    assert (found["bmi_class"], found["bmi_class_rule"]) == ("normal", "BMI-7")
    assert found["target_height"]["cm"] == 167.5
    assert found["velocity_cm_per_year"] == pytest.approx(7.49, abs=0.01)
    assert found["reference"] == {"name": "Vlaamse groeicurven 2004", "edition": "2004"}
    assert [(each["rule_id"], each["level"]) for each in found["signals"]] == [
        ("GRO-2", "info"),
        ("GRO-3", "info"),
        ("GRO-HC", "info"),
    ]
    json.dumps(found, allow_nan=False)


def test_absent_measures_give_absent_keys_and_what_cannot_be_told_is_null():
    found = answer(weight_kg=None, mother_cm=None, previous=None)
    assert not {"bmi", "weight", "bmi_for_age", "weight_index", "head"} & set(found)
    assert found["bmi_class"] is None
    assert found["bmi_class_rule"] is None
    assert found["target_height"] is None
    assert found["velocity_cm_per_year"] is None


def test_beyond_the_reference_scores_are_null():
    found = answer(measured_on="2045-01-01", previous=None)
    assert found["height"] == {"sds": None, "percentile": None}
    assert found["weight_index"] is None


def test_signals_have_a_level_and_questions_are_signals_too():
    found = answer(height_cm="97.0", previous=[{"measured_on": "2024-01-09", "height_cm": 99.1}])
    levels = {each["rule_id"]: each["level"] for each in found["signals"]}
    assert levels["GRO-1"] == "doctor"
    assert levels["GRO-7"] == "doctor"
    assert levels["LIM-H"] == "check"
    assert "GRO-5" not in levels


def test_a_rule_that_no_doctor_confirmed_says_so():
    found = answer(height_cm="97.0", previous=[{"measured_on": "2024-01-09", "height_cm": 99.1}])
    unsigned = {each["rule_id"] for each in found["signals"] if "(te bevestigen)" in each["text"]}
    assert {"GRO-7", "LIM-H"} <= unsigned
    assert not {"GRO-1", "GRO-6"} & unsigned


def test_a_bad_item_does_not_stop_the_others():
    found = run([LOTTE, {"id": 2}, "text", LOTTE | {"id": None}])
    assert [each["id"] for each in found] == ["lotte", 2, None, None]
    assert found[1]["error"] == {"code": "missing", "field": "sex", "message": "sex is missing"}
    assert found[2]["error"]["code"] == "not_an_object"
    assert "error" not in found[3]


@pytest.mark.parametrize(
    "changes, code, field",
    [
        ({"sex": None}, "missing", "sex"),
        ({"sex": "male"}, "not_a_choice", "sex"),
        ({"sex": 1}, "not_a_choice", "sex"),
        ({"birth_date": None}, "missing", "birth_date"),
        ({"birth_date": "04/03/2020"}, "not_a_date", "birth_date"),
        ({"birth_date": "2020-02-30"}, "not_a_date", "birth_date"),
        ({"birth_date": 20200304}, "not_a_date", "birth_date"),
        ({"birth_date": "20200304"}, "not_a_date", "birth_date"),
        ({"measured_on": None}, "missing", "measured_on"),
        ({"measured_on": "2026-W48-1"}, "not_a_date", "measured_on"),
        ({"measured_on": "2020-03-03"}, "before_birth", "measured_on"),
        ({"height_cm": "121,5"}, "not_a_number", "height_cm"),
        ({"height_cm": "abc"}, "not_a_number", "height_cm"),
        ({"height_cm": ""}, "not_a_number", "height_cm"),
        ({"height_cm": "١٢١"}, "not_a_number", "height_cm"),
        ({"height_cm": True}, "not_a_number", "height_cm"),
        ({"height_cm": [121.5]}, "not_a_number", "height_cm"),
        ({"height_cm": float("nan")}, "not_a_number", "height_cm"),
        ({"height_cm": float("inf")}, "not_a_number", "height_cm"),
        ({"height_cm": 1e300}, "not_a_number", "height_cm"),
        ({"height_cm": "1e2"}, "not_a_number", "height_cm"),
        ({"height_cm": -121.5}, "impossible", "height_cm"),
        ({"height_cm": 0}, "impossible", "height_cm"),
        ({"height_cm": 1215}, "impossible", "height_cm"),
        ({"weight_kg": "501"}, "impossible", "weight_kg"),
        ({"head_cm": 5}, "impossible", "head_cm"),
        ({"mother_cm": 1.68}, "impossible", "mother_cm"),
        ({"father_cm": "twee"}, "not_a_number", "father_cm"),
        ({"length_cm": 121}, "unknown_field", "length_cm"),
        ({"previous": {}}, "not_a_list", "previous"),
        ({"previous": [5]}, "not_an_object", "previous[0]"),
        ({"previous": [{}]}, "missing", "previous[0].measured_on"),
        ({"previous": [{"measured_on": "2019-01-01"}]}, "before_birth", "previous[0].measured_on"),
        ({"previous": [{"measured_on": "2026-11-23"}]}, "not_earlier", "previous[0].measured_on"),
        (
            {"previous": [{"measured_on": "2024-01-01", "weight_kg": "x"}]},
            "not_a_number",
            "previous[0].weight_kg",
        ),
        (
            {"previous": [{"measured_on": "2024-01-01", "height_cm": 20}]},
            "impossible",
            "previous[0].height_cm",
        ),
        (
            {"previous": [{"measured_on": "2024-01-01", "head_cm": 50}]},
            "unknown_field",
            "previous[0].head_cm",
        ),
        ({"id": True}, "invalid_id", "id"),
        ({"id": {}}, "invalid_id", "id"),
    ],
)
def test_every_bad_field_is_named(changes, code, field):
    item = {key: value for key, value in {**LOTTE, **changes}.items() if value is not None}
    (found,) = run([item])
    assert (found["error"]["code"], found["error"]["field"]) == (code, field)
    assert field in found["error"]["message"]
    assert found["id"] == (None if field == "id" else "lotte")


def test_numbers_as_text_and_as_json_numbers_are_the_same():
    as_text, as_number = answer(height_cm="121.5"), answer(height_cm=121.5)
    assert as_text == as_number
    assert answer(height_cm=" 121.50 ")["bmi"] == as_text["bmi"]


def test_a_number_with_all_the_digits_of_a_computation_is_judged():
    assert answer(height_cm=121.49999999999999)["bmi"] == pytest.approx(answer()["bmi"])
    assert answer(height_cm="121.49999999999999")["bmi"] == pytest.approx(answer()["bmi"])


@pytest.mark.parametrize("measured_on", ["2038-04-04", "2041-03-04", "2045-03-04"])
def test_a_length_after_the_years_of_the_standard_says_so(measured_on):
    found = answer(measured_on=measured_on)
    assert "GRO-5" in [each["rule_id"] for each in found["signals"]]

"""Batches of hearing, sight and vaccination, and the identifiers: answers and named errors."""

import argparse
import json
from datetime import date

import pytest

from clbdesk.cli import hearing, identifiers, vaccination, vision

ALL_HEARD = {
    ear: {hz: {"result": "pass"} for hz in ("500", "1000", "4000")} for ear in ("right", "left")
}
SPIN_EAR = {"srt_db": "-9.8", "sd_db": 1.0, "touched_limit": False, "attempt": 1}
HEARING = {"id": "h", "moment": "LO1", "audiometry": ALL_HEARD}
SPIN = {"id": "s", "moment": "LO6", "spin": {"right": SPIN_EAR, "left": SPIN_EAR}}
VISION = {
    "id": "v",
    "moment": "LO1",
    "test": "LOGMAR",
    "right": {"logmar": "0.0", "state": "done"},
    "left": {"logmar": 0.1},
    "correction": "none",
}
DOSE = {"product": "MBR", "date": "2018-05-14", "source": "vaccinnet"}
VACCINATION = {
    "id": 7,
    "birth_date": "2017-05-11",
    "on": "2026-11-23",
    "stage": "L4",
    "history": [DOSE],
}


def test_hearing_answers_word_ears_and_signals():
    first, second = hearing.run([HEARING, SPIN])
    assert first == {
        "id": "h",
        "judgement": "pass",
        "per_ear": {"right": "pass", "left": "pass"},
        "signals": [],
    }
    assert (second["judgement"], second["signals"][0]["rule_id"]) == ("pass", "SPIN-6")
    abnormal = {"right": SPIN_EAR | {"srt_db": -7.2}, "left": SPIN_EAR}
    (third,) = hearing.run([SPIN | {"spin": abnormal}])
    assert third["per_ear"] == {"right": "abnormal", "left": "pass"}


def test_of_two_hearing_tests_the_worse_word_counts():
    unreliable = {"right": SPIN_EAR | {"sd_db": 3}, "left": SPIN_EAR}
    (answer,) = hearing.run([HEARING | {"moment": "LO6", "spin": unreliable}])
    assert answer["judgement"] == "retest"


def test_an_ear_that_was_not_done_is_said_without_values():
    (answer,) = hearing.run([SPIN | {"spin": {"right": SPIN_EAR, "left": {"state": "refused"}}}])
    assert answer["per_ear"] == {"right": "pass", "left": "not_done"}


def test_vision_answers_word_decimals_and_signals():
    (answer,) = vision.run([VISION])
    assert answer["judgement"] == "no_criterion"
    assert answer["decimal"]["right"] == 1.0
    assert answer["decimal"]["left"] == pytest.approx(0.794328, abs=1e-6)
    assert [signal["rule_id"] for signal in answer["signals"]] == ["VIS-2"]


def test_vision_takes_the_other_tests_along():
    position = {"reflexes": "symmetric", "cover_near": "none", "cover_far": "eso", "signs": []}
    item = VISION | {"eye_position": position, "colour": "good", "stereo": "60", "known": True}
    (answer,) = vision.run([item])
    assert answer["judgement"] == "refer"
    assert [signal["rule_id"] for signal in answer["signals"]] == [
        "VIS-6",
        "VIS-2",
        "VIS-8",
        "VIS-10",
    ]


@pytest.mark.parametrize("state", ["not_planned", "postponed", "refused", "unreliable"])
def test_an_eye_that_was_not_done_never_passes(state):
    (answer,) = vision.run([VISION | {"right": {"logmar": None, "state": state}}])
    assert answer["judgement"] in {"not_done", "retest"}
    assert answer["decimal"]["right"] is None


def test_vaccination_answers_doses_advice_and_edition():
    (answer,) = vaccination.run([VACCINATION])
    assert answer["doses"] == [
        {
            "index": 0,
            "antigens": {
                "MBR": {"counts": True, "dose_number": 1, "rule_id": "MBR-1", "text": "telt · 1"}
            },
        }
    ]
    (mbr,) = [advice for advice in answer["advice"] if advice["vaccine"] == "MBR"]
    assert (mbr["state"], mbr["free"], mbr["rule_ids"]) == ("due", True, ["L4-MBR2"])
    assert mbr["earliest"] == "2018-06-11"
    assert mbr["text"] == (
        "Nu aanbevolen: MBR, dosis 2: aanbevolen vanaf 01 sep 2026, ten vroegste 11 jun 2018"
    )
    assert answer["edition"]
    json.dumps(answer)


def test_a_dose_may_be_a_product_a_code_or_a_type():
    history = [DOSE | {"product": product} for product in ("Priorix", "MBR/AV002", "mbr")]
    for dose in history:
        (answer,) = vaccination.run([VACCINATION | {"history": [dose]}])
        assert list(answer["doses"][0]["antigens"]) == ["MBR"]


def test_case_tells_the_booster_from_the_full_vaccine():
    item = VACCINATION | {"history": [DOSE | {"product": "dTpa"}, DOSE | {"product": "DTPa-IPV"}]}
    (answer,) = vaccination.run([item])
    assert set(answer["doses"][0]["antigens"]) == {"DTP"}
    assert set(answer["doses"][1]["antigens"]) == {"DTP", "IPV"}


def test_too_early_says_from_which_day_and_a_double_which_dose():
    early = [DOSE, DOSE | {"date": "2018-05-30"}]
    (answer,) = vaccination.run([VACCINATION | {"history": early}])
    verdict = answer["doses"][1]["antigens"]["MBR"]
    assert (verdict["counts"], verdict["not_before"]) == (False, "2018-06-11")
    assert verdict["text"] == "telt niet: ten vroegste 11 jun 2018 (MBR-2)"
    double = [DOSE, DOSE | {"date": "2018-05-15", "source": "document"}]
    (answer,) = vaccination.run([VACCINATION | {"history": double}])
    verdict = answer["doses"][1]["antigens"]["MBR"]
    assert (verdict["duplicate_of"], verdict["text"]) == (0, "mogelijk dubbel (DUP)")


@pytest.mark.parametrize("stage", ["KK2", "K2"])
def test_the_class_of_a_toddler_is_written_in_two_ways(stage):
    (answer,) = vaccination.run(
        [VACCINATION | {"birth_date": "2022-05-11", "stage": stage, "history": []}]
    )
    assert "error" not in answer


def with_cell(**changed):
    cells = {"1000": {"result": "pass"} | changed}
    return HEARING | {"audiometry": {"right": cells}}


BAD = [
    (hearing, "text", "not_an_object", None),
    (hearing, {"id": 1}, "missing", "moment"),
    (hearing, HEARING | {"moment": "LO2"}, "not_a_choice", "moment"),
    (hearing, {"id": 1, "moment": "LO1"}, "missing", "audiometry"),
    (hearing, HEARING | {"extra": 1}, "unknown_field", "extra"),
    (hearing, HEARING | {"audiometry": []}, "not_an_object", "audiometry"),
    (hearing, HEARING | {"audiometry": {"both": {}}}, "unknown_field", "audiometry.both"),
    (
        hearing,
        HEARING | {"audiometry": {"right": {"999": {}}}},
        "unknown_value",
        "audiometry.right.999",
    ),
    (hearing, with_cell(result="heard"), "not_a_choice", "audiometry.right.1000.result"),
    (hearing, with_cell(level_db=7), "out_of_range", "audiometry.right.1000.level_db"),
    (hearing, with_cell(level_db="125"), "out_of_range", "audiometry.right.1000.level_db"),
    (hearing, with_cell(state="later"), "not_a_choice", "audiometry.right.1000.state"),
    (
        hearing,
        with_cell(result="fail", state="refused"),
        "contradiction",
        "audiometry.right.1000.state",
    ),
    (
        hearing,
        with_cell(result="not_done", state="done"),
        "contradiction",
        "audiometry.right.1000.state",
    ),
    (hearing, SPIN | {"spin": {"right": {}}}, "missing", "spin.right.srt_db"),
    (
        hearing,
        SPIN | {"spin": {"right": SPIN_EAR | {"attempt": 1.5}}},
        "out_of_range",
        "spin.right.attempt",
    ),
    (
        hearing,
        SPIN | {"spin": {"right": SPIN_EAR | {"state": "postponed"}}},
        "contradiction",
        "spin.right.state",
    ),
    (
        hearing,
        SPIN | {"spin": {"right": SPIN_EAR | {"touched_limit": "no"}}},
        "not_a_boolean",
        "spin.right.touched_limit",
    ),
    (
        hearing,
        SPIN | {"spin": {"right": SPIN_EAR | {"srt_db": float("nan")}}},
        "not_a_number",
        "spin.right.srt_db",
    ),
    (vision, VISION | {"test": None}, "missing", "test"),
    (vision, VISION | {"test": "SNELLEN"}, "not_a_choice", "test"),
    (vision, VISION | {"right": {"logmar": 3}}, "out_of_range", "right.logmar"),
    (vision, VISION | {"right": {"logmar": None}}, "missing", "right.logmar"),
    (vision, VISION | {"right": {"logmar": True}}, "not_a_number", "right.logmar"),
    (vision, VISION | {"right": {"value": 0}}, "unknown_field", "right.value"),
    (
        vision,
        VISION | {"right": {"logmar": "0.3", "state": "postponed"}},
        "contradiction",
        "right.state",
    ),
    (vision, VISION | {"known": 1}, "not_a_boolean", "known"),
    (vision, VISION | {"colour": "red"}, "not_a_choice", "colour"),
    (
        vision,
        VISION | {"eye_position": {"signs": ["tic"]}},
        "not_a_choice",
        "eye_position.signs",
    ),
    (vaccination, VACCINATION | {"birth_date": "11/05/2017"}, "not_a_date", "birth_date"),
    (vaccination, VACCINATION | {"birth_date": "2017-02-30"}, "not_a_date", "birth_date"),
    (vaccination, VACCINATION | {"on": "2017-05-10"}, "out_of_range", "on"),
    (vaccination, VACCINATION | {"stage": "L7"}, "not_a_choice", "stage"),
    (vaccination, VACCINATION | {"history": {}}, "not_an_array", "history"),
    (vaccination, VACCINATION | {"history": ["MBR"]}, "not_an_object", "history[0]"),
    (
        vaccination,
        VACCINATION | {"history": [DOSE | {"product": "Onbekend"}]},
        "unknown_product",
        "history[0].product",
    ),
    (
        vaccination,
        VACCINATION | {"history": [DOSE | {"product": " "}]},
        "not_a_text",
        "history[0].product",
    ),
    (
        vaccination,
        VACCINATION | {"history": [DOSE, DOSE | {"date": "2018-13"}]},
        "not_a_date",
        "history[1].date",
    ),
    (
        vaccination,
        VACCINATION | {"history": [DOSE | {"date": "2016"}]},
        "out_of_range",
        "history[0].date",
    ),
    (
        vaccination,
        VACCINATION | {"history": [DOSE | {"date": "2027-01-01"}]},
        "out_of_range",
        "history[0].date",
    ),
    (
        vaccination,
        VACCINATION | {"history": [DOSE | {"source": "mother"}]},
        "not_a_choice",
        "history[0].source",
    ),
    (vaccination, VACCINATION | {"flags": {"risk": True}}, "unknown_field", "flags.risk"),
]


@pytest.mark.parametrize("module, item, code, field", BAD, ids=range(len(BAD)))
def test_a_bad_item_is_named_and_does_not_stop_the_next(module, item, code, field):
    good = {hearing: HEARING, vision: VISION, vaccination: VACCINATION}[module]
    bad, after = module.run([item, good])
    assert (bad["error"]["code"], bad["error"]["field"]) == (code, field)
    assert bad["error"]["message"]
    assert after["id"] == good["id"]
    assert "error" not in after


def test_insz_answers_each_number():
    valid, invalid, wrong = identifiers.run_insz(
        ["14.22.15-003.24", "12345678901", 5], date(2026, 11, 22)
    )
    assert valid == {
        "number": "14221500324",
        "valid": True,
        "kind": "bis",
        "birth_date": "2014-02-15",
        "sex": None,
    }
    assert invalid == {
        "number": "12345678901",
        "valid": False,
        "kind": None,
        "birth_date": None,
        "sex": None,
    }
    assert wrong["error"]["code"] == "not_text"


def test_barcode_answers_each_code():
    whole, nothing, wrong = identifiers.run_barcode(
        ["(01)05413868000009(17)270500(10)x-01", "X012345", None]
    )
    assert whole == {
        "gtin": "05413868000009",
        "lot": "x-01",
        "expiry": "2027-05-31",
        "complete": True,
    }
    assert nothing == {"gtin": None, "lot": None, "expiry": None, "complete": False}
    assert wrong["error"]["code"] == "not_text"


@pytest.mark.parametrize("command, text", [("insz", "85073003328"), ("barcode", "(10)A1")])
def test_the_commands_take_several_texts(command, text):
    parser = argparse.ArgumentParser()
    identifiers.add_parser(parser.add_subparsers())
    options = parser.parse_args([command, text, text, "--json"])
    first, second = options.run(options)
    assert first == second


@pytest.mark.parametrize(
    "product, series",
    [
        ("HBV/AV004", {"HBV"}),
        ("DTPA-IPV-HIB-HBV/MS001", {"DTP", "IPV", "Hib", "HBV"}),
        ("mbr/xx123", {"MBR"}),
        ("Engerix-B (20)", {"HBV"}),
        ("HBVaxPro 10 µg", {"HBV"}),
    ],
)
def test_a_product_of_a_later_year_tells_at_least_its_type(product, series):
    (answer,) = vaccination.run([VACCINATION | {"history": [DOSE | {"product": product}]}])
    assert answer["doses"][0]["antigens"].keys() == series


@pytest.mark.parametrize(
    "product", ["FLU/AV001", "DTPA/ZZ001", "MBR/", "MBR/AV1", "MBR/AV0011", "/AV001"]
)
def test_what_is_no_code_of_a_known_type_is_named(product):
    (answer,) = vaccination.run([VACCINATION | {"history": [DOSE | {"product": product}]}])
    assert answer["error"]["code"] == "unknown_product"

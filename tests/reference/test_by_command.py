"""The golden cases once more, now as another program meets them: files and texts in, JSON out."""

import json
from datetime import date, timedelta

import pytest

from clbdesk.cli import EXIT_DONE, main
from clbdesk.domain.people import Sex
from tests.builders.vaccination import infant
from tests.reference import test_barcode as codes
from tests.reference import test_insz as numbers
from tests.reference.test_growth_flanders_2004 import CHILDREN

BIRTH = date(2010, 1, 1)
SEXES = {"male": "M", "female": "F"}


@pytest.fixture
def ask(tmp_path, capfd):
    """The answers of a command to a file of items, or to texts."""

    def asked(command, items, *, texts=False):
        if texts:
            given = items
        else:
            path = tmp_path / "in.json"
            path.write_text(json.dumps(items))
            given = [str(path)]
        assert main([command, "--json", "--", *given]) == EXIT_DONE
        answers = json.loads(capfd.readouterr().out)
        assert len(answers) == len(items)
        assert [one for one in answers if "error" in one] == []
        return answers

    return asked


def test_growth_answers_every_golden_child(ask):
    items = [
        {
            "id": number,
            "sex": SEXES[row["sex"]],
            "birth_date": BIRTH.isoformat(),
            "measured_on": str(BIRTH + timedelta(days=round(float(row["age_years"]) * 365.25))),
            "height_cm": row["height_cm"],
            "weight_kg": row["weight_kg"],
        }
        for number, row in enumerate(CHILDREN)
    ]
    for row, found in zip(CHILDREN, ask("growth", items), strict=True):
        assert found["age_years"] == pytest.approx(float(row["age_years"]), abs=0.002)
        for key, column in (
            ("height", "height_sds"),
            ("weight", "weight_sds"),
            ("bmi_for_age", "bmi_sds"),
        ):
            assert found[key]["sds"] == pytest.approx(float(row[column]), abs=0.01), found["id"]
        # Half a day, which a date cannot tell, moves a percentile by as much as printing does.
        percentile = found["height"]["percentile"]
        assert percentile == pytest.approx(float(row["height_percentile"]), abs=0.11)
        assert found["bmi"] == pytest.approx(float(row["bmi"]), abs=0.006)
        assert found["weight_index"] == pytest.approx(float(row["weight_index"]), abs=0.06)
        assert found["bmi_class"] == row["weight_class"]


def pupil(birth, on, *history, **more):
    """An item; a dose is (product, date) or (product, date, source)."""
    doses = [
        {"product": product, "date": day, "source": rest[0] if rest else "vaccinnet"}
        for product, day, *rest in history
    ]
    return {"birth_date": birth, "on": on, "history": doses} | more


def infancy(birth, product="Hexyon"):
    return infant(date.fromisoformat(birth), product)


MBR_DONE = (("MBR", "2016-06-01"), ("MBR", "2023-10-02"))
NOW = "2026-11-22"
# Golden case, item, dose (index, series), and what it is worth.
DOSES = [
    (1, pupil("2024-01-10", NOW, ("MBR", "2025-01-05")), (0, "MBR"), {"counts": True}),
    (1, pupil("2024-01-10", NOW, ("MBR", "2025-01-04")), (0, "MBR"), {"counts": False}),
    (
        3,
        pupil("2016-01-20", NOW, ("MBR", "2026-01-10"), ("MBR", "2026-02-06"), stage="L4"),
        (1, "MBR"),
        {"counts": True, "dose_number": 2, "rule_id": "G2"},
    ),
    (
        3,
        pupil("2016-01-20", NOW, ("MBR", "2026-01-10"), ("MBR", "2026-02-01"), stage="L4"),
        (1, "MBR"),
        {"counts": False, "dose_number": None, "rule_id": "MBR-2"},
    ),
    (
        4,
        pupil("2016-01-20", "2025-03-25", ("VARICELLA", "2025-03-01"), ("MBR", "2025-03-20")),
        (1, "MBR"),
        {"counts": False, "rule_id": "G6", "not_before": "2025-03-29"},
    ),
    *(
        (
            5,
            pupil("2012-01-20", "2025-03-25", ("Gardasil 9", "2025-03-01"), ("MBR", "2025-03-01")),
            place,
            {"counts": True, "dose_number": 1},
        )
        for place in ((0, "HPV"), (1, "MBR"))
    ),
    *(
        (
            8,
            pupil("2014-01-01", NOW, ("HBV", "2024-01-01"), ("HBV", "2024-01-29"), ("HBV", third)),
            (2, "HBV"),
            {"counts": counts},
        )
        for third, counts in (
            ("2024-03-25", False),
            ("2024-04-16", False),
            ("2024-04-17", True),
            ("2024-04-22", True),
        )
    ),
    (
        13,
        pupil("2016-04-01", "2025-10-22", ("MBR", "2017", "document"), stage="L4"),
        (0, "MBR"),
        {"counts": "doctor", "rule_id": "YEAR"},
    ),
    (
        14,
        pupil(
            "2016-04-01",
            "2025-10-22",
            ("M-M-RVaxPro", "2017-05-03", "document"),
            ("MBR", "2017-05-02"),
            stage="L4",
        ),
        (0, "MBR"),
        {"counts": False, "rule_id": "DUP", "duplicate_of": 1},
    ),
]


def test_vaccination_answers_what_every_golden_dose_is_worth(ask):
    items = [item | {"id": number} for number, (_, item, _, _) in enumerate(DOSES)]
    for (golden, _, (index, series), worth), found in zip(
        DOSES, ask("vaccination", items), strict=True
    ):
        verdict = found["doses"][index]["antigens"][series]
        assert {key: verdict[key] for key in worth} == worth, (golden, found["id"])


# Golden case, item, vaccine, and what is advised.
ADVICE = [
    (
        2,
        pupil("2024-01-20", "2025-01-15", ("MBR", "2025-01-10")),
        "MBR",
        {"state": "not_yet", "earliest": "2025-02-07", "dose_number": 1},
    ),
    (
        4,
        pupil("2016-01-20", "2025-03-25", ("VARICELLA", "2025-03-01"), ("MBR", "2025-03-20")),
        "MBR",
        {"earliest": "2025-04-17"},
    ),
    *(
        (
            7,
            pupil(
                "2010-03-01",
                "2024-10-22",
                *infancy("2010-03-01"),
                ("Tetravac", "2016-10-01"),
                ("Tetravac", day),
                stage="S3",
            ),
            "dTpa",
            {"state": state},
        )
        for day, state in (("2022-03-01", "complete"), ("2022-02-28", "due"))
    ),
    *(
        (
            9,
            pupil(birth, NOW, stage=stage),
            "HBV",
            {"state": "due", "rule_ids": [rule_id], "doses_left": left},
        )
        for birth, stage, rule_id, left in (
            ("2013-06-01", "S1", "S10", 2),
            ("2010-06-01", "S4", "S11", 3),
            ("2017-06-01", "L4", "S9", 3),
        )
    ),
    *(
        (
            10,
            pupil(birth, NOW, stage=stage),
            "HPV",
            {"free": free, "state": "due" if free else "outside_programme"},
        )
        for birth, stage, free in (
            ("2011-12-22", "S4", True),
            ("2011-11-22", "S4", False),
            ("2009-11-22", "S3", True),
            ("2011-01-22", "S1", True),
        )
    ),
]


def test_vaccination_answers_every_golden_advice(ask):
    items = [item | {"id": number} for number, (_, item, _, _) in enumerate(ADVICE)]
    for (golden, _, vaccine, wanted), found in zip(ADVICE, ask("vaccination", items), strict=True):
        (advice,) = (one for one in found["advice"] if one["vaccine"] == vaccine)
        assert {key: advice[key] for key in wanted} == wanted, (golden, found["id"])


BORN = "2019-03-01"
# Golden case, item, vaccines that are due or are not, and exactly which of these are.
DUE = [
    (
        6,
        pupil(
            BORN,
            "2026-02-22",
            *infancy(BORN),
            ("Boostrix", "2025-10-10"),
            ("MBR", "2020-03-10"),
            stage="L1",
        ),
        {"IPV", "dTpa", "DTPa-IPV", "MBR", "HBV", "HPV"},
        {"IPV"},
    ),
    *(
        (
            11,
            pupil(birth, "2026-10-22", *infancy(birth, product), *MBR_DONE, stage=stage),
            {"HEXA", "DTPa-IPV", "dTpa", "IPV", "HBV", "MBR"},
            vaccines,
        )
        for birth, stage, product, vaccines in (
            ("2015-03-01", "L6", "Tetravac", {"HEXA"}),
            ("2015-03-01", "L6", "Hexyon", {"DTPa-IPV"}),
            ("2014-04-01", "S1", "Hexyon", {"dTpa", "IPV"}),
            ("2012-04-01", "S3", "Hexyon", {"dTpa"}),
        )
    ),
    *(
        (
            12,
            pupil(
                birth,
                "2025-11-20",
                *infancy(birth),
                ("MBR", f"{int(birth[:4]) + 2}-01-20"),
                stage="L1",
                special_education=True,
            ),
            {vaccine},
            {vaccine} if is_due else set(),
        )
        for birth, vaccine, is_due in (
            ("2016-12-31", "MBR", True),
            ("2017-01-01", "MBR", False),
            ("2013-12-31", "HPV", True),
            ("2014-01-01", "HPV", False),
            ("2011-12-31", "dTpa", True),
            ("2019-12-31", "DTPa-IPV", True),
            ("2020-01-01", "DTPa-IPV", False),
        )
    ),
]


def test_vaccination_answers_what_is_due_in_every_golden_case(ask):
    items = [item | {"id": number} for number, (_, item, _, _) in enumerate(DUE)]
    for (golden, _, looked_at, due), found in zip(DUE, ask("vaccination", items), strict=True):
        said = {one["vaccine"] for one in found["advice"] if one["state"] == "due"}
        assert said & looked_at == due, (golden, found["id"])


def test_all_golden_cases_are_asked():
    # The fifteenth is the vectors of the numbers, below.
    assert {golden for golden, *_ in (*DOSES, *ADVICE, *DUE)} == set(range(1, 15))


def test_insz_answers_every_vector(ask):
    answers = ask("insz", [number for number, *_ in numbers.VALID], texts=True)
    shown = {Sex.MALE: "M", Sex.FEMALE: "F", Sex.UNKNOWN: None}
    assert answers == [
        {
            "number": number,
            "valid": True,
            "kind": kind.value,
            "birth_date": birth.isoformat() if birth else None,
            "sex": shown[sex],
        }
        for number, kind, birth, sex in numbers.VALID
    ]
    for answer in ask("insz", numbers.INVALID, texts=True):
        said = {key: value for key, value in answer.items() if key != "number"}
        assert said == {"valid": False, "kind": None, "birth_date": None, "sex": None}


def test_barcode_answers_every_vector(ask):
    box = {
        "gtin": codes.GTIN,
        "lot": "AC37B2210",
        "expiry": "2027-05-31",
        "complete": True,
    }
    assert ask("barcode", codes.FORMS, texts=True) == [box] * len(codes.FORMS)
    nothing = {"gtin": None, "lot": None, "expiry": None, "complete": False}
    assert ask("barcode", codes.WRONG, texts=True) == [nothing] * len(codes.WRONG)

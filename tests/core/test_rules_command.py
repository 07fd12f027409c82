"""`clbdesk rules`: what it lists, and that only a doctor's passphrase signs."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from clbdesk.cli import EXIT_DONE, EXIT_ENVIRONMENT, EXIT_REFUSED, main
from clbdesk.domain.judgement import RuleStatus
from clbdesk.standards.tables import rule
from tests.builders.vaults import DOCTOR, NURSE, PASSPHRASE, enrolled_laptop

FILL = ("--value", "0.3|0.2", "--source", "Werkkaart visus 09/2018", "--page", "3")


@pytest.fixture
def laptop(tmp_path: Path) -> Path:
    enrolled_laptop(tmp_path, NURSE, DOCTOR)
    return tmp_path


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str, typed: str = PASSPHRASE) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{typed}\n"))
    return main(["rules", *arguments, "--json"])


def sign(folder: Path, rule_id: str, user: str, *more: str) -> tuple[str, ...]:
    return ("sign", rule_id, "--data", str(folder), "--user", user, *more)


def test_the_list_can_be_narrowed_to_what_is_empty(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "list", "--status", "empty") == EXIT_DONE
    listed = json.loads(capsys.readouterr().out)
    assert {one["status"] for one in listed} == {"empty"}
    assert "VIS-2" in {one["id"] for one in listed}


def test_one_rule_is_shown_and_an_unknown_one_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "show", "SPIN-2") == EXIT_DONE
    assert json.loads(capsys.readouterr().out)["value"] == "-8.1"
    assert run(monkeypatch, "show", "SPIN-99") == EXIT_REFUSED
    assert "no rule SPIN-99" in capsys.readouterr().err


def test_a_doctor_signs_and_the_answer_is_the_rule_as_it_judges(
    laptop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, *sign(laptop, "VIS-2", DOCTOR.name, *FILL)) == EXIT_DONE
    answer = json.loads(capsys.readouterr().out)
    assert (answer["value"], answer["status"]) == ("0.3|0.2", "on")
    assert answer["source"] == "Werkkaart visus 09/2018, blz. 3"
    assert run(monkeypatch, *sign(laptop, "BMI-6", DOCTOR.name)) == EXIT_DONE
    assert json.loads(capsys.readouterr().out)["value"] == "30"
    # A closed vault leaves nothing in force.
    assert rule("VIS-2").status is RuleStatus.EMPTY


@pytest.mark.parametrize(
    "user, rule_id, more, words",
    [
        (NURSE.name, "VIS-2", FILL, "only a doctor"),
        (DOCTOR.name, "VIS-2", FILL[:2], "--source and --page"),
        (DOCTOR.name, "VIS-2", ("--value", "3|0.2", *FILL[2:]), "beyond what the test can show"),
        (DOCTOR.name, "VIS-2", (), "cannot judge by rule VIS-2"),
        (DOCTOR.name, "G8", (), "cannot judge by rule G8"),
        (DOCTOR.name, "BMI-6", ("--value", "28", *FILL[2:]), "--reason"),
        (DOCTOR.name, "SPIN-99", FILL, "no rule SPIN-99"),
    ],
)
def test_what_cannot_be_signed_is_refused_in_words(
    laptop: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    user: str,
    rule_id: str,
    more: tuple[str, ...],
    words: str,
) -> None:
    assert run(monkeypatch, *sign(laptop, rule_id, user, *more)) == EXIT_REFUSED
    assert words in capsys.readouterr().err


def test_the_passphrase_is_the_doctors_own(
    laptop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = sign(laptop, "VIS-2", DOCTOR.name, *FILL)
    assert run(monkeypatch, *arguments, typed="raden") == EXIT_ENVIRONMENT
    assert "wrong passphrase" in capsys.readouterr().err


def test_words_of_a_letter_are_signed_without_a_page_and_a_right_as_it_is(
    laptop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = "Kom gerust langs op het spreekuur."
    block = sign(laptop, "ADVIES-EIGEN-1", DOCTOR.name, "--value", words, "--source", "centrum")
    assert run(monkeypatch, *block) == EXIT_DONE
    answer = json.loads(capsys.readouterr().out)
    assert (answer["value"], answer["status"]) == (words, "on")
    right = sign(laptop, "RECHT-MEASURES-NURSE", DOCTOR.name)
    assert run(monkeypatch, *right) == EXIT_DONE
    assert json.loads(capsys.readouterr().out)["status"] == "on"
    own = sign(laptop, "RECHT-MEASURES-NURSE", DOCTOR.name, "--value", "leest niet")
    assert run(monkeypatch, *own) == EXIT_REFUSED


def test_an_empty_rule_that_is_a_tree_is_filled_in_words(
    laptop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = "Onder 4 cm per jaar: bespreek met de arts."
    more = ("--data", str(laptop), "--user", DOCTOR.name, "--value", words, "--reason", "overleg")
    assert run(monkeypatch, "fill", "GRO-2", *more) == EXIT_DONE
    answer = json.loads(capsys.readouterr().out)
    assert (answer["value"], answer["status"]) == (words, "empty")
    assert answer["source"] == "Criterium van het centrum"
    assert run(monkeypatch, "fill", "BMI-6", *more) == EXIT_REFUSED
    assert "rule BMI-6 has a value" in capsys.readouterr().err


def test_a_table_is_signed_as_a_whole_by_who_says_how_many_rows_were_read(
    laptop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    table = "cohort_rules.csv"
    assert run(monkeypatch, "list", "--status", "sign", "--table", table) == EXIT_DONE
    listed = [one["id"] for one in json.loads(capsys.readouterr().out)]
    more = ("--data", str(laptop), "--user", DOCTOR.name, "--reason", "gelezen met de Werkkaart")
    for rows in (len(listed) - 1, len(listed) + 1):
        asked = ("sign", "--table", table, "--rows", str(rows), *more)
        assert run(monkeypatch, *asked) == EXIT_REFUSED
        assert f"{len(listed)} rules of {table} wait" in capsys.readouterr().err
    asked = ("sign", "--table", table, "--rows", str(len(listed)), *more)
    assert run(monkeypatch, *asked) == EXIT_DONE
    answer = json.loads(capsys.readouterr().out)
    assert [one["id"] for one in answer] == listed
    assert len({one["revision"] for one in answer}) == len(listed)
    assert run(monkeypatch, *asked) == EXIT_REFUSED
    assert f"0 rules of {table} wait" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments, words",
    [
        (("sign",), "one rule, or --table with --rows"),
        (("sign", "BMI-6", "--table", "growth_rules.csv"), "one rule, or --table with --rows"),
        (("sign", "--table", "growth_rules.csv"), "one rule, or --table with --rows"),
        (("sign", "--table", "x.csv", "--rows", "1", "--reason", "r"), "no table x.csv"),
        (("sign", "--table", "cohort_rules.csv", "--rows", "3"), "--reason"),
    ],
)
def test_what_is_neither_one_rule_nor_a_table_is_refused(
    laptop: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    words: str,
) -> None:
    more = ("--data", str(laptop), "--user", DOCTOR.name)
    assert run(monkeypatch, *arguments, *more) == EXIT_REFUSED
    assert words in capsys.readouterr().err


def test_a_list_of_an_unknown_table_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "list", "--table", "x.csv") == EXIT_REFUSED
    assert "no table x.csv" in capsys.readouterr().err


def test_signatures_are_taken_back_together_or_not_at_all(
    laptop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    more = ("--data", str(laptop), "--user", DOCTOR.name, "--reason", "gelezen")
    table = ("sign", "--table", "cohort_rules.csv", "--rows", "3")
    assert run(monkeypatch, *table, *more) == EXIT_DONE
    capsys.readouterr()
    assert run(monkeypatch, "withdraw", "COH-2", "BMI-6", *more) == EXIT_REFUSED
    assert "nothing to take back" in capsys.readouterr().err
    assert run(monkeypatch, "withdraw", "COH-2", "COH-3", "COH-2", *more) == EXIT_DONE
    answer = json.loads(capsys.readouterr().out)
    assert [(one["id"], one["status"]) for one in answer] == [("COH-2", "sign"), ("COH-3", "sign")]
    left = ("sign", "--table", "cohort_rules.csv", "--rows", "2", *more)
    assert run(monkeypatch, *left) == EXIT_DONE

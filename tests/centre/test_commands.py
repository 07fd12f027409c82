"""`clbdesk centre …` and `python -m clbdesk.centre`, as an administrator meets them."""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from clbdesk.centre.care_counts import CareCounts
from clbdesk.centre.store import postgres_engine
from clbdesk.centre.writing import Entry, write
from clbdesk.cli import EXIT_REFUSED
from clbdesk.cli import centre as commands
from clbdesk.cli.english import ENGLISH
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.objection import Objection, ObjectionBy
from clbdesk.domain.people import Pupil, Sex
from clbdesk.domain.visits import ContactMoment
from clbdesk.errors import Refused
from clbdesk.ids import PupilId, RecordId
from clbdesk.sync.protocol import EnrolmentCode
from tests.builders.centres import build

ROOT = Path(__file__).parents[2]


@pytest.fixture
def ask(place):
    """Run a sub-command at a place; its answer after a journey through JSON."""
    where = ["--keys", str(place.keys)]
    where += ["--data", str(place.data)] if place.data else ["--database", place.database]
    parser = argparse.ArgumentParser()
    commands.add_parser(parser.add_subparsers())

    def run(*words):
        options = parser.parse_args(["centre", *words, *where, "--json"])
        return json.loads(json.dumps(options.run(options)))

    return run


def test_an_administrator_makes_a_centre_and_a_laptop_code(ask):
    ask("init", "--name", "CLB De Toets")
    ask("school", "add", "De Kring", "--level", "primary", "--municipality", "Waterbeke")
    ask("staff", "add", "An Janssens", "--role", "nurse")
    ask("staff", "add", "Mia Peeters", "--role", "doctor", "--school", "De Kring")
    planned = ask(
        *("visit", "add", "--school", "De Kring", "--on", "2026-11-23"),
        *("--kind", "systematic_contact", "--class", "4A:LO4", "--team", "An Janssens"),
    )
    assert planned["pupils"] == 0
    (visit,) = ask("visit", "list")
    assert visit["classes"] == [{"class_name": "4A", "moment": "LO4"}]
    ask("lot", "HPV", "--product", "Gardasil 9", "--number", "Y013", "--expires-on", "2027-05-31")
    ask(
        *("standing-order", "HPV S1", "--doctor", "Mia Peeters", "--vaccine", "HPV"),
        *("--stage", "S1", "--valid-from", "2026-09-01", "--valid-until", "2027-08-31"),
    )
    assert ask("recall", "Y013") == {"lot": "Y013", "pupils": 0, "doses": []}
    code = ask("enrol", "LAP-01", "--user", "An Janssens", "--user", "Mia Peeters")
    assert len(EnrolmentCode.parse(code["code"]).secret) == 12
    status = ask("status")
    assert (status["name"], status["quarantined"], status["alarms"]) == ("CLB De Toets", 0, [])
    assert ask("verify")["sound"] is True


def test_what_cannot_be_is_refused(ask):
    with pytest.raises(Refused):
        ask("status")
    ask("init")
    for words in (
        ("enrol", "LAP-01", "--user", "Nobody"),
        ("revoke", "LAP-01"),
        ("erase", "01a2076b-4400-7ef8-8e17-fe2d3d3e6c06"),
        ("backup-done", "5"),
        ("visit", "add", "--school", "X", "--on", "2026-11-23", "--kind", "vaccination"),
        ("quarantine", "release", "x"),
    ):
        with pytest.raises(Refused):
            ask(*words)


def test_a_class_list_is_previewed_and_then_imported(ask, tmp_path):
    path = tmp_path / "klas.csv"
    path.write_text("Naam;Voornaam;Geboortedatum;Klas\nMaes;Bram;14/05/2017;4A\n", "utf-8")
    ask("init")
    ask("school", "add", "De Kring", "--level", "primary")
    words = ("import-class-list", str(path), "--school", "De Kring")
    assert ask(*words) == {
        "rows": 1,
        "new": 1,
        "matched": 0,
        "changed": 0,
        "problems": [],
        "committed": False,
    }
    assert ask(*words, "--commit")["new"] == 1
    assert ask(*words)["matched"] == 1


def test_a_pupil_of_a_school_is_listed_and_joined_to_whom_the_centre_knows(place, ask):
    built = build(place)
    added = PupilId(built.centre.ids.new())
    new = Pupil(
        family_name="Vandenbroucke0",
        given_name="Annelies0",
        birth_date=date(2017, 2, 1),
        sex=Sex.FEMALE,
        provisional=True,
    )
    with built.centre.store.writing() as tx:
        write(tx, built.centre, [Entry(RecordId(added), new, pupil_id=added)])
    built.centre.close()
    (waiting,) = ask("provisional")
    (one,) = waiting["may_be"]
    assert (waiting["pupil_id"], one["pupil_id"]) == (added, built.pupils[0])
    joined = ask("join", added, one["pupil_id"], "--reason", "staat op de klassenlijst")
    assert joined == {"moved": {}, "beside": {}, "stayed": {}}
    assert ask("provisional") == []


def test_every_action_of_the_parser_exists(ask):
    from clbdesk.cli.centre_actions import _ACTIONS

    named = set()
    parser = argparse.ArgumentParser()
    commands.add_parser(parser.add_subparsers())
    for one in leaf_parsers(parser):
        named.add(one.get_default("run").args[0])
    assert named == {*_ACTIONS, "init"}


def leaf_parsers(parser):
    inner = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
    if not inner:
        return [parser]
    return [leaf for one in inner for child in one.choices.values() for leaf in leaf_parsers(child)]


def test_the_server_just_runs_and_stops_when_told(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "clbdesk.centre", "--data", str(tmp_path / "c")]
    server = subprocess.Popen(
        [*command, "--port", str(port)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
    )
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        else:
            pytest.fail("the server did not answer")
    finally:
        server.send_signal(signal.SIGTERM)
        _, told = server.communicate(timeout=20)
    assert b"Traceback" not in told
    assert (tmp_path / "c" / "centre.db").is_file()


def test_rights_are_listed_and_narrowed_and_a_lost_laptop_is_told_by_name(ask):
    ask("init")
    ask("staff", "add", "An Janssens", "--role", "nurse")
    ask("enrol", "LAP-01", "--user", "An Janssens")
    words = ("narrow", "vaccination", "nurse", "--reads", "yes", "--writes", "no", "--reason", "x")
    assert ask(*words)["writes"] == "no"
    rows = {(one["data_class"], one["role"]): one for one in ask("rights")}
    assert rows["vaccination", "nurse"]["writes"] == "no"
    assert "dose" in rows["vaccination", "doctor"]["kinds"]
    assert ask("review") == []
    with pytest.raises(Refused):
        ask("lost", "LAP-99")
    with pytest.raises(Refused):
        ask("access-log", "--pupil", "Peeters Lotte")


def test_the_planning_names_who_objects_and_until_when_another_doctor_may_examine(place, ask):
    built = build(place)
    objects = built.pupils[0]
    body = Objection(
        pupil_id=objects,
        moment=ContactMoment.LO4,
        school_year=2026,
        received_on=date(2026, 11, 20),
        by=ObjectionBy.PARENT,
    )
    record_id = derived_record_id("objection", objects, "LO4", "2026")
    with built.centre.store.writing() as tx:
        write(tx, built.centre, [Entry(record_id, body, pupil_id=objects)])
    built.centre.close()
    answer = ask("visit", "propose", "--school", "De Kring", "--on", "2026-11-23")
    assert [one["objection"] for one in answer["proposed"]] == [None, None]
    (line,) = answer["objected"]
    shown = line["objection"]
    assert (shown["by"], shown["received_on"]) == ("parent", "2026-11-20")
    assert (shown["examined_by"], shown["reported_by"]) == ("2027-02-18", None)
    assert shown["is_signed"] is False


CARE = ("report", "care", "De Kring", "--since", "2026-09-01", "--until", "2026-12-31")


def test_the_counts_of_care_meetings_come_as_names_with_numbers(monkeypatch, ask):
    def counted(*_: object) -> CareCounts:
        found = CareCounts(date(2026, 9, 1), date(2026, 12, 31), meetings=1)
        found.kinds["consultation"] += 1
        return found

    monkeypatch.setattr("clbdesk.cli.centre_reports.care_counts", counted)
    ask("init")
    ask("school", "add", "De Kring", "--level", "primary")
    assert ask(*CARE)["kinds"] == {"consultation": 1}


VISIT = ("visit", "add", "--school", "De Kring", "--on", "2026-11-23", "--kind", "vaccination")
ORDER = ("standing-order", "T", "--doctor", "Mia Peeters", "--valid-from", "2026-09-01")
WRONG = [
    ("centre.name_missing", ("school", "add", " ", "--level", "primary")),
    ("centre.no_such_vaccine", (*VISIT, "--vaccine", "MMRV2")),
    ("centre.times_reversed", (*VISIT, "--start", "12:00", "--end", "08:30")),
    (
        "centre.no_such_product",
        ("lot", "MBR", "--product", "Hexyon", "--number", "A", "--expires-on", "2027-05-31"),
    ),
    (
        "centre.name_missing",
        ("lot", "MBR", "--product", "Priorix", "--number", "", "--expires-on", "2027-05-31"),
    ),
    (
        "centre.no_such_stage",
        (*ORDER, "--vaccine", "MBR", "--stage", "L9", "--valid-until", "2027-08-31"),
    ),
    (
        "centre.period_reversed",
        (*ORDER, "--vaccine", "MBR", "--stage", "L4", "--valid-until", "2026-08-31"),
    ),
    (
        "centre.period_reversed",
        (
            *("membership", "Mia Peeters", "--role", "nurse"),
            *("--since", "2026-09-01", "--until", "2026-08-31"),
        ),
    ),
    ("centre.reason_missing", ("document", "withdraw", "emergency", "--reason", " ")),
    ("centre.reason_missing", ("visit", "cancel", "x", "--reason", "")),
    ("cli.unreadable_key", ("open-concern", "x", "--key-file", "no.key")),
    ("centre.no_such_port", ("serve", "--port", "65536")),
]


def test_what_a_slip_of_the_keyboard_makes_is_refused_and_nothing_is_kept(ask):
    ask("init")
    ask("school", "add", "De Kring", "--level", "primary")
    ask("staff", "add", "Mia Peeters", "--role", "doctor")
    for key, words in WRONG:
        with pytest.raises(Refused) as told:
            ask(*words)
        assert told.value.key == key, words
        assert key in ENGLISH
    assert len(ask("school", "list")) == 1
    assert ask("visit", "list") == []


@pytest.mark.parametrize(
    "words",
    [
        ("review", "--until", "0001-01-01"),
        ("review", "--until", "2026-11-31"),
        ("review", "--until", "20261122"),
        (*VISIT, "--start", "25:00"),
        (*VISIT, "--start", "8"),
        ("import-class-list", "list.csv", "--school", "De Kring", "--school-year", "-1"),
        ("import-class-list", "list.csv", "--school", "De Kring", "--school-year", "20266"),
    ],
)
def test_a_day_an_hour_or_a_year_that_cannot_be_is_told_with_an_example(capsys, words):
    parser = argparse.ArgumentParser()
    commands.add_parser(parser.add_subparsers())
    with pytest.raises(SystemExit) as stopped:
        parser.parse_args(["centre", *words])
    assert stopped.value.code == EXIT_REFUSED
    told = capsys.readouterr().err.splitlines()[-1]
    assert "is not a" in told
    assert " as " in told


@pytest.mark.parametrize("address", ["bogus", "mysql://u@h/n", "postgresql://h:port/n"])
def test_an_address_that_is_none_of_postgresql_is_refused(address):
    with pytest.raises(Refused) as told:
        postgres_engine(address)
    assert told.value.key == "centre.no_such_address"

"""What goes out of the centre: whole, for its owner alone, listed; never half, never over a file."""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import stat
from datetime import date, timedelta
from decimal import Decimal

import msgspec
import pytest
from fhir.resources.R4B.bundle import Bundle
from sqlalchemy import select

from clbdesk.centre import upkeep
from clbdesk.centre.access_review import access_of_pupil
from clbdesk.centre.csv_export import write_csv
from clbdesk.centre.fhir import Choice, write_fhir
from clbdesk.centre.schema import EXPORT
from clbdesk.centre.vaccinnet import write_vaccinnet_batch
from clbdesk.centre.writing import Entry, write
from clbdesk.cli import export
from clbdesk.clock import local_day
from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import Audiometry, AudiometryCell, CellResult
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.revision import RevisionStatus
from clbdesk.domain.shielding import Flag, Shielding
from clbdesk.errors import Environment, Refused
from clbdesk.ids import RecordId
from tests.builders.centres import growth_body, pupil
from tests.builders.vaccinnet import INSZ, own_dose, prepare


@pytest.fixture
def school(built):
    prepare(built)
    laptop = built.laptop("LAP-01", built.nurse)
    given = own_dose(built.pupils[0], built.doctor, vaccinator=built.nurse)
    laptop.push(
        built.growth(laptop, 0, "128.4"),
        laptop.revision(
            given,
            author=built.nurse,
            pupil_id=built.pupils[0],
            visit_id=built.visit_id,
            school_id=built.school_id,
        ),
    )
    return built, laptop


def resources(path):
    text = path.read_text("utf-8")
    Bundle.model_validate_json(text)
    return [entry["resource"] for entry in json.loads(text)["entry"]]


def rows(path):
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig")), delimiter=";"))


def exports(built):
    with built.centre.store.reading() as tx:
        return tx.execute(select(*EXPORT.c)).all()


@pytest.mark.parametrize("by", ["id", "insz"])
def test_a_pupil_goes_out_as_a_bundle_with_doses_and_measurements(school, tmp_path, by):
    built, _ = school
    out = tmp_path / "pupil.json"
    wanted = built.pupils[0] if by == "id" else INSZ
    done = write_fhir(built.centre, out, Choice(pupils=(wanted,)))
    assert done.resources == {"Immunization": 1, "Observation": 3, "Patient": 1}
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    found = resources(out)
    assert found[0]["id"] == built.pupils[0]
    dose = next(one for one in found if one["resourceType"] == "Immunization")
    assert dose["extension"][0]["valueReference"]["display"] == "An Janssens"
    (listed,) = exports(built)
    assert (listed.kind, listed.count) == ("fhir", 5)
    assert listed.sha256 == hashlib.sha256(out.read_bytes()).hexdigest()


def test_a_school_goes_out_whole_and_only_since_a_day(school, tmp_path):
    built, _ = school
    done = write_fhir(built.centre, tmp_path / "s.json", Choice(school_id=built.school_id))
    assert done.resources["Patient"] == 3
    later = built.centre.clock.now().date().replace(day=24)
    done = write_fhir(
        built.centre, tmp_path / "t.json", Choice(school_id=built.school_id, since=later)
    )
    assert done.resources == {"Patient": 3}


def test_a_dose_that_was_withdrawn_later_goes_out_as_entered_in_error_since_that_day(
    school, tmp_path
):
    built, laptop = school
    whole, about = Choice(pupils=(built.pupils[1],)), {"author": built.nurse}
    about |= {"pupil_id": built.pupils[1], "visit_id": built.visit_id, "school_id": built.school_id}
    body = own_dose(built.pupils[1], built.doctor, vaccinator=built.nurse)
    given = laptop.revision(body, **about)
    laptop.push(given, built.growth(laptop, 1, "128.4"))
    write_fhir(built.centre, tmp_path / "first.json", whole)
    built.centre.clock.advance(timedelta(days=3))
    gone = {"record_id": given.record_id, "base": (given.rev_id,), "reason": "verkeerde leerling"}
    gone |= {"status": RevisionStatus.WITHDRAWN, "occurred_at": given.occurred_at}
    laptop.push(laptop.revision(body, **about, **gone))
    later = Choice(pupils=whole.pupils, since=local_day(built.centre.clock.now()))

    write_fhir(built.centre, tmp_path / "later.json", later)

    found = {one["resourceType"]: one for one in resources(tmp_path / "later.json")}
    assert found["Immunization"]["status"] == "entered-in-error"
    before = {one["resourceType"]: one for one in resources(tmp_path / "first.json")}
    assert found["Immunization"]["id"] == before["Immunization"]["id"]
    assert "Observation" not in found, "what did not change stays"


def test_a_dose_that_was_undone_before_any_file_told_of_it_is_in_no_file(school, tmp_path):
    built, laptop = school
    about = {"author": built.nurse, "pupil_id": built.pupils[1]}
    about |= {"visit_id": built.visit_id, "school_id": built.school_id}
    body = own_dose(built.pupils[1], built.doctor, vaccinator=built.nurse)
    given = laptop.revision(body, **about)
    undone = {"record_id": given.record_id, "base": (given.rev_id,), "reason": "ongedaan gemaakt"}
    undone |= {"status": RevisionStatus.WITHDRAWN}
    laptop.push(given, laptop.revision(body, **about, **undone))

    for name in ("first.json", "second.json"):
        built.centre.clock.advance(timedelta(hours=1))
        write_fhir(built.centre, tmp_path / name, Choice(pupils=(built.pupils[1],)))
        assert {one["resourceType"] for one in resources(tmp_path / name)} == {"Patient"}


@pytest.mark.parametrize(
    "choice", [Choice(), Choice(pupils=("nobody",)), Choice(pupils=(INSZ, "nobody"))]
)
def test_nobody_is_left_out_in_silence(school, tmp_path, choice):
    with pytest.raises(Refused):
        write_fhir(school[0].centre, tmp_path / "x.json", choice)
    assert list(tmp_path.glob("*.json")) == []
    assert exports(school[0]) == []


def test_a_record_with_two_versions_stays_until_a_person_chooses(school, tmp_path):
    built, _ = school
    other = built.laptop("LAP-02", built.nurse)
    other.push(built.growth(other, 0, "182.4"))
    done = write_fhir(built.centre, tmp_path / "x.json", Choice(pupils=(INSZ,)))
    assert done.two_versions == {"growth": 1}
    assert "Observation" not in done.resources
    written = write_csv(built.centre, tmp_path / "csv", ["growth", "dose"])
    assert (written.rows, written.two_versions) == ({"growth": 0, "dose": 1}, {"growth": 1})


def flagged(built, laptop, growth, flag, **changes):
    body = Shielding(
        item_id=growth.record_id,
        pupil_id=built.pupils[1],
        flags=(flag,),
        reason="vraag van de leerling",
    )
    return laptop.revision(
        msgspec.structs.replace(body, **changes),
        author=built.nurse,
        pupil_id=built.pupils[1],
        school_id=built.school_id,
        record_id=derived_record_id("shielding", growth.record_id),
    )


@pytest.mark.parametrize(
    "flag, stays",
    [
        (Flag.NOT_FOR_PARENTS, True),
        (Flag.CONFIDENTIAL_SOURCE, True),
        (Flag.CONFLICT_OF_INTEREST, False),
    ],
)
def test_what_somebody_shielded_stays_out_of_csv_and_fhir_and_is_counted(
    school, tmp_path, flag, stays
):
    built, laptop = school
    growth = built.growth(laptop, 1, "131.2")
    laptop.push(growth, flagged(built, laptop, growth, flag, blocked_staff=built.doctor))

    done = write_csv(built.centre, tmp_path / "csv", ["growth", "dose"])

    text = (tmp_path / "csv" / "growth.csv").read_text("utf-8-sig")
    assert ("131.2" in text) is not stays
    assert "128.4" in text
    assert done.shielded == ({"growth": 1} if stays else {})
    assert done.rows["growth"] == (1 if stays else 2)
    made = write_fhir(built.centre, tmp_path / "x.json", Choice(pupils=(built.pupils[1],)))
    assert ("Observation" in made.resources) is not stays


def test_csv_says_who_where_what_and_which_revision(school, tmp_path):
    built, _ = school
    done = write_csv(built.centre, tmp_path / "csv", ["growth", "dose", "pupil", "enrolment"])
    assert done.rows == {"growth": 1, "dose": 1, "pupil": 3, "enrolment": 3}
    assert stat.S_IMODE((tmp_path / "csv").stat().st_mode) == 0o700
    (growth,) = rows(tmp_path / "csv" / "growth.csv")
    assert growth["family_name"] == "Wouters & Zoon"
    assert (growth["school"], growth["insz"]) == ("De Kring", INSZ)
    assert (growth["height_cm"], growth["state"], growth["on"]) == ("128.4", "done", "2026-11-23")
    assert (growth["author"], growth["revision_status"]) == ("An Janssens", "final")
    (dose,) = rows(tmp_path / "csv" / "dose.csv")
    assert (dose["status"], dose["lot"], dose["product"]) == ("given", "X012345", "M-M-RVaxPro")
    assert {line["given_name"] for line in rows(tmp_path / "csv" / "pupil.csv")} >= {"Emma"}
    assert len(exports(built)) == 4


def test_each_ear_and_frequency_has_its_own_column(school, tmp_path):
    built, _ = school
    cells = {
        "1000": AudiometryCell(result=CellResult.PASS, level_db=20),
        "4000": AudiometryCell(result=CellResult.NOT_DONE, state=ExamState.REFUSED),
    }
    tests = [
        Audiometry(state=ExamState.DONE, on=date(2026, 11, 23), right=cells, first_ear="right"),
        Audiometry(state=ExamState.REFUSED, on=date(2026, 11, 23)),
    ]
    with built.centre.store.writing() as tx:
        write(
            tx,
            built.centre,
            [
                Entry(RecordId(f"a{number}"), body, pupil_id=built.pupils[number])
                for number, body in enumerate(tests)
            ],
        )
    write_csv(built.centre, tmp_path / "csv", ["audiometry"])
    heard, refused = rows(tmp_path / "csv" / "audiometry.csv")
    assert (heard["right.1000.result"], heard["right.1000.level_db"]) == ("pass", "20")
    assert (heard["right.4000.state"], heard["right.4000.level_db"]) == ("refused", "")
    assert (refused["state"], refused["right.1000.result"], refused["left"]) == ("refused", "", "")
    assert "right" not in heard


def test_a_correction_goes_out_as_it_stands_and_a_withdrawal_as_withdrawn(school, tmp_path):
    built, _ = school
    with built.centre.store.writing() as tx:
        write(
            tx,
            built.centre,
            [
                Entry(
                    RecordId("g"),
                    growth_body("101.0"),
                    pupil_id=built.pupils[1],
                    status=RevisionStatus.WITHDRAWN,
                    reason="verkeerde leerling",
                )
            ],
        )
    write_csv(built.centre, tmp_path / "csv", ["growth"])
    lines = rows(tmp_path / "csv" / "growth.csv")
    assert {line["revision_status"] for line in lines} == {"final", "withdrawn"}
    assert {line["revision_reason"] for line in lines} == {"", "verkeerde leerling"}


def test_text_that_a_spreadsheet_would_run_is_quoted(school, tmp_path):
    built, _ = school
    dangerous = msgspec.structs.replace(pupil(0), family_name='=HYPERLINK("x")', call_name="-0.10")
    with built.centre.store.writing() as tx:
        write(
            tx,
            built.centre,
            [Entry(RecordId(built.pupils[2]), dangerous, pupil_id=built.pupils[2])],
        )
    write_csv(built.centre, tmp_path / "csv", ["pupil"])
    lines = {line["pupil_id"]: line for line in rows(tmp_path / "csv" / "pupil.csv")}
    assert lines[built.pupils[2]]["family_name"] == '\'=HYPERLINK("x")'
    assert Decimal(lines[built.pupils[2]]["call_name"]) == Decimal("-0.10")


def test_every_pupil_in_a_file_can_hear_that_it_went_out(school, tmp_path):
    built, _ = school
    write_fhir(built.centre, tmp_path / "f.json", Choice(pupils=(INSZ,)))
    write_csv(built.centre, tmp_path / "csv", ["pupil"])
    write_vaccinnet_batch(built.centre, tmp_path / "v.xml")
    told = access_of_pupil(built.centre, built.pupils[0])
    assert [(one.action, one.kind) for one in told] == [
        ("export", "fhir"),
        ("export", "csv pupil"),
        ("deliver", "vaccinnet"),
    ]
    assert [one.kind for one in access_of_pupil(built.centre, built.pupils[2])] == ["csv pupil"]
    assert told[0].role == "centre"
    assert exports(built)[0].export_id in told[0].reason
    assert upkeep.verify(built.centre).is_sound


def test_a_folder_or_kind_that_is_not_right_is_refused(school, tmp_path):
    built, _ = school
    with pytest.raises(Refused):
        write_csv(built.centre, tmp_path / "csv", ["nonsense"])
    assert not (tmp_path / "csv").exists()
    (tmp_path / "csv").mkdir()
    with pytest.raises(Refused):
        write_csv(built.centre, tmp_path / "csv", ["growth"])
    with pytest.raises(Environment):
        write_csv(built.centre, tmp_path / "no" / "csv", ["growth"])
    with pytest.raises(Environment):
        write_fhir(built.centre, tmp_path / "no" / "x.json", Choice(pupils=(INSZ,)))
    assert exports(built) == []


def test_the_commands_of_export(place, school, tmp_path):
    where = ["--keys", str(place.keys)]
    where += ["--data", str(place.data)] if place.data else ["--database", place.database]
    parser = argparse.ArgumentParser()
    export.add_parser(parser.add_subparsers())

    def ask(*words):
        options = parser.parse_args(["export", *words, *where, "--json"])
        return json.loads(json.dumps(options.run(options)))

    told = ask("fhir", "--out", str(tmp_path / "f.json"), "--school", "De Kring")
    assert told["resources"]["Patient"] == 3
    told = ask("csv", "--out", str(tmp_path / "c"), "--kind", "growth", "--kind", "dose")
    assert told["rows"] == {"growth": 1, "dose": 1}
    assert ask("vaccinnet", "--out", str(tmp_path / "v.xml"))["requests"] == {"add": 1}

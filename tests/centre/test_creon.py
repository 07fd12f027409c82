"""The mandatory set as CSV: what stands, by day of tests, for whom it is asked; two versions stay out."""

from __future__ import annotations

import csv
import io
import stat
from datetime import date
from pathlib import Path

import msgspec
import pytest

from clbdesk.centre.access_review import access_of_pupil
from clbdesk.centre.creon import CreonFile, write_creon
from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import Audiometry, AudiometryCell, CellResult
from clbdesk.domain.doctor import Menarche, Puberty
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.revision import Role
from clbdesk.domain.shielding import Flag, Shielding
from clbdesk.errors import Refused
from clbdesk.standards.creon import creon_columns, creon_missing
from tests.builders.centres import BuiltCentre, Laptop

ON = date(2026, 11, 23)


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig")), delimiter=";"))


def exported(built: BuiltCentre, tmp_path: Path, year: int = 2026) -> tuple[CreonFile, list]:
    path = tmp_path / f"creon-{year}.csv"
    done = write_creon(built.centre, path, year)
    return done, rows(path)


def puberty(built: BuiltCentre, laptop: Laptop, number: int) -> None:
    body = Puberty(
        state=ExamState.DONE,
        breast_stage=2,
        genital_stage=3,
        testis_right_ml=4,
        menarche=Menarche.YES,
        on=ON,
    )
    made = laptop.revision(
        body,
        author=built.doctor,
        role=Role.DOCTOR,
        pupil_id=built.pupils[number],
        visit_id=built.visit_id,
        school_id=built.school_id,
    )
    assert {one.outcome.value for one in laptop.push(made)} == {"ok"}


def test_tests_of_one_day_are_one_row_with_pupil_school_and_state(
    built: BuiltCentre, tmp_path: Path
) -> None:
    laptop = built.laptop("LAP-07", built.nurse)
    heard = Audiometry(
        state=ExamState.DONE,
        right={"1000": AudiometryCell(result=CellResult.FAIL, level_db=35)},
        left={"1000": AudiometryCell(result=CellResult.NOT_DONE, state=ExamState.REFUSED)},
        on=ON,
    )
    laptop.push(
        built.growth(laptop, 0, "128.4"),
        laptop.revision(
            heard,
            author=built.nurse,
            pupil_id=built.pupils[0],
            visit_id=built.visit_id,
            school_id=built.school_id,
        ),
    )
    done, (row,) = exported(built, tmp_path)
    assert (done.rows, done.columns) == (1, len(row))
    assert (row["lengte_cm"], row["lengte_toestand"]) == ("128.4", "done")
    assert (row["audio_rechts_1000"], row["audio_links_1000"]) == ("fail", "not_done")
    assert row["audio_rechts_500"] == row["kleurzin"] == ""
    assert (row["school"], row["class"], row["day"]) == ("De Kring", "4A", "2026-11-23")


def test_only_the_school_year_that_is_asked_goes_out(built: BuiltCentre, tmp_path: Path) -> None:
    laptop = built.laptop("LAP-07", built.nurse)
    laptop.push(built.growth(laptop, 0, "128.4"))
    assert exported(built, tmp_path, 2025)[1] == []
    assert len(exported(built, tmp_path, 2026)[1]) == 1


def test_stages_go_out_for_the_sex_of_which_they_are_asked(
    built: BuiltCentre, tmp_path: Path
) -> None:
    puberty(built, built.laptop("LAP-04", built.doctor), 0)
    (row,) = exported(built, tmp_path)[1]
    assert (row["borst_stadium"], row["menarche"]) == ("2", "yes")
    assert (row["genitaal_stadium"], row["testis_rechts_ml"]) == ("", "")


def test_two_versions_stay_out_and_are_counted(built: BuiltCentre, tmp_path: Path) -> None:
    one, other = built.laptop("LAP-07", built.nurse), built.laptop("LAP-02", built.nurse)
    first = built.growth(one, 0, "128.4")
    one.push(first)
    second = built.growth(other, 0, "138.4")
    other.push(second)
    done, found = exported(built, tmp_path)
    assert done.two_versions == {"growth": 1}
    assert found == []


def test_a_flag_keeps_nothing_back_of_what_is_mandatory(built: BuiltCentre, tmp_path: Path) -> None:
    laptop = built.laptop("LAP-07", built.nurse)
    growth = built.growth(laptop, 0, "128.4")
    shielded = laptop.revision(
        Shielding(
            item_id=growth.record_id,
            pupil_id=built.pupils[0],
            flags=(Flag.NOT_FOR_PARENTS,),
            reason="op vraag van de leerling",
        ),
        author=built.nurse,
        pupil_id=built.pupils[0],
        school_id=built.school_id,
    )
    assert {one.outcome.value for one in laptop.push(growth, shielded)} == {"ok"}
    _, found = exported(built, tmp_path)
    assert [one["lengte_cm"] for one in found] == ["128.4"]
    assert "op vraag" not in (tmp_path / "creon-2026.csv").read_text("utf-8-sig")


def test_the_file_is_its_owners_alone_listed_and_never_written_over(
    built: BuiltCentre, tmp_path: Path
) -> None:
    laptop = built.laptop("LAP-07", built.nurse)
    laptop.push(built.growth(laptop, 0, "128.4"))
    path = tmp_path / "creon.csv"
    done = write_creon(built.centre, path, 2026)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    lines = access_of_pupil(built.centre, built.pupils[0])
    assert any(one.kind == "creon" and done.export_id in one.reason for one in lines)
    with pytest.raises(Refused) as refused:
        write_creon(built.centre, path, 2026)
    assert refused.value.key == "export.file_exists"


@pytest.mark.parametrize("year", [0, 1999, 2200, -1])
def test_what_is_no_school_year_is_refused(built: BuiltCentre, tmp_path: Path, year: int) -> None:
    with pytest.raises(Refused) as refused:
        write_creon(built.centre, tmp_path / "creon.csv", year)
    assert refused.value.key == "export.no_school_year"


def test_every_column_is_a_field_that_exists() -> None:
    for one in creon_columns():
        first, *rest = one.path.split(".")
        fields = {field.name: field for field in msgspec.structs.fields(KINDS[one.kind].shape)}
        assert first in fields, f"{one.kind}.{one.path}"
        if len(rest) == 1:
            (shape,) = [
                part
                for part in getattr(fields[first].type, "__args__", (fields[first].type,))
                if hasattr(part, "__struct_fields__")
            ]
            assert rest[0] in shape.__struct_fields__, f"{one.kind}.{one.path}"
    assert len({one.name for one in creon_columns()}) == len(creon_columns())


def test_what_the_list_asks_and_this_program_does_not_know_is_named() -> None:
    assert "problematische afwezigheden" in creon_missing()
    assert len(creon_missing()) == 7

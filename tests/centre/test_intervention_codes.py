"""The coded lists of interventions: imported with days of validity, twice is once, never a guess."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from clbdesk.centre.directory import current
from clbdesk.centre.intervention_codes import import_codes
from clbdesk.domain.intervention import CodeList, Intervention, InterventionCode
from clbdesk.domain.revision import Compartment
from clbdesk.errors import Refused
from clbdesk.standards.intervention_codes import InterventionCodes
from tests.builders.centres import BuiltCentre

HEAD = "list;code;label;domain;valid_from;valid_until;source"
LISTED = f"""{HEAD}
subject;SPIJB;spijbelen;OLB;2020-09-01;2026-08-31;nomenclatuur 12
subject;AFW;problematische afwezigheden;OLB;2026-09-01;;nomenclatuur 13
"""


def file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "codes.csv"
    path.write_text(text, encoding="utf-8-sig")
    return path


def codes(built: BuiltCentre) -> list[InterventionCode]:
    with built.centre.store.reading() as tx:
        return [body for _, body in current(tx, built.centre.centre_id, InterventionCode).values()]


def test_the_same_file_twice_enters_its_codes_once(built: BuiltCentre, tmp_path: Path) -> None:
    first = import_codes(built.centre, file(tmp_path, LISTED))
    again = import_codes(built.centre, file(tmp_path, LISTED))
    assert (first.lines, first.entered, first.known) == (2, 2, 0)
    assert (again.lines, again.entered, again.known) == (2, 0, 2)
    assert {one.code for one in codes(built)} == {"SPIJB", "AFW"}


def test_a_code_that_ended_is_no_choice_afterwards_and_keeps_its_words(
    built: BuiltCentre, tmp_path: Path
) -> None:
    import_codes(built.centre, file(tmp_path, LISTED))
    lists = InterventionCodes(codes(built))
    before, after = date(2026, 8, 31), date(2026, 9, 1)
    assert [one.code for one in lists.choices(CodeList.SUBJECT, before)] == ["SPIJB"]
    assert [one.code for one in lists.choices(CodeList.SUBJECT, after)] == ["AFW"]
    assert lists.words(CodeList.SUBJECT, "SPIJB", after) == "spijbelen"


def test_a_list_of_the_centre_replaces_the_proposal_of_that_list_only(
    built: BuiltCentre, tmp_path: Path
) -> None:
    import_codes(built.centre, file(tmp_path, LISTED))
    lists = InterventionCodes(codes(built))
    assert not lists.is_proposal(CodeList.SUBJECT)
    assert lists.is_proposal(CodeList.FUNCTION)
    today = date(2026, 11, 23)
    assert "maths" not in [one.code for one in lists.choices(CodeList.SUBJECT, today)]
    assert lists.words(CodeList.SUBJECT, "maths", today) == "rekenen", "what was written with it"
    assert "VVH" in [one.code for one in lists.choices(CodeList.FUNCTION, today)]


def test_other_words_for_a_code_begin_on_a_day_in_whatever_order_they_stand(
    built: BuiltCentre, tmp_path: Path
) -> None:
    renamed = (
        f"{HEAD}\nactor;CLW;leerlingenbegeleider;;2026-09-01;;n 2\n"
        "actor;CLW;vertrouwensleerkracht;;2019-09-01;2026-08-31;n 1\n"
    )
    done = import_codes(built.centre, file(tmp_path, renamed))
    assert (done.entered, done.problems) == (2, [])
    lists = InterventionCodes(codes(built))
    assert lists.words(CodeList.ACTOR, "CLW", date(2020, 1, 1)) == "vertrouwensleerkracht"
    assert lists.words(CodeList.ACTOR, "CLW", date(2027, 1, 1)) == "leerlingenbegeleider"


@pytest.mark.parametrize(
    "line,problem",
    [
        ("thema;A;a;;2026-09-01;;n", "list"),
        ("actor;;a;;2026-09-01;;n", "code"),
        ("actor;A;;;2026-09-01;;n", "label"),
        ("actor;A;a;;1 september;;n", "valid_from"),
        ("actor;A;a;;2026-09-01;later;n", "valid_until"),
        ("actor;A;a;;2026-09-01;2026-08-31;n", "valid_until"),
        ("actor;A;a;;2026-09-01;;", "source"),
    ],
)
def test_a_wrong_line_is_a_problem_with_its_number_and_stops_no_other(
    built: BuiltCentre, tmp_path: Path, line: str, problem: str
) -> None:
    done = import_codes(built.centre, file(tmp_path, f"{LISTED}{line}\n"))
    assert [(one.line, one.code) for one in done.problems] == [(4, problem)]
    assert done.entered == 2


def test_two_periods_of_one_code_never_overlap(built: BuiltCentre, tmp_path: Path) -> None:
    import_codes(built.centre, file(tmp_path, LISTED))
    later = f"{HEAD}\nsubject;AFW;afwezig;OLB;2027-01-01;;n\n"
    done = import_codes(built.centre, file(tmp_path, later))
    assert [(one.line, one.code) for one in done.problems] == [(2, "overlaps")]
    assert "afwezig" not in {one.label for one in codes(built)}


def test_a_file_without_its_columns_is_refused_whole(built: BuiltCentre, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        import_codes(built.centre, file(tmp_path, "code;label\nA;a\n"))
    assert refused.value.key == "centre.codes_column_missing"


@pytest.mark.parametrize("compartment", [Compartment.MEDICAL, Compartment.GUIDANCE])
def test_the_lists_reach_laptops_of_both_sides(
    built: BuiltCentre, tmp_path: Path, compartment: Compartment
) -> None:
    import_codes(built.centre, file(tmp_path, LISTED))
    who = built.nurse if compartment is Compartment.MEDICAL else built.psychologist
    laptop = built.laptop("LAP-07", who, compartment=compartment)
    kinds = {one.revision.kind for one in laptop.pull("centre")[1]}
    assert "intervention_code" in kinds


def test_an_intervention_reaches_colleagues_of_its_own_side_only(built: BuiltCentre) -> None:
    nurse, doctor = built.laptop("LAP-01", built.nurse), built.laptop("LAP-04", built.doctor)
    care = built.laptop("LAP-09", built.psychologist, compartment=Compartment.GUIDANCE)
    for one in (nurse, doctor, care):
        one.take(built.visit_id)
    body = Intervention(
        pupil_id=built.pupils[0],
        school_id=built.school_id,
        on=date(2026, 11, 23),
        client="LEERLING",
        function="VVH",
        actor="OUDER",
        subject="sleep",
        domain="PGZ",
        text="huisarts gebeld",
    )
    made = nurse.revision(
        body,
        author=built.nurse,
        pupil_id=built.pupils[0],
        visit_id=built.visit_id,
        school_id=built.school_id,
    )
    assert [one.outcome.value for one in nurse.push(made)] == ["ok"]
    here = {one.revision.kind for one in doctor.pull(built.visit_id)[1]}
    there = {one.revision.kind for one in care.pull(built.visit_id)[1]}
    assert "intervention" in here
    assert "intervention" not in there

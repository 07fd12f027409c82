"""What a list would do at a centre: who is new, known, changed, and who is never guessed."""

from __future__ import annotations

from datetime import date
from itertools import count

import msgspec

from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.people import Enrolment, Pupil, School, SchoolLevel, Sex
from clbdesk.exchange.class_list import ClassList
from clbdesk.exchange.class_list_answer import document_of_preview
from clbdesk.exchange.class_list_match import KnownPupil, Preview, match
from clbdesk.exchange.class_list_rows import ClassListRow, Problem
from clbdesk.ids import PupilId, SchoolId

KRING, OTHER_SCHOOL = SchoolId("kring"), SchoolId("other")
SCHOOL = School(name="Basisschool De Kring", level=SchoolLevel.PRIMARY)
NUMBER, OTHER_NUMBER = "20030499831", "20030499633"


def listed(row: int = 2, **other: object) -> ClassListRow:
    values: dict[str, object] = {
        "family_name": "Peeters",
        "given_name": "Lotte",
        "call_name": "",
        "birth_date": date(2020, 3, 4),
        "sex": Sex.FEMALE,
        "insz": None,
        "pupil_number": "",
        "class_name": "1B",
        "grade": "",
    }
    return ClassListRow(row=row, **values | other)


def known(
    pupil_id: str = "lotte", school: SchoolId = KRING, year: int = 2026, **other: object
) -> KnownPupil:
    values: dict[str, object] = {
        "family_name": "Peeters",
        "given_name": "Lotte",
        "birth_date": date(2020, 3, 4),
        "sex": Sex.FEMALE,
    }
    enrolment = Enrolment(
        pupil_id=PupilId(pupil_id),
        school_id=school,
        school_year=year,
        class_name="1B",
        stage="L1",
    )
    return KnownPupil(PupilId(pupil_id), Pupil(**values | other), (enrolment,))


def preview(rows: list[ClassListRow], *pupils: KnownPupil, school: School = SCHOOL) -> Preview:
    numbers = count(1)
    return match(
        ClassList(len(rows), tuple(rows), ()),
        pupils,
        school_id=KRING,
        school=school,
        school_year=2026,
        new_id=lambda: f"new-{next(numbers)}",
    )


def told(found: Preview) -> list[tuple[int, str, str]]:
    return [(problem.row, problem.field, problem.code) for problem in found.problems]


def test_an_unknown_pupil_is_new_with_an_enrolment_that_has_its_own_id():
    (entry,) = preview([listed(insz=NUMBER)]).new
    assert entry.pupil.insz == NUMBER
    assert (entry.enrolment.class_name, entry.enrolment.stage) == ("1B", "L1")
    assert entry.enrolment.pupil_id == entry.pupil_id == "new-1"
    assert entry.enrolment_id == derived_record_id("enrolment", "new-1", KRING, "2026")
    assert entry.pupil_changed
    assert entry.enrolment_changed


def test_a_pupil_for_whom_nothing_changes_is_matched():
    found = preview([listed()], known())
    (entry,) = found.matched
    assert entry.pupil_id == "lotte"
    assert not entry.pupil_changed
    assert not entry.enrolment_changed


def test_a_number_is_recognised_at_any_school():
    found = preview([listed(insz=NUMBER)], known(insz=NUMBER, school=OTHER_SCHOOL))
    (entry,) = found.changed
    assert entry.changes == ("enrolment",)
    assert not entry.pupil_changed


def test_name_and_birth_date_are_recognised_at_this_school_only():
    assert preview([listed()], known(school=OTHER_SCHOOL)).new
    assert preview([listed()], known()).matched


def test_last_years_pupils_of_the_school_are_recognised():
    (entry,) = preview([listed()], known(year=2025)).changed
    assert entry.changes == ("enrolment",)


def test_accents_and_capitals_neither_hide_a_pupil_nor_change_a_name():
    found = preview(
        [listed(family_name="AIT-LAHCEN", given_name="Zoe")],
        known(family_name="Aït Lahcen", given_name="Zoë"),
    )
    assert found.matched[0].pupil.given_name == "Zoë"


def test_a_new_number_class_and_birth_date_are_changes_of_a_known_pupil():
    (entry,) = preview([listed(insz=NUMBER, class_name="1A")], known()).changed
    assert entry.changes == ("insz", "class_name")
    assert entry.pupil_changed
    assert entry.enrolment_changed
    by_number = preview([listed(insz=NUMBER, birth_date=date(2020, 3, 5))], known(insz=NUMBER))
    assert by_number.changed[0].changes == ("birth_date",)


def test_what_the_list_leaves_empty_stays_as_it_was_known():
    (entry,) = preview(
        [listed(sex=Sex.UNKNOWN)], known(insz=NUMBER, pupil_number="20-1", call_name="Lot")
    ).matched
    assert (entry.pupil.insz, entry.pupil.pupil_number) == (NUMBER, "20-1")
    assert (entry.pupil.sex, entry.pupil.call_name) == (Sex.FEMALE, "Lot")


def test_a_pupil_added_at_a_school_is_recognised_and_no_longer_provisional():
    (entry,) = preview([listed()], known(provisional=True)).changed
    assert entry.changes == ("provisional",)
    assert entry.pupil.provisional is False


def test_more_than_one_match_is_a_problem_and_never_a_guess():
    twins = preview([listed()], known("one"), known("two"))
    assert told(twins) == [(2, "family_name", "more_than_one_match")]
    numbers = preview([listed(insz=NUMBER)], known("one", insz=NUMBER), known("two", insz=NUMBER))
    assert told(numbers) == [(2, "insz", "more_than_one_match")]


def test_a_number_of_somebody_with_another_name_and_birth_date_is_a_problem():
    stranger = known(
        family_name="Jacobs", given_name="Elise", birth_date=date(2020, 1, 20), insz=NUMBER
    )
    assert told(preview([listed(insz=NUMBER)], stranger)) == [(2, "insz", "insz_of_somebody_else")]


def test_the_same_name_and_birth_date_with_another_number_is_a_problem():
    found = preview([listed(insz=NUMBER)], known(insz=OTHER_NUMBER))
    assert told(found) == [(2, "insz", "known_with_other_insz")]
    assert not found.new


def test_two_rows_that_match_one_pupil_are_both_problems():
    rows = [listed(2, insz=NUMBER, given_name="Lot"), listed(3)]
    found = preview(rows, known(insz=NUMBER))
    assert [problem.code for problem in found.problems] == ["two_rows_one_pupil"] * 2
    assert not found.matched + found.changed + found.new


def test_special_education_and_okan_have_no_grade():
    special = School(name="BuBaO De Bolster", level=SchoolLevel.SPECIAL)
    (entry,) = preview([listed(class_name="De Egels")], school=special).new
    assert (entry.enrolment.stage, entry.enrolment.special_education) == (None, True)
    secondary = msgspec.structs.replace(SCHOOL, level=SchoolLevel.SECONDARY)
    (entry,) = preview([listed(class_name="OKAN 2")], school=secondary).new
    assert (entry.enrolment.stage, entry.enrolment.okan) == (None, True)


def test_the_document_of_a_preview_counts_and_names_everything():
    rows = [listed(2), listed(3, given_name="Lotta"), listed(4, given_name="Noor")]
    read = ClassList(4, tuple(rows), (Problem(5, "birth_date", "date_future", "2031-01-01"),))
    found = match(
        read,
        [known(), known("noor", given_name="Noor", call_name="No", insz=NUMBER)],
        school_id=KRING,
        school=SCHOOL,
        school_year=2026,
        new_id=lambda: "new",
    )
    assert document_of_preview(found) == {
        "rows": 4,
        "new": 1,
        "matched": 2,
        "changed": 0,
        "problems": [
            {
                "row": 5,
                "field": "birth_date",
                "message": "birth_date lies in the future: 2031-01-01.",
            }
        ],
    }

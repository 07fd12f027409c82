"""Class lists and history: nothing before it is confirmed, nothing twice, no line stops another."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from clbdesk.centre import administration as office
from clbdesk.centre import class_lists, history, upkeep
from clbdesk.centre.schema import REVISION
from clbdesk.domain.kinds import derived_record_id
from clbdesk.errors import Refused
from clbdesk.exchange.fictional.class_lists import write_class_lists
from clbdesk.exchange.fictional.generate import make_centre
from clbdesk.exchange.fictional.history import write_history

LIST = """Naam;Voornaam;Geboortedatum;Geslacht;Klas;Rijksregisternummer
Vermeulen;Lotte;03/02/2017;V;4A;
Maes;Bram;14/05/2017;M;4A;
De Smet;Noor;31/02/2017;V;4A;
"""


@pytest.fixture
def listed(tmp_path):
    path = tmp_path / "klas.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


def bodies(built, kind):
    with built.centre.store.reading() as tx:
        question = select(REVISION.c.body).where(REVISION.c.kind == kind)
        return [json.loads(body) for body in tx.execute(question).scalars()]


def test_a_preview_writes_nothing_and_names_what_is_wrong(built, listed):
    before = upkeep.status(built.centre).particulars.seq
    preview = class_lists.import_class_list(built.centre, listed, built.school_id)
    assert (preview.count, len(preview.new)) == (3, 2)
    assert [(one.row, one.code) for one in preview.problems] == [(4, "date_impossible")]
    assert upkeep.status(built.centre).particulars.seq == before


def test_a_confirmed_list_is_imported_and_fills_the_coming_visits(built, listed):
    before = office.count_listed(built.centre, built.visit_id)
    class_lists.import_class_list(built.centre, listed, built.school_id, commit=True)
    assert office.count_listed(built.centre, built.visit_id) == before + 2
    again = class_lists.import_class_list(built.centre, listed, built.school_id, commit=True)
    assert (len(again.new), len(again.matched), len(again.changed)) == (0, 2, 0)
    assert upkeep.verify(built.centre).is_sound


def test_a_corrected_list_changes_the_pupil_and_keeps_what_was(built, listed):
    class_lists.import_class_list(built.centre, listed, built.school_id, commit=True)
    listed.write_text(LIST.replace("Bram;14/05/2017;M;4A", "Bram;14/05/2017;M;4B"), "utf-8")
    changed = class_lists.import_class_list(built.centre, listed, built.school_id, commit=True)
    assert [one.changes for one in changed.changed] == [("class_name",)]
    names = {one["class_name"] for one in bodies(built, "enrolment")}
    assert {"4A", "4B"} <= names


def test_a_list_for_a_school_that_does_not_exist_is_refused(built, listed):
    with pytest.raises(Refused):
        class_lists.import_class_list(built.centre, listed, built.centre.ids.new())


BIRTH = "2017-02-01"
KNOWN = {
    "school": "de kring",
    "family_name": "VANDENBROUCKE0",
    "given_name": "annelies0",
    "birth_date": BIRTH,
}
GROWTH = {"state": "done", "on": "2020-10-01", "height_cm": "101.2", "weight_kg": "16.0"}


def line(**changes):
    told = {
        "pupil": KNOWN,
        "kind": "growth",
        "occurred_on": "2020-10-01",
        "source": "LARS",
        "body": GROWTH,
    }
    return json.dumps({**told, **changes})


@pytest.fixture
def told(tmp_path):
    path = tmp_path / "history.jsonl"

    def write(*lines):
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    return write


def test_history_is_entered_once_with_its_source(built, told):
    path = told(
        line(), "", line(kind="parent_height", body={"mother_cm": "168", "father_cm": None})
    )
    done = history.import_history(built.centre, path)
    assert (done.lines, done.entered, done.known, done.problems) == (2, 2, 0, [])
    again = history.import_history(built.centre, path)
    assert (again.entered, again.known) == (0, 2)
    with built.centre.store.reading() as tx:
        row = tx.execute(select(*REVISION.c).where(REVISION.c.kind == "growth")).mappings().one()
    assert row["reason"] == "import: LARS"
    assert row["occurred_at"].date().isoformat() == "2020-10-01"
    assert row["pupil_id"] == built.pupils[0]


def test_what_exists_once_per_pupil_gets_the_id_that_laptops_give_it(built, told):
    path = told(line(kind="parent_height", body={"mother_cm": "168", "father_cm": None}))
    history.import_history(built.centre, path)
    with built.centre.store.reading() as tx:
        record = tx.execute(
            select(REVISION.c.record_id).where(REVISION.c.kind == "parent_height")
        ).scalar_one()
    assert record == derived_record_id("parent_height", built.pupils[0])


BAD = {
    "unreadable": "{",
    "kind": line(kind="care_meeting"),
    "source": line(source=" "),
    "pupil_unknown": line(pupil={"insz": "17020100152"}),
    "pupil_incomplete": line(pupil={"school": "De Kring"}),
    "body": line(body={"state": "done"}),
}


DOSE = {"status": "given", "vaccine": "MBR", "product": "", "on": "2018-02-03"}
# What no child can have been: (problem, line).
IMPOSSIBLE = [
    ("impossible", line(body=GROWTH | {"height_cm": "NaN"})),
    ("impossible", line(body=GROWTH | {"height_cm": "1e400"})),
    ("impossible", line(body=GROWTH | {"height_cm": "-5"})),
    ("impossible", line(body=GROWTH | {"weight_kg": "1600"})),
    ("impossible", line(kind="parent_height", body={"mother_cm": "1.68", "father_cm": None})),
    (
        "impossible",
        line(
            kind="acuity",
            body={
                "state": "done",
                "on": "2020-10-01",
                "test": "LOGMAR",
                "right": {"logmar": "9", "state": "done"},
            },
        ),
    ),
    ("day", line(occurred_on="2999-01-01")),
    ("day", line(occurred_on="2017-01-31")),
    ("day", line(body=GROWTH | {"on": "2016-10-01"})),
    ("day", line(kind="dose", body=DOSE | {"on": "2016"})),
    ("day", line(kind="dose", body=DOSE | {"on": "2999-01"})),
    ("day", line(kind="dose", body=DOSE | {"on": "ooit"})),
    ("vaccine", line(kind="dose", body=DOSE | {"vaccine": "ZZ"})),
]


@pytest.mark.parametrize("code, wrong", IMPOSSIBLE, ids=range(len(IMPOSSIBLE)))
def test_what_no_child_can_have_been_never_comes_into_a_dossier(built, told, code, wrong):
    done = history.import_history(built.centre, told(wrong, line(), line(kind="dose", body=DOSE)))
    assert [(one.line, one.code) for one in done.problems] == [(1, code)]
    assert done.entered == 2


@pytest.mark.parametrize("code", BAD)
def test_a_wrong_line_is_a_problem_and_stops_no_other(built, told, code):
    done = history.import_history(built.centre, told(BAD[code], line()))
    assert [(one.line, one.code) for one in done.problems] == [(1, code)]
    assert done.entered == 1


def test_two_pupils_who_fit_are_a_problem_and_never_a_guess(built, told):
    from clbdesk.centre.writing import Entry, write
    from clbdesk.domain.people import Enrolment
    from clbdesk.ids import PupilId, RecordId
    from tests.builders.centres import pupil

    twin = PupilId(built.centre.ids.new())
    enrolment = Enrolment(
        pupil_id=twin, school_id=built.school_id, school_year=2026, class_name="4A", stage="L4"
    )
    entries = [
        Entry(RecordId(twin), pupil(0), pupil_id=twin),
        Entry(
            derived_record_id("enrolment", twin, built.school_id, "2026"),
            enrolment,
            pupil_id=twin,
            school_id=built.school_id,
        ),
    ]
    with built.centre.store.writing() as tx:
        write(tx, built.centre, entries)
    done = history.import_history(built.centre, told(line()))
    assert [one.code for one in done.problems] == ["pupil_ambiguous"]


def test_the_lists_and_history_of_the_fictional_centre_come_in_whole(embedded, tmp_path):
    fictional = make_centre(60)
    lists = write_class_lists(fictional, tmp_path)
    lines = write_history(fictional, tmp_path / "history.jsonl")
    for one in fictional.schools:
        school_id = office.add_school(embedded.centre, one.school)
        if not one.pupils:
            continue
        path = lists[one.school.name]
        preview = class_lists.import_class_list(embedded.centre, path, school_id, commit=True)
        assert preview.problems == ()
        assert len(preview.new) == len(one.pupils)
    done = history.import_history(embedded.centre, tmp_path / "history.jsonl")
    assert (done.lines, done.problems) == (lines, [])
    assert done.entered + done.known == lines
    assert upkeep.verify(embedded.centre).is_sound

"""The fictional centre: repeats exactly, has right numbers, and comes in through the real importer."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from clbdesk.domain.age import age_years
from clbdesk.domain.insz import InszKind, read_insz
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.names import is_similar, normalise
from clbdesk.domain.people import SchoolLevel, Sex
from clbdesk.domain.visits import ContactMoment
from clbdesk.exchange.class_list import read_class_list
from clbdesk.exchange.fictional.centre import VISIT_DAY, FictionalCentre, names_in, numbers_in
from clbdesk.exchange.fictional.class_lists import write_class_lists
from clbdesk.exchange.fictional.generate import make_centre
from clbdesk.exchange.fictional.history import write_history
from clbdesk.standards.lms import Measure, curve
from clbdesk.standards.tables import standards

TODAY = date(2026, 11, 22)


def pupils_of(centre: FictionalCentre):
    return [pupil for school in centre.schools for pupil in school.pupils]


def lines_of(centre: FictionalCentre, folder: Path) -> list[dict]:
    path = folder / "history.jsonl"
    count = write_history(centre, path)
    lines = [msgspec.json.decode(line) for line in path.read_bytes().splitlines()]
    assert len(lines) == count
    return lines


@pytest.mark.parametrize("pupils", [1, 12, 107, 400, 2500])
def test_a_centre_has_exactly_the_number_of_pupils_asked_for(pupils):
    assert len(pupils_of(make_centre(pupils))) == pupils


def test_the_same_seed_gives_the_same_files_and_another_seed_other_ones(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_history(make_centre(150), tmp_path / name / "history")
        write_class_lists(make_centre(150), tmp_path / name)
    for file in ("history", "basisschool-de-kring.csv", "bubao-de-bolster.csv"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
    assert names_in(make_centre(150, seed=1)) != names_in(make_centre(150))


def test_every_class_list_comes_in_whole_through_the_real_reader(tmp_path):
    centre = make_centre(1800)
    files = write_class_lists(centre, tmp_path)
    assert {path.suffix for path in files.values()} == {".csv", ".xlsx", ".txt"}
    for school in centre.schools:
        found = read_class_list(files[school.school.name], TODAY)
        assert found.problems == ()
        assert [(*row.identity, row.insz, row.class_name, row.sex) for row in found.rows] == [
            (
                normalise(pupil.family_name),
                normalise(pupil.given_name),
                pupil.birth_date,
                pupil.insz,
                pupil.class_name,
                pupil.shown_sex,
            )
            for pupil in school.pupils
        ]


def test_the_visited_classes_are_those_of_the_reference_pictures():
    centre = make_centre(107)
    sizes = Counter(pupil.class_name for pupil in centre.schools[0].pupils)
    assert sizes == {"1A": 20, "1B": 25, "4A": 21}
    names = {(pupil.family_name, pupil.given_name) for pupil in pupils_of(centre)}
    assert {("Peeters", "Lotte"), ("Peeters", "Lotta"), ("El Amrani", "Yasmine")} <= names
    of_the_day = [visit.school for visit in centre.visits if visit.on == VISIT_DAY]
    assert of_the_day == ["Basisschool De Kring", "Basisschool De Kring", "SO Ter Linde"]


def test_the_visits_show_every_moment():
    moments = {one.moment for visit in make_centre(400).visits for one in visit.classes}
    assert moments >= set(ContactMoment)


def test_numbers_have_right_check_digits_and_no_two_pupils_share_one():
    centre = make_centre(3000)
    numbers = numbers_in(centre)
    assert len(set(numbers)) == len(numbers)
    kinds: Counter[InszKind | None] = Counter()
    for pupil in pupils_of(centre):
        if pupil.insz is None:
            kinds[None] += 1
            continue
        read = read_insz(pupil.insz, TODAY)
        assert read.valid
        assert read.birth_date == pupil.birth_date
        assert read.sex in {Sex.UNKNOWN, pupil.sex}
        kinds[read.kind] += 1
    assert min(kinds[InszKind.RRN], kinds[InszKind.BIS], kinds[None]) > 20


def test_schools_have_twins_namesakes_okan_and_special_education():
    pupils = pupils_of(make_centre(1500))
    twins = Counter((pupil.family_name, pupil.birth_date, pupil.class_name) for pupil in pupils)
    assert max(twins.values()) > 1
    namesakes = Counter((pupil.family_name, pupil.given_name) for pupil in pupils)
    assert max(namesakes.values()) > 1
    assert is_similar(("Peeters", "Lotte"), ("Peeters", "Lotta"))
    assert any(pupil.okan and pupil.stage is None for pupil in pupils)
    levels = {school.school.level for school in make_centre(1500).schools}
    assert levels == set(SchoolLevel)


def test_no_two_pupils_of_a_school_have_one_name_and_birth_date():
    for school in make_centre(3000).schools:
        keys = {
            (normalise(one.family_name), normalise(one.given_name), one.birth_date)
            for one in school.pupils
        }
        assert len(keys) == len(school.pupils)


def test_staff_names_are_not_among_the_pupils():
    centre = make_centre(2000)
    words = {word for member in centre.staff for word in member.name.split() if len(word) > 5}
    assert words == {"Janssens"}
    assert not words & set(names_in(centre))


def test_every_line_of_history_is_a_record_of_its_kind(tmp_path):
    lines = lines_of(make_centre(250), tmp_path)
    for line in lines:
        shape = KINDS[line["kind"]].shape
        body = dict(line["body"])
        assert "pupil_id" not in body
        if "pupil_id" in shape.__struct_fields__:
            body["pupil_id"] = "somebody"
        msgspec.json.decode(msgspec.json.encode(body), type=shape)
        assert date.fromisoformat(line["occurred_on"]) <= TODAY
    kinds = {line["kind"] for line in lines}
    assert kinds >= {"growth", "dose", "acuity", "audiometry", "consent", "contact", "background"}


def test_no_two_lines_say_the_same_of_one_pupil(tmp_path):
    lines = [msgspec.json.encode(line) for line in lines_of(make_centre(800), tmp_path)]
    assert len(set(lines)) == len(lines)


def test_a_pupil_without_number_is_named_by_school_names_and_birth_date(tmp_path):
    references = [line["pupil"] for line in lines_of(make_centre(400), tmp_path)]
    by_name = [each for each in references if "insz" not in each]
    assert by_name
    assert set(by_name[0]) == {"school", "family_name", "given_name", "birth_date"}


def test_growth_stays_within_human_limits_and_heights_do_not_shrink(tmp_path):
    centre = make_centre(600)
    pupils = {pupil.insz: pupil for pupil in pupils_of(centre) if pupil.insz}
    heights: dict[str, list[tuple[str, float]]] = {}
    for line in lines_of(centre, tmp_path):
        number = line["pupil"].get("insz")
        if line["kind"] != "growth" or number is None:
            continue
        pupil, body = pupils[number], line["body"]
        day = date.fromisoformat(body["on"])
        reference = curve(Measure.HEIGHT, pupil.sex)
        assert reference is not None
        sds = reference.sds(age_years(pupil.birth_date, day), float(body["height_cm"]))
        assert sds is None or abs(sds) < 4.5
        heights.setdefault(number, []).append((body["on"], float(body["height_cm"])))
    assert max(map(len, heights.values())) >= 4
    for points in heights.values():
        assert all(later[1] > earlier[1] - 1 for earlier, later in pairwise(sorted(points)))


def test_vaccination_history_has_its_usual_holes(tmp_path):
    doses = [
        line["body"] for line in lines_of(make_centre(800), tmp_path) if line["kind"] == "dose"
    ]
    assert any(len(dose["on"]) == 4 for dose in doses), "a year only"
    assert {dose["source"] for dose in doses} == {"vaccinnet", "document", "oral"}
    assert {"BCG", "OPV", "DTPw", "M"} <= {dose["vaccine"] for dose in doses}, "schedules abroad"
    assert any(dose.get("country") not in {None, "BE"} for dose in doses)


def test_the_coming_session_has_all_answers_and_pupils_without_one(tmp_path):
    centre = make_centre(107)
    consents = [line for line in lines_of(centre, tmp_path) if line["kind"] == "consent"]
    choices = Counter(line["body"]["choice"] for line in consents)
    assert choices["clb"] > sum(choices.values()) / 2
    assert choices.keys() >= {"clb", "gp", "refusal"}
    answered = {msgspec.json.encode(line["pupil"]) for line in consents}
    assert len(answered) < 107


def test_vaccines_products_and_questions_are_those_of_the_rule_tables(tmp_path):
    lines = lines_of(make_centre(800), tmp_path)
    doses = [line["body"] for line in lines if line["kind"] == "dose"]
    types = {row["type"] for row in standards().rows("vaccination_types.csv")}
    assert {dose["vaccine"] for dose in doses} <= types
    products = {
        (row["product"], row["type"]) for row in standards().rows("vaccination_products.csv")
    }
    assert {(dose["product"], dose["vaccine"]) for dose in doses if "product" in dose} <= products
    consents = [line["body"] for line in lines if line["kind"] == "consent"]
    assert {vaccine for consent in consents for vaccine in consent["vaccines"]} <= types
    questions = {row["id"] for row in standards().rows("vaccination_questions.csv")}
    answered = {key for consent in consents for key in consent.get("health_answers", {})}
    assert answered
    assert answered <= questions

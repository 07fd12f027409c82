"""Single cells: names, Belgian dates, full names in one column, grades."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clbdesk.domain.people import SchoolLevel
from clbdesk.exchange.class_list_columns import NameOrder
from clbdesk.exchange.class_list_values import (
    Unreadable,
    grade_of,
    order_told_by,
    read_birth_date,
    read_name,
    split_full_name,
    text_of,
)

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    "written",
    [
        "04/03/2020",
        "4/3/2020",
        "4-3-2020",
        "4.3.20",
        "04.03.2020",
        "4 3 2020",
        "2020-03-04",
        "2020/03/04",
        "20200304",
        "04032020",
        "43894",
        "43894.0",
        "4 maart 2020",
        "4 mrt. 2020",
        "04-mrt-20",
        "wo 4 maart 2020",
        "woensdag 4 Maart 2020",
        "4e maart 2020",
        "04/03/2020 00:00:00",
        "2020-03-04T00:00:00",
        "\u00a004/03/2020 ",
        date(2020, 3, 4),
    ],
)
def test_a_birth_date_is_read_in_every_belgian_form(written):
    assert read_birth_date(written, TODAY) == date(2020, 3, 4)


@pytest.mark.parametrize(
    "written, code",
    [
        ("31/02/2020", "date_impossible"),
        ("03/25/2020", "date_impossible"),
        ("00/03/2020", "date_impossible"),
        ("20201304", "date_impossible"),
        ("23/11/2026", "date_future"),
        ("04/03/2062", "date_future"),
        ("04/03/1966", "date_age"),
        ("04/03/2026", "date_age"),
        ("2020-03-03 23:00:00", "date_with_time"),
        ("maart 2020", "date_unreadable"),
        ("2020", "date_unreadable"),
        ("onbekend", "date_unreadable"),
        ("4 foobar 2020", "date_unreadable"),
        ("", "missing"),
    ],
)
def test_a_date_that_cannot_be_is_named_and_never_mended(written, code):
    with pytest.raises(Unreadable) as problem:
        read_birth_date(written, TODAY)
    assert problem.value.code == code


def test_a_year_of_two_digits_is_this_century_until_this_year():
    assert read_birth_date("4/3/08", TODAY) == date(2008, 3, 4)
    with pytest.raises(Unreadable, match="date_age"):
        read_birth_date("4/3/27", TODAY)  # 1927


def test_a_serial_of_an_old_mac_workbook_counts_from_1904():
    days = (date(2020, 3, 4) - date(1904, 1, 1)).days
    assert read_birth_date(str(days), TODAY, epoch_1904=True) == date(2020, 3, 4)


@given(
    day=st.dates(TODAY - timedelta(days=29 * 365), TODAY - timedelta(days=3 * 365)),
    form=st.sampled_from(
        ["{d:02}/{m:02}/{y}", "{d}-{m}-{y}", "{d}.{m}.{y}", "{y}-{m:02}-{d:02}", "{y}{m:02}{d:02}"]
    ),
)
def test_any_birth_date_comes_back_from_any_form(day, form):
    written = form.format(d=day.day, m=day.month, y=day.year)
    assert read_birth_date(written, TODAY) == day


@pytest.mark.parametrize(
    "written, name",
    [
        ("Peeters", "Peeters"),
        ("  Van\u00a0den   Berghe\t", "Van den Berghe"),
        ("PEETERS", "Peeters"),
        ("VAN DEN BERGHE", "Van den Berghe"),
        ("VAN DE VELDE", "Van de Velde"),
        ("DE SMET", "De Smet"),
        ("PEETERS DE SMET", "Peeters De Smet"),
        ("D'HONDT", "D'Hondt"),
        ("'T JOLLE", "'t Jolle"),
        ("EL AMRANI", "El Amrani"),
        ("SCHEPENS-DE WIT", "Schepens-De Wit"),
        ("anne-sophie", "Anne-Sophie"),
        ("ÖZTÜRK", "Öztürk"),
        ("İREM", "İrem"),
        ("Nguyê\u0303n", "Nguyễn"),
        ("de la Cruz", "de la Cruz"),
        ("El\u200bif", "Elif"),
        ("J.P.", "J.P."),
    ],
)
def test_a_name_keeps_its_letters_and_a_list_in_capitals_gets_usual_ones(written, name):
    assert read_name(written) == name


@pytest.mark.parametrize("written", ["Peeters2", "x@y", "---", "#N/A", "a" * 81, "=A1"])
def test_what_is_no_name_is_a_problem(written):
    with pytest.raises(Unreadable):
        read_name(written)


@pytest.mark.parametrize(
    "full_name, family_name, given_name",
    [
        ("Peeters, Lotte", "Peeters", "Lotte"),
        ("PEETERS Lotte", "PEETERS", "Lotte"),
        ("Lotte PEETERS", "PEETERS", "Lotte"),
        ("VAN DEN BERGHE Anna Maria", "VAN DEN BERGHE", "Anna Maria"),
        ("'T JOLLE Fien", "'T JOLLE", "Fien"),
    ],
)
def test_comma_and_capitals_tell_the_family_name_whatever_the_heading(
    full_name, family_name, given_name
):
    assert split_full_name(full_name, None) == (family_name, given_name)


@pytest.mark.parametrize(
    "full_name, order, family_name, given_name",
    [
        ("Peeters Lotte", NameOrder.FAMILY_FIRST, "Peeters", "Lotte"),
        ("Van den Berghe Amélie", NameOrder.FAMILY_FIRST, "Van den Berghe", "Amélie"),
        ("El Amrani Yasmine", NameOrder.FAMILY_FIRST, "El Amrani", "Yasmine"),
        ("Lotte Peeters", NameOrder.GIVEN_FIRST, "Peeters", "Lotte"),
        ("Amélie Van den Berghe", NameOrder.GIVEN_FIRST, "Van den Berghe", "Amélie"),
    ],
)
def test_a_known_order_and_the_particles_split_a_full_name(
    full_name, order, family_name, given_name
):
    assert split_full_name(full_name, order) == (family_name, given_name)


@pytest.mark.parametrize(
    "full_name, order",
    [
        ("Peeters Anna Maria", NameOrder.FAMILY_FIRST),
        ("Nguyễn Bảo Linh", NameOrder.FAMILY_FIRST),
        ("Anna Maria Peeters", NameOrder.GIVEN_FIRST),
        ("El Amrani", NameOrder.FAMILY_FIRST),
        ("Peeters", NameOrder.FAMILY_FIRST),
        ("Lotte Peeters", None),
    ],
)
def test_a_full_name_that_can_be_split_in_two_ways_stays_a_question(full_name, order):
    with pytest.raises(Unreadable, match="full_name"):
        split_full_name(full_name, order)


def test_names_that_show_an_order_are_recognised():
    assert order_told_by("Lotte PEETERS") is NameOrder.GIVEN_FIRST
    assert order_told_by("PEETERS Lotte") is NameOrder.FAMILY_FIRST
    assert order_told_by("Peeters Lotte") is None
    assert order_told_by("PEETERS LOTTE") is None


PRIMARY, SECONDARY, SPECIAL = SchoolLevel.PRIMARY, SchoolLevel.SECONDARY, SchoolLevel.SPECIAL


@pytest.mark.parametrize(
    "class_name, grade, level, stage",
    [
        ("1B", "", PRIMARY, "L1"),
        ("L4A", "", PRIMARY, "L4"),
        ("6de leerjaar", "", PRIMARY, "L6"),
        ("K3A", "", PRIMARY, "K3"),
        ("2KB", "", PRIMARY, "K2"),
        ("1e kleuter", "", PRIMARY, "K1"),
        ("De Vlinders", "2", PRIMARY, "L2"),
        ("De Vlinders", "", PRIMARY, None),
        ("1-2 A", "", PRIMARY, None),
        ("7A", "", PRIMARY, None),
        ("3ECWI1", "", SECONDARY, "S3"),
        ("7A", "", SECONDARY, "S7"),
        ("OKAN 1", "", SECONDARY, None),
        ("3A", "OKAN", SECONDARY, None),
        ("De Egels", "", SPECIAL, None),
        ("4A", "", SPECIAL, None),
    ],
)
def test_a_class_tells_its_grade_within_the_level_of_the_school(class_name, grade, level, stage):
    found = grade_of(class_name, grade, level)
    assert found.stage == stage
    assert found.okan == ("OKAN" in class_name + grade)


@given(st.text())
def test_any_text_is_a_name_or_a_named_problem(text):
    try:
        name = read_name(text)
    except Unreadable:
        return
    assert name == text_of(name)

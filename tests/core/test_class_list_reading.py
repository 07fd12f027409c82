"""Files of schools as they really come: encodings, delimiters, headings, rows that are wrong."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from clbdesk.domain.people import Sex
from clbdesk.errors import Refused
from clbdesk.exchange.class_list import ClassList, read_class_list

TODAY = date(2026, 11, 22)
HEADING = "Familienaam;Voornaam;Geboortedatum;Geslacht;Klas;Rijksregisternummer"
LOTTE = "Peeters;Lotte;04/03/2020;V;1B;20.03.04-998.31"


def read(folder: Path, *lines: str, encoding: str = "utf-8", end: str = "\r\n") -> ClassList:
    path = folder / "lijst.csv"
    path.write_bytes((end.join(lines) + end).encode(encoding))
    return read_class_list(path, TODAY)


def told(found: ClassList) -> list[tuple[int, str, str]]:
    return [(problem.row, problem.field, problem.code) for problem in found.problems]


def test_a_plain_list_is_read_without_problems(tmp_path):
    found = read(tmp_path, HEADING, LOTTE)
    (row,) = found.rows
    assert (row.family_name, row.given_name, row.birth_date) == (
        "Peeters",
        "Lotte",
        date(2020, 3, 4),
    )
    assert (row.sex, row.class_name, row.insz) == (Sex.FEMALE, "1B", "20030499831")
    assert (found.count, found.problems) == (1, ())


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_every_delimiter_encoding_and_line_end_gives_the_same_pupils(
    tmp_path, delimiter, encoding, end
):
    lines = [HEADING, LOTTE, "Lefèvre;Zoë;06/04/2020;V;1B;", "D'Hondt;Loïc;02/01/2020;M;1B;"]
    found = read(
        tmp_path, *(line.replace(";", delimiter) for line in lines), encoding=encoding, end=end
    )
    assert [row.given_name for row in found.rows] == ["Lotte", "Zoë", "Loïc"]
    assert found.rows[1].family_name == "Lefèvre"
    assert found.problems == ()


def test_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path):
    found = read(
        tmp_path,
        "Basisschool De Kring",
        "",
        HEADING + ";Opmerking",
        LOTTE + ';"zie\r\nfiche"',
        "",
        ";;;;;;",
        "Jacobs;Elise;31/06/2020;V;1B;;",
    )
    assert told(found) == [(7, "birth_date", "date_impossible")]
    assert found.count == 2


def test_the_line_that_tells_excel_the_delimiter_is_not_a_row(tmp_path):
    found = read(tmp_path, "sep=;", HEADING, "Jacobs;Elise;;V;1B;")
    assert told(found) == [(2, "birth_date", "missing")]


def test_a_bad_row_never_stops_the_others(tmp_path):
    found = read(
        tmp_path,
        HEADING,
        LOTTE,
        ";Elise;20/01/2020;V;1B;",
        "Goossens;;11/06/2020;V;1B;",
        "Hermans;Stan;07/09/2031;M;1B;",
        "Lambrechts;Vic;01/11/2020;Q;1B;",
        "Mertens;Oscar;24/02/2020;M;;",
        "Stevens;Jef;11/11/2020;M;1B;12345678901",
        "Wouters;Kasper;27/07/2020;M;1B;200727",
        "Yılmaz;Elif;14/12/2020;V;1B;",
    )
    assert told(found) == [
        (3, "family_name", "missing"),
        (4, "given_name", "missing"),
        (5, "birth_date", "date_future"),
        (6, "sex", "sex_unreadable"),
        (7, "class_name", "missing"),
        (8, "insz", "insz_invalid"),
        (9, "insz", "insz_form"),
    ]
    assert [row.given_name for row in found.rows] == ["Lotte", "Elif"]
    assert found.count == 9


def test_a_quotation_mark_that_is_never_closed_takes_no_other_rows_along(tmp_path):
    found = read(
        tmp_path,
        HEADING,
        '"Jacobs;Elise;20/01/2020;V;1B;',
        LOTTE,
        '"Goossens";"Marie";"11/06/2020";"V";"1B";""',
    )
    assert told(found) == [(2, "family_name", "name_characters")]
    assert [row.given_name for row in found.rows] == ["Lotte", "Marie"]


def test_doubled_quotation_marks_and_delimiters_inside_a_cell_are_text(tmp_path):
    found = read(tmp_path, HEADING + ";Opm", LOTTE + ';"zegt ""ja""; altijd"', LOTTE[:-1] + "0;x")
    assert found.rows[0].class_name == "1B"
    assert told(found) == [(3, "insz", "insz_invalid")]


@pytest.mark.parametrize(
    "headings",
    [
        "Achternaam;Voornaam;Geb.datum;M/V;Klasgroep;INSZ",
        "NAAM;ROEPNAAM;GEB. DATUM;GESLACHT;KLAS;RRN",
        "Naam leerling;Voornaam leerling;Geboren op;sekse;Klascode;Rijksregisternr.",
        "Familienaam ;Voornamen;Geboorte-datum;Gesl.;Officiële klas;BIS-nummer",
        "﻿Familienaam;Officiële voornaam;Datum geboorte;V/M;Groep;Rijksregister- of bisnummer",
    ],
)
def test_headings_are_known_in_several_wordings(tmp_path, headings):
    found = read(tmp_path, headings, LOTTE)
    assert found.problems == ()
    assert found.rows[0].insz == "20030499831"
    assert found.rows[0].sex is Sex.FEMALE


def test_a_bis_number_counts_where_the_register_number_is_empty(tmp_path):
    found = read(
        tmp_path,
        "Naam;Voornaam;Geboortedatum;Klas;Bisnr;RRN",
        "Tekle;Selam;07/09/2001;OKAN;01490700185;",
        "Peeters;Lotte;04/03/2020;1B;;20030499831",
    )
    assert [row.insz for row in found.rows] == ["01490700185", "20030499831"]


def test_a_class_can_stand_above_the_list(tmp_path):
    found = read(
        tmp_path,
        "Klaslijst 1B schooljaar 2026-2027",
        "Naam;Voornaam;Geboortedatum",
        "Peeters;Lotte;04/03/2020",
    )
    assert found.rows[0].class_name == "1B"


def test_a_grade_stands_in_for_a_missing_class_column(tmp_path):
    found = read(tmp_path, "Naam;Voornaam;Geboortedatum;Leerjaar", "Peeters;Lotte;04/03/2020;1")
    assert found.rows[0].class_name == "1"


@pytest.mark.parametrize(
    "line, code",
    [
        ("Voornaam;Klas;Opmerking", "exchange.no_class_list"),
        ("Naam;Klas;Geslacht", "exchange.no_birth_date_column"),
        ("Familienaam;Geboortedatum;Klas", "exchange.no_given_name_column"),
        ("Familienaam;Voornaam;Geboortedatum", "exchange.no_class_column"),
        ("", "exchange.file_empty"),
    ],
)
def test_a_file_that_is_no_class_list_is_refused_with_its_reason(tmp_path, line, code):
    with pytest.raises(Refused) as refusal:
        read(tmp_path, line, "a;b;c" if line else "")
    assert refusal.value.key == code


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(Refused, match="file_unreadable"):
        read_class_list(tmp_path / "weg.csv", TODAY)


def test_an_empty_sex_is_taken_from_a_register_number_but_not_from_a_bis_number(tmp_path):
    found = read(
        tmp_path,
        HEADING,
        "Peeters;Lotte;04/03/2020;;1B;20030499831",
        "Tekle;Selam;07/09/2001;;OKAN;01490700185",
        "Jacobs;Elise;20/01/2020;X;1B;20012099822",
    )
    assert [row.sex for row in found.rows] == [Sex.FEMALE, Sex.UNKNOWN, Sex.UNKNOWN]


def test_a_number_that_tells_another_birth_date_or_sex_warns_and_does_not_block(tmp_path):
    found = read(
        tmp_path,
        HEADING,
        "Peeters;Lotte;05/03/2020;V;1B;20030499831",
        "Peeters;Lotta;04/03/2020;M;1B;20030499633",
    )
    assert told(found) == [(2, "birth_date", "insz_other_birth_date"), (3, "sex", "insz_other_sex")]
    assert not any(problem.blocking for problem in found.problems)
    assert len(found.rows) == 2


def test_a_number_that_a_spreadsheet_rounded_is_named_and_one_that_lost_zeros_is_mended(tmp_path):
    found = read(
        tmp_path,
        HEADING,
        "Peeters;Lotte;04/03/2020;V;1B;2,00305E+10",
        "Tekle;Selam;07/09/2001;M;OKAN;1490700185",
    )
    assert told(found) == [(2, "insz", "insz_rounded")]
    assert found.rows[0].insz == "01490700185"


def test_the_letter_m_means_meisje_beside_j_and_man_beside_v(tmp_path):
    heading = "Naam;Voornaam;Geboortedatum;Geslacht;Klas"
    boys = read(tmp_path, heading, "A;Jef;01/01/2020;J;1A", "B;Noor;02/01/2020;M;1A")
    assert [row.sex for row in boys.rows] == [Sex.MALE, Sex.FEMALE]
    girls = read(tmp_path, heading, "A;Jef;01/01/2020;M;1A", "B;Noor;02/01/2020;v;1A")
    assert [row.sex for row in girls.rows] == [Sex.MALE, Sex.FEMALE]
    both = read(
        tmp_path,
        heading,
        "A;Jef;01/01/2020;J;1A",
        "B;Noor;02/01/2020;V;1A",
        "C;Sam;03/01/2020;M;1A",
    )
    assert told(both) == [(4, "sex", "sex_unclear")]


def test_equal_rows_are_imported_once(tmp_path):
    found = read(tmp_path, HEADING, LOTTE, LOTTE.upper())
    assert told(found) == [(3, "insz", "double")]
    assert found.problems[0].shown == "2"
    assert [row.row for row in found.rows] == [2]


def test_rows_of_one_pupil_that_differ_are_all_kept_out(tmp_path):
    found = read(
        tmp_path,
        HEADING,
        "Jacobs;Elise;20/01/2020;V;1A;",
        "JACOBS;Elise;20/01/2020;V;1B;",
        "Peeters;Lotte;04/03/2020;V;1B;20030499831",
        "Peeters;Lotta;04/03/2020;V;1B;20030499831",
    )
    assert told(found) == [
        (2, "family_name", "double_differs"),
        (3, "family_name", "double_differs"),
        (4, "insz", "double_differs"),
        (5, "insz", "double_differs"),
    ]
    assert found.rows == ()


def test_namesakes_of_one_day_are_told_apart_by_their_numbers(tmp_path):
    found = read(tmp_path, HEADING, LOTTE, LOTTE.replace("998.31", "996.33"))
    assert found.problems == ()
    assert len(found.rows) == 2


def test_damaged_letters_in_a_name_are_a_problem(tmp_path):
    found = read(
        tmp_path,
        HEADING,
        "LefÃ¨vre;Lena;01/02/2020;V;1B;",
        "Nguy?n;Linh;02/02/2020;V;1B;",
        "Jo\ufffdo;Rui;03/02/2020;M;1B;",
        "JOÃO;Rui;04/02/2020;M;1B;",
    )
    assert told(found) == [
        (2, "family_name", "name_garbled"),
        (3, "family_name", "name_characters"),
        (4, "family_name", "name_garbled"),
    ]
    assert found.rows[0].family_name == "João"


def test_a_formula_is_a_problem_but_a_text_kept_by_one_is_its_text(tmp_path):
    found = read(
        tmp_path,
        HEADING,
        'Peeters;Lotte;04/03/2020;V;1B;="20030499831"',
        "=1+1;Elise;20/01/2020;V;1B;",
    )
    assert told(found) == [(3, "family_name", "cell_formula")]
    assert found.rows[0].insz == "20030499831"


def test_a_prefix_column_stands_in_front_of_the_family_name_once(tmp_path):
    found = read(
        tmp_path,
        "Voornaam;Tussenvoegsel;Achternaam;Geboortedatum;Klas",
        "Amélie;van den;Berghe;06/04/2020;1B",
        "Arthur;De;De Backer;30/05/2020;1B",
    )
    assert [row.family_name for row in found.rows] == ["Van den Berghe", "De Backer"]

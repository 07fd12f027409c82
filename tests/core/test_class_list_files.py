"""Excel workbooks, and that no file whatever makes the reader fall over."""

from __future__ import annotations

import csv
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from clbdesk.domain.people import Sex
from clbdesk.errors import Refused
from clbdesk.exchange.class_list import read_class_list
from clbdesk.exchange.class_list_answer import MESSAGES
from clbdesk.exchange.class_list_files import split_rows

TODAY = date(2026, 11, 22)
HEADING = ["Naam", "Voornaam", "Geboortedatum", "M/V", "Klas", "INSZ"]


def save(folder: Path, *sheets: tuple[str, list[list[object]]]) -> Path:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    path = folder / "lijst.xlsx"
    book.save(path)
    return path


def told(found):
    return [(problem.row, problem.field, problem.code) for problem in found.problems]


def test_dates_of_excel_are_read_as_dates_text_and_serials(tmp_path):
    path = save(
        tmp_path,
        (
            "Blad1",
            [
                HEADING,
                ["Peeters", "Lotte", datetime(2020, 3, 4, tzinfo=None), "V", "1B", "20030499831"],  # noqa: DTZ001
                ["Peeters", "Lotta", "19/09/2020", "V", "1B", None],
                ["Jacobs", "Elise", 43850, "V", "1B", 20012099822],
            ],
        ),
    )
    found = read_class_list(path, TODAY)
    assert found.problems == ()
    assert [row.birth_date for row in found.rows] == [
        date(2020, 3, 4),
        date(2020, 9, 19),
        date(2020, 1, 20),
    ]
    assert found.rows[2].insz == "20012099822"


def test_formulas_errors_and_hours_are_problems_of_their_row(tmp_path):
    path = save(
        tmp_path,
        (
            "Blad1",
            [
                HEADING,
                ["Peeters", "Lotte", "=DATE(2020,3,4)", "V", "1B", None],
                ["#N/A", "Elise", "20/01/2020", "V", "1B", None],
                ["Mertens", True, "24/02/2020", "M", "1B", None],
                ["Hermans", "Stan", datetime(2020, 9, 7, 22, 0, tzinfo=None), "M", "1B", None],  # noqa: DTZ001
                ["Stevens", "Jef", "11/11/2020", "M", 1, None],
            ],
        ),
    )
    found = read_class_list(path, TODAY)
    assert told(found) == [
        (2, "birth_date", "cell_formula"),
        (3, "family_name", "cell_error"),
        (4, "given_name", "cell_error"),
        (5, "birth_date", "date_with_time"),
    ]
    assert [(row.given_name, row.class_name) for row in found.rows] == [("Jef", "1")]


def test_every_sheet_with_pupils_is_read_and_named_in_its_problems(tmp_path):
    path = save(
        tmp_path,
        ("Uitleg", [["Gelieve deze lijst na te kijken"]]),
        ("1A", [HEADING[:3], ["Peeters", "Lotte", "04/03/2020"]]),
        ("1B", [HEADING[:3], ["Jacobs", "Elise", "31/02/2020"], ["Baert", "Noor", "05/02/2020"]]),
    )
    found = read_class_list(path, TODAY)
    assert [(row.given_name, row.class_name) for row in found.rows] == [
        ("Lotte", "1A"),
        ("Noor", "1B"),
    ]
    assert [(problem.sheet, problem.row) for problem in found.problems] == [("1B", 2)]


def test_blank_rows_of_a_sheet_count_in_its_row_numbers(tmp_path):
    path = save(tmp_path, ("Blad1", [[], HEADING, [], ["Baert", "", "05/02/2020", "V", "1B"]]))
    assert told(read_class_list(path, TODAY)) == [(4, "given_name", "missing")]


@pytest.mark.parametrize(
    "content, code",
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "exchange.old_workbook"),
        (b"PK\x03\x04 not really", "exchange.workbook_unreadable"),
        (bytes(400), "exchange.no_table"),
        (b"%PDF-1.7 ...", "exchange.no_class_list"),
        (b"", "exchange.file_empty"),
    ],
)
def test_other_kinds_of_file_are_refused_with_their_reason(tmp_path, content, code):
    path = tmp_path / "lijst.xls"
    path.write_bytes(content)
    with pytest.raises(Refused) as refusal:
        read_class_list(path, TODAY)
    assert refusal.value.key == code


def test_a_zip_that_is_no_workbook_is_refused(tmp_path):
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("content.xml", "<a/>")
    path = tmp_path / "lijst.ods"
    path.write_bytes(packed.getvalue())
    with pytest.raises(Refused, match="workbook_unreadable"):
        read_class_list(path, TODAY)


def _answers(path: Path) -> None:
    """Reads or refuses; anything else is a crash."""
    try:
        found = read_class_list(path, TODAY)
    except Refused:
        return
    assert all(problem.code in MESSAGES for problem in found.problems)
    blocked = {(one.sheet, one.row) for one in found.problems if one.blocking}
    assert found.count == len(found.rows) + len(blocked)


@given(content=st.binary(max_size=400))
def test_no_bytes_crash_the_reader(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(content)
    _answers(path)


@given(
    body=st.text(alphabet=st.sampled_from('ab;,"\n\r\t/-=04é\u00a0\x00#'), max_size=200),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_no_text_below_good_headings_crashes_the_reader(tmp_path_factory, body, encoding):
    path = tmp_path_factory.getbasetemp() / "below.csv"
    path.write_bytes((";".join(HEADING) + "\n" + body).encode(encoding))
    _answers(path)


@given(place=st.integers(0, 5000), byte=st.integers(0, 255), cut=st.booleans())
def test_no_damaged_workbook_crashes_the_reader(tmp_path_factory, place, byte, cut):
    folder = tmp_path_factory.getbasetemp()
    good = folder / "good.xlsx"
    if not good.exists():
        good = save(folder, ("1B", [HEADING, ["Peeters", "Lotte", "04/03/2020", "V", "1B", ""]]))
        good = good.rename(folder / "good.xlsx")
    content = bytearray(good.read_bytes())
    place %= len(content)
    if cut:
        del content[place:]
    else:
        content[place] = byte
    path = folder / "damaged.xlsx"
    path.write_bytes(bytes(content))
    _answers(path)


CELLS = st.text(
    alphabet=st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="="), max_size=8
)


@given(rows=st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=6))
def test_what_a_csv_writer_wrote_is_split_into_the_same_cells(tmp_path_factory, rows):
    path = tmp_path_factory.getbasetemp() / "written.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    assert [list(row) for row in split_rows(path.read_bytes().decode(), ";")] == rows


NAMES = st.sampled_from(
    [
        "Peeters",
        "Van den Berghe",
        "D'Hondt",
        "Lefèvre",
        "Çelik",
        "El Amrani",
        "Gonçalves",
        "'t Jolle",
    ]
)
GIVEN = st.sampled_from(["Lotte", "Zoë", "Aïssatou", "Nour-El-Houda", "João", "Loïc"])
PUPILS = st.lists(
    st.tuples(
        NAMES,
        GIVEN,
        st.dates(date(2006, 1, 1), date(2023, 12, 31)),
        st.sampled_from([Sex.FEMALE, Sex.MALE]),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda pupil: pupil[:3],
)
DATES = st.sampled_from(["{0:%d/%m/%Y}", "{0.day}-{0.month}-{0.year}", "{0:%Y-%m-%d}"])


@given(
    pupils=PUPILS,
    date_form=DATES,
    delimiter=st.sampled_from([";", ",", "\t"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16", "xlsx"]),
    blank_lines=st.integers(0, 2),
    capitals=st.booleans(),
)
def test_a_list_comes_back_from_every_form_it_can_be_sent_in(
    tmp_path_factory, pupils, date_form, delimiter, encoding, blank_lines, capitals
):
    rows = [["Klaslijst"], *([[]] * blank_lines), HEADING[:5]]
    for family_name, given_name, birth_date, sex in pupils:
        shown = family_name.upper() if capitals else family_name
        letter = "V" if sex is Sex.FEMALE else "M"
        rows.append([shown, given_name, date_form.format(birth_date), letter, "1B"])
    folder = tmp_path_factory.getbasetemp()
    if encoding == "xlsx":
        path = save(folder, ("Blad1", rows))
    else:
        path = folder / "form.csv"
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file, delimiter=delimiter).writerows(rows)
    found = read_class_list(path, TODAY)
    assert [
        (row.family_name, row.given_name, row.birth_date, row.sex) for row in found.rows
    ] == pupils
    assert found.problems == ()


def test_the_english_and_the_dutch_sentences_cover_the_same_problems():
    import tomllib

    from clbdesk.assets import resource

    dutch = tomllib.loads(resource("wording", "exchange.toml").read_text(encoding="utf-8"))
    assert MESSAGES.keys() <= dutch.keys()
    for code, sentence in MESSAGES.items():
        assert ("{shown}" in sentence) == ("{shown}" in dutch[code]), code

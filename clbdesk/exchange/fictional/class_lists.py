"""The class lists of fictional schools, each in a form that real schools send.

The first school: CSV with `;` and a UTF-8 mark, titles and blank lines. The second: Excel with
real dates and names in capitals. The third: CSV in cp1252 with one name column. Others by turns.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from itertools import groupby
from typing import TYPE_CHECKING

from clbdesk.domain.insz import print_form
from clbdesk.domain.people import Sex
from clbdesk.exchange.fictional.names import fits_cp1252

if TYPE_CHECKING:
    from pathlib import Path

    from clbdesk.exchange.fictional.centre import FictionalCentre, FictionalSchool

_Rows = Iterable[Iterable[object]]
_V_M = {Sex.FEMALE: "V", Sex.MALE: "M", Sex.UNKNOWN: "X"}
_M_J = {Sex.FEMALE: "M", Sex.MALE: "J", Sex.UNKNOWN: "X"}
_WORDS = {Sex.FEMALE: "meisje", Sex.MALE: "jongen", Sex.UNKNOWN: "X"}


def write_class_lists(centre: FictionalCentre, folder: Path) -> dict[str, Path]:
    """Write one file per school that has pupils; school name → file."""
    written = {}
    for index, school in enumerate(centre.schools):
        if not school.pupils:
            continue
        plain = "".join(char if char.isalnum() else "-" for char in school.school.name.lower())
        write, suffix = _FORMS[index % len(_FORMS)]
        path = folder / f"{plain}{suffix}"
        write(school, path)
        written[school.school.name] = path
    return written


def _semicolons_with_titles(school: FictionalSchool, path: Path) -> None:
    rows: list[Iterable[object]] = [
        [school.school.name],
        ["Leerlingenlijst schooljaar 2026-2027"],
        [],
        [
            "Familienaam", "Voornaam", "Roepnaam", "Geboortedatum", "Geslacht", "Klas",
            "Rijksregisternummer", "Leerlingnummer", "Opmerking",
        ],
    ]  # fmt: skip
    for _, classmates in groupby(school.pupils, key=lambda pupil: pupil.class_name):
        rows += [
            (
                pupil.family_name,
                pupil.given_name,
                pupil.call_name,
                f"{pupil.birth_date:%d/%m/%Y}",
                _V_M[pupil.shown_sex],
                pupil.class_name,
                print_form(pupil.insz) if pupil.insz else "",
                pupil.pupil_number,
                "zie fiche;\nklasleerkracht" if pupil.call_name else "",
            )
            for pupil in classmates
        ]
        rows.append([])
    _write_csv(path, rows, ";", "utf-8-sig")


def _workbook(school: FictionalSchool, path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Leerlingen")
    sheet.append(["NAAM", "VOORNAAM", "M/V", "Geb. datum", "Klas", "INSZ", "Stamnummer"])
    for pupil in school.pupils:
        sheet.append(
            [
                pupil.family_name.upper(),
                pupil.given_name,
                _V_M[pupil.shown_sex],
                pupil.birth_date,
                pupil.class_name,
                pupil.insz or "",
                pupil.pupil_number,
            ]
        )
    book.save(path)


def _one_name_column(school: FictionalSchool, path: Path) -> None:
    rows: list[Iterable[object]] = [
        ["Nr.", "Naam en voornaam", "Geboren op", "J/M", "Groep", "Leerjaar", "RRN", "Bisnummer"]
    ]
    for number, pupil in enumerate(school.pupils, start=1):
        is_bis = pupil.insz is not None and pupil.insz[2] in "23456"
        rows.append(
            (
                number,
                f"{pupil.family_name.upper()}, {pupil.given_name}",
                f"{pupil.birth_date.day}-{pupil.birth_date.month}-{pupil.birth_date:%y}",
                _M_J[pupil.shown_sex],
                pupil.class_name,
                "OKAN" if pupil.okan else "",
                "" if is_bis else pupil.insz or "",
                pupil.insz or "" if is_bis else "",
            )
        )
    names = "".join(pupil.family_name + pupil.given_name for pupil in school.pupils)
    _write_csv(path, rows, ";", "cp1252" if fits_cp1252(names) else "utf-8-sig")


def _commas(school: FictionalSchool, path: Path) -> None:
    rows: list[Iterable[object]] = [
        ["achternaam", "voornaam", "geboortedatum", "geslacht", "klascode", "INSZ", "intern nummer"]
    ]
    rows += [
        (
            pupil.family_name,
            pupil.given_name,
            pupil.birth_date.isoformat(),
            _WORDS[pupil.shown_sex],
            pupil.class_name,
            pupil.insz or "",
            pupil.pupil_number,
        )
        for pupil in school.pupils
    ]
    _write_csv(path, rows, ",", "utf-8", quoting=csv.QUOTE_ALL)


def _tabs(school: FictionalSchool, path: Path) -> None:
    rows: list[Iterable[object]] = [
        ["Klas", "Familienaam", "Voornaam", "Geb.datum", "Geslacht", "Rijksregisternr."]
    ]
    rows += [
        (
            pupil.class_name,
            pupil.family_name,
            pupil.given_name,
            f"{pupil.birth_date.day}.{pupil.birth_date.month}.{pupil.birth_date.year}",
            _V_M[pupil.shown_sex],
            pupil.insz or "",
        )
        for pupil in school.pupils
    ]
    _write_csv(path, rows, "\t", "utf-8")


def _write_csv(
    path: Path, rows: _Rows, delimiter: str, encoding: str, quoting: int = csv.QUOTE_MINIMAL
) -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter, quoting=quoting).writerows(rows)  # type: ignore[arg-type]


_FORMS: tuple[tuple[Callable[[FictionalSchool, Path], None], str], ...] = (
    (_semicolons_with_titles, ".csv"),
    (_workbook, ".xlsx"),
    (_one_name_column, ".csv"),
    (_commas, ".csv"),
    (_tabs, ".txt"),
)

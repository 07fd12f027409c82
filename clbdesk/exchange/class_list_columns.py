"""Which column of a school's list holds what, by the Dutch words that schools put above them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from clbdesk.errors import Refused
from clbdesk.exchange.class_list_files import Cell, Row

if TYPE_CHECKING:
    from collections.abc import Mapping

# Column names stand below at most this many lines of titles.
_DEEPEST_HEADER = 30
_NO_LETTER = re.compile(r"[^a-z0-9]")
_CLASS_TITLE = re.compile(
    r"(?i)\bklas(?:lijst|groep)?(?:\s*:\s*(\S.{0,20})|\s+(\S{0,3}\d\S{0,5})\b)"
)
_LOOKS_LIKE_CLASS = re.compile(r"(?i)(?:klas\s+)?([KLS]?\d[A-Z]{0,5}\d?|[KLS]\d.{0,4})")


class Field(StrEnum):
    """What a column can hold."""

    FAMILY_NAME = "family_name"
    PREFIX = "prefix"
    GIVEN_NAME = "given_name"
    CALL_NAME = "call_name"
    FULL_NAME = "full_name"
    BIRTH_DATE = "birth_date"
    SEX = "sex"
    CLASS_NAME = "class_name"
    GRADE = "grade"
    INSZ = "insz"
    PUPIL_NUMBER = "pupil_number"


class NameOrder(StrEnum):
    """Order inside one column of full names: said by its heading, or only usual."""

    FAMILY_FIRST = "family_first"
    GIVEN_FIRST = "given_first"
    USUAL = "usual"


# Words as normalised by _word; the first of a field is preferred when a list has several.
_WORDS: dict[Field, tuple[str, ...]] = {
    Field.FAMILY_NAME: (
        "familienaam", "achternaam", "famnaam", "familienaamleerling", "naamleerling",
        "achternaamleerling", "officielefamilienaam", "lastname", "naam",
    ),
    Field.PREFIX: ("tussenvoegsel", "tussenvoegsels", "voorvoegsel", "voorvoegsels"),
    Field.GIVEN_NAME: (
        "voornaam", "voornamen", "voornaamleerling", "officielevoornaam", "eerstevoornaam",
        "1stevoornaam", "1evoornaam", "voorn", "firstname", "roepnaam",
    ),
    Field.CALL_NAME: ("roepnaam", "roepvoornaam"),
    Field.FULL_NAME: (
        "naamvoornaam", "naamenvoornaam", "familienaamvoornaam", "familienaamenvoornaam",
        "achternaamvoornaam", "achternaamenvoornaam", "voornaamnaam", "voornaamennaam",
        "voornaamfamilienaam", "voornaamenfamilienaam", "voornaamachternaam",
        "voornaamenachternaam", "volledigenaam", "naamleerling", "leerling", "leerlingen", "naam",
    ),
    Field.BIRTH_DATE: (
        "geboortedatum", "gebdatum", "gebdat", "geborenop", "geboren", "datumgeboorte",
        "geboortedatumleerling", "datumvangeboorte", "geboorte", "gdatum", "gebd", "gebdtm",
        "birthdate",
    ),
    Field.SEX: ("geslacht", "sekse", "gesl", "gender", "mv", "vm", "mvx", "jm", "geslachtleerling"),
    Field.CLASS_NAME: (
        "klas", "klascode", "klasnaam", "klasgroep", "officieleklas", "klasleerling", "groep",
        "klasgroepnaam", "lesgroep",
    ),
    Field.GRADE: ("leerjaar", "studiejaar", "leerj", "lj"),
    Field.INSZ: (
        "rijksregisternummer", "rijksregister", "rijksregisternr", "rijksregnr", "rijksregnummer",
        "rrn", "rrnr", "rrnummer", "insz", "insznummer", "insznr", "inszleerling", "rrninsz",
        "inszrrn", "rijksregisternummerleerling", "nationaalnummer", "rijksofbisnummer",
        "rijksregisternummerofbisnummer", "rijksregisternummerbisnummer", "rijksregisterofbisnummer", "rijksregisterbisnummer", "rrnbis", "inszbis",
        "bisnummer", "bisnr", "bis",
    ),
    Field.PUPIL_NUMBER: (
        "leerlingnummer", "leerlingennummer", "leerlingnr", "llnr", "llnummer", "stamnummer",
        "stamboeknummer", "stamboeknr", "stamnr", "internnummer", "leerlingid",
    ),
}  # fmt: skip
_GIVEN_FIRST = frozenset(word for word in _WORDS[Field.FULL_NAME] if word.startswith("voornaam"))
_SAYS_NO_ORDER = frozenset({"volledigenaam", "naamleerling", "leerling", "leerlingen", "naam"})
_BOTH_NAMES = frozenset({"naamleerling", "naam"})


@dataclass(frozen=True, slots=True)
class Columns:
    """Places of the fields (several for INSZ: register and BIS), and where the header stands.

    `header`: index of its row. `class_in_title`: class that a title line names, or "".
    `says_j_and_m`: sex stands under J/M, jongen and meisje.
    """

    places: Mapping[Field, tuple[int, ...]]
    header: int
    name_order: NameOrder = NameOrder.USUAL
    class_in_title: str = ""
    says_j_and_m: bool = False

    def cells(self, row: Row, field: Field) -> list[Cell]:
        """The cells of a row under the columns of a field, the preferred first."""
        return [row[place] for place in self.places.get(field, ()) if place < len(row)]


def recognised(rows: tuple[Row, ...]) -> int:
    """How many columns the best header row among the first names; 0 when it is no list."""
    return max((len(_places(row)[0]) for row in rows[:_DEEPEST_HEADER]), default=0)


def find_columns(rows: tuple[Row, ...], title: str) -> Columns | None:
    """The columns of a table; None when it is no class list (a cover sheet, a legend).

    Refused when it is one, but has no column for name, birth date or class.
    """
    opening = rows[:_DEEPEST_HEADER]
    index = max(range(len(opening)), key=lambda each: len(_places(opening[each])[0]), default=-1)
    if index < 0:
        return None
    places, order = _places(opening[index])
    if len(places) < 2 or not places.keys() & {Field.FAMILY_NAME, Field.FULL_NAME}:
        return None
    if Field.FULL_NAME not in places and Field.GIVEN_NAME not in places:
        raise Refused("exchange.no_given_name_column", field="file")
    if Field.BIRTH_DATE not in places:
        raise Refused("exchange.no_birth_date_column", field="file")
    in_title = ""
    if Field.CLASS_NAME not in places:
        in_title = _class_in(rows[:index], title)
        if not in_title and Field.GRADE not in places:
            raise Refused("exchange.no_class_column", field="file")
    sexes = {_word(cell) for cell in opening[index]}
    return Columns(places, index, order, in_title, says_j_and_m="jm" in sexes)


def _word(cell: Cell) -> str:
    if not isinstance(cell, str):
        return ""
    plain = unicodedata.normalize("NFKD", cell.casefold())
    return _NO_LETTER.sub("", plain.replace("&", "en"))


def _places(row: Row) -> tuple[dict[Field, tuple[int, ...]], NameOrder]:
    words = [_word(cell) for cell in row]
    found: dict[Field, tuple[int, ...]] = {}
    for field, known in _WORDS.items():
        places = [words.index(word) for word in known if word in words]
        if places:
            found[field] = tuple(places)
    given = found.get(Field.GIVEN_NAME)
    if given and found.get(Field.CALL_NAME) == given[:1]:
        found.pop(Field.CALL_NAME)  # a list that only knows call names
    full = found.get(Field.FULL_NAME)
    if not full:
        return found, NameOrder.USUAL
    heading = words[full[0]]
    if given and Field.FAMILY_NAME in found:
        found.pop(Field.FULL_NAME)
        return found, NameOrder.USUAL
    if heading in _BOTH_NAMES:
        found.pop(Field.FAMILY_NAME, None)
    if heading in _SAYS_NO_ORDER:
        return found, NameOrder.USUAL
    return found, NameOrder.GIVEN_FIRST if heading in _GIVEN_FIRST else NameOrder.FAMILY_FIRST


def _class_in(above: tuple[Row, ...], title: str) -> str:
    """The class that the lines above the header or the name of the sheet give: "Klas: 1B"."""
    texts = [" ".join(cell for cell in row if isinstance(cell, str)) for row in above]
    for text in (*texts, title):
        named = _CLASS_TITLE.search(text)
        if named:
            return (named[1] or named[2]).strip()
    sheet = _LOOKS_LIKE_CLASS.fullmatch(title.strip())
    return sheet[1] if sheet else ""

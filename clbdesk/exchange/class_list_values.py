"""From the text of a cell to a value: names, Belgian dates, sex, class and grade.

What cannot be read is Unreadable with a code of the wording area "exchange"; nothing is guessed:
day and month are never swapped, and an ambiguous full name stays a question.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from clbdesk.domain.names import normalise
from clbdesk.domain.people import SchoolLevel, Sex
from clbdesk.exchange.class_list_columns import NameOrder
from clbdesk.exchange.class_list_files import Cell, Odd

if TYPE_CHECKING:
    from collections.abc import Iterable

# A kleuter starts at 2.5 years; nobody is a pupil of these schools at 30.
_YOUNGEST_YEARS, _OLDEST_YEARS = 2, 30
_LONGEST_NAME = 80
_LONGEST_CLASS = 40


class Unreadable(Exception):
    """A cell that cannot be taken over. `code`: key in exchange.toml; `shown`: what stood there."""

    def __init__(self, code: str, shown: str = "") -> None:
        """`shown` only for values that do not name anybody."""
        super().__init__(code)
        self.code = code
        self.shown = shown


def text_of(cell: Cell) -> str:
    """A cell as text: NFC, every kind of space a single blank, invisible characters gone."""
    if isinstance(cell, Odd):
        raise Unreadable(f"cell_{cell.value}")
    if isinstance(cell, date):
        return cell.isoformat()
    plain = unicodedata.normalize("NFC", cell)
    kept = "".join(char for char in plain if unicodedata.category(char) != "Cf")
    return " ".join(kept.split())


# --- Names ---------------------------------------------------------------------------------------
_PARTICLES = frozenset(
    {
        "van", "vande", "vanden", "vander", "de", "den", "der", "ter", "ten", "te", "t", "het",
        "el", "al", "la", "le", "les", "du", "des", "di", "da", "do", "dos", "das", "del", "della",
        "von", "zu", "zur", "bin", "ibn", "ben", "abu", "ait", "ould", "oulad", "st",
    }
)  # fmt: skip
# Written small after another particle: Van den Berghe, De la Cruz.
_SMALL_AFTER_PARTICLE = frozenset({"de", "den", "der", "het", "t", "la", "las", "los", "ten"})
_IN_NAMES = re.compile(r"[^\W\d_]|[ '’‘ʼ`´.\-–/()]")
_START_OF_PART = re.compile(r"(?:^|(?<=[-'’./(]))[^\W\d_]")
# UTF-8 that was once read as cp1252: "Ã«", "â€™", "Å‚".
_GARBLED = re.compile(r"[ÂÃÄÅ][\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€|\ufffd")


def read_name(cell: Cell) -> str:
    """A name as it is written; a list in capitals or small letters gets usual capitals."""
    name = text_of(cell)
    if not name:
        raise Unreadable("missing")
    if name.startswith(("=", "#")):
        raise Unreadable("cell_formula")
    if _GARBLED.search(name):
        raise Unreadable("name_garbled")
    bare = [char for char in name if not unicodedata.combining(char)]
    if not all(_IN_NAMES.fullmatch(char) for char in bare) or not any(map(str.isalpha, bare)):
        raise Unreadable("name_characters")
    if len(name) > _LONGEST_NAME:
        raise Unreadable("too_long")
    if len(name) > 1 and (name.isupper() or name.islower()):
        return _usual_capitals(name)
    return name


def _usual_capitals(name: str) -> str:
    words = name.lower().split(" ")
    written = [
        word
        if before and _is_particle(before) and normalise(word) in _SMALL_AFTER_PARTICLE
        else _capital(word)
        for before, word in zip(["", *words], words, strict=False)
    ]
    return unicodedata.normalize("NFC", " ".join(written))


def _capital(word: str) -> str:
    if word in {"'t", "’t", "'s", "’s"}:
        return word
    return _START_OF_PART.sub(lambda found: found[0].upper(), word)


def order_told_by(full_name: str) -> NameOrder | None:
    """Which order one full name shows by comma, capitals or particles; None when it shows none."""
    split = _split_by_clue(full_name)
    return split[2] if split else None


def split_full_name(full_name: str, order: NameOrder | None) -> tuple[str, str]:
    """(family name, given name). `order` is what heading or list tell; None when they do not."""
    by_clue = _split_by_clue(full_name)
    if by_clue:
        return by_clue[:2]
    words = full_name.split(" ")
    if len(words) < 2:
        raise Unreadable("full_name_single")
    if order is None:
        raise Unreadable("full_name_unclear")
    if order is NameOrder.GIVEN_FIRST:
        if len(words) == 2 or _is_particle(words[1]):
            return " ".join(words[1:]), words[0]
        raise Unreadable("full_name_unclear")
    particles = 0
    while particles < len(words) and _is_particle(words[particles]):
        particles += 1
    if len(words) - particles == 2:
        return " ".join(words[:-1]), words[-1]
    raise Unreadable("full_name_unclear")


def _split_by_clue(full_name: str) -> tuple[str, str, NameOrder] | None:
    family, comma, given = full_name.partition(",")
    if comma and family.strip() and given.strip() and "," not in given:
        return family.strip(), given.strip(), NameOrder.FAMILY_FIRST
    words = full_name.split(" ")
    loud = [_is_loud(word) for word in words]
    if any(loud) and not all(loud):
        first, last = loud.index(True), len(loud) - 1 - loud[::-1].index(True)
        if all(loud[first : last + 1]):
            if first == 0:
                return (
                    " ".join(words[: last + 1]),
                    " ".join(words[last + 1 :]),
                    NameOrder.FAMILY_FIRST,
                )
            if last == len(words) - 1:
                return " ".join(words[first:]), " ".join(words[:first]), NameOrder.GIVEN_FIRST
    return None


def _is_loud(word: str) -> bool:
    """Written in capitals as family names are; an initial is not enough."""
    letters = [char for char in word if char.isalpha()]
    return word.isupper() and (len(letters) > 1 or word in {"'T", "’T"})


def _is_particle(word: str) -> bool:
    return normalise(word) in _PARTICLES


# --- Birth dates ---------------------------------------------------------------------------------
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari jan january", "februari feb febr february", "maart mrt mar maa march",
            "april apr", "mei may", "juni jun june", "juli jul july", "augustus aug august",
            "september sep sept", "oktober okt oct october", "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_DAY_FIRST = re.compile(r"(\d{1,2})\s?[/.\-\s]\s?(\d{1,2})\s?[/.\-\s]\s?(\d{4}|\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4})[/.\-\s](\d{1,2})[/.\-\s](\d{1,2})")
_MIDNIGHT = re.compile(r"[ T]0?0:00(:00(\.0+)?)?Z?")
_WITH_TIME = re.compile(r".*\d[ T]\d{1,2}:\d{2}.*")
_WITH_WORD = re.compile(
    r"(?:[^\W\d]{2,9}\.?,? )?(\d{1,2})(?:e|ste|de)?[ .\-]+([^\W\d]{3,9})[ .\-]+(\d{4}|\d{2})"
)
_EIGHT_DIGITS = re.compile(r"\d{8}")
_SERIAL = re.compile(r"\d{5}(\.0+)?")


def read_birth_date(cell: Cell, today: date, *, epoch_1904: bool = False) -> date:
    """The birth date of a pupil: a real date, an Excel serial, or text in any Belgian form."""
    shown = text_of(cell)
    if not shown:
        raise Unreadable("missing")
    if isinstance(cell, date):
        day = cell
    else:
        try:
            day = _date_in(shown, today, epoch_1904=epoch_1904)
        except ValueError as fault:
            raise Unreadable("date_impossible", shown[:20]) from fault
    if day > today:
        raise Unreadable("date_future", day.isoformat())
    years = (today - day).days / 365.25
    if not _YOUNGEST_YEARS <= years <= _OLDEST_YEARS:
        raise Unreadable("date_age", day.isoformat())
    return day


def _date_in(text: str, today: date, *, epoch_1904: bool) -> date:
    text = _MIDNIGHT.sub("", text)
    if _WITH_TIME.fullmatch(text):
        raise Unreadable("date_with_time", text[:20])
    if found := _YEAR_FIRST.fullmatch(text):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if found := _DAY_FIRST.fullmatch(text):
        return date(_year(found[3], today), int(found[2]), int(found[1]))
    if found := _WITH_WORD.fullmatch(text):
        month = _MONTHS.get(found[2].casefold())
        if month is not None:
            return date(_year(found[3], today), month, int(found[1]))
    if _EIGHT_DIGITS.fullmatch(text):
        if text[:2] in {"19", "20"} and text[4:6] <= "12":
            return date(int(text[:4]), int(text[4:6]), int(text[6:]))
        return date(int(text[4:]), int(text[2:4]), int(text[:2]))
    if _SERIAL.fullmatch(text):
        start = date(1904, 1, 1) if epoch_1904 else date(1899, 12, 30)
        return start + timedelta(days=int(float(text)))
    raise Unreadable("date_unreadable", text[:20])


def _year(digits: str, today: date) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    return 2000 + year if 2000 + year <= today.year else 1900 + year


# --- Sex, number, class --------------------------------------------------------------------------
_SEXES = {
    **dict.fromkeys(("man", "mannelijk", "j", "jongen", "male", "jn", "1"), Sex.MALE),
    **dict.fromkeys(
        ("v", "vrouw", "vrouwelijk", "meisje", "meisjes", "female", "f", "mj", "vr", "2"),
        Sex.FEMALE,
    ),
    **dict.fromkeys(("x", "onbekend", "anders", "andere", "nietgekend", ""), Sex.UNKNOWN),
}


def read_sex(cell: Cell, letter_m: Sex | None) -> Sex:
    """M/V, J/M, jongen/meisje, X; empty is unknown. `letter_m`: see meaning_of_m."""
    shown = text_of(cell)
    word = _sex_word(cell)
    if word == "m":
        if letter_m is None:
            raise Unreadable("sex_unclear")
        return letter_m
    if word not in _SEXES:
        raise Unreadable("sex_unreadable", shown[:10])
    return _SEXES[word]


def meaning_of_m(cells: Iterable[Cell]) -> Sex | None:
    """What M stands for in a column: man beside V, meisje beside J; None when both stand there."""
    words = {_sex_word(cell) for cell in cells if not isinstance(cell, Odd)}
    boys, girls = "j" in words, "v" in words
    if boys and girls:
        return None
    return Sex.FEMALE if boys else Sex.MALE


def _sex_word(cell: Cell) -> str:
    return normalise(text_of(cell)).replace(" ", "")


def read_class(cell: Cell) -> str:
    """The name of a class as the school writes it."""
    name = text_of(cell)
    if not name:
        raise Unreadable("missing")
    if len(name) > _LONGEST_CLASS:
        raise Unreadable("too_long")
    return name


@dataclass(frozen=True, slots=True)
class Grade:
    """What class name and grade column say: a number within the level, or none (OKAN, special)."""

    stage: str | None
    okan: bool


_NURSERY = re.compile(r"(?i)(\d)\s*(?:e|ste|de)?\s*k|\bk(?:k|l|leuter\w*)?\s?(\d)")
_NUMBER = re.compile(r"(?<!\d)[1-7](?!\d)")
_TWO_GRADES = re.compile(r"\d\s*[-/+&]\s*\d")


def grade_of(class_name: str, grade: str, level: SchoolLevel) -> Grade:
    """K1-K3, L1-L6 or S1-S7 for a class: "2KA", "L4b", "1B", "3 ECWI".

    No stage for special education, OKAN, a class of two grades and a name without a grade.
    """
    okan = "okan" in f"{class_name} {grade}".casefold()
    if okan or level is SchoolLevel.SPECIAL:
        return Grade(None, okan)
    stages = (_stage_in(text, level) for text in (grade, class_name))
    return Grade(next((stage or None for stage in stages if stage is not None), None), okan=False)


def _stage_in(text: str, level: SchoolLevel) -> str | None:
    """The stage that a text says; empty when what it says is no single one; None: it says nothing."""
    if _TWO_GRADES.search(text):
        return ""
    is_primary = level is SchoolLevel.PRIMARY
    if is_primary and (nursery := _NURSERY.search(text)):
        number = nursery[1] or nursery[2]
        return f"K{number}" if "1" <= number <= "3" else ""
    found = _NUMBER.search(text)
    if found is None:
        return None
    if is_primary:
        return f"L{found[0]}" if found[0] != "7" else ""
    return f"S{found[0]}"

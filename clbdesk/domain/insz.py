"""The Belgian identification number of social security: rijksregisternummer or BIS number.

Eleven digits YYMMDD SSS CC. CC = 97 − (first nine digits mod 97); for births from 2000 a 2 stands
in front of the nine. A number is information about somebody, never a reason to refuse a pupil:
sex and birth date in the dossier may differ. Source: handbook 2 §5.6 (rule of the Rijksregister).
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clbdesk.domain.people import Sex

_PUNCTUATION = re.compile(r"[\s.\-/]")
_ELEVEN_DIGITS = re.compile(r"[0-9]{11}")
# The year itself was not known when the number was issued: 1900/00/01 or 2000/00/01.
_UNKNOWN_DATES = frozenset({"000001", "002001", "004001"})


class InszKind(StrEnum):
    """Register number, or the number of somebody who is not in the register."""

    RRN = "rrn"
    BIS = "bis"


@dataclass(frozen=True, slots=True)
class Insz:
    """What a number says. `birth_date` is None unless day, month and year are all known.

    `sex` is UNKNOWN for an invalid number and for a BIS number issued without it.
    """

    number: str
    valid: bool
    kind: InszKind | None = None
    birth_date: date | None = None
    sex: Sex = Sex.UNKNOWN


def read_insz(text: str, today: date) -> Insz:
    """Read a number as typed or printed (85.07.30-033.28); births after `today` are refused."""
    number = _PUNCTUATION.sub("", text)
    if not _ELEVEN_DIGITS.fullmatch(number):
        return Insz(number=text.strip(), valid=False)
    offset = _month_offset(int(number[2:4]))
    century = _century(number)
    if offset is None or century is None or number[6:9] in {"000", "999"}:
        return Insz(number=number, valid=False)
    year, month, day = century + int(number[:2]), int(number[2:4]) - offset, int(number[4:6])
    if number[:6] in _UNKNOWN_DATES:
        birth_date = None
    elif year > today.year or not _exists(year, month, day):
        return Insz(number=number, valid=False)
    else:
        birth_date = date(year, month, day) if month and day else None
        if birth_date is not None and birth_date > today:
            return Insz(number=number, valid=False)
    return Insz(
        number=number,
        valid=True,
        kind=InszKind.BIS if offset else InszKind.RRN,
        birth_date=birth_date,
        sex=_sex(number, offset),
    )


def print_form(number: str) -> str:
    """Eleven digits as they are printed: YY.MM.DD-SSS.CC."""
    return f"{number[:2]}.{number[2:4]}.{number[4:6]}-{number[6:9]}.{number[9:]}"


def _century(number: str) -> int | None:
    """1900 or 2000, by the check digits; the two readings never coincide (2·10⁹ mod 97 = 68)."""
    check = int(number[9:])
    for century, prefix in ((1900, ""), (2000, "2")):
        if 97 - int(prefix + number[:9]) % 97 == check:
            return century
    return None


def _month_offset(month: int) -> int | None:
    """0 for a register number, 20 or 40 for a BIS number; None when no month fits."""
    for offset in (0, 20, 40):
        if 0 <= month - offset <= 12:
            return offset
    return None


def _exists(year: int, month: int, day: int) -> bool:
    """Month 00 and day 00 stand for what was not known, or for a day whose numbers ran out.

    Without a month the day counts on; with one it is a day of that month.
    """
    return month == 0 or day <= calendar.monthrange(year, month)[1]


def _sex(number: str, offset: int) -> Sex:
    if offset == 20:
        return Sex.UNKNOWN
    return Sex.MALE if int(number[6:9]) % 2 else Sex.FEMALE

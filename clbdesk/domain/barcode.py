"""The GS1 DataMatrix of a vaccine box, as a scanner types it: package, expiry, lot.

A scanner may lose the group separator (ASCII 29) that ends a field of variable length. Then only
what every possible reading agrees on is believed: a lot is never guessed, because a recall must
find every dose. Serial numbers are read over and never kept. Source: handbook 2 §5.8.
"""

from __future__ import annotations

import calendar
import re
import string
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_SEPARATOR = "\x1d"
# How a separator is written where it cannot be typed, beside "^]".
_WRITTEN_SEPARATORS = ("^]", "\\x1d", "\\u001d", "\N{SYMBOL FOR GROUP SEPARATOR}")
# Character set 82 of the GS1 General Specifications (figure 7.11-1): a lot holds no other sign.
_SIGNS = frozenset(string.ascii_letters + string.digits + "!\"%&'()*+,-./:;<=>?_")
_SYMBOLOGIES = ("]d2", "]C1", "]Q3")
_LAST_YEAR_OF_2000 = 49

# A scanner in US layout on a Belgian AZERTY keyboard: what the keys type, and what was meant.
_AZERTY = str.maketrans(
    "&é\"'(§è!çàazqwmAZQWM?$-)°_,;:=",
    "1234567890qwaz;QWAZ:M]=-_+m,./",
)
_AZERTY_SIGNS = frozenset("àéèç§&")


@dataclass(frozen=True, slots=True)
class Package:
    """What the code on a box says; a field is None when it is absent, wrong or not certain."""

    gtin: str | None
    lot: str | None
    expires_on: date | None

    @property
    def complete(self) -> bool:
        """Whether nothing has to be typed."""
        return self.gtin is not None and self.lot is not None and self.expires_on is not None


@dataclass(frozen=True, slots=True)
class _Field:
    """An application identifier: its longest value, whether that is the only length, digits.

    `shortest` helps to cut a code without separators: a serial number must not be guessable with
    a chance of 1 in 10,000 (Delegated Regulation (EU) 2016/161, article 4), so it has 4 signs.
    """

    longest: int
    fixed: bool = False
    digits: bool = False
    shortest: int = 1

    def accepts(self, value: str) -> bool:
        shortest = self.longest if self.fixed else self.shortest
        if not shortest <= len(value) <= self.longest:
            return False
        if self.digits:
            return value.isascii() and value.isdigit()
        return _SIGNS.issuperset(value)


_FIELDS: dict[str, _Field] = {
    "01": _Field(14, fixed=True, digits=True),
    "10": _Field(20),
    "11": _Field(6, fixed=True, digits=True),
    "15": _Field(6, fixed=True, digits=True),
    "17": _Field(6, fixed=True, digits=True),
    "21": _Field(20, shortest=4),
    "240": _Field(30),
    "30": _Field(8, digits=True),
    "37": _Field(8, digits=True),
} | {str(number): _Field(20) for number in range(710, 718)}

# What the boxes of this country carry; anything more would only make a lost separator ambiguous.
_EXPECTED = frozenset({"01", "10", "11", "17", "21"})
# Tried only when that gives nothing: a best-before date needs no separator and hides no lot.
_RARE = _EXPECTED | {"15"}

_PARENTHESES = re.compile(r"\((" + "|".join(_FIELDS) + r")\)")


def read_package(text: str, known_lots: Collection[str] = ()) -> Package:
    """Read a scanned or typed code; `known_lots` settle where a lot ends when separators got lost.

    Accepted: fields in any order, symbology prefix or none, separator as ASCII 29, as "^]" or
    lost, the printed form with parentheses, and the layout fault of a Belgian AZERTY keyboard.
    """
    code = _cleaned(text)
    if code.startswith("("):
        return _package(_printed_fields(code))
    if _SEPARATOR in code:
        return _package(_separated_fields(code))
    packages = _possible_packages(code, _EXPECTED) or _possible_packages(code, _RARE)
    complete = {package for package in packages if package.complete}
    known = {package for package in packages if package.lot in known_lots}
    return _agreement(known or complete or packages)


def types_azerty(code: str) -> bool:
    """Whether a code was typed by a scanner in US layout on a Belgian AZERTY keyboard."""
    return bool(_AZERTY_SIGNS & set(code[:4]))


def _cleaned(text: str) -> str:
    code = text.strip("\r\n\t ")
    if types_azerty(code):
        code = code.translate(_AZERTY)
    for written in _WRITTEN_SEPARATORS:
        code = code.replace(written, _SEPARATOR)
    for symbology in _SYMBOLOGIES:
        code = code.removeprefix(symbology)
    return code.lstrip(_SEPARATOR)


def _printed_fields(code: str) -> dict[str, str]:
    pieces = _PARENTHESES.split(code)
    found: dict[str, str] = {}
    for identifier, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        _put(found, identifier, piece.strip())
    return found


def _put(found: dict[str, str], identifier: str, value: str) -> None:
    """Keep a field; one that is said twice and differs says nothing."""
    found[identifier] = value if found.get(identifier, value) == value else ""


def _separated_fields(code: str) -> dict[str, str]:
    """Fields of a code with separators: a variable field runs to the next one, or to the end."""
    found: dict[str, str] = {}
    for part in code.split(_SEPARATOR):
        rest = part
        while rest:
            identifier = _identifier(rest)
            if identifier is None:
                break
            field = _FIELDS[identifier]
            start = len(identifier)
            stop = start + field.longest if field.fixed else len(rest)
            _put(found, identifier, rest[start:stop])
            rest = rest[stop:]
    return found


def _identifier(code: str) -> str | None:
    return next((code[:size] for size in (2, 3) if code[:size] in _FIELDS), None)


def _possible_packages(code: str, fields: frozenset[str]) -> set[Package]:
    """What a code without separators can mean, made of these fields."""
    readings = _possible_readings(code, fields)
    return {_package(reading) for reading in readings if _is_sound(reading)}


def _possible_readings(code: str, fields: frozenset[str]) -> Iterator[dict[str, str]]:
    """Every way to cut a code without separators into fields, none of them twice."""
    if not code:
        yield {}
        return
    identifier = _identifier(code)
    if identifier not in fields:
        return
    field = _FIELDS[identifier]
    start = len(identifier)
    for size in range(1, min(field.longest, len(code) - start) + 1):
        value = code[start : start + size]
        if field.accepts(value):
            for rest in _possible_readings(code[start + size :], fields - {identifier}):
                yield {identifier: value} | rest


def _is_sound(reading: dict[str, str]) -> bool:
    """Whether the package number and the dates of a reading can be right."""
    if "01" in reading and not _has_check_digit(reading["01"]):
        return False
    dates = (reading[identifier] for identifier in ("11", "15", "17") if identifier in reading)
    return all(_date(text) is not None for text in dates)


def _package(fields: dict[str, str]) -> Package:
    gtin, lot, expiry = (fields.get(identifier, "") for identifier in ("01", "10", "17"))
    return Package(
        gtin=gtin if _FIELDS["01"].accepts(gtin) and _has_check_digit(gtin) else None,
        lot=lot if _FIELDS["10"].accepts(lot) else None,
        expires_on=_date(expiry) if _FIELDS["17"].accepts(expiry) else None,
    )


def _agreement(packages: Collection[Package]) -> Package:
    gtins = {package.gtin for package in packages}
    lots = {package.lot for package in packages}
    expiries = {package.expires_on for package in packages}
    return Package(
        gtin=gtins.pop() if len(gtins) == 1 else None,
        lot=lots.pop() if len(lots) == 1 else None,
        expires_on=expiries.pop() if len(expiries) == 1 else None,
    )


def _has_check_digit(gtin: str) -> bool:
    """Mod-10 over fourteen digits, weights 3 and 1 from the left (GS1 General Specifications)."""
    total = sum(int(digit) * (1 if index % 2 else 3) for index, digit in enumerate(gtin))
    return total % 10 == 0


def _date(text: str) -> date | None:
    """YYMMDD; day 00 is the last of the month; years 00–49 lie in this century."""
    year, month, day = int(text[:2]), int(text[2:4]), int(text[4:])
    year += 2000 if year <= _LAST_YEAR_OF_2000 else 1900
    if not 1 <= month <= 12:
        return None
    last = calendar.monthrange(year, month)[1]
    if day > last:
        return None
    return date(year, month, day or last)

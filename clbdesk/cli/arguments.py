"""Types of arguments whose mistake is told in one line that says how it is written."""

from __future__ import annotations

import re
from argparse import ArgumentTypeError
from datetime import date, time
from pathlib import Path

from clbdesk.errors import Refused

# Days of people who are alive, far from the ends of the calendar that a term could run over.
_FIRST, _LAST = date(1900, 1, 1), date(2199, 12, 31)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ADDRESS = re.compile(r"https://([A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\])(:[0-9]{1,5})?/?")
_HOUR = re.compile(r"[0-9]{2}:[0-9]{2}")


def day(text: str) -> date:
    """An ISO day of this or the next century."""
    try:
        found = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None or not _FIRST <= found <= _LAST:
        raise ArgumentTypeError(f"{text!r} is not a day as 2026-11-23, from {_FIRST} to {_LAST}")
    return found


def hour(text: str) -> time:
    """A time of the day, to the minute."""
    try:
        found = time.fromisoformat(text) if _HOUR.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None:
        raise ArgumentTypeError(f"{text!r} is not an hour as 08:30")
    return found


def school_year(text: str) -> int:
    """The year in which a school year begins."""
    if not (text.isascii() and text.isdigit()) or not _FIRST.year <= int(text) <= _LAST.year:
        raise ArgumentTypeError(f"{text!r} is not a school year as 2026, which is 2026-27")
    return int(text)


def address(text: str) -> str:
    """The address of a centre."""
    if not _ADDRESS.fullmatch(text):
        raise ArgumentTypeError(f"{text!r} is not an address as https://centre.example:8443")
    return text


def count(text: str) -> int:
    """How many of something there are: at least one."""
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= 100_000:
        raise ArgumentTypeError(f"{text!r} is not a number from 1 to 100000")
    return int(text)


def key_of(path: Path) -> str:
    """The text of a key file. Refused when it cannot be read or holds something else."""
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Refused("cli.unreadable_key", file=path) from error

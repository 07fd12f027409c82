"""Names and numbers of people who do not exist."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from functools import cache

from clbdesk.assets import resource
from clbdesk.domain.people import Sex

# How the pupils of a school are composed, out of a hundred; the rest is Flemish.
_ORIGINS = {
    "french": 3,
    "moroccan": 11,
    "turkish": 8,
    "eastern": 5,
    "iberian": 3,
    "african": 4,
    "asian": 3,
    "newcomer": 4,
}
NEWCOMER_ORIGINS = ("newcomer", "eastern", "african", "asian", "turkish", "moroccan")
# Serials are given out from 001 on every birthday; so high they are hardly ever real.
_HIGHEST_SERIAL = {Sex.MALE: 997, Sex.FEMALE: 998}


def chance(seed: int, *place: object) -> random.Random:
    """A source of chance of its own for each place, so that one draw never moves another."""
    # Fiction must repeat exactly; it protects nothing.
    return random.Random(f"{seed}:{':'.join(map(str, place))}")  # noqa: S311


def draw_origin(luck: random.Random, *, newcomer: bool) -> str:
    """A section of the name lists."""
    if newcomer:
        return luck.choice(NEWCOMER_ORIGINS)
    drawn = luck.randrange(100)
    for origin, share in _ORIGINS.items():
        if drawn < share:
            return origin
        drawn -= share
    return "flemish"


def draw_family_name(luck: random.Random, origin: str) -> str:
    """A family name of an origin."""
    return luck.choice(_sections("family_names.txt")[origin])


def draw_given_name(luck: random.Random, origin: str, sex: Sex) -> str:
    """A given name of an origin."""
    return luck.choice(_sections("girls.txt" if sex is Sex.FEMALE else "boys.txt")[origin])


def fits_cp1252(text: str) -> bool:
    """Whether an old school program can write it."""
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


@cache
def _sections(name: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    section: list[str] = []
    for line in resource("demo", name).read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = found.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            section.append(line)
    return {origin: tuple(names) for origin, names in found.items()}


class NumberOffice:
    """Gives out register and BIS numbers, none of them twice."""

    def __init__(self) -> None:
        """Nothing given out yet."""
        self._given: Counter[tuple[date, int]] = Counter()

    def register_number(self, birth_date: date, sex: Sex) -> str:
        """A rijksregisternummer: the serial is odd for a man, even for a woman."""
        return self._number(birth_date, sex, 0)

    def bis_number(self, birth_date: date, sex: Sex, *, sex_known: bool) -> str:
        """A BIS number: 40 more in the month when sex was known at issue, else 20."""
        return self._number(birth_date, sex, 40 if sex_known else 20)

    def _number(self, birth_date: date, sex: Sex, month_offset: int) -> str:
        highest = _HIGHEST_SERIAL[Sex.MALE if sex is Sex.MALE else Sex.FEMALE]
        taken = (birth_date, highest + month_offset * 1000)
        serial = highest - 2 * self._given[taken]
        self._given[taken] += 1
        first = (
            f"{birth_date.year % 100:02}{birth_date.month + month_offset:02}"
            f"{birth_date.day:02}{serial:03}"
        )
        century = "2" if birth_date.year >= 2000 else ""
        return f"{first}{97 - int(century + first) % 97:02}"

"""Names as they are compared: case, accents, apostrophes and spacing do not tell people apart."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

Person = TypeVar("Person", bound=Hashable)

# Letters that NFKD does not take apart.
_PLAIN = str.maketrans({"ß": "ss", "ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i"})
# What has no accents is taken at once: a list is filtered by every name with every letter typed.
_MARKS = {code: " " for code in range(128) if not chr(code).isalnum()}


def normalise(name: str) -> str:
    """Lower case, no accents, every mark a single space: "D'Hondt-Çelik" → "d hondt celik"."""
    if name.isascii():
        return " ".join(name.lower().translate(_MARKS).split())
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_PLAIN))
    kept = "".join(
        char if char.isalnum() else " " for char in plain if not unicodedata.combining(char)
    )
    return " ".join(kept.split())


def on_a_list(family_name: str, given_name: str) -> tuple[str, str]:
    """Where somebody stands on every list, screen and paper alike, as key to sort by.

    Word by word, as on the class list of a school (De Smet, De Wolf, Debacker), and neither an
    accent nor an apostrophe sends a name away: 't Jolle stands at T, Łukasik at L.
    """
    return normalise(family_name), normalise(given_name)


def is_similar(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two (family name, given name) pairs can be taken for each other on a list.

    Equal family names and given names that are equal or differ in one letter (Lotte, Lotta).
    """
    if normalise(one[0]) != normalise(other[0]):
        return False
    return _within_one_edit(normalise(one[1]), normalise(other[1]))


def has_namesake(own: tuple[str, str], others: Iterable[tuple[str, str]]) -> bool:
    """Whether one of many can be taken for this one; pairs of family name and given name."""
    family, given = normalise(own[0]), normalise(own[1])
    return any(
        normalise(name[0]) == family and _within_one_edit(given, normalise(name[1]))
        for name in others
    )


def with_namesake(people: Mapping[Person, tuple[str, str]]) -> frozenset[Person]:
    """Who of these can be taken for another one of them; values are (family name, given name)."""
    families: dict[str, list[tuple[Person, str]]] = defaultdict(list)
    for person, (family_name, given_name) in people.items():
        families[normalise(family_name)].append((person, normalise(given_name)))
    return frozenset(
        person
        for family in families.values()
        for person, name in family
        if any(_within_one_edit(name, other) for another, other in family if another != person)
    )


def _within_one_edit(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > 1:
        return False
    if len(one) > len(other):
        one, other = other, one
    for index, char in enumerate(one):
        if char != other[index]:
            rest = other[index + 1 :]
            return one[index + 1 :] == rest or one[index:] == rest
    return True

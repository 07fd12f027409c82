"""Grades of a school in words, from the first nursery class to the seventh of secondary."""

from __future__ import annotations

NURSERY = tuple((f"K{year}", f"{year}e kleuterklas") for year in (1, 2, 3))
PRIMARY = tuple((f"L{year}", f"{year}e leerjaar") for year in range(1, 7))
SECONDARY = tuple((f"S{year}", f"{year}e secundair") for year in range(1, 8))
OTHERS = (("OKAN", "OKAN"), ("BUO", "buitengewoon onderwijs"), ("ALL", "alle leerjaren"))
GRADES = (*NURSERY, *PRIMARY, *SECONDARY, *OTHERS)
_WORDS = dict(GRADES)


def grade_words(grade: str) -> str:
    """3e leerjaar."""
    return _WORDS.get(grade, grade)

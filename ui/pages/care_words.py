"""Words of the care pages that are no sentence: grades by the level of the school."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clbdesk.domain.people import SchoolLevel
from ui.widgets.filtered_list import Option

if TYPE_CHECKING:
    from collections.abc import Sequence

_NURSERY = tuple((f"K{year}", f"{year}e kleuterklas") for year in (1, 2, 3))
_PRIMARY = tuple((f"L{year}", f"{year}e leerjaar") for year in range(1, 7))
_SECONDARY = tuple((f"S{year}", f"{year}e secundair") for year in range(1, 8))
_OTHERS = (("OKAN", "OKAN"), ("BUO", "buitengewoon onderwijs"), ("ALL", "alle leerjaren"))
_WORDS = dict((*_NURSERY, *_PRIMARY, *_SECONDARY, *_OTHERS))


def grade_words(grade: str) -> str:
    """3e leerjaar."""
    return _WORDS.get(grade, grade)


def grades(level: SchoolLevel | None) -> Sequence[Option]:
    """What can be chosen at a school of this level; everything when that is not known."""
    ordinary = {
        SchoolLevel.PRIMARY: (*_PRIMARY, *_NURSERY),
        SchoolLevel.SECONDARY: _SECONDARY,
    }
    every = (*_PRIMARY, *_SECONDARY, *_NURSERY)
    chosen = ordinary.get(level, every) if level else every
    return [Option(code, words) for code, words in (*chosen, *_OTHERS)]

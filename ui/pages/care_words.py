"""Words of the care pages that are no sentence: grades by the level of the school."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clbdesk.domain.grades import NURSERY, OTHERS, PRIMARY, SECONDARY
from clbdesk.domain.people import SchoolLevel
from ui.widgets.filtered_list import Option

if TYPE_CHECKING:
    from collections.abc import Sequence


def grades(level: SchoolLevel | None) -> Sequence[Option]:
    """What can be chosen at a school of this level; everything when that is not known."""
    ordinary = {
        SchoolLevel.PRIMARY: (*PRIMARY, *NURSERY),
        SchoolLevel.SECONDARY: SECONDARY,
    }
    every = (*PRIMARY, *SECONDARY, *NURSERY)
    chosen = ordinary.get(level, every) if level else every
    return [Option(code, words) for code, words in (*chosen, *OTHERS)]

"""Cells and filters of the class list, and the words of a row that the search field looks in."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from clbdesk.domain.names import normalise
from clbdesk.services.progress import PupilState
from clbdesk.wording import label
from ui import format as show
from ui.pages.shown import PUPIL_STATES
from ui.theme import Role, Weight
from ui.widgets.cells import StateCell, TextCell
from ui.widgets.choice_row import Choice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clbdesk.services.class_list import ListRow


# Filters of the rail: word, and the states that are shown; None = by another rule.
TO_DO = "to_do"
EVERYBODY = "everybody"
FILTERS: dict[str, tuple[str, frozenset[PupilState] | None]] = {
    TO_DO: ("Te doen", None),
    EVERYBODY: ("Alle", None),
    "doctor": ("Wacht op arts", frozenset({PupilState.WAITS_FOR_DOCTOR})),
    "absent": ("Afwezig, verzet", frozenset({PupilState.ABSENT, PupilState.OBJECTION})),
    "draft": ("Concept", frozenset({PupilState.DRAFT})),
    "two": ("Twee versies", frozenset({PupilState.TWO_VERSIONS})),
}
SEEN = frozenset({PupilState.DONE, PupilState.WAITS_FOR_DOCTOR})
# States in which nothing more is asked of this visit.
CLOSED = SEEN | {PupilState.ABSENT, PupilState.OBJECTION}


def filter_choices(rows: Sequence[ListRow]) -> tuple[Choice, ...]:
    """The filters of the rail, each with the number of rows that it would show."""
    counts = Counter(row.state for row in rows)
    made = []
    for name, (word, states) in FILTERS.items():
        count = sum(counts[state] for state in states) if states else len(rows)
        if name == TO_DO:
            count = sum(number for state, number in counts.items() if state not in CLOSED)
        made.append(Choice(name, word, count=show.whole(count)))
    return tuple(made)


def state_cell(row: ListRow) -> StateCell:
    """The state of a pupil; semibold where it asks something."""
    look = PUPIL_STATES[row.state]
    asks = look.role is Role.ATTENTION or row.state in {PupilState.BUSY, PupilState.DRAFT}
    return StateCell(look.icon, look.word, look.role, Weight.SEMIBOLD if asks else Weight.REGULAR)


def detail_cell(row: ListRow) -> TextCell:
    """Why absent, when done, who is busy, since when at the end of the queue."""
    text = label(row.reason) if row.reason else ""
    if row.state is PupilState.DONE and row.last_at is not None:
        text = show.hour(row.last_at)
    elif row.state in {PupilState.PARTIAL, PupilState.BUSY}:
        text = row.last_by
    elif row.state is PupilState.LATER and row.queued_at is not None:
        text = show.hour(row.queued_at)
    return TextCell(text, quiet=True, role=Role.SECONDARY)


def searched_words(row: ListRow) -> str:
    """Names, class and birth date, without accents."""
    born = row.birth_date
    return normalise(
        f"{row.family_name} {row.given_name} {row.class_name} {born.day}/{born.month} {born.year}"
    )

"""What the list of Formulieren shows: how each form stands, and how many are still to come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clbdesk.standards.vaccination.consent import ConsentState
from ui import format as show
from ui.pages.vaccination_blocks import CONSENT_LOOKS
from ui.theme import Role, Weight
from ui.widgets.cells import StateCell
from ui.widgets.choice_row import Choice

if TYPE_CHECKING:
    from clbdesk.services.consent_stack import FormRow

OPEN, ALL = "open", "all"


def filters(still: int, every: int) -> tuple[Choice, ...]:
    """Without an answer, or everybody, each with its number."""
    return (
        Choice(OPEN, f"Zonder antwoord {show.whole(still)}"),
        Choice(ALL, f"Alle {show.whole(every)}"),
    )


def form_cell(row: FormRow) -> StateCell:
    """A draft, a doctor who must look, two answers that differ, none, or what was answered."""
    if row.draft is not None:
        return StateCell("pencil", "Concept", Role.ACCENT)
    if row.says_yes:
        return StateCell("stethoscope", "Wacht op arts", Role.ATTENTION, Weight.SEMIBOLD)
    if ConsentState.CONFLICT in row.states:
        return _look(ConsentState.CONFLICT)
    if row.is_unanswered:
        return _look(ConsentState.NONE)
    if len(row.states) == 1:
        return _look(row.states[0])
    return StateCell("check", "Beantwoord", Role.OK)


def _look(state: ConsentState) -> StateCell:
    icon, word, role = CONSENT_LOOKS[state]
    weight = Weight.SEMIBOLD if role in {Role.ATTENTION, Role.ERROR} else Weight.REGULAR
    short = word.removeprefix("Toestemming ")
    return StateCell(icon, short[:1].upper() + short[1:], role, weight)

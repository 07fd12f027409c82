"""How far each step of the guide is, for the list at the left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clbdesk.services.care_missing import missing_in_topic
from clbdesk.services.care_topic import note_of
from clbdesk.standards.care_guide import is_filled, missing_steps, steps_asked
from ui import format as show
from ui.pages.care_topic_guide import GuideLine, StepState

if TYPE_CHECKING:
    from clbdesk.services.care_entry import TopicEntry
    from clbdesk.services.care_topic import TopicView


def guide_lines(
    view: TopicView, entry: TopicEntry, current: int, furthest: int
) -> tuple[GuideLine, ...]:
    """All steps; an optional one that was passed without a word is skipped, not open."""
    note = note_of(view, entry)
    whole = sum(one.is_whole() for one in entry.agreements)
    empty = {one.number for one in missing_steps(note, agreements=whole)}
    half = {one.step for one in missing_in_topic(view, entry)} - empty
    lines = []
    for step in steps_asked(entry):
        filled = step.number not in empty
        if not step.required:
            filled = is_filled(step, note)
        detail = ""
        if step.name == "evaluation" and entry.evaluation_on is not None:
            detail = show.short_day(entry.evaluation_on)
        state = StepState.FILLED if filled else StepState.OPEN
        if step.number in half or (step.number == current and _is_typed(step.name, entry, filled)):
            state = StepState.TYPING
        elif not filled and not step.required and step.number < furthest:
            state = StepState.SKIPPED
        lines.append(GuideLine(step.number, step.label, step.required, state, detail))
    return tuple(lines)


def _is_typed(name: str, entry: TopicEntry, filled: bool) -> bool:
    """The step at hand, once something stands in it that is not only proposed."""
    agreements = any(not one.is_empty() for one in entry.agreements)
    return filled or (name == "agreements" and agreements)

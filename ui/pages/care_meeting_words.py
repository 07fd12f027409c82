"""Sentences of a care meeting that need its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clbdesk.wording import say
from ui import format as show

if TYPE_CHECKING:
    from clbdesk.services.care_meeting import MeetingView


def quiet_words(view: MeetingView, kept_at: str) -> str:
    """Concept 10:42 · De Kring · ma 23 nov, or who saved it when."""
    quiet = [view.school, show.weekday(view.on)]
    if kept_at:
        quiet.insert(0, f"Concept {kept_at}")
    elif view.saved is not None:
        hour = show.hour(view.saved.revision.recorded_at)
        quiet.append(say("care.saved_note", hour=hour, name=view.saved_by))
    return " · ".join(quiet)


def closed_words(view: MeetingView) -> str:
    """Zorgoverleg De Kring afgesloten: 2 besprekingen, 4 nieuwe afspraken."""
    topics = show.counted(len(view.topics), "bespreking", "besprekingen")
    agreements = show.counted(view.new_agreements, "nieuwe afspraak", "nieuwe afspraken")
    return say("care.meeting_closed", school=view.school, topics=topics, agreements=agreements)

"""Words of the care pages: grades by the level of the school, talks that are to be evaluated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clbdesk.domain.grades import NURSERY, OTHERS, PRIMARY, SECONDARY
from clbdesk.domain.people import SchoolLevel
from clbdesk.wording import say
from ui import format as show
from ui.widgets.filtered_list import Option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clbdesk.services.care_topic import TopicView


def due_words(view: TopicView) -> str:
    """Which earlier talks are to be evaluated by the day of this one, with what is still open."""
    found = []
    for one in view.earlier:
        if one.is_due(view.on):
            count = one.open_hypotheses
            key = {0: "due_topic", 1: "due_topic_one"}.get(count, "due_topic_open")
            title, day = one.body.pseudonym, show.short_day(one.on)
            found.append(say(f"care.{key}", title=title, day=day, open=count))
    return say("care.to_evaluate", topics="; ".join(found)) if found else ""


def grades(level: SchoolLevel | None) -> Sequence[Option]:
    """What can be chosen at a school of this level; everything when that is not known."""
    ordinary = {
        SchoolLevel.PRIMARY: (*PRIMARY, *NURSERY),
        SchoolLevel.SECONDARY: SECONDARY,
    }
    every = (*PRIMARY, *SECONDARY, *NURSERY)
    chosen = ordinary.get(level, every) if level else every
    return [Option(code, words) for code, words in (*chosen, *OTHERS)]

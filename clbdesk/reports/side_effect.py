"""A side effect on paper, in the order of the form of the FAGG: typed over at a computer later.

No name of the pupil stands on it: initials, age and sex are what the form asks.
"""

from __future__ import annotations

from dataclasses import dataclass

from clbdesk.reports.paper import Paper, Printed, bind
from clbdesk.wording import say


@dataclass(frozen=True, slots=True)
class SideEffect:
    """One reaction. `facts`: the key of a label and its value, in order; empty values are left out."""

    facts: tuple[tuple[str, str], ...]


def side_effect_paper(effects: tuple[SideEffect, ...], foot: str) -> Printed:
    """A sheet per reaction."""
    title = say("side_effect.title")
    papers = []
    for effect in effects:
        paper = Paper(title, foot=foot)
        paper.heading(title)
        paper.paragraph(say("side_effect.words"), grey=0.3)
        paper.space(8)
        for key, value in effect.facts:
            if value:
                paper.pair(say(f"side_effect.{key}"), value)
        papers.append(paper)
    return bind(papers, title)

"""Uitvoer naar school on paper: the released text, word for word, and nothing beside it."""

from __future__ import annotations

from clbdesk.reports.fonts import Face
from clbdesk.reports.paper import Paper, Printed


def school_paper(text: str, foot: str) -> Printed:
    """The sheets. The first line is the title; the first line of every block is its head."""
    return _filled(text, foot).printed()


def school_pages(text: str, foot: str) -> int:
    """How many sides they have, without making them."""
    return _filled(text, foot).pages


def _filled(text: str, foot: str) -> Paper:
    title, _, rest = text.partition("\n")
    paper = Paper(title, foot=foot)
    paper.heading(title, size=15)
    paper.space(4)
    paper.rule()
    for block in rest.strip("\n").split("\n\n"):
        lines = block.split("\n")
        paper.space(8)
        for place, line in enumerate(lines):
            is_head = place == 0 and len(lines) > 1
            paper.paragraph(line, face=Face.SEMIBOLD if is_head else Face.REGULAR)
    return paper

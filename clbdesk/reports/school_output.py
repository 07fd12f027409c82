"""Uitvoer naar school on paper: the released text, word for word, and nothing beside it.

A text that nearly fits stands closer, so that a list of agreements is one page where it can be read.
"""

from __future__ import annotations

from clbdesk.reports.fonts import Face
from clbdesk.reports.paper import Paper, Printed

# Points of a letter, under a line less than usual, and between blocks; smaller is not read at a table.
_ROOMY, _CLOSER, _CLOSEST = (10.5, 0.0, 8.0), (9.5, 3.0, 6.0), (8.5, 3.4, 5.0)


def school_paper(text: str, foot: str) -> Printed:
    """The sheets. The first line is the title; the first line of every block is its head."""
    return fitted_paper(text, foot).printed()


def school_pages(text: str, foot: str) -> int:
    """How many sides they have, without making them."""
    return fitted_paper(text, foot).pages


def fitted_paper(text: str, foot: str) -> Paper:
    """The roomiest that is one page; what is longer anyway is as roomy as can be."""
    tried = (_filled(text, foot, look) for look in (_ROOMY, _CLOSER, _CLOSEST))
    return next((one for one in tried if one.pages == 1), None) or _filled(text, foot, _ROOMY)


def _filled(text: str, foot: str, look: tuple[float, float, float]) -> Paper:
    size, less, between = look
    title, _, rest = text.partition("\n")
    paper = Paper(title, foot=foot)
    paper.heading(title, size=15)
    paper.space(4)
    paper.rule()
    for block in rest.strip("\n").split("\n\n"):
        lines = block.split("\n")
        paper.space(between)
        for place, line in enumerate(lines):
            is_head = place == 0 and len(lines) > 1
            face = Face.SEMIBOLD if is_head else Face.REGULAR
            paper.paragraph(line, face=face, size=size, is_heading=is_head)
            paper.space(-less)
    return paper

"""The growth charts of a pupil on paper: one a page, the drawing of the screen and its points in words.

A report draws what it is told: which charts and which points is decided in
`services/growth_charts.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reportlab.lib.units import mm

from clbdesk.charts.growth_points import PointTable
from clbdesk.charts.scene import Scene
from clbdesk.reports.fonts import Face
from clbdesk.reports.letters import letterhead
from clbdesk.reports.paper import Paper
from clbdesk.standards.phrases import long_day
from clbdesk.wording import say

_LABELS = 40 * mm
# Day, age, value, what follows from it, who measured.
_SCORED = tuple(each * mm for each in (24, 41, 35, 14, 20, 36))
_MADE = tuple(each * mm for each in (24, 41, 45, 24, 36))  # a velocity has its interval instead


@dataclass(frozen=True, slots=True)
class ChartSheet:
    """One chart. `lines`: whose curves; `sources`: where their numbers come from; `target`: in words."""

    title: str
    lines: str
    sources: tuple[str, ...]
    target: str
    scene: Scene
    tables: tuple[PointTable, ...]


@dataclass(frozen=True, slots=True)
class ChartsOf:
    """Whose charts they are, and who printed them. `at_school`: class and school."""

    centre: str
    name: str
    birth_date: date
    at_school: str
    printed: str


def charts_paper(about: ChartsOf, sheets: Sequence[ChartSheet]) -> Paper:
    """A page for every chart, longer when there are many points; name and birth date on each."""
    born = long_day(about.birth_date)
    paper = Paper(say("growth.charts"), foot=say("letters.foot", name=about.name, day=born))
    for sheet in sheets:
        paper.new_page()
        letterhead(paper, about.centre)
        paper.heading(sheet.title, size=15)
        paper.pair(say("letters.name"), about.name, at=_LABELS)
        paper.pair(say("letters.birth"), born, at=_LABELS)
        for label, words in (
            ("letters.school", about.at_school),
            ("growth.charts_lines", sheet.lines),
            ("growth.charts_target", sheet.target),
            ("growth.charts_printed", about.printed),
        ):
            if words:
                paper.pair(say(label), words, at=_LABELS, face=Face.REGULAR)
        paper.space(10)
        paper.scene(sheet.scene)
        paper.space(2)
        paper.paragraph(say("growth.charts_marks"), size=8.5, grey=0.3)
        for source in sheet.sources:
            words = f"{say('growth.charts_source')}: {source}"
            paper.paragraph(words, size=8.5, grey=0.3)
        for number, one in enumerate(sheet.tables):
            paper.space(6)
            if number == 0:
                paper.heading(say("growth.charts_measured"), size=12)
            widths = _SCORED if len(one.heads) == len(_SCORED) else _MADE
            paper.table(one.heads, one.rows, widths, numbers=False)
    return paper

"""The signal report of a school on paper: counts as bars and in a table, and the words beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clbdesk.charts.signal_chart import signal_chart, trend_chart
from clbdesk.domain.school_signal import SignalReport
from clbdesk.reports.fonts import Face
from clbdesk.reports.paper import INNER, Paper, Printed
from clbdesk.wording import label, say


@dataclass(frozen=True, slots=True)
class PaperText:
    """The words of the report. `by`: who wrote and who read them."""

    school: str
    period: str
    narrative: str
    by: str
    foot: str


def report_pages(report: SignalReport, trend: Sequence[SignalReport], words: PaperText) -> Printed:
    """The sheets; `trend`: the reports of this school up to this one, oldest first."""
    title = say("signal_report.title")
    paper = Paper(f"{title} {words.school}", foot=words.foot)
    paper.heading(f"{title} · {words.school}", size=15)
    paper.paragraph(words.period, grey=0.35)
    paper.space(4)
    paper.rule()
    paper.space(8)
    paper.paragraph(words.narrative)
    paper.space(8)
    paper.paragraph(total_words(report), Face.SEMIBOLD)
    paper.scene(signal_chart(report))
    if len(trend) > 1:
        paper.space(8)
        paper.scene(trend_chart(trend))
    paper.space(8)
    rows = []
    hidden = say("signal_report.hidden")
    for one in report.domains:
        rows.append((label(one.domain), hidden if one.total is None else str(one.total)))
        rows += [
            (f"– {theme.theme}", hidden if theme.count is None else str(theme.count))
            for theme in one.themes
        ]
    if rows:
        heads = (say("signal_report.head_theme"), say("signal_report.head_count"))
        paper.table(heads, rows, (INNER - 120, 120))
    paper.space(8)
    paper.paragraph(least_words(report), size=9, grey=0.35)
    if rows:
        paper.paragraph(say("signal_report.domains"), size=9, grey=0.35)
    paper.paragraph(words.by, size=9, grey=0.35)
    return paper.printed()


def total_words(report: SignalReport) -> str:
    """Totaal: 31 signalen."""
    if report.total is None:
        return say("signal_report.total_hidden")
    return say("signal_report.total", count=report.total)


def least_words(report: SignalReport) -> str:
    """From which count on something is shown."""
    return say("signal_report.least", least=report.least, sensitive=report.least_sensitive)

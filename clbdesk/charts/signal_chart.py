"""The counts of a signal report as bars per theme, and the totals of its halves beside each other.

A count that is not shown is a dashed box with words, never a short bar: its length says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from clbdesk.charts.scene import (
    PX,
    Anchor,
    ColourRole,
    Item,
    Line,
    Polygon,
    Scene,
    Text,
    Weight,
    baseline,
)
from clbdesk.domain.school_signal import SignalReport
from clbdesk.wording import label, say

_WIDTH = 640 * PX
_LEFT, _RIGHT = 220 * PX, 580 * PX
_ROW, _BAR = 26 * PX, 14 * PX
_BOX = 96 * PX  # the box of a hidden count, whatever the count is
_DASH = (3 * PX, 3 * PX)
_TREND_HEIGHT, _TREND_TOP = 160 * PX, 46 * PX


def signal_chart(report: SignalReport) -> Scene:
    """Bars per theme under their domain, longest = the highest count that is shown."""
    shown = [
        count
        for one in report.domains
        for count in (one.total, *(theme.count for theme in one.themes))
        if count is not None
    ]
    highest = max(shown, default=1)
    items: list[Item] = []
    y = 8 * PX
    for one in report.domains:
        items += _row(y, label(one.domain), one.total, highest, is_domain=True)
        y += _ROW
        for theme in one.themes:
            items += _row(y, theme.theme, theme.count, highest, is_domain=False)
            y += _ROW
        y += 8 * PX
    if not report.domains:
        items.append(Text(0, baseline(y + _ROW / 2, 10), say("signal_report.chart_empty")))
        y += _ROW
    return Scene(_WIDTH, y, tuple(items), _described(report))


def trend_chart(reports: Sequence[SignalReport]) -> Scene:
    """The totals of the halves of one school, the oldest at the left; a gap where none is shown."""
    shown = [one.total for one in reports if one.total is not None]
    highest = max(shown, default=1)
    step = (_RIGHT - 40 * PX) / max(len(reports), 1)
    bottom = _TREND_HEIGHT - 30 * PX
    items: list[Item] = [
        Text(0, baseline(10 * PX, 10), say("signal_report.trend"), weight=Weight.SEMIBOLD),
        Line(((0, bottom), (_RIGHT, bottom)), ColourRole.LINE),
    ]
    for place, one in enumerate(reports):
        left = 20 * PX + place * step
        right = left + min(step * 0.6, 60 * PX)
        middle = (left + right) / 2
        half = say("signal_report.half", year=one.first.year, month=one.first.month)
        items.append(_quiet(middle, bottom + 16 * PX, half))
        if one.total is None:
            items.append(_box(left, bottom - _BAR * 2, right, bottom))
            items.append(_quiet(middle, bottom - _BAR * 2 - 10 * PX, say("signal_report.hidden")))
            continue
        top = bottom - one.total / highest * (bottom - _TREND_TOP)
        items.append(_area(left, top, right, bottom))
        items.append(
            Text(middle, baseline(top - 10 * PX, 10), str(one.total), anchor=Anchor.MIDDLE)
        )
    words = ", ".join(
        f"{one.first:%m/%Y} {say('signal_report.hidden') if one.total is None else one.total}"
        for one in reports
    )
    return Scene(_WIDTH, _TREND_HEIGHT, tuple(items), f"{say('signal_report.trend')}: {words}.")


def _row(y: float, name: str, count: int | None, highest: int, *, is_domain: bool) -> list[Item]:
    weight = Weight.SEMIBOLD if is_domain else Weight.REGULAR
    middle = y + _ROW / 2
    indent = 0 if is_domain else 12 * PX
    found: list[Item] = [Text(indent, baseline(middle, 10), name, weight=weight)]
    top, bottom = middle - _BAR / 2, middle + _BAR / 2
    if count is None:
        found.append(_box(_LEFT, top, _LEFT + _BOX, bottom))
        words = say("signal_report.hidden")
        x = _LEFT + _BOX + 8 * PX
        found.append(Text(x, baseline(middle, 9.5), words, 9.5, role=ColourRole.SECONDARY))
        return found
    end = _LEFT + count / highest * (_RIGHT - _LEFT)
    found.append(_area(_LEFT, top, end, bottom, faint=not is_domain))
    found.append(Text(end + 8 * PX, baseline(middle, 10), str(count), weight=weight))
    return found


def _area(left: float, top: float, right: float, bottom: float, *, faint: bool = False) -> Polygon:
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    return Polygon(corners, ColourRole.ACCENT, 0.5 if faint else 1.0)


def _box(left: float, top: float, right: float, bottom: float) -> Line:
    corners = ((left, top), (right, top), (right, bottom), (left, bottom), (left, top))
    return Line(corners, ColourRole.SECONDARY, dash=_DASH)


def _quiet(x: float, middle: float, text: str) -> Text:
    y = baseline(middle, 9.5)
    return Text(x, y, text, 9.5, Anchor.MIDDLE, role=ColourRole.SECONDARY)


def _described(report: SignalReport) -> str:
    """The same in words, for who cannot see it."""
    hidden = say("signal_report.hidden")
    parts = []
    for one in report.domains:
        themes = ", ".join(
            f"{theme.theme} {hidden if theme.count is None else theme.count}"
            for theme in one.themes
        )
        total = hidden if one.total is None else one.total
        told = f": {themes}" if themes else ""
        parts.append(f"{label(one.domain)} {total}{told}")
    return ". ".join(parts) or say("signal_report.chart_empty")

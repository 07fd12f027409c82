"""The bars of a signal report: a count that is not shown has a box whose length says nothing."""

from __future__ import annotations

from datetime import date

from clbdesk.charts.scene import Line, Polygon, Text
from clbdesk.charts.signal_chart import signal_chart, trend_chart
from clbdesk.domain.care import CareDomain
from clbdesk.domain.school_signal import ReportDomain, ReportTheme, SignalReport
from clbdesk.ids import SchoolId


def report(
    *counts: int | None, total: int | None = None, first: date = date(2026, 9, 1)
) -> SignalReport:
    themes = tuple(
        ReportTheme(theme=f"thema {place}", count=count) for place, count in enumerate(counts)
    )
    domains = (ReportDomain(domain=CareDomain.HEALTH, total=total, themes=themes),)
    return SignalReport(
        school_id=SchoolId("school-1"),
        first=first,
        last=date(first.year + 1, 1, 31),
        least=5,
        least_sensitive=10,
        total=total,
        domains=domains if counts else (),
    )


def widths(items: tuple[object, ...], shape: type[Polygon | Line]) -> list[float]:
    found = [one for one in items if isinstance(one, shape)]
    return [
        round(max(x for x, _ in one.points) - min(x for x, _ in one.points), 3) for one in found
    ]


def words(items: tuple[object, ...]) -> list[str]:
    return [one.text for one in items if isinstance(one, Text)]


def test_bars_are_as_long_as_their_counts() -> None:
    scene = signal_chart(report(10, 20, total=30))
    whole, short, long = widths(scene.items, Polygon)
    assert round(long / short, 2) == 2
    assert round(whole / short, 2) == 3
    assert {"10", "20", "30", "thema 0"} <= set(words(scene.items))


def test_hidden_counts_all_have_the_same_box_and_no_number() -> None:
    boxes = widths(signal_chart(report(None, None, 9, total=None)).items, Line)
    assert len(boxes) == 3
    assert len(set(boxes)) == 1
    scene = signal_chart(report(None, 9, total=None))
    assert words(scene.items).count("niet getoond") == 2
    assert "niet getoond" in scene.description


def test_a_half_without_signals_says_so() -> None:
    assert words(signal_chart(report()).items) == ["Geen signalen in dit half schooljaar."]


def test_the_trend_leaves_a_gap_where_nothing_is_shown() -> None:
    halves = [report(6, total=6), report(7, total=None, first=date(2027, 9, 1))]
    scene = trend_chart(halves)
    assert len(widths(scene.items, Polygon)) == 1
    assert "niet getoond" in words(scene.items)
    assert "09/2026 6, 09/2027 niet getoond" in scene.description

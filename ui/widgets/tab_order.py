"""Tab goes through a page as it is laid out, also after rows were made anew.

Qt goes in the order in which widgets were made: a row that came later would stand after the footer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractScrollArea, QLayout, QScrollArea, QWidget

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def tab_stops(within: QWidget) -> Iterator[QWidget]:
    """What Tab can reach in a widget, in the order of its layouts; then what is in no layout."""
    if within.focusPolicy() & Qt.FocusPolicy.TabFocus and within.focusProxy() is None:
        yield within
    seen: set[QWidget] = set()
    inner = within.widget() if isinstance(within, QScrollArea) else None
    if inner is not None:
        parts = [inner]
    elif isinstance(within, QAbstractScrollArea):
        parts = []  # a list or a text is one stop
    else:
        layout = within.layout()
        loose = within.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        laid_out = [] if layout is None else list(_widgets(layout, loose))
        parts = [*laid_out, *loose]
    for part in parts:
        if part not in seen and not part.isWindow():
            seen.add(part)
            yield from tab_stops(part)


def after(
    stops: Sequence[QWidget], focus: QWidget | None, *, forward: bool = True
) -> list[QWidget]:
    """The stops from the focus on, the nearest first, round to the focus itself."""
    holding = [
        place
        for place, one in enumerate(stops)
        if focus is not None and (one is focus or one.isAncestorOf(focus))
    ]
    if not holding:
        return list(stops) if forward else list(reversed(stops))
    here = holding[-1]  # a stop comes before those within it
    ring = [*stops[here + 1 :], *stops[: here + 1]]
    return ring if forward else [*reversed(ring[:-1]), ring[-1]]


def _widgets(layout: QLayout, candidates: Sequence[QWidget]) -> Iterator[QWidget]:
    """The candidates that stand in a layout and in those within it, in order.

    Never `itemAt`: Python would hold on to an item after the layout has deleted it, and the next one
    at that address would be taken for it.
    """
    places: dict[int, QWidget | QLayout] = {layout.indexOf(one): one for one in candidates}
    for child in layout.children():
        if isinstance(child, QLayout):
            places[layout.indexOf(child)] = child
    places.pop(-1, None)  # stands elsewhere
    for _, one in sorted(places.items()):
        if isinstance(one, QLayout):
            yield from _widgets(one, candidates)
        else:
            yield one

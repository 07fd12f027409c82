"""Tab goes through a page as it is laid out, also after rows were made anew.

Qt goes in the order in which widgets were made: a row that came later would stand after the footer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractScrollArea, QScrollArea, QWidget

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PySide6.QtWidgets import QLayout


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
        laid_out = [] if layout is None else list(_widgets(layout))
        loose = within.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        parts = [*laid_out, *loose]
    for part in parts:
        if part not in seen and not part.isWindow():
            seen.add(part)
            yield from tab_stops(part)


def after(
    stops: Sequence[QWidget], focus: QWidget | None, *, forward: bool = True
) -> list[QWidget]:
    """The stops from the focus on, the nearest first, round to the focus itself."""
    here = next(
        (
            place
            for place, one in enumerate(stops)
            if focus is not None and (one is focus or one.isAncestorOf(focus))
        ),
        None,
    )
    if here is None:
        return list(stops) if forward else list(reversed(stops))
    ring = [*stops[here + 1 :], *stops[: here + 1]]
    return ring if forward else [*reversed(ring[:-1]), ring[-1]]


def _widgets(layout: QLayout) -> Iterator[QWidget]:
    for index in range(layout.count()):
        item = layout.itemAt(index)
        inner = item.layout() if item is not None else None
        widget = item.widget() if item is not None else None
        if widget is not None:
            yield widget
        elif inner is not None:
            yield from _widgets(inner)

"""What is looked at on every page: nothing cut off, nothing outside, every control named."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
    QHeaderView,
    QLabel,
    QScrollBar,
    QWidget,
)

from ui import theme
from ui.actions import KEYS, hint
from ui.widgets.button import Button, Link


def pieces(page: QWidget) -> list[QWidget]:
    """Everything that shows text or can be used."""
    return [
        widget
        for widget in page.findChildren(QWidget)
        if widget.isVisibleTo(page)
        and not isinstance(widget, QScrollBar | QHeaderView)
        and widget.metaObject().className() != "_Ring"
    ]


def too_small(page: QWidget) -> list[str]:
    found = []
    for widget in pieces(page):
        needed = (
            widget.sizeHint()
            if isinstance(widget, QLabel) and not widget.wordWrap()
            else widget.minimumSizeHint()
        )
        if isinstance(widget, QLabel) and widget.wordWrap():
            needed.setHeight(widget.heightForWidth(widget.width()))
        if isinstance(
            widget, Link
        ):  # in a dense row; a target of 24 px can still be hit (WCAG 2.2)
            needed.setHeight(min(needed.height(), theme.px(24)))
        if widget.width() < needed.width() or widget.height() < needed.height():
            text = getattr(widget, "text", str)
            found.append(
                f"{type(widget).__name__} {text() if callable(text) else ''!r} {widget.size()} < {needed}"
            )
    return found


def outside(page: QWidget) -> list[str]:
    """What sticks out of its parent; below the edge of a scrolling body is no fault."""
    found = []
    for widget in pieces(page):
        parent = widget.parentWidget()
        scrolls = isinstance(parent.parentWidget(), QAbstractScrollArea)
        if scrolls or isinstance(parent, QAbstractScrollArea):
            continue
        if not parent.rect().contains(QRect(widget.pos(), widget.size())):
            found.append(
                f"{type(widget).__name__} {widget.geometry()} in {type(parent).__name__} {parent.rect()}"
            )
    return found


def nameless(page: QWidget) -> list[str]:
    """Controls that can have the focus and that a screen reader cannot name."""
    return [
        f"{type(widget).__name__} {widget.geometry()}"
        for widget in pieces(page)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not widget.accessibleName()
    ]


def dead_keys(page: QWidget, window: QWidget) -> list[str]:
    """Buttons that show a key of the table which nobody listens to now."""
    shown = {hint(key): key for key in KEYS}
    parts = [window, page, *(part for part in pieces(page))]
    bound = {action.text() for part in parts for action in part.actions() if action.isEnabled()}
    return [
        f"{button.text()} {button.accessibleDescription()}"
        for button in pieces(page)
        if isinstance(button, Button)
        and button.isEnabled()
        and (key := shown.get(button.accessibleDescription())) is not None
        and KEYS[key].text not in bound
    ]


def turn_wheel(widget: QWidget) -> None:
    """One notch of the wheel over the middle of a control."""
    middle = QPointF(widget.rect().center())
    event = QWheelEvent(
        middle,
        QPointF(widget.mapToGlobal(widget.rect().center())),
        QPoint(0, 0),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)

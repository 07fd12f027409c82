"""The rail at the left of a class list: search, class, post, filter and order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from ui import theme
from ui.theme import Role, Size, Weight
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.label import Label

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtGui import QKeyEvent

_WIDTH = 264
_POSTS = (
    Choice("all", "Alles", "l"),
    Choice("growth", "Groei", "g"),
    Choice("vision", "Zicht", "z"),
    Choice("hearing", "Gehoor", "h"),
    Choice("vaccination", "Vaccinatie", "v"),
)


class ClassRail(QScrollArea):
    """`changed()`: another class, filter, order or search; `post_changed()`: another post.

    Scrolls by itself where a window is too low for it.
    """

    changed = Signal()
    post_changed = Signal()

    def __init__(self, post: str) -> None:
        """`post`: the name of a step, or "all"."""
        super().__init__()
        self.search = QLineEdit()
        self.search.setAccessibleName("Zoek in de lijst")
        self.search.setPlaceholderText("Zoek in de lijst")
        self.search.setMinimumHeight(40)
        self.classes = ChoiceRow("Klas", (), columns=3, height=32, padding=10)
        self.post = ChoiceRow("Mijn post", _POSTS, columns=2, height=32)
        self.post.set_value(post)
        self.shown = ChoiceRow("Toon", (), columns=1, height=32)
        self.order = ChoiceRow(
            "Volgorde",
            (Choice("class", "Klas", "k"), Choice("queue", "Rij", "r")),
            columns=2,
            height=32,
        )
        self.order.set_value("class")
        self._heads = {
            row: Label(row.name, Size.QUIET, weight=Weight.SEMIBOLD, role=Role.SECONDARY)
            for row in (self.classes, self.post, self.shown, self.order)
        }
        self._legend = Label("", Size.QUIET, role=Role.SECONDARY, wrap=True)
        self._place()
        self.search.textChanged.connect(self.changed)
        for row in (self.classes, self.shown, self.order):
            row.edited.connect(self.changed)
        self.post.edited.connect(self.post_changed)

    def _place(self) -> None:
        content = QWidget()
        self._column = column = QVBoxLayout(content)
        column.setContentsMargins(16, 16, 16, 8)
        column.setSpacing(4)
        column.addWidget(self.search)
        for row, head in self._heads.items():
            column.addWidget(head)
            column.addWidget(row)
        column.addStretch(1)
        column.addWidget(self._legend)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(content)
        self._measure()
        theme.signals().changed.connect(self._measure)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows in the search field are meant for the list, not for scrolling the rail."""
        event.ignore()

    def _measure(self) -> None:
        self.setFixedWidth(theme.px(_WIDTH))

    def add(self, widget: QWidget) -> None:
        """Something more of this list, below what narrows it."""
        self._column.insertWidget(self._column.indexOf(self._legend) - 1, widget)

    def show_row(self, row: ChoiceRow, *, on: bool) -> None:
        """A row with its head, or neither."""
        row.setVisible(on)
        self._heads[row].setVisible(on)

    def show_classes(self, names: Iterable[str]) -> None:
        """The classes of the visit; hidden when there is only one."""
        choices = tuple(Choice(name, name) for name in names)
        self.classes.set_choices(choices)
        self.show_row(self.classes, on=len(choices) > 1)

    def show_legend(self, steps: Iterable[tuple[int, str]]) -> None:
        """What the numbers of the steps mean; words never break over a line."""
        self._legend.setText(
            "   ".join(f"{number}\N{NO-BREAK SPACE}{word}" for number, word in sorted(steps))
        )

"""One line per judgement: icon, word, sentence with the numbers used, quietly its source.

A rule that waits for the doctor's signature carries a chip; an empty rule is secondary throughout
with the question icon, and never says "in orde". In a low window the quiet ones stand together in
one line that names them, so that the fields above keep their room.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clbdesk.wording import say
from ui import theme
from ui.theme import Role, Size, Weight
from ui.widgets import paint
from ui.widgets.button import Link
from ui.widgets.label import Chip, IconWord, Label, Rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent

TO_CONFIRM = "te bevestigen"


@dataclass(frozen=True, slots=True)
class RuleLine:
    """What one line says. `role` colours the icon; `link` adds a link such as "Waarom?".

    `is_grave`: it never gives up its line to another.
    """

    head: str
    sentence: str
    source: str
    icon: str = "check"
    role: Role = Role.OK
    to_confirm: bool = False
    is_empty: bool = False
    link: str = ""
    is_grave: bool = False

    @property
    def calm(self) -> int:
        """0 for what is grave or can be followed, 1 for what asks something, 2 for the rest."""
        if self.link or self.is_grave:
            return 0
        return 1 if self.role in {Role.ATTENTION, Role.ERROR} and not self.is_empty else 2


class RuleLines(QWidget):
    """The card of rule lines above the footer; hidden when there are none.

    `link_followed(index)` comes from the link of a line.
    """

    link_followed = Signal(int)

    def __init__(self) -> None:
        """Hidden until `show_lines`."""
        super().__init__()
        self._lines: tuple[RuleLine, ...] = ()
        self._most = 0
        self._is_open = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 2, 16, 2)
        self._column.setSpacing(0)
        self.setAccessibleName("Voorstellen van het programma")
        theme.signals().changed.connect(self._draw)
        self.hide()

    def lines(self) -> tuple[RuleLine, ...]:
        """What is shown."""
        return self._lines

    def show_lines(self, lines: Sequence[RuleLine]) -> None:
        """Show these lines in this order; unchanged lines are not drawn anew."""
        if tuple(lines) != self._lines:
            self._lines = tuple(lines)
            self._is_open = self._is_open and bool(lines)
            self._draw()

    def set_most(self, most: int) -> None:
        """How many lines stand there at most before somebody asks for all; 0 = as many as come."""
        if most != self._most:
            self._most = most
            self._draw()

    def _kept(self) -> list[int]:
        """The lines that have room of their own: those that ask something, then the first others."""
        count = len(self._lines)
        if self._is_open or not self._most or count <= self._most:
            return list(range(count))
        by_weight = sorted(range(count), key=lambda index: self._lines[index].calm)
        return sorted(by_weight[: self._most - 1])

    def paintEvent(self, event: QPaintEvent) -> None:
        """The card."""
        del event
        box = QRectF(self.rect())
        radius = paint.RADIUS_CARD
        paint.frame(QPainter(self), box, ground=Role.SURFACE, border=Role.LINE, radius=radius)

    def _draw(self) -> None:
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        kept = self._kept()
        for index in kept:
            if index != kept[0]:
                self._column.addWidget(Rule(Role.LINE_FAINT))
            self._column.addWidget(self._made(index, self._lines[index]))
        if self._most and len(self._lines) > self._most:
            self._column.addWidget(Rule(Role.LINE_FAINT))
            rest = [one for index, one in enumerate(self._lines) if index not in kept]
            self._column.addWidget(self._more(rest))
        self.setVisible(bool(self._lines))

    def _more(self, rest: Sequence[RuleLine]) -> QWidget:
        """The heads of what has no line of its own, and the way to it."""
        made = QWidget()
        made.setMinimumHeight(theme.px(28))
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        heads = ", ".join(dict.fromkeys(line.head for line in rest))
        words = say("rules.more", count=len(rest), heads=heads) if rest else ""
        asks = any(line.calm < 2 for line in rest)
        row.addWidget(Label(words, role=Role.ATTENTION if asks else Role.SECONDARY, wrap=True), 1)
        link = Link("Alles tonen" if rest else "Minder tonen", about="Voorstellen")
        link.clicked.connect(self._turn)
        row.addWidget(link)
        self._turned = link
        made.setAccessibleName(words)
        return made

    def _turn(self) -> None:
        """All of them, or the few again; the focus stays on the link that does it."""
        self._is_open = not self._is_open
        self._draw()
        self._turned.setFocus(Qt.FocusReason.OtherFocusReason)

    def _made(self, index: int, line: RuleLine) -> QWidget:
        made = QWidget()
        made.setMinimumHeight(theme.px(28))
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        icon, role = ("help", Role.SECONDARY) if line.is_empty else (line.icon, line.role)
        words = Role.SECONDARY if line.is_empty else Role.TEXT
        centre = Qt.AlignmentFlag.AlignVCenter
        head = IconWord(icon, line.head, role, weight=Weight.SEMIBOLD, word_role=words)
        row.addWidget(head, 0, centre)
        row.addSpacing(12)
        row.addWidget(Label(line.sentence, role=words, wrap=True), 1, centre)
        row.addSpacing(12)
        if line.to_confirm:
            row.addWidget(Chip(TO_CONFIRM, Role.ATTENTION, "signature", outline=True), 0, centre)
            row.addSpacing(12)
        row.addWidget(Label(line.source, Size.QUIET, role=Role.SECONDARY), 0, centre)
        if line.link:
            link = Link(line.link, about=line.head)
            link.clicked.connect(lambda _=False: self.link_followed.emit(index))
            row.addSpacing(12)
            row.addWidget(link, 0, centre)
        made.setAccessibleName(f"{line.head}: {line.sentence}")
        return made

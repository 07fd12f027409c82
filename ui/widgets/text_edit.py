"""Plain text of one or more lines: a counter from 80 % of the limit, Tab leaves.

Enter is a line break in a field of several lines; in one line it goes to the next field. Words
can be marked (names of pupils in a note); typed text is never rewritten. The rest of a known
sentence stands in grey behind the cursor and is taken over by the arrow to the right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QTextCursor, QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy

from clbdesk.wording import say
from ui import theme
from ui.theme import Role, Size
from ui.widgets import paint
from ui.widgets.typed_ahead import meant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QMimeData, QRect
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QPaintEvent, QResizeEvent, QWheelEvent

_COUNT_FROM = 0.8
_ASIDE = 10  # padding and margin of the text at its sides, less what a line has


class TextEdit(QPlainTextEdit):
    """A text field of `lines` lines and at most `limit` characters; longer text cannot be saved."""

    edited = Signal()
    left = Signal()
    taken_over = Signal(str)

    def __init__(
        self,
        name: str,
        *,
        limit: int,
        lines: int = 1,
        required: bool = False,
        placeholder: str = "",
    ) -> None:
        """One line is 40 px high, as every other field."""
        super().__init__()
        self.name, self.limit, self.required = name, limit, required
        self._lines = lines
        self._silent = False
        self._marks: tuple[tuple[int, int], ...] = ()
        self._mark_role = Role.ATTENTION
        self._known: tuple[str, ...] = ()
        self.setAccessibleName(name)
        self._hint = placeholder
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.textChanged.connect(self._on_text)
        self.set_lines(lines)
        theme.signals().changed.connect(self._measure)

    def set_lines(self, lines: int) -> None:
        """Another height, as for a row that opens or closes."""
        self._lines = lines
        self._arrange()

    def setReadOnly(self, ro: bool) -> None:
        """What is recorded stands as text: whole, in as many lines as it has; nothing is a dash."""
        super().setReadOnly(ro)
        aside = -_ASIDE if ro else 0  # the padding of a box that is not drawn now
        self.setViewportMargins(aside, 0, aside, 0)
        self.setPlaceholderText("–" if ro else self._hint)
        self._arrange()

    def _arrange(self) -> None:
        one = self._lines == 1 and not self.isReadOnly()
        bars, wrap = Qt.ScrollBarPolicy, QTextOption.WrapMode
        whole = one or self.isReadOnly()
        self.setVerticalScrollBarPolicy(
            bars.ScrollBarAlwaysOff if whole else bars.ScrollBarAsNeeded
        )
        self.setWordWrapMode(wrap.NoWrap if one else wrap.WrapAtWordBoundaryOrAnywhere)
        self._measure()

    def value(self) -> str:
        """The text without spaces around it."""
        return self.toPlainText().strip()

    def set_value(self, value: str) -> None:
        """Show a text from a draft, without telling anybody."""
        self._silent = True
        self.setPlainText(value)
        self._silent = False

    def is_open(self) -> bool:
        """Nothing stands in it yet."""
        return not self.value()

    def problem(self) -> str:
        """The refusal of a text that is too long."""
        over = len(self.value()) - self.limit
        if over <= 0:
            return ""
        letters = "1 teken" if over == 1 else f"{over} tekens"
        return f"{self.name}: {letters} te lang. Hoogstens {self.limit} kan."

    def set_marks(self, ranges: Sequence[tuple[int, int]], role: Role = Role.ATTENTION) -> None:
        """Underline (start, length) ranges with dashes; they go when the text changes."""
        self._marks, self._mark_role = tuple(ranges), role
        self.viewport().update()

    def marked(self) -> list[str]:
        """The words that are underlined."""
        text = self.toPlainText()
        return [text[start : start + length] for start, length in self._marks]

    def set_known(self, known: Sequence[str]) -> None:
        """Sentences or names that may be meant; the first that fits is offered."""
        self._known = tuple(known)

    def offered(self) -> str:
        """What the arrow to the right would add; only at the end of what is typed."""
        found = self._meant()
        return found[1][len(self.toPlainText()) - found[0] :] if found else ""

    def _meant(self) -> tuple[int, str] | None:
        is_end = self.textCursor().atEnd()
        if not self._known or self.isReadOnly() or not self.hasFocus() or not is_end:
            return None
        return meant(self.toPlainText(), self._known)

    def minimumSizeHint(self) -> QSize:
        """The width of a few words."""
        return QSize(theme.px(88), self.minimumHeight())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """In one line, Enter belongs to the page; with Ctrl it always does."""
        is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        with_control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if is_enter and (self._lines == 1 or with_control):
            event.ignore()
            return
        if event.key() == Qt.Key.Key_Right and not event.modifiers() and (found := self._meant()):
            self._take_over(*found)
            return
        super().keyPressEvent(event)

    def _take_over(self, begin: int, whole: str) -> None:
        """As it is known, capitals and all; undone by itself."""
        cursor = self.textCursor()
        cursor.beginEditBlock()
        cursor.setPosition(begin)
        cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(whole)
        cursor.endEditBlock()
        self.setTextCursor(cursor)
        self.taken_over.emit(self.value())

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Pasted text is plain; in one line its breaks become spaces."""
        text = source.text()
        self.insertPlainText(" ".join(text.split()) if self._lines == 1 else text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Text that only tells has other lines in another width."""
        super().resizeEvent(event)
        if self.isReadOnly() and event.size().width() != event.oldSize().width():
            self._measure()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The form may judge."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the text only when there is more of it; else the page."""
        if self.verticalScrollBar().maximum() > 0 and self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The text, and the counter in the lower right corner when it nears the limit."""
        super().paintEvent(event)
        self._paint_marks(QPainter(self.viewport()))
        self._paint_offered(QPainter(self.viewport()))
        length = len(self.value())
        if length < self.limit * _COUNT_FROM:
            return
        painter = QPainter(self.viewport())
        words = f"{length} van {self.limit}"
        font = theme.font(Size.SMALL)
        width = round(paint.width_of(words, font)) + 8
        height = theme.px(18)
        box = self.viewport().rect()
        corner = box.adjusted(box.width() - width, box.height() - height, 0, 0)
        self._paint_counter(painter, corner, words)

    def _paint_counter(self, painter: QPainter, corner: QRect, words: str) -> None:
        painter.fillRect(corner, theme.colour(Role.SURFACE))
        role = Role.ERROR if self.problem() else Role.SECONDARY
        align = Qt.AlignmentFlag.AlignRight
        paint.text(painter, corner.toRectF(), words, theme.font(Size.SMALL), role, align)

    def _paint_offered(self, painter: QPainter) -> None:
        """As much as fits on the line, quieter than what is typed."""
        rest = self.offered()
        if not rest:
            return
        here = self.cursorRect()
        box = QRectF(here.right(), here.top(), 0, here.height())
        box.setRight(self.viewport().width() - theme.px(4))
        metrics = QFontMetricsF(self.font())
        words = metrics.elidedText(rest, Qt.TextElideMode.ElideRight, box.width())
        painter.setFont(self.font())
        painter.setPen(theme.colour(Role.SECONDARY))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)

    def _paint_marks(self, painter: QPainter) -> None:
        """By hand: the plain text edit of Qt 6.12 leaves out underlines of extra selections."""
        pen = QPen(theme.colour(self._mark_role), 2, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([2, 1])
        painter.setPen(pen)
        cursor = QTextCursor(self.document())
        for start, length in self._marks:
            for place in range(start, start + length):
                cursor.setPosition(place)
                here = self.cursorRect(cursor)
                cursor.setPosition(place + 1)
                following = self.cursorRect(cursor)
                if following.top() == here.top():
                    y = here.bottom()
                    painter.drawLine(here.center().x(), y, following.center().x(), y)

    def _on_text(self) -> None:
        self._marks = ()
        self.viewport().update()
        if self.isReadOnly():
            self._measure()
        rest = self.offered()
        self.setAccessibleDescription(say("care.offered", rest=rest) if rest else "")
        if not self._silent:
            self.edited.emit()

    def _measure(self) -> None:
        self.setFont(theme.font())
        line = QFontMetricsF(theme.font()).lineSpacing()
        margin = self.document().documentMargin()
        around = 2 * (margin + 7)
        lines = self._lines
        if self.isReadOnly():
            lines = max(1, round(self.document().size().height()))  # counted in lines by Qt
        self.setFixedHeight(max(theme.px(40), round(lines * line + around)))

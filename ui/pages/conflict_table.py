"""Two versions beside each other and what came before: one control, chosen by keys or clicks.

↑ and ↓ walk the fields that can be chosen, ← and → choose for one field, L and R for all. What
differs stands first, with the sign ≠ and in bold; colour never says it alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from clbdesk.services.versions import Side
from clbdesk.wording import label
from ui import format as show
from ui import icons, theme
from ui.pages.conflict_values import shown
from ui.theme import Role, Size, Weight
from ui.widgets import paint

if TYPE_CHECKING:
    from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent

    from clbdesk.services.conflict_view import QuestionView, Row, VersionView
    from clbdesk.services.versions import Path

_HEAD, _ROW, _INDENT = 80, 41, 44
_NAMES, _COLUMN, _GAP, _PREVIOUS = 184, 372, 16, 200


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where the columns stand: left edges and widths in pixels."""

    left: float
    right: float
    width: float
    previous: float
    previous_width: float


class ConflictTable(QWidget):
    """`changed()`: another choice. `asked(letter)`: B or Z, which the page knows."""

    changed = Signal()
    asked = Signal(str)

    def __init__(self) -> None:
        """Empty."""
        super().__init__()
        self.name = "Twee versies"
        self._view: QuestionView | None = None
        self._sides: dict[Path, Side] = {}
        self._whole: Side | None = None
        self._own: dict[Path, object] = {}
        self._at = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.name)
        theme.signals().changed.connect(self._measure)

    # --- what is shown and chosen ---

    def show_view(self, view: QuestionView) -> None:
        """Another question, with nothing chosen."""
        self._view = view
        self._sides, self._whole, self._own, self._at = {}, None, {}, 0
        self._measure()
        self._tell()

    def choose_all(self, side: Side) -> None:
        """L or R: one version as it is."""
        self._whole, self._own = side, {}
        self._sides = dict.fromkeys((row.path for row in self._choosable()), side)
        self._tell()

    def choose(self, side: Side) -> None:
        """← or →: the field where one stands."""
        row = self.row()
        if row is None or self._view is None or not self._view.by_field:
            self.choose_all(side)
            return
        self._own.pop(row.path, None)
        self._sides[row.path] = side
        sides = {self._sides.get(one.path) for one in self._choosable()}
        self._whole = side if sides == {side} else None
        self._tell()

    def set_own(self, path: Path, value: object) -> None:
        """A value that neither version has; None takes it away."""
        if value is None:
            self._own.pop(path, None)
        else:
            self._own[path] = value
            self._whole = None
        self._tell()

    def row(self) -> Row | None:
        """The field where one stands."""
        rows = self._choosable()
        return rows[self._at] if rows else None

    def own(self) -> dict[Path, object]:
        """Values typed anew."""
        return dict(self._own)

    def side(self) -> Side | None:
        """The version that the choice starts from; None while something is still open."""
        if self._whole is not None:
            return self._whole
        rows = [row for row in self._choosable() if row.path not in self._own]
        if any(row.path not in self._sides for row in rows):
            return None
        if not rows:
            return Side.LEFT if self._own else None
        return self._sides[rows[0].path]

    def taken_from_other(self) -> frozenset[Path]:
        """The fields that come from the other version than `side`."""
        side = self.side()
        return frozenset(
            path for path, one in self._sides.items() if one is not side and path not in self._own
        )

    def _choosable(self) -> list[Row]:
        rows = self._view.rows if self._view else ()
        return [row for row in rows if row.differs and row.is_measured]

    # --- keys and mouse ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Letters and arrows; everything else goes on."""
        key = Qt.Key(event.key())
        if event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier:
            super().keyPressEvent(event)
            return
        side = {
            Qt.Key.Key_L: Side.LEFT,
            Qt.Key.Key_R: Side.RIGHT,
        }.get(key)
        arrow = {Qt.Key.Key_Left: Side.LEFT, Qt.Key.Key_Right: Side.RIGHT}.get(key)
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(key)
        if side is not None:
            self.choose_all(side)
        elif arrow is not None:
            self.choose(arrow)
        elif step is not None:
            self._at = min(max(0, self._at + step), max(0, len(self._choosable()) - 1))
            self._tell()
        elif key in {Qt.Key.Key_B, Qt.Key.Key_Z}:
            self.asked.emit(chr(key.value))
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on a head chooses the version, on a value the field."""
        columns, at = self._columns(), event.position()
        for side, x in ((Side.LEFT, columns.left), (Side.RIGHT, columns.right)):
            if x <= at.x() <= x + columns.width:
                self._click(side, at.y())
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def _click(self, side: Side, y: float) -> None:
        choosable = self._choosable()
        for row, top, height in self._places():
            if top <= y < top + height and row in choosable:
                self._at = choosable.index(row)
                self.choose(side)
                return
        if y < theme.px(_HEAD):
            self.choose_all(side)

    def _tell(self) -> None:
        """For those who listen: the row, both values, what is chosen."""
        row = self.row()
        words = ""
        if row is not None:
            chosen = self._sides.get(row.path)
            state = {Side.LEFT: "links gekozen", Side.RIGHT: "rechts gekozen"}.get(
                chosen or Side.LEFT, ""
            )
            words = (
                f"{row.label}: links {shown(row.left)} {row.unit}, "
                f"rechts {shown(row.right)} {row.unit}; {state if chosen else 'niets gekozen'}"
            )
        self.setAccessibleDescription(words)
        event = QAccessibleEvent(self, QAccessible.Event.DescriptionChanged)
        QAccessible.updateAccessibility(event)
        self.update()
        self.changed.emit()

    # --- layout ---

    def sizeHint(self) -> QSize:
        """As high as all rows."""
        places = self._places()
        height = places[-1][1] + places[-1][2] if places else theme.px(_HEAD)
        return QSize(theme.px(880), round(height) + 12)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Narrow columns wrap, and rows grow."""
        super().resizeEvent(event)
        self._measure()

    def _measure(self) -> None:
        self.setFixedHeight(self.sizeHint().height())
        self.update()

    def _columns(self) -> _Columns:
        names, gap = theme.px(_NAMES), theme.px(_GAP)
        room = self.width() - names - gap - theme.px(32) - theme.px(_PREVIOUS)
        width = max(theme.px(200), min(theme.px(_COLUMN), room / 2))
        right = names + width + gap
        previous = right + width + theme.px(32)
        return _Columns(names, right, width, previous, max(60.0, self.width() - previous))

    def _places(self) -> list[tuple[Row, float, float]]:
        """Every row with its top and height."""
        if self._view is None:
            return []
        columns, top = self._columns(), float(theme.px(_HEAD))
        found = []
        for row in self._view.rows:
            font = theme.font(Size.BASE, Weight.BOLD if row.differs else Weight.REGULAR)
            room = columns.width - theme.px(_INDENT) - 12
            needed = max(_height(shown(value), font, room) for value in (row.left, row.right))
            earlier = _height(shown(row.previous), theme.font(), columns.previous_width)
            height = max(theme.px(_ROW), max(needed, earlier) + theme.px(20))
            found.append((row, top, height))
            top += height
        return found

    # --- painting ---

    def paintEvent(self, event: QPaintEvent) -> None:
        """Columns first, then lines, then words."""
        del event
        if self._view is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        columns, places = self._columns(), self._places()
        bottom = places[-1][1] + places[-1][2] if places else theme.px(_HEAD)
        for side, x in ((Side.LEFT, columns.left), (Side.RIGHT, columns.right)):
            chosen = self._whole is side
            box = QRectF(x, 0, columns.width, bottom + 8)
            paint.frame(
                painter,
                box,
                ground=Role.SELECTED_LIGHT if chosen else None,
                border=Role.ACCENT if chosen else Role.LINE,
                width=2.0 if chosen else 1.0,
                radius=paint.RADIUS_CARD,
            )
        for _row, top, _height_of_row in places:
            paint.hairline(painter, 0, round(top), self.width(), Role.LINE)
        self._paint_head(painter, columns, Side.LEFT, self._view.left)
        self._paint_head(painter, columns, Side.RIGHT, self._view.right)
        self._paint_previous_head(painter, columns)
        for row, top, height in places:
            self._paint_row(painter, columns, row, QRectF(0, top, self.width(), height))

    def _paint_head(
        self, painter: QPainter, columns: _Columns, side: Side, version: VersionView
    ) -> None:
        x = columns.left if side is Side.LEFT else columns.right
        chosen = self._whole is side
        line = QRectF(x, theme.px(8), columns.width - 16, theme.px(26))
        self._paint_radio(painter, x + theme.px(24), line.center().y(), on=chosen)
        inner = line.adjusted(theme.px(_INDENT), 0, 0, 0)
        word = "Links" if side is Side.LEFT else "Rechts"
        title = theme.font(Size.TITLE, Weight.SEMIBOLD)
        used = paint.text(painter, inner, word, title, Role.TEXT)
        state, role = ("Gekozen", Role.ACCENT) if chosen else ("", Role.ACCENT)
        if version.is_withdrawn:
            state, role = "Ingetrokken", Role.ATTENTION
        if state:
            font = theme.font(Size.BASE, Weight.SEMIBOLD)
            wide = paint.width_of(state, font)
            paint.text(painter, line, state, font, role, Qt.AlignmentFlag.AlignRight)
            icon = "check" if chosen and not version.is_withdrawn else "x"
            at = QRectF(line.right() - wide - 26, line.center().y() - 9, 18, 18)
            if at.left() > inner.left() + used + 8:
                icons.paint(painter, icon, role, at)
        who = f"{version.who} · {label(version.role)}" if version.who else label(version.role)
        below = inner.translated(0, theme.px(23))
        if paint.width_of(who, theme.font()) > below.width():
            who = version.who
        paint.text(painter, below, who, theme.font(), Role.TEXT)
        text = f"{show.short_moment(version.at)} · {version.device or 'andere laptop'}"
        small = theme.font(Size.SMALL)
        paint.text(painter, below.translated(0, theme.px(20)), text, small, Role.SECONDARY)

    def _paint_previous_head(self, painter: QPainter, columns: _Columns) -> None:
        assert self._view is not None
        if self._view.previous is None:
            return
        on, who = self._view.previous
        line = QRectF(columns.previous, theme.px(8), columns.previous_width, theme.px(26))
        font = theme.font(Size.TITLE, Weight.SEMIBOLD)
        paint.text(painter, line, "Vorige", font, Role.TEXT)
        words = " · ".join(part for part in (show.day(on), who) if part)
        below = line.translated(0, theme.px(23))
        paint.text(painter, below, words, theme.font(Size.SMALL), Role.SECONDARY)

    def _paint_row(self, painter: QPainter, columns: _Columns, row: Row, box: QRectF) -> None:
        differs = row.differs
        current = row is self.row()
        if current and self.hasFocus():
            bar = QRectF(0, box.top() + 1, 4, box.height() - 1)
            painter.fillRect(bar, theme.colour(Role.ACCENT))
        role = Role.TEXT if differs else Role.SECONDARY
        if differs:
            middle = box.center().y() - 9
            icons.paint(painter, "equal-not", Role.ATTENTION, QRectF(8, middle, 18, 18))
        names = box.adjusted(theme.px(34), 0, 0, 0)
        weight = Weight.SEMIBOLD if differs else Weight.REGULAR
        painter.setFont(theme.font(Size.BASE, weight))
        name = painter.fontMetrics().elidedText(
            row.label, Qt.TextElideMode.ElideRight, theme.px(_NAMES - 38)
        )
        paint.text(painter, names, name, theme.font(Size.BASE, weight), role)
        bold = theme.font(
            Size.TITLE if differs and row.is_measured and _is_short(row) else Size.BASE,
            Weight.BOLD if differs else Weight.REGULAR,
        )
        for side, x, value in (
            (Side.LEFT, columns.left, row.left),
            (Side.RIGHT, columns.right, row.right),
        ):
            if differs and row.is_measured and self._view and self._view.by_field:
                on = self._sides.get(row.path) is side and row.path not in self._own
                self._paint_radio(painter, x + theme.px(24), box.center().y(), on=on)
            cell = QRectF(
                x + theme.px(_INDENT),
                box.top(),
                columns.width - theme.px(_INDENT) - 12,
                box.height(),
            )
            _paint_value(
                painter, cell, shown(value), row.unit if value is not None else "", bold, role
            )
        cell = QRectF(columns.previous, box.top(), columns.previous_width, box.height())
        if self._view and self._view.previous is not None:
            unit = row.unit if row.previous is not None else ""
            _paint_value(painter, cell, shown(row.previous), unit, theme.font(), Role.SECONDARY)
        if row.note and paint.width_of(row.note, theme.font(Size.SMALL)) < cell.width() - 96:
            small = theme.font(Size.SMALL)
            align = Qt.AlignmentFlag.AlignRight
            paint.text(painter, cell, row.note, small, Role.SECONDARY, align)

    def _paint_radio(self, painter: QPainter, x: float, y: float, *, on: bool) -> None:
        role = Role.ACCENT if on else Role.INPUT_BORDER
        painter.setPen(QPen(theme.colour(role), 2 if on else 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(x, y), 8, 8)
        if on:
            painter.setBrush(theme.colour(role))
            painter.drawEllipse(QPointF(x, y), 4, 4)


def _is_short(row: Row) -> bool:
    return len(shown(row.left)) < 12 and len(shown(row.right)) < 12


def _height(text: str, font: QFont, room: float) -> float:
    box = QRectF(0, 0, max(40.0, room), 10_000)
    flags = int(Qt.TextFlag.TextWordWrap)
    return QFontMetricsF(font).boundingRect(box, flags, text).height()


def _paint_value(
    painter: QPainter, box: QRectF, text: str, unit: str, font: QFont, role: Role
) -> None:
    """A value with its unit on one line, or a text that wraps."""
    one_line = "\n" not in text and paint.width_of(f"{text} {unit}", font) <= box.width()
    if one_line:
        used = paint.text(painter, box, text, font, role)
        if unit:
            rest = box.adjusted(used + 5, 0, 0, 0)
            paint.text(painter, rest, unit, theme.font(Size.QUIET), Role.SECONDARY)
        return
    painter.setFont(font)
    painter.setPen(theme.colour(role))
    flags = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignVCenter)
    painter.drawText(box, flags, text)

"""Cards: white boxes on the window colour, and the two columns they stand in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui import theme
from ui.theme import Role, Size, Weight
from ui.widgets import paint
from ui.widgets.label import Label, WrappingLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent

_BAR = 16  # px that a scroll bar takes at most
NARROW = 1100  # below this width the right column follows under the left


class Card(QWidget):
    """A box with an optional head: title, quiet words, and controls at the right.

    Add content to `body`. `chosen` and `attention` change ground and border. A card is a region
    for F6.
    """

    def __init__(
        self,
        title: str = "",
        quiet: str = "",
        *,
        main: bool = False,
        wraps: bool = False,
        padding: int = 16,
        spacing: int = 8,
    ) -> None:
        """`main` sets the title in 15 pt bold, for the main card of a page.

        `wraps`: a name in the head breaks over lines rather than widen the card.
        """
        super().__init__()
        self._ground, self._border, self._width = Role.SURFACE, Role.LINE, 1.0
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        outer = QVBoxLayout(self)
        outer.setSpacing(spacing)
        self._outer, self._padding = outer, padding
        size, weight = (Size.NAME, Weight.BOLD) if main else (Size.TITLE, Weight.SEMIBOLD)
        self.title = WrappingLabel(size, weight) if wraps else Label("", size, weight)
        quiet_words = WrappingLabel if wraps else Label
        self.quiet = quiet_words(size=Size.QUIET, role=Role.SECONDARY)
        self.head = QHBoxLayout()
        self.head.setSpacing(12)
        self.head.addWidget(self.title)
        self.head.addWidget(self.quiet)
        self.head.addStretch(1)
        outer.addLayout(self.head)
        self.body = QVBoxLayout()
        self.body.setSpacing(spacing)
        outer.addLayout(self.body)
        self.set_title(title, quiet)

    def set_margins(self, *, top: int, bottom: int) -> None:
        """Other room above and below, in a card of a fixed measure."""
        self._outer.setContentsMargins(self._padding, top, self._padding, bottom)

    def set_title(self, title: str, quiet: str = "") -> None:
        """Another head."""
        top = 10 if title else 14
        self._outer.setContentsMargins(self._padding, top, self._padding, top)
        self.title.setText(title)
        self.title.setVisible(bool(title))
        self.quiet.setText(quiet)
        self.quiet.setVisible(bool(quiet))
        self.setAccessibleName(title)

    def add_to_head(self, *widgets: QWidget) -> None:
        """Controls at the right of the head."""
        for widget in widgets:
            self.head.addWidget(widget)

    def set_chosen(self, chosen: bool) -> None:
        """Pale ground and 2 px accent border."""
        self._ground = Role.SELECTED_LIGHT if chosen else Role.SURFACE
        self._border = Role.ACCENT if chosen else Role.LINE
        self._width = 2.0 if chosen else 1.0
        self.update()

    def set_ground(self, ground: Role) -> None:
        """The ground of a notice, as `Role.ATTENTION_GROUND`; without a border then."""
        self._ground = ground
        self._border = Role.LINE if ground is Role.SURFACE else ground
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The box."""
        del event
        paint.frame(
            QPainter(self),
            QRectF(self.rect()),
            ground=self._ground,
            border=self._border,
            width=self._width,
            radius=paint.RADIUS_CARD,
        )


class Columns(QWidget):
    """Two columns of cards with a gap of 16; on a narrow window the right one follows below.

    Give one column a width (it grows with the text); the other takes the rest.
    """

    def __init__(
        self,
        *,
        left_width: int | None = None,
        right_width: int | None = None,
    ) -> None:
        """`left` and `right` are the layouts to add cards to."""
        super().__init__()
        self._left_width, self._right_width = left_width, right_width
        self._is_arranging = self._is_narrow = False
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._sides = (QWidget(), QWidget())
        self.left, self.right = (_column(side) for side in self._sides)
        for side, width in zip(self._sides, (left_width, right_width), strict=True):
            self._row.addWidget(side, 0 if width else 1)
        self._arrange()
        theme.signals().changed.connect(self._arrange)

    def set_left_width(self, width: int) -> None:
        """Another width for the left column, when what stands in it changes."""
        self._left_width = width
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        """The wider of the two columns: what does not fit beside goes below."""
        widest = max(side.minimumSizeHint().width() for side in self._sides)
        return QSize(widest, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Change between beside and below."""
        super().resizeEvent(event)
        self._arrange()

    def _beside(self) -> int:
        """The least width at which both columns stand beside each other."""
        widths = [
            theme.px(width) if width else side.minimumSizeHint().width()
            for side, width in zip(self._sides, (self._left_width, self._right_width), strict=True)
        ]
        return sum(widths) + 16

    def _arrange(self) -> None:
        """A scroll bar that comes or goes with the change must not turn it back, over and over."""
        if self._is_arranging:
            return
        slack = theme.px(_BAR) if self._is_narrow else 0
        room = self.width() - slack
        narrow = room + 32 < theme.px(NARROW) or room < self._beside()
        self._is_arranging, self._is_narrow = True, narrow
        beside = QBoxLayout.Direction.LeftToRight
        self._row.setDirection(QBoxLayout.Direction.TopToBottom if narrow else beside)
        self._row.setSpacing(8 if narrow else 16)
        for side, width in zip(self._sides, (self._left_width, self._right_width), strict=True):
            if width is None or narrow:
                side.setMinimumWidth(0)
                side.setMaximumWidth(16777215)
            else:
                side.setFixedWidth(theme.px(width))
        self._is_arranging = False


def _column(side: QWidget) -> QVBoxLayout:
    # Not an alignment of the layout: that would give wrapped words no second line.
    outer = QVBoxLayout(side)
    outer.setContentsMargins(0, 0, 0, 0)
    column = QVBoxLayout()
    column.setSpacing(8)
    outer.addLayout(column)
    outer.addStretch(1)
    return column

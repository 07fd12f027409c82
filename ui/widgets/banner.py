"""The pupil banner: who this page is about, on top, fixed, never covered, never cut off.

Order and wording follow the NHS CUI patient banner (v4, PAB-0009 to 0064): family name in
capitals, birth date with age, sex, number, class; labels quieter than values; alerts at the right
with icon and word; what is not known says "niet gekend".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import format as show
from ui import icons, theme
from ui.theme import Role, Size, Weight
from ui.widgets import paint

if TYPE_CHECKING:
    from datetime import date

    from PySide6.QtGui import QFont, QPaintEvent, QResizeEvent

UNKNOWN = "niet gekend"
_PIECE = re.compile(r"[^-]+-*|-+")  # a word that is wider than its place breaks after a hyphen
_HEIGHT = 60
_MARGIN = 16
_GAP = 32
_FACTS_AT = 216


@dataclass(frozen=True, slots=True)
class Alert:
    """A statement at the right: allergy, two versions, objection, namesake."""

    icon: str
    word: str
    role: Role


@dataclass(frozen=True, slots=True)
class BannerView:
    """What the banner shows; empty texts are shown as not known."""

    family_name: str
    given_name: str
    born: date | None
    age_months: int | None
    sex: str = ""
    number: str = ""
    class_name: str = ""
    call_name: str = ""
    alerts: tuple[Alert, ...] = field(default=())

    @property
    def name(self) -> str:
        """PEETERS, Lotte."""
        return show.list_name(self.family_name, self.given_name)

    def facts(self) -> tuple[tuple[str, str], ...]:
        """Label and value, in their fixed order."""
        born = show.day(self.born) if self.born else UNKNOWN
        if self.born and self.age_months is not None:
            born = f"{born} ({show.age(self.age_months)})"
        return (
            ("Geboren", born),
            ("Geslacht", self.sex or UNKNOWN),
            ("Leerlingnummer", self.number or UNKNOWN),
            ("Klas", self.class_name or UNKNOWN),
        )


class Banner(QWidget):
    """Full width, 60 px; grows when names or alerts need more room."""

    def __init__(self) -> None:
        """Empty until `show_pupil`."""
        super().__init__()
        self._view: BannerView | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.signals().changed.connect(self._measure)

    def show_pupil(self, view: BannerView) -> None:
        """Another pupil, or the same one with other alerts."""
        self._view = view
        facts = ", ".join(f"{label} {value}" for label, value in view.facts())
        alerts = ", ".join(alert.word for alert in view.alerts)
        self.setAccessibleName(view.name)
        self.setAccessibleDescription("; ".join(part for part in (facts, alerts) if part))
        self._measure()
        self.update()

    def view(self) -> BannerView | None:
        """The pupil that is shown."""
        return self._view

    def sizeHint(self) -> QSize:
        """Wide enough for what it has, as high as it needs."""
        return QSize(800, self._needed_height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The name wraps when the window is narrow."""
        super().resizeEvent(event)
        self._measure()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, line, name, facts, alerts."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour(Role.BANNER))
        bottom = QRectF(0, self.height() - 2, self.width(), 2)
        painter.fillRect(bottom, theme.colour(Role.ACCENT))
        if self._view is None:
            return
        below = self._alerts_below()
        band = theme.px(_HEIGHT) + self._extra_name_lines() * self._name_line()
        self._paint_name(painter, band)
        self._paint_facts(painter, band)
        self._paint_alerts(painter, band, below=below)

    # --- layout ---

    def _name_font(self) -> QFont:
        font = theme.font(Size.NAME, Weight.BOLD)
        font.setWordSpacing(1.5)  # Lato kerns "EL AMRANI" too tightly
        return font

    def _name_line(self) -> int:
        return round(QFontMetricsF(self._name_font()).height())

    def _facts_width(self) -> float:
        assert self._view is not None
        return sum(self._fact_width(*fact) + theme.px(_GAP) for fact in self._view.facts())

    def _fact_width(self, label: str, value: str) -> float:
        small, strong = theme.font(Size.SMALL), theme.font(Size.BASE, Weight.SEMIBOLD)
        return max(paint.width_of(label, small), paint.width_of(value, strong))

    def _alert_columns(self) -> list[list[Alert]]:
        assert self._view is not None
        alerts = list(self._view.alerts)
        return [alerts[index : index + 2] for index in range(0, len(alerts), 2)]

    def _alerts_width(self) -> float:
        columns = self._alert_columns()
        return sum(max(self._alert_width(alert) for alert in one) + theme.px(24) for one in columns)

    def _alert_width(self, alert: Alert) -> float:
        font = theme.font(Size.BASE, Weight.SEMIBOLD)
        return theme.px(18) + theme.px(7) + paint.width_of(alert.word, font)

    def _name_room(self) -> float:
        """What is left for the name when everything stands on one band, at least 160."""
        taken = 2 * _MARGIN + theme.px(_GAP) + self._facts_width()
        if not self._alerts_below():
            taken += self._alerts_width()
        return max(float(theme.px(160)), self.width() - taken)

    def _alerts_below(self) -> bool:
        """Alerts get a line of their own when they would stand in the way of the facts."""
        taken = 2 * _MARGIN + theme.px(_FACTS_AT) + self._facts_width()
        return taken + self._alerts_width() > self.width()

    def _name_lines(self) -> list[str]:
        assert self._view is not None
        font, room = self._name_font(), self._name_room()
        lines: list[str] = []
        for word in self._view.name.split(" "):
            fits = paint.width_of(word, font) <= room
            for number, piece in enumerate([word] if fits else _PIECE.findall(word)):
                glue = "" if number else " "
                if lines and paint.width_of(f"{lines[-1]}{glue}{piece}", font) <= room:
                    lines[-1] += f"{glue}{piece}"
                else:
                    lines.append(piece)
        return lines

    def _extra_name_lines(self) -> int:
        assert self._view is not None
        call_name = 1 if self._view.call_name else 0
        return max(0, len(self._name_lines()) + call_name - 2)

    def _needed_height(self) -> int:
        if self._view is None:
            return theme.px(_HEIGHT)
        height = theme.px(_HEIGHT) + self._extra_name_lines() * self._name_line()
        if self._alerts_below() and self._view.alerts:
            height += theme.px(28)
        return height

    def _measure(self) -> None:
        needed = self._needed_height()
        if self.minimumHeight() != needed:
            self.setFixedHeight(needed)
        self.update()

    # --- drawing ---

    def _paint_name(self, painter: QPainter, band: int) -> None:
        assert self._view is not None
        lines = self._name_lines()
        step = self._name_line()
        quiet = theme.px(22) if self._view.call_name else 0
        top = (band - 2 - len(lines) * step - quiet) / 2 + (1 if quiet else 0)
        for index, line in enumerate(lines):
            box = QRectF(_MARGIN, top + index * step, self.width(), step)
            paint.text(painter, box, line, self._name_font(), Role.TEXT)
        if quiet:
            box = QRectF(_MARGIN, top + len(lines) * step, self.width(), quiet)
            words = f"roepnaam {self._view.call_name}"
            paint.text(painter, box, words, theme.font(Size.QUIET), Role.SECONDARY)

    def _paint_facts(self, painter: QPainter, band: int) -> None:
        assert self._view is not None
        name = max(paint.width_of(line, self._name_font()) for line in self._name_lines())
        x = max(float(theme.px(_FACTS_AT)), _MARGIN + name + theme.px(_GAP))
        middle = (band - 2) / 2
        for label, value in self._view.facts():
            upper = QRectF(x, middle - theme.px(23), 10, theme.px(22))
            lower = QRectF(x, middle - theme.px(1), 10, theme.px(22))
            paint.text(painter, upper, label, theme.font(Size.SMALL), Role.SECONDARY)
            strong = theme.font(Size.BASE, Weight.SEMIBOLD)
            paint.text(painter, lower, value, strong, Role.TEXT)
            x += self._fact_width(label, value) + theme.px(_GAP)

    def _paint_alerts(self, painter: QPainter, band: int, *, below: bool) -> None:
        assert self._view is not None
        if below:
            x = float(_MARGIN)
            for alert in self._view.alerts:
                self._paint_alert(painter, alert, x, band - theme.px(6))
                x += self._alert_width(alert) + theme.px(24)
            return
        right = float(self.width() - _MARGIN)
        for column in self._alert_columns():
            width = max(self._alert_width(alert) for alert in column)
            top = (band - 2) / 2 - len(column) * theme.px(23) / 2
            for index, alert in enumerate(column):
                x = right - self._alert_width(alert)
                self._paint_alert(painter, alert, x, top + index * theme.px(23))
            right -= width + theme.px(24)

    def _paint_alert(self, painter: QPainter, alert: Alert, x: float, y: float) -> None:
        side, line = theme.px(18), theme.px(23)
        icons.paint(painter, alert.icon, alert.role, QRectF(x, y + (line - side) / 2, side, side))
        box = QRectF(x + side + theme.px(7), y, self.width(), line)
        paint.text(painter, box, alert.word, theme.font(Size.BASE, Weight.SEMIBOLD), alert.role)

"""Colours by role, type scale and bundled fonts; the only module that knows a hex value.

`apply` sets style, palette and sheet for light or dark; self-painting widgets ask `colour` and
`font` at paint time and listen to `signals().changed`. Fonts are never set in the sheet (a sheet
with fonts overrides `setFont`), ligatures are off (Lato joins the tt of "Lotte").
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from enum import Enum, IntEnum, StrEnum
from functools import cache
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

RESOURCES = Path(__file__).resolve().parent.parent / "resources"
FAMILY = "Lato"
_FACES = ("Regular", "SemiBold", "Bold")


class Scheme(StrEnum):
    """Light is the default; dark follows the system or the setting."""

    LIGHT = "light"
    DARK = "dark"


class Role(StrEnum):
    """What a colour is for; the values are the keys of resources/theme/tokens.toml."""

    WINDOW = "window"
    SURFACE = "surface"
    TEXT = "text"
    SECONDARY = "secondary"
    INPUT_BORDER = "input_border"
    ACCENT = "accent"
    ACCENT_PRESSED = "accent_pressed"
    ON_ACCENT = "on_accent"
    QUIET_ON_ACCENT = "quiet_on_accent"
    ERROR = "error"
    ATTENTION = "attention"
    OK = "ok"
    ERROR_GROUND = "error_ground"
    ATTENTION_GROUND = "attention_ground"
    OK_GROUND = "ok_ground"
    BANNER = "banner"
    SELECTED = "selected"
    SELECTED_LIGHT = "selected_light"
    LINE = "line"
    LINE_FAINT = "line_faint"
    CURVE = "curve"
    CURVE_MEDIAN = "curve_median"
    CHART_BAND = "chart_band"
    RIGHT_EAR = "right_ear"
    LEFT_EAR = "left_ear"


class Size(Enum):
    """The type scale in points; SMALL is the smallest size allowed."""

    FIGURE = 18.0
    NAME = 15.0
    TITLE = 12.5
    BASE = 11.0
    QUIET = 10.0
    SMALL = 9.5


class Weight(IntEnum):
    """The three weights that are bundled."""

    REGULAR = QFont.Weight.Normal.value
    SEMIBOLD = QFont.Weight.DemiBold.value
    BOLD = QFont.Weight.Bold.value


class Signals(QObject):
    """`changed` is emitted after scheme or text scale changed, once palette and sheet are set."""

    changed = Signal()


@dataclass
class _State:
    scheme: Scheme = Scheme.LIGHT
    text_scale: float = 1.0
    colours: dict[Role, QColor] = field(default_factory=dict)
    fonts: dict[tuple[Size, Weight], QFont] = field(default_factory=dict)


_state = _State()


@cache
def tokens() -> dict[str, dict[str, str]]:
    """The token file as it is: scheme -> role -> colour."""
    text = (RESOURCES / "theme" / "tokens.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def signals() -> Signals:
    """The one notifier of the application."""
    return Signals()


@cache
def load_fonts() -> None:
    """Register the bundled Lato faces; FileNotFoundError when the installation lacks one."""
    for face in _FACES:
        path = RESOURCES / "fonts" / f"{FAMILY}-{face}.ttf"
        if QFontDatabase.addApplicationFont(str(path)) == -1:
            raise FileNotFoundError(path)


def scheme() -> Scheme:
    """The scheme in force."""
    return _state.scheme


def text_scale() -> float:
    """The text scale in force, 0.9 to 1.5."""
    return _state.text_scale


def colour(role: Role) -> QColor:
    """The colour of a role in the scheme in force."""
    if not _state.colours:
        _state.colours = {one: QColor(tokens()[_state.scheme][one]) for one in Role}
    return _state.colours[role]


def font(size: Size = Size.BASE, weight: Weight = Weight.REGULAR) -> QFont:
    """A font of the type scale, grown by the text scale, without ligatures."""
    known = _state.fonts.get((size, weight))
    if known is not None:
        return QFont(known)
    made = QFont(FAMILY)
    made.setPointSizeF(size.value * _state.text_scale)
    made.setWeight(QFont.Weight(int(weight)))
    for tag in ("liga", "dlig", "clig"):
        made.setFeature(QFont.Tag(tag), 0)
    _state.fonts[size, weight] = made
    return QFont(made)


def px(length: float) -> int:
    """A length that must grow with the text: rows, fields, buttons (logical pixels)."""
    return round(length * max(1.0, _state.text_scale))


def apply(app: QApplication, scheme: Scheme = Scheme.LIGHT, text_scale: float = 1.0) -> None:
    """Dress the whole application; may be called again at any time.

    What is dressed so already stays as it is: polishing every widget anew takes half a second.
    """
    load_fonts()
    text_scale = min(1.5, max(0.9, text_scale))
    form = (RESOURCES / "theme" / "clbdesk.qss").read_text(encoding="utf-8")
    sheet = Template(form).substitute(tokens()[scheme])
    if app.styleSheet() == sheet and _state.text_scale == text_scale:
        return
    _state.scheme = scheme
    _state.text_scale = text_scale
    _state.colours, _state.fonts = {}, {}
    app.setStyle("Fusion")
    app.setFont(font())
    app.setPalette(_palette())
    app.setStyleSheet(sheet)
    signals().changed.emit()


def _palette() -> QPalette:
    roles = QPalette.ColorRole
    plan = {
        roles.Window: Role.WINDOW,
        roles.WindowText: Role.TEXT,
        roles.Base: Role.SURFACE,
        roles.AlternateBase: Role.WINDOW,
        roles.Text: Role.TEXT,
        roles.PlaceholderText: Role.SECONDARY,
        roles.Button: Role.SURFACE,
        roles.ButtonText: Role.TEXT,
        roles.BrightText: Role.ERROR,
        roles.Highlight: Role.ACCENT,
        roles.HighlightedText: Role.ON_ACCENT,
        roles.Accent: Role.ACCENT,
        roles.Link: Role.ACCENT,
        roles.LinkVisited: Role.ACCENT,
        roles.ToolTipBase: Role.SURFACE,
        roles.ToolTipText: Role.TEXT,
        roles.Light: Role.SURFACE,
        roles.Midlight: Role.LINE_FAINT,
        roles.Mid: Role.LINE,
        roles.Dark: Role.INPUT_BORDER,
        roles.Shadow: Role.INPUT_BORDER,
    }
    palette = QPalette()
    for target, role in plan.items():
        palette.setColor(target, colour(role))
    disabled = QPalette.ColorGroup.Disabled
    for target in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(disabled, target, colour(Role.SECONDARY))
    return palette

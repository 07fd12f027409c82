"""A drawing as plain values: what the window paints and the report prints, so both are the same.

Millimetres, origin at the top left, y downwards; 1 px of the screen designs is 25,4/96 mm. Items
are painted in their order. Colours are roles; the painter knows the colour of a role.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

PX = 25.4 / 96
PT = 25.4 / 72

# Capital height of Lato in em: text is centred on its capitals.
CAP_HEIGHT = 0.72


class ColourRole(StrEnum):
    """What a colour is for; the names are those of resources/theme/tokens.toml."""

    SURFACE = "surface"
    LINE = "line"
    LINE_FAINT = "line_faint"
    BAND = "chart_band"
    CURVE = "curve"
    CURVE_MEDIAN = "curve_median"
    ACCENT = "accent"
    TEXT = "text"
    SECONDARY = "secondary"
    RIGHT_EAR = "right_ear"
    LEFT_EAR = "left_ear"


class MarkerKind(StrEnum):
    """Shape of a point; open shapes are filled with the surface colour."""

    CIRCLE = "circle"
    OPEN_CIRCLE = "open_circle"
    OPEN_SQUARE = "open_square"
    CROSS = "cross"


class Anchor(StrEnum):
    """Which end of the text stands at x."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


class Weight(StrEnum):
    """Weight of the Lato face."""

    REGULAR = "regular"
    SEMIBOLD = "semibold"
    BOLD = "bold"


Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """A polyline; `dash`: lengths of stroke and gap in mm, empty = solid."""

    points: tuple[Point, ...]
    role: ColourRole
    width_mm: float = PX
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Polygon:
    """A filled area without border; `opacity` 0 to 1."""

    points: tuple[Point, ...]
    role: ColourRole
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Marker:
    """A point; `size_mm` is its whole width, `stroke_mm` the line of open shapes and crosses."""

    kind: MarkerKind
    x: float
    y: float
    size_mm: float
    role: ColourRole
    stroke_mm: float = 2 * PX


@dataclass(frozen=True, slots=True)
class Text:
    """Horizontal text; `y` is its baseline."""

    x: float
    y: float
    text: str
    size_pt: float = 10
    anchor: Anchor = Anchor.START
    weight: Weight = Weight.REGULAR
    role: ColourRole = ColourRole.TEXT


Item = Line | Polygon | Marker | Text


@dataclass(frozen=True, slots=True)
class Scene:
    """A drawing of a given size; `description` says in Dutch what a blind user must know."""

    width_mm: float
    height_mm: float
    items: tuple[Item, ...]
    description: str = ""


def baseline(middle_y: float, size_pt: float) -> float:
    """The baseline that centres capitals of this size on `middle_y`, in mm."""
    return middle_y + CAP_HEIGHT * size_pt * PT / 2

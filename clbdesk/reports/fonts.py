"""The faces that documents are set in, and which signs they have a shape for."""

from __future__ import annotations

from enum import StrEnum
from functools import cache

from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from clbdesk.assets import resource

# Streams as bytes: as text they are a quarter larger, and slow to write.
rl_config.useA85 = 0


class Face(StrEnum):
    """The faces that are bundled."""

    REGULAR = "Lato-Regular"
    SEMIBOLD = "Lato-SemiBold"
    BOLD = "Lato-Bold"


@cache
def fonts() -> dict[Face, TTFont]:
    """The Lato faces, registered once."""
    found = {}
    for face in Face:
        font = TTFont(face.value, str(resource("fonts", f"{face.value}.ttf")))
        pdfmetrics.registerFont(font)
        found[face] = font
    return found


def missing_signs(text: str, face: Face = Face.REGULAR) -> str:
    """The signs of a text that this face has no shape for, each once, in order."""
    known = fonts()[face].face.charToGlyph
    return "".join(dict.fromkeys(sign for sign in text if ord(sign) not in known))


def without_missing(text: str, face: Face) -> str:
    """A text with a space where this face has no shape: never a box."""
    missing = missing_signs(text, face)
    return "".join(" " if sign in missing else sign for sign in text)

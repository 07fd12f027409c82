"""The growth references that a chart can be drawn on, and which table of one counts at which age.

Everybody is plotted and judged on the Flemish charts; a doctor may plot a pupil on another
reference as well (handbook §2.2, S42 and S43). A reference may be made of several tables, between
which nothing is ever joined.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from clbdesk.standards.lms import Curve, Measure, curve
from clbdesk.standards.tables import kept, standards

if TYPE_CHECKING:
    from clbdesk.domain.people import Sex

TABLE = "growth_references.csv"
STANDARD = "flanders-2004"


@dataclass(frozen=True, slots=True)
class Piece:
    """One table of a reference, for ages in years from `age_from` until just before `age_to`."""

    file: str
    name: str
    age_from: float
    age_to: float


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference with its Dutch name; without pieces where this program has no table of it."""

    id: str
    name: str
    pieces: tuple[Piece, ...] = ()

    def piece_at(self, age: float) -> Piece | None:
        """The table that counts at an age in years; None outside the reference."""
        return next((one for one in self.pieces if one.age_from <= age < one.age_to), None)

    def curve_at(self, measure: Measure, sex: Sex, age: float) -> Curve | None:
        """The curve that counts at an age; None where there is none."""
        piece = self.piece_at(age)
        return curve(measure, sex, piece.file) if piece else None

    def name_at(self, age: float) -> str:
        """The name of the table that counts at an age, or that of the whole outside it."""
        piece = self.piece_at(age)
        return piece.name if piece else self.name


def references() -> tuple[Reference, ...]:
    """Every reference that is installed, the standard first."""
    return tuple(_installed().values())


def reference(reference_id: str) -> Reference:
    """The reference of a record; one without tables when it is not installed here."""
    return _installed().get(reference_id) or Reference(reference_id, reference_id)


@kept
def _installed() -> dict[str, Reference]:
    rows = standards().rows(TABLE)
    return {
        name: Reference(name, parts[0]["name"], tuple(_piece(row) for row in parts))
        for name, found in groupby(rows, key=lambda row: row["reference"])
        if (parts := list(found))
    }


def _piece(row: dict[str, str]) -> Piece:
    return Piece(
        file=row["file"],
        name=standards().table(row["file"]).name,
        age_from=int(row["months_from"]) / 12,
        age_to=int(row["months_to"]) / 12,
    )

"""Where a vaccine is given: site, side and route, as words and as codes for the export."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from clbdesk.standards.tables import standards


@dataclass(frozen=True, slots=True)
class Site:
    """A place on the body. `left`, `right`: its Dutch words with the side."""

    id: str
    label: str
    left: str
    right: str
    routes: tuple[str, ...]
    snomed: str

    def words(self, side: str) -> str:
        """`linkerbovenarm`; the plain word when the side is not known."""
        return {"left": self.left, "right": self.right}.get(side, self.label)


@cache
def sites_for(route: str) -> tuple[Site, ...]:
    """The sites of a route (IM, SC), the usual one first."""
    return tuple(
        Site(
            id=row["site"],
            label=row["label"],
            left=row["left"],
            right=row["right"],
            routes=tuple(row["routes"].split("|")),
            snomed=row["snomed"],
        )
        for row in standards().rows("vaccination_sites.csv")
        if route in row["routes"].split("|")
    )


def site(site_id: str) -> Site | None:
    """A site by its id."""
    found = (one for route in ("IM", "SC") for one in sites_for(route) if one.id == site_id)
    return next(found, None)

"""What the manifest of resources/standards says of one table: where it comes from, how it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast


@dataclass(frozen=True, slots=True)
class Table:
    """One entry of the manifest. `name` is Dutch; `rules`: it is a rule table.

    Rows of another table are rules too with a `prefix`, confirmed as they are: `key` names the
    columns that tell them apart, `shows` those that say something, each with its section of
    labels.toml ("role:Role"); `title` says what a row is; `array`: where the rows stand in TOML.
    """

    file: str
    name: str
    source: str
    edition: str
    sha256: str
    rules: bool
    prefix: str = ""
    key: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()
    title: str = ""
    array: str = ""

    @property
    def is_listed(self) -> bool:
        """Whether a doctor reads and signs its rows."""
        return self.rules or bool(self.prefix)


def table_of(entry: dict[str, object]) -> Table:
    """One `[[table]]` of the manifest."""
    given = {name: tuple(one) if isinstance(one, list) else one for name, one in entry.items()}
    return Table(**cast("dict[str, Any]", given))

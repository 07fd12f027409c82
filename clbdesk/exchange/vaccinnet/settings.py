"""What traffic with Vaccinnet needs to know: rows of vaccinnet.csv under what the centre set itself.

What no public source confirms is settable there, and what only Vaccinnet hands out starts empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clbdesk.domain.judgement import RuleStatus
from clbdesk.errors import Refused
from clbdesk.standards.tables import VALUE_SEPARATOR, standards

_TABLE = "vaccinnet.csv"
_DIGITS_OF_NIHDI = (8, 11)


@dataclass(frozen=True, slots=True)
class Setting:
    """One row: its value now, and whether the centre may set it."""

    name: str
    what: str
    value: str
    source: str
    status: RuleStatus
    is_settable: bool


class VaccinnetSettings:
    """The rows with the values of one centre over them."""

    def __init__(self, of_centre: Mapping[str, str]) -> None:
        """`of_centre`: name of a row → value that the centre set."""
        self.rows = tuple(
            Setting(
                name=row["name"],
                what=row["what"],
                value=of_centre.get(row["name"], row["value"]),
                source=row["source"],
                status=RuleStatus.ON if row["name"] in of_centre else RuleStatus(row["status"]),
                is_settable=row["settable"] == "yes",
            )
            for row in standards().rows(_TABLE)
        )
        self._values = {one.name: one.value for one in self.rows}

    def value(self, name: str) -> str:
        """The value of a row; "" when it is not known."""
        return self._values[name]

    def words(self, name: str) -> frozenset[str]:
        """The values of a row that lists words."""
        parts = self.value(name).split(VALUE_SEPARATOR)
        return frozenset(part.strip().casefold() for part in parts if part.strip())

    @property
    def missing(self) -> tuple[str, ...]:
        """What must be set before anything can be sent."""
        needed = ("software_id", "user_code", "organisation_nihdi")
        return tuple(name for name in needed if not self.value(name))

    @property
    def max_delay_days(self) -> int | None:
        """Days until a dose must stand in the register; None while nobody knows."""
        text = self.value("max_delay_days")
        return int(text) if text else None


def checked(name: str, value: str) -> str:
    """A value that the centre sets. Refused when the row is not settable or the value not right."""
    rows = {row.name: row for row in VaccinnetSettings({}).rows}
    if name not in rows or not rows[name].is_settable:
        raise Refused("vaccinnet.no_such_setting", field="name", name=name)
    text = value.strip()
    is_right = {
        "organisation_nihdi": is_nihdi(text),
        "disable_stock_change": text in ("true", "false"),
        "max_delay_days": text.isascii() and text.isdigit() and len(text) <= 4,
    }.get(name, bool(text) and text.isprintable())
    if not is_right:
        raise Refused("vaccinnet.wrong_value", field="value", name=name)
    return text


def is_nihdi(text: str) -> bool:
    """Whether a text can be a RIZIV number: 8 or 11 digits (be-core naming system nihdi)."""
    return text.isascii() and text.isdigit() and len(text) in _DIGITS_OF_NIHDI

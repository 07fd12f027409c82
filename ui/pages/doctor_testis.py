"""A field for the volume of a testis, by the orchidometer of Prader."""

from __future__ import annotations

from clbdesk.standards.limits import Field, Impossible, check
from ui.widgets.decimal_edit import DecimalEdit


class TestisEdit(DecimalEdit):
    """A volume of the orchidometer; anything else cannot be."""

    __test__ = False

    def __init__(self, side: str) -> None:
        """`side`: rechts or links."""
        super().__init__(f"Testis {side}", places=0, unit="ml", example="4", width=72)

    def problem(self) -> str:
        """The sizes that there are."""
        value = self.value()
        if value is None:
            return super().problem()
        found = check(Field.TESTIS_VOLUME, value, label=self.name)
        return found.sentence if isinstance(found, Impossible) else ""

    def volume(self) -> int | None:
        """In ml; None while it cannot be."""
        value = self.value()
        return None if value is None or self.problem() else int(value)

"""The questions about unlikely values of growth: asked on leaving a field, answered, and kept.

A value that was measured again keeps its first reading beside it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from clbdesk.services.confirming import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from clbdesk.standards.limits import Unlikely
    from ui.widgets.decimal_edit import DecimalEdit
    from ui.widgets.field_row import FieldRow


class GrowthQuestions:
    """What was asked and answered about each measure of one form, by its name."""

    def __init__(
        self,
        fields: Mapping[str, DecimalEdit],
        rows: Mapping[str, FieldRow],
        find: Callable[[str, Decimal], Unlikely | None],
    ) -> None:
        """`find`: what is unlikely about a value."""
        self._fields, self._rows, self._find = fields, rows, find
        self.confirmed: dict[str, Answer] = {}
        self._first_readings: dict[str, Answer] = {}
        self._asked: set[tuple[str, Decimal]] = set()

    def forget(self) -> None:
        """Another form."""
        self.confirmed, self._first_readings, self._asked = {}, {}, set()

    def unlikely(self, name: str) -> Unlikely | None:
        """What is unlikely about the value of a measure, and was not confirmed."""
        value = self._fields[name].value()
        if value is None or name in self.confirmed:
            return None
        return self._find(name, value)

    def ask(self, name: str) -> None:
        """On leaving: an unlikely value asks."""
        if self._fields[name].isReadOnly():
            return
        found = self.unlikely(name)
        value = self._fields[name].value()
        if found is not None and value is not None:
            self._asked.add((name, value))
        if found is None:
            self._rows[name].ask("")
        else:
            self._rows[name].ask(found.question, to_confirm=found.to_confirm)

    def unseen(self, name: str) -> str:
        """The question that nobody has seen yet, asked now; an empty text when there is none."""
        found = None if self._fields[name].isReadOnly() else self.unlikely(name)
        if found is None or (name, self._fields[name].value()) in self._asked:
            return ""
        self.ask(name)
        return found.question

    def value_changed(self, name: str) -> None:
        """Another number: what was said of the number before no longer holds."""
        self.confirmed.pop(name, None)
        self._rows[name].ask("")

    def confirm(self, name: str) -> bool:
        """Nagemeten, klopt: whether there was something to confirm."""
        found = self.unlikely(name)
        if found is not None:
            first = self._first_readings.get(name)
            self.confirmed[name] = Answer(found.limit_id, first.first_reading if first else None)
        return found is not None

    def measure_again(self, name: str) -> None:
        """Opnieuw meten: the value leaves the field and is kept as the first reading."""
        found = self.unlikely(name)
        if found is not None:
            value = self._fields[name].value()
            self._first_readings.setdefault(name, Answer(found.limit_id, value))
        self._fields[name].clear()

    def answers(self) -> dict[str, Answer]:
        """What goes into the record; a first reading stays with the value that replaced it."""
        for name, first in self._first_readings.items():
            if name not in self.confirmed and self.unlikely(name) is None:
                self.confirmed[name] = first
        return dict(self.confirmed)

    def content(self) -> dict[str, Any]:
        """For the draft."""
        return {
            "confirmed": _as_texts(self.confirmed),
            "first_readings": _as_texts(self._first_readings),
        }

    def restore(self, content: dict[str, Any]) -> None:
        """As the draft had them, asked again."""
        self.confirmed = _from_texts(content["confirmed"])
        self._first_readings = _from_texts(content["first_readings"])
        for name in self._fields:
            self.ask(name)


def _as_texts(answers: dict[str, Answer]) -> dict[str, list[str]]:
    return {
        name: [answer.limit_id, str(answer.first_reading or "")] for name, answer in answers.items()
    }


def _from_texts(texts: dict[str, list[str]]) -> dict[str, Answer]:
    return {
        name: Answer(limit_id, Decimal(first) if first else None)
        for name, (limit_id, first) in texts.items()
    }

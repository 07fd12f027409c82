"""An item of a batch with objects inside it: every field is named by the path that leads to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from clbdesk.cli import batch
from clbdesk.cli.batch import BadItem
from clbdesk.domain.judgement import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date
    from decimal import Decimal

    from clbdesk.domain.judgement import Judgement

_LEVELS = {
    Verdict.BORDERLINE: "check",
    Verdict.CHECK: "check",
    Verdict.RETEST: "check",
    Verdict.RISK: "doctor",
    Verdict.DOCTOR: "doctor",
    Verdict.REFER: "doctor",
}


@dataclass(frozen=True, slots=True)
class Item:
    """A JSON object and the path before the names of its fields (`audiometry.right.`)."""

    values: dict[str, Any]
    path: str = ""

    def only(self, *known: str) -> Item:
        """The item itself; BadItem for a field that nobody would read."""
        batch.refuse_unknown(self.values, known, self.path)
        return self

    def has(self, field: str) -> bool:
        """Whether the field is there and not null."""
        return self.values.get(field) is not None

    def part(self, field: str) -> Item:
        """The object in a required field."""
        return self._object(batch.required(self.values, field, self.path), self.path + field)

    def parts(self, field: str) -> tuple[Item, ...]:
        """The objects in a list; none when the field is absent."""
        value = self.values.get(field)
        name = self.path + field
        if value is None:
            return ()
        if not isinstance(value, list):
            raise BadItem("not_an_array", name, f"{name} must be an array of objects")
        return tuple(self._object(each, f"{name}[{index}]") for index, each in enumerate(value))

    def text(self, field: str) -> str:
        """A required text that is not empty."""
        value = batch.required(self.values, field, self.path)
        if not isinstance(value, str) or not value.strip():
            name = self.path + field
            raise BadItem("not_a_text", name, f"{name} must be a text that is not empty")
        return value.strip()

    def choice(self, field: str, choices: Iterable[str]) -> str:
        """A required field with one of these texts."""
        return batch.choice(self.values, field, choices, self.path)

    def choices(self, field: str, choices: Iterable[str]) -> tuple[str, ...]:
        """A list of these texts; none when the field is absent."""
        value = self.values.get(field)
        allowed = tuple(choices)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(each in allowed for each in value):
            name = self.path + field
            shown = ", ".join(allowed)
            raise BadItem("not_a_choice", name, f"{name} must be an array of: {shown}")
        return tuple(value)

    def boolean(self, field: str) -> bool:
        """A required true or false."""
        value = batch.required(self.values, field, self.path)
        if not isinstance(value, bool):
            name = self.path + field
            raise BadItem("not_a_boolean", name, f"{name} must be true or false")
        return value

    def number(self, field: str, low: Decimal | int, high: Decimal | int) -> Decimal:
        """A required measured number from `low` to `high`."""
        batch.required(self.values, field, self.path)
        value = batch.measured(self.values, field, self.path)
        if value is None or not low <= value <= high:
            name = self.path + field
            raise BadItem("out_of_range", name, f"{name} must lie from {low} to {high}")
        return value

    def whole(self, field: str, low: int, high: int) -> int:
        """A required whole number from `low` to `high`."""
        value = self.number(field, low, high)
        if value % 1:
            name = self.path + field
            raise BadItem("out_of_range", name, f"{name} must be a whole number")
        return int(value)

    def contradicts(self, field: str, other: str) -> BadItem:
        """The error of a field that cannot be true beside what another one says."""
        name = self.path + field
        return BadItem("contradiction", name, f"{name} contradicts {other}")

    def day(self, field: str) -> date:
        """A required ISO date."""
        return batch.day(self.values, field, self.path)

    @staticmethod
    def _object(value: object, name: str) -> Item:
        if not isinstance(value, dict):
            raise BadItem("not_an_object", name, f"{name} must be a JSON object")
        batch.refuse_repeated(value, f"{name}.")
        return Item(value, f"{name}.")


def answer_items(items: list[object], judge: Callable[[Item], dict[str, object]]) -> list[object]:
    """One answer per item, in order; a bad item answers its error."""
    return batch.answers(items, lambda values: judge(Item(values)))


def signals(lines: Iterable[Judgement]) -> list[dict[str, object]]:
    """The rule lines that ask for attention; a finding in order is no signal."""
    return [
        {
            "rule_id": line.rule_id,
            "level": _LEVELS.get(line.verdict, "info"),
            "verdict": line.verdict.value,
            "status": line.status.value,
            "text": f"{line.head}: {line.text}",
        }
        for line in lines
        if line.verdict is not Verdict.OK
    ]

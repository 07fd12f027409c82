"""A batch of the command line: every item answered in its place, a bad one by a named error.

Reads one JSON object field by field; what is not exactly right is refused with its code, the path
of the field and a sentence in English.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

# A measured number as text: digits with at most one decimal point, of a sane length.
_NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,20})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class BadItem(Exception):
    """One field of one item cannot be judged."""

    def __init__(self, code: str, field: str | None, message: str) -> None:
        """`field`: path as in `previous[0].height_cm`; None = the item as a whole."""
        super().__init__(message)
        self.code = code
        self.field = field
        self.message = message


class Repeated(dict[str, Any]):
    """A JSON object that gives one field twice: nobody can tell which of both was meant."""

    def __init__(self, values: dict[str, Any], field: str) -> None:
        """`values`: the last of each field; `field`: the first one that came again."""
        super().__init__(values)
        self.field = field


def json_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """What `json.loads` makes of an object: Repeated when a field stands there twice."""
    values: dict[str, Any] = {}
    again = None
    for name, value in pairs:
        if again is None and name in values:
            again = name
        values[name] = value
    return values if again is None else Repeated(values, again)


def answers(
    items: Iterable[object], judge: Callable[[dict[str, Any]], dict[str, object]]
) -> list[object]:
    """The answer of every item in order; `judge` gets an object and may raise BadItem."""
    return [_answer(item, judge) for item in items]


def _answer(
    item: object, judge: Callable[[dict[str, Any]], dict[str, object]]
) -> dict[str, object]:
    identity: str | int | None = None
    try:
        given = _object(item)
        identity = _identity(given)
        refuse_repeated(given)
        return {"id": identity, **judge(given)}
    except BadItem as error:
        return {
            "id": identity,
            "error": {"code": error.code, "field": error.field, "message": error.message},
        }


def _object(item: object) -> dict[str, Any]:
    if not isinstance(item, dict):
        raise BadItem("not_an_object", None, "an item must be a JSON object")
    return item


def _identity(item: dict[str, Any]) -> str | int | None:
    value = item.get("id")
    if value is None or (isinstance(value, str | int) and not isinstance(value, bool)):
        return value
    raise BadItem("invalid_id", "id", "id must be text or a whole number")


def refuse_repeated(item: dict[str, Any], path: str = "") -> None:
    """BadItem for an object that gives one field twice."""
    if isinstance(item, Repeated):
        field = path + item.field
        raise BadItem("repeated_field", field, f"{field} stands there twice")


def refuse_unknown(item: dict[str, Any], known: Iterable[str], path: str = "") -> None:
    """BadItem for a field that nobody would read: most often a typing error."""
    for name in item:
        if name not in known:
            field = path + str(name)
            raise BadItem("unknown_field", field, f"{field} is not a field of this command")


def required(item: dict[str, Any], name: str, path: str = "") -> Any:
    """The value of a field that must be there and not null."""
    value = item.get(name)
    if value is None:
        raise BadItem("missing", path + name, f"{path}{name} is missing")
    return value


def choice(item: dict[str, Any], name: str, choices: Iterable[str], path: str = "") -> str:
    """A required field with one of the given texts."""
    value = required(item, name, path)
    allowed = tuple(choices)
    if not isinstance(value, str) or value not in allowed:
        shown = ", ".join(allowed)
        raise BadItem("not_a_choice", path + name, f"{path}{name} must be one of: {shown}")
    return value


def day(item: dict[str, Any], name: str, path: str = "") -> date:
    """A required ISO date, YYYY-MM-DD."""
    value = required(item, name, path)
    field = path + name
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise BadItem("not_a_date", field, f"{field} must be a date as YYYY-MM-DD")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise BadItem("not_a_date", field, f"{field} is a day that does not exist") from error


def measured(item: dict[str, Any], name: str, path: str = "") -> Decimal | None:
    """A measured number, given as text with a decimal point or as a JSON number; None if absent."""
    value = item.get(name)
    if value is None:
        return None
    field = path + name
    number = _number(value)
    if number is None:
        raise BadItem("not_a_number", field, f'{field} must be a number, such as 128.4 or "128.4"')
    return number


def _number(value: object) -> Decimal | None:
    """A sane number: text, or a JSON number with all the digits that another program computed."""
    if isinstance(value, str):
        text = value.strip()
        return Decimal(text) if _NUMBER.fullmatch(text) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not math.isfinite(value) or abs(value) >= 10**9:
        return None
    return Decimal(repr(value))

"""What stands in the controls of a short form, as JSON for its draft, and back again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from ui.widgets.choice_row import ChoiceRow
from ui.widgets.date_edit import DateEdit
from ui.widgets.filtered_list import FilteredList
from ui.widgets.tick_box import TickBox
from ui.widgets.typed_dates import TypedDate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ui.widgets.text_edit import TextEdit

    Field = TextEdit | ChoiceRow | FilteredList | DateEdit | TickBox


def values_as_json(fields: Mapping[str, Field]) -> str:
    """The fields that hold something, by name."""
    found: dict[str, str] = {}
    for name, field in fields.items():
        if isinstance(field, DateEdit):
            typed = field.value()
            found[name] = typed.iso() if typed else ""
        elif isinstance(field, TickBox):
            found[name] = "yes" if field.value() else ""
        else:
            found[name] = field.value() or ""
    return msgspec.json.encode({name: value for name, value in found.items() if value}).decode()


def put_values(fields: Mapping[str, Field], content: str) -> None:
    """Fill the fields as the draft had them; what it does not name is emptied."""
    kept = msgspec.json.decode(content, type=dict[str, str])
    for name, field in fields.items():
        value = kept.get(name, "")
        if isinstance(field, DateEdit):
            field.set_value(TypedDate.from_iso(value) if value else None)
        elif isinstance(field, TickBox):
            field.set_value(bool(value))
        elif isinstance(field, ChoiceRow | FilteredList):
            field.set_value(value or None)
        else:
            field.set_value(value)

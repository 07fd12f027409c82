"""The field in which a value is filled in that neither of two versions has."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from clbdesk.services.typed_anew import LONGEST
from clbdesk.standards.entry_limits import limits
from ui.widgets.decimal_edit import DecimalEdit
from ui.widgets.filtered_list import FilteredList, Option
from ui.widgets.text_edit import TextEdit

if TYPE_CHECKING:
    from clbdesk.services.conflict_view import Row

OwnField: TypeAlias = DecimalEdit | FilteredList | TextEdit


def own_field(row: Row) -> OwnField:
    """A number within its limits, a value of the list that the field belongs to, or words."""
    if row.typed is not None:
        low, high = limits(row.typed).block or (None, None)
        return DecimalEdit(
            row.label,
            places=limits(row.typed).places,
            unit=row.unit,
            minimum=low,
            maximum=high,
            required=True,
        )
    if row.choices:
        options = [Option(one.code, one.words) for one in row.choices]
        return FilteredList(row.label, options, required=True)
    return TextEdit(row.label, limit=LONGEST, required=True)

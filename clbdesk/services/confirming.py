"""Answers to unlikely values: "Nagemeten, klopt", kept with the record that holds the value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from clbdesk.domain.judgement import Confirmation
from clbdesk.services.desk import Desk


@dataclass(frozen=True, slots=True)
class Answer:
    """The limit that asked, and the reading before it when there was another."""

    limit_id: str
    first_reading: Decimal | None = None


def confirmations(
    desk: Desk,
    values: Mapping[str, Decimal | None],
    answers: Mapping[str, Answer],
    before: tuple[Confirmation, ...],
) -> tuple[Confirmation, ...]:
    """The confirmations of the values by field name; an answer about a value that left is dropped.

    `before`: those of the saved version, which stay as they were said while the value stays.
    """
    now = desk.clock.now()
    found = []
    for field, answer in sorted(answers.items()):
        value = values.get(field)
        if value is None:
            continue
        kept = next((one for one in before if (one.field, one.value) == (field, str(value))), None)
        found.append(
            kept
            or Confirmation(
                limit_id=answer.limit_id,
                field=field,
                value=str(value),
                first_reading=None if answer.first_reading is None else str(answer.first_reading),
                confirmed_by=desk.user.staff_id,
                confirmed_at=now,
            )
        )
    return tuple(found)


def answers_in(confirmed: tuple[Confirmation, ...]) -> dict[str, Answer]:
    """The answers of a saved version, to go on from."""
    return {
        one.field: Answer(one.limit_id, Decimal(one.first_reading) if one.first_reading else None)
        for one in confirmed
    }

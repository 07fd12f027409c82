"""Why a test was not done: the reasons offered with each of the five not-done states."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from clbdesk.domain.body import ExamState
from clbdesk.standards.tables import standards


@dataclass(frozen=True, slots=True)
class NotDoneReason:
    """A reason. `code` is what is recorded; `label` is Dutch; `letter` chooses it by keyboard."""

    code: str
    label: str
    letter: str


@cache
def not_done_reasons(state: ExamState) -> tuple[NotDoneReason, ...]:
    """The reasons of a state in the order in which they are offered; none for DONE."""
    return tuple(
        NotDoneReason(row["code"], row["label"], row["letter"])
        for row in standards().rows("not_done_reasons.csv")
        if row["state"] == state.value
    )


def reason_label(state: ExamState, code: str) -> str:
    """The Dutch words of a recorded reason; a text of somebody's own is given back as it is."""
    return next((one.label for one in not_done_reasons(state) if one.code == code), code)

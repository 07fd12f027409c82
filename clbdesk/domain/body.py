"""The shape of every body, and how it becomes text: encoded once, validated at every border."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

import msgspec

from clbdesk.domain.judgement import Confirmation, Judgement
from clbdesk.ids import StaffId


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one record says. A new field raises the kind's version."""


class ExamState(StrEnum):
    """Done, or one of the five not-done states (pages.md §1.4); none of them counts as normal.

    An untouched field is *open*: it is not recorded at all, and is none of these.
    """

    DONE = "done"
    NOT_PLANNED = "not_planned"
    POSTPONED = "postponed"
    NOT_POSSIBLE = "not_possible"
    REFUSED = "refused"
    UNRELIABLE = "unreliable"


class Source(StrEnum):
    """Where a finding comes from (medical handbook §7)."""

    CLB = "clb"
    EXTERNAL_REPORT = "external_report"
    PARENT = "parent"
    SCHOOL = "school"
    IMPORT = "import"


class ExamBody(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every test has beside its values.

    `performed_by`: staff member when it is not the author. `performed_by_name`: free text for an
    external report. `assumed`: names of the answers that "rest in orde" (F7) filled in.
    `confirmed`: unlikely values that somebody measured again.
    """

    state: ExamState
    state_reason: str | None = None
    remark: str | None = None
    source: Source = Source.CLB
    performed_by: StaffId | None = None
    performed_by_name: str | None = None
    assumed: tuple[str, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    confirmed: tuple[Confirmation, ...] = ()


BodyT = TypeVar("BodyT", bound=Body)


def numbers_of(value: object, name: str = "") -> Iterator[tuple[str, Decimal | int]]:
    """Every number inside a body, with the name of its field."""
    if isinstance(value, msgspec.Struct):
        for each in value.__struct_fields__:
            yield from numbers_of(getattr(value, each), each)
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from numbers_of(each, str(key))
    elif isinstance(value, tuple):
        for each in value:
            yield from numbers_of(each, name)
    elif isinstance(value, Decimal | int) and not isinstance(value, bool):
        yield name, value


def can_be_compared(body: Body) -> bool:
    """Whether every number is one: whoever compares with a NaN stops."""
    return all(not isinstance(one, Decimal) or one.is_finite() for _, one in numbers_of(body))


def encode(body: Body) -> str:
    """Canonical JSON text: keys sorted, decimals as text, no white space."""
    return msgspec.json.encode(body, order="sorted").decode()


def decode(text: str, shape: type[BodyT]) -> BodyT:
    """The struct of a body text; msgspec.ValidationError when it is not of that shape."""
    return msgspec.json.decode(text, type=shape)

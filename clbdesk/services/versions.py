"""Two versions of one body field by field, and one body out of the fields that were chosen.

Works for every kind alike: a field is a place in the body, and an ear or an eye is a place of its
own. What the program keeps beside the values (judgements, confirmations, ids) is no field and
follows the values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

import msgspec

from clbdesk.domain.body import Body, ExamBody, ExamState, Source
from clbdesk.domain.contact import Acuity

# A place in a body: ("height_cm",), ("right", "1000").
Path = tuple[str, ...]
BodyT = TypeVar("BodyT", bound=Body)

_KEPT_BESIDE = frozenset(
    {
        "judgements",
        "confirmed",
        "assumed",
        "reference",
        "signed_by",
        "dose_ids",
        "over",
        "up_to",
        "template",
    }
)
_ALWAYS_SHOWN = frozenset({"remark"})
# What every test has comes after what is its own.
_COMMON = {field.name for field in msgspec.structs.fields(ExamBody)}
# A test that was done, by this centre: said by its values.
_ORDINARY = (ExamState.DONE, Source.CLB)


class Side(StrEnum):
    """Which of the two versions."""

    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class FieldPair:
    """One field of both versions; a value is None where nothing was filled in.

    A value is a plain value, an enum member, a struct (an eye, a cell), or a tuple of those.
    """

    path: Path
    left: object
    right: object

    @property
    def differs(self) -> bool:
        """Whether there is something to choose."""
        return self.left != self.right

    def of(self, side: Side) -> object:
        """The value of one side."""
        return self.left if side is Side.LEFT else self.right


def pairs(left: Body, right: Body) -> tuple[FieldPair, ...]:
    """The fields of two bodies of one kind: those that differ first, each in the body's order."""
    found = [
        FieldPair(path, values_of(left).get(path), values_of(right).get(path))
        for path in dict.fromkeys((*values_of(left), *values_of(right)))
    ]
    shown = [
        one
        for one in found
        if not (_is_empty(one.left) and _is_empty(one.right)) or one.path[0] in _ALWAYS_SHOWN
    ]
    return tuple(sorted(shown, key=lambda one: not one.differs))


def values_of(body: Body) -> dict[Path, object]:
    """Every field that a person filled in, by its place; a measure not done is its state."""
    found: dict[Path, object] = {}
    fields = sorted(msgspec.structs.fields(body), key=lambda field: field.name in _COMMON)
    names = {field.name for field in fields}
    for field in fields:
        name, value = field.name, getattr(body, field.name)
        if name in _KEPT_BESIDE or name.endswith("_id") or _measure_of(name, names):
            continue
        if value in _ORDINARY:
            value = None
        if isinstance(value, dict):
            found |= {(name, str(key)): one for key, one in value.items()}
            continue
        state = _state_of(name, names)
        if value is None and state and getattr(body, state) is not ExamState.DONE:
            value = getattr(body, state)
        found[(name,)] = value
    return found


def merged(
    left: BodyT,
    right: BodyT,
    chosen: Mapping[Path, Side],
    own: Mapping[Path, object],
) -> BodyT:
    """The left body with the fields of the right that were chosen, and with values typed anew.

    Confirmations stay with the value they are about; judgements are left out (rejudge.py).
    """
    changes: dict[str, Any] = {}
    names = {field.name for field in msgspec.structs.fields(left)}
    for path, side in chosen.items():
        if side is Side.RIGHT:
            _put(changes, left, path, _raw(right, path))
            state = _state_of(path[0], names)
            if state:
                changes[state] = getattr(right, state)
    for path, value in own.items():
        _put(changes, left, path, value)
        state = _state_of(path[0], names)
        if state:
            changes[state] = ExamState.DONE
    body = msgspec.structs.replace(left, **changes)
    return _follow(body, left, right, chosen)


def joined(left: Body, right: Body) -> Body | None:
    """Two acuity tests that each did another eye, as one; None when they say different things."""
    if not isinstance(left, Acuity) or not isinstance(right, Acuity) or left == right:
        return None
    chosen: dict[Path, Side] = {}
    for pair in pairs(left, right):
        if not pair.differs:
            continue
        is_eye = pair.path[0] in {"right", "left"}
        if is_eye and pair.left is None:
            chosen[pair.path] = Side.RIGHT
        elif not (is_eye and pair.right is None) and pair.path[0] != "first_eye":
            return None
    return merged(left, right, chosen, {})


def _follow(body: BodyT, left: BodyT, right: BodyT, chosen: Mapping[Path, Side]) -> BodyT:
    """What stands beside the values goes with the side that they came from."""
    if not (isinstance(body, ExamBody) and isinstance(left, ExamBody)):
        return body
    assert isinstance(right, ExamBody)
    kept = {str(value) for value in values_of(body).values()}
    confirmed = tuple(
        one for one in dict.fromkeys((*left.confirmed, *right.confirmed)) if one.value in kept
    )
    from_right = {path[0] for path, side in chosen.items() if side is Side.RIGHT}
    assumed = tuple(
        name
        for name in dict.fromkeys((*left.assumed, *right.assumed))
        if name in (right if name in from_right else left).assumed
    )
    return msgspec.structs.replace(body, confirmed=confirmed, assumed=assumed, judgements=())


def _raw(body: Body, path: Path) -> object:
    value = getattr(body, path[0])
    return value.get(path[1]) if len(path) > 1 else value


def _put(changes: dict[str, Any], body: Body, path: Path, value: object) -> None:
    if len(path) == 1:
        changes[path[0]] = value
        return
    cells = dict(changes.get(path[0], getattr(body, path[0])))
    if value is None:
        cells.pop(path[1], None)
    else:
        cells[path[1]] = value
    changes[path[0]] = cells


def _state_of(name: str, names: set[str]) -> str:
    """height_cm → height_state."""
    state = f"{name.rpartition('_')[0]}_state"
    return state if state in names else ""


def _measure_of(name: str, names: set[str]) -> bool:
    """Whether this is the state of a measure that is a field itself."""
    stem = name.removesuffix("_state")
    return stem != name and any(other.startswith(f"{stem}_") and other != name for other in names)


def _is_empty(value: object) -> bool:
    return value is None or value in ("", (), False)

"""What a service answers: its value, and what changed, so that pages know whether to look again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from clbdesk.ids import PupilId, VisitId

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """The kinds, pupils and visits that a service touched."""

    kinds: frozenset[str] = field(default_factory=frozenset)
    pupil_ids: frozenset[PupilId] = field(default_factory=frozenset)
    visit_ids: frozenset[VisitId] = field(default_factory=frozenset)

    def touches(self, *kinds: str, pupil_id: PupilId | None = None) -> bool:
        """Whether any of these kinds (of this pupil, when given) changed."""
        if pupil_id is not None and pupil_id not in self.pupil_ids:
            return False
        return bool(self.kinds.intersection(kinds))

    def __or__(self, other: ChangeSet) -> ChangeSet:
        """Both together."""
        return ChangeSet(
            self.kinds | other.kinds,
            self.pupil_ids | other.pupil_ids,
            self.visit_ids | other.visit_ids,
        )


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Value]):
    """A value and the changes that came with it."""

    value: Value
    changes: ChangeSet

"""Doses that may be one needle, written down twice: same antigen, same pupil, same day, two laptops.

It is a question and never an answer (architecture §3): until a person says which, both count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from clbdesk.domain.vaccination import Dose, DoseSource, DoseStatus
from clbdesk.ids import DeviceId, RecordId
from clbdesk.standards.vaccination.ruleset import vaccine_types

_DAY = len("2026-11-23")


@dataclass(frozen=True, slots=True)
class WrittenDose:
    """A dose record, and the laptop on which it was written first."""

    record_id: RecordId
    device: DeviceId
    dose: Dose


def double_doses(written: Sequence[WrittenDose]) -> list[tuple[WrittenDose, WrittenDose]]:
    """The pairs to ask about, in the order given.

    Only own doses that were given and are known to the day: what comes from Vaccinnet or a
    booklet beside an own dose is weighed by the history (rule DUP).
    """
    return [
        (one, other)
        for one, other in combinations([each for each in written if _is_told(each.dose)], 2)
        if one.device != other.device
        and one.dose.pupil_id == other.dose.pupil_id
        and one.dose.on == other.dose.on
        and _antigens(one.dose.vaccine) & _antigens(other.dose.vaccine)
    ]


def _is_told(dose: Dose) -> bool:
    return (
        dose.status is DoseStatus.GIVEN and dose.source is DoseSource.OWN and len(dose.on) == _DAY
    )


def _antigens(vaccine: str) -> frozenset[str]:
    """The series a vaccine belongs to; a vaccine outside every series stands for itself."""
    found = vaccine_types().get(vaccine)
    return frozenset(found.series) if found and found.series else frozenset({vaccine})

"""What earlier measurements are to a later one, and the reference on which a doctor plots a pupil.

A measurement that could not be trusted, or that has two versions, is kept and shown; nothing is
compared with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from clbdesk.clock import local_day
from clbdesk.domain.body import ExamState, Source
from clbdesk.domain.contact import Growth, GrowthReference
from clbdesk.domain.kinds import derived_record_id
from clbdesk.errors import Refused
from clbdesk.ids import PupilId, RecordId, RevId
from clbdesk.services.desk import Desk
from clbdesk.services.outcome import Outcome
from clbdesk.services.reading import Standing, final_bodies, open_base, standing
from clbdesk.services.records import Part, Saved, Where, record
from clbdesk.standards.measurements import EarlierGrowth
from clbdesk.standards.references import STANDARD, references
from clbdesk.storage.vault import Reader

KIND = "growth_reference"


@dataclass(frozen=True, slots=True)
class EarlierPoint:
    """An earlier measurement with who made it; `trusted`: what later ones are compared with."""

    on: date
    height_cm: Decimal | None
    weight_kg: Decimal | None
    head_cm: Decimal | None
    sitting_height_cm: Decimal | None
    by: str
    external: bool
    trusted: EarlierGrowth


@dataclass(frozen=True, slots=True)
class ChosenReference:
    """The charts of a pupil: the standard, or what a doctor chose, when and why; `base` to change it."""

    reference: str = STANDARD
    reason: str = ""
    by: str = ""
    on: date | None = None
    base: tuple[RevId, ...] = ()


def trusted(body: Growth) -> EarlierGrowth:
    """The values of a measurement that later ones may be compared with."""
    doubted = ExamState.UNRELIABLE
    return EarlierGrowth(
        on=body.on,
        height_cm=None if body.height_state is doubted else body.height_cm,
        weight_kg=None if body.weight_state is doubted else body.weight_kg,
    )


def comparable(found: Standing[Growth]) -> EarlierGrowth:
    """What later measurements may be compared with: of two versions only what both say."""
    versions = [trusted(body) for body in final_bodies(found.head, Growth)]
    heights = {one.height_cm for one in versions}
    weights = {one.weight_kg for one in versions}
    return EarlierGrowth(
        on=found.body.on,
        height_cm=heights.pop() if len(heights) == 1 else None,
        weight_kg=weights.pop() if len(weights) == 1 else None,
    )


def earlier_point(found: Standing[Growth], names: Mapping[str, str]) -> EarlierPoint:
    """A measurement as charts and tables show it; `names` of the members of staff."""
    body = found.body
    return EarlierPoint(
        on=body.on,
        height_cm=body.height_cm,
        weight_kg=body.weight_kg,
        head_cm=body.head_cm,
        sitting_height_cm=body.sitting_height_cm,
        by=body.performed_by_name or names.get(RecordId(found.revision.author), ""),
        external=body.source is Source.EXTERNAL_REPORT,
        trusted=comparable(found),
    )


def chosen_reference(
    reader: Reader, pupil_id: PupilId, names: Mapping[str, str]
) -> ChosenReference:
    """The charts on which this pupil is plotted."""
    head = reader.head(derived_record_id(KIND, pupil_id))
    found = standing(head, GrowthReference)
    if found is None:
        return ChosenReference(base=open_base(head))
    return ChosenReference(
        reference=found.body.reference,
        reason=found.body.reason,
        by=names.get(RecordId(found.revision.author), ""),
        on=local_day(found.revision.recorded_at),
        base=open_base(head),
    )


def may_choose_reference(desk: Desk) -> bool:
    """Whether this user may plot on other charts: a doctor (handbook §2.2)."""
    return desk.may_write(KIND)


def choose_reference(
    desk: Desk, pupil_id: PupilId, before: ChosenReference, reference: str, reason: str
) -> Outcome[Saved]:
    """Plot a pupil on other charts from now on; recorded with name, day and reason.

    Refused for anybody but a doctor, without a reason, and for charts that are not installed.
    """
    if reference not in {one.id for one in references()}:
        raise Refused("growth.no_reference", field="reference")
    if not reason.strip():
        raise Refused("growth.reason_missing", field="reason")
    body = GrowthReference(pupil_id=pupil_id, reference=reference, reason=reason.strip())
    part = Part(body, Where(pupil_id), derived_record_id(KIND, pupil_id), before.base)
    return record(desk, [part], reason=body.reason)

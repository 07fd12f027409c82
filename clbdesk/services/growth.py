"""Groei: what is known of a pupil's length and weight, judging what is typed, recording it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from clbdesk.clock import local_day
from clbdesk.domain.body import ExamState, Source
from clbdesk.domain.contact import Clothing, Growth, ParentHeight
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.people import Sex, Staff
from clbdesk.ids import RecordId, RevId
from clbdesk.services.confirming import Answer, confirmations
from clbdesk.services.desk import Desk
from clbdesk.services.outcome import Outcome
from clbdesk.services.pupil import PupilOnVisit, with_presence
from clbdesk.services.reading import Standing, all_standing, one_standing, open_base, standing
from clbdesk.services.records import Part, Saved, add_parts, base_in, changes_of
from clbdesk.services.visits import find_defaults
from clbdesk.standards.growth import GrowthJudgement, judge_growth
from clbdesk.standards.limits import Field, Impossible, LimitContext, Unlikely, check
from clbdesk.standards.measurements import EarlierGrowth, GrowthInput
from clbdesk.standards.phrases import number


@dataclass(frozen=True, slots=True)
class EarlierPoint:
    """An earlier measurement with who made it."""

    on: date
    height_cm: Decimal | None
    weight_kg: Decimal | None
    by: str
    external: bool
    reference: str


@dataclass(frozen=True, slots=True)
class GrowthView:
    """What the page of growth shows before anybody types; `base` for its draft and saving."""

    on_visit: PupilOnVisit
    today: date
    earlier: tuple[EarlierPoint, ...]
    mother_cm: Decimal | None
    mother_measured: bool
    father_cm: Decimal | None
    father_measured: bool
    clothing: Clothing | None
    device: str
    saved: Standing[Growth] | None
    saved_by: str
    measured_by: str
    base: tuple[RevId, ...]

    @property
    def sex(self) -> Sex:
        """The sex to judge by."""
        return self.on_visit.pupil.sex

    @property
    def on(self) -> date:
        """The day of the measurement: today, or the day of what is being corrected."""
        return self.saved.body.on if self.saved else self.today

    @property
    def parents(self) -> ParentHeight:
        """The parents' lengths as they are known."""
        return ParentHeight(
            pupil_id=self.on_visit.pupil_id,
            mother_cm=self.mother_cm,
            mother_measured=self.mother_measured,
            father_cm=self.father_cm,
            father_measured=self.father_measured,
        )


@dataclass(frozen=True, slots=True)
class GrowthEntry:
    """The form: cm and kg, or a not-done state per measure with its reason.

    `confirmed`: answers by field name ("height", "weight").
    """

    height_cm: Decimal | None = None
    height_state: ExamState = ExamState.DONE
    weight_kg: Decimal | None = None
    weight_state: ExamState = ExamState.DONE
    state_reason: str | None = None
    clothing: Clothing | None = None
    device: str = ""
    posture: tuple[str, ...] = ()
    mother_cm: Decimal | None = None
    mother_measured: bool = False
    father_cm: Decimal | None = None
    father_measured: bool = False
    confirmed: Mapping[str, Answer] | None = None


def open_growth(desk: Desk, on_visit: PupilOnVisit) -> GrowthView:
    """Everything of growth that this laptop knows of a pupil."""
    record_id = on_visit.exam_id("growth")
    defaults = find_defaults(desk, on_visit.visit_id)
    with desk.vault.read() as reader:
        head = reader.head(record_id)
        growths = all_standing(reader.heads(kinds=("growth",), pupil_id=on_visit.pupil_id), Growth)
        names = {
            one.record_id: one.body.name
            for one in all_standing(reader.heads(kinds=("staff",)), Staff)
        }
        parents_id = derived_record_id("parent_height", on_visit.pupil_id)
        parents = one_standing(reader, parents_id, ParentHeight)
        parents_base = open_base(reader.head(parents_id))
    saved = standing(head, Growth)
    return GrowthView(
        on_visit=on_visit,
        today=local_day(desk.clock.now()),
        earlier=tuple(_point(one, names) for one in growths if one.record_id != record_id),
        mother_cm=parents.body.mother_cm if parents else None,
        mother_measured=parents.body.mother_measured if parents else False,
        father_cm=parents.body.father_cm if parents else None,
        father_measured=parents.body.father_measured if parents else False,
        clothing=Clothing(defaults.clothing) if defaults.clothing else None,
        device=defaults.growth_device,
        saved=saved,
        saved_by=names.get(RecordId(saved.revision.author), "") if saved else "",
        measured_by=desk.user.name,
        base=(*open_base(head), *parents_base),
    )


def _point(found: Standing[Growth], names: Mapping[RecordId, str]) -> EarlierPoint:
    body = found.body
    return EarlierPoint(
        on=body.on,
        height_cm=body.height_cm,
        weight_kg=body.weight_kg,
        by=body.performed_by_name or names.get(RecordId(found.revision.author), ""),
        external=body.source is Source.EXTERNAL_REPORT,
        reference=body.reference,
    )


def growth_input(view: GrowthView, entry: GrowthEntry) -> GrowthInput:
    """What the rules are given: the form with everything that came before."""
    return GrowthInput(
        sex=view.sex,
        birth=view.on_visit.pupil.birth_date,
        on=view.on,
        height_cm=entry.height_cm,
        weight_kg=entry.weight_kg,
        mother_cm=entry.mother_cm,
        father_cm=entry.father_cm,
        previous=tuple(EarlierGrowth(one.on, one.height_cm, one.weight_kg) for one in view.earlier),
    )


def judge(view: GrowthView, entry: GrowthEntry) -> GrowthJudgement:
    """Scores, weight class and rule lines of what stands in the form. Pure and quick.

    A measurement that cannot be trusted is kept and shown, never judged.
    """
    return judge_growth(growth_input(view, _trusted(entry)))


def _trusted(entry: GrowthEntry) -> GrowthEntry:
    doubted = ExamState.UNRELIABLE
    return replace(
        entry,
        height_cm=None if entry.height_state is doubted else entry.height_cm,
        weight_kg=None if entry.weight_state is doubted else entry.weight_kg,
    )


def ask_about(
    view: GrowthView, entry: GrowthEntry, field: Field, value: Decimal
) -> Impossible | Unlikely | None:
    """Whether a value cannot be, or must be confirmed."""
    context = LimitContext(
        sex=view.sex,
        birth=view.on_visit.pupil.birth_date,
        on=view.on,
        height_cm=entry.height_cm,
        weight_kg=entry.weight_kg,
        previous=growth_input(view, entry).previous,
    )
    return check(field, value, context)


def open_questions(desk: Desk, on_visit: PupilOnVisit) -> tuple[str, ...]:
    """The saved values that are unlikely and that nobody confirmed, in words with their unit."""
    view = open_growth(desk, on_visit)
    if view.saved is None:
        return ()
    body = view.saved.body
    entry = GrowthEntry(height_cm=body.height_cm, weight_kg=body.weight_kg)
    answered = {(one.field, one.value) for one in body.confirmed}
    found = []
    for field, value, state, unit in (
        (Field.HEIGHT, body.height_cm, body.height_state, "cm"),
        (Field.WEIGHT, body.weight_kg, body.weight_state, "kg"),
    ):
        if value is None or state is not ExamState.DONE:
            continue
        if (field.value, str(value)) in answered:
            continue
        if isinstance(ask_about(view, entry, field, value), Unlikely):
            found.append(f"{number(float(value), 1)} {unit}")
    return tuple(found)


def record_growth(
    desk: Desk,
    view: GrowthView,
    entry: GrowthEntry,
    base: tuple[RevId, ...],
    *,
    reason: str | None = None,
) -> Outcome[Saved]:
    """Record length and weight with their judgements, and the parents' lengths when they changed."""
    on_visit = view.on_visit
    body = _body(desk, view, entry)
    with desk.vault.write() as work:
        record_id = on_visit.exam_id("growth")
        parts = [Part(body, on_visit.where, record_id, base_in(work, record_id, base))]
        parents = ParentHeight(
            pupil_id=on_visit.pupil_id,
            mother_cm=entry.mother_cm,
            mother_measured=entry.mother_measured,
            father_cm=entry.father_cm,
            father_measured=entry.father_measured,
        )
        if parents != view.parents:
            parents_id = derived_record_id("parent_height", on_visit.pupil_id)
            parts.append(Part(parents, on_visit.where, parents_id, base_in(work, parents_id, base)))
        saved = add_parts(desk, work, with_presence(work, on_visit, parts), reason=reason)
        work.drop_draft(desk.user.staff_id, on_visit.form("growth"))
    return Outcome(saved, changes_of(saved.revisions))


def _body(desk: Desk, view: GrowthView, entry: GrowthEntry) -> Growth:
    measured = entry.height_cm is not None or entry.weight_kg is not None
    both = entry.height_state is entry.weight_state
    # One state for the whole; where the two differ, the measures say it themselves.
    state = entry.height_state if both or not measured else ExamState.DONE
    values = {"height": entry.height_cm, "weight": entry.weight_kg}
    before = view.saved.body.confirmed if view.saved else ()
    return Growth(
        state=state,
        state_reason=entry.state_reason,
        judgements=judge(view, entry).lines if measured else (),
        confirmed=confirmations(desk, values, entry.confirmed or {}, before),
        height_cm=entry.height_cm,
        height_state=entry.height_state,
        weight_kg=entry.weight_kg,
        weight_state=entry.weight_state,
        clothing=entry.clothing if entry.weight_kg is not None else None,
        device=entry.device,
        posture=entry.posture,
        on=view.on,
    )

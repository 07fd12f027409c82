"""Groei: what is known of a pupil's length and weight, judging what is typed, recording it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from clbdesk.clock import local_day
from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import Clothing, Growth, ParentHeight
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.people import Sex
from clbdesk.errors import Refused
from clbdesk.ids import RevId
from clbdesk.services.confirming import Answer, confirmations
from clbdesk.services.desk import Desk
from clbdesk.services.growth_past import (
    ChosenReference,
    EarlierPoint,
    chosen_reference,
    earlier_point,
    may_choose_reference,
)
from clbdesk.services.outcome import Outcome
from clbdesk.services.pupil import PupilOnVisit, add_step
from clbdesk.services.reading import (
    Standing,
    all_standing,
    one_standing,
    open_base,
    staff_names,
    standing,
)
from clbdesk.services.records import Part, Saved, base_in, changes_of
from clbdesk.services.relation import must_read_at
from clbdesk.services.visits import find_defaults
from clbdesk.standards.growth import GrowthJudgement, judge_growth
from clbdesk.standards.limits import Field, Impossible, LimitContext, Unlikely, check
from clbdesk.standards.measurements import GrowthInput
from clbdesk.standards.phrases import day, number
from clbdesk.wording import say


@dataclass(frozen=True, slots=True)
class GrowthView:
    """What the page of growth shows before anybody types; `base` for its draft and saving.

    `is_doctor`: head, sitting height and the choice of the charts are for doctors (P06).
    """

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
    chosen: ChosenReference
    is_doctor: bool
    base: tuple[RevId, ...]

    @property
    def sex(self) -> Sex:
        """The sex to judge by."""
        return self.on_visit.pupil.sex

    @property
    def on(self) -> date:
        """The day of the measurement: today, or the day of what is being corrected."""
        return self.saved.body.on if self.saved else self.today

    def before(self, measure: str) -> str:
        """The value before this day in words, "98,1 op 09 okt 2023"; empty without one.

        `measure`: "height", "weight", "head" or "sitting_height".
        """
        unit = "weight_kg" if measure == "weight" else f"{measure}_cm"
        points = [
            one for one in self.earlier if one.on < self.on and getattr(one, unit) is not None
        ]
        last = max(points, key=lambda one: one.on, default=None)
        if last is None:
            return ""
        said = {"value": number(getattr(last, unit)), "day": day(last.on)}
        counts = getattr(last.trusted, unit, Decimal(0)) is not None
        return say("growth.before" if counts else "growth.before_left_out", **said)

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

    `confirmed`: answers by field name ("height", "weight", "head", "sitting_height").
    """

    height_cm: Decimal | None = None
    height_state: ExamState = ExamState.DONE
    weight_kg: Decimal | None = None
    weight_state: ExamState = ExamState.DONE
    head_cm: Decimal | None = None
    head_state: ExamState = ExamState.DONE
    sitting_height_cm: Decimal | None = None
    sitting_height_state: ExamState = ExamState.DONE
    state_reason: str | None = None
    clothing: Clothing | None = None
    device: str = ""
    remark: str = ""
    posture: tuple[str, ...] = ()
    mother_cm: Decimal | None = None
    mother_measured: bool = False
    father_cm: Decimal | None = None
    father_measured: bool = False
    confirmed: Mapping[str, Answer] | None = None


def open_growth(desk: Desk, on_visit: PupilOnVisit) -> GrowthView:
    """Everything of growth that this laptop knows of a pupil."""
    must_read_at(desk, on_visit.school_id, "growth")
    record_id = on_visit.exam_id("growth")
    defaults = find_defaults(desk, on_visit.visit_id)
    with desk.vault.read() as reader:
        head = reader.head(record_id)
        growths = all_standing(reader.heads(kinds=("growth",), pupil_id=on_visit.pupil_id), Growth)
        names = staff_names(reader)
        parents_id = derived_record_id("parent_height", on_visit.pupil_id)
        parents = one_standing(reader, parents_id, ParentHeight)
        parents_base = open_base(reader.head(parents_id))
        chosen = chosen_reference(reader, on_visit.pupil_id, names)
    saved = standing(head, Growth)
    return GrowthView(
        on_visit=on_visit,
        today=on_visit.tested_on(local_day(desk.clock.now())),
        earlier=tuple(earlier_point(one, names) for one in growths if one.record_id != record_id),
        mother_cm=parents.body.mother_cm if parents else None,
        mother_measured=parents.body.mother_measured if parents else False,
        father_cm=parents.body.father_cm if parents else None,
        father_measured=parents.body.father_measured if parents else False,
        clothing=Clothing(defaults.clothing) if defaults.clothing else None,
        device=defaults.growth_device,
        saved=saved,
        saved_by=names.get(saved.revision.author, "") if saved else "",
        measured_by=desk.user.name,
        chosen=chosen,
        is_doctor=may_choose_reference(desk),
        base=(*open_base(head), *parents_base),
    )


def growth_input(view: GrowthView, entry: GrowthEntry) -> GrowthInput:
    """What the rules are given: the form with everything that came before."""
    return GrowthInput(
        sex=view.sex,
        birth=view.on_visit.pupil.birth_date,
        on=view.on,
        height_cm=entry.height_cm,
        weight_kg=entry.weight_kg,
        head_cm=entry.head_cm,
        sitting_height_cm=entry.sitting_height_cm,
        mother_cm=entry.mother_cm,
        father_cm=entry.father_cm,
        previous=tuple(one.trusted for one in view.earlier),
        reference=view.chosen.reference,
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
        head_cm=None if entry.head_state is doubted else entry.head_cm,
        sitting_height_cm=(
            None if entry.sitting_height_state is doubted else entry.sitting_height_cm
        ),
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
        (Field.HEAD, body.head_cm, body.head_state, "cm"),
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
    """Record length and weight with their judgements, and the parents' lengths when they changed.

    Refused when anybody but a doctor fills in or changes head or sitting height.
    """
    on_visit = view.on_visit
    before = view.saved.body if view.saved else None
    known = (before.head_cm, before.sitting_height_cm) if before else (None, None)
    if not view.is_doctor and (entry.head_cm, entry.sitting_height_cm) != known:
        raise Refused("growth.doctor_only")
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
        saved = add_step(desk, work, on_visit, "growth", parts, reason=reason)
    return Outcome(saved, changes_of(saved.revisions))


def _body(desk: Desk, view: GrowthView, entry: GrowthEntry) -> Growth:
    values = {
        "height": entry.height_cm,
        "weight": entry.weight_kg,
        "head": entry.head_cm,
        "sitting_height": entry.sitting_height_cm,
    }
    measured = any(value is not None for value in values.values())
    both = entry.height_state is entry.weight_state
    # One state for the whole; where the two differ, the measures say it themselves.
    state = entry.height_state if both or not measured else ExamState.DONE
    before = view.saved.body.confirmed if view.saved else ()
    return Growth(
        state=state,
        state_reason=entry.state_reason,
        remark=entry.remark or None,
        judgements=judge(view, entry).lines if measured else (),
        confirmed=confirmations(desk, values, entry.confirmed or {}, before),
        height_cm=entry.height_cm,
        height_state=entry.height_state,
        weight_kg=entry.weight_kg,
        weight_state=entry.weight_state,
        head_cm=entry.head_cm,
        head_state=entry.head_state,
        sitting_height_cm=entry.sitting_height_cm,
        sitting_height_state=entry.sitting_height_state,
        clothing=entry.clothing if entry.weight_kg is not None else None,
        device=entry.device,
        posture=entry.posture,
        reference=view.chosen.reference,
        on=view.on,
    )

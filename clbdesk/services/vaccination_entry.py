"""What stands in the form of P13, and whether each dose of it may be given: pure and quick."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from clbdesk.domain.revision import RevisionStatus, Role
from clbdesk.domain.vaccination import (
    DoctorDecision,
    Dose,
    DoseSource,
    IdentityCheck,
    NotGivenReason,
    Prescreen,
)
from clbdesk.ids import RecordId
from clbdesk.services.conflicts import body_of
from clbdesk.services.vaccination import DoseRow, VaccinationView
from clbdesk.standards.vaccination.conditions import (
    Condition,
    ConditionName,
    PlannedDose,
    conditions_for_dose,
)
from clbdesk.standards.vaccination.history import GivenDose
from clbdesk.standards.vaccination.prescreen import (
    answered_yes,
    decision_on,
    doctor_allows,
    is_decided_against,
    questions_for,
)
from clbdesk.standards.vaccination.products import products
from clbdesk.standards.vaccination.ruleset import ruleset, vaccine_types
from clbdesk.wording import label, say

# Who it is and what was answered; the rest is looked at where the needle is.
_OF_THE_DESK = frozenset({ConditionName.IDENTITY, ConditionName.QUESTIONS})


@dataclass(frozen=True, slots=True)
class RowEntry:
    """What the form says about one vaccine: give it from this lot, or not, with a reason.

    Neither given nor with a reason = a row that was not planned and stays so.
    """

    vaccine: str
    give: bool
    lot_id: RecordId | None = None
    side: str = ""
    reason: NotGivenReason | None = None
    reason_text: str = ""


@dataclass(frozen=True, slots=True)
class VaccinationEntry:
    """The form. `typed`: day and month as DDMM; `assumed`: questions that F7 answered.

    `decisions`: of a doctor, by vaccine, with one reason.
    `is_linked`: the other post tells at once; otherwise somebody asks there.
    """

    rows: tuple[RowEntry, ...] = ()
    typed: str = ""
    confirmed_by: str = ""
    confirmed_by_name: str = ""
    answers: Mapping[str, bool] | None = None
    remarks: Mapping[str, str] | None = None
    assumed: tuple[str, ...] = ()
    decisions: Mapping[str, DoctorDecision] = field(default_factory=dict)
    doctor_reason: str = ""
    is_linked: bool = False
    asked_other_post: bool = False

    @property
    def given(self) -> tuple[RowEntry, ...]:
        """The rows that are to be given."""
        return tuple(row for row in self.rows if row.give)

    @property
    def planned(self) -> frozenset[str]:
        """The types that are to be given: they decide which questions are asked."""
        return frozenset(row.vaccine for row in self.given)


def goes_in(view: VaccinationView, entry: VaccinationEntry) -> bool:
    """Whether a needle is given now; what is only put right went in before."""
    in_before = {row.vaccine for row in view.rows if row.plan.is_given}
    return bool(entry.planned - in_before)


def identity_of(view: VaccinationView, entry: VaccinationEntry) -> IdentityCheck | None:
    """The check as it would be recorded; None while nothing was typed."""
    if not entry.typed:
        return None
    return IdentityCheck(
        pupil_id=view.on_visit.pupil_id,
        visit_id=view.on_visit.visit_id,
        typed=entry.typed,
        confirmed_by=entry.confirmed_by,
        confirmed_by_name=entry.confirmed_by_name,
    )


def prescreen_of(view: VaccinationView, entry: VaccinationEntry) -> Prescreen:
    """The answers as they would be recorded; only a doctor decides, or takes a decision away."""
    kept = view.saved.prescreen.body if view.saved.prescreen else None
    vaccines = tuple(row.vaccine for row in view.rows)
    before = {one: found for one in vaccines if (found := decision_on(kept, one))}
    decisions = {one: entry.decisions[one] for one in vaccines if one in entry.decisions}
    others = (
        {one: each for one, each in kept.decisions.items() if one not in vaccines} if kept else {}
    )
    is_same = decisions == before
    said: dict[str, str] = {}
    if view.user_role is not Role.DOCTOR:
        decisions, is_same = _still_decided(view, entry, before), True
        said = _said_by_others(view)
    reason = kept.doctor_reason if kept and is_same else entry.doctor_reason
    doctor_id = kept.doctor_id if kept and is_same else view.user
    return Prescreen(
        pupil_id=view.on_visit.pupil_id,
        visit_id=view.on_visit.visit_id,
        answers=dict(entry.answers or {}) | dict.fromkeys(said, True),
        remarks={key: text for key, text in (said | dict(entry.remarks or {})).items() if text},
        assumed=tuple(one for one in entry.assumed if one not in said),
        doctor_decision=kept.doctor_decision
        if kept and before.keys() <= decisions.keys()
        else None,
        decisions=others | decisions,
        doctor_reason=reason if others or decisions else "",
        doctor_id=doctor_id if others or decisions else None,
        asked_other_post=entry.asked_other_post,
    )


def _said_by_others(view: VaccinationView) -> dict[str, str]:
    """The questions that somebody else answered with yes, with the words: only a doctor says no."""
    kept = view.saved.prescreen
    if kept is None or kept.revision.author == view.user or view.is_of_another_day:
        return {}
    return {
        one: kept.body.remarks.get(one, "") for one, is_yes in kept.body.answers.items() if is_yes
    }


def _still_decided(
    view: VaccinationView, entry: VaccinationEntry, before: Mapping[str, DoctorDecision]
) -> dict[str, DoctorDecision]:
    """Without a "mag vandaag" of another day, or from before a yes about that vaccine."""
    known = view.saved.prescreen.body.answers if view.saved.prescreen else {}
    over = {
        vaccine
        for one in questions_for(frozenset(before))
        if (entry.answers or {}).get(one.id) and not known.get(one.id)
        for vaccine in one.about
    }
    if view.is_of_another_day:
        over = {*before}
    may = DoctorDecision.MAY_TODAY
    return {one: each for one, each in before.items() if each is not may or one not in over}


def conditions(view: VaccinationView, entry: VaccinationEntry) -> dict[str, tuple[Condition, ...]]:
    """Every condition of every row that is to be given, by vaccine; at the desk its own. Pure."""
    prescreen = prescreen_of(view, entry)
    identity = identity_of(view, entry)
    rows = {row.vaccine: row for row in view.rows}
    return {
        wanted.vaccine: _conditions(view, rows[wanted.vaccine], wanted, entry, identity, prescreen)
        for wanted in entry.given
        if wanted.vaccine in rows
    }


def _conditions(
    view: VaccinationView,
    row: DoseRow,
    wanted: RowEntry,
    entry: VaccinationEntry,
    identity: IdentityCheck | None,
    prescreen: Prescreen,
) -> tuple[Condition, ...]:
    lot = row.lot(wanted.lot_id)
    own = {one.record_id for one in (row.saved,) if one is not None}
    session = view.station.session
    ordered = view.facts.order_for(wanted.vaccine)
    beside = tuple(_beside(view, wanted, entry))
    planned = PlannedDose(
        pupil_name=view.name,
        situation=view.facts.situation,
        product=products()[lot.product] if lot else row.product,
        planned=entry.planned,
        role=view.role,
        history=(*view.facts.history(without=own), *beside),
        consents=view.facts.consent_events(),
        identity=identity,
        prescreen=prescreen,
        session=session.body if session else None,
        orders=tuple(one.body for one in view.station.orders if not one.is_conflict),
        lot=lot,
        quarantined=view.station.quarantine(lot),
        ordered=ordered.body if ordered else None,
        refuses_now=_refuses_now(view, row.vaccine),
    )
    found = conditions_for_dose(planned, ruleset())
    if any(one.record_id in view.hidden for one in view.facts.doses):
        seen = (*view.facts.history(without=own | view.hidden), *beside)
        found = _unnamed(found, conditions_for_dose(replace(planned, history=seen), ruleset()))
    every = (
        *found,
        *_undecided(view, row),
        *_decided_elsewhere(view, row, prescreen),
        *_answered_elsewhere(view, row, prescreen),
        *_other_post(view, entry),
        *_left_to_doctor(view, row, prescreen),
    )
    if view.station.is_desk:
        return tuple(one for one in every if one.name in _OF_THE_DESK)
    return every


def _unnamed(found: tuple[Condition, ...], seen: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """What stands in the way because of a dose that the user is kept from names it not.

    `seen`: the same conditions by the doses that the user may see.
    """
    return tuple(
        one if one.met or one == other else replace(one, text=say("vaccination.kept_dose"))
        for one, other in zip(found, seen, strict=True)
    )


def _refuses_now(view: VaccinationView, vaccine: str) -> bool:
    """The pupil said no on this visit or today elsewhere, in any version that stands."""
    today, here = view.today.isoformat(), view.on_visit.visit_id
    said = (
        (leaf.visit_id, body_of(leaf))
        for one in view.facts.doses
        for leaf in one.head.leaves
        if leaf.status is RevisionStatus.FINAL
    )
    return any(
        isinstance(dose, Dose)
        and dose.reason is NotGivenReason.PUPIL_REFUSES
        and dose.vaccine == vaccine
        and (visit_id == here or dose.on == today)
        for visit_id, dose in said
    )


def _beside(
    view: VaccinationView, wanted: RowEntry, entry: VaccinationEntry
) -> Iterator[GivenDose]:
    """What goes in at the same moment and holds something of the same."""
    series = set(vaccine_types()[wanted.vaccine].series)
    rows = {row.vaccine: row for row in view.rows}
    for other in entry.given:
        row = rows.get(other.vaccine)
        if row is None or other is wanted or row.plan.is_given:
            continue
        if not series.isdisjoint(vaccine_types()[other.vaccine].series):
            on = view.facts.situation.on.isoformat()
            yield GivenDose(row.product.name, on, DoseSource.OWN)


def _undecided(view: VaccinationView, row: DoseRow) -> Iterator[Condition]:
    """Two versions of a form or a dose: nobody looks past them before a person chose."""
    if text := view.facts.undecided_form(row.vaccine):
        yield Condition(ConditionName.CONSENT, met=False, text=text)
    if text := view.facts.undecided_dose(view.hidden):
        yield Condition(ConditionName.VALIDITY, met=False, text=text)


def _decided_elsewhere(
    view: VaccinationView, row: DoseRow, prescreen: Prescreen
) -> Iterator[Condition]:
    """A doctor at another table said no to this vaccine, and none here says yes."""
    kept = view.saved.prescreen.body if view.saved.prescreen else None
    is_own = kept is not None and kept.doctor_id == view.user
    is_told = is_decided_against(prescreen, row.vaccine)
    others = [kept] if kept is not None and not (is_own or is_told) else []
    against = (
        found
        for one in (*view.saved.elsewhere, *others)
        if is_decided_against(one, row.vaccine)
        and (found := decision_on(one, row.vaccine)) is not None
    )
    decision = next(against, None)
    if decision is not None and not doctor_allows(prescreen, row.vaccine):
        name = vaccine_types()[row.vaccine].label
        text = say("vaccination.doctor_against", vaccine=name, decision=label(decision))
        yield Condition(ConditionName.QUESTIONS, met=False, text=text, for_doctor=True)


def _answered_elsewhere(
    view: VaccinationView, row: DoseRow, prescreen: Prescreen
) -> Iterator[Condition]:
    """Somebody else noted a yes that this form does not hold: only a doctor looks past it."""
    kept = view.saved.prescreen
    is_other = kept is not None and kept.revision.author != view.user
    others = [kept.body] if kept and is_other and not view.is_of_another_day else []
    if view.user_role is Role.DOCTOR and doctor_allows(prescreen, row.vaccine):
        return
    for one in (*view.saved.elsewhere, *others):
        for question in answered_yes(one, {row.vaccine}):
            if not prescreen.answers.get(question.id):
                text = say("vaccination.questions_yes", number=str(question.number))
                yield Condition(ConditionName.QUESTIONS, met=False, text=text, for_doctor=True)
                return


def _other_post(view: VaccinationView, entry: VaccinationEntry) -> Iterator[Condition]:
    """A refusal that was noted at another table and did not reach this laptop."""
    if view.other_posts is not None and not (entry.is_linked or entry.asked_other_post):
        text = say("link.ask_other_post")
        yield Condition(ConditionName.OTHER_POST, met=False, text=text)


def _left_to_doctor(
    view: VaccinationView, row: DoseRow, prescreen: Prescreen
) -> Iterator[Condition]:
    """What only a doctor can look past: a yes on the form, a dose that nobody here can read."""
    if doctor_allows(prescreen, row.vaccine) or view.facts.order_for(row.vaccine) is not None:
        return
    if row.plan.consent.told:
        text = say("vaccination.form_says_yes")
        yield Condition(ConditionName.QUESTIONS, met=False, text=text, for_doctor=True)
    if view.facts.unreadable():
        text = say("vaccination.kept_dose")
        for dose in view.facts.unreadable(without=view.hidden)[:1]:
            text = say("vaccination.history_unreadable", vaccine=dose.product or dose.vaccine)
        yield Condition(ConditionName.VALIDITY, met=False, text=text, for_doctor=True)


def order_of(view: VaccinationView, vaccine: str) -> RecordId | None:
    """The order under which a nurse gives this vaccine today: for this pupil, or a standing one."""
    if view.role is Role.DOCTOR:
        return None
    if (ordered := view.facts.order_for(vaccine)) is not None:
        return ordered.record_id
    on, stage = view.facts.situation.on, view.facts.situation.stage
    return next(
        (
            one.record_id
            for one in view.station.orders
            if not one.is_conflict
            and one.body.valid_from <= on <= one.body.valid_until
            and vaccine in one.body.vaccines
            and (not one.body.stages or stage in one.body.stages)
        ),
        None,
    )

"""Who is to be vaccinated today, who waits for a doctor, who is not: derived, never stored.

Planned = due today by the engine, with a consent for the CLB, and a vaccine of this station
(pages.md P12, P13). A rule that no doctor signed leaves the dose to a doctor.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from clbdesk.domain.people import Pupil
from clbdesk.domain.vaccination import Dose, DoseStatus, NotGivenReason
from clbdesk.ids import PupilId
from clbdesk.services.progress import StepState
from clbdesk.services.reading import Standing
from clbdesk.services.vaccination_facts import PupilFacts, StationFacts, read_pupils
from clbdesk.standards.vaccination.advice import (
    Advice,
    VaccinationJudgement,
    as_if_given,
    judge_vaccination,
)
from clbdesk.standards.vaccination.consent import ConsentState, ConsentVerdict, judge_consent
from clbdesk.standards.vaccination.needs import AdviceState
from clbdesk.standards.vaccination.ruleset import Ruleset, ruleset, vaccine_types
from clbdesk.standards.vaccination.validity import Counts
from clbdesk.storage.vault import Reader

# What a plan follows from, beside the pupil, the table and the rules.
_LOOKED_AT = ("consent", "dose", "doctor_order", "enrolment")


class PlanState(StrEnum):
    """What becomes of one vaccine today."""

    PLANNED = "planned"
    DOCTOR = "doctor"
    NOT = "not"


class PlanGroup(StrEnum):
    """The tab of the vaccination list that a pupil stands in."""

    TO_GIVE = "to_give"
    WAITS = "waits"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class VaccinePlan:
    """One vaccine of the station for one pupil. `fact`: what was recorded about it on this visit."""

    vaccine: str
    consent: ConsentVerdict
    advice: Advice | None
    state: PlanState
    fact: Standing[Dose] | None

    @property
    def is_open(self) -> bool:
        """Somebody still has to say what became of it."""
        return self.state is not PlanState.NOT and self.fact is None

    @property
    def is_given(self) -> bool:
        """The needle went in on this visit."""
        return self.fact is not None and self.fact.body.status is DoseStatus.GIVEN

    @property
    def waits_for_doctor(self) -> bool:
        """Left to a doctor today, or not yet decided by one."""
        if self.fact is not None:
            return self.fact.body.reason is NotGivenReason.DOCTOR_DECIDES
        return self.state is PlanState.DOCTOR


@dataclass(frozen=True)
class VaccinationPlan:
    """All vaccines of the station for one pupil, and the judgement of the history before today."""

    vaccines: tuple[VaccinePlan, ...]
    judged: VaccinationJudgement

    @cached_property
    def group(self) -> PlanGroup:
        """Te vaccineren, Wacht op arts or Niet; something to give comes first."""
        wanted = [one for one in self.vaccines if one.state is not PlanState.NOT or one.fact]
        if any(not one.waits_for_doctor for one in wanted):
            return PlanGroup.TO_GIVE
        return PlanGroup.WAITS if wanted else PlanGroup.NOT

    @property
    def waits_for_doctor(self) -> bool:
        """Something that was planned today was left to a doctor."""
        return any(one.fact is not None and one.waits_for_doctor for one in self.vaccines)

    @property
    def shown(self) -> tuple[VaccinePlan, ...]:
        """What stands in the column Vandaag: planned, left to a doctor, or recorded."""
        return tuple(one for one in self.vaccines if one.state is not PlanState.NOT or one.fact)

    @property
    def not_at_hand(self) -> tuple[str, ...]:
        """What is due today and cannot be given at this table."""
        here = {one.vaccine for one in self.vaccines}
        due = (one.vaccine for one in self.judged.advice if one.state is AdviceState.DUE)
        return tuple(vaccine for vaccine in due if vaccine not in here)

    def due_instead_of(self, vaccine: str) -> str | None:
        """The vaccine that is due in the place of one that is at hand: it has a series of it."""
        series = set(vaccine_types()[vaccine].series)
        due = (
            one for one in self.not_at_hand if not series.isdisjoint(vaccine_types()[one].series)
        )
        return next(due, None)

    @property
    def why_not(self) -> VaccinePlan | None:
        """The vaccine that says why a pupil stands under Niet: a need without consent first."""
        needed = {AdviceState.DUE, AdviceState.DOCTOR}
        by_need = sorted(
            self.vaccines, key=lambda one: one.advice is None or one.advice.state not in needed
        )
        return by_need[0] if by_need else None

    def step_state(self, status: StepState, *, has_moment: bool, has_draft: bool) -> StepState:
        """The state of step 7: done when every planned vaccine has a dose fact of this visit.

        `status`: the state of the vaccination status as a part of the contact.
        """
        facts = [one.fact for one in self.vaccines if one.fact]
        if any(fact.is_conflict for fact in facts):
            return StepState.TWO_VERSIONS
        still = any(one.is_open for one in self.vaccines)
        if has_draft and (still or not facts):
            return StepState.DRAFT
        if still:
            return StepState.PARTIAL if facts else StepState.OPEN
        if has_moment:
            return status
        if any(one.is_given for one in self.vaccines):
            return StepState.DONE
        return StepState.NOT_DONE


def plan_pupil(facts: PupilFacts, station: StationFacts, rules: Ruleset) -> VaccinationPlan:
    """The plan of one pupil. Doses of this visit are left out of the history: they are the facts."""
    today = facts.facts_of(station.visit_id)
    # Two facts of one vaccine: what went in counts, whatever the other table wrote about it.
    given_last = sorted(today, key=lambda fact: fact.body.status is DoseStatus.GIVEN)
    done = {fact.body.vaccine: fact for fact in given_last}
    history = facts.history(without={fact.record_id for fact in today})
    situation = facts.situation
    judged = judge_vaccination(history, situation, rules, station.vaccines)
    events = facts.consent_events()
    by_vaccine = {one.vaccine: one for one in judged.advice}
    plans = []
    for vaccine in dict.fromkeys((*station.vaccines, *done)):
        consent = judge_consent(events, vaccine, situation.birth, situation.on, history)
        if text := facts.undecided_form(vaccine):
            consent = ConsentVerdict(ConsentState.CONFLICT, text, told=consent.told)
        advice = by_vaccine.get(vaccine)
        state = _state(consent, advice)
        if state is PlanState.PLANNED:
            product = station.product_of(vaccine, situation.on)
            found = as_if_given(product, history, situation, rules)
            certain = all(one.verdict.counts is Counts.YES for one in found)
            if not certain or facts.unreadable() or consent.told:
                state = PlanState.DOCTOR
        if state is PlanState.DOCTOR and facts.order_for(vaccine) is not None:
            # A doctor looked at it before; two parents who differ are for nobody to look past.
            is_split = consent.state is ConsentState.CONFLICT
            state = PlanState.DOCTOR if is_split else PlanState.PLANNED
        if state is PlanState.PLANNED and facts.undecided_dose():
            state = PlanState.DOCTOR
        plans.append(VaccinePlan(vaccine, consent, advice, state, done.get(vaccine)))
    return VaccinationPlan(tuple(plans), judged)


def plan_pupils(
    reader: Reader,
    station: StationFacts,
    pupils: Mapping[PupilId, Pupil],
    worked_out: dict[Hashable, Any],
) -> dict[PupilId, VaccinationPlan]:
    """The plans of a whole list, as of the day of the visit.

    `worked_out`: where a plan is kept; it is made anew when a record of the pupil, the table or a
    rule changed. A list of 400 is asked for after every dose.
    """
    rules, on = ruleset(), station.visit.on
    products = tuple((vaccine, station.product_of(vaccine, on)) for vaccine in station.vaccines)
    tips = reader.tips(_LOOKED_AT, pupils)
    prints = {
        pupil_id: (pupil, tips.get(pupil_id), on, products, rules)
        for pupil_id, pupil in pupils.items()
    }

    def key(pupil_id: PupilId) -> Hashable:
        return "vaccination_plan", station.visit_id, pupil_id

    known = {
        pupil_id: kept[1]
        for pupil_id, each in prints.items()
        if (kept := worked_out.get(key(pupil_id))) is not None and kept[0] == each
    }
    other = {pupil_id: pupil for pupil_id, pupil in pupils.items() if pupil_id not in known}
    found = read_pupils(reader, other, on, station.visit_id) if other else {}
    for pupil_id, facts in found.items():
        known[pupil_id] = plan_pupil(facts, station, rules)
        worked_out[key(pupil_id)] = prints[pupil_id], known[pupil_id]
    return {pupil_id: known[pupil_id] for pupil_id in pupils}


def _state(consent: ConsentVerdict, advice: Advice | None) -> PlanState:
    if advice is None or advice.state not in {AdviceState.DUE, AdviceState.DOCTOR}:
        return PlanState.NOT
    if consent.state in {ConsentState.CONFLICT, ConsentState.MINOR_ALONE}:
        return PlanState.DOCTOR
    if consent.state is not ConsentState.CLB:
        return PlanState.NOT
    return PlanState.PLANNED if advice.state is AdviceState.DUE else PlanState.DOCTOR

"""Whether a dose may be written now: every condition, met or not, with its sentence (P13).

A needle goes in only when all are met. What a doctor may decide is marked; consent, identity,
refusal, kit and lot cannot be decided away.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from clbdesk.domain.age import age_months
from clbdesk.domain.revision import Role
from clbdesk.domain.vaccination import DoseSource
from clbdesk.standards.phrases import age
from clbdesk.standards.phrases import day as shown_day
from clbdesk.standards.tables import rule
from clbdesk.standards.vaccination.advice import GivenToday, as_if_given
from clbdesk.standards.vaccination.consent import ConsentState, judge_consent
from clbdesk.standards.vaccination.prescreen import (
    answered_yes,
    decision_on,
    doctor_allows,
    is_decided_against,
    unanswered,
)
from clbdesk.standards.vaccination.ruleset import Span
from clbdesk.standards.vaccination.validity import Counts
from clbdesk.wording import label, say

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date

    from clbdesk.domain.doctor_order import DoctorOrder
    from clbdesk.domain.vaccination import (
        Consent,
        IdentityCheck,
        Prescreen,
        SessionLot,
        StandingOrder,
        VaccinationSession,
    )
    from clbdesk.standards.vaccination.history import GivenDose
    from clbdesk.standards.vaccination.prescreen import Question
    from clbdesk.standards.vaccination.products import Product
    from clbdesk.standards.vaccination.ruleset import Ruleset
    from clbdesk.standards.vaccination.situation import Situation

_WEEKDAYS = ("ma", "di", "wo", "do", "vr", "za", "zo")
_MONTHS = (
    *("januari", "februari", "maart", "april", "mei", "juni"),
    *("juli", "augustus", "september", "oktober", "november", "december"),
)


class ConditionName(StrEnum):
    """What is looked at, in the order in which it is shown."""

    CONSENT = "consent"
    PUPIL_AGREES = "pupil_agrees"
    IDENTITY = "identity"
    QUESTIONS = "questions"
    ORDER = "order"
    EMERGENCY_KIT = "emergency_kit"
    LOT = "lot"
    VALIDITY = "validity"
    LEAFLET = "leaflet"
    OTHER_POST = "other_post"


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition. `for_doctor`: not met, and a doctor can decide about it."""

    name: ConditionName
    met: bool
    text: str
    for_doctor: bool = False


@dataclass(frozen=True, slots=True)
class PlannedDose:
    """A dose that somebody wants to give, and all that is known about it at this moment.

    `planned`: every type of vaccine of today, because the questions depend on all of them.
    `quarantined`: why the lot may not be used. `ordered`: the order of a doctor for this pupil.
    `refuses_now`: the pupil says no.
    """

    pupil_name: str
    situation: Situation
    product: Product
    planned: Collection[str]
    role: Role
    history: Sequence[GivenDose]
    consents: Sequence[Consent]
    identity: IdentityCheck | None
    prescreen: Prescreen | None
    session: VaccinationSession | None
    orders: Sequence[StandingOrder]
    lot: SessionLot | None
    quarantined: str | None = None
    ordered: DoctorOrder | None = None
    refuses_now: bool = False

    @property
    def vaccine(self) -> str:
        """The type of vaccine."""
        return self.product.type.name

    @property
    def is_decided(self) -> bool:
        """A doctor decided that it may be given: today, or beforehand for this pupil."""
        return doctor_allows(self.prescreen, self.vaccine) or self.ordered is not None


def conditions_for_dose(dose: PlannedDose, rules: Ruleset) -> tuple[Condition, ...]:
    """Every condition of a dose, in the order of the page; it may be written when all are met."""
    return (
        _consent(dose),
        _pupil_agrees(dose),
        _identity(dose),
        _questions(dose),
        _order(dose),
        _emergency_kit(dose),
        _lot(dose),
        _validity(dose, rules),
        _leaflet(dose),
    )


def may_be_given(conditions: Sequence[Condition]) -> bool:
    """Whether every condition is met."""
    return all(condition.met for condition in conditions)


def _met(name: ConditionName, **values: object) -> Condition:
    return Condition(name, met=True, text=say(f"vaccination.met_{name.value}", **values))


def _blocked(
    name: ConditionName, key: str, /, *, for_doctor: bool = False, **values: object
) -> Condition:
    return Condition(name, False, say(f"vaccination.{key}", **values), for_doctor)


def _consent(dose: PlannedDose) -> Condition:
    situation = dose.situation
    verdict = judge_consent(
        dose.consents, dose.vaccine, situation.birth, situation.on, dose.history
    )
    minor = verdict.state is ConsentState.MINOR_ALONE
    met = verdict.state is ConsentState.CLB or (minor and dose.is_decided)
    return Condition(ConditionName.CONSENT, met, verdict.text, for_doctor=minor and not met)


def _pupil_agrees(dose: PlannedDose) -> Condition:
    if dose.refuses_now:
        return _blocked(ConditionName.PUPIL_AGREES, "refuses_now")
    return _met(ConditionName.PUPIL_AGREES)


def _identity(dose: PlannedDose) -> Condition:
    check, birth = dose.identity, dose.situation.birth
    if check is None or not check.typed:
        return _blocked(ConditionName.IDENTITY, "identity_missing")
    if check.typed != f"{birth:%d%m}":
        return _blocked(
            ConditionName.IDENTITY,
            "identity_wrong",
            day=_day_and_month(check.typed),
            name=dose.pupil_name,
        )
    if not check.confirmed_by:
        return _blocked(ConditionName.IDENTITY, "identity_unconfirmed")
    return _met(ConditionName.IDENTITY, day=_day_and_month(check.typed))


def _questions(dose: PlannedDose) -> Condition:
    name = ConditionName.QUESTIONS
    if left := unanswered(dose.prescreen, dose.planned):
        return _blocked(name, "questions_left", count=len(left))
    against = decision_on(dose.prescreen, dose.vaccine)
    if against is not None and is_decided_against(dose.prescreen, dose.vaccine):
        return _blocked(
            name, "doctor_against", for_doctor=True, vaccine=_label(dose), decision=label(against)
        )
    every = answered_yes(dose.prescreen, dose.planned)
    if not every:
        return _met(name)
    yes = tuple(one for one in every if dose.vaccine in one.about)
    if not yes:
        text = say("vaccination.questions_other", vaccine=_label(dose), numbers=_numbers(every))
        return Condition(name, met=True, text=text)
    stops = tuple(one for one in yes if dose.vaccine in one.stops)
    if stops and doctor_allows(dose.prescreen, dose.vaccine):
        return _blocked(name, "questions_stop", vaccine=_label(dose), number=_numbers(stops))
    if doctor_allows(dose.prescreen, dose.vaccine):
        return Condition(name, met=True, text=say("vaccination.doctor_allowed"))
    numbers = _numbers(yes)
    if len(yes) > 1:
        return _blocked(name, "questions_yes_many", for_doctor=True, numbers=numbers)
    return _blocked(name, "questions_yes", for_doctor=True, number=numbers)


def _numbers(questions: Sequence[Question]) -> str:
    return " en ".join(str(question.number) for question in questions)


def _label(dose: PlannedDose) -> str:
    return dose.product.type.label


def _order(dose: PlannedDose) -> Condition:
    """A doctor needs no order; a nurse one for this pupil, or for day, vaccine and grade."""
    name = ConditionName.ORDER
    if dose.role is Role.DOCTOR:
        return Condition(name, met=True, text=say("vaccination.order_doctor"))
    if dose.role is not Role.NURSE:
        return _blocked(name, "order_role")
    if dose.ordered is not None:
        text = say("vaccination.order_individual", reason=dose.ordered.reason)
        return Condition(name, met=True, text=text)
    on, stage = dose.situation.on, dose.situation.stage
    for order in dose.orders:
        in_time = order.valid_from <= on <= order.valid_until
        for_stage = not order.stages or stage in order.stages
        if in_time and for_stage and dose.vaccine in order.vaccines:
            return _met(name, title=order.title, day=shown_day(order.valid_until))
    return _blocked(name, "order_missing", vaccine=dose.vaccine, day=_weekday(on))


def _emergency_kit(dose: PlannedDose) -> Condition:
    name = ConditionName.EMERGENCY_KIT
    if dose.session is None:
        return _blocked(name, "session_missing")
    if dose.session.closed_at is not None:
        return _blocked(name, "session_closed")
    if dose.session.emergency_kit_checked is not True:
        return _blocked(name, "kit_unchecked")
    return _met(name)


def _lot(dose: PlannedDose) -> Condition:
    name, lot = ConditionName.LOT, dose.lot
    if lot is None or not lot.number:
        return _blocked(name, "lot_missing", vaccine=dose.vaccine)
    if lot.product != dose.product.name:
        return _blocked(name, "lot_other_product", lot=lot.number, product=dose.product.name)
    if lot.expires_on < dose.situation.on:
        return _blocked(name, "lot_expired", lot=lot.number, day=shown_day(lot.expires_on))
    if dose.quarantined is not None:
        return _blocked(name, "lot_quarantined", lot=lot.number, reason=dose.quarantined)
    return _met(name, lot=lot.number, day=shown_day(lot.expires_on))


def _validity(dose: PlannedDose, rules: Ruleset) -> Condition:
    """The dose as if given today: it must count, or a doctor decided that it may be given."""
    name = ConditionName.VALIDITY
    found = as_if_given(dose.product.name, dose.history, dose.situation, rules)
    for today in found:
        if today.verdict.rule_id == "DUP":
            return _double(today)
    problems = [*_problems(dose, found)]
    if not problems:
        numbers = ", ".join(
            f"{today.verdict.series} {today.verdict.dose_number}" for today in found
        )
        return _met(name, doses=numbers)
    if dose.is_decided:
        return Condition(name, met=True, text=say("vaccination.doctor_allowed"))
    return Condition(name, met=False, text=problems[0], for_doctor=True)


def _problems(dose: PlannedDose, found: Sequence[GivenToday]) -> Iterator[str]:
    """What speaks against the dose, the certain things first."""
    for today in found:
        if today.verdict.counts is Counts.NO:
            yield _too_early(dose, today)
    for today in found:
        if today.verdict.counts is Counts.DOCTOR:
            yield say("vaccination.no_confirmed_rule", rule_id=today.verdict.rule_id)
    if found and all(today.verdict.rule_id == "EXTRA" for today in found):
        yield say("vaccination.series_complete", vaccine=dose.vaccine)


def _too_early(dose: PlannedDose, today: GivenToday) -> str:
    """From which day the dose would count, and what that day is counted from."""
    verdict = today.verdict
    assert verdict.not_before is not None  # only hearsay, voided and double doses have no day
    values: dict[str, object] = {
        "vaccine": verdict.series,
        "rule_id": verdict.rule_id,
        "number": today.number,
        "day": shown_day(verdict.not_before),
    }
    if verdict.rule_id == "G6":
        return say("vaccination.too_soon_after_live", days=rule("G6").value, **values)
    for number, earlier in ((today.number - 1, today.previous), (1, today.first)):
        if earlier and verdict.not_before in _ends(verdict.rule_id, earlier.when.last):
            days = (verdict.not_before - earlier.when.last).days
            return say("vaccination.too_early", days=days, before=max(number, 1), **values)
    months = age_months(dose.situation.birth, verdict.not_before)
    return say("vaccination.too_young", age=age(months), **values)


def _ends(rule_id: str, day: date) -> tuple[date, ...]:
    """The ends of the intervals of a row, counted from a day."""
    found = rule(rule_id)
    spans = zip(found.unit.split("|"), found.values, strict=True)
    return tuple(Span.parse(span).after(day) for unit, span in spans if "interval" in unit)


def _double(today: GivenToday) -> Condition:
    earlier = today.double
    assert earlier is not None  # the rule DUP always names the other dose
    name = ConditionName.VALIDITY
    if earlier.source is DoseSource.OWN:
        return _blocked(name, "given_today", vaccine=today.verdict.series)
    return _blocked(
        name,
        "given_elsewhere",
        vaccine=today.verdict.series,
        day=shown_day(earlier.when.first),
        source=label(earlier.source),
    )


def _leaflet(dose: PlannedDose) -> Condition:
    """Outside the ages of the leaflet only on the order of a doctor."""
    name, product = ConditionName.LEAFLET, dose.product
    birth, on = dose.situation.birth, dose.situation.on
    too_young = product.min_age is not None and on < product.min_age.after(birth)
    too_old = product.max_age is not None and on >= product.max_age.after(birth)
    if not (too_young or too_old):
        return _met(name)
    if dose.is_decided:
        return Condition(name, met=True, text=say("vaccination.doctor_allowed"))
    return _blocked(name, "off_label", for_doctor=True, product=product.name)


def _day_and_month(typed: str) -> str:
    """`1105` → "11 mei"; what cannot be a day and month is given back as typed."""
    if len(typed) == 4 and typed.isascii() and typed.isdigit() and 1 <= int(typed[2:]) <= 12:
        return f"{int(typed[:2])} {_MONTHS[int(typed[2:]) - 1]}"
    return typed


def _weekday(on: date) -> str:
    """`ma 23 nov`."""
    return f"{_WEEKDAYS[on.weekday()]} {shown_day(on)[:-5]}"

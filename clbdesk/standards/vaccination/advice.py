"""From doses to advice: judge every series, then pack what is due into as few needles as possible.

`judge_vaccination` is the whole engine; `as_if_given` judges a dose before it is given.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from clbdesk.domain.judgement import Verdict
from clbdesk.domain.vaccination import DoseSource
from clbdesk.standards.phrases import day as shown_day
from clbdesk.standards.tables import rule
from clbdesk.standards.vaccination.free_use import free_rule, is_free
from clbdesk.standards.vaccination.history import GivenDose, KnownDose, read_history
from clbdesk.standards.vaccination.needs import AdviceState, Case, DoctorWhy, Need, need_of
from clbdesk.standards.vaccination.ruleset import Ruleset, vaccine_types
from clbdesk.standards.vaccination.validity import (
    SERIES,
    VOID,
    Counts,
    DoseVerdict,
    SeriesHistory,
    judge_series,
)
from clbdesk.wording import say

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from clbdesk.domain.judgement import Judgement
    from clbdesk.standards.vaccination.situation import Situation

DOMAIN = "vaccination"
_ADVISED = ("DTP", "IPV", "HBV", "MBR", "HPV", "MenACWY")
_VERDICTS = {
    AdviceState.DUE: Verdict.CHECK,
    AdviceState.NOT_YET: Verdict.INFO,
    AdviceState.COMPLETE: Verdict.OK,
    AdviceState.DOCTOR: Verdict.DOCTOR,
    AdviceState.OUTSIDE_PROGRAMME: Verdict.INFO,
}


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do about one vaccine. `text` is Dutch, with days; `left`: doses still to go.

    `free`: None where no confirmed rule says so, and for a complete series.
    """

    vaccine: str
    series: tuple[str, ...]
    state: AdviceState
    dose_number: int
    left: int
    earliest: date | None
    recommended: date | None
    free: bool | None
    rule_ids: tuple[str, ...]
    head: str
    text: str

    def line(self) -> Judgement:
        """The advice as a rule line, to be kept with the record that it was shown for."""
        found = rule(self.rule_ids[0])
        return found.judgement(
            _VERDICTS[self.state],
            domain=DOMAIN,
            head=self.head,
            text=self.text,
            numbers={"dose": self.dose_number} if self.dose_number else None,
            also=self.rule_ids[1:],
        )


@dataclass(frozen=True, slots=True)
class VaccinationJudgement:
    """Verdicts per dose in the order of entry, advice per vaccine, and the edition of the tables."""

    doses: tuple[tuple[DoseVerdict, ...], ...]
    advice: tuple[Advice, ...]
    edition: str


@dataclass(frozen=True, slots=True)
class GivenToday:
    """A dose judged before it is given. `number`: the dose it would be; `previous`: the one that
    was given before; `first`: dose 1 of the series; `double`: the dose that it seems to repeat.
    """

    verdict: DoseVerdict
    number: int
    previous: KnownDose | None
    first: KnownDose | None
    double: KnownDose | None


def judge_vaccination(
    history: Sequence[GivenDose],
    situation: Situation,
    rules: Ruleset,
    at_hand: Collection[str] = (),
) -> VaccinationJudgement:
    """Judge all doses and advise on the day of the situation.

    `at_hand`: the vaccines of a visit; empty for any. What is due is packed in those that cover a
    part of it when the combination is not among them. Refused when a product or a date of the
    history is not understood.
    """
    known = read_history(history)
    judged = _all_series(known, situation, rules)
    per_dose: dict[int, list[DoseVerdict]] = defaultdict(list)
    for found in judged.values():
        for verdict in found.verdicts:
            per_dose[verdict.dose.index].append(verdict)
    case = Case(situation, judged, _live(known), rules)
    needs = {series: need_of(series, case) for series in _ADVISED}
    return VaccinationJudgement(
        doses=tuple(tuple(per_dose[index]) for index in range(len(history))),
        advice=tuple(_advice(needs, case, at_hand)),
        edition=rules.edition,
    )


def as_if_given(
    product: str, history: Sequence[GivenDose], situation: Situation, rules: Ruleset
) -> tuple[GivenToday, ...]:
    """What a dose of this product would be worth, given on the day of the situation.

    Only for the series that advice is given about: Hib is no longer needed at school age.
    """
    today = GivenDose(product, situation.on.isoformat(), DoseSource.OWN)
    known = read_history((*history, today))
    judged = _all_series(known, situation, rules)
    found = []
    for series in _ADVISED:
        verdicts = judged[series].verdicts
        for verdict in verdicts:
            if verdict.dose.index == len(history):
                others = [one for one in verdicts if one is not verdict]
                found.append(_given_today(verdict, others))
    return tuple(found)


def _given_today(verdict: DoseVerdict, others: Sequence[DoseVerdict]) -> GivenToday:
    """Of two doses of one day either may be named as the double; the new one is it here."""
    given = [one for one in others if one.rule_id not in {"DUP", "G11"}]
    double = next(
        (
            one.dose
            for one in others
            if one.dose.index == verdict.duplicate_of or one.duplicate_of == verdict.dose.index
        ),
        None,
    )
    if double is not None:
        verdict = replace(
            verdict, counts=Counts.NO, dose_number=None, rule_id="DUP", duplicate_of=double.index
        )
    return GivenToday(
        verdict=verdict,
        number=sum(one.dose_number is not None for one in given) + 1,
        previous=given[-1].dose if given else None,
        first=next((one.dose for one in given if one.dose_number == 1), None),
        double=double,
    )


def explain(verdict: DoseVerdict) -> str:
    """A verdict in Dutch: `telt · 2`, `telt niet: ten vroegste 04 dec 2026 (MBR-2)`."""
    if verdict.counts is Counts.YES:
        return say("vaccination.counts_yes", number=verdict.dose_number)
    key = "counts_doctor"
    if verdict.counts is Counts.NO:
        special = {"DUP": "counts_double", "G11": "counts_oral", VOID: "counts_void"}
        plain = "counts_no_until" if verdict.not_before else "counts_no"
        key = special.get(verdict.rule_id, plain)
    until = shown_day(verdict.not_before) if verdict.not_before else ""
    return say(f"vaccination.{key}", rule_id=verdict.rule_id, day=until)


def _all_series(
    known: Sequence[KnownDose], situation: Situation, rules: Ruleset
) -> dict[str, SeriesHistory]:
    return {series: judge_series(series, known, situation.birth, rules) for series in SERIES}


def _live(known: Iterable[KnownDose]) -> tuple[KnownDose, ...]:
    return tuple(
        dose for dose in known if dose.named.type.live and dose.source is not DoseSource.ORAL
    )


def _advice(needs: dict[str, Need], case: Case, at_hand: Collection[str]) -> Iterable[Advice]:
    """Pack what is due (G12), then one line for every other series."""
    packed: dict[str, list[Need]] = {}
    for vaccine, series in _packing(needs, case, at_hand):
        packed[vaccine] = [needs[each] for each in series]
    for vaccine, parts in packed.items():
        yield _line(vaccine, parts, case)


def _packing(
    needs: dict[str, Need], case: Case, at_hand: Collection[str]
) -> Iterable[tuple[str, tuple[str, ...]]]:
    due = {series for series, need in needs.items() if need.state is AdviceState.DUE}
    young = case.situation.years < rule("S3").number
    toddler = case.situation.years < rule("S1").numbers[0]
    in_s3 = case.situation.reached(case.rules.slot_of_dose("DTP", 6))
    taken: set[str] = set()
    if "DTP" in due and young and not in_s3:
        hexavalent = toddler and "S1" in needs["DTP"].rule_ids
        in_parts = "HEXA" not in at_hand and not {"DTPa-IPV", "HBV"}.isdisjoint(at_hand)
        with_hbv = "HBV" in due and (hexavalent or not in_parts)
        wanted = "HEXA" if with_hbv or hexavalent else "DTPa-IPV"
        parts = ("IPV", "HBV") if with_hbv else ("IPV",)
        together = ("DTP", *(each for each in parts if each in due))
        yield wanted, together
        taken = set(together)
    elif needs["DTP"].state is needs["IPV"].state is AdviceState.NOT_YET and young:
        yield "DTPa-IPV", ("DTP", "IPV")
        taken = {"DTP", "IPV"}
    for series in _ADVISED:
        if series not in taken:
            yield _vaccine_for(series, case), (series,)


def _vaccine_for(series: str, case: Case) -> str:
    """The vaccine by which a series is named when it stands alone."""
    if series != "DTP":
        return series
    counted = len(case.histories["DTP"].counted)
    before_booster = counted < 5 and case.situation.years < rule("S3").number
    return "DTPa-IPV" if before_booster else "dTpa"


def _line(vaccine: str, parts: list[Need], case: Case) -> Advice:
    """One advice for the series that share a vaccine; the latest day holds."""
    first = parts[0]
    at_slot = first.state is AdviceState.DUE and any(
        case.situation.is_at(slot)
        for slot in (case.rules.slot(part.series, case.situation.school_year) for part in parts)
        if slot and slot.vaccine == vaccine and slot.rule.id in first.rule_ids
    )
    state = first.state
    free = None
    if state is not AdviceState.COMPLETE:
        free = is_free(vaccine, case.situation, case.rules, at_slot=at_slot)
    ids = [rule_id for part in parts for rule_id in part.rule_ids]
    if state is AdviceState.DUE and free is False:
        state = AdviceState.OUTSIDE_PROGRAMME
        ids.append(free_rule(vaccine))
    advice = Advice(
        vaccine=vaccine,
        series=tuple(part.series for part in parts),
        state=state,
        dose_number=first.next_dose,
        left=max(part.left for part in parts),
        earliest=max((part.earliest for part in parts if part.earliest), default=None),
        recommended=max((part.recommended for part in parts if part.recommended), default=None),
        free=free,
        rule_ids=tuple(dict.fromkeys(ids)),
        head=say(f"vaccination.{state.value}_head"),
        text="",
    )
    return replace(advice, text=_text(advice, first.why, case))


def _text(advice: Advice, why: DoctorWhy | None, case: Case) -> str:
    vaccine = vaccine_types()[advice.vaccine].label
    key = f"{advice.state.value}_text"
    if advice.state is AdviceState.OUTSIDE_PROGRAMME and advice.free is False:
        key = "not_free_text"
    if advice.state is AdviceState.DOCTOR and why is not DoctorWhy.UNSIGNED:
        key = f"doctor_{why.value if why else DoctorWhy.DOSE.value}_text"
    if advice.state is AdviceState.DUE and not all(
        case.histories[series].is_certain for series in advice.series
    ):
        key = "due_doctor_text"
    if key in {"due_text", "not_yet_text"}:
        key = _with_days(key, advice, case)
    values: dict[str, object] = {"vaccine": vaccine, "number": advice.dose_number}
    for name, on in (("day", advice.recommended), ("earliest", advice.earliest)):
        values[name] = shown_day(on) if on else ""
    return say(f"vaccination.{key}", **values)


def _with_days(key: str, advice: Advice, case: Case) -> str:
    """The sentence with the days that say something: a first dose without a limit has none."""
    if advice.recommended is None or advice.recommended <= case.situation.birth:
        return key
    has_two = advice.earliest is not None and case.situation.birth < advice.earliest
    if has_two and advice.earliest != advice.recommended:
        return "advised_earliest_text"
    return "advised_text" if key == "due_text" else key

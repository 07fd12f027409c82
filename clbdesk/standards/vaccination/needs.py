"""What each series still needs: complete, due now, not yet, or for the doctor (rules S1 to S14).

The engine takes doses that only lack a signed row as given: if one is due even so, it is due
anyway. Complete or not yet is said only when it does not hang on such a dose.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from clbdesk.domain.age import add_months, age_months
from clbdesk.standards.tables import rule
from clbdesk.standards.vaccination.ruleset import Span
from clbdesk.standards.vaccination.validity import (
    REDUCED,
    Counts,
    SeriesHistory,
    first_day,
    scheme_for,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clbdesk.standards.vaccination.history import KnownDose
    from clbdesk.standards.vaccination.ruleset import Ruleset, Slot
    from clbdesk.standards.vaccination.situation import Situation


class AdviceState(StrEnum):
    """State of a series or a vaccine."""

    DUE = "due"
    NOT_YET = "not_yet"
    COMPLETE = "complete"
    DOCTOR = "doctor"
    OUTSIDE_PROGRAMME = "outside_programme"


class DoctorWhy(StrEnum):
    """Why a doctor decides."""

    UNSIGNED = "unsigned"
    DOSE = "dose"
    MANY = "many"
    SCHEME = "scheme"


@dataclass(frozen=True, slots=True)
class Need:
    """What a series needs. `next_dose`: number of the dose that comes; `left`: doses still to go.

    `earliest`: first day on which it would count; `recommended`: day of the programme or advice.
    """

    series: str
    state: AdviceState
    rule_ids: tuple[str, ...]
    next_dose: int = 0
    left: int = 0
    earliest: date | None = None
    recommended: date | None = None
    why: DoctorWhy | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that the rules of one pupil look at."""

    situation: Situation
    histories: Mapping[str, SeriesHistory]
    live: Sequence[KnownDose]
    rules: Ruleset

    def slot(self, series: str) -> Slot:
        """The slot of a series in the programme of this school year."""
        found = self.rules.slot(series, self.situation.school_year)
        assert found is not None  # the tables have one for every year
        return found

    def earliest(self, found: SeriesHistory, *, advised: bool = False) -> date:
        """The first day on which the next dose of a series would count, or is advised."""
        strength = "adult" if found.scheme == "2" else ""
        birth = self.situation.birth
        return first_day(found, birth, self.live, self.rules, strength, advised=advised)


def need_of(series: str, case: Case) -> Need:
    """The need of DTP, IPV, HBV, MBR, HPV or MenACWY."""
    return {
        "DTP": _dtp,
        "IPV": _ipv,
        "HBV": _hbv,
        "MBR": _mbr,
        "HPV": _hpv,
        "MenACWY": _men_acwy,
    }[series](case)


def _mbr(case: Case) -> Need:
    """Dose 2 at its slot; no dose at all is given at once (S7, S8)."""
    found, slot = case.histories["MBR"], case.slot("MBR")
    number = len(found.counted) + 1
    reached = case.situation.reached(slot)
    if number > 2:
        return _settled(found, Need("MBR", AdviceState.COMPLETE, (slot.rule.id,)), case)
    ids = [slot.rule.id] if number == 2 else ["S8" if reached else "S7"]
    if number == 2 and reached and not case.situation.is_at(slot):
        ids.append("S8")
    earliest = case.earliest(found)
    recommended = max(earliest, case.situation.day_of(slot)) if number == 2 else earliest
    return _timed(found, case, tuple(ids), number, 3 - number, earliest, recommended)


def _hpv(case: Case) -> Need:
    """From the first year of secondary school; two doses when started before 15 (S13, S14)."""
    found, slot = case.histories["HPV"], case.slot("HPV")
    number = len(found.counted) + 1
    scheme = found.scheme or scheme_for("HPV", case.situation.birth, case.situation.on)
    found = replace(found, scheme=scheme)
    wanted = int(scheme)
    if number > wanted:
        return _settled(found, Need("HPV", AdviceState.COMPLETE, (slot.rule.id,)), case)
    ids = [slot.rule.id]
    if not case.situation.is_at(slot):
        ids.append("S13")
    if scheme == "3":
        ids.append("S14")
        if number > 1:
            return _doctor(found, tuple(ids), number, wanted + 1 - number, DoctorWhy.SCHEME)
    earliest = case.earliest(found)
    recommended = max(case.earliest(found, advised=True), case.situation.day_of(slot))
    return _timed(found, case, tuple(ids), number, wanted + 1 - number, earliest, recommended)


def _hbv(case: Case) -> Need:
    """Catch-up only: S9 to S12."""
    found, years = case.histories["HBV"], case.situation.years
    number = len(found.counted) + 1
    if not found.scheme:
        scheme = scheme_for("HBV", case.situation.birth, case.situation.on)
        found = replace(found, scheme=scheme)
    wanted = int(found.scheme)
    if number > wanted:
        last = "HBV2-2" if found.scheme == "2" else "HBV-3"
        return _settled(found, Need("HBV", AdviceState.COMPLETE, (last,)), case)
    youngest, oldest = rule("S10").numbers[:2]
    rule_id = "S12"
    if number == 1:
        rule_id = "S9" if years < youngest else "S10" if years <= oldest else "S11"
    earliest = case.earliest(found)
    months = rule("S10" if found.scheme == "2" else "S9").numbers[-wanted:]
    recommended = earliest
    if found.counted:
        first = found.counted[0].dose.when.last
        recommended = max(earliest, add_months(first, int(months[number - 1])))
    return _timed(found, case, (rule_id,), number, wanted + 1 - number, earliest, recommended)


def _dtp(case: Case) -> Need:
    """Four infant doses, the booster of L1 and the one of S3; one missing dose is S1."""
    found = case.histories["DTP"]
    first, last = _slot_of_dose(case, 5), _slot_of_dose(case, 6)
    count = len(found.counted)
    if case.situation.reached(last):
        return _dtp_from_s3(found, case, last)
    if _is_caught_up(case, found, first):
        return _later(found, case, ("S1", last.rule.id), count + 1, last)
    if not case.situation.reached(first):
        if count >= 4:
            return _later(found, case, (first.rule.id,), count + 1, first)
        return _one_missing(found, case, 3)
    if _has_teen_booster(case, found, last) and count >= 5:
        return _settled(found, Need("DTP", AdviceState.COMPLETE, ("S3",)), case)
    if case.situation.dutch_schedule and case.situation.is_at(first) and count == 5:
        return _due(found, case, ("S5", first.rule.id), count + 1, 2, first)
    if count >= 5:
        ids: tuple[str, ...] = (last.rule.id,)
        if _fifth_is_reduced(found):
            ids = ("S2", *ids)
        return _later(found, case, ids, count + 1, last)
    if count == 4 and case.situation.is_at(first):
        return _due(found, case, (first.rule.id,), 5, 2, first)
    return _one_missing(found, case, 4)


def _dtp_from_s3(found: SeriesHistory, case: Case, last: Slot) -> Need:
    """The booster of S3; DTPa-IPV before 12 years does not stand for it (S4)."""
    count = len(found.counted)
    if _has_teen_booster(case, found, last):
        complete = Need("DTP", AdviceState.COMPLETE, (last.rule.id, "S3"))
        return complete if count >= 5 else _doctor(found, ("NEW",), count + 1, 1)
    if count < 4:
        return _doctor(found, ("NEW", last.rule.id), count + 1, 6 - count)
    ids = [last.rule.id] if count >= 5 else [last.rule.id, "S1"]
    if any(one.rule_id == "DTP-6" and one.counts is Counts.NO for one in found.verdicts):
        ids.append("S4")
    return _due(found, case, tuple(ids), count + 1, 1, last)


def _ipv(case: Case) -> Need:
    """As DTP, without a dose in S3; from there on a missing booster is not caught up (S1)."""
    found, slot = case.histories["IPV"], case.slot("IPV")
    count = len(found.counted)
    old_enough = Span.parse(rule("IPV-5").values[0]).after(case.situation.birth)
    boosted = any(one.dose.when.first >= old_enough for one in found.counted)
    if count >= 5 or (count == 4 and boosted):
        return _settled(found, Need("IPV", AdviceState.COMPLETE, (slot.rule.id,)), case)
    if not case.situation.reached(slot):
        if count == 4:
            return _later(found, case, (slot.rule.id,), 5, slot)
        return _one_missing(found, case, 3)
    if case.situation.reached(_slot_of_dose(case, 6)) and count == 4:
        return Need("IPV", AdviceState.OUTSIDE_PROGRAMME, ("S1",), count + 1, 1)
    if count == 4 and case.situation.is_at(slot):
        return _due(found, case, (slot.rule.id,), 5, 1, slot)
    if count == 4 and _fifth_is_reduced(case.histories["DTP"]):
        return _due(found, case, ("S2",), 5, 1)
    return _one_missing(found, case, 4)


def _men_acwy(case: Case) -> Need:
    """No slot at school age: complete or outside the programme."""
    found = case.histories["MenACWY"]
    if any(one.counts is Counts.YES for one in found.verdicts):
        return Need("MenACWY", AdviceState.COMPLETE, ("MENACWY-1",))
    return Need("MenACWY", AdviceState.OUTSIDE_PROGRAMME, ("S3-MENACWY",), 1, 1)


def _slot_of_dose(case: Case, dose: int) -> Slot:
    return case.rules.slot_of_dose("DTP", dose)


def _has_teen_booster(case: Case, found: SeriesHistory, last: Slot) -> bool:
    """A dose that stands for the dTpa of S3: DTPa-IPV from 12 years (S3), or dTpa in its time."""
    twelve = rule("S3").number * 12
    for number, one in enumerate(found.counted, start=1):
        if one.rule_id in {"YEAR", "PART"}:
            continue
        strength = one.dose.named.type.series["DTP"]
        old_enough = age_months(case.situation.birth, one.dose.when.first) >= twelve
        if old_enough and strength == "full":
            return True
        in_time = number >= 6 or case.situation.had_reached(last, one.dose.when.first)
        if old_enough and in_time and strength == REDUCED:
            return True
    return False


def _is_caught_up(case: Case, found: SeriesHistory, slot: Slot) -> bool:
    """S1: the missing dose was given from 5 years on, before L1; then dTpa in S3 suffices."""
    if len(found.counted) != 4:
        return False
    given = found.counted[-1].dose.when.first
    five = rule("S1").numbers[0] * 12
    old_enough = age_months(case.situation.birth, given) >= five
    return old_enough and given < case.situation.day_of(slot)


def _fifth_is_reduced(found: SeriesHistory) -> bool:
    doses = [one.dose for one in found.counted]
    return len(doses) >= 5 and doses[4].named.type.series["DTP"] == REDUCED


def _one_missing(found: SeriesHistory, case: Case, has: int) -> Need:
    """S1 when exactly one dose is missing; the schedule of more is the doctor's.

    A missing dose of the first year is S6, whose condition nobody knows.
    """
    count = len(found.counted)
    if count == has:
        birth = case.situation.birth
        in_first_year = [
            one for one in found.counted if age_months(birth, one.dose.when.first) < 12
        ]
        if len(in_first_year) < 3:
            return _doctor(found, ("S6",), count + 1, 1, DoctorWhy.UNSIGNED)
        return _due(found, case, ("S1",), count + 1, 1)
    return _doctor(found, ("NEW",), count + 1, has + 1 - count, DoctorWhy.MANY)


def _due(
    found: SeriesHistory,
    case: Case,
    ids: tuple[str, ...],
    number: int,
    left: int,
    slot: Slot | None = None,
) -> Need:
    earliest = case.earliest(found)
    recommended = max(earliest, case.situation.day_of(slot)) if slot else earliest
    return _timed(found, case, ids, number, left, earliest, recommended)


def _later(found: SeriesHistory, case: Case, ids: tuple[str, ...], number: int, slot: Slot) -> Need:
    earliest = case.earliest(found)
    recommended = max(earliest, case.situation.day_of(slot))
    return _timed(found, case, ids, number, 1, earliest, recommended)


def _timed(
    found: SeriesHistory,
    case: Case,
    ids: tuple[str, ...],
    number: int,
    left: int,
    earliest: date,
    recommended: date,
) -> Need:
    is_due = recommended <= case.situation.on
    need = Need(
        series=found.series,
        state=AdviceState.DUE if is_due else AdviceState.NOT_YET,
        rule_ids=ids,
        next_dose=number,
        left=left,
        earliest=earliest,
        recommended=recommended,
    )
    return _settled(found, need, case)


def _settled(found: SeriesHistory, need: Need, case: Case) -> Need:
    """A doubtful dose leaves it to the doctor; an unsigned row does unless one is due anyway."""
    doubted = tuple(
        dict.fromkeys(one.rule_id for one in found.verdicts if one.counts is Counts.DOCTOR)
    )
    if found.is_undecided:
        certain = [one for one in found.counted if one.counts is Counts.YES]
        enough = need.state is AdviceState.COMPLETE and len(certain) >= _wanted(found, case)
        if not enough:
            return _as_doctor(need, doubted, DoctorWhy.DOSE)
    elif doubted and need.state is not AdviceState.DUE:
        return _as_doctor(need, doubted, DoctorWhy.UNSIGNED)
    return need


def _wanted(found: SeriesHistory, case: Case) -> int:
    """How many doses make a series complete."""
    if found.scheme:
        return int(found.scheme)
    reached = case.situation.reached(_slot_of_dose(case, 6))
    return {"DTP": 6 if reached else 5, "IPV": 5}.get(found.series, 2)


def _as_doctor(need: Need, ids: tuple[str, ...], why: DoctorWhy) -> Need:
    return replace(
        need,
        state=AdviceState.DOCTOR,
        rule_ids=tuple(dict.fromkeys((*need.rule_ids, *ids))),
        why=why,
    )


def _doctor(
    found: SeriesHistory,
    ids: tuple[str, ...],
    number: int,
    left: int,
    why: DoctorWhy = DoctorWhy.MANY,
) -> Need:
    return Need(found.series, AdviceState.DOCTOR, ids, number, left, why=why)

"""`clbdesk vaccination`: which doses count and what is due, for a batch (docs/cli.md)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from clbdesk.cli.batch import BadItem
from clbdesk.cli.items import answer_items
from clbdesk.domain.vaccination import DoseSource
from clbdesk.errors import Refused
from clbdesk.standards.vaccination.advice import Advice, explain, judge_vaccination
from clbdesk.standards.vaccination.history import GivenDose, When
from clbdesk.standards.vaccination.ruleset import ruleset
from clbdesk.standards.vaccination.situation import STAGES, Situation
from clbdesk.standards.vaccination.validity import Counts

if TYPE_CHECKING:
    from clbdesk.cli.items import Item
    from clbdesk.standards.vaccination.validity import DoseVerdict

_KNOWN = ("id", "birth_date", "on", "stage", "special_education", "history", "flags")
_TODDLERS = {"KK1": "K1", "KK2": "K2", "KK3": "K3"}
_STAGES = (*_TODDLERS, *STAGES)
# Days of people who are alive, far from the ends of the calendar that intervals could run over.
_FIRST, _LAST = date(1900, 1, 1), date(2199, 12, 31)
_COUNTS: dict[Counts, bool | str] = {Counts.YES: True, Counts.NO: False, Counts.DOCTOR: "doctor"}
_CODES = {
    "vaccination.unknown_product": ("unknown_product", "is not a known product, code or type"),
    "vaccination.not_a_date": ("not_a_date", "must be YYYY-MM-DD, YYYY-MM or YYYY"),
}


def run(items: list[object]) -> list[object]:
    """Judge every item; a bad one answers its error."""
    return answer_items(items, _judge)


def _judge(item: Item) -> dict[str, object]:
    situation = _situation(item.only(*_KNOWN))
    history = [_dose(dose, situation) for dose in item.parts("history")]
    try:
        judged = judge_vaccination(history, situation, ruleset())
    except Refused as error:
        code, message = _CODES[error.key]
        raise BadItem(code, error.field, f"{error.field} {message}") from error
    return {
        "doses": [
            {"index": index, "antigens": {each.series: _verdict(each) for each in verdicts}}
            for index, verdicts in enumerate(judged.doses)
        ],
        "advice": [_advice(each) for each in judged.advice],
        "edition": judged.edition,
    }


def _situation(item: Item) -> Situation:
    birth, on = item.day("birth_date"), item.day("on")
    for name, day in (("birth_date", birth), ("on", on)):
        if not _FIRST <= day <= _LAST:
            raise BadItem("out_of_range", name, f"{name} must lie from {_FIRST} to {_LAST}")
    if on < birth:
        raise BadItem("out_of_range", "on", "on lies before birth_date")
    dutch = False
    if item.has("flags"):
        flags = item.part("flags").only("dutch_schedule")
        dutch = flags.has("dutch_schedule") and flags.boolean("dutch_schedule")
    special = item.has("special_education") and item.boolean("special_education")
    return Situation(
        birth=birth,
        on=on,
        stage=_stage(item.choice("stage", _STAGES)) if item.has("stage") else None,
        special_education=special,
        dutch_schedule=dutch,
    )


def _stage(given: str) -> str:
    """Toddlers' classes are written KK1 or K1."""
    return _TODDLERS.get(given, given)


def _dose(item: Item, situation: Situation) -> GivenDose:
    item.only("product", "date", "source")
    text = item.text("date")
    name = f"{item.path}date"
    try:
        when = When.parse(text)
    except ValueError as error:
        raise BadItem("not_a_date", name, f"{name} must be YYYY-MM-DD, YYYY-MM or YYYY") from error
    if when.last < situation.birth:
        raise BadItem("out_of_range", name, f"{name} lies before birth_date")
    if when.first > situation.on:
        raise BadItem("out_of_range", name, f"{name} lies after on")
    source = DoseSource(item.choice("source", DoseSource))
    return GivenDose(item.text("product"), text, source)


def _verdict(verdict: DoseVerdict) -> dict[str, object]:
    answer: dict[str, object] = {
        "counts": _COUNTS[verdict.counts],
        "dose_number": verdict.dose_number,
        "rule_id": verdict.rule_id,
        "text": explain(verdict),
    }
    if verdict.not_before:
        answer["not_before"] = verdict.not_before.isoformat()
    if verdict.duplicate_of is not None:
        answer["duplicate_of"] = verdict.duplicate_of
    return answer


def _advice(advice: Advice) -> dict[str, object]:
    return {
        "vaccine": advice.vaccine,
        "series": list(advice.series),
        "state": advice.state.value,
        "dose_number": advice.dose_number or None,
        "doses_left": advice.left,
        "earliest": advice.earliest.isoformat() if advice.earliest else None,
        "recommended": advice.recommended.isoformat() if advice.recommended else None,
        "free": advice.free,
        "rule_ids": list(advice.rule_ids),
        "text": f"{advice.head}: {advice.text}",
    }

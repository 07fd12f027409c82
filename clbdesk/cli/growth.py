"""`clbdesk growth`: what the program judges of length, weight and head, for a batch of items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clbdesk.cli.batch import (
    BadItem,
    answers,
    choice,
    day,
    measured,
    refuse_repeated,
    refuse_unknown,
)
from clbdesk.domain.judgement import Judgement, RuleStatus, Verdict
from clbdesk.domain.people import Sex
from clbdesk.standards.entry_limits import limits
from clbdesk.standards.growth import GrowthJudgement, judge_growth, reference_name
from clbdesk.standards.limits import Field, LimitContext, Unlikely, check
from clbdesk.standards.lms import Score
from clbdesk.standards.measurements import EarlierGrowth, GrowthInput
from clbdesk.wording import label

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

_SEXES = {"M": Sex.MALE, "F": Sex.FEMALE}
_MEASURED = {
    "height_cm": Field.HEIGHT,
    "weight_kg": Field.WEIGHT,
    "head_cm": Field.HEAD,
    "mother_cm": Field.PARENT_HEIGHT,
    "father_cm": Field.PARENT_HEIGHT,
}
_KNOWN = ("id", "sex", "birth_date", "measured_on", *_MEASURED, "previous")
_KNOWN_PREVIOUS = ("measured_on", "height_cm", "weight_kg")

# Verdicts that are no signal: in order, or nothing to compare with.
_SILENT = frozenset({Verdict.OK, Verdict.NOT_DONE})
_LEVELS = {
    Verdict.INFO: "info",
    Verdict.NO_CRITERION: "info",
    Verdict.KNOWN: "info",
    Verdict.BORDERLINE: "check",
    Verdict.CHECK: "check",
    Verdict.RETEST: "check",
    Verdict.RISK: "doctor",
    Verdict.DOCTOR: "doctor",
    Verdict.REFER: "doctor",
}


def run(items: list[object]) -> list[object]:
    """One answer per item, in order; a bad item gets an `error` and does not stop the others.

    Environment `standards.table_damaged` when the table of entry limits cannot be trusted.
    """
    return answers(items, _judged)


def _judged(item: dict[str, Any]) -> dict[str, object]:
    given = _given(item)
    found = judge_growth(given)
    name, edition = reference_name()
    answer: dict[str, object] = {"age_years": found.age_years, "age_months": found.age_months}
    if found.bmi is not None:
        answer["bmi"] = found.bmi
    for key, measure, value in (
        ("height", found.height, given.height_cm),
        ("weight", found.weight, given.weight_kg),
        ("bmi_for_age", found.bmi_for_age, found.bmi),
        ("head", found.head, given.head_cm),
    ):
        if value is not None:
            answer[key] = _score(measure)
    if found.bmi is not None:
        answer["weight_index"] = found.weight_index
    answer["bmi_class"] = found.weight_class and found.weight_class.value
    answer["bmi_class_rule"] = found.weight_class_rule
    answer["target_height"] = _target(found)
    answer["velocity_cm_per_year"] = found.velocity and found.velocity.cm_per_year
    answer["signals"] = [
        *(signal for line in found.lines for signal in _signals(line)),
        *_questions(given),
    ]
    answer["reference"] = {"name": name, "edition": edition}
    return answer


def _given(item: dict[str, Any]) -> GrowthInput:
    refuse_unknown(item, _KNOWN)
    sex = _SEXES[choice(item, "sex", _SEXES)]
    birth = day(item, "birth_date")
    on = day(item, "measured_on")
    if on < birth:
        raise BadItem("before_birth", "measured_on", "measured_on lies before birth_date")
    values = {name: _possible(item, name, field) for name, field in _MEASURED.items()}
    return GrowthInput(
        sex=sex,
        birth=birth,
        on=on,
        height_cm=values["height_cm"],
        weight_kg=values["weight_kg"],
        head_cm=values["head_cm"],
        mother_cm=values["mother_cm"],
        father_cm=values["father_cm"],
        previous=_previous(item, birth, on),
    )


def _possible(item: dict[str, Any], name: str, limited: Field, path: str = "") -> Decimal | None:
    value = measured(item, name, path)
    block = limits(limited).block
    if value is not None and block is not None and not block[0] <= value <= block[1]:
        low, high = block
        unit = limits(limited).rule.unit
        message = f"{path}{name} {value} is impossible: expected {low} to {high} {unit}"
        raise BadItem("impossible", path + name, message)
    return value


def _previous(item: dict[str, Any], birth: date, on: date) -> tuple[EarlierGrowth, ...]:
    given = item.get("previous")
    if given is None:
        return ()
    if not isinstance(given, list):
        raise BadItem("not_a_list", "previous", "previous must be a list of objects")
    return tuple(
        _earlier(point, f"previous[{place}]", birth, on) for place, point in enumerate(given)
    )


def _earlier(point: object, name: str, birth: date, on: date) -> EarlierGrowth:
    if not isinstance(point, dict):
        raise BadItem("not_an_object", name, f"{name} must be an object")
    path = f"{name}."
    refuse_repeated(point, path)
    refuse_unknown(point, _KNOWN_PREVIOUS, path)
    earlier = day(point, "measured_on", path)
    field = f"{path}measured_on"
    if earlier < birth:
        raise BadItem("before_birth", field, f"{field} lies before birth_date")
    if earlier >= on:
        raise BadItem("not_earlier", field, f"{field} does not lie before measured_on")
    return EarlierGrowth(
        on=earlier,
        height_cm=_possible(point, "height_cm", Field.HEIGHT, path),
        weight_kg=_possible(point, "weight_kg", Field.WEIGHT, path),
    )


def _score(score: Score | None) -> dict[str, float | None]:
    if score is None:
        return {"sds": None, "percentile": None}
    return {"sds": score.sds, "percentile": score.percentile}


def _target(found: GrowthJudgement) -> dict[str, float] | None:
    target = found.target_height
    if target is None:
        return None
    return {
        "cm": float(target.cm),
        "low_cm": float(target.low_cm),
        "high_cm": float(target.high_cm),
        "sds": target.sds,
    }


def _signals(line: Judgement) -> list[dict[str, str]]:
    if line.verdict in _SILENT:
        return []
    text = f"{line.head}: {line.text}{_doubt(to_confirm=line.status is RuleStatus.SIGN)}"
    level = _LEVELS[line.verdict]
    return [
        {"rule_id": rule_id, "level": level, "text": text} for rule_id in line.rule_id.split(", ")
    ]


def _doubt(*, to_confirm: bool) -> str:
    """What is said of a rule that no doctor confirmed yet."""
    return f" ({label(RuleStatus.SIGN)})" if to_confirm else ""


def _questions(given: GrowthInput) -> list[dict[str, str]]:
    """Unlikely values, as the window would ask about them."""
    context = LimitContext(
        sex=given.sex,
        birth=given.birth,
        on=given.on,
        height_cm=given.height_cm,
        weight_kg=given.weight_kg,
        previous=given.previous,
    )
    asked: dict[tuple[str, str], dict[str, str]] = {}
    for name, field in _MEASURED.items():
        value: Decimal | None = getattr(given, name)
        found = None if value is None else check(field, value, context)
        if isinstance(found, Unlikely):
            question = f"{found.question}{_doubt(to_confirm=found.to_confirm)}"
            signal = {"rule_id": found.limit_id, "level": "check", "text": question}
            asked[found.limit_id, found.question] = signal
    return list(asked.values())

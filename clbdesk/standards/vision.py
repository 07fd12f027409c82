"""Sight: acuity per eye, eye position, colour and stereo vision (VWVJ Standaard Visus, 2018).

The limits of acuity are not copied from the Werkkaart yet: then the answer is "geen criterium
ingesteld" and never a pass. Not testable is a risk (VIS-4). Values are logMAR, where higher is
worse. Rules VIS-1 to VIS-10 of vision_rules.csv.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec.structs import replace

from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import Correction, VisionTest
from clbdesk.domain.judgement import RuleStatus, Verdict
from clbdesk.domain.visits import ContactMoment
from clbdesk.standards import tables
from clbdesk.standards.moments import acuity_test
from clbdesk.standards.phrases import number
from clbdesk.wording import label, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from clbdesk.domain.contact import (
        Acuity,
        ColourVision,
        EyePosition,
        EyeResult,
        StereoVision,
    )
    from clbdesk.domain.judgement import Judgement
    from clbdesk.standards.tables import Rule

DOMAIN = "vision"
_EYES = ("right", "left")
_ACUITY_RULES = {ContactMoment.KK1: "VIS-1", ContactMoment.LO1: "VIS-2"}
_AS_ONE = {VisionTest.KAY_OLD: VisionTest.KAY_NEW}
# Printed decimal acuity goes by the preferred numbers of the charts, not by rounding 10^-logMAR.
_CHART_DECIMALS = {
    "-0.3": "2.0", "-0.2": "1.6", "-0.1": "1.25", "0.0": "1.0", "0.1": "0.8", "0.2": "0.63",
    "0.3": "0.5", "0.4": "0.4", "0.5": "0.32", "0.6": "0.25", "0.7": "0.2", "0.8": "0.16",
    "0.9": "0.125", "1.0": "0.1",
}  # fmt: skip


class VisionWord(StrEnum):
    """The overall word, from the one that asks most of somebody to a pass."""

    REFER = "refer"
    RISK = "risk"
    RETEST = "retest"
    NOT_DONE = "not_done"
    NO_CRITERION = "no_criterion"
    KNOWN = "known"
    PASS = "pass"  # noqa: S105 a word of a judgement


@dataclass(frozen=True, slots=True)
class VisionJudgement:
    """Overall word and rule lines of the tests that were given."""

    overall: VisionWord
    lines: tuple[Judgement, ...]


def decimal_acuity(logmar: Decimal) -> float:
    """Decimal acuity 10^(−logMAR) in full precision."""
    return float(10 ** -float(logmar))


def shown_decimal(logmar: Decimal) -> str:
    """Decimal acuity as it stands beside logMAR: 0,1 → "0,8"; two decimals between the lines."""
    for line, shown in _CHART_DECIMALS.items():
        if Decimal(line) == logmar:
            return shown.replace(".", ",")
    return number(decimal_acuity(logmar), 2)


def is_other_test(test: VisionTest, usual: VisionTest) -> bool:
    """Whether a test departs from the usual one; both versions of Kay count as one (VWVJ 2017)."""
    return _AS_ONE.get(test, test) is not _AS_ONE.get(usual, usual)


def eye_difference(test: Acuity) -> Decimal | None:
    """Difference between the eyes in logMAR; shown, and judged only when the centre set a limit."""
    right, left = _measured(test.right), _measured(test.left)
    return None if right is None or left is None else abs(right - left)


def judge_vision(
    moment: ContactMoment,
    *,
    acuity: Acuity | None = None,
    eye_position: EyePosition | None = None,
    colour: ColourVision | None = None,
    stereo: StereoVision | None = None,
    known: bool = False,
    rules: Callable[[str], Rule] = tables.rule,
) -> VisionJudgement:
    """Judge the tests of sight that were recorded; a test that is None is left out.

    `known`: an eye disorder or glasses are known, or the pupil is under an ophthalmologist.
    """
    judged: list[tuple[VisionWord | None, Judgement]] = []
    if acuity is not None:
        judged += _judge_acuity(moment, acuity, known=known, rules=rules)
    if eye_position is not None:
        judged.append(_judge_position(eye_position, rules))
    if colour is not None:
        judged.append(_judge_colour(moment, colour, rules))
    if stereo is not None:
        judged.append(_judge_stereo(stereo, rules))
    words = {word for word, _ in judged if word is not None}
    overall = next((word for word in VisionWord if word in words), VisionWord.NOT_DONE)
    return VisionJudgement(overall, tuple(line for _, line in judged))


def _measured(eye: EyeResult | None) -> Decimal | None:
    return eye.logmar if eye is not None and eye.state is ExamState.DONE else None


def _judge_acuity(
    moment: ContactMoment, test: Acuity, *, known: bool, rules: Callable[[str], Rule]
) -> list[tuple[VisionWord | None, Judgement]]:
    if test.state is not ExamState.DONE:
        return [_undone_acuity(test, rules)]
    eyes = {eye: getattr(test, eye) for eye in _EYES}
    judged: list[tuple[VisionWord | None, Judgement]] = []
    for state, word, verdict, rule_id, key in (
        (ExamState.NOT_POSSIBLE, VisionWord.RISK, Verdict.RISK, "VIS-4", "risk"),
        (ExamState.UNRELIABLE, VisionWord.RETEST, Verdict.RETEST, "VIS-4", "unreliable"),
    ):
        found = [eye for eye, result in eyes.items() if result and result.state is state]
        if found:
            text = say(f"vision.{key}_text", eyes=_eye_names(found))
            judged.append((word, _line(rules(rule_id), verdict, key, text)))
    left = [f"{_eye_names([eye])} {state}" for eye, state in _left_to_do(eyes)]
    if left:
        text = say("vision.left_to_do_text", eyes=", ".join(left))
        line = _line(rules("VIS-5"), Verdict.NOT_DONE, "left_to_do", text)
        judged.append((VisionWord.NOT_DONE, line))
    if test.correction is Correction.FORGOTTEN:
        text = say("vision.forgotten_text")
        judged.append((VisionWord.RETEST, _line(rules("VIS-7"), Verdict.RETEST, "forgotten", text)))
    elif known or test.correction in {Correction.GLASSES, Correction.LENSES}:
        line = _line(rules("VIS-6"), Verdict.KNOWN, "known", say("vision.known_text"))
        judged.append((VisionWord.KNOWN, line))
    measured = {eye: _measured(result) for eye, result in eyes.items()}
    if any(value is not None for value in measured.values()):
        judged.append(_against_limit(moment, test, measured, rules))
    return _settled(judged)


def _undone_acuity(
    test: Acuity, rules: Callable[[str], Rule]
) -> tuple[VisionWord | None, Judgement]:
    """The whole test in a not-done state: not testable is a risk, unreliable is tested again."""
    both = say("vision.both_eyes")
    if test.state is ExamState.NOT_POSSIBLE:
        text = say("vision.risk_text", eyes=both)
        return VisionWord.RISK, _line(rules("VIS-4"), Verdict.RISK, "risk", text)
    if test.state is ExamState.UNRELIABLE:
        text = say("vision.unreliable_text", eyes=both)
        return VisionWord.RETEST, _line(rules("VIS-4"), Verdict.RETEST, "unreliable", text)
    return _not_done("acuity", test.state, rules("VIS-4"))


def _left_to_do(eyes: dict[str, EyeResult | None]) -> list[tuple[str, str]]:
    """Eyes without a value and without a state that says more: open, postponed, refused."""
    left = []
    for eye, result in eyes.items():
        if result is None or (result.state is ExamState.DONE and result.logmar is None):
            left.append((eye, say("vision.eye_open")))
        elif result.state in {ExamState.NOT_PLANNED, ExamState.POSTPONED, ExamState.REFUSED}:
            left.append((eye, label(result.state).lower()))
    return left


def _settled(
    judged: list[tuple[VisionWord | None, Judgement]],
) -> list[tuple[VisionWord | None, Judgement]]:
    """VIS-7: without the forgotten glasses no limit is a ground to refer; the line stays to read.

    Its verdict goes along, for a conclusion is proposed from it. VIS-6: with a known disorder the
    line of the limit stays too, and its word still counts.
    """
    if not any(line.rule_id == "VIS-7" for _, line in judged):
        return judged
    return [
        (VisionWord.RETEST, replace(line, verdict=Verdict.RETEST))
        if word is VisionWord.REFER
        else (word, line)
        for word, line in judged
    ]


def _against_limit(
    moment: ContactMoment,
    test: Acuity,
    measured: dict[str, Decimal | None],
    rules: Callable[[str], Rule],
) -> tuple[VisionWord | None, Judgement]:
    """VIS-1 to VIS-3: the worse eye and the difference against the limits, where they are set.

    Values of different tests are not comparable (VWVJ): a limit judges the test of its moment.
    """
    limit = rules(_ACUITY_RULES.get(moment, "VIS-3"))
    difference = eye_difference(test)
    values = say(
        "vision.acuity_values",
        **{eye: _shown(value) for eye, value in measured.items()},
    )
    if difference is not None:
        values += ", " + say("vision.acuity_difference", difference=_shown(difference))
    numbers = {f"{eye}_logmar": value for eye, value in measured.items() if value is not None}
    usual = acuity_test(moment)
    if (
        limit.status is RuleStatus.EMPTY
        or len(limit.numbers) != 2
        or is_other_test(test.test, usual)
    ):
        return _without_limit(limit, test, usual, values, numbers)
    worst_eye, widest = limit.numbers
    fails = any(value >= worst_eye for value in numbers.values()) or (
        difference is not None and difference >= widest
    )
    key = "acuity_refer" if fails else "acuity_ok"
    line = limit.judgement(
        Verdict.REFER if fails else Verdict.OK,
        domain=DOMAIN,
        head=say(f"vision.{key}_head"),
        text=say(
            f"vision.{key}_text",
            values=values,
            limit=_shown(worst_eye),
            difference_limit=_shown(widest),
        ),
        numbers={**numbers, "limit_logmar": worst_eye, "difference_limit": widest},
    )
    return (VisionWord.REFER if fails else VisionWord.PASS), line


def _without_limit(
    limit: Rule, test: Acuity, usual: VisionTest, values: str, numbers: dict[str, Decimal]
) -> tuple[VisionWord | None, Judgement]:
    """No limit is set, or another test was taken than it is set for; glasses are no open word."""
    is_set = is_other_test(test.test, usual) and limit.status is not RuleStatus.EMPTY
    line = limit.judgement(
        Verdict.NO_CRITERION,
        domain=DOMAIN,
        head=say("vision.no_criterion_head"),
        text=say(
            f"vision.{'other_test' if is_set else 'no_criterion'}_text",
            values=values,
            usual=label(usual),
            test=label(test.test),
        ),
        numbers=numbers,
    )
    known = test.correction in {Correction.GLASSES, Correction.LENSES}
    return (None if known else VisionWord.NO_CRITERION), line


def _shown(value: Decimal | None) -> str:
    return "–" if value is None else f"{number(value, max(1, _places(value)))}"


def _places(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _judge_position(
    test: EyePosition, rules: Callable[[str], Rule]
) -> tuple[VisionWord | None, Judgement]:
    """VIS-8: any sign refers; what failed is tried again; what is open is not "in orde"."""
    found = rules("VIS-8")
    if test.state is not ExamState.DONE:
        return _not_done("position", test.state, found)
    covers = {part: getattr(test, part) for part in ("cover_near", "cover_far")}
    signs = [say(f"vision.sign_{sign}") for sign in test.signs]
    if test.reflexes == "asymmetric":
        signs.append(say("vision.reflexes_asymmetric"))
    for part, answer in covers.items():
        if answer in {"eso", "exo", "vertical"}:
            signs.append(say("vision.cover_moved", part=say(f"vision.{part}")))
    if signs:
        text = say("vision.position_refer_text", findings=", ".join(signs))
        return VisionWord.REFER, _line(found, Verdict.REFER, "position_refer", text)
    parts = {"reflexes": test.reflexes, **covers}
    failed = [say(f"vision.{part}") for part, answer in parts.items() if answer == "failed"]
    if failed:
        text = say("vision.position_failed_text", parts=", ".join(failed))
        return VisionWord.RETEST, _line(found, Verdict.RETEST, "position_failed", text)
    still_open = [say(f"vision.{part}") for part, answer in parts.items() if answer is None]
    if still_open:
        text = say("vision.position_open_text", parts=", ".join(still_open))
        return VisionWord.NOT_DONE, _line(found, Verdict.NOT_DONE, "position_open", text)
    return VisionWord.PASS, _line(found, Verdict.OK, "position_ok", say("vision.position_ok_text"))


def _judge_colour(
    moment: ContactMoment, test: ColourVision, rules: Callable[[str], Rule]
) -> tuple[VisionWord | None, Judgement]:
    """VIS-9: never a referral; doubt in the first grade is tested again in the sixth."""
    found = rules("VIS-9")
    if test.state is not ExamState.DONE or test.result is None:
        return _not_done("colour", test.state, found)
    if test.result == "good":
        line = _line(found, Verdict.OK, "colour_good", say("vision.colour_good_text"))
        return VisionWord.PASS, line
    if test.result == "doubtful":
        again = moment in {ContactMoment.LO6, ContactMoment.SO3}
        text = say("vision.colour_doubtful_again_text" if again else "vision.colour_doubtful_text")
        verdict = Verdict.INFO if again else Verdict.RETEST
        return None, _line(found, verdict, "colour_doubtful", text)
    return None, _line(found, Verdict.INFO, "colour_wrong", say("vision.colour_wrong_text"))


def _judge_stereo(
    test: StereoVision, rules: Callable[[str], Rule]
) -> tuple[VisionWord | None, Judgement]:
    """VIS-10: information, whatever the result."""
    found = rules("VIS-10")
    if test.state is not ExamState.DONE or test.result is None:
        return _not_done("stereo", test.state, found)
    key = "stereo_not_seen_text" if test.result == "not_seen" else "stereo_text"
    text = say(f"vision.{key}", result=test.result)
    return None, _line(found, Verdict.INFO, "stereo", text)


def _not_done(part: str, state: ExamState, found: Rule) -> tuple[VisionWord | None, Judgement]:
    word = say("vision.eye_open") if state is ExamState.DONE else label(state).lower()
    retest = state is ExamState.UNRELIABLE
    text = say("vision.not_done_text", part=say(f"vision.part_{part}"), state=word)
    line = _line(found, Verdict.RETEST if retest else Verdict.NOT_DONE, "not_done", text)
    return (VisionWord.RETEST if retest else VisionWord.NOT_DONE), line


def _line(found: Rule, verdict: Verdict, key: str, text: str) -> Judgement:
    return found.judgement(verdict, domain=DOMAIN, head=say(f"vision.{key}_head"), text=text)


def _eye_names(eyes: Iterable[str]) -> str:
    return " en ".join(say(f"vision.eye_{eye}") for eye in eyes)

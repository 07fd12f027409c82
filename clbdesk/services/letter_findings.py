"""The values that go with a referral: those of its domain, as they were measured, and no more."""

from __future__ import annotations

from collections.abc import Mapping

from clbdesk.domain.body import Body, ExamState
from clbdesk.domain.contact import (
    Acuity,
    Audiometry,
    AudiometryCell,
    CellResult,
    ColourVision,
    EyePosition,
    EyeResult,
    Growth,
    Otoscopy,
    SpeechInNoise,
    SpinEar,
    StereoVision,
)
from clbdesk.domain.hearing import Tympanometry
from clbdesk.domain.judgement import Judgement, RuleStatus, Verdict
from clbdesk.services.conflict_view import wording_of
from clbdesk.services.reading import Standing
from clbdesk.standards.phrases import number
from clbdesk.standards.vision import shown_decimal
from clbdesk.wording import label, say

_KINDS = {
    "growth": ("growth",),
    "weight": ("growth",),
    "vision": ("acuity", "eye_position", "colour_vision", "stereo_vision"),
    "hearing": ("audiometry", "speech_in_noise", "otoscopy", "tympanometry"),
}
# In the order of the protocol (VWVJ Standaard Gehoor).
_HERTZ = ("1000", "4000", "500")
_FOR_A_DOCTOR = frozenset({Verdict.DOCTOR, Verdict.REFER})
Finding = tuple[str, str]


def findings_of(domain: str, tests: Mapping[str, Standing[Body]]) -> tuple[Finding, ...]:
    """Label and value of every finding of a domain; a test that was not done is left out."""
    found: list[Finding] = []
    for kind in _KINDS.get(domain, ()):
        if kind in tests:
            found += _of(tests[kind].body)
    return tuple(found)


def _of(body: Body) -> list[Finding]:
    match body:
        case Growth():
            return _growth(body)
        case Acuity():
            return _acuity(body)
        case EyePosition():
            return _eye_position(body)
        case ColourVision(result=str(result)):
            return [(say("letters.colour"), _word(result))]
        case StereoVision(result=str(result)):
            return [(say("letters.stereo"), _word(result))]
        case Audiometry():
            return _audiometry(body)
        case SpeechInNoise():
            return _spin(body)
        case Otoscopy():
            return _otoscopy(body)
        case Tympanometry():
            return _tympanometry(body)
    return []


def _growth(body: Growth) -> list[Finding]:
    found = []
    if body.height_cm is not None and body.height_state is ExamState.DONE:
        found.append((say("letters.length"), f"{number(body.height_cm)} cm"))
    if body.weight_kg is not None and body.weight_state is ExamState.DONE:
        found.append((say("letters.mass"), f"{number(body.weight_kg)} kg"))
    if body.head_cm is not None and body.head_state is ExamState.DONE:
        found.append((say("growth.head"), f"{number(body.head_cm)} cm"))
    if body.sitting_height_cm is not None and body.sitting_height_state is ExamState.DONE:
        found.append((say("growth.sitting_height"), f"{number(body.sitting_height_cm)} cm"))
    return found + [_flag(line) for line in body.judgements if line.verdict in _FOR_A_DOCTOR]


def _flag(line: Judgement) -> Finding:
    """What a rule flagged for a doctor, with the rule, its source, and whether it was confirmed."""
    source = f"{line.source} {line.edition}"
    key = "letters.flag_to_confirm" if line.status is RuleStatus.SIGN else "letters.flag"
    return line.head, say(key, text=line.text, rule=line.rule_id, source=source)


def _acuity(body: Acuity) -> list[Finding]:
    eyes = [("right_eye", body.right), ("left_eye", body.left)]
    found = [(say(f"letters.{eye}"), words) for eye, one in eyes if (words := _eye(one))]
    if not found:
        return []
    correction = label(body.correction) if body.correction else ""
    correction = correction[:1].lower() + correction[1:]
    reason = label(body.test_reason) if body.test_reason else ""
    test = ", ".join(part for part in (label(body.test), reason, correction) if part)
    return [(say("letters.acuity"), test), *found]


def _eye(result: EyeResult | None) -> str:
    if result is None or result.logmar is None or result.state is not ExamState.DONE:
        return ""
    decimal = shown_decimal(result.logmar)
    return say("letters.acuity_eye", value=number(result.logmar, 2), decimal=decimal)


def _eye_position(body: EyePosition) -> list[Finding]:
    found = []
    for field in ("reflexes", "cover_near", "cover_far"):
        value = getattr(body, field)
        if value is not None:
            found.append((wording_of(f"conflicts.field.{field}", field), _word(value)))
    if body.signs:
        words = ", ".join(_word(sign) for sign in body.signs)
        found.append((wording_of("conflicts.field.signs", "signs"), words))
    return found


def _audiometry(body: Audiometry) -> list[Finding]:
    ears = (("right_ear", body.right), ("left_ear", body.left))
    return [
        (say(f"letters.{ear}"), words)
        for ear, cells in ears
        if (words := ", ".join(_cell(hertz, cells[hertz]) for hertz in _HERTZ if hertz in cells))
    ]


def _cell(hertz: str, cell: AudiometryCell) -> str:
    if cell.level_db is not None:
        level = say("letters.level", level=cell.level_db)
    elif cell.result in {CellResult.PASS, CellResult.FAIL}:
        level = say("letters.heard" if cell.result is CellResult.PASS else "letters.not_heard")
    else:
        level = label(cell.result)
    return say("letters.audiometry_cell", hertz=hertz, level=level)


def _spin(body: SpeechInNoise) -> list[Finding]:
    ears = (("right_ear", body.right), ("left_ear", body.left))
    return [(say(f"letters.{ear}"), words) for ear, one in ears if (words := _spin_ear(one))]


def _spin_ear(ear: SpinEar | None) -> str:
    if ear is None or ear.srt_db is None or ear.state is not ExamState.DONE:
        return ""
    return say("letters.spin_ear", srt=number(ear.srt_db))


def _otoscopy(body: Otoscopy) -> list[Finding]:
    if body.state is not ExamState.DONE:
        return []
    ears = (("right", body.right), ("left", body.left))
    return [
        (say(f"letters.otoscopy_{ear}"), ", ".join(say(f"letters.seen_{one}") for one in seen))
        for ear, seen in ears
        if seen
    ]


def _tympanometry(body: Tympanometry) -> list[Finding]:
    if body.state is not ExamState.DONE:
        return []
    ears = (("right", body.right), ("left", body.left))
    return [(say(f"letters.tympanogram_{ear}"), label(kind)) for ear, kind in ears if kind]


def _word(value: str) -> str:
    return wording_of(f"conflicts.word.{value}", value)

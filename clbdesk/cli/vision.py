"""`clbdesk vision`: judge acuity and the other tests of sight of a batch (docs/cli.md)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from clbdesk.cli.items import answer_items, signals
from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import (
    Acuity,
    ColourVision,
    Correction,
    EyePosition,
    EyeResult,
    StereoVision,
    VisionTest,
)
from clbdesk.domain.visits import ContactMoment
from clbdesk.standards.vision import decimal_acuity, judge_vision

if TYPE_CHECKING:
    from clbdesk.cli.items import Item

_UNDATED = date.min  # a batch judges values; the day plays no part
_LOWEST, _HIGHEST = Decimal("-0.50"), Decimal("2.00")
_COVER = ("none", "eso", "exo", "vertical", "failed")
_SIGNS = ("lid", "pupil", "nystagmus", "squint")
# What may stand in an item: what is judged, and what only describes how the test was taken.
_KNOWN = (
    *("id", "moment", "test", "right", "left", "correction", "known"),
    *("eye_position", "colour", "stereo"),
    *("distance_cm", "occlusion", "first_eye", "on"),
)
_EYE = ("logmar", "state", "state_reason", "cooperation")
_STEREO = ("480", "240", "120", "60", "30", "15", "not_seen")


def run(items: list[object]) -> list[object]:
    """Judge every item; a bad one answers its error."""
    return answer_items(items, _judge)


def _judge(item: Item) -> dict[str, object]:
    acuity = _acuity(item.only(*_KNOWN))
    judged = judge_vision(
        ContactMoment(item.choice("moment", ContactMoment)),
        acuity=acuity,
        eye_position=_eye_position(item) if item.has("eye_position") else None,
        colour=_colour(item) if item.has("colour") else None,
        stereo=_stereo(item) if item.has("stereo") else None,
        known=item.has("known") and item.boolean("known"),
    )
    return {
        "judgement": judged.overall.value,
        "decimal": {"right": _decimal(acuity.right), "left": _decimal(acuity.left)},
        "signals": signals(judged.lines),
    }


def _decimal(eye: EyeResult | None) -> float | None:
    return None if eye is None or eye.logmar is None else decimal_acuity(eye.logmar)


def _acuity(item: Item) -> Acuity:
    correction = item.choice("correction", Correction) if item.has("correction") else None
    return Acuity(
        state=ExamState.DONE,
        test=VisionTest(item.choice("test", VisionTest)),
        correction=None if correction is None else Correction(correction),
        right=_eye(item.part("right").only(*_EYE)) if item.has("right") else None,
        left=_eye(item.part("left").only(*_EYE)) if item.has("left") else None,
        on=_UNDATED,
    )


def _eye(item: Item) -> EyeResult:
    """A value may stand beside "unreliable"; every other not-done state has none."""
    state = ExamState(item.choice("state", ExamState)) if item.has("state") else ExamState.DONE
    if item.has("logmar") and state not in {ExamState.DONE, ExamState.UNRELIABLE}:
        raise item.contradicts("state", f"{item.path}logmar")
    wanted = state is ExamState.DONE or item.has("logmar")
    return EyeResult(
        logmar=item.number("logmar", _LOWEST, _HIGHEST) if wanted else None, state=state
    )


def _eye_position(item: Item) -> EyePosition:
    found = item.part("eye_position").only("reflexes", "cover_near", "cover_far", "signs")
    reflexes = ("symmetric", "asymmetric", "failed")
    return EyePosition(
        state=ExamState.DONE,
        reflexes=found.choice("reflexes", reflexes) if found.has("reflexes") else None,
        cover_near=found.choice("cover_near", _COVER) if found.has("cover_near") else None,
        cover_far=found.choice("cover_far", _COVER) if found.has("cover_far") else None,
        signs=found.choices("signs", _SIGNS),
        on=_UNDATED,
    )


def _colour(item: Item) -> ColourVision:
    result = item.choice("colour", ("good", "wrong", "doubtful"))
    return ColourVision(state=ExamState.DONE, result=result, on=_UNDATED)


def _stereo(item: Item) -> StereoVision:
    return StereoVision(state=ExamState.DONE, result=item.choice("stereo", _STEREO), on=_UNDATED)

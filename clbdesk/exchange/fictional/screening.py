"""Sight and hearing of a fictional pupil at an earlier contact (handbook 1 §1.3, §3, §4)."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import TYPE_CHECKING

from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import (
    Acuity,
    Audiometry,
    AudiometryCell,
    CellResult,
    ColourVision,
    Correction,
    EyePosition,
    EyeResult,
    HearingIndication,
    SpeechInNoise,
    SpinEar,
    StereoVision,
    VisionTest,
)
from clbdesk.domain.people import Sex
from clbdesk.domain.visits import ContactMoment
from clbdesk.exchange.fictional.background import wears_glasses
from clbdesk.exchange.fictional.facts import SOMEBODY, Fact
from clbdesk.exchange.fictional.names import chance

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from clbdesk.exchange.fictional.centre import FictionalPupil

# Mean and spread of the speech reception threshold, dB SNR (handbook 1 §3.3).
_SPIN = {ContactMoment.LO6: (-9.8, 0.9), ContactMoment.SO3: (-10.5, 0.8)}
_NOT_DONE = (ExamState.NOT_POSSIBLE, ExamState.REFUSED, ExamState.POSTPONED)


def screening_of(
    pupil: FictionalPupil, moment: ContactMoment, day: date, seed: int
) -> Iterator[Fact]:
    """The tests that the moment asks, some of them not done."""
    luck = chance(seed, "screening", pupil.key, moment)
    yield Fact(day, "lars", _acuity(pupil, moment, day, seed, luck))
    if moment in {ContactMoment.KK1, ContactMoment.LO1}:
        wrong = luck.random() < 0.02
        position = EyePosition(
            state=ExamState.DONE,
            reflexes="asymmetric" if wrong else "symmetric",
            cover_near="eso" if wrong else "none",
            on=day,
        )
        yield Fact(day, "lars", position)
    if moment is ContactMoment.KK1:
        neonatal = "yes" if luck.random() < 0.95 else "unknown"
        indication = HearingIndication(
            pupil_id=SOMEBODY, neonatal_screening=neonatal, indicated=False
        )
        yield Fact(day, "lars", indication)
    if moment is ContactMoment.LO1:
        weak = luck.random() < (0.08 if pupil.sex is Sex.MALE else 0.004)
        colour = ColourVision(state=ExamState.DONE, result="wrong" if weak else "good", on=day)
        yield Fact(day, "lars", colour)
        yield Fact(day, "lars", _audiometry(day, luck))
    if moment is ContactMoment.LO6:
        seconds = luck.choices(("60", "30", "120", "240", "not_seen"), (50, 35, 10, 3, 2))[0]
        yield Fact(day, "lars", StereoVision(state=ExamState.DONE, result=seconds, on=day))
    if moment in _SPIN:
        yield Fact(day, "lars", _speech_in_noise(moment, day, luck))


def _acuity(
    pupil: FictionalPupil, moment: ContactMoment, day: date, seed: int, luck: random.Random
) -> Acuity:
    test = VisionTest.KAY_OLD if moment is ContactMoment.KK1 else VisionTest.LOGMAR
    if luck.random() < 0.02:
        return Acuity(state=luck.choice(_NOT_DONE), test=test, on=day)
    glasses = wears_glasses(pupil, seed) and moment is not ContactMoment.KK1
    worse = 0.3 if luck.random() < 0.05 else 0.0
    return Acuity(
        state=ExamState.DONE,
        test=test,
        first_eye="right",
        correction=Correction.GLASSES if glasses else Correction.NONE,
        right=_eye(luck, 0.0),
        left=_eye(luck, worse),
        on=day,
    )


def _eye(luck: random.Random, worse: float) -> EyeResult:
    lines = luck.choices((-0.1, 0.0, 0.1, 0.2), (15, 55, 25, 5))[0]
    return EyeResult(logmar=Decimal(f"{lines + worse:.1f}"), state=ExamState.DONE)


def _audiometry(day: date, luck: random.Random) -> Audiometry:
    if luck.random() < 0.02:
        return Audiometry(state=luck.choice(_NOT_DONE), on=day)
    failing = luck.choice(("right", "left")) if luck.random() < 0.04 else ""
    return Audiometry(
        state=ExamState.DONE,
        right=_ear(luck, fails=failing == "right"),
        left=_ear(luck, fails=failing == "left"),
        first_ear="right",
        on=day,
    )


def _ear(luck: random.Random, *, fails: bool) -> dict[str, AudiometryCell]:
    """Cells of 1000, 4000 and 500 Hz; soft tones of the first grade are 20 and 10 dB."""
    failed = luck.choice(("1000", "4000", "500")) if fails else ""
    return {
        hertz: AudiometryCell(
            result=CellResult.FAIL if hertz == failed else CellResult.PASS,
            level_db=luck.choice((40, 45)) if hertz == failed else luck.choice((10, 20, 20)),
        )
        for hertz in ("1000", "4000", "500")
    }


def _speech_in_noise(moment: ContactMoment, day: date, luck: random.Random) -> SpeechInNoise:
    mean, spread = _SPIN[moment]
    if luck.random() < 0.03:
        return SpeechInNoise(state=ExamState.UNRELIABLE, on=day)
    worse = 3.0 if luck.random() < 0.03 else 0.0

    def ear(more: float) -> SpinEar:
        return SpinEar(
            srt_db=Decimal(f"{luck.gauss(mean, spread) + more:.1f}"),
            sd_db=Decimal(f"{luck.uniform(0.8, 2.4):.1f}"),
            touched_limit=False,
        )

    return SpeechInNoise(
        state=ExamState.DONE, right=ear(0.0), left=ear(worse), first_ear="right", on=day
    )

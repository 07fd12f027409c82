"""Short audiometry and speech in noise: what a test says (VWVJ Standaard Gehoor, 2016 and 2019).

A cell passes or fails by the tester's letter as long as the pass level is empty; with a signed
pass level also by the level that was typed. Unreliable, refused, postponed and untouched are
never a pass. Words speak of a chance of underlying hearing loss. Rules AUD, AUD-1 to AUD-5 and
SPIN-1 to SPIN-9 of hearing_rules.csv.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import TYPE_CHECKING

from msgspec.structs import replace

from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import AudiometryCell, CellResult
from clbdesk.domain.judgement import RuleStatus, Verdict
from clbdesk.domain.visits import ContactMoment
from clbdesk.standards.own_criterion import own_line
from clbdesk.standards.phrases import number
from clbdesk.standards.tables import rule
from clbdesk.wording import label, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal

    from clbdesk.domain.contact import Audiometry, Otoscopy, SpeechInNoise, SpinEar
    from clbdesk.domain.hearing import Tympanometry
    from clbdesk.domain.judgement import Judgement
    from clbdesk.standards.tables import Rule

DOMAIN = "hearing"
EARS = ("right", "left")
_TONES = {ContactMoment.KK1: "AUD-TONES-KK1", ContactMoment.LO1: "AUD-TONES-LO1"}
_LEVELS = {ContactMoment.KK1: "AUD-LEVEL-KK1", ContactMoment.LO1: "AUD-LEVEL-LO1"}
_SPIN_LIMITS = {ContactMoment.LO6: "SPIN-1", ContactMoment.SO3: "SPIN-2"}
# What otoscopy finds that makes a temporary loss likely: wait or treat, then repeat (AUD-2).
_PASSING_CAUSES = ("cerumen", "fluid", "red", "perforation")


class HearingWord(StrEnum):
    """The overall word of a test, from the one that asks most of somebody to a pass."""

    ABNORMAL = "abnormal"
    DOCTOR = "doctor"
    RETEST = "retest"
    NO_CRITERION = "no_criterion"
    NOT_DONE = "not_done"
    PASS = "pass"  # noqa: S105 a word of a judgement


@dataclass(frozen=True, slots=True)
class HearingJudgement:
    """Word of the whole, of each ear that was tested, and the rule lines."""

    overall: HearingWord
    per_ear: dict[str, HearingWord]
    lines: tuple[Judgement, ...]


@dataclass(frozen=True, slots=True)
class ToneProtocol:
    """What the tester follows: Hz in order, soft tones in dB HL, pass level or None when empty.

    `note`: what stands with an empty pass level, in Dutch.
    """

    order: tuple[str, ...]
    soft_tones: tuple[int, ...]
    pass_level: Rule | None
    note: str = ""


def worst(words: Iterable[HearingWord]) -> HearingWord:
    """The word that asks most; NOT_DONE when nothing was tested."""
    found = set(words)
    return next((word for word in HearingWord if word in found), HearingWord.NOT_DONE)


def tone_protocol(moment: ContactMoment) -> ToneProtocol:
    """The protocol of a moment; audiometry outside KK1 follows the one of LO1."""
    known = moment if moment in _TONES else ContactMoment.LO1
    level = rule(_LEVELS[known])
    return ToneProtocol(
        order=rule("AUD-ORDER").values,
        soft_tones=tuple(int(tone) for tone in rule(_TONES[known]).numbers),
        pass_level=None if level.status is RuleStatus.EMPTY else level,
        note=level.text if level.status is RuleStatus.EMPTY else "",
    )


def judge_audiometry(
    moment: ContactMoment,
    test: Audiometry,
    *,
    otoscopy: Otoscopy | None = None,
    failed_before: bool = False,
    at_risk: bool = False,
) -> HearingJudgement:
    """Judge six cells.

    `failed_before`: an earlier test of this contact failed too. `at_risk`: a toddler with a risk
    factor or without neonatal screening, for whom "not testable" is a ground to refer.
    """
    if test.state not in {ExamState.DONE, ExamState.UNRELIABLE}:
        return _not_done(moment, test.state, at_risk=at_risk)
    protocol = tone_protocol(moment)
    cells = {
        ear: _cells(_against_level(getattr(test, ear), protocol.pass_level), protocol.order)
        for ear in EARS
    }
    per_ear = {ear: _ear_word(found.values(), test.state) for ear, found in cells.items()}
    overall = worst(per_ear.values())
    lines = [_overview(overall, cells, test.state, protocol.pass_level)]
    if overall is HearingWord.ABNORMAL:
        failed = [ear for ear, word in per_ear.items() if word is HearingWord.ABNORMAL]
        lines += _after_fail(moment, failed, otoscopy, failed_before=failed_before)
    return HearingJudgement(overall, per_ear, tuple(lines))


def _against_level(
    found: Mapping[str, AudiometryCell], level: Rule | None
) -> Mapping[str, AudiometryCell]:
    """With a pass level a tone that was only heard louder is not heard; without a level typed the
    letter of the tester stands.
    """
    if level is None:
        return found
    return {
        frequency: replace(cell, result=CellResult.FAIL)
        if cell.result is CellResult.PASS
        and cell.level_db is not None
        and cell.level_db > level.number
        else cell
        for frequency, cell in found.items()
    }


def _cells(
    found: Mapping[str, AudiometryCell], order: tuple[str, ...]
) -> dict[str, AudiometryCell | None]:
    """Cells in protocol order, then any other that was tested; None is an untouched cell."""
    others = [frequency for frequency in found if frequency not in order]
    return {frequency: found.get(frequency) for frequency in (*order, *others)}


def _cell_word(cell: AudiometryCell | None) -> HearingWord:
    if cell is None:
        return HearingWord.NOT_DONE
    if cell.state is ExamState.UNRELIABLE or cell.result is CellResult.UNRELIABLE:
        return HearingWord.RETEST
    if cell.state is not ExamState.DONE or cell.result is CellResult.NOT_DONE:
        return HearingWord.NOT_DONE
    return HearingWord.ABNORMAL if cell.result is CellResult.FAIL else HearingWord.PASS


def _ear_word(cells: Iterable[AudiometryCell | None], state: ExamState) -> HearingWord:
    """A test that is unreliable as a whole keeps its values, but they are not judged."""
    words = [_cell_word(cell) for cell in cells]
    if state is ExamState.UNRELIABLE:
        return HearingWord.RETEST
    return worst(words)


def _overview(
    overall: HearingWord,
    cells: Mapping[str, Mapping[str, AudiometryCell | None]],
    state: ExamState,
    level: Rule | None,
) -> Judgement:
    words = {
        f"{say(f'hearing.ear_{ear}')} {frequency} Hz": _cell_word(cell)
        for ear, found in cells.items()
        for frequency, cell in found.items()
    }
    heard = sum(word is HearingWord.PASS for word in words.values())
    left = sum(cell is None for cell in chain.from_iterable(c.values() for c in cells.values()))
    named = ", ".join(name for name, word in words.items() if word is overall)
    verdict, key = {
        HearingWord.PASS: (Verdict.OK, "heard"),
        HearingWord.ABNORMAL: (Verdict.CHECK, "not_heard"),
        HearingWord.RETEST: (Verdict.RETEST, "unreliable"),
    }.get(overall, (Verdict.NOT_DONE, "cells_left" if left else "not_done"))
    if state is ExamState.UNRELIABLE:
        named = label(state).lower()
    head = say("hearing.cell_left_head") if key == "cells_left" and left == 1 else None
    return rule("AUD").judgement(
        verdict,
        domain=DOMAIN,
        head=head or say(f"hearing.{key}_head", count=left),
        text=say(f"hearing.{key}_text", heard=heard, cells=_counted(key, named, words), what=named),
        numbers={"heard": heard, "cells": len(words), "left": left},
        also=(level.id,) if level else (),
    )


def _counted(key: str, named: str, words: Mapping[str, HearingWord]) -> str:
    return named if key in {"not_heard", "unreliable"} else str(len(words))


def _after_fail(
    moment: ContactMoment,
    failed: Sequence[str],
    otoscopy: Otoscopy | None,
    *,
    failed_before: bool,
) -> list[Judgement]:
    """What a failed test asks for: look, repeat, or refer. Only the ears that failed are asked."""
    if moment is ContactMoment.KK1:
        return [_refer("AUD-4", "refer_toddler")]
    if failed_before:
        return [_refer("AUD-3", "refer_again")]
    seen = {ear: _seen(otoscopy, ear) for ear in failed}
    if not all(seen.values()):
        first, last = rule("AUD-1").values
        return [
            rule("AUD-1").judgement(
                Verdict.CHECK,
                domain=DOMAIN,
                head=say("hearing.otoscopy_head"),
                text=say("hearing.otoscopy_text"),
                numbers={"first_day": first, "last_day": last},
            )
        ]
    if findings := [one for one in _PASSING_CAUSES if one in chain.from_iterable(seen.values())]:
        words = ", ".join(say(f"hearing.otoscopy_{cause}") for cause in findings)
        again = rule("AUD-2")
        has_term = again.status is not RuleStatus.EMPTY
        key = "hearing.repeat_after_text" if has_term else "hearing.repeat_text"
        return [
            again.judgement(
                Verdict.RETEST if has_term else Verdict.NO_CRITERION,
                domain=DOMAIN,
                head=say("hearing.repeat_head"),
                text=say(key, findings=words, months=again.value),
            )
        ]
    return [_refer("AUD-3", "refer_normal_otoscopy")]


def _seen(otoscopy: Otoscopy | None, ear: str) -> set[str]:
    """What was seen in an ear; nothing when nobody looked."""
    if otoscopy is None or otoscopy.state is not ExamState.DONE:
        return set()
    return set(getattr(otoscopy, ear)) - {"not_seen"}


def _refer(rule_id: str, key: str) -> Judgement:
    return rule(rule_id).judgement(
        Verdict.REFER,
        domain=DOMAIN,
        head=say("hearing.refer_head"),
        text=say(f"hearing.{key}"),
    )


def _not_done(moment: ContactMoment, state: ExamState, *, at_risk: bool) -> HearingJudgement:
    """A whole test that was not done; a toddler at risk who cannot be tested is referred."""
    lines = [
        rule("AUD").judgement(
            Verdict.NOT_DONE,
            domain=DOMAIN,
            head=say("hearing.not_done_head"),
            text=say("hearing.not_done_text", what=label(state).lower()),
        )
    ]
    overall = HearingWord.NOT_DONE
    if moment is ContactMoment.KK1 and state is ExamState.NOT_POSSIBLE and at_risk:
        lines.append(_refer("AUD-4", "refer_not_testable"))
        overall = HearingWord.ABNORMAL
    return HearingJudgement(overall, {}, tuple(lines))


def judge_tympanometry(test: Tympanometry) -> tuple[Judgement, ...]:
    """The types in words, without a verdict: no criterion is known (AUD-5)."""
    kinds = {ear: getattr(test, ear) for ear in EARS}
    ears = [
        say("hearing.tympanogram_ear", ear=say(f"hearing.ear_{ear}"), kind=label(kind))
        for ear, kind in kinds.items()
        if kind is not None
    ]
    if test.state is not ExamState.DONE or not ears:
        return ()
    own = own_line(rule("AUD-TYMP"), domain=DOMAIN, shown=", ".join(ears))
    return (own or _line("AUD-TYMP", Verdict.NO_CRITERION, "tympanogram", ears=", ".join(ears)),)


def judge_spin(moment: ContactMoment, test: SpeechInNoise) -> HearingJudgement:
    """Judge speech in noise per ear; the worse ear counts (SPIN-9)."""
    if test.state not in {ExamState.DONE, ExamState.UNRELIABLE}:
        return _not_done(moment, test.state, at_risk=False)
    per_ear: dict[str, HearingWord] = {}
    lines: list[Judgement] = []
    for ear in EARS:
        found: SpinEar | None = getattr(test, ear)
        name = say(f"hearing.ear_{ear}")
        unreliable = test.state is ExamState.UNRELIABLE
        per_ear[ear], line = _spin_ear(moment, found, name, unreliable=unreliable)
        lines.append(line)
    overall = worst(per_ear.values())
    if overall is HearingWord.ABNORMAL:
        if len(set(per_ear.values())) > 1:
            lines.append(_line("SPIN-9", Verdict.CHECK, "spin_worse_ear"))
        lines.append(_line("SPIN-7", Verdict.REFER, "spin_refer"))
    if overall in {HearingWord.ABNORMAL, HearingWord.PASS}:
        own = own_line(rule("SPIN-6"), domain=DOMAIN)
        lines.append(own or _line("SPIN-6", Verdict.NO_CRITERION, "spin_zone"))
    return HearingJudgement(overall, per_ear, tuple(lines))


def _spin_ear(
    moment: ContactMoment, found: SpinEar | None, ear: str, *, unreliable: bool
) -> tuple[HearingWord, Judgement]:
    if found is None or found.state not in {ExamState.DONE, ExamState.UNRELIABLE}:
        state = label(found.state).lower() if found else ""
        line = _line("HE-5", Verdict.NOT_DONE, "not_done", what=f"{ear} {state}".strip())
        return HearingWord.NOT_DONE, line
    if unreliable or found.state is ExamState.UNRELIABLE or _is_unreliable(found):
        return _unreliable_spin(found, ear)
    if found.srt_db is None or found.sd_db is None or found.touched_limit is None:
        return HearingWord.NOT_DONE, _line("SPIN-3", Verdict.NOT_DONE, "spin_open", ear=ear)
    if moment not in _SPIN_LIMITS:
        line = _line(
            "HE-5", Verdict.NO_CRITERION, "spin_no_limit", ear=ear, srt=number(found.srt_db)
        )
        return HearingWord.NO_CRITERION, line
    return _against_limit(rule(_SPIN_LIMITS[moment]), found.srt_db, ear)


def _against_limit(limit: Rule, srt: Decimal, ear: str) -> tuple[HearingWord, Judgement]:
    abnormal = srt >= limit.number
    key = "spin_abnormal" if abnormal else "spin_ok"
    line = limit.judgement(
        Verdict.CHECK if abnormal else Verdict.OK,
        domain=DOMAIN,
        head=say(f"hearing.{key}_head"),
        text=say(f"hearing.{key}_text", ear=ear, srt=number(srt), limit=number(limit.number)),
        numbers={"srt_db": srt, "limit_db": limit.number},
    )
    return HearingWord.ABNORMAL if abnormal else HearingWord.PASS, line


def _is_unreliable(found: SpinEar) -> bool:
    """SPIN-3: the staircase touched its limit, or the spread is too wide."""
    spread, top = rule("SPIN-3").numbers
    touched = found.touched_limit or (found.srt_db is not None and found.srt_db >= top)
    return bool(touched) or (found.sd_db is not None and found.sd_db >= spread)


def _unreliable_spin(found: SpinEar, ear: str) -> tuple[HearingWord, Judgement]:
    if found.attempt > 1:
        return HearingWord.DOCTOR, _line("SPIN-5", Verdict.DOCTOR, "spin_doctor", ear=ear)
    return HearingWord.RETEST, _line("SPIN-4", Verdict.RETEST, "spin_repeat", ear=ear)


def _line(rule_id: str, verdict: Verdict, key: str, **values: object) -> Judgement:
    return rule(rule_id).judgement(
        verdict,
        domain=DOMAIN,
        head=say(f"hearing.{key}_head"),
        text=say(f"hearing.{key}_text", **values),
    )

"""The conversation guide of the care meeting, and the date of an evaluation past the holidays.

The guide is data (care_guide.toml). What a centre worded otherwise is laid over it while a desk is
open, as a whole; the steps that the handbook requires stay required. Sources: practice texts on
consultative pupil guidance, HGPD cycle (goals for about six weeks), Prodia.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from clbdesk.domain.judgement import RuleStatus
from clbdesk.standards.tables import kept, rule, standards

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clbdesk.domain.care import ConsultativeNote
    from clbdesk.domain.care_guide import GuideWording, StockPhrase

_GUIDE, _HOLIDAYS = "care_guide.toml", "school_holidays.csv"


class GuideStep(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of the thirteen steps. `fields`: names of fields of ConsultativeNote ("agreements": its
    agreements are records of their own). `label`, `prompt`: Dutch.
    """

    number: int
    name: str
    label: str
    prompt: str
    fields: tuple[str, ...]
    required: bool


class ParticipantFunction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A function at the table; whether it is bound by beroepsgeheim follows, and can be corrected."""

    code: str
    label: str
    bound_by_secrecy: bool


class Word(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A choice of the guide: what is recorded and its Dutch label."""

    code: str
    label: str


class Guide(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything of the guide in its order."""

    step: tuple[GuideStep, ...]
    function: tuple[ParticipantFunction, ...]
    need: tuple[Word, ...]
    principle: tuple[Word, ...]
    phase: tuple[Word, ...]
    informed: tuple[Word, ...]
    outcome: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class EvaluationDate:
    """The proposed day; when it was moved, from which day and past which holiday (Dutch name)."""

    on: date
    moved_from: date | None = None
    holiday: str | None = None


class _OfCentre:
    """What the centre of the open desk made of it; replaced, never changed."""

    guide: Guide | None = None
    phrases: tuple[StockPhrase, ...] = ()


@cache
def program_guide() -> Guide:
    """The guide that comes with the program."""
    return msgspec.convert(standards().document(_GUIDE), Guide)


def guide() -> Guide:
    """The guide as the centre of the open desk words it."""
    return _OfCentre.guide or program_guide()


def put_guide_in_force(
    wordings: Iterable[GuideWording] = (), phrases: Iterable[StockPhrase] = ()
) -> None:
    """Ask with these words from now on; none = as it comes. They belong to the open desk."""
    by_step = {one.step: one for one in wordings}
    own = program_guide()
    steps = tuple(_worded(step, by_step.get(step.name)) for step in own.step)
    _OfCentre.phrases = tuple(phrases)
    _OfCentre.guide = msgspec.structs.replace(own, step=steps) if by_step else None


def _worded(step: GuideStep, wording: GuideWording | None) -> GuideStep:
    if wording is None:
        return step
    required = step.required or wording.required
    return msgspec.structs.replace(
        step, label=wording.label, prompt=wording.prompt, required=required
    )


def phrases_of(step: str) -> tuple[str, ...]:
    """The centre's sentences for a step, by name."""
    return tuple(one.text for one in _OfCentre.phrases if one.step == step)


def missing_steps(note: ConsultativeNote, *, agreements: int) -> tuple[GuideStep, ...]:
    """The required steps of a topic that are still empty; `agreements`: how many it has."""
    filled = {"agreements": agreements > 0}
    return tuple(
        step
        for step in guide().step
        if step.required
        and not any(filled.get(field, bool(getattr(note, field, None))) for field in step.fields)
    )


def evaluation_date(from_day: date) -> EvaluationDate:
    """Six weeks after a day; a day in a weekend or holiday moves to the next school day."""
    weeks = int(standards().rules_of(_HOLIDAYS)["EVALUATION"].number)
    wanted = from_day + timedelta(weeks=weeks)
    name = _holiday(wanted)
    day = wanted
    while day.isoweekday() > 5 or _holiday(day):
        day += timedelta(days=1)
    if day == wanted:
        return EvaluationDate(on=day)
    return EvaluationDate(on=day, moved_from=wanted, holiday=name)


def names_allowed() -> bool:
    """Whether the centre lets a topic be on name: only a signed "ja" does (C11, default no)."""
    allowed = rule("CARE-NAMES")
    return allowed.status is RuleStatus.ON and allowed.value.strip().casefold() == "ja"


def often_from() -> int:
    """From how many talks of the same pupil on a question with consent is suggested."""
    return int(rule("CARE-TIMES").number)


def _holiday(day: date) -> str | None:
    return next((name for first, last, name in _holidays() if first <= day <= last), None)


@kept
def _holidays() -> tuple[tuple[date, date, str], ...]:
    found = []
    for one in standards().rules_of(_HOLIDAYS).values():
        if one.unit == "datum":
            first, last = (date.fromisoformat(value) for value in one.values)
            found.append((first, last, one.what))
    return tuple(found)

"""The conversation guide of the care meeting, and the date of an evaluation past the holidays.

The guide is data (care_guide.toml). What a centre worded otherwise, added, moved or left out is laid
over it while a desk is open, as a whole; the steps that the handbook requires stay, and the last is
the last. Sources: practice texts on consultative pupil guidance, HGPD cycle (goals for about six
weeks), Prodia.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Protocol

import msgspec

from clbdesk.domain.care import AskedStep
from clbdesk.domain.care_guide import is_own
from clbdesk.domain.judgement import RuleStatus
from clbdesk.standards.tables import kept, rule, standards

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from clbdesk.domain.care import ConsultativeNote, OwnAnswer
    from clbdesk.domain.care_guide import GuideWording, StockPhrase

_GUIDE, _HOLIDAYS = "care_guide.toml", "school_holidays.csv"
_OWN_FIELD = "own"


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


class Asked(Protocol):
    """What is written under a guide: a topic, or its form."""

    @property
    def template(self) -> tuple[AskedStep, ...]:
        """The guide; empty = as it comes with the program."""

    @property
    def own(self) -> tuple[OwnAnswer, ...]:
        """What stands in the steps of the centre."""


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
    left_out = {one.step for one in by_step.values() if one.removed}
    shown = [
        one
        for one in placed_steps(by_step)
        if one.name not in left_out or not may_leave_out(one.name)
    ]
    _OfCentre.phrases = tuple(phrases)
    _OfCentre.guide = (
        msgspec.structs.replace(program_guide(), step=_numbered(shown)) if by_step else None
    )


def placed_steps(wordings: Mapping[str, GuideWording]) -> tuple[GuideStep, ...]:
    """All steps of the program and of the centre in their order, those left out too."""
    steps = [_worded(step, wordings.get(step.name)) for step in program_guide().step]
    steps += [
        GuideStep(
            number=0,
            name=one.step,
            label=one.label,
            prompt=one.prompt,
            fields=(_OWN_FIELD,),
            required=one.required,
        )
        for one in wordings.values()
        if is_own(one.step)
    ]
    return _numbered(sorted(steps, key=lambda step: (place_of(step, wordings), step.name)))


def place_of(step: GuideStep, wordings: Mapping[str, GuideWording]) -> Decimal:
    """Where a step stands; the last of the program is the last."""
    own = wordings.get(step.name)
    number = {one.name: one.number for one in program_guide().step}.get(step.name)
    if own is not None and own.place is not None and may_leave_out(step.name):
        return own.place
    return Decimal(len(program_guide().step) if number is None else number)


def may_leave_out(name: str) -> bool:
    """Whether a centre may leave a step out, or move it: not what the handbook requires."""
    steps = program_guide().step
    fixed = {one.name for one in steps if one.required} | {steps[-1].name}
    return name not in fixed


def _numbered(steps: Iterable[GuideStep]) -> tuple[GuideStep, ...]:
    return tuple(
        msgspec.structs.replace(step, number=number) for number, step in enumerate(steps, start=1)
    )


def asked(steps: Iterable[GuideStep]) -> tuple[AskedStep, ...]:
    """A guide as a topic keeps it; empty for that of the program."""
    found = _as_asked(steps)
    return () if found == _as_asked(program_guide().step) else found


def _as_asked(steps: Iterable[GuideStep]) -> tuple[AskedStep, ...]:
    return tuple(
        AskedStep(name=one.name, label=one.label, prompt=one.prompt, required=one.required)
        for one in steps
    )


def steps_asked(note: Asked) -> tuple[GuideStep, ...]:
    """The guide under which a topic is written."""
    fields = {one.name: one.fields for one in program_guide().step}
    return _numbered(
        GuideStep(
            number=0,
            name=one.name,
            label=one.label,
            prompt=one.prompt,
            fields=fields.get(one.name, (_OWN_FIELD,)),
            required=one.required,
        )
        for one in note.template or _as_asked(program_guide().step)
    )


def with_step(template: tuple[AskedStep, ...], name: str) -> tuple[AskedStep, ...]:
    """A guide with a step of the program before its last, when that is left out of it."""
    if not template or any(one.name == name for one in template):
        return template
    (step,) = (one for one in _as_asked(program_guide().step) if one.name == name)
    return (*template[:-1], step, template[-1])


def is_filled(step: GuideStep, note: Asked) -> bool:
    """Whether a step of a topic says something; agreements are records of their own."""
    if step.fields == (_OWN_FIELD,):
        return any(one.step == step.name and one.text for one in note.own)
    return any(bool(getattr(note, field, None)) for field in step.fields)


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
    return tuple(
        step
        for step in steps_asked(note)
        if step.required
        and not (agreements > 0 if step.name == "agreements" else is_filled(step, note))
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

"""What is drawn at each contact moment: steps with fixed numbers, and their parts.

A part is a kind of record. Steps whose page does not exist yet have page "no" in contact_steps.csv
and are not drawn. Source: B.Vl.R. 1 June 2018, standards of VWVJ (contact_parts.csv per row).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from clbdesk.domain.contact import VisionTest
from clbdesk.domain.visits import ContactMoment
from clbdesk.standards.tables import standards

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_STEPS, _PARTS = "contact_steps.csv", "contact_parts.csv"
_VACCINATION = "vaccination"


class PartWhen(StrEnum):
    """Whether a part belongs to every pupil of the moment."""

    ALWAYS = "always"
    INDICATED = "indicated"
    DOUBTFUL = "doubtful"


class Performer(StrEnum):
    """Who examines a part (uitvoerder_rol): doctor and nurse alike, or the doctor alone."""

    TEAM = "team"
    DOCTOR = "doctor"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a step. `kind`: kind of record; `test`: acuity test to start with."""

    kind: str
    when: PartWhen
    test: VisionTest | None
    performer: Performer


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a contact. `parts`: kinds that everybody needs; `optional`: on indication.

    `doctor_only`: nothing of it is examined by a nurse.
    """

    number: int
    name: str
    label: str
    parts: tuple[str, ...]
    optional: tuple[str, ...]
    doctor_only: bool


@cache
def parts_of(moment: ContactMoment) -> dict[str, tuple[Part, ...]]:
    """The parts of a moment by the name of their step, also of steps without a page."""
    found: dict[str, list[Part]] = {}
    for row in standards().rows(_PARTS):
        if row["moment"] == moment.value:
            part = Part(
                kind=row["part"],
                when=PartWhen(row["when"]),
                test=VisionTest(row["test"]) if row["test"] else None,
                performer=Performer(row["performer"]),
            )
            found.setdefault(row["step"], []).append(part)
    return {step: tuple(parts) for step, parts in found.items()}


@cache
def steps_of(moment: ContactMoment | None, *, vaccination: bool = False) -> tuple[Step, ...]:
    """The steps drawn for every pupil, by number.

    Without a moment only vaccination is drawn, when it is planned. The vaccination status is
    looked at in every contact, whether doses are planned or not.
    """
    if moment is None:
        parts = {_VACCINATION: parts_of(ContactMoment.SO3)[_VACCINATION]} if vaccination else {}
    else:
        parts = parts_of(moment)
    return tuple(step for step in _steps(parts) if step.parts)


@cache
def steps_on_indication(moment: ContactMoment | None) -> tuple[Step, ...]:
    """The steps that are drawn only when somebody adds them, because nobody needs all of them."""
    parts = parts_of(moment) if moment else {}
    return tuple(step for step in _steps(parts) if not step.parts)


def _steps(parts: Mapping[str, tuple[Part, ...]]) -> Iterator[Step]:
    for row in standards().rows(_STEPS):
        if row["page"] == "yes" and row["name"] in parts:
            found = parts[row["name"]]
            yield Step(
                number=int(row["number"]),
                name=row["name"],
                label=row["label"],
                parts=_kinds(found, always=True),
                optional=_kinds(found, always=False),
                doctor_only=all(part.performer is Performer.DOCTOR for part in found),
            )


def step_labels() -> dict[str, str]:
    """How every step is called, by its name."""
    return {row["name"]: row["label"] for row in standards().rows(_STEPS)}


def acuity_test(moment: ContactMoment) -> VisionTest:
    """The acuity test that a visit starts with, before the team chooses another."""
    return next(
        part.test for parts in parts_of(moment).values() for part in parts if part.test is not None
    )


def _kinds(parts: tuple[Part, ...], *, always: bool) -> tuple[str, ...]:
    return tuple(part.kind for part in parts if (part.when is PartWhen.ALWAYS) is always)

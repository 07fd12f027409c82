"""The questions of the day before a needle, numbers 2 to 11 (structure HGR 8802).

Number 1 is the check of identity. A yes leaves the vaccines that the question is about to a doctor;
of some it is the contra-indication itself, which nobody decides away. The questions are not confirmed by a Flemish source: all rows are `sign`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from clbdesk.domain.vaccination import DoctorDecision
from clbdesk.standards.tables import standards

if TYPE_CHECKING:
    from collections.abc import Collection

    from clbdesk.domain.vaccination import Prescreen

_QUESTIONS = "vaccination_questions.csv"
_ALL = "all"
_ON_THE_FORM = frozenset({"reaction", "allergy", "immunity"})


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `about`: the planned vaccines that a yes leaves to a doctor.

    `stops`: those of them for which a yes is the contra-indication itself.
    """

    number: int
    id: str
    text: str
    about: frozenset[str]
    stops: tuple[str, ...]


@cache
def questions_for(vaccines: frozenset[str]) -> tuple[Question, ...]:
    """The questions for these types of vaccine, by number; none when nothing is planned."""
    if not vaccines:
        return ()
    found = []
    for row in standards().rows(_QUESTIONS):
        if about := _named(row["vaccines"], vaccines):
            substances = _substances(row["substances"], vaccines)
            text = f"{row['text']}: {', '.join(substances)}" if substances else row["text"]
            stops = tuple(sorted(_named(row["stops"], vaccines)))
            found.append(Question(int(row["number"]), row["id"], text, about, stops))
    return tuple(found)


def form_questions(vaccines: frozenset[str]) -> tuple[Question, ...]:
    """Those of them that parents answer on the form, weeks before (handbook 2 §4.1)."""
    return tuple(one for one in questions_for(vaccines) if one.id in _ON_THE_FORM)


def unanswered(prescreen: Prescreen | None, vaccines: Collection[str]) -> tuple[Question, ...]:
    """The questions that nobody answered yet."""
    answers = prescreen.answers if prescreen else {}
    return tuple(one for one in questions_for(frozenset(vaccines)) if one.id not in answers)


def answered_yes(prescreen: Prescreen | None, vaccines: Collection[str]) -> tuple[Question, ...]:
    """The questions answered with yes."""
    answers = prescreen.answers if prescreen else {}
    return tuple(one for one in questions_for(frozenset(vaccines)) if answers.get(one.id))


def decision_on(prescreen: Prescreen | None, vaccine: str) -> DoctorDecision | None:
    """What a doctor decided about one vaccine; an older program knew one decision for all."""
    if prescreen is None:
        return None
    return prescreen.decisions.get(vaccine, prescreen.doctor_decision)


def is_decided_against(prescreen: Prescreen | None, vaccine: str) -> bool:
    """Whether a doctor chose anything but to give this vaccine today."""
    return decision_on(prescreen, vaccine) not in {None, DoctorDecision.MAY_TODAY}


def doctor_allows(prescreen: Prescreen | None, vaccine: str) -> bool:
    """Whether a doctor decided, with a reason, that this vaccine may be given today."""
    return (
        prescreen is not None
        and decision_on(prescreen, vaccine) is DoctorDecision.MAY_TODAY
        and prescreen.doctor_id is not None
        and bool(prescreen.doctor_reason.strip())
    )


def _named(cell: str, vaccines: frozenset[str]) -> frozenset[str]:
    """The planned vaccines that a cell names."""
    names = set(cell.split("|"))
    return vaccines if _ALL in names else vaccines & names


def _substances(cell: str, vaccines: frozenset[str]) -> tuple[str, ...]:
    pairs = (part.partition(":") for part in cell.split("|") if part)
    named = (what for vaccine, _, what in pairs if vaccine in {*vaccines, _ALL})
    return tuple(dict.fromkeys(named))

"""What is known about a fictional pupil across contacts: parents' lengths, allergies, glasses."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from clbdesk.domain.contact import Background, BackgroundItem, ParentHeight
from clbdesk.exchange.fictional.centre import SCHOOL_YEAR
from clbdesk.exchange.fictional.facts import SOMEBODY, Fact, school_day
from clbdesk.exchange.fictional.names import chance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clbdesk.exchange.fictional.centre import FictionalPupil

_ALLERGIES = (
    "latex", "noten", "pindanoten", "koemelk", "ei", "penicilline", "wespensteek", "huisstofmijt",
    "graspollen", "gelatine",
)  # fmt: skip
_OTHER_CARE = ("logopedie", "kinderarts, astma", "epilepsie, neuroloog", "diabetes type 1, UZ")


def background_of(pupil: FictionalPupil, seed: int) -> Iterator[Fact]:
    """Items that the questionnaires of earlier contacts gave; what was never asked is absent."""
    luck = chance(seed, "background", pupil.key)
    asked = school_day(luck, SCHOOL_YEAR - 1)
    mother_cm, father_cm = parents_cm(pupil, seed)
    if mother_cm or father_cm:
        heights = ParentHeight(
            pupil_id=SOMEBODY,
            mother_cm=mother_cm,
            mother_measured=bool(mother_cm) and luck.random() < 0.2,
            father_cm=father_cm,
        )
        yield Fact(asked, "form", heights)
    for item, answer, text in _answers(pupil, seed):
        body = Background(
            pupil_id=SOMEBODY,
            item=item,
            answer=answer,
            text=text,
            in_banner=item is BackgroundItem.ALLERGY and answer == "yes",
        )
        yield Fact(asked, "form", body)


def parents_cm(pupil: FictionalPupil, seed: int) -> tuple[Decimal | None, Decimal | None]:
    """(mother, father) as told; None where nobody told."""
    if "mother_cm" in pupil.known:
        return Decimal(pupil.known["mother_cm"]), Decimal(pupil.known["father_cm"])
    luck = chance(seed, "parents", pupil.key)
    mother, father = luck.gauss(166.5, 6), luck.gauss(180, 6.5)
    told = luck.random()
    return (
        None if told < 0.25 else Decimal(round(min(max(mother, 148), 188))),
        None if told < 0.35 else Decimal(round(min(max(father, 160), 204))),
    )


def wears_glasses(pupil: FictionalPupil, seed: int) -> bool:
    """Whether glasses or lenses are known."""
    if "glasses" in pupil.known:
        return True
    older = (SCHOOL_YEAR - pupil.birth_date.year) / 100
    return chance(seed, "glasses", pupil.key).random() < 0.03 + older


def allergy_of(pupil: FictionalPupil, seed: int) -> str | None:
    """What the pupil is allergic to; "" = to nothing, None = nobody ever asked."""
    if "allergy" in pupil.known:
        fixed = str(pupil.known["allergy"])
        return "" if fixed == "no" else fixed
    luck = chance(seed, "allergy", pupil.key)
    drawn = luck.random()
    if drawn < 0.07:
        return luck.choice(_ALLERGIES)
    return "" if drawn < 0.8 else None


def _answers(pupil: FictionalPupil, seed: int) -> Iterator[tuple[BackgroundItem, str, str]]:
    luck = chance(seed, "answers", pupil.key)
    allergy = allergy_of(pupil, seed)
    if allergy is not None:
        yield BackgroundItem.ALLERGY, "yes" if allergy else "no", allergy
    if wears_glasses(pupil, seed):
        lenses = SCHOOL_YEAR - pupil.birth_date.year > 13 and luck.random() < 0.3
        yield BackgroundItem.GLASSES, "lenses" if lenses else "glasses", ""
    elif luck.random() < 0.5:
        yield BackgroundItem.GLASSES, "no", ""
    if luck.random() < 0.6:
        known = luck.random() < 0.04
        text = "buisjes, NKO" if known else ""
        yield BackgroundItem.HEARING, "yes" if known else "no", text
    if luck.random() < 0.06:
        yield BackgroundItem.OTHER_CARE, "yes", luck.choice(_OTHER_CARE)
    if not pupil.arrived_on:
        screened = luck.random()
        answer = "yes" if screened < 0.95 else "unknown" if screened < 0.98 else "no"
        yield BackgroundItem.NEONATAL_HEARING, answer, ""

"""Vaccinations of a fictional pupil with the usual holes, and consents for the coming visits.

The programme and its years: handbook 2 §1.1. Vaccines by type (HEXA, MBR, …), as §2.2 names them.
"""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from clbdesk.domain.age import add_months
from clbdesk.domain.vaccination import (
    Consent,
    ConsentChannel,
    ConsentChoice,
    ConsentGiver,
    Dose,
    DoseSource,
    DoseStatus,
)
from clbdesk.domain.visits import ContactMoment
from clbdesk.exchange.fictional.background import allergy_of
from clbdesk.exchange.fictional.centre import SCHOOL_YEAR, TODAY
from clbdesk.exchange.fictional.facts import SOMEBODY, Fact, school_day, year_in_grade
from clbdesk.exchange.fictional.names import chance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clbdesk.exchange.fictional.centre import FictionalPupil, FictionalVisit

_ACWY_FROM = date(2023, 7, 1)
_MBR2_IN_L4_FROM = 2023
_COUNTRIES = {
    "newcomer": ("SY", "AF", "UA", "ER", "SO", "IQ"),
    "eastern": ("RO", "BG", "PL"),
    "african": ("CD", "CM", "GN"),
    "asian": ("NP", "VN", "IN"),
    "turkish": ("TR",),
    "moroccan": ("MA",),
}
# Type and age in weeks of what is given at many places outside Western Europe.
_ABROAD = (
    ("BCG", 1), ("HBV", 1), ("DTPw", 6), ("OPV", 6), ("DTPw", 10), ("OPV", 10), ("DTPw", 14),
    ("OPV", 14), ("HBV", 14), ("M", 40), ("MBR", 60), ("DTPw", 78), ("OPV", 78),
)  # fmt: skip
# Shares of the answers; None did not answer.
_CONSENTS: dict[ConsentChoice | None, int] = {
    ConsentChoice.CLB: 74,
    ConsentChoice.GP: 6,
    ConsentChoice.ALREADY_GIVEN: 3,
    ConsentChoice.REFUSAL: 5,
    None: 12,
}
_ASKED = {ContactMoment.LO1: ("DTPa-IPV",), ContactMoment.LO4: ("MBR",)}


class _Planned(NamedTuple):
    """A dose of the programme with the share of pupils who miss it."""

    vaccine: str
    on: date
    missed: float


def doses_of(pupil: FictionalPupil, seed: int) -> Iterator[Fact]:
    """Everything that registers and booklets hold of this pupil, oldest first."""
    luck = chance(seed, "doses", pupil.key)
    if "doses" in pupil.known:
        for vaccine, day in pupil.known["doses"]:
            yield _registered(vaccine, date.fromisoformat(day), luck)
        return
    if pupil.arrived_on:
        yield from _abroad(pupil, pupil.arrived_on, luck)
        return
    if luck.random() < 0.025:
        return  # parents who do not vaccinate
    for planned in _programme(pupil, luck):
        if planned.on >= TODAY or luck.random() < planned.missed:
            continue
        fact = _registered(planned.vaccine, planned.on, luck)
        yield fact
        if luck.random() < 0.02:
            # The same dose from a booklet, written down a day later.
            later = planned.on + timedelta(days=1)
            yield Fact(later, "document", _dose(planned.vaccine, later, DoseSource.DOCUMENT))


def _programme(pupil: FictionalPupil, luck: random.Random) -> Iterator[_Planned]:
    birth = pupil.birth_date

    def about(day: date, spread: int = 12) -> date:
        return _working_day(day + timedelta(days=luck.randrange(spread)))

    first = about(birth + timedelta(weeks=8))
    for weeks in (0, 4, 8):  # four weeks are strict, so all three come equally late
        yield _Planned("HEXA", first + timedelta(weeks=weeks), 0.01)
    too_early = timedelta(days=9) if luck.random() < 0.015 else timedelta(0)
    yield _Planned("MBR", about(add_months(birth, 12)) - too_early, 0.02)
    fifteen_months = about(add_months(birth, 15), 40)
    yield _Planned("HEXA", fifteen_months, 0.04)
    yield _Planned("MenACWY" if fifteen_months >= _ACWY_FROM else "MenC", fifteen_months, 0.04)
    if year_in_grade(pupil, "L1") < SCHOOL_YEAR:
        yield _Planned("DTPa-IPV", school_day(luck, year_in_grade(pupil, "L1")), 0.05)
    fourth = year_in_grade(pupil, "L4")
    second_mbr = fourth if fourth >= _MBR2_IN_L4_FROM else year_in_grade(pupil, "L5")
    if second_mbr < SCHOOL_YEAR:
        yield _Planned("MBR", school_day(luck, second_mbr), 0.06)
    first_secondary = year_in_grade(pupil, "S1")
    if first_secondary < SCHOOL_YEAR and luck.random() > 0.1:
        autumn = about(date(first_secondary, 10, 1), 60)
        yield _Planned("HPV", autumn, 0)
        yield _Planned("HPV", _working_day(add_months(autumn, 6)), 0.06)
    if year_in_grade(pupil, "S3") < SCHOOL_YEAR:
        yield _Planned("dTpa", school_day(luck, year_in_grade(pupil, "S3")), 0.07)


def _working_day(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days=7 - day.weekday() if day.weekday() > 4 else 0)


def _abroad(pupil: FictionalPupil, arrived_on: date, luck: random.Random) -> Iterator[Fact]:
    """A foreign booklet: none, told by the parents, years only, or with its dates."""
    papers = luck.random()
    if papers < 0.3:
        return
    country = luck.choice(_COUNTRIES.get(pupil.origin, ("SY",)))
    numbers: Counter[str] = Counter()
    for vaccine, weeks in _ABROAD:
        day = pupil.birth_date + timedelta(weeks=weeks, days=luck.randrange(30))
        if day >= arrived_on or luck.random() < 0.15:
            continue
        numbers[vaccine] += 1
        source = DoseSource.ORAL if papers < 0.4 else DoseSource.DOCUMENT
        year_only = source is DoseSource.ORAL or papers > 0.75
        dose = Dose(
            pupil_id=SOMEBODY,
            status=DoseStatus.GIVEN,
            vaccine=vaccine,
            on=f"{day:%Y}" if year_only else day.isoformat(),
            dose_number=numbers[vaccine],
            source=source,
            country=country,
            document_seen="none"
            if source is DoseSource.ORAL
            else luck.choice(("original", "copy")),
        )
        yield Fact(arrived_on, "document", dose)
    here = arrived_on + timedelta(days=45)
    if here < TODAY and luck.random() < 0.6:
        older = (here - pupil.birth_date).days > 12 * 365.25
        for vaccine in ("dTpa" if older else "HEXA", "MBR"):
            yield _registered(vaccine, here, luck)


def _registered(vaccine: str, on: date, luck: random.Random) -> Fact:
    """A dose as Vaccinnet knows it: a third of the older ones without product or lot."""
    branded = on.year >= 2021 or luck.random() < 0.6
    body = _dose(
        vaccine,
        on,
        DoseSource.VACCINNET,
        product=_product(vaccine, on) if branded else "",
        lot=f"{luck.choice('ABKTUX')}{luck.randrange(10**6):06}" if branded else "",
    )
    return Fact(on, "vaccinnet", body)


def _dose(vaccine: str, on: date, source: DoseSource, *, product: str = "", lot: str = "") -> Dose:
    return Dose(
        pupil_id=SOMEBODY,
        status=DoseStatus.GIVEN,
        vaccine=vaccine,
        product=product,
        lot=lot,
        on=on.isoformat(),
        source=source,
        country="BE",
        document_seen="copy" if source is DoseSource.DOCUMENT else "",
    )


def _product(vaccine: str, on: date) -> str:
    """The brand of the programme in those years (handbook 2 §2.1)."""
    return {
        "HEXA": "Hexyon" if on.year >= 2016 else "Infanrix Hexa",
        "MBR": "M-M-RVaxPro",
        "MenC": "NeisVac-C",
        "MenACWY": "Nimenrix",
        "DTPa-IPV": "Tetravac",
        "HPV": "Gardasil 9" if on.year >= 2019 else "Cervarix",
        "dTpa": "Boostrix" if on.year >= 2023 else "Triaxis",
    }[vaccine]


def consents_of(pupil: FictionalPupil, visit: FictionalVisit, seed: int) -> Iterator[Fact]:
    """The forms that came back for a visit; now and then the parents do not agree."""
    classes = {each.class_name: each.moment for each in visit.classes}
    if pupil.class_name not in classes:
        return
    moment = classes[pupil.class_name]
    vaccines = visit.vaccines or (_ASKED.get(moment, ()) if moment else ())
    luck = chance(seed, "consent", pupil.key, visit.on)
    fixed = pupil.known.get("consent")
    if fixed:
        signed_on, vaccines = fixed["signed_on"], tuple(fixed["vaccines"])
        healthy = dict.fromkeys(("reaction", "allergy", "immunity"), False)
        yield _form(vaccines, ConsentChoice.CLB, fixed["relation"], signed_on, healthy)
        return
    choice = luck.choices(tuple(_CONSENTS), tuple(_CONSENTS.values()))[0]
    if not vaccines or choice is None:
        return
    signed_on = date(2026, 10, 12) + timedelta(days=luck.randrange(30))
    first, second = luck.sample(("moeder", "vader"), 2)
    health: dict[str, bool] = {}
    if choice is ConsentChoice.CLB:
        health = {
            "reaction": luck.random() < 0.02,
            "allergy": bool(allergy_of(pupil, seed)),
            "immunity": luck.random() < 0.01,
        }
    yield _form(vaccines, choice, first, signed_on, health)
    if choice is ConsentChoice.CLB and luck.random() < 0.02:
        yield _form(vaccines, ConsentChoice.REFUSAL, second, signed_on + timedelta(days=4), {})


def _form(
    vaccines: tuple[str, ...],
    choice: ConsentChoice,
    relation: str,
    signed_on: date,
    health_answers: dict[str, bool],
) -> Fact:
    received_on = signed_on + timedelta(days=3)
    body = Consent(
        pupil_id=SOMEBODY,
        vaccines=vaccines,
        choice=choice,
        giver=ConsentGiver.PARENT,
        relation=relation,
        channel=ConsentChannel.PAPER,
        signed_on=signed_on,
        received_on=received_on,
        valid_until=date(SCHOOL_YEAR + 1, 8, 31),
        health_answers=health_answers,
        reason="geen reden opgegeven" if choice is ConsentChoice.REFUSAL else "",
    )
    return Fact(received_on, "form", body)

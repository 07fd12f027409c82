"""Draws a fictional centre of any number of pupils around the classes of the visits."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from clbdesk.domain.names import normalise
from clbdesk.domain.people import School, SchoolLevel, Sex
from clbdesk.domain.revision import Role
from clbdesk.domain.visits import ContactMoment, VisitClass, VisitKind
from clbdesk.exchange.class_list_values import grade_of
from clbdesk.exchange.fictional.centre import (
    SCHOOL_YEAR,
    TODAY,
    VISIT_DAY,
    FictionalCentre,
    FictionalPupil,
    FictionalSchool,
    FictionalStaff,
    FictionalVisit,
    fixed_pupils,
)
from clbdesk.exchange.fictional.names import (
    NumberOffice,
    chance,
    draw_family_name,
    draw_given_name,
    draw_origin,
    fits_cp1252,
)

KRING, LINDE, BOLSTER = "Basisschool De Kring", "SO Ter Linde", "BuBaO De Bolster"
_MUNICIPALITIES = ("Waterbeke", "Sint-Godewaart", "Oudeloo", "Klaverzele", "Ter Doornhove")
# Classes of the visits, filled first, and how many pupils they have.
_VISITED = {
    (KRING, "1A"): 20,
    (KRING, "1B"): 25,
    (KRING, "4A"): 21,
    (LINDE, "3A"): 21,
    (LINDE, "3B"): 20,
}
_PRIMARY = {
    **dict.fromkeys(("K1A", "K1B", "K2A", "K2B", "K3A", "K3B"), 18),
    **{f"{grade}{letter}": 21 for grade in range(1, 7) for letter in "AB"},
}
_SECONDARY = {
    **{f"{grade}{letter}": 20 for grade in range(1, 7) for letter in "AB"},
    "7A": 12,
    "OKAN": 14,
}
_SPECIAL = dict.fromkeys(
    ("De Egels", "De Vossen", "De Uilen", "De Bevers", "De Dassen", "De Hazen"), 8
)
_CLASSES = {
    SchoolLevel.PRIMARY: _PRIMARY,
    SchoolLevel.SECONDARY: _SECONDARY,
    SchoolLevel.SPECIAL: _SPECIAL,
}
# More schools, for centres of more pupils than the first three hold.
_MORE_SCHOOLS = (
    ("Basisschool", SchoolLevel.PRIMARY, ("Het Papieren Bootje", "De Houten Trein", "De Regenton")),
    ("SO", SchoolLevel.SECONDARY, ("Krekelhof", "De Zandloper", "Het Kompas van Oudeloo")),
    ("Freinetschool", SchoolLevel.PRIMARY, ("De Wolkenvanger", "De Kikkerkoning", "De Zeepbel")),
    ("BuBaO", SchoolLevel.SPECIAL, ("De Vuurtoren", "Het Kiezeltje", "De Windwijzer")),
)
# Ages on 31 December of the starting year of the school year.
_AGES = {f"K{number}": number + 2 for number in range(1, 4)}
_AGES |= {f"L{number}": number + 5 for number in range(1, 7)}
_AGES |= {f"S{number}": number + 11 for number in range(1, 8)}


@dataclass(frozen=True, slots=True)
class _Plan:
    school: School
    sizes: dict[str, int]


def make_centre(pupils: int = 400, seed: int = 2026) -> FictionalCentre:
    """A centre with exactly this many pupils (at least one)."""
    office = NumberOffice()
    plans = _plans(pupils)
    return FictionalCentre(
        name="CLB De Waaier (fictief)",
        seed=seed,
        staff=(
            FictionalStaff("An Janssens", Role.NURSE),
            FictionalStaff("Els Claes", Role.NURSE),
            FictionalStaff("dr. Lieve Maes", Role.DOCTOR),
            FictionalStaff("Wim Bos", Role.PSYCHOPEDAGOGUE),
            FictionalStaff("Sofie Aerts", Role.SOCIAL_WORKER),
        ),
        schools=tuple(
            FictionalSchool(plan.school, tuple(_Draw(plan, seed, office).pupils()))
            for plan in plans
        ),
        visits=_visits(),
    )


def _visits() -> tuple[FictionalVisit, ...]:
    nurses_and_doctor = ("An Janssens", "Els Claes", "dr. Lieve Maes")
    return (
        FictionalVisit(
            school=KRING,
            on=VISIT_DAY,
            start=time(8, 45),
            end=time(12, 0),
            kinds=(VisitKind.SYSTEMATIC_CONTACT,),
            classes=(
                VisitClass(class_name="1A", moment=ContactMoment.LO1),
                VisitClass(class_name="1B", moment=ContactMoment.LO1),
                VisitClass(class_name="4A", moment=ContactMoment.LO4),
            ),
            team=nurses_and_doctor,
            room="turnzaal",
        ),
        FictionalVisit(
            school=KRING,
            on=VISIT_DAY,
            start=time(10, 15),
            end=time(11, 45),
            kinds=(VisitKind.CARE_MEETING,),
            classes=(),
            team=("Wim Bos", "Sofie Aerts"),
            room="zorglokaal",
        ),
        FictionalVisit(
            school=LINDE,
            on=VISIT_DAY,
            start=time(13, 15),
            end=time(15, 30),
            kinds=(VisitKind.VACCINATION,),
            classes=(VisitClass(class_name="3A"), VisitClass(class_name="3B")),
            team=nurses_and_doctor,
            vaccines=("dTpa", "HPV"),
            room="polyvalente zaal",
        ),
        # The day after: the moments that the first day does not have.
        FictionalVisit(
            school=KRING,
            on=VISIT_DAY + timedelta(days=1),
            start=time(8, 45),
            end=time(15, 30),
            kinds=(VisitKind.SYSTEMATIC_CONTACT, VisitKind.VACCINATION),
            classes=(
                VisitClass(class_name="K1A", moment=ContactMoment.KK1),
                VisitClass(class_name="4B", moment=ContactMoment.LO4),
                VisitClass(class_name="6A", moment=ContactMoment.LO6),
            ),
            team=nurses_and_doctor,
            vaccines=("MBR",),
            room="turnzaal",
        ),
        FictionalVisit(
            school=LINDE,
            on=VISIT_DAY + timedelta(days=2),
            start=time(8, 45),
            end=time(12, 0),
            kinds=(VisitKind.SYSTEMATIC_CONTACT,),
            classes=(VisitClass(class_name="3A", moment=ContactMoment.SO3),),
            team=nurses_and_doctor,
            room="polyvalente zaal",
        ),
    )


def _plans(pupils: int) -> list[_Plan]:
    """Which schools there are and how large each class is: visited classes first."""
    schools = [
        School(name=KRING, level=SchoolLevel.PRIMARY, municipality="Waterbeke", number="000117"),
        School(name=LINDE, level=SchoolLevel.SECONDARY, municipality="Waterbeke", number="000224"),
        School(name=BOLSTER, level=SchoolLevel.SPECIAL, municipality="Oudeloo", number="000331"),
    ]
    rest = pupils - sum(_VISITED.values())
    while sum(_room(schools).values()) < rest:
        schools.append(_another_school(len(schools) - 3))
    visited = _shares(_VISITED, min(pupils, sum(_VISITED.values())))
    sizes = visited | _shares(_room(schools), max(rest, 0))
    return [
        _Plan(
            school,
            {name: sizes[school.name, name] for name in _CLASSES[school.level]
             if sizes.get((school.name, name))},
        )
        for school in schools
    ]  # fmt: skip


def _room(schools: Iterable[School]) -> dict[tuple[str, str], int]:
    """Places by class outside the visited classes."""
    return {
        (school.name, name): size
        for school in schools
        for name, size in _CLASSES[school.level].items()
        if (school.name, name) not in _VISITED
    }


def _another_school(index: int) -> School:
    prefix, level, names = _MORE_SCHOOLS[index % len(_MORE_SCHOOLS)]
    turn = index // len(_MORE_SCHOOLS)
    name = f"{prefix} {names[turn % len(names)]}"
    if turn >= len(names):
        name += f" {turn // len(names) + 1}"
    return School(
        name=name,
        level=level,
        municipality=_MUNICIPALITIES[index % len(_MUNICIPALITIES)],
        number=f"{400 + index:06}",
    )


def _shares(places: Mapping[tuple[str, str], int], total: int) -> dict[tuple[str, str], int]:
    """`total` divided over the places by their size, the largest remainders first."""
    room = sum(places.values()) or 1
    exact = {place: size * total / room for place, size in places.items()}
    shares = {place: int(share) for place, share in exact.items()}
    left = total - sum(shares.values())
    by_remainder = sorted(exact, key=lambda place: shares[place] - exact[place])
    for place in by_remainder[:left]:
        shares[place] += 1
    return shares


class _Draw:
    """Draws the pupils of one school; twins and namesakes happen, doubles do not."""

    def __init__(self, plan: _Plan, seed: int, office: NumberOffice) -> None:
        self._plan, self._seed, self._office = plan, seed, office
        self._school = plan.school
        self._drawn: list[FictionalPupil] = []
        self._identities: set[tuple[str, str, date]] = set()

    def pupils(self) -> list[FictionalPupil]:
        for class_name, size in self._plan.sizes.items():
            fixed = [
                row
                for row in fixed_pupils()
                if (row["school"], row["class"]) == (self._school.name, class_name)
            ][:size]
            members = [self._fixed(row) for row in fixed]
            while len(members) < size:
                members.append(self._drawn_pupil(class_name, len(members), members))
            members.sort(key=lambda one: (normalise(one.family_name), normalise(one.given_name)))
            self._drawn += members
        return self._drawn

    def _fixed(self, row: Mapping[str, Any]) -> FictionalPupil:
        sex = Sex(row["sex"])
        self._take(row["family_name"], row["given_name"], row["birth_date"])
        return self._pupil(
            key=f"{row['family_name']} {row['given_name']}",
            names=(row["family_name"], row["given_name"], row.get("call_name", "")),
            birth_date=row["birth_date"],
            sex=sex,
            insz=self._office.register_number(row["birth_date"], sex),
            class_name=row["class"],
            origin="flemish",
            known=row,
        )

    def _drawn_pupil(
        self, class_name: str, number: int, classmates: list[FictionalPupil]
    ) -> FictionalPupil:
        key = f"{self._school.name}/{class_name}/{number}"
        luck = chance(self._seed, "pupil", key)
        newcomer = class_name == "OKAN" or luck.random() < 0.02
        origin = draw_origin(luck, newcomer=newcomer)
        sex = luck.choice((Sex.FEMALE, Sex.MALE))
        birth_date = self._birth_date(class_name, luck)
        family_name, given_name = self._names(origin, sex, luck)
        event = luck.random()
        if classmates and event < 0.03 and not classmates[-1].known:
            twin = classmates[-1]
            family_name, birth_date, origin = twin.family_name, twin.birth_date, twin.origin
        elif self._drawn and event < 0.05:
            namesake = luck.choice(self._drawn)
            family_name, given_name = namesake.family_name, namesake.given_name
            origin, sex = namesake.origin, namesake.sex
        while not self._take(family_name, given_name, birth_date):
            given_name = self._names(origin, sex, luck)[1]
            birth_date -= timedelta(days=luck.randrange(3)) if event >= 0.03 else timedelta(0)
        return self._pupil(
            key=key,
            names=(family_name, given_name, given_name[:3] if luck.random() < 0.04 else ""),
            birth_date=birth_date,
            sex=sex,
            insz=self._number(birth_date, sex, luck, newcomer=newcomer),
            class_name=class_name,
            origin=origin,
            newcomer=newcomer,
        )

    def _pupil(
        self,
        *,
        key: str,
        names: tuple[str, str, str],
        birth_date: date,
        sex: Sex,
        insz: str | None,
        class_name: str,
        origin: str,
        newcomer: bool = False,
        known: Mapping[str, Any] | None = None,
    ) -> FictionalPupil:
        luck = chance(self._seed, "enrolment", self._school.name, key)
        grade = grade_of(class_name, "", self._school.level)
        arrived = TODAY - timedelta(days=luck.randint(60, 700)) if newcomer else None
        known = known or {}
        return FictionalPupil(
            key=f"{self._school.name}/{key}",
            family_name=names[0],
            given_name=names[1],
            call_name=names[2],
            birth_date=birth_date,
            sex=sex,
            shown_sex=Sex.UNKNOWN if not known and luck.random() < 0.003 else sex,
            insz=insz,
            pupil_number=known.get("pupil_number")
            or f"{birth_date:%y-%m-%d} {luck.randint(100, 999)}",
            class_name=class_name,
            stage=grade.stage,
            okan=grade.okan,
            origin=origin,
            arrived_on=max(arrived, birth_date + timedelta(days=400)) if arrived else None,
            known=known,
        )

    def _take(self, family_name: str, given_name: str, birth_date: date) -> bool:
        identity = (normalise(family_name), normalise(given_name), birth_date)
        if identity in self._identities:
            return False
        self._identities.add(identity)
        return True

    def _names(self, origin: str, sex: Sex, luck: random.Random) -> tuple[str, str]:
        """A family and a given name; those of a school with an old program fit in cp1252."""
        while True:
            names = draw_family_name(luck, origin), draw_given_name(luck, origin, sex)
            if self._school.name != BOLSTER or fits_cp1252("".join(names)):
                return names

    def _birth_date(self, class_name: str, luck: random.Random) -> date:
        grade = grade_of(class_name, "", self._school.level)
        if grade.stage is None:
            low, high = (12, 17) if grade.okan else (6, 12)
            age = luck.randint(low, high)
        else:
            # One in twelve is a year behind; a few are a year ahead.
            shift = luck.random()
            young = grade.stage.startswith("K")
            age = _AGES[grade.stage] + (shift < 0.08 and not young) - (shift > 0.99 and not young)
        first = date(SCHOOL_YEAR - age, 1, 1)
        return first + timedelta(days=luck.randrange(365))

    def _number(
        self, birth_date: date, sex: Sex, luck: random.Random, *, newcomer: bool
    ) -> str | None:
        drawn = luck.random()
        if drawn < (0.3 if newcomer else 0.02):
            return None
        if newcomer:
            return self._office.bis_number(birth_date, sex, sex_known=drawn < 0.8)
        return self._office.register_number(birth_date, sex)

"""Earlier contacts of a fictional pupil: growth along an own channel, sight and hearing."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from clbdesk.domain.age import age_years
from clbdesk.domain.body import ExamState, Source
from clbdesk.domain.contact import Clothing, Growth
from clbdesk.domain.people import Sex
from clbdesk.domain.visits import Contact, ContactBasis, ContactMoment
from clbdesk.exchange.fictional.background import parents_cm
from clbdesk.exchange.fictional.centre import SCHOOL_YEAR, TODAY
from clbdesk.exchange.fictional.facts import SOMEBODY, Fact, school_day, year_in_grade
from clbdesk.exchange.fictional.names import chance
from clbdesk.exchange.fictional.screening import screening_of
from clbdesk.standards.lms import Lms, Measure, curve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clbdesk.exchange.fictional.centre import FictionalPupil

# The grade of each moment (handbook 1 §1.3).
_MOMENTS = {
    ContactMoment.KK1: "K1",
    ContactMoment.LO1: "L1",
    ContactMoment.LO4: "L4",
    ContactMoment.LO6: "L6",
    ContactMoment.SO3: "S3",
}
# Shares of contacts that never took place; far more in the two years of the pandemic.
_MISSED = 0.08
_MISSED_IN = {2019: 0.35, 2020: 0.5}
_FIRST_VISITS = 2.0  # years; the reference begins there


def contacts_of(pupil: FictionalPupil, seed: int) -> Iterator[Fact]:
    """Growth of Kind en Gezin and of all earlier contacts, with the other tests of each."""
    course = _Course(pupil, seed)
    if "growth" in pupil.known:
        yield from _fixed_growth(pupil)
        return
    luck = chance(seed, "contacts", pupil.key)
    if not pupil.arrived_on and luck.random() < 0.7:
        day = pupil.birth_date + timedelta(days=int((_FIRST_VISITS + luck.random() / 2) * 365.25))
        if day < TODAY:
            yield Fact(day, "kind_en_gezin", course.growth(day, Source.EXTERNAL_REPORT))
    for moment in ContactMoment:
        year = year_in_grade(pupil, _MOMENTS[moment])
        day = school_day(luck, year)
        missed = luck.random() < _MISSED_IN.get(year, _MISSED)
        if missed or year >= SCHOOL_YEAR or (pupil.arrived_on and day < pupil.arrived_on):
            continue
        basis = ContactBasis.CLASS if pupil.stage else ContactBasis.AGE
        contact = Contact(pupil_id=SOMEBODY, moment=moment, school_year=year, basis=basis)
        yield Fact(day, "lars", contact)
        yield Fact(day, "lars", course.growth(day, Source.CLB))
        yield from screening_of(pupil, moment, day, seed)
        if moment in {ContactMoment.LO1, ContactMoment.LO4} and luck.random() < 0.1:
            again = day + timedelta(days=luck.randint(200, 320))
            if again < TODAY:
                yield Fact(again, "lars", course.growth(again, Source.CLB))


def _fixed_growth(pupil: FictionalPupil) -> Iterator[Fact]:
    for day_text, height, weight, source in pupil.known["growth"]:
        day = date.fromisoformat(day_text)
        outside = source == "external_report"
        growth = Growth(
            state=ExamState.DONE,
            source=Source(source),
            performed_by_name="Kind en Gezin" if outside else "Els Claes",
            height_cm=Decimal(height),
            weight_kg=Decimal(weight),
            on=day,
        )
        yield Fact(day, "kind_en_gezin" if outside else "lars", growth)


class _Course:
    """The length and weight of one pupil over the years."""

    def __init__(self, pupil: FictionalPupil, seed: int) -> None:
        self._pupil, self._seed = pupil, seed
        luck = chance(seed, "body", pupil.key)
        self._height_sds = 0.5 * self._parents_sds() + luck.gauss(0, 0.7)
        self._bmi_sds = luck.gauss(0.25, 0.95)
        # Some bend away from their channel at some age, downwards more often than up.
        drawn = luck.random()
        self._bend = -luck.uniform(0.9, 1.6) if drawn < 0.03 else 0.9 if drawn > 0.985 else 0.0
        self._bend_age = luck.uniform(4, 11)

    def growth(self, day: date, source: Source) -> Growth:
        """The measurement of one day; now and then without a weight."""
        luck = chance(self._seed, "growth", self._pupil.key, day)
        age = age_years(self._pupil.birth_date, day)
        height = self._at(Measure.HEIGHT, age).value(self._height_sds + self._bent(age))
        height += luck.gauss(0, 0.25)
        bmi = self._at(Measure.BMI, age).value(self._bmi_sds + luck.gauss(0, 0.2))
        refuses_scale = age > 10 and luck.random() < 0.03
        return Growth(
            state=ExamState.DONE,
            source=source,
            performed_by_name="Kind en Gezin" if source is Source.EXTERNAL_REPORT else "CLB",
            height_cm=_tenths(height),
            weight_kg=None if refuses_scale else _tenths(bmi * (height / 100) ** 2),
            weight_state=ExamState.REFUSED if refuses_scale else ExamState.DONE,
            clothing=luck.choice((Clothing.UNDERWEAR, Clothing.GYM_SUIT)) if age > 3 else None,
            on=day,
        )

    def _at(self, measure: Measure, age: float) -> Lms:
        sex = self._pupil.sex if self._pupil.sex is not Sex.UNKNOWN else Sex.FEMALE
        reference = curve(measure, sex)
        assert reference is not None, "the reference knows both sexes"
        found = reference.at(min(max(age, reference.first_age), reference.last_age))
        assert found is not None
        return found

    def _bent(self, age: float) -> float:
        return self._bend * min(max((age - self._bend_age) / 2, 0.0), 1.0)

    def _parents_sds(self) -> float:
        """How tall the parents are together, against their generation."""
        told = [cm for cm in parents_cm(self._pupil, self._seed) if cm]
        return (float(sum(told)) - 346.5) / 12.5 if len(told) == 2 else 0.0


def _tenths(value: float) -> Decimal:
    return Decimal(f"{value:.1f}")

"""Puberty: too early, too late, a testis that is not felt (rules PUB-1 to PUB-9, all unsigned).

Ages are completed months. A stage that is not known is never taken for normal: without the stage
of the breast, or of the genitals or testes, the answer is "niet beoordeeld". Source: medical
handbook §2.7.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from clbdesk.domain.age import add_months, age_months
from clbdesk.domain.doctor import Basis, Descent, Menarche
from clbdesk.domain.judgement import Verdict
from clbdesk.domain.people import Sex
from clbdesk.standards.phrases import age
from clbdesk.standards.tables import rule
from clbdesk.wording import say

if TYPE_CHECKING:
    from clbdesk.domain.doctor import Puberty
    from clbdesk.domain.judgement import Judgement

DOMAIN = "puberty"
_BEGUN = 2  # the second stage is the first sign
_YEAR = 12


@dataclass(frozen=True, slots=True)
class PubertyGiven:
    """What the rules are given. `growth_rose`: GRO-1 found a gain of a band."""

    body: Puberty
    sex: Sex
    birth: date
    growth_rose: bool = False

    @property
    def months(self) -> int:
        """Completed months on the day of the examination."""
        return age_months(self.birth, self.body.on)


def judge_puberty(given: PubertyGiven) -> tuple[Judgement, ...]:
    """The rule lines; none when nothing of puberty was looked at.

    With an unknown sex the rules follow from what was examined.
    """
    body = given.body
    values = (body.breast_stage, body.genital_stage, body.hair_stage, _testes(body), body.menarche)
    positions = (body.position_right, body.position_left)
    if not any(one is not None for one in (*values, *positions)):
        return ()
    girl = given.sex is Sex.FEMALE
    boy = given.sex is Sex.MALE
    if given.sex is Sex.UNKNOWN:
        girl = body.breast_stage is not None
        boy = body.genital_stage is not None or _testes(body) is not None
    found: list[Judgement] = []
    if girl:
        found += _early_girl(given) + _late_girl(given)
    if boy:
        found += _early_boy(given) + _late_boy(given)
    if Descent.NOT_PALPABLE in positions:
        found.append(_line("PUB-8", Verdict.REFER, "not_palpable"))
    early = {"PUB-1", "PUB-2", "PUB-3"} & {one.rule_id for one in found}
    if early and given.growth_rose:
        found.append(_line("PUB-9", Verdict.DOCTOR, "growth"))
    found += _not_judged(given, girl=girl, boy=boy)
    return tuple(found) or (_nothing_crossed(given, girl=girl, boy=boy),)


def _testes(body: Puberty) -> int | None:
    """The larger one."""
    return max((one for one in (body.testis_right_ml, body.testis_left_ml) if one), default=None)


def _early_girl(given: PubertyGiven) -> list[Judgement]:
    body = given.body
    years, menarche_years = rule("PUB-1").numbers
    found = []
    young = given.months < years * _YEAR
    if young and body.breast_stage is not None and body.breast_stage >= _BEGUN:
        values = {"stage": body.breast_stage, "limit": years}
        found.append(_line("PUB-1", Verdict.REFER, "early_breast", given, **values))
    earliest, latest = _menarche_months(given)
    if latest < menarche_years * _YEAR:
        found.append(_line("PUB-1", Verdict.REFER, "early_menarche", given, limit=menarche_years))
    elif earliest < menarche_years * _YEAR:
        values = {"limit": menarche_years}
        found.append(_line("PUB-1", Verdict.DOCTOR, "perhaps_early_menarche", given, **values))
    only_hair = body.hair_stage is not None and body.hair_stage >= _BEGUN and not found
    if only_hair and given.months < rule("PUB-3").numbers[0] * _YEAR:
        found.append(_line("PUB-3", Verdict.DOCTOR, "early_hair", given, stage=body.hair_stage))
    return found


def _menarche_months(given: PubertyGiven) -> tuple[Decimal, Decimal]:
    """The age at menarche in months, earliest and latest: a month or a year is no day.

    Never, without menarche; without any date the age now, which is the latest that it can be.
    """
    body = given.body
    if body.menarche is not Menarche.YES:
        return Decimal("Infinity"), Decimal("Infinity")
    if body.menarche_age is not None:
        return body.menarche_age * _YEAR, body.menarche_age * _YEAR
    if not body.menarche_month:
        return Decimal(given.months), Decimal(given.months)
    year, _, month = body.menarche_month.partition("-")
    first = date(int(year), int(month or 1), 1)
    last = min(add_months(first, 1 if month else _YEAR) - timedelta(days=1), body.on)
    return Decimal(age_months(given.birth, first)), Decimal(age_months(given.birth, last))


def _late_girl(given: PubertyGiven) -> list[Judgement]:
    body, found = given.body, []
    years = rule("PUB-4").number
    if given.months >= years * _YEAR and body.breast_stage == 1:
        found.append(_line("PUB-4", Verdict.DOCTOR, "late_breast", given, limit=years))
    judges, refers = rule("PUB-6").numbers
    if body.menarche is Menarche.NO and given.months >= judges * _YEAR:
        late = given.months >= refers * _YEAR
        verdict = Verdict.REFER if late else Verdict.DOCTOR
        limit = refers if late else judges
        found.append(_line("PUB-6", verdict, "late_menarche", given, limit=limit))
    return found


def _early_boy(given: PubertyGiven) -> list[Judgement]:
    body, testes = given.body, _testes(given.body)
    years, millilitres = rule("PUB-2").numbers
    young = given.months < years * _YEAR
    if young and testes is not None and testes >= millilitres:
        return [_line("PUB-2", Verdict.REFER, "early_testis", given, ml=testes, limit=years)]
    if young and body.genital_stage is not None and body.genital_stage >= _BEGUN:
        values = {"stage": body.genital_stage, "limit": years}
        return [_line("PUB-2", Verdict.REFER, "early_genital", given, **values)]
    only_hair = body.hair_stage is not None and body.hair_stage >= _BEGUN
    if only_hair and given.months < rule("PUB-3").numbers[1] * _YEAR:
        return [_line("PUB-3", Verdict.DOCTOR, "early_hair", given, stage=body.hair_stage)]
    return []


def _late_boy(given: PubertyGiven) -> list[Judgement]:
    """The testes decide where they were measured, else the stage."""
    body, testes = given.body, _testes(given.body)
    years, millilitres = rule("PUB-5").numbers
    if given.months < years * _YEAR:
        return []
    if testes is not None and testes < millilitres:
        return [_line("PUB-5", Verdict.DOCTOR, "late_testis", given, ml=testes, limit=years)]
    if testes is None and body.genital_stage == 1:
        return [_line("PUB-5", Verdict.DOCTOR, "late_genital", given, limit=years)]
    return []


def _not_judged(given: PubertyGiven, *, girl: bool, boy: bool) -> list[Judgement]:
    """What is missing to say anything about the age at which it begins."""
    body = given.body
    lines = []
    if girl and body.breast_stage is None:
        lines.append(_line("PUB-1", Verdict.NOT_DONE, "breast_missing"))
    if boy and body.genital_stage is None and _testes(body) is None:
        lines.append(_line("PUB-2", Verdict.NOT_DONE, "genital_missing"))
    if not girl and not boy:
        lines.append(_line("PUB-3", Verdict.NOT_DONE, "sex_missing"))
    return lines


def _nothing_crossed(given: PubertyGiven, *, girl: bool, boy: bool) -> Judgement:
    rules = (*(("PUB-1", "PUB-4") if girl else ()), *(("PUB-2", "PUB-5") if boy else ()))
    text = say("doctor.puberty_ok_text", age=age(given.months), basis=_basis(given.body))
    return rule(rules[0]).judgement(
        Verdict.OK,
        domain=DOMAIN,
        head=say("doctor.puberty_ok_head"),
        text=text,
        numbers={"months": given.months},
        also=rules[1:],
    )


def _line(
    rule_id: str,
    verdict: Verdict,
    key: str,
    given: PubertyGiven | None = None,
    **values: object,
) -> Judgement:
    shown = dict(values)
    if given is not None:
        shown |= {"age": age(given.months), "basis": _basis(given.body)}
    return rule(rule_id).judgement(
        verdict,
        domain=DOMAIN,
        head=say(f"doctor.{key}_head"),
        text=say(f"doctor.{key}_text", **shown),
        numbers=values | ({"months": given.months} if given else {}),
    )


def _basis(body: Puberty) -> str:
    return say("doctor.self_report") if body.basis is Basis.SELF_REPORT else ""

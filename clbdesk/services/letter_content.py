"""What stands in a letter: the one place that decides what parents and doctors outside may read.

Told are the domains of letter_domains.csv, length and weight, the doctor's advice, the paragraph on
the mouth for who was examined, and words of a signal that a doctor released one by one. Remarks, reasons of a conclusion, proposals of rules, the
questionnaire and every other word on development and well-being stay in the dossier (handbook 3
§2.3 A8).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from clbdesk.charts.chart_window import window_for
from clbdesk.charts.full_audiogram import full_audiogram, threshold_words
from clbdesk.charts.growth_chart import growth_chart
from clbdesk.charts.growth_points import ChartMeasure, Measurement, chart_points, lines_of
from clbdesk.domain.age import OF_AGE_MONTHS, age_months, age_years
from clbdesk.domain.body import Body, ExamState, Source
from clbdesk.domain.capacity import Competence
from clbdesk.domain.contact import (
    ColourVision,
    Conclusion,
    ConclusionWord,
    DomainConclusion,
    Growth,
    ParentHeight,
)
from clbdesk.domain.development import Development, WellBeing, words_for_letter
from clbdesk.domain.doctor import OralHealth
from clbdesk.domain.follow_up import Referral, ReferralTo
from clbdesk.domain.hearing import FREQUENCIES, Audiogram, Threshold
from clbdesk.domain.judgement import Judgement, RuleStatus, Verdict
from clbdesk.domain.letters import Recipient
from clbdesk.domain.people import Pupil, Sex
from clbdesk.reports.letters import (
    Addressed,
    AudiogramPicture,
    GrowthPicture,
    ReferralLetter,
    ResultLetter,
)
from clbdesk.services.audiogram import ROWS
from clbdesk.services.letter_findings import findings_of
from clbdesk.services.reading import Standing
from clbdesk.standards.capacity import is_competent
from clbdesk.standards.letters import (
    advice_blocks,
    mouth_paragraph,
    told_domains,
    told_sentence,
    unconfirmed,
)
from clbdesk.standards.phrases import day, number
from clbdesk.standards.references import reference
from clbdesk.standards.tables import rule
from clbdesk.standards.target_height import target_height
from clbdesk.wording import label, say

_DOCTORS = frozenset(
    {
        ReferralTo.GP,
        ReferralTo.OPHTHALMOLOGIST,
        ReferralTo.ENT,
        ReferralTo.PAEDIATRICIAN,
        ReferralTo.DENTIST,
    }
)
_NOT_TOLD = frozenset({ConclusionWord.NOT_EXAMINED, ConclusionWord.REFUSED})
_TO_FOLLOW = frozenset({ConclusionWord.REFERRAL, ConclusionWord.CHECK, ConclusionWord.FOLLOW_UP})
_DRAWN = frozenset({Sex.FEMALE, Sex.MALE})
_SIGNALS = ("development", "well_being")
_GROWTH = frozenset({"growth", "weight"})


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """What the vault knows of one contact: its tests by kind, and earlier growth.

    `growth`: of this contact; `earlier`: every other measurement that stands. `competence`: what
    the team decided, None = the age alone counts. `audiogram`: the newest of a report from outside.
    `parents`: how tall they are.
    """

    about: Addressed
    pupil: Pupil
    conclusion: Conclusion
    tests: Mapping[str, Standing[Body]]
    earlier: Sequence[Standing[Growth]]
    referrals: Sequence[Referral]
    competence: Competence | None = None
    audiogram: Audiogram | None = None
    parents: ParentHeight | None = None

    @property
    def growth(self) -> Growth | None:
        """Length and weight of this contact."""
        found = self.tests.get("growth")
        return found.body if found and isinstance(found.body, Growth) else None


def recipient_of(facts: ContactFacts) -> Recipient:
    """To whom the letter about a contact goes on the day that stands on it."""
    return recipient_on(facts.pupil.birth_date, facts.about.dated, facts.competence)


def recipient_on(birth: date, on: date, competence: Competence | None) -> Recipient:
    """To whom a letter about a pupil goes on a day.

    Who is competent, presumed from twelve on, is addressed beside the parents (handbook 3 A1, A8),
    and as an adult alone.
    """
    if not is_competent(birth, on, competence):
        return Recipient.PARENTS
    is_adult = age_months(birth, on) >= OF_AGE_MONTHS
    return Recipient.PUPIL if is_adult else Recipient.PUPIL_AND_PARENTS


def afterwards(vaccines: Iterable[str]) -> tuple[str, ...]:
    """What a letter about these types of vaccine says of the weeks after them (AFTER-MBR)."""
    found = rule("AFTER-MBR")
    if "MBR" not in vaccines or found.status is not RuleStatus.ON:
        return ()
    return (say("letters.after_MBR", months=f"{found.value} {found.unit}"),)


def result_letter(facts: ContactFacts) -> ResultLetter:
    """The letter about a contact. The advice is told only when a doctor signed it."""
    conclusions = {one.domain: one for one in facts.conclusion.domains}
    told = [
        (one, words)
        for domain, words in told_domains().items()
        if (one := conclusions.get(domain)) is not None
    ]
    growth = conclusions.get("growth")
    draws = growth is not None and growth.conclusion not in _NOT_TOLD
    return ResultLetter(
        about=facts.about,
        recipient=recipient_of(facts),
        lines=tuple((words, _line(facts, one)) for one, words in told),
        released=(*_released(facts), *_of_mouth(facts)),
        is_complete=facts.conclusion.complete,
        advice=facts.conclusion.advice.strip() if facts.conclusion.signed_by else "",
        chart=_picture(facts) if draws else None,
        enclosed=_enclosed(facts, conclusions),
    )


def unconfirmed_in(facts: ContactFacts) -> tuple[str, ...]:
    """The rules behind the words of the letter about a contact that no doctor confirmed, by id."""
    domains = [(one.domain, one.conclusion) for one in facts.conclusion.domains]
    advice = facts.conclusion.advice
    blocks = [
        block.rule_id
        for block in advice_blocks(domain for domain, _ in domains)
        if not block.is_signed and block.words in advice
    ]
    return (*unconfirmed(domains), *blocks)


def referral_letter(facts: ContactFacts, referral: Referral) -> ReferralLetter:
    """The letter to a doctor or service: the findings of its domain alone."""
    named = referral.to is ReferralTo.OTHER and referral.to_name
    return ReferralLetter(
        about=facts.about,
        to=referral.to_name if named else label(referral.to),
        is_doctor=referral.to in _DOCTORS,
        reason=referral.reason.strip(),
        urgency=referral.urgency.strip(),
        findings=findings_of(referral.domain, facts.tests),
        chart=_picture(facts) if referral.domain in _GROWTH else None,
        audiogram=_audiogram(facts.audiogram) if referral.domain == "hearing" else None,
        reply_slip=referral.reply_slip,
    )


def _released(facts: ContactFacts) -> tuple[str, ...]:
    found = (facts.tests[kind].body for kind in _SIGNALS if kind in facts.tests)
    return tuple(
        words
        for body in found
        if isinstance(body, Development | WellBeing)
        for words in words_for_letter(body)
    )


def _of_mouth(facts: ContactFacts) -> tuple[str, ...]:
    """A paragraph more for whose mouth was examined (RES-4), once a doctor worded it."""
    found = facts.tests.get("oral_health")
    body = found.body if found else None
    done = isinstance(body, OralHealth) and body.state is ExamState.DONE
    return (mouth_paragraph(),) if done and mouth_paragraph() else ()


def _line(facts: ContactFacts, one: DomainConclusion) -> str:
    sentence = told_sentence(one.domain, one.conclusion)
    body = facts.growth
    if body is None or one.conclusion in _NOT_TOLD:
        return sentence
    values = {
        "growth": ("letters.height", body.height_cm, body.height_state),
        "weight": ("letters.weight", body.weight_kg, body.weight_state),
    }
    key, value, state = values.get(one.domain, ("", None, ExamState.DONE))
    if value is None or state is not ExamState.DONE:
        return sentence
    return f"{sentence} {say(key, value=number(value))}"


def _picture(facts: ContactFacts) -> GrowthPicture | None:
    """The chart of length as the page draws it, with the range of the target height.

    None without a length that can be trusted, or without curves.
    """
    body, sex = facts.growth, facts.pupil.sex
    if body is None or sex not in _DRAWN or body.height_cm is None:
        return None
    if body.height_state is not ExamState.DONE:
        return None
    earlier = [_measured(one.body) for one in facts.earlier if one.body.on < body.on]
    birth, chart = facts.pupil.birth_date, reference(body.reference)
    points = chart_points(
        ChartMeasure.HEIGHT,
        sex,
        birth,
        [
            *(one for one in earlier if one is not None),
            Measurement(body.on, body.height_cm, current=True),
        ],
        chart,
    )
    window = window_for(ChartMeasure.HEIGHT, points, age_years(birth, body.on))
    parents = facts.parents
    target = target_height(sex, parents.mother_cm, parents.father_cm) if parents else None
    return GrowthPicture(
        scene=growth_chart(ChartMeasure.HEIGHT, sex, points, window, target, on=chart),
        reference=lines_of(chart, sex),
        on=body.on,
        has_target=target is not None,
    )


def _audiogram(body: Audiogram | None) -> AudiogramPicture | None:
    """The drawing of a report from outside, with every threshold in words beside it."""
    if body is None:
        return None
    lines = []
    for row in ROWS:
        found: Mapping[str, Threshold] = getattr(body, row)
        words = ", ".join(
            say("audiogram.cell", hertz=hertz, level=threshold_words(found[hertz]))
            for hertz in FREQUENCIES
            if hertz in found
        )
        lines += [(say(f"audiogram.{row}"), words)] if words else []
    return AudiogramPicture(
        scene=full_audiogram(body),
        title=say("audiogram.letter_title", day=day(body.on), maker=body.performed_by_name or ""),
        lines=tuple(lines),
    )


def _measured(body: Growth) -> Measurement | None:
    if body.height_cm is None or body.height_state is not ExamState.DONE:
        return None
    external = body.source is Source.EXTERNAL_REPORT
    return Measurement(body.on, body.height_cm, external=external)


def _enclosed(facts: ContactFacts, conclusions: Mapping[str, DomainConclusion]) -> tuple[str, ...]:
    """What goes into the same envelope (RES-2, RES-3)."""
    found = []
    if facts.referrals:
        several = len(facts.referrals) > 1
        found.append("letters.enclosed_referrals" if several else "letters.enclosed_referral")
    vision = conclusions.get("vision")
    if vision is not None and vision.conclusion in _TO_FOLLOW:
        squints = _refers(facts, "eye_position")
        if squints:
            found.append("letters.enclosed_eye_position")
        # Without a criterion for acuity nothing refers by itself: the doctor's referral does.
        is_referred = vision.conclusion is ConclusionWord.REFERRAL
        if _refers(facts, "acuity") or (is_referred and not squints):
            found.append("letters.enclosed_acuity")
    if vision is not None and vision.conclusion not in _NOT_TOLD and _is_colour_wrong(facts):
        found.append("letters.enclosed_colour")
    return tuple(say(key) for key in found)


def _refers(facts: ContactFacts, kind: str) -> bool:
    found = facts.tests.get(kind)
    judgements: Sequence[Judgement] = getattr(found.body, "judgements", ()) if found else ()
    return any(one.verdict in {Verdict.REFER, Verdict.RETEST} for one in judgements)


def _is_colour_wrong(facts: ContactFacts) -> bool:
    found = facts.tests.get("colour_vision")
    return (
        found is not None and isinstance(found.body, ColourVision) and found.body.result == "wrong"
    )

"""What the consent events of a pupil come to for one vaccine on one day (handbook 2 §4.1).

Events are only added. Of one person the latest valid answer stands; two persons who answer
differently stop everything until a doctor has talked with them. Who gave no name and no relation
may be either parent: such an answer is never taken back by another one like it. By telephone is
only a note, but a refusal or a withdrawal by telephone is one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from clbdesk.domain.age import OF_AGE_MONTHS, age_months
from clbdesk.domain.names import normalise
from clbdesk.domain.vaccination import (
    Consent,
    ConsentChannel,
    ConsentChoice,
    ConsentGiver,
    ConsentReach,
)
from clbdesk.standards.phrases import day as shown_day
from clbdesk.standards.vaccination.history import GivenDose, When
from clbdesk.standards.vaccination.products import named
from clbdesk.wording import label, say

if TYPE_CHECKING:
    from collections.abc import Iterable


class ConsentState(StrEnum):
    """What it comes to. Only CLB lets a vaccine be given."""

    CLB = "clb"
    GP = "gp"
    ALREADY_GIVEN = "already_given"
    REFUSAL = "refusal"
    NONE = "none"
    WITHDRAWAL = "withdrawal"
    CONFLICT = "conflict"
    TELEPHONE_ONLY = "telephone_only"
    MINOR_ALONE = "minor_alone"


# What says that the CLB does not vaccinate, however it came in.
_STOPS = frozenset({ConsentChoice.REFUSAL, ConsentChoice.WITHDRAWAL})


@dataclass(frozen=True, slots=True)
class ConsentVerdict:
    """State, Dutch sentence, and the event that stands when one does.

    `told`: every form with a "ja" to a question on health that its giver did not deny in writing
    later, oldest first; whoever else answered after it.
    """

    state: ConsentState
    text: str
    standing: Consent | None = None
    told: tuple[Consent, ...] = ()


def judge_consent(
    consents: Iterable[Consent],
    vaccine: str,
    birth: date,
    on: date,
    history: Iterable[GivenDose],
) -> ConsentVerdict:
    """The consent for a type of vaccine on a day.

    `history`: the doses before the one that is asked about. A yes for one dose ended when one was
    given after it; a date that is not known to the day ends it in doubt.
    """
    holding = [one for one in consents if _holds(one, vaccine, on)]
    told = tuple(sorted((one for one in holding if _tells(one, holding, on)), key=_rank))
    given = [When.parse(one.on).last for one in history if _is_of(one, vaccine)]
    standing = _standing(holding, on)
    if _is_adult(birth, on) and any(_is_own(one) for one in standing):
        standing = [one for one in standing if one.giver is not ConsentGiver.PARENT]
    still = _unused(standing, given)
    verdict = _judge(still, vaccine, birth, on)
    if verdict.state is ConsentState.NONE and len(still) < len(standing):
        verdict = replace(verdict, text=say("vaccination.consent_used"))
    return replace(verdict, told=told)


def _judge(answers: list[Consent], vaccine: str, birth: date, on: date) -> ConsentVerdict:
    written = [one for one in answers if one.channel is not ConsentChannel.TELEPHONE]
    against = [one for one in answers if one.choice in _STOPS]
    counted = [*written, *(one for one in against if one not in written)]
    if not counted:
        state = ConsentState.TELEPHONE_ONLY if answers else ConsentState.NONE
        return ConsentVerdict(state, say(f"vaccination.consent_{state.value}"))
    refused = [one for one in counted if one.choice is ConsentChoice.REFUSAL]
    if refused and len(against) == len(counted):
        counted = refused  # one refuses, another takes back: nobody says yes
    if len({one.choice for one in counted}) > 1:
        shown = ", ".join(_answer(one) for one in sorted(counted, key=_rank))
        return ConsentVerdict(
            ConsentState.CONFLICT, say("vaccination.consent_conflict", answers=shown)
        )
    latest = max(counted, key=_rank)
    if latest.choice is ConsentChoice.CLB and not any(_may_decide(c, birth, on) for c in counted):
        if all(one.giver is ConsentGiver.PARENT for one in counted):
            return ConsentVerdict(ConsentState.NONE, say("vaccination.consent_adult"))
        text = say("vaccination.consent_minor_alone")
        return ConsentVerdict(ConsentState.MINOR_ALONE, text, latest)
    text = say(
        f"vaccination.consent_{latest.choice.value}",
        vaccine=vaccine,
        who=_who(latest),
        day=shown_day(latest.day),
    )
    return ConsentVerdict(ConsentState(latest.choice.value), text, latest)


def _holds(consent: Consent, vaccine: str, on: date) -> bool:
    ended = consent.valid_until is not None and consent.valid_until < on
    return vaccine in consent.vaccines and not ended


def _is_of(dose: GivenDose, vaccine: str) -> bool:
    found = named(dose.product)
    return found is not None and found.type.name == vaccine


def _unused(answers: list[Consent], given: list[date]) -> list[Consent]:
    """Without the yes for one dose that was given, and without any yes before that limit was set."""
    used = [
        one.day
        for one in answers
        if one.choice is ConsentChoice.CLB and one.reach is ConsentReach.ONE_DOSE
        if any(day >= one.day for day in given)
    ]
    limit = max(used, default=date.min)
    return [one for one in answers if one.choice is not ConsentChoice.CLB or one.day > limit]


def _standing(consents: list[Consent], on: date) -> list[Consent]:
    """The latest answers of each person; two of one day that differ both stay.

    Those of somebody unknown all stay, but for what one of the parents took back since. By telephone nobody takes a refusal back, and a yes says
    nothing against what was written. A yes that nobody dated may be older than it came in: it
    takes back only what came in before it.
    """
    said = [one for one in consents if not _is_note(one)]
    undated = [one for one in said if _is_undated_yes(one)]
    dated = [one for one in said if not _is_undated_yes(one)]
    latest = _latest(dated, on)
    firm = _latest([one for one in dated if _is_firm(one)], on)

    def stands(one: Consent) -> bool:
        if _is_unknown(one):
            return not any(_takes_back(other, one, on) for other in said)
        person, is_against = _person(one), one.choice in _STOPS
        after = (yes for yes in undated if _person(yes) == person)
        if one in dated and any(yes.received_on > one.received_on for yes in after):
            return False
        return _seen(one, on) >= (firm if is_against else latest).get(person, date.min)

    return [one for one in consents if _is_note(one) or stands(one)]


def _takes_back(withdrawal: Consent, answer: Consent, on: date) -> bool:
    """A parent takes back what some parent wrote before, unless it is a refusal."""
    is_back = withdrawal.choice is ConsentChoice.WITHDRAWAL and withdrawal.giver is answer.giver
    return is_back and answer.choice not in _STOPS and _seen(withdrawal, on) > _seen(answer, on)


def _latest(consents: list[Consent], on: date) -> dict[tuple[str, str, str], date]:
    found: dict[tuple[str, str, str], date] = {}
    for one in consents:
        found[_person(one)] = max(_seen(one, on), found.get(_person(one), date.min))
    return found


def _is_firm(consent: Consent) -> bool:
    """Written, or a refusal or withdrawal however it came in."""
    return consent.channel is not ConsentChannel.TELEPHONE or consent.choice in _STOPS


def _is_note(consent: Consent) -> bool:
    """A yes by telephone."""
    return consent.choice is ConsentChoice.CLB and not _is_firm(consent)


def _is_undated_yes(consent: Consent) -> bool:
    return consent.signed_on is None and consent.choice is ConsentChoice.CLB


def _seen(consent: Consent, on: date) -> date:
    """Its day; a day that is still to come says no more than today."""
    return min(consent.day, on)


def _is_own(consent: Consent) -> bool:
    """A written answer of the pupil as an adult."""
    written = consent.channel is not ConsentChannel.TELEPHONE
    return written and consent.giver is ConsentGiver.ADULT_PUPIL


def _is_adult(birth: date, on: date) -> bool:
    return age_months(birth, on) >= OF_AGE_MONTHS


def _tells(consent: Consent, holding: list[Consent], on: date) -> bool:
    """Whether a question was answered with yes, and not with no by the same person later on."""
    written = [one for one in holding if one.channel is not ConsentChannel.TELEPHONE]
    later = [] if _is_unknown(consent) else [one for one in written if _corrects(one, consent, on)]
    denied = {key for one in later for key, is_yes in one.health_answers.items() if not is_yes}
    return any(is_yes and key not in denied for key, is_yes in consent.health_answers.items())


def _corrects(later: Consent, earlier: Consent, on: date) -> bool:
    return _person(later) == _person(earlier) and _seen(later, on) > _seen(earlier, on)


def _is_unknown(consent: Consent) -> bool:
    either = {ConsentGiver.PARENT, ConsentGiver.GUARDIAN}
    return consent.giver in either and not (consent.relation.strip() or consent.giver_name.strip())


def _person(consent: Consent) -> tuple[str, str, str]:
    return consent.giver.value, normalise(consent.relation), normalise(consent.giver_name)


def _rank(consent: Consent) -> tuple[date, date, tuple[str, str, str]]:
    """Oldest first; of one day the same on every laptop, in whatever order the forms came in."""
    return consent.day, consent.received_on, _person(consent)


def _may_decide(consent: Consent, birth: date, on: date) -> bool:
    """A guardian, a parent up to 18 years, from then on the pupil; younger alone is for a doctor."""
    if consent.giver is ConsentGiver.GUARDIAN:
        return True
    is_adult = _is_adult(birth, on)
    return consent.giver is (ConsentGiver.ADULT_PUPIL if is_adult else ConsentGiver.PARENT)


def _who(consent: Consent) -> str:
    return consent.relation or label(consent.giver)


def _answer(consent: Consent) -> str:
    key = "yes" if consent.choice is ConsentChoice.CLB else consent.choice.value
    word = say(f"vaccination.answer_{key}")
    return f"{_who(consent)} {word} ({shown_day(consent.day)[:-5]})"

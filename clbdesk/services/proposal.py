"""What the tests of a contact say of each domain of a conclusion, and what is proposed of it.

"In orde" is proposed only of a domain of which every part that everybody needs was recorded, and
never beside a rule that is empty, unreliable, at risk or "naar arts".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clbdesk.clock import local_day
from clbdesk.domain.body import ExamBody, ExamState, decode
from clbdesk.domain.contact import ConclusionWord
from clbdesk.domain.judgement import Judgement, Verdict
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.revision import Revision
from clbdesk.services.rejudge import judged_again
from clbdesk.standards.follow_up import (
    ReferralProposal,
    TaskProposal,
    propose_referral,
    propose_task,
)
from clbdesk.storage.vault import Head, Reader


class Domain(StrEnum):
    """The domains of a conclusion in the order in which they are drawn."""

    GROWTH = "growth"
    WEIGHT = "weight"
    VISION = "vision"
    HEARING = "hearing"
    VACCINATION = "vaccination"
    MOUTH = "mouth"
    POSTURE = "posture"
    PUBERTY = "puberty"
    DEVELOPMENT = "development"
    WELL_BEING = "well_being"


# What only a doctor examines (contact_parts.csv).
OF_DOCTOR = frozenset({Domain.PUBERTY, Domain.POSTURE, Domain.MOUTH})

_DOMAINS_OF_KIND: dict[str, tuple[Domain, ...]] = {
    "growth": (Domain.GROWTH, Domain.WEIGHT),
    "acuity": (Domain.VISION,),
    "eye_position": (Domain.VISION,),
    "colour_vision": (Domain.VISION,),
    "stereo_vision": (Domain.VISION,),
    "audiometry": (Domain.HEARING,),
    "speech_in_noise": (Domain.HEARING,),
    "tympanometry": (Domain.HEARING,),
    "hearing_indication": (Domain.HEARING,),
    "vaccination_status": (Domain.VACCINATION,),
    "oral_health": (Domain.MOUTH,),
    "doctor_exam": (Domain.POSTURE,),
    "puberty": (Domain.PUBERTY,),
    "development": (Domain.DEVELOPMENT,),
    "well_being": (Domain.WELL_BEING,),
}

# The word that a verdict proposes; a verdict that is not here proposes nothing, and blocks F7.
_PROPOSES: dict[Verdict, ConclusionWord | None] = {
    Verdict.OK: ConclusionWord.OK,
    Verdict.INFO: ConclusionWord.OK,
    Verdict.BORDERLINE: ConclusionWord.FOLLOW_UP,
    Verdict.CHECK: ConclusionWord.FOLLOW_UP,
    Verdict.RETEST: ConclusionWord.CHECK,
    Verdict.REFER: ConclusionWord.REFERRAL,
    Verdict.KNOWN: ConclusionWord.KNOWN,
}
_WEIGHT_RULES = "BMI-"
# Empty rules beside one that speaks for the domain: growth is proposed by GRO-1 although no
# increments are known; stereo vision (VIS-10) and a tympanogram (AUD-5) are information only; the
# zones of SPIN-6 say which aftercare, SPIN-1 and SPIN-2 what is abnormal.
_NOT_DECISIVE = frozenset({"GRO-2", "GRO-3", "GRO-10", "VIS-10", "AUD-TYMP", "SPIN-6"})
_NO_TEST = frozenset({"HE-2", "HE-4"})  # told, and it concludes: there is no test to do
# From mild to grave: the gravest proposal of a domain speaks.
_GRAVITY = (
    ConclusionWord.OK,
    ConclusionWord.KNOWN,
    ConclusionWord.FOLLOW_UP,
    ConclusionWord.CHECK,
    ConclusionWord.REFERRAL,
)


@dataclass(frozen=True, slots=True)
class DomainRow:
    """One domain: the judgements behind the proposal, the proposal, and what follows by itself.

    `fixed`: NOT_EXAMINED or REFUSED where the tests say so; then nothing is asked.
    `has_records`: whether anything of this domain was recorded. `referral` and `task`: what stands
    in them before anybody types.
    """

    domain: Domain
    judgements: tuple[Judgement, ...]
    proposal: ConclusionWord | None
    fixed: ConclusionWord | None
    has_records: bool
    referral: ReferralProposal
    task: TaskProposal


@dataclass(frozen=True, slots=True)
class _Found:
    """What one standing version of a test says."""

    on: date
    judgements: tuple[Judgement, ...]
    state: ExamState


def _found(reader: Reader, by_kind: Mapping[str, Head]) -> dict[str, list[_Found]]:
    """Every version that stands of every test, by kind; a test without any is there, and empty."""
    return {
        kind: [_of(reader, leaf) for leaf in head.final]
        for kind, head in by_kind.items()
        if kind in _DOMAINS_OF_KIND
    }


def rows_of(
    reader: Reader, by_kind: Mapping[str, Head], drawn: set[str], today: date
) -> tuple[DomainRow, ...]:
    """The domains that were tested or belong to the contact. `drawn`: the parts that it needs."""
    found = _found(reader, by_kind)
    rows = (_row(domain, found, drawn, today) for domain in Domain)
    return tuple(row for row in rows if row is not None)


def _row(
    domain: Domain, by_kind: Mapping[str, Sequence[_Found]], drawn: set[str], today: date
) -> DomainRow | None:
    kinds = [kind for kind, domains in _DOMAINS_OF_KIND.items() if domain in domains]
    if not drawn.intersection(kinds) and not any(kind in by_kind for kind in kinds):
        return None
    judgements: list[Judgement] = []
    states: list[ExamState] = []
    tasks: list[TaskProposal] = []
    for kind in kinds:
        for found in by_kind.get(kind, ()):
            lines = [one for one in found.judgements if _belongs(one, domain, kind)]
            judgements += lines
            states.append(found.state)
            tasks.append(propose_task(lines, found.on))
    proposal = _proposal(judgements)
    needed = drawn.intersection(kinds)
    if proposal is ConclusionWord.OK and not all(by_kind.get(kind) for kind in needed):
        proposal = None  # what nobody did is not in order
    return DomainRow(
        domain=domain,
        judgements=tuple(judgements),
        proposal=proposal,
        fixed=_fixed(states, proposal),
        has_records=bool(states),
        referral=propose_referral(judgements, today),
        task=next((one for one in tasks if one.task is not None), TaskProposal(None, None)),
    )


def _of(reader: Reader, leaf: Revision) -> _Found:
    body = judged_again(reader, decode(leaf.body, KINDS[leaf.kind].shape), leaf)
    judgements: tuple[Judgement, ...] = getattr(body, "judgements", ())
    state = body.state if isinstance(body, ExamBody) else ExamState.DONE
    # A correction that was typed later is still about the day of the test.
    on = getattr(body, "on", None) or local_day(leaf.occurred_at)
    return _Found(on, judgements, state)


def _belongs(judgement: Judgement, domain: Domain, kind: str) -> bool:
    if kind != "growth":
        return True
    return judgement.rule_id.startswith(_WEIGHT_RULES) == (domain is Domain.WEIGHT)


def _proposal(judgements: Sequence[Judgement]) -> ConclusionWord | None:
    """The gravest word; none when any rule cannot speak for the domain, or nothing was judged."""
    words = []
    for judgement in judgements:
        if _is_beside_the_point(judgement):
            continue
        word = _PROPOSES.get(judgement.verdict)
        if word is None:
            return None
        words.append(word)
    return max(words, key=_GRAVITY.index) if words else None


def _is_beside_the_point(judgement: Judgement) -> bool:
    """What is only told (no class at this age, a test to do), and an empty rule beside another."""
    if judgement.verdict is Verdict.INFO:
        return judgement.rule_id not in _NO_TEST and judgement.domain != Domain.VACCINATION
    if judgement.verdict is not Verdict.NO_CRITERION or judgement.has_own_criterion:
        return False
    return set(judgement.rule_id.split(", ")) <= _NOT_DECISIVE


def _fixed(states: Sequence[ExamState], proposal: ConclusionWord | None) -> ConclusionWord | None:
    """What follows without anybody's judgement; nothing recorded is nothing examined.

    A known loss is not planned either, and stays a proposal: known, under care (HE-8).
    """
    if not states:
        return ConclusionWord.NOT_EXAMINED
    if all(state is ExamState.REFUSED for state in states):
        return ConclusionWord.REFUSED
    if all(state is ExamState.NOT_PLANNED for state in states):
        return None if proposal is ConclusionWord.KNOWN else ConclusionWord.NOT_EXAMINED
    return None

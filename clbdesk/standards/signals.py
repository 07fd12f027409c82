"""What the signals of a pupil propose: the professional's own words, and never a threshold.

No worry anywhere is in order; attention is to be followed; a worry is left to the doctor. The
words behind a signal stand in no rule line. Rules SIG-1 to SIG-5 of signals_rules.csv.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clbdesk.domain.body import ExamState
from clbdesk.domain.development import (
    Concern,
    Development,
    DevelopmentArea,
    ToldBy,
    WellBeing,
    WellBeingTopic,
)
from clbdesk.domain.judgement import Verdict
from clbdesk.standards.tables import rule
from clbdesk.wording import label, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clbdesk.domain.development import AreaSignal
    from clbdesk.domain.judgement import Judgement

DEVELOPMENT, WELL_BEING = "development", "well_being"


def judge_development(body: Development) -> tuple[Judgement, ...]:
    """The lines of the six areas; none when nothing was asked."""
    if body.state is not ExamState.DONE:
        return ()
    names = {area.value: label(area) for area in DevelopmentArea}
    lines = _areas(DEVELOPMENT, body.signals, names)
    of_school = any(one.told_by is ToldBy.SCHOOL for one in body.signals.values())
    if of_school and body.parents_informed is not True:
        line = rule("SIG-4").judgement(
            Verdict.CHECK,
            domain=DEVELOPMENT,
            head=say("signals.school_head"),
            text=say("signals.school_text"),
        )
        lines = (*lines, line)
    return lines


def judge_well_being(body: WellBeing) -> tuple[Judgement, ...]:
    """The lines of the topics, and the confidentiality of the pupil's own questionnaire."""
    if body.state is not ExamState.DONE:
        return ()
    names = {topic.value: label(topic) for topic in WellBeingTopic}
    lines = _areas(WELL_BEING, body.signals, names)
    if body.questionnaire_taken:
        line = rule("SIG-5").judgement(
            Verdict.INFO,
            domain=WELL_BEING,
            head=say("signals.questionnaire_head"),
            text=say("signals.questionnaire_text"),
        )
        lines = (*lines, line)
    return lines


def _areas(
    domain: str, signals: Mapping[str, AreaSignal], names: Mapping[str, str]
) -> tuple[Judgement, ...]:
    if not signals:
        return ()
    for concern, rule_id, verdict, key in (
        (Concern.WORRY, "SIG-3", Verdict.DOCTOR, "worry"),
        (Concern.ATTENTION, "SIG-2", Verdict.CHECK, "attention"),
    ):
        found = [name for area, name in names.items() if _says(signals.get(area), concern)]
        if found:
            areas = ", ".join(name.lower() for name in found)
            return (_line(domain, rule_id, verdict, key, areas=areas),)
    if set(signals) != set(names):  # what is still open may be a worry
        return ()
    return (_line(domain, "SIG-1", Verdict.OK, "none", areas=str(len(names))),)


def _says(signal: AreaSignal | None, concern: Concern) -> bool:
    return signal is not None and signal.concern is concern


def _line(domain: str, rule_id: str, verdict: Verdict, key: str, *, areas: str) -> Judgement:
    return rule(rule_id).judgement(
        verdict,
        domain=domain,
        head=say(f"signals.{key}_head"),
        text=say(f"signals.{key}_text", areas=areas, what=say(f"signals.of_{domain}")),
        numbers={"areas": areas} if rule_id == "SIG-1" else {},
    )

"""The doctor's blocks and the mouth: what is normal, what the doctor still has to conclude.

Blood pressure is recorded and never classified; the criteria of the dentist are not copied yet
(handbook 1 §5.1, §5.2). Rules DOC-1, SCO-1, TAND-1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clbdesk.domain.body import ExamState
from clbdesk.domain.doctor import BlockResult, ExamBlock, Finding, Symmetry
from clbdesk.domain.judgement import Verdict
from clbdesk.standards.own_criterion import own_line
from clbdesk.standards.tables import rule
from clbdesk.wording import label, say

if TYPE_CHECKING:
    from clbdesk.domain.doctor import DoctorExam, OralHealth
    from clbdesk.domain.judgement import Judgement

POSTURE, MOUTH = "posture", "mouth"
# The blocks that everybody gets where the examination belongs to the moment.
NEEDED = (ExamBlock.BACK, ExamBlock.LEGS, ExamBlock.FEET)
# What is recorded of such a block where the doctor examined on indication and not this one.
LEFT_OUT = BlockResult(state=ExamState.NOT_PLANNED, state_reason="no_indication")


def judge_exam(body: DoctorExam) -> tuple[Judgement, ...]:
    """Abnormal blocks are the doctor's; a block that was not done is never called normal.

    On indication a heart that is normal says nothing of the posture: then the doctor concludes.
    """
    names = {block.value: label(block).lower() for block in ExamBlock}
    found = [name for block, name in names.items() if _finding(body, block) is Finding.ABNORMAL]
    done = [name for block, name in names.items() if _finding(body, block) is not None]
    missing = [block.value for block in NEEDED if done and _finding(body, block.value) is None]
    left = [names[block] for block in missing if body.blocks.get(block) != LEFT_OUT]
    lines = [*_scoliosis(body)]
    if found:
        lines.append(_line("DOC-1", Verdict.DOCTOR, "abnormal", blocks=", ".join(found)))
    if left:
        lines.append(_line("DOC-1", Verdict.NOT_DONE, "left", blocks=", ".join(left)))
    if missing and not left and not found:
        lines.append(_line("DOC-1", Verdict.DOCTOR, "indicated", blocks=", ".join(done)))
    if done and not lines:
        lines.append(_line("DOC-1", Verdict.OK, "normal", blocks=", ".join(done)))
    return tuple(lines)


def _finding(body: DoctorExam, block: str) -> Finding | None:
    result = body.blocks.get(block)
    return result.finding if result is not None and result.state is ExamState.DONE else None


def _scoliosis(body: DoctorExam) -> list[Judgement]:
    degrees, limit = body.scoliometer_deg, rule("SCO-1").number
    if degrees is not None and degrees >= limit:
        return [_line("SCO-1", Verdict.REFER, "scoliosis", degrees=degrees, limit=limit)]
    uneven = [
        say(f"doctor.{name}")
        for name in ("forward_bend", "shoulders", "leg_length")
        if getattr(body, name) is Symmetry.ASYMMETRIC
    ]
    if not uneven:
        return []
    return [_line("SCO-1", Verdict.DOCTOR, "asymmetric", signs=", ".join(uneven))]


def judge_mouth(body: OralHealth) -> tuple[Judgement, ...]:
    """No criterion is known: what was found stands beside the question for the Werkkaart, or beside
    the words of the centre.
    """
    if body.state is not ExamState.DONE:
        return ()
    key = "mouth_refer" if body.refer else "mouth"
    referred = say("doctor.mouth_refer_text").rstrip(".") if body.refer else ""
    own = own_line(rule("TAND-1"), domain=MOUTH, shown=referred)
    return (own or _line("TAND-1", Verdict.NO_CRITERION, key, domain=MOUTH),)


def _line(
    rule_id: str, verdict: Verdict, key: str, domain: str = POSTURE, **values: object
) -> Judgement:
    return rule(rule_id).judgement(
        verdict,
        domain=domain,
        head=say(f"doctor.{key}_head"),
        text=say(f"doctor.{key}_text", **values),
        numbers={name: value for name, value in values.items() if name in {"degrees", "limit"}},
    )

"""What the demo's psychopedagogue does at the care meeting: two topics, what goes out, a signal."""

from __future__ import annotations

from collections import Counter
from datetime import time, timedelta

import msgspec

from clbdesk.domain.care import CareDomain, EducationalNeed, TeacherNeed
from clbdesk.domain.care_outcome import OutputForm
from clbdesk.domain.school_signal import SignalSort
from clbdesk.errors import Defect
from clbdesk.ids import VisitId
from clbdesk.services.care_entry import (
    AgreementEntry,
    GoalEntry,
    ParticipantEntry,
    TopicEntry,
)
from clbdesk.services.care_meeting import new_meeting, open_meeting, record_meeting
from clbdesk.services.care_missing import missing_in_meeting, missing_in_topic
from clbdesk.services.care_topic import (
    TopicView,
    new_topic,
    new_topic_id,
    open_topic,
    record_topic,
)
from clbdesk.services.desk import Desk
from clbdesk.services.school_output import open_output, release
from clbdesk.services.signal_capture import SignalEntry, open_capture, record_signal
from clbdesk.services.visits import start_visit

COORDINATOR, TEACHER = "Mia Aerts", "Kim Daems"  # invented, like everybody here
_TALKS = (
    ("L3", "Hoe houden we de aandacht bij de instructie?", "instruction", "korte stappen"),
    ("L5", "Hoe komt deze leerling weer graag naar school?", "classmates", "een vaste maat"),
)


_SIGNAL = SignalEntry(
    domain=CareDomain.PSYCHOSOCIAL,
    theme="breaks",
    sort=SignalSort.NEED,
    text="drie klassen melden ruzie na de middag, geen toezicht achteraan",
)


def run_meeting(desk: Desk, visit_id: VisitId) -> Counter[str]:
    """One meeting with its topics and agreements, their list released; kind → records written."""
    start_visit(desk, visit_id)
    view = open_meeting(desk, visit_id)
    fresh = new_meeting(view)
    start = fresh.start or time(10, 15)
    entry = msgspec.structs.replace(
        fresh,
        start=start,
        end=time(start.hour + 1, start.minute),
        participants=(
            *fresh.participants,
            ParticipantEntry(name=COORDINATOR, function="care_coordinator"),
            ParticipantEntry(name=TEACHER, function="teacher"),
        ),
    )
    _is_whole(missing_in_meeting(entry, closing=False))
    saved = record_meeting(desk, view, entry, view.base).value
    counts = Counter(revision.kind for revision in saved.revisions)
    for talk in _TALKS:
        topic = open_topic(desk, visit_id, new_topic_id(desk))
        talked = _topic(topic, *talk)
        _is_whole(missing_in_topic(topic, talked))
        saved = record_topic(desk, topic, talked, topic.base).value
        counts.update(revision.kind for revision in saved.revisions)
    output = open_output(desk, visit_id)
    text = output.texts[OutputForm.AGREEMENTS]
    released = release(desk, output, OutputForm.AGREEMENTS, text, COORDINATOR, {}).value
    noted = record_signal(desk, open_capture(desk, visit_id), _SIGNAL).value
    counts.update(one.kind for one in (*released.revisions, *noted.revisions))
    return counts


def _topic(view: TopicView, grade: str, question: str, need: str, text: str) -> TopicEntry:
    soon = view.on + timedelta(days=14)
    return msgspec.structs.replace(
        new_topic(view),
        grade=grade,
        domains=(CareDomain.LEARNING,),
        phase=1,
        initiative="school",
        informed="by_school",
        question=question,
        strengths=("werkt graag samen",),
        needs=(EducationalNeed(sort=need, text=text),),
        teacher_needs=(TeacherNeed(who=TEACHER, what="iemand die mee observeert"),),
        goals=(GoalEntry(text="begint binnen vijf minuten aan een taak", by=soon),),
        agreements=(AgreementEntry(who=TEACHER, what="stappenkaart maken", by=soon),),
        informing_by=TEACHER,
        informing_on=soon,
        evaluation_by=COORDINATOR,
    )


def _is_whole(missing: tuple[object, ...]) -> None:
    """The demo types what the page would let through; anything else is a fault of the demo."""
    if missing:
        raise Defect("demo.not_whole")

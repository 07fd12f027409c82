"""A care meeting that was held and recorded, for what comes after it."""

from __future__ import annotations

from datetime import date, time

import msgspec

from clbdesk.domain.care import CareDomain, EducationalNeed, Hypothesis, TeacherNeed
from clbdesk.ids import RecordId, VisitId
from clbdesk.services import care_meeting, care_topic
from clbdesk.services.care_entry import AgreementEntry, GoalEntry, MeetingEntry, ParticipantEntry
from clbdesk.services.desk import Desk

BY = date(2026, 12, 7)


def hold_meeting(desk: Desk, visit_id: VisitId, **fields: object) -> RecordId:
    """The meeting of a visit with one topic, in which some fields differ; the topic's record."""
    view = care_meeting.view_meeting(desk, visit_id)
    people = (
        ParticipantEntry(name="Mia Aerts", function="care_coordinator"),
        ParticipantEntry(name="Kim Daems", function="teacher"),
        ParticipantEntry(name="Wim Bos", function="clb_psychopedagogue", bound=True),
    )
    entry = MeetingEntry(
        start=time(10, 15), end=time(11, 30), note_taker="Wim Bos", participants=people
    )
    care_meeting.record_meeting(desk, view, entry, view.base)
    topic = care_topic.view_topic(desk, visit_id, care_topic.new_topic_id(desk))
    note = msgspec.structs.replace(
        care_topic.new_topic(topic),
        grade="L3",
        domains=(CareDomain.LEARNING,),
        phase=1,
        initiative="school",
        informed="by_school",
        question="Hoe rekenen in kleine stappen?",
        strengths=("helpt graag", "leest vlot"),
        hypotheses=(Hypothesis(text="te veel tegelijk op het bord"),),
        needs=(EducationalNeed(sort="instruction", text="korte stappen"),),
        teacher_needs=(TeacherNeed(who="Kim Daems", what="meekijken"),),
        goals=(GoalEntry(text="begint zelf", by=BY),),
        agreements=(
            AgreementEntry(who="Kim Daems", what="instructiekaart maken", by=BY),
            AgreementEntry(who="Wim Bos", what="komt meekijken", by=BY),
        ),
        informing_by="Kim Daems",
        informing_on=BY,
    )
    note = msgspec.structs.replace(note, **fields)
    care_topic.record_topic(desk, topic, note, topic.base)
    return topic.record_id

"""A school with two care visits on a guidance laptop: what meetings and their outcome are tried on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

import msgspec

from clbdesk.domain.care import CareDomain, EducationalNeed, TeacherNeed
from clbdesk.domain.people import School, SchoolLevel
from clbdesk.domain.revision import Compartment, Role
from clbdesk.domain.visits import Visit, VisitKind
from clbdesk.ids import RecordId, SchoolId, VisitId
from clbdesk.services import care_meeting, care_topic
from clbdesk.services.care_entry import (
    AgreementEntry,
    GoalEntry,
    MeetingEntry,
    ParticipantEntry,
    TopicEntry,
)
from clbdesk.services.desk import Desk, User
from tests.builders.vaults import DEVICE, PSYCHOPEDAGOGUE, Station, new_station

SCHOOL = SchoolId("school-1")
FIRST, SECOND = VisitId("visit-oct"), VisitId("visit-nov")
DAYS = {FIRST: date(2026, 10, 12), SECOND: date(2026, 11, 23)}


@dataclass
class Place:
    """A school with two care visits, six weeks apart, on a guidance laptop."""

    station: Station
    desk: Desk

    def at(self, visit_id: VisitId) -> None:
        """The clock at the morning of a visit."""
        self.station.clock.set(datetime.combine(DAYS[visit_id], time(9, 30), UTC))

    def meet(self, visit_id: VisitId, *also: ParticipantEntry, close: bool = False) -> None:
        """Record a meeting with the usual people, and somebody else."""
        self.at(visit_id)
        view = care_meeting.view_meeting(self.desk, visit_id)
        entry = meeting()
        entry = msgspec.structs.replace(entry, participants=(*entry.participants, *also))
        care_meeting.record_meeting(self.desk, view, entry, view.base, close=close)

    def talk(self, visit_id: VisitId, entry: TopicEntry | None = None) -> RecordId:
        """Record a topic of a meeting."""
        record_id = care_topic.new_topic_id(self.desk)
        view = care_topic.view_topic(self.desk, visit_id, record_id)
        entry = entry or topic(view)
        care_topic.record_topic(self.desk, view, entry, view.base)
        return record_id


def new_place(folder: Path) -> Place:
    """The laptop of Tom, with both visits and no meeting yet."""
    station = new_station(folder, compartment=Compartment.GUIDANCE)
    station.save(School(name="De Kring", level=SchoolLevel.PRIMARY), record_id=SCHOOL)
    for visit_id, day in DAYS.items():
        visit = Visit(school_id=SCHOOL, on=day, start=time(10, 15), kinds=(VisitKind.CARE_MEETING,))
        station.save(visit, record_id=visit_id, visit_id=visit_id, school_id=SCHOOL)
    user = User(PSYCHOPEDAGOGUE.staff_id, PSYCHOPEDAGOGUE.name, Role.PSYCHOPEDAGOGUE)
    desk = Desk(
        user=user,
        vault=station.vault,
        device_id=DEVICE,
        device_name="LAP-07",
        centre_name="CLB De Waaier",
        clock=station.clock,
        ids=station.ids,
    )
    return Place(station, desk)


def meeting() -> MeetingEntry:
    """Two of the school and Tom."""
    return MeetingEntry(
        start=time(10, 15),
        note_taker="Tom Wouters",
        participants=(
            ParticipantEntry(name="Mia Aerts", function="care_coordinator"),
            ParticipantEntry(name="Kim Daems", function="teacher", organisation="3A"),
            ParticipantEntry(name="Tom Wouters", function="clb_psychopedagogue", bound=True),
            ParticipantEntry(),
        ),
    )


def topic(view: care_topic.TopicView) -> TopicEntry:
    """Everything that is required, and a half row that is not."""
    return msgspec.structs.replace(
        care_topic.new_topic(view),
        grade="L3",
        domains=(CareDomain.LEARNING, CareDomain.PSYCHOSOCIAL),
        phase=1,
        initiative="school",
        informed="by_school",
        question="Hoe houden we de aandacht bij de instructie?",
        strengths=("werkt graag samen", ""),
        needs=(EducationalNeed(sort="instruction", text="korte stappen"),),
        teacher_needs=(TeacherNeed(who="Kim Daems", what="meekijken"),),
        goals=(GoalEntry(text="begint zelf", by=date(2027, 1, 4)),),
        agreements=(
            AgreementEntry(who="Kim Daems", what="stappenkaart", by=date(2026, 12, 7)),
            AgreementEntry(who="Mia Aerts", what="ouders spreken", by=date(2026, 12, 7)),
            AgreementEntry(),
        ),
        informing_by="Kim Daems",
        informing_on=date(2026, 11, 30),
    )

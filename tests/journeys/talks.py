"""A care meeting at the keyboard: what was there before, and hands that know its pages."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import msgspec
from PySide6.QtCore import Qt

from clbdesk import bootstrap
from clbdesk.clock import SetClock
from clbdesk.domain.care import (
    Agreement,
    CareDomain,
    ConsultativeNote,
    EducationalNeed,
    TeacherNeed,
)
from clbdesk.domain.revision import Role
from clbdesk.domain.visits import Visit, VisitKind
from clbdesk.ids import RecordId, VisitId
from clbdesk.paths import DataFolder
from clbdesk.services import care_meeting, care_topic
from clbdesk.services.care_entry import (
    AgreementEntry,
    GoalEntry,
    MeetingEntry,
    ParticipantEntry,
    meeting_id,
)
from clbdesk.services.desk import Desk, User
from clbdesk.services.reading import all_standing, one_standing
from clbdesk.services.records import Part, Where, record
from tests.journeys.moments import pause
from tests.journeys.world import MORNING, WIM, Hands, World, open_window
from ui.pages.care_meeting import CareMeetingPage
from ui.pages.care_topic import CareTopicPage

OCTOBER = VisitId("0192a000-0000-7000-8000-00000000000a")
ENTER, TAB, DOWN = Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Down


# --- what was there before ---


def hold_october_meeting(desk: Desk, visit_id: VisitId, **fields: object) -> None:
    """Six weeks ago there was a meeting at this school: one topic, three agreements.

    `fields` of the topic differ.
    """
    assert isinstance(desk.clock, SetClock)
    desk.clock.set(datetime(2026, 10, 12, 8, 15, tzinfo=UTC))
    with desk.vault.read() as reader:
        now = one_standing(reader, RecordId(visit_id), Visit)
    assert now is not None
    school_id = now.body.school_id
    visit = Visit(
        school_id=school_id,
        on=date(2026, 10, 12),
        start=time(10, 15),
        kinds=(VisitKind.CARE_MEETING,),
    )
    centre = replace(desk, user=User(desk.user.staff_id, desk.user.name, Role.CENTRE))
    where = Where(visit_id=OCTOBER, school_id=school_id)
    record(centre, [Part(visit, where, RecordId(OCTOBER))])
    view = care_meeting.view_meeting(desk, OCTOBER)
    people = (
        ParticipantEntry(name="Mia Aerts", function="care_coordinator"),
        ParticipantEntry(name="Kim Daems", function="teacher"),
        ParticipantEntry(name="Wim Bos", function="clb_psychopedagogue", bound=True),
    )
    meeting = MeetingEntry(
        start=time(10, 15), end=time(11, 30), note_taker="Wim Bos", participants=people
    )
    care_meeting.record_meeting(desk, view, meeting, view.base, close=True)
    topic = care_topic.view_topic(desk, OCTOBER, care_topic.new_topic_id(desk))
    day = date(2026, 11, 6)
    entry = msgspec.structs.replace(
        care_topic.new_topic(topic),
        grade="L3",
        domains=(CareDomain.LEARNING,),
        phase=1,
        initiative="school",
        informed="by_school",
        question="Hoe starten met een taak?",
        strengths=("tekent graag",),
        needs=(EducationalNeed(sort="instruction", text="korte stappen"),),
        teacher_needs=(TeacherNeed(who="Kim Daems", what="meekijken"),),
        goals=(GoalEntry(text="begint zelf", by=day),),
        agreements=tuple(
            AgreementEntry(who=who, what=what, by=day)
            for who, what in (
                ("Kim Daems", "stappenkaart op de bank"),
                ("Mia Aerts", "ouders gesproken"),
                ("Kim Daems", "plaats vooraan proberen"),
            )
        ),
        informing_by="Kim Daems",
        informing_on=day,
    )
    entry = msgspec.structs.replace(entry, **fields)
    care_topic.record_topic(desk, topic, entry, topic.base)
    desk.clock.set(MORNING)


def agreements(desk: Desk) -> list[Agreement]:
    with desk.vault.read() as reader:
        found = all_standing(reader.heads(kinds=("agreement",)), Agreement)
    return sorted((one.body for one in found), key=lambda one: (one.meeting_id, one.number))


def topics(desk: Desk, visit_id: VisitId) -> list[ConsultativeNote]:
    with desk.vault.read() as reader:
        found = all_standing(reader.heads(kinds=("consultative_note",)), ConsultativeNote)
    here = [one.body for one in found if one.body.meeting_id == meeting_id(visit_id)]
    return sorted(here, key=lambda one: one.number)


# --- hands that know the page ---


def words(hands: Hands, text: str) -> None:
    """Typed text: what a budget does not count."""
    before = hands.strokes
    hands.type(text)
    hands.strokes = before


def meeting_page(hands: Hands) -> CareMeetingPage:
    assert isinstance(hands.page, CareMeetingPage)
    return hands.page


def topic_page(hands: Hands) -> CareTopicPage:
    assert isinstance(hands.page, CareTopicPage)
    return hands.page


def listed_topics(hands: Hands) -> list[tuple[str, str, str]]:
    """Number, title and state of the topics, as the list of a meeting shows them."""
    model = meeting_page(hands).topics.list.model()
    return [
        (model.index(row, 0).data(), model.index(row, 1).data(), model.index(row, 4).data())
        for row in range(model.rowCount())
    ]


def next_step(hands: Hands) -> None:
    hands.press(ENTER, ctrl=True)


def save_topic(hands: Hands) -> None:
    """The last Ctrl+Enter; pressed at once after another it would count as one press."""
    pause(hands)
    hands.press(ENTER, ctrl=True)


def fill_steps(hands: Hands, *, need: str = "korte stappen") -> None:
    """All required steps from the first to the last, without saving."""
    hands.type("j")
    next_step(hands)
    words(hands, "Hoe houden we de aandacht vast?")
    next_step(hands)
    words(hands, "werkt graag samen")
    for _skipped in range(4):
        next_step(hands)
    hands.type("i")
    hands.press(TAB)
    words(hands, need)
    next_step(hands)
    hands.type("k")
    hands.press(TAB)
    words(hands, "meekijken tijdens rekenen")
    next_step(hands)
    words(hands, "begint binnen de minuut")
    hands.press(TAB)
    hands.type("+6w")
    next_step(hands)
    hands.type("k")
    hands.press(TAB)
    words(hands, "stappenkaart maken")
    hands.press(TAB)
    hands.type("+2w")
    next_step(hands)
    hands.type("mi")
    hands.press(TAB)
    hands.type("+1w")
    next_step(hands)
    next_step(hands)


def fill_head(hands: Hands) -> None:
    """Grade, domain, phase, initiative of a new topic."""
    hands.type("3")
    hands.press(ENTER, ENTER)
    hands.type("f")
    hands.press(ENTER)
    hands.type("1")
    hands.press(ENTER)
    hands.type("s")
    hands.press(ENTER)


def lock_and_come_back(hands: Hands, world: World) -> None:
    """Ctrl+L, and the same user again."""
    hands.desktop.window.lock()
    hands.wait(lambda: not hands.desktop.window.place())
    hands.desktop.open(hands.desktop.program.unlock(world.staff(WIM), "bezoek aan de kring"))
    hands.settle()


def after_power_loss(hands: Hands, world: World, folder: Path) -> Hands:
    """The battery fell out: another start on what lay on the disk at that moment."""
    hands.qtbot.wait(1100)  # what was typed is kept at every pause of a second
    hands.settle()
    target = folder / "after power loss"
    shutil.copytree(hands.desktop.program.folder.root, target)
    now = hands.desk.clock.now()
    hands.desktop.window.hide()
    program = bootstrap.start(DataFolder(target), SetClock(now), weak_slots=True)
    again = open_window(hands.qtbot, program, world.staff(WIM))
    again.desktop.window.activateWindow()
    again.settle()
    return again


def pass_minutes(hands: Hands, minutes: int) -> None:
    """Time goes by at the table."""
    clock = hands.desktop.program.clock
    assert isinstance(clock, SetClock)
    clock.advance(timedelta(minutes=minutes))

"""A zorgoverleg of two hours with nine topics, interrupted twice: at the end nothing is missing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from clbdesk.domain.care import AgreementStatus, CareMeeting, TopicSubject
from clbdesk.domain.care_outcome import SchoolOutput
from clbdesk.services.care_entry import meeting_id
from clbdesk.services.reading import all_standing, one_standing
from clbdesk.services.school_output import LENGTH
from tests.journeys.conftest import Opener
from tests.journeys.moments import pause
from tests.journeys.talks import (
    DOWN,
    ENTER,
    after_power_loss,
    agreements,
    fill_head,
    fill_steps,
    hold_october_meeting,
    listed_topics,
    lock_and_come_back,
    meeting_page,
    next_step,
    pass_minutes,
    topic_page,
    topics,
    words,
)
from tests.journeys.world import MEETING, WIM, Hands, World
from ui.pages.base import Destination

# About what each of the new topics is: the letter of its subject, and its words where it has any.
NEW = (
    ("l", ""),
    ("l", ""),
    ("l", ""),
    ("g", "klas 2B"),
    ("v", "starten met zelfstandig werk"),
    ("s", "drukke pauzes"),
    ("l", ""),
    ("l", ""),
)
LOCKED_IN, FELL_OUT_IN = 3, 6  # which of them were interrupted


def begin_topic(hands: Hands, subject: str, about: str) -> None:
    """A new topic up to its first step."""
    pause(hands)
    next_step(hands)
    hands.press(ENTER)
    head = topic_page(hands).content.head
    if subject != "l":
        head.subject.setFocus()
        hands.type(subject)
        head.title_edit.setFocus()
        words(hands, about)
        head.grade.setFocus()
    fill_head(hands)


def finish_topic(hands: Hands) -> None:
    """All steps from the first to the last, and recorded.

    By Ctrl+S and Esc: a last Ctrl+Enter does the same, but waits until it is no double press.
    """
    page = topic_page(hands)
    page.content.go_to(1)
    hands.settle()
    fill_steps(hands)
    hands.press(Qt.Key.Key_S, ctrl=True)
    assert hands.message().startswith("Bespreking ")
    hands.press(Qt.Key.Key_Escape)
    meeting_page(hands)
    pass_minutes(hands, 13)


@pytest.fixture
def wim(opened: Opener, world: World) -> Hands:
    hands = opened(WIM)
    hold_october_meeting(hands.desk, world.visit(MEETING))
    hands.go(Destination("care_meeting", world.visit(MEETING)))
    return hands


def test_two_hours_nine_topics_a_lock_and_an_empty_battery(
    wim: Hands, world: World, tmp_path: Path
) -> None:
    hands, visit_id = wim, world.visit(MEETING)

    # Who sat here in October sits here again; what became of the three agreements is asked first.
    hands.press(Qt.Key.Key_F7)
    for letter in "gbn":
        hands.type(letter)
        hands.press(DOWN)
    next_step(hands)
    hands.press(DOWN, ENTER)
    finish_topic(hands)

    for number, (subject, about) in enumerate(NEW):
        begin_topic(hands, subject, about)
        title = topic_page(hands).entry().title
        if number == LOCKED_IN:
            hands.type("j")
            next_step(hands)
            words(hands, "Hoe verdelen we de plaatsen?")
            lock_and_come_back(hands, world)
            pass_minutes(hands, 4)
            assert topic_page(hands).entry().question == "Hoe verdelen we de plaatsen?"
            assert topic_page(hands).entry().title == title
            assert topic_page(hands).content.current == 2
            topic_page(hands).content.steps.section(2).texts()[0].selectAll()
        if number == FELL_OUT_IN:
            hands.type("j")
            next_step(hands)
            words(hands, "Hoe helpen we bij de overgang?")
            hands = after_power_loss(hands, world, tmp_path)
            assert [one.number for one in topics(hands.desk, visit_id)] == list(range(1, 8))
            hands.go(Destination("care_meeting", visit_id))
            page = meeting_page(hands)
            assert [one for one in listed_topics(hands) if one[2] == "Concept"] == [
                ("8", title, "Concept")
            ]
            page.topics.list.setFocus()
            page.topics.list.go_to(7)
            hands.press(ENTER)
            assert topic_page(hands).entry().question == "Hoe helpen we bij de overgang?"
            assert hands.message().startswith("Er stond nog een concept van ")
            topic_page(hands).content.steps.section(2).texts()[0].selectAll()
        finish_topic(hands)

    notes = topics(hands.desk, visit_id)
    assert [one.number for one in notes] == list(range(1, 10))
    assert [one.pseudonym for one in notes] == [
        "leerling A",
        "leerling B",
        "leerling C",
        "leerling D",
        "klas 2B",
        "starten met zelfstandig werk",
        "drukke pauzes",
        "leerling E",
        "leerling F",
    ]
    assert [one.subject for one in notes[4:7]] == [
        TopicSubject.GROUP,
        TopicSubject.TEACHER_QUESTION,
        TopicSubject.SCHOOL_THEME,
    ]
    assert notes[0].follows is not None
    assert {one.evaluation_on for one in notes} == {date(2027, 1, 4)}
    new = [one for one in agreements(hands.desk) if one.meeting_id == meeting_id(visit_id)]
    assert len(new) == 9
    assert all(one.who and one.what and one.by for one in new)
    old = [one for one in agreements(hands.desk) if one.meeting_id != meeting_id(visit_id)]
    assert [one.status for one in old] == [
        AgreementStatus.DONE,
        AgreementStatus.BUSY,
        AgreementStatus.NOT_DONE,
    ]

    close_and_release(hands, world)


def close_and_release(hands: Hands, world: World) -> None:
    """The meeting ends at a quarter past twelve, and the list of agreements leaves for the school."""
    visit_id = world.visit(MEETING)
    hands.go(Destination("care_meeting", visit_id))
    page = meeting_page(hands)
    assert page.topics.quiet.text() == "L&S 1 · PSF 8"
    page.hours.end.setFocus()
    hands.type("1215")
    page.close_meeting()
    hands.settle()
    assert hands.message() == (
        "Zorgoverleg Basisschool De Kring afgesloten: 9 besprekingen, 9 nieuwe afspraken."
    )
    with hands.desk.vault.read() as reader:
        meeting = one_standing(reader, meeting_id(visit_id), CareMeeting)
        assert list(reader.drafts(hands.desk.user.staff_id)) == []
    assert meeting is not None
    assert meeting.body.end == datetime(2026, 11, 23, 11, 15, tzinfo=UTC)
    minutes = (meeting.body.end - meeting.body.start).total_seconds() / 60
    assert minutes == 120

    hands.go(Destination("school_output", visit_id))
    output = hands.page
    assert output.text.value().count("Evaluatie: ma 04 jan 2027") == 9
    hands.save_and_go()
    assert released(hands) == [], "nine topics are two pages: that asks a word"
    output.check._reasons[LENGTH].setFocus()
    hands.type("negen besprekingen")
    pause(hands)
    hands.save_and_go()
    (kept,) = released(hands)
    assert kept.text.count("– Kim Daems – stappenkaart maken") == 9
    assert "Kim Daems, leerkracht" not in kept.text, "who sat there does not go on the list"


def released(hands: Hands) -> list[SchoolOutput]:
    with hands.desk.vault.read() as reader:
        found = all_standing(reader.heads(kinds=("school_output",)), SchoolOutput)
    return [one.body for one in found]

"""A centre words its guide and keeps its sentences; the note-taker meets both while typing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from clbdesk.domain.care_guide import GuideWording, StockPhrase
from clbdesk.services.care_entry import meeting_id
from clbdesk.services.reading import all_standing
from clbdesk.services.synchronise import all_changed
from clbdesk.standards.care_guide import (
    guide,
    phrases_of,
    program_guide,
    put_guide_in_force,
)
from tests.journeys.conftest import Opener
from tests.journeys.meetings import hold_meeting
from tests.journeys.moments import pause
from tests.journeys.town import Town, press_synchronise
from tests.journeys.world import MEETING, WIM, Hands, World
from ui.pages.base import Destination
from ui.pages.care_guide import CareGuidePage
from ui.pages.care_meeting import CareMeetingPage
from ui.pages.care_topic import CareTopicPage

DOWN, ENTER, RIGHT, TAB = (
    Qt.Key.Key_Down,
    Qt.Key.Key_Return,
    Qt.Key.Key_Right,
    Qt.Key.Key_Tab,
)


@pytest.fixture
def wim(opened: Opener) -> Iterator[Hands]:
    yield opened(WIM)
    put_guide_in_force()


def guide_page(hands: Hands) -> CareGuidePage:
    hands.go(Destination("care_guide"))
    page = hands.page
    assert isinstance(page, CareGuidePage)
    return page


def topic_page(hands: Hands, world: World) -> CareTopicPage:
    """A new topic of today's meeting, in which the first two steps were passed."""
    hands.go(Destination("care_meeting", world.visit(MEETING)))
    pause(hands)
    hands.save_and_go()
    page = hands.page
    assert isinstance(page, CareTopicPage)
    return page


def test_the_centre_words_a_step_and_the_topic_asks_it_so(wim: Hands, world: World) -> None:
    page = guide_page(wim)
    wim.press(DOWN, DOWN, DOWN, ENTER)
    assert page.label.hasFocus()
    assert page.label.value() == "Waarneming"
    wim.press(Qt.Key.Key_A, ctrl=True)
    wim.type("Wat zien we")
    wim.press(TAB)
    wim.press(Qt.Key.Key_A, ctrl=True)
    wim.type("Wie deed wat, waar en wanneer?")
    wim.press(TAB)
    wim.press(Qt.Key.Key_Space)
    wim.save_and_go()
    assert wim.message().startswith("Stap 4 Wat zien we opgeslagen.")
    with wim.desk.vault.read() as reader:
        (kept,) = all_standing(reader.heads(kinds=("guide_wording",)), GuideWording)
    assert kept.body == GuideWording(
        step="observations",
        label="Wat zien we",
        prompt="Wie deed wat, waar en wanneer?",
        required=True,
    )

    topic = topic_page(wim, world)
    section = topic.content.steps.section(4)
    assert section._label.text() == "Wat zien we"
    assert section._prompt.text() == "Wie deed wat, waar en wanneer?"
    assert topic.content.guide.counted().endswith("van 10 verplicht")

    page = guide_page(wim)
    page.reset()
    wim.settle()
    topic = topic_page(wim, world)
    assert topic.content.steps.section(4)._label.text() == "Waarneming"
    assert topic.content.guide.counted().endswith("van 9 verplicht")


def test_what_the_handbook_requires_cannot_be_ticked_away(wim: Hands) -> None:
    page = guide_page(wim)
    assert page.required.value()
    assert not page.required.isEnabled()
    wim.press(DOWN, DOWN, DOWN)
    assert page.required.isEnabled()
    assert not page.required.value()


def test_a_sentence_of_the_centre_is_finished_by_one_key_and_only_then(
    wim: Hands, world: World
) -> None:
    page = guide_page(wim)
    wim.press(DOWN, DOWN)
    page.phrases.rows()[-1].first().setFocus()
    wim.type("werkt graag samen met een klasgenoot")
    wim.press(Qt.Key.Key_N, ctrl=True)
    wim.type("vraagt zelf om hulp")
    wim.save_and_go()
    with wim.desk.vault.read() as reader:
        kept = all_standing(reader.heads(kinds=("stock_phrase",)), StockPhrase)
    assert {one.body.step for one in kept} == {"strengths"}
    assert len(kept) == 2

    topic = topic_page(wim, world)
    topic.content.go_to(3)
    wim.settle()
    field = QApplication.focusWidget()
    wim.start_counting()
    wim.type("we")
    assert topic.entry().strengths == ("we",), "what is offered is not typed"
    wim.press(RIGHT)
    assert wim.strokes == 3
    assert topic.entry().strengths == ("werkt graag samen met een klasgenoot",)
    assert QApplication.focusWidget() is field, "nothing took the focus"
    wim.press(Qt.Key.Key_N, ctrl=True)
    wim.type("vr")
    wim.press(RIGHT)
    assert topic.entry().strengths[1] == "vraagt zelf om hulp", "a new row offers them as well"
    topic.content.go_to(2)
    wim.settle()
    wim.type("we")
    wim.press(RIGHT)
    assert topic.entry().question == "we", "they belong to their own step"


def test_what_was_typed_in_the_guide_is_kept_when_another_step_is_looked_at(wim: Hands) -> None:
    page = guide_page(wim)
    wim.press(ENTER, Qt.Key.Key_End)
    wim.type(" en tijd")
    wim.press(Qt.Key.Key_Escape)
    wim.press(DOWN)
    assert page.label.value() == "Vraag van de leerkracht"
    wim.go(Destination("visits"))
    page = guide_page(wim)
    page.list.go_to(0)
    wim.settle()
    assert page.label.value() == "Kader en tijd"
    assert wim.message().startswith("Er stond nog een concept van ")


def test_a_name_of_a_class_list_does_not_become_a_sentence(wim: Hands) -> None:
    page = guide_page(wim)
    page.phrases.rows()[-1].first().setFocus()
    wim.type("zoals bij Lotteke")
    wim.save_and_go()
    assert '"Lotteke" staat in een klaslijst.' in wim.message()
    with wim.desk.vault.read() as reader:
        assert reader.heads(kinds=("stock_phrase",)) == []


def test_who_sat_here_before_is_offered_by_the_first_letters_with_the_function(
    wim: Hands, world: World
) -> None:
    hold_meeting(wim.desk, world.visit(MEETING))
    other = world.visit(0)  # another visit at the same school
    with wim.desk.vault.read() as reader:
        assert reader.head(meeting_id(other)) is None
    wim.go(Destination("care_meeting", other))
    page = wim.page
    assert isinstance(page, CareMeetingPage)
    page._new_participant()
    wim.start_counting()
    wim.type("mi")
    wim.press(RIGHT)
    assert wim.strokes == 3
    last = page.people.entries()[-1]
    assert (last.name, last.function, last.bound) == ("Mia Aerts", "care_coordinator", False)
    assert page.people.notice() == "Niet iedereen aan tafel heeft beroepsgeheim."


def test_words_that_came_from_a_colleague_stand_there_after_synchronising(
    wim: Hands, world: World
) -> None:
    topic = topic_page(wim, world)
    record = wim.desk
    page = guide_page(wim)
    view = page._views[0]
    wim.press(ENTER, Qt.Key.Key_End)
    wim.type(" nu")
    wim.save_and_go()
    pause(wim)
    put_guide_in_force()
    all_changed(record)
    wim.go(Destination("care_meeting", world.visit(MEETING)))
    topic = topic_page(wim, world)
    assert topic.content.steps.section(1)._label.text() == f"{view.step.label} nu"


def test_the_words_of_a_centre_come_to_the_colleague_at_the_other_laptop(town: Town) -> None:
    wim = town.window("LAP-07", WIM)
    page = guide_page(wim)
    wim.press(ENTER, Qt.Key.Key_End)
    wim.type(" samen")
    page.phrases.rows()[-1].first().setFocus()
    wim.type("wie zit er vandaag mee aan tafel")
    wim.save_and_go()
    pause(wim)
    press_synchronise(wim)
    wim.desktop.window.lock()
    tasks = wim.desktop._tasks
    wim.wait(lambda: wim.desktop.work is None and not tasks.is_busy())
    assert guide() == program_guide(), "a closed desk leaves no words behind"

    sofie = town.desk("LAP-03", "Sofie Aerts")
    town.synchronise("LAP-03", sofie)
    all_changed(sofie)
    assert guide().step[0].label == "Kader samen"
    assert phrases_of("frame") == ("wie zit er vandaag mee aan tafel",)
    sofie.close()
    els = town.desk("LAP-03", "Els Claes")
    town.synchronise("LAP-03", els)
    with els.vault.read() as reader:
        kinds = {one.kind for one in reader.every_revision()}
    els.close()
    assert not kinds & {"guide_wording", "stock_phrase"}, "the medical team has no guide"


def test_a_step_of_the_centre_is_asked_in_its_place_and_a_step_left_out_is_not(
    wim: Hands, world: World
) -> None:
    page = guide_page(wim)
    page._add.click()
    wim.settle()
    assert page.label.hasFocus()
    wim.type("Schoolregels")
    wim.press(TAB)
    wim.press(Qt.Key.Key_A, ctrl=True)
    wim.type("Wat zegt het schoolreglement?")
    wim.save_and_go()
    assert wim.message().startswith("Stap 13 Schoolregels opgeslagen.")
    page._up.click()
    wim.settle()
    assert wim.message().startswith("Stap Schoolregels verplaatst.")
    page.list.setFocus()
    page.list.go_to(4)
    assert page._shown is not None
    assert page._shown.step.name == "tried"
    page._out.click()
    wim.settle()
    page.list.go_to(0)
    assert not page._out.isVisible(), "what the handbook requires stays"

    topic = topic_page(wim, world)
    labels = [one.step.label for one in topic.content.steps.sections]
    assert labels[-3:] == ["Schoolregels", "Evaluatie", "Afsluiten"]
    assert "Al geprobeerd" not in labels
    assert topic.content.last == 13
    tops = [one.mapTo(topic, one.rect().topLeft()).y() for one in topic.content.steps.sections]
    assert tops == sorted(tops)
    topic.content.go_to(11)
    wim.settle()
    wim.type("Lotte Peeters belt in de les")
    assert topic.content.steps.section(11).notice.isVisible(), "names are noticed here too"
    wim.press(Qt.Key.Key_Return, ctrl=True)
    assert topic.content.current == 12
    (answer,) = topic.entry().own
    view = topic._view
    assert view is not None
    assert answer.text == "Lotte Peeters belt in de les"
    wim.go(Destination("care_guide"))
    wim.go(Destination("care_topic", world.visit(MEETING), record_id=view.record_id))
    assert topic_of(wim).entry().own == (answer,), "the draft keeps it"


def topic_of(hands: Hands) -> CareTopicPage:
    assert isinstance(hands.page, CareTopicPage)
    return hands.page

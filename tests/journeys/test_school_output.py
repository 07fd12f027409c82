"""What leaves for the school, in the real window: checked, explained or taken away, then released."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from clbdesk.domain.care_outcome import MeetingText, OutputForm, SchoolOutput
from clbdesk.services.care_entry import AgreementEntry
from clbdesk.services.desk import Desk
from clbdesk.services.reading import all_standing
from tests.journeys.conftest import Opener
from tests.journeys.meetings import BY, hold_meeting
from tests.journeys.moments import pause
from tests.journeys.world import MEETING, WIM, Hands, World
from ui.pages import school_output
from ui.pages.base import Destination
from ui.pages.school_output import SchoolOutputPage

ENTER = Qt.Key.Key_Return


def outputs(desk: Desk) -> list[SchoolOutput]:
    with desk.vault.read() as reader:
        found = all_standing(reader.heads(kinds=("school_output",)), SchoolOutput)
    return [one.body for one in found]


def told_to_colleagues(desk: Desk) -> list[MeetingText]:
    with desk.vault.read() as reader:
        found = all_standing(reader.heads(kinds=("meeting_text",)), MeetingText)
    return [one.body for one in found]


def open_output(hands: Hands, world: World) -> SchoolOutputPage:
    hands.go(Destination("school_output", world.visit(MEETING)))
    page = hands.page
    assert isinstance(page, SchoolOutputPage)
    hands.start_counting()
    return page


def test_a_clean_list_is_released_in_one_stroke(opened: Opener, world: World) -> None:
    hands = opened(WIM)
    hold_meeting(hands.desk, world.visit(MEETING))
    page = open_output(hands, world)
    shown = page.text.value()
    assert "te veel tegelijk" not in shown
    hands.save_and_go()
    assert hands.strokes == 1
    (kept,) = outputs(hands.desk)
    assert kept.text.startswith(shown)
    assert kept.recipient == "Mia Aerts"
    assert hands.message() == "Afsprakenlijst van 23 nov 2026 vrijgegeven aan Mia Aerts."


def test_a_name_blocks_until_it_is_taken_away(opened: Opener, world: World) -> None:
    hands = opened(WIM)
    rows = (AgreementEntry(who="Kim Daems", what="Lotte vooraan zetten", by=BY),)
    hold_meeting(hands.desk, world.visit(MEETING), agreements=rows)
    page = open_output(hands, world)
    assert page.text.marked() == ["Lotte"]
    hands.save_and_go()
    assert outputs(hands.desk) == []
    words = "Verwijder de naam Lotte of kies een leerling. Vrijgeven kan nog niet."
    assert words in page.messages.message().links[0].text
    link = page.check.first()
    assert link is not None
    link.setFocus()
    hands.press(ENTER)
    assert "een leerling vooraan zetten" in page.text.value()
    pause(hands)
    hands.save_and_go()
    (kept,) = outputs(hands.desk)
    assert "Lotte" not in kept.text
    assert kept.edited


def test_a_medical_word_stays_only_with_a_reason(opened: Opener, world: World) -> None:
    hands = opened(WIM)
    rows = (AgreementEntry(who="Mia Aerts", what="verslag logopedie opvragen", by=BY),)
    hold_meeting(hands.desk, world.visit(MEETING), agreements=rows)
    page = open_output(hands, world)
    hands.save_and_go()
    assert outputs(hands.desk) == []
    hands.press(ENTER)
    page.check.field_of(
        school_output.service.findings(page._view, OutputForm.AGREEMENTS, page.text.value())[0]
    ).setFocus()
    hands.type("op vraag van de ouders zelf")
    pause(hands)
    hands.save_and_go()
    (kept,) = outputs(hands.desk)
    assert [(one.word, one.reason) for one in kept.explained] == [
        ("logopedie", "op vraag van de ouders zelf")
    ]


def test_the_report_is_another_text_and_what_is_left_out_is_listed(
    opened: Opener, world: World
) -> None:
    hands = opened(WIM)
    hold_meeting(hands.desk, world.visit(MEETING), clb_note="eerst nog navragen")
    page = open_output(hands, world)
    page.form.setFocus()
    hands.type("v")
    assert "Instructie: korte stappen" in page.text.value()
    for never in ("te veel tegelijk", "navragen"):
        assert never not in page.text.value()
    listed = " ".join(label.text() for label in page.check.findChildren(type(page._released)))
    assert "hypothesen niet opgenomen" in listed
    assert "CLB-nota niet opgenomen" in listed
    hands.save_and_go()
    assert [one.form for one in outputs(hands.desk)] == [OutputForm.REPORT]


def test_text_that_was_changed_is_still_there_after_another_page(
    opened: Opener, world: World
) -> None:
    hands = opened(WIM)
    hold_meeting(hands.desk, world.visit(MEETING))
    page = open_output(hands, world)
    hands.press(Qt.Key.Key_F2)
    hands.press(Qt.Key.Key_End, ctrl=True)
    hands.type(" Tot dan")
    hands.go(Destination("visits"))
    page = open_output(hands, world)
    assert page.text.value().endswith("Tot dan")
    assert not page.text.isReadOnly()


def test_only_what_was_released_is_printed_word_for_word(
    opened: Opener, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = opened(WIM)
    hold_meeting(hands.desk, world.visit(MEETING))
    open_output(hands, world)
    papers: list[bytes] = []

    def printer(_parent: object, printed: object) -> str:
        papers.append(printed.pdf)
        return "synchronise.printed"

    monkeypatch.setattr(school_output, "send_to_printer", printer)
    hands.press(Qt.Key.Key_P, ctrl=True)
    assert papers == []
    assert (
        hands.message() == "Geef de tekst eerst vrij. Alleen wat vrijgegeven is, wordt afgedrukt."
    )
    hands.save_and_go()
    hands.press(Qt.Key.Key_P, ctrl=True)
    assert len(papers) == 1
    assert hands.message() == "Afsprakenlijst naar de printer gestuurd."


def test_a_release_can_be_taken_back(opened: Opener, world: World) -> None:
    hands = opened(WIM)
    hold_meeting(hands.desk, world.visit(MEETING))
    open_output(hands, world)
    hands.save_and_go()
    assert len(told_to_colleagues(hands.desk)) == 1
    hands.press(Qt.Key.Key_O, ctrl=True, shift=True)
    assert outputs(hands.desk) == []
    assert told_to_colleagues(hands.desk) == [], "nor do doctor and nurse read it any more"


def test_without_a_recorded_meeting_nothing_can_be_released(opened: Opener, world: World) -> None:
    hands = opened(WIM)
    page = open_output(hands, world)
    assert "Sla eerst het zorgoverleg op." in hands.message()
    hands.save_and_go()
    assert outputs(hands.desk) == []
    assert page.text.value() == ""

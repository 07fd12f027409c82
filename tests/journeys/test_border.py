"""From a talk without names to guidance by demand: a page, a basis, or no trace but the log."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from clbdesk.domain.capacity import Competence
from clbdesk.domain.care_outcome import (
    Answer,
    BorderBasis,
    BorderReason,
    Giver,
    Manner,
    Transition,
)
from clbdesk.domain.people import Pupil
from clbdesk.ids import PupilId, RecordId
from clbdesk.services.border import BorderEntry, open_border, record_transition, who_decides
from clbdesk.services.capacity import decide_competence
from clbdesk.services.desk import Desk
from clbdesk.services.reading import Standing, all_standing, one_standing
from tests.journeys.conftest import Opener
from tests.journeys.meetings import hold_meeting
from tests.journeys.moments import pause
from tests.journeys.world import MEETING, WIM, Hands, World, find_pupil
from ui.pages.base import Destination, Station
from ui.pages.border_check import BorderCheckPage
from ui.pages.border_route import door_to
from ui.pages.care_meeting import CareMeetingPage

ENTER, ESC = Qt.Key.Key_Return, Qt.Key.Key_Escape


def transitions(desk: Desk) -> list[Standing[Transition]]:
    with desk.vault.read() as reader:
        return all_standing(reader.heads(kinds=("transition",)), Transition)


def actions_of(desk: Desk) -> list[str]:
    with desk.vault.read() as reader:
        return [one.action for one in reader.access_lines()]


def talk_of(hands: Hands, world: World) -> RecordId:
    """A recorded talk, open on the screen."""
    topic = hold_meeting(hands.desk, world.visit(MEETING))
    hands.go(Destination("care_meeting", world.visit(MEETING)))
    hands.go(Destination("care_topic", world.visit(MEETING), record_id=topic))
    return topic


def border(hands: Hands) -> BorderCheckPage:
    page = hands.page
    assert isinstance(page, BorderCheckPage)
    return page


def born(hands: Hands, pupil_id: PupilId) -> date:
    with hands.desk.vault.read() as reader:
        found = one_standing(reader, RecordId(pupil_id), Pupil)
    assert found is not None
    return found.body.birth_date


def test_a_dossier_out_of_a_talk_leads_to_the_border_and_going_back_leaves_one_log_line(
    opened: Opener, world: World
) -> None:
    hands = opened(WIM)
    topic = talk_of(hands, world)
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    before = len(actions_of(hands.desk))
    with hands.desk.vault.read() as reader:
        waiting = reader.outbox_count()
    hands.go(Destination("history", world.visit(MEETING), lotte))
    page = border(hands)
    assert page.reason.value() == BorderReason.OPEN_FILE
    hands.press(Qt.Key.Key_3)
    hands.save_and_go()
    assert hands.page.name == "care_topic"
    assert hands.message() == "Geen toestemming: het overleg gaat verder zonder naam."
    assert transitions(hands.desk) == []
    with hands.desk.vault.read() as reader:
        assert reader.outbox_count() == waiting
        assert reader.draft(hands.desk.user.staff_id, f"transition/{world.visit(MEETING)}") is None
    assert [one for one in actions_of(hands.desk)[before:] if one != "open"] == ["border"]
    del topic


def test_searching_a_pupil_out_of_a_talk_stands_at_the_border(opened: Opener, world: World) -> None:
    hands = opened(WIM)
    talk_of(hands, world)
    hands.press(Qt.Key.Key_K, ctrl=True)
    hands.type("peeters lotte")
    hands.wait(lambda: hands.page._model.rowCount() == 1)
    hands.press(ENTER)
    page = border(hands)
    assert page.reason.value() == BorderReason.OPEN_FILE
    assert page.pupil.value() == find_pupil(hands.desk, "Peeters", "Lotte")
    hands.press(ESC)
    assert hands.page.name == "search"
    hands.press(Qt.Key.Key_Home, alt=True)
    hands.press(Qt.Key.Key_K, ctrl=True)
    hands.type("peeters lotte")
    hands.wait(lambda: hands.page._model.rowCount() == 1)
    hands.press(ENTER)
    assert hands.page.name == "emergency"
    assert "alleen naam en klas op deze laptop" in hands.page._sentence.text()


def test_consent_of_a_parent_is_four_strokes_beside_the_words(opened: Opener, world: World) -> None:
    hands = opened(WIM)
    topic = talk_of(hands, world)
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    hands.go(Destination("history", world.visit(MEETING), lotte))
    page = border(hands)
    assert QApplication.focusWidget() is page.way
    hands.start_counting()
    assert page.gives.is_open(), "nobody consents before somebody says so"
    hands.press(Qt.Key.Key_1)
    hands.press(Qt.Key.Key_M)
    hands.press(ENTER)
    assert page.words.hasFocus(), "said aloud and today stand there already"
    before = hands.strokes
    hands.type("mag het CLB samen met Lotte kijken")
    hands.strokes = before
    hands.save_and_go()
    assert hands.strokes == 4
    (found,) = transitions(hands.desk)
    assert found.body == Transition(
        school_id=found.body.school_id,
        topic_id=topic,
        reason=BorderReason.OPEN_FILE,
        basis=BorderBasis.CONSENT,
        on=date(2026, 11, 23),
        words="mag het CLB samen met Lotte kijken",
        pupil_id=lotte,
        competent=False,
        answers=(Answer(giver=Giver.MOTHER, gives=True),),
        manner=Manner.SPOKEN,
    )
    assert hands.page.name == "care_topic"
    assert "als aanvraag klaar voor het centrum" in hands.message()
    dossier = Destination("history", world.visit(MEETING), lotte)
    talk = (Destination("care_topic", world.visit(MEETING), record_id=topic),)
    assert door_to(talk, dossier, hands.page.work.station) == dossier
    assert door_to(talk, dossier, Station()).page == "border_check"


def test_a_consent_has_its_last_day(opened: Opener, world: World) -> None:
    hands = opened(WIM)
    talk_of(hands, world)
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    hands.go(Destination("history", world.visit(MEETING), lotte))
    page = border(hands)
    hands.press(Qt.Key.Key_1, Qt.Key.Key_M, ENTER)
    hands.type("tot het einde van het schooljaar")
    page.until.line.setFocus()
    hands.type("300627")
    hands.save_and_go()
    (found,) = transitions(hands.desk)
    assert found.body.until == date(2027, 6, 30)


def test_a_parent_at_the_table_leads_to_the_border(opened: Opener, world: World) -> None:
    hands = opened(WIM)
    hands.go(Destination("care_meeting", world.visit(MEETING)))
    page = hands.page
    assert isinstance(page, CareMeetingPage)
    page._new_participant()
    hands.type("Jan Peeters")
    hands.press(Qt.Key.Key_Tab)
    hands.type("oud")
    hands.press(ENTER)
    assert page.people.notice() == (
        "Niet iedereen aan tafel heeft beroepsgeheim. "
        "Ouder of leerling aan tafel: dit is niet meer zuiver consultatief."
    )
    page.people._notice.link.click()
    hands.settle()
    assert border(hands).reason.value() == BorderReason.FAMILY_AT_TABLE


def test_the_refusal_of_one_parent_stops_the_crossing(opened: Opener, world: World) -> None:
    hands = opened(WIM)
    talk_of(hands, world)
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    hands.go(Destination("history", world.visit(MEETING), lotte))
    page = border(hands)
    hands.press(Qt.Key.Key_1)
    hands.press(Qt.Key.Key_M)
    page.refuses.setFocus()
    hands.press(Qt.Key.Key_V)
    page.manner.set_value(Manner.SPOKEN.value)
    page.words.setFocus()
    hands.type("gevraagd aan beide ouders")
    hands.save_and_go()
    assert transitions(hands.desk) == []
    shown = [one.text for one in page.messages.message().links]
    assert shown == ["Toestemming geweigerd door vader. Het overleg gaat verder zonder naam."]


def test_the_day_of_the_twelfth_birthday_and_the_teams_decision_say_who_decides(
    opened: Opener, world: World
) -> None:
    hands = opened(WIM)
    hold_meeting(hands.desk, world.visit(MEETING))
    view = open_border(hands.desk, world.visit(MEETING), None)
    eve = BorderEntry(pupil_name="Noah", birth_date=date(2014, 11, 24))
    day = msgspec.structs.replace(eve, birth_date=date(2014, 11, 23))
    assert who_decides(view, eve) == (
        "Noah is 11 jaar: de ouders beslissen, elk voor zich. "
        "Vanaf 24 nov 2026 beslist de leerling zelf, tenzij anders besloten."
    )
    assert who_decides(view, day) == "Noah is 12 jaar: de leerling zelf beslist."
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    decide_competence(
        hands.desk,
        lotte,
        competent=True,
        since=date(2026, 10, 1),
        decided_by="team De Kring",
        reasons="begrijpt wat het betekent",
    )
    view = open_border(hands.desk, world.visit(MEETING), None)
    words = who_decides(view, BorderEntry(pupil_id=lotte))
    assert words.endswith(
        "de leerling zelf beslist. Zo besloten sinds 01 okt 2026 door team De Kring."
    )
    with hands.desk.vault.read() as reader:
        (kept,) = all_standing(reader.heads(kinds=("competence",)), Competence)
    assert kept.body.reasons == "begrijpt wat het betekent"


def test_a_pupil_who_is_not_on_the_laptop_is_a_request_with_name_and_birth_date(
    opened: Opener, world: World
) -> None:
    hands = opened(WIM)
    hold_meeting(hands.desk, world.visit(MEETING))
    view = open_border(hands.desk, world.visit(MEETING), None)
    entry = BorderEntry(
        reason=BorderReason.REPORT,
        pupil_name="Noah Wouters",
        birth_date=date(2012, 5, 6),
        basis=BorderBasis.COMPULSORY_EDUCATION,
        words="twintig halve dagen afwezig",
    )
    record_transition(hands.desk, view, entry)
    (found,) = transitions(hands.desk)
    assert (found.body.pupil_id, found.body.pupil_name) == (None, "Noah Wouters")
    assert found.revision.pupil_id is None
    assert found.body.answers == ()


def test_a_safety_concern_goes_to_its_own_page_and_leaves_nothing_here(
    opened: Opener, world: World
) -> None:
    hands = opened(WIM)
    talk_of(hands, world)
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    hands.go(Destination("history", world.visit(MEETING), lotte))
    page = border(hands)
    hands.press(Qt.Key.Key_2)
    hands.press(Qt.Key.Key_V)
    assert page.notice.text().startswith("Een verontrusting wordt apart genoteerd")
    hands.save_and_go()
    assert hands.page.name == "safety_concern"
    assert transitions(hands.desk) == []
    with hands.desk.vault.read() as reader:
        forms = [one.form for one in reader.drafts(hands.desk.user.staff_id)]
    assert forms == []


def test_nothing_chosen_is_said_in_one_sentence(opened: Opener, world: World) -> None:
    hands = opened(WIM)
    talk_of(hands, world)
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    hands.go(Destination("history", world.visit(MEETING), lotte))
    hands.save_and_go()
    shown = [one.text for one in hands.page.messages.message().links]
    assert shown == ["Kies toestemming, uitzondering of Toch niet."]
    pause(hands)
    hands.press(ESC)
    assert hands.page.name == "care_topic"


@pytest.mark.parametrize("phase", [2, 3])
def test_phase_two_or_three_offers_the_border_with_its_reason(
    opened: Opener, world: World, phase: int
) -> None:
    hands = opened(WIM)
    topic = hold_meeting(hands.desk, world.visit(MEETING), phase=phase)
    hands.go(Destination("care_topic", world.visit(MEETING), record_id=topic))
    hands.page.content.head._phase_notice.link.click()
    hands.settle()
    assert border(hands).reason.value() == BorderReason.PHASE

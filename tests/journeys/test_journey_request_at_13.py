"""A topic that turns into a request: a pupil of thirteen consents alone, and the centre gets it."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt

from clbdesk.centre.care_requests import care_requests
from clbdesk.domain.care_outcome import (
    Answer,
    BorderBasis,
    BorderReason,
    Giver,
    Manner,
    OutputForm,
    Transition,
)
from clbdesk.services.reading import Standing, all_standing
from clbdesk.services.school_output import view_output
from tests.journeys.moments import pause
from tests.journeys.talks import (
    ENTER,
    fill_head,
    fill_steps,
    hold_october_meeting,
    next_step,
    save_topic,
    topic_page,
    topics,
    words,
)
from tests.journeys.town import Town, press_synchronise
from tests.journeys.world import MEETING, WIM, Hands
from ui.pages.base import Destination
from ui.pages.border_check import BorderCheckPage

ASKED = "Noah wil zelf met iemand praten over de klas"


@pytest.fixture
def wim(town: Town) -> Hands:
    """Wim at the meeting of today, on a laptop that reaches the centre."""
    hands = town.window("LAP-07", WIM)
    hold_october_meeting(hands.desk, town.world.visit(MEETING))
    hands.go(Destination("care_meeting", town.world.visit(MEETING)))
    return hands


def topic_that_crosses(hands: Hands) -> BorderCheckPage:
    """A new topic, recorded with the outcome that guidance by demand begins."""
    hands.press(Qt.Key.Key_F7)
    next_step(hands)
    hands.press(ENTER)
    fill_head(hands)
    fill_steps(hands)
    topic_page(hands).content.steps._outcome.setFocus()
    hands.type("o")
    save_topic(hands)
    page = hands.page
    assert isinstance(page, BorderCheckPage)
    return page


def transitions(hands: Hands) -> list[Standing[Transition]]:
    with hands.desk.vault.read() as reader:
        return all_standing(reader.heads(kinds=("transition",)), Transition)


def name_noah(hands: Hands, page: BorderCheckPage, born: str) -> None:
    """A pupil who is not on this laptop: his name and birth date, as they are said."""
    page.reason.setFocus()
    hands.type("l")
    page.pupil_name.setFocus()
    words(hands, "Noah Wouters")
    page.birth.line.setFocus()
    hands.type(born)
    page.way.setFocus()


def test_the_consent_of_a_pupil_of_thirteen_is_his_own_and_the_request_reaches_the_centre(
    wim: Hands, town: Town
) -> None:
    page = topic_that_crosses(wim)
    name_noah(wim, page, "060513")
    wim.start_counting()
    wim.press(Qt.Key.Key_1)
    assert page._who.text() == "Noah Wouters is 13 jaar: de leerling zelf beslist."
    assert [one.value for one in page.gives.choices()] == [Giver.PUPIL], "no parent is asked"
    wim.press(Qt.Key.Key_L, ENTER)
    words(wim, ASKED)
    wim.save_and_go()
    assert wim.strokes == 4
    assert wim.message() == (
        "Overgang opgeslagen. De vraag staat als aanvraag klaar voor het centrum."
    )
    (found,) = transitions(wim)
    (note,) = topics(wim.desk, town.world.visit(MEETING))
    assert found.body == Transition(
        school_id=found.body.school_id,
        topic_id=found.body.topic_id,
        reason=BorderReason.TALK_OR_TEST,
        basis=BorderBasis.CONSENT,
        on=date(2026, 11, 23),
        words=ASKED,
        pupil_name="Noah Wouters",
        birth_date=date(2013, 5, 6),
        competent=True,
        answers=(Answer(giver=Giver.PUPIL, gives=True),),
        manner=Manner.SPOKEN,
    )
    assert found.body.topic_id is not None
    assert note.outcome == "demand_driven"

    pause(wim)
    press_synchronise(wim)
    (request,) = care_requests(town.world.setting.centre)
    assert (request.pupil, request.birth_date) == ("Noah Wouters", date(2013, 5, 6))
    assert (request.reason, request.basis) == ("talk_or_test", "consent")


def test_the_name_stands_in_the_request_and_nowhere_in_the_talk_or_what_goes_to_the_school(
    wim: Hands, town: Town
) -> None:
    page = topic_that_crosses(wim)
    name_noah(wim, page, "060513")
    wim.press(Qt.Key.Key_1)
    wim.press(Qt.Key.Key_L, ENTER)
    words(wim, ASKED)
    wim.save_and_go()
    with wim.desk.vault.read() as reader:
        bodies = [
            one.body
            for one in reader.every_revision()
            if one.kind in {"care_meeting", "consultative_note", "agreement"}
        ]
        lines = [one for one in reader.access_lines() if one.kind == "transition"]
    assert bodies
    assert not any("Noah" in body or "Wouters, Noah" in body for body in bodies)
    assert {one.pupil_id for one in lines} == {None}
    output = view_output(wim.desk, town.world.visit(MEETING))
    for form in OutputForm:
        assert "Noah" not in output.texts[form]
        assert "vraaggestuurd" not in output.texts[form], "nor that guidance began"


def test_without_his_yes_the_topic_stays_a_topic(wim: Hands, town: Town) -> None:
    page = topic_that_crosses(wim)
    name_noah(wim, page, "060513")
    wim.press(Qt.Key.Key_1)
    page.refuses.setFocus()
    wim.press(Qt.Key.Key_L)
    page.words.setFocus()
    words(wim, "gevraagd, en hij wil niet")
    wim.save_and_go()
    shown = [one.text for one in page.messages.message().links]
    assert shown == ["Toestemming geweigerd door leerling. Het overleg gaat verder zonder naam."]
    assert transitions(wim) == []

    pause(wim)
    page.way.setFocus()
    wim.press(Qt.Key.Key_3)
    wim.save_and_go()
    assert wim.page.name == "care_topic"
    (note,) = topics(wim.desk, town.world.visit(MEETING))
    assert note.pseudonym == "leerling B"
    with wim.desk.vault.read() as reader:
        assert not any("Noah" in one.content for one in reader.drafts(wim.desk.user.staff_id))
    pause(wim)
    press_synchronise(wim)
    assert care_requests(town.world.setting.centre) == ()


def test_the_day_before_his_twelfth_birthday_his_parents_are_asked(wim: Hands) -> None:
    page = topic_that_crosses(wim)
    name_noah(wim, page, "241114")
    wim.press(Qt.Key.Key_1)
    assert page._who.text().startswith(
        "Noah Wouters is 11 jaar: de ouders beslissen, elk voor zich."
    )
    assert [one.value for one in page.gives.choices()] == [
        Giver.MOTHER,
        Giver.FATHER,
        Giver.GUARDIAN,
    ]

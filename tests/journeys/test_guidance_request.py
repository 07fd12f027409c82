"""A worry of a contact reaches the guidance team: with consent, in neutral words, and no more."""

from __future__ import annotations

from PySide6.QtCore import Qt
from sqlalchemy import select

from clbdesk.centre.care_requests import care_requests
from clbdesk.centre.schema import REVISION
from clbdesk.domain.care_outcome import Giver, Manner
from clbdesk.domain.guidance_request import GuidanceRequest, RequestAnswer, RequestOutcome
from clbdesk.domain.revision import Compartment
from clbdesk.domain.visits import ContactMoment
from clbdesk.services.crossing import CrossingEntry
from clbdesk.services.desk import Desk
from clbdesk.services.follow_up import open_follow_up
from clbdesk.services.follow_up_row import Group
from clbdesk.services.reading import Standing, all_standing
from clbdesk.services.released_summary import open_summary_form, release_summary
from tests.journeys.conftest import Opener
from tests.journeys.days import lock
from tests.journeys.moments import open_step, pause
from tests.journeys.town import Town, press_synchronise
from tests.journeys.world import AN, CONTACT, DOCTOR, WIM, Hands, World, find_pupil
from ui.pages.base import Destination
from ui.pages.guidance_request import GuidanceRequestPage
from ui.pages.request_answer import RequestAnswerPage

ENTER, TAB = Qt.Key.Key_Return, Qt.Key.Key_Tab
RELEASED = "Hoort links minder: vooraan zitten helpt."
WORDS = "Wie kan meedenken over de start van de dag?"
BEHIND = "Zegt dat het thuis vaak te druk is om te slapen"


def requests(desk: Desk) -> list[Standing[GuidanceRequest]]:
    with desk.vault.read() as reader:
        return all_standing(reader.heads(kinds=("guidance_request",)), GuidanceRequest)


def form(hands: Hands) -> GuidanceRequestPage:
    page = hands.page
    assert isinstance(page, GuidanceRequestPage)
    return page


def shown(page: GuidanceRequestPage) -> str:
    """What the preview says."""
    return " ".join(one.text() for one in page._lines)


def ask_for(hands: Hands) -> None:
    """Fill in the form from its first field, and let it cross."""
    page = form(hands)
    page.words.set_value("")
    page.words.setFocus()
    hands.type(WORDS)
    page.gives.setFocus()
    hands.press(Qt.Key.Key_M)
    page.manner.setFocus()
    hands.press(Qt.Key.Key_M)
    assert WORDS in shown(page)
    assert "moeder, mondeling, op 23 nov 2026" in shown(page)
    pause(hands)
    hands.save_and_go()


def test_a_worry_is_asked_out_of_signalen_and_its_own_words_cannot_be_typed_over(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    open_step(hands, world, "signals", moment=ContactMoment.KK1)
    signals = hands.page._pages["signals"]
    row = signals._rows["development"]["social"]
    row.choice.setFocus()
    hands.press(Qt.Key.Key_Z)
    row._words.setFocus()
    hands.type(BEHIND)
    hands.press(TAB, Qt.Key.Key_L, Qt.Key.Key_F7)
    hands.press(Qt.Key.Key_S, ctrl=True)

    signals._request.click()
    hands.settle()
    page = form(hands)
    assert page.words.value() == "", "nothing of the signal stands there"
    assert page.words.hasFocus()
    hands.type(BEHIND)
    assert BEHIND not in shown(page)
    hands.save_and_go()
    assert "Deze woorden staan bij de signalen in het dossier" in _problems(hands)
    assert requests(hands.desk) == []

    ask_for(hands)
    assert hands.message().startswith("Aanvraag voor Lotte Peeters opgeslagen.")
    assert hands.page.name == "pupil"
    (asked,) = requests(hands.desk)
    assert asked.body.words == WORDS
    with hands.desk.vault.read() as reader:
        assert not [one for one in reader.drafts() if one.form.startswith("guidance_request")]


def test_a_draft_of_a_request_comes_back(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "signals", moment=ContactMoment.KK1)
    to = Destination("guidance_request", world.visit(CONTACT), lotte)
    hands.go(to)
    hands.type(WORDS)
    form(hands).gives.setFocus()
    hands.press(Qt.Key.Key_V)
    hands.go(Destination("class_list", world.visit(CONTACT)))
    hands.go(to)
    assert form(hands).words.value() == WORDS
    assert form(hands).gives.values() == (Giver.FATHER.value,)


def test_a_question_that_may_go_on_waits_in_opvolging_and_enter_asks_for_it(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "signals", moment=ContactMoment.KK1)
    card = hands.page._pages["signals"]._question
    card.question.setFocus()
    hands.type("Hoe krijgen we de ochtend rustiger?")
    card._asked_by.setFocus()
    hands.press(Qt.Key.Key_M)
    card._pass_on.setFocus()
    hands.press(Qt.Key.Key_J)
    hands.press(Qt.Key.Key_F7)
    hands.save_and_go()

    hands.go(Destination("follow_up"))
    (row,) = [one for one in open_follow_up(hands.desk).rows if one.about]
    assert row.about is not None
    assert row.about.pupil_id == lotte
    hands.page._list.go_to(hands.page._model.position(row.key))
    hands.page._list.setFocus()
    hands.press(ENTER)
    ask_for(hands)
    assert [one for one in open_follow_up(hands.desk).rows if one.about] == []


def test_a_request_travels_to_guidance_and_is_answered_behind_its_own_key(town: Town) -> None:
    hands = town.window("LAP-07", AN)
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    hands.go(Destination("pupil", town.world.visit(CONTACT), lotte, "growth"))
    hands.press(Qt.Key.Key_M, ctrl=True)
    hands.type("aanvraag")
    hands.press(ENTER)
    ask_for(hands)
    assert hands.message().startswith("Aanvraag voor Lotte Peeters opgeslagen.")
    (asked,) = requests(hands.desk)
    assert asked.body.answers[0].giver is Giver.MOTHER
    press_synchronise(hands)
    lock(hands)

    # The doctor of the same vault lets the team know one thing.
    doctor = town.desk("LAP-07", DOCTOR)
    view = open_summary_form(doctor, town.world.visit(CONTACT), lotte).crossing
    entry = CrossingEntry(
        words=RELEASED, gives=(Giver.MOTHER,), manner=Manner.SPOKEN, on=view.today
    )
    release_summary(doctor, view, entry)
    town.synchronise("LAP-07", doctor)
    doctor.close()

    # The guidance colleague, on another key: first nothing, after synchronising the request.
    wim = town.window("LAP-07", WIM)
    assert requests(wim.desk) == []
    press_synchronise(wim)
    (found,) = requests(wim.desk)
    assert found.body == asked.body
    with wim.desk.vault.read() as reader:
        of_lotte = {head.kind for head in reader.heads(pupil_id=lotte)}
    crossed = {"guidance_request", "released_summary"}
    assert of_lotte == {"pupil", "enrolment", *crossed}, "nothing medical came along"

    wim.go(Destination("follow_up"))
    (waiting,) = [one for one in open_follow_up(wim.desk).rows if one.group is Group.REQUEST]
    wim.page._list.go_to(wim.page._model.position(waiting.key))
    wim.page._list.setFocus()
    wim.press(ENTER)
    answer = wim.page
    assert isinstance(answer, RequestAnswerPage)
    assert answer.outcome.hasFocus()
    assert RELEASED in [one.text() for one in answer._summaries]
    wim.press(Qt.Key.Key_O, TAB)
    wim.type("Gesprek met de leerkracht gepland")
    pause(wim)
    wim.save_and_go()
    assert wim.message() == "Aanvraag voor Lotte Peeters: opgenomen."
    assert not [one for one in open_follow_up(wim.desk).rows if one.group is Group.REQUEST]
    with wim.desk.vault.read() as reader:
        (told,) = all_standing(reader.heads(kinds=("request_answer",)), RequestAnswer)
    assert told.body.outcome is RequestOutcome.TAKEN_UP
    press_synchronise(wim)
    lock(wim)

    # The nurse sees neither the answer nor anything else of guidance; the centre lists the request.
    an = town.desk("LAP-07", AN)
    town.synchronise("LAP-07", an)
    with an.vault.read() as reader:
        assert reader.heads(kinds=("request_answer",)) == []
    an.close()
    centre = town.world.setting.centre
    assert [one.reason for one in care_requests(centre)] == ["contact"]
    with centre.store.reading() as tx:
        kept = tx.execute(select(REVISION.c.kind, REVISION.c.compartment)).all()
    assert ("request_answer", Compartment.GUIDANCE.value) in [tuple(one) for one in kept]


def _problems(hands: Hands) -> str:
    message = hands.page.messages.message()
    return " ".join(link.text for link in message.links) if message else ""

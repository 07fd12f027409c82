"""A care meeting in the real window: topics without names, agreements that come back."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from clbdesk.domain.care import (
    AgreementStatus,
    CareDomain,
    CareMeeting,
    Hypothesis,
    HypothesisState,
    Statement,
)
from clbdesk.domain.development import Nature
from clbdesk.domain.revision import Compartment
from clbdesk.errors import Environment
from clbdesk.services import care_topic
from clbdesk.services.care_entry import (
    meeting_id,
)
from clbdesk.services.outcome import ChangeSet
from clbdesk.services.reading import one_standing
from clbdesk.standards.tables import Signature, put_in_force
from tests.journeys.conftest import Opener
from tests.journeys.talks import (
    DOWN,
    ENTER,
    TAB,
    agreements,
    fill_head,
    fill_steps,
    hold_october_meeting,
    listed_topics,
    lock_and_come_back,
    meeting_page,
    next_step,
    save_topic,
    topic_page,
    topics,
    words,
)
from tests.journeys.world import AN, MEETING, WIM, Hands, World
from tests.window.checks import too_small
from ui import theme
from ui.pages.base import Destination
from ui.pages.care_topic_guide import StepState
from ui.theme import Scheme
from ui.widgets.label import Label


@pytest.fixture
def wim(opened: Opener, world: World) -> Hands:
    """Wim at the meeting of today, six weeks after the previous one."""
    hands = opened(WIM)
    hold_october_meeting(hands.desk, world.visit(MEETING))
    hands.go(Destination("care_meeting", world.visit(MEETING)))
    return hands


# --- the journeys ---


def test_the_same_people_and_three_old_agreements_take_eight_strokes(
    wim: Hands, world: World
) -> None:
    wim.start_counting()
    wim.press(Qt.Key.Key_F7)
    for letter in "gbn":
        wim.type(letter)
        wim.press(DOWN)
    next_step(wim)

    assert wim.strokes == 8
    topic_page(wim)
    with wim.desk.vault.read() as reader:
        saved = one_standing(reader, meeting_id(world.visit(MEETING)), CareMeeting)
    assert saved is not None
    assert [one.name for one in saved.body.participants] == ["Wim Bos", "Mia Aerts", "Kim Daems"]
    assert [one.status for one in agreements(wim.desk)] == [
        AgreementStatus.DONE,
        AgreementStatus.BUSY,
        AgreementStatus.NOT_DONE,
    ]


def test_a_follow_up_takes_thirty_six_strokes_beside_its_text(wim: Hands, world: World) -> None:
    wim.press(Qt.Key.Key_F7)
    next_step(wim)
    wim.start_counting()
    wim.press(DOWN, ENTER)
    assert topic_page(wim).content.current == 1, "the head is that of the earlier talk"
    fill_steps(wim)
    save_topic(wim)

    assert wim.strokes <= 36
    (note,) = topics(wim.desk, world.visit(MEETING))
    assert (note.pseudonym, note.grade, note.phase, note.initiative) == (
        "leerling A",
        "L3",
        1,
        "school",
    )
    assert note.follows is not None
    assert note.evaluation_on == date(2027, 1, 4)
    new = [one for one in agreements(wim.desk) if one.meeting_id == note.meeting_id]
    assert [(one.who, one.what, one.by) for one in new] == [
        ("Kim Daems", "stappenkaart maken", date(2026, 12, 7))
    ]
    assert wim.message() == "Bespreking leerling A opgeslagen."


def test_a_new_topic_takes_forty_six_strokes_beside_its_text(wim: Hands, world: World) -> None:
    wim.press(Qt.Key.Key_F7)
    next_step(wim)
    wim.start_counting()
    wim.press(ENTER)
    fill_head(wim)
    fill_steps(wim)
    save_topic(wim)

    assert wim.strokes <= 46
    (note,) = topics(wim.desk, world.visit(MEETING))
    assert note.pseudonym == "leerling B", "A is somebody else"
    assert note.domains == (CareDomain.PSYCHOSOCIAL,)


def test_two_topics_interrupted_by_a_lock_lose_nothing(wim: Hands, world: World) -> None:
    wim.press(Qt.Key.Key_F7)
    next_step(wim)
    wim.press(DOWN, ENTER)
    wim.type("j")
    next_step(wim)
    words(wim, "Hoe houden we de aandacht vast?")
    lock_and_come_back(wim, world)

    page = topic_page(wim)
    assert wim.message().startswith("Er stond nog een concept van ")
    assert page.entry().question == "Hoe houden we de aandacht vast?"
    assert page.entry().title == "leerling A"
    assert page.content.current == 2, "back in the field where the lock came"

    wim.press(Qt.Key.Key_Escape)
    next_step(wim)
    wim.press(ENTER)
    fill_head(wim)
    fill_steps(wim)
    lock_and_come_back(wim, world)
    assert topic_page(wim).entry().title == "leerling B"
    wim.press(Qt.Key.Key_S, ctrl=True)
    assert wim.message() == "Bespreking leerling B opgeslagen."
    wim.press(Qt.Key.Key_Escape)
    lines = [(title, state) for _number, title, state in listed_topics(wim)]
    assert lines == [("leerling A", "Concept"), ("leerling B", "Klaar")]
    assert [one.pseudonym for one in topics(wim.desk, world.visit(MEETING))] == ["leerling B"]


def test_a_meeting_is_closed_when_nothing_is_left_as_a_draft(wim: Hands, world: World) -> None:
    wim.press(Qt.Key.Key_F7)
    next_step(wim)
    wim.press(DOWN, ENTER)
    wim.type("j")
    wim.press(Qt.Key.Key_Escape)
    page = meeting_page(wim)
    page.close_meeting()
    assert wim.message() == ("Er staat nog een bespreking als concept. Sla ze op of gooi ze weg.")
    page.topics.list.setFocus()
    wim.press(ENTER)
    fill_steps_from_question(wim)
    save_topic(wim)
    page.close_meeting()
    assert wim.message() == "Er is 1 ding na te kijken."
    page.hours.end.setFocus()
    wim.type("1130")
    page.close_meeting()
    wim.settle()
    assert wim.message() == (
        "Zorgoverleg Basisschool De Kring afgesloten: 1 bespreking, 1 nieuwe afspraak."
    )
    with wim.desk.vault.read() as reader:
        saved = one_standing(reader, meeting_id(world.visit(MEETING)), CareMeeting)
    assert saved is not None
    assert saved.body.closed
    assert saved.body.end == datetime(2026, 11, 23, 10, 30, tzinfo=UTC)

    wim.press(Qt.Key.Key_O, ctrl=True, shift=True)
    with wim.desk.vault.read() as reader:
        again = one_standing(reader, meeting_id(world.visit(MEETING)), CareMeeting)
    assert again is not None
    assert not again.body.closed, "closing can be undone"


def fill_steps_from_question(hands: Hands) -> None:
    """The rest of a topic of which the first step was answered."""
    words(hands, "Hoe houden we de aandacht vast?")
    page = topic_page(hands)
    page.content.go_to(1)
    hands.settle()
    fill_steps(hands)


def test_a_name_is_noticed_and_replaced_by_the_letter(wim: Hands, world: World) -> None:
    wim.press(Qt.Key.Key_F7)
    next_step(wim)
    wim.press(DOWN, ENTER)
    wim.type("j")
    next_step(wim)
    words(wim, "Hoe helpen we Lotte? LOTTE PEETERS wacht.")
    page = topic_page(wim)
    notice = page.content.steps.section(2).notice
    marked = page.content.steps.section(2).texts()[0].marked()
    assert marked == ["Lotte", "LOTTE PEETERS"], "underlined where they are typed"
    assert notice.text() == '"Lotte" staat in een klaslijst.'
    assert notice.link.text() == "Vervang door leerling A"
    next_step(wim)
    words(wim, "lotte werkt graag samen")
    wim.press(Qt.Key.Key_R, ctrl=True)
    assert page.entry().strengths == ("leerling A werkt graag samen",)
    assert page.entry().question == "Hoe helpen we leerling A? LOTTE PEETERS wacht."
    wim.press(Qt.Key.Key_R, ctrl=True)
    assert page.entry().question == "Hoe helpen we leerling A? leerling A wacht."
    assert not notice.isVisible()


def test_a_pupil_who_comes_back_often_is_a_suggestion_and_stops_nothing(
    wim: Hands, world: World
) -> None:
    often = Signature("CARE-TIMES", "2", "2026-11", "team", "", "dr. Maes", date(2026, 11, 1))
    put_in_force((often,))
    try:
        wim.press(Qt.Key.Key_F7)
        next_step(wim)
        wim.press(DOWN, ENTER)
        notice = topic_page(wim).content.head._often_notice.text()
        assert notice.startswith("Leerling A komt voor de ")
        assert notice.endswith(" Overweeg een vraag met toestemming.")
        fill_steps(wim)
        save_topic(wim)
    finally:
        put_in_force(())
    assert len(topics(wim.desk, world.visit(MEETING))) == 1


def test_saving_too_early_names_what_is_missing_and_keeps_the_draft(
    wim: Hands, world: World
) -> None:
    wim.press(Qt.Key.Key_F7)
    next_step(wim)
    wim.press(DOWN, ENTER)
    wim.type("j")
    next_step(wim)
    words(wim, "Hoe verder?")
    wim.press(Qt.Key.Key_S, ctrl=True)
    message = wim.page.messages.message()
    assert message is not None
    assert [one.text for one in message.links] == [
        "Stap 3, 7, 8, 9 en 11 zijn nog leeg.",
        "Vul minstens één afspraak in: wie, wat en tegen wanneer.",
    ]
    assert topics(wim.desk, world.visit(MEETING)) == []
    message.links[1].call()
    wim.settle()
    assert topic_page(wim).content.current == 10


def test_a_choice_that_is_needed_is_marked_until_it_is_made(wim: Hands) -> None:
    wim.press(Qt.Key.Key_F7)
    next_step(wim)
    wim.press(Qt.Key.Key_S, ctrl=True)
    head = topic_page(wim).content.head
    assert "Kies de fase." in [one.text for one in wim.page.messages.message().links]
    assert head.phase._error
    assert head.initiative._error

    head.phase.setFocus()
    wim.type("1")

    assert not head.phase._error
    assert head.initiative._error


def test_the_guide_says_how_far_each_step_is(wim: Hands) -> None:
    wim.press(Qt.Key.Key_F7)
    next_step(wim)
    wim.press(DOWN, ENTER)
    guide = topic_page(wim).content.guide
    assert guide.counted() == "1 van 9 verplicht", "the day of the evaluation is proposed"
    wim.type("j")
    next_step(wim)
    words(wim, "Hoe verder?")
    assert guide.states()[2] is StepState.TYPING
    next_step(wim)
    words(wim, "tekent graag")
    next_step(wim)
    next_step(wim)
    states = guide.states()
    assert [states[number] for number in (1, 2, 3, 4)] == [
        StepState.FILLED,
        StepState.FILLED,
        StepState.FILLED,
        StepState.SKIPPED,
    ]
    assert guide.counted() == "4 van 9 verplicht"
    wim.press(ENTER, ctrl=True, shift=True)
    assert topic_page(wim).content.current == 4


def test_a_saved_topic_is_corrected_with_a_reason(wim: Hands, world: World) -> None:
    wim.press(Qt.Key.Key_F7)
    next_step(wim)
    wim.press(DOWN, ENTER)
    fill_steps(wim)
    wim.press(Qt.Key.Key_S, ctrl=True)
    page = topic_page(wim)
    page.content.steps.section(2).first().setFocus()
    words(wim, "typen telt niet")
    assert page.entry().question == "Hoe houden we de aandacht vast?", "it is recorded: text"
    observed = page.content.steps.section(4)
    assert observed._nothing.isVisible(), "a step without words says so, and shows no empty fields"
    assert not observed.first().isVisible()

    wim.press(Qt.Key.Key_F2)
    wim.type("a")
    wim.press(ENTER)
    assert observed.first().isVisible()
    next_step(wim)
    words(wim, " In de kring")
    wim.press(Qt.Key.Key_S, ctrl=True)
    (note,) = topics(wim.desk, world.visit(MEETING))
    assert "In de kring" in note.question
    with wim.desk.vault.read() as reader:
        heads = reader.heads(kinds=("consultative_note",))
        reasons = {head.leaf.reason for head in heads}
    assert "aangevuld" in reasons


def test_undoing_brings_the_form_back_as_a_draft(wim: Hands, world: World) -> None:
    wim.press(Qt.Key.Key_F7)
    next_step(wim)
    wim.press(DOWN, ENTER)
    fill_steps(wim)
    save_topic(wim)
    assert len(topics(wim.desk, world.visit(MEETING))) == 1
    wim.press(Qt.Key.Key_O, ctrl=True, shift=True)
    assert topics(wim.desk, world.visit(MEETING)) == []
    assert topic_page(wim).entry().agreements[0].what == "stappenkaart maken"


def test_a_nurse_cannot_open_or_see_anything_of_a_meeting(wim: Hands, world: World) -> None:
    wim.press(Qt.Key.Key_F7)
    next_step(wim)
    wim.press(DOWN, ENTER)
    fill_steps(wim)
    save_topic(wim)
    wim.desktop.window.lock()
    wim.wait(lambda: not wim.desktop.window.place())

    program = wim.desktop.program
    with pytest.raises(Environment):
        program.unlock(world.staff(WIM), "het woord van An")
    desk = program.unlock(world.staff(AN), "bezoek aan de kring")
    try:
        assert desk.vault.compartment is Compartment.MEDICAL
        with desk.vault.read() as reader:
            kinds = {one.kind for one in reader.every_revision()}
    finally:
        desk.close()
    assert not kinds & {"care_meeting", "consultative_note", "agreement"}


def test_a_topic_on_name_is_a_tick_of_its_own_and_says_that_rights_of_access_hold(
    opened: Opener, world: World
) -> None:
    hands = opened(WIM)
    record_id = care_topic.new_topic_id(hands.desk)
    to = Destination("care_topic", world.visit(MEETING), record_id=record_id)
    hands.go(to)
    assert not hands.page.content.head.named.isVisible()
    signature = Signature("CARE-NAMES", "ja", "2026-11", "team", "", "dr. Maes", date(2026, 11, 1))
    put_in_force((signature,))
    try:
        hands.desktop.window.resize(1093, 576)
        hands.go(Destination("visits"))
        hands.go(to)
        head = hands.page.content.head
        step = hands.page.content.steps.section(2)
        step.texts()[0].setFocus()
        hands.type("Hoe Lotte helpen?")
        assert step.notice.isVisible()
        head.named.setFocus()
        hands.press(Qt.Key.Key_Space)
        assert head._named_chip.isVisible()
        assert not step.notice.isVisible()
        assert too_small(hands.page) == []
        assert hands.page.entry().personal_data
    finally:
        put_in_force(())


def test_what_comes_in_while_somebody_types_takes_neither_focus_nor_words(
    wim: Hands, world: World
) -> None:
    came = ChangeSet(frozenset({"care_meeting", "consultative_note", "agreement", "visit"}))
    meeting = meeting_page(wim)
    meeting._new_participant()
    words(wim, "Jana P")
    wim.qtbot.wait(1100)  # a pause: the draft is kept
    wim.settle()
    field = QApplication.focusWidget()
    wim.desktop.work.bus.changed.emit(came)
    wim.settle()
    assert QApplication.focusWidget() is field
    words(wim, "ol")
    assert meeting.people.entries()[-1].name == "Jana Pol"

    wim.press(Qt.Key.Key_F7)
    next_step(wim)
    wim.press(DOWN, ENTER)
    wim.type("j")
    next_step(wim)
    words(wim, "Hoe verder m")
    wim.qtbot.wait(1100)
    wim.settle()
    field = QApplication.focusWidget()
    wim.desktop.work.bus.changed.emit(came)
    wim.settle()
    assert QApplication.focusWidget() is field
    words(wim, "et lezen?")
    assert topic_page(wim).entry().question == "Hoe verder met lezen?"


def test_a_talk_is_consultative_and_another_core_activity_leads_to_the_border(
    wim: Hands, world: World
) -> None:
    wim.press(Qt.Key.Key_F7)
    next_step(wim)
    wim.press(DOWN, ENTER)
    steps = topic_page(wim).content.steps
    assert steps.activity.text() == "consultatieve leerlingenbegeleiding"
    fill_steps(wim)
    save_topic(wim)
    (note,) = topics(wim.desk, world.visit(MEETING))
    assert note.activity == "CLLB"

    next_step(wim)
    wim.press(ENTER)
    fill_head(wim)
    steps.activity.setFocus()
    steps.activity.selectAll()
    wim.type("diagnos")
    wim.press(ENTER)
    assert topic_page(wim).entry().activity == "HGD"
    assert steps.by_demand.text().startswith("Deze kernactiviteit begint met een vraag")
    steps.by_demand.link.click()
    wim.settle()
    assert wim.page.name == "border_check"
    assert wim.page.reason.value() == "talk_or_test"


def test_words_beside_a_topic_are_readable_after_dark_was_chosen_and_the_window_grew(
    wim: Hands,
) -> None:
    window, app = wim.desktop.window, wim.desktop.app
    wim.press(Qt.Key.Key_F7)
    next_step(wim)
    wim.press(DOWN, ENTER)
    window.resize(1093, 576)
    wim.settle()
    try:
        theme.apply(app, Scheme.DARK, 1.0)
        window.resize(1366, 728)
        wim.settle()
        labels = topic_page(wim).content.side.findChildren(Label)
        colours = {one.palette().windowText().color().lightness() > 100 for one in labels}
        assert labels
        assert colours == {True}
    finally:
        theme.apply(app, Scheme.LIGHT, 1.0)


def test_a_sign_typed_first_marks_a_line_and_the_focus_stays_where_it_was(
    wim: Hands, world: World
) -> None:
    wim.press(Qt.Key.Key_F7)
    next_step(wim)
    wim.press(DOWN, ENTER)
    page = topic_page(wim)
    fill_steps(wim)
    page.content.go_to(4)
    wim.settle()
    new_row = (Qt.Key.Key_N,)
    for sign, text in (("", "kijkt rond"), ("!", "kwam in september"), ("=", "verveelt zich")):
        wim.type(f"{sign}{text}")
        wim.press(*new_row, ctrl=True)
    field = QApplication.focusWidget()
    wim.type("?mist woordenschat")
    assert QApplication.focusWidget() is field
    rows = page.content.steps.section(4).rows
    assert rows is not None
    assert [row._mark.word for row in rows.rows()] == [
        "Waarneming",
        "Feit",
        "Interpretatie",
        "Hypothese",
    ]
    assert len({row._mark._role for row in rows.rows()}) == 4, "colour beside icon and word"
    wim.press(Qt.Key.Key_Home, Qt.Key.Key_Backspace)
    assert rows.rows()[-1]._mark.word == "Waarneming"
    wim.type("?")
    wim.press(Qt.Key.Key_S, ctrl=True)
    (note,) = topics(wim.desk, world.visit(MEETING))
    assert note.observations == (
        "kijkt rond",
        Statement(text="kwam in september", nature=Nature.FACT),
        Statement(text="verveelt zich", nature=Nature.INTERPRETATION),
        Statement(text="mist woordenschat", nature=Nature.HYPOTHESIS, status=HypothesisState.OPEN),
    )
    page = topic_page(wim)
    assert [row.entry() for row in page.content.steps.section(4).rows.rows()] == list(
        note.observations
    ), "and it is shown as it was recorded"


def test_an_explanation_that_nobody_settled_comes_back_on_the_day_of_the_evaluation(
    opened: Opener, world: World
) -> None:
    hands = opened(WIM)
    thoughts = (
        Hypothesis(text="te veel tegelijk op het bord"),
        Hypothesis(text="ziet het bord niet goed", status=HypothesisState.REJECTED),
    )
    hold_october_meeting(hands.desk, world.visit(MEETING), hypotheses=thoughts)
    hands.go(Destination("care_meeting", world.visit(MEETING)))
    hands.press(Qt.Key.Key_F7)
    next_step(hands)
    assert hands.message() == (
        "Te evalueren: leerling A van 12 okt, 1 open hypothese. Kies Vervolg van."
    )
    hands.press(DOWN, ENTER)
    assert hands.message() == "", "it was chosen"
    page = topic_page(hands)
    beside = [one.text() for one in page.content.side.previous.findChildren(Label)]
    assert "te veel tegelijk op het bord" in beside
    assert "ziet het bord niet goed" not in beside, "that was settled"
    fill_steps(hands)
    page.content.go_to(6)
    hands.settle()
    hands.press(TAB)
    hands.type("b")
    hands.press(Qt.Key.Key_S, ctrl=True)
    (note,) = topics(hands.desk, world.visit(MEETING))
    assert [(one.text, one.status) for one in note.hypotheses] == [
        ("te veel tegelijk op het bord", "confirmed")
    ]

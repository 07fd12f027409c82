"""Forms that come back from school: a letter with a number, a stack typed over, and who is missing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from clbdesk.clock import SetClock
from clbdesk.domain.vaccination import Consent, ConsentChannel, ConsentChoice, ConsentGiver
from clbdesk.ids import PupilId
from clbdesk.services.consent_stack import FormRow, open_stack
from clbdesk.services.reading import all_standing
from clbdesk.services.records import withdraw
from clbdesk.services.vaccination_plan import PlanGroup
from tests.journeys.conftest import Opener
from tests.journeys.moments import pause
from tests.journeys.needles import rows, scan
from tests.journeys.world import AN, VACCINATION, Hands, World
from ui.pages.base import Destination
from ui.pages.consent_cells import form_cell
from ui.pages.consent_stack import ConsentStackPage
from ui.pages.print import PrintPage
from ui.widgets.button import Link

Key = Qt.Key


@pytest.fixture
def hands(opened: Opener, world: World) -> Hands:
    """An on the page of the forms of the vaccination visit."""
    made = opened(AN)
    made.go(Destination("consent_stack", world.visit(VACCINATION)))
    return made


def page_of(hands: Hands) -> ConsentStackPage:
    assert isinstance(hands.page, ConsentStackPage)
    return hands.page


def silent(hands: Hands, world: World) -> list[FormRow]:
    """Who did not answer, in the order of the page."""
    found = open_stack(hands.desk, world.visit(VACCINATION)).rows
    return [row for row in found if row.is_unanswered]


def asked_twice(hands: Hands, world: World) -> list[FormRow]:
    """Two pupils who are asked for two vaccines, and whose forms are still to come."""
    found = open_stack(hands.desk, world.visit(VACCINATION)).rows
    two = [row for row in found if len(row.verdicts) == 2][:2]
    with hands.desk.vault.read() as reader:
        heads = reader.heads(kinds=("consent",), pupil_ids=[row.pupil_id for row in two])
    outcome = withdraw(hands.desk, [head.record_id for head in heads], "verkeerde leerling")
    hands.page.work.bus.changed.emit(outcome.changes)
    hands.settle()
    return two


def consents(hands: Hands, pupil_id: PupilId) -> list[Consent]:
    with hands.desk.vault.read() as reader:
        heads = reader.heads(kinds=("consent",), pupil_ids=(pupil_id,))
    found = [one.body for one in all_standing(heads, Consent)]
    return sorted(found, key=lambda one: one.vaccines)


def test_a_form_is_scanned_and_recorded_in_three_strokes(hands: Hands, world: World) -> None:
    page, row = page_of(hands), silent(hands, world)[0]
    hands.start_counting()

    scan(hands, row.code)
    banner = page.banner.view()
    assert banner is not None
    assert (banner.family_name, banner.given_name, banner.born) == (
        row.pupil.family_name,
        row.pupil.given_name,
        row.pupil.birth_date,
    )
    hands.type("c")
    hands.save_and_go()

    assert hands.strokes == 3
    (consent,) = consents(hands, row.pupil_id)
    assert (consent.vaccines, consent.choice) == (row.vaccines, ConsentChoice.CLB)
    assert (consent.giver, consent.channel) == (ConsentGiver.PARENT, ConsentChannel.PAPER)
    assert consent.received_on == page._today()
    assert not any(consent.health_answers.values())
    assert hands.message() == f"Formulier van {row.name} opgeslagen."
    assert not page.form.isVisible()  # the next letter falls on nobody
    assert page.search.hasFocus()


def test_two_vaccines_are_one_gesture_and_a_scan_may_come_while_the_form_has_the_focus(
    hands: Hands, world: World
) -> None:
    page, (first, second) = page_of(hands), asked_twice(hands, world)
    scan(hands, first.code)
    hands.type("r")
    scan(hands, second.code)  # first the other form of the pile
    assert page.banner.view().name.startswith(second.pupil.family_name.upper())
    hands.type("c")
    hands.save_and_go()
    assert consents(hands, first.pupil_id) == []
    assert [one.vaccines for one in consents(hands, second.pupil_id)] == [second.vaccines]

    pause(hands)
    scan(hands, first.code)
    assert page.form.typed().choices == dict.fromkeys(first.vaccines, "already_given")  # the draft
    hands.save_and_go()
    assert [one.choice for one in consents(hands, first.pupil_id)] == [ConsentChoice.ALREADY_GIVEN]


def test_in_class_order_a_form_takes_two_strokes_and_the_next_pupil_stands_ready(
    hands: Hands, world: World
) -> None:
    page = page_of(hands)
    page.list.setFocus(Qt.FocusReason.TabFocusReason)
    first, second = page._model.rows()[:2]
    hands.press(Key.Key_Return)
    assert page._row == first
    hands.start_counting()

    hands.type("h")
    hands.save_and_go()

    assert hands.strokes == 2
    assert {one.choice for one in consents(hands, first.pupil_id)} == {ConsentChoice.GP}
    assert page._row is not None
    assert page._row.pupil_id == second.pupil_id
    assert page.banner.view().given_name == second.pupil.given_name


def test_each_vaccine_has_its_own_answer_and_undo_takes_the_form_back(
    hands: Hands, world: World
) -> None:
    page, row = page_of(hands), asked_twice(hands, world)[0]
    scan(hands, row.code)
    hands.type("c")
    page.form.choices[1].setFocus(Qt.FocusReason.TabFocusReason)
    hands.type("w")
    assert page.form.every.value() is None
    hands.save_and_go()
    assert {(one.vaccines, one.choice) for one in consents(hands, row.pupil_id)} == {
        ((row.vaccines[0],), ConsentChoice.CLB),
        ((row.vaccines[1],), ConsentChoice.REFUSAL),
    }

    hands.press(Key.Key_O, ctrl=True, shift=True)
    assert consents(hands, row.pupil_id) == []
    assert hands.message() == f"Formulier van {row.name} ongedaan gemaakt."


def test_a_consent_is_taken_back_in_few_strokes_by_somebody_with_a_name(
    hands: Hands, world: World
) -> None:
    page, row = page_of(hands), silent(hands, world)[0]
    page.stack.signed.set_value(page._today() - timedelta(days=3))
    scan(hands, row.code)
    hands.type("c")
    hands.save_and_go()
    page.stack.signed.set_value(None)
    page.search.setFocus(Qt.FocusReason.TabFocusReason)
    hands.type(row.pupil.family_name)  # among those who answered too
    assert row.pupil_id in {one.pupil_id for one in page._model.rows()}
    pause(hands)
    scan(hands, row.code)
    hands.start_counting()
    hands.type("i")
    hands.save_and_go()
    assert hands.message() == "Vul de naam of de relatie in van wie de toestemming intrekt."
    assert page.form.relation.hasFocus()
    hands.type("moeder")
    pause(hands)
    hands.save_and_go()

    assert hands.strokes == 3 + len("moeder")
    assert hands.message().startswith(f"Intrekking van {row.name} opgeslagen.")
    back = next(one for one in consents(hands, row.pupil_id) if one.withdrawn_on)
    assert (back.relation, back.withdrawn_on) == ("moeder", page._today())
    (listed,) = [one for one in rows(hands, world) if one.pupil_id == row.pupil_id]
    assert listed.vaccination is not None
    assert listed.vaccination.group is PlanGroup.NOT
    (form,) = [one for one in page._view.rows if one.pupil_id == row.pupil_id]
    assert form_cell(form).word == "Ingetrokken"


def test_a_yes_on_the_form_goes_to_the_work_list_of_the_doctor(hands: Hands, world: World) -> None:
    page, row = page_of(hands), silent(hands, world)[0]
    scan(hands, row.code)
    hands.type("c")
    page.form.yes.setFocus(Qt.FocusReason.TabFocusReason)
    hands.press(Key.Key_Space)
    hands.save_and_go()

    assert "een arts kijkt het na" in hands.message()
    (listed,) = [one for one in rows(hands, world) if one.pupil_id == row.pupil_id]
    assert listed.vaccination is not None
    assert listed.vaccination.group is PlanGroup.WAITS


def test_a_second_form_that_differs_asks_who_signed_it(hands: Hands, world: World) -> None:
    page, row = page_of(hands), silent(hands, world)[0]
    for letter in ("w", "c"):
        pause(hands)
        scan(hands, row.code)
        hands.type(letter)
        hands.save_and_go()

    assert hands.message().startswith("Iemand antwoordde al anders voor deze leerling.")
    assert page.form.relation.isVisible()
    hands.type("vader")
    pause(hands)
    hands.save_and_go()
    assert [one.relation for one in consents(hands, row.pupil_id)].count("vader") == 1


@pytest.mark.parametrize(
    "typed, said",
    [
        ("123456789012", "Dit is geen nummer van een formulier."),
        ("000000000097", "Dit formulier hoort niet bij dit bezoek"),
    ],
)
def test_a_number_of_nobody_opens_nobody(hands: Hands, typed: str, said: str) -> None:
    hands.type(typed)
    hands.press(Key.Key_Return)
    assert hands.message().startswith(said)
    assert not page_of(hands).form.isVisible()


def test_a_form_without_its_number_is_found_by_name(hands: Hands, world: World) -> None:
    page = page_of(hands)
    row = next(one for one in silent(hands, world) if one.class_name == page.classes.value())
    hands.type(row.pupil.given_name)
    assert all(row.pupil.given_name in one.name for one in page._model.rows())
    hands.press(Key.Key_Return)
    assert page._row is not None
    assert page._row.pupil.given_name == row.pupil.given_name


def test_a_day_of_the_stack_holds_for_every_form_after_it(hands: Hands, world: World) -> None:
    page, (first, second) = page_of(hands), silent(hands, world)[:2]
    scan(hands, first.code)
    page.stack.signed.setFocus(Qt.FocusReason.TabFocusReason)
    hands.type("16/11/26")
    page.stack.giver.setFocus(Qt.FocusReason.TabFocusReason)
    hands.type("v")
    for row in (first, second):
        pause(hands)
        scan(hands, row.code)
        hands.type("c")
        hands.save_and_go()
    for row in (first, second):
        (consent,) = consents(hands, row.pupil_id)
        assert consent.signed_on is not None
        assert (consent.signed_on.isoformat(), consent.giver) == (
            "2026-11-16",
            ConsentGiver.GUARDIAN,
        )


def test_the_list_says_who_is_still_to_answer(hands: Hands, world: World) -> None:
    page = page_of(hands)
    before = page._model.rowCount()
    assert all(row.is_unanswered for row in page._model.rows())
    scan(hands, page._model.rows()[0].code)
    hands.type("c")
    hands.save_and_go()
    assert page._model.rowCount() == before - 1
    QTest.mouseClick(
        page.shown,
        Qt.MouseButton.LeftButton,
        pos=QPoint(page.shown.width() - 10, page.shown.height() // 2),
    )
    assert page._model.rowCount() > before - 1


def test_weeks_before_the_letters_of_a_class_and_the_list_of_who_is_silent_stand_in_afdrukken(
    hands: Hands, world: World
) -> None:
    missing = [row for row in silent(hands, world) if row.class_name == "3A"]
    clock = hands.desk.clock
    assert isinstance(clock, SetClock)
    clock.set(datetime(2026, 11, 3, 8, 0, tzinfo=UTC))

    hands.qtbot.mouseClick(page_of(hands)._letters, Qt.MouseButton.LeftButton)
    hands.settle()

    assert isinstance(hands.page, PrintPage)
    shown = hands.page.lines._model.rows()
    lines = {line.what: line.count for line in shown if line.class_name == "3A"}
    assert lines == {"Toestemmingsbrief": len(missing), "Omslaglijst": len(missing)}
    assert len(missing) > 1
    hands.page.lines._documents.setFocus(Qt.FocusReason.TabFocusReason)
    hands.type("l")
    assert "Nog zonder formulier" in {line.what for line in hands.page.lines._model.rows()}


def test_a_form_that_was_being_typed_is_named_before_synchronising_and_one_click_away(
    hands: Hands, world: World
) -> None:
    row = silent(hands, world)[0]
    scan(hands, row.code)
    hands.type("w")
    hands.go(Destination("synchronise"))
    (link,) = [one for one in hands.page.findChildren(Link) if one.text().startswith("Formulier")]
    assert link.text() == f"Formulier – {row.name}"
    link.click()
    hands.settle()

    page = page_of(hands)
    assert page._row is not None
    assert page._row.pupil_id == row.pupil_id
    assert set(page.form.typed().choices.values()) == {"refusal"}

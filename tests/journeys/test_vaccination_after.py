"""After the needle in the real window: who may leave, a reaction in seconds, closing, recall."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt

from clbdesk.domain.follow_up import Task, TaskKind
from clbdesk.domain.incident import Incident, IncidentMark, IncidentType, VaccinationError
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.stock import ColdChain, ColdChainMoment, Movement, StockMove
from clbdesk.domain.vaccination import (
    Dose,
    DoseStatus,
    Observation,
    VaccinationSession,
    ValidityOverride,
)
from clbdesk.domain.visits import AttendanceState
from clbdesk.ids import PupilId
from clbdesk.services.class_list import ListRow, set_attendance
from clbdesk.services.pupil import find_on_visit
from clbdesk.services.reading import BodyT, Standing, all_standing
from clbdesk.services.vaccination import open_vaccination
from clbdesk.services.vaccination_observation import list_watched, release
from clbdesk.services.vaccination_saving import record_vaccination
from tests.builders.vaccination_visit import full_entry
from tests.journeys.conftest import Opener
from tests.journeys.moments import pause
from tests.journeys.needles import doses, go_to, have_session, planned, rows, say_birthday
from tests.journeys.test_locking import lock, unlock
from tests.journeys.world import AN, DOCTOR, VACCINATION, Hands, World
from ui.pages.base import Destination
from ui.pages.lot_recall import LotRecallPage
from ui.pages.observation import ObservationPage
from ui.pages.vaccination import VaccinationPage
from ui.pages.vaccination_close import VaccinationClosePage
from ui.pages.vaccination_list import VaccinationListPage
from ui.widgets.button import Link

Key = Qt.Key


def give(hands: Hands, world: World, row: ListRow) -> None:
    """The planned dose, as recorded a moment ago."""
    with hands.desk.vault.read() as reader:
        on_visit = find_on_visit(reader, world.visit(VACCINATION), row.pupil_id)[0]
    view = open_vaccination(hands.desk, on_visit)
    record_vaccination(hands.desk, view, full_entry(view), view.base)


def wait(hands: Hands, **time: float) -> None:
    """Time goes by."""
    hands.desk.clock.advance(timedelta(**time))


def found(hands: Hands, shape: type[BodyT]) -> list[Standing[BodyT]]:
    """Every standing record of a kind."""
    kind = next(one.name for one in KINDS.values() if one.shape is shape)
    with hands.desk.vault.read() as reader:
        return all_standing(reader.heads(kinds=(kind,)), shape)


def observations(hands: Hands, pupil_id: PupilId) -> list[Observation]:
    return [one.body for one in found(hands, Observation) if one.body.pupil_id == pupil_id]


def everybody_else_absent(hands: Hands, world: World) -> None:
    """Whoever still has no outcome is not here today."""
    visit = world.visit(VACCINATION)
    left = [row.pupil_id for row in rows(hands, world) if row.last_at is None]
    set_attendance(hands.desk, visit, left, AttendanceState.ABSENT)


def one_given(hands: Hands, world: World) -> ListRow:
    """A session with one lot, and one pupil who got dTpa."""
    have_session(hands, world)
    row = planned(hands, world, "dTpa")[0]
    give(hands, world, row)
    return row


# --- observation ---


def test_a_pupil_leaves_with_one_stroke_when_the_minutes_are_over(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    row = one_given(hands, world)
    wait(hands, minutes=15)
    hands.go(Destination("vaccination_list", world.visit(VACCINATION)))
    page = hands.page
    assert isinstance(page, VaccinationListPage)
    assert page.watch.isVisible()
    page.watch.list.setFocus()
    hands.start_counting()

    hands.press(Key.Key_Space)

    assert hands.strokes == 1
    name = f"{row.given_name} {row.family_name}"
    assert hands.message() == f"{name} mag gaan: 15 minuten voorbij."
    (observation,) = observations(hands, row.pupil_id)
    assert observation.ended_at == hands.desk.clock.now()
    assert observation.early_reason == ""
    assert not page.watch.isVisible()


def test_leaving_early_asks_a_reason_and_says_how_long_still(opened: Opener, world: World) -> None:
    hands = opened(AN)
    row = one_given(hands, world)
    wait(hands, minutes=10, seconds=50)
    hands.go(Destination("observation", world.visit(VACCINATION)))
    page = hands.page
    assert isinstance(page, ObservationPage)

    hands.press(Key.Key_Space)
    assert page.watch.early.isVisible()
    assert observations(hands, row.pupil_id)[0].ended_at is None
    hands.type("o")
    hands.settle()

    (observation,) = observations(hands, row.pupil_id)
    assert observation.early_reason == "opgehaald door een ouder"
    assert hands.message().endswith("mag gaan: opgehaald door een ouder.")


def test_the_list_of_observation_stands_beside_the_next_pupil_and_keeps_what_is_typed(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    row = one_given(hands, world)
    other = planned(hands, world, "dTpa")[1]
    wait(hands, minutes=16)
    step = go_to(hands, world, other.pupil_id)
    say_birthday(hands, other.birth_date)
    assert step.watch.isVisible()

    step.watch.list.setFocus()
    hands.press(Key.Key_Space)

    assert observations(hands, row.pupil_id)[0].ended_at is not None
    assert not step.watch.isVisible()
    assert step.identity.typed() == f"{other.birth_date:%d%m}"
    hands.press(Key.Key_F7)
    hands.save_and_go()
    assert [one.status for one in doses(hands, world, other.pupil_id)] == [DoseStatus.GIVEN]


# --- incidents ---


def test_an_incident_with_two_stamps_takes_five_strokes(opened: Opener, world: World) -> None:
    hands = opened(AN)
    row = one_given(hands, world)
    go_to(hands, world, row.pupil_id)
    began = hands.desk.clock.now()
    hands.start_counting()

    hands.press(Key.Key_I, ctrl=True, shift=True)
    assert hands.page.name == "observation"
    hands.type("n")
    wait(hands, seconds=25)
    hands.type("a")
    wait(hands, seconds=35)
    hands.type("b")
    hands.save_and_go()

    assert hands.strokes == 5
    (incident,) = found(hands, Incident)
    assert incident.body.type is IncidentType.ANAPHYLAXIS
    assert incident.body.pupil_id == row.pupil_id
    assert incident.body.began_at == began
    assert [(one.mark, one.at - began) for one in incident.body.stamps] == [
        (IncidentMark.ADRENALINE, timedelta(seconds=25)),
        (IncidentMark.EMERGENCY_CALL, timedelta(seconds=60)),
    ]
    (dose,) = [one for one in found(hands, Dose) if one.record_id in incident.body.dose_ids]
    assert dose.body.lot == "AC37B2210"
    name = f"{row.given_name} {row.family_name}"
    assert hands.message() == f"Incident bij {name} opgeslagen. Meldformulier klaar in Afdrukken."
    page = hands.page
    assert isinstance(page, ObservationPage)
    assert page._report.isVisible()


def test_an_incident_without_its_type_is_not_saved_and_stays_as_a_draft_over_a_lock(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    row = one_given(hands, world)
    visit = world.visit(VACCINATION)
    hands.go(Destination("observation", visit, row.pupil_id, "incident"))
    page = hands.page
    assert isinstance(page, ObservationPage)

    hands.save_and_go()
    assert not found(hands, Incident)
    page.card.stamps.buttons[IncidentMark.ADRENALINE].setFocus()
    hands.type("a")
    stamped = page.card.stamps.stamps()
    hands.settle()
    lock(hands)
    unlock(hands, AN, world)

    page = hands.page
    assert isinstance(page, ObservationPage)
    assert page.card.stamps.stamps() == stamped


def test_a_draft_of_an_incident_is_named_before_synchronising_and_one_click_away(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    row = one_given(hands, world)
    hands.go(Destination("observation", world.visit(VACCINATION), row.pupil_id, "incident"))
    hands.type("f")
    hands.go(Destination("synchronise"))

    (link,) = [one for one in hands.page.findChildren(Link) if one.text().startswith("Incident")]
    assert link.text() == f"Incident – {row.given_name} {row.family_name}"
    link.click()
    hands.settle()

    page = hands.page
    assert isinstance(page, ObservationPage)
    assert page.card.type.value() == IncidentType.SYNCOPE


def test_a_vaccination_error_keeps_the_dose_as_given_and_leaves_a_task(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    row = one_given(hands, world)
    go_to(hands, world, row.pupil_id)

    hands.press(Key.Key_I, ctrl=True, shift=True)
    hands.type("v")
    hands.type("e")
    hands.save_and_go()

    (incident,) = found(hands, Incident)
    assert incident.body.error is VaccinationError.EXPIRED
    (dose,) = doses(hands, world, row.pupil_id)
    assert dose.status is DoseStatus.GIVEN
    assert dose.validity_override is ValidityOverride.INVALID
    (task,) = found(hands, Task)
    assert (task.body.task, task.body.pupil_id) == (TaskKind.INFORM_PARENTS, row.pupil_id)
    assert "ouders inlichten" in hands.message()

    hands.press(Key.Key_O, ctrl=True, shift=True)
    (dose,) = doses(hands, world, row.pupil_id)
    assert dose.validity_override is None
    assert not found(hands, Incident)
    assert not found(hands, Task)


def test_a_needlestick_names_no_pupil(opened: Opener, world: World) -> None:
    hands = opened(AN)
    row = one_given(hands, world)
    go_to(hands, world, row.pupil_id)

    hands.press(Key.Key_I, ctrl=True, shift=True)
    hands.type("p")
    hands.save_and_go()

    (incident,) = found(hands, Incident)
    assert incident.body.type is IncidentType.NEEDLESTICK
    assert incident.revision.pupil_id is None
    assert incident.body.pupil_id is None
    assert incident.body.staff_id == world.staff(AN)
    assert hands.message() == f"Prikaccident van {AN} opgeslagen, buiten elk dossier."


# --- closing ---


def ready_to_close(hands: Hands, world: World) -> ListRow:
    """One dose given, everybody gone or absent."""
    row = one_given(hands, world)
    wait(hands, minutes=16)
    for one in list_watched(hands.desk, world.visit(VACCINATION)):
        release(hands.desk, one)
    everybody_else_absent(hands, world)
    return row


def test_an_ordinary_session_with_one_lot_is_closed_in_nine_strokes(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    have_session(hands, world)
    for row in planned(hands, world, "dTpa")[:31]:
        give(hands, world, row)
    wait(hands, minutes=16)
    for one in list_watched(hands.desk, world.visit(VACCINATION)):
        release(hands.desk, one)
    everybody_else_absent(hands, world)
    given = len([one for one in found(hands, Dose) if one.body.session_id])
    hands.go(Destination("vaccination_close", world.visit(VACCINATION)))
    assert isinstance(hands.page, VaccinationClosePage)
    back = 40 - given
    hands.start_counting()

    hands.type("0")
    hands.press(Key.Key_Return)
    hands.type(str(back))
    hands.press(Key.Key_Return)
    hands.type("5,6")
    hands.press(Key.Key_Return)
    hands.save_and_go()

    assert hands.strokes == 8 + len(str(back))  # nine where one digit comes back
    assert hands.message() == (
        f"Vaccinatiesessie SO Ter Linde afgesloten: {given} gegeven, 0 verspild, {back} terug."
    )
    moves = {one.body.movement: one.body.doses for one in found(hands, StockMove)}
    assert moves == {Movement.TAKEN: 40, Movement.RETURNED: back}
    readings = {one.body.moment: one.body.celsius for one in found(hands, ColdChain)}
    assert readings[ColdChainMoment.RETURN] == Decimal("5.6")
    (session,) = found(hands, VaccinationSession)
    assert session.body.closed_by == world.staff(AN)
    catch_up = {one.body.pupil_id for one in found(hands, Task)}
    wanted = {
        row.pupil_id
        for row in rows(hands, world)
        if row.vaccination and any(one.is_open for one in row.vaccination.vaccines)
    }
    assert catch_up == wanted


def test_pupils_without_outcome_and_observation_are_links_that_stand_in_the_way(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    one_given(hands, world)
    visit = world.visit(VACCINATION)

    def close() -> None:
        hands.go(Destination("vaccination_close", visit))
        hands.type("0")
        hands.press(Key.Key_Return)
        hands.type("39")
        hands.press(Key.Key_Return)
        hands.type("5,6")
        hands.save_and_go()

    close()
    assert hands.message().endswith("zonder uitkomst. Vul aan of noteer afwezig.")
    hands.page.messages.act()
    hands.settle()
    assert hands.page.name == "vaccination_list"
    everybody_else_absent(hands, world)
    pause(hands)

    close()
    assert hands.message() == "Nog 1 in observatie. Laat eerst iedereen gaan."
    hands.page.messages.act()
    hands.settle()
    assert hands.page.name == "observation"
    assert all(one.body.closed_at is None for one in found(hands, VaccinationSession))


def test_a_difference_asks_a_reason_before_the_session_closes(opened: Opener, world: World) -> None:
    hands = opened(AN)
    ready_to_close(hands, world)
    hands.go(Destination("vaccination_close", world.visit(VACCINATION)))
    page = hands.page
    assert isinstance(page, VaccinationClosePage)

    hands.type("0")
    hands.press(Key.Key_Return)
    hands.type("38")
    hands.press(Key.Key_Return)
    (row,) = page.lots.rows
    assert row.why.isVisible()
    assert row.state.word == "1"
    hands.save_and_go()
    texts = [one.text for one in page.messages.message().links]
    assert "Verschil van 1 bij lot AC37B2210. Tel opnieuw of kies een reden." in texts

    row.why.list.set_value("not_found")
    page.boxes["A"].setText("5,6")
    pause(hands)
    hands.save_and_go()

    (move,) = [
        one.body for one in found(hands, StockMove) if one.body.movement is Movement.DIFFERENCE
    ]
    assert (move.doses, move.difference) == (1, "not_found")


def test_after_closing_no_dose_is_recorded_until_somebody_opens_it_with_a_reason(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    ready_to_close(hands, world)
    visit = world.visit(VACCINATION)
    hands.go(Destination("vaccination_close", visit))
    hands.type("0")
    hands.press(Key.Key_Return)
    hands.type("39")
    hands.press(Key.Key_Return)
    hands.type("5,6")
    hands.save_and_go()
    late = next(
        row
        for row in rows(hands, world)
        if row.vaccination
        and {one.vaccine for one in row.vaccination.shown} == {"dTpa"}
        and all(one.is_open for one in row.vaccination.shown)
    )

    go_to(hands, world, late.pupil_id)
    say_birthday(hands, late.birth_date)
    hands.press(Key.Key_F7)
    hands.save_and_go()
    assert doses(hands, world, late.pupil_id) == []

    hands.go(Destination("vaccination_close", visit))
    page = hands.page
    assert isinstance(page, VaccinationClosePage)
    page._again.click()
    hands.type("een leerling kwam later")
    page._reopen._go.click()
    page._reopen._go.click()
    hands.settle()
    assert hands.message() == "Vaccinatiesessie SO Ter Linde heropend."
    (session,) = found(hands, VaccinationSession)
    assert session.body.closed_at is None
    assert session.revision.reason == "een leerling kwam later"
    assert "door An Janssens: een leerling kwam later." in page._note.text()
    assert page.lots.rows[0].wasted.text() == "0"


# --- recall ---


@pytest.mark.parametrize("user", [AN, DOCTOR])
def test_everybody_with_a_lot_is_found_at_once(opened: Opener, world: World, user: str) -> None:
    hands = opened(user)
    have_session(hands, world, user=user)
    row = planned(hands, world, "dTpa")[0]
    give(hands, world, row)
    hands.go(Destination("lot_recall"))
    page = hands.page
    assert isinstance(page, LotRecallPage)

    hands.type("ac37b2210")
    hands.press(Key.Key_Return)

    assert [page._model.row(0).pupil_id] == [row.pupil_id]
    hands.press(Key.Key_Return)
    assert hands.page.name == "history"
    assert isinstance(go_to(hands, world, row.pupil_id), VaccinationPage)

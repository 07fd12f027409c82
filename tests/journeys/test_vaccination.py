"""A vaccination session at a school in the real window: what goes in is what the vault holds.

The pupils are those of the fictional third year: most of them are due for dTpa, some for HPV.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import msgspec
import pytest
from PySide6.QtCore import Qt

from clbdesk.domain.revision import Revision, Role
from clbdesk.domain.vaccination import (
    Consent,
    ConsentChoice,
    DoctorDecision,
    DoseStatus,
    IdentityCheck,
    Lot,
    NotGivenReason,
    Observation,
    Prescreen,
    StandingOrder,
    VaccinationSession,
    VaccinationStatus,
)
from clbdesk.domain.visits import Attendance, AttendanceState
from clbdesk.ids import PupilId
from clbdesk.services.class_list import ListRow
from clbdesk.services.desk import User
from clbdesk.services.pupil import find_on_visit
from clbdesk.services.reading import all_standing, one_standing
from clbdesk.services.records import Part, Where, record
from clbdesk.services.vaccination_plan import PlanGroup, PlanState
from tests.journeys.conftest import Opener
from tests.journeys.moments import pause
from tests.journeys.needles import (
    condition,
    doses,
    go_to,
    have_session,
    planned,
    records,
    refusal_form,
    rows,
    say_birthday,
    sentences,
)
from tests.journeys.world import AN, CONTACT, DOCTOR, VACCINATION, Hands, World, find_pupil
from ui.pages.base import Destination
from ui.pages.vaccination import VaccinationPage
from ui.widgets.label import IconWord

Key = Qt.Key


# --- the session ---


def without_a_form(hands: Hands, world: World) -> ListRow:
    """Somebody whose parents did not give the form back."""
    return next(
        one
        for one in rows(hands, world)
        if one.vaccination is not None
        and one.vaccination.group is PlanGroup.NOT
        and one.vaccination.why_not is not None
        and one.vaccination.why_not.consent.state == "none"
    )


def test_a_session_is_opened_by_scanning_a_box_in_fourteen_strokes(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    hands.go(Destination("vaccination_list", world.visit(VACCINATION)))
    assert hands.page.footer.primary.text() == "Vaccinatiesessie openen"
    hands.save_and_go()
    assert hands.page.name == "vaccination_session"
    order = hands.page.team._order_state.word
    assert order.startswith("geldig · dr. Lieve Maes · ")
    assert order.endswith("t.e.m. 30 aug 2027")
    hands.type("AC37B2210")
    hands.start_counting()

    hands.press(Key.Key_Return)  # a scanner ends with Enter: box and Enter are one stroke
    hands.type("40")
    hands.press(Key.Key_Return)
    hands.type("4,8")
    hands.press(Key.Key_Return)
    hands.type("5,1")
    hands.press(Key.Key_Return)
    hands.type("j")
    hands.save_and_go()

    assert hands.strokes <= 14
    assert hands.page.name == "vaccination_list"
    assert hands.message() == "Vaccinatiesessie SO Ter Linde geopend."
    with hands.desk.vault.read() as reader:
        heads = reader.heads(kinds=("vaccination_session",), visit_id=world.visit(VACCINATION))
    (session,) = all_standing(heads, VaccinationSession)
    (lot,) = session.body.lots
    assert (lot.number, lot.product, lot.taken) == ("AC37B2210", "Boostrix", 40)
    assert session.body.departure_celsius == Decimal("4.8")
    assert session.body.emergency_kit_checked is True
    assert session.body.vaccinator == world.staff(AN)
    assert session.body.doctor == world.staff(DOCTOR)
    assert session.body.order_id is not None


def test_an_expired_lot_cannot_be_scanned_into_a_session(opened: Opener, world: World) -> None:
    hands = opened(AN)
    old = Lot(vaccine="dTpa", product="Boostrix", number="OUD001", expires_on=date(2026, 10, 31))
    record(hands.desk, [Part(old, Where())])
    hands.go(Destination("vaccination_session", world.visit(VACCINATION)))

    hands.type("OUD001")
    hands.press(Key.Key_Return)

    said = "Lot OUD001 is vervallen op 31 okt 2026. Dit lot kan niet gekozen worden."
    assert said in {label.word for label in hands.page.findChildren(IconWord)}
    hands.save_and_go()
    assert hands.page.name == "vaccination_session"
    with hands.desk.vault.read() as reader:
        assert not reader.heads(kinds=("vaccination_session",))


def test_a_lot_in_quarantine_is_not_taken_along_as_a_new_box(opened: Opener, world: World) -> None:
    hands = opened(AN)
    have_session(hands, world, arrival="9.4")
    hands.go(Destination("vaccination_session", world.visit(VACCINATION)))
    page, reason = hands.page, "9,4 °C op 23 nov 2026"
    said = f"Lot AC37B2210 staat in quarantaine: {reason}. Dit lot kan niet gekozen worden."

    hands.type("ac37b2210")
    hands.press(Key.Key_Return)
    assert page._said.word == said
    assert not page.new_lot.isVisible()
    hands.press(Key.Key_N, ctrl=True)
    page.new_lot._number.setFocus()
    hands.type("AC37 b2210")
    page.new_lot._expiry.setFocus()
    assert page.new_lot._rows[1].error() == said, "before anything is saved"
    page.new_lot._product.set_value("Boostrix")
    page.new_lot._expiry.set_value(date(2027, 5, 31))
    page.new_lot.add()
    assert page.new_lot.isVisible()
    assert not [row for row in page.lots._rows if row.lot_id is None], "no row of its own"

    page.new_lot._number.set_value("NIEUW77")
    page.new_lot.add()
    assert [row.error() for row in page.new_lot._rows] == ["", "", ""]
    assert not page.new_lot.isVisible()
    assert [row.lot.number for row in page.lots._rows if row.lot_id is None] == ["NIEUW77"]
    with hands.desk.vault.read() as reader:
        lots = all_standing(reader.heads(kinds=("lot",)), Lot)
    assert [one.body.quarantined for one in lots if one.body.number == "AC37B2210"] == [reason]


def test_a_package_that_nobody_knew_is_learned_once(opened: Opener, world: World) -> None:
    hands = opened(AN)
    package = "0105413868120257"
    hands.go(Destination("vaccination_session", world.visit(VACCINATION)))
    hands.type(f"{package}1727053110NIEUW1")
    hands.press(Key.Key_Return)
    page = hands.page
    assert page.new_lot.isVisible()
    page.new_lot._product.set_value("Boostrix")
    page.new_lot.add()
    assert page.lots.product_in(package[2:]) == "Boostrix"

    page.scan.setFocus()
    hands.type(f"{package}1727063010NIEUW2")
    hands.press(Key.Key_Return)
    assert not page.new_lot.isVisible()  # the second box asks nothing but how many
    hands.type("40")
    hands.press(Key.Key_Return)
    hands.type("4,8")
    hands.press(Key.Key_Return)
    hands.type("5,1")
    hands.press(Key.Key_Return)
    hands.type("j")
    hands.save_and_go()

    with hands.desk.vault.read() as reader:
        lots = {
            one.body.number: one.body for one in all_standing(reader.heads(kinds=("lot",)), Lot)
        }
    new = lots["NIEUW2"]
    assert (new.product, new.gtin) == ("Boostrix", package[2:])
    hands.go(Destination("vaccination_session", world.visit(VACCINATION)))
    hands.type(f"{package}1727073110NIEUW3")
    hands.press(Key.Key_Return)
    assert not hands.page.new_lot.isVisible()


# --- a dose ---


def test_the_line_names_only_the_order_that_the_dose_is_given_under(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    have_session(hands, world)
    with hands.desk.vault.read() as reader:
        (order,) = all_standing(reader.heads(kinds=("standing_order",)), StandingOrder)
    other = msgspec.structs.replace(order.body, title="order van een ander")
    doctor = User(world.staff(DOCTOR), DOCTOR, Role.DOCTOR)
    record(replace(hands.desk, user=doctor), [Part(other, Where())])
    row = planned(hands, world, "dTpa")[0]
    go_to(hands, world, row.pupil_id)
    say_birthday(hands, row.birth_date)
    hands.press(Key.Key_F7)

    assert condition(hands).startswith(f"Alle voorwaarden voldaan {order.body.title} · ")
    assert "een ander" not in condition(hands)


def test_one_vaccine_is_recorded_in_eight_strokes(opened: Opener, world: World) -> None:
    hands = opened(AN)
    have_session(hands, world)
    row = planned(hands, world, "dTpa")[0]
    go_to(hands, world, row.pupil_id)

    say_birthday(hands, row.birth_date)
    hands.press(Key.Key_F7)
    assert hands.page.footer.primary.text().startswith("Toegediend: dTpa, en ")
    hands.save_and_go()

    assert hands.strokes == 8
    (dose,) = doses(hands, world, row.pupil_id)
    assert (dose.status, dose.vaccine, dose.product) == (DoseStatus.GIVEN, "dTpa", "Boostrix")
    assert (dose.lot, dose.route, dose.side) == ("AC37B2210", "IM", "left")
    assert dose.expires_on is not None
    assert dose.given_at == hands.desk.clock.now()
    assert dose.dose_number == 6
    assert dose.order_id is not None
    assert dose.consent_id is not None
    (identity,) = records(hands, world, row.pupil_id, "identity_check")
    assert isinstance(identity, IdentityCheck)
    assert (identity.typed, identity.confirmed_by) == (f"{row.birth_date:%d%m}", "pupil")
    (prescreen,) = records(hands, world, row.pupil_id, "prescreen")
    assert isinstance(prescreen, Prescreen)
    assert set(prescreen.assumed) == set(prescreen.answers)
    assert not any(prescreen.answers.values())
    (observation,) = records(hands, world, row.pupil_id, "observation")
    assert isinstance(observation, Observation)
    assert observation.until - observation.started_at == timedelta(minutes=15)
    name = f"{row.given_name} {row.family_name}"
    assert hands.message().startswith(f"dTpa bij {name} opgeslagen. Observatie tot 09:00.")


def test_two_vaccines_on_one_page_take_eight_strokes_of_which_five_are_the_identity_check(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    have_session(hands, world, "dTpa", "HPV")
    row = planned(hands, world, "dTpa", "HPV")[0]
    page = go_to(hands, world, row.pupil_id)

    hands.type(f"{row.birth_date:%d%m}")
    hands.press(Key.Key_Return)
    assert page.identity._state.word.endswith(" klopt")
    identity = hands.strokes
    assert hands.page.findChild(VaccinationPage) is page
    hands.type("l")
    questions = hands.strokes
    hands.press(Key.Key_F7)
    recording = hands.strokes
    hands.save_and_go()

    assert identity == 5, "day and month as the pupil says them, read back"
    assert recording - questions == 1, "every question with no"
    assert hands.strokes - recording == 1, "both vaccines, one save"
    assert hands.strokes == 8
    given = {dose.vaccine: dose for dose in doses(hands, world, row.pupil_id)}
    assert set(given) == {"dTpa", "HPV"}
    assert {dose.side for dose in given.values()} == {"left", "right"}
    assert len(records(hands, world, row.pupil_id, "observation")) == 1


def test_somebody_who_is_absent_is_noted_in_three_strokes(opened: Opener, world: World) -> None:
    hands = opened(AN)
    have_session(hands, world)
    row = planned(hands, world, "dTpa")[0]
    go_to(hands, world, row.pupil_id)

    hands.press(Key.Key_F8)
    hands.type("a")
    hands.save_and_go()

    assert hands.strokes == 3
    (dose,) = doses(hands, world, row.pupil_id)
    assert (dose.status, dose.reason) == (DoseStatus.NOT_GIVEN, NotGivenReason.ABSENT)
    (attendance,) = records(hands, world, row.pupil_id, "attendance")
    assert isinstance(attendance, Attendance)
    assert attendance.state is AttendanceState.ABSENT
    assert records(hands, world, row.pupil_id, "prescreen") == []


def test_a_pupil_who_refuses_is_not_vaccinated_and_the_list_says_done(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    have_session(hands, world)
    row = planned(hands, world, "dTpa")[0]
    go_to(hands, world, row.pupil_id)

    hands.press(Key.Key_F8)
    hands.type("w")
    hands.save_and_go()

    (dose,) = doses(hands, world, row.pupil_id)
    assert dose.reason is NotGivenReason.PUPIL_REFUSES
    assert "Vandaag wordt niet gevaccineerd." in hands.message()
    (after,) = [one for one in rows(hands, world) if one.pupil_id == row.pupil_id]
    assert after.open_steps == ()


def test_the_status_alone_is_one_stroke(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    visit = world.visit(CONTACT)
    hands.go(Destination("class_list", visit))
    hands.go(Destination("pupil", visit, lotte, "vaccination"))
    hands.start_counting()

    hands.save_and_go()

    assert hands.strokes == 1
    with hands.desk.vault.read() as reader:
        on_visit, _visit, _listed = find_on_visit(reader, visit, lotte)
        found = one_standing(reader, on_visit.exam_id("vaccination_status"), VaccinationStatus)
    assert found is not None
    assert found.body.advice
    assert {one.edition for one in found.body.judgements} != {""}
    assert hands.message() == "Vaccinatiestatus van Lotte Peeters nagekeken."


# --- refusals ---


def test_a_wrong_birthday_stops_the_dose_and_names_whose_it_is_the_second_time(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    have_session(hands, world)
    first, other = planned(hands, world, "dTpa")[:2]
    page = go_to(hands, world, first.pupil_id)

    hands.type("3112")
    hands.press(Key.Key_Return)
    name = f"{first.given_name} {first.family_name}"
    assert page.identity._error.text() == (
        f"31 december hoort niet bij {name}. Kijk na of dit de juiste leerling is."
    )
    hands.press(Key.Key_Backtab, shift=True)
    page.identity.day.selectAll()
    hands.type(f"{other.birth_date:%d%m}")
    hands.press(Key.Key_Return)
    assert f"{other.given_name} {other.family_name}" in page.identity._error.text()
    hands.type("l")
    hands.press(Key.Key_F7)
    hands.save_and_go()

    assert "hoort niet bij" in sentences(hands)
    assert doses(hands, world, first.pupil_id) == []


def test_without_a_form_there_is_nothing_to_give(opened: Opener, world: World) -> None:
    hands = opened(AN)
    have_session(hands, world)
    row = without_a_form(hands, world)
    page = go_to(hands, world, row.pupil_id)

    assert page.doses.lines == []
    assert hands.page.footer.primary.text().startswith("Status nagekeken")
    assert records(hands, world, row.pupil_id, "dose") == []


def test_parents_who_differ_stop_everything_until_a_doctor_talked_with_them(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    have_session(hands, world)
    row = planned(hands, world, "dTpa")[0]
    refusal_form(hands, world, row.pupil_id)
    page = go_to(hands, world, row.pupil_id)

    hands.save_and_go()

    (line,) = page.doses.lines
    assert not line.is_given
    assert "een arts beslist" in sentences(hands)
    assert doses(hands, world, row.pupil_id) == []


def test_a_form_that_came_in_meanwhile_is_named_and_nothing_is_written(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    have_session(hands, world)
    row = planned(hands, world, "dTpa")[0]
    page = go_to(hands, world, row.pupil_id)
    say_birthday(hands, row.birth_date)
    hands.press(Key.Key_F7)
    refusal_form(hands, world, row.pupil_id)

    hands.save_and_go()

    said = "Intussen is de toestemming gewijzigd door An Janssens. Kijk na en sla opnieuw op."
    assert hands.message() == said
    assert doses(hands, world, row.pupil_id) == []
    assert page.identity.typed() == f"{row.birth_date:%d%m}"  # what was typed stays
    assert page.doses.lines[0].row.plan.state != PlanState.PLANNED


def test_a_yes_is_left_to_a_doctor_by_a_nurse(opened: Opener, world: World) -> None:
    hands = opened(AN)
    have_session(hands, world)
    row = planned(hands, world, "dTpa")[0]
    page = go_to(hands, world, row.pupil_id)
    say_birthday(hands, row.birth_date)
    hands.press(Key.Key_F7)
    allergy = page.questions._rows["allergy"]
    allergy.setFocus()
    hands.type("j")
    remark = page.questions._remarks["allergy"]
    remark.setFocus()
    hands.type("latex")

    hands.save_and_go()
    assert "Vraag 4 is met ja beantwoord. Alleen een arts kan verder beslissen." in sentences(hands)
    assert doses(hands, world, row.pupil_id) == []

    page.follow_link(0)  # Zet bij Wacht op arts
    pause(hands)  # twice within 400 ms counts once
    hands.save_and_go()

    (dose,) = doses(hands, world, row.pupil_id)
    assert dose.reason is NotGivenReason.DOCTOR_DECIDES
    (prescreen,) = records(hands, world, row.pupil_id, "prescreen")
    assert isinstance(prescreen, Prescreen)
    assert prescreen.answers["allergy"] is True
    assert prescreen.remarks == {"allergy": "latex"}
    (after,) = [one for one in rows(hands, world) if one.pupil_id == row.pupil_id]
    assert after.vaccination is not None
    assert after.vaccination.group is PlanGroup.WAITS


def test_nothing_is_given_while_the_kit_was_not_looked_at(opened: Opener, world: World) -> None:
    hands = opened(AN)
    have_session(hands, world, kit=False)
    row = planned(hands, world, "dTpa")[0]
    go_to(hands, world, row.pupil_id)
    say_birthday(hands, row.birth_date)
    hands.press(Key.Key_F7)

    assert condition(hands).startswith("Prikken kan niet De noodset is niet nagekeken.")
    hands.save_and_go()

    assert doses(hands, world, row.pupil_id) == []


def test_a_nurse_gives_nothing_without_a_valid_order(opened: Opener, world: World) -> None:
    hands = opened(AN)
    with hands.desk.vault.read() as reader:
        (order,) = all_standing(reader.heads(kinds=("standing_order",)), StandingOrder)
    body = order.body
    ended = StandingOrder(
        doctor_id=body.doctor_id,
        title=body.title,
        vaccines=body.vaccines,
        stages=body.stages,
        valid_from=body.valid_from,
        valid_until=date(2026, 11, 1),
    )
    doctor = User(world.staff(DOCTOR), DOCTOR, Role.DOCTOR)
    record(replace(hands.desk, user=doctor), [Part(ended, Where(), order.record_id, order.base)])
    have_session(hands, world)
    row = planned(hands, world, "dTpa")[0]
    go_to(hands, world, row.pupil_id)
    say_birthday(hands, row.birth_date)
    hands.press(Key.Key_F7)
    hands.save_and_go()

    assert "Er is geen geldig order voor dTpa op ma 23 nov." in sentences(hands)
    assert doses(hands, world, row.pupil_id) == []


def test_a_scanned_box_changes_the_row_of_its_vaccine_and_no_field_of_the_form(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    have_session(hands, world, "dTpa", "HPV", others=("AC37B2299",))
    old = Lot(vaccine="dTpa", product="Boostrix", number="OUD001", expires_on=date(2026, 10, 31))
    record(hands.desk, [Part(old, Where())])
    row = planned(hands, world, "dTpa", "HPV")[0]
    page = go_to(hands, world, row.pupil_id)
    say_birthday(hands, row.birth_date)
    page.identity.day.setFocus()
    page.identity.day.selectAll()

    hands.type("0105413868120257172705311" + "0AC37B2299")
    hands.press(Key.Key_Return)

    assert hands.message() == "Lot AC37B2299 gekozen voor dTpa."
    assert page.identity.typed() == f"{row.birth_date:%d%m}"
    assert page.identity.who.value() == "pupil"
    assert page.identity.day.hasFocus()
    hands.type("0105413868120257172705311" + "0ZZ99999")
    hands.press(Key.Key_Return)
    assert (
        hands.message() == "Lot ZZ99999 hoort niet bij een prik van vandaag. Er is niets gewijzigd."
    )
    pause(hands)
    hands.type("0105413868120257172610311" + "0OUD001")
    hands.press(Key.Key_Return)
    assert hands.message() == (
        "Lot OUD001 is vervallen op 31 okt 2026. Dit lot kan niet gekozen worden."
    )
    hands.press(Key.Key_F7)
    hands.save_and_go()

    given = {dose.vaccine: dose.lot for dose in doses(hands, world, row.pupil_id)}
    assert given == {"dTpa": "AC37B2299", "HPV": "X098765"}


def before_a_reaction(
    hands: Hands, world: World, *vaccines: str
) -> tuple[ListRow, VaccinationPage]:
    """A doctor at a pupil of these vaccines, of whom a reaction after a vaccine is told."""
    have_session(hands, world, *vaccines, user=DOCTOR)
    row = planned(hands, world, *vaccines)[0]
    page = go_to(hands, world, row.pupil_id)
    say_birthday(hands, row.birth_date)
    hands.press(Key.Key_F7)
    page.questions._rows["reaction"].setFocus()
    hands.type("j")
    return row, page


def test_a_doctor_who_postpones_has_said_why_and_the_row_asks_nothing_more(
    opened: Opener, world: World
) -> None:
    hands = opened(DOCTOR)
    row, page = before_a_reaction(hands, world, "dTpa", "HPV")
    page.questions._remarks["reaction"].setFocus()
    hands.type("rode arm")
    page.doctor.choices["dTpa"].setFocus()
    hands.type("n")
    assert [line.is_given for line in page.doses.lines] == [False, True]
    page.doctor.choices["dTpa"].setFocus()
    hands.type("m")
    assert page.doses.lines[0].is_given
    hands.type("u")
    page.doctor.choices["HPV"].setFocus()
    hands.type("m")
    page.doctor.reason_edit.setFocus()
    hands.type("na verslag")

    hands.save_and_go()

    found = {one.vaccine: one for one in doses(hands, world, row.pupil_id)}
    assert found["HPV"].status is DoseStatus.GIVEN, "what is put off is the other one alone"
    dose = found["dTpa"]
    assert (dose.status, dose.reason) == (DoseStatus.NOT_GIVEN, NotGivenReason.OTHER)
    assert dose.reason_text == "arts: uitstellen – na verslag"
    (prescreen,) = records(hands, world, row.pupil_id, "prescreen")
    assert isinstance(prescreen, Prescreen)
    assert prescreen.decisions == {"dTpa": "postpone", "HPV": "may_today"}
    assert prescreen.doctor_reason == "na verslag"


def test_a_doctor_decides_with_a_reason_what_a_nurse_may_not(opened: Opener, world: World) -> None:
    hands = opened(DOCTOR)
    have_session(hands, world, user=DOCTOR)
    row = planned(hands, world, "dTpa")[0]
    page = go_to(hands, world, row.pupil_id)
    say_birthday(hands, row.birth_date)
    hands.press(Key.Key_F7)
    page.questions._rows["reaction"].setFocus()
    hands.type("j")
    page.questions._remarks["reaction"].setFocus()
    hands.type("rode arm")
    assert condition(hands).startswith("Arts beslist Vraag 3")
    page.doctor.choices["dTpa"].setFocus()
    hands.type("m")
    hands.save_and_go()
    assert "Vul de reden van de arts in." in sentences(hands)
    assert doses(hands, world, row.pupil_id) == []

    page.doctor.reason_edit.setFocus()
    hands.type("lokale reactie")
    pause(hands)
    hands.save_and_go()

    (dose,) = doses(hands, world, row.pupil_id)
    assert dose.status is DoseStatus.GIVEN
    (prescreen,) = records(hands, world, row.pupil_id, "prescreen")
    assert isinstance(prescreen, Prescreen)
    assert (prescreen.decisions, prescreen.doctor_reason) == (
        {"dTpa": "may_today"},
        "lokale reactie",
    )
    assert prescreen.doctor_id == world.staff(DOCTOR)


def test_a_doctor_orders_one_vaccine_beforehand_and_takes_the_order_back(
    opened: Opener, world: World
) -> None:
    hands = opened(DOCTOR)
    row, page = before_a_reaction(hands, world, "dTpa", "HPV")
    name = f"{row.given_name} {row.family_name}"
    page.doctor.choices["dTpa"].setFocus()
    hands.type("m")
    page.doctor.choices["HPV"].setFocus()
    hands.type("n")
    page.doctor.reason_edit.setFocus()
    hands.type("alleen dTpa")
    page.doctor.order.click()
    hands.qtbot.waitUntil(lambda: bool(page.doctor._stands.text()))
    assert page.doctor.decisions() == {"HPV": DoctorDecision.NOT_GIVEN}, "still to be saved"
    stands = page.doctor._stands.text()
    assert stands == "Order van dr. Lieve Maes voor dTpa · alleen dTpa"

    page.doctor.reason_edit.set_value("")  # why HPV is not given is no reason for this
    page.doctor.withdraw.click()
    assert page.doctor._stands.text() == stands, "not without a reason"
    page.doctor.reason_edit.setFocus()
    hands.type("toch niet")
    assert hands.message() == "Vul de reden van de arts in."
    page.doctor.withdraw.click()
    hands.qtbot.waitUntil(lambda: not page.doctor._stands.text())
    assert hands.message() == f"Opgeslagen bij {name}. Werk verder."


# --- drafts, undo, correcting ---


def test_what_was_typed_waits_as_a_draft(opened: Opener, world: World) -> None:
    hands = opened(AN)
    have_session(hands, world)
    row = planned(hands, world, "dTpa")[0]
    page = go_to(hands, world, row.pupil_id)
    say_birthday(hands, row.birth_date)
    hands.press(Key.Key_F7)

    hands.press(Key.Key_Escape)
    assert hands.page.name == "vaccination_list"
    page = go_to(hands, world, row.pupil_id)

    assert page.identity.typed() == f"{row.birth_date:%d%m}"
    assert page.identity.who.value() == "pupil"
    assert page.questions.first_open() is None
    assert set(page.questions.assumed()) == set(page.questions.answers())


def test_undo_withdraws_everything_of_the_saving_and_puts_the_form_back(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    have_session(hands, world)
    row = planned(hands, world, "dTpa")[0]
    page = go_to(hands, world, row.pupil_id)
    say_birthday(hands, row.birth_date)
    hands.press(Key.Key_F7)
    hands.save_and_go()
    assert doses(hands, world, row.pupil_id)

    hands.press(Key.Key_O, ctrl=True, shift=True)

    for kind in ("dose", "identity_check", "prescreen", "observation"):
        assert records(hands, world, row.pupil_id, kind) == []
    place = hands.desktop.window.place()
    assert place is not None
    assert place.pupil_id == row.pupil_id
    assert page.identity.typed() == f"{row.birth_date:%d%m}"


def test_after_saving_only_the_pupil_on_the_screen_is_called_now(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    have_session(hands, world)
    row = planned(hands, world, "dTpa")[0]
    go_to(hands, world, row.pupil_id)
    say_birthday(hands, row.birth_date)
    hands.press(Key.Key_F7)
    hands.save_and_go()
    assert hands.message().count("Nu: ") == 1  # the next of the list

    other = planned(hands, world, "dTpa")[1]
    go_to(hands, world, other.pupil_id)
    (_done, now) = hands.message().split(" Nu: ")
    assert now.startswith(other.family_name.upper())
    hands.press(Key.Key_O, ctrl=True, shift=True)
    assert doses(hands, world, row.pupil_id) == []


def test_until_the_pupil_leaves_a_dose_is_taken_back_without_a_reason_and_later_not(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    have_session(hands, world)
    row = planned(hands, world, "dTpa")[0]
    for _again in range(2):
        go_to(hands, world, row.pupil_id)
        say_birthday(hands, row.birth_date)
        hands.press(Key.Key_F7)
        pause(hands)
        hands.save_and_go()
        hands.page.messages.clear()  # ten seconds later
        go_to(hands, world, row.pupil_id)
        assert "Tot het vertrek kan dit zonder reden ongedaan gemaakt worden." in sentences(hands)
        if _again:
            break
        hands.press(Key.Key_O, ctrl=True, shift=True)
        assert hands.message() == "Ongedaan gemaakt."
        for kind in ("dose", "identity_check", "prescreen", "observation"):
            assert records(hands, world, row.pupil_id, kind) == []
        say_birthday(hands, row.birth_date)
        hands.go(Destination("vaccination_list", world.visit(VACCINATION)))
        go_to(hands, world, row.pupil_id)
        assert "Er stond nog een concept" in hands.message(), "that was no undo"
        hands.page._drop_draft()
        hands.settle()

    hands.desk.clock.advance(timedelta(minutes=16))
    hands.go(Destination("observation", world.visit(VACCINATION)))
    hands.press(Key.Key_Space)  # the pupil leaves
    hands.page.messages.clear()
    go_to(hands, world, row.pupil_id)
    assert "zonder reden" not in sentences(hands)
    hands.press(Key.Key_O, ctrl=True, shift=True)
    assert len(doses(hands, world, row.pupil_id)) == 1


@pytest.fixture
def with_dose(opened: Opener, world: World) -> Iterator[tuple[Hands, ListRow, VaccinationPage]]:
    """A pupil who got dTpa, on the screen again."""
    hands = opened(AN)
    have_session(hands, world)
    row = planned(hands, world, "dTpa")[0]
    go_to(hands, world, row.pupil_id)
    say_birthday(hands, row.birth_date)
    hands.press(Key.Key_F7)
    hands.save_and_go()
    return hands, row, go_to(hands, world, row.pupil_id)


def history_of_dose(hands: Hands, world: World, pupil_id: PupilId) -> list[Revision]:
    """Every version of the one dose."""
    with hands.desk.vault.read() as reader:
        (head,) = reader.heads(
            kinds=("dose",),
            visit_id=world.visit(VACCINATION),
            pupil_id=pupil_id,
            include_withdrawn=True,
        )
        return reader.history(head.record_id)


def test_the_arm_is_corrected_with_a_reason_and_the_first_version_stays(
    with_dose: tuple[Hands, ListRow, VaccinationPage], world: World
) -> None:
    hands, row, page = with_dose

    hands.press(Key.Key_F2)
    hands.type("t")
    hands.press(Key.Key_Return)
    page.doses.lines[0]._change()
    page.doses.lines[0]._sides.setFocus()
    hands.type("r")
    pause(hands)
    hands.save_and_go()

    (dose,) = doses(hands, world, row.pupil_id)
    assert dose.side == "right"
    before, after = sorted(history_of_dose(hands, world, row.pupil_id), key=lambda one: one.base)
    assert after.base == (before.rev_id,)
    assert after.reason == "tikfout"


def test_a_dose_is_withdrawn_with_a_reason_and_the_pupil_is_due_again(
    with_dose: tuple[Hands, ListRow, VaccinationPage], world: World
) -> None:
    hands, row, page = with_dose

    hands.page._recording.ask_withdrawal()
    hands.type("v")
    hands.press(Key.Key_Return)

    assert doses(hands, world, row.pupil_id) == []
    versions = history_of_dose(hands, world, row.pupil_id)
    assert {one.reason for one in versions} == {None, "verkeerde leerling"}
    assert page.doses.lines[0].row.plan.state is PlanState.PLANNED


def test_a_form_typed_over_at_the_school_makes_a_dose_possible(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    have_session(hands, world)
    row = without_a_form(hands, world)
    page = go_to(hands, world, row.pupil_id)

    page.form_button.setFocus()
    hands.press(Key.Key_Return)
    hands.type("c")
    hands.press(Key.Key_Return)
    hands.type("o")
    hands.press(Key.Key_Return)
    hands.type("Mia Andersen")
    hands.press(Key.Key_Return)
    hands.type("p")
    page.form.save()
    hands.settle()

    with hands.desk.vault.read() as reader:
        heads = reader.heads(kinds=("consent",), pupil_id=row.pupil_id)
    (consent,) = all_standing(heads, Consent)
    assert consent.body.choice is ConsentChoice.CLB
    assert consent.body.vaccines == ("dTpa",)
    assert consent.body.valid_until == date(2027, 8, 31)
    assert [line.row.vaccine for line in page.doses.lines] == ["dTpa"]
    assert page.doses.lines[0].is_given

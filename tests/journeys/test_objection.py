"""Verzet: a mother objects, another doctor examines, and his report becomes the contact's findings."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt

from clbdesk.domain.body import Source
from clbdesk.domain.contact import Growth
from clbdesk.domain.objection import Objection, ObjectionBy
from clbdesk.domain.visits import AttendanceState, ContactMoment
from clbdesk.ids import PupilId
from clbdesk.services.class_list import ListRow, open_class_list
from clbdesk.services.objection import objection_id
from clbdesk.services.outcome import ChangeSet
from clbdesk.services.progress import PupilState
from clbdesk.services.reading import one_standing
from clbdesk.standards.objection import terms_of
from tests.journeys.conftest import Opener
from tests.journeys.days import started_at
from tests.journeys.moments import pause, saved
from tests.journeys.needles import sentences
from tests.journeys.world import AN, CONTACT, Hands, World, find_pupil
from ui.pages.base import Destination

Key = Qt.Key


def row_of(hands: Hands, world: World, pupil: PupilId) -> ListRow:
    view = open_class_list(hands.desk, world.visit(CONTACT))
    return next(row for row in view.rows if row.pupil_id == pupil)


def objection(hands: Hands, pupil: PupilId) -> Objection | None:
    with hands.desk.vault.read() as reader:
        found = one_standing(reader, objection_id(pupil, ContactMoment.LO1, 2026), Objection)
    return found.body if found else None


def objected(opened: Opener, world: World) -> tuple[Hands, PupilId]:
    """From the class list: F8, Verzet, the letter of 20 November by a parent."""
    hands = opened(AN)
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    hands.go(Destination("class_list", world.visit(CONTACT)))
    hands.page._rail.classes.set_value("1B")
    hands.page._rail.changed.emit()
    hands.type("peeters lotte")
    hands.press(Key.Key_Down)
    hands.press(Key.Key_F8)
    hands.type("v")
    hands.save_and_go()
    hands.wait(lambda: hands.page.name == "objection")
    hands.settle()
    hands.type("20/11/2026")
    hands.press(Key.Key_Tab)
    hands.type("o")
    pause(hands)
    hands.save_and_go()
    return hands, lotte


def test_a_letter_closes_the_contact_and_names_the_term(opened: Opener, world: World) -> None:
    hands, lotte = objected(opened, world)
    said = "Verzet van Lotte Peeters opgeslagen. Onderzoek elders ten laatste op 18 feb 2027."
    assert hands.message() == said
    body = objection(hands, lotte)
    assert body is not None
    assert (body.received_on, body.by) == (date(2026, 11, 20), ObjectionBy.PARENT)
    assert not terms_of(body).is_signed
    assert row_of(hands, world, lotte).state is PupilState.OBJECTION

    started_at(hands, world, "Peeters", "Lotte", "growth")
    assert "Verzet aangetekend – niet onderzoeken." in {
        alert.word for alert in hands.page.banner._view.alerts
    }
    hands.type("121,5")
    hands.press(Key.Key_Return)
    hands.type("24,8")
    pause(hands)
    hands.save_and_go()

    assert hands.message().startswith("Verzet aangetekend – niet onderzoeken.")
    assert saved(hands, world, lotte, "growth", Growth) is None
    assert hands.page._pages["growth"].first_field().text() == "121,5"


def test_what_the_other_doctor_reports_is_recorded_as_external(
    opened: Opener, world: World
) -> None:
    hands, lotte = objected(opened, world)
    page = hands.page
    page.examiner.set_value("dr. Greet Baert, Gent")
    page.model_given.set_value(date(2026, 11, 20))
    page.examined.set_value(date(2026, 11, 21))
    page.report.set_value(date(2026, 11, 23))
    pause(hands)
    hands.save_and_go()
    assert hands.message().startswith("Verslag van dr. Greet Baert, Gent over Lotte Peeters")
    assert row_of(hands, world, lotte).state is PupilState.EXPECTED

    started_at(hands, world, "Peeters", "Lotte", "growth")
    hands.type("121,5")
    hands.press(Key.Key_Return)
    hands.type("24,8")
    pause(hands)
    hands.save_and_go()

    growth = saved(hands, world, lotte, "growth", Growth)
    assert growth is not None
    assert growth.source is Source.EXTERNAL_REPORT
    assert growth.performed_by_name == "dr. Greet Baert, Gent"
    assert row_of(hands, world, lotte).attendance is AttendanceState.EXPECTED


def test_a_pupil_of_six_objects_through_a_parent_and_a_report_needs_its_doctor(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    hands.go(Destination("objection", world.visit(CONTACT), lotte))
    hands.settle()
    page = hands.page
    page.received.set_value(date(2026, 11, 20))
    page.by.set_value("pupil")
    page.report.set_value(date(2026, 11, 19))
    hands.save_and_go()

    told = sentences(hands)
    for part in (
        "Vanaf 12 jaar kan een leerling zelf verzet aantekenen.",
        "Vul in welke arts onderzocht heeft.",
        "Vul in wanneer die arts onderzocht heeft.",
        "Eerst de brief, dan het onderzoek, dan het verslag.",
    ):
        assert part in told
    assert objection(hands, lotte) is None


def test_a_report_of_tomorrow_or_of_no_day_at_all_opens_nothing(
    opened: Opener, world: World
) -> None:
    hands, lotte = objected(opened, world)
    page = hands.page
    page.examiner.set_value("dr. Greet Baert, Gent")
    page.examined.set_value(date(2026, 11, 23))
    page.report.set_value(date(2026, 11, 24))
    pause(hands)
    hands.save_and_go()
    assert "Die dag ligt na vandaag. Kijk de datum na." in sentences(hands)

    page.report.line.setText("45/11/2026")
    pause(hands)
    hands.save_and_go()
    assert "Verslag ontvangen op: vul een datum in" in sentences(hands)

    body = objection(hands, lotte)
    assert body is not None
    assert (body.examined_on, body.report_received_on) == (None, None)


def test_an_objection_that_is_taken_back_opens_the_contact_again(
    opened: Opener, world: World
) -> None:
    hands, lotte = objected(opened, world)
    hands.qtbot.mouseClick(hands.page._withdraw, Qt.MouseButton.LeftButton)
    hands.type("v")
    hands.press(Key.Key_Return)
    hands.wait(lambda: objection(hands, lotte) is None)
    assert row_of(hands, world, lotte).state is not PupilState.OBJECTION


def test_a_letter_that_is_half_typed_is_there_again_and_gone_when_it_was_saved(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    to = Destination("objection", world.visit(CONTACT), lotte)
    hands.go(to)
    hands.type("20/11/2026")
    page = hands.page
    page.by.setFocus()
    hands.press(Qt.Key.Key_O)
    page.work.bus.changed.emit(ChangeSet(frozenset({"objection"}), frozenset({lotte})))
    hands.settle()
    assert page.by.value() == "parent", "what comes in leaves the form alone"
    hands.go(Destination("class_list", world.visit(CONTACT)))
    with hands.desk.vault.read() as reader:
        assert [one.form for one in reader.drafts()] == [
            f"objection/{lotte}/{world.visit(CONTACT)}"
        ]
    hands.go(to)
    assert page.received.day() == date(2026, 11, 20)
    assert page.by.value() == "parent"

    pause(hands)
    hands.save_and_go()
    assert "Verzet" in hands.message()
    with hands.desk.vault.read() as reader:
        assert reader.drafts() == []

"""A newcomer with a booklet in another language and dates that are only years: a doctor decides."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt

from clbdesk.domain.people import Sex
from clbdesk.domain.vaccination import (
    ConsentChannel,
    ConsentChoice,
    ConsentGiver,
    Dose,
    DoseSource,
    DoseStatus,
    Prescreen,
)
from clbdesk.ids import PupilId
from clbdesk.services.provisional import NewPupil, add_pupil
from clbdesk.services.pupil import find_on_visit
from clbdesk.services.reading import all_standing
from clbdesk.services.vaccination_plan import PlanGroup, VaccinationPlan
from clbdesk.services.vaccination_saving import ConsentEntry, record_consent
from tests.journeys.conftest import Opener
from tests.journeys.moments import pause
from tests.journeys.needles import (
    doses,
    go_to,
    have_session,
    records,
    rows,
    say_birthday,
)
from tests.journeys.town import Town
from tests.journeys.world import AN, DOCTOR, VACCINATION, Hands, World
from ui.pages.base import Destination
from ui.pages.earlier_doses import EarlierDosesPage
from ui.pages.history import HistoryPage
from ui.pages.vaccination import VaccinationPage
from ui.pages.vaccination_side import HistoryCard

Key = Qt.Key
BORN = date(2012, 5, 11)


def newcomer(hands: Hands, world: World) -> PupilId:
    """Stands in class 3A with a form that the father signed, and on no list yet."""
    visit = world.visit(VACCINATION)
    new = NewPupil("Haddad", "Samir", BORN, Sex.MALE, rows(hands, world)[0].class_name)
    saved = add_pupil(hands.desk, visit, new).value
    (pupil_id,) = {one.pupil_id for one in saved.revisions if one.pupil_id}
    with hands.desk.vault.read() as reader:
        on_visit, _visit, _listed = find_on_visit(reader, visit, pupil_id)
    form = ConsentEntry(
        choice=ConsentChoice.CLB,
        vaccines=("dTpa", "MBR"),
        giver=ConsentGiver.PARENT,
        giver_name="Omar Haddad",
        relation="vader",
        channel=ConsentChannel.PAPER,
        signed_on=date(2026, 11, 19),
        received_on=date(2026, 11, 20),
        health_answers={},
    )
    record_consent(hands.desk, on_visit, form)
    return pupil_id


def plan(hands: Hands, world: World, pupil_id: PupilId) -> VaccinationPlan:
    (row,) = [one for one in rows(hands, world) if one.pupil_id == pupil_id]
    assert row.vaccination is not None
    return row.vaccination


def earlier(hands: Hands, pupil_id: PupilId) -> list[Dose]:
    """What was typed over, in the order of the booklet."""
    with hands.desk.vault.read() as reader:
        found = all_standing(reader.heads(kinds=("dose",), pupil_id=pupil_id), Dose)
    kept = [one.body for one in found if one.body.source is not DoseSource.OWN]
    return sorted(kept, key=lambda one: one.on)


def line(hands: Hands, vaccine: str, on: str, *, in_words: bool = False) -> None:
    """One line of the booklet; source, document and country stand as for the line before."""
    page = hands.page
    assert isinstance(page, EarlierDosesPage)
    if in_words:
        page.words.setFocus()
    hands.type(vaccine)
    hands.press(Key.Key_Return)
    page.on.setFocus()
    hands.type(on)
    pause(hands)
    hands.save_and_go()


def booklet(hands: Hands, world: World, pupil_id: PupilId) -> EarlierDosesPage:
    """From the dossier to the page, with the keys that stand there."""
    hands.go(Destination("history", world.visit(VACCINATION), pupil_id))
    page = hands.page
    assert isinstance(page, HistoryPage)
    page._views.setFocus()
    hands.type("v")
    hands.press(Key.Key_N, ctrl=True)
    found = hands.page
    assert isinstance(found, EarlierDosesPage)
    return found


def first_line(page: EarlierDosesPage, hands: Hands) -> None:
    """Where the booklet comes from, once."""
    page.source.setFocus()
    hands.type("d")
    page.seen.setFocus()
    hands.type("k")
    page.country.setFocus()
    hands.type("Turkije")
    page.vaccine.setFocus()


def test_a_booklet_in_another_language_with_years_only_is_left_to_a_doctor(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    have_session(hands, world)
    pupil_id = newcomer(hands, world)
    page = booklet(hands, world, pupil_id)
    first_line(page, hands)

    line(hands, "hexa", "2012")
    assert hands.message() == "hexavalent van 2012 opgeslagen. Een arts beslist of deze prik telt."
    line(hands, "hexa", "2013")
    line(hands, "dTpa-IPV", "06/2017")
    line(hands, "KKK", "2014", in_words=True)
    assert hands.message().endswith("zoals het in het boekje staat. Een arts beslist.")

    found = earlier(hands, pupil_id)
    assert [(one.vaccine, one.on) for one in found] == [
        ("HEXA", "2012"),
        ("HEXA", "2013"),
        ("KKK", "2014"),
        ("dTpa-IPV", "2017-06"),
    ]
    assert {(one.source, one.document_seen, one.country) for one in found} == {
        (DoseSource.DOCUMENT, "copy", "Turkije")
    }
    today = plan(hands, world, pupil_id)
    assert today.group is PlanGroup.WAITS, "a nurse gives nothing on a year"
    go_to(hands, world, pupil_id)
    say_birthday(hands, BORN)
    hands.press(Key.Key_F7)
    pause(hands)
    hands.save_and_go()
    assert [one for one in doses(hands, world, pupil_id) if one.status is DoseStatus.GIVEN] == []


def test_the_doctor_reads_the_booklet_decides_with_a_reason_and_gives(
    opened: Opener, world: World
) -> None:
    hands = opened(DOCTOR)
    have_session(hands, world, user=DOCTOR)
    pupil_id = newcomer(hands, world)
    page = booklet(hands, world, pupil_id)
    first_line(page, hands)
    line(hands, "hexa", "2012")
    line(hands, "hexa", "2013")

    step = go_to(hands, world, pupil_id)
    (row,) = [one for one in step.doses.lines if one.row.vaccine == "dTpa"]
    row.tick.setFocus()
    hands.press(Key.Key_Space)
    step.identity.day.setFocus()
    say_birthday(hands, BORN)
    hands.press(Key.Key_F7)
    step.doctor.choices["dTpa"].setFocus()
    hands.type("m")
    step.doctor.reason_edit.setFocus()
    hands.type("boekje gezien")
    pause(hands)
    hands.save_and_go()

    (given,) = doses(hands, world, pupil_id)
    assert (given.status, given.vaccine) == (DoseStatus.GIVEN, "dTpa")
    (prescreen,) = records(hands, world, pupil_id, "prescreen")
    assert isinstance(prescreen, Prescreen)
    assert (prescreen.decisions, prescreen.doctor_reason) == (
        {"dTpa": "may_today"},
        "boekje gezien",
    )


def test_a_dose_that_parents_only_tell_never_counts_and_one_undo_takes_it_back(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    pupil_id = newcomer(hands, world)
    page = booklet(hands, world, pupil_id)
    page.source.setFocus()
    hands.type("m")
    page.vaccine.setFocus()
    line(hands, "MBR", "2014")
    assert hands.message().endswith("Wat alleen mondeling gemeld is, telt niet mee.")
    (dose,) = earlier(hands, pupil_id)
    assert (dose.source, dose.document_seen) == (DoseSource.ORAL, "")

    hands.press(Key.Key_O, ctrl=True, shift=True)
    assert earlier(hands, pupil_id) == []
    assert page.vaccine.value() == "MBR", "what was typed stands there again"


def test_a_date_before_birth_or_after_today_is_put_right_first(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    pupil_id = newcomer(hands, world)
    page = booklet(hands, world, pupil_id)
    first_line(page, hands)
    line(hands, "MBR", "2010")
    assert hands.message() == "Deze datum ligt voor de geboorte. Kijk de datum na."
    assert earlier(hands, pupil_id) == []


def test_what_is_half_typed_waits_as_a_draft_with_its_year(opened: Opener, world: World) -> None:
    hands = opened(AN)
    pupil_id = newcomer(hands, world)
    page = booklet(hands, world, pupil_id)
    page.on.setFocus()
    hands.type("2014")
    hands.go(Destination("vaccination_list", world.visit(VACCINATION)))
    hands.go(Destination("synchronise"))
    hands.go(Destination("earlier_doses", world.visit(VACCINATION), pupil_id))
    typed = page.on.value()
    assert typed is not None
    assert typed.iso() == "2014"


def test_the_card_is_printed_from_the_dossier(
    opened: Opener, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = opened(AN)
    pupil_id = newcomer(hands, world)
    page = booklet(hands, world, pupil_id)
    first_line(page, hands)
    line(hands, "MBR", "2014")
    hands.go(Destination("history", world.visit(VACCINATION), pupil_id))
    history = hands.page
    assert isinstance(history, HistoryPage)
    sent: list[bytes] = []

    def paper(_parent: object, pdf: bytes) -> str:
        sent.append(pdf)
        return "access.printed"

    monkeypatch.setattr("ui.pages.history.ask_printer", paper)
    history._print_card()
    hands.settle()
    assert hands.message() == "De vaccinatiekaart is naar de printer gestuurd."
    assert sent[0].startswith(b"%PDF")


def test_what_was_typed_over_comes_home_and_reaches_the_other_laptop(town: Town) -> None:
    world = town.world
    hands = town.window("LAP-07", AN)
    row = rows(hands, world)[0]
    page = booklet(hands, world, row.pupil_id)
    first_line(page, hands)
    line(hands, "BCG", "2016")
    town.synchronise("LAP-07", hands.desk)

    other = town.desk("LAP-03", "Els Claes")
    try:
        town.synchronise("LAP-03", other)
        with other.vault.read() as reader:
            found = all_standing(reader.heads(kinds=("dose",), pupil_id=row.pupil_id), Dose)
    finally:
        other.close()
    assert ("BCG", "2016", "Turkije") in {
        (one.body.vaccine, one.body.on, one.body.country) for one in found
    }


def test_from_the_needle_to_the_booklet_and_back_nothing_that_was_typed_is_lost(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    have_session(hands, world)
    pupil_id = newcomer(hands, world)
    step = go_to(hands, world, pupil_id)
    before = step._view.plan.judged.doses
    step.findChild(HistoryCard).booklet_asked.emit()
    hands.settle()
    page = hands.page
    assert isinstance(page, EarlierDosesPage)
    first_line(page, hands)
    line(hands, "hexa", "2012")
    hands.press(Key.Key_Escape)
    assert hands.page.findChild(VaccinationPage) is step
    assert len(step._view.plan.judged.doses) == len(before) + 1

"""Dossier in the real window: everything of a pupil, each record whole, and who looked at it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from clbdesk.domain.contact import Clothing
from clbdesk.domain.disclosing import AgreedBy, SchoolMessage
from clbdesk.domain.revision import RevisionStatus
from clbdesk.domain.shielding import Flag
from clbdesk.ids import PupilId
from clbdesk.services.growth import GrowthEntry, open_growth, record_growth
from clbdesk.services.history_rows import RowState
from clbdesk.services.move import others_on
from clbdesk.services.pupil import find_on_visit
from clbdesk.services.reading import all_standing
from clbdesk.services.shielding import shieldings_of
from tests.journeys.conftest import Opener
from tests.journeys.moments import pause
from tests.journeys.world import AN, CONTACT, Hands, World, find_pupil
from ui.pages.base import Destination
from ui.pages.history import HistoryPage
from ui.pages.school_message import SchoolMessagePage
from ui.widgets.label import Chip


def measure(hands: Hands, world: World, pupil: PupilId, height: str, reason: str = "") -> None:
    """Record or correct the growth of a pupil on this visit."""
    with hands.desk.vault.read() as reader:
        on_visit, _visit, _listed = find_on_visit(reader, world.visit(CONTACT), pupil)
    view = open_growth(hands.desk, on_visit)
    entry = GrowthEntry(
        height_cm=Decimal(height), weight_kg=Decimal("21.0"), clothing=Clothing.GYM_SUIT
    )
    record_growth(hands.desk, view, entry, view.base, reason=reason or None)


def open_dossier(hands: Hands, world: World, pupil: PupilId) -> HistoryPage:
    """The dossier, reached from the step of growth."""
    hands.go(Destination("pupil", world.visit(CONTACT), pupil, "growth"))
    hands.press(Qt.Key.Key_D, ctrl=True)
    page = hands.page
    assert isinstance(page, HistoryPage)
    return page


def words(page: HistoryPage) -> list[str]:
    """What stands in the right column."""
    return [label.text() for label in page._record.widget().findChildren(QLabel)]


def actions_of(hands: Hands, kind: str) -> list[str]:
    with hands.desk.vault.read() as reader:
        return [line.action for line in reader.access_lines() if line.kind == kind]


@pytest.fixture
def hands(opened: Opener) -> Hands:
    """An at her laptop."""
    return opened(AN)


def test_ctrl_d_opens_the_newest_record_of_the_step_in_one_stroke(
    hands: Hands, world: World
) -> None:
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    measure(hands, world, lotte, "117.0")
    hands.go(Destination("pupil", world.visit(CONTACT), lotte, "growth"))
    hands.start_counting()

    hands.press(Qt.Key.Key_D, ctrl=True)

    assert hands.strokes == 1
    page = hands.page
    assert isinstance(page, HistoryPage)
    assert {"Lengte", "117,0 cm", "Gewicht", "21,0 kg"} <= set(words(page))


def test_opening_the_dossier_and_each_record_is_logged(hands: Hands, world: World) -> None:
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    before = len(actions_of(hands, "growth"))

    page = open_dossier(hands, world, lotte)
    opened_once = len(actions_of(hands, "growth"))
    hands.press(Qt.Key.Key_Return)

    assert page._model.row(page._list.current()).kind == "growth"
    assert opened_once == before + 1
    assert len(actions_of(hands, "growth")) == before + 2


def test_a_correction_shows_what_it_was_and_why(hands: Hands, world: World) -> None:
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    measure(hands, world, lotte, "171.0")
    measure(hands, world, lotte, "117.0", "tikfout")

    page = open_dossier(hands, world, lotte)

    assert page._model.row(page._list.current()).state is RowState.CORRECTED
    assert "117,0 cm" in words(page)
    assert "Lengte was 171,0 cm" in words(page)
    assert any(one.startswith("Verbeterd ") and one.endswith(": tikfout") for one in words(page))


def test_withdrawing_asks_a_reason_and_strikes_the_record_through(
    hands: Hands, world: World
) -> None:
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    measure(hands, world, lotte, "117.0")
    page = open_dossier(hands, world, lotte)
    record_id = page._model.row(page._list.current()).record_id

    page._take_back.click()
    hands.type("v")
    hands.press(Qt.Key.Key_Return)

    with hands.desk.vault.read() as reader:
        head = reader.head(record_id)
    assert head is not None
    assert head.leaf.status is RevisionStatus.WITHDRAWN
    assert head.leaf.reason == "verkeerde leerling"
    position = page._model.position(record_id)
    assert position is not None
    assert page._model.row(position).state is RowState.WITHDRAWN
    assert page._list.current() == position
    struck = [one for one in page._record.widget().findChildren(QLabel) if one.font().strikeOut()]
    assert struck
    assert any(one.startswith("Ingetrokken op ") for one in words(page))


def test_f2_goes_to_the_step_of_a_visit_in_hand(hands: Hands, world: World) -> None:
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    measure(hands, world, lotte, "117.0")
    open_dossier(hands, world, lotte)

    hands.press(Qt.Key.Key_F2)

    assert hands.page.name == "pupil"
    assert hands.desktop.window.place() == Destination(
        "pupil", world.visit(CONTACT), lotte, "growth"
    )


def test_what_was_made_on_another_visit_is_corrected_at_the_centre(
    hands: Hands, world: World
) -> None:
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    page = open_dossier(hands, world, lotte)

    hands.press(Qt.Key.Key_F2)

    assert hands.page is page
    assert "ander bezoek" in hands.message()


def test_esc_goes_back_and_ctrl_d_returns_to_the_same_row(hands: Hands, world: World) -> None:
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    page = open_dossier(hands, world, lotte)
    hands.press(Qt.Key.Key_Down, Qt.Key.Key_Return)
    row = page._list.current()

    hands.press(Qt.Key.Key_Escape)
    assert hands.page.name == "pupil"
    hands.press(Qt.Key.Key_D, ctrl=True)

    assert page._list.current() == row


def test_the_filter_leaves_vaccinations_only(hands: Hands, world: World) -> None:
    page = open_dossier(hands, world, find_pupil(hands.desk, "Peeters", "Lotte"))
    page._filter.setFocus()

    hands.type("v")

    kinds = {row.kind for row in page._model.rows()}
    assert "dose" in kinds
    assert kinds <= {"dose", "consent"}


def test_an_empty_dossier_says_where_the_rest_is(hands: Hands, world: World) -> None:
    page = open_dossier(hands, world, find_pupil(hands.desk, "Peeters", "Lotte"))
    assert page._view is not None

    page._on_view(False, None, replace(page._view, rows=()))

    assert page._none.isVisible()
    assert page._none.text() == (
        "Nog niets in dit dossier op deze laptop. Het volledige dossier is op het centrum te lezen."
    )
    assert not page._correct.isVisible()


def test_the_window_title_never_names_the_pupil(hands: Hands, world: World) -> None:
    open_dossier(hands, world, find_pupil(hands.desk, "Peeters", "Lotte"))

    assert hands.desktop.window.windowTitle() == "clbdesk"


def test_a_spoken_agreement_is_released_to_the_school_and_taken_back(
    hands: Hands, world: World
) -> None:
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    page = open_dossier(hands, world, lotte)
    page._tell.click()
    hands.settle()
    assert hands.page.name == "school_message"

    hands.type("Lotte zit best vooraan.")
    hands.press(Qt.Key.Key_Tab)
    hands.type("Mia Aerts")
    hands.press(Qt.Key.Key_Return)
    hands.type("zorgleerkracht")
    hands.press(Qt.Key.Key_Return)
    hands.type("g")
    pause(hands)
    hands.save_and_go()
    assert hands.message() == (
        "Toestemming ontbreekt. Kies wie toestemming gaf, of de uitzondering."
    )

    hands.press(Qt.Key.Key_Tab)
    hands.type("m")
    hands.press(Qt.Key.Key_Tab)
    hands.type("m")
    pause(hands)
    hands.save_and_go()
    assert hands.message() == ("Mededeling over Lotte Peeters opgeslagen. De school kan dit lezen.")
    told = hands.page
    assert isinstance(told, SchoolMessagePage)
    told._take_back.click()
    hands.settle()

    with hands.desk.vault.read() as reader:
        (one,) = all_standing(
            reader.heads(kinds=("school_message",), pupil_id=lotte), SchoolMessage
        )
    assert one.body.text == "Lotte zit best vooraan."
    assert one.body.agreed_by is AgreedBy.MOTHER
    assert one.body.withdrawn_on is not None


def test_ctrl_shift_m_moves_what_was_entered_with_the_wrong_pupil(
    hands: Hands, world: World
) -> None:
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    measure(hands, world, lotte, "117.0")
    page = open_dossier(hands, world, lotte)
    other = others_on(hands.desk, world.visit(CONTACT), lotte)[0]

    hands.press(Qt.Key.Key_M, ctrl=True, shift=True)
    assert page._move.isVisible()
    page._move.other.set_value(other.pupil_id)
    page._move._give()
    hands.settle()

    with hands.desk.vault.read() as reader:
        here, _visit, _listed = find_on_visit(reader, world.visit(CONTACT), lotte)
        there, _visit, _listed = find_on_visit(reader, world.visit(CONTACT), other.pupil_id)
        old, new = reader.head(here.exam_id("growth")), reader.head(there.exam_id("growth"))
    assert old is not None
    assert old.is_withdrawn
    assert new is not None
    assert not new.is_withdrawn
    assert "verplaatst van Lotte Peeters naar" in hands.message()


def test_an_item_is_shielded_with_a_reason_and_says_so(hands: Hands, world: World) -> None:
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    measure(hands, world, lotte, "117.0")
    page = open_dossier(hands, world, lotte)
    record_id = page._model.row(page._list.current()).record_id

    page._hide.click()
    hands.settle()
    page._shield.flags.set_values([Flag.CONFIDENTIAL_SOURCE.value])
    page._shield._give()
    hands.settle()
    assert hands.message() == "Vul de reden van de afscherming in."

    page._shield.reason.set_value("gezegd door de buur")
    page._shield._give()
    hands.settle()

    with hands.desk.vault.read() as reader:
        assert shieldings_of(reader, lotte)[record_id].flags == (Flag.CONFIDENTIAL_SOURCE,)
    assert "vertrouwelijk verkregen" in [
        chip.accessibleName() or chip.text() for chip in page._record.widget().findChildren(Chip)
    ]

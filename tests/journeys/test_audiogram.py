"""An audiogram of a report from outside, from the step of hearing to the dossier, with real keys."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from clbdesk.domain.hearing import Audiogram, Threshold
from clbdesk.ids import PupilId
from clbdesk.services.reading import Standing, all_standing
from tests.journeys.conftest import Opener
from tests.journeys.moments import open_step, pause
from tests.journeys.needles import sentences
from tests.journeys.world import AN, CONTACT, Hands, World
from ui.pages.audiogram import AudiogramPage
from ui.pages.base import Destination
from ui.pages.hearing import HearingPage
from ui.widgets.label import Label
from ui.widgets.scene_view import SceneView

Key = Qt.Key


def known(hands: Hands, pupil: PupilId) -> list[Standing[Audiogram]]:
    with hands.desk.vault.read() as reader:
        return all_standing(reader.heads(kinds=("audiogram",), pupil_id=pupil), Audiogram)


def page(hands: Hands) -> AudiogramPage:
    assert isinstance(hands.page, AudiogramPage)
    return hands.page


def outside(hands: Hands) -> str:
    """What the card of reports says and draws on the step of hearing."""
    step: HearingPage = hands.page._pages["hearing"]
    words = [one.text() for one in step._outside.findChildren(Label) if one.isVisibleTo(step)]
    drawn = step._outside.findChildren(SceneView)
    return " ".join([*words, *(one.accessibleDescription() for one in drawn)])


def at_the_form(hands: Hands, world: World) -> PupilId:
    """From the step of hearing, with an answer typed there, to the report."""
    lotte = open_step(hands, world, "hearing")
    hands.type("g")
    step: HearingPage = hands.page._pages["hearing"]
    assert "Nog geen audiogram van buiten" in outside(hands)
    step._outside._add.setFocus()
    hands.press(Key.Key_Space)
    hands.wait(lambda: hands.page.name == "audiogram")
    hands.settle()
    return lotte


def typed_report(hands: Hands) -> None:
    hands.type("14/9/26")
    hands.press(Key.Key_Tab)
    hands.type("dr. Baert, NKO Gent")
    hands.press(Key.Key_Tab)
    hands.press(Key.Key_Return, Key.Key_Return)  # 125 and 250 Hz were not measured
    for level in ("15", "20", "35m", "60"):
        hands.type(level)
        hands.press(Key.Key_Return)


def test_a_report_is_typed_along_the_row_and_stands_beside_the_tests(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = at_the_form(hands, world)

    typed_report(hands)
    assert "2000 Hz 35 dB gemaskeerd" in page(hands)._chart.accessibleDescription()
    pause(hands)
    hands.save_and_go()
    hands.wait(lambda: hands.page.name == "pupil")
    hands.settle()

    assert hands.message().startswith("Extern audiogram van Lotte Peeters opgeslagen.")
    (found,) = known(hands, lotte)
    assert found.body.on == date(2026, 9, 14)
    assert found.body.right_air == {
        "500": Threshold(level_db=15),
        "1000": Threshold(level_db=20),
        "2000": Threshold(level_db=35, masked=True),
        "4000": Threshold(level_db=60),
    }
    assert "14 sep 2026 · dr. Baert, NKO Gent" in outside(hands)
    assert "Rechts lucht: 500 Hz 15 dB" in outside(hands)
    step: HearingPage = hands.page._pages["hearing"]
    assert len(step.tones.grid.open_places()) == 5  # what was typed here waited as draft
    step._outside._as_table.setFocus()
    hands.press(Key.Key_Space)
    assert "35 dB gemaskeerd" in outside(hands)
    assert not step._outside.findChildren(SceneView)[-1].isVisibleTo(step)


def test_what_is_missing_and_what_cannot_be_is_said_with_its_place(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = at_the_form(hands, world)

    hands.press(Key.Key_Tab, Key.Key_Tab)
    hands.type("42")
    pause(hands)
    hands.save_and_go()

    told = sentences(hands)
    assert "Vul de datum van het audiogram in." in told
    assert "Vul in wie het audiogram maakte." in told
    wrong = "Rechts lucht, 125 Hz: vul een waarde in van −10 tot 120 dB, in stappen van 5."
    assert wrong in told
    assert known(hands, lotte) == []


def test_a_half_typed_report_comes_back_as_draft(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = at_the_form(hands, world)
    typed_report(hands)

    hands.press(Key.Key_Escape)
    hands.settle()
    hands.go(Destination("audiogram", world.visit(CONTACT), lotte))
    hands.settle()

    assert page(hands).grid.cells[("right_air", "2000")].text() == "35m"
    assert page(hands).made_by.value() == "dr. Baert, NKO Gent"
    assert known(hands, lotte) == []


def test_the_dossier_draws_it_and_leads_to_where_it_is_corrected(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = at_the_form(hands, world)
    typed_report(hands)
    pause(hands)
    hands.save_and_go()
    hands.wait(lambda: hands.page.name == "pupil")

    hands.go(Destination("history", world.visit(CONTACT), lotte))
    hands.settle()
    row = next(
        at
        for at in range(hands.page._model.rowCount())
        if hands.page._model.row(at).kind == "audiogram"
    )
    hands.page._list.go_to(row)
    hands.page._list.setFocus()
    hands.press(Key.Key_Return)
    hands.settle()
    (drawn,) = hands.page._record.findChildren(SceneView)
    assert "4000 Hz 60 dB" in drawn.accessibleDescription()
    hands.press(Key.Key_F2)
    hands.wait(lambda: hands.page.name == "pupil")
    hands.settle()
    step: HearingPage = hands.page._pages["hearing"]
    step._outside._correct.setFocus()
    hands.press(Key.Key_Space)
    hands.wait(lambda: hands.page.name == "audiogram")
    hands.settle()
    page(hands).grid.cells[("right_air", "4000")].setFocus()
    page(hands).grid.cells[("right_air", "4000")].selectAll()
    hands.type("65")
    pause(hands)
    hands.save_and_go()
    hands.type("t")  # tikfout
    assert QApplication.focusWidget() is not None
    hands.press(Key.Key_Return)
    hands.wait(lambda: hands.page.name == "pupil")

    (found,) = known(hands, lotte)
    assert found.body.right_air["4000"] == Threshold(level_db=65)
    assert found.revision.reason == "tikfout"

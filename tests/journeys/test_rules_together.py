"""A doctor signs a whole table that was read row by row, and fills a tree in the centre's words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt

from clbdesk.cli.demo.setting import PASSPHRASE
from clbdesk.domain.judgement import RuleStatus
from clbdesk.standards.tables import put_in_force, rule
from tests.journeys.conftest import Opener
from tests.journeys.moments import pause
from tests.journeys.test_rules import open_rule, signatures
from tests.journeys.world import AN, DOCTOR, Hands
from ui.pages.rules import RulesPage
from ui.widgets.label import Label

TABLE = "cohort_rules.csv"
ROWS = ("COH-2", "COH-3", "COH-4")


@pytest.fixture(autouse=True)
def _nothing_stays_signed() -> Iterator[None]:
    yield
    put_in_force(())


def open_table(hands: Hands) -> RulesPage:
    """The rules of one table, all that wait in one column, the focus on the first row."""
    page = open_rule(hands, "COH-2")
    page._table.setFocus()
    hands.type("Wie op de lijst")
    hands.press(Qt.Key.Key_Down)
    hands.press(Qt.Key.Key_Return)
    page._together.setFocus()
    hands.press(Qt.Key.Key_Space)
    return page


def fill(hands: Hands, page: RulesPage, count: str) -> None:
    page.group.reason.setFocus()
    hands.type("gelezen met de Werkkaart")
    hands.press(Qt.Key.Key_Tab)
    hands.type(count)
    hands.press(Qt.Key.Key_Tab)
    hands.type(PASSPHRASE)


def test_a_table_is_signed_with_one_reason_and_the_number_of_rows_and_can_be_taken_back(
    opened: Opener,
) -> None:
    hands = opened(DOCTOR)
    page = open_table(hands)
    assert [one.row.id for one in page.group.chosen()] == list(ROWS)
    assert page.footer.primary.text().startswith("3 regels aftekenen")
    fill(hands, page, "3")
    hands.save_and_go()

    assert hands.message().startswith("3 regels afgetekend door dr. Lieve Maes.")
    assert {one.rule_id: one.value for one in signatures(hands)} == dict.fromkeys(ROWS)
    assert all(rule(one).status is RuleStatus.ON for one in ROWS)
    assert not page._together.isVisible()

    hands.press(Qt.Key.Key_O, ctrl=True, shift=True)
    assert hands.message() == "Handtekening van 3 regels ingetrokken."
    assert signatures(hands) == []
    assert rule("COH-2").status is RuleStatus.SIGN


def test_another_number_than_what_is_ticked_signs_nothing(opened: Opener) -> None:
    hands = opened(DOCTOR)
    page = open_table(hands)
    hands.press(Qt.Key.Key_Space)  # the first row is left out
    fill(hands, page, "3")
    hands.save_and_go()
    assert hands.message() == "Er is 1 ding na te kijken."
    assert signatures(hands) == []

    page.group.count.setFocus()
    page.group.count.selectAll()
    hands.type("2")
    pause(hands)
    hands.save_and_go()
    assert {one.rule_id for one in signatures(hands)} == set(ROWS[1:])
    assert rule(ROWS[0]).status is RuleStatus.SIGN


def test_every_row_is_read_with_its_unit_and_one_row_is_called_one_rule(opened: Opener) -> None:
    hands = opened(DOCTOR)
    page = open_table(hands)
    said = [one.text() for one in page.group.findChildren(Label)]
    assert {"K1=KK1 · L1=LO1 · L4=LO4 · L6=LO6 · S3=SO3", "3 · 6 · 9 · 11 · 14 jaren"} <= set(said)
    for tick, _view in page.group._ticks[1:]:
        tick.setFocus()
        hands.press(Qt.Key.Key_Space)
    assert page.footer.primary.text().startswith("1 regel aftekenen")
    fill(hands, page, "2")
    hands.save_and_go()
    links = [one.text for one in page.messages.message().links]
    assert links == ["Typ 1 om 1 regel af te tekenen."]


def test_a_table_asks_a_reason_a_row_and_the_passphrase(opened: Opener) -> None:
    hands = opened(DOCTOR)
    page = open_table(hands)
    asked = {one.text for one in page.group.problems(ask_passphrase=True)}
    assert asked == {
        "Vul de reden in: ze staat bij elke regel die samen wordt afgetekend.",
        "Typ 3 om 3 regels af te tekenen.",
        "Vul de wachtzin in.",
    }
    for tick, _view in page.group._ticks:
        tick.set_value(False)
    (none,) = page.group.problems(ask_passphrase=True)
    assert none.text == "Vink minstens één regel aan."
    hands.press(Qt.Key.Key_Escape)
    assert page.group.isHidden()
    assert page.form.isVisible()


def test_a_nurse_is_never_offered_a_table(opened: Opener) -> None:
    hands = opened(AN)
    page = open_rule(hands, "COH-2")
    page._table.set_value(TABLE)
    page._table.edited.emit()
    assert not page._together.isVisible()


def test_a_doctor_fills_a_tree_in_the_words_of_the_centre(opened: Opener) -> None:
    hands = opened(DOCTOR)
    page = open_rule(hands, "GRO-10")
    hands.press(Qt.Key.Key_Return)
    hands.type("Onder P3 op 6 jaar: handfoto.")
    page.form.passphrase.setFocus()
    hands.type(PASSPHRASE)
    hands.save_and_go()
    assert hands.message() == "Er is 1 ding na te kijken."
    page.form.reason.setFocus()
    hands.type("overleg van de artsen")
    pause(hands)
    hands.save_and_go()

    (signed,) = signatures(hands)
    assert (signed.value, signed.reason) == (
        "Onder P3 op 6 jaar: handfoto.",
        "overleg van de artsen",
    )
    assert signed.source == "Criterium van het centrum"
    assert rule("GRO-10").criterion == "Onder P3 op 6 jaar: handfoto."
    page.choose("GRO-10")
    hands.settle()
    position = page._model.position("GRO-10")
    assert position is not None
    assert page._model.index(position, 3).data() == "Eigen criterium"

"""Keys of the frame: Enter finds what is open, F6 walks, a double press counts once."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from tests.window.checks import outside, too_small
from ui.bus import Act, Severity
from ui.widgets import focus_ring
from ui.widgets.button import Button, Link
from ui.widgets.card import Card
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.decimal_edit import DecimalEdit
from ui.widgets.field_row import FieldRow
from ui.widgets.frame_parts import TopLine
from ui.widgets.page_frame import PageFrame
from ui.widgets.rule_line import RuleLine
from ui.widgets.tab_order import after, tab_stops
from ui.widgets.text_edit import TextEdit


@pytest.fixture
def page(qtbot):
    made = PageFrame()
    made.length = DecimalEdit("Lengte", places=1, unit="cm", maximum=Decimal(300), required=True)
    made.note = TextEdit("Opmerking", limit=100)
    made.clothing = ChoiceRow("Kledij", [Choice("a", "Turnpak", "t")], required=True)
    first, second = Card("Meting"), Card("Andere")
    made.row = FieldRow("Lengte (cm)", made.length)
    first.body.addWidget(made.row)
    first.body.addWidget(FieldRow("Opmerking", made.note, stretch=True))
    second.body.addWidget(FieldRow("Kledij", made.clothing))
    made.body.addWidget(first)
    made.body.addWidget(second)
    made.body.addStretch(1)
    made.footer.add_left(Button("Niet afgenomen…", "F8"))
    made.footer.set_primary("Opslaan en naar Zicht")
    made.pressed = []
    made.footer.primary_pressed.connect(lambda: made.pressed.append(True))
    qtbot.addWidget(made)
    made.resize(1366, 728)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.focus_first()
    return made


ENTER, CONTROL = Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier


def test_a_page_begins_in_its_first_field(page):
    assert page.length.hasFocus()


def test_enter_goes_to_the_next_required_field_that_is_open_then_to_the_button(page):
    QTest.keyClicks(page.length, "121,5")
    QTest.keyClick(page.length, ENTER)
    assert page.clothing.hasFocus()
    QTest.keyClicks(page.clothing, "t")
    QTest.keyClick(page.clothing, ENTER)
    assert page.footer.primary.hasFocus()
    QTest.keyClick(page.footer.primary, ENTER)
    assert not page.pressed, "Enter never saves"


def test_enter_comes_back_to_a_required_field_that_was_skipped(page):
    page.clothing.setFocus()
    page.clothing.set_value("a")
    QTest.keyClick(page.clothing, ENTER)
    assert page.length.hasFocus()


def test_a_double_press_counts_once(page, qtbot):
    QTest.keyClick(page.length, ENTER, CONTROL)
    QTest.keyClick(page.length, ENTER, CONTROL)
    assert page.pressed == [True]
    qtbot.wait(420)
    QTest.keyClick(page.length, Qt.Key.Key_Enter, CONTROL)
    assert page.pressed == [True, True]


def test_a_disabled_button_is_not_pressed_by_its_key(page):
    page.footer.set_primary("Opslaan", enabled=False)
    QTest.keyClick(page.length, ENTER, CONTROL)
    assert not page.pressed


def test_f6_walks_cards_footer_and_top_line_and_back(page):
    seen = []
    for _ in range(4):
        QTest.keyClick(page.focusWidget(), Qt.Key.Key_F6)
        seen.append(page.focusWidget())
    assert seen[0] is page.clothing
    assert page.footer.isAncestorOf(seen[1])
    assert page.top_line.isAncestorOf(seen[2])
    assert seen[3] is page.length
    QTest.keyClick(page.length, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert page.top_line.isAncestorOf(page.focusWidget())


def test_the_message_bar_takes_room_only_when_it_speaks(page):
    before = page._scroll.height()
    page.messages.say("De klok wijkt af.", Severity.ATTENTION)
    QTest.qWait(1)
    assert page._scroll.height() < before
    page.messages.dismiss()
    QTest.qWait(1)
    assert page._scroll.height() == before


def test_rule_lines_stand_above_the_footer_and_never_scroll_away(page):
    page.rules.show_lines(
        [RuleLine("Groeisnelheid", "geen criterium ingesteld", "GRO-2", is_empty=True)]
    )
    QTest.qWait(1)
    assert page.rules.isVisible()
    bottom = page.rules.mapTo(page, page.rules.rect().bottomLeft()).y()
    assert bottom < page.footer.y()
    page.rules.show_lines([])
    assert not page.rules.isVisible()


def test_the_undo_key_does_what_the_message_offers(page):
    done = []
    page.messages.say("Opgeslagen.", Severity.OK, Act("Ongedaan maken", lambda: done.append(True)))
    QTest.keyClick(page.length, Qt.Key.Key_O, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert done == [True]


def test_a_refusal_appears_on_leaving_and_goes_with_the_next_key(page):
    QTest.keyClicks(page.length, "3000")
    assert not page.row.error()
    page.note.setFocus()
    assert page.row.error().startswith("Lengte: 3000 kan niet.")
    assert page.length.accessibleDescription() == page.row.error()
    assert page.length.property("state") == "error"
    page.length.setFocus()
    QTest.keyClick(page.length, Qt.Key.Key_Backspace)
    assert not page.row.error()


def test_an_unlikely_value_is_confirmed_or_measured_again(page):
    answers = []
    page.row.confirmed.connect(lambda: answers.append("confirmed"))
    page.row.measure_again.connect(lambda: answers.append("again"))
    page.row.ask("Lengte 112,0 cm is 9,5 cm minder dan op 12 nov 2024. Klopt dit?")
    assert page.length.property("state") == "question"
    page.row.confirm()
    assert not page.row.question()
    page.row.confirm()
    assert answers == ["confirmed"]


def test_the_label_leads_to_its_field(page):
    assert page.row.label.buddy() is page.length


def test_exactly_one_ring_follows_the_focus(page, qapp, qtbot):
    ring = focus_ring.install(qapp)
    page.clothing.setFocus()
    assert ring.target() is page.clothing
    page.footer.primary.setFocus()
    assert ring.target() is page.footer.primary
    drawn = [widget for widget in page.findChildren(focus_ring._Ring) if widget.isVisible()]
    assert len(drawn) == 1
    assert drawn[0].width() == page.footer.primary.width() + 6
    assert focus_ring.install(qapp) is ring


def test_a_field_on_the_first_screen_is_shown_with_the_head_above_it(page, qtbot):
    for number in range(20):
        page.body.insertWidget(2, FieldRow(f"Veld {number}", TextEdit(f"Veld {number}", limit=5)))
    QTest.qWait(20)
    page._scroll.verticalScrollBar().setValue(40)

    page.note.setFocus()

    qtbot.waitUntil(lambda: page._scroll.verticalScrollBar().value() == 0, timeout=1000)


def test_the_focused_field_is_scrolled_into_view(page, qtbot):
    for number in range(20):
        page.body.insertWidget(2, FieldRow(f"Veld {number}", TextEdit(f"Veld {number}", limit=5)))
    last = TextEdit("Laatste", limit=5)
    page.body.addWidget(FieldRow("Laatste", last))
    QTest.qWait(20)
    last.setFocus()
    qtbot.waitUntil(
        lambda: last.mapTo(page, last.rect().bottomLeft()).y() < page.footer.y(), timeout=1000
    )


@pytest.mark.parametrize("quiet", ["", "standaard van vandaag"])
def test_a_field_that_takes_the_width_ends_with_the_card_unless_words_stand_beside_it(qtbot, quiet):
    row = FieldRow("Opmerking", TextEdit("Opmerking", limit=100), stretch=True)
    qtbot.addWidget(row)
    row.resize(600, 60)
    row.show()
    row.set_quiet("te vervangen")
    row.set_quiet(quiet)
    qtbot.waitUntil(lambda: row.quiet.isVisible() == bool(quiet))

    qtbot.waitUntil(lambda: (row.control.geometry().right() == 599) == (not quiet))


def test_what_is_too_long_for_the_top_line_breaks_between_statements_before_it_is_shortened(qtbot):
    top = TopLine()
    qtbot.addWidget(top)
    said = "Basisschool De Kring · 20 leerlingen · 9 klaar · 0 deels · 1 afwezig · nog 10 · ± 08:45"
    top.set_back("Vandaag")
    top.set_title("Klas 1A", said)
    (quiet,) = (one for one in top.findChildren(QWidget) if one.accessibleName() == said)
    top.resize(1366, 44)
    top.show()
    qtbot.waitUntil(lambda: quiet.lines()[0] == [said])

    for width, lines in ((1093, 1), (950, 2)):
        top.resize(width, 44)
        qtbot.waitUntil(lambda lines=lines: len(quiet.lines()[0]) == lines)
        assert " · ".join(quiet.lines()[0]) == said


def test_a_title_that_is_too_long_takes_the_place_of_the_keys_on_the_buttons(page, qtbot):
    top = page.top_line
    top.set_back("Eerdere prikken")
    top.set_title("Vrijgeven aan het begeleidend team van de school")
    page.setMinimumSize(600, 400)
    for width, brief in ((1024, False), (900, True), (1024, False)):
        page.resize(width, 728)
        shown = top.lock_button.width_of(with_hint=not brief)
        qtbot.waitUntil(lambda shown=shown: top.lock_button.width() == shown)
        qtbot.waitUntil(lambda: not too_small(top))


def test_a_long_name_in_the_head_of_a_card_breaks_over_lines_and_hides_nothing_beside_it(qtbot):
    card, state = Card(main=True, wraps=True), Button("Vorige", height=36)
    card.add_to_head(state)
    qtbot.addWidget(card)
    card.set_title("Gesubsidieerde Vrije Basisschool Onze-Lieve-Vrouw-ter-Duinen", "1 van 3")
    card.resize(900, 200)
    card.show()
    line = card.title.heightForWidth(900)
    qtbot.waitUntil(lambda: card.title.height() < 2 * line and not too_small(card))
    assert card.quiet.x() == card.title.geometry().right() + 1 + 12

    card.resize(460, 200)
    qtbot.waitUntil(lambda: card.title.height() >= 2 * line and not too_small(card))
    assert not outside(card)


def test_tab_goes_as_the_page_is_laid_out_also_through_a_row_that_came_later(page, qtbot):
    late = TextEdit("Later", limit=10)
    page.body.insertWidget(0, late)
    qtbot.waitUntil(late.isVisible)
    order = [late, page.length, page.note, page.clothing]

    late.setFocus()
    for one in order[1:]:
        QTest.keyClick(page.focusWidget(), Qt.Key.Key_Tab)
        assert one.hasFocus()
    for one in reversed(order[:-1]):
        QTest.keyClick(page.focusWidget(), Qt.Key.Key_Backtab)
        assert one.hasFocus()


def test_a_control_within_a_stop_leads_on_and_not_back_to_itself(qtbot):
    outer = QWidget()
    outer.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    first, second = Button("Een"), Button("Twee")
    column = QVBoxLayout(outer)
    column.addWidget(first)
    column.addWidget(second)
    qtbot.addWidget(outer)
    stops = list(tab_stops(outer))
    assert stops == [outer, first, second]
    assert after(stops, first)[0] is second
    assert after(stops, first, forward=False)[0] is outer


def test_what_hides_with_the_focus_in_it_gives_the_focus_to_what_follows(page):
    page.note.setFocus()
    page.note.hide()
    assert page.clothing.hasFocus()


def test_a_link_is_read_aloud_with_its_words_of_now(qtbot):
    link = Link("", about="lot van HPV 1")
    qtbot.addWidget(link)
    assert link.accessibleName() == "lot van HPV 1"
    link.setText("X098765")
    assert link.accessibleName() == "X098765: lot van HPV 1"

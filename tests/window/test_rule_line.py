"""Rule lines in a low window: who asks something keeps a line, the quiet ones share one."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui.theme import Role
from ui.widgets.button import Link
from ui.widgets.label import IconWord
from ui.widgets.page_frame import PageFrame
from ui.widgets.rule_line import RuleLine, RuleLines


def line(head: str, role: Role = Role.OK, **more: object) -> RuleLine:
    return RuleLine(head=head, sentence="zin", source="GRO-1", role=role, **more)


LINES = (
    line("Normaal gewicht"),
    line("Groeisnelheid", Role.SECONDARY, is_empty=True),
    line("Lengte buigt af", Role.ATTENTION),
    line("Opvolging", Role.ATTENTION, is_empty=True),
    line("Kleine gestalte", Role.ATTENTION),
    line("Gekend", Role.SECONDARY),
)


def shown(rules: RuleLines) -> list[str]:
    """The heads that have a line of their own."""
    QApplication.processEvents()  # what is laid out is shown a turn later
    words = [one for one in rules.findChildren(IconWord) if one.isVisibleTo(rules)]
    return [one.accessibleName() for one in words]


def made(qtbot: QtBot, most: int) -> RuleLines:
    rules = RuleLines()
    qtbot.addWidget(rules)
    rules.show_lines(LINES)
    rules.set_most(most)
    with qtbot.waitExposed(rules):
        rules.show()
    return rules


def more(rules: RuleLines) -> list[Link]:
    QApplication.processEvents()
    return [one for one in rules.findChildren(Link) if one.isVisibleTo(rules)]


def test_what_asks_something_keeps_its_line_and_the_rest_is_named(qtbot: QtBot) -> None:
    rules = made(qtbot, 4)
    assert shown(rules) == ["Normaal gewicht", "Lengte buigt af", "Kleine gestalte"]
    names = [one.accessibleName() for one in rules.children() if hasattr(one, "accessibleName")]
    assert "Nog 3: Groeisnelheid, Opvolging, Gekend." in names
    assert rules.lines() == LINES


def test_who_is_referred_never_gives_up_the_line(qtbot: QtBot) -> None:
    rules = made(qtbot, 2)
    rules.show_lines((*LINES, line("Verwijzing", Role.ATTENTION, is_grave=True)))
    assert shown(rules) == ["Verwijzing"]


def test_all_of_them_come_and_go_by_the_keyboard_and_stay_while_values_change(
    qtbot: QtBot,
) -> None:
    rules = made(qtbot, 4)
    rules.activateWindow()
    qtbot.waitUntil(rules.isActiveWindow)
    (link,) = more(rules)
    link.setFocus()
    qtbot.keyClick(link, Qt.Key.Key_Space)
    assert len(shown(rules)) == len(LINES)
    rules.show_lines((*LINES[:-1], line("In behandeling", Role.SECONDARY)))
    assert len(shown(rules)) == len(LINES)
    (link,) = more(rules)
    link.setFocus()
    qtbot.keyClick(link, Qt.Key.Key_Space)
    assert len(shown(rules)) == 3
    assert QApplication.focusWidget() is more(rules)[0]


def test_another_pupil_begins_with_the_few_lines(qtbot: QtBot) -> None:
    rules = made(qtbot, 4)
    more(rules)[0].click()
    rules.show_lines(())
    rules.show_lines(LINES)
    assert len(shown(rules)) == 3


def test_where_all_have_room_nothing_is_left_out(qtbot: QtBot) -> None:
    for most in (0, len(LINES)):
        rules = made(qtbot, most)
        assert len(shown(rules)) == len(LINES)
        assert more(rules) == []


def test_a_low_page_shows_fewer_lines_than_a_high_one(qtbot: QtBot) -> None:
    page = PageFrame()
    qtbot.addWidget(page)
    page.rules.show_lines(LINES)
    page.resize(1093, 576)
    page.show()
    assert len(shown(page.rules)) == 3
    page.resize(1366, 728)
    assert len(shown(page.rules)) == len(LINES)

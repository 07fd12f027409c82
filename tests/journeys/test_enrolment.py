"""A new laptop in the real window: address, code, passphrases of who is here, and a colleague later."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from clbdesk import bootstrap
from clbdesk.centre import administration as office
from clbdesk.clock import SetClock
from clbdesk.paths import DataFolder
from tests.journeys.town import Town
from tests.journeys.world import AN, DOCTOR, MORNING, WIM, Hands
from ui.app import Desktop, make_app
from ui.pages.base import Destination

WORDS = "vier natte paarden lopen"


def new_laptop(town: Town, qtbot: QtBot) -> Hands:
    """The window of a laptop that belongs to nobody."""
    folder = town.folder / "new"
    folder.mkdir()
    program = bootstrap.start(DataFolder(folder), SetClock(MORNING), weak_slots=True)
    desktop = Desktop(program, make_app())

    def leave(_window: object) -> None:
        desktop.window.close()
        desktop.quit()

    qtbot.addWidget(desktop.window, before_close_func=leave)
    desktop.window.show()
    desktop.window.activateWindow()
    qtbot.waitExposed(desktop.window)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    return Hands(qtbot, desktop)


def answer(qtbot: QtBot, text: str) -> None:
    """Type in the field with the focus and press Enter; wait until the network answered."""
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClicks(focus, text)
    QTest.keyClick(focus, Qt.Key.Key_Return)


def settle(hands: Hands) -> None:
    tasks = hands.desktop._tasks
    hands.qtbot.waitUntil(lambda: not tasks.is_busy(), timeout=10_000)
    QApplication.processEvents()


def named(town: Town, qtbot: QtBot) -> Hands:
    """A laptop for An, the doctor and Wim, whose code was just accepted."""
    users = [town.world.staff(name) for name in (AN, DOCTOR, WIM)]
    code = office.new_enrolment_code(town.world.setting.centre, "LAP-09", users)
    hands = new_laptop(town, qtbot)
    answer(qtbot, town.world.setting.running.url)
    answer(qtbot, code)
    settle(hands)
    return hands


def test_a_new_laptop_is_enrolled_by_keyboard_and_its_user_unlocks_it(
    town: Town, qtbot: QtBot
) -> None:
    hands = named(town, qtbot)
    card = hands.desktop._unlock.enrolling
    names = list(card._words)
    assert set(names) == {town.world.staff(name) for name in (AN, DOCTOR, WIM)}
    mine = card._words[town.world.staff(AN)]
    QTest.keyClicks(mine.first, WORDS)
    QTest.keyClicks(mine.second, WORDS)
    card.go_on()
    settle(hands)
    assert hands.desktop._unlock.enrolling is None
    answer(qtbot, WORDS)
    settle(hands)
    hands.wait(lambda: hands.desktop.work is not None)
    assert hands.desk.user.name == AN


def test_a_weak_passphrase_is_refused_in_words(town: Town, qtbot: QtBot) -> None:
    hands = named(town, qtbot)
    card = hands.desktop._unlock.enrolling
    mine = card._words[town.world.staff(AN)]
    QTest.keyClicks(mine.first, "kort")
    QTest.keyClicks(mine.second, "kort")
    card.go_on()
    assert mine._sentence.text() == (
        "Neem een wachtzin van minstens vier woorden of veertien tekens."
    )
    assert not hands.desktop.program.is_enrolled()


def test_a_code_is_used_once(town: Town, qtbot: QtBot) -> None:
    users = [town.world.staff(AN)]
    code = office.new_enrolment_code(town.world.setting.centre, "LAP-09", users)
    url = town.world.setting.running.url
    other = bootstrap.start(DataFolder(town.folder / "other"), SetClock(MORNING), weak_slots=True)
    other.ask_to_enrol(url, code)
    hands = new_laptop(town, qtbot)
    answer(qtbot, url)
    answer(qtbot, code)
    settle(hands)
    assert hands.desktop._unlock.enrolling._sentence.text() == (
        "De code is vervallen of al gebruikt. Er is niets gewijzigd. "
        "Vraag het centrum een nieuwe code."
    )


def test_without_the_centre_the_laptop_stays_nobodys(town: Town, qtbot: QtBot) -> None:
    code = office.new_enrolment_code(town.world.setting.centre, "LAP-09", [town.world.staff(AN)])
    hands = new_laptop(town, qtbot)
    answer(qtbot, "127.0.0.1:9")
    answer(qtbot, code)
    settle(hands)
    assert "Het centrum is niet bereikbaar." in hands.desktop._unlock.enrolling._sentence.text()
    assert not hands.desktop.program.is_enrolled()


def test_a_colleague_who_came_later_gets_a_passphrase_on_an_unlocked_laptop(
    town: Town, qtbot: QtBot
) -> None:
    hands = named(town, qtbot)
    card = hands.desktop._unlock.enrolling
    mine = card._words[town.world.staff(AN)]
    QTest.keyClicks(mine.first, WORDS)
    QTest.keyClicks(mine.second, WORDS)
    card.go_on()
    settle(hands)
    answer(qtbot, WORDS)
    hands.wait(lambda: hands.desktop.work is not None)
    hands.settle()
    hands.press(Qt.Key.Key_F5)
    hands.go(Destination("enrol_colleague"))
    _user, words = hands.page._words[town.world.staff(DOCTOR)]
    QTest.keyClicks(words.first, "drie gele deuren open")
    QTest.keyClicks(words.second, "drie gele deuren open")
    hands.save_and_go()
    assert hands.message() == f"{DOCTOR} kan deze laptop nu ontgrendelen."
    assert DOCTOR in {user.name for user in hands.desktop.program.users()}

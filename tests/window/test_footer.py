"""The footer of a page at widths and text sizes that are too small for one line."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.window.checks import outside, too_small
from ui import theme
from ui.theme import Scheme
from ui.widgets.button import Button
from ui.widgets.footer import Footer

HEIGHT = 48


class Page(QWidget):
    """A page of the greatest number of buttons that one has, over its whole width."""

    def __init__(self) -> None:
        super().__init__()
        self.footer = Footer()
        self.secondary = [
            Button("Niet afgenomen…", "F8"),
            Button("Aanvraag begeleiding…"),
            Button("Verontrusting…", "Ctrl+Shift+V"),
            Button("Rest: geen zorg", "F7"),
            Button("Concept weggooien"),
        ]
        self.footer.add_left(*self.secondary)
        self.footer.set_primary("Opslaan en naar Vaccinatie")
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.addStretch(1)
        lines.addWidget(self.footer)
        self.setMinimumSize(200, 200)

    def lines(self) -> list[list[str]]:
        """The words of the buttons, line by line."""
        places = sorted((one.y(), one.x(), one.text()) for one in [*self.secondary, self.primary])
        return [
            [words for y, _, words in places if y // HEIGHT == line]
            for line in sorted({y // HEIGHT for y, _, _ in places})
        ]

    @property
    def primary(self) -> Button:
        return self.footer.primary


@pytest.fixture
def page(qtbot: QtBot) -> Page:
    made = Page()
    qtbot.addWidget(made)
    made.resize(1366, 400)
    made.show()
    return made


def at(qtbot: QtBot, page: Page, width: int) -> Page:
    page.resize(width, 400)
    for _ in range(3):  # a second line asks for its height, the height for a new layout
        QApplication.processEvents()
    qtbot.waitUntil(lambda: not too_small(page) and not outside(page), timeout=2000)
    return page


def shows_its_key(button: Button) -> bool:
    return button.sizeHint().width() == button.width_of(with_hint=True)


def test_on_a_wide_window_every_key_stands_on_its_button(qtbot: QtBot, page: Page) -> None:
    at(qtbot, page, 1366)

    assert all(shows_its_key(one) for one in page.secondary)
    assert page.footer.height() == HEIGHT


def test_a_narrower_window_gives_up_the_keys_of_the_secondary_buttons_only(
    qtbot: QtBot, page: Page
) -> None:
    at(qtbot, page, 1093)

    assert page.footer.height() == HEIGHT
    assert not shows_its_key(page.secondary[0])
    assert page.secondary[0].toolTip() == "F8"
    assert shows_its_key(page.primary)


def test_what_does_not_fit_then_either_stands_in_a_second_line_in_reading_order(
    qtbot: QtBot, page: Page
) -> None:
    at(qtbot, page, 1024)

    words = [one.text() for one in page.secondary]
    assert page.lines() == [words, ["Opslaan en naar Vaccinatie"]]
    assert page.footer.height() == 2 * HEIGHT

    at(qtbot, page, 700)
    first, second = page.lines()
    assert [*first, *second] == [*words, "Opslaan en naar Vaccinatie"]
    assert len(second) > 1


def test_a_window_made_wide_again_has_one_line_with_every_key(qtbot: QtBot, page: Page) -> None:
    at(qtbot, page, 700)
    at(qtbot, page, 1366)

    assert len(page.lines()) == 1
    assert all(shows_its_key(one) for one in page.secondary)


def test_a_button_that_comes_and_goes_is_counted(qtbot: QtBot, page: Page) -> None:
    page.secondary[-1].hide()
    at(qtbot, page, 1093)
    qtbot.waitUntil(lambda: shows_its_key(page.secondary[0]), timeout=2000)

    page.secondary[-1].show()
    qtbot.waitUntil(
        lambda: not shows_its_key(page.secondary[0]) and not too_small(page), timeout=2000
    )


def test_greater_text_takes_a_second_line_too(qtbot: QtBot, qapp: QApplication, page: Page) -> None:
    theme.apply(qapp, Scheme.LIGHT, 1.5)
    try:
        qtbot.waitUntil(lambda: page.footer.height() == 2 * theme.px(HEIGHT), timeout=2000)
        qtbot.waitUntil(lambda: not too_small(page) and not outside(page), timeout=2000)
    finally:
        theme.apply(qapp, Scheme.LIGHT, 1.0)

"""A signal report for a school of 60 pupils in which one count would point at one child.

From the strip in which signals are noted, through the centre that publishes only what may be shown,
to the sheet that the school gets after a second reader.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from clbdesk.centre.directory import current
from clbdesk.centre.signal_report import half_of, publish_report
from clbdesk.clock import SetClock
from clbdesk.domain.care import CareDomain
from clbdesk.domain.people import Enrolment
from clbdesk.domain.school_signal import SignalReport, SignalSort
from clbdesk.services.desk import Desk
from clbdesk.services.signal_capture import SignalEntry, open_capture, record_signal
from tests.journeys.moments import pause
from tests.journeys.town import Town, copy_town, make_template, press_synchronise
from tests.journeys.world import AN, CONTACT, MEETING, WIM, Hands, open_window
from ui.pages import signal_report as page_module
from ui.pages.base import Destination
from ui.pages.signal_report import SignalReportPage

SOFIE = "Sofie Aerts"
SCHOOL = "Basisschool De Kring"
# What An and Wim note in a half year. One newcomer at this school: whoever knows it, knows who.
NOTED = {
    ("PSF", "breaks"): 11,
    ("OLB", "newcomers"): 1,
    ("OLB", "retention"): 6,
    ("LS", "maths"): 7,
}


@pytest.fixture
def small_school(tmp_path: Path, qtbot: QtBot) -> Iterator[Town]:
    """A centre of which the first school has 60 pupils."""
    folder = tmp_path / "template"
    folder.mkdir()
    made = copy_town(make_template(folder, 97), tmp_path, qtbot)
    yield made
    made.world.setting.close()


def note(desk: Desk, town: Town, visit: int, counts: dict[tuple[str, str], int]) -> None:
    """So many signals, as the strip records them."""
    view = open_capture(desk, town.world.visit(visit))
    for (domain, theme), count in counts.items():
        entry = SignalEntry(
            domain=CareDomain(domain), theme=theme, sort=SignalSort.NEED, text="gemeld in de klas"
        )
        for _ in range(count):
            record_signal(desk, view, entry)


def type_newcomer(hands: Hands) -> None:
    """One signal by keyboard: about the approach of newcomers, in this school about one child."""
    hands.press(Qt.Key.Key_S, ctrl=True, shift=True)
    hands.press(Qt.Key.Key_O, Qt.Key.Key_Return)
    hands.type("nieuwkomers")
    hands.press(Qt.Key.Key_Return, Qt.Key.Key_N, Qt.Key.Key_Return)
    hands.type("niemand tolkt bij het onthaal")
    hands.save_and_go()


def possible(report: SignalReport) -> dict[str, set[int]]:
    """What a reader with pen and paper can still think of every count that is not shown."""
    hidden = [
        (one.domain.value, theme.theme)
        for one in report.domains
        for theme in one.themes
        if theme.count is None
    ]
    most = max(NOTED.values()) + 5
    thinkable: dict[str, set[int]] = {theme: set() for _, theme in hidden}
    for guess in product(range(1, most), repeat=len(hidden)):
        counts = dict(zip(hidden, guess, strict=True))
        sums = {
            one.domain: sum(
                counts.get((one.domain.value, theme.theme), theme.count or 0)
                for theme in one.themes
            )
            for one in report.domains
        }
        fits = all(one.total in (None, sums[one.domain]) for one in report.domains)
        if fits and report.total in (None, sum(sums.values())):
            for (_, theme), count in counts.items():
                thinkable[theme].add(count)
    return thinkable


def test_the_report_of_a_small_school_says_nothing_of_one_child(
    small_school: Town, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    setting = small_school.world.setting
    school_id = setting.schools[SCHOOL]
    with setting.centre.store.reading() as tx:
        enrolments = current(tx, setting.centre.centre_id, Enrolment)
    assert sum(body.school_id == school_id for _, body in enrolments.values()) == 60

    # An and Wim note what they see; the one about the newcomer is typed.
    an = small_school.window("LAP-07", AN)
    an.go(Destination("class_list", small_school.world.visit(CONTACT)))
    type_newcomer(an)
    medical = {one: count for one, count in NOTED.items() if one[0] == "PSF"}
    note(an.desk, small_school, CONTACT, medical)
    press_synchronise(an)
    an.wait(lambda: an.page.work.waiting == 0)
    an.desktop.quit()
    wim = small_school.desk("LAP-07", WIM)
    others = {one: count for one, count in NOTED.items() if one[1] in {"retention", "maths"}}
    note(wim, small_school, MEETING, others)
    small_school.synchronise("LAP-07", wim)
    wim.close()

    # Two weeks after the half year the centre publishes it, once.
    assert isinstance(setting.clock, SetClock)
    setting.clock.set(datetime(2027, 2, 20, 9, tzinfo=UTC))
    report = publish_report(setting.centre, school_id, half_of("2026-1"))
    counted = {theme.theme: theme.count for one in report.domains for theme in one.themes}
    assert counted["anderstalige nieuwkomers"] is None
    assert counted["speelplaats, pauzes"] == 11
    thinkable = possible(report)["anderstalige nieuwkomers"]
    assert len(thinkable) > 2, f"a reader can work it out: {thinkable}"

    # On a laptop of that day Wim writes, and cannot be his own second reader.
    program = setting.enrol("LAP-20", [WIM, SOFIE])
    printed: list[bytes] = []

    def keep(_page: object, pdf: bytes) -> str:
        printed.append(pdf)
        return "access.printed"

    monkeypatch.setattr(page_module, "ask_printer", keep)
    writer = open_window(qtbot, program, small_school.world.staff(WIM))
    press_synchronise(writer)
    writer.go(Destination("signal_report"))
    page = writer.page
    assert isinstance(page, SignalReportPage)
    page.text.setFocus()
    writer.type("Er is 1 nieuwkomer zonder tolk.")
    assert "een aantal onder 5" in page._notice.text().casefold()
    page.text.clear()
    writer.type("Bij het onthaal is er nood aan tolken.")
    assert page._notice.text() == ""
    writer.save_and_go()
    assert "Wacht op een tweede lezer" in page._state.text()
    assert not page._agree.isVisible()
    page.agree()
    writer.settle()
    assert "zelf aan de tekst schreef" in writer.message()
    writer.press(Qt.Key.Key_P, ctrl=True)
    assert printed == []
    assert "geen tweede lezer" in writer.message()
    pause(writer)
    writer.desktop.quit()

    # Sofie reads it, agrees, and prints it for the school.
    reader = open_window(qtbot, program, small_school.world.staff(SOFIE))
    reader.go(Destination("signal_report"))
    page = reader.page
    assert isinstance(page, SignalReportPage)
    page._agree.click()
    reader.settle()
    reader.press(Qt.Key.Key_P, ctrl=True)
    (pdf,) = printed
    sheets = [one.get_textpage().get_text_range() for one in pypdfium2.PdfDocument(pdf)]
    text = " ".join("\n".join(sheets).split())
    assert "nood aan tolken" in text
    assert "Geschreven door Wim Bos, gelezen door Sofie Aerts" in text
    assert "anderstalige nieuwkomers niet getoond" in text
    assert "niemand tolkt bij het onthaal" not in text, "the words of a signal stay inside"

"""What a meeting released at a school is read by the nurse who goes there."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt

from clbdesk.centre.writing import Entry, write
from clbdesk.domain.care_outcome import MeetingText, OutputForm
from clbdesk.domain.visits import Visit
from clbdesk.ids import RecordId
from clbdesk.services.reading import one_standing
from tests.journeys.town import Town, press_synchronise
from tests.journeys.world import AN, CONTACT
from ui.pages.base import Destination
from ui.pages.meeting_texts import MeetingTextsPage

FIRST, SECOND = "Mia legt een pictogrammenkaart.", "Els volgt de start van de dag op."


def test_a_nurse_reads_the_newest_text_first_and_the_other_with_an_arrow(town: Town) -> None:
    hands = town.window("LAP-07", AN)
    at = Destination("meeting_texts", town.world.visit(CONTACT))
    hands.go(at)
    page = hands.page
    assert isinstance(page, MeetingTextsPage)
    assert page._none.isVisible()
    assert not page.list.isVisible()

    with hands.desk.vault.read() as reader:
        visit = one_standing(reader, RecordId(town.world.visit(CONTACT)), Visit)
    assert visit is not None
    school_id = visit.body.school_id
    centre = town.world.setting.centre
    for text, day in ((FIRST, date(2026, 10, 5)), (SECOND, date(2026, 11, 9))):
        body = MeetingText(
            school_id=school_id,
            meeting_id=RecordId(centre.ids.new()),
            form=OutputForm.AGREEMENTS,
            on=day,
            text=text,
        )
        entry = Entry(RecordId(centre.ids.new()), body, school_id=school_id)
        with centre.store.writing() as tx:
            write(tx, centre, [entry])
    press_synchronise(hands)
    hands.go(at)
    assert page.text.text() == SECOND
    assert page.list.hasFocus()
    hands.press(Qt.Key.Key_Down)
    assert page.text.text() == FIRST
    with hands.desk.vault.read() as reader:
        assert reader.access_lines()[-1].kind == "meeting_text"

"""A safety concern at the keyboard: hands that know its page."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from clbdesk.ids import StaffId
from tests.journeys.world import Hands
from ui.pages.safety_concern import SafetyConcernPage
from ui.pages.safety_concern_parts import FactRow

FACT = "blauwe plek linkerbovenarm"


def concern_page(hands: Hands) -> SafetyConcernPage:
    page = hands.page
    assert isinstance(page, SafetyConcernPage)
    return page


def fill_in(hands: Hands, page: SafetyConcernPage, with_whom: StaffId | None) -> None:
    """The fields that are required, by hand."""
    row = page.facts.rows()[0]
    assert isinstance(row, FactRow)
    texts = row.findChildren(QWidget)
    by_name = {one.accessibleName(): one for one in texts if one.accessibleName()}
    for name, typed in (("Feit", FACT), ("Dag en uur", "vandaag 10:40"), ("Bron", "bij het meten")):
        by_name[name].setFocus()
        hands.type(typed)
    page.safe_now.setFocus()
    hands.press(Qt.Key.Key_J)
    if with_whom is not None:
        page.discussed_with.set_value(with_whom)
        page.discussed_with.edited.emit()
    page.parents.setFocus()
    hands.press(Qt.Key.Key_N)
    page.parents_reason.setFocus()
    hands.type("veiligheid")

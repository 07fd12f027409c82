"""Where Esc leads, after pages were opened out of order."""

from __future__ import annotations

from clbdesk.ids import PupilId, VisitId
from ui.pages.base import Destination
from ui.pages.border_route import way_to

CONTACT, NEEDLE = VisitId("contact"), VisitId("needle")
TODAY, SEARCH = Destination("visits"), Destination("search")
CLASS, VACCINATION = Destination("class_list", CONTACT), Destination("vaccination_list", NEEDLE)
LOTTE = Destination("pupil", CONTACT, PupilId("lotte"))
FINN = Destination("pupil", NEEDLE, PupilId("finn"))


def walked(*pages: Destination) -> list[str]:
    """The pages of the way back after going to these, one by one."""
    trail: list[Destination] = []
    for one in pages:
        trail = way_to(trail, one)
    return [one.page for one in trail]


def test_a_pupil_opened_from_a_list_leads_back_to_that_list() -> None:
    assert walked(TODAY, CLASS, LOTTE, VACCINATION, FINN)[-2] == "vaccination_list"


def test_the_next_pupil_and_one_that_was_searched_lead_back_to_the_list_of_before() -> None:
    assert walked(TODAY, CLASS, LOTTE, FINN) == ["visits", "class_list", "pupil"]
    assert walked(TODAY, CLASS, LOTTE, SEARCH, FINN) == ["visits", "class_list", "pupil"]


def test_a_page_stands_once_on_the_way_back() -> None:
    way = walked(TODAY, CLASS, LOTTE, VACCINATION, FINN, CLASS, LOTTE)
    assert len(way) == len(set(way))
    assert way[-2] == "class_list"

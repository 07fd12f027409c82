"""A closed dossier in the real window: a reason first, a red frame, an hour, and the director's list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from clbdesk.centre import administration as office
from clbdesk.centre.access_review import Concern, access_of_pupil, weekly_review
from clbdesk.clock import local_day
from clbdesk.domain.care_outcome import BorderBasis, BorderReason
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.people import Membership
from clbdesk.domain.revision import Role as Function
from clbdesk.ids import PupilId
from clbdesk.services.border import BorderEntry, open_border, record_transition
from clbdesk.services.desk import User
from clbdesk.services.records import withdraw
from clbdesk.services.visits import pupils_of
from tests.journeys.conftest import Opener
from tests.journeys.meetings import hold_meeting
from tests.journeys.moments import pause
from tests.journeys.town import Town
from tests.journeys.world import AN, CONTACT, MEETING, WIM, Hands, World, find_pupil
from tests.window.checks import nameless, outside, too_small
from ui import theme
from ui.pages.base import Destination
from ui.pages.emergency import EmergencyPage
from ui.theme import Role, Scheme

REASON = "leerling viel flauw, allergie nakijken"


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[None]:
    """Light again for whoever comes next."""
    yield
    theme.apply(qapp, Scheme.LIGHT, 1.0)


def page_of(hands: Hands) -> EmergencyPage:
    page = hands.page
    assert isinstance(page, EmergencyPage)
    return page


def lines_of(hands: Hands) -> list[tuple[str, str]]:
    with hands.desk.vault.read() as reader:
        return [(one.action, one.reason) for one in reader.access_lines()]


def move_to_other_school(town: Town, name: str) -> None:
    """At the centre somebody works for another school from today on."""
    setting = town.world.setting
    staff_id = town.world.staff(name)
    (other,) = [one for school, one in setting.schools.items() if school.startswith("SO")][:1]
    today = local_day(setting.clock.now())
    office.end_memberships(setting.centre, staff_id, today - timedelta(days=1))
    office.add_membership(
        setting.centre,
        Membership(staff_id=staff_id, role=Function.NURSE, school_id=other, since=today),
    )


def strike_off(hands: Hands, world: World, pupil_id: PupilId) -> None:
    """The centre takes a pupil off the list of the visit; the dossier is still on the laptop."""
    centre = replace(hands.desk, user=User(hands.desk.user.staff_id, "centrum", Function.CENTRE))
    withdraw(
        centre, [derived_record_id("visit_pupil", world.visit(CONTACT), pupil_id)], "verplaatst"
    )


def name_only(hands: Hands, world: World) -> PupilId:
    """A pupil of the school of the meeting who is not on its list."""
    with hands.desk.vault.read() as reader:
        listed = {one.pupil_id for one in pupils_of(reader, world.visit(MEETING))}
        known = [PupilId(head.record_id) for head in reader.heads(kinds=("pupil",))]
    return next(one for one in known if one not in listed)


def give_reason(hands: Hands, text: str, why: str = "a") -> None:
    hands.type(why)
    page_of(hands).text.setFocus()
    hands.type(text)
    pause(hands)
    hands.save_and_go()


def test_somebody_of_another_school_reads_in_an_emergency_and_the_director_sees_it(
    town: Town,
) -> None:
    hands = town.window("LAP-07", AN)
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    visit = town.world.visit(CONTACT)
    move_to_other_school(town, AN)
    town.synchronise("LAP-07", hands.desk)
    hands.desktop.window._count_waiting()
    hands.settle()

    hands.go(Destination("class_list", visit))
    assert page_of(hands)._question.isHidden(), "no list of a school where one does not work"
    hands.go(Destination("pupil", visit, lotte))
    page = page_of(hands)
    assert "noodtoegang" in page._sentence.text()
    assert page.reading.model.rowCount() == 0, "nothing before the reason"

    give_reason(hands, "te kort")
    assert "minstens 20 tekens" in page.messages.message().links[0].text
    page.text.set_value("")
    give_reason(hands, REASON)
    assert page._is_emergency, "the red frame"
    assert "Nog 60 minuten" in page.reading.notice.word
    rows = page.reading.model.rowCount()
    assert rows > 0
    hands.press(Qt.Key.Key_Return)
    assert lines_of(hands)[-2:] == [("emergency", f"other: {REASON}"), ("open", "emergency")]

    town.synchronise("LAP-07", hands.desk)
    centre = town.world.setting.centre
    told = access_of_pupil(centre, lotte)
    assert [one.action for one in told][-2:] == ["emergency", "open"]
    found = weekly_review(centre, local_day(hands.desk.clock.now()))
    assert [one.concern for one in found if one.entry.pupil_id == lotte] == [
        Concern.EMERGENCY,
        Concern.EMERGENCY,
    ]


def test_the_dossier_closes_after_an_hour_and_asks_again(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    strike_off(hands, world, lotte)
    hands.go(Destination("history", world.visit(CONTACT), lotte))
    page = page_of(hands)
    hands.type("v")
    pause(hands)
    hands.save_and_go()
    assert page.reading.model.rowCount() > 0
    assert not page._is_emergency, "who works for the school has no emergency"

    hands.desk.clock.advance(timedelta(minutes=59))
    page.tick()
    assert "Nog 1 minuut" in page.reading.notice.word
    hands.desk.clock.advance(timedelta(minutes=1))
    page.tick()
    hands.settle()

    assert page.reading.model.rowCount() == 0
    assert not page._question.isHidden()
    assert "tijd om te lezen" in hands.message()


def test_going_back_from_a_closed_dossier_leads_to_where_one_was(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    strike_off(hands, world, lotte)
    hands.go(Destination("class_list", world.visit(CONTACT)))
    hands.go(Destination("pupil", world.visit(CONTACT), lotte))
    page_of(hands)
    hands.press(Qt.Key.Key_Escape)
    assert hands.page.name == "class_list"


def test_a_pupil_found_outside_every_list_asks_a_reason_and_the_search_shows_no_more(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    strike_off(hands, world, lotte)
    hands.press(Qt.Key.Key_K, ctrl=True)
    hands.type("peeters lotte")
    hands.settle()
    hands.press(Qt.Key.Key_Return)
    page = page_of(hands)
    assert "op geen lijst" in page._sentence.text()
    assert page.reading.model.rowCount() == 0
    assert ("open", "unplanned") not in lines_of(hands)


def test_a_pupil_of_whom_guidance_has_the_name_alone_is_a_calm_page(
    opened: Opener, world: World
) -> None:
    hands = opened(WIM)
    stranger = name_only(hands, world)
    for page in ("history", "pupil"):
        for visit in (world.visit(MEETING), None):
            hands.go(Destination("visits"))
            hands.go(Destination(page, visit, stranger))
            assert "alleen naam en klas" in page_of(hands)._sentence.text()
            assert page_of(hands)._question.isHidden()
    hands.press(Qt.Key.Key_D, ctrl=True)
    assert "alleen naam en klas" in page_of(hands)._sentence.text()


def test_a_pupil_taken_over_the_border_is_read_on_that_basis_without_a_question(
    opened: Opener, world: World
) -> None:
    hands = opened(WIM)
    stranger = name_only(hands, world)
    topic = hold_meeting(hands.desk, world.visit(MEETING))
    entry = BorderEntry(
        reason=BorderReason.OPEN_FILE,
        pupil_id=stranger,
        basis=BorderBasis.COMPULSORY_EDUCATION,
        on=date(2026, 11, 23),
        words="afwezig zonder reden sinds oktober",
    )
    record_transition(hands.desk, open_border(hands.desk, world.visit(MEETING), topic), entry)
    hands.desktop.work.station.crossed.add(stranger)
    hands.go(Destination("care_topic", world.visit(MEETING), record_id=topic))
    hands.go(Destination("history", world.visit(MEETING), stranger))
    page = page_of(hands)
    assert page.reading.isVisible()
    assert "opdracht" in page.reading.notice.word
    assert ("open", "task") in lines_of(hands)


@pytest.mark.usefixtures("dressed")
@pytest.mark.parametrize("scheme", list(Scheme))
@pytest.mark.parametrize("size", [(1366, 728), (1093, 576)])
def test_question_and_red_frame_are_whole_on_both_screens(
    town: Town, scheme: Scheme, size: tuple[int, int]
) -> None:
    hands = town.window("LAP-07", AN)
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    move_to_other_school(town, AN)
    town.synchronise("LAP-07", hands.desk)
    theme.apply(hands.desktop.app, scheme, 1.0)
    hands.desktop.window.resize(*size)
    hands.go(Destination("pupil", town.world.visit(CONTACT), lotte))
    page = page_of(hands)
    assert not (*too_small(page), *outside(page), *nameless(page))
    give_reason(hands, REASON)
    hands.press(Qt.Key.Key_Return)
    assert not (*too_small(page), *outside(page), *nameless(page))
    corner = hands.desktop.window.grab().toImage().pixelColor(2, size[1] // 2)
    assert corner == theme.colour(Role.ERROR), "the frame is red to the edge"

"""Two posts of one visit, each in its own window: what one records, the other has at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt

from clbdesk.clock import SetClock
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.vaccination import ConsentChoice, Lot
from clbdesk.domain.visits import Attendance, AttendanceState
from clbdesk.ids import PupilId, VisitId
from clbdesk.services.class_list import set_attendance
from clbdesk.services.reading import all_standing, one_standing
from clbdesk.services.station_link import Phase
from clbdesk.standards.vaccination.conditions import ConditionName
from tests.journeys.conftest import Opener
from tests.journeys.moments import pause
from tests.journeys.needles import (
    doses,
    go_to,
    have_session,
    planned,
    records,
    refusal_form,
    say_birthday,
    sentences,
)
from tests.journeys.world import AN, CONTACT, ELS, VACCINATION, Hands, World, find_pupil
from ui.pages.base import Destination
from ui.pages.vaccination import VaccinationPage


@pytest.fixture
def posts(opened: Opener, world: World) -> tuple[Hands, Hands]:
    """An at LAP-07 and Els at LAP-03, both on the page of linking."""
    both = opened(AN), opened(ELS, "LAP-03")
    for hands in both:
        hands.go(Destination("link", world.visit(CONTACT)))
    return both


def link(posts: tuple[Hands, Hands]) -> None:
    an, els = posts
    an.qtbot.mouseClick(an.page._show_button, Qt.MouseButton.LeftButton)
    an.wait(lambda: an.page.work.link.state.phase is Phase.SHOWING)
    state = an.page.work.link.state
    els.page.code.setText(state.code)
    els.page.address.setText(f"127.0.0.1:{state.port}")
    els.save_and_go()
    an.wait(lambda: an.page.work.link.state.is_linked)
    els.wait(lambda: els.page.work.link.state.is_linked)


def wait_minutes(minutes: int, *posts: Hands) -> None:
    for hands in posts:
        clock = hands.desk.clock
        assert isinstance(clock, SetClock)
        clock.advance(timedelta(minutes=minutes))


def state_of(hands: Hands, visit: VisitId, pupil: PupilId) -> AttendanceState | None:
    with hands.desk.vault.read() as reader:
        found = one_standing(reader, derived_record_id("attendance", visit, pupil), Attendance)
    return found.body.state if found else None


def test_who_is_absent_is_told_to_the_other_post_at_once(
    posts: tuple[Hands, Hands], world: World
) -> None:
    an, els = posts
    link(posts)
    assert an.page.work.link.state.other == "Els Claes, LAP-03"
    assert els.page._state.text() == "Gekoppeld met An Janssens, LAP-07."
    visit, lotte = world.visit(CONTACT), find_pupil(an.desk, "Peeters", "Lotte")

    outcome = set_attendance(an.desk, visit, [lotte], AttendanceState.ABSENT)
    an.page.work.bus.changed.emit(outcome.changes)

    els.wait(lambda: state_of(els, visit, lotte) is AttendanceState.ABSENT)
    els.wait(lambda: "1 ontvangen" in els.page._counts.text())


def test_locking_ends_the_link_and_the_other_is_told(posts: tuple[Hands, Hands]) -> None:
    an, els = posts
    link(posts)
    an.desktop.window.lock()
    els.wait(lambda: els.page.work.link.state.phase is Phase.BROKEN)
    assert els.message().startswith("De koppeling is verbroken. Er gaat niets verloren")


def test_a_wrong_code_is_said_and_the_right_one_still_opens(posts: tuple[Hands, Hands]) -> None:
    an, els = posts
    els.page.code.setText("1234")
    els.save_and_go()
    assert els.message() == "Typ de code van 8 cijfers die op de andere laptop staat."
    pause(els)
    link(posts)
    assert an.page.work.link.state.is_linked


def unmet(page: VaccinationPage) -> set[ConditionName]:
    return {one.name for each in page._found().values() for one in each if not one.met}


def test_without_a_link_a_dose_waits_until_somebody_asked_at_the_other_post(
    opened: Opener, world: World
) -> None:
    els = opened(ELS, "LAP-03")
    have_session(els, world, user=ELS)
    row = planned(els, world, "dTpa")[0]
    page = go_to(els, world, row.pupil_id)
    post = page.card.other_post
    assert post.isVisible()
    assert post._when.text() == "nog geen uitwisseling"
    say_birthday(els, row.birth_date)
    els.press(Qt.Key.Key_F7)

    els.save_and_go()

    assert "Vraag daar na of een weigering binnenkwam" in sentences(els)
    assert doses(els, world, row.pupil_id) == []
    assert unmet(page) == {ConditionName.OTHER_POST}
    els.qtbot.mouseClick(post.tick, Qt.MouseButton.LeftButton)
    assert unmet(page) == set()
    pause(els)
    els.save_and_go()
    assert len(doses(els, world, row.pupil_id)) == 1
    (prescreen,) = records(els, world, row.pupil_id, "prescreen")
    assert prescreen.asked_other_post


@pytest.mark.parametrize("choice", [ConsentChoice.REFUSAL, ConsentChoice.WITHDRAWAL])
def test_a_refusal_or_withdrawal_at_the_other_post_stops_the_needle_here(
    opened: Opener, world: World, choice: ConsentChoice
) -> None:
    an, els = opened(AN), opened(ELS, "LAP-03")
    have_session(an, world)
    row = planned(an, world, "dTpa")[0]
    for hands in (an, els):
        hands.go(Destination("link", world.visit(VACCINATION)))
    link((an, els))
    an.desktop.window.activateWindow()
    an.wait(an.desktop.window.isActiveWindow)
    page = go_to(an, world, row.pupil_id)
    assert page.card.other_post.isVisible()
    assert not page.card.other_post.tick.isVisible()
    say_birthday(an, row.birth_date)
    an.press(Qt.Key.Key_F7)
    assert unmet(page) == set()

    outcome = refusal_form(els, world, row.pupil_id, choice)
    els.page.work.bus.changed.emit(outcome.changes)
    an.wait(lambda: an.page.work.link.state.received > 0)
    an.save_and_go()

    said = "Intussen is de toestemming gewijzigd door Els Claes. Kijk na en sla opnieuw op."
    assert an.message() == said
    assert doses(an, world, row.pupil_id) == []
    assert ConditionName.CONSENT in unmet(page)


def test_a_link_of_another_visit_answers_no_question_before_the_needle(
    opened: Opener, world: World
) -> None:
    an, els = opened(AN), opened(ELS, "LAP-03")
    have_session(els, world, user=ELS)
    row = planned(els, world, "dTpa")[0]
    for hands in (an, els):
        hands.go(Destination("link", world.visit(CONTACT)))
    link((an, els))

    page = go_to(els, world, row.pupil_id)

    assert not page.card.other_post.is_linked
    assert page.card.other_post.tick.isVisible()
    assert ConditionName.OTHER_POST in unmet(page)


def test_a_post_that_was_linked_once_is_asked_for_when_the_link_is_gone(
    opened: Opener, world: World
) -> None:
    an, els = opened(AN), opened(ELS, "LAP-03")
    have_session(an, world)
    row = planned(an, world, "dTpa")[0]
    for hands in (an, els):
        hands.go(Destination("link", world.visit(VACCINATION)))
    wait_minutes(25, an, els)  # it is 9:10
    link((an, els))
    an.page.work.link.end()
    an.wait(lambda: not an.page.work.link.state.is_linked)
    wait_minutes(30, an, els)

    page = go_to(an, world, row.pupil_id)

    assert page.card.other_post._when.text() == "laatste uitwisseling 09:10"
    assert page.card.other_post.tick.isVisible()
    assert ConditionName.OTHER_POST in unmet(page)


def test_who_took_the_visit_along_first_asks_too_when_more_posts_were_said(
    opened: Opener, world: World
) -> None:
    an = opened(AN)
    have_session(an, world)
    row = planned(an, world, "dTpa")[0]
    assert not go_to(an, world, row.pupil_id).card.other_post.isVisible()
    an.go(Destination("vaccination_session", world.visit(VACCINATION)))
    an.page.team.posts.setFocus(Qt.FocusReason.TabFocusReason)
    an.type("m")
    an.save_and_go()

    page = go_to(an, world, row.pupil_id)

    assert page.card.other_post.tick.isVisible()
    assert ConditionName.OTHER_POST in unmet(page)


def test_a_box_that_was_too_warm_at_the_other_post_blocks_here_at_once(
    opened: Opener, world: World
) -> None:
    an, els = opened(AN), opened(ELS, "LAP-03")
    for hands, user in ((an, AN), (els, ELS)):
        have_session(hands, world, user=user)
        hands.go(Destination("link", world.visit(VACCINATION)))
    row = planned(an, world, "dTpa")[0]
    link((an, els))
    an.desktop.window.activateWindow()
    an.wait(an.desktop.window.isActiveWindow)
    page = go_to(an, world, row.pupil_id)
    say_birthday(an, row.birth_date)
    an.press(Qt.Key.Key_F7)
    assert unmet(page) == set()

    outcome = have_session(els, world, user=ELS, arrival="9.4")
    els.page.work.bus.changed.emit(outcome.changes)
    an.wait(lambda: bool(quarantined(an)))
    an.save_and_go()

    assert doses(an, world, row.pupil_id) == []
    assert an.message().startswith("Intussen is een lot gewijzigd door Els Claes.")
    assert quarantined(an) == ["AC37B2210"]
    assert not go_to(an, world, row.pupil_id).doses.lines[0].row.lots


def quarantined(hands: Hands) -> list[str]:
    with hands.desk.vault.read() as reader:
        lots = all_standing(reader.heads(kinds=("lot",)), Lot)
    return [one.body.number for one in lots if one.body.quarantined]

"""A membership that ends while somebody types: the window says so, and nothing typed is lost."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import Qt

from clbdesk.centre import administration as office
from clbdesk.clock import SetClock
from clbdesk.domain.people import Membership
from clbdesk.domain.revision import Role
from clbdesk.wording import say
from tests.journeys.moments import open_step
from tests.journeys.town import Town
from tests.journeys.world import AN, CONTACT, Hands
from ui.pages.base import Destination
from ui.pages.growth_entry import GrowthEntryCard

TODAY = date(2026, 11, 23)


def drafts(hands: Hands) -> list[str]:
    with hands.desk.vault.read() as reader:
        return [one.content for one in reader.drafts(hands.desk.user.staff_id)]


def typed(hands: Hands) -> tuple[str, str]:
    """Height and weight as they stand on the page."""
    card = hands.page.findChild(GrowthEntryCard)
    assert card is not None
    return card.fields["height"].text(), card.fields["weight"].text()


def test_what_was_typed_on_the_last_day_waits_as_a_draft_until_the_membership_is_extended(
    town: Town,
) -> None:
    world = town.world
    an = world.staff(AN)
    office.end_memberships(world.setting.centre, an, TODAY)
    hands = town.window("LAP-07", AN)
    town.synchronise("LAP-07", hands.desk)
    lotte = open_step(hands, world, "growth")
    hands.type("121,5")
    hands.press(Qt.Key.Key_Return)
    hands.type("24,8")
    clock = hands.desk.clock
    assert isinstance(clock, SetClock)
    clock.advance(timedelta(hours=17))
    hands.save_and_go()
    assert hands.message() == say("records.no_membership")
    assert "blijft als concept staan" in hands.message()
    assert typed(hands) == ("121,5", "24,8")
    hands.go(Destination("synchronise"))
    (draft,) = drafts(hands)
    assert '"121,5"' in draft
    hands.go(Destination("pupil", world.visit(CONTACT), lotte, "growth"))
    assert hands.page.name == "emergency", "the school is closed, and it says so before anything"
    town.synchronise("LAP-07", hands.desk)
    assert drafts(hands) == [draft], "a draft is never sent and never lost"

    again = Membership(
        staff_id=an, role=Role.NURSE, school_id=None, since=TODAY + timedelta(days=1)
    )
    office.add_membership(world.setting.centre, again)
    town.synchronise("LAP-07", hands.desk)
    hands.go(Destination("class_list", world.visit(CONTACT)))
    hands.go(Destination("pupil", world.visit(CONTACT), lotte, "growth"))
    hands.wait(lambda: typed(hands) == ("121,5", "24,8"))
    hands.save_and_go()
    assert hands.message() == "Groei van Lotte Peeters opgeslagen."
    assert drafts(hands) == []

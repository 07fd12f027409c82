"""Which test of sight is taken: that of the moment, another with its reason, or by development."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from clbdesk.domain.contact import Acuity, OtherTestReason, VisionTest
from clbdesk.domain.people import Enrolment
from clbdesk.domain.revision import Role
from clbdesk.domain.visits import ContactMoment
from clbdesk.services.desk import User
from clbdesk.services.reading import all_standing
from clbdesk.services.records import Part, Where, record
from tests.journeys.conftest import Opener
from tests.journeys.moments import come_back, open_step, pause, saved
from tests.journeys.world import AN, Hands, World, find_pupil
from ui.pages.vision import VisionPage
from ui.widgets.label import Label

ENTER, TAB, F7 = Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_F7


def page(hands: Hands) -> VisionPage:
    found: VisionPage = hands.page._pages["vision"]
    return found


def read(hands: Hands) -> None:
    """Both eyes 0,0 without glasses."""
    page(hands).correction.setFocus()
    hands.type("z")
    hands.press(ENTER)
    hands.type("0")
    hands.press(ENTER)
    hands.type("0")


def questions(hands: Hands) -> list[str]:
    message = hands.page.messages.message()
    return [link.text for link in message.links] if message else []


def to_special_education(hands: Hands) -> None:
    """The centre enrols Lotte in special education."""
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    with hands.desk.vault.read() as reader:
        found = all_standing(reader.heads(kinds=("enrolment",), pupil_id=lotte), Enrolment)
    (now,) = [one for one in found if one.body.school_year == 2026]
    body = msgspec.structs.replace(now.body, special_education=True)
    centre = replace(hands.desk, user=User(hands.desk.user.staff_id, "centrum", Role.CENTRE))
    where = Where(pupil_id=lotte, school_id=body.school_id)
    record(centre, [Part(body, where, now.record_id, now.base)])


def test_another_test_than_that_of_the_moment_asks_why_and_keeps_the_answer(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "vision", moment=ContactMoment.LO1)
    setup = page(hands)._setup
    assert not setup.reason.isVisible()
    setup._change.click()
    setup.test.setFocus()
    hands.type("e")
    read(hands)
    hands.press(F7)
    hands.save_and_go()
    assert questions(hands) == ["Kies waarom het een andere test is dan LogMAR."]
    assert saved(hands, world, lotte, "acuity", Acuity) is None

    setup.reason.setFocus()
    hands.type("g")
    pause(hands)
    hands.save_and_go()

    acuity = saved(hands, world, lotte, "acuity", Acuity)
    assert acuity is not None
    assert (acuity.test, acuity.test_reason) == (VisionTest.E_HOOKS, OtherTestReason.NOT_MANAGED)
    assert acuity.developmental_years is None
    come_back(hands, world, lotte, "vision")
    assert setup.reason.value() == "not_managed"


def test_the_other_version_of_kay_is_no_other_test(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "vision", moment=ContactMoment.KK1)
    page(hands)._setup._change.click()
    page(hands)._setup.test.setFocus()
    hands.type("u")
    read(hands)
    hands.press(F7)
    hands.save_and_go()

    acuity = saved(hands, world, lotte, "acuity", Acuity)
    assert acuity is not None
    assert (acuity.test, acuity.test_reason) == (VisionTest.KAY_OLD, None)


def test_in_special_education_the_test_is_chosen_by_hand_by_developmental_age(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    to_special_education(hands)
    lotte = open_step(hands, world, "vision", moment=ContactMoment.LO1)
    setup = page(hands)._setup
    assert setup.test.value() is None
    assert QApplication.focusWidget() is setup.test
    words = [one.text() for one in page(hands)._work.findChildren(Label) if one.isVisible()]
    assert any("de moeilijkste test die de leerling aankan" in one for one in words)
    read(hands)
    hands.press(F7)
    hands.save_and_go()
    assert questions(hands) == ["Kies de test volgens de ontwikkelingsleeftijd."]

    setup.years.setFocus()
    hands.type("4,5")
    hands.press(TAB)
    hands.type("n")  # Kay, new
    pause(hands)
    hands.save_and_go()

    acuity = saved(hands, world, lotte, "acuity", Acuity)
    assert acuity is not None
    assert (acuity.test, acuity.developmental_years) == (VisionTest.KAY_NEW, Decimal("4.5"))
    assert acuity.test_reason is OtherTestReason.DEVELOPMENT
    assert [one.verdict for one in acuity.judgements] == ["no_criterion"]


def test_ffooks_is_asked_about_in_special_education_too(opened: Opener, world: World) -> None:
    hands = opened(AN)
    to_special_education(hands)
    lotte = open_step(hands, world, "vision", moment=ContactMoment.LO4)
    hands.type("f")
    read(hands)
    hands.save_and_go()
    assert questions(hands) == ["Kies waarom het een andere test is dan LogMAR."]

    page(hands)._setup.reason.setFocus()
    hands.type("g")
    pause(hands)
    hands.save_and_go()

    acuity = saved(hands, world, lotte, "acuity", Acuity)
    assert acuity is not None
    assert (acuity.test, acuity.test_reason) == (VisionTest.FFOOKS, OtherTestReason.NOT_MANAGED)


def test_the_developmental_age_is_known_at_hearing_too(opened: Opener, world: World) -> None:
    hands = opened(AN)
    to_special_education(hands)
    lotte = open_step(hands, world, "vision", moment=ContactMoment.SO3)
    page(hands)._setup.years.setFocus()
    hands.type("7,5")
    hands.press(TAB)
    hands.type("l")
    read(hands)
    hands.save_and_go()

    come_back(hands, world, lotte, "hearing")
    lines = hands.page._pages["hearing"].judgements()

    assert [(one.rule_id, one.head) for one in lines] == [("HE-7", "Beslissen op dossier")]
    assert lines[0].text.startswith("ontwikkelingsleeftijd 7,5 jaar, SPIN vanaf 9 jaar")

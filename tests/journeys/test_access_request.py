"""Inzage in the real window: a parent asks for the dossier, and gets what the matrix gives."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import Qt

from clbdesk.domain.disclosing import AccessRequest, AccessWay, Requester
from clbdesk.domain.people import Pupil
from clbdesk.domain.revision import Role
from clbdesk.ids import PupilId, VisitId
from clbdesk.services.access_request import Asked, make_bundle
from clbdesk.services.desk import User
from clbdesk.services.reading import all_standing
from clbdesk.services.visits import pupils_of
from tests.builders.paper_words import text_of
from tests.journeys.conftest import Opener
from tests.journeys.moments import pause
from tests.journeys.world import AN, CONTACT, DOCTOR, VACCINATION, Hands, World, find_pupil
from ui.pages import access_request
from ui.pages.access_request import AccessRequestPage
from ui.pages.base import Destination


def requests_of(hands: Hands, pupil: PupilId) -> list[AccessRequest]:
    """What was recorded."""
    with hands.desk.vault.read() as reader:
        heads = reader.heads(kinds=("access_request",), pupil_id=pupil)
        return [one.body for one in all_standing(heads, AccessRequest)]


def open_page(hands: Hands, visit: VisitId, pupil: PupilId) -> AccessRequestPage:
    """From the dossier, by its button."""
    hands.go(Destination("history", visit, pupil))
    hands.page._access.click()
    hands.settle()
    page = hands.page
    assert isinstance(page, AccessRequestPage)
    return page


def oldest(hands: Hands, world: World) -> tuple[PupilId, VisitId]:
    """The oldest pupil on this laptop, and a visit of his or hers."""
    found = []
    with hands.desk.vault.read() as reader:
        for visit in (CONTACT, VACCINATION):
            for one in pupils_of(reader, world.visit(visit)):
                heads = reader.heads(kinds=("pupil",), pupil_id=one.pupil_id)
                (body,) = [pupil.body for pupil in all_standing(heads, Pupil)]
                found.append((body.birth_date, one.pupil_id, world.visit(visit)))
    _born, pupil, at = min(found)
    return pupil, at


def make(hands: Hands) -> None:
    """Ctrl+Enter, meant."""
    pause(hands)
    hands.save_and_go()


def shown_states(page: AccessRequestPage) -> set[str]:
    model = page._model
    return {
        "given" if not model.row(row).against else str(model.row(row).against[0])
        for row in range(model.rowCount())
    }


def test_without_the_doctor_the_health_part_falls_out(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    page = open_page(hands, world.visit(CONTACT), lotte)
    hands.type("m")
    hands.settle()
    assert "doctor" in shown_states(page), "health falls out without the doctor"
    assert not page.signed.isVisible()


def test_a_mother_of_a_pupil_of_six_gets_everything_together_with_the_doctor(
    opened: Opener, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = opened(DOCTOR)
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    page = open_page(hands, world.visit(CONTACT), lotte)
    hands.type("m")
    hands.press(Qt.Key.Key_Return)
    hands.type("Sofie Claes")
    hands.press(Qt.Key.Key_Return)
    hands.type("i")
    make(hands)

    assert shown_states(page) == {"given"}
    (request,) = requests_of(hands, lotte)
    assert request.requester is Requester.MOTHER
    assert request.requester_name == "Sofie Claes"
    assert request.signed_by == hands.desk.user.staff_id
    printed: list[bytes] = []

    def paper(_page: object, pdf: bytes) -> str:
        printed.append(pdf)
        return "access.printed"

    monkeypatch.setattr(access_request, "ask_printer", paper)
    page.messages.act()
    hands.settle()
    (pdf,) = printed
    assert hashlib.sha256(pdf).hexdigest() == request.bundle_sha256
    assert "Sofie Claes (moeder)" in text_of(pdf)
    assert "Lotte Peeters" in text_of(pdf)


def test_a_parent_of_a_pupil_of_twelve_needs_the_pupils_own_words(
    opened: Opener, world: World
) -> None:
    hands = opened(DOCTOR)
    noah, visit = oldest(hands, world)
    page = open_page(hands, visit, noah)
    assert "beslist zelf sinds" in page._who.text(), "a pupil of twelve"
    hands.type("m")
    hands.press(Qt.Key.Key_Return)
    hands.type("Sofie Claes")
    hands.press(Qt.Key.Key_Return)
    hands.type("i")
    assert page.permission.isVisible()
    make(hands)

    assert requests_of(hands, noah) == []
    assert "van dit dossier mag hier niets gegeven worden" in hands.message()

    page.permission.set_value("mama mag alles zien")
    page.weighed.set_value(True)
    page.look()
    hands.settle()
    make(hands)

    (request,) = requests_of(hands, noah)
    assert (request.permission, request.weighed) == ("mama mag alles zien", True)


def test_nothing_is_made_before_the_form_is_whole(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    page = open_page(hands, world.visit(CONTACT), lotte)

    make(hands)

    assert "na te kijken" in hands.message()
    assert requests_of(hands, lotte) == []
    assert page.requester.is_open()


def test_the_team_decides_that_a_pupil_of_six_decides_and_the_mother_then_needs_permission(
    opened: Opener, world: World
) -> None:
    hands = opened(DOCTOR)
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    page = open_page(hands, world.visit(CONTACT), lotte)
    page._decides.click()
    hands.settle()
    assert hands.page.name == "capacity"
    with hands.desk.vault.read() as reader:
        opened_last = reader.access_lines()[-1]
    assert (opened_last.kind, opened_last.reason) == ("competence", "capacity")

    hands.type("l")
    hands.press(Qt.Key.Key_Tab, Qt.Key.Key_Tab)
    hands.type("team")
    hands.press(Qt.Key.Key_Tab)
    hands.type("rijp voor haar leeftijd")
    make(hands)
    assert "bekwaamheid opgeslagen" in hands.message()

    hands.press(Qt.Key.Key_Escape)
    hands.type("m")
    hands.settle()
    assert hands.page is page
    assert "permission" in shown_states(page)


def test_what_was_typed_for_a_request_waits_as_a_draft(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    open_page(hands, world.visit(CONTACT), lotte)
    hands.type("m")
    hands.press(Qt.Key.Key_Return)
    hands.type("Sofie Claes")
    hands.go(Destination("school_message", world.visit(CONTACT), lotte))
    hands.type("Nog niet af")
    hands.go(Destination("visits"))

    with hands.desk.vault.read() as reader:
        forms = {one.form.partition("/")[0]: one.content for one in reader.drafts()}
    assert "Sofie Claes" in forms["access_request"]
    assert "Nog niet af" in forms["school_message"]


def test_a_doctor_takes_over_what_a_nurse_prepared(opened: Opener, world: World) -> None:
    hands = opened(DOCTOR)
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    form = Asked(
        requester=Requester.FATHER,
        name="Bart Peeters",
        way=AccessWay.COPY,
        received_on=date(2026, 11, 19),
    )
    nurse = replace(hands.desk, user=User(world.staff(AN), AN, Role.NURSE))
    make_bundle(nurse, lotte, form)
    page = open_page(hands, world.visit(CONTACT), lotte)
    assert page._due.text().startswith("Uiterlijk op ma 07 dec 2026")

    page.earlier.setFocus()
    page.earlier.go_to(0)
    hands.press(Qt.Key.Key_Return)
    hands.settle()
    assert page._due.text().startswith("Uiterlijk op do 03 dec 2026")
    make(hands)

    newest, nurses = sorted(requests_of(hands, lotte), key=lambda one: one.signed_by is None)
    assert nurses.signed_by is None
    assert newest.signed_by == hands.desk.user.staff_id
    assert (newest.requester, newest.requester_name, newest.way, newest.received_on) == (
        Requester.FATHER,
        "Bart Peeters",
        AccessWay.COPY,
        date(2026, 11, 19),
    )
    assert len(newest.given) > len(nurses.given)

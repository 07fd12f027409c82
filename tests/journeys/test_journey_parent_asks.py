"""A mother of a pupil of twelve asks for the dossier: the pupil's own words, the doctor, the paper.

One story on one laptop: the nurse receives the question, the doctor makes the bundle, a parent
without authority and the confidant come after, and the centre can tell who got what.
"""

from __future__ import annotations

import hashlib

import pytest
from PySide6.QtCore import Qt

from clbdesk.centre.access_review import access_of_pupil
from clbdesk.cli.demo.setting import PASSPHRASE
from clbdesk.domain.disclosing import AccessRequest, Requester
from clbdesk.domain.shielding import Flag
from clbdesk.ids import PupilId, RecordId, VisitId
from clbdesk.services.reading import all_standing
from tests.builders.paper_words import pages_of, text_of
from tests.journeys.moments import pause
from tests.journeys.test_access_request import oldest, open_page, shown_states
from tests.journeys.town import Town
from tests.journeys.world import AN, DOCTOR, Hands
from ui.pages import access_request
from ui.pages.access_request import AccessRequestPage
from ui.pages.base import Destination
from ui.pages.history import HistoryPage

ENTER = Qt.Key.Key_Return
MOTHER = "Sofie Claes"
WORDS = "mama mag alles zien"


@pytest.fixture
def papers(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What the printer got."""
    made: list[bytes] = []

    def printer(_page: object, pdf: bytes) -> str:
        made.append(pdf)
        return "access.printed"

    monkeypatch.setattr(access_request, "ask_printer", printer)
    return made


def somebody_else_unlocks(hands: Hands, town: Town, name: str) -> None:
    """The laptop goes from hand to hand."""
    hands.desktop.window.lock()
    hands.wait(lambda: not hands.desktop.window.place())
    hands.desktop.open(hands.desktop.program.unlock(town.world.staff(name), PASSPHRASE))
    hands.settle()


def requests_of(hands: Hands, pupil: PupilId) -> list[AccessRequest]:
    """What was recorded for this pupil."""
    with hands.desk.vault.read() as reader:
        heads = reader.heads(kinds=("access_request",), pupil_id=pupil)
        return [one.body for one in all_standing(heads, AccessRequest)]


def record_called(hands: Hands, kind: str) -> RecordId:
    """The newest record of a kind in the timeline that is open."""
    page = hands.page
    assert isinstance(page, HistoryPage)
    rows = page._model.rows()
    return next(row.record_id for row in rows if row.kind == kind)


def shield_record(hands: Hands, at: tuple[VisitId, PupilId], kind: str, flag: Flag) -> RecordId:
    """In the dossier: Afschermen…, the flag, a reason."""
    hands.go(Destination("history", *at))
    page = hands.page
    assert isinstance(page, HistoryPage)
    record_id = record_called(hands, kind)
    page._open_record(record_id)
    hands.settle()
    page._hide.click()
    hands.settle()
    page._shield.flags.set_values([flag.value])
    page._shield.reason.set_value("gezegd door de buur")
    page._shield._give()
    hands.settle()
    return record_id


def asks(hands: Hands, at: tuple[VisitId, PupilId], letter: str, name: str) -> AccessRequestPage:
    """The form as far as everybody fills it in."""
    page = open_page(hands, *at)
    page.requester.setFocus()
    hands.type(letter)
    hands.press(ENTER)
    page.person.set_value("")
    page.person.setFocus()
    hands.type(name)
    hands.press(ENTER)
    hands.type("i")
    hands.settle()
    return page


def make(hands: Hands) -> None:
    pause(hands)
    hands.save_and_go()


def says(page: AccessRequestPage, hands: Hands, words: str) -> None:
    """The pupil's own words, and that somebody weighed them."""
    page.permission.setFocus()
    hands.type(words)
    page.weighed.setFocus()
    hands.press(Qt.Key.Key_Space)
    page.look()
    hands.settle()


def test_a_mother_of_a_pupil_of_twelve_gets_the_dossier_with_the_pupils_words_and_the_doctor(
    town: Town, papers: list[bytes]
) -> None:
    hands = town.window("LAP-07", AN)
    noah, visit = oldest(hands, town.world)
    at = (visit, noah)

    # The nurse receives the question. The pupil decides, so nothing goes out of itself.
    kept_back = shield_record(hands, at, "dose", Flag.CONFIDENTIAL_SOURCE)
    page = asks(hands, at, "m", MOTHER)
    assert "beslist zelf sinds" in page._who.text()
    make(hands)
    assert requests_of(hands, noah) == []
    assert "mag hier niets gegeven worden" in hands.message()

    # Noah agrees. The nurse cannot give the health part.
    says(page, hands, WORDS)
    assert {"given", "doctor"} <= shown_states(page)
    make(hands)
    (prepared,) = requests_of(hands, noah)
    assert prepared.signed_by is None

    # The doctor takes it over and makes the bundle for the conversation.
    somebody_else_unlocks(hands, town, DOCTOR)
    page = open_page(hands, *at)
    page.earlier.setFocus()
    page.earlier.go_to(0)
    hands.press(ENTER)
    hands.settle()
    assert page.person.value() == MOTHER
    assert page.permission.value() == WORDS
    page.weighed.set_value(True)
    page.look()
    hands.settle()
    make(hands)
    (made,) = [one for one in requests_of(hands, noah) if one.signed_by]
    assert made.signed_by == hands.desk.user.staff_id
    assert set(prepared.given) < set(made.given)
    page.messages.act()
    hands.settle()

    # The paper: for her alone, on every page, and without what was told in confidence.
    pdf = papers[-1]
    assert hashlib.sha256(pdf).hexdigest() == made.bundle_sha256
    pages = pages_of(pdf)
    assert all(f"Vertrouwelijk – voor {MOTHER}" in one for one in pages), "the watermark"
    assert "samen met de CLB-arts" in " ".join(pages[-1].split())
    assert "buur" not in " ".join(pages)
    with hands.desk.vault.read() as reader:
        hidden = {one.rev_id for one in reader.history(kept_back)}
    assert not hidden & set(made.given)


def test_the_team_decides_otherwise_and_then_authority_counts_for_each_parent_apart(
    town: Town, papers: list[bytes]
) -> None:
    hands = town.window("LAP-07", DOCTOR)
    noah, visit = oldest(hands, town.world)
    at = (visit, noah)

    # Not competent, decided with who and why; the father has no authority, on a ground.
    hands.go(Destination("capacity", *at))
    page = hands.page
    page.decides.setFocus()
    hands.type("o")
    page.decided_by.setFocus()
    hands.type("team van 23 nov")
    page.reasons.setFocus()
    hands.type("overziet dit nog niet")
    page.relationship.setFocus()
    hands.type("v")
    page.person.setFocus()
    hands.type("Bart Wouters")
    page.authority.setFocus()
    hands.type("g")
    page.ground.setFocus()
    hands.type("vonnis van 3 mei 2025")
    make(hands)
    make(hands)  # the decision first, then the person
    assert "Bart Wouters" in page._known.text(), hands.message()

    agogic = shield_record(hands, at, "dose", Flag.AGOGIC)

    page = asks(hands, at, "m", MOTHER)
    assert not page.permission.isVisible(), "the parents decide"
    make(hands)
    (mother,) = requests_of(hands, noah)

    page = asks(hands, at, "v", "Bart Wouters")
    make(hands)
    (father,) = [one for one in requests_of(hands, noah) if one.requester is Requester.FATHER]
    with hands.desk.vault.read() as reader:
        (about_him,) = reader.heads(kinds=("guardian",), pupil_id=noah)
    assert father.given == about_him.tips, "without authority only what is about him"

    page = asks(hands, at, "e", "Juf Marleen")
    make(hands)
    (confidant,) = [one for one in requests_of(hands, noah) if one.requester is Requester.CONFIDANT]
    page.messages.act()
    hands.settle()
    assert all("Vertrouwelijk – voor Juf Marleen" in one for one in pages_of(papers[-1]))
    assert f"voor {MOTHER}" not in text_of(papers[-1]), "one bundle per requester"

    with hands.desk.vault.read() as reader:
        versions = {one.rev_id for one in reader.history(agogic)}
    assert versions & set(mother.given), "an agogic exception holds for the pupil alone"
    assert versions & set(confidant.given)

    # At home the centre can tell who got a bundle, and when.
    town.synchronise("LAP-07", hands.desk)
    told = access_of_pupil(town.world.setting.centre, noah)
    assert [one.reason for one in told if one.action == "export"] == [
        "mother",
        "father",
        "confidant",
    ]

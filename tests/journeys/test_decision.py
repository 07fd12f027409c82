"""Besluit in the real window: the program proposes, people conclude, a doctor signs."""

from __future__ import annotations

from PySide6.QtCore import Qt

from clbdesk.domain.contact import Conclusion, ConclusionWord
from clbdesk.domain.follow_up import Referral, ReferralTo
from clbdesk.services.class_list import open_class_list
from clbdesk.services.progress import PupilState
from clbdesk.services.reading import all_standing
from tests.journeys.conftest import Opener
from tests.journeys.days import lock, on_visit, saved, started_at
from tests.journeys.moments import pause
from tests.journeys.world import AN, CONTACT, DOCTOR, Hands, World, open_window
from ui.pages.base import Destination


def measure(hands: Hands, height: str, weight: str) -> None:
    """Type and save length and weight on the page of growth."""
    hands.type(height)
    hands.press(Qt.Key.Key_Return)
    hands.type(weight)
    hands.save_and_go()
    pause(hands)


def to_decision(hands: Hands, world: World, family: str, given: str) -> None:
    """The page of the conclusion of a pupil."""
    pupil_id = started_at(hands, world, family, given, "growth")
    measure(hands, "121,5", "24,8")
    hands.go(Destination("pupil", world.visit(CONTACT), pupil_id, "decision"))


def words(found: Conclusion | None) -> dict[str, ConclusionWord]:
    """The conclusion per domain."""
    assert found is not None
    return {one.domain: one.conclusion for one in found.domains}


def test_f7_takes_over_what_was_proposed_and_what_was_not_examined_says_so(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    to_decision(hands, world, "Peeters", "Lotte")
    lotte = hands.desktop.window.place().pupil_id
    hands.start_counting()

    hands.press(Qt.Key.Key_F7)
    hands.save_and_go()

    assert hands.strokes == 2
    found = saved(hands, world, lotte, "conclusion", Conclusion)
    assert words(found) == {
        "growth": ConclusionWord.OK,
        "weight": ConclusionWord.OK,
        "vision": ConclusionWord.NOT_EXAMINED,
        "hearing": ConclusionWord.NOT_EXAMINED,
        "vaccination": ConclusionWord.NOT_EXAMINED,
    }
    assert found.assumed == ("growth", "weight")
    assert (found.complete, found.signed_by) == (False, None)
    assert "vision" in found.open_parts
    assert hands.message().startswith("Contact van Lotte Peeters opgeslagen als onvolledig: ")


def test_a_conclusion_other_than_the_proposal_needs_a_reason(opened: Opener, world: World) -> None:
    hands = opened(AN)
    to_decision(hands, world, "Peeters", "Lotte")
    lotte = hands.desktop.window.place().pupil_id

    hands.press(Qt.Key.Key_V, Qt.Key.Key_F7)
    hands.save_and_go()

    why, to = hands.page.messages.message().links
    assert why.text == "Het voorstel was in orde, het besluit is verwijzing. Vul de reden in."
    assert to.text == "Kies naar wie verwezen wordt voor Groei."
    assert saved(hands, world, lotte, "conclusion", Conclusion) is None
    why.call()
    hands.type("ouders vragen advies")
    to.call()
    hands.type("huis")
    hands.press(Qt.Key.Key_Return)
    hands.page._pages["decision"]._promises.shown()[0].reason_edit.setFocus()
    hands.type("kleine gestalte")
    pause(hands)
    hands.save_and_go()
    found = saved(hands, world, lotte, "conclusion", Conclusion)
    assert words(found)["growth"] is ConclusionWord.REFERRAL
    assert found.domains[0].reason == "ouders vragen advies"
    with hands.desk.vault.read() as reader:
        (referral,) = all_standing(reader.heads(kinds=("referral",), pupil_id=lotte), Referral)
    assert (referral.body.to, referral.body.reason) == (ReferralTo.GP, "kleine gestalte")
    assert referral.body.owner == world.staff(AN)


def test_an_open_domain_is_asked_by_name(opened: Opener, world: World) -> None:
    hands = opened(AN)
    to_decision(hands, world, "Peeters", "Lotte")

    hands.save_and_go()

    links = [link.text for link in hands.page.messages.message().links]
    assert links == ["Kies een besluit voor Groei.", "Kies een besluit voor Gewicht."]


def test_a_value_that_nobody_confirmed_keeps_the_contact_open(opened: Opener, world: World) -> None:
    hands = opened(AN)
    pupil_id = started_at(hands, world, "Peeters", "Lotte", "growth")
    measure(hands, "121,5", "64,8")  # asks
    hands.save_and_go()  # and saves without an answer
    hands.go(Destination("pupil", world.visit(CONTACT), pupil_id, "decision"))

    for row in hands.page._pages["decision"]._rows:
        row.set_value(ConclusionWord.KNOWN, "gekend")
        row.edited.emit()
    pause(hands)
    hands.save_and_go()

    assert saved(hands, world, pupil_id, "conclusion", Conclusion) is None
    (link,) = hands.page.messages.message().links
    assert link.text == ("Er staat nog een vraag open: klopt 64,8 kg? Bevestig of meet opnieuw.")

    link.call()  # to where it is answered; what was concluded waits
    hands.settle()
    assert hands.page._page.step == "growth"
    hands.go(Destination("pupil", world.visit(CONTACT), pupil_id, "decision"))
    assert {row.value() for row in hands.page._pages["decision"]._rows} == {ConclusionWord.KNOWN}


def test_what_the_nurse_saved_waits_for_the_doctor_who_signs_in_one_stroke(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    to_decision(hands, world, "Peeters", "Lotte")
    lotte = hands.desktop.window.place().pupil_id
    hands.press(Qt.Key.Key_F7)
    hands.save_and_go()
    program = hands.desktop.program
    lock(hands)

    doctor = open_window(hands.qtbot, program, world.staff(DOCTOR))
    doctor.go(Destination("pupil", world.visit(CONTACT), lotte, "decision"))
    doctor.start_counting()
    doctor.save_and_go()

    assert doctor.strokes == 1
    found = saved(doctor, world, lotte, "conclusion", Conclusion)
    assert found is not None
    assert found.signed_by == world.staff(DOCTOR)
    where = on_visit(doctor, world, lotte)
    with doctor.desk.vault.read() as reader:
        history = reader.history(where.exam_id("conclusion"))
    assert {one.author for one in history} == {world.staff(AN), world.staff(DOCTOR)}
    rows = {row.pupil_id: row for row in open_class_list(doctor.desk, world.visit(CONTACT)).rows}
    assert rows[lotte].state is not PupilState.WAITS_FOR_DOCTOR

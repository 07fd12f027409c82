"""The doctor's hour: rules are signed in the window, and judge on every laptop after syncing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from threading import Event

import pytest
from PySide6.QtCore import Qt

from clbdesk.cli.demo.setting import PASSPHRASE
from clbdesk.clock import SetClock, local_day
from clbdesk.domain.contact import Acuity
from clbdesk.domain.judgement import Judgement, RuleStatus, Verdict
from clbdesk.domain.rules import RuleSignoff
from clbdesk.services.pupil import find_on_visit
from clbdesk.services.reading import all_standing, one_standing
from clbdesk.services.rules import RuleState, list_rules
from clbdesk.services.synchronise import synchronise
from clbdesk.standards.signing import value_to_sign
from clbdesk.standards.tables import put_in_force, rule
from tests.journeys.conftest import Opener
from tests.journeys.moments import open_step, pause
from tests.journeys.test_typed_too_soon import slow_vault
from tests.journeys.world import (
    AN,
    CONTACT,
    DOCTOR,
    ELS,
    WIM,
    Hands,
    World,
    find_pupil,
)
from ui.pages.base import Destination
from ui.pages.rule_form import RuleForm, _words_of
from ui.pages.rules import RulesPage
from ui.widgets.button import Link


@pytest.fixture(autouse=True)
def _nothing_stays_signed() -> Iterator[None]:
    yield
    put_in_force(())


def open_rule(hands: Hands, rule_id: str) -> RulesPage:
    """The page of the rules with one of them chosen, as by walking down the list."""
    hands.go(Destination("rules"))
    page = hands.page
    assert isinstance(page, RulesPage)
    page.choose(rule_id)
    hands.settle()
    return page


def signatures(hands: Hands) -> list[RuleSignoff]:
    """What was signed, as the vault has it."""
    with hands.desk.vault.read() as reader:
        return [
            one.body for one in all_standing(reader.heads(kinds=("rule_signoff",)), RuleSignoff)
        ]


def fill_vis_2(hands: Hands) -> None:
    """Both limits, the page and the passphrase, from the list on."""
    hands.press(Qt.Key.Key_Return)
    hands.type("0,3")
    hands.press(Qt.Key.Key_Return)
    hands.type("0,2")
    hands.press(Qt.Key.Key_Return)
    hands.type("3")
    hands.press(Qt.Key.Key_Return)
    hands.type(PASSPHRASE)


def acuity_of(hands: Hands, world: World, given: str, right: str, left: str) -> Judgement:
    """The nurse types both eyes of a pupil and saves; the rule line of the limit as stored."""
    open_step(hands, world, "vision", name=("Peeters", given))
    hands.type("z")
    hands.press(Qt.Key.Key_Return)
    hands.type(right)
    hands.press(Qt.Key.Key_Return)
    hands.type(left)
    hands.press(Qt.Key.Key_F7)
    hands.save_and_go()
    return stored_line(hands, world, given)


def stored_line(hands: Hands, world: World, given: str) -> Judgement:
    """The line of VIS-2 in the record of a pupil."""
    pupil_id = find_pupil(hands.desk, "Peeters", given)
    with hands.desk.vault.read() as reader:
        on_visit, _visit, _listed = find_on_visit(reader, world.visit(CONTACT), pupil_id)
        found = one_standing(reader, on_visit.exam_id("acuity"), Acuity)
    assert found is not None
    (line,) = [one for one in found.body.judgements if one.rule_id == "VIS-2"]
    return line


def send(hands: Hands) -> None:
    """Synchronise with the centre, as F5 does."""
    program = hands.desktop.program
    transport = program.transport(hands.desk)
    synchronise(hands.desk, program.laptop, transport, lambda _step: None, Event())
    transport.close()


def close(hands: Hands) -> None:
    """Lock the window, and wait until the vault is closed."""
    hands.desktop.window.lock()
    hands.wait(lambda: hands.desktop.window.place() is None)


def test_a_doctor_fills_an_empty_rule_from_the_werkkaart(opened: Opener) -> None:
    hands = opened(DOCTOR)
    open_rule(hands, "VIS-2")
    hands.start_counting()
    fill_vis_2(hands)
    hands.save_and_go()

    assert hands.message() == (
        "Regel VIS-2 afgetekend door dr. Lieve Maes. Geldig vanaf ma 23 nov. "
        "Oude besluiten veranderen niet."
    )
    assert hands.strokes <= 15 + len(PASSPHRASE)
    (signed,) = signatures(hands)
    assert (signed.rule_id, signed.value, signed.page) == ("VIS-2", "0.3|0.2", "3")
    assert rule("VIS-2").status is RuleStatus.ON


@pytest.mark.parametrize(
    "unit,words",
    [
        ("dB HL", "Waarde (dB HL)"),
        ("kg/m² jongens", "Waarde (kg/m² jongens)"),
        ("1", "Waarde"),
        ("jaar", "Jaar"),
    ],
)
def test_the_symbol_of_a_unit_is_written_as_it_is(unit: str, words: str) -> None:
    assert _words_of(unit) == words


def test_a_default_is_confirmed_in_two_strokes_after_the_first(opened: Opener) -> None:
    hands = opened(DOCTOR)
    open_rule(hands, "VIS-2")
    fill_vis_2(hands)
    hands.save_and_go()
    page = open_rule(hands, "BMI-6")
    pause(hands)
    hands.start_counting()

    hands.press(Qt.Key.Key_Return)
    hands.save_and_go()

    assert hands.strokes == 2
    assert {one.rule_id: one.value for one in signatures(hands)}["BMI-6"] is None
    # Ten minutes later the passphrase is asked again.
    clock = hands.desktop.program.clock
    assert isinstance(clock, SetClock)
    clock.advance(timedelta(minutes=10))
    page.choose("TH-1")
    hands.settle()
    pause(hands)
    hands.save_and_go()
    assert hands.message() == "Er is 1 ding na te kijken."
    assert page.form.passphrase.isVisible()


def test_the_ten_minutes_begin_with_the_passphrase_and_not_with_what_was_signed_within_them(
    opened: Opener,
) -> None:
    hands = opened(DOCTOR)
    open_rule(hands, "VIS-2")
    fill_vis_2(hands)
    hands.save_and_go()
    clock = hands.desktop.program.clock
    assert isinstance(clock, SetClock)
    clock.advance(timedelta(minutes=9, seconds=59))
    page = open_rule(hands, "BMI-6")
    pause(hands)
    with slow_vault(hands):
        page.sign()
        clock.advance(timedelta(seconds=1))
    assert "BMI-6" in {one.rule_id for one in signatures(hands)}
    page.choose("TH-1")
    hands.settle()
    assert page.form.passphrase.isVisible()


def test_a_wrong_passphrase_signs_nothing(opened: Opener) -> None:
    hands = opened(DOCTOR)
    page = open_rule(hands, "BMI-6")
    page.form.passphrase.setFocus()
    hands.type("niet de wachtzin")
    hands.save_and_go()
    assert "wachtzin" in hands.message().casefold()
    assert signatures(hands) == []
    assert hands.desktop.window.place() is not None


def test_a_limit_beyond_the_chart_is_refused_in_words(opened: Opener) -> None:
    hands = opened(DOCTOR)
    open_rule(hands, "VIS-2")
    hands.press(Qt.Key.Key_Return)
    hands.type("3")
    hands.press(Qt.Key.Key_Return)
    hands.type("0,2")
    hands.press(Qt.Key.Key_Return)
    hands.type("3")
    hands.press(Qt.Key.Key_Return)
    hands.type(PASSPHRASE)
    hands.save_and_go()
    assert hands.message() == ("Grens 3,0 logMAR ligt buiten wat de test kan tonen (1,0). Kijk na.")
    assert signatures(hands) == []


@pytest.mark.parametrize("user", [AN, WIM])
def test_others_read_the_rules_and_cannot_sign_them(opened: Opener, user: str) -> None:
    hands = opened(user)
    page = open_rule(hands, "VIS-2")
    assert not page.footer.primary.isVisible()
    hands.save_and_go()
    assert signatures(hands) == []
    assert rule("VIS-2").status is RuleStatus.EMPTY


def test_a_signature_is_taken_back_with_a_reason(opened: Opener) -> None:
    hands = opened(DOCTOR)
    page = open_rule(hands, "VIS-2")
    fill_vis_2(hands)
    hands.save_and_go()
    page.choose("VIS-2")
    hands.settle()
    page.ask_back()
    hands.type("verkeerde Werkkaart")
    hands.press(Qt.Key.Key_Tab)
    hands.press(Qt.Key.Key_Space)
    assert hands.message() == (
        "Handtekening van regel VIS-2 ingetrokken. Oude besluiten veranderen niet."
    )
    assert signatures(hands) == []
    assert rule("VIS-2").status is RuleStatus.EMPTY


def test_a_signed_limit_judges_for_the_nurse_and_what_was_judged_before_stays(
    opened: Opener, world: World
) -> None:
    nurse = opened(AN)
    before = acuity_of(nurse, world, "Lotte", "0,3", "0,0")
    assert (before.verdict, before.status) == (Verdict.NO_CRITERION, RuleStatus.EMPTY)
    close(nurse)
    program = nurse.desktop.program
    desktop = nurse.desktop

    desktop.open(program.unlock(world.staff(DOCTOR), PASSPHRASE))
    doctor = nurse
    doctor.settle()
    open_rule(doctor, "VIS-2")
    fill_vis_2(doctor)
    doctor.save_and_go()
    close(doctor)
    assert rule("VIS-2").status is RuleStatus.EMPTY

    desktop.open(program.unlock(world.staff(AN), PASSPHRASE))
    nurse.settle()
    after = acuity_of(nurse, world, "Lotta", "0,3", "0,0")
    assert (after.verdict, after.status) == (Verdict.REFER, RuleStatus.ON)
    assert after.edition == "2018-09, afgetekend 2026-11-23 door dr. Lieve Maes"
    assert stored_line(nurse, world, "Lotte") == before


def test_another_laptop_judges_with_it_after_synchronising(opened: Opener, world: World) -> None:
    doctor = opened(DOCTOR)
    open_rule(doctor, "VIS-3")
    fill_vis_2(doctor)
    doctor.save_and_go()
    send(doctor)
    close(doctor)

    els = opened(ELS, "LAP-03")
    assert rule("VIS-3").status is RuleStatus.EMPTY
    send(els)
    assert rule("VIS-3").status is RuleStatus.ON
    assert rule("VIS-3").signature is not None


def test_every_default_can_be_confirmed_as_it_stands_in_the_form(opened: Opener) -> None:
    hands = opened(DOCTOR)
    form = RuleForm(lambda: local_day(hands.desk.clock.now()))
    hands.qtbot.addWidget(form)  # on no screen: hundreds of rules need not be painted
    views = [one for one in list_rules(hands.desk) if one.can_be_signed]
    for view in views:
        form.show_rule(view, may_sign=True, ask_passphrase=False)
        if view.state is RuleState.TO_CONFIRM:
            assert form.problems(ask_passphrase=False) == [], view.row.id
            assert value_to_sign(view.row, form.entry().values) is None, view.row.id
        else:
            assert form.problems(ask_passphrase=False) != [], view.row.id
    assert len(views) > 60


def test_vandaag_leads_to_the_rules(opened: Opener) -> None:
    hands = opened(AN)
    links = [one for one in hands.page.findChildren(Link) if one.text() == "Bekijken"]
    (link,) = [one for one in links if one.isVisible()]  # what was replaced goes a little later
    link.setFocus()
    hands.press(Qt.Key.Key_Space)
    assert isinstance(hands.page, RulesPage)

"""A kleuter with a parent and a hearing risk: from the class list to the printed letters.

Kind en Gezin reports no screening and the mother knows of none, so the toddler is tested; one tone
is not heard. The doctor refers, the mother's letter says so in plain words, and the ENT doctor reads
what was found. Nothing of what the mother told stands in her own letter.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import msgspec
from PySide6.QtCore import Qt

from clbdesk.domain.contact import (
    Audiometry,
    CellResult,
    Conclusion,
    ConclusionWord,
    HearingIndication,
    ParentPresent,
    Questionnaire,
)
from clbdesk.domain.follow_up import Referral, ReferralTo
from clbdesk.domain.judgement import RuleStatus, Verdict
from clbdesk.domain.letters import Letter, LetterKind
from clbdesk.domain.people import Pupil
from clbdesk.domain.revision import Role
from clbdesk.domain.visits import ContactMoment
from clbdesk.ids import PupilId, RecordId
from clbdesk.services.desk import User
from clbdesk.services.letter_states import LetterState
from clbdesk.services.letters import make_letters, open_letters
from clbdesk.services.progress import StepState
from clbdesk.services.pupil import view_pupil
from clbdesk.services.reading import all_standing, one_standing
from clbdesk.services.records import Part, Where, record, withdraw
from tests.builders.paper_words import text_of
from tests.journeys.conftest import Opener
from tests.journeys.days import lock, saved, started_at
from tests.journeys.moments import give_moment, pause, take_over_proposals
from tests.journeys.tray import Tray
from tests.journeys.world import AN, CONTACT, DOCTOR, Hands, World, find_pupil, open_window
from ui.pages.base import Destination

ENTER, F7 = Qt.Key.Key_Return, Qt.Key.Key_F7
NOOR = ("Baert", "Noor")


def a_toddler(hands: Hands, world: World) -> PupilId:
    """Noor is three years old on the list of the first kleuterklas."""
    pupil_id = find_pupil(hands.desk, *NOOR)
    with hands.desk.vault.read() as reader:
        found = one_standing(reader, RecordId(pupil_id), Pupil)
        known = reader.heads(kinds=("growth", "background"), pupil_id=pupil_id)
    assert found is not None
    body = msgspec.structs.replace(found.body, birth_date=date(2023, 5, 4))
    centre = replace(hands.desk, user=User(hands.desk.user.staff_id, "centrum", Role.CENTRE))
    record(centre, [Part(body, Where(pupil_id=pupil_id), RecordId(pupil_id), found.base)])
    withdraw(hands.desk, [head.record_id for head in known], "verkeerde leerling")
    give_moment(hands, world, pupil_id, ContactMoment.KK1)
    return pupil_id


def from_the_list(hands: Hands, world: World, pupil_id: PupilId) -> None:
    """The class of Noor, and Enter on her row."""
    started_at(hands, world, *NOOR, "questionnaire")
    hands.go(Destination("class_list", world.visit(CONTACT)))
    hands.page._rail.classes.set_value("1B")
    hands.page._rail.changed.emit()
    hands.page._list.go_to(hands.page._model.position(pupil_id))
    hands.page._list.setFocus()
    hands.press(ENTER)


def go_on(hands: Hands) -> None:
    """Ctrl+Enter, meant."""
    pause(hands)
    hands.save_and_go()


def asked_with_the_mother(hands: Hands) -> None:
    """The questionnaire came back; the mother is there and knows of no screening."""
    step = hands.page._pages["questionnaire"]
    hands.press(Qt.Key.Key_O)
    step._parent.setFocus()
    hands.press(Qt.Key.Key_M, F7)
    step._indication.screening.setFocus()
    hands.press(Qt.Key.Key_N)
    assert "vraag de ouders" in step.judgements()[0].text
    step._indication.told.setFocus()
    hands.press(Qt.Key.Key_N)
    step._indication.risks.setFocus()
    hands.press(Qt.Key.Key_F)
    (line,) = step.judgements()
    assert (line.rule_id, line.head) == ("HE-1", "Audiometrie aangewezen")
    go_on(hands)


def was_examined(hands: Hands) -> None:
    """Length and weight, sight with the Kay test, then six tones of which one is not heard."""
    hands.type("97,5")
    hands.press(ENTER)
    hands.type("15,1")
    go_on(hands)
    hands.type("z")
    hands.press(ENTER)
    hands.type("0")
    hands.press(ENTER)
    hands.type("0")
    hands.press(F7)
    go_on(hands)
    assert hands.page._page.step == "hearing"
    hands.type("g15")
    hands.press(ENTER)
    hands.type("n45")
    hands.press(ENTER, F7)
    go_on(hands)
    hands.press(F7)  # signals: no worry
    go_on(hands)
    go_on(hands)  # vaccination: the status was looked at


def prepare(hands: Hands) -> None:
    """The nurse takes the proposals over, and says "in orde" where no rule speaks."""
    take_over_proposals(hands)
    go_on(hands)


def test_a_toddler_with_a_hearing_risk_is_tested_referred_and_told_in_plain_words(
    opened: Opener, world: World, tray: Tray
) -> None:
    hands = opened(AN)
    noor = a_toddler(hands, world)
    from_the_list(hands, world, noor)
    asked_with_the_mother(hands)
    told = saved(hands, world, noor, "questionnaire", Questionnaire)
    assert told is not None
    assert told.parent_present is ParentPresent.MOTHER
    found = saved(hands, world, noor, "hearing_indication", HearingIndication)
    assert found is not None
    assert (found.registered_screening, found.neonatal_screening) == ("no", "no")
    assert (found.screening_source, found.risk_factors) == ("parents", ("family",))
    assert found.indicated

    was_examined(hands)
    test = saved(hands, world, noor, "audiometry", Audiometry)
    assert test is not None
    assert (test.right["4000"].result, test.right["4000"].level_db) == (CellResult.FAIL, 45)
    assert [(one.rule_id, one.verdict, one.status) for one in test.judgements] == [
        ("AUD", Verdict.CHECK, RuleStatus.SIGN),
        ("AUD-4", Verdict.REFER, RuleStatus.SIGN),
    ]
    prepare(hands)
    states = {
        one.step.name: one.state for one in view_pupil(hands.desk, world.visit(CONTACT), noor).steps
    }
    assert set(states.values()) == {StepState.DONE}, states
    (waits,) = {row.state for row in open_letters(hands.desk, world.visit(CONTACT)).rows}
    assert waits is LetterState.WAITS_FOR_DOCTOR

    program = hands.desktop.program
    lock(hands)
    doctor = open_window(hands.qtbot, program, world.staff(DOCTOR))
    doctor.go(Destination("pupil", world.visit(CONTACT), noor, "decision"))
    doctor.save_and_go()
    conclusion = saved(doctor, world, noor, "conclusion", Conclusion)
    assert conclusion is not None
    assert conclusion.signed_by == world.staff(DOCTOR)
    words = {one.domain: one.conclusion for one in conclusion.domains}
    assert words["hearing"] is ConclusionWord.REFERRAL
    with doctor.desk.vault.read() as reader:
        (referral,) = all_standing(reader.heads(kinds=("referral",), pupil_id=noor), Referral)
    assert (referral.body.to, referral.body.domain) == (ReferralTo.ENT, "hearing")

    doctor.go(Destination("class_list", world.visit(CONTACT)))
    doctor.press(Qt.Key.Key_P, ctrl=True)
    for _ in range(2):
        line = doctor.page.lines.line()
        if line is not None and not line.ticked:
            doctor.press(Qt.Key.Key_Space)
        doctor.press(Qt.Key.Key_Down)
    pause(doctor)
    doctor.save_and_go()
    doctor.press(Qt.Key.Key_J)
    assert len(tray.jobs) == 1
    with doctor.desk.vault.read() as reader:
        letters = all_standing(reader.heads(kinds=("letter",), pupil_id=noor), Letter)
    assert {one.body.document for one in letters} == {LetterKind.RESULT, LetterKind.REFERRAL}

    to_parents, to_doctor = printed(doctor, world)
    for sentence in (
        "Aan de ouders van Noor Baert",
        "Groei De groei is in orde. Lengte: 97,5 cm.",
        "Horen We vragen om dit verder te laten onderzoeken.",
        "Bij deze brief: verwijsbrief",
    ):
        assert sentence in to_parents
    for hidden in ("familiale", "Kind en Gezin", "4000 Hz", "AUD-4", "gehoorverlies", "moeder"):
        assert hidden not in to_parents
    for finding in (
        "Aan: NKO-arts",
        "Rechteroor 1000 Hz 15 dB HL, 4000 Hz 45 dB HL",
        "Antwoordstrook voor",
    ):
        assert finding in to_doctor
    assert "97,5" not in to_doctor  # the findings of hearing alone


def printed(hands: Hands, world: World) -> tuple[str, str]:
    """The words of the letter to the parents and of the one to the doctor, as they came out."""
    visit = world.visit(CONTACT)
    found = []
    for document in (LetterKind.RESULT, LetterKind.REFERRAL):
        (row,) = [one for one in open_letters(hands.desk, visit).rows if one.document is document]
        assert row.state is LetterState.PRINTED
        made = make_letters(hands.desk, visit, [row.key], action="preview")
        found.append(text_of(made.printed.pdf))
    return found[0], found[1]

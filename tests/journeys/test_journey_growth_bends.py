"""A pupil of the sixth year whose growth bends off: from the class list to the printed letters.

The nurse measures, the rule says what it compared and where that is written, the doctor concludes
and refers, and both letters come out of the printer with the pupil's own curve.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import Clothing, Conclusion, ConclusionWord, Growth
from clbdesk.domain.follow_up import Referral, ReferralTo
from clbdesk.domain.judgement import RuleStatus, Verdict
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.letters import Letter, LetterKind
from clbdesk.domain.revision import Role
from clbdesk.domain.visits import ContactMoment, VisitPupil
from clbdesk.ids import PupilId
from clbdesk.services.desk import User
from clbdesk.services.letters import make_letters, open_letters
from clbdesk.services.reading import all_standing, one_standing
from clbdesk.services.records import Part, Where, record
from tests.builders.paper_words import pages_of
from tests.journeys.conftest import Opener
from tests.journeys.days import lock, saved, started_at
from tests.journeys.moments import born, pause
from tests.journeys.test_print import Tray
from tests.journeys.world import AN, CONTACT, DOCTOR, Hands, World, find_pupil, open_window
from ui.pages import print_out
from ui.pages.base import Destination
from ui.pages.growth import GrowthPage

Key = Qt.Key
NAME = ("Traoré", "Yohannes")
BORN = date(2015, 4, 14)


@pytest.fixture
def tray(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tray:
    """A printer on this laptop."""
    made = Tray(tmp_path)
    found = print_out.Printers(("Proefprinter",), "Proefprinter")
    monkeypatch.setattr(print_out, "find_printers", lambda: found)
    monkeypatch.setattr(print_out, "new_printer", made.printer)
    return made


def sixth_year(hands: Hands, world: World) -> PupilId:
    """A boy of the sixth year on the list, who followed P50 in the first and the fourth year."""
    visit_id = world.visit(CONTACT)
    centre = replace(hands.desk, user=User(hands.desk.user.staff_id, "centrum", Role.CENTRE))
    pupil_id = find_pupil(hands.desk, *NAME)
    listed_id = derived_record_id("visit_pupil", visit_id, pupil_id)
    with hands.desk.vault.read() as reader:
        listed = one_standing(reader, listed_id, VisitPupil)
    assert listed is not None
    sixth = msgspec.structs.replace(listed.body, class_name="6A", moment=ContactMoment.LO6)
    where = Where(pupil_id=pupil_id, visit_id=visit_id)
    record(centre, [Part(sixth, where, listed_id, listed.base)])
    born(hands, pupil_id, BORN)
    for on, height, weight in (
        (date(2021, 11, 8), "121.3", "22.8"),
        (date(2024, 10, 14), "138.6", "31.4"),
    ):
        earlier = Growth(
            state=ExamState.DONE,
            height_cm=Decimal(height),
            weight_kg=Decimal(weight),
            clothing=Clothing.GYM_SUIT,
            performed_by_name="Els Claes",
            on=on,
        )
        record(hands.desk, [Part(earlier, Where(pupil_id))])
    return pupil_id


def measured(hands: Hands, world: World) -> PupilId:
    """From the list: the questionnaire, then length and weight."""
    pupil_id = sixth_year(hands, world)
    started_at(hands, world, *NAME, "questionnaire")
    hands.go(Destination("class_list", world.visit(CONTACT)))
    hands.page._rail.classes.set_value("6A")
    hands.page._rail.changed.emit()
    hands.page._list.go_to(hands.page._model.position(pupil_id))
    hands.page._list.setFocus()
    hands.press(Key.Key_Return, Key.Key_O, Key.Key_F7)
    hands.save_and_go()
    pause(hands)
    hands.type("141,5")
    hands.press(Key.Key_Return)
    hands.type("33,9")
    return pupil_id


def flags(hands: Hands) -> list[tuple[str, str, str]]:
    """Head, sentence and source of the rule lines on the screen."""
    lines = hands.page.rules._lines
    return [(line.head, line.sentence, line.source) for line in lines]


def refer(hands: Hands) -> None:
    """Verwijzing for growth to a paediatrician, with a reason; the rest as proposed."""
    hands.press(Key.Key_V, Key.Key_F7)
    hands.save_and_go()
    message = hands.page.messages.message()
    for link in message.links if message else ():
        link.call()
        if link.text.startswith("Kies naar wie"):
            hands.type("kinderarts")
            hands.press(Key.Key_Return)
        elif "reden" in link.text:
            hands.type("afbuiging van de groei")
    promises = hands.page._pages["decision"]._promises.shown()
    promises[0].reason_edit.setFocus()
    QApplication.focusWidget().selectAll()
    hands.type("afbuiging van de lengtegroei, graag oorzaak zoeken")
    pause(hands)
    hands.save_and_go()


def paper(hands: Hands, world: World) -> list[str]:
    """The words of each page of the letters, as they were printed."""
    visit = world.visit(CONTACT)
    rows = open_letters(hands.desk, visit).rows
    made = make_letters(hands.desk, visit, [row.key for row in rows], action="preview")
    return pages_of(made.printed.pdf)


def test_a_growth_that_bends_off_is_flagged_referred_and_printed(
    opened: Opener, world: World, tray: Tray
) -> None:
    hands = opened(AN)
    pupil_id = measured(hands, world)

    # The flag names the rule, its source and the numbers, while typing.
    page = hands.page._pages["growth"]
    assert isinstance(page, GrowthPage)
    (flag,) = (line for line in page.judgements() if line.rule_id == "GRO-1")
    assert (flag.head, flag.verdict, flag.status) == (
        "Lengte buigt af",
        Verdict.DOCTOR,
        RuleStatus.ON,
    )
    assert flag.text == "P54 op 14 okt 2024, P12 nu, interval 2,1 j: −2,0 banden"
    assert ("Lengte buigt af", flag.text, "GRO-1 · Standaard Groei") in flags(hands)
    hands.save_and_go()
    kept = saved(hands, world, pupil_id, "growth", Growth)
    assert kept is not None
    assert flag in kept.judgements

    program = hands.desktop.program
    lock(hands)
    doctor = open_window(hands.qtbot, program, world.staff(DOCTOR))
    doctor.go(Destination("pupil", world.visit(CONTACT), pupil_id, "decision"))
    refer(doctor)

    conclusion = saved(doctor, world, pupil_id, "conclusion", Conclusion)
    assert conclusion is not None
    assert conclusion.signed_by == world.staff(DOCTOR)
    assert conclusion.domains[0].conclusion is ConclusionWord.REFERRAL
    with doctor.desk.vault.read() as reader:
        (referral,) = all_standing(reader.heads(kinds=("referral",), pupil_id=pupil_id), Referral)
    assert referral.body.to is ReferralTo.PAEDIATRICIAN

    doctor.go(Destination("print", world.visit(CONTACT)))
    for _ in open_letters(doctor.desk, world.visit(CONTACT)).rows:
        line = doctor.page.lines.line()
        if line is not None and not line.ticked:
            doctor.press(Key.Key_Space)
        doctor.press(Key.Key_Down)
    pause(doctor)
    doctor.save_and_go()
    doctor.press(Key.Key_J)
    with doctor.desk.vault.read() as reader:
        letters = all_standing(reader.heads(kinds=("letter",), pupil_id=pupil_id), Letter)
    assert {one.body.document for one in letters} == {LetterKind.RESULT, LetterKind.REFERRAL}

    parents, *others = paper(doctor, world)
    specialist = " ".join(others)
    assert "We vragen om dit verder te laten onderzoeken." in parents
    assert "141,5 cm" in parents
    assert "Vlaamse groeicurven 2004 · jongens" in parents
    assert "afbuiging" not in parents.replace("Afbuiging", "afbuiging"), "one neutral sentence"
    assert "GRO-1" not in parents
    assert "afbuiging van de lengtegroei, graag oorzaak zoeken" in specialist
    assert f"Lengte buigt af {flag.text} (GRO-1, Standaard Groei 2019)" in specialist
    assert {"138,6", "141,5"} <= set(specialist.split()), "the curve has the earlier point"

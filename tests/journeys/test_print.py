"""From the class list to printed letters: a printer that keeps its paper stands in for the real one."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import Qt

from clbdesk.clock import SetClock
from clbdesk.domain.contact import ConclusionWord, DomainConclusion
from clbdesk.domain.letters import Letter, LetterKind
from clbdesk.domain.names import normalise
from clbdesk.ids import PupilId
from clbdesk.services.class_list import ListRow, open_class_list
from clbdesk.services.decision import open_decision, record_decision
from clbdesk.services.growth import GrowthEntry, open_growth, record_growth
from clbdesk.services.history import open_history, open_record
from clbdesk.services.letter_states import LetterState
from clbdesk.services.letters import open_letters
from clbdesk.services.pupil import find_on_visit
from clbdesk.services.reading import all_standing
from clbdesk.services.records import withdraw
from tests.journeys.conftest import Opener
from tests.journeys.days import started_at
from tests.journeys.moments import pause
from tests.journeys.needles import go_to, have_session, planned, say_birthday
from tests.journeys.tray import Tray
from tests.journeys.world import AN, CONTACT, DOCTOR, Hands, World
from ui.pages import print_file, print_out
from ui.pages.base import Destination


def sign(hands: Hands, world: World, pupil_id: PupilId, *, again: bool = False) -> None:
    """Measured and concluded, as the pages would record it; a doctor's conclusion is signed."""
    desk = hands.desk
    with desk.vault.read() as reader:
        on_visit, _, _ = find_on_visit(reader, world.visit(CONTACT), pupil_id)
    growth = open_growth(desk, on_visit)
    height = "122.5" if again else "121.5"
    entry = GrowthEntry(height_cm=Decimal(height), weight_kg=Decimal("24.8"))
    record_growth(desk, growth, entry, growth.base, reason="opnieuw gemeten" if again else None)
    view = open_decision(desk, on_visit)
    domains = [
        DomainConclusion(
            domain=row.domain.value, proposal=None, conclusion=row.fixed or ConclusionWord.OK
        )
        for row in view.rows
    ]
    record_decision(
        desk,
        on_visit,
        domains,
        advice="",
        open_parts=(),
        assumed=(),
        base=view.base,
        reason="opnieuw gemeten" if again else None,
    )


def a_class(hands: Hands, world: World, count: int) -> list[ListRow]:
    """The first pupils of the class that the list shows first; their contacts are signed."""
    view = open_class_list(hands.desk, world.visit(CONTACT))
    rows = [row for row in view.rows if row.class_name == view.classes[0]][:count]
    for row in rows:
        sign(hands, world, row.pupil_id)
    return rows


def states(hands: Hands, world: World) -> dict[PupilId, LetterState]:
    rows = open_letters(hands.desk, world.visit(CONTACT)).rows
    return {row.pupil_id: row.state for row in rows}


def letters(hands: Hands) -> list[Letter]:
    with hands.desk.vault.read() as reader:
        return [one.body for one in all_standing(reader.heads(kinds=("letter",)), Letter)]


def logged(hands: Hands, action: str) -> int:
    with hands.desk.vault.read() as reader:
        return sum(line.action == action for line in reader.access_lines())


def test_the_letters_of_a_class_take_three_strokes(
    opened: Opener, world: World, tray: Tray
) -> None:
    hands = opened(DOCTOR)
    rows = a_class(hands, world, 4)
    where = rows[0].class_name
    hands.go(Destination("class_list", world.visit(CONTACT)))
    hands.start_counting()

    hands.press(Qt.Key.Key_P, ctrl=True)
    hands.save_and_go()
    question = hands.page._strip._words.text()
    hands.press(Qt.Key.Key_J)

    assert hands.strokes == 3
    assert question == (
        f"4 brieven van {where} naar de printer gestuurd. Alles goed uit de printer?"
    )
    assert tray.pages(0) == 5, "the list of the envelopes and four letters"
    assert {row.pupil_id for row in rows} == {letter.pupil_id for letter in letters(hands)}
    assert set(states(hands, world).values()) == {LetterState.PRINTED}
    assert logged(hands, "print") == 4
    assert hands.message() == f"4 brieven van {where} afgedrukt."


def test_from_the_scales_to_the_letter_at_the_keyboard(
    opened: Opener, world: World, tray: Tray
) -> None:
    hands = opened(DOCTOR)
    lotte = started_at(hands, world, "Peeters", "Lotte", "growth")
    hands.type("121,5")
    hands.press(Qt.Key.Key_Return)
    hands.type("24,8")
    hands.save_and_go()
    pause(hands)
    hands.go(Destination("pupil", world.visit(CONTACT), lotte, "decision"))
    hands.press(Qt.Key.Key_F7)
    hands.save_and_go()
    signed = hands.message()

    hands.press(Qt.Key.Key_P, ctrl=True)  # from the next pupil: the letters of the same visit
    assert states(hands, world) == {lotte: LetterState.INCOMPLETE}
    assert hands.page.lines.ticked() == (), "half a contact is printed only when somebody wants it"
    hands.press(Qt.Key.Key_Space)
    pause(hands)
    hands.save_and_go()
    hands.press(Qt.Key.Key_J)

    assert signed.startswith("Contact van Lotte Peeters opgeslagen als onvolledig: ")
    assert states(hands, world) == {lotte: LetterState.PRINTED}
    (letter,) = letters(hands)
    assert (letter.pupil_id, letter.pages) == (lotte, 1)


def test_nothing_counts_as_printed_before_somebody_says_that_the_paper_came_out(
    opened: Opener, world: World, tray: Tray
) -> None:
    hands = opened(DOCTOR)
    a_class(hands, world, 2)
    hands.go(Destination("print", world.visit(CONTACT)))

    hands.save_and_go()
    assert letters(hands) == []
    hands.press(Qt.Key.Key_O)  # jammed: once more

    assert len(tray.jobs) == 2
    assert letters(hands) == []
    hands.press(Qt.Key.Key_J)
    assert len(letters(hands)) == 2


@pytest.mark.qt_log_ignore(r"QPainter::begin\(\): Returned false")
def test_a_printer_that_does_not_answer_loses_nothing(
    opened: Opener, world: World, tray: Tray
) -> None:
    hands = opened(DOCTOR)
    a_class(hands, world, 2)
    tray.works = False
    hands.go(Destination("print", world.visit(CONTACT)))

    hands.save_and_go()

    assert hands.message() == (
        "De printer antwoordt niet. Het document staat klaar in Afdrukken en is niet verloren. "
        "Kies een andere printer of probeer later."
    )
    assert not hands.page._strip.isVisible()
    tray.works = True
    pause(hands)
    hands.save_and_go()
    hands.press(Qt.Key.Key_J)
    assert set(states(hands, world).values()) == {LetterState.PRINTED}


def test_one_letter_is_opened_ticked_off_and_seen_as_paper(
    opened: Opener, world: World, tray: Tray
) -> None:
    hands = opened(DOCTOR)
    rows = a_class(hands, world, 3)
    hands.go(Destination("print", world.visit(CONTACT)))

    hands.press(Qt.Key.Key_Return)  # the letters of this line one by one
    hands.press(Qt.Key.Key_Space)  # not the first
    hands.qtbot.wait(200)
    hands.settle()
    title = hands.page._preview.title.text()
    paper = hands.page._preview._paper
    aloud = paper.accessibleDescription()
    hands.save_and_go()
    hands.press(Qt.Key.Key_J)

    assert normalise(title).startswith(normalise(rows[0].family_name))
    assert f"Aan de ouders van {rows[0].given_name} {rows[0].family_name}" in aloud
    assert logged(hands, "preview") >= 1
    assert states(hands, world) == {
        rows[0].pupil_id: LetterState.READY,
        rows[1].pupil_id: LetterState.PRINTED,
        rows[2].pupil_id: LetterState.PRINTED,
    }
    hands.press(Qt.Key.Key_Escape)
    assert hands.page.name == "print", "Esc closes the opened line first"


def test_a_letter_that_changed_after_printing_is_told_and_ticked_again(
    opened: Opener, world: World, tray: Tray
) -> None:
    hands = opened(DOCTOR)
    first, second = a_class(hands, world, 2)
    hands.go(Destination("print", world.visit(CONTACT)))
    hands.save_and_go()
    hands.press(Qt.Key.Key_J)
    sign(hands, world, second.pupil_id, again=True)
    assert states(hands, world)[second.pupil_id] is LetterState.CHANGED

    hands.page._view = None
    hands.page.lines._view = None
    hands.go(Destination("print", world.visit(CONTACT)))

    assert hands.message() == (
        f"Brief van {second.given_name} {second.family_name} is gewijzigd na het afdrukken van "
        "08:45. Druk opnieuw af."
    )
    assert hands.page.lines.ticked() == (
        next(
            row.key
            for row in open_letters(hands.desk, world.visit(CONTACT)).rows
            if row.pupil_id == second.pupil_id
        ),
    )
    assert states(hands, world)[first.pupil_id] is LetterState.PRINTED


def test_what_a_nurse_concluded_waits_for_the_doctor_and_cannot_be_printed(
    opened: Opener, world: World, tray: Tray
) -> None:
    hands = opened(AN)
    a_class(hands, world, 1)
    hands.go(Destination("print", world.visit(CONTACT)))

    hands.press(Qt.Key.Key_Space)
    told = hands.message()
    hands.save_and_go()

    assert told == "Nog niet af te drukken: wacht op arts."
    assert hands.message() == "Vink aan wat afgedrukt moet worden."
    assert tray.jobs == []


def test_a_printed_letter_stands_in_the_dossier(opened: Opener, world: World, tray: Tray) -> None:
    hands = opened(DOCTOR)
    (row,) = a_class(hands, world, 1)
    hands.go(Destination("print", world.visit(CONTACT)))
    hands.save_and_go()
    hands.press(Qt.Key.Key_J)

    view = open_history(hands.desk, world.visit(CONTACT), row.pupil_id)
    (found,) = [one for one in view.rows if one.kind == "letter"]
    text = open_record(hands.desk, row.pupil_id, found.record_id)

    assert (found.word, found.about) == ("Brief", "resultaatsbrief")
    assert [field.label for field in text.fields] == ["Brief", "Aan", "Afgedrukt op", "Bladzijden"]


def test_lists_go_to_the_printer_without_a_question(
    opened: Opener, world: World, tray: Tray
) -> None:
    hands = opened(AN)
    hands.go(Destination("print", world.visit(CONTACT)))
    hands.page.lines._documents.setFocus()

    hands.press(Qt.Key.Key_L)
    hands.page.lines.setFocus()
    hands.press(Qt.Key.Key_Space)
    hands.save_and_go()

    assert hands.message() == "Lijst voor de school naar de printer gestuurd."
    assert tray.pages(0) >= 1
    assert logged(hands, "list") >= 1
    assert not hands.page._strip.isVisible()


def test_a_file_leaves_only_encrypted_with_a_purpose_and_a_recipient(
    opened: Opener, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = opened(DOCTOR)
    (row,) = a_class(hands, world, 1)
    path = tmp_path / "brieven.pdf"
    monkeypatch.setattr(print_file, "ask_file", lambda _parent: path)
    hands.go(Destination("print", world.visit(CONTACT)))
    hands.page.ask_file()
    strip = hands.page._file

    strip._save.click()
    assert strip._wrong.text() == "Vul het doel in."
    hands.type("opvolging ogen")
    strip._save.click()
    assert strip._wrong.text() == "Vul de bestemmeling in."
    hands.type("dr. Wouters, oogarts")
    strip._save.click()
    hands.settle()

    password = strip._password.text().removeprefix("Wachtwoord: ")
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(path)
    document = pypdfium2.PdfDocument(path, password=password)
    assert f"{row.given_name} {row.family_name}" in document[0].get_textpage().get_text_bounded()
    document.close()
    assert row.family_name.encode() not in path.read_bytes()
    with hands.desk.vault.read() as reader:
        (line,) = [one for one in reader.access_lines() if one.action == "export"]
    assert (line.pupil_id, line.reason) == (row.pupil_id, "opvolging ogen · dr. Wouters, oogarts")
    hands.press(Qt.Key.Key_Escape)
    assert strip._password.text() == ""
    assert set(states(hands, world).values()) == {LetterState.READY}, "a file is not yet paper"


def test_a_file_that_cannot_be_written_is_told(
    opened: Opener, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = opened(DOCTOR)
    a_class(hands, world, 1)
    gone = tmp_path / "gone" / "brieven.pdf"
    monkeypatch.setattr(print_file, "ask_file", lambda _parent: gone)
    hands.go(Destination("print", world.visit(CONTACT)))
    hands.page.ask_file()
    hands.page._file.purpose.set_value("opvolging")
    hands.page._file.recipient.set_value("huisarts")

    hands.page._file._save.click()
    hands.settle()

    assert hands.message() == (
        "Het bestand kon niet opgeslagen worden. Er is niets verloren. Kies een andere map."
    )


def test_what_was_given_goes_home_from_the_page_where_it_was_given(
    opened: Opener, world: World, tray: Tray
) -> None:
    hands = opened(AN)
    have_session(hands, world)
    row = planned(hands, world, "dTpa")[0]
    go_to(hands, world, row.pupil_id)
    say_birthday(hands, row.birth_date)
    hands.press(Qt.Key.Key_F7)
    hands.save_and_go()

    hands.press(Qt.Key.Key_P, ctrl=True)
    line = hands.page.lines.line()
    assert (line.what, line.count, line.ticked) == ("Kennisgeving vaccinatie", 1, True)
    pause(hands)
    hands.save_and_go()
    hands.press(Qt.Key.Key_J)

    (letter,) = letters(hands)
    assert letter.pupil_id == row.pupil_id
    assert letter.document is LetterKind.VACCINATION
    assert tray.pages(0) == 2, "the list of the envelopes in front"


@pytest.mark.usefixtures("tray")
def test_parents_who_were_told_of_a_dose_that_nobody_got_are_not_called_for_ever(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    have_session(hands, world)
    row = planned(hands, world, "dTpa")[0]
    go_to(hands, world, row.pupil_id)
    say_birthday(hands, row.birth_date)
    hands.press(Qt.Key.Key_F7)
    hands.save_and_go()
    hands.press(Qt.Key.Key_P, ctrl=True)
    pause(hands)
    hands.save_and_go()
    hands.press(Qt.Key.Key_J)
    assert not hands.page._told.isVisible()
    hands.qtbot.wait(300)  # the paper of the line is shown
    hands.settle()
    clock = hands.desktop.program.clock
    assert isinstance(clock, SetClock)
    clock.advance(timedelta(minutes=5))
    with hands.desk.vault.read() as reader:
        doses = [one.record_id for one in reader.heads(kinds=("dose",), pupil_id=row.pupil_id)]
    outcome = withdraw(hands.desk, doses, "verkeerde leerling")
    hands.page.work.bus.changed.emit(outcome.changes)
    hands.settle()
    page = hands.page
    assert page.lines.line().letters[0].state is LetterState.TELL_FIRST
    assert page._told.isVisible()

    clock.advance(timedelta(minutes=5))
    page._told.click()
    hands.settle()
    assert hands.message().endswith("ingelicht: genoteerd.")
    states = {
        (one.document, one.state) for one in page.lines.rows() if one.pupil_id == row.pupil_id
    }
    assert states == set(), "nothing was given, and the parents know"


def test_without_letters_the_page_says_where_they_come_from(
    opened: Opener, world: World, tray: Tray
) -> None:
    hands = opened(AN)

    hands.press(Qt.Key.Key_P, ctrl=True)  # from Vandaag: the visit of today

    assert hands.page.name == "print"
    assert hands.page.lines._none.text() == (
        "Niets klaar om af te drukken. Brieven komen hier na Besluit."
    )


def test_a_laptop_without_a_printer_says_so(
    opened: Opener, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(print_out, "find_printers", lambda: print_out.Printers((), ""))
    hands = opened(DOCTOR)
    a_class(hands, world, 1)
    hands.go(Destination("print", world.visit(CONTACT)))

    hands.save_and_go()

    assert hands.message().startswith("Geen printer gevonden op deze laptop.")
    assert letters(hands) == []

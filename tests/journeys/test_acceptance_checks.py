"""The acceptance checks of handbook 3 §10 that are seen in the window: 1, 2 and 10 on real laptops."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from clbdesk import bootstrap
from clbdesk.centre import administration as office
from clbdesk.cli.demo.setting import PASSPHRASE
from clbdesk.domain.care_outcome import SchoolOutput
from clbdesk.domain.revision import Role
from clbdesk.errors import Environment, Refused
from clbdesk.ids import PupilId
from clbdesk.paths import DataFolder
from clbdesk.services.care_entry import AgreementEntry
from clbdesk.services.desk import Desk
from clbdesk.services.reading import all_standing
from tests.journeys.conftest import Opener
from tests.journeys.meetings import BY, hold_meeting
from tests.journeys.moments import pause
from tests.journeys.test_every_page import OF_A_PUPIL
from tests.journeys.town import Town
from tests.journeys.world import (
    AN,
    CONTACT,
    DOCTOR,
    MEETING,
    WIM,
    Hands,
    World,
    find_pupil,
)
from ui.pages import school_output
from ui.pages.base import Destination

ENTER, ESC = Qt.Key.Key_Return, Qt.Key.Key_Escape


def outputs(desk: Desk) -> list[SchoolOutput]:
    with desk.vault.read() as reader:
        found = all_standing(reader.heads(kinds=("school_output",)), SchoolOutput)
    return [one.body for one in found]


def outbox(desk: Desk) -> int:
    with desk.vault.read() as reader:
        return reader.outbox_count()


def lines_of(desk: Desk) -> list[tuple[str, str | None, str | None]]:
    with desk.vault.read() as reader:
        return [(one.action, one.kind, one.pupil_id) for one in reader.access_lines()]


# --- 1: a listed name in a consultative note ---

SPELLINGS = ("Lotte", "lotte peeters", "PEETERS LOTTE", "Peeters, Lotte", "Lotte's")


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_check_1_a_listed_name_is_underlined_and_neither_released_nor_printed(
    opened: Opener, world: World, monkeypatch: pytest.MonkeyPatch, spelling: str
) -> None:
    hands = opened(WIM)
    rows = (AgreementEntry(who="Kim Daems", what=f"{spelling} vooraan zetten", by=BY),)
    hold_meeting(hands.desk, world.visit(MEETING), agreements=rows)
    papers: list[object] = []
    monkeypatch.setattr(
        school_output, "send_to_printer", lambda _parent, printed: papers.append(printed)
    )
    hands.go(Destination("school_output", world.visit(MEETING)))
    page = hands.page
    waiting = outbox(hands.desk)
    assert page.text.marked(), "underlined where it stands"

    hands.save_and_go()
    pause(hands)
    hands.save_and_go()
    hands.press(Qt.Key.Key_P, ctrl=True)

    assert outputs(hands.desk) == []
    assert papers == []
    assert outbox(hands.desk) == waiting, "nothing of it goes to the centre as an output either"


def test_check_1_once_replaced_it_goes_without_the_name(opened: Opener, world: World) -> None:
    hands = opened(WIM)
    rows = (AgreementEntry(who="Kim Daems", what="Lotte en lotte peeters vooraan", by=BY),)
    hold_meeting(hands.desk, world.visit(MEETING), agreements=rows)
    hands.go(Destination("school_output", world.visit(MEETING)))
    for _ in range(2):
        link = hands.page.check.first()
        if link is None:
            break
        link.setFocus()
        hands.press(ENTER)
    pause(hands)
    hands.save_and_go()
    (kept,) = outputs(hands.desk)
    assert "lotte" not in kept.text.casefold()
    assert "peeters" not in kept.text.casefold()


# --- 2: from a topic to a dossier ---


def by_history(hands: Hands, world: World, pupil: PupilId) -> None:
    hands.go(Destination("history", world.visit(MEETING), pupil))


def by_pupil(hands: Hands, world: World, pupil: PupilId) -> None:
    hands.go(Destination("pupil", world.visit(MEETING), pupil))


def by_no_visit(hands: Hands, world: World, pupil: PupilId) -> None:
    del world
    hands.go(Destination("history", None, pupil))


def by_search(hands: Hands, world: World, pupil: PupilId) -> None:
    del world, pupil
    hands.press(Qt.Key.Key_K, ctrl=True)
    hands.type("peeters lotte")
    hands.wait(lambda: hands.page._model.rowCount() == 1)
    hands.press(ENTER)


@pytest.mark.parametrize("way", [by_history, by_pupil, by_no_visit, by_search])
def test_check_2_every_way_from_a_topic_stands_at_the_border_and_going_back_leaves_the_log_alone(
    opened: Opener, world: World, way: Callable[[Hands, World, PupilId], None]
) -> None:
    hands = opened(WIM)
    topic = hold_meeting(hands.desk, world.visit(MEETING))
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    hands.go(Destination("care_topic", world.visit(MEETING), record_id=topic))
    waiting, before = outbox(hands.desk), lines_of(hands.desk)

    way(hands, world, lotte)
    assert hands.page.name == "border_check"
    hands.press(ESC)
    hands.go(Destination("visits"))

    new = lines_of(hands.desk)[len(before) :]
    assert [one[0] for one in new if one[:2] != ("open", "consultative_note")] == ["border"]
    assert all(one[2] is None for one in new), "the line names no pupil"
    assert outbox(hands.desk) == waiting
    with hands.desk.vault.read() as reader:
        forms = [one.form for one in reader.drafts(hands.desk.user.staff_id)]
    assert not [one for one in forms if one.startswith("transition")]


# --- 9: reading counts, on whatever page somebody reads ---


def test_check_9_every_page_that_is_opened_for_a_pupil_leaves_a_line_with_the_reason(
    opened: Opener, world: World
) -> None:
    hands = opened(DOCTOR)
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    silent = []
    for page in sorted(OF_A_PUPIL):
        hands.go(Destination("today"))
        with hands.desk.vault.read() as reader:
            before = len(reader.access_lines())
        hands.go(Destination(page, world.visit(CONTACT), lotte))
        assert hands.page.name == page
        hands.settle()
        with hands.desk.vault.read() as reader:
            new = reader.access_lines()[before:]
        if not any(one.pupil_id == lotte and one.reason for one in new):
            silent.append(page)
    assert silent == []


# --- 10: the office, on a real laptop ---


def test_check_10_nobody_of_the_office_unlocks_a_laptop_and_guidance_finds_no_medical_word(
    town: Town,
) -> None:
    """A measurement goes home; on the guidance side it is in no list, search, page or record."""
    nurse = town.desk("LAP-07", AN)
    pupil = town.pupil(nurse, 0)
    town.measure(nurse, pupil, "131.7")
    town.synchronise("LAP-07", nurse)
    nurse.close()
    setting = town.world.setting
    person = office.add_staff(setting.centre, "Ria Admin", [Role.ADMINISTRATION, Role.DIRECTOR])
    code = office.new_enrolment_code(setting.centre, "LAP-11", [person])
    own = bootstrap.start(DataFolder(town.folder / "LAP-11"), setting.clock, weak_slots=True)
    own.folder.root.mkdir()
    with pytest.raises((Environment, Refused)):
        own.enrol(setting.running.url, code, {person: PASSPHRASE})
        own.unlock(person, PASSPHRASE)
    with pytest.raises(Environment):
        town.laptop("LAP-07").unlock(person, PASSPHRASE)

    hands = town.window("LAP-07", WIM)
    town.synchronise("LAP-07", hands.desk)
    with hands.desk.vault.read() as reader:
        kinds = {head.kind for head in reader.heads(include_withdrawn=True)}
        bodies = [one.body for one in reader.every_revision()]
    assert not kinds & {"growth", "acuity", "contact", "background", "conclusion", "dose"}
    assert not any("131.7" in one for one in bodies)
    for page in ("grid", "class_list", "pupil", "history", "print"):
        hands.go(Destination("visits"))
        hands.go(Destination(page, town.world.visit(CONTACT), pupil))
        assert "131,7" not in _everything_shown(hands)


def _everything_shown(hands: Hands) -> str:
    return " ".join(one.text() for one in hands.page.findChildren(QLabel))

"""HPV for three classes: forms, two stations that are linked, and a refusal that comes in late."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from clbdesk.domain.letters import LetterKind
from clbdesk.domain.vaccination import Dose, DoseStatus, NotGivenReason
from clbdesk.services.class_list import ListRow
from clbdesk.services.consent_stack import open_stack
from clbdesk.services.letters import open_letters
from clbdesk.services.vaccination_plan import PlanGroup
from clbdesk.standards.vaccination.consent import ConsentState
from tests.journeys.linked import to_the_front, two_linked
from tests.journeys.moments import pause
from tests.journeys.needles import (
    doses,
    go_to,
    have_session,
    planned,
    rows,
    say_birthday,
    scan,
    sentences,
)
from tests.journeys.school import make_school
from tests.journeys.test_link import unmet
from tests.journeys.world import ELS, VACCINATION, Hands, World
from ui.pages.base import Destination
from ui.pages.vaccination import VaccinationPage

Key = Qt.Key


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A visit with HPV for two first classes and a second one."""
    folder = tmp_path_factory.mktemp("hpv")
    made = make_school(folder, "HPV", ("1A", "1B", "2A"), pupils=200, at_lap_03=ELS)
    yield made
    made.setting.close()


@pytest.fixture
def tables(school: World, qtbot: QtBot, tmp_path: Path) -> tuple[Hands, Hands]:
    """An and Els, each with a window of her own, linked."""
    return two_linked(qtbot, school, tmp_path, ELS)


def type_forms(hands: Hands, school: World, letters: str) -> None:
    """The stack, one letter per form."""
    to_the_front(hands)
    hands.go(Destination("consent_stack", school.visit(VACCINATION)))
    found = open_stack(hands.desk, school.visit(VACCINATION)).rows
    for row, letter in zip(found, letters, strict=False):
        scan(hands, row.code)
        hands.type(letter)
        hands.save_and_go()
        pause(hands)


def prepare(hands: Hands, school: World, row: ListRow) -> VaccinationPage:
    """Identity and questions: one stroke before the dose is recorded."""
    to_the_front(hands)
    page = go_to(hands, school, row.pupil_id)
    say_birthday(hands, row.birth_date)
    hands.press(Key.Key_F7)
    return page


def given(hands: Hands, school: World, row: ListRow) -> list[Dose]:
    found = doses(hands, school, row.pupil_id)
    return [one for one in found if one.status is DoseStatus.GIVEN]


def test_hpv_for_three_classes_with_a_late_refusal_at_the_other_station(
    tables: tuple[Hands, Hands], school: World
) -> None:
    an, els = tables
    forms = open_stack(an.desk, school.visit(VACCINATION)).rows
    assert {row.class_name for row in forms} == {"1A", "1B", "2A"}

    # The forms: everybody says yes, but one to the own doctor and one not at all.
    type_forms(an, school, "c" * (len(forms) - 2) + "h")
    els.wait(lambda: len(planned(els, school, "HPV")) == len(forms) - 2)
    have_session(an, school, "HPV")
    have_session(els, school, "HPV", user=ELS)
    wanted = planned(an, school, "HPV")
    *early, late = wanted
    mine, theirs = early[::2], early[1::2]

    # Both tables work at once, class after class; what one gives the other sees.
    for hands, part in ((an, mine), (els, theirs)):
        for row in part:
            prepare(hands, school, row)
            hands.save_and_go()
            pause(hands)
            assert [one.dose_number for one in given(hands, school, row)] == [1]
    an.wait(lambda: all(given(an, school, row) for row in theirs))
    els.wait(lambda: all(given(els, school, row) for row in mine))

    # The needle is ready at An's table; a moment ago Els typed the form of the father.
    assert unmet(prepare(an, school, late)) == set()
    to_the_front(els)
    els.go(Destination("consent_stack", school.visit(VACCINATION)))
    refused = next(row for row in forms if row.pupil_id == late.pupil_id)
    scan(els, refused.code)
    els.type("w")
    els.page.form.relation.setFocus(Qt.FocusReason.TabFocusReason)
    els.type("vader")
    els.save_and_go()
    an.wait(lambda: has_split(an, school, late))

    to_the_front(an)
    an.save_and_go()
    said = "Intussen is de toestemming gewijzigd door Els Claes. Kijk na en sla opnieuw op."
    assert an.message() == said
    assert doses(an, school, late.pupil_id) == []
    pause(an)
    an.save_and_go()
    assert "Toestemming tegenstrijdig" in sentences(an)
    assert doses(an, school, late.pupil_id) == []
    an.press(Key.Key_F8)
    an.type("t")
    pause(an)
    an.save_and_go()
    (why,) = doses(an, school, late.pupil_id)
    assert (why.status, why.reason) == (DoseStatus.NOT_GIVEN, NotGivenReason.NO_CONSENT)

    # The three lists, and the paper that goes home: only of who got the needle.
    groups = {row.pupil_id: row.vaccination.group for row in rows(an, school) if row.vaccination}
    silent = [row for row in forms if row.pupil_id not in {one.pupil_id for one in wanted}]
    assert {groups[row.pupil_id] for row in silent} == {PlanGroup.NOT}
    els.wait(lambda: bool(doses(els, school, late.pupil_id)))
    notices = {
        row.pupil_id
        for row in open_letters(els.desk, school.visit(VACCINATION)).rows
        if row.document is LetterKind.VACCINATION
    }
    assert notices == {row.pupil_id for row in (*mine, *theirs)}


def has_split(hands: Hands, school: World, row: ListRow) -> bool:
    """The refusal is here: the parents do not agree."""
    found = open_stack(hands.desk, school.visit(VACCINATION)).rows
    states = next(one.states for one in found if one.pupil_id == row.pupil_id)
    return ConsentState.CONFLICT in states

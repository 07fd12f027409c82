"""MBR, a live vaccine, at a secondary school: a pregnant girl and a child on immunosuppression."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from clbdesk.domain.vaccination import Consent, Dose, DoseStatus, NotGivenReason, Prescreen
from clbdesk.ids import PupilId
from clbdesk.services.class_list import ListRow
from clbdesk.services.consent_stack import FormRow, open_stack
from clbdesk.services.reading import all_standing
from clbdesk.services.vaccination_plan import PlanGroup
from tests.journeys.linked import to_the_front, two_linked
from tests.journeys.moments import pause
from tests.journeys.needles import (
    doses,
    go_to,
    have_session,
    records,
    rows,
    say_birthday,
    scan,
    sentences,
)
from tests.journeys.school import make_school
from tests.journeys.world import DOCTOR, VACCINATION, Hands, World
from ui.pages.base import Destination
from ui.pages.vaccination import VaccinationPage

Key = Qt.Key
PREGNANT, WEAKENED, HEALTHY = "Febe Goossens", "Yasmine Bouzidi", "Seppe Nijs"


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A visit that catches MBR up in the third year."""
    folder = tmp_path_factory.mktemp("mbr")
    made = make_school(folder, "MBR", ("3A", "3B"), pupils=200, at_lap_03=DOCTOR)
    yield made
    made.setting.close()


@pytest.fixture
def tables(school: World, qtbot: QtBot, tmp_path: Path) -> tuple[Hands, Hands]:
    """An vaccinates; the doctor is in the next room, linked."""
    return two_linked(qtbot, school, tmp_path, DOCTOR)


def row_of(hands: Hands, school: World, name: str) -> ListRow:
    found = rows(hands, school)
    return next(row for row in found if f"{row.given_name} {row.family_name}" == name)


def group_of(hands: Hands, school: World, name: str) -> PlanGroup | None:
    plan = row_of(hands, school, name).vaccination
    return plan.group if plan else None


def forms(hands: Hands, school: World) -> dict[str, FormRow]:
    return {row.name: row for row in open_stack(hands.desk, school.visit(VACCINATION)).rows}


def given(hands: Hands, school: World, pupil_id: PupilId) -> list[Dose]:
    found = doses(hands, school, pupil_id)
    return [one for one in found if one.status is DoseStatus.GIVEN]


def type_form(hands: Hands, row: FormRow, yes: str = "") -> None:
    """A yes for the CLB; `yes`: the question on health that the parents ticked."""
    scan(hands, row.code)
    hands.type("c")
    if yes:
        hands.page.form.yes.setFocus(Qt.FocusReason.TabFocusReason)
        names = [one.label for one in hands.page.form.yes.choices()]
        hands.press(*[Key.Key_Right] * names.index(yes), Key.Key_Space)
    hands.save_and_go()
    pause(hands)


def decide(hands: Hands, letter: str, reason: str) -> None:
    """What the doctor chooses, and why."""
    page = hands.page.findChild(VaccinationPage)
    assert page is not None
    assert page.doctor.isVisible()
    page.doctor.choices["MBR"].setFocus(Qt.FocusReason.TabFocusReason)
    hands.type(letter)
    page.doctor.reason_edit.setFocus(Qt.FocusReason.TabFocusReason)
    hands.type(reason)


def test_mbr_with_a_pregnant_girl_and_a_child_on_immunosuppression(
    tables: tuple[Hands, Hands], school: World
) -> None:
    an, doctor = tables
    to_the_front(an)
    an.go(Destination("consent_stack", school.visit(VACCINATION)))
    asked = forms(an, school)
    assert {PREGNANT, WEAKENED, HEALTHY} <= set(asked)
    immunity = "Stoornis of behandeling van de afweer"
    type_form(an, asked[HEALTHY])
    type_form(an, asked[PREGNANT])
    type_form(an, asked[WEAKENED], yes=immunity)
    assert "een arts kijkt het na" in an.message()
    have_session(an, school, "MBR")

    # The child on immunosuppression stands on the work list of the doctor, who says no for good.
    assert group_of(an, school, WEAKENED) is PlanGroup.WAITS
    doctor.wait(lambda: group_of(doctor, school, WEAKENED) is PlanGroup.WAITS)
    weakened = row_of(doctor, school, WEAKENED)
    to_the_front(doctor)
    go_to(doctor, school, weakened.pupil_id)
    decide(doctor, "n", "methotrexaat: geen levend vaccin")
    doctor.save_and_go()
    an.wait(lambda: bool(doses(an, school, weakened.pupil_id)))
    (fact,) = doses(an, school, weakened.pupil_id)
    assert fact.status is DoseStatus.NOT_GIVEN
    assert "methotrexaat: geen levend vaccin" in fact.reason_text

    # Nobody told of the pregnancy on the form: the question of the day does, before the needle.
    girl = row_of(an, school, PREGNANT)
    to_the_front(an)
    page = go_to(an, school, girl.pupil_id)
    say_birthday(an, girl.birth_date)
    an.press(Key.Key_F7)
    answers = {**page.questions.answers(), "pregnant": True}
    page.questions.set_answers(answers, {"pregnant": "12 weken"}, ())
    page.card.edited.emit()
    an.save_and_go()
    assert "Vraag 7 is met ja beantwoord. Alleen een arts kan verder beslissen." in sentences(an)
    assert doses(an, school, girl.pupil_id) == []
    page.follow_link(0)  # Zet bij Wacht op arts
    pause(an)
    an.save_and_go()
    (fact,) = doses(an, school, girl.pupil_id)
    assert (fact.status, fact.reason) == (DoseStatus.NOT_GIVEN, NotGivenReason.DOCTOR_DECIDES)
    (prescreen,) = records(an, school, girl.pupil_id, "prescreen")
    assert isinstance(prescreen, Prescreen)
    assert prescreen.answers["pregnant"]
    assert prescreen.remarks["pregnant"] == "12 weken"
    assert group_of(an, school, PREGNANT) is PlanGroup.WAITS

    # The third gets the vaccine in eight strokes, beside them.
    healthy = row_of(an, school, HEALTHY)
    pause(an)
    go_to(an, school, healthy.pupil_id)
    say_birthday(an, healthy.birth_date)
    an.press(Key.Key_F7)
    an.save_and_go()
    assert an.strokes == 8
    (dose,) = given(an, school, healthy.pupil_id)
    assert (dose.product, dose.dose_number) == ("M-M-RVaxPro", 2)

    # At both tables nobody else got anything, and nothing of the forms was overwritten.
    doctor.wait(lambda: bool(given(doctor, school, healthy.pupil_id)))
    for hands in tables:
        for pupil_id in (girl.pupil_id, weakened.pupil_id):
            assert given(hands, school, pupil_id) == []
        with hands.desk.vault.read() as reader:
            heads = reader.heads(kinds=("consent",), pupil_ids=(weakened.pupil_id,))
        answered = [one.body for one in all_standing(heads, Consent) if "MBR" in one.body.vaccines]
        assert [one.health_answers["immunity"] for one in answered] == [True]


def test_a_doctor_who_looked_at_a_yes_beforehand_orders_and_the_nurse_gives_it(
    tables: tuple[Hands, Hands], school: World
) -> None:
    an, doctor = tables
    to_the_front(an)
    an.go(Destination("consent_stack", school.visit(VACCINATION)))
    type_form(an, forms(an, school)[HEALTHY], yes="Allergie")
    have_session(an, school, "MBR")
    doctor.wait(lambda: group_of(doctor, school, HEALTHY) is PlanGroup.WAITS)

    healthy = row_of(doctor, school, HEALTHY)
    to_the_front(doctor)
    page = go_to(doctor, school, healthy.pupil_id)
    decide(doctor, "m", "alleen huisstofmijt")
    doctor.qtbot.mouseClick(page.doctor.order, Qt.MouseButton.LeftButton)
    doctor.settle()
    an.wait(lambda: group_of(an, school, HEALTHY) is PlanGroup.TO_GIVE)
    assert doses(doctor, school, healthy.pupil_id) == []  # ordered, not given

    to_the_front(an)
    go_to(an, school, healthy.pupil_id)
    say_birthday(an, healthy.birth_date)
    an.press(Key.Key_F7)
    an.save_and_go()
    (dose,) = given(an, school, healthy.pupil_id)
    with an.desk.vault.read() as reader:
        (order,) = reader.heads(kinds=("doctor_order",), pupil_ids=(healthy.pupil_id,))
    assert dose.order_id == order.record_id

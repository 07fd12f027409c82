"""Twee versies in the real window: both laptops show both, one chooses, the other sees the choice."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from clbdesk.domain.care import EducationalNeed, Participant
from clbdesk.services.conflict_view import Row, open_question
from clbdesk.services.conflicts import Choice, choose, questions
from clbdesk.services.typed_anew import Listed
from clbdesk.services.versions import Side
from tests.journeys.town import Town, heights, press_synchronise
from tests.journeys.world import AN, ELS, Hands
from ui.pages.base import Destination
from ui.pages.conflict_own import own_field
from ui.pages.conflict_values import shown
from ui.widgets.filtered_list import FilteredList


def differ(town: Town, *numbers: int, theirs: str = "132.6") -> Hands:
    """Els measured these pupils on the other laptop and An on hers; An has synchronised."""
    els = town.desk("LAP-03", ELS)
    for number in numbers:
        town.measure(els, town.pupil(els, number), theirs)
    town.synchronise("LAP-03", els)
    els.close()
    hands = town.window("LAP-07", AN)
    for number in numbers:
        town.measure(hands.desk, town.pupil(hands.desk, number), "136.2")
    press_synchronise(hands)
    return hands


def test_both_laptops_show_both_versions_until_one_chooses_and_the_other_sees_the_choice(
    town: Town,
) -> None:
    hands = differ(town, 0)
    pupil = town.pupil(hands.desk, 0)
    els = town.desk("LAP-03", ELS)
    town.synchronise("LAP-03", els)
    assert sorted(heights(town.growth_head(hands.desk, pupil))) == ["132.6", "136.2"]
    assert sorted(heights(town.growth_head(els, pupil))) == ["132.6", "136.2"]
    hands.go(Destination("conflicts"))
    left = hands.page._view.left
    hands.start_counting()

    hands.press(Qt.Key.Key_L)
    hands.save_and_go()

    assert hands.strokes == 2
    assert hands.message().endswith("opgeslagen. De andere versie blijft in de historiek.")
    head = town.growth_head(hands.desk, pupil)
    assert not head.is_conflict
    assert left.rev_id in head.leaf.base
    assert len(head.leaf.base) == 2
    press_synchronise(hands)
    town.synchronise("LAP-03", els)
    assert heights(town.growth_head(els, pupil)) == heights(head)
    assert not town.growth_head(els, pupil).is_conflict
    els.close()


def test_the_fields_that_differ_stand_first_with_what_is_computed_from_them(town: Town) -> None:
    hands = differ(town, 0)
    hands.go(Destination("conflicts"))
    rows = hands.page._view.rows
    assert [row.label for row in rows[:4]] == ["Lengte", "SDS lengte", "BMI", "Gewichtsindex"]
    assert [row.differs for row in rows[:5]] == [True, True, True, True, False]


def test_one_field_can_be_chosen_from_the_other_version(town: Town) -> None:
    hands = differ(town, 0)
    pupil = town.pupil(hands.desk, 0)
    hands.go(Destination("conflicts"))
    view = hands.page._view
    hands.press(Qt.Key.Key_Right)
    hands.save_and_go()
    assert heights(town.growth_head(hands.desk, pupil)) == [str(view.rows[0].right)]


def test_an_own_value_needs_a_reason(town: Town) -> None:
    hands = differ(town, 0)
    pupil = town.pupil(hands.desk, 0)
    hands.go(Destination("conflicts"))
    hands.press(Qt.Key.Key_Z)
    hands.type("134,0")
    hands.save_and_go()
    assert hands.message() == "Er is 1 ding na te kijken."
    hands.page.reason_edit.setFocus()
    hands.type("nagemeten")
    hands.wait(lambda: True)
    hands.page.footer._since.invalidate()
    hands.save_and_go()
    head = town.growth_head(hands.desk, pupil)
    assert heights(head) == ["134.0"]
    assert head.leaf.reason == "nagemeten"


def test_nothing_is_chosen_beforehand(town: Town) -> None:
    hands = differ(town, 0)
    pupil = town.pupil(hands.desk, 0)
    hands.go(Destination("conflicts"))
    hands.save_and_go()
    assert hands.message() == "Er is 1 ding na te kijken."
    assert town.growth_head(hands.desk, pupil).is_conflict


def test_leaving_changes_nothing_and_later_both_are_still_there(town: Town) -> None:
    hands = differ(town, 0)
    pupil = town.pupil(hands.desk, 0)
    hands.go(Destination("conflicts"))
    hands.press(Qt.Key.Key_L)
    hands.press(Qt.Key.Key_Escape)
    assert hands.page.name == "synchronise"
    assert town.growth_head(hands.desk, pupil).is_conflict


def test_two_questions_come_one_after_the_other(town: Town) -> None:
    hands = differ(town, 0, 1)
    hands.go(Destination("conflicts"))
    first = hands.page._view.pupil.pupil_id
    hands.press(Qt.Key.Key_R)
    hands.save_and_go()
    assert hands.page._view.pupil.pupil_id != first
    hands.page.footer._since.invalidate()
    hands.press(Qt.Key.Key_R)
    hands.save_and_go()
    assert hands.page._empty.isVisible()
    assert hands.page._empty.text() == "Geen twee versies. Beide laptops zijn het eens."


def test_a_choice_that_a_colleague_made_meanwhile_is_not_overwritten(town: Town) -> None:
    hands = differ(town, 0)
    pupil = town.pupil(hands.desk, 0)
    hands.go(Destination("conflicts"))
    hands.press(Qt.Key.Key_R)
    els = town.desk("LAP-03", ELS)
    town.synchronise("LAP-03", els)
    (question,) = questions(els)
    choose(els, question, open_question(els, question).seen, Choice(Side.LEFT))
    town.synchronise("LAP-03", els)
    chosen = heights(town.growth_head(els, pupil))
    els.close()
    town.synchronise("LAP-07", hands.desk)
    hands.save_and_go()
    assert hands.message() == "Intussen koos Els Claes al. Bekijk de keuze."
    assert heights(town.growth_head(hands.desk, pupil)) == chosen


def test_a_code_that_neither_version_has_is_chosen_from_its_list(qtbot: QtBot) -> None:
    grades = (Listed("L3", "3e leerjaar"), Listed("L5", "5e leerjaar"))
    field = own_field(Row(("grade",), "Leerjaar", "3e leerjaar", "4e leerjaar", choices=grades))
    qtbot.addWidget(field)
    assert isinstance(field, FilteredList)
    field.setFocus()
    qtbot.keyClicks(field, "het derde")
    assert field.value() is None
    assert field.problem() == "Kies leerjaar uit de lijst."
    field.set_value("L5")
    assert (field.value(), field.text(), field.problem()) == ("L5", "5e leerjaar", "")


def test_needs_and_people_of_a_talk_are_shown_in_words() -> None:
    need = EducationalNeed(sort="instruction", text="korte stappen")
    mia = Participant(name="Mia Aerts", function="care_coordinator", bound_by_secrecy=False)
    assert shown((need,)) == "Instructie · korte stappen"
    assert shown((mia,)) == "Mia Aerts · zorgcoördinator"

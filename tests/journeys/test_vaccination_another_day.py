"""P13 after what was asked before: on a later day, and at the other post, it is asked anew."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from clbdesk.domain.vaccination import NotGivenReason
from clbdesk.services.vaccination_desk import choose_post
from clbdesk.services.vaccination_entry import RowEntry
from clbdesk.services.vaccination_saving import record_vaccination
from tests.builders.vaccination_visit import VISIT, full_entry, opened_visit
from tests.journeys.conftest import Opener
from tests.journeys.moments import pause
from tests.journeys.needles import doses, go_to, have_session, planned, say_birthday
from tests.journeys.world import AN, World
from ui.pages.vaccination_card import VaccinationCard


def test_the_answers_of_another_day_do_not_stand_in_the_form(qtbot: QtBot, tmp_path: Path) -> None:
    with opened_visit(tmp_path, vaccines=("dTpa",)) as visit:
        visit.lot("dTpa", "Boostrix", "AC37B2210")
        visit.open_session()
        finn = visit.pupil()
        visit.consent(finn)
        choose_post(visit.desk(), VISIT, at_desk=True)
        answers = dict(full_entry(visit.view(finn)).answers or {})
        visit.give(finn)
        choose_post(visit.desk(), VISIT, at_desk=False)
        card = VaccinationCard()
        qtbot.addWidget(card)

        card.show_view(visit.view(finn))
        assert (card.identity.typed(), card.questions.answers()) == ("0904", answers)

        visit.station.clock.advance(timedelta(days=1))
        card.show_view(visit.view(finn))
        assert (card.identity.typed(), card.questions.answers()) == ("", {})


def test_the_other_post_is_asked_again_before_a_needle_that_comes_later(
    qtbot: QtBot, tmp_path: Path
) -> None:
    with opened_visit(tmp_path, vaccines=("dTpa",)) as visit:
        visit.lot("dTpa", "Boostrix", "AC37B2210")
        visit.open_session(several_posts=True)
        finn = visit.pupil()
        visit.consent(finn)
        ill = (RowEntry("dTpa", give=False, reason=NotGivenReason.ILL),)
        visit.give(finn, rows=ill, asked_other_post=True)
        card = VaccinationCard()
        qtbot.addWidget(card)

        card.show_view(visit.view(finn))
        assert not card.other_post.asked()

        view = visit.view(finn)
        later = full_entry(view, asked_other_post=True)
        record_vaccination(visit.desk(), view, later, view.base, reason="toch beter")
        card.show_view(visit.view(finn))
        assert card.other_post.asked(), "what was asked before the needle stays"


def test_a_draft_of_another_day_keeps_the_rows_and_not_what_was_asked(
    qtbot: QtBot, tmp_path: Path
) -> None:
    with opened_visit(tmp_path, vaccines=("dTpa",)) as visit:
        visit.lot("dTpa", "Boostrix", "AC37B2210")
        visit.open_session()
        finn = visit.pupil()
        visit.consent(finn)
        card = VaccinationCard()
        qtbot.addWidget(card)
        card.show_view(visit.view(finn))
        card.identity.day.setText("9/4")
        card.questions.answer_no()
        draft = card.content()
        assert draft is not None

        card.show_view(visit.view(finn))
        card.restore(draft)
        assert (card.identity.typed(), len(card.questions.answers())) == ("0904", 7)

        visit.station.clock.advance(timedelta(days=1))
        card.show_view(visit.view(finn))
        card.restore(draft)
        assert (card.identity.typed(), card.questions.answers()) == ("", {})
        assert [line.row.vaccine for line in card.doses.lines if line.is_given] == ["dTpa"]


def test_what_was_typed_before_midnight_is_asked_anew_in_the_window(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    have_session(hands, world)
    row = planned(hands, world, "dTpa")[0]
    page = go_to(hands, world, row.pupil_id)
    say_birthday(hands, row.birth_date)
    hands.press(Qt.Key.Key_F7)
    hands.desk.clock.advance(timedelta(days=1))

    pause(hands)
    hands.save_and_go()
    assert hands.message() == "Het is intussen een andere dag. Kijk na en sla opnieuw op."
    assert (page.identity.typed(), page.questions.answers()) == ("", {})
    assert doses(hands, world, row.pupil_id) == []
    say_birthday(hands, row.birth_date)
    hands.press(Qt.Key.Key_F7)
    pause(hands)
    hands.save_and_go()

    (dose,) = doses(hands, world, row.pupil_id)
    assert dose.on == "2026-11-24"

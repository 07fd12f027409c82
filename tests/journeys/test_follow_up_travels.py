"""A promise travels: made on one laptop, answered on another, and never lost between the two."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt

from clbdesk.domain.contact import ConclusionWord, DomainConclusion
from clbdesk.domain.follow_up import AnsweredBy, ReferralAnswer, ReferralTo
from clbdesk.ids import PupilId
from clbdesk.services.aftercare import ReferralEntry
from clbdesk.services.decision import open_decision, record_decision
from clbdesk.services.desk import Desk
from clbdesk.services.follow_up import open_follow_up
from clbdesk.services.follow_up_acts import receive_answer
from clbdesk.services.follow_up_row import FollowUpRow, Group
from clbdesk.services.pupil import find_on_visit
from tests.journeys.town import Town, press_synchronise
from tests.journeys.world import AN, CONTACT, ELS
from ui.pages.base import Destination

TODAY = date(2026, 11, 23)


def refer(town: Town, desk: Desk, pupil_id: PupilId) -> None:
    """Refer a pupil to an ophthalmologist, as the page would."""
    with desk.vault.read() as reader:
        on_visit, _, _ = find_on_visit(reader, town.world.visit(CONTACT), pupil_id)
    word = DomainConclusion(domain="vision", proposal=None, conclusion=ConclusionWord.REFERRAL)
    entry = ReferralEntry("vision", ReferralTo.OPHTHALMOLOGIST, reason="scheelzien")
    record_decision(
        desk,
        on_visit,
        (word,),
        advice="",
        open_parts=(),
        assumed=(),
        base=open_decision(desk, on_visit).base,
        referrals=(entry,),
    )


def referral_of(desk: Desk) -> FollowUpRow:
    """The only referral in the list."""
    (row,) = [one for one in open_follow_up(desk).rows if one.group is Group.REFERRAL]
    return row


def answer(desk: Desk, by: AnsweredBy) -> None:
    """A report comes in at this laptop."""
    referral = referral_of(desk).referral
    assert referral is not None
    receive_answer(desk, referral, ReferralAnswer(on=TODAY, by=by, text="bril"), close=True)


def test_two_answers_on_two_laptops_are_a_question_and_hide_nothing(town: Town) -> None:
    els = town.desk("LAP-03", ELS)
    refer(town, els, town.pupil(els, 0))
    town.synchronise("LAP-03", els)
    hands = town.window("LAP-07", AN)
    press_synchronise(hands)
    assert referral_of(hands.desk).referral is not None  # made by Els, open for An

    answer(els, AnsweredBy.OPTICIAN)
    town.synchronise("LAP-03", els)
    answer(hands.desk, AnsweredBy.OPHTHALMOLOGIST)  # before she hears of it
    press_synchronise(hands)

    row = referral_of(hands.desk)  # one version is closed, the other is not: it stays in the list
    assert row.is_conflict
    assert row.referral is None
    hands.go(Destination("follow_up"))
    model = hands.page._model
    at = model.position(row.key)
    assert at is not None
    assert str(model.index(at, 3).data()) == "Twee versies"
    hands.page._list.go_to(at)
    hands.page._list.setFocus()
    hands.press(Qt.Key.Key_Return)
    assert hands.page.name == "conflicts"
    assert hands.page._view.kind_words == "Verwijzing"
    els.close()

"""Opvolging against a real vault: nothing promised gets lost, and only an oogarts ends a sight
referral (FUP-3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from clbdesk.domain.care import (
    Agreement,
    AgreementStatus,
    ConsultativeNote,
    Hypothesis,
    HypothesisState,
    TopicSubject,
)
from clbdesk.domain.care_outcome import Giver, Manner
from clbdesk.domain.contact import Conclusion, ConclusionWord, DomainConclusion
from clbdesk.domain.development import AskedBy, CareQuestion, PassOn
from clbdesk.domain.follow_up import (
    AnsweredBy,
    Referral,
    ReferralAnswer,
    ReferralState,
    ReferralTo,
    ReminderWay,
    Task,
    TaskKind,
    TaskState,
)
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.objection import Objection, ObjectionBy
from clbdesk.domain.revision import Role
from clbdesk.domain.shielding import Flag
from clbdesk.domain.visits import (
    Attendance,
    AttendanceState,
    Contact,
    ContactMoment,
    Visit,
    VisitKind,
    VisitPupil,
)
from clbdesk.errors import Refused
from clbdesk.ids import RecordId, StaffId, VisitId
from clbdesk.services.aftercare import ReferralEntry, TaskEntry
from clbdesk.services.crossing import CrossingEntry
from clbdesk.services.decision import open_decision, record_decision
from clbdesk.services.desk import User
from clbdesk.services.follow_up import open_follow_up
from clbdesk.services.follow_up_acts import (
    assign,
    finish,
    plan,
    receive_answer,
    remind,
    undo,
)
from clbdesk.services.follow_up_row import FollowUpRow, Group
from clbdesk.services.guidance_request import open_request_form, record_request
from clbdesk.services.objection import objection_id
from clbdesk.services.pupil import PupilOnVisit, find_on_visit
from clbdesk.services.reading import Standing, one_standing
from clbdesk.services.rejudge import rejudged
from clbdesk.services.shielding import shield
from tests.builders.care import FIRST, SECOND, new_place
from tests.builders.contact_visit import (
    AN,
    ELS,
    SCHOOL,
    TODAY,
    VISIT,
    ContactVisit,
    opened_contact_visit,
)

DOCTOR = User(StaffId("staff-maes"), "dr. Lieve Maes", Role.DOCTOR)
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[ContactVisit]:
    """A visit of one vault."""
    with opened_contact_visit(tmp_path) as made:
        yield made


def conclude(
    visit: ContactVisit,
    pupil: PupilOnVisit,
    *,
    referrals: tuple[ReferralEntry, ...] = (),
    tasks: tuple[TaskEntry, ...] = (),
    open_parts: tuple[str, ...] = (),
    catch_up: date | None = None,
    user: User = AN,
) -> None:
    """A conclusion with what it promises."""
    view = open_decision(visit.desk(user), pupil)
    record_decision(
        visit.desk(user),
        pupil,
        (DomainConclusion(domain="growth", proposal=None, conclusion=ConclusionWord.KNOWN),),
        advice="",
        open_parts=open_parts,
        assumed=(),
        base=view.base,
        referrals=referrals,
        tasks=tasks,
        catch_up=catch_up,
    )


def referred(visit: ContactVisit, domain: str = "vision") -> PupilOnVisit:
    """A pupil who was referred."""
    pupil = visit.pupil(ContactMoment.LO1)
    to = ReferralTo.OPHTHALMOLOGIST if domain == "vision" else ReferralTo.ENT
    entry = ReferralEntry(domain=domain, to=to, reason="scheelzien", owner=AN.staff_id)
    conclude(visit, pupil, referrals=(entry,))
    return pupil


def rows(visit: ContactVisit, user: User = AN) -> tuple[FollowUpRow, ...]:
    """What is open for this user."""
    return open_follow_up(visit.desk(user)).rows


def referral(visit: ContactVisit) -> Standing[Referral]:
    """The only open referral."""
    (row,) = [one for one in rows(visit) if one.group is Group.REFERRAL]
    assert isinstance(row.body, Referral)
    return Standing(row.body, row.promise.revision, row.promise.head)


def standing_task(visit: ContactVisit, record_id: RecordId) -> Task:
    """A task as it stands."""
    with visit.station.vault.read() as reader:
        found = one_standing(reader, record_id, Task)
    assert found is not None
    return found.body


def answer(by: AnsweredBy, on: date = TODAY, text: str = "bril voorgeschreven") -> ReferralAnswer:
    """A report."""
    return ReferralAnswer(on=on, by=by, text=text)


@pytest.mark.parametrize("by", [AnsweredBy.OPTICIAN, AnsweredBy.GP, AnsweredBy.OTHER])
def test_a_sight_referral_stays_open_after_a_report_of_anybody_else(
    visit: ContactVisit, by: AnsweredBy
) -> None:
    referred(visit)

    receive_answer(visit.desk(), referral(visit), answer(by), close=True)

    kept = referral(visit).body
    assert (kept.state, kept.closed_on) == (ReferralState.ANSWERED, None)
    assert kept.answers == (answer(by),)


def test_the_report_of_an_ophthalmologist_closes_it_and_both_answers_are_kept(
    visit: ContactVisit,
) -> None:
    referred(visit)
    receive_answer(visit.desk(), referral(visit), answer(AnsweredBy.OPTICIAN), close=True)
    open_one = referral(visit)

    receive_answer(visit.desk(), open_one, answer(AnsweredBy.OPHTHALMOLOGIST), close=True)

    assert [one for one in rows(visit) if one.group is Group.REFERRAL] == []
    with visit.station.vault.read() as reader:
        closed = one_standing(reader, open_one.record_id, Referral)
    assert closed is not None
    assert (closed.body.state, closed.body.closed_on) == (ReferralState.CLOSED, TODAY)
    assert [one.by for one in closed.body.answers] == [
        AnsweredBy.OPTICIAN,
        AnsweredBy.OPHTHALMOLOGIST,
    ]


def test_a_report_that_does_not_end_it_leaves_a_referral_open(visit: ContactVisit) -> None:
    referred(visit)

    receive_answer(visit.desk(), referral(visit), answer(AnsweredBy.OPHTHALMOLOGIST), close=False)

    assert referral(visit).body.state is ReferralState.ANSWERED


def test_a_hearing_referral_is_closed_by_whoever_reports(visit: ContactVisit) -> None:
    referred(visit, "hearing")

    receive_answer(visit.desk(), referral(visit), answer(AnsweredBy.GP), close=True)

    assert rows(visit) == ()


def test_a_report_from_before_the_referral_answers_nothing(visit: ContactVisit) -> None:
    referred(visit)
    old = answer(AnsweredBy.OPHTHALMOLOGIST, on=TODAY - timedelta(days=1))
    with pytest.raises(Refused, match="before_referral"):
        receive_answer(visit.desk(), referral(visit), old, close=True)
    assert referral(visit).body.state is ReferralState.OPEN


def test_what_comes_in_after_the_end_is_kept_and_opens_nothing_again(visit: ContactVisit) -> None:
    referred(visit)
    open_one = referral(visit)
    receive_answer(visit.desk(), open_one, answer(AnsweredBy.OPHTHALMOLOGIST), close=True)
    with visit.station.vault.read() as reader:
        closed = one_standing(reader, open_one.record_id, Referral)
    assert closed is not None
    receive_answer(visit.desk(), closed, answer(AnsweredBy.OPTICIAN), close=False)
    with visit.station.vault.read() as reader:
        kept = one_standing(reader, open_one.record_id, Referral)
    assert kept is not None
    assert (kept.body.state, kept.body.closed_on) == (ReferralState.CLOSED, TODAY)
    assert len(kept.body.answers) == 2


def test_an_answer_of_tomorrow_or_without_words_is_refused(visit: ContactVisit) -> None:
    referred(visit)
    tomorrow = answer(AnsweredBy.GP, on=TODAY + timedelta(days=1))

    with pytest.raises(Refused, match="later_than_today"):
        receive_answer(visit.desk(), referral(visit), tomorrow, close=False)
    with pytest.raises(Refused, match="answer_missing"):
        receive_answer(visit.desk(), referral(visit), answer(AnsweredBy.GP, text=" "), close=False)
    assert referral(visit).body.answers == ()


def test_a_reminder_is_noted_with_a_new_day_and_can_be_taken_back(visit: ContactVisit) -> None:
    referred(visit)
    again = date(2026, 12, 21)

    saved = remind(visit.desk(), referral(visit), ReminderWay.TELEPHONE, again)

    reminded = referral(visit).body
    assert [(one.on, one.way) for one in reminded.reminders] == [(TODAY, ReminderWay.TELEPHONE)]
    assert reminded.look_on == again
    undo(visit.desk(), saved.value)
    assert referral(visit).body.reminders == ()


def test_a_task_stays_until_somebody_says_what_became_of_it(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    conclude(visit, pupil, tasks=(TaskEntry(domain="hearing", task=TaskKind.OTOSCOPY),))
    (row,) = rows(visit)
    assert row.group is Group.RETEST
    assert isinstance(row.body, Task)
    task = Standing(row.body, row.promise.revision, row.promise.head)

    with pytest.raises(Refused, match="reason_missing"):
        finish(visit.desk(), task, done=True, reason="  ")
    finish(visit.desk(), task, done=True, reason="trommelvlies normaal")

    assert rows(visit) == ()
    ended = standing_task(visit, row.record_id)
    assert (ended.state, ended.closed_on) == (TaskState.DONE, TODAY)
    assert ended.closed_reason == "trommelvlies normaal"


def test_overdue_comes_first_then_by_term_and_what_has_no_term_last(visit: ContactVisit) -> None:
    for due in (None, date(2026, 12, 7), YESTERDAY):
        pupil = visit.pupil(ContactMoment.LO1)
        entry = TaskEntry(domain="hearing", task=TaskKind.OTOSCOPY, due=due)
        conclude(visit, pupil, tasks=(entry,))

    found = rows(visit)

    assert [one.due for one in found] == [YESTERDAY, date(2026, 12, 7), None]
    assert [one.is_overdue for one in found] == [True, False, False]


def test_a_task_that_is_planned_again_is_not_overdue(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    entry = TaskEntry(domain="hearing", task=TaskKind.OTOSCOPY, due=YESTERDAY)
    conclude(visit, pupil, tasks=(entry,))
    (row,) = rows(visit)
    assert isinstance(row.body, Task)

    plan(
        visit.desk(),
        Standing(row.body, row.promise.revision, row.promise.head),
        TODAY + timedelta(days=3),
    )

    (row,) = rows(visit)
    assert (row.due, row.is_overdue) == (YESTERDAY, False)


def test_several_are_given_to_a_colleague_in_one_commit(visit: ContactVisit) -> None:
    for _ in range(2):
        referred(visit)
    assert {one.owner for one in rows(visit)} == {AN.name}

    saved = assign(visit.desk(), rows(visit), ELS.staff_id)

    assert len(saved.value.revisions) == 2
    assert {one.owner for one in rows(visit)} == {ELS.name}
    assert not any(one.is_mine for one in rows(visit))
    assert all(one.is_mine for one in rows(visit, ELS))


def test_an_incomplete_contact_waits_until_a_later_conclusion_completes_it(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    conclude(visit, pupil, open_parts=("hearing",), catch_up=date(2026, 12, 1))
    (row,) = rows(visit)
    assert (row.group, row.due) == (Group.CATCH_UP, date(2026, 12, 1))

    later = second_visit(visit, pupil)
    conclude(visit, later)

    assert rows(visit) == ()


def second_visit(visit: ContactVisit, pupil: PupilOnVisit) -> PupilOnVisit:
    """The same contact goes on at another visit of the school."""
    other = VisitId("visit-2")
    body = Visit(
        school_id=SCHOOL,
        on=TODAY,
        kinds=(VisitKind.SYSTEMATIC_CONTACT,),
        team=(AN.staff_id,),
    )
    visit.save(body, record_id=other, visit_id=other, school_id=SCHOOL)
    listed = VisitPupil(
        visit_id=other, pupil_id=pupil.pupil_id, class_name="1B", moment=ContactMoment.LO1
    )
    record_id = derived_record_id("visit_pupil", other, pupil.pupil_id)
    visit.save(listed, pupil_id=pupil.pupil_id, visit_id=other, record_id=record_id)
    with visit.station.vault.read() as reader:
        return find_on_visit(reader, other, pupil.pupil_id)[0]


def test_what_waits_for_a_signature_is_the_doctors(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    conclude(visit, pupil)

    assert rows(visit) == ()
    (row,) = rows(visit, DOCTOR)

    assert (row.group, row.visit_id) == (Group.TO_SIGN, VISIT)
    assert row.about is not None
    assert (row.about.family_name, row.about.class_name) == ("Peeters", "1B")
    conclude(visit, pupil, user=DOCTOR)
    assert rows(visit, DOCTOR) == ()
    assert isinstance(row.body, Conclusion)


def present(visit: ContactVisit, pupil: PupilOnVisit, state: AttendanceState) -> None:
    """Who was there, and who was not."""
    body = Attendance(visit_id=pupil.visit_id, pupil_id=pupil.pupil_id, state=state)
    record_id = derived_record_id("attendance", pupil.visit_id, pupil.pupil_id)
    visit.save(body, pupil_id=pupil.pupil_id, visit_id=pupil.visit_id, record_id=record_id)


def test_who_was_absent_is_caught_up_until_the_contact_takes_place(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    present(visit, pupil, AttendanceState.ABSENT)
    (row,) = rows(visit)
    assert (row.group, row.due) == (Group.CATCH_UP, None)

    conclude(visit, second_visit(visit, pupil))

    assert rows(visit) == ()


def test_a_contact_that_nobody_concluded_is_told_from_the_next_day_on(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    assert pupil.contact_id is not None
    body = Contact(pupil_id=pupil.pupil_id, moment=ContactMoment.LO1, school_year=2026)
    visit.save(body, pupil_id=pupil.pupil_id, visit_id=VISIT, record_id=pupil.contact_id)
    visit.station.clock.set(datetime(2026, 11, 23, 15, 0, tzinfo=UTC))
    assert rows(visit) == ()

    visit.station.clock.set(datetime(2026, 11, 24, 8, 0, tzinfo=UTC))

    (row,) = rows(visit)
    assert row.group is Group.CATCH_UP
    conclude(visit, pupil)
    assert rows(visit) == ()


def test_the_guidance_team_sees_the_agreements_of_its_meetings_and_ends_them(
    tmp_path: Path,
) -> None:
    place = new_place(tmp_path)
    place.meet(FIRST, close=True)
    place.talk(FIRST)
    found = open_follow_up(place.desk).rows
    assert {one.group for one in found} == {Group.AGREEMENT}
    assert {one.school for one in found} == {"De Kring"}
    agreed = found[0].to_finish
    assert agreed is not None

    finish(place.desk, agreed, done=True, reason="kaart ligt op de bank")

    left = open_follow_up(place.desk).rows
    assert len(left) == len(found) - 1
    with place.desk.vault.read() as reader:
        ended = one_standing(reader, agreed.record_id, Agreement)
    assert ended is not None
    assert (ended.body.status, ended.body.note) == (AgreementStatus.DONE, "kaart ligt op de bank")
    place.station.vault.close()


@pytest.mark.parametrize(
    "by, state",
    [
        ((AnsweredBy.OPTICIAN,), ReferralState.ANSWERED),
        ((), ReferralState.OPEN),
        ((AnsweredBy.OPTICIAN, AnsweredBy.OPHTHALMOLOGIST), ReferralState.CLOSED),
    ],
)
def test_joining_two_versions_cannot_close_a_sight_referral_without_an_ophthalmologist(
    visit: ContactVisit, by: tuple[AnsweredBy, ...], state: ReferralState
) -> None:
    referred(visit)
    found = referral(visit)
    joined = msgspec.structs.replace(
        found.body,
        state=ReferralState.CLOSED,
        closed_on=TODAY,
        answers=tuple(answer(one) for one in by),
    )

    with visit.station.vault.read() as reader:
        kept = rejudged(reader, joined, found.revision)

    assert isinstance(kept, Referral)
    assert kept.state is state
    assert (kept.closed_on is None) is (state is not ReferralState.CLOSED)


@pytest.mark.parametrize("pass_on, told", [(PassOn.TO_ASK, 1), (PassOn.YES, 1), (PassOn.NO, 0)])
def test_a_question_of_which_nobody_asked_whether_it_goes_on_is_not_forgotten(
    visit: ContactVisit, pass_on: PassOn, told: int
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    body = CareQuestion(
        pupil_id=pupil.pupil_id, question="slaapt slecht", asked_by=AskedBy.MOTHER, pass_on=pass_on
    )
    record_id = pupil.exam_id("care_question")
    visit.save(body, pupil_id=pupil.pupil_id, visit_id=VISIT, record_id=record_id)

    assert [one.group for one in rows(visit)] == [Group.OTHER] * told

    desk = visit.desk()
    view = open_request_form(desk, VISIT, pupil.pupil_id)
    entry = CrossingEntry(
        words="Wie kan meedenken?", gives=(Giver.MOTHER,), manner=Manner.SPOKEN, on=view.today
    )
    record_request(desk, view, entry)
    still = [Group.OTHER] if pass_on is PassOn.TO_ASK else []
    assert [one.group for one in rows(visit)] == still, "what may go on was asked of guidance"


def note(on: date, status: HypothesisState, follows: RecordId | None = None) -> ConsultativeNote:
    """A topic with one possible explanation, to be evaluated on a day."""
    return ConsultativeNote(
        meeting_id=RecordId("meeting-1"),
        school_id=SCHOOL,
        number=1,
        subject=TopicSubject.PUPIL_ANONYMOUS,
        pseudonym="leerling A",
        grade="3",
        domains=(),
        phase=None,
        initiative="school",
        follows=follows,
        hypotheses=(Hypothesis(text="hoort minder goed", status=status),),
        evaluation_on=on,
    )


def test_an_open_explanation_past_its_evaluation_is_told_until_a_topic_follows_it(
    tmp_path: Path,
) -> None:
    place = new_place(tmp_path)
    place.at(SECOND)
    first = RecordId("note-1")
    for record_id, body in (
        (first, note(date(2026, 11, 16), HypothesisState.OPEN)),
        (RecordId("note-2"), note(date(2026, 11, 16), HypothesisState.REJECTED)),
        (RecordId("note-3"), note(date(2026, 12, 14), HypothesisState.OPEN)),
    ):
        place.station.save(body, record_id=record_id, visit_id=FIRST, school_id=SCHOOL)
    (row,) = open_follow_up(place.desk).rows
    assert (row.record_id, row.group, row.is_overdue) == (first, Group.EVALUATION, True)
    today = place.station.clock.now()
    place.station.clock.set(datetime(2026, 11, 16, 9, 0, tzinfo=UTC))
    (row,) = open_follow_up(place.desk).rows
    assert (row.record_id, row.is_overdue) == (first, False), "on its day it is there, not late"
    place.station.clock.set(today)

    place.station.save(
        note(date(2027, 1, 11), HypothesisState.OPEN, follows=first),
        visit_id=SECOND,
        school_id=SCHOOL,
    )

    assert open_follow_up(place.desk).rows == ()
    place.station.vault.close()


def test_an_agogic_exception_comes_back_on_its_day_and_ends_when_it_is_looked_at(
    visit: ContactVisit,
) -> None:
    referred(visit)
    item = referral(visit).record_id
    day = TODAY + timedelta(days=30)
    shield(visit.desk(AN), item, (Flag.AGOGIC,), "niet in zijn belang", review_on=day)

    def shown(user: User) -> list[FollowUpRow]:
        return [one for one in rows(visit, user) if one.group is Group.SHIELDING]

    visit.station.clock.advance(timedelta(days=29))
    assert shown(AN) == []
    visit.station.clock.advance(timedelta(days=1))
    (row,) = shown(AN)
    assert (row.due, row.owner, row.is_mine, row.is_overdue) == (day, AN.name, True, False)
    assert row.about is not None
    assert [one.is_mine for one in shown(ELS)] == [False], "it is the author's to look at"
    flags = (Flag.AGOGIC, Flag.CONFLICT_OF_INTEREST)
    shield(visit.desk(AN), item, flags, "familie", review_on=day, blocked_staff=ELS.staff_id)
    assert (len(shown(AN)), shown(ELS)) == (1, []), "who does not see the item is told nothing"
    shield(visit.desk(AN), item, (), "bekeken, niet meer nodig")
    assert shown(AN) == []


def test_an_objection_stays_until_the_report_with_the_term_of_what_comes_next(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    body = Objection(
        pupil_id=pupil.pupil_id,
        moment=ContactMoment.LO1,
        school_year=2026,
        received_on=date(2026, 10, 1),
        by=ObjectionBy.PARENT,
    )
    found = []
    for stage in (
        {},
        {"examined_on": date(2026, 11, 16)},
        {"examined_on": date(2026, 11, 16), "report_received_on": TODAY},
    ):
        record_id = objection_id(pupil.pupil_id, ContactMoment.LO1, 2026)
        with visit.station.vault.read() as reader:
            head = reader.head(record_id)
        now = msgspec.structs.replace(body, **stage)
        visit.save(
            now,
            pupil_id=pupil.pupil_id,
            visit_id=VISIT,
            record_id=record_id,
            base=head.tips if head else (),
        )
        found.append([(one.group, one.due) for one in rows(visit)])

    assert found == [
        [(Group.OBJECTION, date(2026, 12, 30))],  # 90 days after the letter
        [(Group.OBJECTION, date(2026, 12, 1))],  # 15 days after the examination
        [],
    ]

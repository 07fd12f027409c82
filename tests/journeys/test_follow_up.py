"""From Besluit to Opvolging in the real window: what was promised stays until somebody ends it."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from clbdesk.domain.body import ExamState
from clbdesk.domain.care import Agreement, ConsultativeNote, Hypothesis, TopicSubject
from clbdesk.domain.contact import (
    Audiometry,
    AudiometryCell,
    CellResult,
    Conclusion,
    ConclusionWord,
    DomainConclusion,
)
from clbdesk.domain.follow_up import (
    AnsweredBy,
    Referral,
    ReferralState,
    ReferralTo,
    Task,
    TaskKind,
    TaskState,
)
from clbdesk.domain.visits import ContactMoment, Visit
from clbdesk.ids import PupilId, RecordId
from clbdesk.services.decision import record_decision
from clbdesk.services.follow_up_row import Group
from clbdesk.services.reading import all_standing, one_standing
from clbdesk.services.records import Part, Where, record
from clbdesk.standards.hearing import judge_audiometry
from tests.journeys.conftest import Opener
from tests.journeys.days import lock, on_visit, saved, started_at
from tests.journeys.moments import pause
from tests.journeys.world import (
    AN,
    CONTACT,
    DOCTOR,
    MEETING,
    WIM,
    Hands,
    World,
    find_pupil,
    open_window,
)
from tests.window.checks import nameless, outside, too_small
from ui.pages.base import Destination

ENTER = Qt.Key.Key_Return
TODAY = date(2026, 11, 23)


def at_decision(hands: Hands, world: World) -> PupilId:
    """Lotte at her conclusion, with a healthy growth."""
    lotte = started_at(hands, world, "Peeters", "Lotte", "growth")
    hands.type("121,5")
    hands.press(ENTER)
    hands.type("24,8")
    hands.save_and_go()
    hands.go(Destination("pupil", world.visit(CONTACT), lotte, "decision"))
    hands.press(Qt.Key.Key_F7)
    pause(hands)
    return lotte


def row(hands: Hands, domain: str):
    """The line of a domain on the page of the conclusion."""
    rows = hands.page._pages["decision"]._rows
    return next(one for one in rows if one.row.domain.value == domain)


def refer_sight(hands: Hands, world: World) -> PupilId:
    """Referred to an ophthalmologist, at the keyboard."""
    lotte = at_decision(hands, world)
    row(hands, "vision").choice.setFocus()
    hands.press(
        Qt.Key.Key_N, ctrl=True
    )  # Verwijzing…: the word becomes Verwijzing, the strip opens
    hands.type("oog")
    hands.press(ENTER)
    promises = hands.page._pages["decision"]._promises
    promises.shown()[0].reason_edit.setFocus()
    hands.type("scheelzien rechts")
    hands.save_and_go()
    pause(hands)
    return lotte


def referrals(hands: Hands, pupil_id: PupilId) -> list[Referral]:
    """The referrals of a pupil."""
    with hands.desk.vault.read() as reader:
        heads = reader.heads(kinds=("referral",), pupil_id=pupil_id)
        return [one.body for one in all_standing(heads, Referral)]


def tasks(hands: Hands, pupil_id: PupilId) -> list[Task]:
    """The tasks of a pupil."""
    with hands.desk.vault.read() as reader:
        heads = reader.heads(kinds=("task",), pupil_id=pupil_id)
        return [one.body for one in all_standing(heads, Task)]


def listed(hands: Hands, pupil_id: PupilId) -> list[str]:
    """What the page shows for a pupil, as it is read aloud, with its row made current."""
    model = hands.page._model
    found = []
    for at, one in enumerate(model.rows()):
        if one.about and one.about.pupil_id == pupil_id:
            hands.page._list.go_to(at)
            found.append(str(model.index(at, 1).data()))
    return found


def to_follow_up(hands: Hands) -> None:
    """Opvolging, with the focus in its list."""
    hands.go(Destination("follow_up"))
    hands.page._filters.group.set_value("all")
    hands.page._filter()


def choose(hands: Hands, pupil_id: PupilId, words: str) -> None:
    """Make the row with these words the current one."""
    model = hands.page._model
    for at, one in enumerate(model.rows()):
        mine = one.about and one.about.pupil_id == pupil_id
        if mine and str(model.index(at, 1).data()) == words:
            hands.page._list.go_to(at)
            hands.page._list.setFocus()
            return
    raise AssertionError(f"{words} is not in the list")


def test_a_sight_referral_stays_open_until_an_ophthalmologist_reports(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = refer_sight(hands, world)
    (made,) = referrals(hands, lotte)
    assert (made.to, made.reason) == (ReferralTo.OPHTHALMOLOGIST, "scheelzien rechts")
    assert saved(hands, world, lotte, "conclusion", Conclusion) is not None

    to_follow_up(hands)
    choose(hands, lotte, "verwijzing – oogarts")
    hands.press(ENTER, Qt.Key.Key_P)  # Antwoord ontvangen, van een opticien
    strip = hands.page._answer
    assert strip.end_row.value() == "no"
    assert strip._stays.isVisible()
    hands.press(Qt.Key.Key_Tab)
    hands.type("bril")
    hands.save_and_go()
    pause(hands)
    assert referrals(hands, lotte)[0].state is ReferralState.ANSWERED
    assert "verwijzing – oogarts" in listed(hands, lotte)

    choose(hands, lotte, "verwijzing – oogarts")
    hands.start_counting()
    hands.press(ENTER, Qt.Key.Key_O, Qt.Key.Key_Tab)
    hands.type("bril")
    hands.save_and_go()

    assert hands.strokes == 4 + len("bril")
    (closed,) = referrals(hands, lotte)
    assert (closed.state, closed.closed_on) == (ReferralState.CLOSED, TODAY)
    assert [one.by for one in closed.answers] == [AnsweredBy.OPTICIAN, AnsweredBy.OPHTHALMOLOGIST]
    assert "verwijzing – oogarts" not in listed(hands, lotte)
    assert hands.message() == "Verwijzing van Lotte Peeters afgesloten."


def test_a_reminder_gets_a_new_day_and_undo_takes_it_back(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = refer_sight(hands, world)
    to_follow_up(hands)
    choose(hands, lotte, "verwijzing – oogarts")

    hands.press(Qt.Key.Key_R, Qt.Key.Key_T, Qt.Key.Key_Tab)
    hands.type("21/12/2026")
    hands.save_and_go()

    assert hands.message() == ("Rappel voor Lotte Peeters genoteerd, nieuwe datum ma 21 dec.")
    assert referrals(hands, lotte)[0].look_on == date(2026, 12, 21)
    hands.press(Qt.Key.Key_O, ctrl=True, shift=True)
    assert referrals(hands, lotte)[0].reminders == ()


def failed_audiometry(hands: Hands, world: World, pupil_id: PupilId) -> None:
    """Heard nothing at 1000 Hz in the right ear."""
    where = on_visit(hands, world, pupil_id)
    passed = {str(hertz): AudiometryCell(result=CellResult.PASS) for hertz in (1000, 4000, 500)}
    failed = passed | {"1000": AudiometryCell(result=CellResult.FAIL)}
    body = Audiometry(state=ExamState.DONE, right=failed, left=passed, on=TODAY)
    lines = judge_audiometry(ContactMoment.LO1, body).lines
    whole = Audiometry(state=ExamState.DONE, right=failed, left=passed, on=TODAY, judgements=lines)
    record(hands.desk, [Part(whole, where.where, where.exam_id("audiometry"))])


def test_a_failed_audiometry_becomes_an_otoscopy_that_stays_until_it_is_done(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = started_at(hands, world, "Peeters", "Lotte", "growth")
    failed_audiometry(hands, world, lotte)
    at_decision(hands, world)
    hands.save_and_go()  # F7 took "op te volgen" over, with the otoscopy that the rule asks for
    pause(hands)

    (task,) = tasks(hands, lotte)
    assert (task.task, task.due) == (TaskKind.OTOSCOPY, date(2026, 12, 7))
    assert task.owner == world.staff(AN)

    to_follow_up(hands)
    choose(hands, lotte, "otoscopie")
    hands.press(Qt.Key.Key_K, Qt.Key.Key_G, Qt.Key.Key_Tab)
    hands.save_and_go()
    assert tasks(hands, lotte)[0].state is TaskState.OPEN  # not without a word
    hands.type("trommelvlies normaal")
    pause(hands)
    hands.save_and_go()

    (ended,) = tasks(hands, lotte)
    assert (ended.state, ended.closed_reason) == (TaskState.DONE, "trommelvlies normaal")
    assert "otoscopie" not in listed(hands, lotte)
    assert hands.message() == "Otoscopie van Lotte Peeters afgerond."


def test_a_check_without_a_task_is_asked_for_by_name(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = at_decision(hands, world)
    row(hands, "hearing").choice.setFocus()
    hands.press(Qt.Key.Key_C)
    hands.save_and_go()

    (link,) = hands.page.messages.message().links
    assert link.text == "Kies de nazorg voor Horen."
    link.call()
    hands.press(Qt.Key.Key_S)
    pause(hands)
    hands.save_and_go()
    assert [one.task for one in tasks(hands, lotte)] == [TaskKind.SELECTIVE_EXAM]
    assert tasks(hands, lotte)[0].due is None  # no rule knows the interval


def test_what_was_referred_is_a_draft_until_it_is_saved(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = at_decision(hands, world)
    row(hands, "vision").choice.setFocus()
    hands.press(Qt.Key.Key_N, ctrl=True)
    hands.type("oog")
    hands.press(ENTER)
    hands.go(Destination("class_list", world.visit(CONTACT)))

    hands.go(Destination("pupil", world.visit(CONTACT), lotte, "decision"))

    (edit,) = hands.page._pages["decision"]._promises.shown()
    assert edit.to_list.value() == ReferralTo.OPHTHALMOLOGIST.value
    assert row(hands, "vision").value() is ConclusionWord.REFERRAL
    assert referrals(hands, lotte) == []


def test_undo_of_a_conclusion_takes_its_referral_back(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = refer_sight(hands, world)
    assert len(referrals(hands, lotte)) == 1

    hands.press(Qt.Key.Key_O, ctrl=True, shift=True)

    assert referrals(hands, lotte) == []
    assert saved(hands, world, lotte, "conclusion", Conclusion) is None


def test_the_doctor_signs_from_the_list_and_the_referral_is_left_as_it_was(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = refer_sight(hands, world)
    program = hands.desktop.program
    lock(hands)
    doctor = open_window(hands.qtbot, program, world.staff(DOCTOR))
    to_follow_up(doctor)
    choose(doctor, lotte, "besluit tekenen")

    doctor.press(ENTER)
    assert doctor.desktop.window.place().step == "decision"
    doctor.start_counting()
    doctor.save_and_go()

    assert doctor.strokes == 1
    conclusion = saved(doctor, world, lotte, "conclusion", Conclusion)
    assert conclusion is not None
    assert conclusion.signed_by == world.staff(DOCTOR)
    assert doctor.page.name == "follow_up"
    assert "besluit tekenen" not in listed(doctor, lotte)
    with doctor.desk.vault.read() as reader:
        (head,) = reader.heads(kinds=("referral",), pupil_id=lotte)
        assert len(reader.history(head.record_id)) == 1


def test_the_letters_of_the_list_are_not_pressed_while_a_word_is_searched(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = refer_sight(hands, world)
    to_follow_up(hands)
    hands.press(Qt.Key.Key_F, ctrl=True)

    hands.type("pee")

    assert listed(hands, lotte)
    assert all(one.about.pupil_id == lotte for one in hands.page._model.rows() if one.about)
    assert QApplication.focusWidget() is hands.page._filters.search
    assert hands.page._open_strip() is None


def test_two_are_given_to_a_colleague_at_once_and_leave_my_list(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = at_decision(hands, world)
    row(hands, "hearing").choice.setFocus()
    hands.press(Qt.Key.Key_C)
    row(hands, "vision").choice.setFocus()
    hands.press(Qt.Key.Key_N, ctrl=True)
    hands.type("oog")
    hands.press(ENTER)
    promises = hands.page._pages["decision"]._promises
    sight, hearing = promises.shown()
    sight.reason_edit.setFocus()
    hands.type("scheelzien")
    hearing.kind_row.setFocus()
    hands.press(Qt.Key.Key_S)
    hands.save_and_go()
    pause(hands)
    hands.go(Destination("visits"))
    assert hands.page._follow.text() == "Opvolging 3"  # both, and the contact that is incomplete
    hands.page._follow.click()
    hands.settle()
    assert hands.page.name == "follow_up"

    for words in ("verwijzing – oogarts", "selectief onderzoek"):
        choose(hands, lotte, words)
        hands.press(Qt.Key.Key_Space)
    hands.press(Qt.Key.Key_A)
    hands.type("els")
    hands.press(ENTER)
    hands.save_and_go()

    assert hands.message() == "2 taken toegewezen aan Els Claes."
    els = world.staff("Els Claes")
    assert {one.owner for one in (*referrals(hands, lotte), *tasks(hands, lotte))} == {els}
    assert listed(hands, lotte)[:1] == ["contact aanvullen: vragenlijst, zicht, gehoor, vaccinatie"]
    hands.page._filters.whose.setFocus()
    hands.press(Qt.Key.Key_T)
    assert "selectief onderzoek" in listed(hands, lotte)


def test_a_task_is_planned_on_a_day_and_stays_in_the_list(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = started_at(hands, world, "Peeters", "Lotte", "growth")
    failed_audiometry(hands, world, lotte)
    at_decision(hands, world)
    hands.save_and_go()
    pause(hands)
    to_follow_up(hands)
    choose(hands, lotte, "otoscopie")

    hands.press(Qt.Key.Key_P)
    hands.type("26/11/2026")
    hands.save_and_go()

    assert hands.message() == "Otoscopie van Lotte Peeters gepland op do 26 nov."
    assert tasks(hands, lotte)[0].planned_on == date(2026, 11, 26)
    choose(hands, lotte, "otoscopie")
    at = hands.page._list.current()
    assert str(hands.page._model.index(at, 3).data()) == "Gepland do 26 nov"
    hands.press(ENTER)  # to where it is done
    assert hands.desktop.window.place().step == "hearing"


def test_a_correction_of_the_conclusion_withdraws_the_referral_with_its_reason(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = refer_sight(hands, world)
    hands.go(Destination("pupil", world.visit(CONTACT), lotte, "decision"))

    hands.press(Qt.Key.Key_F2, Qt.Key.Key_T, ENTER)  # tikfout
    row(hands, "vision").choice.setFocus()
    hands.press(Qt.Key.Key_N)  # niet onderzocht
    assert hands.page._pages["decision"]._promises.isHidden()
    hands.save_and_go()

    assert referrals(hands, lotte) == []
    with hands.desk.vault.read() as reader:
        (head,) = reader.heads(kinds=("referral",), pupil_id=lotte, include_withdrawn=True)
    assert (head.is_withdrawn, head.leaf.reason) == (True, "besluit verbeterd")


def test_an_incomplete_contact_gets_the_day_on_which_it_is_caught_up(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = at_decision(hands, world)
    page = hands.page._pages["decision"]
    page._catch_up.line.setFocus()
    hands.type("1/12/2026")
    hands.save_and_go()

    conclusion = saved(hands, world, lotte, "conclusion", Conclusion)
    assert conclusion is not None
    assert conclusion.catch_up == "2026-12-01"
    assert hands.message().endswith("Staat bij Opvolging.")
    to_follow_up(hands)
    (caught_up,) = [one for one in hands.page._model.rows() if one.about]
    assert caught_up.due == date(2026, 12, 1)


def test_without_an_answer_a_selective_exam_is_asked_for_and_the_referral_stays_open(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = refer_sight(hands, world)
    to_follow_up(hands)
    choose(hands, lotte, "verwijzing – oogarts")

    hands.press(Qt.Key.Key_R, Qt.Key.Key_S)
    assert hands.page._remind.by_edit.is_open()  # the term of FUP-2 is not known
    hands.save_and_go()

    (task,) = tasks(hands, lotte)
    assert (task.task, task.domain, task.due) == (TaskKind.SELECTIVE_EXAM, "vision", None)
    (referral,) = referrals(hands, lotte)
    assert (referral.state, referral.reminders) == (ReferralState.OPEN, ())
    assert {"selectief onderzoek", "verwijzing – oogarts"} <= set(listed(hands, lotte))


def test_the_guidance_team_finishes_an_agreement_and_opens_the_topic_to_evaluate(
    opened: Opener, world: World
) -> None:
    hands = opened(WIM)
    visit_id = world.visit(MEETING)
    with hands.desk.vault.read() as reader:
        found = one_standing(reader, RecordId(visit_id), Visit)
    assert found is not None
    school_id = found.body.school_id
    where = Where(visit_id=visit_id, school_id=school_id)
    note = ConsultativeNote(
        meeting_id=RecordId("meeting"),
        school_id=school_id,
        number=1,
        subject=TopicSubject.PUPIL_ANONYMOUS,
        pseudonym="leerling A",
        grade="3",
        domains=(),
        phase=None,
        initiative="school",
        hypotheses=(Hypothesis(text="hoort minder goed"),),
        evaluation_on=date(2026, 11, 16),
    )
    agreed = Agreement(
        school_id=school_id,
        meeting_id=RecordId("meeting"),
        topic_id=RecordId("topic"),
        who="zorgcoördinator",
        what="instructiekaart rekenen",
        by=date(2026, 12, 7),
    )
    record(hands.desk, [Part(note, where), Part(agreed, where)])
    hands.go(Destination("follow_up"))
    words = [str(hands.page._model.index(at, 1).data()) for at in range(2)]
    assert words == ["evaluatie van de bespreking van leerling A", "instructiekaart rekenen"]

    hands.page._list.go_to(1)
    hands.press(Qt.Key.Key_K, Qt.Key.Key_G, Qt.Key.Key_Tab)
    hands.type("ligt op de bank")
    hands.save_and_go()

    assert hands.page._model.rowCount() == 1
    hands.page._list.go_to(0)
    hands.press(ENTER)
    assert hands.page.name == "care_topic"


def test_strips_and_promises_are_whole_on_a_small_screen_and_every_field_has_a_name(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = at_decision(hands, world)
    for domain, letter in (("vision", Qt.Key.Key_V), ("hearing", Qt.Key.Key_C)):
        row(hands, domain).choice.setFocus()
        hands.press(letter)
    hands.desktop.window.resize(1093, 576)
    hands.settle()
    page = hands.page
    assert len(page._pages["decision"]._promises.shown()) == 2
    assert [*too_small(page), *outside(page), *nameless(page)] == []
    sight, hearing = page._pages["decision"]._promises.shown()
    sight.to_list.set_value(ReferralTo.OTHER.value)
    sight._on_to()
    sight.name_edit.set_value("orthoptist")
    sight.reason_edit.set_value("scheelzien")
    hearing.kind_row.set_value(TaskKind.OTOSCOPY.value)
    hands.settle()
    assert [*too_small(page), *outside(page)] == []
    hands.save_and_go()
    pause(hands)

    to_follow_up(hands)
    for words, key in (
        ("verwijzing – orthoptist", ENTER),
        ("verwijzing – orthoptist", Qt.Key.Key_R),
        ("otoscopie", Qt.Key.Key_A),
        ("otoscopie", Qt.Key.Key_P),
        ("otoscopie", Qt.Key.Key_K),
    ):
        choose(hands, lotte, words)
        hands.press(key)
        page = hands.page
        assert page._open_strip() is not None
        assert [*too_small(page), *outside(page), *nameless(page)] == [], words
        hands.press(Qt.Key.Key_Escape)
        assert page._open_strip() is None


def test_signing_walks_through_everything_that_waits_one_stroke_each(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    pupils = [
        find_pupil(hands.desk, *name) for name in (("Peeters", "Lotte"), ("Coppens", "Louis"))
    ]
    for pupil_id in pupils:
        where = on_visit(hands, world, pupil_id)
        known = DomainConclusion(
            domain="growth", proposal=None, conclusion=ConclusionWord.NOT_EXAMINED
        )
        record_decision(hands.desk, where, (known,), advice="", open_parts=(), assumed=(), base=())
    program = hands.desktop.program
    lock(hands)
    doctor = open_window(hands.qtbot, program, world.staff(DOCTOR))
    to_follow_up(doctor)
    order = [one.about.pupil_id for one in doctor.page._model.rows() if one.about]
    assert order == pupils[::-1]  # both without a term: by name
    doctor.page._list.go_to(0)
    doctor.page._list.setFocus()
    doctor.press(ENTER)
    doctor.start_counting()

    for expected in order:
        place = doctor.desktop.window.place()
        assert (place.pupil_id, place.step) == (expected, "decision")
        doctor.save_and_go()
        pause(doctor)

    assert doctor.strokes == 2
    assert doctor.page.name == "follow_up"
    assert Group.TO_SIGN not in {one.group for one in doctor.page._model.rows()}

"""Signalen against a real vault: worries by area, confidential words, what a letter may say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from clbdesk.domain.body import ExamState
from clbdesk.domain.development import (
    AreaSignal,
    AskedBy,
    CareQuestion,
    Concern,
    Development,
    DevelopmentArea,
    Nature,
    PassOn,
    Readers,
    ToldBy,
    WellBeing,
    WellBeingTopic,
    is_closed_to_parents,
    words_for_letter,
)
from clbdesk.domain.disclosing import AccessWay, Requester
from clbdesk.domain.judgement import RuleStatus, Verdict
from clbdesk.domain.revision import Role
from clbdesk.domain.visits import ContactMoment
from clbdesk.errors import Refused
from clbdesk.ids import StaffId
from clbdesk.services.access_request import Asked, weigh
from clbdesk.services.conflict_view import open_question
from clbdesk.services.conflicts import questions
from clbdesk.services.decision import open_decision
from clbdesk.services.desk import User
from clbdesk.services.history import open_record
from clbdesk.services.progress import StepState
from clbdesk.services.pupil import PupilOnVisit
from clbdesk.services.records import Saved
from clbdesk.services.signals import SignalsEntry, open_signals, record_signals
from tests.builders.contact_visit import AN, ELS, TODAY, ContactVisit, opened_contact_visit

MAES = User(StaffId("staff-maes"), "dr. Lieve Maes", Role.DOCTOR)
NO_WORRY = AreaSignal(concern=Concern.NONE)
ALL_WELL = {area.value: NO_WORRY for area in DevelopmentArea}
TALKED = {topic.value: NO_WORRY for topic in WellBeingTopic}
SECRET = "Vertelde over ruzie thuis."


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[ContactVisit]:
    """A visit of one vault."""
    with opened_contact_visit(tmp_path) as made:
        yield made


def worry(text: str = "Struikelt vaak.", **changes: object) -> AreaSignal:
    """A worry with its words."""
    values = {
        "concern": Concern.WORRY,
        "text": text,
        "nature": Nature.OBSERVATION,
        "told_by": ToldBy.SCHOOL,
    }
    return AreaSignal(**(values | changes))


def save(visit: ContactVisit, pupil: PupilOnVisit, entry: SignalsEntry, user: User = AN) -> Saved:
    """Record on the form as it opens now."""
    desk = visit.desk(user)
    view = open_signals(desk, pupil)
    return record_signals(desk, view, entry, view.base).value


def kinds(saved: Saved) -> set[str]:
    """What was written beside contact and presence."""
    return {one.kind for one in saved.revisions} - {"contact", "attendance"}


def stored(visit: ContactVisit, pupil: PupilOnVisit) -> Mapping[str, AreaSignal]:
    """The signals of development as the vault has them."""
    found = visit.standing(pupil, "development", Development)
    assert found is not None
    return found.body.signals


def test_six_areas_without_worry_close_the_step_and_propose_in_order(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.KK1)

    written = save(visit, pupil, SignalsEntry(development=ALL_WELL))

    assert kinds(written) == {"development"}
    assert visit.step(pupil, "signals") is StepState.DONE
    found = visit.standing(pupil, "development", Development)
    assert found is not None
    (line,) = found.body.judgements
    assert (line.verdict, line.status) == (Verdict.OK, RuleStatus.SIGN)
    rows = {row.domain.value: row for row in open_decision(visit.desk(), pupil).rows}
    assert rows["development"].proposal == "ok"


def test_a_step_with_an_open_area_is_not_done_and_nothing_is_called_in_order(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.KK1)
    some = {DevelopmentArea.PHYSICAL.value: NO_WORRY}

    save(visit, pupil, SignalsEntry(development=some))

    assert visit.step(pupil, "signals") is StepState.PARTIAL
    found = visit.standing(pupil, "development", Development)
    assert found is not None
    assert found.body.judgements == ()
    rows = {row.domain.value: row for row in open_decision(visit.desk(), pupil).rows}
    assert rows["development"].proposal is None


def test_a_worry_proposes_nothing_and_the_worry_of_a_school_asks_for_the_parents_first(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.KK1)
    entry = SignalsEntry(development={**ALL_WELL, "movement": worry()})

    save(visit, pupil, entry)

    found = visit.standing(pupil, "development", Development)
    assert found is not None
    rules = {line.rule_id: line.verdict for line in found.body.judgements}
    assert rules == {"SIG-3": Verdict.DOCTOR, "SIG-4": Verdict.CHECK}
    assert "Struikelt" not in " ".join(line.text for line in found.body.judgements)
    rows = {row.domain.value: row for row in open_decision(visit.desk(), pupil).rows}
    assert rows["development"].proposal is None


def test_attention_is_to_be_followed(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.KK1)
    attention = worry(concern=Concern.ATTENTION, told_by=ToldBy.PARENT)

    save(visit, pupil, SignalsEntry(development={**ALL_WELL, "mental": attention}))

    rows = {row.domain.value: row for row in open_decision(visit.desk(), pupil).rows}
    assert rows["development"].proposal == "follow_up"


def test_an_older_pupil_is_asked_about_well_being_and_the_six_areas_only_on_indication(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO6)

    written = save(visit, pupil, SignalsEntry(well_being=TALKED))

    assert kinds(written) == {"well_being"}
    assert visit.step(pupil, "signals") is StepState.DONE


def test_in_the_third_year_both_are_asked(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.SO3)

    save(visit, pupil, SignalsEntry(well_being=TALKED))
    half = visit.step(pupil, "signals")
    save(visit, pupil, SignalsEntry(well_being=TALKED, development=ALL_WELL))

    assert half is StepState.PARTIAL
    assert visit.step(pupil, "signals") is StepState.DONE
    assert visit.revisions(pupil, "well_being") == 1


@pytest.mark.parametrize("state", [one for one in ExamState if one is not ExamState.DONE])
def test_none_of_the_not_done_states_counts_as_no_worry(
    visit: ContactVisit, state: ExamState
) -> None:
    pupil = visit.pupil(ContactMoment.KK1)

    save(visit, pupil, SignalsEntry(state=state, state_reason="other"))

    found = visit.standing(pupil, "development", Development)
    assert found is not None
    assert (found.body.state, found.body.signals) == (state, {})
    rows = {row.domain.value: row for row in open_decision(visit.desk(), pupil).rows}
    assert rows["development"].proposal is None
    assert rows["development"].fixed != "ok"


# --- confidential words ---


def test_words_for_the_doctor_reach_the_doctor_and_the_writer_and_nobody_else(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.SO3)
    talk = {**TALKED, "family": worry(SECRET, readers=Readers.DOCTOR, told_by=ToldBy.PUPIL)}

    save(visit, pupil, SignalsEntry(well_being=talk, development=ALL_WELL))

    def words(user: User) -> str:
        view = open_signals(visit.desk(user), pupil)
        assert view.well_being is not None
        return view.well_being.body.signals["family"].text

    assert words(AN) == words(MAES) == SECRET
    assert words(ELS) == "Alleen voor de arts."
    assert open_signals(visit.desk(ELS), pupil).hidden == {"well_being.family"}


def test_the_dossier_hides_the_same_words(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.SO3)
    talk = {**TALKED, "family": worry(SECRET, readers=Readers.DOCTOR)}
    save(visit, pupil, SignalsEntry(well_being=talk, development=ALL_WELL))
    later = {**talk, "lifestyle": worry("Slaapt weinig.")}
    save(visit, pupil, SignalsEntry(well_being=later, development=ALL_WELL))

    text = open_record(visit.desk(ELS), pupil.pupil_id, pupil.exam_id("well_being"))
    of_doctor = open_record(visit.desk(MAES), pupil.pupil_id, pupil.exam_id("well_being"))

    assert SECRET not in repr(text)
    assert "Alleen voor de arts." in repr(text.fields)
    assert SECRET in repr(of_doctor.fields)


def test_two_versions_beside_each_other_hide_the_same_words(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.SO3)
    talk = {**TALKED, "family": worry(SECRET, readers=Readers.DOCTOR)}
    save(visit, pupil, SignalsEntry(well_being=talk, development=ALL_WELL))
    theirs = WellBeing(state=ExamState.DONE, signals=TALKED, on=TODAY)
    where = {"pupil_id": pupil.pupil_id, "visit_id": pupil.visit_id}
    visit.save(theirs, **where, record_id=pupil.exam_id("well_being"))

    def shown_to(user: User) -> str:
        desk = visit.desk(user)
        (question,) = questions(desk)
        return repr(open_question(desk, question).rows)

    assert SECRET in shown_to(AN)
    assert SECRET not in shown_to(ELS)
    assert "Alleen voor de arts." in shown_to(ELS)


def test_who_may_not_read_the_words_cannot_change_them_either(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.SO3)
    talk = {**TALKED, "family": worry(SECRET, readers=Readers.DOCTOR)}
    save(visit, pupil, SignalsEntry(well_being=talk, development=ALL_WELL))

    other = {**TALKED, "family": worry("iets anders"), "lifestyle": worry("Slaapt weinig.")}
    save(visit, pupil, SignalsEntry(well_being=other, development=ALL_WELL), ELS)

    found = visit.standing(pupil, "well_being", WellBeing)
    assert found is not None
    assert found.body.signals["family"].text == SECRET
    assert found.body.signals["family"].written_by == AN.staff_id
    assert found.body.signals["lifestyle"].text == "Slaapt weinig."
    assert open_signals(visit.desk(ELS), pupil).hidden == {"well_being.family"}


def test_only_a_doctor_releases_words_for_the_letter(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.KK1)
    released = {**ALL_WELL, "movement": worry(for_letter=True)}

    with pytest.raises(Refused) as refused:
        save(visit, pupil, SignalsEntry(development=released))
    save(visit, pupil, SignalsEntry(development=released), MAES)

    assert refused.value.key == "signals.release_doctor_only"
    assert stored(visit, pupil)["movement"].for_letter


def test_words_that_are_rewritten_are_no_longer_released(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.KK1)
    released = {**ALL_WELL, "movement": worry(for_letter=True)}
    save(visit, pupil, SignalsEntry(development=released), MAES)

    save(visit, pupil, SignalsEntry(development={**released, "mental": worry("Zegt weinig.")}))
    untouched = stored(visit, pupil)["movement"]
    rewritten = {**released, "movement": worry("Valt elke dag.", for_letter=True)}
    save(visit, pupil, SignalsEntry(development=rewritten))

    assert untouched.for_letter
    assert not stored(visit, pupil)["movement"].for_letter


@pytest.mark.parametrize(
    "changes, expected",
    [
        ({}, ("Slaapt weinig.",)),
        ({"pupil_agrees": False}, ()),
        ({"pupil_agrees": None}, ()),
        ({"not_for_parents": "op vraag van de leerling"}, ()),
    ],
)
def test_a_letter_says_only_what_was_released_and_what_the_pupil_agrees_with(
    visit: ContactVisit, changes: dict[str, object], expected: tuple[str, ...]
) -> None:
    pupil = visit.pupil(ContactMoment.SO3)
    talk = {
        "lifestyle": worry("Slaapt weinig.", for_letter=True),
        "well_being": worry("Voelt zich alleen."),
        "family": worry(SECRET, readers=Readers.DOCTOR, for_letter=True),
    }
    entry = replace(
        SignalsEntry(
            well_being=talk,
            development=ALL_WELL,
            questionnaire_taken=True,
            questionnaire_outcome="gesprek gehad",
            pupil_agrees=True,
        ),
        **changes,
    )

    save(visit, pupil, entry, MAES)

    found = visit.standing(pupil, "well_being", WellBeing)
    assert found is not None
    assert words_for_letter(found.body) == expected


# --- the question ---


def test_a_question_is_a_record_of_its_own_and_emptying_it_withdraws_it(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.KK1)
    question = CareQuestion(
        pupil_id=pupil.pupil_id,
        question="Kan iemand meekijken?",
        asked_by=AskedBy.MOTHER,
        pass_on=PassOn.TO_ASK,
    )

    first = save(visit, pupil, SignalsEntry(development=ALL_WELL, question=question))
    again = save(visit, pupil, SignalsEntry(development=ALL_WELL, question=question))
    found = visit.standing(pupil, "care_question", CareQuestion)
    save(visit, pupil, SignalsEntry(development=ALL_WELL))

    assert kinds(first) == {"development", "care_question"}
    assert kinds(again) == set()
    assert found is not None
    assert found.body == question
    assert visit.standing(pupil, "care_question", CareQuestion) is None


# --- who asks for the dossier ---


@pytest.mark.parametrize(
    "changes, told",
    [
        ({"pupil_agrees": True}, True),
        ({"pupil_agrees": None}, False),
        ({"pupil_agrees": True, "not_for_parents": "op vraag van de leerling"}, False),
    ],
)
def test_parents_who_ask_for_the_dossier_get_no_talk_without_agreement(
    visit: ContactVisit, changes: dict[str, object], told: bool
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)  # six years old: the parent decides
    talk = WellBeing(
        state=ExamState.DONE,
        signals={**TALKED, "lifestyle": worry("SLAAPT WEINIG")},
        on=TODAY,
        **changes,
    )
    where = {"pupil_id": pupil.pupil_id, "visit_id": pupil.visit_id}
    record_id = visit.save(talk, **where, record_id=pupil.exam_id("well_being"))
    mother = Asked(Requester.MOTHER, "Sofie Peeters", AccessWay.VIEWING, TODAY, signed=True)

    (weighed,) = [
        one
        for one in weigh(visit.desk(MAES), pupil.pupil_id, mother)
        if one.text.record_id == record_id
    ]

    assert (weighed.against == ()) is told


def test_words_for_the_doctor_alone_close_the_record_to_parents(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.KK1)
    secret = {**ALL_WELL, "personal": worry(SECRET, readers=Readers.DOCTOR)}

    save(visit, pupil, SignalsEntry(development=secret))

    found = visit.standing(pupil, "development", Development)
    assert found is not None
    assert is_closed_to_parents(found.body)
    assert not is_closed_to_parents(msgspec.structs.replace(found.body, signals=ALL_WELL))

"""Vragenlijst against a real vault: items are of the pupil, the questionnaire of the contact."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import (
    Background,
    BackgroundItem,
    HearingIndication,
    Questionnaire,
    QuestionnaireState,
)
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.visits import ContactMoment
from clbdesk.services.progress import StepState
from clbdesk.services.pupil import PupilOnVisit
from clbdesk.services.questionnaire import (
    ITEMS,
    Known,
    QuestionnaireEntry,
    open_questionnaire,
    record_questionnaire,
)
from clbdesk.standards.hearing_indication import Screening
from tests.builders.contact_visit import ContactVisit, opened_contact_visit

ALL_NO = {item: Known("no") for item in ITEMS}


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[ContactVisit]:
    """A visit of one vault."""
    with opened_contact_visit(tmp_path) as made:
        yield made


def save(visit: ContactVisit, pupil: PupilOnVisit, entry: QuestionnaireEntry) -> tuple[str, ...]:
    """Record on the form as it opens now; the kinds that were written."""
    view = open_questionnaire(visit.desk(), pupil)
    outcome = record_questionnaire(visit.desk(), view, entry, view.base)
    return tuple(one.kind for one in outcome.value.revisions)


def history(visit: ContactVisit, pupil: PupilOnVisit, item: BackgroundItem) -> int:
    """How many versions of an item there are."""
    with visit.station.vault.read() as reader:
        return len(reader.history(derived_record_id("background", pupil.pupil_id, item.value)))


def test_every_item_is_a_record_of_the_pupil_and_only_what_changed_is_written_again(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    received = QuestionnaireEntry(QuestionnaireState.RECEIVED, known=ALL_NO)

    first = save(visit, pupil, received)
    known = {**ALL_NO, BackgroundItem.ALLERGY: Known("yes", "latex", in_banner=True)}
    second = save(visit, pupil, QuestionnaireEntry(QuestionnaireState.RECEIVED, known=known))

    assert first.count("background") == len(ITEMS)
    assert second.count("background") == 1
    assert history(visit, pupil, BackgroundItem.ALLERGY) == 2
    assert history(visit, pupil, BackgroundItem.GLASSES) == 1
    view = open_questionnaire(visit.desk(), pupil)
    assert view.known[BackgroundItem.ALLERGY] == Known("yes", "latex", in_banner=True)
    assert visit.step(pupil, "questionnaire") is StepState.DONE


def test_what_was_not_asked_is_no_answer_and_writes_nothing(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    known = {item: Known() for item in ITEMS}

    kinds = save(visit, pupil, QuestionnaireEntry(QuestionnaireState.NOT_RECEIVED, known=known))

    assert "background" not in kinds
    found = visit.standing(pupil, "questionnaire", Questionnaire)
    assert found is not None
    assert found.body.received is QuestionnaireState.NOT_RECEIVED


@pytest.mark.parametrize(
    "screening, factors, indicated",
    [
        (Screening("yes"), (), False),
        (Screening("yes"), ("cmv",), True),
        (Screening("no", "no"), (), True),
        (Screening("unknown"), (), None),
        (Screening("yes"), None, None),
    ],
)
def test_a_toddler_gets_the_indication_for_audiometry_and_not_asked_decides_nothing(
    visit: ContactVisit,
    screening: Screening,
    factors: tuple[str, ...] | None,
    indicated: bool | None,
) -> None:
    pupil = visit.pupil(ContactMoment.KK1)
    entry = QuestionnaireEntry(
        QuestionnaireState.RECEIVED,
        known=ALL_NO,
        screening=screening,
        risk_factors=factors,
    )

    save(visit, pupil, entry)

    found = visit.standing(pupil, "hearing_indication", HearingIndication)
    assert found is not None
    assert found.body.indicated is indicated
    assert found.body.judgements


def test_in_the_first_grade_no_indication_is_written(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)

    kinds = save(visit, pupil, QuestionnaireEntry(QuestionnaireState.RECEIVED, known=ALL_NO))

    assert "hearing_indication" not in kinds


def test_a_refused_questionnaire_is_a_state_not_an_answer(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    entry = QuestionnaireEntry(None, state=ExamState.REFUSED, state_reason="parent")

    save(visit, pupil, entry)

    assert visit.step(pupil, "questionnaire") is StepState.NOT_DONE


def test_what_a_colleague_changed_meanwhile_stands_beside_it(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    view = open_questionnaire(visit.desk(), pupil)
    record_id = derived_record_id("background", pupil.pupil_id, "allergy")
    theirs = Background(
        pupil_id=pupil.pupil_id, item=BackgroundItem.ALLERGY, answer="yes", text="noten"
    )
    visit.save(theirs, pupil_id=pupil.pupil_id, record_id=record_id)

    entry = QuestionnaireEntry(QuestionnaireState.RECEIVED, known=ALL_NO)
    record_questionnaire(visit.desk(), view, entry, view.base)

    with visit.station.vault.read() as reader:
        head = reader.head(record_id)
    assert head is not None
    assert head.is_conflict

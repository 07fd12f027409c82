"""A request for guidance against a real vault: who consents, and nothing medical that crosses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import msgspec
import pytest

from clbdesk.domain.body import encode
from clbdesk.domain.capacity import Competence
from clbdesk.domain.care_outcome import Answer, Giver, Manner
from clbdesk.domain.development import (
    AreaSignal,
    AskedBy,
    CareQuestion,
    Concern,
    Nature,
    PassOn,
    Readers,
    ToldBy,
)
from clbdesk.domain.guidance_request import GuidanceRequest
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.membership import OF_SCHOOL
from clbdesk.domain.revision import Role
from clbdesk.domain.rights import as_it_comes
from clbdesk.domain.visits import ContactMoment
from clbdesk.errors import Refused
from clbdesk.ids import StaffId
from clbdesk.services.crossing import CrossingEntry, crossing_lines
from clbdesk.services.desk import User
from clbdesk.services.guidance_request import (
    missing_in_request,
    open_request_form,
    record_request,
    requested,
    withdraw_request,
)
from clbdesk.services.pupil import PupilOnVisit
from clbdesk.services.reading import one_standing
from clbdesk.services.signals import SignalsEntry, open_signals, record_signals
from tests.builders.contact_visit import AN, TODAY, VISIT, ContactVisit, opened_contact_visit

MAES = User(StaffId("staff-maes"), "dr. Lieve Maes", Role.DOCTOR)
WORDS = "Kan iemand meedenken over de start van de dag op school?"
SECRET = "Vertelde over ruzie thuis in het weekend."
ENTRY = CrossingEntry(words=WORDS, gives=(Giver.MOTHER,), manner=Manner.SPOKEN, on=TODAY)


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[ContactVisit]:
    """A visit of one vault."""
    with opened_contact_visit(tmp_path) as made:
        yield made


def missing(visit: ContactVisit, pupil: PupilOnVisit, **changes: object) -> list[str]:
    """The fields that keep the request from being saved."""
    view = open_request_form(visit.desk(), VISIT, pupil.pupil_id)
    entry = msgspec.structs.replace(ENTRY, **changes)
    return [one.field for one in missing_in_request(view, entry)]


def ask(visit: ContactVisit, pupil: PupilOnVisit, entry: CrossingEntry = ENTRY) -> GuidanceRequest:
    """Let it cross; what stands then."""
    view = open_request_form(visit.desk(), VISIT, pupil.pupil_id)
    (revision,) = record_request(visit.desk(), view, entry).value.revisions
    with visit.station.vault.read() as reader:
        found = one_standing(reader, revision.record_id, GuidanceRequest)
    assert found is not None
    return found.body


def whisper(visit: ContactVisit, pupil: PupilOnVisit) -> None:
    """A doctor hears something, and a parent asks something."""
    signal = AreaSignal(
        concern=Concern.WORRY,
        text=SECRET,
        nature=Nature.OBSERVATION,
        told_by=ToldBy.PUPIL,
        readers=Readers.DOCTOR,
    )
    question = CareQuestion(
        pupil_id=pupil.pupil_id,
        question="Hoe lang duurt dat bedplassen nog?",
        asked_by=AskedBy.MOTHER,
        pass_on=PassOn.YES,
    )
    desk = visit.desk(MAES)
    view = open_signals(desk, pupil)
    record_signals(
        desk, view, SignalsEntry(development={"social": signal}, question=question), view.base
    )


def test_what_crosses_is_what_was_typed_and_the_consent_and_nothing_of_the_dossier(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.KK1)
    whisper(visit, pupil)

    crossed = ask(visit, pupil)

    assert crossed == GuidanceRequest(
        pupil_id=pupil.pupil_id,
        school_id=pupil.school_id,
        words=WORDS,
        competent=False,
        answers=(Answer(giver=Giver.MOTHER, gives=True),),
        manner=Manner.SPOKEN,
        on=TODAY,
    )
    body = encode(crossed)
    assert SECRET not in body
    assert "bedplassen" not in body


def test_the_preview_says_every_text_that_crosses(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.KK1)
    view = open_request_form(visit.desk(), VISIT, pupil.pupil_id)
    entry = msgspec.structs.replace(ENTRY, until=date(2027, 6, 30))

    shown = " ".join(value for _name, value in crossing_lines(requested(view, entry)))

    for words in (WORDS, "moeder", "mondeling", "23 nov 2026", "30 jun 2027", "de ouders"):
        assert words in shown
    assert len(msgspec.structs.fields(GuidanceRequest)) == 8, "a new field needs a line"


@pytest.mark.parametrize(
    "words",
    ["Hij heeft astma.", "Vraag over zijn medicatie", "Na de oogarts graag kijken", "ADHD?"],
)
def test_medical_words_do_not_cross(visit: ContactVisit, words: str) -> None:
    assert missing(visit, visit.pupil(ContactMoment.KK1), words=words) == ["words"]


@pytest.mark.parametrize(
    "words", [SECRET, f"Graag hulp. {SECRET}", "vertelde over RUZIE thuis, in het weekend"]
)
def test_a_sentence_behind_a_signal_does_not_cross_even_for_who_cannot_read_it(
    visit: ContactVisit, words: str
) -> None:
    pupil = visit.pupil(ContactMoment.KK1)
    whisper(visit, pupil)
    assert missing(visit, pupil, words=words) == ["words"]
    view = open_request_form(visit.desk(AN), VISIT, pupil.pupil_id)
    with pytest.raises(Refused):
        record_request(visit.desk(), view, msgspec.structs.replace(ENTRY, words=words))


def test_a_signal_written_after_the_form_was_opened_is_looked_at_too(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.KK1)
    view = open_request_form(visit.desk(), VISIT, pupil.pupil_id)
    whisper(visit, pupil)
    with pytest.raises(Refused):
        record_request(visit.desk(), view, msgspec.structs.replace(ENTRY, words=SECRET))


def test_from_twelve_years_on_only_the_own_consent_of_the_pupil_counts(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.SO3)
    assert missing(visit, pupil) == ["gives"]
    assert missing(visit, pupil, gives=(Giver.PUPIL,)) == []
    assert missing(visit, pupil, refuses=(Giver.PUPIL,)) == ["refuses"]
    assert ask(visit, pupil, msgspec.structs.replace(ENTRY, gives=(Giver.PUPIL,))).competent


def test_a_toddler_does_not_consent_and_one_parent_who_refuses_stops_it(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.KK1)
    assert missing(visit, pupil, gives=(Giver.PUPIL,)) == ["gives"]
    assert missing(visit, pupil, refuses=(Giver.FATHER,)) == ["refuses"]


def test_what_the_team_decided_about_competence_goes_before_the_age(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.SO3)
    decided = Competence(
        pupil_id=pupil.pupil_id, competent=False, since=TODAY, decided_by="team", reasons="…"
    )
    record_id = derived_record_id("competence", pupil.pupil_id)
    visit.save(decided, pupil_id=pupil.pupil_id, record_id=record_id)
    assert missing(visit, pupil) == []


def test_a_consent_of_tomorrow_or_that_ended_is_none(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.KK1)
    assert missing(visit, pupil, on=date(2026, 11, 24)) == ["on"]
    assert missing(visit, pupil, until=date(2026, 11, 22)) == ["until"]
    assert missing(visit, pupil, manner=None, words=" ", on=None) == ["words", "manner", "on"]


def test_a_request_that_is_withdrawn_stands_no_more(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.KK1)
    ask(visit, pupil)
    (before,) = open_request_form(visit.desk(), VISIT, pupil.pupil_id).earlier
    withdraw_request(visit.desk(), before.record_id, "toestemming ingetrokken")
    assert open_request_form(visit.desk(), VISIT, pupil.pupil_id).earlier == ()


@pytest.mark.parametrize("role", [Role.DOCTOR, Role.NURSE])
def test_the_medical_team_asks_and_never_reads_what_guidance_makes_of_it(role: Role) -> None:
    rights = as_it_comes()
    assert rights.may_write(role, "guidance_request", OF_SCHOOL)
    assert not rights.may_read(role, "request_answer", OF_SCHOOL)
    assert not rights.may_write(role, "request_answer", OF_SCHOOL)


@pytest.mark.parametrize("role", [Role.SOCIAL_WORKER, Role.PSYCHOPEDAGOGUE])
def test_the_guidance_team_reads_a_request_and_cannot_write_one(
    visit: ContactVisit, role: Role
) -> None:
    rights = as_it_comes()
    assert rights.may_read(role, "guidance_request", OF_SCHOOL)
    assert not rights.may_write(role, "guidance_request", OF_SCHOOL)
    pupil = visit.pupil(ContactMoment.KK1)
    desk = replace(visit.desk(), user=User(StaffId("staff-wim"), "Wim Bos", role))
    view = open_request_form(desk, VISIT, pupil.pupil_id)
    with pytest.raises(Refused):
        record_request(desk, view, ENTRY)


@pytest.mark.parametrize("role", [Role.ADMINISTRATION, Role.DIRECTOR])
def test_office_and_director_do_not_read_a_request(role: Role) -> None:
    assert not as_it_comes().may_read(role, "guidance_request", OF_SCHOOL)

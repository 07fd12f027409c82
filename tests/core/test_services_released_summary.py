"""What a doctor releases to the guidance team, against real vaults: who may, what, how long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest

from clbdesk.domain.care_outcome import Answer, Giver, Manner
from clbdesk.domain.data_class import DataClass, Reads, RightsNarrowing, Writes
from clbdesk.domain.disclosing import Requester
from clbdesk.domain.guidance_request import ReleasedSummary
from clbdesk.domain.membership import OF_SCHOOL
from clbdesk.domain.revision import Compartment, RevisionStatus, Role
from clbdesk.domain.rights import Rights, as_it_comes
from clbdesk.domain.visits import ContactMoment
from clbdesk.errors import Defect, Refused
from clbdesk.ids import PupilId, RecordId, SchoolId
from clbdesk.services.access_request import weigh
from clbdesk.services.crossing import CrossingEntry, crossing_lines
from clbdesk.services.desk import Desk
from clbdesk.services.history import record_of
from clbdesk.services.history_rows import rows_of
from clbdesk.services.pupil import PupilOnVisit
from clbdesk.services.released_summary import (
    KIND,
    missing_in_summary,
    open_summary_form,
    release_summary,
    released_for,
    summarised,
    withdraw_summary,
)
from clbdesk.standards.access_matrix import Why
from tests.builders.care import Place, new_place
from tests.builders.contact_visit import AN, TODAY, VISIT, ContactVisit, opened_contact_visit
from tests.core.test_services_access import MAES, asked

WORDS = "Draagt een bril en hoort links minder: vooraan zitten helpt."
ENTRY = CrossingEntry(words=WORDS, gives=(Giver.MOTHER,), manner=Manner.SPOKEN, on=TODAY)

FINN = PupilId("finn")


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[ContactVisit]:
    """A visit of one vault."""
    with opened_contact_visit(tmp_path) as made:
        yield made


def release(visit: ContactVisit, pupil: PupilOnVisit, entry: CrossingEntry = ENTRY) -> RecordId:
    """The doctor lets it cross."""
    desk = visit.desk(MAES)
    view = open_summary_form(desk, VISIT, pupil.pupil_id).crossing
    (revision,) = release_summary(desk, view, entry).value.revisions
    return revision.record_id


def read(desk: Desk, pupil: PupilOnVisit) -> list[str]:
    """What still may be read of what was released."""
    with desk.vault.read() as reader:
        return [one.body.words for one in released_for(desk, reader, pupil.pupil_id)]


def test_the_very_words_of_the_doctor_cross_with_the_consent_and_nothing_else(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.KK1)
    view = open_summary_form(visit.desk(MAES), VISIT, pupil.pupil_id).crossing
    body = summarised(view, ENTRY)
    assert body == ReleasedSummary(
        pupil_id=pupil.pupil_id,
        school_id=pupil.school_id,
        words=WORDS,
        competent=False,
        answers=(Answer(giver=Giver.MOTHER, gives=True),),
        manner=Manner.SPOKEN,
        on=TODAY,
    )
    assert crossing_lines(body)[0] == ("Samenvatting", WORDS)
    release(visit, pupil)
    assert read(visit.desk(MAES), pupil) == [WORDS]


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"words": "  "}, "words"),
        ({"gives": ()}, "gives"),
        ({"gives": (Giver.PUPIL,)}, "gives"),
        ({"refuses": (Giver.FATHER,)}, "refuses"),
        ({"manner": None}, "manner"),
        ({"on": TODAY + timedelta(days=1)}, "on"),
        ({"until": TODAY - timedelta(days=1)}, "until"),
    ],
)
def test_nothing_crosses_without_words_and_the_consent_of_who_decides(
    visit: ContactVisit, changes: dict[str, object], field: str
) -> None:
    pupil = visit.pupil(ContactMoment.KK1)
    view = open_summary_form(visit.desk(MAES), VISIT, pupil.pupil_id).crossing
    entry = msgspec.structs.replace(ENTRY, **changes)
    assert [one.field for one in missing_in_summary(view, entry)] == [field]
    with pytest.raises(Refused, match=r"request\.not_whole"):
        release_summary(visit.desk(MAES), view, entry)


def test_from_twelve_on_the_pupil_alone_lets_it_cross(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.SO3)
    view = open_summary_form(visit.desk(MAES), VISIT, pupil.pupil_id).crossing
    assert [one.field for one in missing_in_summary(view, ENTRY)] == ["gives"]
    own = msgspec.structs.replace(ENTRY, gives=(Giver.PUPIL,))
    assert missing_in_summary(view, own) == ()


def test_a_nurse_reads_what_was_released_and_releases_nothing(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.KK1)
    view = open_summary_form(visit.desk(AN), VISIT, pupil.pupil_id)
    assert not view.may_release
    with pytest.raises(Refused, match=r"records\.no_right"):
        release_summary(visit.desk(AN), view.crossing, ENTRY)
    release(visit, pupil)
    assert open_summary_form(visit.desk(AN), VISIT, pupil.pupil_id).crossing.earlier
    assert open_summary_form(visit.desk(MAES), VISIT, pupil.pupil_id).may_release


def test_what_was_taken_back_or_whose_consent_ended_is_not_read_any_more(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.KK1)
    until = msgspec.structs.replace(ENTRY, words="TOT MORGEN", until=TODAY + timedelta(days=1))
    release(visit, pupil, until)
    first = release(visit, pupil)
    assert set(read(visit.desk(MAES), pupil)) == {"TOT MORGEN", WORDS}
    visit.station.clock.advance(timedelta(days=2))
    assert read(visit.desk(MAES), pupil) == [WORDS]
    withdraw_summary(visit.desk(MAES), first, "de moeder wil het niet meer")
    assert read(visit.desk(MAES), pupil) == []


def test_of_vaccination_only_the_status_can_be_put_among_the_words(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO6)
    said = open_summary_form(visit.desk(MAES), VISIT, pupil.pupil_id).vaccination
    assert said.startswith("Vaccinatie op 23 nov 2026: ")
    assert not any(one in said for one in ("HPV", "DTP", "dosis", "MBR"))


@pytest.mark.parametrize("role", [Role.SOCIAL_WORKER, Role.PSYCHOPEDAGOGUE])
def test_guidance_reads_the_summary_and_nothing_it_is_about(role: Role) -> None:
    rights = as_it_comes()
    assert rights.may_read(role, KIND, OF_SCHOOL)
    assert not rights.may_write(role, KIND, OF_SCHOOL)
    assert not rights.may_read(role, "conclusion", OF_SCHOOL)
    given = rights.kinds_for({role: OF_SCHOOL}, Compartment.GUIDANCE)
    assert KIND in given
    assert not given & {"conclusion", "growth", "dose", "letter"}


def test_a_centre_that_takes_the_summary_away_sends_none() -> None:
    own = RightsNarrowing(
        data_class=DataClass.CONCLUSION,
        role=Role.PSYCHOPEDAGOGUE,
        reads=Reads.NO,
        writes=Writes.NO,
    )
    rights = Rights([own])
    assert KIND not in rights.kinds_for({Role.PSYCHOPEDAGOGUE: OF_SCHOOL}, Compartment.GUIDANCE)
    assert KIND in rights.kinds_for({Role.SOCIAL_WORKER: OF_SCHOOL}, Compartment.GUIDANCE)


def test_a_released_summary_stays_health_when_somebody_asks_for_the_dossier(
    visit: ContactVisit,
) -> None:
    """It lies in the plans of both vaults, and a doctor gives it along all the same."""
    pupil = visit.pupil(ContactMoment.KK1)
    item = release(visit, pupil)
    against = {
        one.text.record_id: one.against
        for one in weigh(visit.desk(AN), pupil.pupil_id, asked(Requester.MOTHER))
    }
    assert against[item] == (Why.DOCTOR,)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A vault of guidance, with one pupil."""
    made = new_place(tmp_path)
    yield made
    made.station.vault.close()


@pytest.mark.parametrize("how", ["stands", "over", "withdrawn"])
def test_the_dossier_of_guidance_shows_a_summary_until_it_is_over_or_taken_back(
    place: Place, how: str
) -> None:
    body = ReleasedSummary(
        pupil_id=FINN,
        school_id=SchoolId("school-1"),
        words=WORDS,
        competent=False,
        answers=(Answer(giver=Giver.MOTHER, gives=True),),
        manner=Manner.SPOKEN,
        on=date(2026, 9, 1),
        until=date(2026, 9, 2) if how == "over" else None,
    )
    status = RevisionStatus.WITHDRAWN if how == "withdrawn" else RevisionStatus.FINAL
    place.station.save(body, pupil_id=FINN, record_id="summary", status=status)
    with place.desk.vault.read() as reader:
        rows = rows_of(place.desk, reader, FINN, {}, OF_SCHOOL)
        assert [row.record_id for row in rows] == (["summary"] if how == "stands" else [])
        if how == "stands":
            assert WORDS in repr(record_of(place.desk, reader, FINN, RecordId("summary")))
        else:
            with pytest.raises(Defect):
                record_of(place.desk, reader, FINN, RecordId("summary"))

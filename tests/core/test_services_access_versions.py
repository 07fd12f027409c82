"""What was closed once stays closed: earlier versions, flags taken away, and other pupils' words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clbdesk.domain.body import ExamState
from clbdesk.domain.development import (
    AreaSignal,
    Concern,
    Development,
    Nature,
    Readers,
    ToldBy,
)
from clbdesk.domain.disclosing import Requester
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.shielding import Flag
from clbdesk.domain.visits import ContactMoment
from clbdesk.services.move import move_record
from clbdesk.services.pupil import PupilOnVisit
from clbdesk.services.records import withdraw
from clbdesk.services.shielding import shield
from tests.builders.contact_visit import AN, ELS, TODAY, VISIT, ContactVisit, opened_contact_visit
from tests.core.test_services_access import MAES, asked, paper, remarked
from tests.core.test_services_move import measure


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[ContactVisit]:
    """A visit of one vault."""
    with opened_contact_visit(tmp_path) as made:
        yield made


def words(
    text: str, *, readers: Readers = Readers.MEDICAL_TEAM, not_for_parents: str = ""
) -> Development:
    """A worry in words, open to parents unless something is said."""
    signal = AreaSignal(
        concern=Concern.WORRY,
        text=text,
        nature=Nature.OBSERVATION,
        told_by=ToldBy.PUPIL,
        readers=readers,
    )
    return Development(
        state=ExamState.DONE,
        on=TODAY,
        signals={"personal": signal},
        not_for_parents=not_for_parents,
    )


def corrected(visit: ContactVisit, pupil: PupilOnVisit, first: Development) -> None:
    """Closed words, replaced by plain ones."""
    record_id = pupil.exam_id("development")
    where = {"pupil_id": pupil.pupil_id, "visit_id": VISIT, "record_id": record_id}
    visit.save(first, **where)
    with visit.station.vault.read() as reader:
        head = reader.head(record_id)
    assert head is not None
    visit.save(words("GEWOON WOORD"), base=head.tips, **where)


@pytest.mark.parametrize(
    "first",
    [
        words("GEHEIM WOORD", readers=Readers.DOCTOR),
        words("GEHEIM WOORD", not_for_parents="vraagt de leerling"),
    ],
    ids=["for the doctor alone", "not for parents"],
)
def test_a_parent_does_not_read_closed_words_through_the_version_that_replaced_them(
    visit: ContactVisit, first: Development
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    corrected(visit, pupil, first)
    said = paper(visit, pupil, asked(Requester.MOTHER, signed=True))
    assert "GEWOON WOORD" in said
    assert "GEHEIM WOORD" not in said


def test_the_competent_pupil_reads_the_words_that_were_closed_to_parents(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.SO3)
    corrected(visit, pupil, words("EIGEN WOORD", not_for_parents="vraagt de leerling"))
    assert "EIGEN WOORD" in paper(visit, pupil, asked(Requester.PUPIL, signed=True))


@pytest.mark.parametrize("flags", [(Flag.AGOGIC,), ()], ids=["another flag", "no flag"])
def test_who_told_it_is_not_given_by_changing_the_flag(
    visit: ContactVisit, flags: tuple[Flag, ...]
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    item = remarked(visit, pupil, "WAT ER IS")
    shield(visit.desk(MAES), item, (Flag.CONFIDENTIAL_SOURCE,), "GEZEGD DOOR DE BUUR")
    shield(visit.desk(MAES), item, flags, "anders bekeken")

    said = paper(visit, pupil, asked(Requester.MOTHER, signed=True))

    assert "WAT ER IS" in said
    assert "anders bekeken" in said
    assert "BUUR" not in said


def test_who_told_it_is_not_given_when_the_flag_is_withdrawn(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    item = remarked(visit, pupil, "WAT ER IS")
    shield(visit.desk(MAES), item, (Flag.CONFIDENTIAL_SOURCE,), "GEZEGD DOOR DE BUUR")
    withdraw(visit.desk(MAES), [derived_record_id("shielding", item)], "vergissing")

    said = paper(visit, pupil, asked(Requester.MOTHER, signed=True))

    assert "WAT ER IS" in said
    assert "BUUR" not in said


def test_what_another_pupil_left_in_a_record_is_not_given_with_the_own_measurement(
    visit: ContactVisit,
) -> None:
    finn, lena = visit.pupil(ContactMoment.LO1), visit.pupil(ContactMoment.LO1)
    record_id = measure(visit, finn, "117.3")
    move_record(visit.desk(), record_id, lena.pupil_id)
    measure(visit, finn, "121.4")

    said = paper(visit, finn, asked(Requester.MOTHER, signed=True))

    assert "121,4" in said
    assert "117,3" not in said


def test_the_flag_of_what_belonged_to_another_pupil_is_not_given_either(
    visit: ContactVisit,
) -> None:
    finn, lena = visit.pupil(ContactMoment.LO1), visit.pupil(ContactMoment.LO1)
    remarked(visit, finn, "GEWONE TEKST")
    record_id = measure(visit, finn, "117.3")
    conflict = (Flag.CONFLICT_OF_INTEREST,)
    shield(visit.desk(AN), record_id, conflict, "NICHT VAN ELS", blocked_staff=ELS.staff_id)
    move_record(visit.desk(AN), record_id, lena.pupil_id)

    said = paper(visit, finn, asked(Requester.MOTHER, signed=True))

    assert "GEWONE TEKST" in said
    assert "NICHT" not in said

"""Keeping and transfer in the dossier: computed and explained, and nothing happens here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from clbdesk.domain.body import ExamState, Source
from clbdesk.domain.contact import BackgroundItem, Growth
from clbdesk.domain.vaccination import Dose, DoseSource, DoseStatus
from clbdesk.domain.visits import ContactMoment
from clbdesk.services.pupil import PupilOnVisit
from clbdesk.services.retention import view_retention
from clbdesk.standards.tables import Signature, put_in_force
from tests.builders.contact_visit import TODAY, VISIT, ContactVisit, opened_contact_visit


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[ContactVisit]:
    """A visit of one vault."""
    with opened_contact_visit(tmp_path) as made:
        yield made


def measured(visit: ContactVisit, pupil: PupilOnVisit) -> None:
    body = Growth(state=ExamState.DONE, height_cm=Decimal("117.0"), on=date(2026, 11, 23))
    visit.save(body, pupil_id=pupil.pupil_id, visit_id=VISIT)


def test_the_later_of_ten_years_and_the_twenty_fifth_birthday_with_every_rule(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    measured(visit, pupil)

    view = view_retention(visit.desk(), pupil.pupil_id)

    assert "09 apr 2045" in view.sentence, "born on 9 April 2020"
    assert "23 nov 2056" in view.health_sentence, "thirty years after the last contact"
    assert any("10 jaar → 23 nov 2036" in one.text for one in view.terms)
    assert all(one.source for one in (*view.terms, view.transfer))
    assert [one.to_confirm for one in view.terms] == [False, False, True, True]
    assert view.terms[-1].text == "Bewaren van een verontrusting: geen criterium ingesteld"


def test_the_centres_own_words_on_keeping_a_concern_stand_there_with_whose_they_are(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    own = Signature("BEW-5", "Tot 5 jaar na de afsluiting.", "2026-11", "centrum", "", "Els", TODAY)
    put_in_force([own])
    try:
        (*_, line) = view_retention(visit.desk(), pupil.pupil_id).terms
    finally:
        put_in_force(())
    words = "Tot 5 jaar na de afsluiting. (criterium van het centrum, Els, 23 nov 2026)"
    assert line.text == f"Bewaren van een verontrusting: {words}"
    assert not line.to_confirm


def test_who_is_told_today_may_object_for_ten_working_days(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    measured(visit, pupil)
    view = view_retention(visit.desk(), pupil.pupil_id)
    assert "07 dec 2026" in view.transfer_today
    visit.station.clock.set(datetime(2026, 12, 4, 8, tzinfo=UTC))
    assert "18 dec 2026" in view_retention(visit.desk(), pupil.pupil_id).transfer_today


def test_what_moves_and_what_stays_are_the_classes_that_this_pupil_has(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    measured(visit, pupil)
    view = view_retention(visit.desk(), pupil.pupil_id)
    assert "metingen en voorgeschiedenis" in view.moves
    assert "vaccinatie" not in view.moves
    assert not set(view.moves) & set(view.stays)


def test_looking_at_the_terms_writes_nothing(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    measured(visit, pupil)
    with visit.station.vault.read() as reader:
        before = reader.outbox_count()
    view_retention(visit.desk(), pupil.pupil_id)
    with visit.station.vault.read() as reader:
        assert reader.outbox_count() == before


def test_what_parents_told_or_somebody_else_measured_is_no_contact_of_the_centre(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    measured(visit, pupil)
    visit.station.clock.set(datetime(2028, 3, 1, 8, tzinfo=UTC))
    visit.knows(pupil, BackgroundItem.ALLERGY, "no")
    outside = Growth(
        state=ExamState.DONE,
        height_cm=Decimal("121.0"),
        on=date(2028, 3, 1),
        source=Source.EXTERNAL_REPORT,
    )
    visit.save(outside, pupil_id=pupil.pupil_id)
    refused = Dose(
        pupil_id=pupil.pupil_id,
        status=DoseStatus.NOT_GIVEN,
        vaccine="MBR",
        on="2028-03-01",
        source=DoseSource.OWN,
    )
    visit.save(refused, pupil_id=pupil.pupil_id)
    view = view_retention(visit.desk(), pupil.pupil_id)
    assert any("10 jaar → 23 nov 2036" in one.text for one in view.terms)

    given = msgspec.structs.replace(refused, status=DoseStatus.GIVEN)
    visit.save(given, pupil_id=pupil.pupil_id)
    view = view_retention(visit.desk(), pupil.pupil_id)
    assert any("10 jaar → 01 mrt 2038" in one.text for one in view.terms)

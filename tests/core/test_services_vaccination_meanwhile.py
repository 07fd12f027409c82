"""What changed between opening the page and the needle: grade, day, order, another visit, another class."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace as replace_body

from clbdesk.domain.judgement import RuleStatus
from clbdesk.domain.people import Enrolment, place_in
from clbdesk.domain.revision import Role
from clbdesk.domain.vaccination import Dose, StandingOrder
from clbdesk.errors import Refused
from clbdesk.ids import StaffId
from clbdesk.services.desk import User
from clbdesk.services.pupil import PupilOnVisit, find_on_visit
from clbdesk.services.records import withdraw
from clbdesk.services.vaccination import VaccinationView
from clbdesk.services.vaccination_plan import PlanState
from clbdesk.services.vaccination_saving import record_vaccination
from clbdesk.services.vaccination_session import open_session, record_session
from clbdesk.standards.tables import Signature, all_rules, put_in_force
from tests.builders.vaccination import infant
from tests.builders.vaccination_visit import VISIT, VaccinationVisit, dtpa_session, full_entry

CENTRE = User(StaffId("centre"), "CLB De Horizon", Role.CENTRE)


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[VaccinationVisit]:
    """An open session with one lot of dTpa."""
    with dtpa_session(tmp_path, vaccines=("dTpa",)) as made:
        yield made


def ready(visit: VaccinationVisit) -> tuple[PupilOnVisit, VaccinationView]:
    finn = visit.pupil()
    visit.consent(finn)
    return finn, visit.view(finn)


def refused(visit: VaccinationVisit, view: VaccinationView) -> Refused:
    """Saving what was typed on the page as it was opened."""
    with pytest.raises(Refused) as caught:
        record_vaccination(visit.desk(), view, full_entry(view), view.base)
    assert not [one for one in visit.found(Dose) if one.body.lot]
    return caught.value


def test_a_grade_that_changed_since_the_page_was_opened_is_looked_at_again(
    visit: VaccinationVisit,
) -> None:
    finn, view = ready(visit)
    (place,) = visit.found(Enrolment)
    moved = replace_body(place.body, stage="L6", class_name="6A")
    visit.save(moved, pupil_id=finn.pupil_id, record_id=place.record_id, base=place.base)

    trouble = refused(visit, view)

    assert trouble.key == "vaccination.changed"
    assert trouble.values["what"] == "de inschrijving"
    again = refused(visit, visit.view(finn))
    assert "geen geldig order" in str(again.values["reason"]), "the order is for other grades"


def test_an_enrolment_that_was_withdrawn_since_the_page_was_opened_is_looked_at_again(
    visit: VaccinationVisit,
) -> None:
    _finn, view = ready(visit)
    (place,) = visit.found(Enrolment)
    withdraw(visit.desk(CENTRE), (place.record_id,), "naar een andere school")

    trouble = refused(visit, view)

    assert trouble.key == "vaccination.changed"
    assert trouble.values["what"] == "de inschrijving"


def test_a_dose_that_the_rules_of_a_moment_ago_planned_is_named_and_no_fault(
    visit: VaccinationVisit,
) -> None:
    _finn, view = ready(visit)
    (row,) = view.rows
    before = replace(row, plan=replace(row.plan, vaccine="HPV"), label="HPV")

    trouble = refused(visit, replace(view, rows=(row, before)))

    assert (trouble.key, trouble.values["vaccine"]) == ("vaccination.not_planned", "HPV")


def test_a_signature_that_was_withdrawn_since_leaves_the_dose_to_a_doctor(
    visit: VaccinationVisit,
) -> None:
    """As when a synchronisation brings it between the questions and the needle."""
    signed = [one for one in all_rules() if one.status is RuleStatus.SIGN]
    day = date(2026, 9, 1)
    try:
        put_in_force(
            Signature(one.id, None, one.edition, one.source, "", "dr. Maes", day) for one in signed
        )
        visit.lot("DTPa-IPV", "Tetravac", "X098765")
        opening = open_session(visit.desk(), VISIT)
        record_session(visit.desk(), opening, visit.session_entry(opening), opening.base)
        finn = visit.pupil(birth=date(2020, 4, 9), stage="L1", history=False)
        for entry in infant(date(2020, 4, 9)):
            visit.dose(finn.pupil_id, entry[0], entry[1])
        visit.consent(finn, "DTPa-IPV")
        view = visit.view(finn)
        assert [row.plan.state for row in view.rows] == [PlanState.PLANNED]
    finally:
        put_in_force(())

    trouble = refused(visit, view)

    assert trouble.key == "vaccination.cannot_give"
    assert "geen bevestigde regel" in str(trouble.values["reason"])
    assert [row.plan.state for row in visit.view(finn).rows] == [PlanState.DOCTOR]


def test_what_was_typed_before_midnight_is_looked_at_again_after_it(
    visit: VaccinationVisit,
) -> None:
    finn, view = ready(visit)
    (order,) = visit.found(StandingOrder)
    last = replace_body(order.body, valid_until=view.today)
    visit.save(last, record_id=order.record_id, base=order.base)
    view = visit.view(finn)
    visit.station.clock.advance(timedelta(days=1))

    assert refused(visit, view).key == "vaccination.day_passed"
    later = visit.view(finn)
    trouble = refused(visit, later)
    assert "geen geldig order" in str(trouble.values["reason"])


def test_who_changed_school_is_met_in_the_class_of_the_school_that_is_visited(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    (place,) = visit.found(Enrolment)
    elsewhere = replace_body(place.body, school_id="school-2", class_name="2B", stage="S2")
    visit.save(elsewhere, pupil_id=finn.pupil_id, school_id="school-2")

    assert visit.view(finn).on_visit.stage == "S3"
    with visit.station.vault.read() as reader:
        assert find_on_visit(reader, VISIT, finn.pupil_id)[0].stage == "S3"
    places = [one.body for one in visit.found(Enrolment)]
    assert [one.school_id for one in places] == ["school-1", "school-2"]
    assert place_in(places, 2026) == places[1], "and elsewhere where the pupil went last"
    assert place_in(places, 2025) is None

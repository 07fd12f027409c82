"""One pupil on the lists of two visits of one day: what was given, refused or decided holds at both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.vaccination import DoctorDecision, Dose, NotGivenReason
from clbdesk.domain.visits import Visit, VisitPupil
from clbdesk.errors import Refused
from clbdesk.ids import VisitId
from clbdesk.services.desk import User
from clbdesk.services.pupil import PupilOnVisit, find_on_visit
from clbdesk.services.reading import one_standing
from clbdesk.services.vaccination_entry import RowEntry
from clbdesk.services.vaccination_saving import record_vaccination
from clbdesk.services.vaccination_session import open_session, record_session
from tests.builders.vaccination_visit import (
    AN,
    ELS,
    MAES,
    SCHOOL,
    VISIT,
    VaccinationVisit,
    full_entry,
    opened_visit,
)

AFTERNOON = VisitId("visit-2")
NOT_TODAY = (RowEntry("dTpa", give=False, reason=NotGivenReason.DOCTOR_DECIDES),)


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[VaccinationVisit]:
    """A table of An in the morning, and one of Els at another visit in the afternoon."""
    with opened_visit(tmp_path, vaccines=("dTpa",)) as made:
        made.lot("dTpa", "Boostrix", "AC37B2210")
        made.open_session(AN)
        made.open_session(MAES)
        with made.station.vault.read() as reader:
            morning = one_standing(reader, VISIT, Visit)
        assert morning is not None
        made.save(morning.body, record_id=AFTERNOON, visit_id=AFTERNOON, school_id=SCHOOL)
        desk = made.desk(ELS)
        view = open_session(desk, AFTERNOON)
        record_session(desk, view, made.session_entry(view), view.base)
        yield made


def in_the_afternoon(visit: VaccinationVisit, pupil: PupilOnVisit) -> PupilOnVisit:
    """The same pupil on the list of the other visit."""
    listed = VisitPupil(visit_id=AFTERNOON, pupil_id=pupil.pupil_id, class_name="3A")
    record_id = derived_record_id("visit_pupil", AFTERNOON, pupil.pupil_id)
    visit.save(listed, pupil_id=pupil.pupil_id, visit_id=AFTERNOON, record_id=record_id)
    visit.station.clock.advance(timedelta(hours=3))
    with visit.station.vault.read() as reader:
        return find_on_visit(reader, AFTERNOON, pupil.pupil_id)[0]


def record(
    visit: VaccinationVisit, pupil: PupilOnVisit, user: User = AN, **changes: object
) -> None:
    view = visit.view(pupil, user)
    entry = full_entry(view, **changes)
    record_vaccination(visit.desk(user), view, entry, view.base)


def refused(visit: VaccinationVisit, pupil: PupilOnVisit) -> str:
    with pytest.raises(Refused) as caught:
        record(visit, pupil, ELS)
    return str(caught.value.values["reason"])


def test_a_dose_of_the_morning_is_not_given_again_in_the_afternoon(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    visit.consent(finn)
    record(visit, finn)
    again = in_the_afternoon(visit, finn)

    assert visit.view(again, ELS).rows == ()
    typed = replace(visit.view(finn), on_visit=again)
    with pytest.raises(Refused):
        record_vaccination(visit.desk(ELS), typed, full_entry(typed), ())
    assert len([one for one in visit.found(Dose) if one.body.lot]) == 1


def test_a_doctor_who_decided_in_the_morning_not_to_give_is_heard_in_the_afternoon(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    visit.consent(finn)
    not_given = {"dTpa": DoctorDecision.NOT_GIVEN}
    record(visit, finn, MAES, rows=NOT_TODAY, decisions=not_given, doctor_reason="koorts")
    again = in_the_afternoon(visit, finn)

    assert "niet geven" in refused(visit, again)


def test_a_yes_of_the_morning_leaves_the_afternoon_to_a_doctor(visit: VaccinationVisit) -> None:
    finn = visit.pupil()
    visit.consent(finn)
    answers = dict(full_entry(visit.view(finn)).answers or {}) | {"ill": True}
    record(visit, finn, rows=NOT_TODAY, answers=answers, remarks={"ill": "39 graden"})
    again = in_the_afternoon(visit, finn)

    assert "Alleen een arts" in refused(visit, again)


def test_what_was_asked_on_an_earlier_day_holds_nothing_of_a_later_visit(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    visit.consent(finn)
    answers = dict(full_entry(visit.view(finn)).answers or {}) | {"ill": True}
    record(visit, finn, rows=NOT_TODAY, answers=answers, remarks={"ill": "39 graden"})
    again = in_the_afternoon(visit, finn)
    visit.station.clock.advance(timedelta(days=1))

    record(visit, again, ELS)
    assert [one.revision.visit_id for one in visit.found(Dose) if one.body.lot] == [AFTERNOON]

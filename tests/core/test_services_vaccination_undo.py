"""Taking a whole saving back before the pupil leaves: one's own, and nothing of another table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from clbdesk.domain.vaccination import Dose, DoseStatus, IdentityCheck, NotGivenReason, Prescreen
from clbdesk.services.drafts import undo_to_draft
from clbdesk.services.pupil import PupilOnVisit
from clbdesk.services.records import Saved
from clbdesk.services.vaccination_desk import choose_post
from clbdesk.services.vaccination_entry import RowEntry, VaccinationEntry
from clbdesk.services.vaccination_observation import list_watched
from clbdesk.services.vaccination_saving import record_vaccination
from clbdesk.services.vaccination_undo import undoable
from tests.builders.vaccination_visit import (
    AN,
    ELS,
    MAES,
    VISIT,
    VaccinationVisit,
    full_entry,
    opened_visit,
)


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[VaccinationVisit]:
    """A table of An with dTpa, and one of Els with dTpa and HPV."""
    with opened_visit(tmp_path) as made:
        made.lot("dTpa", "Boostrix", "AC37B2210")
        made.lot("HPV", "Gardasil 9", "X012345")
        made.open_session(AN)
        made.open_session(ELS)
        yield made


def give(visit: VaccinationVisit, pupil: PupilOnVisit, vaccine: str, user=AN) -> Saved:
    view = visit.view(pupil, user)
    rows = tuple(RowEntry(row.vaccine, row.vaccine == vaccine) for row in view.rows)
    entry = full_entry(view, rows=rows)
    return record_vaccination(visit.desk(user), view, entry, view.base).value


def say_not(visit: VaccinationVisit, pupil: PupilOnVisit, vaccine: str, user=ELS) -> Saved:
    view = visit.view(pupil, user)
    row = RowEntry(vaccine, give=False, reason=NotGivenReason.NO_STOCK)
    entry = VaccinationEntry(rows=(row,))
    return record_vaccination(visit.desk(user), view, entry, view.base).value


def take_back(visit: VaccinationVisit, pupil: PupilOnVisit, user=AN) -> None:
    last = undoable(visit.view(pupil, user))
    assert last is not None
    undo_to_draft(visit.desk(user), last, pupil.form("vaccination"), pupil.where, None)


def own(visit: VaccinationVisit) -> list[tuple[str, DoseStatus]]:
    """Vaccine and status of what was written at this visit."""
    found = (one for one in visit.found(Dose) if one.revision.visit_id == VISIT)
    return sorted((one.body.vaccine, one.body.status) for one in found)


@pytest.mark.parametrize("is_first", [True, False])
def test_what_another_table_wrote_stays_when_a_saving_is_taken_back(
    visit: VaccinationVisit, is_first: bool
) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa", "HPV")
    if is_first:
        say_not(visit, finn, "HPV")
    give(visit, finn, "dTpa")
    if not is_first:
        say_not(visit, finn, "HPV")

    take_back(visit, finn)

    assert own(visit) == [("HPV", DoseStatus.NOT_GIVEN)]


def test_what_was_not_given_at_the_own_table_goes_with_the_saving(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa", "HPV")
    give(visit, finn, "dTpa")
    say_not(visit, finn, "HPV", AN)

    take_back(visit, finn)

    assert own(visit) == []


def test_of_two_savings_the_last_is_taken_back_first_and_the_minutes_of_the_other_run_on(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa", "HPV")
    give(visit, finn, "dTpa")
    (first,) = list_watched(visit.desk(), VISIT)
    visit.station.clock.advance(timedelta(minutes=4))
    give(visit, finn, "HPV")

    take_back(visit, finn)

    assert own(visit) == [("dTpa", DoseStatus.GIVEN)]
    assert list_watched(visit.desk(), VISIT) == (first,)
    assert len(visit.found(IdentityCheck)) == 1, "of the first saving"
    take_back(visit, finn)
    assert own(visit) == []
    assert list_watched(visit.desk(), VISIT) == ()


def test_a_dose_that_a_colleague_corrected_is_taken_back_with_a_reason_only(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa")
    give(visit, finn, "dTpa")
    view = visit.view(finn, MAES)
    (row,) = [one for one in view.rows if one.saved]
    entry = full_entry(view, rows=(RowEntry(row.vaccine, give=True, side="right"),))
    record_vaccination(visit.desk(MAES), view, entry, view.base, reason="tikfout")

    assert undoable(visit.view(finn)) is None


def test_who_was_registered_at_the_desk_stands_there_again_as_the_desk_wrote_it(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa")
    choose_post(visit.desk(ELS), VISIT, at_desk=True)
    give(visit, finn, "dTpa", ELS)
    (asked,), (answered,) = visit.found(IdentityCheck), visit.found(Prescreen)
    visit.station.clock.advance(timedelta(minutes=5))
    give(visit, finn, "dTpa", AN)

    take_back(visit, finn)

    assert own(visit) == []
    (identity,), (prescreen,) = visit.found(IdentityCheck), visit.found(Prescreen)
    assert identity.body == asked.body
    assert prescreen.body == answered.body
    assert undoable(visit.view(finn)) is None

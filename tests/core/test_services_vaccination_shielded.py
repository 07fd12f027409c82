"""A dose that a colleague is kept from: on no line of P13 or of a recall, and still judged along."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clbdesk.domain.shielding import Flag
from clbdesk.domain.vaccination import NotGivenReason
from clbdesk.errors import Refused
from clbdesk.ids import RecordId
from clbdesk.services.desk import User
from clbdesk.services.lot_recall import recall_lot
from clbdesk.services.pupil import PupilOnVisit
from clbdesk.services.shielding import shield
from clbdesk.services.vaccination_entry import RowEntry, conditions
from clbdesk.services.vaccination_lines import advice_lines, history_lines
from clbdesk.services.vaccination_saving import record_vaccination
from tests.builders.vaccination_visit import (
    AN,
    ELS,
    MAES,
    VaccinationVisit,
    dtpa_session,
    full_entry,
)

KEPT = (Flag.CONFLICT_OF_INTEREST,)


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[VaccinationVisit]:
    """An open session with one lot of dTpa."""
    with dtpa_session(tmp_path) as made:
        yield made


def keep_from_els(visit: VaccinationVisit, dose: RecordId) -> None:
    shield(visit.desk(MAES), dose, KEPT, "familie", blocked_staff=ELS.staff_id)


def test_a_dose_that_a_colleague_is_kept_from_is_no_line_of_the_history_beside_the_needle(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    kept = visit.dose(finn.pupil_id, "Gardasil 9", "2025-11-10")
    visit.dose(finn.pupil_id, "Onbekendix", "2014-02-03")
    before = history_lines(visit.view(finn, ELS))
    keep_from_els(visit, kept)

    lines = history_lines(visit.view(finn, ELS))

    assert "HPV" in {line.vaccine for line in before}
    assert "HPV" not in {line.vaccine for line in lines}
    assert lines == tuple(line for line in before if line.vaccine != "HPV"), "no verdict moves up"
    assert history_lines(visit.view(finn, AN)) == before, "only that colleague"


def test_a_dose_that_a_colleague_is_kept_from_still_counts_for_the_advice(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    kept = visit.dose(finn.pupil_id, "Boostrix", "2026-10-05")
    before = advice_lines(visit.view(finn, ELS))
    keep_from_els(visit, kept)

    assert advice_lines(visit.view(finn, ELS)) == before


def test_a_recall_counts_a_dose_that_a_colleague_is_kept_from_and_does_not_name_the_pupil(
    visit: VaccinationVisit,
) -> None:
    finn, lars = visit.pupil("Finn"), visit.pupil("Lars")
    for pupil in (finn, lars):
        visit.consent(pupil)
        visit.give(pupil)
    (dose,) = visit.view(finn).saved.doses
    keep_from_els(visit, dose.record_id)

    found = recall_lot(visit.desk(ELS), "AC37B2210")

    assert [one.given_name for one in found.found] == ["Lars"]
    assert found.unnamed == 1
    assert recall_lot(visit.desk(AN), "AC37B2210").unnamed == 0


KEPT_DOSE = "Een vaccinatie die voor deze gebruiker afgeschermd is, telt mee."


def blocked(visit: VaccinationVisit, finn: PupilOnVisit, user: User) -> list[str]:
    """What stands in the way of the needle, as the user reads it."""
    view = visit.view(finn, user)
    found = conditions(view, full_entry(view))
    return [one.text for each in found.values() for one in each if not one.met]


@pytest.mark.parametrize(
    "product, on, word",
    [("Boostrix", "2026-11-20", "Mogelijk dubbel"), ("Onbekendix", "2020-02-03", "Onbekendix")],
)
def test_no_sentence_before_the_needle_names_a_dose_that_a_colleague_is_kept_from(
    visit: VaccinationVisit, product: str, on: str, word: str
) -> None:
    visit.open_session(ELS)
    finn = visit.pupil()
    visit.consent(finn)
    not_yet = (RowEntry("dTpa", give=False, reason=NotGivenReason.NO_STOCK),)
    visit.give(finn, rows=not_yet)
    kept = visit.dose(finn.pupil_id, product, on)
    before = blocked(visit, finn, ELS)
    keep_from_els(visit, kept)

    after = blocked(visit, finn, ELS)

    assert [text for text in before if word in text], before
    assert len(after) == len(before), "it blocks as before"
    assert not [text for text in after if word in text]
    assert [text for text in after if text.startswith(KEPT_DOSE)]
    assert blocked(visit, finn, AN) == before, "only that colleague"


def test_a_dose_of_today_that_a_colleague_is_kept_from_is_no_row_and_is_not_given_again(
    visit: VaccinationVisit,
) -> None:
    visit.open_session(ELS)
    finn = visit.pupil()
    visit.consent(finn)
    typed = visit.view(finn, ELS)
    visit.give(finn)
    (dose,) = visit.view(finn).saved.doses
    keep_from_els(visit, dose.record_id)

    assert visit.view(finn, ELS).rows == ()
    assert len(visit.view(finn, AN).rows) == 1
    with pytest.raises(Refused):
        record_vaccination(visit.desk(ELS), typed, full_entry(typed), typed.base)
    again = visit.view(finn, ELS)
    record_vaccination(visit.desk(ELS), again, full_entry(again), again.base)
    after = visit.view(finn).saved
    assert len(after.doses) == 1, "only the status was looked at"
    assert after.status is not None
    assert after.status.body.advice["dTpa"] != "due", "with the dose that is not shown"

"""A dose that was given is corrected later, or by somebody of another table: the facts stay."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace as replace_body

from clbdesk.domain.vaccination import Dose, DoseStatus, NotGivenReason, VaccinationSession
from clbdesk.errors import Refused
from clbdesk.services.desk import User
from clbdesk.services.pupil import PupilOnVisit
from clbdesk.services.vaccination_close import CloseView, open_close
from clbdesk.services.vaccination_entry import RowEntry
from clbdesk.services.vaccination_lots import LotEntry
from clbdesk.services.vaccination_saving import record_vaccination
from clbdesk.services.vaccination_session import open_session, record_session
from tests.builders.vaccination_visit import (
    AN,
    ELS,
    VISIT,
    VaccinationVisit,
    full_entry,
    opened_visit,
)

NEXT_YEAR = date(2027, 5, 31)


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[VaccinationVisit]:
    """Two tables, each with a box of its own."""
    with opened_visit(tmp_path) as made:
        ids = {number: made.lot("dTpa", "Boostrix", number) for number in ("AN01", "ELS01")}
        for user, number in ((AN, "AN01"), (ELS, "ELS01")):
            box = LotEntry(ids[number], "Boostrix", number, NEXT_YEAR, taken=10)
            made.open_session(user, lots=(box,))
        yield made


def given_by_an(visit: VaccinationVisit) -> PupilOnVisit:
    finn = visit.pupil()
    visit.consent(finn)
    visit.give(finn)
    return finn


def corrected_by_els(visit: VaccinationVisit, finn: PupilOnVisit) -> Dose:
    """Els only says that it was the other arm."""
    view = visit.view(finn, ELS)
    entry = full_entry(view, rows=(RowEntry("dTpa", give=True, side="right"),))
    record_vaccination(visit.desk(ELS), view, entry, view.base, reason="andere arm")
    return the_dose(visit)


def closing(visit: VaccinationVisit, user: User) -> CloseView:
    found = open_close(visit.desk(user), VISIT)
    assert found is not None
    return found


def the_dose(visit: VaccinationVisit) -> Dose:
    """The one that went in at this visit."""
    (own,) = [each.body for each in visit.found(Dose) if each.body.given_at is not None]
    return own


def test_another_table_sees_the_lot_that_was_given_and_not_its_own(
    visit: VaccinationVisit,
) -> None:
    finn = given_by_an(visit)
    (row,) = visit.view(finn, ELS).rows
    assert [lot.number for lot in row.lots][:1] == ["AN01"]


def test_a_correction_of_another_table_keeps_lot_vaccinator_and_session(
    visit: VaccinationVisit,
) -> None:
    finn = given_by_an(visit)
    before = the_dose(visit)

    after = corrected_by_els(visit, finn)

    assert after.side == "right"
    for what in ("lot", "product", "expires_on", "vaccinator", "session_id", "order_id"):
        assert getattr(after, what) == getattr(before, what), what
    ledger = {one.lot.number: one.given for user in (AN, ELS) for one in closing(visit, user).lots}
    assert ledger == {"AN01": 1, "ELS01": 0}


def test_a_dose_is_corrected_on_another_day_and_stays_on_its_own(
    visit: VaccinationVisit,
) -> None:
    finn = given_by_an(visit)
    before = the_dose(visit)
    visit.station.clock.advance(timedelta(days=2))

    after = corrected_by_els(visit, finn)

    assert (after.on, after.given_at) == (before.on, before.given_at)


def test_a_needle_on_a_later_day_of_the_visit_is_of_that_day_and_asks_for_a_lot_of_that_day(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    visit.consent(finn)
    view = visit.view(finn)
    absent = RowEntry("dTpa", give=False, reason=NotGivenReason.ABSENT)
    record_vaccination(visit.desk(), view, full_entry(view, rows=(absent,)), view.base)
    visit.station.clock.advance(timedelta(days=2))

    later = visit.view(finn)
    entry = full_entry(later, rows=(RowEntry("dTpa", give=True, side="left"),))
    record_vaccination(visit.desk(), later, entry, later.base, reason="toch gekomen")

    assert the_dose(visit).on == "2026-11-25"


def test_a_lot_that_expired_since_the_absence_was_noted_is_not_given(
    visit: VaccinationVisit,
) -> None:
    soon = visit.lot("dTpa", "Boostrix", "SOON1", expires_on=date(2026, 11, 23))
    box = LotEntry(soon, "Boostrix", "SOON1", date(2026, 11, 23), taken=5)
    visit.open_session(AN, lots=(box,))
    finn = visit.pupil()
    visit.consent(finn)
    view = visit.view(finn)
    absent = RowEntry("dTpa", give=False, reason=NotGivenReason.ABSENT)
    record_vaccination(visit.desk(), view, full_entry(view, rows=(absent,)), view.base)
    visit.station.clock.advance(timedelta(days=1))

    later = visit.view(finn)
    entry = full_entry(later, rows=(RowEntry("dTpa", give=True, lot_id=soon, side="left"),))
    with pytest.raises(Refused, match=r"vaccination\.cannot_give"):
        record_vaccination(visit.desk(), later, entry, later.base, reason="toch gekomen")

    assert [one.body.status for one in visit.found(Dose)][-1] is DoseStatus.NOT_GIVEN


def test_a_dose_of_a_table_that_closed_is_not_changed_from_a_table_that_is_open(
    visit: VaccinationVisit,
) -> None:
    finn = given_by_an(visit)
    own = next(one for one in visit.found(VaccinationSession) if one.body.vaccinator == "staff-an")
    closed = replace_body(own.body, closed_at=visit.station.clock.now(), closed_by=AN.staff_id)
    visit.save(closed, record_id=own.record_id, base=own.base, visit_id=VISIT)

    view = visit.view(finn, ELS)
    entry = full_entry(view, rows=(RowEntry("dTpa", give=True, side="right"),))
    with pytest.raises(Refused, match=r"vaccination\.session_closed"):
        record_vaccination(visit.desk(ELS), view, entry, view.base, reason="andere arm")


def test_a_session_opened_on_screen_yesterday_takes_no_lot_that_expired_meanwhile(
    visit: VaccinationVisit,
) -> None:
    soon = visit.lot("dTpa", "Boostrix", "SOON1", expires_on=date(2026, 11, 23))
    view = open_session(visit.desk(), VISIT)
    entry = visit.session_entry(
        view, lots=(LotEntry(soon, "Boostrix", "SOON1", date(2026, 11, 23), taken=5),)
    )
    visit.station.clock.advance(timedelta(days=1))

    with pytest.raises(Refused, match=r"vaccination\.lot_expired"):
        record_session(visit.desk(), view, entry, view.base)

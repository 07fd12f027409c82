"""Closing a session in a real vault: every dose and every pupil accounted for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from msgspec.structs import replace as replace_body

from clbdesk.domain.follow_up import Task, TaskKind, TaskState
from clbdesk.domain.revision import RevisionStatus
from clbdesk.domain.stock import (
    ColdChain,
    ColdChainMoment,
    DifferenceReason,
    Movement,
    StockMove,
    WasteReason,
)
from clbdesk.domain.vaccination import (
    ConsentChoice,
    DoctorDecision,
    Dose,
    Lot,
    NotGivenReason,
    SessionLot,
    VaccinationSession,
)
from clbdesk.domain.visits import AttendanceState
from clbdesk.errors import Refused
from clbdesk.ids import RecordId
from clbdesk.services.class_list import set_attendance
from clbdesk.services.day_close import open_day
from clbdesk.services.pupil import PupilOnVisit
from clbdesk.services.readiness import Level
from clbdesk.services.records import Saved, undo_in, withdraw
from clbdesk.services.vaccination_close import (
    CloseEntry,
    CloseView,
    LotCount,
    close_session,
    open_close,
    reopen_session,
)
from clbdesk.services.vaccination_entry import RowEntry
from clbdesk.services.vaccination_observation import list_watched, release
from clbdesk.services.vaccination_saving import record_vaccination
from clbdesk.services.vaccination_session import open_session, record_session
from clbdesk.services.vaccination_stock import LotLedger, ledger_of
from tests.builders.vaccination_visit import (
    AN,
    ELS,
    MAES,
    TODAY,
    VISIT,
    VaccinationVisit,
    dtpa_session,
    full_entry,
)


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[VaccinationVisit]:
    """An open session that took twenty doses of one lot along."""
    with dtpa_session(tmp_path, vaccines=("dTpa",)) as made:
        yield made


def vaccinated(visit: VaccinationVisit, name: str = "Finn") -> PupilOnVisit:
    """A pupil who got dTpa and may leave."""
    pupil = visit.pupil(name)
    visit.consent(pupil)
    visit.give(pupil)
    visit.station.clock.advance(timedelta(minutes=20))
    for one in list_watched(visit.desk(), VISIT):
        release(visit.desk(), one)
    return pupil


def view_of(visit: VaccinationVisit) -> CloseView:
    found = open_close(visit.desk(), VISIT)
    assert found is not None
    return found


def counted(view: CloseView, *, celsius: str = "5.6", **changes: object) -> CloseEntry:
    """Nothing wasted, everything back, the box cold; `changes` of the count of every lot."""
    counts = {
        one.lot.lot_id: replace(LotCount(0, one.taken - one.given), **changes) for one in view.lots
    }
    return CloseEntry(counts, {box: Decimal(celsius) for box in view.boxes})


def refused(visit: VaccinationVisit, view: CloseView, entry: CloseEntry) -> str:
    with pytest.raises(Refused) as caught:
        close_session(visit.desk(), view, entry)
    assert not view_of(visit).is_closed
    return caught.value.key


def moves(visit: VaccinationVisit) -> dict[Movement, int]:
    return {one.body.movement: one.body.doses for one in visit.found(StockMove)}


def test_an_ordinary_session_is_closed_in_one_commit(visit: VaccinationVisit) -> None:
    vaccinated(visit)
    view = view_of(visit)
    assert (view.lots[0].taken, view.lots[0].given) == (20, 1)

    saved = close_session(visit.desk(), view, counted(view)).value

    assert {one.kind for one in saved.revisions} == {
        "stock_move",
        "cold_chain",
        "vaccination_session",
    }
    assert moves(visit) == {Movement.TAKEN: 20, Movement.RETURNED: 19}
    readings = {one.body.moment: one.body.celsius for one in visit.found(ColdChain)}
    assert readings[ColdChainMoment.DEPARTURE] == Decimal("4.8")
    assert readings[ColdChainMoment.RETURN] == Decimal("5.6")
    after = view_of(visit)
    assert after.is_closed
    assert after.closed_by == AN.name
    assert after.may_reopen


@for_all(
    taken=st.integers(0, 999),
    given=st.integers(0, 999),
    wasted=st.integers(0, 999),
    returned=st.integers(0, 999),
)
def test_every_dose_is_given_wasted_returned_or_a_difference(
    taken: int, given: int, wasted: int, returned: int
) -> None:
    lot = SessionLot(
        lot_id=RecordId("lot"),
        vaccine="dTpa",
        product="Boostrix",
        number="A",
        expires_on=TODAY,
        taken=taken,
    )
    left_over = LotLedger(lot, taken, given).left_over(wasted, returned)

    assert given + wasted + returned + left_over == taken
    assert (left_over == 0) == (taken - given - wasted == returned)


def test_a_difference_needs_a_reason_and_is_kept_with_it(visit: VaccinationVisit) -> None:
    vaccinated(visit)
    view = view_of(visit)

    assert refused(visit, view, counted(view, returned=18)) == "vaccination.difference_reason"
    other = counted(view, returned=18, difference=DifferenceReason.OTHER)
    assert refused(visit, view, other) == "vaccination.reason_text"
    close_session(
        visit.desk(), view, counted(view, returned=18, difference=DifferenceReason.MISCOUNTED)
    )

    assert moves(visit)[Movement.DIFFERENCE] == 1
    (move,) = [
        one.body for one in visit.found(StockMove) if one.body.movement is Movement.DIFFERENCE
    ]
    assert move.difference is DifferenceReason.MISCOUNTED
    assert move.lot == "AC37B2210"


def test_what_is_wasted_needs_a_reason(visit: VaccinationVisit) -> None:
    view = view_of(visit)

    assert refused(visit, view, counted(view, wasted=1, returned=19)) == "vaccination.waste_reason"
    entry = counted(view, wasted=1, returned=19, waste=WasteReason.DROPPED)
    close_session(visit.desk(), view, entry)

    (move,) = [one.body for one in visit.found(StockMove) if one.body.movement is Movement.WASTED]
    assert (move.doses, move.waste) == (1, WasteReason.DROPPED)
    assert refused_after_closing(visit) == "vaccination.session_closed"


def refused_after_closing(visit: VaccinationVisit) -> str:
    view = view_of(visit)
    with pytest.raises(Refused) as caught:
        close_session(visit.desk(), view, counted(view))
    return caught.value.key


def test_a_count_or_temperature_that_is_missing_stands_in_the_way(
    visit: VaccinationVisit,
) -> None:
    view = view_of(visit)
    entry = counted(view)

    assert refused(visit, view, replace(entry, counts={})) == "vaccination.count_missing"
    assert refused(visit, view, replace(entry, celsius={})) == "vaccination.celsius_missing"
    assert refused(visit, view, counted(view, wasted=-1)) == "vaccination.count_negative"


def test_pupils_without_outcome_and_observation_stand_in_the_way(visit: VaccinationVisit) -> None:
    finn, lars = visit.pupil(), visit.pupil("Lars")
    visit.consent(finn)
    visit.consent(lars)
    view = view_of(visit)
    assert [one.name for one in view.without_outcome] == ["Finn Peeters", "Lars Peeters"]
    assert refused(visit, view, counted(view)) == "vaccination.without_outcome"

    set_attendance(visit.desk(), VISIT, (lars.pupil_id,), AttendanceState.ABSENT)
    visit.give(finn)
    view = view_of(visit)
    assert view.without_outcome == ()
    assert [one.pupil_id for one in view.in_observation] == [finn.pupil_id]
    assert refused(visit, view, counted(view)) == "vaccination.still_observed"


def test_who_still_has_to_be_vaccinated_comes_on_the_catch_up_list_once(
    visit: VaccinationVisit,
) -> None:
    vaccinated(visit)
    ill, absent, refuses = visit.pupil("Ilse"), visit.pupil("Abel"), visit.pupil("Ruth")
    yes = visit.pupil("Yara")
    for one in (ill, absent, refuses):
        visit.consent(one)
    visit.consent(yes, yes=("allergy",))
    for pupil, reason in ((ill, NotGivenReason.ILL), (refuses, NotGivenReason.PUPIL_REFUSES)):
        visit.give(pupil, rows=(RowEntry("dTpa", give=False, reason=reason),))
    set_attendance(visit.desk(), VISIT, (absent.pupil_id,), AttendanceState.ABSENT)
    view = view_of(visit)
    assert [one.name for one in view.waiting] == ["Yara Peeters"]

    close_session(visit.desk(), view, counted(view))

    tasks = {one.body.pupil_id: one.body for one in visit.found(Task)}
    assert set(tasks) == {ill.pupil_id, absent.pupil_id, yes.pupil_id}
    assert {one.task for one in tasks.values()} == {TaskKind.CATCH_UP_VACCINATION}
    assert tasks[ill.pupil_id].text == "dTpa – ziek"
    assert tasks[yes.pupil_id].owner == MAES.staff_id
    assert tasks[absent.pupil_id].due is None

    reopen_session(visit.desk(), view_of(visit), "toch nog een leerling")
    set_attendance(visit.desk(), VISIT, (absent.pupil_id,), AttendanceState.PRESENT)
    visit.give(absent)
    visit.station.clock.advance(timedelta(minutes=20))
    for watched in list_watched(visit.desk(), VISIT):
        release(visit.desk(), watched)
    view = view_of(visit)
    close_session(visit.desk(), view, counted(view))

    tasks = {one.body.pupil_id: one.body for one in visit.found(Task)}
    assert len(visit.found(Task)) == 3
    assert tasks[absent.pupil_id].state is TaskState.CANCELLED
    assert tasks[ill.pupil_id].state is TaskState.OPEN
    assert moves(visit)[Movement.RETURNED] == 18


def test_after_closing_nothing_is_recorded_until_it_is_opened_with_a_reason(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    view = view_of(visit)
    close_session(visit.desk(), view, counted(view))
    visit.consent(finn)

    with pytest.raises(Refused) as dose:
        visit.give(finn)
    with pytest.raises(Refused) as reason:
        visit.give(finn, rows=(RowEntry("dTpa", give=False, reason=NotGivenReason.ILL),))
    opening = open_session(visit.desk(), VISIT)
    with pytest.raises(Refused) as session:
        record_session(visit.desk(), opening, visit.session_entry(opening), opening.base)
    keys = {one.value.key for one in (dose, reason, session)}
    assert keys == {"vaccination.session_closed"}

    with pytest.raises(Refused):
        reopen_session(visit.desk(), view_of(visit), " ")
    reopen_session(visit.desk(), view_of(visit), "Finn kwam toch")
    visit.give(finn)
    (session_now,) = visit.found(VaccinationSession)
    assert session_now.body.closed_at is None
    assert session_now.revision.reason == "Finn kwam toch"
    again = open_session(visit.desk(), VISIT)
    record_session(visit.desk(), again, visit.session_entry(again), again.base)
    (reopened,) = view_of(visit).reopened
    assert (reopened.by, reopened.reason) == (AN.name, "Finn kwam toch"), "also after a change"


def test_a_dose_that_was_counted_is_withdrawn_or_undone_only_after_opening_again(
    visit: VaccinationVisit,
) -> None:
    vaccinated(visit)
    (dose,) = (one for one in visit.found(Dose) if one.body.lot)
    view = view_of(visit)
    close_session(visit.desk(), view, counted(view))

    with pytest.raises(Refused) as caught:
        withdraw(visit.desk(), [dose.record_id], "verkeerde leerling")
    assert caught.value.key == "vaccination.session_closed"
    with pytest.raises(Refused) as undoing, visit.station.vault.write() as work:
        undo_in(visit.desk(), work, Saved((dose.revision,)))
    assert undoing.value.key == "vaccination.session_closed"
    assert [lot.given for lot in view_of(visit).lots] == [1]

    reopen_session(visit.desk(), view_of(visit), "een dosis te veel genoteerd")
    withdraw(visit.desk(), [dose.record_id], "verkeerde leerling")
    assert [lot.given for lot in view_of(visit).lots] == [0]


def test_only_a_doctor_or_who_closed_it_opens_a_session_again(visit: VaccinationVisit) -> None:
    view = view_of(visit)
    close_session(visit.desk(), view, counted(view))
    by_els = open_close(visit.desk(ELS), VISIT)
    by_maes = open_close(visit.desk(MAES), VISIT)
    assert by_els is not None
    assert by_maes is not None

    assert not by_els.may_reopen
    with pytest.raises(Refused) as caught:
        reopen_session(visit.desk(ELS), by_els, "vergeten")
    assert caught.value.key == "vaccination.may_not_reopen"
    reopen_session(visit.desk(MAES), by_maes, "nagekeken")
    assert not view_of(visit).is_closed


def test_a_box_that_comes_back_too_warm_puts_its_lots_in_quarantine(
    visit: VaccinationVisit,
) -> None:
    view = view_of(visit)

    close_session(visit.desk(), view, counted(view, celsius="9.4"))

    (lot,) = visit.found(Lot)
    assert lot.body.quarantined == "9,4 °C op 23 nov 2026"


def test_a_session_of_before_there_were_movements_is_read_from_what_it_fixed(
    visit: VaccinationVisit,
) -> None:
    old = SessionLot(
        lot_id=RecordId("lot-oud"),
        vaccine="dTpa",
        product="Boostrix",
        number="OUD1",
        expires_on=TODAY,
        taken=12,
    )
    body = VaccinationSession(
        visit_id=VISIT, vaccinator=ELS.staff_id, doctor=MAES.staff_id, lots=(old,)
    )
    record_id = visit.save(body, visit_id=VISIT, record_id="session-oud")
    (session,) = [one for one in visit.found(VaccinationSession) if one.record_id == record_id]

    with visit.station.vault.read() as reader:
        (ledger,) = ledger_of(reader, session)

    assert (ledger.taken, ledger.given, ledger.returned) == (12, 0, None)
    assert ledger.left_over(0, 12) == 0


def test_a_dose_that_a_doctor_decided_not_to_give_is_caught_up_by_nobody(
    visit: VaccinationVisit,
) -> None:
    finn, lars = visit.pupil(), visit.pupil("Lars")
    for pupil, decision in (
        (finn, DoctorDecision.NOT_GIVEN),
        (lars, DoctorDecision.POSTPONE),
    ):
        visit.consent(pupil)
        rows = (RowEntry("dTpa", give=False, reason=NotGivenReason.OTHER, reason_text="arts"),)
        visit.open_session(MAES)
        visit.give(pupil, MAES, rows=rows, decisions={"dTpa": decision}, doctor_reason="allergie")
    view = view_of(visit)

    close_session(visit.desk(), view, counted(view))

    assert [one.body.pupil_id for one in visit.found(Task)] == [lars.pupil_id]


def test_two_stations_with_the_same_lot_count_their_own_doses(visit: VaccinationVisit) -> None:
    finn, lars, noor = visit.pupil(), visit.pupil("Lars"), visit.pupil("Noor")
    visit.open_session(ELS)
    for pupil in (finn, lars, noor):
        visit.consent(pupil)
    visit.give(finn)
    visit.give(lars, ELS)
    visit.give(noor, ELS)
    by_an, by_els = open_close(visit.desk(), VISIT), open_close(visit.desk(ELS), VISIT)
    assert by_an is not None
    assert by_els is not None

    assert [(one.taken, one.given) for one in by_an.lots] == [(20, 1)]
    assert [(one.taken, one.given) for one in by_els.lots] == [(20, 2)]
    assert [one.pupil_id for one in by_an.in_observation] == [finn.pupil_id]

    for one in list_watched(visit.desk(), VISIT):
        if one.pupil_id == finn.pupil_id:
            release(visit.desk(), one, "naar de arts")
    view = view_of(visit)
    close_session(visit.desk(), view, counted(view))

    still = open_close(visit.desk(ELS), VISIT)
    assert still is not None
    assert not still.is_closed
    assert len(still.in_observation) == 2


def test_a_correction_that_a_closed_session_counted_is_not_undone_before_it_is_opened_again(
    visit: VaccinationVisit,
) -> None:
    visit.lot("dTpa", "Boostrix", "NEW01")
    visit.open_session(ELS)
    finn = vaccinated(visit)
    view = visit.view(finn)
    (row,) = [one for one in view.rows if one.saved]
    entry = full_entry(view, rows=(RowEntry("dTpa", give=True, side="right"),))
    assert row.side == "left"
    corrected = record_vaccination(visit.desk(), view, entry, view.base, reason="tikfout").value
    closing = view_of(visit)
    close_session(visit.desk(), closing, counted(closing))

    with pytest.raises(Refused) as caught, visit.station.vault.write() as work:
        undo_in(visit.desk(), work, corrected)
    assert caught.value.key == "vaccination.session_closed"


@pytest.mark.parametrize("comes", [True, False])
def test_a_dose_that_comes_or_goes_after_closing_is_told_until_somebody_counts_again(
    visit: VaccinationVisit, comes: bool
) -> None:
    """Written at the same session on a laptop that did not know yet that it was closed."""
    finn = vaccinated(visit)
    (dose,) = [one for one in visit.found(Dose) if one.body.lot]
    lars = visit.pupil("Lars")
    view = view_of(visit)
    set_attendance(visit.desk(), VISIT, [lars.pupil_id], AttendanceState.ABSENT)
    close_session(visit.desk(), view, counted(view))
    assert view_of(visit).counted_before == ()
    assert session_lines(visit) == [(Level.OK, "Vaccinatiesessie afgesloten")]

    if comes:
        late = replace_body(dose.body, pupil_id=lars.pupil_id)
        visit.save(late, pupil_id=lars.pupil_id, visit_id=VISIT)
    else:
        gone = {"record_id": dose.record_id, "base": dose.base, "status": RevisionStatus.WITHDRAWN}
        visit.save(dose.body, pupil_id=dose.body.pupil_id, visit_id=VISIT, **gone)

    after = view_of(visit)
    assert after.is_closed
    assert after.counted_before == ("AC37B2210",)
    (line,) = session_lines(visit)
    assert line[0] is Level.STOP
    reopen_session(visit.desk(), after, "kwam van de andere laptop")
    if not comes:
        visit.give(finn, rows=(RowEntry("dTpa", give=False, reason=NotGivenReason.ILL),))
    again = view_of(visit)
    close_session(visit.desk(), again, counted(again))
    assert view_of(visit).counted_before == ()


def test_a_session_that_is_closed_in_one_of_two_versions_is_changed_by_nobody(
    visit: VaccinationVisit,
) -> None:
    opening = open_session(visit.desk(), VISIT)
    view = view_of(visit)
    close_session(visit.desk(), view, counted(view))
    visit.station.clock.advance(timedelta(minutes=1))
    other = replace_body(view.session.body, several_posts=True)
    visit.save(other, visit_id=VISIT, record_id=view.session.record_id, base=view.session.base)

    assert view_of(visit).is_closed
    with pytest.raises(Refused, match="session_closed"):
        record_session(visit.desk(), opening, visit.session_entry(opening), opening.base)


@pytest.mark.parametrize("choice", [ConsentChoice.REFUSAL, ConsentChoice.GP])
def test_who_was_ill_and_refused_since_is_caught_up_by_nobody(
    visit: VaccinationVisit, choice: ConsentChoice
) -> None:
    finn, lars = visit.pupil(), visit.pupil("Lars")
    for one in (finn, lars):
        visit.consent(one)
        visit.give(one, rows=(RowEntry("dTpa", give=False, reason=NotGivenReason.ILL),))
    visit.consent(finn, choice=choice, signed_on=TODAY)
    view = view_of(visit)
    close_session(visit.desk(), view, counted(view))

    assert [one.body.pupil_id for one in visit.found(Task)] == [lars.pupil_id]


def session_lines(visit: VaccinationVisit) -> list[tuple[Level, str]]:
    """What leaving the school says of the session."""
    view = open_day(visit.desk(), VISIT)
    return [(one.level, one.text) for one in view.lines if one.page == "vaccination_close"]

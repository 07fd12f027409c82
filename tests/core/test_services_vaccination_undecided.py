"""What two laptops wrote differently, or a newer program wrote, never lets a needle through."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace as replace_body

from clbdesk.domain.body import Body
from clbdesk.domain.doctor_order import DoctorOrder
from clbdesk.domain.revision import RevisionStatus
from clbdesk.domain.vaccination import (
    Consent,
    ConsentChannel,
    ConsentChoice,
    DoctorDecision,
    Dose,
    DoseStatus,
    Lot,
    NotGivenReason,
    StandingOrder,
    VaccinationSession,
)
from clbdesk.errors import Refused
from clbdesk.services.pupil import PupilOnVisit
from clbdesk.services.reading import Standing
from clbdesk.services.vaccination_entry import RowEntry
from clbdesk.services.vaccination_order import record_order
from clbdesk.services.vaccination_plan import PlanState
from clbdesk.services.vaccination_saving import record_vaccination
from clbdesk.standards.vaccination.consent import ConsentState
from tests.builders.vaccination_visit import (
    AN,
    ELS,
    MAES,
    VISIT,
    VaccinationVisit,
    dtpa_session,
    full_entry,
    opened_visit,
)

LATER = date(2026, 11, 20)


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[VaccinationVisit]:
    """A session of An with dTpa."""
    with dtpa_session(tmp_path) as made:
        yield made


def apart(
    visit: VaccinationVisit,
    was: Standing[Any],
    *versions: Body,
    pupil: PupilOnVisit | None = None,
    status: RevisionStatus = RevisionStatus.FINAL,
) -> None:
    """Two laptops changed the same record without knowing of each other; the last has `status`."""
    where: dict[str, object] = {"record_id": was.record_id, "base": was.base}
    if pupil is not None:
        where["pupil_id"] = pupil.pupil_id
    if was.revision.visit_id is not None:
        where["visit_id"] = was.revision.visit_id
    for version in versions[:-1]:
        visit.save(version, **where)
    visit.save(versions[-1], status=status, **where)


def reason(visit: VaccinationVisit, pupil: PupilOnVisit, **changes: object) -> str:
    """Why the needle is refused; a doctor may decide whatever a doctor may decide."""
    with pytest.raises(Refused) as caught:
        visit.give(pupil, **changes)
    assert caught.value.key == "vaccination.cannot_give"
    return str(caught.value.values["reason"])


def form(visit: VaccinationVisit) -> Standing[Consent]:
    (one,) = visit.found(Consent)
    return one


def test_a_refusal_in_either_version_of_a_form_blocks(visit: VaccinationVisit) -> None:
    finn = visit.pupil()
    visit.consent(finn)
    was = form(visit)
    no = replace_body(was.body, choice=ConsentChoice.REFUSAL)
    yes = replace_body(was.body, relation="mama")
    apart(visit, was, no, yes, pupil=finn)

    assert "twee versies" in forced(visit, finn)


def test_a_form_that_one_laptop_withdrew_and_another_changed_lets_nothing_through(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    visit.consent(finn)
    was = form(visit)
    apart(
        visit,
        was,
        replace_body(was.body, relation="mama"),
        was.body,
        pupil=finn,
        status=RevisionStatus.WITHDRAWN,
    )

    assert "twee versies" in forced(visit, finn)


def forced(visit: VaccinationVisit, pupil: PupilOnVisit) -> str:
    """The pupil waits for a person who chooses; also a doctor's order lifts nothing."""
    (plan,) = [one for one in visit.view(pupil).plan.vaccines if one.vaccine == "dTpa"]
    assert plan.state is PlanState.DOCTOR
    record_order(visit.desk(MAES), pupil, ("dTpa",), "mag")
    return reason(visit, pupil)


def test_a_dose_that_one_of_two_versions_says_was_given_is_not_given_again(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    visit.consent(finn)
    visit.dose(finn.pupil_id, "Boostrix", "2026-10-05")
    was = next(one for one in visit.found(Dose) if one.body.product == "Boostrix")
    not_given = replace_body(was.body, status=DoseStatus.NOT_GIVEN, reason=NotGivenReason.ILL)
    apart(visit, was, replace_body(was.body, country="BE"), not_given, pupil=finn)

    assert "twee versies" in forced(visit, finn)


def test_two_versions_of_a_dose_that_say_the_same_of_the_vaccine_block_nothing(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    visit.consent(finn)
    was = next(one for one in visit.found(Dose) if one.body.product == "Tetravac")
    apart(
        visit,
        was,
        replace_body(was.body, country="BE"),
        replace_body(was.body, lot="X1"),
        pupil=finn,
    )
    visit.give(finn)


def test_a_form_of_a_newer_program_lets_nothing_through(visit: VaccinationVisit) -> None:
    finn = visit.pupil()
    visit.consent(finn)
    with visit.station.vault.write() as work:
        newer = visit.station.revision(
            work,
            replace_body(form(visit).body, choice=ConsentChoice.REFUSAL, relation="vader"),
            pupil_id=finn.pupil_id,
        )
        work.add(replace_body(newer, kind_version=newer.kind_version + 1))

    assert "nieuwer programma" in forced(visit, finn)


def test_a_lot_that_one_of_two_versions_sets_apart_is_not_used(visit: VaccinationVisit) -> None:
    finn = visit.pupil()
    visit.consent(finn)
    (was,) = visit.found(Lot)
    warm = replace_body(was.body, quarantined="9,4 °C op 23 nov 2026")
    apart(visit, was, warm, replace_body(was.body, gtin="05413868120257"))

    assert visit.view(finn).rows[0].lots == ()


@pytest.mark.parametrize("is_fork", [False, True])
def test_a_lot_whose_expiry_was_put_right_after_it_went_along_is_not_used(
    visit: VaccinationVisit, is_fork: bool
) -> None:
    finn = visit.pupil()
    visit.consent(finn)
    (was,) = visit.found(Lot)
    right = replace_body(was.body, expires_on=date(2026, 10, 31))
    other = [replace_body(was.body, gtin="05413868120257")] if is_fork else []
    apart(visit, was, right, *other)

    assert visit.view(finn).rows[0].lots == ()


def test_an_order_that_one_doctor_withdrew_and_another_changed_is_no_order(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    visit.consent(finn, yes=("allergy",))
    record_order(visit.desk(MAES), finn, ("dTpa",), "mag")
    (was,) = visit.found(DoctorOrder)
    apart(
        visit,
        was,
        replace_body(was.body, reason="mag zeker"),
        was.body,
        pupil=finn,
        status=RevisionStatus.WITHDRAWN,
    )
    assert "Alleen een arts" in reason(visit, finn)


def test_a_standing_order_with_two_versions_covers_no_nurse(visit: VaccinationVisit) -> None:
    finn = visit.pupil()
    visit.consent(finn)
    (was,) = visit.found(StandingOrder)
    ended = replace_body(was.body, valid_until=date(2026, 11, 1))
    apart(visit, was, ended, replace_body(was.body, title="order 2026"))
    assert "geen geldig order" in reason(visit, finn)


# --- consents whose days are strange ---


def test_a_yes_dated_in_the_future_does_not_outlive_the_refusal_of_today(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    visit.consent(finn, signed_on=date(2027, 11, 2))
    visit.consent(finn, choice=ConsentChoice.REFUSAL, signed_on=date(2026, 11, 23))
    (plan,) = [one for one in visit.view(finn).plan.vaccines if one.vaccine == "dTpa"]
    assert plan.state is not PlanState.PLANNED


@pytest.mark.parametrize("received_on, takes_back", [(date(2026, 11, 4), False), (LATER, True)])
def test_a_yes_without_a_date_takes_back_only_a_refusal_that_came_in_before_it(
    visit: VaccinationVisit, received_on: date, takes_back: bool
) -> None:
    finn = visit.pupil()
    visit.consent(finn, choice=ConsentChoice.REFUSAL, signed_on=date(2026, 11, 1))
    body = replace_body(form(visit).body, choice=ConsentChoice.CLB, signed_on=None)
    visit.save(replace_body(body, received_on=received_on), pupil_id=finn.pupil_id)
    (plan,) = [one for one in visit.view(finn).plan.vaccines if one.vaccine == "dTpa"]
    assert (plan.state is PlanState.PLANNED) is takes_back


def test_a_yes_by_telephone_takes_no_refusal_back(visit: VaccinationVisit) -> None:
    finn = visit.pupil()
    visit.consent(finn, relation="vader")
    visit.consent(finn, choice=ConsentChoice.REFUSAL, signed_on=date(2026, 11, 10))
    visit.consent(finn, channel=ConsentChannel.TELEPHONE, signed_on=LATER)
    (plan,) = [one for one in visit.view(finn).plan.vaccines if one.vaccine == "dTpa"]
    assert plan.consent.state is ConsentState.CONFLICT


def test_a_yes_by_telephone_leaves_the_written_one_as_it_is(visit: VaccinationVisit) -> None:
    finn = visit.pupil()
    visit.consent(finn)
    visit.consent(finn, channel=ConsentChannel.TELEPHONE, signed_on=LATER)
    (plan,) = [one for one in visit.view(finn).plan.vaccines if one.vaccine == "dTpa"]
    assert plan.consent.state is ConsentState.CLB


def test_a_parent_decides_no_more_for_a_pupil_of_eighteen(visit: VaccinationVisit) -> None:
    nora = visit.pupil("Nora", birth=date(2008, 11, 23), stage="S6")
    visit.consent(nora)
    plan = next(one for one in visit.view(nora).plan.vaccines if one.vaccine == "dTpa")
    assert plan.state is PlanState.NOT
    assert "beslist zelf" in plan.consent.text


# --- the needle itself ---


def test_a_refusal_of_the_pupil_noted_at_another_table_is_not_written_over(
    visit: VaccinationVisit,
) -> None:
    visit.open_session(ELS)
    finn = visit.pupil()
    visit.consent(finn)
    view = visit.view(finn, ELS)
    no = (RowEntry("dTpa", give=False, reason=NotGivenReason.PUPIL_REFUSES),)
    record_vaccination(visit.desk(ELS), view, full_entry(view, rows=no), view.base)

    now = visit.view(finn, AN)
    with pytest.raises(Refused) as caught:
        record_vaccination(visit.desk(), now, full_entry(now), now.base, reason="toch")
    assert "Weigering van de leerling genoteerd" in str(caught.value.values["reason"])


def test_two_vaccines_with_the_same_antigen_do_not_go_in_at_once(tmp_path: Path) -> None:
    with opened_visit(tmp_path, vaccines=("DTPa-IPV", "IPV")) as visit:
        visit.lot("DTPa-IPV", "Tetravac", "T1")
        visit.lot("IPV", "Imovax Polio", "I1")
        visit.open_session(MAES)
        mila = visit.pupil("Mila", birth=date(2020, 4, 9), stage="L1", history=False)
        for on in ("2020-06-04", "2020-07-02", "2020-07-30", "2021-07-15"):
            visit.dose(mila.pupil_id, "Infanrix", on)
        visit.dose(mila.pupil_id, "Imovax Polio", "2021")
        visit.consent(mila, "DTPa-IPV", "IPV")
        view = visit.view(mila, MAES)
        assert [row.vaccine for row in view.rows] == ["DTPa-IPV", "IPV"]
        decided = dict.fromkeys(("DTPa-IPV", "IPV"), DoctorDecision.MAY_TODAY)
        entry = full_entry(view, decisions=decided, doctor_reason="mag")
        with pytest.raises(Refused) as caught:
            record_vaccination(visit.desk(MAES), view, entry, view.base)
        assert "IPV" in str(caught.value.values["reason"])
        assert len([one for one in visit.found(Dose) if one.revision.visit_id == VISIT]) == 0


def test_a_session_that_one_of_two_versions_closed_takes_no_dose(visit: VaccinationVisit) -> None:
    finn = visit.pupil()
    visit.consent(finn)
    (was,) = visit.found(VaccinationSession)
    closed = replace_body(was.body, closed_at=visit.station.clock.now(), closed_by=MAES.staff_id)
    apart(visit, was, closed, replace_body(was.body, registrar=ELS.staff_id))

    with pytest.raises(Refused, match=r"vaccination\.session_closed"):
        visit.give(finn)

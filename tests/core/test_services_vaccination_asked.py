"""What was asked before a needle: whose yes it was, on which day, and what a later yes undoes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace as replace_body

from clbdesk.domain.doctor_order import DoctorOrder
from clbdesk.domain.people import Pupil
from clbdesk.domain.vaccination import (
    Consent,
    DoctorDecision,
    Dose,
    DoseStatus,
    NotGivenReason,
    Prescreen,
)
from clbdesk.errors import Refused
from clbdesk.ids import PupilId, StaffId
from clbdesk.services.class_list import open_class_list
from clbdesk.services.pupil import PupilOnVisit
from clbdesk.services.records import withdraw
from clbdesk.services.vaccination import VaccinationView
from clbdesk.services.vaccination_entry import RowEntry, VaccinationEntry
from clbdesk.services.vaccination_saving import record_vaccination
from clbdesk.standards.vaccination.prescreen import decision_on, questions_for
from tests.builders.vaccination_visit import (
    AN,
    ELS,
    MAES,
    VISIT,
    VaccinationVisit,
    full_entry,
    opened_visit,
)

MAY, NOT = DoctorDecision.MAY_TODAY, DoctorDecision.NOT_GIVEN
ONLY_DTPA = (RowEntry("dTpa", give=True, side="left"),)
ILL = tuple(
    RowEntry(one, give=False, reason=NotGivenReason.ILL, side="left") for one in ("dTpa", "HPV")
)


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[VaccinationVisit]:
    """A session of a nurse and one of a doctor, with dTpa and HPV."""
    with opened_visit(tmp_path) as made:
        made.lot("dTpa", "Boostrix", "AC37B2210")
        made.lot("HPV", "Gardasil 9", "X098765")
        made.open_session(MAES)
        made.open_session(AN)
        yield made


@pytest.fixture
def finn(visit: VaccinationVisit) -> PupilOnVisit:
    """Both vaccines are due, and the mother signed for both."""
    pupil = visit.pupil()
    visit.consent(pupil, "dTpa", "HPV")
    return pupil


def answered(entry: VaccinationEntry, *yes: str, **changes: object) -> VaccinationEntry:
    """The form with a yes to these questions."""
    answers = dict(entry.answers or {}) | dict.fromkeys(yes, True)
    return replace(entry, answers=answers, remarks=dict.fromkeys(yes, "latex"), **changes)


def from_elsewhere(
    visit: VaccinationVisit,
    finn: PupilOnVisit,
    *yes: str,
    by: StaffId = ELS.staff_id,
    **more: object,
) -> None:
    """The answers as another post wrote them down."""
    every = questions_for(frozenset({"dTpa", "HPV"}))
    body = Prescreen(
        pupil_id=finn.pupil_id,
        visit_id=VISIT,
        answers={one.id: one.id in yes for one in every},
        remarks=dict.fromkeys(yes, "latex"),
        **more,
    )
    visit.station.staff_id, me = by, visit.station.staff_id
    visit.save(body, pupil_id=finn.pupil_id, visit_id=VISIT)
    visit.station.staff_id = me


def refusal(
    visit: VaccinationVisit, view: VaccinationView, entry: VaccinationEntry, **more: object
) -> str:
    """Why nothing is written."""
    user = {AN.staff_id: AN, MAES.staff_id: MAES}[view.user]
    before = len(visit.found(Dose))
    with pytest.raises(Refused) as caught:
        record_vaccination(visit.desk(user), view, entry, view.base, **more)
    assert len(visit.found(Dose)) == before
    return str(caught.value.values.get("reason", caught.value.key))


def decided(visit: VaccinationVisit, finn: PupilOnVisit) -> None:
    """The doctor knows of a reaction and lets dTpa be given; nothing goes in yet."""
    view = visit.view(finn, MAES)
    entry = answered(full_entry(view, rows=ILL), "reaction")
    entry = replace(entry, decisions={"dTpa": MAY}, doctor_reason="mag")
    record_vaccination(visit.desk(MAES), view, entry, view.base)


def test_a_yes_that_the_desk_noted_meanwhile_stops_the_page_that_was_open(
    visit: VaccinationVisit, finn: PupilOnVisit
) -> None:
    for user in (AN, MAES):
        view = visit.view(finn, user)
        if user is AN:
            from_elsewhere(visit, finn, "allergy")
        assert "met ja beantwoord" in refusal(visit, view, full_entry(view))

    again = visit.view(finn, AN)
    left = tuple(replace(row, reason=NotGivenReason.DOCTOR_DECIDES) for row in ILL)
    record_vaccination(visit.desk(), again, full_entry(again, rows=left), again.base)
    (prescreen,) = visit.found(Prescreen)
    assert prescreen.body.answers["allergy"], "a nurse does not write over the yes of another"
    assert prescreen.body.remarks == {"allergy": "latex"}


def test_a_doctor_looks_past_the_yes_of_another_with_a_reason(
    visit: VaccinationVisit, finn: PupilOnVisit
) -> None:
    from_elsewhere(visit, finn, "allergy")
    view = visit.view(finn, MAES)
    entry = full_entry(view, decisions={"dTpa": MAY, "HPV": MAY}, doctor_reason="vergist")
    record_vaccination(visit.desk(MAES), view, entry, view.base)
    assert {one.body.vaccine for one in visit.found(Dose) if one.body.lot} == {"dTpa", "HPV"}


def test_a_yes_in_another_record_of_the_answers_is_not_passed_over(
    visit: VaccinationVisit, finn: PupilOnVisit
) -> None:
    from_elsewhere(visit, finn, "allergy")
    from_elsewhere(visit, finn, by=AN.staff_id)
    view = visit.view(finn)
    assert "met ja beantwoord" in refusal(visit, view, full_entry(view))


def test_a_yes_after_the_decision_of_a_doctor_is_for_the_doctor_again(
    visit: VaccinationVisit, finn: PupilOnVisit
) -> None:
    decided(visit, finn)
    view = visit.view(finn)
    entry = answered(full_entry(view, rows=ONLY_DTPA), "reaction", "allergy")
    assert "Alleen een arts" in refusal(visit, view, entry, reason="toch")

    same = answered(full_entry(view, rows=ONLY_DTPA), "reaction")
    record_vaccination(visit.desk(), view, same, view.base, reason="mag van de arts")
    (dose,) = [one.body for one in visit.found(Dose) if one.body.lot]
    assert dose.vaccine == "dTpa"
    (prescreen,) = visit.found(Prescreen)
    assert decision_on(prescreen.body, "dTpa") is MAY


def test_what_one_doctor_decided_against_no_open_page_of_another_lets_through(
    visit: VaccinationVisit, finn: PupilOnVisit
) -> None:
    view = visit.view(finn, MAES)
    from_elsewhere(
        visit,
        finn,
        decisions={"HPV": NOT},
        doctor_reason="gesprek",
        doctor_id=StaffId("staff-aerts"),
    )
    assert "Een arts besliste over HPV" in refusal(visit, view, full_entry(view))


def test_on_another_day_it_is_asked_anew_and_mag_vandaag_is_over(
    visit: VaccinationVisit, finn: PupilOnVisit
) -> None:
    decided(visit, finn)
    assert not visit.view(finn).is_of_another_day
    visit.station.clock.advance(timedelta(days=1))
    view = visit.view(finn)
    assert view.is_of_another_day
    entry = answered(full_entry(view, rows=ONLY_DTPA), "reaction")
    assert "Alleen een arts" in refusal(visit, view, entry, reason="toch gekomen")

    well = full_entry(view, rows=ONLY_DTPA)
    record_vaccination(visit.desk(), view, well, view.base, reason="toch gekomen")
    visit.station.clock.advance(timedelta(days=1))
    assert not visit.view(finn).is_of_another_day, "what stands beside a needle stays"


def test_a_pupil_who_refused_today_is_not_asked_again_at_another_visit_or_in_another_version(
    visit: VaccinationVisit, finn: PupilOnVisit
) -> None:
    refused = Dose(
        pupil_id=finn.pupil_id,
        status=DoseStatus.NOT_GIVEN,
        reason=NotGivenReason.PUPIL_REFUSES,
        vaccine="dTpa",
        on="2026-11-23",
    )
    other = visit.save(refused, pupil_id=finn.pupil_id, visit_id="visit-2")
    view = visit.view(finn)
    assert "Weigering van de leerling" in refusal(visit, view, full_entry(view))

    newer = replace_body(refused, reason=NotGivenReason.ILL)
    visit.save(newer, pupil_id=finn.pupil_id, visit_id="visit-2", record_id=other)
    view = visit.view(finn)
    assert "Weigering van de leerling" in refusal(visit, view, full_entry(view))


def test_an_order_for_the_day_of_a_later_visit_holds_nothing_today(
    visit: VaccinationVisit, finn: PupilOnVisit
) -> None:
    visit.consent(finn, "dTpa", relation="vader", yes=("allergy",))
    later = DoctorOrder(
        pupil_id=finn.pupil_id,
        doctor_id=MAES.staff_id,
        vaccines=("dTpa",),
        reason="na overleg, op dat bezoek",
        valid_until=date(2026, 12, 21),
    )
    visit.save(later, pupil_id=finn.pupil_id, visit_id="visit-2")
    view = visit.view(finn)
    assert "Alleen een arts" in refusal(visit, view, full_entry(view, rows=ONLY_DTPA))
    (row,) = open_class_list(visit.desk(), VISIT).rows
    assert row.vaccination is not None
    assert [one.vaccine for one in row.vaccination.vaccines if one.waits_for_doctor] == ["dTpa"]

    today = replace_body(later, valid_until=date(2026, 11, 23))
    visit.save(today, pupil_id=finn.pupil_id, visit_id="visit-2")
    visit.give(finn, rows=ONLY_DTPA)
    assert [one.body.vaccine for one in visit.found(Dose) if one.body.lot] == ["dTpa"]


def test_a_birthday_that_was_put_right_while_the_page_was_open_is_asked_again(
    visit: VaccinationVisit, finn: PupilOnVisit
) -> None:
    view = visit.view(finn)
    other = replace_body(finn.pupil, birth_date=date(2012, 5, 11))
    (before,) = (one for one in visit.found(Pupil) if PupilId(one.record_id) == finn.pupil_id)
    visit.save(other, pupil_id=finn.pupil_id, record_id=finn.pupil_id, base=before.base)
    assert "9 april" in refusal(visit, view, full_entry(view))


def test_a_form_that_was_withdrawn_in_the_dossier_stops_the_page_that_was_open(
    visit: VaccinationVisit, finn: PupilOnVisit
) -> None:
    view = visit.view(finn)
    (form,) = visit.found(Consent)
    withdraw(visit.desk(), [form.record_id], "de moeder trekt haar toestemming in")
    assert refusal(visit, view, full_entry(view)) == "vaccination.changed"
    assert visit.view(finn).rows == ()

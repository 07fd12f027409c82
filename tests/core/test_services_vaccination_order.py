"""The order of a doctor for one pupil: what it lifts for a nurse later, and what it never lifts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clbdesk.domain.doctor_order import DoctorOrder
from clbdesk.domain.vaccination import ConsentChoice, ConsentGiver, Dose
from clbdesk.errors import Refused
from clbdesk.services.class_list import open_class_list
from clbdesk.services.desk import User
from clbdesk.services.pupil import PupilOnVisit
from clbdesk.services.reading import Standing
from clbdesk.services.records import undo_in
from clbdesk.services.vaccination_lines import consent_lines
from clbdesk.services.vaccination_order import record_order, withdraw_order
from clbdesk.services.vaccination_plan import PlanGroup
from clbdesk.services.vaccination_saving import record_vaccination
from clbdesk.standards.vaccination.prescreen import questions_for
from tests.builders.vaccination_visit import (
    AN,
    MAES,
    TODAY,
    VISIT,
    VaccinationVisit,
    dtpa_session,
    full_entry,
)


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[VaccinationVisit]:
    """A session for dTpa, and no standing order."""
    with dtpa_session(tmp_path, order=False, vaccines=("dTpa",)) as made:
        yield made


def group_of(visit: VaccinationVisit) -> PlanGroup:
    (row,) = open_class_list(visit.desk(), VISIT).rows
    assert row.vaccination is not None
    return row.vaccination.group


def order(visit: VaccinationVisit, pupil: PupilOnVisit) -> Standing[DoctorOrder]:
    record_order(visit.desk(MAES), pupil, ("dTpa",), "latexvrij materiaal gebruiken")
    (found,) = visit.found(DoctorOrder)
    return found


def test_a_yes_on_the_form_is_looked_at_beforehand_and_a_nurse_gives_it_under_that_order(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa", yes=("allergy",))
    assert group_of(visit) is PlanGroup.WAITS
    (line,) = consent_lines(visit.view(finn, MAES))
    assert line.text == "voor dTpa · moeder · 02 nov 2026 · met ja: allergie"

    ordered = order(visit, finn)
    assert (ordered.body.doctor_id, ordered.body.valid_until) == (MAES.staff_id, TODAY)
    assert group_of(visit) is PlanGroup.TO_GIVE
    visit.give(finn, AN)

    (dose,) = [one.body for one in visit.found(Dose) if one.body.lot]
    assert dose.order_id == ordered.record_id


def test_without_any_order_a_nurse_gives_nothing(visit: VaccinationVisit) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa")
    with pytest.raises(Refused) as caught:
        visit.give(finn, AN)
    assert "geen geldig order" in str(caught.value.values["reason"])


def test_an_answer_of_the_day_itself_is_lifted_by_no_order_of_before(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa", yes=("allergy",))
    order(visit, finn)
    view = visit.view(finn)
    answers = {one.id: one.id == "ill" for one in questions_for(frozenset({"dTpa"}))}
    with pytest.raises(Refused) as caught:
        record_vaccination(visit.desk(), view, full_entry(view, answers=answers), view.base)
    assert "Alleen een arts" in str(caught.value.values["reason"])


@pytest.mark.parametrize("choice", [ConsentChoice.REFUSAL, None])
def test_an_order_lifts_no_refusal_and_stands_for_no_consent(
    visit: VaccinationVisit, choice: ConsentChoice | None
) -> None:
    finn = visit.pupil()
    if choice is not None:
        visit.consent(finn, "dTpa", choice=choice)
    order(visit, finn)
    assert group_of(visit) is PlanGroup.NOT


def test_two_parents_who_differ_stay_with_the_doctor(visit: VaccinationVisit) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa")
    visit.consent(finn, "dTpa", choice=ConsentChoice.REFUSAL, relation="vader")
    order(visit, finn)
    assert group_of(visit) is PlanGroup.WAITS
    with pytest.raises(Refused) as caught:
        visit.give(finn, AN)
    assert "tegenstrijdig" in str(caught.value.values["reason"])


def test_a_capable_minor_alone_is_for_the_doctor_who_orders(visit: VaccinationVisit) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa", giver=ConsentGiver.CAPABLE_MINOR, relation="")
    assert group_of(visit) is PlanGroup.WAITS
    order(visit, finn)
    visit.give(finn, AN)
    assert group_of(visit) is PlanGroup.TO_GIVE


@pytest.mark.parametrize(
    "user, reason, key",
    [
        (AN, "mag", "vaccination.order_by_doctor"),
        (MAES, " ", "vaccination.order_reason"),
    ],
)
def test_only_a_doctor_orders_and_says_why(
    visit: VaccinationVisit, user: object, reason: str, key: str
) -> None:
    finn = visit.pupil()
    with pytest.raises(Refused) as caught:
        record_order(visit.desk(user), finn, ("dTpa",), reason)
    assert caught.value.key == key
    assert visit.found(DoctorOrder) == []


def test_a_doctor_withdraws_an_order_with_a_reason_and_the_page_of_the_nurse_blocks(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa", yes=("allergy",))
    order(visit, finn)
    record_order(visit.desk(MAES), finn, ("dTpa",), "nog eens")
    typed = visit.view(finn)

    withdraw_order(visit.desk(MAES), finn, ("dTpa",), "toch ernstige allergie")

    assert group_of(visit) is PlanGroup.WAITS, "every order about it, however often it was given"
    with pytest.raises(Refused) as caught:
        record_vaccination(visit.desk(), typed, full_entry(typed), typed.base)
    assert caught.value.key == "vaccination.changed"
    with pytest.raises(Refused, match=r"vaccination\.cannot_give"):
        visit.give(finn, AN)


def test_what_was_given_under_an_order_keeps_it_when_the_rest_is_withdrawn(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa", yes=("allergy",))
    record_order(visit.desk(MAES), finn, ("dTpa", "HPV"), "mag")
    visit.give(finn, AN)

    withdraw_order(visit.desk(MAES), finn, ("dTpa", "HPV"), "HPV wacht")

    (kept,) = visit.found(DoctorOrder)
    assert kept.body.vaccines == ("dTpa",)
    (dose,) = [one.body for one in visit.found(Dose) if one.body.lot]
    assert dose.order_id == kept.record_id
    with pytest.raises(Refused, match=r"vaccination\.order_none"):
        withdraw_order(visit.desk(MAES), finn, ("dTpa",), "nog eens")


@pytest.mark.parametrize(
    "user, reason, key",
    [
        (AN, "mag niet", "vaccination.order_by_doctor"),
        (MAES, " ", "vaccination.order_reason"),
    ],
)
def test_only_a_doctor_withdraws_an_order_and_says_why(
    visit: VaccinationVisit, user: User, reason: str, key: str
) -> None:
    finn = visit.pupil()
    order(visit, finn)
    with pytest.raises(Refused) as caught:
        withdraw_order(visit.desk(user), finn, ("dTpa",), reason)
    assert caught.value.key == key
    assert len(visit.found(DoctorOrder)) == 1


def test_an_order_that_was_withdrawn_holds_no_more_when_the_dose_given_under_it_is_undone(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa", yes=("allergy",))
    order(visit, finn)
    given = visit.give(finn, AN)
    withdraw_order(visit.desk(MAES), finn, ("dTpa",), "toch ernstige allergie")

    desk = visit.desk()
    with desk.vault.write() as work:
        undo_in(desk, work, given)

    assert group_of(visit) is PlanGroup.WAITS
    with pytest.raises(Refused, match=r"vaccination\.cannot_give"):
        visit.give(finn, AN)


def test_of_an_order_for_two_vaccines_the_one_that_was_not_withdrawn_still_holds(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa", yes=("allergy",))
    record_order(visit.desk(MAES), finn, ("dTpa", "HPV"), "mag")
    given = visit.give(finn, AN)
    withdraw_order(visit.desk(MAES), finn, ("HPV",), "HPV wacht")

    desk = visit.desk()
    with desk.vault.write() as work:
        undo_in(desk, work, given)
    visit.give(finn, AN)

    assert group_of(visit) is PlanGroup.TO_GIVE

"""Doses in a real vault: what is planned, what is refused, what one saving writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace as replace_body

from clbdesk.domain.body import decode
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.vaccination import (
    Consent,
    ConsentChannel,
    ConsentChoice,
    ConsentGiver,
    ConsentReach,
    DoctorDecision,
    Dose,
    DoseStatus,
    NotGivenReason,
    Observation,
    Prescreen,
    StandingOrder,
    VaccinationStatus,
)
from clbdesk.domain.visits import Attendance, AttendanceState
from clbdesk.errors import Defect, Refused
from clbdesk.services.class_list import open_class_list
from clbdesk.services.drafts import undo_to_draft
from clbdesk.services.history import open_history
from clbdesk.services.progress import PupilState, StepState
from clbdesk.services.records import Saved, withdraw
from clbdesk.services.vaccination_entry import RowEntry, VaccinationEntry, conditions
from clbdesk.services.vaccination_lines import advice_lines, consent_lines, history_lines
from clbdesk.services.vaccination_order import record_order
from clbdesk.services.vaccination_plan import PlanGroup, PlanState
from clbdesk.services.vaccination_saving import (
    ConsentEntry,
    observed_until,
    record_consent,
    record_vaccination,
)
from clbdesk.standards.tables import Signature, put_in_force
from clbdesk.standards.vaccination.consent import ConsentState
from tests.builders.vaccination_visit import (
    ELS,
    MAES,
    VISIT,
    VaccinationVisit,
    full_entry,
    opened_visit,
)


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[VaccinationVisit]:
    """A visit with lots of dTpa and HPV, not yet a session."""
    with opened_visit(tmp_path) as made:
        made.lot("dTpa", "Boostrix", "AC37B2210")
        made.lot("HPV", "Gardasil 9", "X098765")
        yield made


def bodies(saved: Saved, kind: str) -> list[object]:
    """What a saving wrote of one kind."""
    return [decode(one.body, KINDS[one.kind].shape) for one in saved.revisions if one.kind == kind]


def kinds_of(saved: Saved) -> Counter[str]:
    """How many records of each kind."""
    return Counter(one.kind for one in saved.revisions)


def refusal(visit: VaccinationVisit, view: object, entry: VaccinationEntry) -> str:
    """The sentence with which saving is refused."""
    with pytest.raises(Refused) as caught:
        record_vaccination(visit.desk(), view, entry, ())
    assert caught.value.key == "vaccination.cannot_give"
    return str(caught.value.values["reason"])


def test_a_dose_that_is_due_with_consent_and_a_lot_is_planned(visit: VaccinationVisit) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa", "HPV")
    visit.open_session()

    rows = visit.view(finn).rows

    assert [(row.vaccine, row.plan.state) for row in rows] == [
        ("dTpa", PlanState.PLANNED),
        ("HPV", PlanState.PLANNED),
    ]
    assert rows[0].lots[0].number == "AC37B2210"
    assert [row.side for row in rows] == ["left", "right"]


def test_without_consent_nothing_is_planned(visit: VaccinationVisit) -> None:
    finn = visit.pupil()
    visit.open_session()

    view = visit.view(finn)

    assert view.rows == ()
    assert view.plan.group is PlanGroup.NOT
    assert consent_lines(view)[0].state is ConsentState.NONE


def test_one_saving_writes_identity_questions_doses_and_observation(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    consent = visit.consent(finn, "dTpa", "HPV")
    session = visit.open_session()
    view = visit.view(finn)

    saved = record_vaccination(visit.desk(), view, full_entry(view), view.base).value

    assert kinds_of(saved) == {
        "dose": 2,
        "identity_check": 1,
        "prescreen": 1,
        "observation": 1,
        "attendance": 1,
    }
    dose = bodies(saved, "dose")[0]
    assert isinstance(dose, Dose)
    assert (dose.vaccine, dose.product, dose.lot) == ("dTpa", "Boostrix", "AC37B2210")
    assert dose.expires_on == date(2027, 5, 31)
    assert (dose.route, dose.site, dose.side) == ("IM", "upper_arm", "left")
    assert dose.amount_ml == Decimal("0.5")
    assert dose.dose_number == 6
    assert dose.given_at == visit.station.clock.now()
    assert (dose.consent_id, dose.session_id) == (consent, session)
    assert dose.order_id is not None
    assert dose.vaccinator == "staff-an"
    assert dose.doctor == MAES.staff_id
    assert dose.judgements[0].rule_id
    observation = bodies(saved, "observation")[0]
    assert isinstance(observation, Observation)
    assert observation.until - observation.started_at == timedelta(minutes=15)
    assert observed_until(saved) == observation.until


def test_everything_of_a_saving_is_taken_back_by_undo(visit: VaccinationVisit) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa")
    visit.open_session()
    view = visit.view(finn)
    saved = record_vaccination(visit.desk(), view, full_entry(view), view.base).value

    undo_to_draft(visit.desk(), saved, finn.form("vaccination"), finn.where, None)

    again = visit.view(finn)
    assert not again.is_saved
    assert again.saved.revisions == ()
    assert again.rows[0].plan.state is PlanState.PLANNED


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"typed": "0101"}, "1 januari hoort niet bij Finn Peeters."),
        ({"typed": ""}, "Vul de geboortedag en -maand in."),
        ({"confirmed_by": ""}, "Kies wie de identiteit bevestigt."),
        ({"answers": {}}, "Nog 7 vragen te beantwoorden."),
    ],
)
def test_identity_and_questions_stand_in_the_way_of_a_dose(
    visit: VaccinationVisit, changes: dict[str, object], words: str
) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa")
    visit.open_session()
    view = visit.view(finn)

    assert words in refusal(visit, view, full_entry(view, **changes))
    assert visit.view(finn).saved.revisions == ()


def test_a_yes_is_for_a_doctor_and_a_nurse_cannot_decide(visit: VaccinationVisit) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa")
    visit.open_session()
    view = visit.view(finn)
    entry = full_entry(view)
    answers = {**(entry.answers or {}), "allergy": True}
    decided = replace(
        entry,
        answers=answers,
        decisions=dict.fromkeys(("dTpa", "HPV"), DoctorDecision.MAY_TODAY),
        doctor_reason="mag",
    )

    assert "Vraag 4 is met ja beantwoord." in refusal(visit, view, decided)


def test_a_doctor_decides_with_a_reason_and_the_decision_is_kept(visit: VaccinationVisit) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa")
    visit.open_session(MAES)
    desk, view = visit.desk(MAES), visit.view(finn, MAES)
    entry = full_entry(view)
    answers = {**(entry.answers or {}), "allergy": True}
    decided = replace(
        entry,
        answers=answers,
        remarks={"allergy": "pleisters"},
        decisions=dict.fromkeys(("dTpa", "HPV"), DoctorDecision.MAY_TODAY),
        doctor_reason="geen latex in dit vaccin",
    )

    saved = record_vaccination(desk, view, decided, view.base).value

    prescreen = bodies(saved, "prescreen")[0]
    assert isinstance(prescreen, Prescreen)
    assert prescreen.doctor_id == MAES.staff_id
    assert prescreen.doctor_reason == "geen latex in dit vaccin"
    dose = bodies(saved, "dose")[0]
    assert isinstance(dose, Dose)
    assert dose.order_id is None  # a doctor registers without an order


def test_a_nurse_gives_nothing_without_an_order(tmp_path: Path) -> None:
    with opened_visit(tmp_path, order=False) as visit:
        visit.lot("dTpa", "Boostrix", "AC37B2210")
        finn = visit.pupil()
        visit.consent(finn, "dTpa")
        visit.open_session()
        view = visit.view(finn)

        assert "Er is geen geldig order voor dTpa op ma 23 nov." in refusal(
            visit, view, full_entry(view)
        )


def test_a_dose_stands_under_the_order_that_was_chosen_for_the_session(
    visit: VaccinationVisit,
) -> None:
    chosen = visit.save(replace_body(visit.found(StandingOrder)[0].body, title="order dr. Aerts"))
    too_old = visit.save(
        replace_body(visit.found(StandingOrder)[0].body, valid_until=date(2026, 11, 1))
    )
    finn, lena = visit.pupil(), visit.pupil("Lena")
    for pupil in (finn, lena):
        visit.consent(pupil, "dTpa")

    visit.open_session(order_id=chosen)
    view = visit.view(finn)
    words = [one.text for one in conditions(view, full_entry(view))["dTpa"] if one.name == "order"]
    assert "order dr. Aerts" in words[0]
    (dose,) = bodies(visit.give(finn), "dose")
    assert isinstance(dose, Dose)
    assert dose.order_id == chosen

    visit.open_session(order_id=too_old)
    (dose,) = bodies(visit.give(lena), "dose")
    assert isinstance(dose, Dose)
    assert dose.order_id not in {None, too_old}


def withdrawn() -> ConsentEntry:
    """The mother phones on the day itself."""
    return ConsentEntry(
        choice=ConsentChoice.WITHDRAWAL,
        vaccines=("dTpa",),
        giver=ConsentGiver.PARENT,
        giver_name="moeder Peeters",
        relation="moeder",
        channel=ConsentChannel.TELEPHONE,
        signed_on=None,
        received_on=date(2026, 11, 23),
        health_answers={"allergy": False, "reaction": True},
    )


def test_a_withdrawal_is_an_event_beside_the_form_and_a_new_form_may_follow(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa", yes=("allergy",))
    visit.open_session()
    record_consent(visit.desk(), finn, withdrawn())

    view = visit.view(finn)
    assert [one.body.choice for one in visit.found(Consent)] == [
        ConsentChoice.CLB,
        ConsentChoice.WITHDRAWAL,
    ]
    assert view.facts.consents[1].body.withdrawn_on == date(2026, 11, 23)
    assert view.facts.consents[1].body.health_answers == {"reaction": True}
    assert view.plan.vaccines[0].consent.told, "an allergy is no less known for it"
    said = [line.text for line in consent_lines(view) if line.state is ConsentState.WITHDRAWAL]
    assert said[0].startswith("Toestemming ingetrokken op 23 nov 2026 (moeder).")

    history = open_history(visit.desk(), VISIT, finn.pupil_id)
    about = [row.about for row in history.rows if row.kind == "consent"]
    assert about == ["dTpa · ingetrokken op 23 nov 2026", "dTpa"]

    visit.station.clock.advance(timedelta(days=1))
    again = replace(
        withdrawn(),
        choice=ConsentChoice.CLB,
        channel=ConsentChannel.PAPER,
        received_on=date(2026, 11, 24),
        signed_on=date(2026, 11, 24),
    )
    record_consent(visit.desk(), finn, again)
    assert visit.view(finn).plan.vaccines[0].consent.state is ConsentState.CLB


def test_a_consent_that_was_withdrawn_stops_the_needle(visit: VaccinationVisit) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa")
    visit.open_session()
    view = visit.view(finn)

    record_consent(visit.desk(ELS), finn, withdrawn())

    with pytest.raises(Refused) as caught:
        record_vaccination(visit.desk(), view, full_entry(view), view.base)
    assert caught.value.key == "vaccination.changed"
    assert caught.value.values["what"] == "de toestemming"
    again = visit.view(finn)
    assert again.plan.group is PlanGroup.NOT
    assert again.plan.vaccines[0].consent.state is ConsentState.WITHDRAWAL
    forced = replace(again, rows=view.rows)
    (condition,) = [
        one for one in conditions(forced, full_entry(view))["dTpa"] if one.name == "consent"
    ]
    assert not condition.met
    assert not condition.for_doctor
    assert not [one for one in visit.found(Dose) if one.body.lot]


def test_nothing_is_given_before_the_kit_was_looked_at(visit: VaccinationVisit) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa")
    visit.open_session(kit=False)
    view = visit.view(finn)

    assert "De noodset is niet nagekeken." in refusal(visit, view, full_entry(view))


def test_nothing_is_given_without_a_session(visit: VaccinationVisit) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa")
    view = visit.view(finn)

    assert "geen vaccinatiesessie geopend" in refusal(visit, view, full_entry(view))


@pytest.mark.parametrize(
    "form, state",
    [
        ({"choice": ConsentChoice.REFUSAL}, ConsentState.REFUSAL),
        ({"choice": ConsentChoice.GP}, ConsentState.GP),
        ({"channel": ConsentChannel.TELEPHONE}, ConsentState.TELEPHONE_ONLY),
    ],
)
def test_only_a_written_yes_for_the_clb_plans_a_dose(
    visit: VaccinationVisit, form: dict[str, object], state: ConsentState
) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa", **form)
    visit.open_session()

    view = visit.view(finn)

    assert view.rows == ()
    assert {line.state for line in consent_lines(view)} >= {state}


def test_two_parents_who_differ_leave_it_to_a_doctor_and_stop_the_needle(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa")
    visit.consent(finn, "dTpa", choice=ConsentChoice.REFUSAL, relation="vader")
    visit.open_session()
    view = visit.view(finn)

    assert view.plan.group is PlanGroup.WAITS
    assert "Toestemming tegenstrijdig" in refusal(visit, view, full_entry(view))


def test_a_minor_who_signs_alone_is_for_a_doctor(visit: VaccinationVisit) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa", giver=ConsentGiver.CAPABLE_MINOR, relation="")
    visit.open_session()
    view = visit.view(finn)

    assert view.plan.group is PlanGroup.WAITS
    assert "Een arts beoordeelt" in refusal(visit, view, full_entry(view))


def test_a_yes_on_the_form_waits_for_a_doctor_whatever_is_answered_today(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa", yes=("immunity",))
    visit.open_session()
    view = visit.view(finn)

    assert view.plan.group is PlanGroup.WAITS
    assert "Op het formulier is een vraag met ja beantwoord." in refusal(
        visit, view, full_entry(view)
    )


@pytest.mark.parametrize("told_first", [True, False])
def test_a_yes_of_one_parent_waits_for_a_doctor_whatever_the_other_answered(
    visit: VaccinationVisit, *, told_first: bool
) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa", yes=("allergy",), signed_on=date(2026, 11, 2 if told_first else 4))
    visit.consent(finn, "dTpa", relation="vader", signed_on=date(2026, 11, 3))
    visit.open_session()
    view = visit.view(finn)

    assert view.plan.group is PlanGroup.WAITS
    assert "Op het formulier is een vraag met ja beantwoord." in refusal(
        visit, view, full_entry(view)
    )
    line = consent_lines(view)[0].text
    later = "vader · 03 nov 2026 · met ja: allergie (moeder)"
    assert (
        line == f"voor dTpa · {later if told_first else 'moeder · 04 nov 2026 · met ja: allergie'}"
    )


def test_a_rule_that_nobody_signed_leaves_the_dose_to_a_doctor(visit: VaccinationVisit) -> None:
    """The booster of the first grade rests on rows that are not confirmed (DTP-5)."""
    finn = visit.pupil(history=False)
    for product, on in (
        ("Hexyon", "2012-06-04"),
        ("Hexyon", "2012-07-02"),
        ("Hexyon", "2012-07-30"),
        ("Hexyon", "2013-07-15"),
    ):
        visit.dose(finn.pupil_id, product, on)
    visit.consent(finn, "dTpa")
    visit.open_session()
    view = visit.view(finn)

    assert view.plan.group is PlanGroup.WAITS
    assert "Arts beslist – geen bevestigde regel (DTP-5)" in refusal(visit, view, full_entry(view))


def test_a_dose_in_the_history_that_nobody_knows_is_shown_and_left_to_a_doctor(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    visit.dose(finn.pupil_id, "Onbekendrix", "2019-05-05")
    visit.consent(finn, "dTpa")
    visit.open_session()
    view = visit.view(finn)

    assert history_lines(view)[-1].vaccine == "Onbekendrix"
    assert "Onbekendrix in de historiek is niet gekend." in refusal(visit, view, full_entry(view))


def test_the_same_dose_of_today_from_elsewhere_is_refused_as_double(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa")
    visit.open_session()
    entry = full_entry(visit.view(finn))
    visit.dose(finn.pupil_id, "Boostrix", "2026-11-18")

    view = visit.view(finn)

    assert view.plan.judged.advice[0].state == "complete"
    assert view.rows == ()
    with pytest.raises(Defect):
        record_vaccination(visit.desk(), view, entry, view.base)


def test_what_changed_while_the_page_was_open_is_named_and_nothing_is_written(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa")
    visit.open_session()
    view = visit.view(finn)
    refused = ConsentEntry(
        choice=ConsentChoice.REFUSAL,
        vaccines=("dTpa",),
        giver=ConsentGiver.PARENT,
        giver_name="vader Peeters",
        relation="vader",
        channel=ConsentChannel.PAPER,
        signed_on=date(2026, 11, 23),
        received_on=date(2026, 11, 23),
        health_answers={},
    )
    record_consent(visit.desk(ELS), finn, refused)

    with pytest.raises(Refused) as caught:
        record_vaccination(visit.desk(), view, full_entry(view), view.base)

    assert caught.value.key == "vaccination.changed"
    assert caught.value.values == {"what": "de toestemming", "who": "Els Claes"}
    assert visit.view(finn).saved.revisions == ()


def test_not_given_because_absent_marks_the_pupil_absent_and_asks_no_questions(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa")
    visit.open_session()
    view = visit.view(finn)
    entry = VaccinationEntry(rows=(RowEntry("dTpa", give=False, reason=NotGivenReason.ABSENT),))

    saved = record_vaccination(visit.desk(), view, entry, view.base).value

    assert kinds_of(saved) == {"dose": 1, "attendance": 1}
    dose, attendance = bodies(saved, "dose")[0], bodies(saved, "attendance")[0]
    assert isinstance(dose, Dose)
    assert (dose.status, dose.reason) == (DoseStatus.NOT_GIVEN, NotGivenReason.ABSENT)
    assert isinstance(attendance, Attendance)
    assert attendance.state is AttendanceState.ABSENT


def test_the_step_is_done_when_every_planned_vaccine_has_a_fact(visit: VaccinationVisit) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa", "HPV")
    visit.open_session()
    states = []
    for wanted in (
        (RowEntry("dTpa", give=False, reason=NotGivenReason.ILL),),
        (RowEntry("HPV", give=False, reason=NotGivenReason.DOCTOR_DECIDES),),
    ):
        (row,) = open_class_list(visit.desk(), VISIT).rows
        states.append(row.steps[0].state)
        view = visit.view(finn)
        record_vaccination(visit.desk(), view, VaccinationEntry(rows=wanted), view.base)
    (row,) = open_class_list(visit.desk(), VISIT).rows
    states.append(row.steps[0].state)

    assert states == [StepState.OPEN, StepState.PARTIAL, StepState.NOT_DONE]
    assert row.state is PupilState.WAITS_FOR_DOCTOR


def test_a_list_that_was_worked_out_before_shows_every_change(visit: VaccinationVisit) -> None:
    desk, finn = visit.desk(), visit.pupil()
    visit.pupil("Ada")
    visit.open_session()

    def seen() -> tuple[PlanGroup, list[PlanState], bool]:
        found = open_class_list(desk, VISIT).rows
        plan = next(row.vaccination for row in found if row.pupil_id == finn.pupil_id)
        assert plan is not None
        return plan.group, [one.state for one in plan.vaccines], plan.vaccines[0].is_given

    not_, planned, doctor = PlanState.NOT, PlanState.PLANNED, PlanState.DOCTOR
    assert seen() == seen() == (PlanGroup.NOT, [not_, not_], False)
    visit.consent(finn, "dTpa", yes=("allergy",))
    assert seen() == (PlanGroup.WAITS, [doctor, not_], False)
    record_order(visit.desk(MAES), finn, ("dTpa",), "mag")
    assert seen() == (PlanGroup.TO_GIVE, [planned, not_], False)
    saved = visit.give(finn)
    assert seen() == (PlanGroup.TO_GIVE, [planned, not_], True)
    dose = next(one.record_id for one in saved.revisions if one.kind == "dose")
    withdraw(visit.desk(), [dose], "verkeerde leerling")
    assert seen() == (PlanGroup.TO_GIVE, [planned, not_], False)
    visit.consent(finn, "dTpa", choice=ConsentChoice.REFUSAL, relation="vader")
    assert seen() == (PlanGroup.WAITS, [doctor, not_], False)
    signature = Signature("FEVER", None, "2024", "Werkkaart", "", "dr. Maes", date(2026, 9, 1))
    put_in_force((signature,))  # any rule of the centre: everything is looked at again
    before = open_class_list(desk, VISIT).rows[0].vaccination
    put_in_force(())
    assert open_class_list(desk, VISIT).rows[0].vaccination is not before
    desk.close()
    assert desk.worked_out == {}


@pytest.mark.parametrize("given_first", [True, False])
def test_of_two_facts_of_one_vaccine_the_dose_that_went_in_counts(
    visit: VaccinationVisit, *, given_first: bool
) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa")
    visit.open_session()
    given = Dose(
        pupil_id=finn.pupil_id,
        status=DoseStatus.GIVEN,
        vaccine="dTpa",
        product="Boostrix",
        lot="AC37B2210",
        on="2026-11-23",
    )
    absent = Dose(
        pupil_id=finn.pupil_id,
        status=DoseStatus.NOT_GIVEN,
        reason=NotGivenReason.ABSENT,
        vaccine="dTpa",
        on="2026-11-23",
    )
    for body in (given, absent) if given_first else (absent, given):
        visit.save(body, pupil_id=finn.pupil_id, visit_id=VISIT)

    (row,) = visit.view(finn).rows

    assert row.plan.is_given
    assert row.saved is not None
    assert row.saved.body == given


def test_looking_at_the_status_records_the_advice_with_its_rules(visit: VaccinationVisit) -> None:
    finn = visit.pupil()
    visit.open_session()
    view = visit.view(finn)

    saved = record_vaccination(visit.desk(), view, VaccinationEntry(), view.base).value

    assert kinds_of(saved) == {"vaccination_status": 1, "attendance": 1}
    status = bodies(saved, "vaccination_status")[0]
    assert isinstance(status, VaccinationStatus)
    assert status.advice["dTpa"] == "due"
    assert {line.vaccine for line in advice_lines(view)} == {
        {"HBV": "hepatitis B"}.get(name, name) for name in status.advice
    }
    assert all(one.rule_id and one.edition for one in status.judgements)
    assert visit.view(finn).is_saved


def test_a_correction_keeps_the_record_and_its_hour(visit: VaccinationVisit) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa")
    visit.open_session()
    view = visit.view(finn)
    first = record_vaccination(visit.desk(), view, full_entry(view), view.base).value
    visit.station.clock.advance(timedelta(minutes=20))
    again = visit.view(finn)
    entry = full_entry(again, rows=(RowEntry("dTpa", give=True, side="right"),))

    saved = record_vaccination(visit.desk(), again, entry, again.base, reason="tikfout").value

    (dose,) = bodies(saved, "dose")
    assert isinstance(dose, Dose)
    before = next(one for one in first.revisions if one.kind == "dose")
    after = next(one for one in saved.revisions if one.kind == "dose")
    assert after.record_id == before.record_id
    assert after.reason == "tikfout"
    assert dose.side == "right"
    assert dose.given_at == decode(before.body, Dose).given_at
    assert kinds_of(saved) == {"dose": 1}


def test_a_dose_withdrawn_with_a_reason_makes_the_pupil_due_again(visit: VaccinationVisit) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa")
    visit.open_session()
    view = visit.view(finn)
    record_vaccination(visit.desk(), view, full_entry(view), view.base)
    records = {one.record_id for one in visit.view(finn).saved.revisions}

    withdraw(visit.desk(), tuple(records), "verkeerde leerling")

    again = visit.view(finn)
    assert again.rows[0].plan.state is PlanState.PLANNED
    assert again.saved.revisions == ()


def test_a_doctor_gives_later_what_a_nurse_left_to_a_doctor(visit: VaccinationVisit) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa")
    visit.open_session()
    visit.open_session(MAES)
    view = visit.view(finn)
    left = VaccinationEntry(
        rows=(RowEntry("dTpa", give=False, reason=NotGivenReason.DOCTOR_DECIDES),)
    )
    record_vaccination(visit.desk(), view, left, view.base)
    again = visit.view(finn, MAES)

    saved = record_vaccination(
        visit.desk(MAES), again, full_entry(again), again.base, reason="aangevuld"
    ).value

    (dose,) = bodies(saved, "dose")
    assert isinstance(dose, Dose)
    assert (dose.status, dose.lot) == (DoseStatus.GIVEN, "AC37B2210")
    assert kinds_of(saved)["observation"] == 1


def test_a_yes_for_the_next_dose_serves_it_and_its_correction_and_no_other(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa", "HPV", reach=ConsentReach.ONE_DOSE)
    visit.open_session()
    view = visit.view(finn)
    assert consent_lines(view)[0].text.startswith("voor dTpa, HPV · alleen de volgende dosis · ")
    record_vaccination(visit.desk(), view, full_entry(view), view.base)

    again = visit.view(finn)
    entry = full_entry(again, rows=(RowEntry("dTpa", give=True, side="right"),))
    assert record_vaccination(
        visit.desk(), again, entry, again.base, reason="tikfout"
    ).value.revisions

    visit.dose(finn.pupil_id, "HPV", "2026-11-10")
    consents = {one.vaccine: one.consent for one in visit.view(finn).plan.vaccines}
    assert consents["dTpa"].state is ConsentState.CLB
    assert consents["HPV"].state is ConsentState.NONE
    assert consents["HPV"].text.startswith("De toestemming gold voor één dosis, en die is gegeven.")

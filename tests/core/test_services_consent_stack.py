"""A stack of forms in a real vault: whom they are of, what one form writes, what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from clbdesk.domain.vaccination import Consent, ConsentChannel, ConsentChoice, ConsentGiver
from clbdesk.errors import Refused
from clbdesk.services.class_list import open_class_list
from clbdesk.services.consent_stack import (
    FormEntry,
    FormRow,
    open_stack,
    record_form,
    take_back,
)
from clbdesk.services.drafts import keep_draft
from clbdesk.services.records import Where
from clbdesk.services.vaccination_plan import PlanGroup
from clbdesk.standards.vaccination.consent import ConsentState, judge_consent
from tests.builders.vaccination_visit import TODAY, VISIT, VaccinationVisit, opened_visit

CLB, REFUSAL = ConsentChoice.CLB, ConsentChoice.REFUSAL


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[VaccinationVisit]:
    """A visit for dTpa and HPV."""
    with opened_visit(tmp_path) as made:
        yield made


def row_of(visit: VaccinationVisit, name: str = "Finn") -> FormRow:
    return next(row for row in open_stack(visit.desk(), VISIT).rows if row.pupil.given_name == name)


def entry(*choices: tuple[str, ConsentChoice], **changes: object) -> FormEntry:
    """A form on paper of a parent, received today."""
    values: dict[str, object] = {
        "giver": ConsentGiver.PARENT,
        "channel": ConsentChannel.PAPER,
        "received_on": TODAY,
    }
    return FormEntry(choices=dict(choices), **(values | changes))


def group_of(visit: VaccinationVisit) -> PlanGroup:
    (row,) = open_class_list(visit.desk(), VISIT).rows
    assert row.vaccination is not None
    return row.vaccination.group


def test_the_number_on_a_form_finds_the_pupil_and_what_was_asked(visit: VaccinationVisit) -> None:
    for name in ("Finn", "Ada"):
        visit.pupil(name)
    view = open_stack(visit.desk(), VISIT)

    assert [row.pupil.given_name for row in view.rows] == ["Ada", "Finn"]
    ada = view.rows[0]
    assert view.find(ada.code) == ada
    assert ada.vaccines == ("dTpa", "HPV")
    assert [one.id for one in ada.questions] == ["reaction", "allergy"]
    assert view.find("000000000097") is None
    twice = replace(view, rows=(ada, replace(view.rows[1], code=ada.code)))
    assert twice.find(ada.code) is None
    assert twice.is_on_two_forms(ada.code)


def test_who_needs_nothing_of_the_visit_and_answered_nothing_of_it_has_no_form(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    visit.dose(finn.pupil_id, "Boostrix", "2026-09-14")
    for on in ("2024-11-18", "2025-05-19"):
        visit.dose(finn.pupil_id, "Gardasil 9", on)
    visit.consent(finn, "MBR")
    assert open_stack(visit.desk(), VISIT).rows == ()

    visit.consent(finn, "dTpa", choice=ConsentChoice.ALREADY_GIVEN)
    assert not row_of(visit).is_unanswered


def test_one_form_with_one_choice_for_all_is_one_event(visit: VaccinationVisit) -> None:
    visit.pupil()
    row = row_of(visit)

    record_form(visit.desk(), VISIT, row, entry(("dTpa", CLB), ("HPV", CLB), relation="moeder"))

    (consent,) = [one.body for one in visit.found(Consent)]
    assert (consent.vaccines, consent.choice) == (("dTpa", "HPV"), CLB)
    assert (consent.relation, consent.received_on) == ("moeder", TODAY)
    assert consent.valid_until == date(2027, 8, 31)
    assert consent.health_answers == {"reaction": False, "allergy": False}
    assert not row_of(visit).is_unanswered


def test_each_choice_of_a_form_is_an_event_and_undo_takes_all_back(visit: VaccinationVisit) -> None:
    visit.pupil()
    saved = record_form(
        visit.desk(),
        VISIT,
        row_of(visit),
        entry(("dTpa", CLB), ("HPV", REFUSAL), reason="wil wachten"),
    ).value

    assert {(one.body.vaccines, one.body.choice) for one in visit.found(Consent)} == {
        (("dTpa",), CLB),
        (("HPV",), REFUSAL),
    }
    assert row_of(visit).states == (ConsentState.CLB, ConsentState.REFUSAL)

    take_back(visit.desk(), saved)
    assert row_of(visit).is_unanswered


def test_a_yes_on_the_form_puts_the_pupil_on_the_list_of_the_doctor(
    visit: VaccinationVisit,
) -> None:
    visit.pupil()
    visit.lot("dTpa", "Boostrix", "AC37B2210")
    record_form(
        visit.desk(),
        VISIT,
        row_of(visit),
        entry(("dTpa", CLB), ("HPV", CLB), yes=frozenset({"allergy"})),
    )
    assert row_of(visit).says_yes
    assert group_of(visit) is PlanGroup.WAITS


def test_a_yes_on_the_first_form_stays_when_the_other_parent_answers_later(
    visit: VaccinationVisit,
) -> None:
    visit.pupil()
    visit.lot("dTpa", "Boostrix", "AC37B2210")
    both = (("dTpa", CLB), ("HPV", CLB))
    first = entry(*both, relation="moeder", yes=frozenset({"allergy"}), signed_on=date(2026, 11, 2))
    record_form(visit.desk(), VISIT, row_of(visit), first)
    second = entry(*both, relation="vader", signed_on=date(2026, 11, 9))
    record_form(visit.desk(), VISIT, row_of(visit), second)

    assert row_of(visit).says_yes
    assert group_of(visit) is PlanGroup.WAITS


def test_two_forms_that_differ_need_a_name_and_stop_the_vaccine(visit: VaccinationVisit) -> None:
    visit.pupil()
    record_form(visit.desk(), VISIT, row_of(visit), entry(("dTpa", REFUSAL)))

    with pytest.raises(Refused) as caught:
        record_form(visit.desk(), VISIT, row_of(visit), entry(("dTpa", CLB)))
    assert caught.value.key == "consent_form.name_missing"

    record_form(visit.desk(), VISIT, row_of(visit), entry(("dTpa", CLB), relation="moeder"))
    assert ConsentState.CONFLICT in row_of(visit).states
    assert group_of(visit) is PlanGroup.WAITS


def test_somebody_without_a_name_takes_no_refusal_back() -> None:
    def said(choice: ConsentChoice, day: int, relation: str = "") -> Consent:
        return Consent(
            pupil_id="p",
            vaccines=("HPV",),
            choice=choice,
            giver=ConsentGiver.PARENT,
            relation=relation,
            received_on=date(2026, 11, day),
        )

    def state(*consents: Consent) -> ConsentState:
        return judge_consent(consents, "HPV", date(2014, 5, 11), TODAY, ()).state

    assert state(said(REFUSAL, 2), said(CLB, 9)) is ConsentState.CONFLICT
    assert state(said(CLB, 2), said(REFUSAL, 9)) is ConsentState.CONFLICT
    assert state(said(REFUSAL, 2, "moeder"), said(CLB, 9, "moeder")) is ConsentState.CLB


@pytest.mark.parametrize(
    "form, key",
    [
        (entry(), "consent_form.nothing"),
        (entry(("dTpa", CLB), signed_on=date(2026, 11, 24)), "consent_form.signed_later"),
    ],
)
def test_half_a_form_is_not_recorded(visit: VaccinationVisit, form: FormEntry, key: str) -> None:
    visit.pupil()
    with pytest.raises(Refused) as caught:
        record_form(visit.desk(), VISIT, row_of(visit), form)
    assert caught.value.key == key
    assert visit.found(Consent) == []


def test_a_form_that_was_being_typed_is_kept_until_it_is_recorded(visit: VaccinationVisit) -> None:
    finn = visit.pupil()
    where = Where(finn.pupil_id, VISIT)
    keep_draft(visit.desk(), row_of(visit).form, where, (), '{"dTpa":"clb"}')
    assert row_of(visit).draft == '{"dTpa":"clb"}'

    record_form(visit.desk(), VISIT, row_of(visit), entry(("dTpa", CLB)))
    assert row_of(visit).draft is None

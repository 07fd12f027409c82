"""Signing rules on a real vault: only a doctor, one record per rule, in force at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from clbdesk.domain.body import decode
from clbdesk.domain.judgement import RuleStatus
from clbdesk.domain.kinds import KINDS, derived_record_id
from clbdesk.domain.membership import OF_SCHOOL
from clbdesk.domain.people import Staff
from clbdesk.domain.revision import Compartment, Role
from clbdesk.domain.rights import as_it_comes
from clbdesk.domain.rules import RuleSignoff
from clbdesk.errors import Refused
from clbdesk.services.conflict_view import open_question
from clbdesk.services.conflicts import Choice, choose, questions
from clbdesk.services.desk import Desk, User
from clbdesk.services.rules import (
    RuleState,
    RuleView,
    SignEntry,
    apply_signatures,
    list_rules,
    sign_group,
    sign_rule,
    undo_signing,
    waits,
    withdraw_signature,
)
from clbdesk.services.versions import Side
from clbdesk.standards.safety import emergency_numbers
from clbdesk.standards.tables import put_in_force, rule
from tests.builders.vaults import DEVICE, DOCTOR, NURSE, Station, new_station

TODAY = date(2026, 11, 23)
ENTRY = SignEntry(("0,3", "0,2"), "Werkkaart visus 09/2018", "3", TODAY)


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    station = new_station(tmp_path)
    for user in (DOCTOR, NURSE):
        station.save(Staff(name=user.name, roles=user.roles), record_id=user.staff_id)
    yield station
    station.vault.close()
    put_in_force(())


def desk_of(station: Station, role: Role = Role.DOCTOR) -> Desk:
    user = DOCTOR if role is Role.DOCTOR else NURSE
    return Desk(
        user=User(user.staff_id, user.name, role),
        vault=station.vault,
        device_id=DEVICE,
        device_name="LAP-07",
        centre_name="CLB De Waaier",
        clock=station.clock,
        ids=station.ids,
    )


def view(desk: Desk, rule_id: str = "VIS-2") -> RuleView:
    return next(one for one in list_rules(desk) if one.row.id == rule_id)


def test_a_signature_is_a_medical_record_for_every_laptop_that_only_a_doctor_writes() -> None:
    kind = KINDS["rule_signoff"]
    assert kind.compartment is Compartment.MEDICAL
    assert kind.centre_scope
    assert [role for role in Role if as_it_comes().may_write(role, kind.name, OF_SCHOOL)] == [
        Role.DOCTOR,
        Role.CENTRE,
    ]
    assert as_it_comes().may_read(Role.NURSE, kind.name, OF_SCHOOL)
    assert not as_it_comes().may_read(Role.SOCIAL_WORKER, kind.name, OF_SCHOOL)


def test_a_doctor_fills_an_empty_rule_and_it_is_in_force_at_once(station: Station) -> None:
    desk = desk_of(station)
    assert view(desk).state is RuleState.EMPTY
    saved = sign_rule(desk, view(desk), ENTRY)
    (revision,) = saved.value.revisions
    assert revision.record_id == derived_record_id("rule_signoff", "VIS-2")
    body = decode(revision.body, RuleSignoff)
    assert (body.value, body.source, body.page) == ("0.3|0.2", "Werkkaart visus 09/2018", "3")
    assert rule("VIS-2").status is RuleStatus.ON
    signed = view(desk)
    assert signed.state is RuleState.ACTIVE
    assert (signed.signed_by, signed.signed_on, signed.why_not) == ("Els Claes", TODAY, "")


def test_nobody_but_a_doctor_signs(station: Station) -> None:
    desk = desk_of(station, Role.NURSE)
    with pytest.raises(Refused) as refused:
        sign_rule(desk, view(desk), ENTRY)
    assert refused.value.key == "rules.only_doctor"
    assert rule("VIS-2").status is RuleStatus.EMPTY


@pytest.mark.parametrize(
    "rule_id, entry, key",
    [
        ("VIS-2", replace(ENTRY, page=" "), "rules.no_source"),
        ("VIS-2", replace(ENTRY, source=""), "rules.no_source"),
        ("VIS-2", replace(ENTRY, values=("3,0", "0,2")), "rules.out_of_reach"),
        ("G8", replace(ENTRY, values=()), "rules.not_fillable"),
        ("BMI-1", replace(ENTRY, values=()), "rules.already_on"),
    ],
)
def test_what_cannot_be_signed_is_refused_and_nothing_is_written(
    station: Station, rule_id: str, entry: SignEntry, key: str
) -> None:
    desk = desk_of(station)
    with pytest.raises(Refused) as refused:
        sign_rule(desk, view(desk, rule_id), entry)
    assert refused.value.key == key
    with station.vault.read() as reader:
        assert reader.heads(kinds=("rule_signoff",)) == []


def test_an_own_value_needs_a_reason(station: Station) -> None:
    desk = desk_of(station)
    own = replace(ENTRY, values=("-2,5", "36"))
    with pytest.raises(Refused) as refused:
        sign_rule(desk, view(desk, "GRO-8"), own)
    assert refused.value.key == "rules.own_value"
    sign_rule(desk, view(desk, "GRO-8"), replace(own, reason="afspraak van de artsen van 2 nov"))
    assert rule("GRO-8").values == ("-2.5", "36")
    assert rule("GRO-8").status is RuleStatus.ON


def test_a_tree_is_filled_in_words_with_a_reason_and_shows_whose_they_are(
    station: Station,
) -> None:
    desk = desk_of(station)
    own = SignEntry(("Onder 4 cm: bel de arts.",), "Criterium van het centrum", "", TODAY)
    with pytest.raises(Refused) as refused:
        sign_rule(desk, view(desk, "GRO-2"), own)
    assert refused.value.key == "rules.no_reason_for_own"
    sign_rule(desk, view(desk, "GRO-2"), replace(own, reason="overleg van de artsen"))
    signed = view(desk, "GRO-2")
    assert signed.rule.criterion == "Onder 4 cm: bel de arts."
    assert (signed.state, signed.rule.status) == (RuleState.ACTIVE, RuleStatus.EMPTY)
    assert (signed.signed_by, signed.why_not) == ("Els Claes", "")
    withdraw_signature(desk, signed, "teruggenomen")
    assert view(desk, "GRO-2").state is RuleState.EMPTY
    assert rule("GRO-2").criterion == ""


def test_a_number_to_call_keeps_its_zero(station: Station) -> None:
    desk = desk_of(station)
    with pytest.raises(Refused) as refused:
        sign_rule(desk, view(desk, "SAFE-NR-VK"), replace(ENTRY, values=("drie",)))
    assert refused.value.key == "rules.not_to_call"
    sign_rule(desk, view(desk, "SAFE-NR-VK"), replace(ENTRY, values=("03 230 41 90",)))
    (found,) = [one for one in emergency_numbers() if one.what.startswith("Vertrouwenscentrum")]
    assert (found.number, found.is_signed) == ("03 230 41 90", True)


def test_a_default_is_confirmed_without_a_page(station: Station) -> None:
    desk = desk_of(station)
    sign_rule(desk, view(desk, "GRO-8"), replace(ENTRY, values=("-3", "36"), page=""))
    assert rule("GRO-8").source == "Werkkaart visus 09/2018"


def test_a_signature_of_tomorrow_judges_tomorrow(station: Station) -> None:
    desk = desk_of(station)
    sign_rule(desk, view(desk), replace(ENTRY, valid_from=TODAY + timedelta(days=1)))
    assert rule("VIS-2").status is RuleStatus.EMPTY
    assert view(desk).why_not == "Afgetekend, geldig vanaf 24 nov 2026."
    station.clock.advance(timedelta(days=1))
    apply_signatures(desk)
    assert rule("VIS-2").status is RuleStatus.ON


def test_a_signature_is_taken_back_with_a_reason_and_can_be_given_again(station: Station) -> None:
    desk = desk_of(station)
    sign_rule(desk, view(desk), ENTRY)
    with pytest.raises(Refused):
        withdraw_signature(desk, view(desk), " ")
    withdraw_signature(desk, view(desk), "verkeerde Werkkaart")
    assert rule("VIS-2").status is RuleStatus.EMPTY
    sign_rule(desk, view(desk), replace(ENTRY, values=("0,2", "0,2")))
    assert rule("VIS-2").value == "0.2|0.2"
    assert not view(desk).is_conflict


def test_two_doctors_who_sign_differently_are_two_versions_and_neither_judges(
    station: Station,
) -> None:
    desk = desk_of(station)
    opened = view(desk)
    sign_rule(desk, opened, ENTRY)
    station.clock.advance(timedelta(minutes=1))
    sign_rule(desk, opened, replace(ENTRY, values=("0,4", "0,2")))
    assert rule("VIS-2").status is RuleStatus.EMPTY
    found = view(desk)
    assert found.is_conflict
    with pytest.raises(Refused):
        sign_rule(desk, found, ENTRY)
    (question,) = questions(desk)
    shown = open_question(desk, question)
    assert shown.kind_words == "Afgetekende regel"
    assert [row.label for row in shown.rows if row.differs] == ["Waarde"]
    choose(desk, question, shown.seen, Choice(Side.LEFT))
    assert rule("VIS-2").value == "0.3|0.2"


@pytest.mark.parametrize("value", ["veel", "0.3", "9|9", ""])
def test_a_value_that_came_in_broken_judges_nothing_and_breaks_nothing(
    station: Station, value: str
) -> None:
    body = RuleSignoff(
        rule_id="VIS-2", value=value, edition="2018-09", source="?", page="?", valid_from=TODAY
    )
    station.save(body, record_id=derived_record_id("rule_signoff", "VIS-2"))
    apply_signatures(desk_of(station))
    assert rule("VIS-2").status is RuleStatus.EMPTY
    assert view(desk_of(station)).why_not


def test_a_signature_under_a_rule_that_this_program_does_not_know_waits(station: Station) -> None:
    body = RuleSignoff(
        rule_id="NEW-1", value="1", edition="2027", source="?", page="?", valid_from=TODAY
    )
    station.save(body, record_id=derived_record_id("rule_signoff", "NEW-1"))
    apply_signatures(desk_of(station))
    assert "NEW-1" not in {one.row.id for one in list_rules(desk_of(station))}


def test_a_desk_that_closes_takes_its_signatures_out_of_force(station: Station) -> None:
    desk = desk_of(station)
    sign_rule(desk, view(desk), ENTRY)
    desk.close()
    assert rule("VIS-2").status is RuleStatus.EMPTY


# --- a table at once -----------------------------------------------------------------------------


def waiting(desk: Desk, table: str = "cohort_rules.csv") -> list[RuleView]:
    return [one for one in list_rules(desk) if one.row.table == table and waits(one)]


def test_a_group_is_signed_in_one_commit_and_each_rule_has_its_own_record(
    station: Station,
) -> None:
    desk = desk_of(station)
    views = waiting(desk)
    assert len(views) > 1

    done = sign_group(desk, views, reason="gelezen", valid_from=TODAY)

    bodies = [decode(one.body, RuleSignoff) for one in done.value.revisions]
    assert [one.rule_id for one in bodies] == [view.row.id for view in views]
    assert {(one.value, one.reason) for one in bodies} == {(None, "gelezen")}
    assert len({one.record_id for one in done.value.revisions}) == len(views)
    assert all(rule(view.row.id).status is RuleStatus.ON for view in views)
    assert waiting(desk) == []


def test_a_group_that_was_signed_is_taken_back_in_one_act(station: Station) -> None:
    desk = desk_of(station)
    views = waiting(desk)
    done = sign_group(desk, views, reason="gelezen", valid_from=TODAY)

    undo_signing(desk, done.value)

    assert [one.row.id for one in waiting(desk)] == [one.row.id for one in views]
    assert all(rule(view.row.id).status is RuleStatus.SIGN for view in views)


def test_a_group_is_signed_as_a_whole_or_not_at_all(station: Station) -> None:
    desk = desk_of(station)
    views = waiting(desk)
    for wrong, key in (
        ((views, " "), "rules.no_reason_for_group"),
        (([*views, view(desk)], "gelezen"), "rules.not_waiting"),
        (([*views, view(desk, "BMI-1")], "gelezen"), "rules.not_waiting"),
    ):
        with pytest.raises(Refused) as refused:
            sign_group(desk, wrong[0], reason=wrong[1], valid_from=TODAY)
        assert refused.value.key == key
    nurse = desk_of(station, Role.NURSE)
    with pytest.raises(Refused) as refused:
        sign_group(nurse, views, reason="gelezen", valid_from=TODAY)
    assert refused.value.key == "rules.only_doctor"
    with station.vault.read() as reader:
        assert reader.heads(kinds=("rule_signoff",)) == []

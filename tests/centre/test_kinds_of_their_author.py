"""Kinds without a compartment of their own: they stay on the side of whoever wrote them."""

from __future__ import annotations

from datetime import date

import pytest

from clbdesk.centre import administration as office
from clbdesk.centre.fhir import Choice, write_fhir
from clbdesk.domain.disclosing import AgreedBy, AgreedHow, MessageChannel, SchoolMessage
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.revision import Compartment, Role
from clbdesk.domain.scopes import PushOutcome
from clbdesk.domain.shielding import Flag, Shielding
from clbdesk.ids import RecordId

WORDS = "Zit best vooraan."


def message(built):
    return SchoolMessage(
        pupil_id=built.pupils[0],
        text=WORDS,
        recipient="Mia Aerts",
        recipient_function="zorgcoördinator",
        channel=MessageChannel.TALK,
        told_on=date(2026, 11, 23),
        agreed_by=AgreedBy.MOTHER,
        agreed_how=AgreedHow.SPOKEN,
        agreed_on=date(2026, 11, 23),
    )


def guidance(built, name="LAP-02"):
    """A laptop of the psychologist with the visit in hand."""
    made = built.laptop(
        name, built.psychologist, compartment=Compartment.GUIDANCE, epoch=f"epoch-{name}"
    )
    made.take(built.visit_id)
    return made


def kinds_on(laptop, built):
    return {one.revision.kind for one in laptop.pull(built.visit_id)[1]}


@pytest.mark.parametrize("side", [Compartment.MEDICAL, Compartment.GUIDANCE])
def test_a_message_to_the_school_reaches_colleagues_of_its_own_side_only(built, side):
    nurse, colleague = built.laptop("LAP-01", built.nurse), built.laptop("LAP-04", built.doctor)
    psychologist, other = guidance(built), guidance(built, "LAP-03")
    for laptop in (nurse, colleague):
        laptop.take(built.visit_id)
    is_medical = side is Compartment.MEDICAL
    writer = nurse if is_medical else psychologist
    author = built.nurse if is_medical else built.psychologist
    written = writer.revision(
        message(built),
        author=author,
        role=Role.NURSE if is_medical else Role.PSYCHOPEDAGOGUE,
        pupil_id=built.pupils[0],
        visit_id=built.visit_id,
        school_id=built.school_id,
    )
    (result,) = writer.push(written)

    assert result.outcome is PushOutcome.OK
    here, there = (colleague, other) if is_medical else (other, colleague)
    assert "school_message" in kinds_on(here, built)
    assert "school_message" not in kinds_on(there, built)
    texts = [one.revision.body for one in there.pull(built.visit_id)[1]]
    assert not any(WORDS in text for text in texts)


def test_a_flag_goes_where_its_item_is(built):
    nurse, doctor = built.laptop("LAP-01", built.nurse), built.laptop("LAP-04", built.doctor)
    psychologist = guidance(built)
    doctor.take(built.visit_id)
    growth = built.growth(nurse, 0, "130.1")
    flag = nurse.revision(
        Shielding(
            item_id=RecordId(growth.record_id),
            pupil_id=built.pupils[0],
            flags=(Flag.CONFIDENTIAL_SOURCE,),
            reason="gezegd door de buur",
        ),
        author=built.nurse,
        pupil_id=built.pupils[0],
        visit_id=built.visit_id,
        record_id=derived_record_id("shielding", growth.record_id),
    )
    nurse.push(growth, flag)
    assert {"growth", "shielding"} <= kinds_on(doctor, built)
    assert {"growth", "shielding"}.isdisjoint(kinds_on(psychologist, built))


def test_what_is_shielded_does_not_go_out_as_fhir(built, tmp_path):
    nurse = built.laptop("LAP-01", built.nurse)
    shielded, free = built.growth(nurse, 0, "130.1"), built.growth(nurse, 1, "131.0")
    flag = nurse.revision(
        Shielding(
            item_id=RecordId(shielded.record_id),
            pupil_id=built.pupils[0],
            flags=(Flag.COURT,),
            reason="rechtbank",
        ),
        author=built.nurse,
        pupil_id=built.pupils[0],
        record_id=derived_record_id("shielding", shielded.record_id),
    )
    nurse.push(shielded, free, flag)

    choice = Choice(pupils=(built.pupils[0], built.pupils[1]))
    write_fhir(built.centre, tmp_path / "out.json", choice)

    text = (tmp_path / "out.json").read_text(encoding="utf-8")
    assert "131.0" in text
    assert "130.1" not in text


def test_what_is_of_its_author_never_lies_in_the_plans_of_everybody(built):
    nurse = built.laptop("LAP-01", built.nurse)
    stray = nurse.revision(
        message(built),
        author=built.nurse,
        pupil_id=built.pupils[0],
        compartment=Compartment.PLANNING,
    )
    (result,) = nurse.push(stray)
    assert (result.outcome, result.reason) == (PushOutcome.QUARANTINE, "wrong_compartment")


def test_a_nurse_cannot_write_into_the_side_of_guidance(built):
    nurse = built.laptop("LAP-01", built.nurse)
    stray = nurse.revision(
        message(built),
        author=built.nurse,
        pupil_id=built.pupils[0],
        compartment=Compartment.GUIDANCE,
    )
    (result,) = nurse.push(stray)
    assert result.outcome is PushOutcome.QUARANTINE


def test_a_function_of_the_other_side_cannot_write_here_though_the_laptop_is_hers_too(built):
    laptop = built.laptop("LAP-01", built.nurse, built.psychologist)
    stray = laptop.revision(
        message(built),
        author=built.psychologist,
        role=Role.PSYCHOPEDAGOGUE,
        pupil_id=built.pupils[0],
    )
    (result,) = laptop.push(stray)
    assert (result.outcome, result.reason) == (PushOutcome.QUARANTINE, "no_right")


def test_an_administrative_function_gets_no_scope_at_all(built):
    staff_id = office.add_staff(built.centre, "Ria Admin", [Role.ADMINISTRATION])
    laptop = built.laptop("LAP-05", staff_id)
    with pytest.raises(Exception, match="no_right"):
        laptop.take(built.visit_id)

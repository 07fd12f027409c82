"""Lots at the centre: a quarantine told by a laptop reaches every laptop; recall over all schools."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import msgspec
import pytest

from clbdesk.centre import administration as office
from clbdesk.centre.recall import recall_lot
from clbdesk.domain.body import decode
from clbdesk.domain.incident import Incident, IncidentMark, IncidentType, Stamp
from clbdesk.domain.people import School, SchoolLevel
from clbdesk.domain.scopes import CENTRE_SCOPE, PushOutcome
from clbdesk.domain.stock import ColdChain, ColdChainMoment, Movement, StockMove
from clbdesk.domain.vaccination import Dose, DoseStatus, Lot
from clbdesk.ids import RevId
from tests.builders.centres import build, embedded_place, enrol_pupils


@pytest.fixture
def built(tmp_path):
    made = build(embedded_place(tmp_path))
    yield made
    made.centre.close()


def lot(quarantined=None):
    return Lot(
        vaccine="dTpa",
        product="Boostrix",
        number="AC37B2210",
        expires_on=date(2027, 5, 31),
        quarantined=quarantined,
    )


def dose(built, laptop, number, lot="AC37B2210", status=DoseStatus.GIVEN, **changes):
    body = Dose(
        pupil_id=built.pupils[number],
        status=status,
        vaccine="dTpa",
        product="Boostrix",
        lot=lot,
        on="2026-11-23",
    )
    return laptop.revision(
        body,
        author=built.nurse,
        pupil_id=built.pupils[number],
        visit_id=built.visit_id,
        school_id=built.school_id,
        **changes,
    )


def test_a_lot_that_a_laptop_puts_in_quarantine_reaches_every_laptop(built):
    """A lot is of the centre, not of a visit: pushed without one, delivered to all."""
    first = built.laptop("LAP-01", built.nurse)
    second = built.laptop("LAP-02", built.nurse)
    known = first.revision(lot(), author=built.nurse)
    first.push(known)
    warm = first.revision(
        lot("9,4 °C op 23 nov 2026"),
        author=built.nurse,
        record_id=known.record_id,
        base=(known.rev_id,),
    )

    (result,) = first.push(warm)

    assert result.outcome is PushOutcome.OK
    _header, lines, _footer = second.pull(CENTRE_SCOPE)
    brought = {one.revision.rev_id: one.revision for one in lines}
    assert decode(brought[warm.rev_id].body, Lot).quarantined == "9,4 °C op 23 nov 2026"
    assert brought[warm.rev_id].base == (known.rev_id,)


def test_a_lot_put_in_quarantine_twice_is_a_question_and_stays_in_quarantine(built):
    first = built.laptop("LAP-01", built.nurse)
    second = built.laptop("LAP-02", built.nurse)
    known = first.revision(lot(), author=built.nurse)
    first.push(known)
    told = {"author": built.nurse, "record_id": known.record_id, "base": (known.rev_id,)}

    first.push(first.revision(lot("9,4 °C"), **told))
    (result,) = second.push(second.revision(lot("1,1 °C"), **told))

    assert result.outcome is PushOutcome.CONFLICT


def test_everybody_who_got_a_lot_is_found_over_all_laptops(built):
    first = built.laptop("LAP-01", built.nurse)
    second = built.laptop("LAP-02", built.nurse)
    first.push(dose(built, first, 0), dose(built, first, 2, "X098765"))
    second.push(
        dose(built, second, 1, "ac37 b2210"),
        dose(built, second, 2, status=DoseStatus.NOT_GIVEN),
    )

    found = recall_lot(built.centre, " ac37b2210")

    assert {one.pupil_id for one in found} == set(built.pupils[:2])
    assert {(one.school, one.class_name, one.on) for one in found} == {
        ("De Kring", "4A", "2026-11-23")
    }
    assert recall_lot(built.centre, "ZZ") == ()
    assert recall_lot(built.centre, " ") == ()


def test_a_corrected_lot_is_no_longer_found_and_both_versions_of_a_question_are(built):
    first = built.laptop("LAP-01", built.nurse)
    second = built.laptop("LAP-02", built.nurse)
    wrong = dose(built, first, 0)
    first.push(wrong)
    assert len(recall_lot(built.centre, "AC37B2210")) == 1

    told = {"record_id": wrong.record_id, "base": (RevId(wrong.rev_id),)}
    first.push(dose(built, first, 0, "X098765", **told))
    assert recall_lot(built.centre, "AC37B2210") == ()

    second.push(dose(built, second, 0, "AC37B2210", **told))
    assert len(recall_lot(built.centre, "AC37B2210")) == 1
    assert len(recall_lot(built.centre, "X098765")) == 1


def test_who_changed_school_since_is_looked_for_where_the_pupil_went_last(built):
    laptop = built.laptop("LAP-01", built.nurse)
    laptop.push(dose(built, laptop, 0))
    other = office.add_school(built.centre, School(name="De Brug", level=SchoolLevel.PRIMARY))
    enrol_pupils(built.centre, other, built.pupils[:1], class_name="4C")

    (line,) = recall_lot(built.centre, "AC37B2210")

    assert (line.school, line.class_name) == ("De Brug", "4C")


def test_the_answer_of_the_command_is_plain(built):
    laptop = built.laptop("LAP-01", built.nurse)
    laptop.push(dose(built, laptop, 0))

    (line,) = recall_lot(built.centre, "AC37B2210")

    told = json.loads(msgspec.json.encode(line))
    assert told["family_name"].startswith("Vandenbroucke")
    assert told["birth_date"] == "2017-02-01"


def test_what_a_session_leaves_behind_reaches_the_other_laptop_of_the_visit(built):
    """An incident of staff and the ledger belong to the visit and to no pupil."""
    first = built.laptop("LAP-01", built.nurse)
    second = built.laptop("LAP-02", built.nurse)
    at = built.clock.now()
    told = {
        "author": built.nurse,
        "visit_id": built.visit_id,
        "school_id": built.school_id,
    }
    needle = Incident(
        visit_id=built.visit_id,
        type=IncidentType.NEEDLESTICK,
        began_at=at,
        staff_id=built.nurse,
        stamps=(Stamp(mark=IncidentMark.DOCTOR, at=at),),
    )
    move = StockMove(
        visit_id=built.visit_id,
        session_id="session",
        lot_id="lot",
        lot="AC37B2210",
        movement=Movement.RETURNED,
        doses=9,
    )
    reading = ColdChain(
        visit_id=built.visit_id,
        session_id="session",
        cool_box="A",
        moment=ColdChainMoment.RETURN,
        celsius=Decimal("5.6"),
        read_at=at,
    )
    sent = [first.revision(body, **told) for body in (needle, move, reading)]

    assert {one.outcome for one in first.push(*sent)} == {PushOutcome.OK}

    second.take(built.visit_id)
    _header, lines, _footer = second.pull(built.visit_id)
    brought = {one.revision.rev_id for one in lines}
    assert {one.rev_id for one in sent} <= brought

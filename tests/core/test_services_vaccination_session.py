"""The session of a station: team, order, lots that can be chosen, cold chain."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from clbdesk.domain.stock import lot_key
from clbdesk.domain.vaccination import Lot, VaccinationSession
from clbdesk.errors import Refused
from clbdesk.ids import RecordId
from clbdesk.services.reading import all_standing, one_standing
from clbdesk.services.vaccination_lots import LotEntry, why_not_new, why_not_scanned
from clbdesk.services.vaccination_plan import PlanGroup
from clbdesk.services.vaccination_session import (
    find_lot,
    has_session,
    open_session,
    record_session,
)
from clbdesk.services.vaccination_stock import out_of_range
from clbdesk.wording import say
from tests.builders.vaccination_visit import (
    AN,
    ELS,
    MAES,
    VISIT,
    VaccinationVisit,
    opened_visit,
)


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[VaccinationVisit]:
    """A visit with two lots of dTpa, one of them expired."""
    with opened_visit(tmp_path) as made:
        made.lot("dTpa", "Boostrix", "AC37B2210")
        made.lot("dTpa", "Boostrix", "OUD001", expires_on=date(2026, 10, 31))
        yield made


def lots_of(visit: VaccinationVisit) -> dict[str, Lot]:
    """Every lot by its number."""
    with visit.station.vault.read() as reader:
        found = all_standing(reader.heads(kinds=("lot",)), Lot)
    return {one.body.number: one.body for one in found}


def lots_by_vaccine(visit: VaccinationVisit) -> dict[str, RecordId]:
    """The lots that are not expired."""
    return {
        one.body.vaccine: one.record_id for one in visit.found(Lot) if one.body.number != "OUD001"
    }


def test_a_session_starts_with_the_user_the_doctor_and_the_only_order(
    visit: VaccinationVisit,
) -> None:
    visit.consent(visit.pupil(), "dTpa")
    view = open_session(visit.desk(), VISIT)

    assert view.user.staff_id == AN.staff_id
    assert [one.name for one in view.team if one.is_doctor] == [MAES.name]
    (order,) = view.orders
    assert order.in_time
    assert (order.doctor, order.stages) == (MAES.name, ("L1", "L4", "S1", "S3"))
    assert view.uncovered(order.order_id, ("dTpa", "MenACWY")) == ("MenACWY",)
    assert view.uncovered(None, ("dTpa",)) == ("dTpa",)
    assert view.counts[PlanGroup.TO_GIVE] == 1


def test_an_expired_lot_says_so_and_cannot_be_chosen(visit: VaccinationVisit) -> None:
    view = open_session(visit.desk(), VISIT)
    old = next(lot for lot in view.lots if lot.number == "OUD001")
    entry = visit.session_entry(
        view, lots=(LotEntry(old.lot_id, old.product, old.number, old.expires_on, taken=5),)
    )

    assert old.why_not == "Lot OUD001 is vervallen op 31 okt 2026. Dit lot kan niet gekozen worden."
    with pytest.raises(Refused) as caught:
        record_session(visit.desk(), view, entry, view.base)
    assert caught.value.key == "vaccination.lot_expired"
    assert not has_session(visit.desk(), VISIT)


def test_every_station_has_a_session_of_its_own(visit: VaccinationVisit) -> None:
    first, second = visit.open_session(), visit.open_session(ELS)

    assert first != second
    assert has_session(visit.desk(ELS), VISIT)


def test_changing_a_session_corrects_the_one_record(visit: VaccinationVisit) -> None:
    record_id = visit.open_session(kit=False)

    assert visit.open_session(kit=True) == record_id
    with visit.station.vault.read() as reader:
        found = one_standing(reader, record_id, VaccinationSession)
    assert found is not None
    assert not found.is_conflict
    assert found.body.emergency_kit_checked is True


@pytest.mark.parametrize(
    "celsius, outside", [("1.9", True), ("2.0", False), ("8.0", False), ("8.1", True)]
)
def test_a_cool_box_is_between_two_and_eight_degrees(celsius: str, outside: bool) -> None:
    assert out_of_range(Decimal(celsius)) is outside
    assert not out_of_range(None)


def test_a_warm_box_puts_its_lots_in_quarantine_and_nothing_of_them_is_given(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa")
    visit.open_session(arrival=Decimal("9.4"))

    assert lots_of(visit)["AC37B2210"].quarantined == "9,4 °C op 23 nov 2026"
    assert lots_of(visit)["OUD001"].quarantined is None
    assert visit.view(finn).rows[0].lots == ()
    view = open_session(visit.desk(), VISIT)
    chosen = next(lot for lot in view.lots if lot.number == "AC37B2210")
    assert "staat in quarantaine" in chosen.why_not


@pytest.mark.parametrize("number", ["AC37B2210", "ac37b2210", "AC37 B2210"])
def test_a_lot_in_quarantine_cannot_come_back_as_a_new_box(
    visit: VaccinationVisit, number: str
) -> None:
    visit.open_session(arrival=Decimal("9.4"))
    view = open_session(visit.desk(), VISIT)
    again = LotEntry(None, "Boostrix", number, date(2027, 5, 31), taken=10)

    found, _package = find_lot(view, number)
    with pytest.raises(Refused) as caught:
        record_session(visit.desk(), view, visit.session_entry(view, lots=(again,)), view.base)

    assert caught.value.key == "vaccination.lot_quarantined"
    assert found is not None
    assert "staat in quarantaine" in found.why_not


def test_of_one_box_entered_at_two_tables_a_quarantine_of_one_blocks_the_other(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa")
    visit.open_session(lots=(LotEntry(None, "Boostrix", "ZZ99A", date(2027, 6, 30), taken=5),))
    before = visit.view(finn)
    assert [lot.number for lot in before.rows[0].lots] == ["ZZ99A"]
    visit.lot("dTpa", "Boostrix", "zz99 a")
    other = next(one for one in visit.found(Lot) if one.body.number == "zz99 a")

    warm = replace(other.body, quarantined="9,4 °C op 23 nov 2026")
    visit.save(warm, record_id=other.record_id, base=other.base)

    now = visit.view(finn)
    assert now.rows[0].lots == ()
    assert before.prints() != now.prints()
    (choice,) = [one for one in open_session(visit.desk(), VISIT).lots if one.number == "ZZ99A"]
    assert "staat in quarantaine" in choice.why_not


def test_the_same_number_of_another_vaccine_is_another_lot(visit: VaccinationVisit) -> None:
    visit.lot("HPV", "Gardasil 9", "AC37B2210")
    dtpa = LotEntry(
        lots_by_vaccine(visit)["dTpa"], "Boostrix", "AC37B2210", date(2027, 5, 31), taken=5
    )
    visit.open_session(lots=(dtpa,), arrival=Decimal("9.4"))

    reasons = {one.body.vaccine: one.body.quarantined for one in visit.found(Lot)}
    hpv = [one for one in open_session(visit.desk(), VISIT).lots if one.vaccine == "HPV"]

    assert reasons["HPV"] is None
    assert [one.why_not for one in hpv] == [""]


def test_what_a_box_says_of_its_package_stays_when_the_box_was_too_warm(
    visit: VaccinationVisit,
) -> None:
    gtin = "05413868120257"
    new = LotEntry(None, "Gardasil 9", "ZZ99", date(2027, 6, 30), taken=10, gtin=gtin)
    visit.open_session(lots=(new,))
    kept = next(one for one in visit.found(Lot) if one.body.number == "ZZ99")
    carried = LotEntry(kept.record_id, "Gardasil 9", "ZZ99", date(2027, 6, 30), taken=10)
    fresh = LotEntry(None, "Gardasil 9", "YY88", date(2027, 6, 30), taken=10, gtin=gtin)

    visit.open_session(lots=(carried, fresh), arrival=Decimal("9.4"))

    found = lots_of(visit)
    assert [found[number].gtin for number in ("ZZ99", "YY88")] == [gtin, gtin]
    assert [found[number].quarantined for number in ("ZZ99", "YY88")] == [
        "9,4 °C op 23 nov 2026",
        "9,4 °C op 23 nov 2026",
    ]


def test_a_box_that_nobody_entered_becomes_a_lot_for_everybody(visit: VaccinationVisit) -> None:
    view = open_session(visit.desk(), VISIT)
    new = LotEntry(None, "Gardasil 9", "0x9-8b", date(2027, 6, 30), taken=10)

    record_session(visit.desk(), view, visit.session_entry(view, lots=(new,)), view.base)

    lot = lots_of(visit)["0x9-8b"]
    assert (lot.vaccine, lot.product, lot.expires_on) == (
        "HPV",
        "Gardasil 9",
        date(2027, 6, 30),
    )


def test_a_scanned_code_finds_the_lot_that_is_known(visit: VaccinationVisit) -> None:
    view = open_session(visit.desk(), VISIT)

    lot, _package = find_lot(view, "0105413868120257172705311 0AC37B2210".replace(" ", ""))
    typed, _same = find_lot(view, " AC37B2210 ")
    unknown, package = find_lot(view, "]d2010541386812025717270531\x1d10ZZ99")

    assert lot is not None
    assert lot.number == "AC37B2210"
    assert typed == lot
    for written in ("ac37b2210", "AC37 B2210"):
        assert find_lot(view, written)[0] == lot
    assert unknown is None
    assert package.lot == "ZZ99"
    assert package.expires_on == date(2027, 5, 31)


def test_a_lot_that_was_set_apart_meanwhile_stays_in_its_session_when_another_one_is_added(
    visit: VaccinationVisit,
) -> None:
    first = visit.open_session(arrival=Decimal("9.4"))
    view = open_session(visit.desk(), VISIT)
    (kept,) = [lot for lot in view.lots if lot.number == "AC37B2210"]
    old = LotEntry(kept.lot_id, "Boostrix", "AC37B2210", kept.expires_on, taken=20)
    new = LotEntry(None, "Boostrix", "NEW01", date(2027, 6, 30), taken=10)

    record_session(visit.desk(), view, visit.session_entry(view, lots=(old, new)), view.base)

    with visit.station.vault.read() as reader:
        session = one_standing(reader, first, VaccinationSession)
    assert session is not None
    assert [(lot.number, lot.taken) for lot in session.body.lots] == [
        ("AC37B2210", 20),
        ("NEW01", 10),
    ]
    finn = visit.pupil()
    visit.consent(finn)
    assert [lot.number for lot in visit.view(finn).rows[0].lots] == ["NEW01"], "and is not used"


def test_a_lot_that_somebody_got_a_dose_of_is_not_taken_out_of_its_session(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    visit.consent(finn)
    visit.open_session()
    visit.give(finn)
    view = open_session(visit.desk(), VISIT)
    other = LotEntry(None, "Boostrix", "NEW01", date(2027, 6, 30), taken=10)

    with pytest.raises(Refused, match=r"vaccination\.lot_used"):
        record_session(visit.desk(), view, visit.session_entry(view, lots=(other,)), view.base)


def test_a_box_that_is_typed_is_the_lot_that_is_known(visit: VaccinationVisit) -> None:
    known = lots_by_vaccine(visit)["dTpa"]
    view = open_session(visit.desk(), VISIT)
    typed = LotEntry(None, "Boostrix", "ac37 b2210", date(2027, 5, 31), taken=10)

    record_session(visit.desk(), view, visit.session_entry(view, lots=(typed,)), view.base)

    (session,) = visit.found(VaccinationSession)
    assert [(lot.lot_id, lot.number) for lot in session.body.lots] == [(known, "AC37B2210")]
    assert len(visit.found(Lot)) == 2


@pytest.mark.parametrize(
    "number, product, expires_on, key",
    [
        ("AC37B2210", "Boostrix", date(2027, 6, 30), "lot_differs"),
        ("AC37B2210", "Triaxis", date(2027, 5, 31), "lot_differs"),
        ("oud 001", "Boostrix", date(2027, 6, 30), "lot_expired"),
        ("NEW01", "Boostrix", date(2026, 11, 22), "lot_expired"),
        ("NEW01", "Boostrix", date(2026, 11, 23), ""),
        ("AC37B2210", "Gardasil 9", date(2027, 6, 30), ""),
        ("AC37B2210", "Boostrix", date(2027, 5, 31), ""),
    ],
)
def test_what_is_typed_of_a_box_is_judged_before_saving_as_it_is_on_saving(
    visit: VaccinationVisit, number: str, product: str, expires_on: date, key: str
) -> None:
    view = open_session(visit.desk(), VISIT)
    typed = LotEntry(None, product, number, expires_on, taken=10)

    said = why_not_new(view.lots, view.today, product, number, expires_on)

    if not key:
        assert not said
        record_session(visit.desk(), view, visit.session_entry(view, lots=(typed,)), view.base)
        return
    with pytest.raises(Refused) as caught:
        record_session(visit.desk(), view, visit.session_entry(view, lots=(typed,)), view.base)
    assert caught.value.key == f"vaccination.{key}"
    assert said == say(caught.value.key, **caught.value.values)


def test_one_box_is_not_taken_along_twice(visit: VaccinationVisit) -> None:
    view = open_session(visit.desk(), VISIT)
    box = LotEntry(None, "Boostrix", "NEW01", date(2027, 6, 30), taken=10)
    with pytest.raises(Refused, match=r"vaccination\.lot_twice"):
        record_session(visit.desk(), view, visit.session_entry(view, lots=(box, box)), view.base)


def test_a_box_that_is_scanned_before_a_needle_says_why_it_may_not_be_used(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa")
    visit.open_session(arrival=Decimal("9.4"))
    view = visit.view(finn)

    said = [
        why_not_scanned(view.station, view.today, one) for one in ("oud 001", "ac37b2210", "X1", "")
    ]

    assert said == [
        "Lot OUD001 is vervallen op 31 okt 2026. Dit lot kan niet gekozen worden.",
        (
            "Lot AC37B2210 staat in quarantaine: 9,4 °C op 23 nov 2026. "
            "Dit lot kan niet gekozen worden."
        ),
        "",
        "",
    ]


@pytest.mark.parametrize(
    "other, shown, why_not",
    [
        (date(2026, 12, 31), date(2026, 12, 31), ""),
        (date(2026, 11, 22), date(2026, 11, 22), "22 nov 2026"),
        (date(2027, 6, 30), date(2027, 5, 31), ""),
    ],
)
def test_of_a_number_that_was_entered_twice_the_earliest_last_day_is_shown_and_judged(
    visit: VaccinationVisit, other: date, shown: date, why_not: str
) -> None:
    visit.lot("dTpa", "Boostrix", "ac37b 2210", other)
    view = open_session(visit.desk(), VISIT)

    found = [lot for lot in view.lots if lot_key(lot.number) == "ac37b2210"]

    assert [lot.expires_on for lot in found] == [shown, shown]
    assert all(why_not in lot.why_not and bool(lot.why_not) == bool(why_not) for lot in found)
    first = found[0]
    taken = LotEntry(first.lot_id, first.product, first.number, date(2027, 5, 31), taken=10)
    entry = visit.session_entry(view, lots=(taken,))
    if why_not:
        with pytest.raises(Refused, match=r"vaccination\.lot_expired"):
            record_session(visit.desk(), view, entry, view.base)
    else:
        record_session(visit.desk(), view, entry, view.base)

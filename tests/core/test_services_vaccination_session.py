"""The session of a station: team, order, lots that can be chosen, cold chain."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from clbdesk.domain.vaccination import Lot, VaccinationSession
from clbdesk.errors import Refused
from clbdesk.services.reading import all_standing, one_standing
from clbdesk.services.vaccination_plan import PlanGroup
from clbdesk.services.vaccination_session import (
    LotEntry,
    find_lot,
    has_session,
    open_session,
    record_session,
)
from clbdesk.services.vaccination_stock import out_of_range
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
    assert unknown is None
    assert package.lot == "ZZ99"
    assert package.expires_on == date(2027, 5, 31)

"""A vaccine of the visit that covers a part of what is due: nobody falls off the list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from clbdesk.domain.vaccination import DoseSource
from clbdesk.domain.visits import Visit
from clbdesk.services.consent_forms import asked_on
from clbdesk.services.pupil import PupilOnVisit
from clbdesk.services.vaccination_facts import read_pupils
from clbdesk.services.vaccination_lines import advice_lines, nothing_planned
from clbdesk.services.vaccination_plan import PlanGroup, PlanState
from clbdesk.standards.vaccination.needs import AdviceState
from tests.builders.vaccination_visit import TODAY, VISIT, VaccinationVisit, opened_visit

BIRTH = date(2020, 4, 9)  # in the first grade
WITHOUT_HBV = ("2020-06-04", "2020-07-02", "2020-07-30", "2021-07-15")


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[VaccinationVisit]:
    """A visit of a first grade: DTPa-IPV, no hexavalent."""
    with opened_visit(tmp_path, vaccines=("DTPa-IPV",)) as made:
        yield made


def first_grader(visit: VaccinationVisit, product: str = "Tetravac") -> PupilOnVisit:
    pupil = visit.pupil("Mila", birth=BIRTH, stage="L1", history=False)
    for on in WITHOUT_HBV:
        visit.dose(pupil.pupil_id, product, on)
    return pupil


def asked(visit: VaccinationVisit, *vaccines: str) -> tuple[str, ...]:
    with visit.station.vault.read() as reader:
        body = next(one.body for one in visit.found(Visit))
        assert body.vaccines == vaccines
        (one,) = asked_on(visit.desk(), reader, VISIT, body)
        return one.vaccines


def test_without_hexavalent_at_the_visit_a_first_grader_without_hepatitis_b_is_asked_dtpa_ipv(
    visit,
):
    first_grader(visit)
    assert asked(visit, "DTPa-IPV") == ("DTPa-IPV",)


def test_who_needs_more_than_the_visit_has_stays_on_the_list_and_what_remains_is_told(visit):
    mila = first_grader(visit)
    visit.consent(mila, "DTPa-IPV")
    view = visit.view(mila)
    (plan,) = view.plan.vaccines
    assert plan.state is not PlanState.NOT
    assert view.plan.group is not PlanGroup.NOT
    lines = {line.vaccine: line for line in advice_lines(view)}
    assert lines["hepatitis B"].state is AdviceState.DUE


@pytest.mark.parametrize(
    "vaccines, wanted",
    [
        (("HEXA",), ("HEXA",)),
        (("DTPa-IPV", "HEXA"), ("HEXA",)),  # one needle is better than two
        (("HBV",), ("HBV",)),
        (("DTPa-IPV", "HBV"), ("DTPa-IPV", "HBV")),
        (("MBR",), ("MBR",)),  # never had one either (S7)
    ],
)
def test_what_is_asked_follows_from_what_the_visit_has(tmp_path, vaccines, wanted):
    with opened_visit(tmp_path, vaccines=vaccines) as visit:
        first_grader(visit)
        assert asked(visit, *vaccines) == wanted


@pytest.mark.parametrize("source", [DoseSource.VACCINNET, DoseSource.ORAL])
@pytest.mark.parametrize(
    "country, on", [("NL", "2024-04-20"), ("Nederland", "2024-06"), ("BE", "2024-04-20")]
)
def test_the_dutch_schedule_follows_from_a_documented_dose_of_four_years(
    visit, country, on, source
):
    mila = first_grader(visit, "Hexyon")
    visit.dose(mila.pupil_id, "DTPa-IPV", on, source, country=country)
    with visit.station.vault.read() as reader:
        facts = read_pupils(reader, {mila.pupil_id: mila.pupil}, TODAY)[mila.pupil_id]
    is_dutch = country != "BE" and source is DoseSource.VACCINNET
    assert facts.situation.dutch_schedule is is_dutch
    advice = next(one for one in visit.view(mila).plan.judged.advice if "DTP" in one.series)
    assert ("S5" in advice.rule_ids) is is_dutch


def test_an_infant_dose_from_the_netherlands_is_no_dutch_schedule(visit):
    mila = visit.pupil("Mila", birth=BIRTH, stage="L1", history=False)
    visit.dose(mila.pupil_id, "Hexyon", WITHOUT_HBV[0], country="NL")
    with visit.station.vault.read() as reader:
        facts = read_pupils(reader, {mila.pupil_id: mila.pupil}, TODAY)[mila.pupil_id]
    assert not facts.situation.dutch_schedule


TODDLER = date(2022, 4, 9)  # four years old: one missing dose is a hexavalent (S1)


def toddler(visit: VaccinationVisit) -> PupilOnVisit:
    """Three doses of the first year, none in the second, and the measles vaccine."""
    lou = visit.pupil("Lou", birth=TODDLER, stage="K2", history=False)
    for on in ("2022-06-09", "2022-07-07", "2022-08-04"):
        visit.dose(lou.pupil_id, "Hexyon", on)
    visit.dose(lou.pupil_id, "M-M-RVaxPro", "2023-04-17")
    return lou


def test_a_toddler_who_needs_hexavalent_is_told_so_where_only_dtpa_ipv_is_at_hand(visit):
    lou = toddler(visit)
    visit.consent(lou, "DTPa-IPV", "HEXA")
    visit.lot("DTPa-IPV", "Tetravac", "T1")
    visit.open_session()

    view = visit.view(lou)

    assert view.rows == (), "what is at hand is not what is due"
    assert view.plan.not_at_hand == ("HEXA",)
    assert nothing_planned(view) == (
        "Geen vaccinatie gepland voor Lou Peeters. Kijk de status na en sla op. "
        "Nu aanbevolen, vandaag niet mee: hexavalent."
    )


def test_what_is_due_and_not_at_hand_stands_below_what_is_planned(visit):
    mila = first_grader(visit)
    visit.consent(mila, "DTPa-IPV")
    assert visit.view(mila).plan.not_at_hand == ("HBV", "MBR")
    assert nothing_planned(visit.view(mila)) == (
        "Nu aanbevolen, vandaag niet mee: hepatitis B, MBR."
    )


def test_nothing_is_missing_where_the_visit_has_what_is_due(tmp_path):
    with opened_visit(tmp_path, vaccines=("HEXA", "MBR")) as visit:
        lou = toddler(visit)
        visit.consent(lou, "HEXA")
        assert visit.view(lou).plan.not_at_hand == ()

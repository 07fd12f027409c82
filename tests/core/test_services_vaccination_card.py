"""The vaccination card on paper, against a real vault: what it says, and when it is kept back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec
import pypdfium2
import pytest

from clbdesk.domain.shielding import Flag, Shielding
from clbdesk.domain.vaccination import ConsentGiver, Dose, DoseSource, DoseStatus, ValidityOverride
from clbdesk.errors import Refused
from clbdesk.ids import RecordId
from clbdesk.reports.paper import Printed
from clbdesk.services.history import view_history
from clbdesk.services.pupil import PupilOnVisit
from clbdesk.services.vaccination_card_paper import cards_of_visit, print_card
from clbdesk.services.visit_papers import VisitList, visit_paper
from tests.builders.paper_words import pages_of
from tests.builders.vaccination_visit import ELS, VISIT, VaccinationVisit, dtpa_session


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[VaccinationVisit]:
    """An open session with one lot of dTpa."""
    with dtpa_session(tmp_path) as made:
        yield made


def pages(printed: Printed) -> list[str]:
    """The words of every page."""
    return pages_of(printed.pdf)


def card(visit: VaccinationVisit, pupil: PupilOnVisit) -> str:
    return " ".join(pages(print_card(visit.desk(), pupil.pupil_id)))


def own_dose(visit: VaccinationVisit, pupil: PupilOnVisit) -> tuple[RecordId, Dose]:
    (one,) = visit.view(pupil).saved.doses
    return one.record_id, one.body


def test_every_documented_dose_is_on_the_card_with_product_lot_place_and_source(
    visit: VaccinationVisit,
) -> None:
    finn = visit.given()
    text = card(visit, finn)
    assert "Naam Finn Peeters Geboren 9 april 2012" in text
    for day in ("4 juni 2012", "2 juli 2012", "30 juli 2012", "15 april 2013", "14 november 2022"):
        assert day in text
    assert text.count("volgens Vaccinnet") == 7
    assert (
        "23 november 2026 dTpa · Boostrix lot AC37B2210 · op school: SO Ter Linde · linkerbovenarm "
        "gegeven door het CLB"
    ) in text
    assert text.index("4 juni 2012") < text.index("23 november 2026 dTpa"), "oldest first"


def test_what_is_not_confirmed_says_so(visit: VaccinationVisit) -> None:
    finn = visit.pupil(history=False)
    visit.dose(finn.pupil_id, "MBR", "2013", DoseSource.DOCUMENT)
    visit.dose(finn.pupil_id, "HPV", "2024-05", DoseSource.ORAL)
    visit.dose(finn.pupil_id, "Onbekendix", "2014-02-03", DoseSource.DOCUMENT)
    text = card(visit, finn)
    assert "2013 MBR volgens een document, niet gezien · niet beoordeeld" in text
    assert "mei 2024 HPV niet bevestigd: alleen mondeling gemeld" in text
    assert "3 februari 2014 Onbekendix" in text
    assert "niet gekend in de vaccinlijst" in text
    assert "De arts van het CLB beslist." in text, "the word is explained"


def test_a_dose_that_does_not_count_stays_on_the_card_and_says_so(visit: VaccinationVisit) -> None:
    finn = visit.given()
    record_id, dose = own_dose(visit, finn)
    with visit.station.vault.read() as reader:
        head = reader.head(record_id)
    assert head is not None
    visit.save(
        msgspec.structs.replace(dose, validity_override=ValidityOverride.INVALID),
        pupil_id=finn.pupil_id,
        visit_id=VISIT,
        record_id=record_id,
        base=head.tips,
    )
    assert "gegeven door het CLB · telt niet" in card(visit, finn)


def test_what_follows_is_told_only_when_the_rules_are_sure(visit: VaccinationVisit) -> None:
    sure = visit.pupil(history=False)
    assert "Volgende vaccins" in card(visit, sure), "nothing was given: MBR is due by a signed rule"
    unsure = visit.pupil("Lena", history=False)
    for year in ("2013", "2014", "2015"):
        for product in ("Hexyon", "M-M-RVaxPro", "Gardasil 9"):
            visit.dose(unsure.pupil_id, product, year, DoseSource.DOCUMENT)
    assert "nu MBR" not in card(visit, unsure)
    for text in (card(visit, sure), card(visit, unsure)):
        assert "in orde" not in text
        assert "bekijkt het CLB bij elk systematisch contact" in text


def test_a_reason_consent_or_answer_never_stands_on_the_card(visit: VaccinationVisit) -> None:
    finn = visit.given()
    visit.save(
        Dose(
            pupil_id=finn.pupil_id,
            status=DoseStatus.NOT_GIVEN,
            reason_text="huilde en liep weg",
            vaccine="HPV",
            on="2026-11-23",
        ),
        pupil_id=finn.pupil_id,
        visit_id=VISIT,
    )
    text = card(visit, finn)
    assert "HPV" not in text.split("Volgende vaccins")[0]
    for hidden in ("huilde", "moeder", "toestemming", "order", "An Janssens"):
        assert hidden not in text


def test_a_card_with_a_gap_is_not_printed(visit: VaccinationVisit) -> None:
    finn, lena = visit.given(), visit.given("Lena")
    record_id, dose = own_dose(visit, finn)
    visit.save(
        Shielding(
            item_id=record_id,
            pupil_id=finn.pupil_id,
            flags=(Flag.NOT_FOR_PARENTS,),
            reason="vraag van de leerling",
        ),
        pupil_id=finn.pupil_id,
    )
    with pytest.raises(Refused, match=r"card\.shielded"):
        print_card(visit.desk(), finn.pupil_id)

    other_id, dose = own_dose(visit, lena)
    first = visit.view(lena).saved.doses[0].revision
    visit.save(
        msgspec.structs.replace(dose, lot="X1"),
        pupil_id=lena.pupil_id,
        visit_id=VISIT,
        record_id=other_id,
        base=first.base,
    )
    with pytest.raises(Refused, match=r"card\.two_versions"):
        print_card(visit.desk(), lena.pupil_id)


def test_a_dose_that_a_minor_decided_alone_keeps_the_card_back(visit: VaccinationVisit) -> None:
    finn = visit.pupil()
    visit.consent(finn, giver=ConsentGiver.CAPABLE_MINOR)
    consent_id = visit.view(finn).facts.consents[0].record_id
    visit.save(
        Dose(
            pupil_id=finn.pupil_id,
            status=DoseStatus.GIVEN,
            vaccine="dTpa",
            product="Boostrix",
            on="2026-11-23",
            consent_id=consent_id,
        ),
        pupil_id=finn.pupil_id,
        visit_id=VISIT,
    )
    with pytest.raises(Refused, match=r"card\.shielded"):
        print_card(visit.desk(), finn.pupil_id)


def test_a_colleague_who_is_kept_from_a_dose_does_not_print_it(visit: VaccinationVisit) -> None:
    finn = visit.given()
    record_id, _dose = own_dose(visit, finn)
    visit.save(
        Shielding(
            item_id=record_id,
            pupil_id=finn.pupil_id,
            flags=(Flag.CONFLICT_OF_INTEREST,),
            reason="familie",
            blocked_staff=ELS.staff_id,
        ),
        pupil_id=finn.pupil_id,
    )
    with pytest.raises(Refused, match=r"card\.shielded"):
        print_card(visit.desk(ELS), finn.pupil_id)
    assert "Boostrix" in card(visit, finn), "others print it"


def test_on_the_screen_a_dose_stands_on_no_line_for_who_is_kept_from_it_and_is_judged_along(
    visit: VaccinationVisit,
) -> None:
    finn = visit.given()
    record_id, _dose = own_dose(visit, finn)
    everybody = view_history(visit.desk(), VISIT, finn.pupil_id).card
    visit.save(
        Shielding(
            item_id=record_id,
            pupil_id=finn.pupil_id,
            flags=(Flag.CONFLICT_OF_INTEREST,),
            reason="familie",
            blocked_staff=ELS.staff_id,
        ),
        pupil_id=finn.pupil_id,
    )
    kept = view_history(visit.desk(ELS), VISIT, finn.pupil_id).card
    assert everybody is not None
    assert kept is not None
    days = {
        who: {verdict.dose.when.first for row in card.rows for verdict in row.doses}
        for who, card in (("all", everybody), ("els", kept))
    }
    assert days["all"] - days["els"] == {visit.view(finn).today}
    assert kept.advice == everybody.advice


def test_the_cards_of_a_visit_come_behind_a_list_that_names_who_has_none(
    visit: VaccinationVisit,
) -> None:
    with pytest.raises(Refused, match=r"card\.nobody"):
        cards_of_visit(visit.desk(), VISIT, "SO Ter Linde")
    visit.given("Finn")
    lena = visit.given("Lena")
    visit.pupil("Noor")
    record_id, _dose = own_dose(visit, lena)
    visit.save(
        Shielding(
            item_id=record_id,
            pupil_id=lena.pupil_id,
            flags=(Flag.NOT_FOR_PARENTS,),
            reason="vraag van de leerling",
        ),
        pupil_id=lena.pupil_id,
    )
    cover, *cards = pages(visit_paper(visit.desk(), VISIT, VisitList.CARDS))
    assert "PEETERS, Finn 3A ja PEETERS, Lena 3A nakijken" in cover
    assert "Noor" not in cover
    for hidden in ("dTpa", "Boostrix", "afgeschermd", "leerling wil"):
        assert hidden not in cover
    assert all("Finn Peeters" in one for one in cards)


def test_printing_a_card_is_logged_and_gives_the_same_bytes(visit: VaccinationVisit) -> None:
    finn = visit.given()
    first = print_card(visit.desk(), finn.pupil_id)
    assert first.pdf == print_card(visit.desk(), finn.pupil_id).pdf
    with visit.station.vault.read() as reader:
        lines = [one for one in reader.access_lines() if one.reason == "vaccination_card"]
    assert [(one.action, one.pupil_id) for one in lines] == [("print", finn.pupil_id)] * 2
    document = pypdfium2.PdfDocument(first.pdf)
    try:
        assert document.get_metadata_dict()["Title"] == "Vaccinatiekaart"
    finally:
        document.close()


def test_a_long_history_goes_on_to_a_second_page_with_the_name_on_it(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    for year in range(2013, 2025):
        visit.dose(finn.pupil_id, "Boostrix", date(year, 3, 1).isoformat(), DoseSource.DOCUMENT)
    found = pages(print_card(visit.desk(), finn.pupil_id))
    assert len(found) > 1
    assert all("Finn Peeters · geboren 9 april 2012" in page for page in found)

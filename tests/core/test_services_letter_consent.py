"""The letter that asks for consent: who gets it, what it says, and how the form finds its pupil back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import groupby
from pathlib import Path

import pypdfium2
import pytest
from reportlab.graphics.barcode.code128 import _patterns

from clbdesk.domain.form_code import form_code, shown_code
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.letters import Letter, LetterKind, Recipient
from clbdesk.domain.shielding import Flag, Shielding
from clbdesk.domain.vaccination import ConsentChannel, ConsentChoice
from clbdesk.ids import PupilId
from clbdesk.services.letter_states import LetterState
from clbdesk.services.letters import MadeLetters, make_letters, open_letters, record_printed
from clbdesk.services.pupil import PupilOnVisit
from clbdesk.services.visit_papers import VisitList, visit_paper
from clbdesk.standards.vaccination.products import products
from clbdesk.wording import say
from tests.builders.paper_words import pages_of, text_of
from tests.builders.vaccination_visit import AN, ELS, VISIT, VaccinationVisit, opened_visit

WEEKS_BEFORE = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
ON_THE_DAY = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
_DPI = 600


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[VaccinationVisit]:
    """A visit for dTpa and HPV, three weeks ahead."""
    with opened_visit(tmp_path) as made:
        made.station.clock.set(WEEKS_BEFORE)
        yield made


def states(visit: VaccinationVisit) -> list[tuple[str, LetterState]]:
    return [(row.given_name, row.state) for row in open_letters(visit.desk(), VISIT).rows]


def printed(visit: VaccinationVisit) -> MadeLetters:
    keys = [row.key for row in open_letters(visit.desk(), VISIT).rows]
    return make_letters(visit.desk(), VISIT, keys, action="print")


def words_of(visit: VaccinationVisit) -> str:
    return text_of(printed(visit).printed.pdf)


def test_a_pupil_without_an_answer_is_asked_for_what_the_visit_brings_and_the_pupil_needs(
    visit: VaccinationVisit,
) -> None:
    visit.pupil("Finn")

    words = words_of(visit)

    assert "Toestemming voor vaccinatie" in words
    assert "Op 23 november 2026 vaccineert het CLB op school." in words
    assert "dTpa difterie, tetanus en kinkhoest" in words
    assert "HPV humaan papillomavirus (HPV)" in words
    assert "CLB vaccineert Eigen arts Al gekregen op Weigering" in words
    assert "Zonder ondertekend formulier vaccineert het CLB niet." in words
    assert "15 minuten onder toezicht" in words
    assert "Zware reactie na een vaccin" in words
    assert words.count("Finn Peeters") >= 3  # letter, form and foot


def test_a_vaccine_that_a_pupil_had_is_not_asked_about(visit: VaccinationVisit) -> None:
    finn = visit.pupil("Finn")
    visit.dose(finn.pupil_id, "Boostrix", "2026-09-14")
    for on in ("2024-11-18", "2025-05-19"):
        visit.dose(finn.pupil_id, "Gardasil 9", on)
    assert states(visit) == []

    jan = visit.pupil("Jan")
    visit.dose(jan.pupil_id, "Boostrix", "2026-09-14")
    assert states(visit) == [("Jan", LetterState.READY)]
    assert "dTpa" not in words_of(visit)


def test_who_answered_is_not_asked_again_and_by_telephone_is_no_answer(
    visit: VaccinationVisit,
) -> None:
    for name, vaccines in (("Finn", ("dTpa", "HPV")), ("Jan", ("dTpa",))):
        visit.consent(visit.pupil(name), *vaccines, choice=ConsentChoice.GP)
    visit.consent(visit.pupil("Lars"), "dTpa", "HPV", channel=ConsentChannel.TELEPHONE)
    assert states(visit) == [("Jan", LetterState.READY), ("Lars", LetterState.READY)]


def test_a_letter_that_was_printed_stays_to_be_sent_again_until_the_day(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil("Finn")
    record_printed(visit.desk(), printed(visit))

    (letter,) = [one.body for one in visit.found(Letter)]
    assert (letter.document, letter.pupil_id) == (LetterKind.CONSENT, finn.pupil_id)
    assert letter.recipient is Recipient.PUPIL_AND_PARENTS  # 14 years
    assert states(visit) == [("Finn", LetterState.PRINTED)]
    visit.dose(finn.pupil_id, "Boostrix", "2026-10-19")
    assert states(visit) == [("Finn", LetterState.CHANGED)]
    visit.consent(finn, "HPV")
    assert states(visit) == [("Finn", LetterState.PRINTED)]

    visit.station.clock.set(ON_THE_DAY)
    assert states(visit) == []


def test_letters_lie_in_the_order_of_the_envelopes_and_print_the_same_twice(
    visit: VaccinationVisit,
) -> None:
    for name in ("Wout", "Ada", "Mia"):
        visit.pupil(name)

    first, again = printed(visit), printed(visit)

    assert [one.given_name for one in open_letters(visit.desk(), VISIT).rows] == [
        "Ada",
        "Mia",
        "Wout",
    ]
    assert first.printed.pdf == again.printed.pdf
    assert first.printed.pages == 3


def test_who_is_kept_from_a_pupil_prints_no_letter_of_it(visit: VaccinationVisit) -> None:
    finn = visit.pupil("Finn")
    item = visit.consent(finn, "dTpa")
    body = Shielding(
        item_id=item,
        pupil_id=finn.pupil_id,
        flags=(Flag.CONFLICT_OF_INTEREST,),
        reason="familie",
        blocked_staff=AN.staff_id,
    )
    record_id = derived_record_id("shielding", item)
    visit.save(body, pupil_id=finn.pupil_id, record_id=record_id)

    assert states(visit) == []
    assert open_letters(visit.desk(ELS), VISIT).rows


def test_an_adult_pupil_is_asked_alone(visit: VaccinationVisit) -> None:
    visit.pupil("Finn", birth=date(2008, 1, 9))
    words = words_of(visit)
    assert "Voor jou gaat het om" in words
    assert "ouders" not in words


def test_the_list_for_the_school_names_who_is_missing_and_nothing_medical(
    visit: VaccinationVisit,
) -> None:
    pupils = [visit.pupil("Finn"), visit.pupil("Jan")]
    visit.consent(visit.pupil("Ada"), "dTpa", "HPV", choice=ConsentChoice.REFUSAL)
    visit.consent(pupils[1], "dTpa")

    words = list_of(visit)

    assert "PEETERS, Finn" in words
    assert "PEETERS, Jan" in words  # HPV is still to be answered
    assert "Ada" not in words
    assert "3A · nog 2" in words
    for never in ("dTpa", "HPV", "weiger", "vaccin", "2012"):
        assert never not in words

    for pupil in pupils:
        visit.consent(pupil, "dTpa", "HPV")
    assert "Alle formulieren zijn terug." in list_of(visit)


def list_of(visit: VaccinationVisit) -> str:
    made = visit_paper(visit.desk(), VISIT, VisitList.NO_ANSWER)
    return pages_of(made.pdf)[0]


def test_every_vaccine_that_the_centre_has_says_against_what_it_is() -> None:
    for name in {one.type.name for one in products().values()}:
        assert say(f"letters.against_{name}"), name


def test_the_bars_on_the_paper_are_the_digits_below_them(visit: VaccinationVisit) -> None:
    finn: PupilOnVisit = visit.pupil("Finn")
    made = printed(visit)
    code = form_code(VISIT, PupilId(finn.pupil_id))

    assert shown_code(code) in text_of(made.printed.pdf)
    assert read_bars(made.printed.pdf) == {code}


def read_bars(pdf: bytes) -> set[str]:
    """What a scanner reads from the first page: every row of dots that is a whole Code 128."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        image = document[0].render(scale=_DPI / 72, grayscale=True)
        dots, stride, width = bytes(image.buffer), image.stride, image.width
    finally:
        document.close()
    rows = [dots[at : at + width] for at in range(0, len(dots), 20 * stride)]
    return {text for row in rows if (text := _bars_in([dot < 128 for dot in row]))}


def _bars_in(dots: list[bool]) -> str:
    """The digits of one row of dots (set C alone), or an empty text."""
    runs = [len(list(run)) for dark, run in groupby(dots)][1:-1]  # without the margins
    if len(runs) < 6 * 9 + 1:
        return ""
    runs = runs[-(6 * 9 + 1) :] if len(runs) % 2 else []
    module = sum(runs) / (11 * 8 + 13) if runs else 1
    widths = [round(run / module) for run in runs]
    by_widths = {
        tuple(ord(sign.lower()) - ord("a") + 1 for sign in pattern): value
        for value, pattern in _patterns.items()
        if isinstance(value, int)
    }
    found = [by_widths.get(tuple(widths[at : at + 6])) for at in range(0, 48, 6)]
    digits = [f"{value:02d}" for value in found[1:-1] if value is not None and value < 100]
    return "".join(digits) if len(digits) == 6 else ""


@pytest.mark.parametrize("vaccines, is_told", [(("MBR",), True), (("dTpa", "HPV"), False)])
def test_the_letter_about_mbr_tells_how_long_a_pregnancy_is_to_be_avoided(
    tmp_path: Path, vaccines: tuple[str, ...], is_told: bool
) -> None:
    with opened_visit(tmp_path, vaccines=vaccines) as visit:
        visit.station.clock.set(WEEKS_BEFORE)
        mila = visit.pupil("Mila", history=False)
        visit.dose(mila.pupil_id, "M-M-RVaxPro", "2013-04-15")
        words = words_of(visit)
    sentence = (
        "Na het vaccin tegen mazelen, bof en rubella wordt een zwangerschap 1 maand lang vermeden "
        "door wie zwanger kan worden."
    )
    assert (sentence in words) is is_told

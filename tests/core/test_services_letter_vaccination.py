"""The notice of a vaccination against a real vault: what it tells, when it waits, what was printed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from clbdesk.domain.follow_up import Task, TaskKind, TaskState
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.letters import Letter, LetterKind, Recipient
from clbdesk.domain.shielding import Flag, Shielding
from clbdesk.domain.vaccination import (
    ConsentGiver,
    DoctorDecision,
    Dose,
    DoseStatus,
    NotGivenReason,
    Prescreen,
    ValidityOverride,
)
from clbdesk.errors import Defect
from clbdesk.services.letter_states import LetterRow, LetterState
from clbdesk.services.letters import MadeLetters, make_letters, open_letters, record_printed
from clbdesk.services.parents_told import note_told
from clbdesk.services.pupil import PupilOnVisit
from clbdesk.services.reading import Standing
from clbdesk.services.records import withdraw
from clbdesk.services.visit_papers import letters_visit
from clbdesk.storage import scopes
from tests.builders.paper_words import pages_of
from tests.builders.vaccination_visit import AN, ELS, VISIT, VaccinationVisit, dtpa_session

ADULT = date(2008, 1, 9)


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[VaccinationVisit]:
    """An open session with one lot of dTpa."""
    with dtpa_session(tmp_path) as made:
        yield made


def rows(visit: VaccinationVisit) -> tuple[LetterRow, ...]:
    return open_letters(visit.desk(), VISIT).rows


def states(visit: VaccinationVisit) -> list[LetterState]:
    return [row.state for row in rows(visit)]


def printed(visit: VaccinationVisit) -> MadeLetters:
    keys = [row.key for row in rows(visit)]
    return make_letters(visit.desk(), VISIT, keys, action="print")


def pages(made: MadeLetters) -> list[str]:
    """The words of every page."""
    return pages_of(made.printed.pdf)


def dose_of(visit: VaccinationVisit, pupil: PupilOnVisit) -> Standing[Dose]:
    """The only dose of this visit."""
    (dose,) = visit.view(pupil).saved.doses
    return dose


def save_dose(
    visit: VaccinationVisit,
    pupil: PupilOnVisit,
    body: Dose,
    like: Standing[Dose] | None = None,
    *,
    replaces: bool = True,
) -> None:
    """A dose fact of this visit, or another version of one."""
    where: dict[str, Any] = {"record_id": like.record_id} if like else {}
    if like and replaces:
        where["base"] = like.base
    elif like:
        with visit.station.vault.read() as reader:
            where["base"] = reader.history(like.record_id)[0].base
    visit.save(body, pupil_id=pupil.pupil_id, visit_id=VISIT, **where)


def not_given(pupil: PupilOnVisit, vaccine: str, reason: NotGivenReason) -> Dose:
    return Dose(
        pupil_id=pupil.pupil_id,
        status=DoseStatus.NOT_GIVEN,
        reason=reason,
        reason_text="huilde en liep weg",
        vaccine=vaccine,
        on="2026-11-23",
    )


def test_parents_read_vaccine_product_lot_day_and_arm(visit: VaccinationVisit) -> None:
    finn = visit.given()
    save_dose(visit, finn, not_given(finn, "HPV", NotGivenReason.ILL))

    (page,) = pages(printed(visit))

    assert page == (
        "CLB De Horizon Centrum voor leerlingenbegeleiding "
        "Aan Finn Peeters en de ouders 23 november 2026 "
        "Kennisgeving van vaccinatie Naam Finn Peeters Geboren 9 april 2012 "
        "School Klas 3A · SO Ter Linde Beste Finn, beste ouders, "
        "Op 23 november 2026 vaccineerde het CLB Finn op school. "
        "In deze brief staat welk vaccin gegeven is. "
        "Vaccin dTpa Product Boostrix Lotnummer AC37B2210 Datum 23 november 2026 "
        "Plaats linkerbovenarm "
        "Nog niet gegeven: HPV. Het CLB neemt hierover contact met u op. "
        "Vragen over deze brief? Het CLB-team van de school helpt u graag. "
        "Met vriendelijke groeten Finn Peeters · geboren 9 april 2012 pagina 1 van 1"
    )


def test_no_reason_consent_answer_or_remark_stands_on_the_paper(visit: VaccinationVisit) -> None:
    finn = visit.given()
    for vaccine, reason in (
        ("HPV", NotGivenReason.CONTRAINDICATION),
        ("MBR", NotGivenReason.NO_CONSENT),
        ("MenACWY", NotGivenReason.ALREADY_GIVEN),
        ("HBV", NotGivenReason.OTHER),
    ):
        save_dose(visit, finn, not_given(finn, vaccine, reason))

    (page,) = pages(printed(visit))

    assert "Nog niet gegeven: hepatitis B. Het CLB" in page, "only what the centre still gives"
    for hidden in ("HPV", "MBR", "MenACWY", "moeder", "toestemming", "huilde", "allergie", "order"):
        assert hidden.casefold() not in page.casefold()


def test_what_a_doctor_decided_not_to_give_is_not_promised(visit: VaccinationVisit) -> None:
    finn = visit.given()
    save_dose(visit, finn, not_given(finn, "HPV", NotGivenReason.OTHER))
    (before,) = pages(printed(visit))
    assert "Nog niet gegeven: HPV." in before

    decision = Prescreen(
        pupil_id=finn.pupil_id,
        visit_id=VISIT,
        answers={},
        doctor_decision=DoctorDecision.NOT_GIVEN,
        doctor_reason="allergie",
    )
    visit.save(decision, pupil_id=finn.pupil_id, visit_id=VISIT)
    (after,) = pages(printed(visit))
    assert "Nog niet gegeven" not in after
    assert "Vaccin dTpa" in after


def test_who_got_nothing_and_what_was_given_elsewhere_have_no_notice(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    save_dose(visit, finn, not_given(finn, "dTpa", NotGivenReason.ABSENT))

    assert rows(visit) == ()


def test_an_adult_pupil_is_addressed_alone(visit: VaccinationVisit) -> None:
    nora = visit.pupil("Nora", birth=ADULT)
    body = Dose(
        pupil_id=nora.pupil_id,
        status=DoseStatus.GIVEN,
        vaccine="dTpa",
        product="Boostrix",
        lot="AC37B2210",
        on="2026-11-23",
        site="upper_arm",
        side="right",
    )
    save_dose(visit, nora, body)

    made = printed(visit)

    (page,) = pages(made)
    assert "Aan Nora Peeters" in page
    assert "vaccineerde het CLB je op school" in page
    assert "rechterbovenarm" in page
    assert "ouders" not in page
    assert made.letters[0].recipient is Recipient.PUPIL


def test_notices_come_in_the_order_of_the_envelopes_and_give_the_same_bytes(
    visit: VaccinationVisit,
) -> None:
    for name in ("Wout", "Ana", "Mila"):
        visit.given(name)

    first, second = printed(visit), printed(visit)

    assert [row.given_name for row in rows(visit)] == ["Ana", "Mila", "Wout"]
    assert [page.split("Aan ")[1].split()[0] for page in pages(first)] == ["Ana", "Mila", "Wout"]
    assert first.printed.pdf == second.printed.pdf
    assert [one.sha256 for one in first.letters] == [one.sha256 for one in second.letters]


def test_a_notice_is_recorded_with_its_versions_and_a_correction_asks_to_print_again(
    visit: VaccinationVisit,
) -> None:
    finn = visit.given()
    assert states(visit) == [LetterState.READY]
    record_printed(visit.desk(), printed(visit))
    assert states(visit) == [LetterState.PRINTED]
    (letter,) = visit.found(Letter)
    dose = dose_of(visit, finn)
    assert letter.body.document is LetterKind.VACCINATION
    assert dose.revision.rev_id in letter.body.based_on

    save_dose(visit, finn, msgspec.structs.replace(dose.body, side="right"), dose)

    assert states(visit) == [LetterState.CHANGED]
    assert "rechterbovenarm" in pages(printed(visit))[0]


def test_a_dose_that_does_not_count_gives_no_paper(visit: VaccinationVisit) -> None:
    finn = visit.given()
    dose = dose_of(visit, finn)
    void = msgspec.structs.replace(dose.body, validity_override=ValidityOverride.INVALID)
    save_dose(visit, finn, void, dose)

    assert states(visit) == [LetterState.TELL_FIRST]
    with pytest.raises(Defect):
        printed(visit)


def test_a_dose_withdrawn_before_printing_leaves_no_notice(visit: VaccinationVisit) -> None:
    finn = visit.given()

    withdraw(visit.desk(), (dose_of(visit, finn).record_id,), "verkeerde leerling")

    assert rows(visit) == ()


@pytest.mark.parametrize("is_only", [True, False])
def test_a_dose_withdrawn_after_printing_is_not_forgotten(
    visit: VaccinationVisit, is_only: bool
) -> None:
    finn = visit.given()
    dose = dose_of(visit, finn)
    if not is_only:
        save_dose(visit, finn, msgspec.structs.replace(dose.body, vaccine="HPV"))
    record_printed(visit.desk(), printed(visit))
    visit.station.clock.advance(timedelta(minutes=5))

    withdraw(visit.desk(), (dose.record_id,), "verkeerde leerling")

    assert states(visit) == [LetterState.TELL_FIRST]
    with pytest.raises(Defect):
        printed(visit)


def test_the_state_ends_when_somebody_told_the_parents_and_a_later_error_begins_it_again(
    visit: VaccinationVisit,
) -> None:
    finn = visit.given()
    dose = dose_of(visit, finn)
    save_dose(visit, finn, msgspec.structs.replace(dose.body, vaccine="HPV"))
    record_printed(visit.desk(), printed(visit))
    visit.station.clock.advance(timedelta(minutes=5))
    withdraw(visit.desk(), (dose.record_id,), "verkeerde leerling")
    visit.station.clock.advance(timedelta(minutes=5))

    note_told(visit.desk(), VISIT, finn.pupil_id)

    assert states(visit) == [LetterState.CHANGED], "what is left goes home again, without it"
    (kept,) = visit.found(Task)
    assert (kept.body.task, kept.body.state) == (TaskKind.INFORM_PARENTS, TaskState.DONE)
    assert kept.body.closed_on == date(2026, 11, 23)

    visit.station.clock.advance(timedelta(minutes=5))
    left = dose_of(visit, finn)
    void = msgspec.structs.replace(left.body, validity_override=ValidityOverride.INVALID)
    save_dose(visit, finn, void, left)
    assert states(visit) == [LetterState.TELL_FIRST]


def test_when_nothing_is_left_and_the_parents_were_told_there_is_no_notice_any_more(
    visit: VaccinationVisit,
) -> None:
    finn = visit.given()
    record_printed(visit.desk(), printed(visit))
    visit.station.clock.advance(timedelta(minutes=5))
    withdraw(visit.desk(), (dose_of(visit, finn).record_id,), "verkeerde leerling")
    visit.station.clock.advance(timedelta(minutes=5))
    note_told(visit.desk(), VISIT, finn.pupil_id)
    assert rows(visit) == ()


def test_two_versions_of_a_dose_keep_the_notice_back(visit: VaccinationVisit) -> None:
    finn = visit.given()
    dose = dose_of(visit, finn)

    other = msgspec.structs.replace(dose.body, lot="AC37B2211")
    save_dose(visit, finn, other, dose, replaces=False)

    assert states(visit) == [LetterState.TWO_VERSIONS]


def test_a_vaccine_that_was_written_twice_waits_for_a_person(visit: VaccinationVisit) -> None:
    finn = visit.given()

    save_dose(visit, finn, dose_of(visit, finn).body)

    assert states(visit) == [LetterState.TWO_VERSIONS]


def test_a_minor_who_decided_alone_has_no_paper_for_the_parents(visit: VaccinationVisit) -> None:
    finn = visit.pupil()
    alone = visit.consent(finn, giver=ConsentGiver.CAPABLE_MINOR)
    body = Dose(
        pupil_id=finn.pupil_id,
        status=DoseStatus.GIVEN,
        vaccine="dTpa",
        product="Boostrix",
        lot="AC37B2210",
        on="2026-11-23",
        consent_id=alone,
    )
    save_dose(visit, finn, body)

    assert states(visit) == [LetterState.SHIELDED]


def test_a_flag_holds_the_notice_back_and_a_conflict_of_interest_hides_it(
    visit: VaccinationVisit,
) -> None:
    finn, mila = visit.given(), visit.given("Mila")
    for pupil, flag, blocked in (
        (finn, Flag.CONFIDENTIAL_SOURCE, None),
        (mila, Flag.CONFLICT_OF_INTEREST, AN.staff_id),
    ):
        item = dose_of(visit, pupil).record_id
        body = Shielding(
            item_id=item,
            pupil_id=pupil.pupil_id,
            flags=(flag,),
            reason="gevraagd",
            blocked_staff=blocked,
        )
        record_id = derived_record_id("shielding", item)
        visit.save(body, pupil_id=pupil.pupil_id, record_id=record_id)

    assert states(visit) == [LetterState.SHIELDED]
    others = open_letters(visit.desk(ELS), VISIT).rows
    assert [row.state for row in others] == [LetterState.SHIELDED, LetterState.READY]


def test_afdrukken_opens_on_the_vaccination_visit_of_today(visit: VaccinationVisit) -> None:
    visit.given()
    with visit.station.vault.write() as work:
        scopes.apply(work.connection, VISIT, (), 1, visit.station.clock.now(), None)

    assert letters_visit(visit.desk()) == VISIT


@pytest.mark.parametrize("minutes", [-90, 90])
def test_a_dose_withdrawn_by_a_laptop_with_another_hour_is_told_whatever_its_clock_says(
    visit: VaccinationVisit, minutes: int
) -> None:
    finn = visit.given()
    dose = dose_of(visit, finn)
    record_printed(visit.desk(), printed(visit))

    visit.station.clock.advance(timedelta(minutes=minutes))
    withdraw(visit.desk(), (dose.record_id,), "verkeerde leerling")
    assert states(visit) == [LetterState.TELL_FIRST], "that paper is at home"

    visit.station.clock.advance(timedelta(minutes=-minutes))
    note_told(visit.desk(), VISIT, finn.pupil_id)
    assert rows(visit) == (), "they heard of this very version"


def test_a_dose_withdrawn_before_the_paper_was_made_is_in_no_home_whatever_the_clocks_say(
    visit: VaccinationVisit,
) -> None:
    finn = visit.given()
    dose = dose_of(visit, finn)
    save_dose(visit, finn, msgspec.structs.replace(dose.body, vaccine="HPV"))
    visit.station.clock.advance(timedelta(minutes=90))
    withdraw(visit.desk(), (dose.record_id,), "verkeerde leerling")

    visit.station.clock.advance(timedelta(minutes=-90))
    record_printed(visit.desk(), printed(visit))

    assert states(visit) == [LetterState.PRINTED]


def test_an_error_told_by_a_laptop_whose_clock_is_behind_is_told(visit: VaccinationVisit) -> None:
    finn = visit.given()
    dose = dose_of(visit, finn)
    void = msgspec.structs.replace(dose.body, validity_override=ValidityOverride.INVALID)
    save_dose(visit, finn, void, dose)
    visit.station.clock.advance(timedelta(minutes=-90))

    note_told(visit.desk(), VISIT, finn.pupil_id)

    assert states(visit) == [LetterState.READY]


def test_of_two_papers_the_one_that_says_what_stands_counts_whichever_clock_was_ahead(
    visit: VaccinationVisit,
) -> None:
    finn = visit.given()
    visit.station.clock.advance(timedelta(minutes=90))
    record_printed(visit.desk(), printed(visit))
    dose = dose_of(visit, finn)
    save_dose(visit, finn, msgspec.structs.replace(dose.body, side="right"), dose)
    visit.station.clock.advance(timedelta(minutes=-90))

    record_printed(visit.desk(), printed(visit))

    assert states(visit) == [LetterState.PRINTED]


def test_a_talk_that_an_older_program_noted_without_versions_still_counts_by_its_hour(
    visit: VaccinationVisit,
) -> None:
    finn = visit.given()
    record_printed(visit.desk(), printed(visit))
    visit.station.clock.advance(timedelta(minutes=5))
    withdraw(visit.desk(), (dose_of(visit, finn).record_id,), "verkeerde leerling")
    visit.station.clock.advance(timedelta(minutes=5))
    old = Task(
        pupil_id=finn.pupil_id,
        task=TaskKind.INFORM_PARENTS,
        domain="vaccination",
        state=TaskState.DONE,
    )
    visit.save(old, pupil_id=finn.pupil_id, visit_id=VISIT)

    assert rows(visit) == ()


def test_who_got_mbr_reads_at_home_how_long_a_pregnancy_is_to_be_avoided(
    visit: VaccinationVisit,
) -> None:
    finn = visit.given()
    (without,) = pages(printed(visit))
    body = msgspec.structs.replace(dose_of(visit, finn).body, vaccine="MBR", product="Priorix")
    save_dose(visit, finn, body)

    (page,) = pages(printed(visit))

    assert "zwangerschap" not in without
    assert "wordt een zwangerschap 1 maand lang vermeden door wie zwanger kan worden." in page

"""Moving what was entered with the wrong pupil: one commit, both dossiers tell it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from clbdesk.domain.capacity import Guardian, Relationship
from clbdesk.domain.contact import Clothing, Growth, ParentHeight
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.people import Pupil, Sex
from clbdesk.domain.shielding import Flag
from clbdesk.domain.vaccination import Dose, DoseSource, DoseStatus
from clbdesk.domain.visits import ContactMoment
from clbdesk.errors import Refused
from clbdesk.ids import RecordId
from clbdesk.services.capacity import note_guardian
from clbdesk.services.confirming import Answer
from clbdesk.services.growth import GrowthEntry, open_growth, open_questions, record_growth
from clbdesk.services.history import view_history
from clbdesk.services.history_rows import RowState
from clbdesk.services.move import may_move, move_record, others_on
from clbdesk.services.pupil import PupilOnVisit
from clbdesk.services.reading import one_standing
from clbdesk.services.shielding import shield, shieldings_of
from tests.builders.contact_visit import AN, ELS, VISIT, ContactVisit, opened_contact_visit


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[ContactVisit]:
    """A visit of one vault."""
    with opened_contact_visit(tmp_path) as made:
        yield made


def measure(visit: ContactVisit, pupil: PupilOnVisit, height: str) -> RecordId:
    view = open_growth(visit.desk(), pupil)
    entry = GrowthEntry(
        height_cm=Decimal(height), weight_kg=Decimal("21.0"), clothing=Clothing.GYM_SUIT
    )
    record_growth(visit.desk(), view, entry, view.base)
    return pupil.exam_id("growth")


def test_the_values_go_and_are_judged_again_for_the_other_pupil(visit: ContactVisit) -> None:
    finn, lena = visit.pupil(ContactMoment.LO1), visit.pupil(ContactMoment.LO1)
    older = Pupil(
        family_name="Claes", given_name="Lena", birth_date=date(2019, 1, 9), sex=Sex.FEMALE
    )
    visit.save(older, pupil_id=lena.pupil_id, record_id=lena.pupil_id)
    record_id = measure(visit, finn, "117.0")
    before = visit.standing(finn, "growth", Growth)

    move_record(visit.desk(), record_id, lena.pupil_id)

    assert visit.standing(finn, "growth", Growth) is None
    after = visit.standing(lena, "growth", Growth)
    assert before is not None
    assert after is not None
    assert (after.body.height_cm, after.revision.pupil_id) == (Decimal("117.0"), lena.pupil_id)
    assert after.revision.occurred_at == before.revision.occurred_at
    assert after.body.judgements != before.body.judgements, "another age and sex"


def mother_of(visit: ContactVisit, pupil: PupilOnVisit) -> str:
    """How tall she is said to be; empty when nobody said so."""
    with visit.station.vault.read() as reader:
        record_id = derived_record_id("parent_height", pupil.pupil_id)
        found = one_standing(reader, record_id, ParentHeight)
    return str(found.body.mother_cm) if found else ""


@pytest.mark.parametrize("known", ["", "165.0"])
def test_the_lengths_of_parents_typed_on_the_same_form_go_along(
    visit: ContactVisit, known: str
) -> None:
    finn, lena = visit.pupil(ContactMoment.LO1), visit.pupil(ContactMoment.LO1)
    if known:
        record_id = derived_record_id("parent_height", finn.pupil_id)
        asked = ParentHeight(pupil_id=finn.pupil_id, mother_cm=Decimal(known))
        visit.save(asked, pupil_id=finn.pupil_id, record_id=record_id)
    view = open_growth(visit.desk(), finn)
    entry = GrowthEntry(height_cm=Decimal("117.0"), mother_cm=Decimal("180.0"))
    record_growth(visit.desk(), view, entry, view.base)

    move_record(visit.desk(), finn.exam_id("growth"), lena.pupil_id)

    assert mother_of(visit, finn) == known, "as it was known before"
    assert mother_of(visit, lena) == "180.0"


def test_lengths_of_parents_of_another_day_stay_where_they_are(visit: ContactVisit) -> None:
    finn, lena = visit.pupil(ContactMoment.LO1), visit.pupil(ContactMoment.LO1)
    for pupil, mother in ((finn, "165.0"), (lena, "170.0")):
        asked = ParentHeight(pupil_id=pupil.pupil_id, mother_cm=Decimal(mother))
        record_id = derived_record_id("parent_height", pupil.pupil_id)
        visit.save(asked, pupil_id=pupil.pupil_id, record_id=record_id)
    move_record(visit.desk(), measure(visit, finn, "117.0"), lena.pupil_id)
    assert (mother_of(visit, finn), mother_of(visit, lena)) == ("165.0", "170.0")


def test_measured_again_is_not_said_of_the_other_pupil(visit: ContactVisit) -> None:
    finn, lena = visit.pupil(ContactMoment.LO1), visit.pupil(ContactMoment.LO1)
    view = open_growth(visit.desk(), finn)
    confirmed = {"height": Answer("LIM-H")}
    entry = GrowthEntry(height_cm=Decimal("80.0"), confirmed=confirmed)
    record_growth(visit.desk(), view, entry, view.base)
    assert open_questions(visit.desk(), finn) == ()

    move_record(visit.desk(), finn.exam_id("growth"), lena.pupil_id)

    assert open_questions(visit.desk(), lena) == ("80,0 cm",)


def test_both_dossiers_and_the_log_of_both_tell_it_without_naming_the_other(
    visit: ContactVisit,
) -> None:
    finn, lena = visit.pupil(ContactMoment.LO1), visit.pupil(ContactMoment.LO1)
    record_id = measure(visit, finn, "117.0")
    move_record(visit.desk(), record_id, lena.pupil_id)

    (old,) = [
        row for row in view_history(visit.desk(), VISIT, finn.pupil_id).rows if row.kind == "growth"
    ]
    (new,) = [
        row for row in view_history(visit.desk(), VISIT, lena.pupil_id).rows if row.kind == "growth"
    ]
    assert (old.state, new.state) == (RowState.WITHDRAWN, RowState.SAVED)
    with visit.station.vault.read() as reader:
        logged = {
            (line.action, line.pupil_id, line.reason)
            for line in reader.access_lines()
            if line.kind == "growth"
        }
        reasons = [one.reason or "" for one in reader.history(record_id)]
    assert ("withdraw", finn.pupil_id, "verkeerde leerling, verplaatst") in logged
    assert ("record", lena.pupil_id, "verplaatst van een andere leerling") in logged
    assert not any("Lena" in reason or lena.pupil_id in reason for reason in reasons)


def test_nothing_is_moved_onto_a_test_that_is_there(visit: ContactVisit) -> None:
    finn, lena = visit.pupil(ContactMoment.LO1), visit.pupil(ContactMoment.LO1)
    record_id = measure(visit, finn, "117.0")
    measure(visit, lena, "121.0")

    with pytest.raises(Refused, match=r"access\.move_occupied"):
        move_record(visit.desk(), record_id, lena.pupil_id)

    standing = visit.standing(finn, "growth", Growth)
    assert standing is not None, "refused whole: nothing was withdrawn"


def test_a_dose_that_nobody_gave_here_and_a_conclusion_are_not_moved(visit: ContactVisit) -> None:
    finn, lena = visit.pupil(ContactMoment.LO1), visit.pupil(ContactMoment.LO1)
    body = Dose(
        pupil_id=finn.pupil_id,
        status=DoseStatus.GIVEN,
        vaccine="MBR",
        on="2026-11-23",
        source=DoseSource.DOCUMENT,
    )
    record_id = visit.save(body, pupil_id=finn.pupil_id, visit_id=VISIT)
    assert not may_move("conclusion")
    with pytest.raises(Refused, match=r"access\.cannot_move"):
        move_record(visit.desk(), record_id, lena.pupil_id)


def test_what_was_moved_and_withdrawn_there_can_be_moved_again(visit: ContactVisit) -> None:
    finn, lena = visit.pupil(ContactMoment.LO1), visit.pupil(ContactMoment.LO1)
    record_id = measure(visit, finn, "117.0")
    move_record(visit.desk(), record_id, lena.pupil_id)
    move_record(visit.desk(), lena.exam_id("growth"), finn.pupil_id)

    back = visit.standing(finn, "growth", Growth)
    assert back is not None
    assert back.body.height_cm == Decimal("117.0")
    assert not back.is_conflict
    assert [one.pupil_id for one in others_on(visit.desk(), VISIT, finn.pupil_id)] == [
        lena.pupil_id
    ]


def test_the_flags_go_along_without_the_person_whom_they_were_about(visit: ContactVisit) -> None:
    finn, lena = visit.pupil(ContactMoment.LO1), visit.pupil(ContactMoment.LO1)
    record_id = measure(visit, finn, "117.3")
    body = Guardian(pupil_id=finn.pupil_id, name="Sofie Peeters", relationship=Relationship.MOTHER)
    mother = note_guardian(visit.desk(AN), body).value.revisions[0].record_id
    both = (Flag.CONFIDENTIAL_SOURCE, Flag.CONTEXT)
    shield(visit.desk(AN), record_id, both, "verteld", person_id=mother)

    move_record(visit.desk(AN), record_id, lena.pupil_id)

    with visit.station.vault.read() as reader:
        found = shieldings_of(reader, lena.pupil_id)[lena.exam_id("growth")]
        kept = shieldings_of(reader, finn.pupil_id)[record_id]
    assert (found.flags, found.pupil_id, found.person_id) == (both, lena.pupil_id, None)
    assert kept.person_id == mother, "the old dossier keeps its own"


def test_a_colleague_who_is_kept_from_a_record_does_not_see_it_after_moving(
    visit: ContactVisit,
) -> None:
    finn, lena = visit.pupil(ContactMoment.LO1), visit.pupil(ContactMoment.LO1)
    record_id = measure(visit, finn, "117.3")
    conflict = (Flag.CONFLICT_OF_INTEREST,)
    shield(visit.desk(AN), record_id, conflict, "familie", blocked_staff=ELS.staff_id)

    move_record(visit.desk(AN), record_id, lena.pupil_id)

    shown = {row.record_id for row in view_history(visit.desk(ELS), VISIT, lena.pupil_id).rows}
    assert lena.exam_id("growth") not in shown


def test_moving_back_takes_no_flag_away_that_stood_there(visit: ContactVisit) -> None:
    finn, lena = visit.pupil(ContactMoment.LO1), visit.pupil(ContactMoment.LO1)
    record_id = measure(visit, finn, "117.3")
    shield(visit.desk(AN), record_id, (Flag.COURT,), "rechtbank")
    move_record(visit.desk(AN), record_id, lena.pupil_id)
    there = lena.exam_id("growth")
    shield(visit.desk(AN), there, (Flag.THIRD_PARTY,), "over een ander")

    move_record(visit.desk(AN), there, finn.pupil_id)

    with visit.station.vault.read() as reader:
        found = shieldings_of(reader, finn.pupil_id)[record_id]
    assert set(found.flags) == {Flag.COURT, Flag.THIRD_PARTY}

"""A needle in another pupil than was written down: what both dossiers say, and what follows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace as replace_body

from clbdesk.domain.disclosing import AccessWay, Requester
from clbdesk.domain.follow_up import Task, TaskKind
from clbdesk.domain.incident import Incident, IncidentType, VaccinationError
from clbdesk.domain.shielding import Flag
from clbdesk.domain.vaccination import Dose, DoseStatus, Observation, ValidityOverride
from clbdesk.domain.visits import AttendanceState
from clbdesk.errors import Refused
from clbdesk.ids import RecordId
from clbdesk.services.access_request import Asked, weigh
from clbdesk.services.class_list import open_class_list
from clbdesk.services.follow_up_acts import finish
from clbdesk.services.history import view_history
from clbdesk.services.history_rows import RowState
from clbdesk.services.letter_states import LetterState
from clbdesk.services.letters import make_letters, open_letters, record_printed
from clbdesk.services.move import move_record
from clbdesk.services.pupil import PupilOnVisit
from clbdesk.services.shielding import shield, shieldings_of
from clbdesk.services.vaccination_close import open_close
from clbdesk.services.vaccination_observation import list_watched, release
from clbdesk.services.vaccination_plan import PlanState
from clbdesk.services.vaccination_session import open_session, record_session
from clbdesk.services.wrong_pupil import AWAY, HERE
from clbdesk.standards.access_matrix import Why
from tests.builders.paper_words import pages_of
from tests.builders.vaccination_visit import TODAY, VISIT, VaccinationVisit, dtpa_session


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[VaccinationVisit]:
    """An open session with one lot of dTpa."""
    with dtpa_session(tmp_path, vaccines=("dTpa", "HPV")) as made:
        yield made


def needle(visit: VaccinationVisit) -> tuple[PupilOnVisit, PupilOnVisit, RecordId]:
    """Written down with Finn; Lena sat on the chair."""
    finn, lena = visit.pupil("Finn"), visit.pupil("Lena")
    visit.consent(finn)
    visit.give(finn)
    (dose,) = visit.view(finn).saved.doses
    return finn, lena, dose.record_id


def doses_of(visit: VaccinationVisit, pupil: PupilOnVisit) -> list[Dose]:
    return [one.body for one in visit.view(pupil).saved.doses]


def test_the_dose_stands_as_given_with_who_got_it_and_does_not_count_yet(
    visit: VaccinationVisit,
) -> None:
    finn, lena, record_id = needle(visit)
    (before,) = doses_of(visit, finn)

    move_record(visit.desk(), record_id, lena.pupil_id)

    assert doses_of(visit, finn) == []
    (after,) = doses_of(visit, lena)
    assert after.status is DoseStatus.GIVEN
    assert after.validity_override is ValidityOverride.INVALID
    for same in ("vaccine", "product", "lot", "on", "given_at", "site", "side", "vaccinator"):
        assert getattr(after, same) == getattr(before, same)
    assert after.consent_id is None, "the form was of somebody else"
    assert after.session_id == before.session_id, "the box is one dose emptier, once"


def test_both_dossiers_and_the_log_of_both_tell_it_and_neither_names_the_other(
    visit: VaccinationVisit,
) -> None:
    finn, lena, record_id = needle(visit)
    move_record(visit.desk(), record_id, lena.pupil_id)

    states = {
        pupil.pupil_id: [
            row.state
            for row in view_history(visit.desk(), VISIT, pupil.pupil_id).rows
            if row.kind == "dose" and "Boostrix" in row.about
        ]
        for pupil in (finn, lena)
    }
    assert states == {
        finn.pupil_id: [RowState.WITHDRAWN],
        lena.pupil_id: [RowState.SAVED],
    }
    with visit.station.vault.read() as reader:
        logged = {
            (one.action, one.pupil_id, one.reason)
            for one in reader.access_lines()
            if one.kind == "dose"
        }
        written = [
            revision
            for pupil in (finn, lena)
            for head in reader.heads(pupil_id=pupil.pupil_id, include_withdrawn=True)
            for revision in reader.history(head.record_id)
        ]
    assert ("withdraw", finn.pupil_id, AWAY) in logged
    assert ("record", lena.pupil_id, HERE) in logged
    for revision in written:
        other = lena if revision.pupil_id == finn.pupil_id else finn
        said = f"{revision.reason or ''} {revision.body}"
        assert other.pupil_id not in said
        if revision.kind != "pupil":
            assert other.pupil.given_name not in said


def test_an_incident_and_a_task_for_the_parents_of_both_follow(visit: VaccinationVisit) -> None:
    finn, lena, record_id = needle(visit)
    move_record(visit.desk(), record_id, lena.pupil_id)

    (incident,) = visit.found(Incident)
    assert incident.body.type is IncidentType.VACCINATION_ERROR
    assert incident.body.error is VaccinationError.WRONG_PUPIL
    assert incident.body.pupil_id == lena.pupil_id
    assert incident.body.dose_ids == tuple(one.record_id for one in visit.view(lena).saved.doses)
    tasks = {one.body.pupil_id: one.body for one in visit.found(Task)}
    assert {one.task for one in tasks.values()} == {TaskKind.INFORM_PARENTS}
    assert tasks[lena.pupil_id].text == "vaccinatiefout bij dTpa: verkeerde leerling"
    assert tasks[finn.pupil_id].text.endswith("deze leerling kreeg het niet")


def test_who_was_named_is_due_again_and_nobody_closes_the_session_over_it(
    visit: VaccinationVisit,
) -> None:
    finn, lena, record_id = needle(visit)
    move_record(visit.desk(), record_id, lena.pupil_id)

    (plan,) = [one for one in visit.view(finn).plan.vaccines if one.vaccine == "dTpa"]
    assert (plan.state, plan.fact) == (PlanState.PLANNED, None)
    assert finn.pupil_id in {
        one.pupil_id for one in open_close(visit.desk(), VISIT).without_outcome
    }
    attendance = {row.pupil_id: row.attendance for row in open_class_list(visit.desk(), VISIT).rows}
    assert attendance[lena.pupil_id] is AttendanceState.PRESENT


def test_the_box_is_one_dose_emptier_and_not_two(visit: VaccinationVisit) -> None:
    _finn, lena, record_id = needle(visit)
    move_record(visit.desk(), record_id, lena.pupil_id)
    assert [one.given for one in open_close(visit.desk(), VISIT).lots] == [1]


def test_the_minutes_run_on_for_who_sits_there(visit: VaccinationVisit) -> None:
    finn, lena, record_id = needle(visit)
    (before,) = list_watched(visit.desk(), VISIT)
    visit.station.clock.advance(timedelta(minutes=6))
    move_record(visit.desk(), record_id, lena.pupil_id)

    (after,) = list_watched(visit.desk(), VISIT)
    assert (before.pupil_id, after.pupil_id) == (finn.pupil_id, lena.pupil_id)
    assert after.until == before.until


@pytest.mark.parametrize("minutes, has_left", [(3, False), (20, True)])
def test_the_minutes_run_on_for_who_got_a_needle_of_her_own_before(
    visit: VaccinationVisit, minutes: int, has_left: bool
) -> None:
    visit.lot("HPV", "Gardasil 9", "X012345")
    view = open_session(visit.desk(), VISIT)
    record_session(visit.desk(), view, visit.session_entry(view), view.base)
    lena, finn = visit.pupil("Lena"), visit.pupil("Finn")
    visit.consent(lena, "HPV")
    visit.give(lena)
    visit.station.clock.advance(timedelta(minutes=minutes))
    if has_left:
        release(visit.desk(), list_watched(visit.desk(), VISIT)[0])
    visit.consent(finn)
    visit.give(finn)
    (of_finn,) = [one for one in list_watched(visit.desk(), VISIT) if one.given_name == "Finn"]
    (dose,) = visit.view(finn).saved.doses

    move_record(visit.desk(), dose.record_id, lena.pupil_id)

    (watched,) = list_watched(visit.desk(), VISIT)
    assert (watched.pupil_id, watched.until) == (lena.pupil_id, of_finn.until)


def test_who_was_let_go_stays_let_go(visit: VaccinationVisit) -> None:
    _finn, lena, record_id = needle(visit)
    visit.station.clock.advance(timedelta(minutes=16))
    release(visit.desk(), list_watched(visit.desk(), VISIT)[0])
    move_record(visit.desk(), record_id, lena.pupil_id)
    assert list_watched(visit.desk(), VISIT) == ()
    (observation,) = visit.found(Observation)
    assert observation.body.pupil_id == lena.pupil_id


def test_what_was_given_together_goes_together(visit: VaccinationVisit) -> None:
    visit.lot("HPV", "Gardasil 9", "X012345")
    finn, lena = visit.pupil("Finn"), visit.pupil("Lena")
    with visit.station.vault.read() as reader:
        assert reader.heads(kinds=("vaccination_session",))
    visit.consent(finn, "dTpa", "HPV")
    visit.give(finn)
    (first,) = visit.view(finn).saved.doses
    visit.save(
        Dose(
            pupil_id=finn.pupil_id,
            status=DoseStatus.GIVEN,
            vaccine="HPV",
            product="Gardasil 9",
            on=first.body.on,
            given_at=first.body.given_at,
        ),
        pupil_id=finn.pupil_id,
        visit_id=VISIT,
    )
    move_record(visit.desk(), first.record_id, lena.pupil_id)
    assert doses_of(visit, finn) == []
    assert {one.vaccine for one in doses_of(visit, lena)} == {"dTpa", "HPV"}
    (incident,) = visit.found(Incident)
    assert len(incident.body.dose_ids) == 2


def test_the_parents_hear_it_from_a_person_before_a_paper_comes(visit: VaccinationVisit) -> None:
    _finn, lena, record_id = needle(visit)
    move_record(visit.desk(), record_id, lena.pupil_id)
    rows = {one.pupil_id: one.state for one in open_letters(visit.desk(), VISIT).rows}
    assert rows == {lena.pupil_id: LetterState.TELL_FIRST}


def test_once_the_parents_were_told_the_letter_says_that_it_was_a_mistake(
    visit: VaccinationVisit,
) -> None:
    _finn, lena, record_id = needle(visit)
    move_record(visit.desk(), record_id, lena.pupil_id)
    (task,) = [one for one in visit.found(Task) if one.body.pupil_id == lena.pupil_id]
    finish(visit.desk(), task, done=True, reason="moeder gebeld")

    (row,) = open_letters(visit.desk(), VISIT).rows
    assert row.state is LetterState.READY
    printed = make_letters(visit.desk(), VISIT, [row.key], action="print").printed
    words = pages_of(printed.pdf)[0]
    assert "Product Boostrix Lotnummer AC37B2210" in words
    assert "Het is een vergissing van het CLB en het telt niet mee." in words
    assert "Finn" not in words


def test_the_parents_of_who_was_named_are_told_once_of_all_that_was_moved(
    visit: VaccinationVisit,
) -> None:
    finn, lena, record_id = needle(visit)
    (first,) = visit.view(finn).saved.doses
    other = replace_body(first.body, vaccine="HPV", product="Gardasil 9", lot="X012345")
    visit.save(other, pupil_id=finn.pupil_id, visit_id=VISIT)
    keys = [row.key for row in open_letters(visit.desk(), VISIT).rows]
    record_printed(visit.desk(), make_letters(visit.desk(), VISIT, keys, action="print"))
    move_record(visit.desk(), record_id, lena.pupil_id)

    def of_finn() -> list[LetterState]:
        found = open_letters(visit.desk(), VISIT).rows
        return [one.state for one in found if one.pupil_id == finn.pupil_id]

    assert of_finn() == [LetterState.TELL_FIRST]
    (task,) = [one for one in visit.found(Task) if one.body.pupil_id == finn.pupil_id]
    finish(visit.desk(), task, done=True, reason="moeder gebeld")
    assert of_finn() == []


def test_a_withdrawn_dose_is_not_moved(visit: VaccinationVisit) -> None:
    _finn, lena, record_id = needle(visit)
    move_record(visit.desk(), record_id, lena.pupil_id)
    with pytest.raises(Refused, match=r"access\.move_undecided"):
        move_record(visit.desk(), record_id, lena.pupil_id)


def test_the_flags_of_the_dose_and_of_the_minutes_go_along(visit: VaccinationVisit) -> None:
    _finn, lena, record_id = needle(visit)
    (watched,) = visit.found(Observation)
    for item in (record_id, watched.record_id):
        shield(visit.desk(), item, (Flag.CONFIDENTIAL_SOURCE,), "verteld")

    move_record(visit.desk(), record_id, lena.pupil_id)

    (dose,) = visit.view(lena).saved.doses
    (watched,) = visit.found(Observation)
    with visit.station.vault.read() as reader:
        found = shieldings_of(reader, lena.pupil_id)
    assert set(found) == {dose.record_id, watched.record_id}
    assert {one.flags for one in found.values()} == {(Flag.CONFIDENTIAL_SOURCE,)}


def test_the_dose_that_was_moved_away_is_given_to_nobody(visit: VaccinationVisit) -> None:
    finn, lena, record_id = needle(visit)
    move_record(visit.desk(), record_id, lena.pupil_id)
    form = Asked(Requester.MOTHER, "Sofie Peeters", AccessWay.VIEWING, TODAY)
    weighed = {one.text.record_id: one for one in weigh(visit.desk(), finn.pupil_id, form)}
    assert Why.THIRD_PARTY in weighed[record_id].against

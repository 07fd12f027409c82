"""Interventions on a real vault: codes valid on the day, in the dossier, about a school without names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from clbdesk.domain.intervention import CodeList, Intervention, InterventionCode
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.people import Pupil, Sex
from clbdesk.domain.shielding import Flag
from clbdesk.domain.visits import ContactMoment
from clbdesk.errors import Refused
from clbdesk.services.history import open_record, view_history
from clbdesk.services.history_rows import Group, RowState
from clbdesk.services.intervention import (
    InterventionEntry,
    open_interventions,
    record_intervention,
    view_interventions,
)
from clbdesk.services.move import move_record
from clbdesk.services.shielding import shield
from tests.builders.care import SECOND, Place, new_place
from tests.builders.contact_visit import VISIT, ContactVisit, opened_contact_visit

TODAY = date(2026, 11, 23)
CODES = {
    CodeList.CLIENT: "LEERLING",
    CodeList.FUNCTION: "VVH",
    CodeList.ACTOR: "OUDER",
    CodeList.SUBJECT: "maths",
    CodeList.DOMAIN: "LS",
}


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[ContactVisit]:
    """A visit of one vault."""
    with opened_contact_visit(tmp_path) as made:
        yield made


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A school with a meeting that was held, and a pupil on the laptop."""
    made = new_place(tmp_path)
    lotte = Pupil(
        given_name="Lotte", family_name="Peeters", birth_date=date(2018, 3, 4), sex=Sex.FEMALE
    )
    made.station.save(lotte, pupil_id="pupil-1", record_id="pupil-1")
    made.meet(SECOND)
    yield made
    made.station.vault.close()


def entry(on: date = TODAY, text: str = "", **codes: str) -> InterventionEntry:
    changed = {CodeList(name): code for name, code in codes.items()}
    return InterventionEntry(on=on, codes={**CODES, **changed}, text=text)


def imported(visit: ContactVisit, code: str, words: str, since: date, until: date | None) -> None:
    """A subject of the centre's own list."""
    body = InterventionCode(
        list=CodeList.SUBJECT,
        code=code,
        label=words,
        domain="OLB",
        valid_from=since,
        valid_until=until,
        source="nomenclatuur",
    )
    record_id = derived_record_id("intervention_code", "subject", code, since.isoformat())
    visit.save(body, record_id=record_id)


def test_an_intervention_stands_in_the_dossier_in_words(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO4)
    desk = visit.desk()
    view = view_interventions(desk, VISIT, pupil.pupil_id)
    record_intervention(desk, view, entry(text="mama gebeld"))

    (row,) = view_history(desk, VISIT, pupil.pupil_id).rows
    text = open_record(desk, pupil.pupil_id, row.record_id)

    assert (row.group, row.about) == (Group.GUIDANCE, "vraagverheldering · rekenen")
    assert row.domains == ("leren en studeren",)
    said = {one.label: one.value for one in text.fields}
    assert said["Type cliënt"] == "leerling"
    assert (said["Actor"], said["Tekst"]) == ("ouder of voogd", "mama gebeld")


def test_a_code_that_ended_cannot_be_chosen_for_a_later_day_and_keeps_its_words(
    visit: ContactVisit,
) -> None:
    pupil, desk = visit.pupil(ContactMoment.LO4), visit.desk()
    imported(visit, "SPIJB", "spijbelen", date(2020, 9, 1), date(2026, 10, 31))
    imported(visit, "AFW", "problematische afwezigheden", date(2026, 11, 1), None)
    view = view_interventions(desk, VISIT, pupil.pupil_id)
    with pytest.raises(Refused) as refused:
        record_intervention(desk, view, entry(subject="SPIJB"))
    assert (refused.value.key, refused.value.field) == ("intervention.not_valid", "subject")

    record_intervention(desk, view, entry(on=date(2026, 10, 30), subject="SPIJB"))

    (row,) = view_history(desk, VISIT, pupil.pupil_id).rows
    assert (row.on, row.about) == (date(2026, 10, 30), "vraagverheldering · spijbelen")


def test_what_was_noted_with_the_proposal_keeps_its_words_under_a_list_of_the_centre(
    visit: ContactVisit,
) -> None:
    pupil, desk = visit.pupil(ContactMoment.LO4), visit.desk()
    view = view_interventions(desk, VISIT, pupil.pupil_id)
    record_intervention(desk, view, entry())
    imported(visit, "AFW", "problematische afwezigheden", date(2026, 11, 1), None)

    (row,) = view_history(desk, VISIT, pupil.pupil_id).rows
    again = view_interventions(desk, VISIT, pupil.pupil_id)

    assert row.about == "vraagverheldering · rekenen"
    with pytest.raises(Refused):
        record_intervention(desk, again, entry())


@pytest.mark.parametrize("missing", list(CodeList))
def test_a_list_of_which_nothing_is_chosen_is_named(visit: ContactVisit, missing: CodeList) -> None:
    pupil, desk = visit.pupil(ContactMoment.LO4), visit.desk()
    view = view_interventions(desk, VISIT, pupil.pupil_id)
    codes = {one: code for one, code in CODES.items() if one is not missing}
    with pytest.raises(Refused) as refused:
        record_intervention(desk, view, InterventionEntry(on=TODAY, codes=codes))
    assert refused.value.field == missing


def test_opening_the_form_of_a_pupil_is_logged_and_looking_again_is_not(
    visit: ContactVisit,
) -> None:
    pupil, desk = visit.pupil(ContactMoment.LO4), visit.desk()
    open_interventions(desk, VISIT, pupil.pupil_id)
    view_interventions(desk, VISIT, pupil.pupil_id)
    with desk.vault.read() as reader:
        lines = [one for one in reader.access_lines() if one.kind == "intervention"]
    assert [(one.action, one.pupil_id) for one in lines] == [("open", pupil.pupil_id)]


def test_a_day_to_come_is_refused(visit: ContactVisit) -> None:
    pupil, desk = visit.pupil(ContactMoment.LO4), visit.desk()
    view = view_interventions(desk, VISIT, pupil.pupil_id)
    with pytest.raises(Refused) as refused:
        record_intervention(desk, view, entry(on=date(2026, 11, 24)))
    assert refused.value.key == "intervention.day_to_come"


def test_one_colleague_with_a_conflict_of_interest_sees_it_nowhere(visit: ContactVisit) -> None:
    pupil, desk = visit.pupil(ContactMoment.LO4), visit.desk()
    view = view_interventions(desk, VISIT, pupil.pupil_id)
    saved = record_intervention(desk, view, entry()).value.revisions[0]
    shield(
        desk,
        saved.record_id,
        (Flag.CONFLICT_OF_INTEREST,),
        "familie",
        blocked_staff=desk.user.staff_id,
    )
    assert view_interventions(desk, VISIT, pupil.pupil_id).earlier == ()
    assert view_history(desk, VISIT, pupil.pupil_id).rows == ()


def test_after_a_meeting_it_is_about_the_school_and_names_nobody(place: Place) -> None:
    view = view_interventions(place.desk, SECOND)
    assert view.pupil is None
    assert view.meeting_id is not None
    with pytest.raises(Refused) as refused:
        record_intervention(place.desk, view, entry(client="SCHOOL", text="over Lotte gepraat"))
    assert refused.value.key == "intervention.name_in_text"
    assert "Lotte" not in str(refused.value)

    record_intervention(place.desk, view, entry(client="SCHOOL", function="CLLB"))

    (found,) = view_interventions(place.desk, SECOND).earlier
    body: Intervention = found.body
    assert (body.pupil_id, body.meeting_id) == (None, view.meeting_id)
    assert found.revision.pupil_id is None


def test_one_that_was_noted_with_the_wrong_pupil_moves_beside_what_is_there(
    visit: ContactVisit,
) -> None:
    wrong, right = visit.pupil(ContactMoment.LO4), visit.pupil(ContactMoment.LO4)
    desk = visit.desk()
    view = view_interventions(desk, VISIT, right.pupil_id)
    record_intervention(desk, view, entry(text="eerder gesprek"))
    view = view_interventions(desk, VISIT, wrong.pupil_id)
    saved = record_intervention(desk, view, entry(text="mama gebeld")).value.revisions[0]

    move_record(desk, saved.record_id, right.pupil_id)

    assert view_interventions(desk, VISIT, wrong.pupil_id).earlier == ()
    found = view_interventions(desk, VISIT, right.pupil_id).earlier
    assert {one.body.text for one in found} == {"eerder gesprek", "mama gebeld"}
    assert {one.body.pupil_id for one in found} == {right.pupil_id}
    (old,) = view_history(desk, VISIT, wrong.pupil_id).rows
    assert old.state is RowState.WITHDRAWN
    with desk.vault.read() as reader:
        logged = {
            (line.action, line.pupil_id, line.reason)
            for line in reader.access_lines()
            if line.kind == "intervention"
        }
    assert ("withdraw", wrong.pupil_id, "verkeerde leerling, verplaatst") in logged
    assert ("record", right.pupil_id, "verplaatst van een andere leerling") in logged

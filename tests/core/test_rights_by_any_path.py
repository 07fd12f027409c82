"""Acceptance check 10: who may not read it cannot see it by timeline, record, request or search.

The desks here are made by force, as if somebody had got hold of a key that the role never has.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clbdesk.domain.contact import ParentHeight
from clbdesk.domain.disclosing import Requester
from clbdesk.domain.revision import Role
from clbdesk.domain.shielding import Flag
from clbdesk.domain.visits import ContactMoment
from clbdesk.errors import Defect, Refused
from clbdesk.ids import StaffId
from clbdesk.services.access_request import make_bundle, weigh
from clbdesk.services.desk import User
from clbdesk.services.history import open_record, view_history
from clbdesk.services.records import Part, Where, record
from clbdesk.services.shielding import shield
from tests.builders.contact_visit import AN, VISIT, ContactVisit, opened_contact_visit
from tests.core.test_services_access import asked, remarked

WITHOUT = [Role.ADMINISTRATION, Role.DIRECTOR, Role.SOCIAL_WORKER, Role.PSYCHOPEDAGOGUE]
SECRET = "WOORD UIT HET MEDISCH DOSSIER"


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[ContactVisit]:
    """A visit of one vault."""
    with opened_contact_visit(tmp_path) as made:
        yield made


@pytest.mark.parametrize("role", WITHOUT)
def test_no_other_function_reads_a_medical_word_even_with_the_key(
    visit: ContactVisit, role: Role
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    record_id = remarked(visit, pupil, SECRET)
    desk = visit.desk(User(StaffId("staff-x"), "Iemand Anders", role))

    rows = view_history(desk, VISIT, pupil.pupil_id).rows
    weighed = weigh(desk, pupil.pupil_id, asked(Requester.MOTHER))

    assert record_id not in {row.record_id for row in rows}
    assert record_id not in {one.text.record_id for one in weighed}
    assert SECRET not in repr(rows) + repr(weighed)
    with pytest.raises(Defect, match=r"history\.unknown_record"):
        open_record(desk, pupil.pupil_id, record_id)


@pytest.mark.parametrize("role", WITHOUT)
def test_no_other_function_writes_a_medical_record_even_with_the_key(
    visit: ContactVisit, role: Role
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    desk = visit.desk(User(StaffId("staff-x"), "Iemand Anders", role))
    with pytest.raises(Refused, match=r"records\.no_right"):
        record(desk, [Part(ParentHeight(pupil_id=pupil.pupil_id), Where(pupil.pupil_id))])


def test_the_search_knows_names_and_classes_and_no_word_of_a_record(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    remarked(visit, pupil, SECRET)
    with visit.station.vault.read() as reader:
        assert reader.find_pupils("WOORD") == []
        assert [hit.pupil_id for hit in reader.find_pupils("Peeters")] == [pupil.pupil_id]


def test_an_item_shielded_for_a_colleague_is_on_no_paper_and_in_no_list_of_that_colleague(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    item = remarked(visit, pupil, SECRET)
    els = User(StaffId("staff-els"), "Els Claes", Role.NURSE)
    flags = (Flag.CONFLICT_OF_INTEREST,)
    shield(visit.desk(AN), item, flags, "familie", blocked_staff=els.staff_id)

    desk = visit.desk(els)
    weighed = weigh(desk, pupil.pupil_id, asked(Requester.MOTHER))

    assert SECRET not in repr(weighed)
    assert item not in {row.record_id for row in view_history(desk, VISIT, pupil.pupil_id).rows}
    with pytest.raises(Refused):
        make_bundle(desk, pupil.pupil_id, asked(Requester.MOTHER))


def test_a_flag_is_no_row_of_the_timeline_and_reading_leaves_its_line(
    visit: ContactVisit,
) -> None:
    """Acceptance check 9: reading counts."""
    pupil = visit.pupil(ContactMoment.LO1)
    item = remarked(visit, pupil, SECRET)
    shield(visit.desk(AN), item, (Flag.COURT,), "rechtbank")
    with visit.station.vault.read() as reader:
        before = len(reader.access_lines())

    rows = view_history(visit.desk(AN), VISIT, pupil.pupil_id).rows
    text = open_record(visit.desk(AN), pupil.pupil_id, item)

    assert {row.kind for row in rows}.isdisjoint({"shielding"})
    assert text.flags == (Flag.COURT,)
    with visit.station.vault.read() as reader:
        (line,) = reader.access_lines()[before:]
    assert (line.action, line.record_id) == ("open", item)

"""What a centre took away holds on the laptop: the same rows as at the centre."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clbdesk.domain.data_class import DataClass, Reads, RightsNarrowing, Writes
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.membership import OF_SCHOOL
from clbdesk.domain.revision import Role
from clbdesk.domain.rights import put_rights_in_force, rights_in_force
from clbdesk.domain.shielding import Flag
from clbdesk.domain.visits import ContactMoment
from clbdesk.errors import Refused
from clbdesk.services.history import view_history
from clbdesk.services.narrowed import apply_rights
from clbdesk.services.shielding import shield
from tests.builders.contact_visit import VISIT, ContactVisit, opened_contact_visit
from tests.core.test_services_access import remarked


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[ContactVisit]:
    """A visit of one vault; the table of rights is whole again afterwards."""
    with opened_contact_visit(tmp_path) as made:
        yield made
    put_rights_in_force(())


def narrow(visit: ContactVisit, data_class: DataClass, reads: Reads, writes: Writes) -> None:
    body = RightsNarrowing(data_class=data_class, role=Role.NURSE, reads=reads, writes=writes)
    record_id = derived_record_id("rights_narrowing", data_class.value, Role.NURSE.value)
    visit.save(body, record_id=record_id)
    apply_rights(visit.desk())


def test_what_the_centre_narrowed_is_refused_before_it_is_written(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    item = remarked(visit, pupil, "TEKST")
    narrow(visit, DataClass.DISCLOSURE, Reads.YES, Writes.NO)
    with pytest.raises(Refused, match=r"records\.no_right"):
        shield(visit.desk(), item, (Flag.COURT,), "rechtbank")


def test_what_may_not_be_read_any_more_is_absent_from_the_timeline(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    item = remarked(visit, pupil, "TEKST")
    assert item in {row.record_id for row in view_history(visit.desk(), VISIT, pupil.pupil_id).rows}
    narrow(visit, DataClass.MEASURES, Reads.SUMMARY, Writes.NO)
    assert item not in {
        row.record_id for row in view_history(visit.desk(), VISIT, pupil.pupil_id).rows
    }


def test_closing_the_desk_takes_the_narrowing_away_with_it(visit: ContactVisit) -> None:
    narrow(visit, DataClass.MEASURES, Reads.NO, Writes.NO)
    desk = visit.desk()
    desk.close()
    assert rights_in_force().may_read(Role.NURSE, "growth", OF_SCHOOL)

"""Signals on a real vault: about the school of the visit or another one, never about a pupil."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec
import pytest

from clbdesk.domain.care import CareDomain
from clbdesk.domain.people import Pupil, School, SchoolLevel, Sex
from clbdesk.domain.revision import Compartment
from clbdesk.domain.school_signal import Signal, SignalSort, SignalSource
from clbdesk.errors import Refused
from clbdesk.ids import SchoolId
from clbdesk.services.drafts import keep_draft
from clbdesk.services.reading import Standing, all_standing
from clbdesk.services.signal_capture import FORM, SignalEntry, open_capture, record_signal
from tests.builders.care import SCHOOL, SECOND, Place, new_place

OTHER = SchoolId("school-2")
ENTRY = SignalEntry(
    domain=CareDomain.PSYCHOSOCIAL,
    theme="breaks",
    sort=SignalSort.NEED,
    text="geen toezicht achteraan",
)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = new_place(tmp_path)
    made.station.save(School(name="Atheneum", level=SchoolLevel.SECONDARY), record_id=OTHER)
    lotte = Pupil(
        given_name="Lotte", family_name="Peeters", birth_date=date(2018, 3, 4), sex=Sex.FEMALE
    )
    made.station.save(lotte, pupil_id="pupil-1", record_id="pupil-1")
    made.at(SECOND)
    yield made
    made.station.vault.close()


def signals(place: Place) -> list[Standing[Signal]]:
    with place.desk.vault.read() as reader:
        return all_standing(reader.heads(kinds=("signal",)), Signal)


def test_school_level_source_and_day_follow_from_the_visit(place: Place) -> None:
    view = open_capture(place.desk, SECOND)
    record_signal(place.desk, view, ENTRY)
    (found,) = signals(place)
    body = found.body
    assert (body.school_id, body.level) == (SCHOOL, SchoolLevel.PRIMARY)
    assert (body.source, body.on) == (SignalSource.CARE_MEETING, date(2026, 11, 23))
    assert found.revision.compartment is Compartment.GUIDANCE
    assert (found.revision.visit_id, found.revision.school_id) == (SECOND, SCHOOL)


def test_about_another_school_the_envelope_names_none(place: Place) -> None:
    view = open_capture(place.desk, SECOND)
    record_signal(place.desk, view, msgspec.structs.replace(ENTRY, school_id=OTHER))
    (found,) = signals(place)
    assert (found.body.school_id, found.body.level) == (OTHER, SchoolLevel.SECONDARY)
    assert (found.revision.visit_id, found.revision.school_id) == (None, None)


def test_outside_a_visit_the_school_is_asked(place: Place) -> None:
    view = open_capture(place.desk, None)
    assert view.here is None
    with pytest.raises(Refused) as refused:
        record_signal(place.desk, view, ENTRY)
    assert refused.value.key == "signal.missing_school"


@pytest.mark.parametrize("field,empty", [("domain", None), ("theme", None), ("sort", None)])
def test_what_is_missing_is_named(place: Place, field: str, empty: None) -> None:
    view = open_capture(place.desk, SECOND)
    with pytest.raises(Refused) as refused:
        record_signal(place.desk, view, msgspec.structs.replace(ENTRY, **{field: empty}))
    assert refused.value.key == f"signal.missing_{field}"


def test_a_name_is_refused_also_when_the_page_did_not_see_it(place: Place) -> None:
    view = open_capture(place.desk, SECOND)
    named = msgspec.structs.replace(ENTRY, text="vooral Lotte wordt geduwd")
    with pytest.raises(Refused) as refused:
        record_signal(place.desk, view, named)
    assert refused.value.key == "signal.name_in_text"
    assert "Lotte" not in str(refused.value), "what is raised may end up in a log"
    assert signals(place) == []


def test_the_draft_goes_with_the_signal(place: Place) -> None:
    view = open_capture(place.desk, SECOND)
    keep_draft(place.desk, FORM, view.where, (), msgspec.json.encode(ENTRY).decode())
    record_signal(place.desk, open_capture(place.desk, SECOND), ENTRY)
    assert open_capture(place.desk, SECOND).draft is None

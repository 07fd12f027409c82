"""Pupils are found by what a nurse types: pieces of names, class and birth date, in any order."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clbdesk.domain.people import Pupil, Sex
from clbdesk.domain.revision import RevisionStatus
from clbdesk.domain.visits import VisitPupil
from clbdesk.ids import VisitId
from clbdesk.storage.search import query_words
from tests.builders.vaults import new_station


@pytest.fixture
def station(tmp_path):
    station = new_station(tmp_path)
    yield station
    station.vault.close()


def found(station, typed: str, limit: int = 50) -> list[str]:
    with station.vault.read() as reader:
        return [hit.given_name for hit in reader.find_pupils(typed, limit)]


@pytest.mark.parametrize(
    "typed",
    [
        "d'hondt",
        "D’HONDT",
        "dhondt",
        "hondt",
        "vandhondt",
        "zoe van",
        "zoë",
        "ZO d",
        "zoeke",
        "3a",
        "3a zoe",
        "12/03/2014",
        "12-3-2014 zo",
        "12 03 2014",
        "2014-03-12",
        "12/3",
        "12032014",
        "2014",
        "20140312",
    ],
)
def test_a_pupil_is_found_by_every_usual_way_of_typing(station, typed):
    pupil_id = station.save_pupil(
        "Zoë", "Van D'Hondt", birth_date=date(2014, 3, 12), call_name="Zoeke"
    )
    station.save_pupil("Jan", "Peeters", birth_date=date(2012, 7, 30))
    station.enrol(pupil_id, "3A")
    assert found(station, typed) == ["Zoë"]


@pytest.mark.parametrize("typed", ["", "   ", "'", "zoe peeters", "ondt", "13/03/2014"])
def test_nobody_is_found_by_nothing_or_by_what_does_not_fit(station, typed):
    station.save_pupil("Zoë", "D'Hondt", birth_date=date(2014, 3, 12))
    assert found(station, typed) == []


@given(typed=st.text(max_size=30))
def test_whatever_is_typed_becomes_words_without_marks(typed):
    assert all(word.isalnum() for word in query_words(typed))


@pytest.mark.parametrize("typed", ['"', "zo*", "NEAR(zoe)", "zoe OR jan", "words:zoe", "-zoe"])
def test_the_language_of_the_index_means_nothing_to_who_types(station, typed):
    station.save_pupil("Zoë", "D'Hondt")
    found(station, typed)


def test_hits_come_in_order_of_name_and_stop_at_the_limit(station):
    for given_name in ("Wout", "Aya", "Élise", "Lotte"):
        station.save_pupil(given_name, "Maes")
    station.save_pupil("Zita", "Aerts")
    assert found(station, "maes") == ["Aya", "Élise", "Lotte", "Wout"]
    assert found(station, "a") == ["Zita", "Aya"]
    assert found(station, "maes", limit=2) == ["Aya", "Élise"]


def test_a_corrected_name_is_found_and_the_wrong_one_no_longer(station):
    pupil_id = station.save_pupil("Lote", "Peeters")
    body = Pupil(
        family_name="Peeters",
        given_name="Lotte",
        birth_date=date(2014, 3, 12),
        sex=Sex.FEMALE,
    )
    base = (station.saved[-1].rev_id,)
    station.save(body, pupil_id=pupil_id, record_id=pupil_id, base=base)
    assert found(station, "lotte") == ["Lotte"]
    assert found(station, "lote") == []


def test_both_names_find_a_pupil_with_two_versions(station):
    pupil_id = station.save_pupil("Lotte", "Peeters")
    body = Pupil(
        family_name="Pieters",
        given_name="Lotte",
        birth_date=date(2014, 3, 12),
        sex=Sex.FEMALE,
    )
    station.save(body, pupil_id=pupil_id, record_id=pupil_id)
    assert found(station, "peeters") == found(station, "pieters") == ["Lotte"]


def test_a_withdrawn_pupil_is_not_found(station):
    pupil_id = station.save_pupil()
    first = station.saved[-1]
    body = Pupil(family_name="x", given_name="x", birth_date=date(2014, 3, 12), sex=Sex.FEMALE)
    station.save(
        body,
        pupil_id=pupil_id,
        record_id=pupil_id,
        base=(first.rev_id,),
        status=RevisionStatus.WITHDRAWN,
    )
    assert found(station, "lotte") == []
    with station.vault.read() as reader:
        assert reader.pupil_count() == 0


def test_the_class_is_that_of_the_newest_school_year_and_otherwise_of_the_visit(station):
    pupil_id = station.save_pupil()

    def class_name() -> str:
        with station.vault.read() as reader:
            return reader.find_pupils("lotte")[0].class_name

    listed = VisitPupil(visit_id=VisitId("v"), pupil_id=pupil_id, class_name="1B", moment=None)
    station.save(listed, pupil_id=pupil_id, visit_id="v")
    assert class_name() == "1B"
    station.enrol(pupil_id, "2B", school_year=2026)
    station.enrol(pupil_id, "1C", school_year=2025)
    assert class_name() == "2B"


def test_the_names_on_a_list_are_those_of_its_pupils_only(tmp_path):
    station = new_station(tmp_path)
    lotte, _ = station.save_pupil("Lotte", "Peeters"), station.save_pupil("Zoë", "Maes")
    listed = VisitPupil(visit_id=VisitId("visit-1"), pupil_id=lotte, class_name="3A")
    first = station.save(listed, pupil_id=lotte, record_id="listed", visit_id="visit-1")
    with station.vault.read() as reader:
        assert reader.names_on(VisitId("visit-1")) == {lotte: ("Peeters", "Lotte")}
        assert reader.names_on(VisitId("visit-2")) == {}
    station.save(
        listed,
        pupil_id=lotte,
        record_id="listed",
        visit_id="visit-1",
        base=(first.rev_id,),
        status=RevisionStatus.WITHDRAWN,
    )
    with station.vault.read() as reader:
        assert reader.names_on(VisitId("visit-1")) == {}
    station.vault.close()

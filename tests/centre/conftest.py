"""Every test of the centre runs on both stores: the embedded file and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clbdesk.centre.opening import Place
from tests.builders.centres import BuiltCentre, build, embedded_place

STORES = ["embedded", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=STORES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """An empty place for a centre."""
    if request.param == "embedded":
        return embedded_place(tmp_path)
    database = request.getfixturevalue("postgres").new_database()
    return Place(database=database, keys=tmp_path / "keys")


@pytest.fixture
def built(place: Place) -> Iterator[BuiltCentre]:
    """A centre with a school, a team, three pupils and a visit."""
    centre = build(place)
    yield centre
    centre.centre.close()


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[BuiltCentre]:
    """The same, embedded only: where the store makes no difference."""
    centre = build(embedded_place(tmp_path))
    yield centre
    centre.centre.close()

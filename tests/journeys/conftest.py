"""The world of the journeys, made once per test process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.journeys.town import Town, copy_town, make_template
from tests.journeys.tray import Tray
from tests.journeys.world import Hands, World, make_world, open_window
from ui.pages import print_out


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A centre with two laptops that are ready to leave."""
    made = make_world(tmp_path_factory.mktemp("world"))
    yield made
    made.setting.close()


class Opener:
    """Opens windows on copies of laptops."""

    def __init__(self, qtbot: QtBot, world: World, folder: Path) -> None:
        self._qtbot, self._world, self._folder = qtbot, world, folder

    def __call__(self, user: str, laptop: str = "LAP-07") -> Hands:
        """The window of this user on this laptop."""
        program = self._world.copy(laptop, self._folder)
        return open_window(self._qtbot, program, self._world.staff(user))


@pytest.fixture
def opened(qtbot: QtBot, world: World, tmp_path: Path) -> Opener:
    """`opened(AN)`: the window of An on a laptop of this test alone."""
    return Opener(qtbot, world, tmp_path)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> World:
    """What towns are copies of."""
    return make_template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def town(template: World, tmp_path: Path, qtbot: QtBot) -> Iterator[Town]:
    """A centre with laptops of this test alone, for what is written to the centre."""
    made = copy_town(template, tmp_path, qtbot)
    yield made
    made.world.setting.close()


@pytest.fixture
def tray(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tray:
    """A printer on this laptop that keeps its paper."""
    made = Tray(tmp_path)
    found = print_out.Printers(("Proefprinter",), "Proefprinter")
    monkeypatch.setattr(print_out, "find_printers", lambda: found)
    monkeypatch.setattr(print_out, "new_printer", made.printer)
    return made

"""The steps that not every moment has, and the grid, with everything unfolded, in every look."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from clbdesk.domain.body import ExamState
from clbdesk.domain.visits import ContactMoment
from tests.journeys.conftest import Opener
from tests.journeys.moments import come_back, open_step
from tests.journeys.test_grid import open_grid
from tests.journeys.world import DOCTOR, Hands, World
from tests.window.checks import nameless, outside, too_small
from ui import theme
from ui.theme import Scheme

LOUIS, LOTTE = ("Coppens", "Louis"), ("Peeters", "Lotte")
LOOKS = [
    pytest.param(scheme, size, id=f"{scheme}-{size[0]}")
    for scheme in Scheme
    for size in ((1366, 728), (1093, 576))
]


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[None]:
    """Light again for whoever comes next."""
    yield
    theme.apply(qapp, Scheme.LIGHT, 1.0)


def too_wide(page: QWidget) -> list[str]:
    """Bodies that scroll only downwards and are wider than their room."""
    return [
        f"{area.widget().width()} in {area.viewport().width()}"
        for area in page.findChildren(QScrollArea)
        if area.isVisible() and area.widget() and area.widget().width() > area.viewport().width()
    ]


def concluding(hands: Hands, world: World) -> None:
    """The conclusion of a girl with what a doctor found."""
    pupil_id = open_step(hands, world, "doctor", moment=ContactMoment.LO6, name=LOTTE)
    hands.press(Qt.Key.Key_2, Qt.Key.Key_Return, Qt.Key.Key_1, Qt.Key.Key_F7)
    hands.save_and_go()
    come_back(hands, world, pupil_id, "decision")


def worried(hands: Hands, world: World) -> None:
    """Every area with a worry, a question and the pupil's questionnaire."""
    open_step(hands, world, "signals", moment=ContactMoment.SO3)
    page = hands.page._pages["signals"]
    for row in page._drawn().values():
        row.choice.set_value("worry")
        row.choice.edited.emit()
    page._taken.set_value("yes")
    page._taken.edited.emit()
    page._parents._closed.click()


def boy(hands: Hands, world: World) -> None:
    """A boy with everything examined, a chip of F7 at every row."""
    open_step(hands, world, "doctor", moment=ContactMoment.LO6, name=LOUIS)
    page = hands.page._pages["doctor"]
    page.blocks.wanted.set_values([one.value for one in page.blocks.wanted.choices()])
    page.blocks.wanted.edited.emit()
    for row in page.blocks.drawn():
        row.choice.set_value("abnormal")
        row.choice.edited.emit()
    page.stages.show_filled(frozenset({"position_right", "position_left", "basis"}))


def girl(hands: Hands, world: World) -> None:
    """A girl who had her menarche, with stages that were refused."""
    open_step(hands, world, "doctor", moment=ContactMoment.SO3, name=LOTTE)
    stages = hands.page._pages["doctor"].stages
    stages.set_not_done(stages.open_stages(), ExamState.REFUSED, "pupil")
    stages.menarche.set_value("yes")
    stages.menarche.edited.emit()


def grid(step: str) -> Callable[[Hands, World], None]:
    """The grid at one of its tests."""

    def opened_grid(hands: Hands, world: World) -> None:
        open_grid(hands, world, step)

    return opened_grid


@pytest.mark.usefixtures("dressed")
@pytest.mark.parametrize("scheme,size", LOOKS)
def test_nothing_is_cut_off_where_everything_is_unfolded(
    opened: Opener, world: World, scheme: Scheme, size: tuple[int, int]
) -> None:
    hands = opened(DOCTOR)
    window = hands.desktop.window
    theme.apply(hands.desktop.app, scheme, 1.0)
    window.resize(*size)
    found: dict[str, list[str]] = {}
    places = {
        "decision": concluding,
        "signals": worried,
        "doctor, boy": boy,
        "doctor, girl": girl,
        "grid, growth": grid("growth"),
        "grid, vision": grid("vision"),
        "grid, hearing": grid("hearing"),
    }

    for name, unfold in places.items():
        unfold(hands, world)
        for _ in range(3):
            hands.settle()
        page = hands.page
        troubles = [f"cut off: {one}" for one in too_small(page)]
        troubles += [f"outside: {one}" for one in outside(page)]
        troubles += [f"nameless: {one}" for one in nameless(page)]
        troubles += [f"beside the edge: {one}" for one in too_wide(page)]
        if (window.width(), window.height()) != size:
            troubles.append(f"window grew to {window.width()} × {window.height()}")
            window.resize(*size)
        if troubles:
            found[name] = troubles

    assert not found, "\n".join(
        f"{page}\n  " + "\n  ".join(troubles) for page, troubles in found.items()
    )

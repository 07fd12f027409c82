"""Every registered page and step on real data, light and dark, on both sizes of laptop screen.

One window per look walks all of them, because opening a laptop costs more than looking at a page.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QWidget

from clbdesk.ids import PupilId
from clbdesk.services.visits import pupils_of
from tests.journeys.conftest import Opener
from tests.journeys.world import AN, CONTACT, MEETING, VACCINATION, WIM, Hands, World, find_pupil
from tests.window.checks import dead_keys, nameless, outside, too_small, turn_wheel
from ui import theme
from ui.pages import registry
from ui.pages.base import Destination
from ui.pages.signal_capture import SignalStrip
from ui.theme import Scheme
from ui.widgets.control import Control

OF_GUIDANCE = {
    "care_guide",
    "care_meeting",
    "care_topic",
    "school_output",
    "border_check",
    "request_answer",
}
OF_A_PUPIL = {
    "emergency",
    "guidance_request",
    "released_summary",
    "earlier_doses",
    "intervention",
    "objection",
    "history",
    "growth_print",
    "audiogram",
    "access_request",
    "capacity",
    "school_message",
}
OF_THE_NEEDLE = {
    "consent_stack",
    "vaccination_list",
    "vaccination_session",
    "vaccination_close",
    "observation",
}
SIZES = ((1366, 728), (1093, 576))
# A page opens in one size and is made into the other: once down, once up.
LOOKS = [
    pytest.param(Scheme.LIGHT, SIZES, id="light, made smaller"),
    pytest.param(Scheme.DARK, SIZES[::-1], id="dark, made larger"),
]


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[None]:
    """Light again for whoever comes next."""
    yield
    theme.apply(qapp, Scheme.LIGHT, 1.0)


def first_pupil(hands: Hands, world: World, visit: int) -> PupilId:
    with hands.desk.vault.read() as reader:
        return pupils_of(reader, world.visit(visit))[0].pupil_id


def places(hands: Hands, world: World) -> Iterator[Destination]:
    """Every page that this user can open, and every step."""
    if not hands.page.work.is_medical():
        for page in registry.pages():
            if page in OF_GUIDANCE:
                yield Destination(page, world.visit(MEETING))
        yield Destination("intervention", world.visit(MEETING))
        yield Destination("signal_report")
        yield Destination("search")
        yield Destination("follow_up")
        return
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    for page in registry.pages():
        if page in OF_GUIDANCE or page == "pupil":
            continue
        visit = world.visit(VACCINATION if page in OF_THE_NEEDLE else CONTACT)
        yield Destination(page, visit, lotte if page in OF_A_PUPIL else None)
    for step in registry.steps():
        if step == "vaccination":
            visit, pupil = world.visit(VACCINATION), first_pupil(hands, world, VACCINATION)
            yield Destination("pupil", visit, pupil, step)
        else:
            yield Destination("pupil", world.visit(CONTACT), lotte, step)


def walk(hands: Hands, world: World) -> Iterator[Destination]:
    for to in places(hands, world):
        hands.go(to)
        for _ in range(3):
            hands.settle()
        yield to


def name_of(to: Destination) -> str:
    return f"{to.page}/{to.step}" if to.step else to.page


def troubles_at(hands: Hands, size: tuple[int, int]) -> list[str]:
    """What is wrong with the page on the screen, in a window of this size."""
    page, window = hands.page, hands.desktop.window
    troubles = [f"cut off: {one}" for one in too_small(page)]
    troubles += [f"outside: {one}" for one in outside(page)]
    troubles += [f"nameless: {one}" for one in nameless(page)]
    troubles += [f"a key without an act: {one}" for one in dead_keys(page, window)]
    if (window.width(), window.height()) != size:
        troubles.append(f"window grew to {window.width()} × {window.height()}")
    if not page.title_back():
        troubles.append("no words for the button that leads back to it")
    if window.windowTitle() != "clbdesk":
        troubles.append(f"title {window.windowTitle()!r}")
    if any(page.findChildren(banned) for banned in (QComboBox, QAbstractSpinBox)):
        troubles.append("a control that changes under the wheel")
    return troubles


@pytest.mark.usefixtures("dressed")
@pytest.mark.parametrize("user", [AN, WIM])
@pytest.mark.parametrize("scheme,sizes", LOOKS)
def test_nothing_is_cut_off_and_every_control_has_a_name(
    opened: Opener, world: World, user: str, scheme: Scheme, sizes: tuple[tuple[int, int], ...]
) -> None:
    hands = opened(user)
    window = hands.desktop.window
    theme.apply(hands.desktop.app, scheme, 1.0)
    window.resize(*sizes[0])
    found: dict[str, list[str]] = {}

    for to in walk(hands, world):
        assert hands.page.name == to.page, f"{to.page} did not open"
        for size in sizes:
            if size != sizes[0]:
                window.resize(*size)
            troubles = troubles_at(hands, size)
            for _ in range(20 if troubles else 0):  # columns that fold need more than one turn
                hands.qtbot.wait(50)
                troubles = troubles_at(hands, size)
                if not troubles:
                    break
            if troubles:
                found[f"{name_of(to)} at {size[0]}"] = troubles
        window.resize(*sizes[0])

    assert not found, "\n".join(
        f"{page}\n  " + "\n  ".join(troubles) for page, troubles in found.items()
    )


@pytest.mark.parametrize("user", [AN, WIM])
def test_the_wheel_changes_nothing_enter_never_saves_and_a_signal_is_noted_from_any_page(
    opened: Opener, world: World, user: str
) -> None:
    hands = opened(user)
    found, turned = [], 0

    for to in walk(hands, world):
        page = hands.page
        for control in page.findChildren(QWidget):
            if not (isinstance(control, Control) and control.isVisibleTo(page)):
                continue
            turned += 1
            before = control.value()
            turn_wheel(control)
            if control.value() != before:
                found.append(f"{name_of(to)}: the wheel changed {control.name}")
        with hands.desk.vault.read() as reader:
            waiting = reader.outbox_count()
        hands.press(Qt.Key.Key_Return, Qt.Key.Key_Return)
        with hands.desk.vault.read() as reader:
            if reader.outbox_count() != waiting:
                found.append(f"{name_of(to)}: Enter saved")
        hands.go(to)
        hands.press(Qt.Key.Key_S, ctrl=True, shift=True)
        if not isinstance(hands.page.above(), SignalStrip):
            found.append(f"{name_of(to)}: no signal")
        hands.press(Qt.Key.Key_Escape)

    assert not found
    assert turned > 5

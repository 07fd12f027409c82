"""What journeys of a contact share: a visit that was started, and records as the vault has them."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from clbdesk.domain.body import Body
from clbdesk.domain.contact import Occlusion
from clbdesk.ids import PupilId
from clbdesk.services.pupil import PupilOnVisit, find_on_visit
from clbdesk.services.reading import one_standing
from clbdesk.services.visits import propose_defaults, start_visit
from tests.journeys.world import CONTACT, Hands, World, find_pupil
from ui.pages.base import Destination

BodyT = TypeVar("BodyT", bound=Body)


def started_at(hands: Hands, world: World, family: str, given: str, step: str) -> PupilId:
    """The contact visit was started with its defaults, and a pupil stands open at a step."""
    visit_id = world.visit(CONTACT)
    proposed = propose_defaults(hands.desk, visit_id).defaults
    defaults = msgspec.structs.replace(proposed, occlusion=Occlusion.LEIDEN_GLASSES.value)
    start_visit(hands.desk, visit_id, defaults)
    pupil_id = find_pupil(hands.desk, family, given)
    hands.go(Destination("class_list", visit_id))
    hands.go(Destination("pupil", visit_id, pupil_id, step))
    return pupil_id


def on_visit(hands: Hands, world: World, pupil_id: PupilId) -> PupilOnVisit:
    """A pupil on the contact visit."""
    with hands.desk.vault.read() as reader:
        return find_on_visit(reader, world.visit(CONTACT), pupil_id)[0]


def saved(
    hands: Hands, world: World, pupil_id: PupilId, kind: str, shape: type[BodyT]
) -> BodyT | None:
    """What the vault says of one test of a pupil in this contact."""
    where = on_visit(hands, world, pupil_id)
    with hands.desk.vault.read() as reader:
        found = one_standing(reader, where.exam_id(kind), shape)
    return found.body if found else None


def lock(hands: Hands) -> None:
    """Ctrl+L, and the vault closed behind the cover."""
    hands.desktop.window.lock()
    tasks = hands.desktop._tasks
    hands.wait(lambda: hands.desktop.work is None and not tasks.is_busy())
    hands.qtbot.wait(50)

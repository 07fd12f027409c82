"""Pupils of any contact moment in the world of the journeys, and what the vault says of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TypeVar

import msgspec
from PySide6.QtCore import Qt

from clbdesk.domain.body import Body
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.people import Pupil
from clbdesk.domain.revision import Role
from clbdesk.domain.visits import ContactMoment, VisitDefaults, VisitPupil
from clbdesk.ids import PupilId, RecordId
from clbdesk.services.desk import User
from clbdesk.services.progress import StepState
from clbdesk.services.pupil import find_on_visit, view_pupil
from clbdesk.services.reading import one_standing
from clbdesk.services.records import Part, Where, record
from clbdesk.services.visits import record_defaults
from tests.journeys.world import CONTACT, Hands, World, find_pupil
from ui.pages.base import Destination
from ui.widgets.footer import Footer

BodyT = TypeVar("BodyT", bound=Body)


def set_defaults(hands: Hands, world: World) -> None:
    """Vandaag standaard, as it is chosen when the visit starts."""
    defaults = VisitDefaults(
        visit_id=world.visit(CONTACT), clothing="gym_suit", occlusion="leiden_glasses"
    )
    record_defaults(hands.desk, defaults)


def give_moment(
    hands: Hands, world: World, pupil_id: PupilId, moment: ContactMoment, *, visit: int = CONTACT
) -> None:
    """The centre lists a pupil for another moment than that of the class."""
    visit_id = world.visit(visit)
    centre = replace(hands.desk, user=User(hands.desk.user.staff_id, "centrum", Role.CENTRE))
    record_id = derived_record_id("visit_pupil", visit_id, pupil_id)
    with hands.desk.vault.read() as reader:
        listed = one_standing(reader, record_id, VisitPupil)
    assert listed is not None
    body = msgspec.structs.replace(listed.body, moment=moment)
    where = Where(pupil_id=pupil_id, visit_id=visit_id)
    record(centre, [Part(body, where, record_id, listed.base)])


def born(hands: Hands, pupil_id: PupilId, birth_date: date) -> None:
    """The centre knows a pupil with another birth date."""
    centre = replace(hands.desk, user=User(hands.desk.user.staff_id, "centrum", Role.CENTRE))
    with hands.desk.vault.read() as reader:
        pupil = one_standing(reader, RecordId(pupil_id), Pupil)
    assert pupil is not None
    body = msgspec.structs.replace(pupil.body, birth_date=birth_date)
    record(centre, [Part(body, Where(pupil_id), RecordId(pupil_id), pupil.base)])


def open_step(
    hands: Hands,
    world: World,
    step: str,
    *,
    moment: ContactMoment | None = None,
    name: tuple[str, str] = ("Peeters", "Lotte"),
) -> PupilId:
    """A pupil at a step, with the defaults of the day set; strokes count from here."""
    set_defaults(hands, world)
    pupil_id = find_pupil(hands.desk, *name)
    if moment is not None:
        give_moment(hands, world, pupil_id, moment)
    hands.go(Destination("class_list", world.visit(CONTACT)))
    hands.go(Destination("pupil", world.visit(CONTACT), pupil_id, step))
    hands.start_counting()
    return pupil_id


def come_back(hands: Hands, world: World, pupil_id: PupilId, step: str) -> None:
    """The same pupil later, after the class list."""
    hands.go(Destination("class_list", world.visit(CONTACT)))
    hands.go(Destination("pupil", world.visit(CONTACT), pupil_id, step))


def pause(hands: Hands) -> None:
    """Nothing is pressed for longer than a double press, so that the next Ctrl+Enter is meant.

    The footers are told so instead of being waited for; tests/window proves the real time.
    """
    hands.settle()
    for footer in hands.desktop.window.findChildren(Footer):
        footer._since.invalidate()


def saved(
    hands: Hands, world: World, pupil_id: PupilId, kind: str, shape: type[BodyT]
) -> BodyT | None:
    """What the vault says of a test of this visit."""
    with hands.desk.vault.read() as reader:
        on_visit, _visit, _listed = find_on_visit(reader, world.visit(CONTACT), pupil_id)
        found = one_standing(reader, on_visit.exam_id(kind), shape)
    return found.body if found else None


def versions(hands: Hands, world: World, pupil_id: PupilId, kind: str) -> int:
    """How many revisions a test of this visit has."""
    with hands.desk.vault.read() as reader:
        on_visit, _visit, _listed = find_on_visit(reader, world.visit(CONTACT), pupil_id)
        return len(reader.history(on_visit.exam_id(kind)))


def step_state(hands: Hands, world: World, pupil_id: PupilId, step: str) -> StepState:
    """The state of a step as the bar shows it."""
    view = view_pupil(hands.desk, world.visit(CONTACT), pupil_id)
    return next(one.state for one in view.steps if one.step.name == step)


def take_over_proposals(hands: Hands) -> None:
    """F7 on Besluit, and "in orde" where no rule speaks."""
    hands.press(Qt.Key.Key_F7)
    for row in hands.page._pages["decision"]._rows:
        if row.value() is None:
            row.choice.setFocus()
            hands.press(Qt.Key.Key_I)

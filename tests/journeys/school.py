"""A secondary school that one vaccine is taken to: two laptops with the visit in hand, linked or not."""

from __future__ import annotations

from pathlib import Path
from threading import Event

from clbdesk.centre import administration as office
from clbdesk.cli.demo.setting import PASSPHRASE, build_setting
from clbdesk.clock import SetClock
from clbdesk.domain.visits import Visit, VisitClass, VisitKind
from clbdesk.exchange.fictional.centre import VISIT_DAY
from clbdesk.services.synchronise import take_visit
from tests.journeys.world import AN, DOCTOR, ELS, MORNING, VACCINATION, World

_SCHOOL = "SO Ter Linde"


def make_school(
    folder: Path, vaccine: str, classes: tuple[str, ...], *, pupils: int, at_lap_03: str
) -> World:
    """A world whose vaccination visit brings one vaccine to these classes; no form came back yet.

    An has LAP-07 and `at_lap_03` the other laptop.
    """
    setting = build_setting(folder, pupils=pupils, clock=SetClock(MORNING))
    visit = Visit(
        school_id=setting.schools[_SCHOOL],
        on=VISIT_DAY,
        kinds=(VisitKind.VACCINATION,),
        classes=tuple(VisitClass(class_name=name) for name in classes),
        team=tuple(setting.staff[name] for name in (AN, ELS, DOCTOR)),
        vaccines=(vaccine,),
    )
    setting.visits[VACCINATION] = office.plan_visit(setting.centre, visit)
    for name, user in (("LAP-07", AN), ("LAP-03", at_lap_03)):
        program = setting.enrol(name, [user])
        desk = program.unlock(setting.staff[user], PASSPHRASE)
        transport = program.transport(desk)
        visit_id = setting.visits[VACCINATION]
        take_visit(desk, program.laptop, transport, visit_id, lambda _step: None, Event())
        transport.close()
        desk.close()
    return World(setting)

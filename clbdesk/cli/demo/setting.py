"""The fictional setting of the demo: a real centre with invented schools, and enrolled laptops.

Class lists come in through the importer of `centre import-class-list`, the earlier years through
`centre import-history`, laptops through one-time codes over TLS. Nothing is put in by the back
door, so that what the demo shows is what a centre would see.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

from clbdesk import bootstrap
from clbdesk.bootstrap import Program
from clbdesk.centre import administration as office
from clbdesk.centre import serve
from clbdesk.centre.centre import Centre
from clbdesk.centre.class_lists import import_class_list
from clbdesk.centre.documents import put_document
from clbdesk.centre.history import import_history
from clbdesk.centre.opening import Place, initialise, open_centre
from clbdesk.centre.serve import RunningCentre
from clbdesk.cli.demo.emergency_card import example_card
from clbdesk.clock import Clock, SystemClock, local_day
from clbdesk.domain.centre_document import DocumentUse
from clbdesk.domain.revision import Role
from clbdesk.domain.vaccination import Lot, StandingOrder
from clbdesk.domain.visits import Visit
from clbdesk.exchange.fictional.centre import VISIT_DAY, FictionalCentre
from clbdesk.exchange.fictional.class_lists import write_class_lists
from clbdesk.exchange.fictional.generate import make_centre
from clbdesk.exchange.fictional.history import write_history
from clbdesk.ids import SchoolId, StaffId, VisitId
from clbdesk.paths import DataFolder

# One passphrase for everybody of the demo: the children are invented.
PASSPHRASE = "bezoek aan de kring"  # noqa: S105 - printed on the screen of the demo
LAPTOPS = ("LAP-07", "LAP-03")

# Invented lots of products of the programme (handbook 2 §2.1).
_LOTS = (
    ("dTpa", "Boostrix", "AC37B2210"),
    ("dTpa", "Boostrix", "AC37B2299"),
    ("HPV", "Gardasil 9", "X098765"),
    ("MBR", "M-M-RVaxPro", "X012345"),
    ("DTPa-IPV", "Tetravac", "U3J441V"),
)
_STAGES = ("L1", "L4", "S1", "S2", "S3", "S4", "S5", "S6")


@dataclass(slots=True)
class Setting:
    """A running centre with its people, visits and laptops. `close` ends the server."""

    folder: Path
    fictional: FictionalCentre
    centre: Centre
    running: RunningCentre
    clock: Clock
    schools: dict[str, SchoolId] = field(default_factory=dict)
    staff: dict[str, StaffId] = field(default_factory=dict)
    visits: list[VisitId] = field(default_factory=list)
    laptops: dict[str, Program] = field(default_factory=dict)

    def close(self) -> None:
        """Stop serving and let go of the database."""
        self.running.stop()
        self.centre.close()

    def enrol(self, name: str, users: Sequence[str]) -> Program:
        """Enrol a laptop for these members of staff, as the administrator and they would do it."""
        ids = [self.staff[user] for user in users]
        code = office.new_enrolment_code(self.centre, name, ids)
        folder = DataFolder(self.folder / name)
        folder.root.mkdir(parents=True, exist_ok=True)
        program = bootstrap.start(folder, self.clock, weak_slots=True)
        program.enrol(self.running.url, code, dict.fromkeys(ids, PASSPHRASE))
        self.laptops[name] = program
        return program


def build_setting(
    folder: Path,
    *,
    pupils: int = 400,
    database: str | None = None,
    clock: Clock | None = None,
    visit_day: date | None = None,
) -> Setting:
    """Make the centre in `folder` (or PostgreSQL), fill it, and serve it on this computer.

    `visit_day`: the day of the first visits; the generator's own when it is not given.
    """
    clock = clock or SystemClock()
    fictional = make_centre(pupils)
    place = Place(
        data=None if database else folder / "centre", database=database, keys=folder / "keys"
    )
    initialise(place, fictional.name, clock)
    centre = open_centre(place, clock)
    setting = Setting(folder, fictional, centre, serve.start(centre), clock)
    _staff(setting)
    _schools(setting)
    _history(setting)
    _stock(setting, local_day(clock.now()))
    _visits(setting, visit_day)
    return setting


def _staff(setting: Setting) -> None:
    for member in setting.fictional.staff:
        setting.staff[member.name] = office.add_staff(setting.centre, member.name, (member.role,))


def _schools(setting: Setting) -> None:
    lists = setting.folder / "lists"
    lists.mkdir(parents=True)
    for school in setting.fictional.schools:
        setting.schools[school.school.name] = office.add_school(setting.centre, school.school)
    for name, path in write_class_lists(setting.fictional, lists).items():
        import_class_list(setting.centre, path, setting.schools[name], commit=True)
    shutil.rmtree(lists)  # a school's list holds names: nothing of it stays behind


def _history(setting: Setting) -> None:
    path = setting.folder / "history.jsonl"
    write_history(setting.fictional, path)
    import_history(setting.centre, path)
    path.unlink()


def _stock(setting: Setting, today: date) -> None:
    for vaccine, product, number in _LOTS:
        lot = Lot(
            vaccine=vaccine,
            product=product,
            number=number,
            expires_on=today + timedelta(days=200),
        )
        office.add_lot(setting.centre, lot)
    doctor = next(one.name for one in setting.fictional.staff if one.role is Role.DOCTOR)
    order = StandingOrder(
        doctor_id=setting.staff[doctor],
        title="staand order",
        vaccines=("dTpa", "HPV", "MBR", "DTPa-IPV"),
        stages=_STAGES,
        valid_from=today - timedelta(days=80),
        valid_until=today + timedelta(days=280),
    )
    office.add_standing_order(setting.centre, order)
    path = setting.folder / "noodkaart.pdf"
    path.write_bytes(example_card().pdf)
    put_document(setting.centre, DocumentUse.EMERGENCY, "Noodkaart (voorbeeld)", path)
    path.unlink()


def _visits(setting: Setting, visit_day: date | None) -> None:
    for planned in setting.fictional.visits:
        later = timedelta(0) if visit_day is None else visit_day - VISIT_DAY
        fitting = replace(planned, on=planned.on + later)
        visit = Visit(
            school_id=setting.schools[fitting.school],
            on=fitting.on,
            start=fitting.start,
            end=fitting.end,
            kinds=fitting.kinds,
            classes=fitting.classes,
            team=tuple(setting.staff[name] for name in fitting.team),
            vaccines=fitting.vaccines,
            room=fitting.room,
        )
        setting.visits.append(office.plan_visit(setting.centre, visit))

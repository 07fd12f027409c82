"""A centre with one school, one visit and pupils with a long history, for the measurements.

Everything goes the way it goes in production: the centre is the real program in a process of its
own, the laptop is enrolled with a code. Only the key slots are weak, because deriving keys is slow
on purpose.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from clbdesk.bootstrap import Program, start
from clbdesk.centre import administration as office
from clbdesk.centre.opening import Place, initialise, open_centre
from clbdesk.centre.writing import Entry, write
from clbdesk.clock import SystemClock
from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import Growth
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.people import Enrolment, Pupil, School, SchoolLevel, Sex
from clbdesk.domain.revision import Role
from clbdesk.domain.visits import ContactMoment, Visit, VisitClass, VisitKind
from clbdesk.ids import PupilId, RecordId, SchoolId, StaffId, VisitId
from clbdesk.paths import DataFolder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clbdesk.centre.centre import Centre

ROOT = Path(__file__).resolve().parent.parent
HISTORY = 14  # measurements per pupil, beside pupil, enrolment and place on the list
PASSPHRASE = "alleen om te meten hier"  # noqa: S105 - opens an invented vault for a minute
_BIRTH_YEAR = 2011
_FAMILY = ("Peeters", "Janssens", "Maes", "El Amrani", "D'Hondt", "Van den Berghe", "Kowalski")
_GIVEN = ("Noor", "Lotte", "Emma", "Lina", "Zoë", "Aya", "Marie", "Fien", "Yara", "Élise", "Mila")


@dataclass(frozen=True, slots=True)
class BenchSchool:
    """What the measurements need to know of the centre they were built on."""

    nurse: StaffId
    visit_id: VisitId
    pupils: list[PupilId]


@dataclass(frozen=True, slots=True)
class BenchLaptop:
    """A laptop that was enrolled, and the address of its centre, which runs."""

    program: Program
    school: BenchSchool
    address: str


def build(place: Place, pupils: int) -> tuple[Centre, BenchSchool]:
    """A new centre, open; the caller closes it."""
    initialise(place, "CLB De Meting")
    centre = open_centre(place)
    school_id = office.add_school(centre, School(name="De Kring", level=SchoolLevel.SECONDARY))
    nurse = office.add_staff(centre, "An Janssens", [Role.NURSE])
    ids = [PupilId(centre.ids.new()) for _ in range(pupils)]
    with centre.store.writing() as tx:
        entries = [
            entry
            for number, pupil_id in enumerate(ids)
            for entry in _pupil(centre, number, pupil_id, school_id)
        ]
        write(tx, centre, entries)
    visit = Visit(
        school_id=school_id,
        on=date(2026, 11, 23),
        kinds=(VisitKind.SYSTEMATIC_CONTACT,),
        classes=(VisitClass(class_name="3A", moment=ContactMoment.SO3),),
    )
    return centre, BenchSchool(nurse, office.plan_visit(centre, visit), ids)


def _pupil(centre: Centre, number: int, pupil_id: PupilId, school_id: SchoolId) -> Iterator[Entry]:
    pupil = Pupil(
        family_name=_FAMILY[number % len(_FAMILY)],
        given_name=f"{_GIVEN[number % len(_GIVEN)]}-{_GIVEN[number // 77 % len(_GIVEN)]}",
        birth_date=date(_BIRTH_YEAR, 1 + number % 12, 1 + number % 28),
        sex=Sex.FEMALE,
    )
    yield Entry(RecordId(pupil_id), pupil, pupil_id=pupil_id)
    enrolment = Enrolment(
        pupil_id=pupil_id, school_id=school_id, school_year=2026, class_name="3A", stage="S3"
    )
    record_id = derived_record_id("enrolment", pupil_id, school_id, "2026")
    yield Entry(record_id, enrolment, pupil_id=pupil_id, school_id=school_id)
    for year in range(1, 1 + HISTORY):
        yield Entry(RecordId(centre.ids.new()), growth(year), pupil_id=pupil_id)


def growth(year: int) -> Growth:
    """A measurement of a pupil in one of the years since birth."""
    year = 1 + (year - 1) % HISTORY
    return Growth(
        state=ExamState.DONE,
        on=date(_BIRTH_YEAR + year, 12, 1),
        height_cm=Decimal(str(70 + 6.5 * year)),
        weight_kg=Decimal(str(8 + 3.1 * year)),
    )


@contextmanager
def laptop(root: Path, pupils: int) -> Iterator[BenchLaptop]:
    """An enrolled laptop without visits, on a centre that runs."""
    place = Place(data=root / "centre", keys=root / "keys")
    centre, school = build(place, pupils)
    code = office.new_enrolment_code(centre, "LAP-01", [school.nurse])
    centre.close()
    program = start(DataFolder(root / "laptop"), SystemClock(), weak_slots=True)
    with serving(place) as address:
        program.enrol(address, code, {school.nurse: PASSPHRASE})
        yield BenchLaptop(program, school, address)


@contextmanager
def serving(place: Place) -> Iterator[str]:
    """The address of a centre in a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    where = ["--database", place.database] if place.database else ["--data", str(place.data)]
    command = [sys.executable, "-m", "clbdesk.centre", *where, "--keys", str(place.keys)]
    process = subprocess.Popen(
        [*command, "--port", str(port)], cwd=ROOT, stderr=subprocess.DEVNULL, env=os.environ.copy()
    )
    try:
        for _ in range(400):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"https://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()

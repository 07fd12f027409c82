"""Budget of paper: 25 parent letters with growth chart as one PDF, from a real vault.

Measured is what Ctrl+Enter on Afdrukken waits for before the printer begins: reading the contacts,
every letter by itself for its hash, and the whole class in one document.
"""

from __future__ import annotations

import json
import secrets
import statistics
import tempfile
import time
from datetime import date
from decimal import Decimal
from pathlib import Path

from clbdesk.clock import SystemClock
from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import Conclusion, ConclusionWord, DomainConclusion, Growth
from clbdesk.domain.kinds import contact_id, derived_record_id, exam_id
from clbdesk.domain.people import Pupil, School, SchoolLevel, Sex, Staff
from clbdesk.domain.revision import Compartment, Role
from clbdesk.domain.visits import ContactMoment, Visit, VisitClass, VisitKind, VisitPupil
from clbdesk.ids import DeviceId, IdSource, PupilId, RecordId, SchoolId, StaffId, VisitId
from clbdesk.paths import DataFolder
from clbdesk.services.desk import Desk, User
from clbdesk.services.letters import MadeLetters, open_letters
from clbdesk.services.records import Part, Where, record
from clbdesk.services.visit_papers import make_batch
from clbdesk.storage.vault import Vault

LETTERS = 25
ROUNDS = 5
_ON = date(2026, 11, 23)
_BIRTH = date(2016, 3, 4)
_VISIT, _SCHOOL, _DOCTOR = VisitId("visit"), SchoolId("school"), StaffId("doctor")
_HERE = Where(visit_id=_VISIT, school_id=_SCHOOL)


def run() -> dict[str, float]:
    """Seconds of a class, the first time and afterwards; bytes and pages of its PDF."""
    with tempfile.TemporaryDirectory() as folder:
        vault = Vault.create(
            DataFolder(Path(folder)),
            Compartment.MEDICAL,
            DeviceId("bench"),
            secrets.token_bytes(32),
            clock=SystemClock(),
            ids=IdSource(SystemClock()),
        )
        try:
            _fill(_desk(vault, Role.CENTRE))
            return _measured(_desk(vault, Role.DOCTOR))
        finally:
            vault.close()


def _desk(vault: Vault, role: Role) -> Desk:
    clock = SystemClock()
    user = User(_DOCTOR, "dr. Lieve Maes", role)
    return Desk(user, vault, vault.device, "BENCH", "CLB De Horizon", clock, IdSource(clock))


def _fill(desk: Desk) -> None:
    visit = Visit(
        school_id=_SCHOOL,
        on=_ON,
        kinds=(VisitKind.SYSTEMATIC_CONTACT,),
        classes=(VisitClass(class_name="4A", moment=ContactMoment.LO4),),
        team=(_DOCTOR,),
    )
    school = School(name="Basisschool De Kring", level=SchoolLevel.PRIMARY)
    staff = Staff(name="dr. Lieve Maes", roles=(Role.DOCTOR,))
    record(
        desk,
        [
            Part(school, Where(school_id=_SCHOOL), RecordId(_SCHOOL)),
            Part(staff, Where(), RecordId(_DOCTOR)),
            Part(visit, _HERE, RecordId(_VISIT)),
        ],
    )
    for number in range(LETTERS):
        pupil_id = PupilId(desk.ids.new())
        record(desk, _contact(pupil_id, number))


def _contact(pupil_id: PupilId, number: int) -> list[Part]:
    here = Where(pupil_id, _VISIT, _SCHOOL)
    contact = contact_id(pupil_id, ContactMoment.LO4, _ON.year)
    words = dict.fromkeys(("growth", "weight", "vision", "hearing"), ConclusionWord.OK)
    conclusion = Conclusion(
        pupil_id=pupil_id,
        domains=tuple(
            DomainConclusion(domain=domain, proposal=word, conclusion=word)
            for domain, word in words.items()
        ),
        advice="Kom gerust langs met een vraag.",
        complete=True,
        signed_by=_DOCTOR,
    )
    pupil = Pupil(
        family_name=f"Peeters-{number:02d}",
        given_name="Lotte",
        birth_date=_BIRTH,
        sex=Sex.FEMALE if number % 2 else Sex.MALE,
    )
    listed = VisitPupil(
        visit_id=_VISIT, pupil_id=pupil_id, class_name="4A", moment=ContactMoment.LO4
    )
    earlier = [
        Part(_growth(date(year, 10, 9), year), Where(pupil_id)) for year in range(2019, _ON.year)
    ]
    return [
        Part(pupil, Where(pupil_id), RecordId(pupil_id)),
        Part(listed, here, derived_record_id("visit_pupil", _VISIT, pupil_id)),
        *earlier,
        Part(_growth(_ON, _ON.year), here, exam_id("growth", contact, _VISIT)),
        Part(conclusion, here, exam_id("conclusion", contact, _VISIT)),
    ]


def _growth(on: date, year: int) -> Growth:
    height, weight = Decimal(95) + 6 * (year - 2019), Decimal(14) + 3 * (year - 2019)
    return Growth(state=ExamState.DONE, height_cm=height, weight_kg=weight, on=on)


def _measured(desk: Desk) -> dict[str, float]:
    rounds = [_class(desk) for _ in range(ROUNDS)]
    times = [seconds for seconds, _ in rounds]
    made = rounds[0][1]
    assert len(made.letters) == LETTERS
    return {
        "letters_25_first_s": times[0],
        "letters_25_s_p50": statistics.median(times),
        "letters_25_kib": len(made.printed.pdf) / 1024,
        "letters_25_pages": made.printed.pages,
    }


def _class(desk: Desk) -> tuple[float, MadeLetters]:
    start = time.perf_counter()
    view = open_letters(desk, _VISIT)
    made = make_batch(desk, view, [row.key for row in view.rows], ["4A"], two_sided=False)
    return time.perf_counter() - start, made


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))

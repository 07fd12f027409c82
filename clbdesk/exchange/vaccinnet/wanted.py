"""What the register should hold of a dose, or why it does not go, or not yet (handbook 2 §5.4-5.5).

Nothing is left out in silence: every dose has a state, and every state its reason.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import msgspec

from clbdesk.domain.delivery import Obstacle, Wanted
from clbdesk.domain.insz import read_insz
from clbdesk.domain.people import Pupil
from clbdesk.domain.vaccination import Dose, DoseSource, DoseStatus
from clbdesk.ids import RecordId
from clbdesk.standards.vaccination.products import Product, named


@dataclass(frozen=True, slots=True)
class Doctor:
    """The responsible doctor. `nihdi`: RIZIV number, "" when the centre does not know it."""

    name: str
    nihdi: str


@dataclass(frozen=True, slots=True)
class KnownDose:
    """A dose record at the centre with all that a message about it needs.

    `withdrawn`, `two_versions`, `double`: what its revisions say. `pupil`, `doctor`: None when the
    centre does not know them.
    """

    record_id: RecordId
    dose: Dose
    pupil: Pupil | None
    doctor: Doctor | None
    withdrawn: bool = False
    two_versions: bool = False
    double: bool = False


class _Content(msgspec.Struct, frozen=True):
    """What the register is told of a dose; anything else may change without another message."""

    on: str
    code: str
    lot: str
    country: str
    doctor: str


def wanted(known: KnownDose, today: date) -> Wanted:
    """What the register should hold of a dose, or why it does not go, or not yet."""
    insz = (known.pupil.insz if known.pupil else None) or ""
    subject = hashlib.sha256(insz.encode()).hexdigest()
    final = tuple(_never(known))
    if final:
        return Wanted(None, final, subject)
    waiting = tuple(dict.fromkeys(_not_yet(known, today)))
    if waiting:
        return Wanted(None, waiting, subject)
    assert known.doctor is not None  # who has none waits
    content = _Content(
        on=known.dose.on,
        code=_code(known.dose),
        lot=known.dose.lot,
        country=known.dose.country,
        doctor=known.doctor.nihdi,
    )
    digest = hashlib.sha256(msgspec.json.encode(content)).hexdigest()
    return Wanted(f"{subject}.{digest}", subject=subject)


def _never(known: KnownDose) -> list[Obstacle]:
    found = []
    if known.withdrawn:
        found.append(Obstacle.WITHDRAWN)
    if known.dose.status is not DoseStatus.GIVEN:
        found.append(Obstacle.NOT_GIVEN)
    if known.dose.source is not DoseSource.OWN:
        found.append(Obstacle.NOT_OURS)
    # Two versions of which one may stand: nothing is taken out of the register before it is settled.
    return [] if known.two_versions else found


def _not_yet(known: KnownDose, today: date) -> Iterator[Obstacle]:
    if known.two_versions:
        yield Obstacle.TWO_VERSIONS
    if known.double:
        yield Obstacle.DOUBLE
    if not _is_day(known.dose.on):
        yield Obstacle.DAY_UNKNOWN
    yield from _about_pupil(known.pupil, today)
    if not _code(known.dose):
        yield Obstacle.NO_CODE
    if not known.dose.lot:
        yield Obstacle.NO_LOT
    elif not _is_writable(known.dose.lot):
        yield Obstacle.UNWRITABLE
    if known.doctor is None:
        yield Obstacle.NO_DOCTOR
    elif not known.doctor.nihdi:
        yield Obstacle.NO_DOCTOR_NUMBER


def _about_pupil(pupil: Pupil | None, today: date) -> Iterator[Obstacle]:
    if pupil is None:
        yield Obstacle.NO_PUPIL
        return
    if pupil.provisional:
        yield Obstacle.PROVISIONAL_PUPIL
    if not pupil.insz:
        yield Obstacle.NO_INSZ
    elif not read_insz(pupil.insz, today).valid:
        yield Obstacle.WRONG_INSZ
    if not all(map(_is_writable, (pupil.given_name, pupil.family_name))):
        yield Obstacle.UNWRITABLE


def product_of(dose: Dose) -> Product | None:
    """The product of a dose; None when only its type is known."""
    found = named(dose.product or dose.vaccine)
    return found.product if found else None


def _code(dose: Dose) -> str:
    """The best code that is known of what was given: Vaccinnet code, CNK or ATC; "" for none."""
    product = product_of(dose)
    return (product.code or product.cnk or product.atc) if product else ""


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_writable(text: str) -> bool:
    """XML cannot hold control characters, such as a separator that a scanner left in a lot."""
    return text.isprintable()

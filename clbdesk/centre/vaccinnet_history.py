"""History that Vaccinnet gives back, entered once: our own doses are recognised, doubles are told.

A dose keeps the record id that its number in the register gives it, so that what the register
corrects becomes a new revision and never a second dose.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path

import msgspec
from sqlalchemy import Connection, select

from clbdesk.centre.bulk import among, chunks
from clbdesk.centre.centre import Centre
from clbdesk.centre.history import PupilFinder, PupilReference, Unfit, enter_once
from clbdesk.centre.schema import LEAF, REVISION
from clbdesk.centre.vaccinnet import lock, register_numbers
from clbdesk.centre.writing import Entry
from clbdesk.clock import BRUSSELS, local_day
from clbdesk.domain.body import decode
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.revision import RevisionStatus
from clbdesk.domain.vaccination import Dose, DoseSource, DoseStatus
from clbdesk.errors import Refused
from clbdesk.exchange.vaccinnet.history import HistoryProblem, RegisteredDose, read_history
from clbdesk.ids import PupilId, RecordId
from clbdesk.standards.vaccination.history import GivenDose, is_understood
from clbdesk.standards.vaccination.history import read_history as ordered
from clbdesk.standards.vaccination.ruleset import ruleset

_NOON = time(12, 0)
_SOURCE = "import: Vaccinnet"


@dataclass(frozen=True, slots=True)
class Double:
    """A dose of the file that is probably one that the centre knows from another source."""

    place: int
    dose: RecordId


@dataclass(slots=True)
class HistoryTaken:
    """What a history did. `own`: doses that the centre itself delivered; `known`: entered before."""

    doses: int = 0
    entered: int = 0
    known: int = 0
    own: int = 0
    doubles: list[Double] = field(default_factory=list)
    problems: list[HistoryProblem] = field(default_factory=list)


def take_history_in(centre: Centre, path: Path) -> HistoryTaken:
    """Enter the doses of a file of Vaccinnet. Refused when it is no KMEHR message."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Refused("centre.unreadable_file", field="file") from error
    done = HistoryTaken()
    today = local_day(centre.clock.now())
    with centre.store.writing() as tx:
        lock(tx, centre)
        finder, numbers = PupilFinder(tx, centre), register_numbers(tx, centre)
        entries: dict[RecordId, Entry] = {}
        told: list[tuple[int, Entry]] = []
        for one in read_history(content, today):
            done.doses += 1
            if isinstance(one, HistoryProblem):
                done.problems.append(one)
            elif one.numbers & numbers.keys():
                done.own += 1
            else:
                try:
                    pupil_id = finder.find(PupilReference(insz=one.insz))
                except Unfit as unfit:
                    done.problems.append(HistoryProblem(one.place, unfit.code))
                    continue
                entry = _entry(one, pupil_id)
                entries[entry.record_id] = entry
                told.append((one.place, entry))
        done.entered = enter_once(tx, centre, entries.values())
        done.doubles = _doubles(tx, centre, told)
    done.known = len(entries) - done.entered
    return done


def _entry(one: RegisteredDose, pupil_id: PupilId) -> Entry:
    body = Dose(
        pupil_id=pupil_id,
        status=DoseStatus.GIVEN,
        vaccine=one.vaccine,
        product=one.product,
        lot=one.lot,
        on=one.on.isoformat(),
        source=DoseSource.VACCINNET,
        country=one.country,
    )
    return Entry(
        _record_id(one, body, pupil_id),
        body,
        pupil_id=pupil_id,
        occurred_at=datetime.combine(one.on, _NOON, BRUSSELS),
        reason=_SOURCE,
    )


def _record_id(one: RegisteredDose, body: Dose, pupil_id: PupilId) -> RecordId:
    """By the register's number; without one by what is said, so that the same file adds nothing."""
    if one.numbers:
        return derived_record_id("dose", "vaccinnet", pupil_id, min(one.numbers))
    said = hashlib.sha256(msgspec.json.encode(body, order="sorted")).hexdigest()
    return derived_record_id("dose", "vaccinnet", pupil_id, said)


def _doubles(tx: Connection, centre: Centre, told: list[tuple[int, Entry]]) -> list[Double]:
    """Of the same pupil and an antigen in common, on one day or a few days apart (rule DUP)."""
    known = _doses_of(tx, centre, {entry.pupil_id for _, entry in told if entry.pupil_id})
    days = ruleset().duplicate_days
    found = []
    for place, entry in told:
        assert isinstance(entry.body, Dose)
        for record_id, dose in known[entry.body.pupil_id].items():
            if record_id == entry.record_id or dose.source is DoseSource.VACCINNET:
                continue
            one, other = ordered((_given(entry.body), _given(dose)))
            shares = one.named.type.series.keys() & other.named.type.series.keys()
            if shares and one.is_possibly_the_same(other, days):
                found.append(Double(place, record_id))
    return found


def _given(dose: Dose) -> GivenDose:
    return GivenDose(dose.product or dose.vaccine, dose.on, dose.source)


def _doses_of(
    tx: Connection, centre: Centre, pupil_ids: set[PupilId]
) -> dict[PupilId, dict[RecordId, Dose]]:
    """The doses that count of these pupils, as far as the engine can read them."""
    joined = (LEAF.c.centre_id == REVISION.c.centre_id) & (LEAF.c.rev_id == REVISION.c.rev_id)
    found: dict[PupilId, dict[RecordId, Dose]] = defaultdict(dict)
    for chunk in chunks(pupil_ids):
        rows = tx.execute(
            select(REVISION.c.record_id, REVISION.c.body)
            .join(LEAF, joined)
            .where(LEAF.c.centre_id == centre.centre_id, LEAF.c.kind == "dose", LEAF.c.stands)
            .where(REVISION.c.status == RevisionStatus.FINAL.value)
            .where(REVISION.c.erased_at.is_(None), among(tx, REVISION.c.pupil_id, chunk))
        )
        for row in rows:
            dose = decode(row.body, Dose)
            if dose.status is DoseStatus.GIVEN and is_understood(_given(dose)):
                found[dose.pupil_id][RecordId(row.record_id)] = dose
    return found

"""Klaar voor vertrek: what is on board for a visit and what is missing, line by line.

The order of the lines is fixed. Only what makes a visit impossible stops it; everything else is
named, and starting stays possible.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from clbdesk.clock import BRUSSELS
from clbdesk.domain.body import BodyT, decode
from clbdesk.domain.contact import Background, BackgroundItem, Questionnaire
from clbdesk.domain.judgement import RuleStatus
from clbdesk.domain.kinds import kind_of_shape
from clbdesk.domain.vaccination import Dose, DoseSource, StandingOrder
from clbdesk.domain.visits import Visit, VisitKind
from clbdesk.ids import PupilId, RecordId, VisitId
from clbdesk.paths import DataFolder
from clbdesk.services.desk import Desk
from clbdesk.services.reading import all_standing, one_standing
from clbdesk.services.visits import pupils_of
from clbdesk.standards.phrases import day
from clbdesk.standards.tables import standards
from clbdesk.storage.backup import backups_in, made_at
from clbdesk.storage.vault import LeaseState, Reader, ScopeRow

_DISK_NEEDED = 500 * 1000 * 1000  # bytes: room for a day of work and its backups (P02)


class Level(StrEnum):
    """In order, to be looked at, or in the way."""

    OK = "ok"
    ATTENTION = "attention"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its level and the words; `quiet` is a detail, `page` where to see more."""

    level: Level
    text: str
    quiet: str = ""
    page: str = ""


class _Known(NamedTuple):
    reader: Reader
    visit_id: VisitId
    visit: Visit
    pupils: tuple[PupilId, ...]
    row: ScopeRow
    now: datetime
    is_medical: bool


def readiness(desk: Desk, visit_id: VisitId, folder: DataFolder) -> tuple[Line, ...]:
    """The lines of a visit that was taken along; none for one that was not."""
    with desk.vault.read() as reader:
        visit = one_standing(reader, RecordId(visit_id), Visit)
        row = next((one for one in reader.scopes() if one.scope == visit_id), None)
        if visit is None or row is None:
            return ()
        known = _Known(
            reader=reader,
            visit_id=visit_id,
            visit=visit.body,
            pupils=tuple(one.pupil_id for one in pupils_of(reader, visit_id)),
            row=row,
            now=desk.clock.now(),
            is_medical=desk.vault.compartment.value == "medical",
        )
        return (
            *_received(known),
            *(_medical(known) if known.is_medical else ()),
            _rules(),
            _disk(folder),
            _lease(known),
            _backup(desk, folder),
            *_also_taken(known),
        )


def _received(known: _Known) -> Iterator[Line]:
    count, expected = len(known.reader.bodies("pupil", known.pupils)), len(known.pupils)
    if not expected and VisitKind.CARE_MEETING in known.visit.kinds:
        yield Line(Level.OK, "Zorgoverleg ontvangen, nagerekend", _hour(known.row.taken_at))
        return
    text = f"{count} van {expected} leerlingen ontvangen, nagerekend"
    level = Level.OK if count == expected else Level.STOP
    yield Line(level, text, _hour(known.row.taken_at))


def _medical(known: _Known) -> Iterator[Line]:
    doses = _bodies(known, Dose)
    if VisitKind.VACCINATION in known.visit.kinds:
        yield _consents(known)
    outside = [dose.on for dose in doses if dose.source is not DoseSource.OWN]
    if outside:
        yield Line(Level.OK, "Vaccinatiehistoriek aan boord", f"{len(doses)} dosissen")
    else:
        yield Line(Level.ATTENTION, "Geen vaccinatiehistoriek aan boord")
    if VisitKind.SYSTEMATIC_CONTACT in known.visit.kinds:
        measured = {pupil for pupil, _ in known.reader.bodies("growth", known.pupils)}
        without = len(known.pupils) - len(measured)
        rest = f" · {without} zonder vorig punt" if without else ""
        yield Line(Level.OK, f"Vorige groeipunten bij {len(measured)}{rest}")
        items = _bodies(known, Background)
        glasses = sum(
            one.item is BackgroundItem.GLASSES and one.answer in {"glasses", "lenses"}
            for one in items
        )
        allergies = sum(one.item is BackgroundItem.ALLERGY and one.answer == "yes" for one in items)
        yield Line(Level.OK, f"Bril gekend {glasses} · allergie gekend {allergies}")
        yield _questionnaires(known)
    if VisitKind.VACCINATION in known.visit.kinds:
        yield _order(known)


def _questionnaires(known: _Known) -> Line:
    """Those of this contact, entered beforehand; the others are asked at the school."""
    here = known.reader.heads(kinds=("questionnaire",), visit_id=known.visit_id)
    entered = {one.revision.pupil_id for one in all_standing(here, Questionnaire)}
    missing = len(set(known.pupils) - entered)
    rest = f" · ontbreken {missing}" if missing else ""
    return Line(Level.OK, f"Vragenlijsten ingevoerd {len(entered)}{rest}")


def _consents(known: _Known) -> Line:
    answered = {pupil for pupil, _ in known.reader.bodies("consent", known.pupils)}
    missing = len(set(known.pupils) - answered)
    level = Level.OK if not missing else Level.ATTENTION
    rest = f" · ontbreken {missing}" if missing else ""
    return Line(level, f"Toestemmingen {len(answered)}{rest}")


def _order(known: _Known) -> Line:
    orders = [
        one.body
        for one in all_standing(known.reader.heads(kinds=("standing_order",)), StandingOrder)
    ]
    valid = [one for one in orders if one.valid_from <= known.visit.on <= one.valid_until]
    covered = {vaccine for one in valid for vaccine in one.vaccines}
    missing = [vaccine for vaccine in known.visit.vaccines if vaccine not in covered]
    if missing or not valid:
        words = ", ".join(missing) or "dit bezoek"
        return Line(Level.ATTENTION, f"Geen geldig staand order voor {words}")
    last = min(one.valid_until for one in valid)
    return Line(Level.OK, "Staand order geldig", f"t.e.m. {day(last)}")


def _rules() -> Line:
    counts = dict.fromkeys(RuleStatus, 0)
    edition = ""
    for table in standards().tables:
        if table.is_listed:
            for rule in standards().rules_of(table.file).values():
                counts[RuleStatus.ON if rule.criterion else rule.status] += 1
            edition = max(edition, table.edition)
    if standards().damaged():
        return Line(Level.ATTENTION, "Een regeltabel klopt niet met haar controlegetal")
    sign, empty = counts[RuleStatus.SIGN], counts[RuleStatus.EMPTY]
    words = f"Regels {edition} · {sign} te bevestigen · {empty} leeg"
    return Line(Level.OK, words, page="rules")


def _disk(folder: DataFolder) -> Line:
    free = shutil.disk_usage(folder.root).free
    level = Level.OK if free >= _DISK_NEEDED else Level.ATTENTION
    return Line(level, f"Schijf {free // 10**9} GB vrij · kluis versleuteld")


def _lease(known: _Known) -> Line:
    lease = known.reader.lease()
    if known.reader.clock_is_uncertain(known.now):
        return Line(Level.ATTENTION, "De klok van deze laptop is niet zeker")
    if lease is None:
        return Line(Level.ATTENTION, "Gebruikstermijn niet gekend")
    until = lease.until.astimezone(BRUSSELS)
    ends = known.reader.lease_state(known.now) is not LeaseState.ACTIVE
    level = Level.ATTENTION if ends or until.date() <= known.visit.on else Level.OK
    return Line(level, f"Klok in orde · termijn tot {day(until.date())} {until:%H:%M}")


def _backup(desk: Desk, folder: DataFolder) -> Line:
    copies = backups_in(folder.backups(desk.vault.compartment))
    if not copies:
        return Line(Level.ATTENTION, "Nog geen reservekopie op deze laptop")
    when = made_at(copies[-1]).astimezone(BRUSSELS)
    return Line(Level.OK, f"Reservekopie van {day(when.date())} {when:%H:%M}")


def _also_taken(known: _Known) -> Iterator[Line]:
    for device, count in sorted(known.row.also_taken.items()):
        words = "1 leerling" if count == 1 else f"{count} leerlingen"
        yield Line(Level.ATTENTION, f"Ook meegenomen door {device}: {words}")


def _bodies(known: _Known, shape: type[BodyT]) -> list[BodyT]:
    kind = kind_of_shape(shape)
    return [decode(body, shape) for _, body in known.reader.bodies(kind.name, known.pupils)]


def _hour(moment: datetime) -> str:
    return f"{moment.astimezone(BRUSSELS):%H:%M}"

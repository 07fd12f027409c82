"""Eerdere prikken (P17): doses that somebody else gave, typed over from a booklet or told by a parent.

A date is kept as exactly as it is known; an oral report never counts (handbook 2 §3.1 G11, §3.4).
What the booklet calls by a name that nobody here knows is kept in its own words, for a doctor.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from clbdesk.clock import BRUSSELS, local_day
from clbdesk.domain.vaccination import Dose, DoseSource, DoseStatus
from clbdesk.errors import Refused
from clbdesk.ids import PupilId, RecordId, VisitId
from clbdesk.services.desk import Desk
from clbdesk.services.outcome import Outcome
from clbdesk.services.pupil import PupilView, view_pupil
from clbdesk.services.records import Part, Saved, Where, record
from clbdesk.services.relation import must_read_at
from clbdesk.services.vaccination_card import VaccinationCard, card_of
from clbdesk.standards.vaccination.history import When
from clbdesk.standards.vaccination.products import products
from clbdesk.standards.vaccination.ruleset import vaccine_types
from clbdesk.standards.vaccination.validity import Counts
from clbdesk.storage.vault import Draft

# The hour of a day of which no hour is known.
_NOON = time(12, 0)
_BESIDE = 22  # signs that fit beside a label
SOURCES = (DoseSource.DOCUMENT, DoseSource.VACCINNET, DoseSource.ORAL)


@dataclass(frozen=True, slots=True)
class KnownVaccine:
    """A type or product that can be chosen; `also`: other names, the type of a product."""

    name: str
    label: str
    also: str


@dataclass(frozen=True, slots=True)
class EarlierDosesView:
    """The page as it opens. `counts`: what each dose is worth, as far as the rules can read it."""

    pupil: PupilView
    card: VaccinationCard
    counts: Mapping[RecordId, Counts]
    today: date
    draft: Draft | None


@dataclass(frozen=True, slots=True)
class EarlierDose:
    """One line of a booklet. `on`: YYYY-MM-DD, YYYY-MM or YYYY; `words`: a name nobody knows here.

    `document_seen`: original, copy or none.
    """

    vaccine: str
    words: str
    on: str
    source: DoseSource | None
    document_seen: str = ""
    country: str = ""


def known_vaccines() -> tuple[KnownVaccine, ...]:
    """What can be chosen: types first, because a booklet often says no more; then products."""
    types = [
        KnownVaccine(one.name, one.label, _other_names(one.label, one.aliases))
        for one in vaccine_types().values()
    ]
    boxes = [
        KnownVaccine(one.name, one.name, one.type.label)
        for one in products().values()
        if one.name not in vaccine_types()
    ]
    return (*types, *boxes)


def _other_names(label: str, aliases: Iterable[str]) -> str:
    """The names that say something else than the label, as many as stand beside it."""
    kept: dict[str, str] = {}
    for one in aliases:
        told = ", ".join((*kept.values(), one))
        if one.casefold() != label.casefold() and len(told) <= _BESIDE:
            kept.setdefault(one.casefold(), one)
    return ", ".join(kept.values())


def earlier_form(pupil_id: PupilId) -> str:
    """The key of the draft."""
    return f"earlier_doses/{pupil_id}"


def open_earlier(desk: Desk, visit_id: VisitId, pupil_id: PupilId) -> EarlierDosesView:
    """Open the page, and log it: the history is read."""
    desk.log_opening(
        kind="dose", record_id=RecordId(pupil_id), pupil_id=pupil_id, reason="earlier_doses"
    )
    return view_earlier(desk, visit_id, pupil_id)


def view_earlier(desk: Desk, visit_id: VisitId, pupil_id: PupilId) -> EarlierDosesView:
    """The same without a line in the log: the page looks again after a saving."""
    pupil = view_pupil(desk, visit_id, pupil_id)
    must_read_at(desk, pupil.on_visit.school_id, "dose")
    today = local_day(desk.clock.now())
    with desk.vault.read() as reader:
        card, counts = card_of(reader, pupil_id, pupil.on_visit.pupil, today, desk.user.staff_id)
        draft = reader.draft(desk.user.staff_id, earlier_form(pupil_id))
    return EarlierDosesView(pupil, card, counts, today, draft)


def record_earlier(desk: Desk, view: EarlierDosesView, entry: EarlierDose) -> Outcome[Saved]:
    """Keep one dose of before.

    Refused `earlier.vaccine`, `earlier.date`, `earlier.source`, `earlier.before_birth` or
    `earlier.later`.
    """
    on_visit = view.pupil.on_visit
    words = entry.words.strip()
    if not (entry.vaccine or words):
        raise Refused("earlier.vaccine", field="vaccine")
    if entry.source is None or entry.source not in SOURCES:
        raise Refused("earlier.source", field="source")
    try:
        when = When.parse(entry.on)
    except ValueError as error:
        raise Refused("earlier.date", field="on") from error
    if when.last < on_visit.pupil.birth_date:
        raise Refused("earlier.before_birth", field="on")
    if when.first > view.today:
        raise Refused("earlier.later", field="on")
    product = products().get(entry.vaccine)
    body = Dose(
        pupil_id=on_visit.pupil_id,
        status=DoseStatus.GIVEN,
        vaccine=product.type.name if product else entry.vaccine or words,
        product=product.name if product else "",
        on=entry.on,
        source=entry.source,
        country=entry.country.strip(),
        document_seen=entry.document_seen if entry.source is DoseSource.DOCUMENT else "",
    )
    # A dose of before belongs to the pupil and to no visit.
    part = Part(body, Where(on_visit.pupil_id))
    return record(
        desk,
        [part],
        occurred_at=datetime.combine(when.first, _NOON, BRUSSELS),
        draft_form=earlier_form(on_visit.pupil_id),
    )

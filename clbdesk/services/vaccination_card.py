"""The vaccination card: which doses count for which series, and what is advised on one day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from clbdesk.domain.people import Pupil
from clbdesk.domain.vaccination import DoseStatus
from clbdesk.ids import PupilId, RecordId, StaffId
from clbdesk.services.shielding import hidden_from, shieldings_of
from clbdesk.services.vaccination_facts import entered, read_pupils
from clbdesk.standards.vaccination.advice import Advice, judge_vaccination
from clbdesk.standards.vaccination.history import is_understood
from clbdesk.standards.vaccination.ruleset import ruleset
from clbdesk.standards.vaccination.validity import Counts, DoseVerdict
from clbdesk.storage.vault import Reader


@dataclass(frozen=True, slots=True)
class CardRow:
    """One series of the vaccination card: its doses with their verdict, and the advice."""

    series: str
    doses: tuple[DoseVerdict, ...]


@dataclass(frozen=True, slots=True)
class VaccinationCard:
    """Which doses count for what, on one day; `unread`: doses that the rules do not know."""

    on: date
    rows: tuple[CardRow, ...]
    advice: tuple[Advice, ...]
    unread: tuple[str, ...]
    edition: str


def card_of(
    reader: Reader, pupil_id: PupilId, pupil: Pupil, on: date, staff_id: StaffId
) -> tuple[VaccinationCard, dict[RecordId, Counts]]:
    """The card, and per dose whether it counts: the word that asks attention first.

    A dose that this colleague is kept from (conflict of interest) is judged along, so that nobody
    is vaccinated twice, and stands on no line.
    """
    hidden = hidden_from(staff_id, shieldings_of(reader, pupil_id).values())
    facts = read_pupils(reader, {pupil_id: pupil}, on)[pupil_id]
    given = [
        (one.record_id, entered(one.body))
        for one in facts.doses
        if one.body.status is DoseStatus.GIVEN
    ]
    read = [(record_id, dose) for record_id, dose in given if is_understood(dose)]
    found = judge_vaccination([dose for _, dose in read], facts.situation, ruleset())
    by_series: dict[str, list[DoseVerdict]] = {}
    for (record_id, _), verdicts in zip(read, found.doses, strict=True):
        for verdict in verdicts if record_id not in hidden else ():
            by_series.setdefault(verdict.series, []).append(verdict)
    card = VaccinationCard(
        on=on,
        rows=tuple(
            CardRow(series, tuple(sorted(verdicts, key=lambda one: one.dose.when.first)))
            for series, verdicts in by_series.items()
        ),
        advice=found.advice,
        unread=tuple(
            one.body.product or one.body.vaccine
            for one in facts.doses
            if one.body.status is DoseStatus.GIVEN
            and one.record_id not in hidden
            and not is_understood(entered(one.body))
        ),
        edition=found.edition,
    )
    return card, {
        record_id: _worth(verdicts)
        for (record_id, _), verdicts in zip(read, found.doses, strict=True)
    }


def _worth(verdicts: Iterable[DoseVerdict]) -> Counts:
    """A dose in several series: the word that asks attention first."""
    counts = {one.counts for one in verdicts}
    for word in (Counts.DOCTOR, Counts.NO):
        if word in counts:
            return word
    return Counts.YES

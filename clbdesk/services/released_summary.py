"""A doctor lets the guidance team know something of the medical dossier, under consent.

Handbook 3 §2.3 (a doctor selects what is needed, with explicit consent) and §8 (guidance reads what
was released, and of vaccination the status alone). Nothing crosses by itself and nothing is copied:
the status that can be put among the words is a sentence, which the doctor reads before it goes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from clbdesk.clock import local_day
from clbdesk.domain.guidance_request import ReleasedSummary
from clbdesk.domain.people import Staff
from clbdesk.errors import Defect
from clbdesk.ids import PupilId, RecordId, VisitId
from clbdesk.services.crossing import (
    CrossingEntry,
    CrossingView,
    MissingInCrossing,
    against_consent,
    body_to_cross,
    crossed,
    is_over,
    view_crossing,
)
from clbdesk.services.desk import Desk
from clbdesk.services.outcome import Outcome
from clbdesk.services.reading import one_standing
from clbdesk.services.records import Part, Saved, record, withdraw
from clbdesk.services.relation import must_read_at
from clbdesk.services.vaccination_card import card_of
from clbdesk.standards.phrases import day
from clbdesk.standards.vaccination.needs import AdviceState
from clbdesk.storage.vault import Reader
from clbdesk.wording import say

KIND = "released_summary"
LONGEST = 300


@dataclass(frozen=True, slots=True)
class SummaryView:
    """The form. `may_release`: only a doctor does; `vaccination`: its status as a sentence."""

    crossing: CrossingView
    may_release: bool
    vaccination: str


def open_summary_form(desk: Desk, visit_id: VisitId, pupil_id: PupilId) -> SummaryView:
    """The form for a pupil of a visit, and what was released before; opening it is logged."""
    with desk.vault.read() as reader:
        crossing = view_crossing(desk, reader, visit_id, pupil_id, ReleasedSummary)
        must_read_at(desk, crossing.on_visit.school_id, KIND)
        view = SummaryView(
            crossing=crossing,
            may_release=desk.may_write(KIND, crossing.on_visit.school_id),
            vaccination=_vaccination(desk, reader, crossing),
        )
    desk.log_opening(KIND, RecordId(pupil_id), pupil_id, reason="visit")
    return view


def missing_in_summary(view: CrossingView, entry: CrossingEntry) -> tuple[MissingInCrossing, ...]:
    """What keeps the summary from being released, in reading order."""
    words = (
        () if entry.words.strip() else (MissingInCrossing("words", say("release.words_missing")),)
    )
    return (*words, *against_consent(view, entry))


def summarised(view: CrossingView, entry: CrossingEntry) -> ReleasedSummary:
    """The summary as it crosses. Refused while something is missing."""
    return body_to_cross(view, entry, missing_in_summary(view, entry), ReleasedSummary)


def release_summary(desk: Desk, view: CrossingView, entry: CrossingEntry) -> Outcome[Saved]:
    """Let the summary cross. Refused while something is missing, and to who is no doctor."""
    part = Part(summarised(view, entry), view.on_visit.where)
    return record(desk, [part], draft_form=view.form)


def withdraw_summary(desk: Desk, record_id: RecordId, reason: str) -> Outcome[Saved]:
    """The consent was taken back, or it was a mistake: the guidance team reads it no more."""
    with desk.vault.read() as reader:
        if one_standing(reader, record_id, ReleasedSummary) is None:
            raise Defect("release.unknown")
    return withdraw(desk, [record_id], reason)


@dataclass(frozen=True, slots=True)
class Released:
    """What the guidance team reads of a summary."""

    body: ReleasedSummary
    by: str
    on: date


def released_for(desk: Desk, reader: Reader, pupil_id: PupilId) -> tuple[Released, ...]:
    """What was released about a pupil and still may be read, the newest first."""
    today = local_day(desk.clock.now())
    found = []
    for one in crossed(reader, pupil_id, ReleasedSummary):
        if not is_over(one.body, today):
            writer = one_standing(reader, RecordId(one.revision.author), Staff)
            by = writer.body.name if writer else ""
            found.append(Released(one.body, by, local_day(one.revision.recorded_at)))
    return tuple(found)


def _vaccination(desk: Desk, reader: Reader, view: CrossingView) -> str:
    """The status alone: no vaccine, no dose, no day of one."""
    at = view.on_visit
    card, _ = card_of(reader, at.pupil_id, at.pupil, view.today, desk.user.staff_id)
    states = {one.state for one in card.advice}
    if card.unread or AdviceState.DOCTOR in states:
        key = "doctor"
    else:
        key = "due" if AdviceState.DUE in states else "complete"
    return say(f"release.vaccination_{key}", day=day(view.today))

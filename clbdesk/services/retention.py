"""Bewaren en overdracht in the dossier: terms computed and explained, never carried out here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from clbdesk.clock import local_day
from clbdesk.domain.data_class import DataClass
from clbdesk.domain.judgement import RuleStatus
from clbdesk.domain.people import Enrolment, Pupil
from clbdesk.domain.rights import class_of
from clbdesk.errors import Defect
from clbdesk.ids import PupilId, RecordId
from clbdesk.services.conflicts import body_of
from clbdesk.services.desk import Desk
from clbdesk.services.reading import all_standing, one_standing
from clbdesk.services.relation import must_be_near, relations_to
from clbdesk.standards.phrases import day
from clbdesk.standards.retention import (
    Term,
    goes_despite_objection,
    is_contact,
    kept_until,
    working_days_after,
)
from clbdesk.standards.tables import rule
from clbdesk.wording import label, say


@dataclass(frozen=True, slots=True)
class TermLine:
    """One rule in words, or the centre's own words for it. `to_confirm`: nobody signed it yet."""

    text: str
    source: str
    to_confirm: bool


@dataclass(frozen=True, slots=True)
class RetentionView:
    """Until when at least, why, and what an objection to a transfer would leave behind.

    `transfer_today`: how long who is told today may object.
    """

    sentence: str
    health_sentence: str
    terms: tuple[TermLine, ...]
    transfer: TermLine
    transfer_today: str
    moves: tuple[str, ...]
    stays: tuple[str, ...]


def view_retention(desk: Desk, pupil_id: PupilId) -> RetentionView:
    """The terms of one pupil, as far as this laptop knows."""
    with desk.vault.read() as reader:
        must_be_near(desk, reader, pupil_id)
        pupil = one_standing(reader, RecordId(pupil_id), Pupil)
        if pupil is None:
            raise Defect("pupil.not_on_visit")
        relation = relations_to(desk, reader, pupil_id)
        heads = [
            head for head in reader.heads(pupil_id=pupil_id) if desk.may_read(head.kind, relation)
        ]
        enrolments = all_standing([one for one in heads if one.kind == "enrolment"], Enrolment)
    days = [
        local_day(head.leaf.occurred_at)
        for head in heads
        if is_contact(head.kind, body_of(head.leaf))
    ]
    last = max(days, default=None)
    special = any(one.body.special_education for one in enrolments)
    kept = kept_until(pupil.body.birth_date, last, ever_special=special)
    held = {class_of(head.kind) for head in heads}
    return RetentionView(
        sentence=_sentence("access.keep", kept.until),
        health_sentence=_sentence("access.keep_health", kept.health_until),
        terms=tuple(_line(one) for one in (*kept.terms, Term(rule("BEW-5"), None))),
        transfer=_line(Term(rule("OVD-1"), None)),
        transfer_today=say(
            "access.transfer_today",
            day=day(working_days_after(local_day(desk.clock.now()), "OVD-1")),
        ),
        moves=tuple(label(one) for one in DataClass if one in held and goes_despite_objection(one)),
        stays=tuple(
            label(one) for one in DataClass if one in held and not goes_despite_objection(one)
        ),
    )


def _sentence(key: str, until: date) -> str:
    return say("access.keep_always") if until == date.max else say(key, day=day(until))


def _line(term: Term) -> TermLine:
    row, signed = term.rule, term.rule.signature
    if signed is not None and row.criterion:
        own = {"words": row.criterion, "who": signed.signed_by, "day": day(signed.signed_on)}
        text = f"{row.what}: {say('access.own_term', **own)}"
        return TermLine(text[0].upper() + text[1:], row.source, to_confirm=False)
    if row.status is RuleStatus.EMPTY:
        text = f"{row.what}: {say('access.no_term')}"
    else:
        until = f" → {day(term.until)}" if term.until else ""
        text = f"{row.what}: {row.value} {row.unit}{until}. {row.text}".strip()
    return TermLine(text[0].upper() + text[1:], row.source, row.status is not RuleStatus.ON)

"""A worry becomes a request for guidance: who consents, and the very words that cross.

Nothing of the dossier is copied. The words are typed for the guidance team, are looked at for
medical words and for sentences that stand behind a signal, and are shown as they will be read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from clbdesk.domain.body import decode
from clbdesk.domain.development import CareQuestion, Development, PassOn, WellBeing
from clbdesk.domain.guidance_request import GuidanceRequest
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.names import normalise
from clbdesk.errors import Defect
from clbdesk.ids import PupilId, RecordId, VisitId
from clbdesk.services.crossing import (
    CrossingEntry,
    CrossingView,
    MissingInCrossing,
    against_consent,
    body_to_cross,
    view_crossing,
)
from clbdesk.services.desk import Desk
from clbdesk.services.outcome import Outcome
from clbdesk.services.reading import Standing, all_standing, one_standing
from clbdesk.services.records import Part, Saved, add_parts, changes_of, withdraw
from clbdesk.standards.school_output import suspect_words
from clbdesk.storage.vault import Reader
from clbdesk.wording import say

_MEDICAL = "medical"
# Shorter than this, words behind a signal can be anybody's: "moe", "zoekt woorden".
_A_SENTENCE = 15


def open_request_form(desk: Desk, visit_id: VisitId, pupil_id: PupilId) -> CrossingView:
    """The form for a pupil of a visit, and what was asked before; opening it is logged."""
    view = view_request_form(desk, visit_id, pupil_id)
    desk.log_opening("guidance_request", RecordId(pupil_id), pupil_id, reason="visit")
    return view


def view_request_form(desk: Desk, visit_id: VisitId, pupil_id: PupilId) -> CrossingView:
    """The same without a line in the log."""
    with desk.vault.read() as reader:
        view = view_crossing(desk, reader, visit_id, pupil_id, GuidanceRequest)
        return replace(view, not_copied=frozenset(_behind_signals(reader, pupil_id)))


def waiting_questions(reader: Reader) -> list[Standing[CareQuestion]]:
    """Questions of which nobody asked yet whether they go on, or that may and were not asked.

    A request of the same contact answers a question that may go on.
    """
    asked = {
        (one.body.pupil_id, one.revision.visit_id)
        for one in all_standing(reader.heads(kinds=("guidance_request",)), GuidanceRequest)
    }
    return [
        one
        for one in all_standing(reader.heads(kinds=("care_question",)), CareQuestion)
        if one.body.pass_on is PassOn.TO_ASK
        or (
            one.body.pass_on is PassOn.YES
            and (one.body.pupil_id, one.revision.visit_id) not in asked
        )
    ]


def _behind_signals(reader: Reader, pupil_id: PupilId) -> Iterator[str]:
    heads = reader.heads(kinds=("development", "well_being"), pupil_id=pupil_id)
    for leaf in (leaf for head in heads for leaf in head.leaves):
        body = decode(leaf.body, KINDS[leaf.kind].shape)
        assert isinstance(body, Development | WellBeing)
        texts = [signal.text for signal in body.signals.values()]
        yield from (normalise(text) for text in texts if len(text) >= _A_SENTENCE)


# --- what crosses ---


def missing_in_request(view: CrossingView, entry: CrossingEntry) -> tuple[MissingInCrossing, ...]:
    """What keeps the request from being saved, in reading order."""
    return (*_against_words(view, entry.words.strip()), *against_consent(view, entry))


def _against_words(view: CrossingView, words: str) -> Iterator[MissingInCrossing]:
    if not words:
        yield MissingInCrossing("words", say("request.words_missing"))
        return
    medical = [one.word for one in suspect_words(words) if one.list.code == _MEDICAL]
    if medical:
        text = say("request.medical", words=", ".join(dict.fromkeys(medical)))
        yield MissingInCrossing("words", text)
    if any(sentence in normalise(words) for sentence in view.not_copied):
        yield MissingInCrossing("words", say("request.copied"))


def requested(view: CrossingView, entry: CrossingEntry) -> GuidanceRequest:
    """The request as it crosses. Refused while something is missing."""
    return body_to_cross(view, entry, missing_in_request(view, entry), GuidanceRequest)


# --- recording ---


def record_request(desk: Desk, view: CrossingView, entry: CrossingEntry) -> Outcome[Saved]:
    """Let the request cross. Refused while something is missing.

    Looked at again in the commit: a signal may have been written since the page was opened.
    """
    on_visit = view.on_visit
    with desk.vault.write() as work:
        fresh = view_request_form(desk, on_visit.visit_id, on_visit.pupil_id)
        saved = add_parts(desk, work, [Part(requested(fresh, entry), on_visit.where)])
        work.drop_draft(desk.user.staff_id, view.form)
    return Outcome(saved, changes_of(saved.revisions))


def withdraw_request(desk: Desk, record_id: RecordId, reason: str) -> Outcome[Saved]:
    """The consent was taken back, or it was a mistake: the guidance team sees it no more."""
    with desk.vault.read() as reader:
        if one_standing(reader, record_id, GuidanceRequest) is None:
            raise Defect("request.unknown")
    return withdraw(desk, [record_id], reason)

"""A worry becomes a request for guidance: who consents, and the very words that cross.

Nothing of the dossier is copied. The words are typed for the guidance team, are looked at for
medical words and for sentences that stand behind a signal, and are shown as they will be read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import msgspec

from clbdesk.clock import local_day
from clbdesk.domain.age import age_months
from clbdesk.domain.body import decode
from clbdesk.domain.capacity import Competence
from clbdesk.domain.care_outcome import Answer, Giver, Manner
from clbdesk.domain.development import CareQuestion, Development, PassOn, WellBeing
from clbdesk.domain.guidance_request import GuidanceRequest
from clbdesk.domain.kinds import KINDS, derived_record_id
from clbdesk.domain.names import normalise
from clbdesk.domain.people import Staff
from clbdesk.errors import Defect, Refused
from clbdesk.ids import PupilId, RecordId, VisitId
from clbdesk.services.desk import Desk
from clbdesk.services.outcome import Outcome
from clbdesk.services.pupil import PupilOnVisit, PupilView, view_pupil
from clbdesk.services.reading import Standing, all_standing, one_standing
from clbdesk.services.records import Part, Saved, add_parts, changes_of, withdraw
from clbdesk.standards.capacity import is_competent
from clbdesk.standards.phrases import day
from clbdesk.standards.school_output import suspect_words
from clbdesk.storage.vault import Draft, Reader
from clbdesk.wording import label, say

FORM = "guidance_request"
_MEDICAL = "medical"
# Shorter than this, words behind a signal can be anybody's: "moe", "zoekt woorden".
_A_SENTENCE = 15


class RequestEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on the page."""

    words: str = ""
    gives: tuple[Giver, ...] = ()
    refuses: tuple[Giver, ...] = ()
    manner: Manner | None = None
    on: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class RequestView:
    """What the page shows. `earlier`: what was asked before and stands, the newest first.

    `competent`: whether the pupil decides; `behind_signals`: sentences that must not cross.
    """

    pupil: PupilView
    today: date
    competent: bool
    earlier: tuple[Standing[GuidanceRequest], ...]
    writers: dict[str, str]
    behind_signals: frozenset[str]
    draft: Draft | None

    @property
    def on_visit(self) -> PupilOnVisit:
        """Who and where."""
        return self.pupil.on_visit

    @property
    def form(self) -> str:
        """The key of its draft."""
        return self.on_visit.form(FORM)

    @property
    def name(self) -> str:
        """Lotte Peeters."""
        pupil = self.on_visit.pupil
        return f"{pupil.given_name} {pupil.family_name}"

    @property
    def deciders(self) -> tuple[Giver, ...]:
        """Whose answer counts: the pupil, or each parent and the guardian."""
        if self.competent:
            return (Giver.PUPIL,)
        return (Giver.MOTHER, Giver.FATHER, Giver.GUARDIAN)

    @property
    def who_decides(self) -> str:
        """Lotte is 6 jaar: de ouders beslissen, elk voor zich."""
        pupil = self.on_visit.pupil
        key = "border.who_pupil" if self.competent else "border.who_parents"
        years = age_months(pupil.birth_date, self.today) // 12
        return say(key, name=pupil.given_name, years=years)


def open_request_form(desk: Desk, visit_id: VisitId, pupil_id: PupilId) -> RequestView:
    """The form for a pupil of a visit, and what was asked before."""
    today = local_day(desk.clock.now())
    with desk.vault.read() as reader:
        pupil = view_pupil(desk, visit_id, pupil_id)
        on_visit = pupil.on_visit
        decided = one_standing(reader, derived_record_id("competence", pupil_id), Competence)
        earlier = requests_of(reader, pupil_id)
        staff = all_standing(reader.heads(kinds=("staff",)), Staff)
        return RequestView(
            pupil=pupil,
            today=today,
            competent=is_competent(
                on_visit.pupil.birth_date, today, decided.body if decided else None
            ),
            earlier=earlier,
            writers={one.record_id: one.body.name for one in staff},
            behind_signals=frozenset(_behind_signals(reader, pupil_id)),
            draft=reader.draft(desk.user.staff_id, on_visit.form(FORM)),
        )


def requests_of(reader: Reader, pupil_id: PupilId) -> tuple[Standing[GuidanceRequest], ...]:
    """The requests for a pupil that stand, the newest first."""
    heads = reader.heads(kinds=("guidance_request",), pupil_id=pupil_id)
    found = all_standing(heads, GuidanceRequest)
    return tuple(sorted(found, key=lambda one: (one.body.on, one.record_id), reverse=True))


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


@dataclass(frozen=True, slots=True)
class MissingInRequest:
    """What keeps the request from being saved, and the field it is about."""

    field: str
    text: str


def missing_in_request(view: RequestView, entry: RequestEntry) -> tuple[MissingInRequest, ...]:
    """In reading order."""
    found = [*_against_words(view, entry.words.strip()), *_against_consent(view, entry)]
    return tuple(MissingInRequest(field, text) for field, text in found)


def _against_words(view: RequestView, words: str) -> Iterator[tuple[str, str]]:
    if not words:
        yield "words", say("request.words_missing")
        return
    medical = [one.word for one in suspect_words(words) if one.list.code == _MEDICAL]
    if medical:
        yield "words", say("request.medical", words=", ".join(dict.fromkeys(medical)))
    if any(sentence in normalise(words) for sentence in view.behind_signals):
        yield "words", say("request.copied")


def _against_consent(view: RequestView, entry: RequestEntry) -> Iterator[tuple[str, str]]:
    refusing = [one for one in entry.refuses if one in view.deciders]
    if refusing:
        yield "refuses", say("request.refused", who=", ".join(label(one) for one in refusing))
    elif not any(one in view.deciders for one in entry.gives):
        yield "gives", say("request.own_consent" if view.competent else "request.parent_consent")
    if entry.manner is None:
        yield "manner", say("border.missing_manner")
    if entry.on is None or entry.on > view.today:
        yield "on", say("border.missing_on")
    elif entry.until is not None and entry.until < max(entry.on, view.today):
        yield "until", say("request.until_over")


def crossing(view: RequestView, entry: RequestEntry) -> GuidanceRequest:
    """The record as it crosses. Refused while something is missing."""
    missing = missing_in_request(view, entry)
    if missing:
        raise Refused("request.not_whole", field=missing[0].field, first=missing[0].text)
    assert entry.manner is not None
    assert entry.on is not None
    answers = (Answer(giver=one, gives=True) for one in entry.gives if one in view.deciders)
    return GuidanceRequest(
        pupil_id=view.on_visit.pupil_id,
        school_id=view.on_visit.school_id,
        words=entry.words.strip(),
        competent=view.competent,
        answers=tuple(answers),
        manner=entry.manner,
        on=entry.on,
        until=entry.until,
    )


def crossing_lines(body: GuidanceRequest) -> tuple[tuple[str, str], ...]:
    """All that the other side reads of a request, name and value, beside pupil, school and writer."""
    givers = ", ".join(label(one.giver).lower() for one in body.answers if one.gives)
    until = day(body.until) if body.until else say("request.until_withdrawn")
    consent = say("request.consent", who=givers, how=label(body.manner).lower(), day=day(body.on))
    return (
        (say("request.line_words"), body.words),
        (say("request.line_consent"), consent),
        (say("request.line_until"), until),
        (say("request.line_decides"), say(f"request.decides_{_who(body)}")),
    )


def _who(body: GuidanceRequest) -> str:
    return "pupil" if body.competent else "parents"


# --- recording ---


def record_request(desk: Desk, view: RequestView, entry: RequestEntry) -> Outcome[Saved]:
    """Let the request cross. Refused while something is missing.

    Looked at again in the commit: a signal may have been written since the page was opened.
    """
    on_visit = view.on_visit
    with desk.vault.write() as work:
        fresh = open_request_form(desk, on_visit.visit_id, on_visit.pupil_id)
        saved = add_parts(desk, work, [Part(crossing(fresh, entry), on_visit.where)])
        work.drop_draft(desk.user.staff_id, view.form)
    return Outcome(saved, changes_of(saved.revisions))


def withdraw_request(desk: Desk, record_id: RecordId, reason: str) -> Outcome[Saved]:
    """The consent was taken back, or it was a mistake: the guidance team sees it no more."""
    with desk.vault.read() as reader:
        if one_standing(reader, record_id, GuidanceRequest) is None:
            raise Defect("request.unknown")
    return withdraw(desk, [record_id], reason)

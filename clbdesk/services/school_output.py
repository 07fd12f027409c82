"""P21 Uitvoer naar school: what leaves is composed by a table, checked, and kept word for word.

A name of a pupil blocks; a word of the lists or a second page must go or be explained. Both are
checked again at releasing, in the same commit as the writing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from clbdesk.clock import local_day
from clbdesk.domain.care import Agreement, CareMeeting, ConsultativeNote
from clbdesk.domain.care_outcome import Explained, MeetingText, OutputForm, SchoolOutput
from clbdesk.domain.people import School
from clbdesk.errors import Defect, Refused
from clbdesk.ids import RecordId, RevId, SchoolId, VisitId
from clbdesk.reports.paper import Printed
from clbdesk.reports.school_output import school_pages, school_paper
from clbdesk.services.care_entry import meeting_id
from clbdesk.services.care_meeting import log_opening
from clbdesk.services.desk import Desk
from clbdesk.services.name_detection import KnownNames, known_names
from clbdesk.services.outcome import Outcome
from clbdesk.services.output_text import FAMILY, TopicText, compose, left_out
from clbdesk.services.reading import Standing, all_standing, one_standing
from clbdesk.services.records import Part, Saved, Where, add_parts, changes_of
from clbdesk.services.relation import visit_open_to
from clbdesk.standards.care_guide import guide
from clbdesk.standards.phrases import day
from clbdesk.standards.school_output import OutputPart, edition, suspect_words
from clbdesk.standards.tables import rule
from clbdesk.storage.vault import Draft, Reader
from clbdesk.wording import label, say

_FIRST_RECIPIENT = "care_coordinator"
LENGTH = "lengte"  # the "word" under which a second page is explained


class Trouble(StrEnum):
    """What the check found; only a name blocks."""

    NAME = "name"
    WORD = "word"
    PAGES = "pages"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to put right or to explain; `key`: by which it is explained. `list`: Dutch."""

    trouble: Trouble
    word: str
    key: str
    start: int = 0
    length: int = 0
    list: str = ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody at the table who may take it to the school."""

    name: str
    function: str
    function_label: str


@dataclass(frozen=True, slots=True)
class OutputView:
    """What the page shows: the texts of both forms and what does not go; `tips` of what they say."""

    visit_id: VisitId
    meeting_id: RecordId
    school_id: SchoolId
    school: str
    centre: str
    on: date
    today: date
    texts: Mapping[OutputForm, str]
    left_out: Mapping[OutputForm, tuple[OutputPart, ...]]
    topics: int
    recipients: tuple[Recipient, ...]
    recipient: str
    at_table: tuple[str, ...]
    names: KnownNames
    tips: frozenset[RevId]
    released: tuple[Standing[SchoolOutput], ...]
    draft: Draft | None
    is_named: bool

    @property
    def form(self) -> str:
        """The key of its draft."""
        return output_form(self.visit_id)

    @property
    def where(self) -> Where:
        """What is recorded here belongs to."""
        return Where(visit_id=self.visit_id, school_id=self.school_id)


def output_form(visit_id: VisitId) -> str:
    """The key of the draft of an output."""
    return f"school_output/{visit_id}"


def open_output(desk: Desk, visit_id: VisitId) -> OutputView:
    """The output of a recorded meeting; looking at it is logged.

    Refused while the meeting or its topics are not recorded.
    """
    view = view_output(desk, visit_id)
    log_opening(desk, "care_meeting", view.meeting_id)
    return view


def view_output(desk: Desk, visit_id: VisitId) -> OutputView:
    """The same without a line in the log."""
    with desk.vault.read() as reader:
        visit = visit_open_to(desk, reader, visit_id)
        if visit is None:
            raise Defect("care.no_visit")
        found = _found(reader, visit_id)
        school = one_standing(reader, RecordId(visit.body.school_id), School)
        name = school.body.name if school else ""
        topics = found.topics
        released = all_standing(
            reader.heads(kinds=("school_output",), school_id=visit.body.school_id), SchoolOutput
        )
        people = _recipients(found.meeting.body)
        return OutputView(
            visit_id=visit_id,
            meeting_id=found.meeting.record_id,
            school_id=visit.body.school_id,
            school=name,
            centre=desk.centre_name,
            on=local_day(found.meeting.body.start),
            today=local_day(desk.clock.now()),
            texts={one: compose(one, name, found.meeting.body, topics) for one in OutputForm},
            left_out={one: left_out(one, topics) for one in OutputForm},
            topics=len(topics),
            recipients=people,
            recipient=next(
                (one.name for one in people if one.function == _FIRST_RECIPIENT),
                people[0].name if people else "",
            ),
            at_table=tuple(
                one.name for one in found.meeting.body.participants if one.function not in FAMILY
            ),
            names=known_names(reader),
            tips=found.tips,
            is_named=any(one.note.personal_data for one in topics),
            draft=reader.draft(desk.user.staff_id, output_form(visit_id)),
            released=tuple(
                sorted(
                    (one for one in released if one.body.meeting_id == found.meeting.record_id),
                    key=lambda one: one.body.released_at,
                )
            ),
        )


@dataclass(frozen=True, slots=True)
class _Found:
    meeting: Standing[CareMeeting]
    topics: tuple[TopicText, ...]
    tips: frozenset[RevId]


def _found(reader: Reader, visit_id: VisitId) -> _Found:
    meeting = one_standing(reader, meeting_id(visit_id), CareMeeting)
    if meeting is None:
        raise Refused("care_output.no_meeting")
    school_id = meeting.body.school_id
    notes = [
        one
        for one in all_standing(
            reader.heads(kinds=("consultative_note",), school_id=school_id), ConsultativeNote
        )
        if one.body.meeting_id == meeting.record_id
    ]
    if not notes:
        raise Refused("care_output.no_topics")
    notes.sort(key=lambda one: (one.body.number, one.record_id))
    own = {one.record_id for one in notes}
    agreements = sorted(
        (
            one
            for one in all_standing(
                reader.heads(kinds=("agreement",), school_id=school_id), Agreement
            )
            if one.body.topic_id in own
        ),
        key=lambda one: (one.body.number, one.record_id),
    )
    topics = tuple(
        TopicText(one.body, tuple(a.body for a in agreements if a.body.topic_id == one.record_id))
        for one in notes
    )
    heads = (meeting.head, *(one.head for one in notes), *(one.head for one in agreements))
    return _Found(meeting, topics, frozenset(tip for head in heads for tip in head.tips))


def _recipients(meeting: CareMeeting) -> tuple[Recipient, ...]:
    """Who of the school sits there: not bound by the secrecy of the centre, and no family."""
    labels = {one.code: one.label for one in guide().function}
    return tuple(
        Recipient(one.name, one.function, labels.get(one.function, one.function))
        for one in meeting.participants
        if not one.bound_by_secrecy and one.function not in FAMILY
    )


# --- checking ---


def whole_text(text: str) -> str:
    """The text with the sentence that closes every output."""
    return f"{text.strip()}\n\n{say('care_output.closing')}"


def findings(view: OutputView, form: OutputForm, text: str) -> tuple[Finding, ...]:
    """Names first, then words, then the length; each word once per place.

    A name blocks, except in the report of a meeting with a topic that is on name: there it is
    explained. On the list of agreements no name of a pupil ever goes.
    """
    names = _names_in(view.names, text, view.at_table)
    if form is OutputForm.REPORT and view.is_named:
        named = say("care_output.named")
        names = [replace(one, trouble=Trouble.WORD, list=named) for one in names]
    words = [
        Finding(Trouble.WORD, one.word, one.key, one.start, one.length, one.list.label)
        for one in suspect_words(_without(text, view.at_table))
    ]
    pages = page_count(view, text)
    more = [Finding(Trouble.PAGES, str(pages), LENGTH)] if pages > 1 else []
    return (*names, *words, *more)


def page_count(view: OutputView, text: str) -> int:
    """Sides of paper."""
    return school_pages(whole_text(text), _foot(view))


def missing_explanations(found: Iterable[Finding], explained: Mapping[str, str]) -> list[Finding]:
    """What stays and has no explanation that is long enough."""
    least = least_explanation()
    return [
        one
        for one in found
        if one.trouble is not Trouble.NAME and len(explained.get(one.key, "").strip()) < least
    ]


def least_explanation() -> int:
    """How many characters an explanation has at least."""
    return int(rule("CARE-WHY").number)


def _names_in(names: KnownNames, text: str, at_table: Iterable[str]) -> list[Finding]:
    plain = _without(text, at_table)
    return [
        Finding(Trouble.NAME, one.word, one.key, one.start, one.length) for one in names.find(plain)
    ]


def _without(text: str, names: Iterable[str]) -> str:
    """The text with the full names of who sits at the table blanked: those are no pupils."""
    for name in sorted((one for one in names if " " in one), key=len, reverse=True):
        text = text.replace(name, " " * len(name))
    return text


# --- releasing ---


def release(
    desk: Desk,
    view: OutputView,
    form: OutputForm,
    text: str,
    recipient: str,
    explained: Mapping[str, str],
) -> Outcome[Saved]:
    """Keep the exact text and its hash as what went to the school.

    Refused when a pupil's name stands in it, when something is not explained, or when the meeting
    changed since it was composed.
    """
    whom = next((one for one in view.recipients if one.name == recipient), None)
    if whom is None:
        raise Refused("care_output.missing_recipient", field="recipient")
    if not text.strip():
        raise Refused("care_output.missing_text", field="text")
    with desk.vault.write() as work:
        if _found(work, view.visit_id).tips != view.tips:
            raise Refused("care_output.changed")
        named = bool(_names_in(known_names(work), text, view.at_table))
        if named and not (view.is_named and form is OutputForm.REPORT):
            raise Refused("care_output.name_in_text", field="text")
        found = findings(view, form, text)
        unexplained = missing_explanations(found, explained)
        if unexplained:  # without the word: it may be a name, and what is raised may be logged
            is_long = unexplained[0].trouble is Trouble.PAGES
            key = "explain_length" if is_long else "unexplained"
            raise Refused(f"care_output.{key}", least=least_explanation())
        whole = whole_text(text)
        kept = {one.key for one in found}
        body = SchoolOutput(
            school_id=view.school_id,
            meeting_id=view.meeting_id,
            form=form,
            text=whole,
            sha256=hashlib.sha256(whole.encode()).hexdigest(),
            recipient=whom.name,
            recipient_function=whom.function,
            released_at=desk.clock.now(),
            edited=text.strip() != view.texts[form].strip(),
            explained=tuple(
                Explained(word=key, reason=reason.strip())
                for key, reason in sorted(explained.items())
                if key in kept
            ),
            left_out=tuple(one.code for one in view.left_out[form]),
            edition=edition(),
        )
        told = [] if named or view.is_named else [Part(_for_colleagues(view, body), view.where)]
        saved = add_parts(desk, work, [Part(body, view.where), *told])
        work.drop_draft(desk.user.staff_id, view.form)
    return Outcome(saved, changes_of(saved.revisions))


def _for_colleagues(view: OutputView, output: SchoolOutput) -> MeetingText:
    """The same text where doctor and nurse of the school read it (services/meeting_text.py)."""
    return MeetingText(
        school_id=output.school_id,
        meeting_id=output.meeting_id,
        form=output.form,
        on=view.on,
        text=output.text,
    )


def released_words(output: SchoolOutput) -> str:
    """Afsprakenlijst van 23 nov 2026 vrijgegeven aan Mia Aerts."""
    return say(
        "care_output.released",
        form=label(output.form),
        day=day(local_day(output.released_at)),
        recipient=output.recipient,
    )


def print_output(desk: Desk, view: OutputView, output: SchoolOutput) -> Printed:
    """What was released, word for word; printing it is logged."""
    with desk.vault.write() as work:
        desk.log(work, "print", kind="school_output", record_id=output.meeting_id, reason="visit")
    return _paper(view, output.text)


def _paper(view: OutputView, text: str) -> Printed:
    return school_paper(text, _foot(view))


def _foot(view: OutputView) -> str:
    return f"{view.centre} · {view.school}"

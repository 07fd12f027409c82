"""Bespreking: one topic of a care meeting along the conversation guide, with its agreements.

No pupil and no name is stored with it: "leerling A" and the grade are all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import msgspec

from clbdesk.clock import local_day
from clbdesk.domain.care import (
    Agreement,
    CareMeeting,
    ConsultativeNote,
    Goal,
    Informing,
    statement_of,
)
from clbdesk.domain.intervention import CodeList, InterventionCode
from clbdesk.domain.people import School, SchoolLevel
from clbdesk.domain.visits import school_year_of
from clbdesk.errors import Defect, Refused
from clbdesk.ids import RecordId, RevId, SchoolId, VisitId
from clbdesk.services.care_earlier import EarlierTopic, earlier_topics, free_pseudonym
from clbdesk.services.care_entry import (
    AgreementEntry,
    GoalEntry,
    ParticipantEntry,
    TopicEntry,
    meeting_id,
    topic_form,
)
from clbdesk.services.care_meeting import at_table, author_of, topics_of
from clbdesk.services.desk import Desk
from clbdesk.services.intervention_lists import codes_in
from clbdesk.services.name_detection import KnownNames, known_names
from clbdesk.services.named_topics import named_in
from clbdesk.services.outcome import Outcome
from clbdesk.services.reading import Standing, all_standing, one_standing, open_base
from clbdesk.services.records import (
    Part,
    Saved,
    Where,
    add_parts,
    base_in,
    changes_of,
    withdraw_in,
)
from clbdesk.services.relation import visit_open_to
from clbdesk.standards.care_guide import (
    EvaluationDate,
    asked,
    evaluation_date,
    guide,
    names_allowed,
    with_step,
)
from clbdesk.standards.intervention_codes import InterventionCodes
from clbdesk.storage.vault import Draft, Reader

REMOVED = "afspraak geschrapt"
# Core activities that begin with a question of pupil or parents (handbook 3 §6: consent yes).
BY_DEMAND = frozenset({"ONT", "VVH", "HGA", "HGD", "BEG", "DRA"})


@dataclass(frozen=True, slots=True)
class TopicView:
    """What the page of a topic shows; `base` for its draft and saving."""

    visit_id: VisitId
    meeting_id: RecordId
    record_id: RecordId
    school_id: SchoolId
    school: str
    level: SchoolLevel | None
    on: date
    today: date
    number: int
    pseudonym: str
    at_table: tuple[ParticipantEntry, ...]
    is_meeting_recorded: bool
    earlier: tuple[EarlierTopic, ...]
    evaluation: EvaluationDate
    names: KnownNames
    codes: InterventionCodes
    saved: Standing[ConsultativeNote] | None
    saved_by: str
    agreements: tuple[Standing[Agreement], ...]
    base: tuple[RevId, ...]
    draft: Draft | None

    @property
    def where(self) -> Where:
        """What is recorded here belongs to."""
        return Where(visit_id=self.visit_id, school_id=self.school_id)

    @property
    def form(self) -> str:
        """The key of its draft."""
        return topic_form(self.record_id)

    @property
    def activities(self) -> tuple[InterventionCode, ...]:
        """The core activities on the day of the meeting."""
        return self.codes.choices(CodeList.FUNCTION, self.on)

    @property
    def themes(self) -> tuple[InterventionCode, ...]:
        """The themes on the day of the meeting; none is asked."""
        return self.codes.choices(CodeList.SUBJECT, self.on)

    @property
    def record_ids(self) -> tuple[RecordId, ...]:
        """What a withdrawal withdraws: the note with its agreements."""
        return (self.record_id, *(one.record_id for one in self.agreements))

    def follows(self, entry: TopicEntry) -> EarlierTopic | None:
        """The topic that a form follows up."""
        return next((one for one in self.earlier if one.record_id == entry.follows), None)


def new_topic_id(desk: Desk) -> RecordId:
    """The id of a topic that is about to be talked of."""
    return RecordId(desk.ids.new())


def open_topic(desk: Desk, visit_id: VisitId, record_id: RecordId) -> TopicView:
    """A topic, new or known; reading what is recorded is logged, one on name with whom it names."""
    view = view_topic(desk, visit_id, record_id)
    if view.saved is not None:
        with desk.vault.read() as reader:
            named = named_in(reader, view.saved)
        for pupil_id in named or (None,):
            desk.log_opening("consultative_note", record_id, pupil_id, reason="visit")
    return view


def view_topic(desk: Desk, visit_id: VisitId, record_id: RecordId) -> TopicView:
    """The same without a line in the log."""
    with desk.vault.read() as reader:
        visit = visit_open_to(desk, reader, visit_id)
        if visit is None:
            raise Defect("care.no_visit")
        school_id, on = visit.body.school_id, visit.body.on
        school = one_standing(reader, RecordId(school_id), School)
        notes = _notes(reader, school_id)
        agreements = _agreements(reader, school_id)
        saved = one_standing(reader, record_id, ConsultativeNote)
        own = tuple(one for one in agreements if one.body.topic_id == record_id)
        people, is_recorded = at_table(desk, reader, visit_id)
        here = topics_of(desk, reader, visit_id, school_id)
        taken = {one.title for one in here if one.record_id != record_id}
        year = school_year_of(on)
        taken |= {
            one.body.pseudonym
            for one in notes
            if school_year_of(local_day(one.revision.occurred_at)) == year
        }
        return TopicView(
            visit_id=visit_id,
            meeting_id=meeting_id(visit_id),
            record_id=record_id,
            school_id=school_id,
            school=school.body.name if school else "",
            level=school.body.level if school else None,
            on=on,
            today=local_day(desk.clock.now()),
            number=max((one.number for one in here if one.record_id != record_id), default=0) + 1,
            pseudonym=free_pseudonym(taken),
            at_table=people,
            is_meeting_recorded=is_recorded,
            earlier=earlier_topics(reader, school_id, visit_id, notes, agreements),
            evaluation=evaluation_date(on),
            names=known_names(reader),
            codes=codes_in(reader),
            saved=saved,
            saved_by=author_of(reader, saved),
            agreements=own,
            base=(
                *open_base(reader.head(record_id)),
                *(tip for one in own for tip in open_base(one.head)),
            ),
            draft=reader.draft(desk.user.staff_id, topic_form(record_id)),
        )


def _notes(reader: Reader, school_id: SchoolId) -> list[Standing[ConsultativeNote]]:
    heads = reader.heads(kinds=("consultative_note",), school_id=school_id)
    return all_standing(heads, ConsultativeNote)


def _agreements(reader: Reader, school_id: SchoolId) -> list[Standing[Agreement]]:
    heads = reader.heads(kinds=("agreement",), school_id=school_id)
    return sorted(all_standing(heads, Agreement), key=lambda one: one.body.number)


# --- the form ---


def new_topic(view: TopicView) -> TopicEntry:
    """What stands in the form before anybody types: a pseudonym and the day of the evaluation."""
    return TopicEntry(
        number=view.number,
        title=view.pseudonym,
        evaluation_on=view.evaluation.on,
        template=asked(guide().step),
    )


def following(view: TopicView, entry: TopicEntry, earlier: EarlierTopic) -> TopicEntry:
    """The form as a follow-up: the head of the earlier talk, and its explanations that are open.

    A theme that ended since is not taken along.
    """
    hypotheses = (
        *earlier.body.open_hypotheses(),
        *(one for one in entry.hypotheses if one.text),
    )
    theme = view.codes.find(CodeList.SUBJECT, earlier.body.theme, view.on)
    return msgspec.structs.replace(
        entry,
        title=earlier.body.pseudonym,
        subject=earlier.body.subject,
        grade=earlier.body.grade,
        domains=earlier.body.domains,
        phase=earlier.body.phase,
        initiative=earlier.body.initiative,
        follows=earlier.record_id,
        activity=earlier.body.activity,
        theme=theme.code if theme else "",
        hypotheses=hypotheses,
        template=with_step(entry.template, "hypotheses") if hypotheses else entry.template,
    )


def entry_of_topic(view: TopicView) -> TopicEntry:
    """A recorded topic as a form."""
    if view.saved is None:
        raise Defect("care.no_topic")
    note = view.saved.body
    informing = note.informing or Informing(by="")
    return TopicEntry(
        number=note.number,
        title=note.pseudonym,
        subject=note.subject,
        grade=note.grade,
        domains=note.domains,
        phase=note.phase,
        initiative=note.initiative,
        follows=note.follows,
        informed=note.informed,
        question=note.question,
        strengths=note.strengths,
        observations=note.observations,
        tried=note.tried,
        hypotheses=note.hypotheses,
        needs=note.needs,
        teacher_needs=note.teacher_needs,
        goals=tuple(GoalEntry(text=one.text, by=one.by) for one in note.goals),
        agreements=tuple(
            AgreementEntry(
                record_id=one.record_id, who=one.body.who, what=one.body.what, by=one.body.by
            )
            for one in view.agreements
        ),
        informing_by=informing.by,
        informing_on=informing.on,
        informing_text=informing.text,
        evaluation_on=note.evaluation_on,
        evaluation_by=note.evaluation_by,
        usefulness=note.usefulness,
        one_word=note.one_word,
        outcome=note.outcome,
        principles=note.principles,
        clb_note=note.clb_note,
        personal_data=note.personal_data,
        activity=note.activity,
        theme=note.theme,
        own=note.own,
        template=note.template,
    )


# --- recording ---


def note_of(view: TopicView, entry: TopicEntry) -> ConsultativeNote:
    """The body that a form makes; rows without anything in them are left out."""
    informing = None
    if entry.informing_by or entry.informing_text:
        informing = Informing(
            by=entry.informing_by, on=entry.informing_on, text=entry.informing_text
        )
    return ConsultativeNote(
        meeting_id=view.meeting_id,
        school_id=view.school_id,
        number=entry.number,
        subject=entry.subject,
        pseudonym=entry.title,
        grade=entry.grade,
        domains=entry.domains,
        phase=entry.phase,
        initiative=entry.initiative,
        follows=entry.follows,
        informed=entry.informed,
        question=entry.question,
        strengths=tuple(one for one in entry.strengths if one),
        observations=tuple(one for one in entry.observations if statement_of(one).text),
        tried=tuple(one for one in entry.tried if one.measure),
        hypotheses=tuple(one for one in entry.hypotheses if one.text),
        needs=tuple(one for one in entry.needs if one.text),
        teacher_needs=tuple(one for one in entry.teacher_needs if one.what),
        goals=tuple(Goal(text=one.text, by=one.by) for one in entry.goals if one.text),
        informing=informing,
        evaluation_on=entry.evaluation_on,
        evaluation_by=entry.evaluation_by,
        usefulness=entry.usefulness,
        one_word=entry.one_word,
        outcome=entry.outcome,
        principles=entry.principles,
        clb_note=entry.clb_note,
        personal_data=entry.personal_data and (names_allowed() or _was_named(view)),
        activity=entry.activity,
        theme=entry.theme,
        own=tuple(one for one in entry.own if one.text),
        template=entry.template,
    )


def _was_named(view: TopicView) -> bool:
    """What was on name stays so in a correction, also when the centre changed its mind."""
    return view.saved is not None and view.saved.body.personal_data


def record_topic(
    desk: Desk,
    view: TopicView,
    entry: TopicEntry,
    base: tuple[RevId, ...],
    *,
    reason: str | None = None,
) -> Outcome[Saved]:
    """Record a topic and its agreements in one commit; an agreement that was struck is withdrawn.

    Refused while the meeting itself is not recorded. `reason`: of a correction.
    """
    kept = {one.record_id for one in entry.agreements}
    known = {one.record_id: one for one in view.agreements}
    with desk.vault.write() as work:
        if one_standing(work, view.meeting_id, CareMeeting) is None:
            raise Refused("care.no_meeting", field="meeting")
        note = note_of(view, entry)
        parts = []
        if view.saved is None or view.saved.body != note:
            base_of = base_in(work, view.record_id, base)
            parts.append(Part(note, view.where, view.record_id, base_of))
        for number, one in enumerate(entry.agreements, start=1):
            standing = known.get(one.record_id) if one.record_id else None
            body = _agreement(view, number, one, standing)
            if not one.is_whole() or (standing is not None and standing.body == body):
                continue
            base_of = base_in(work, one.record_id, base) if one.record_id else ()
            parts.append(Part(body, view.where, one.record_id, base_of))
        saved = add_parts(desk, work, parts, reason=reason)
        struck = [
            withdraw_in(desk, work, record_id, REMOVED)
            for record_id in known
            if record_id not in kept
        ]
        work.drop_draft(desk.user.staff_id, view.form)
    saved = Saved((*saved.revisions, *struck))
    return Outcome(saved, changes_of(saved.revisions))


def _agreement(
    view: TopicView, number: int, entry: AgreementEntry, standing: Standing[Agreement] | None
) -> Agreement:
    fresh = Agreement(
        school_id=view.school_id,
        meeting_id=view.meeting_id,
        topic_id=view.record_id,
        number=number,
        who=entry.who,
        what=entry.what,
        by=entry.by,
    )
    if standing is None:
        return fresh
    return msgspec.structs.replace(fresh, status=standing.body.status, note=standing.body.note)

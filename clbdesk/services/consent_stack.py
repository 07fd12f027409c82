"""Formulieren: a stack of forms that came back, typed over in few strokes, pupil by pupil.

A form adds events and overwrites nothing. Who gave an answer may stay unnamed as long as nobody
answered otherwise; two answers that differ need a name each, so that a doctor knows whom to call.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from clbdesk.clock import local_day
from clbdesk.domain.people import Pupil, School
from clbdesk.domain.vaccination import Consent, ConsentChannel, ConsentChoice, ConsentGiver
from clbdesk.domain.visits import Visit
from clbdesk.errors import Defect, Refused
from clbdesk.ids import PupilId, RecordId, VisitId
from clbdesk.services.consent_forms import UNANSWERED, asked_on
from clbdesk.services.desk import Desk
from clbdesk.services.outcome import Outcome
from clbdesk.services.pupil import find_on_visit
from clbdesk.services.reading import all_standing, one_standing
from clbdesk.services.records import Part, Saved, add_parts, changes_of, undo_in
from clbdesk.services.relation import visit_open_to
from clbdesk.services.vaccination_saving import ConsentEntry, consent_of
from clbdesk.standards.vaccination.consent import ConsentState, ConsentVerdict
from clbdesk.standards.vaccination.prescreen import Question, form_questions
from clbdesk.storage.vault import Reader


@dataclass(frozen=True, slots=True)
class FormRow:
    """One pupil of the stack. `vaccines`: what the form asks; `verdicts`: what was answered of it.

    `says_yes`: a question on health was answered with yes; a doctor looks at it before the visit.
    `draft`: the form as it was being typed, as JSON, or None.
    """

    pupil_id: PupilId
    pupil: Pupil
    class_name: str
    code: str
    vaccines: tuple[str, ...]
    verdicts: Mapping[str, ConsentVerdict]
    says_yes: bool
    draft: str | None

    @property
    def name(self) -> str:
        """Given name and family name."""
        return f"{self.pupil.given_name} {self.pupil.family_name}"

    @property
    def form(self) -> str:
        """The key of the draft."""
        return _form_of(self.code)

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions on health of this form."""
        return form_questions(frozenset(self.vaccines))

    @property
    def is_unanswered(self) -> bool:
        """Whether the form is still to come."""
        return any(one.state in UNANSWERED for one in self.verdicts.values())

    @property
    def states(self) -> tuple[ConsentState, ...]:
        """What the answers come to, each once, in the order of the vaccines."""
        return tuple(dict.fromkeys(one.state for one in self.verdicts.values()))


@dataclass(frozen=True, slots=True)
class StackView:
    """Everybody of a visit of whom a form is asked or was received, by class and name."""

    visit_id: VisitId
    school: str
    on: date
    today: date
    classes: tuple[str, ...]
    rows: tuple[FormRow, ...]

    def find(self, code: str) -> FormRow | None:
        """Whose form this is; nobody when two had the same number."""
        found = [row for row in self.rows if row.code == code]
        return found[0] if len(found) == 1 else None

    def is_on_two_forms(self, code: str) -> bool:
        """Two pupils of one visit with one number: a person looks at the names instead."""
        return Counter(row.code for row in self.rows)[code] > 1


@dataclass(frozen=True, slots=True)
class FormEntry:
    """One form. `choices` by vaccine; `yes`: ids of the questions answered with yes.

    Giver, channel and days are those of the stack.
    """

    choices: Mapping[str, ConsentChoice]
    giver: ConsentGiver
    channel: ConsentChannel
    received_on: date
    signed_on: date | None = None
    giver_name: str = ""
    relation: str = ""
    yes: frozenset[str] = frozenset()
    reason: str = ""


def open_stack(desk: Desk, visit_id: VisitId) -> StackView:
    """The forms of a visit, with the drafts of this user."""
    with desk.vault.read() as reader:
        visit = _visit(desk, reader, visit_id)
        school = one_standing(reader, RecordId(visit.school_id), School)
        drafts = {one.form: one.content for one in reader.drafts(desk.user.staff_id)}
        rows = []
        for one in asked_on(desk, reader, visit_id, visit):
            brought = set(visit.vaccines)
            answered = any(brought & set(each.vaccines) for each in one.facts.consent_events())
            if not one.vaccines and not answered:
                continue
            rows.append(
                FormRow(
                    pupil_id=one.listed.pupil_id,
                    pupil=one.pupil.body,
                    class_name=one.listed.class_name,
                    code=one.code,
                    vaccines=one.vaccines or visit.vaccines,
                    verdicts=one.verdicts,
                    says_yes=any(each.told for each in one.verdicts.values()),
                    draft=drafts.get(_form_of(one.code)),
                )
            )
    return StackView(
        visit_id=visit_id,
        school=school.body.name if school else "",
        on=visit.on,
        today=local_day(desk.clock.now()),
        classes=tuple(dict.fromkeys(row.class_name for row in rows)),
        rows=tuple(rows),
    )


def record_form(desk: Desk, visit_id: VisitId, row: FormRow, entry: FormEntry) -> Outcome[Saved]:
    """Add what the form says, an event per choice, in one commit.

    Refused `consent_form.nothing` without a choice, `consent_form.signed_later` when it was signed
    after it was received, `consent_form.name_missing` when somebody answered otherwise before,
    `consent_form.who_takes_back` for a withdrawal of nobody.
    """
    if not entry.choices:
        raise Refused("consent_form.nothing", field="choices")
    if entry.signed_on is not None and entry.signed_on > entry.received_on:
        raise Refused("consent_form.signed_later", field="signed_on")
    with desk.vault.write() as work:
        on_visit, _visit_body, _listed = find_on_visit(work, visit_id, row.pupil_id)
        if not (entry.giver_name.strip() or entry.relation.strip()):
            if ConsentChoice.WITHDRAWAL in entry.choices.values():
                raise Refused("consent_form.who_takes_back", field="giver_name")
            _refuse_unnamed(work, row.pupil_id, entry)
        answers = {one.id: one.id in entry.yes for one in row.questions}
        parts = [
            Part(consent_of(row.pupil_id, _event(entry, choice, vaccines, answers)), on_visit.where)
            for choice, vaccines in _by_choice(entry.choices).items()
        ]
        saved = add_parts(desk, work, parts)
        work.drop_draft(desk.user.staff_id, row.form)
    return Outcome(saved, changes_of(saved.revisions))


def take_back(desk: Desk, saved: Saved) -> Outcome[Saved]:
    """Undo one form: its events are withdrawn."""
    with desk.vault.write() as work:
        undone = undo_in(desk, work, saved)
    return Outcome(undone, changes_of(undone.revisions))


def _form_of(code: str) -> str:
    return f"consent_stack/{code}"


def _visit(desk: Desk, reader: Reader, visit_id: VisitId) -> Visit:
    found = visit_open_to(desk, reader, visit_id)
    if found is None:
        raise Defect("consent_form.unknown_visit")
    return found.body


def _refuse_unnamed(reader: Reader, pupil_id: PupilId, entry: FormEntry) -> None:
    heads = reader.heads(kinds=("consent",), pupil_ids=(pupil_id,))
    for before in all_standing(heads, Consent):
        for vaccine in before.body.vaccines:
            choice = entry.choices.get(vaccine)
            if choice is not None and choice is not before.body.choice:
                raise Refused("consent_form.name_missing", field="giver_name")


def _by_choice(choices: Mapping[str, ConsentChoice]) -> dict[ConsentChoice, tuple[str, ...]]:
    found: dict[ConsentChoice, tuple[str, ...]] = {}
    for vaccine, choice in choices.items():
        found[choice] = (*found.get(choice, ()), vaccine)
    return found


def _event(
    entry: FormEntry,
    choice: ConsentChoice,
    vaccines: tuple[str, ...],
    answers: dict[str, bool],
) -> ConsentEntry:
    return ConsentEntry(
        choice=choice,
        vaccines=vaccines,
        giver=entry.giver,
        giver_name=entry.giver_name.strip(),
        relation=entry.relation.strip(),
        channel=entry.channel,
        signed_on=entry.signed_on,
        received_on=entry.received_on,
        health_answers=answers,
        reason=entry.reason.strip(),
    )

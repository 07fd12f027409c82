"""The letter that asks for consent: who gets one before a visit, how it stands, what it says.

Nobody is asked twice for what was answered, and after the visit nobody at all. Sending one again is
ticking a printed one.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from clbdesk.clock import local_day
from clbdesk.domain.capacity import Competence
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.letters import Letter, LetterKind
from clbdesk.domain.visits import Visit
from clbdesk.ids import PupilId, RecordId, RevId, VisitId
from clbdesk.reports.consent_form import ConsentLetter
from clbdesk.reports.letters import Addressed
from clbdesk.services.consent_forms import Asked, asked_on
from clbdesk.services.desk import Desk
from clbdesk.services.letter_content import afterwards, recipient_on
from clbdesk.services.letter_states import LetterRow, LetterState
from clbdesk.services.reading import all_standing, one_standing
from clbdesk.standards.tables import rule
from clbdesk.standards.vaccination.prescreen import form_questions
from clbdesk.standards.vaccination.ruleset import vaccine_types
from clbdesk.storage.vault import Reader
from clbdesk.wording import say


@dataclass(frozen=True, slots=True)
class ConsentOf:
    """The letter of one pupil. `printed`: the last one that came out."""

    asked: Asked
    competence: Competence | None
    printed: Letter | None

    @property
    def about(self) -> RecordId:
        """The place of the pupil on the visit."""
        listed = self.asked.listed
        return derived_record_id("visit_pupil", listed.visit_id, listed.pupil_id)

    @property
    def sources(self) -> tuple[RevId, ...]:
        """The versions that the letter is made from."""
        return self.asked.sources


def consents_of_visit(
    desk: Desk, reader: Reader, visit_id: VisitId, visit: Visit
) -> list[ConsentOf]:
    """Before the day of the visit: everybody who is asked and did not answer, or was written to."""
    if not visit.vaccines or local_day(desk.clock.now()) >= visit.on:
        return []
    asked = [one for one in asked_on(desk, reader, visit_id, visit) if one.vaccines]
    ids = tuple(one.listed.pupil_id for one in asked)
    printed: dict[PupilId, list[Letter]] = defaultdict(list)
    for letter in all_standing(reader.heads(kinds=("letter",), pupil_ids=ids), Letter):
        body = letter.body
        if body.document is LetterKind.CONSENT and body.visit_id == visit_id:
            printed[body.pupil_id].append(body)
    found = [
        ConsentOf(
            asked=one,
            competence=_competence(reader, one.listed.pupil_id),
            printed=max(
                printed[one.listed.pupil_id], key=lambda letter: letter.printed_at, default=None
            ),
        )
        for one in asked
    ]
    return [one for one in found if one.asked.is_unanswered or one.printed]


def consent_row(one: ConsentOf) -> LetterRow:
    """The letter as a line of Afdrukken."""
    body, printed = one.asked.pupil.body, one.printed
    return LetterRow(
        document=LetterKind.CONSENT,
        pupil_id=one.asked.listed.pupil_id,
        about=one.about,
        family_name=body.family_name,
        given_name=body.given_name,
        birth_date=body.birth_date,
        class_name=one.asked.listed.class_name,
        state=_state(one),
        printed_at=printed.printed_at if printed else None,
        to="",
    )


def consent_letter(one: ConsentOf, about: Addressed) -> ConsentLetter:
    """What is asked of whom, dated as `about` says."""
    vaccines = one.asked.vaccines
    return ConsentLetter(
        about=about,
        recipient=recipient_on(about.birth_date, about.dated, one.competence),
        vaccines=tuple(
            (vaccine_types()[name].label, say(f"letters.against_{name}")) for name in vaccines
        ),
        questions=tuple(_sentence(each.text) for each in form_questions(frozenset(vaccines))),
        minutes=int(rule("OBSERVATION").number),
        code=one.asked.code,
        afterwards=afterwards(vaccines),
    )


def _state(one: ConsentOf) -> LetterState:
    if one.printed is None:
        return LetterState.READY
    is_old = one.asked.is_unanswered and one.printed.based_on != one.sources
    return LetterState.CHANGED if is_old else LetterState.PRINTED


def _competence(reader: Reader, pupil_id: PupilId) -> Competence | None:
    found = one_standing(reader, derived_record_id("competence", pupil_id), Competence)
    return found.body if found else None


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]

"""Afdrukken: the PDF of the letters of a visit, and recording which came out of the printer.

Sending to the printer is logged for every pupil; the letter itself is recorded only after the
user said that the paper came out, with the versions that it was made from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from clbdesk.clock import local_day
from clbdesk.domain.body import Body
from clbdesk.domain.capacity import Competence
from clbdesk.domain.contact import Conclusion
from clbdesk.domain.kinds import KINDS, derived_record_id
from clbdesk.domain.letters import Letter, LetterKind, Recipient
from clbdesk.domain.people import School, Staff
from clbdesk.domain.visits import Visit
from clbdesk.errors import Defect
from clbdesk.ids import RecordId, SchoolId, VisitId
from clbdesk.reports.consent_form import ConsentLetter, consent_paper
from clbdesk.reports.letters import (
    Addressed,
    VaccinationLetter,
    referral_paper,
    result_paper,
    vaccination_paper,
)
from clbdesk.reports.paper import Paper, Printed, bind
from clbdesk.services.desk import Desk
from clbdesk.services.letter_consent import (
    ConsentOf,
    consent_letter,
    consent_row,
    consents_of_visit,
)
from clbdesk.services.letter_content import (
    ContactFacts,
    recipient_of,
    referral_letter,
    result_letter,
)
from clbdesk.services.letter_states import (
    PRINTABLE,
    LetterRow,
    LettersOf,
    letters_of_visit,
    rows_of_pupil,
    sources_of,
)
from clbdesk.services.letter_vaccination import (
    NoticeOf,
    notice_row,
    notices_of_visit,
    vaccination_letter,
)
from clbdesk.services.outcome import ChangeSet, Outcome
from clbdesk.services.reading import Standing, all_standing, one_standing, standing
from clbdesk.services.records import Part, Saved, Where, add_parts, changes_of
from clbdesk.storage.vault import Reader
from clbdesk.wording import say

_Of = LettersOf | NoticeOf | ConsentOf


@dataclass(frozen=True, slots=True)
class LettersView:
    """Every letter of a visit in the order of the envelopes: class, name, kind of letter."""

    visit_id: VisitId
    school: str
    on: date
    classes: tuple[str, ...]
    rows: tuple[LetterRow, ...]


@dataclass(frozen=True, slots=True)
class MadeLetters:
    """Letters as one PDF. `letters`: what is recorded when the paper came out.

    `missing`: names of pupils whose letter has a sign that the font lacks.
    """

    printed: Printed
    letters: tuple[Letter, ...]
    missing: tuple[str, ...]
    school_id: SchoolId


def open_letters(desk: Desk, visit_id: VisitId) -> LettersView:
    """The letters of a visit and how each stands; nothing is made and nothing is logged."""
    with desk.vault.read() as reader:
        visit = _visit(reader, visit_id)
        school = one_standing(reader, RecordId(visit.school_id), School)
        found = _in_order(desk, reader, visit_id, visit)
    rows = tuple(row for row, _ in found)
    return LettersView(
        visit_id=visit_id,
        school=school.body.name if school else "",
        on=visit.on,
        classes=tuple(sorted({row.class_name for row in rows})),
        rows=rows,
    )


def make_letters(
    desk: Desk,
    visit_id: VisitId,
    keys: Iterable[str],
    *,
    action: str,
    reason: str = "visit",
    two_sided: bool = False,
    before: Sequence[Paper] = (),
    password: str = "",
) -> MadeLetters:
    """The PDF of these letters in the order of the envelopes, and what to record afterwards.

    `action`: "preview", "print" or "export", logged for every pupil with `reason`, because reading
    counts. `before`: papers that go in front, an envelope list. `password`: what opens the PDF.
    A letter that may not be printed is a Defect.
    """
    wanted, today = frozenset(keys), local_day(desk.clock.now())
    with desk.vault.write() as work:
        visit = _visit(work, visit_id)
        school = one_standing(work, RecordId(visit.school_id), School)
        names = {
            one.record_id: one.body.name
            for one in all_standing(work.heads(kinds=("staff",)), Staff)
        }
        papers: list[Paper] = []
        letters: list[Letter] = []
        missing: list[str] = []
        for row, one in _in_order(desk, work, visit_id, visit):
            if row.key not in wanted:
                continue
            if row.state not in PRINTABLE:
                raise Defect("letters.not_printable")
            if isinstance(one, NoticeOf | ConsentOf):
                about = _addressed(desk, one, visit, school, today, doctor="")
                paper, printed, letter = _about_vaccines(desk, one, row, about, visit_id)
            else:
                facts = _facts(desk, work, one, visit, school, names, today)
                about = facts.about
                paper, printed, letter = _made(desk, facts, one, row, visit_id)
            if printed.missing:
                missing.append(about.name)
            papers.append(paper)
            letters.append(letter)
            work.log_access(
                staff_id=desk.user.staff_id,
                role=desk.user.role,
                action=action,
                kind="letter",
                record_id=row.about,
                pupil_id=row.pupil_id,
                reason=reason,
            )
    return MadeLetters(
        printed=bind(
            [*before, *papers], say("print.title"), two_sided=two_sided, password=password
        ),
        letters=tuple(letters),
        missing=tuple(dict.fromkeys(missing)),
        school_id=visit.school_id,
    )


def record_printed(desk: Desk, made: MadeLetters) -> Outcome[Saved]:
    """The paper came out: one record per letter, in one commit."""
    if not made.letters:
        return Outcome(Saved(()), ChangeSet())
    with desk.vault.write() as work:
        parts = [
            Part(letter, Where(letter.pupil_id, letter.visit_id, made.school_id))
            for letter in made.letters
        ]
        saved = add_parts(desk, work, parts)
    return Outcome(saved, changes_of(saved.revisions))


def _in_order(
    desk: Desk, reader: Reader, visit_id: VisitId, visit: Visit
) -> list[tuple[LetterRow, _Of]]:
    """Every letter with what it is made from, envelope by envelope."""
    found: list[tuple[LetterRow, _Of]] = [
        (row, one)
        for one in letters_of_visit(desk, reader, visit_id, visit)
        for row in rows_of_pupil(one)
    ]
    found += [(notice_row(one), one) for one in notices_of_visit(desk, reader, visit_id)]
    found += [(consent_row(one), one) for one in consents_of_visit(desk, reader, visit_id, visit)]
    return sorted(found, key=lambda pair: _envelope(pair[0]))


def _envelope(row: LetterRow) -> tuple[str, ...]:
    # Letters of two pupils of the same name do not mix.
    return (
        row.class_name,
        row.family_name.casefold(),
        row.given_name.casefold(),
        row.pupil_id,
    )


def _addressed(
    desk: Desk,
    one: _Of,
    visit: Visit,
    school: Standing[School] | None,
    today: date,
    *,
    doctor: str,
) -> Addressed:
    of = one.asked if isinstance(one, ConsentOf) else one
    pupil = of.pupil.body
    return Addressed(
        centre=desk.centre_name,
        school=school.body.name if school else "",
        class_name=of.listed.class_name,
        given_name=pupil.given_name,
        family_name=pupil.family_name,
        birth_date=pupil.birth_date,
        on=visit.on,
        dated=today,
        doctor=doctor,
    )


def _visit(reader: Reader, visit_id: VisitId) -> Visit:
    found = one_standing(reader, RecordId(visit_id), Visit)
    if found is None:
        raise Defect("letters.unknown_visit")
    return found.body


def _facts(
    desk: Desk,
    reader: Reader,
    one: LettersOf,
    visit: Visit,
    school: Standing[School] | None,
    names: Mapping[RecordId, str],
    today: date,
) -> ContactFacts:
    conclusion = standing(one.conclusion, Conclusion)
    if conclusion is None:
        raise Defect("letters.no_conclusion")
    signed_by = conclusion.body.signed_by
    tests: dict[str, Standing[Body]] = {}
    for kind, head in one.told.items():
        found = standing(head, KINDS[kind].shape)
        if found is not None:
            tests[kind] = found
    decided = derived_record_id("competence", one.listed.pupil_id)
    competence = one_standing(reader, decided, Competence)
    current = one.tests["growth"].record_id if "growth" in one.tests else None
    return ContactFacts(
        about=_addressed(
            desk,
            one,
            visit,
            school,
            today,
            doctor=names.get(RecordId(signed_by), "") if signed_by else "",
        ),
        pupil=one.pupil.body,
        conclusion=conclusion.body,
        tests=tests,
        earlier=tuple(growth for growth in one.growths if growth.record_id != current),
        referrals=tuple(referral.body for referral, _ in one.referrals),
        competence=competence.body if competence else None,
        audiogram=one.audiogram.body if one.audiogram else None,
    )


def _made(
    desk: Desk, facts: ContactFacts, one: LettersOf, row: LetterRow, visit_id: VisitId
) -> tuple[Paper, Printed, Letter]:
    if row.document is LetterKind.RESULT:
        paper = result_paper(result_letter(facts))
    else:
        (referral,) = (found.body for found, _ in one.referrals if found.record_id == row.about)
        paper = referral_paper(referral_letter(facts, referral))
    printed = paper.printed()
    to_parents = row.document is LetterKind.RESULT
    return (
        paper,
        printed,
        Letter(
            document=row.document,
            pupil_id=row.pupil_id,
            visit_id=visit_id,
            contact_id=one.contact_id,
            about_id=row.about,
            based_on=sources_of(one, row.document, row.about),
            recipient=recipient_of(facts) if to_parents else Recipient.CARE_GIVER,
            printed_at=desk.clock.now(),
            pages=printed.pages,
            sha256=hashlib.sha256(printed.pdf).hexdigest(),
        ),
    )


def _about_vaccines(
    desk: Desk, one: NoticeOf | ConsentOf, row: LetterRow, about: Addressed, visit_id: VisitId
) -> tuple[Paper, Printed, Letter]:
    told: VaccinationLetter | ConsentLetter
    if isinstance(one, NoticeOf):
        told = vaccination_letter(one, about)
        paper = vaccination_paper(told)
    else:
        told = consent_letter(one, about)
        paper = consent_paper(told)
    printed = paper.printed()
    return (
        paper,
        printed,
        Letter(
            document=row.document,
            pupil_id=row.pupil_id,
            visit_id=visit_id,
            about_id=row.about,
            based_on=one.sources,
            recipient=told.recipient,
            printed_at=desk.clock.now(),
            pages=printed.pages,
            sha256=hashlib.sha256(printed.pdf).hexdigest(),
        ),
    )

"""Afdrukken: the PDF of the letters of a visit, and recording which came out of the printer.

Sending to the printer is logged for every pupil; the letter itself is recorded only after the
user said that the paper came out, with the versions that it was made from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from clbdesk.clock import local_day
from clbdesk.domain.body import Body
from clbdesk.domain.contact import Conclusion
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.letters import Letter, LetterKind, Recipient
from clbdesk.domain.names import on_a_list
from clbdesk.domain.people import School
from clbdesk.domain.visits import Visit
from clbdesk.errors import Defect, Refused
from clbdesk.ids import RecordId, RevId, SchoolId, VisitId
from clbdesk.reports.consent_form import consent_paper
from clbdesk.reports.letters import (
    Addressed,
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
    unconfirmed_in,
)
from clbdesk.services.letter_reading import letters_of_visit
from clbdesk.services.letter_states import (
    PRINTABLE,
    LetterRow,
    LettersOf,
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
from clbdesk.services.reading import Standing, one_standing, staff_names, standing
from clbdesk.services.records import Part, Saved, Where, add_parts, changes_of
from clbdesk.services.rejudge import judged_again
from clbdesk.services.relation import must_read, visit_open_to
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

    `missing`: names of pupils whose letter has a sign that the font lacks. `to_confirm`: the rules
    behind words that no doctor confirmed; for who prints, never on paper.
    """

    printed: Printed
    letters: tuple[Letter, ...]
    missing: tuple[str, ...]
    to_confirm: tuple[str, ...]
    school_id: SchoolId


@dataclass(frozen=True, slots=True)
class _Occasion:
    """The visit whose letters are made, the names that stand in them, and the day of today."""

    visit_id: VisitId
    visit: Visit
    centre: str
    school: str
    names: Mapping[str, str]
    today: date


@dataclass(frozen=True, slots=True)
class _Asked:
    """One letter that is to be drawn, with everything that it is drawn from."""

    row: LetterRow
    of: _Of
    told: ContactFacts | Addressed


@dataclass(frozen=True, slots=True)
class _Made:
    """One letter drawn. `misses`: the font lacks a sign of it."""

    paper: Paper
    letter: Letter
    name: str
    misses: bool
    to_confirm: tuple[str, ...] = ()


def open_letters(desk: Desk, visit_id: VisitId) -> LettersView:
    """The letters of a visit and how each stands; nothing is made and nothing is logged."""
    with desk.vault.read() as reader:
        occasion = _occasion(desk, reader, visit_id)
        found = _in_order(desk, reader, visit_id, occasion.visit)
    rows = tuple(row for row, _ in found)
    return LettersView(
        visit_id=visit_id,
        school=occasion.school,
        on=occasion.visit.on,
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
    A letter that may not be printed is a Defect, and Refused for a preview. Refused
    ("records.not_read") for who reads no letters.
    """
    wanted = frozenset(keys)
    with desk.vault.read() as reader:
        occasion = _occasion(desk, reader, visit_id)
        must_read(desk, "letter", desk.relations(occasion.visit.school_id))
        found = [
            (row, of)
            for row, of in _in_order(desk, reader, visit_id, occasion.visit)
            if row.key in wanted
        ]
        if any(row.state not in PRINTABLE for row, _ in found):
            if action == "preview":  # something came in since the list was read
                raise Refused("print.changed_meanwhile")
            raise Defect("letters.not_printable")
        asked = [_Asked(row, of, _told(reader, row, of, occasion)) for row, of in found]
    # Drawing takes long: meanwhile the vault is free for who types.
    made = [_made(desk, one, visit_id) for one in asked]
    printed = bind(
        [*before, *(one.paper for one in made)],
        say("print.title"),
        two_sided=two_sided,
        password=password,
    )
    _log_unchanged(desk, occasion, [one.letter for one in made], asked, action, reason)
    return MadeLetters(
        printed=printed,
        letters=tuple(one.letter for one in made),
        missing=tuple(dict.fromkeys(one.name for one in made if one.misses)),
        to_confirm=tuple(dict.fromkeys(rule for one in made for rule in one.to_confirm)),
        school_id=occasion.visit.school_id,
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
        *on_a_list(row.family_name, row.given_name),
        row.pupil_id,
    )


def _occasion(desk: Desk, reader: Reader, visit_id: VisitId) -> _Occasion:
    visit = visit_open_to(desk, reader, visit_id)
    if visit is None:
        raise Defect("letters.unknown_visit")
    school = one_standing(reader, RecordId(visit.body.school_id), School)
    return _Occasion(
        visit_id=visit_id,
        visit=visit.body,
        centre=desk.centre_name,
        school=school.body.name if school else "",
        names=staff_names(reader),
        today=local_day(desk.clock.now()),
    )


def _log_unchanged(
    desk: Desk,
    occasion: _Occasion,
    letters: Sequence[Letter],
    asked: Sequence[_Asked],
    action: str,
    reason: str,
) -> None:
    """A line per letter; Refused when one of them would be drawn otherwise by now."""
    with desk.vault.write() as work:
        stands = {
            row.key: _sources(of, row)
            for row, of in _in_order(desk, work, occasion.visit_id, occasion.visit)
            if row.state in PRINTABLE
        }
        for one, letter in zip(asked, letters, strict=True):
            if stands.get(one.row.key) != letter.based_on:
                raise Refused("letters.changed_meanwhile")
            desk.log(
                work,
                action,
                kind="letter",
                record_id=one.row.about,
                pupil_id=one.row.pupil_id,
                reason=reason,
            )


def _addressed(of: _Of, occasion: _Occasion, *, doctor: str) -> Addressed:
    about = of.asked if isinstance(of, ConsentOf) else of
    pupil = about.pupil.body
    return Addressed(
        centre=occasion.centre,
        school=occasion.school,
        class_name=about.listed.class_name,
        given_name=pupil.given_name,
        family_name=pupil.family_name,
        birth_date=pupil.birth_date,
        on=occasion.visit.on,
        dated=occasion.today,
        doctor=doctor,
    )


def _told(
    reader: Reader, row: LetterRow, one: _Of, occasion: _Occasion
) -> ContactFacts | Addressed:
    """What a letter is drawn from: all that is known of a contact, or to whom it goes."""
    if not isinstance(one, LettersOf):
        return _addressed(one, occasion, doctor="")
    conclusion = standing(one.conclusion, Conclusion)
    if conclusion is None:
        raise Defect("letters.no_conclusion")
    signed_by = conclusion.body.signed_by
    doctor = occasion.names.get(RecordId(signed_by), "") if signed_by else ""
    tests: dict[str, Standing[Body]] = {}
    for kind, head in one.told.items():
        found = standing(head, KINDS[kind].shape)
        if found is not None:
            body = judged_again(reader, found.body, found.revision)
            tests[kind] = Standing(body, found.revision, found.head)
    current = one.tests["growth"].record_id if "growth" in one.tests else None
    return ContactFacts(
        about=replace(_addressed(one, occasion, doctor=doctor), replaces=row.replaces),
        pupil=one.pupil.body,
        conclusion=conclusion.body,
        tests=tests,
        earlier=tuple(growth for growth in one.growths if growth.record_id != current),
        referrals=tuple(referral.body for referral, _ in one.referrals),
        competence=one.competence.body if one.competence else None,
        audiogram=one.audiogram.body if one.audiogram else None,
        parents=one.parents.body if one.parents else None,
    )


def _made(desk: Desk, asked: _Asked, visit_id: VisitId) -> _Made:
    row, one, told = asked.row, asked.of, asked.told
    to_confirm: tuple[str, ...] = ()
    if isinstance(told, ContactFacts):
        about = told.about
        paper, recipient = _about_contact(one, row, told)
        if row.document is LetterKind.RESULT:
            to_confirm = unconfirmed_in(told)
    else:
        about = told
        paper, recipient = _about_vaccines(one, told)
    printed = paper.printed()
    letter = Letter(
        document=row.document,
        pupil_id=row.pupil_id,
        visit_id=visit_id,
        contact_id=one.contact_id if isinstance(one, LettersOf) else None,
        about_id=row.about,
        based_on=_sources(one, row),
        recipient=recipient,
        printed_at=desk.clock.now(),
        pages=printed.pages,
        sha256=hashlib.sha256(printed.pdf).hexdigest(),
    )
    return _Made(paper, letter, about.name, bool(printed.missing), to_confirm)


def _sources(one: _Of, row: LetterRow) -> tuple[RevId, ...]:
    return sources_of(one, row.document, row.about) if isinstance(one, LettersOf) else one.sources


def _about_contact(one: _Of, row: LetterRow, facts: ContactFacts) -> tuple[Paper, Recipient]:
    if row.document is LetterKind.RESULT:
        return result_paper(result_letter(facts)), recipient_of(facts)
    assert isinstance(one, LettersOf)
    (referral,) = (found.body for found, _ in one.referrals if found.record_id == row.about)
    return referral_paper(referral_letter(facts, referral)), Recipient.CARE_GIVER


def _about_vaccines(one: _Of, about: Addressed) -> tuple[Paper, Recipient]:
    if isinstance(one, NoticeOf):
        notice = vaccination_letter(one, about)
        return vaccination_paper(notice), notice.recipient
    assert isinstance(one, ConsentOf)
    asked = consent_letter(one, about)
    return consent_paper(asked), asked.recipient

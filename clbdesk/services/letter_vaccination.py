"""The notice of what was given: which pupils of a visit have one, how it stands, what it tells.

Told are vaccine, product, lot, day and place, and which vaccines still follow. No reason, consent,
answer or remark. The handbook gives no words on what may be felt afterwards, so none are told
(handbook 2 §5.7: parents get written notice of what was given).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from clbdesk.domain.capacity import Competence
from clbdesk.domain.follow_up import Task, TaskKind, TaskState
from clbdesk.domain.incident import Incident
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.letters import Letter, LetterKind
from clbdesk.domain.people import Pupil
from clbdesk.domain.revision import RevisionStatus
from clbdesk.domain.vaccination import (
    Consent,
    ConsentGiver,
    Dose,
    DoseSource,
    DoseStatus,
    Prescreen,
)
from clbdesk.domain.visits import VisitPupil
from clbdesk.ids import PupilId, RecordId, RevId, VisitId
from clbdesk.reports.letters import Addressed, GivenVaccine, VaccinationLetter
from clbdesk.services.conflicts import body_of
from clbdesk.services.desk import Desk
from clbdesk.services.letter_content import recipient_on
from clbdesk.services.letter_states import LetterRow, LetterState, withholds
from clbdesk.services.reading import Standing, all_standing, standing
from clbdesk.services.shielding import hidden_from, shieldings_of
from clbdesk.services.vaccination_catch_up import STILL_WANTED
from clbdesk.services.visits import pupils_of
from clbdesk.standards.vaccination.prescreen import DoctorDecision
from clbdesk.standards.vaccination.products import named
from clbdesk.standards.vaccination.sites import site
from clbdesk.storage.vault import Head, Reader

_READ = (
    "pupil",
    "dose",
    "prescreen",
    "consent",
    "competence",
    "letter",
    "shielding",
    "incident",
    "task",
)


@dataclass(frozen=True, slots=True)
class NoticeOf:
    """The vaccinations of one pupil on a visit. `facts`: doses given or not given on it.

    `printed`: the last notice that came out. `decided_alone`: a minor agreed without the parents.
    `taken_back`: vaccines withdrawn after the notice of them came out. `told`: errors with a dose
    that somebody spoke about with the parents; `told_at`: the last time somebody did.
    `decided_not`: a doctor decided for good that what was not given is not given.
    """

    listed: VisitPupil
    pupil: Standing[Pupil]
    facts: tuple[Standing[Dose], ...]
    competence: Competence | None
    printed: Letter | None
    is_conflict: bool
    is_shielded: bool
    decided_alone: bool
    taken_back: frozenset[str]
    told: frozenset[RecordId]
    told_at: datetime | None
    decided_not: bool

    @property
    def about(self) -> RecordId:
        """The place of the pupil on the visit: one notice for all its vaccinations."""
        return derived_record_id("visit_pupil", self.listed.visit_id, self.listed.pupil_id)

    @property
    def given(self) -> tuple[Dose, ...]:
        """What was given on the visit, by vaccine."""
        found = (one.body for one in self.facts if one.body.status is DoseStatus.GIVEN)
        return tuple(sorted(found, key=lambda one: (one.vaccine, one.product, one.lot)))

    @property
    def not_given(self) -> tuple[str, ...]:
        """The vaccines that were not given and that the centre still wants to give."""
        if self.decided_not:
            return ()
        given = {one.vaccine for one in self.given}
        wanted = (one.body for one in self.facts if one.body.reason in STILL_WANTED)
        return tuple(sorted({one.vaccine for one in wanted} - given))

    @property
    def sources(self) -> tuple[RevId, ...]:
        """The versions that the notice is made from, sorted."""
        facts = {one.revision.rev_id for one in self.facts}
        return tuple(sorted({self.pupil.revision.rev_id, *facts}))


def notices_of_visit(desk: Desk, reader: Reader, visit_id: VisitId) -> list[NoticeOf]:
    """Everybody on the list who got a vaccine on this visit, or has a notice of one.

    Not who has something that this user is kept from (conflict of interest).
    """
    listed = {one.pupil_id: one for one in pupils_of(reader, visit_id)}
    heads: dict[PupilId, list[Head]] = defaultdict(list)
    for head in reader.heads(kinds=_READ, pupil_ids=tuple(listed), include_withdrawn=True):
        if head.leaf.pupil_id is not None:
            heads[head.leaf.pupil_id].append(head)
    found = (_of_pupil(desk, reader, one, heads[pupil_id]) for pupil_id, one in listed.items())
    return [one for one in found if one is not None]


def notice_row(one: NoticeOf) -> LetterRow:
    """The notice as a line of Afdrukken."""
    body, printed = one.pupil.body, one.printed
    return LetterRow(
        document=LetterKind.VACCINATION,
        pupil_id=one.listed.pupil_id,
        about=one.about,
        family_name=body.family_name,
        given_name=body.given_name,
        birth_date=body.birth_date,
        class_name=one.listed.class_name,
        state=_state(one),
        printed_at=printed.printed_at if printed else None,
        to="",
    )


def vaccination_letter(one: NoticeOf, about: Addressed) -> VaccinationLetter:
    """What stands in the notice, dated as `about` says."""
    return VaccinationLetter(
        about=about,
        recipient=recipient_on(about.birth_date, about.dated, one.competence),
        given=tuple(_told(dose) for dose in one.given),
        not_given=tuple(_words(vaccine) for vaccine in one.not_given),
    )


def _of_pupil(
    desk: Desk, reader: Reader, listed: VisitPupil, heads: Sequence[Head]
) -> NoticeOf | None:
    by_id = {head.record_id: head for head in heads}
    pupil = standing(by_id.get(RecordId(listed.pupil_id)), Pupil)
    about = derived_record_id("visit_pupil", listed.visit_id, listed.pupil_id)
    doses = [
        head
        for head in heads
        if head.kind == "dose" and any(leaf.visit_id == listed.visit_id for leaf in head.leaves)
    ]
    facts = tuple(one for one in all_standing(doses, Dose) if one.body.source is DoseSource.OWN)
    letters = [
        one.body
        for one in all_standing((head for head in heads if head.kind == "letter"), Letter)
        if one.body.about_id == about and one.body.document is LetterKind.VACCINATION
    ]
    printed = max(letters, key=lambda letter: letter.printed_at, default=None)
    is_conflict = any(_differs(head) for head in doses) or _is_double(facts)
    told_at = _last_told(heads)
    taken_back = _taken_back(doses, printed, told_at) if printed else frozenset()
    was_given = is_conflict or any(one.body.status is DoseStatus.GIVEN for one in facts)
    if pupil is None or not (was_given or taken_back):
        return None
    shielded: frozenset[RecordId] = frozenset()
    if any(head.kind == "shielding" for head in heads):
        shieldings = shieldings_of(reader, listed.pupil_id)
        if hidden_from(desk.user.staff_id, shieldings.values()):
            return None
        shielded = frozenset(item for item, flags in shieldings.items() if withholds(flags))
    decided = standing(by_id.get(derived_record_id("competence", listed.pupil_id)), Competence)
    return NoticeOf(
        listed=listed,
        pupil=pupil,
        facts=facts,
        competence=decided.body if decided else None,
        printed=printed,
        is_conflict=is_conflict,
        is_shielded=not shielded.isdisjoint(one.record_id for one in facts),
        decided_alone=any(_decided_alone(one.body, by_id) for one in facts),
        taken_back=taken_back,
        told=_told_about(heads),
        told_at=told_at,
        decided_not=_decided_not(heads, listed.visit_id),
    )


def _decided_not(heads: Sequence[Head], visit_id: VisitId) -> bool:
    """A doctor said "niet geven" on this visit: nobody calls the parents about it."""
    answers = all_standing((head for head in heads if head.kind == "prescreen"), Prescreen)
    return any(
        one.body.visit_id == visit_id and one.body.doctor_decision == DoctorDecision.NOT_GIVEN
        for one in answers
    )


def _told_about(heads: Sequence[Head]) -> frozenset[RecordId]:
    """The doses of incidents whose task to tell the parents is done."""
    incidents = all_standing((head for head in heads if head.kind == "incident"), Incident)
    tasks = [
        one.body
        for one in all_standing((head for head in heads if head.kind == "task"), Task)
        if one.body.task is TaskKind.INFORM_PARENTS
    ]
    return frozenset(
        dose
        for one in incidents
        if {task.state for task in tasks if task.origin_id == one.record_id} == {TaskState.DONE}
        for dose in one.body.dose_ids
    )


def _last_told(heads: Sequence[Head]) -> datetime | None:
    """When a task to tell the parents was last done."""
    tasks = all_standing((head for head in heads if head.kind == "task"), Task)
    done = (
        one.revision.recorded_at
        for one in tasks
        if one.body.task is TaskKind.INFORM_PARENTS and one.body.state is TaskState.DONE
    )
    return max(done, default=None)


def _differs(head: Head) -> bool:
    """Two versions, of which one says that something was given."""
    final = [body_of(leaf) for leaf in head.leaves if leaf.status is RevisionStatus.FINAL]
    return head.is_conflict and any(
        isinstance(body, Dose) and body.status is DoseStatus.GIVEN for body in final
    )


def _is_double(facts: Sequence[Standing[Dose]]) -> bool:
    """The same vaccine was written twice: a person looks first which was given."""
    given = [one.body.vaccine for one in facts if one.body.status is DoseStatus.GIVEN]
    return len(given) != len(set(given))


def _taken_back(doses: Sequence[Head], printed: Letter, told_at: datetime | None) -> frozenset[str]:
    """What was withdrawn since the notice of it came out, and since somebody told of it."""
    known = max(printed.printed_at, told_at or printed.printed_at)
    since = (
        body_of(head.leaf) for head in doses if head.is_withdrawn and head.leaf.recorded_at > known
    )
    return frozenset(body.vaccine for body in since if isinstance(body, Dose))


def _decided_alone(dose: Dose, heads: Mapping[RecordId, Head]) -> bool:
    consent = standing(heads.get(dose.consent_id), Consent) if dose.consent_id else None
    return consent is not None and consent.body.giver is ConsentGiver.CAPABLE_MINOR


def _state(one: NoticeOf) -> LetterState:
    if one.is_shielded or one.decided_alone:
        return LetterState.SHIELDED
    if one.is_conflict:
        return LetterState.TWO_VERSIONS
    # A dose that does not count, or a paper at home about a dose that nobody got: parents hear
    # that from a person first, not from a paper.
    void = any(
        fact.body.validity_override is not None
        and fact.record_id not in one.told
        and (one.told_at is None or one.told_at < fact.revision.recorded_at)
        for fact in one.facts
        if fact.body.status is DoseStatus.GIVEN
    )
    if void or not one.given or one.taken_back - {dose.vaccine for dose in one.given}:
        return LetterState.TELL_FIRST
    if one.printed is None:
        return LetterState.READY
    same = one.printed.based_on == one.sources
    return LetterState.PRINTED if same else LetterState.CHANGED


def _told(dose: Dose) -> GivenVaccine:
    place = site(dose.site)
    return GivenVaccine(
        vaccine=_words(dose.vaccine),
        product=dose.product,
        lot=dose.lot,
        on=date.fromisoformat(dose.on),
        place=place.words(dose.side) if place else "",
        is_error=dose.validity_override is not None,
    )


def _words(vaccine: str) -> str:
    found = named(vaccine)
    return found.type.label if found else vaccine

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
from clbdesk.services.letter_content import afterwards, recipient_on
from clbdesk.services.letter_states import LetterRow, LetterState, withholds
from clbdesk.services.reading import Standing, all_standing, final_bodies, standing
from clbdesk.services.shielding import hidden_from, shieldings_of
from clbdesk.services.vaccination_catch_up import STILL_WANTED, is_refused_by_doctor
from clbdesk.services.visits import pupils_of
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

    `printed`: the notice of what stands, else the last one that came out. `decided_alone`: a minor
    agreed without the parents. `untold`: versions that parents hear of from a person first: a dose
    that does not count, or that was withdrawn after a notice of it came out; `taken_back`: the
    vaccines of the latter. Versions tell, because clocks of laptops differ.
    `answers`: the questions of the day, with what a doctor decided about a vaccine.
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
    untold: tuple[RevId, ...]
    answers: tuple[Prescreen, ...]

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
        given = {one.vaccine for one in self.given}
        wanted = (one.body for one in self.facts if one.body.reason in STILL_WANTED)
        still = {one.vaccine for one in wanted} - given
        return tuple(sorted(one for one in still if not is_refused_by_doctor(self.answers, one)))

    @property
    def sources(self) -> tuple[RevId, ...]:
        """The versions that the notice is made from, sorted."""
        return _sources(self.pupil, self.facts)


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


def untold(desk: Desk, reader: Reader, visit_id: VisitId, pupil_id: PupilId) -> tuple[RevId, ...]:
    """The versions that the parents of a pupil did not hear of yet."""
    found = notices_of_visit(desk, reader, visit_id)
    return next((one.untold for one in found if one.listed.pupil_id == pupil_id), ())


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
        afterwards=afterwards(dose.vaccine for dose in one.given),
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
    is_conflict = any(_differs(head) for head in doses) or _is_double(facts)
    told = _told_of(heads)
    withdrawn = [head for head in _at_home(reader, doses, letters) if not told.of_head(head)]
    void = [one for one in facts if _is_void(one) and not told.of_error(reader, one)]
    taken_back = frozenset(
        body.vaccine for head in withdrawn if isinstance(body := body_of(head.leaf), Dose)
    )
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
    sources = _sources(pupil, facts)
    newest = max(letters, key=lambda letter: letter.printed_at, default=None)
    return NoticeOf(
        listed=listed,
        pupil=pupil,
        facts=facts,
        competence=decided.body if decided else None,
        printed=next((one for one in letters if one.based_on == sources), newest),
        is_conflict=is_conflict,
        is_shielded=not shielded.isdisjoint(one.record_id for one in facts),
        decided_alone=any(_decided_alone(one.body, by_id) for one in facts),
        taken_back=taken_back,
        untold=tuple(
            sorted(
                {*(head.leaf.rev_id for head in withdrawn), *(one.revision.rev_id for one in void)}
            )
        ),
        answers=tuple(
            one.body
            for one in all_standing((head for head in heads if head.kind == "prescreen"), Prescreen)
            if one.body.visit_id == listed.visit_id
        ),
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """What somebody spoke about with the parents: versions, and the records of tasks that are done.

    `needles`: the moments of doses that were moved to another pupil, of which a task names one.
    `at`: the hour of a task of an older program, which did not keep the versions.
    """

    versions: frozenset[RevId]
    records: frozenset[RecordId]
    needles: frozenset[datetime]
    at: datetime | None

    def of_head(self, head: Head) -> bool:
        """Of a dose that was withdrawn."""
        leaves = {leaf.rev_id for leaf in head.leaves}
        body = body_of(head.leaf)
        is_moved = isinstance(body, Dose) and body.given_at in self.needles
        is_named = is_moved or not leaves.isdisjoint(self.versions)
        return is_named or (self.at is not None and self.at >= head.leaf.recorded_at)

    def of_error(self, reader: Reader, dose: Standing[Dose]) -> bool:
        """Of a dose that does not count."""
        versions = {one.rev_id for one in reader.history(dose.record_id)}
        is_named = dose.record_id in self.records or not versions.isdisjoint(self.versions)
        return is_named or (self.at is not None and self.at >= dose.revision.recorded_at)


def _told_of(heads: Sequence[Head]) -> _Told:
    """From the tasks to tell the parents. An incident is told when every task of it is done."""
    tasks = [
        one
        for one in all_standing((head for head in heads if head.kind == "task"), Task)
        if one.body.task is TaskKind.INFORM_PARENTS
    ]
    done = [one for one in tasks if one.body.state is TaskState.DONE]
    open_origins = {one.body.origin_id for one in tasks if one.body.state is not TaskState.DONE}
    origins = {one.body.origin_id for one in done} - open_origins
    incidents = all_standing((head for head in heads if head.kind == "incident"), Incident)
    concerned = {
        dose for one in incidents if one.record_id in origins for dose in one.body.dose_ids
    }
    old = (
        one.revision.recorded_at for one in done if one.body.origin_id is None and not one.body.over
    )
    return _Told(
        versions=frozenset(rev for one in done for rev in one.body.over),
        records=frozenset(concerned),
        needles=frozenset(
            body.given_at
            for head in heads
            if head.record_id in origins
            if isinstance(body := body_of(head.leaf), Dose) and body.given_at is not None
        ),
        at=max(old, default=None),
    )


def _at_home(reader: Reader, doses: Sequence[Head], letters: Sequence[Letter]) -> list[Head]:
    """The doses that were withdrawn after a notice told of them."""
    papers = {rev for letter in letters for rev in letter.based_on}
    gone = [head for head in doses if head.is_withdrawn] if papers else []
    return [
        head for head in gone if any(one.rev_id in papers for one in reader.history(head.record_id))
    ]


def _is_void(fact: Standing[Dose]) -> bool:
    return fact.body.status is DoseStatus.GIVEN and fact.body.validity_override is not None


def _sources(pupil: Standing[Pupil], facts: Sequence[Standing[Dose]]) -> tuple[RevId, ...]:
    return tuple(sorted({pupil.revision.rev_id, *(one.revision.rev_id for one in facts)}))


def _differs(head: Head) -> bool:
    """Two versions, of which one says that something was given."""
    versions = final_bodies(head, Dose)
    return head.is_conflict and any(one.status is DoseStatus.GIVEN for one in versions)


def _is_double(facts: Sequence[Standing[Dose]]) -> bool:
    """The same vaccine was written twice: a person looks first which was given."""
    given = [one.body.vaccine for one in facts if one.body.status is DoseStatus.GIVEN]
    return len(given) != len(set(given))


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
    void = {fact.revision.rev_id for fact in one.facts}.intersection(one.untold)
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

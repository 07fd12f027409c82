"""Which letters of a visit there are and how each stands, from the records; nothing is stored.

A letter is ready when a doctor signed the conclusion, and the tests still say what they said then.
It was printed when a letter record names the very versions that stand now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from clbdesk.clock import local_day
from clbdesk.domain.body import decode
from clbdesk.domain.capacity import Competence
from clbdesk.domain.contact import Conclusion, Growth, ParentHeight
from clbdesk.domain.follow_up import Referral, ReferralState, ReferralTo
from clbdesk.domain.hearing import Audiogram
from clbdesk.domain.kinds import contact_id, derived_record_id, exam_id
from clbdesk.domain.letters import Letter, LetterKind
from clbdesk.domain.names import on_a_list
from clbdesk.domain.people import Pupil
from clbdesk.domain.revision import RevisionStatus
from clbdesk.domain.shielding import Flag, Shielding
from clbdesk.domain.visits import Visit, VisitPupil, school_year_of
from clbdesk.ids import ContactId, PupilId, RecordId, RevId, VisitId
from clbdesk.services.concluded import TESTS, is_overtaken, tests_in, that_count
from clbdesk.services.desk import Desk
from clbdesk.services.reading import Standing, all_standing, standing
from clbdesk.services.shielding import hidden_from, shieldings_of
from clbdesk.services.visits import pupils_of
from clbdesk.storage.vault import Head, Reader

# The tests that a letter can tell of; what else was saved is not on paper.
_ON_PAPER = frozenset(
    {
        "growth",
        "acuity",
        "eye_position",
        "colour_vision",
        "stereo_vision",
        "audiometry",
        "oral_health",
        "speech_in_noise",
        "otoscopy",
        "tympanometry",
        "development",
        "well_being",
    }
)
# The pupil, who decides, the letters and referrals, and every test of a contact.
_READ = frozenset({"pupil", "referral", "letter", "shielding", "audiogram"}) | {
    "parent_height",
    "competence",
    "conclusion",
    *TESTS,
}


class LetterState(StrEnum):
    """How a letter stands; only the first four can be printed.

    `withdrawn`: it lies with the parents, and what it told was taken back.
    """

    READY = "ready"
    INCOMPLETE = "incomplete"
    CHANGED = "changed"
    PRINTED = "printed"
    WAITS_FOR_DOCTOR = "waits_for_doctor"
    CHANGED_SINCE_SIGNED = "changed_since_signed"
    TWO_VERSIONS = "two_versions"
    SHIELDED = "shielded"
    TELL_FIRST = "tell_first"
    WITHDRAWN = "withdrawn"


PRINTABLE = frozenset(
    {LetterState.READY, LetterState.INCOMPLETE, LetterState.CHANGED, LetterState.PRINTED}
)


@dataclass(frozen=True, slots=True)
class LetterRow:
    """One letter of one pupil. `about`: as the letter's `about_id`; `printed_at`: the last time.

    `to`: of a referral, the value of a ReferralTo. `replaces`: the day of a paper that said
    something else.
    """

    document: LetterKind
    pupil_id: PupilId
    about: RecordId
    family_name: str
    given_name: str
    birth_date: date
    class_name: str
    state: LetterState
    printed_at: datetime | None
    to: str
    replaces: date | None = None

    @property
    def key(self) -> str:
        """What names this letter: of one document a record has one."""
        return f"{self.document.value}/{self.about}"


_OF_CONTACT = frozenset({LetterKind.RESULT, LetterKind.REFERRAL})
# Released words are simply not told when they were shielded afterwards; a result holds all back.
_SIGNALS = frozenset({"development", "well_being"})


@dataclass(frozen=True, slots=True)
class LettersOf:
    """What belongs to one pupil on the visit, read once for the whole list.

    `shielded`: items with a flag (handbook 3 §2.4). `is_overtaken`: a test says something else than
    when it was concluded. `competence`: what the team decided about who is addressed. `audiogram`: the newest of a report from outside
    that may be told. `parents`: how tall they are, unless somebody shielded it.
    """

    listed: VisitPupil
    pupil: Standing[Pupil]
    conclusion: Head
    tests: Mapping[str, Head]
    growths: tuple[Standing[Growth], ...]
    referrals: tuple[tuple[Standing[Referral], RevId], ...]
    letters: tuple[Letter, ...]
    withdrawn: tuple[tuple[Letter, str], ...]
    contact_id: ContactId | None
    shielded: frozenset[RecordId]
    audiogram: Standing[Audiogram] | None
    parents: Standing[ParentHeight] | None
    competence: Standing[Competence] | None
    is_overtaken: bool

    @property
    def told(self) -> dict[str, Head]:
        """The tests without signals that somebody shielded."""
        return {
            kind: head
            for kind, head in self.tests.items()
            if not (kind in _SIGNALS and head.record_id in self.shielded)
        }

    def audiogram_in(self, document: LetterKind, about: RecordId) -> Standing[Audiogram] | None:
        """The audiogram that goes with a letter: only with a referral about hearing."""
        domains = {found.record_id: found.body.domain for found, _ in self.referrals}
        with_it = document is LetterKind.REFERRAL and domains[about] == "hearing"
        return self.audiogram if with_it else None

    def parents_in(self, document: LetterKind, about: RecordId) -> Standing[ParentHeight] | None:
        """The lengths of the parents behind a letter with the chart of length."""
        return self.parents if self.is_charted(document, about) else None

    def is_charted(self, document: LetterKind, about: RecordId) -> bool:
        """Whether the chart of length may stand on a letter."""
        domains = {found.record_id: found.body.domain for found, _ in self.referrals}
        return document is LetterKind.RESULT or domains[about] in {"growth", "weight"}


def letters_of_visit(
    desk: Desk, reader: Reader, visit_id: VisitId, visit: Visit
) -> list[LettersOf]:
    """Everybody on the list with a conclusion of this visit, in the order of the envelopes.

    Not who has something that this user is kept from (conflict of interest).
    """
    listed = {one.pupil_id: one for one in pupils_of(reader, visit_id)}
    heads: dict[PupilId, list[Head]] = defaultdict(list)
    for head in reader.heads(kinds=_READ, pupil_ids=tuple(listed)):
        if head.leaf.pupil_id is not None:
            heads[head.leaf.pupil_id].append(head)
    year = school_year_of(visit.on)
    found = [
        made
        for pupil_id, one in listed.items()
        if (made := _of_pupil(desk, reader, visit_id, one, heads[pupil_id], year)) is not None
    ]
    return sorted(
        found,
        key=lambda one: (
            one.listed.class_name,
            *on_a_list(one.pupil.body.family_name, one.pupil.body.given_name),
        ),
    )


def _of_pupil(
    desk: Desk,
    reader: Reader,
    visit_id: VisitId,
    listed: VisitPupil,
    heads: Sequence[Head],
    year: int,
) -> LettersOf | None:
    by_id = {head.record_id: head for head in heads}
    pupil = standing(by_id.get(RecordId(listed.pupil_id)), Pupil)
    contact = contact_id(listed.pupil_id, listed.moment, year) if listed.moment else None
    if pupil is None or contact is None:
        return None
    letters = tuple(
        one.body
        for one in all_standing((h for h in heads if h.kind == "letter"), Letter)
        if one.body.visit_id == visit_id
    )
    conclusion_id = exam_id("conclusion", contact, visit_id)
    conclusion = by_id.get(conclusion_id) or (reader.head(conclusion_id) if letters else None)
    concluded = standing(conclusion, Conclusion)
    withdrawn = _withdrawn(reader, letters)
    if conclusion is None or (concluded is None and not withdrawn):
        return None
    tests = tests_in(heads, contact)
    shielded: frozenset[RecordId] = frozenset()
    parents = standing(by_id.get(derived_record_id("parent_height", listed.pupil_id)), ParentHeight)
    if any(head.kind == "shielding" for head in heads):
        shieldings = shieldings_of(reader, listed.pupil_id)
        if hidden_from(desk.user.staff_id, shieldings.values()):
            return None
        shielded = frozenset(item for item, one in shieldings.items() if withholds(one))
    return LettersOf(
        listed=listed,
        pupil=pupil,
        conclusion=conclusion,
        tests=that_count(tests),
        growths=tuple(
            one
            for one in all_standing((h for h in heads if h.kind == "growth"), Growth)
            if one.record_id not in shielded
        ),
        referrals=tuple(
            (one, _worded_in(reader, one))
            for one in sorted(
                all_standing((h for h in heads if h.kind == "referral"), Referral), key=_by_receiver
            )
            if one.body.origin_id == conclusion.record_id and _is_open(one)
        ),
        letters=letters,
        withdrawn=withdrawn,
        contact_id=contact,
        shielded=shielded,
        audiogram=max(
            (
                one
                for one in all_standing((h for h in heads if h.kind == "audiogram"), Audiogram)
                if one.record_id not in shielded
            ),
            key=lambda one: (one.body.on, one.revision.recorded_at),
            default=None,
        ),
        parents=parents if parents is None or parents.record_id not in shielded else None,
        competence=standing(
            by_id.get(derived_record_id("competence", listed.pupil_id)), Competence
        ),
        is_overtaken=concluded is not None and is_overtaken(reader, concluded, tests, pupil),
    )


def _withdrawn(reader: Reader, letters: Sequence[Letter]) -> tuple[tuple[Letter, str], ...]:
    """The last paper of every conclusion and referral that was withdrawn after printing."""
    last = {one.about_id: one for one in sorted(letters, key=lambda one: one.printed_at)}
    found = []
    for about, letter in last.items():
        head = reader.head(about) if letter.document in _OF_CONTACT else None
        if head is None or not head.is_withdrawn:
            continue
        is_referral = letter.document is LetterKind.REFERRAL
        to = decode(head.leaf.body, Referral).to.value if is_referral else ""
        found.append((letter, to))
    return tuple(found)


def _is_open(referral: Standing[Referral]) -> bool:
    """Whether any version of it still asks for an answer."""
    final = referral.head.final
    return any(decode(leaf.body, Referral).state is ReferralState.OPEN for leaf in final)


def withholds(shielding: Shielding) -> bool:
    """A conflict of interest keeps one colleague away; every other flag keeps paper back."""
    return any(flag is not Flag.CONFLICT_OF_INTEREST for flag in shielding.flags)


def _by_receiver(referral: Standing[Referral]) -> tuple[int, str]:
    return (list(ReferralTo).index(referral.body.to), referral.record_id)


def _worded_in(reader: Reader, referral: Standing[Referral]) -> RevId:
    """The revision since which a referral says the same on paper: a reminder changes nothing."""
    since = referral.revision
    while len(since.base) == 1:
        before = reader.revision(since.base[0])
        if before is None or before.status is not RevisionStatus.FINAL:
            break
        if _on_paper(decode(before.body, Referral)) != _on_paper(referral.body):
            break
        since = before
    return since.rev_id


def _on_paper(body: Referral) -> tuple[object, ...]:
    return (body.domain, body.to, body.to_name, body.reason, body.urgency, body.reply_slip)


# --- states ---


def rows_of_pupil(one: LettersOf) -> list[LetterRow]:
    """The letters of one pupil, and those that should not have gone out."""
    rows = [_row(one, kind, about, to) for kind, about, to in _documents(one)]
    return rows + [_row(one, letter.document, letter.about_id, to) for letter, to in one.withdrawn]


def _documents(one: LettersOf) -> Iterator[tuple[LetterKind, RecordId, str]]:
    if one.conclusion.is_withdrawn:
        return
    yield (LetterKind.RESULT, one.conclusion.record_id, "")
    for referral, _ in one.referrals:
        yield (LetterKind.REFERRAL, referral.record_id, referral.body.to.value)


def _row(one: LettersOf, document: LetterKind, about: RecordId, to: str) -> LetterRow:
    printed = [letter for letter in one.letters if letter.about_id == about]
    last = max(printed, key=lambda letter: letter.printed_at, default=None)
    state = _state(one, document, about, last)
    now = () if state is LetterState.WITHDRAWN else sources_of(one, document, about)
    others = [letter.printed_at for letter in printed if letter.based_on != now]
    return LetterRow(
        document=document,
        pupil_id=one.listed.pupil_id,
        about=about,
        family_name=one.pupil.body.family_name,
        given_name=one.pupil.body.given_name,
        birth_date=one.pupil.body.birth_date,
        class_name=one.listed.class_name,
        state=state,
        printed_at=last.printed_at if last else None,
        to=to,
        replaces=local_day(max(others)) if others else None,
    )


def _state(
    one: LettersOf, document: LetterKind, about: RecordId, last: Letter | None
) -> LetterState:
    if any(letter.about_id == about for letter, _ in one.withdrawn):
        return LetterState.WITHDRAWN
    told = {head.record_id for kind, head in one.told.items() if kind in _ON_PAPER}
    if one.shielded & {one.conclusion.record_id, about, *told}:
        return LetterState.SHIELDED
    if any(head.is_conflict for head in _behind(one, document, about)):
        return LetterState.TWO_VERSIONS
    conclusion = standing(one.conclusion, Conclusion)
    if conclusion is None or conclusion.body.signed_by is None:
        return LetterState.WAITS_FOR_DOCTOR
    if one.is_overtaken:
        return LetterState.CHANGED_SINCE_SIGNED
    if last is not None:
        same = last.based_on == sources_of(one, document, about)
        return LetterState.PRINTED if same else LetterState.CHANGED
    if document is LetterKind.RESULT and not conclusion.body.complete:
        return LetterState.INCOMPLETE
    return LetterState.READY


def _behind(one: LettersOf, document: LetterKind, about: RecordId) -> Iterator[Head]:
    """Every record that stands on the paper or says to whom it goes."""
    yield from (one.pupil.head, one.conclusion, *one.tests.values())
    outside, parents = one.audiogram_in(document, about), one.parents_in(document, about)
    yield from (found.head for found in (one.competence, outside, parents) if found)
    if one.is_charted(document, about):
        yield from (growth.head for growth in one.growths)
    # The letter about the contact names what goes along, so a referral in doubt keeps both back.
    for referral, _ in one.referrals:
        if document is LetterKind.RESULT or referral.record_id == about:
            yield referral.head


def sources_of(one: LettersOf, document: LetterKind, about: RecordId) -> tuple[RevId, ...]:
    """The versions that a letter is made from, sorted."""
    found = {one.pupil.revision.rev_id, one.conclusion.leaf.rev_id}
    found |= {head.leaf.rev_id for kind, head in one.told.items() if kind in _ON_PAPER}
    found |= {growth.revision.rev_id for growth in one.growths}
    found |= {one.competence.revision.rev_id} if one.competence else set()
    referrals = {referral.record_id: since for referral, since in one.referrals}
    outside = one.audiogram_in(document, about)
    parents = one.parents_in(document, about)
    found |= {each.revision.rev_id for each in (outside, parents) if each}
    if document is LetterKind.REFERRAL:
        found.add(referrals[about])
    else:
        found |= set(referrals.values())
    return tuple(sorted(found))

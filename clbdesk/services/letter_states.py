"""Which letters of a visit there are and how each stands, from the records; nothing is stored.

A letter is ready when a doctor signed the conclusion, and the tests still say what they said then.
It was printed when a letter record names the very versions that stand now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from clbdesk.clock import local_day
from clbdesk.domain.capacity import Competence
from clbdesk.domain.contact import Conclusion, Growth, ParentHeight
from clbdesk.domain.follow_up import Referral
from clbdesk.domain.hearing import Audiogram
from clbdesk.domain.letters import Letter, LetterKind
from clbdesk.domain.people import Pupil
from clbdesk.domain.shielding import Flag, Shielding
from clbdesk.domain.visits import VisitPupil
from clbdesk.ids import ContactId, PupilId, RecordId, RevId
from clbdesk.services.reading import Standing, standing
from clbdesk.storage.vault import Head

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
    answered: frozenset[RevId]
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


def withholds(shielding: Shielding) -> bool:
    """A conflict of interest keeps one colleague away; every other flag keeps paper back."""
    return any(flag is not Flag.CONFLICT_OF_INTEREST for flag in shielding.flags)


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
    others = [letter.printed_at for letter in printed if not _is_same(one, letter, now)]
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
        same = _is_same(one, last, sources_of(one, document, about))
        return LetterState.PRINTED if same else LetterState.CHANGED
    if document is LetterKind.RESULT and not conclusion.body.complete:
        return LetterState.INCOMPLETE
    return LetterState.READY


def _is_same(one: LettersOf, letter: Letter, now: Sequence[RevId]) -> bool:
    """Whether a printed letter says what it would say now; an answer since is no change."""
    return set(letter.based_on) - one.answered == set(now)


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

"""What the vault knows of the letters of a visit, read once for the whole list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

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
from clbdesk.domain.visits import Visit, VisitPupil, school_year_of
from clbdesk.ids import PupilId, RecordId, RevId, VisitId
from clbdesk.services.concluded import TESTS, is_overtaken, tests_in, that_count
from clbdesk.services.desk import Desk
from clbdesk.services.letter_states import LettersOf, withholds
from clbdesk.services.reading import BodyT, Standing, all_standing, standing
from clbdesk.services.shielding import hidden_from, shieldings_of
from clbdesk.services.visits import pupils_of
from clbdesk.storage.vault import Head, Reader

# The pupil, who decides, the letters and referrals, and every test of a contact.
_READ = frozenset({"pupil", "referral", "letter", "shielding", "audiogram"}) | {
    "parent_height",
    "competence",
    "conclusion",
    *TESTS,
}
_OF_CONTACT = frozenset({LetterKind.RESULT, LetterKind.REFERRAL})


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

    def of(kind: str, shape: type[BodyT]) -> list[Standing[BodyT]]:
        return all_standing((head for head in heads if head.kind == kind), shape)

    letters = tuple(one.body for one in of("letter", Letter) if one.body.visit_id == visit_id)
    conclusion_id = exam_id("conclusion", contact, visit_id)
    conclusion = by_id.get(conclusion_id) or (reader.head(conclusion_id) if letters else None)
    concluded = standing(conclusion, Conclusion)
    withdrawn = _withdrawn(reader, [one for one in letters if one.about_id not in by_id])
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
    referrals = [
        (one, _worded_in(reader, one))
        for one in sorted(of("referral", Referral), key=_by_receiver)
        if one.body.origin_id == conclusion.record_id
    ]
    return LettersOf(
        listed=listed,
        pupil=pupil,
        conclusion=conclusion,
        tests=that_count(tests),
        growths=tuple(one for one in of("growth", Growth) if one.record_id not in shielded),
        referrals=tuple((one, since) for one, since in referrals if _is_open(one)),
        answered=frozenset(since for one, since in referrals if not _is_open(one)),
        letters=letters,
        withdrawn=withdrawn,
        contact_id=contact,
        shielded=shielded,
        audiogram=max(
            (one for one in of("audiogram", Audiogram) if one.record_id not in shielded),
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
    """The last paper of every conclusion and referral that was withdrawn after printing.

    `letters`: those about something that stands no more, so that only these are looked up.
    """
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

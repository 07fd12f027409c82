"""The versions of the tests that a conclusion was made over, and of the pupil they were judged for.

A conclusion names them, so that it is never a clock that says whether something came later: the
clock of one laptop may be slow, and what was typed before may arrive after the signature.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from clbdesk.clock import local_day
from clbdesk.domain.body import ExamBody, ExamState
from clbdesk.domain.contact import Conclusion
from clbdesk.domain.kinds import KINDS, IdRule, exam_id
from clbdesk.domain.people import Pupil
from clbdesk.domain.revision import Revision
from clbdesk.ids import ContactId, RevId, VisitId
from clbdesk.services.reading import Standing, standing
from clbdesk.services.rejudge import judged_for
from clbdesk.storage.vault import Head, Reader

# Every part of a contact but the conclusion itself: a later one needs a signature.
TESTS = frozenset(
    name for name, kind in KINDS.items() if kind.id_rule is IdRule.PER_CONTACT_AND_VISIT
) - {"conclusion"}
_PUPIL = "pupil"


def tests_in(heads: Iterable[Head], contact: ContactId) -> list[Head]:
    """The tests of a contact, on whichever visit they were done."""
    return [head for head in heads if head.kind in TESTS and _belongs(head, contact)]


def _belongs(head: Head, contact: ContactId) -> bool:
    visit_id: VisitId | None = head.leaf.visit_id
    return visit_id is not None and head.record_id == exam_id(head.kind, contact, visit_id)


def that_count(heads: Iterable[Head]) -> dict[str, Head]:
    """Of every kind the record that speaks for the contact, when it was done on several visits.

    What was done goes before what was not; then the last day counts, and not when it was typed.
    """
    by_kind: dict[str, list[Head]] = defaultdict(list)
    for head in heads:
        by_kind[head.kind].append(head)
    return {kind: max(found, key=_weight) for kind, found in by_kind.items()}


def _weight(head: Head) -> tuple[bool, date, datetime, str]:
    leaf = head.leaf
    found = standing(head, KINDS[head.kind].shape) if head.kind in KINDS else None
    body = found.body if found else None
    is_done = body is not None and not (
        isinstance(body, ExamBody) and body.state is not ExamState.DONE
    )
    on = getattr(body, "on", None) or local_day(leaf.occurred_at)
    return (is_done, on, leaf.recorded_at, leaf.rev_id)


def versions_of(heads: Iterable[Head], pupil: Standing[Pupil] | None = None) -> tuple[RevId, ...]:
    """What stands of these tests and of the pupil, by id."""
    found = [leaf.rev_id for head in heads for leaf in head.final]
    return tuple(sorted([*found, pupil.revision.rev_id] if pupil else found))


def is_overtaken(
    reader: Reader,
    conclusion: Standing[Conclusion],
    heads: Iterable[Head],
    pupil: Standing[Pupil] | None = None,
) -> bool:
    """Whether a test, or the birth date or sex, says something else than when somebody concluded.

    The same words in another version are nothing new, and a version that was never on this laptop
    says nothing here. A conclusion of an older program names no versions: then the clock has to do.
    """
    tests = list(heads)
    if conclusion.body.over is None:
        at = conclusion.revision.recorded_at
        return any(leaf.recorded_at > at for head in tests for leaf in head.leaves)
    seen, now = set(conclusion.body.over), set(versions_of(tests, pupil))
    if seen == now:
        return False
    leaves = [leaf for head in tests for leaf in head.final]
    gone = [one for rev_id in seen - now if (one := reader.revision(rev_id)) is not None]
    concluded = {_says(one) for one in gone if one.kind != _PUPIL}
    concluded |= {_says(leaf) for leaf in leaves if leaf.rev_id in seen}
    if concluded != {_says(leaf) for leaf in leaves}:
        return True
    judged = {judged_for(one) for one in gone if one.kind == _PUPIL}
    return pupil is not None and bool(judged) and judged_for(pupil.revision) not in judged


def _says(revision: Revision) -> tuple[str, str]:
    return (revision.record_id, revision.body)

"""The versions of the tests that a conclusion was made over.

A conclusion names them, so that it is never a clock that says whether something came later: the
clock of one laptop may be slow, and what was typed before may arrive after the signature.
"""

from __future__ import annotations

from collections.abc import Iterable

from clbdesk.domain.contact import Conclusion
from clbdesk.domain.kinds import KINDS, IdRule, exam_id
from clbdesk.domain.revision import Revision
from clbdesk.ids import ContactId, RevId, VisitId
from clbdesk.services.reading import Standing
from clbdesk.storage.vault import Head, Reader

# Every part of a contact but the conclusion itself: a later one needs a signature.
TESTS = frozenset(
    name for name, kind in KINDS.items() if kind.id_rule is IdRule.PER_CONTACT_AND_VISIT
) - {"conclusion"}


def tests_in(heads: Iterable[Head], contact: ContactId) -> list[Head]:
    """The tests of a contact, on whichever visit they were done."""
    return [head for head in heads if head.kind in TESTS and _belongs(head, contact)]


def _belongs(head: Head, contact: ContactId) -> bool:
    visit_id: VisitId | None = head.leaf.visit_id
    return visit_id is not None and head.record_id == exam_id(head.kind, contact, visit_id)


def versions_of(heads: Iterable[Head]) -> tuple[RevId, ...]:
    """What stands of these tests, by id."""
    return tuple(sorted(leaf.rev_id for head in heads for leaf in head.final))


def is_overtaken(reader: Reader, conclusion: Standing[Conclusion], heads: Iterable[Head]) -> bool:
    """Whether a test says something else than when somebody concluded.

    The same words in another version are nothing new, and a version that was never on this laptop
    says nothing here. A conclusion of an older program names no versions: then the clock has to do.
    """
    tests = list(heads)
    if conclusion.body.over is None:
        at = conclusion.revision.recorded_at
        return any(leaf.recorded_at > at for head in tests for leaf in head.leaves)
    seen, now = set(conclusion.body.over), set(versions_of(tests))
    if seen == now:
        return False
    known = [one for rev_id in seen if (one := reader.revision(rev_id)) is not None]
    concluded = {_says(one) for one in known}
    says_now = {_says(leaf) for head in tests for leaf in head.final}
    return concluded != says_now


def _says(revision: Revision) -> tuple[str, str]:
    return (revision.record_id, revision.body)

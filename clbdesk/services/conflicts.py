"""Twee versies: the questions that only a person can answer, one at a time.

Two kinds: a fork (a record with leaves that differ) and a double dose. Until somebody chooses both
count. The choice on a fork is one merge revision that names both leaves; a dose that was written
twice is withdrawn once, with reason `dubbel`; two real doses leave no trace but that it was asked.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from clbdesk.domain.body import Body, decode
from clbdesk.domain.care import Agreement
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.names import on_a_list
from clbdesk.domain.people import Pupil, Staff
from clbdesk.domain.revision import Revision, RevisionStatus
from clbdesk.domain.vaccination import Dose
from clbdesk.domain.visits import VisitClose
from clbdesk.errors import Refused
from clbdesk.ids import PupilId, RecordId, RevId
from clbdesk.services.care_guide import KIND as GUIDE
from clbdesk.services.care_guide import PHRASE, apply_guide
from clbdesk.services.desk import Desk
from clbdesk.services.outcome import Outcome
from clbdesk.services.reading import all_standing, one_standing, standing
from clbdesk.services.records import Part, Saved, Where, add_parts, changes_of, restate, withdraw_in
from clbdesk.services.rejudge import rejudged
from clbdesk.services.rules import KIND as SIGNATURE
from clbdesk.services.rules import apply_signatures
from clbdesk.services.typed_anew import Lists, check_typed
from clbdesk.services.versions import Path, Side, joined, merged, values_of
from clbdesk.standards.vaccination.doubles import WrittenDose, double_doses
from clbdesk.storage.vault import Head, Reader, UnitOfWork

DOUBLE = "dubbel"
# Versions of a safety concern are for its circle alone, on its own page.
_APART = {"safety_concern"}
_BOTH_REAL = "double_doses_both_real"  # setting of the vault: pairs that somebody called real


class Asked(StrEnum):
    """What is asked: which version stands, or whether two doses are one needle."""

    FORK = "fork"
    DOUBLE_DOSE = "double_dose"


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `record_ids`: the forked record, or the two doses."""

    asked: Asked
    kind: str
    record_ids: tuple[RecordId, ...]
    pupil_id: PupilId | None


@dataclass(frozen=True, slots=True)
class Both:
    """What "beide behouden" would make of two versions."""

    is_join: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person decided.

    `side`: the version that stands, of which `other` names the fields taken from the other one;
    None = both. `own`: values that neither version has, with a reason then.
    """

    side: Side | None
    other: frozenset[Path] = frozenset()
    own: Mapping[Path, object] = field(default_factory=dict)
    reason: str = ""


def questions(desk: Desk) -> tuple[Question, ...]:
    """Everything that waits for a choice in this vault, pupil by pupil."""
    with desk.vault.read() as reader:
        return _questions(desk, reader)


def question_count(desk: Desk, reader: Reader) -> int:
    """How many there are."""
    return len(_questions(desk, reader))


def choose(
    desk: Desk, question: Question, seen: Collection[RevId], choice: Choice
) -> Outcome[Saved]:
    """Write the choice in one commit.

    `seen`: the tips that stood on the screen. Refused when somebody chose meanwhile, when a third
    version came, when the role may not write the kind, when a new value has no reason, or when it is
    none that the field can have.
    """
    if choice.own and not choice.reason.strip():
        raise Refused("conflicts.reason_missing", field="reason")
    if not desk.may_write(question.kind):
        raise Refused("records.no_right", kind=question.kind)
    with desk.vault.write() as work:
        heads = [_head(work, record_id) for record_id in question.record_ids]
        if {tip for head in heads for tip in head.tips} != set(seen):
            raise _chosen_meanwhile(work, question, heads)
        if question.asked is Asked.FORK:
            saved = _settle(desk, work, heads[0], choice)
        else:
            saved = _settle_double(desk, work, question, choice)
    if question.kind == SIGNATURE:
        apply_signatures(desk)
    if question.kind in {GUIDE, PHRASE}:
        apply_guide(desk)
    return Outcome(saved, changes_of(saved.revisions))


def left_and_right(head: Head) -> tuple[Revision, Revision]:
    """The two versions that are shown first: by time of recording, then by id."""
    one, other = sorted(head.leaves, key=lambda leaf: (leaf.recorded_at, leaf.rev_id))[:2]
    return one, other


def body_of(version: Revision) -> Body | None:
    """The body of a version; None when a newer program made it."""
    kind = KINDS[version.kind]
    return decode(version.body, kind.shape) if version.kind_version <= kind.version else None


def both_of(left: Revision, right: Revision) -> Both | None:
    """Whether both versions may be kept: agreements as two, acuity of different eyes as one."""
    if RevisionStatus.WITHDRAWN in {left.status, right.status}:
        return None
    one, other = body_of(left), body_of(right)
    if one is None or other is None:
        return None
    if isinstance(one, Agreement):
        return Both(is_join=False)
    return Both(is_join=True) if joined(one, other) is not None else None


def _questions(desk: Desk, reader: Reader) -> tuple[Question, ...]:
    here = desk.relations()
    forks = [
        Question(Asked.FORK, head.kind, (head.record_id,), head.leaf.pupil_id)
        for head in reader.conflicts()
        if desk.may_read(head.kind, here) and head.kind not in _APART and not _closed_alike(head)
    ]
    doubles = _doubles(reader) if desk.may_read("dose", here) else []
    names = {
        one.revision.pupil_id: on_a_list(one.body.family_name, one.body.given_name)
        for one in all_standing(reader.heads(kinds=("pupil",)), Pupil)
    }
    return tuple(
        sorted(
            (*forks, *doubles),
            key=lambda one: (names.get(one.pupil_id, ("", "")), one.record_ids),
        )
    )


def _closed_alike(head: Head) -> bool:
    """Two posts left the school with the same outcomes: both closes count (visits.is_closed)."""
    if head.kind != "visit_close":
        return False
    bodies = [body_of(leaf) for leaf in head.final]
    counts = {
        (one.pupils, one.seen, one.complete, one.absent, one.refused, one.objections)
        for one in bodies
        if isinstance(one, VisitClose)
    }
    return len(bodies) == len(head.leaves) and None not in bodies and len(counts) == 1


def _doubles(reader: Reader) -> list[Question]:
    settled = {tuple(pair) for pair in json.loads(reader.setting(_BOTH_REAL) or "[]")}
    doses = [
        WrittenDose(one.record_id, reader.history(one.record_id)[0].device, one.body)
        for one in all_standing(reader.heads(kinds=("dose",)), Dose)
        if one.body.given_at is not None
    ]
    return [
        Question(Asked.DOUBLE_DOSE, "dose", pair, one.dose.pupil_id)
        for one, other in double_doses(doses)
        if (pair := (one.record_id, other.record_id)) not in settled
    ]


def _head(reader: Reader, record_id: RecordId) -> Head:
    head = reader.head(record_id)
    if head is None:
        raise Refused("conflicts.gone")
    return head


def _chosen_meanwhile(reader: Reader, question: Question, heads: list[Head]) -> Refused:
    """Who chose, or that there is more to see."""
    if question.asked is Asked.FORK and heads[0].is_conflict:
        return Refused("conflicts.changed")
    newest = max((head.leaf for head in heads), key=lambda leaf: leaf.recorded_at)
    author = one_standing(reader, RecordId(newest.author), Staff)
    return Refused("conflicts.chosen", who=author.body.name if author else "")


def _settle(desk: Desk, work: UnitOfWork, head: Head, choice: Choice) -> Saved:
    left, right = left_and_right(head)
    base = _tips_of(work, head, (left, right))
    reason = choice.reason.strip() or None
    if choice.side is None:
        return _keep_both(desk, work, (left, right), base, reason)
    chosen = left if choice.side is Side.LEFT else right
    if body_of(chosen) is None:
        raise Refused("conflicts.newer")
    if not choice.other and not choice.own:
        why = reason or (chosen.reason if chosen.status is RevisionStatus.WITHDRAWN else None)
        return Saved((restate(desk, work, chosen, base, why, "choose"),))
    one, other = body_of(left), body_of(right)
    if one is None or other is None:
        raise Refused("conflicts.newer")
    flipped = Side.RIGHT if choice.side is Side.LEFT else Side.LEFT
    sides = {
        path: flipped if path in choice.other else choice.side
        for path in (*values_of(one), *values_of(other))
    }
    lists = Lists(work, head.kind, left, one, other)
    check_typed(lists, head.kind, choice.own)
    body = merged(one, other, sides, choice.own)
    lists.check_together(body)
    return _write_joined(desk, work, body, chosen, base, reason)


def _keep_both(
    desk: Desk,
    work: UnitOfWork,
    versions: tuple[Revision, Revision],
    base: tuple[RevId, ...],
    reason: str | None,
) -> Saved:
    left, right = versions
    one, other = body_of(left), body_of(right)
    both = both_of(left, right)
    if both is None or one is None or other is None:
        raise Refused("conflicts.not_both")
    if both.is_join:
        whole = joined(one, other)
        assert whole is not None
        return _write_joined(desk, work, whole, left, base, reason)
    where = Where(right.pupil_id, right.visit_id, right.school_id)
    kept = restate(desk, work, left, base, reason, "choose")
    beside = add_parts(
        desk, work, [Part(other, where)], occurred_at=right.occurred_at, reason=reason
    )
    return Saved((kept, *beside.revisions))


def _write_joined(
    desk: Desk,
    work: UnitOfWork,
    body: Body,
    version: Revision,
    base: tuple[RevId, ...],
    reason: str | None,
) -> Saved:
    where = Where(version.pupil_id, version.visit_id, version.school_id)
    part = Part(rejudged(work, body, version), where, version.record_id, base)
    return add_parts(desk, work, [part], occurred_at=version.occurred_at, reason=reason)


def _tips_of(reader: Reader, head: Head, versions: tuple[Revision, Revision]) -> tuple[RevId, ...]:
    """The tips that say what these two versions say; a third version goes on standing."""
    said = {(version.status, version.body) for version in versions}
    tips = [reader.revision(tip) for tip in head.tips]
    return tuple(tip.rev_id for tip in tips if tip and (tip.status, tip.body) in said)


def _settle_double(desk: Desk, work: UnitOfWork, question: Question, choice: Choice) -> Saved:
    if choice.side is None:
        settled = json.loads(work.setting(_BOTH_REAL) or "[]")
        work.set_setting(_BOTH_REAL, json.dumps([*settled, list(question.record_ids)]))
        return Saved(())
    left, right = question.record_ids
    goes = right if choice.side is Side.LEFT else left
    found = standing(work.head(goes), Dose)
    if found is None:
        raise Refused("conflicts.gone")
    return Saved((withdraw_in(desk, work, goes, DOUBLE),))

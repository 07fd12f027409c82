"""Verplaatsen: what was entered with a wrong pupil goes to the right one, in one commit.

The old dossier keeps a withdrawn record and says only that it was moved; the new one gets a record
of its own, judged again for this pupil, with the flags that stood beside it. A dose is more than a value: `wrong_pupil.py` does what
belongs to a needle in another pupil than was written down.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from clbdesk.domain.body import ExamBody
from clbdesk.domain.kinds import KINDS, IdRule, derived_record_id
from clbdesk.domain.names import on_a_list
from clbdesk.domain.revision import Revision
from clbdesk.errors import Defect, Refused
from clbdesk.ids import PupilId, RecordId, VisitId
from clbdesk.services.conflict_view import wording_of
from clbdesk.services.conflicts import body_of
from clbdesk.services.desk import Desk
from clbdesk.services.outcome import Outcome
from clbdesk.services.pupil import PupilOnVisit, find_on_visit, with_presence
from clbdesk.services.reading import open_base
from clbdesk.services.records import Part, Saved, add_parts, changes_of, restate, withdraw_in
from clbdesk.services.rejudge import rejudged
from clbdesk.services.relation import visit_open_to
from clbdesk.services.shielding import carried
from clbdesk.services.wrong_pupil import move_needle
from clbdesk.storage.vault import Head, UnitOfWork

AWAY = "verkeerde leerling, verplaatst"
HERE = "verplaatst van een andere leerling"
# What is about everything that was found belongs to one pupil alone.
_STAYS = frozenset({"conclusion", "vaccination_status"})
# What stands by itself: the other pupil gets a record of its own beside what is there.
_FACTS = frozenset({"intervention"})


@dataclass(frozen=True, slots=True)
class OtherPupil:
    """Somebody on the same list."""

    pupil_id: PupilId
    family_name: str
    given_name: str


def may_move(kind: str) -> bool:
    """Whether records of this kind can be moved: doses, interventions, the tests of one contact."""
    return (
        kind == "dose"
        or kind in _FACTS
        or (KINDS[kind].id_rule is IdRule.PER_CONTACT_AND_VISIT and kind not in _STAYS)
    )


def others_on(desk: Desk, visit_id: VisitId, pupil_id: PupilId) -> tuple[OtherPupil, ...]:
    """Everybody else on the list of a visit, by name."""
    with desk.vault.read() as reader:
        visit_open_to(desk, reader, visit_id)
        found = reader.names_on(visit_id)
    others = [OtherPupil(one, *names) for one, names in found.items() if one != pupil_id]
    return tuple(
        sorted(others, key=lambda one: (*on_a_list(one.family_name, one.given_name), one.pupil_id))
    )


def move_record(desk: Desk, record_id: RecordId, to: PupilId) -> Outcome[Saved]:
    """Withdraw a test here and record it with another pupil of the same visit; both are logged.

    Refused for a kind that stays, for two versions, and where the other pupil has that test already.
    """
    with desk.vault.read() as reader:
        found = reader.head(record_id)
    if found is not None and found.kind == "dose":
        return move_needle(desk, record_id, to)
    with desk.vault.write() as work:
        head = work.head(record_id)
        if head is None or head.leaf.visit_id is None or head.leaf.pupil_id is None:
            raise Defect("history.unknown_record")
        if not may_move(head.kind):
            raise Refused("access.cannot_move")
        if head.is_conflict or head.is_withdrawn:
            raise Refused("access.move_undecided")
        target, _visit, _listed = find_on_visit(work, head.leaf.visit_id, to)
        withdrawn = withdraw_in(desk, work, record_id, AWAY)
        asked, gone = _parents(desk, work, head, target)
        beside = add_parts(desk, work, asked, reason=HERE)  # the test is judged with them
        part = _part(desk, work, record_id, target)
        parts = [part] if head.kind in _FACTS else with_presence(work, target, [part])
        if part.record_id is not None:
            parts += carried(work, record_id, part.record_id, target.where)
        moved = add_parts(desk, work, parts, occurred_at=head.leaf.occurred_at, reason=HERE)
    saved = Saved((withdrawn, *gone, *beside.revisions, *moved.revisions))
    return Outcome(saved, changes_of(saved.revisions))


def _parents(
    desk: Desk, work: UnitOfWork, growth: Head, target: PupilOnVisit
) -> tuple[list[Part], list[Revision]]:
    """Lengths of parents that were typed on the same form: they are of the other family too.

    What was known here before comes back; what is known there stays.
    """
    here = work.head(derived_record_id("parent_height", growth.leaf.pupil_id or ""))
    if growth.kind != "growth" or here is None or here.is_conflict or here.is_withdrawn:
        return [], []
    typed = here.leaf
    forms = {(one.device, one.device_seq) for one in work.history(growth.record_id)}
    if (typed.device, typed.device_seq - 1) not in forms:
        return [], []
    before = work.revision(typed.base[-1]) if typed.base else None
    base = (typed.rev_id,)
    if before is None:
        gone = withdraw_in(desk, work, here.record_id, AWAY)
    else:
        gone = restate(desk, work, before, base, AWAY, "withdraw")
    there_id = derived_record_id("parent_height", target.pupil_id)
    there, body = work.head(there_id), body_of(typed)
    if body is None or (there is not None and not there.is_withdrawn):
        return [], [gone]
    moved = msgspec.structs.replace(body, pupil_id=target.pupil_id)
    return [Part(moved, target.where, there_id, open_base(there))], [gone]


def _part(desk: Desk, work: UnitOfWork, record_id: RecordId, target: PupilOnVisit) -> Part:
    """The same values as a record of the other pupil."""
    head = work.head(record_id)
    body = body_of(head.leaf) if head else None
    if head is None or body is None:
        raise Refused("access.move_undecided")
    if head.kind in _FACTS:
        body = msgspec.structs.replace(body, pupil_id=target.pupil_id)
        return Part(body, target.where, RecordId(desk.ids.new()))
    target_id = target.exam_id(head.kind)
    there = work.head(target_id)
    if there is not None and not there.is_withdrawn:
        raise Refused("access.move_occupied", part=wording_of(f"conflicts.kind.{head.kind}"))
    if hasattr(body, "pupil_id"):
        body = msgspec.structs.replace(body, pupil_id=target.pupil_id)
    if isinstance(body, ExamBody):
        # Measured again against what was known of another pupil: here it is asked anew.
        body = msgspec.structs.replace(body, confirmed=())
    as_there = msgspec.structs.replace(head.leaf, pupil_id=target.pupil_id, record_id=target_id)
    return Part(rejudged(work, body, as_there), target.where, target_id, open_base(there))

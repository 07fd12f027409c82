"""What changed between the page as it was opened and the commit: it is named, and nothing is written.

A refusal at the other table, another lot, another grade, a signed rule, midnight.
"""

from __future__ import annotations

from collections.abc import Sequence

from clbdesk.domain.people import Staff
from clbdesk.errors import Refused
from clbdesk.ids import RecordId
from clbdesk.services.reading import one_standing
from clbdesk.services.vaccination import VaccinationView
from clbdesk.storage.vault import Head, UnitOfWork
from clbdesk.wording import say

# After these the page is read again with what was typed.
LOOK_AGAIN = frozenset(f"vaccination.{one}" for one in ("changed", "day_passed", "not_planned"))


def refuse_meanwhile(work: UnitOfWork, before: VaccinationView, now: VaccinationView) -> None:
    """R10: what was judged on the page must be what stands now. Refused with a key of `LOOK_AGAIN`."""
    old, new = before.prints(), now.prints()
    changed = [record for record in {**old, **new} if old.get(record) != new.get(record)]
    _refuse_heads(work, [head for record in changed if (head := work.head(record)) is not None])
    _refuse_other_footing(work, before, now)


def _refuse_heads(work: UnitOfWork, heads: Sequence[Head]) -> None:
    leaves = [head.leaf for head in heads]
    if not leaves:
        return
    newest = max(leaves, key=lambda leaf: (leaf.recorded_at, leaf.rev_id))
    author = one_standing(work, RecordId(newest.author), Staff)
    raise Refused(
        "vaccination.changed",
        what=say(f"vaccination.what_{newest.kind}"),
        who=author.body.name if author else say("vaccination.somebody"),
    )


def _refuse_other_footing(work: UnitOfWork, before: VaccinationView, now: VaccinationView) -> None:
    """Day and grade say what is due and under which order; a signed rule does too.

    A birthday that was put right is asked anew: it no longer fits what was typed.
    """
    old, new = before.facts.situation, now.facts.situation
    if old.on != new.on:
        raise Refused("vaccination.day_passed")
    if (old.stage, old.special_education) != (new.stage, new.special_education):
        pupil_id = now.on_visit.pupil_id
        places = work.heads(kinds=("enrolment",), pupil_id=pupil_id, include_withdrawn=True)
        _refuse_heads(work, places)
    planned = {row.vaccine for row in now.rows}
    gone = next((row for row in before.rows if row.vaccine not in planned), None)
    if gone is not None:
        raise Refused("vaccination.not_planned", vaccine=gone.label)

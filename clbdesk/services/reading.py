"""Heads as typed bodies: what several services need to read in the same way."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

import msgspec

from clbdesk.domain.body import Body, decode
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.people import Staff
from clbdesk.domain.revision import Revision
from clbdesk.ids import RecordId, RevId
from clbdesk.storage.vault import Head, Reader

BodyT = TypeVar("BodyT", bound=Body)


class Standing(msgspec.Struct, Generic[BodyT], frozen=True):
    """A record as it stands: the body shown, its revision, and whether another version stands too.

    With two versions the newest by recorded_at is shown first; both are reachable through `head`.
    """

    body: BodyT
    revision: Revision
    head: Head

    @property
    def record_id(self) -> RecordId:
        """The record."""
        return self.revision.record_id

    @property
    def base(self) -> tuple[RevId, ...]:
        """What a correction made from here replaces.

        All tips where nobody disagrees; with two versions only the one that is shown, so that
        the other goes on standing until a person chooses.
        """
        return (self.revision.rev_id,) if self.is_conflict else self.head.tips

    @property
    def is_conflict(self) -> bool:
        """Whether somebody else's version stands beside it."""
        return len(self.head.leaves) > 1


def standing(head: Head | None, shape: type[BodyT]) -> Standing[BodyT] | None:
    """The typed standing version of a head.

    None when there is none, when all is withdrawn, or when it is a record of another kind.
    """
    if head is None or not issubclass(KINDS[head.kind].shape, shape):
        return None
    final = head.final
    if not final:
        return None
    shown = final[0]
    if len(final) > 1:
        shown = max(final, key=lambda leaf: (leaf.recorded_at, leaf.rev_id))
    if shown.kind_version > KINDS[shown.kind].version:
        return None
    return Standing(decode(shown.body, shape), shown, head)


def open_base(head: Head | None) -> tuple[RevId, ...]:
    """The base for a form opened on this head: none, what stands, or the withdrawn tips."""
    if head is None:
        return ()
    if head.is_conflict:
        newest = max(head.final or head.leaves, key=lambda leaf: (leaf.recorded_at, leaf.rev_id))
        return (newest.rev_id,)
    return head.tips


def all_standing(heads: Iterable[Head], shape: type[BodyT]) -> list[Standing[BodyT]]:
    """The same for many heads, leaving out what is withdrawn."""
    found = (standing(head, shape) for head in heads)
    return [one for one in found if one is not None]


def one_standing(reader: Reader, record_id: RecordId, shape: type[BodyT]) -> Standing[BodyT] | None:
    """The standing version of one record."""
    return standing(reader.head(record_id), shape)


def staff_names(reader: Reader) -> dict[str, str]:
    """Members of staff by id."""
    found = all_standing(reader.heads(kinds=("staff",)), Staff)
    return {one.record_id: one.body.name for one in found}


def final_bodies(head: Head, shape: type[BodyT]) -> list[BodyT]:
    """What every version that stands says, of those that this program can read."""
    known = KINDS[head.kind].version
    return [decode(leaf.body, shape) for leaf in head.final if leaf.kind_version <= known]

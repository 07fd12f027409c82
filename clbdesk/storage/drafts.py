"""Drafts: working state of one author on one form, kept at every pause, never synchronised."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert

from clbdesk.ids import PupilId, RevId, StaffId, VisitId
from clbdesk.storage.prepared import Prepared
from clbdesk.storage.schema import DRAFT

if TYPE_CHECKING:
    from sqlalchemy import Connection, RowMapping


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What an author typed on a form, not saved yet. `content`: JSON text that the form reads.

    `form`: key such as "growth/<contact>/<visit>". `base`: tips of the record when the form was
    opened; saving with them shows a change in between as a conflict instead of overwriting it.
    """

    author: StaffId
    form: str
    pupil_id: PupilId | None
    visit_id: VisitId | None
    base: tuple[RevId, ...]
    content: str
    saved_at: datetime


_KEYS = (DRAFT.c.author, DRAFT.c.form)
_INSERT = insert(DRAFT)
_KEEP = Prepared(
    _INSERT.on_conflict_do_update(
        index_elements=_KEYS,
        set_={
            column.name: _INSERT.excluded[column.name]
            for column in DRAFT.c
            if column.name not in {"author", "form"}
        },
    )
)
_DROP = Prepared(
    delete(DRAFT).where(DRAFT.c.author == bindparam("who"), DRAFT.c.form == bindparam("what"))
)
_ONE = select(DRAFT).where(DRAFT.c.author == bindparam("who"), DRAFT.c.form == bindparam("what"))


def keep(connection: Connection, draft: Draft) -> None:
    """Store a draft in the place of the earlier one of this author and form."""
    values = msgspec.structs.asdict(draft)
    _KEEP.run(connection, {**values, "base": " ".join(draft.base)})


def drop(connection: Connection, author: StaffId, form: str) -> None:
    """Remove a draft; it need not exist."""
    _DROP.run(connection, {"who": author, "what": form})


def one(connection: Connection, author: StaffId, form: str) -> Draft | None:
    """The draft of this author on this form."""
    row = connection.execute(_ONE, {"who": author, "what": form}).mappings().one_or_none()
    return None if row is None else _draft_of(row)


def every(connection: Connection, author: StaffId | None) -> list[Draft]:
    """All drafts of one author, or of everybody, oldest first."""
    query = select(DRAFT).order_by(DRAFT.c.saved_at, *_KEYS)
    if author is not None:
        query = query.where(DRAFT.c.author == author)
    return [_draft_of(row) for row in connection.execute(query).mappings()]


def _draft_of(row: RowMapping) -> Draft:
    return Draft(
        author=StaffId(row["author"]),
        form=row["form"],
        pupil_id=None if row["pupil_id"] is None else PupilId(row["pupil_id"]),
        visit_id=None if row["visit_id"] is None else VisitId(row["visit_id"]),
        base=tuple(RevId(rev_id) for rev_id in row["base"].split()),
        content=row["content"],
        saved_at=row["saved_at"],
    )

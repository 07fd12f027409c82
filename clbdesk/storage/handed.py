"""What linked laptops hand to each other: what was recorded since the visit was taken along.

What came from another laptop stands beside the own records, in no outbox and without a place. A
pull gives it its place, and `purge` gives no visit back as long as one is missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, literal_column, or_, select

from clbdesk.domain.revision import Role
from clbdesk.storage.prepared import Prepared
from clbdesk.storage.schema import REVISION, SCOPE, SCOPE_REVISION, revision_of

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

    from clbdesk.domain.revision import Revision
    from clbdesk.ids import VisitId

_OF_VISIT = (
    select(REVISION.c.pupil_id)
    .join(SCOPE_REVISION, SCOPE_REVISION.c.rev_id == REVISION.c.rev_id)
    .where(SCOPE_REVISION.c.scope == bindparam("visit"), REVISION.c.pupil_id.is_not(None))
)
_TAKEN_AT = select(SCOPE.c.taken_at).where(SCOPE.c.scope == bindparam("visit")).scalar_subquery()
_ROW: ColumnElement[int] = literal_column("revision.rowid")
# Of no visit and no pupil, and yet of every table: a box that got too warm at one blocks at all.
_LOT = "lot"
_SINCE = Prepared(
    select(_ROW.label("row"), REVISION)
    .where(
        bindparam("after") < _ROW,
        REVISION.c.role != Role.CENTRE.value,
        or_(REVISION.c.seq.is_(None), REVISION.c.recorded_at >= _TAKEN_AT),
        or_(
            REVISION.c.visit_id == bindparam("visit"),
            REVISION.c.pupil_id.in_(_OF_VISIT),
            REVISION.c.kind == _LOT,
        ),
    )
    .order_by(_ROW)
)


def since(connection: Connection, visit_id: VisitId, row: int) -> tuple[list[Revision], int]:
    """What came into this vault behind a row and another laptop of the visit may not have.

    That is what people recorded and the centre has not confirmed, or recorded after the visit was
    taken along, of the visit, of its pupils and of lots. `row` 0 = from the start; the answer carries the last row.
    """
    rows = _SINCE.rows(connection, visit=visit_id, after=row)
    return [revision_of(one) for one in rows], rows[-1]["row"] if rows else row

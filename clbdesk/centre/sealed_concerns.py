"""A safety concern opened by the recovery key, when nobody of its circle can any more.

The key lies in a safe and is brought for this; without it the centre reads nothing of one.
"""

from __future__ import annotations

import msgspec
from sqlalchemy import select

from clbdesk.centre.centre import Centre
from clbdesk.centre.schema import LEAF, REVISION
from clbdesk.domain.body import decode
from clbdesk.domain.revision import RevisionStatus
from clbdesk.domain.safety import ConcernContent, SafetyConcern
from clbdesk.errors import Refused
from clbdesk.ids import RecordId
from clbdesk.storage.schema import revision_of
from clbdesk.storage.sealing import unseal


def open_by_recovery(
    centre: Centre, record_id: RecordId, private_key: str
) -> tuple[ConcernContent, ...]:
    """The versions of a concern that stand. `private_key`: hex. Refused when it does not open."""
    joined = (LEAF.c.centre_id == REVISION.c.centre_id) & (LEAF.c.rev_id == REVISION.c.rev_id)
    with centre.store.reading() as tx:
        rows = tx.execute(
            select(*REVISION.c)
            .join(LEAF, joined)
            .where(LEAF.c.centre_id == centre.centre_id, LEAF.c.record_id == record_id)
            .where(LEAF.c.kind == "safety_concern", LEAF.c.stands, REVISION.c.erased_at.is_(None))
            .order_by(REVISION.c.seq)
        ).mappings()
        found = [revision_of(row) for row in rows]
    opened = []
    for revision in found:
        if revision.status is not RevisionStatus.FINAL:
            continue
        sealed = decode(revision.body, SafetyConcern)
        content = unseal(sealed.box, sealed.keys, _key(private_key))
        if content is None:
            raise Refused("centre.concern_sealed", field="key_file")
        opened.append(msgspec.json.decode(content, type=ConcernContent))
    if not opened:
        raise Refused("centre.no_such_record", field="record")
    return tuple(opened)


def _key(private_key: str) -> bytes:
    try:
        key = bytes.fromhex(private_key.strip())
    except ValueError:
        key = b""
    if len(key) != 32:
        raise Refused("centre.concern_sealed", field="key_file")
    return key

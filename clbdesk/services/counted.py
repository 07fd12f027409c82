"""A closed vaccination session counted every dose: what it counted stands until it is opened again.

In any version that stands: who closed it counted, whatever was written beside it (handbook 2 §5.7).
"""

from __future__ import annotations

from clbdesk.domain.body import decode
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.revision import Revision
from clbdesk.domain.vaccination import Dose, VaccinationSession
from clbdesk.errors import Refused
from clbdesk.ids import RecordId
from clbdesk.services.reading import final_bodies, standing
from clbdesk.storage.vault import Head, Reader


def was_closed(session: Head) -> bool:
    """Whether somebody closed this session and nobody opened it since."""
    return any(one.closed_at is not None for one in final_bodies(session, VaccinationSession))


def reopenings(reader: Reader, session_id: RecordId) -> tuple[Revision, ...]:
    """Every time that somebody opened a closed session again, oldest first: who, when and why."""
    known = KINDS["vaccination_session"].version
    written = [one for one in reader.history(session_id) if one.kind_version <= known]
    closed = {
        one.rev_id for one in written if decode(one.body, VaccinationSession).closed_at is not None
    }
    return tuple(
        one for one in written if one.rev_id not in closed and closed.intersection(one.base)
    )


def refuse_counted(reader: Reader, record_id: RecordId) -> None:
    """Refused `vaccination.session_closed` for a dose that a closed session counted."""
    head = reader.head(record_id)
    dose = standing(head, Dose) if head is not None and head.kind == "dose" else None
    session_id = dose.body.session_id if dose is not None else None
    session = reader.head(session_id) if session_id is not None else None
    if session is not None and was_closed(session):
        raise Refused("vaccination.session_closed")

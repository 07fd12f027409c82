"""What lies in the scope of a visit, as the opening of clbdesk/domain/scopes.py says it."""

from __future__ import annotations

from dataclasses import dataclass

from clbdesk.domain.kinds import KINDS
from clbdesk.domain.revision import Compartment, Revision
from clbdesk.ids import PupilId, SchoolId, VisitId


@dataclass(frozen=True, slots=True)
class VisitScope:
    """What a visit needs: its school, and every pupil who is or was on its list."""

    visit_id: VisitId
    school_id: SchoolId | None
    pupils: frozenset[PupilId]


def lies_in(scope: VisitScope, revision: Revision, compartment: Compartment) -> bool:
    """Whether a vault of this compartment receives a revision for this visit."""
    if revision.compartment not in (Compartment.PLANNING, compartment):
        return False
    if KINDS[revision.kind].centre_scope:
        return False
    if revision.pupil_id is not None:
        return revision.pupil_id in scope.pupils
    if revision.visit_id == scope.visit_id:
        return True
    if revision.school_id is None or revision.school_id != scope.school_id:
        return False
    if compartment is Compartment.MEDICAL:
        return revision.kind == "meeting_text"
    return revision.compartment is Compartment.GUIDANCE

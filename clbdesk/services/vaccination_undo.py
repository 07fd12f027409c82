"""Until the pupil leaves, whoever gave a dose may take the whole saving back without a reason.

Afterwards, or once anything of it was corrected, it is corrected or withdrawn with a reason.
"""

from __future__ import annotations

from clbdesk.services.records import Saved
from clbdesk.services.vaccination import VaccinationView


def undoable(view: VaccinationView) -> Saved | None:
    """What is taken back: doses, identity, questions, observation and status of this visit."""
    observation, saved = view.saved.observation, view.saved
    if observation is None or observation.body.ended_at is not None or saved.has_conflict:
        return None
    own = observation.revision.author == view.user
    facts = (*saved.doses, observation, saved.identity, saved.prescreen)
    is_first = all(one is None or not one.revision.base for one in facts)
    return Saved(saved.revisions) if own and is_first else None

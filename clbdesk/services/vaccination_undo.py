"""Until the pupil leaves, whoever gave a dose may take the last saving back without a reason.

Afterwards, or once anything of it was corrected, it is corrected or withdrawn with a reason. What
somebody else wrote about this pupil on this visit is not of the saving, and stays.
"""

from __future__ import annotations

from clbdesk.domain.revision import Revision
from clbdesk.domain.vaccination import Dose
from clbdesk.services.reading import Standing
from clbdesk.services.records import Saved
from clbdesk.services.vaccination import VaccinationView


def undoable(view: VaccinationView) -> Saved | None:
    """What is taken back: doses, identity, questions, observation and status of this visit.

    Who was registered at the desk stands there again as the desk wrote it.
    """
    observation, saved = view.saved.observation, view.saved
    if observation is None or observation.body.ended_at is not None or saved.has_conflict:
        return None
    if observation.revision.author != view.user or observation.revision.base:
        return None
    began = observation.body.started_at  # the hour of the saving: what is older is of another one
    doses = [one.revision for one in saved.doses if _is_own(view, one)]
    if any(one.author != view.user or one.base for one in doses):
        return None
    checks = [one.revision for one in (saved.identity, saved.prescreen) if one is not None]
    if any(_is_corrected(view, one) for one in checks):
        return None
    status = [saved.status.revision] if saved.status is not None else []
    own = [one for one in (*checks, *status) if one.author == view.user]
    of_saving = [one for one in (*doses, *own) if one.recorded_at >= began]
    found = (*of_saving, observation.revision)
    return Saved(tuple(sorted(found, key=lambda one: (one.recorded_at, one.rev_id))))


def _is_own(view: VaccinationView, dose: Standing[Dose]) -> bool:
    """Of this table, whoever wrote it last, or written by who takes back."""
    session = view.station.session
    of_table = session is not None and dose.body.session_id == session.record_id
    return of_table or dose.revision.author == view.user


def _is_corrected(view: VaccinationView, check: Revision) -> bool:
    """One's own check that one corrected, or that somebody corrected since."""
    before = view.saved.replaced_of.get(check.rev_id)
    return before == view.user

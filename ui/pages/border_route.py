"""On the way from a care meeting to the dossier of a pupil stands the border (P20)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clbdesk.domain.care_outcome import BorderReason
from ui.pages.base import Destination

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from clbdesk.ids import PupilId

_TALKS = {"care_meeting", "care_topic"}
_DOSSIERS = {"pupil", "history"}


def border_first(
    trail: Sequence[Destination], to: Destination, crossed: Collection[PupilId]
) -> Destination | None:
    """The border instead of a dossier that is opened out of a talk; `crossed`: with a basis.

    None: the dossier is not on this laptop, and nothing stands in between.
    """
    if to.page not in _DOSSIERS or to.pupil_id is None:
        return to
    talk = next((one for one in reversed(trail) if one.page in _TALKS), None)
    if talk is None or to.pupil_id in crossed:
        return to if to.visit_id is not None else None
    reason = BorderReason.OPEN_FILE.value
    return Destination("border_check", talk.visit_id, to.pupil_id, reason, talk.record_id)

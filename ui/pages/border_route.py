"""What stands before a dossier: the border of a talk (P20), or the reason for a closed one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clbdesk.domain.care_outcome import BorderReason
from ui.pages.base import Destination

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ui.pages.base import Station

_TALKS = {"care_meeting", "care_topic"}
_DOSSIERS = {"pupil", "history"}
_OF_NO_SCHOOL = {"visits", "synchronise", "search", "fault"}
_LISTS = {"class_list", "vaccination_list", "follow_up"}
_CLOSED = "emergency"


def door_to(trail: Sequence[Destination], to: Destination, station: Station) -> Destination:
    """Where somebody arrives who asks for a page.

    The border instead of a dossier that is opened out of a talk; the question for a reason instead
    of what belongs to a school for which the user does not work, or to no visit in hand.
    """
    if to.visit_id in station.closed and to.page not in _OF_NO_SCHOOL:
        return Destination(_CLOSED, to.visit_id, to.pupil_id)
    if to.page not in _DOSSIERS or to.pupil_id is None:
        return to
    talk = next((one for one in reversed(trail) if one.page in _TALKS), None)
    if talk is not None and to.pupil_id not in station.crossed:
        reason = BorderReason.OPEN_FILE.value
        return Destination("border_check", talk.visit_id, to.pupil_id, reason, talk.record_id)
    return to if to.visit_id is not None else Destination(_CLOSED, None, to.pupil_id)


def way_to(trail: Sequence[Destination], to: Destination) -> list[Destination]:
    """The way back from a page: it stands there once, and a dossier that stayed closed does not.

    Whoever opens a pupil from a list comes back to that list, not to the one of an earlier pupil.
    """
    before = [one.page for one in trail]
    if before and to.page in _DOSSIERS and before[-1] in _LISTS:
        kept = [one for one in trail if one.page != to.page]
    else:
        kept = list(trail[: before.index(to.page)]) if to.page in before else list(trail)
    if kept and to.page == _CLOSED and kept[-1].page in _DOSSIERS:
        kept.pop()
    return [*kept, to]

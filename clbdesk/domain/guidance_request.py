"""What crosses from the medical side: a request for guidance with its answer, a released summary.

Handbook 1 §5.3 (a signal can start guidance by demand) and handbook 3 §5.6 (consent of who decides).
Both hold nothing but words that were typed for the guidance team. They are planning data, because
both sides read them; what guidance makes of a request lies behind its own key.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from clbdesk.domain.body import Body
from clbdesk.domain.care_outcome import Answer, Manner
from clbdesk.ids import PupilId, RecordId, SchoolId


class Crossing(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words for the guidance team, and the consent under which they cross.

    `competent`: whether the pupil decided for himself or herself on that day (domain/capacity.py).
    `on`: the day of the consent; `until`: its last day, None = until it is withdrawn.
    """

    pupil_id: PupilId
    school_id: SchoolId
    words: str
    competent: bool
    answers: tuple[Answer, ...]
    manner: Manner
    on: date
    until: date | None = None


class GuidanceRequest(Crossing, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A worry is asked of the guidance team, in neutral words; never copied from a record."""


class ReleasedSummary(Crossing, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a doctor lets the guidance team know of the medical dossier (handbook 3 §2.3, §8)."""


class RequestOutcome(StrEnum):
    """What the guidance team makes of a request."""

    TAKEN_UP = "taken_up"
    NOT_TAKEN_UP = "not_taken_up"


class RequestAnswer(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer of the guidance team, for itself: its record id is derived from the request."""

    pupil_id: PupilId
    request_id: RecordId
    outcome: RequestOutcome
    note: str

"""A request for guidance out of a contact: all that crosses from the medical side, and its answer.

Handbook 1 §5.3 (a signal can start guidance by demand) and handbook 3 §5.6 (consent of who decides).
The request holds nothing of the dossier: its words are typed for the guidance team. It is planning
data, because it is the one thing that both sides read; what guidance makes of it lies behind its own
key.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from clbdesk.domain.body import Body
from clbdesk.domain.care_outcome import Answer, Manner
from clbdesk.ids import PupilId, RecordId, SchoolId


class GuidanceRequest(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What crosses. `words`: what is asked, in neutral words; never copied from a record.

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

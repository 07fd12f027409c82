"""What leaves the dossier: a message to the school, and a request to see the dossier.

The school may read only what somebody with the right to do so agreed to (handbook 3 §2.5 X2);
whoever asks to see a dossier sees what the matrix of §2.4 gives him or her.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from clbdesk.domain.body import Body
from clbdesk.ids import PupilId, RecordId, RevId, SchoolId, StaffId


class MessageChannel(StrEnum):
    """How the school was told."""

    TALK = "talk"
    TELEPHONE = "telephone"
    LETTER = "letter"
    MAIL = "mail"


class AgreedBy(StrEnum):
    """Who agreed that the school is told."""

    PUPIL = "pupil"
    MOTHER = "mother"
    FATHER = "father"
    LEGAL_GUARDIAN = "legal_guardian"


class AgreedHow(StrEnum):
    """A written form is not needed; noting the agreement is enough."""

    SPOKEN = "spoken"
    WRITTEN = "written"


class MessageException(StrEnum):
    """When the school is told without consent, always with a reason."""

    SAFETY = "safety"
    COMPULSORY_SCHOOLING = "compulsory_schooling"
    PROPHYLAXIS = "prophylaxis"
    CONSULTATIVE = "consultative"


class SchoolMessage(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a school was told about a pupil (SchoolMededeling): the exact text, never a link.

    Either `agreed_by` or `exception` is set. `withdrawn_on`: the consent was taken back; nothing
    more goes out under it, and what was told stays told.
    """

    pupil_id: PupilId
    school_id: SchoolId | None = None
    text: str
    recipient: str
    recipient_function: str
    channel: MessageChannel
    told_on: date
    agreed_by: AgreedBy | None = None
    agreed_how: AgreedHow | None = None
    agreed_on: date | None = None
    valid_until: date | None = None
    withdrawn_on: date | None = None
    exception: MessageException | None = None
    exception_reason: str = ""
    objection: str = ""


class Requester(StrEnum):
    """Who asks to see the dossier."""

    PUPIL = "pupil"
    MOTHER = "mother"
    FATHER = "father"
    LEGAL_GUARDIAN = "legal_guardian"
    CONFIDANT = "confidant"


class AccessWay(StrEnum):
    """How it is seen: always in a conversation with explanation."""

    VIEWING = "viewing"
    TALK = "talk"
    REPORT = "report"
    COPY = "copy"


class AccessRequest(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A request for access and what was prepared for it (inzagebundel).

    `person_id`: the guardian who asks, when known. `permission`: the competent pupil's explicit
    permission, as noted. `weighed`: the helper weighed the pupil's interest and agrees.
    `signed_by`: the doctor who gives the health part along. `bundle_sha256` and `given`: what was
    handed over; nothing here says what was left out, for the request itself can be asked for.
    """

    pupil_id: PupilId
    requester: Requester
    requester_name: str
    person_id: RecordId | None = None
    way: AccessWay
    received_on: date
    due_on: date
    permission: str = ""
    weighed: bool = False
    signed_by: StaffId | None = None
    signed_on: date | None = None
    bundle_sha256: str = ""
    given: tuple[RevId, ...] = ()

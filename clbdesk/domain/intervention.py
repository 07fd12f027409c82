"""Interventie: what was done for whom, with whom and about what, in the codes of the centre.

The lists (type cliënt, functie, actor, onderwerp, domein) are records with dates of validity that a
centre imports, never enums: a code that ended keeps its words on what was written with it
(handbook 3 §2.1 D6, §4.2).
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from clbdesk.domain.body import Body
from clbdesk.ids import PupilId, RecordId, SchoolId


class CodeList(StrEnum):
    """The five lists; the names are those of the fields of an intervention."""

    CLIENT = "client"
    FUNCTION = "function"
    ACTOR = "actor"
    SUBJECT = "subject"
    DOMAIN = "domain"


class InterventionCode(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One code of one list, from `valid_from` up to and with `valid_until` (None = open).

    `domain`: the code of the domain that a subject belongs to, or an empty text. Its record id is
    derived from list, code and first day.
    """

    list: CodeList
    code: str
    label: str
    domain: str = ""
    valid_from: date
    valid_until: date | None = None
    source: str


class Intervention(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One intervention, about a pupil, or about a school when `pupil_id` is None.

    The five codes are those of the lists on the day `on`. `meeting_id`: the care meeting after
    which it was noted; such a one names no pupil.
    """

    pupil_id: PupilId | None = None
    school_id: SchoolId | None = None
    meeting_id: RecordId | None = None
    on: date
    client: str
    function: str
    actor: str
    subject: str
    domain: str
    text: str = ""

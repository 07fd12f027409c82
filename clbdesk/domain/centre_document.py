"""A paper of the centre's own that must be at hand without a network: the emergency card above all.

The program computes no dose and copies no protocol; it shows what the centre itself decided
(handbook 2 §4.4: the centre's own flow chart as a PDF, offline).
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from clbdesk.domain.body import Body


class DocumentUse(StrEnum):
    """What a document is for; the centre has one of each."""

    EMERGENCY = "emergency"
    NEEDLESTICK = "needlestick"


class CentreDocument(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One document, whole. `pdf`: the file as the centre gave it; `pages`: how many it has."""

    use: DocumentUse
    title: str
    added_on: date
    pages: int
    pdf: bytes

"""Signaal: a need in the population of a school or in its policy; never about one pupil.

Handbook 3 §7.2. It holds no pupil and no name, so that every professional may note one.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from clbdesk.domain.body import Body
from clbdesk.domain.care import CareDomain
from clbdesk.domain.people import SchoolLevel
from clbdesk.ids import SchoolId


class SignalSort(StrEnum):
    """What is signalled."""

    NEED = "need"
    POLICY = "policy"
    STRENGTH = "strength"


class SignalSource(StrEnum):
    """During what it was noticed; follows from the visit."""

    CONTACT = "contact"
    GUIDANCE = "guidance"
    CARE_MEETING = "care_meeting"
    VACCINATION = "vaccination"


class SignalPriority(StrEnum):
    """How pressing."""

    LOW = "low"
    USUAL = "usual"
    HIGH = "high"


class Signal(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One signal. `theme`: code of resources/standards/signal_themes.toml; text up to 300."""

    school_id: SchoolId
    level: SchoolLevel
    domain: CareDomain
    theme: str
    sort: SignalSort
    source: SignalSource
    priority: SignalPriority
    text: str
    on: date

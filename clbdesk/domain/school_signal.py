"""Signaal: a need in the population of a school or in its policy; never about one pupil.

Handbook 3 §7.1, §7.2. It holds no pupil and no name, so that every professional may note one. The
report of a half year holds only counts that may be shown; words beside it need a second reader.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import msgspec

from clbdesk.domain.body import Body
from clbdesk.domain.care import CareDomain
from clbdesk.domain.people import SchoolLevel
from clbdesk.ids import RecordId, RevId, SchoolId


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


class ReportTheme(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A theme in the words of the table; `count` None = not shown."""

    theme: str
    count: int | None


class ReportDomain(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A domain with its themes; `total` None = not shown."""

    domain: CareDomain
    total: int | None
    themes: tuple[ReportTheme, ...]


class SignalReport(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may be shown of the signals of a school in a half; made at the centre, once for ever.

    `first` and `last`: its days. `least`, `least_sensitive`: from which count on. Its record id is
    derived from school and first day.
    """

    school_id: SchoolId
    first: date
    last: date
    least: int
    least_sensitive: int
    total: int | None
    domains: tuple[ReportDomain, ...]


class SignalNarrative(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The words beside a report, up to 4,000; its record id is derived from the report."""

    report_id: RecordId
    text: str


class SecondReading(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody else read this version of the words and agrees that it goes to the school."""

    report_id: RecordId
    read: RevId

"""Signaalrapport: published counts with words beside them, which somebody else must have read.

Who wrote any version of the words is never their second reader. Only then it goes to the school
(handbook 3 §7.1). Names block; a number below the smallest count is pointed out to both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from clbdesk.clock import local_day
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.people import School
from clbdesk.domain.school_signal import SecondReading, SignalNarrative, SignalReport
from clbdesk.errors import Defect, Refused
from clbdesk.ids import RecordId, RevId, StaffId
from clbdesk.reports.paper import Printed
from clbdesk.reports.signal_report import PaperText, report_pages
from clbdesk.services.desk import Desk
from clbdesk.services.name_detection import KnownNames, known_names
from clbdesk.services.outcome import Outcome
from clbdesk.services.reading import Standing, all_standing, one_standing, open_base, staff_names
from clbdesk.services.records import Part, Saved, Where, add_parts, changes_of
from clbdesk.standards.phrases import day
from clbdesk.storage.vault import Draft, Reader
from clbdesk.wording import say

LONGEST = 4000
_NUMBER = re.compile(r"(?<![\w,.])\d{1,3}(?![\w%]|[,.]\d)|\b[^\W\d_]+\b")
# Written out; "een" is mostly no number.
_WORDS = {
    word: number
    for number, word in enumerate(
        ("één", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen"), start=1
    )
} | {"eén": 1}


@dataclass(frozen=True, slots=True)
class Reading:
    """Who read the words as they stand, and when."""

    reader: str
    on: date


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One report with its words. `writers`: everybody who wrote a version; `base`: to save upon.

    `reading` None: nobody else read these words yet. `is_conflict`: the words have two versions.
    """

    record_id: RecordId
    school: str
    report: SignalReport
    trend: tuple[SignalReport, ...]
    narrative: Standing[SignalNarrative] | None
    base: tuple[RevId, ...]
    writers: tuple[str, ...]
    writer_ids: frozenset[StaffId]
    reading: Reading | None
    is_conflict: bool
    draft: Draft | None

    @property
    def form(self) -> str:
        """The key of the draft of its words."""
        return _form(self.record_id)


@dataclass(frozen=True, slots=True)
class ReportsView:
    """All reports on this laptop, the newest first."""

    lines: tuple[ReportLine, ...]
    names: KnownNames
    own_id: StaffId


def view_reports(desk: Desk) -> ReportsView:
    """What the centre published, and how far its words are."""
    with desk.vault.read() as reader:
        schools = {
            one.record_id: one.body.name
            for one in all_standing(reader.heads(kinds=("school",)), School)
        }
        known = all_standing(reader.heads(kinds=("signal_report",)), SignalReport)
        reports = [
            one
            for one in known
            if desk.may_read("signal_report", desk.relations(one.body.school_id))
        ]
        names = staff_names(reader)
        ordered = sorted(reports, key=lambda one: one.body.first)
        lines = tuple(
            _line(desk, reader, one, schools.get(RecordId(one.body.school_id), ""), names, ordered)
            for one in reversed(ordered)
        )
        return ReportsView(lines, known_names(reader), desk.user.staff_id)


def _line(
    desk: Desk,
    reader: Reader,
    report: Standing[SignalReport],
    school: str,
    names: dict[str, str],
    ordered: list[Standing[SignalReport]],
) -> ReportLine:
    narrative_id = _narrative_id(report.record_id)
    head = reader.head(narrative_id)
    conflict = head is not None and head.is_conflict
    narrative = None if conflict else one_standing(reader, narrative_id, SignalNarrative)
    writers = tuple(dict.fromkeys(one.author for one in reader.history(narrative_id)))
    return ReportLine(
        record_id=report.record_id,
        school=school,
        report=report.body,
        trend=tuple(
            one.body
            for one in ordered
            if one.body.school_id == report.body.school_id and one.body.first <= report.body.first
        ),
        narrative=narrative,
        base=open_base(head),
        writers=tuple(names.get(one, "") for one in writers),
        writer_ids=frozenset(writers),
        reading=_reading(reader, narrative, frozenset(writers), names),
        is_conflict=conflict,
        draft=reader.draft(desk.user.staff_id, _form(report.record_id)),
    )


def _reading(
    reader: Reader,
    narrative: Standing[SignalNarrative] | None,
    writers: frozenset[StaffId],
    names: dict[str, str],
) -> Reading | None:
    """The first reading of exactly this version by somebody who wrote none of them."""
    if narrative is None:
        return None
    for one in all_standing(reader.heads(kinds=("second_reading",)), SecondReading):
        if one.body.read == narrative.revision.rev_id and one.revision.author not in writers:
            return Reading(names.get(one.revision.author, ""), local_day(one.revision.recorded_at))
    return None


def _narrative_id(report_id: RecordId) -> RecordId:
    return derived_record_id("signal_narrative", report_id)


def _form(report_id: RecordId) -> str:
    return f"signal_narrative/{report_id}"


def small_numbers(text: str, least: int) -> tuple[str, ...]:
    """The whole numbers from 1 that are below the smallest count, in digits or written out."""
    words = (one.group() for one in _NUMBER.finditer(text))
    found = {
        word: _WORDS.get(word.casefold(), int(word) if word.isdecimal() else 0) for word in words
    }
    return tuple(word for word, number in found.items() if 0 < number < least)


# --- writing, reading, printing ---


def write_narrative(desk: Desk, line: ReportLine, text: str) -> Outcome[Saved]:
    """Record the words. Refused when there are none, when one of them is a pupil's name, and as
    long as two versions of them wait for a choice.
    """
    if line.is_conflict:
        raise Refused("signal_report.two_versions")
    if not text.strip():
        raise Refused("signal_report.empty_text", field="text")
    with desk.vault.write() as work:
        if known_names(work).find(text):
            raise Refused("signal_report.name_in_text", field="text")
        body = SignalNarrative(report_id=line.record_id, text=text.strip())
        part = Part(body, Where(), _narrative_id(line.record_id), line.base)
        saved = add_parts(desk, work, [part])
        work.drop_draft(desk.user.staff_id, line.form)
    return Outcome(saved, changes_of(saved.revisions))


def approve(desk: Desk, line: ReportLine) -> Outcome[Saved]:
    """The second reader agrees with the words that he or she has before the eyes.

    Refused for who wrote any version of them, and when they changed since.
    """
    if line.narrative is None:
        raise Refused("signal_report.empty_text")
    with desk.vault.write() as work:
        now = work.head(_narrative_id(line.record_id))
        if now is None or now.tips != line.narrative.base:
            raise Refused("signal_report.changed")
        authors = {one.author for one in work.history(now.record_id)}
        if desk.user.staff_id in authors:
            raise Refused("signal_report.own_text")
        body = SecondReading(report_id=line.record_id, read=line.narrative.revision.rev_id)
        saved = add_parts(desk, work, [Part(body, Where())])
    return Outcome(saved, changes_of(saved.revisions))


def report_paper(desk: Desk, record_id: RecordId) -> Printed:
    """The report for the school; printing it is logged. Refused without a second reader."""
    line = next((one for one in view_reports(desk).lines if one.record_id == record_id), None)
    if line is None:
        raise Defect("signal_report.unknown")
    if line.narrative is None or line.reading is None:
        raise Refused("signal_report.not_read")
    with desk.vault.write() as work:
        desk.log(work, "print", kind="signal_report", record_id=record_id, reason="school")
    by = say(
        "signal_report.by",
        writer=", ".join(line.writers),
        reader=line.reading.reader,
        day=day(line.reading.on),
    )
    foot = say("signal_report.foot", centre=desk.centre_name, school=line.school)
    words = PaperText(line.school, period_of(line.report), line.narrative.body.text, by, foot)
    return report_pages(line.report, line.trend, words)


def period_of(report: SignalReport) -> str:
    """01 sep 2026 tot 31 jan 2027."""
    return say("signal_report.period", first=day(report.first), last=day(report.last))

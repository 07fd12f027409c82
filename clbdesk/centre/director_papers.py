"""Papers for the director with names in them: a PDF that its password opens, listed as an export.

No director has a key on a laptop (handbook 3 §8); what a director reads is written at the centre.
The password is made here, told once, and kept nowhere.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from clbdesk.centre.centre import Centre, particulars
from clbdesk.centre.directory import current
from clbdesk.centre.exports import Exported, list_export, write_file
from clbdesk.centre.schema import LEAF
from clbdesk.centre.writing import CENTRE_AUTHOR
from clbdesk.clock import local_day
from clbdesk.domain.care_outcome import MeetingText
from clbdesk.domain.people import School
from clbdesk.domain.revision import Compartment, Role
from clbdesk.errors import Refused
from clbdesk.ids import PupilId, RecordId, SchoolId, StaffId
from clbdesk.reports.locked import new_password
from clbdesk.reports.paper import bind
from clbdesk.reports.school_output import fitted_paper
from clbdesk.standards.phrases import day
from clbdesk.wording import label, say

_MEETINGS = "meeting_text"


@dataclass(frozen=True, slots=True)
class LockedPaper:
    """A paper as it was written."""

    file: str
    password: str


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day, both within it."""

    first: date
    last: date


def write_review(centre: Centre, path: Path, text: str, pupils: Collection[PupilId]) -> LockedPaper:
    """The weekly list of the access log, to read and sign. It stands in no later list itself."""
    done = _Handed("access_review", len(pupils), pupils, action="review")
    return _write(centre, path, text, done)


def write_notice(centre: Centre, path: Path, text: str, pupils: Collection[PupilId]) -> LockedPaper:
    """The notice about a laptop that is lost, with everybody who was on it."""
    return _write(centre, path, text, _Handed("loss_notice", len(pupils), pupils))


def write_meetings(
    centre: Centre, path: Path, school_id: SchoolId, period: Period, director: StaffId, reason: str
) -> LockedPaper:
    """What care meetings of a school released in a period, for a director; one line in the log.

    The same texts as the doctor and the nurse of the school read (decision 0024). Refused without a
    reason, for who is not the director of that school today, and when nothing was released.
    """
    if not reason.strip():
        raise Refused("centre.reason_missing", field="reason")
    with centre.store.reading() as tx:
        people = centre.people.read(tx, centre.centre_id)
        today = local_day(centre.clock.now())
        held = people.memberships.relations(director, Role.DIRECTOR, school_id, today)
        if not people.rights.may_read(Role.DIRECTOR, _MEETINGS, held):
            raise Refused("centre.no_director", field="director")
        told = current(tx, centre.centre_id, MeetingText, LEAF.c.school_id == school_id)
        schools = current(tx, centre.centre_id, School, LEAF.c.record_id == school_id)
    texts = sorted(
        (one.on, label(one.form), one.text)
        for _, one in told.values()
        if period.first <= one.on <= period.last
    )
    if not texts:
        raise Refused("centre.no_meetings")
    name = next(one.name for _, one in schools.values())
    title = say("lost.meetings", school=name, first=day(period.first), last=day(period.last))
    blocks = [f"{day(on)} · {form}\n{text}" for on, form, text in texts]
    about = RecordId(school_id)
    done = _Handed(_MEETINGS, len(texts), (), about=about, by=director, reason=reason.strip())
    return _write(centre, path, "\n\n".join([title, *blocks]), done)


@dataclass(frozen=True, slots=True)
class _Handed:
    """What is handed out, as the list of exports and the access log tell it."""

    kind: str
    count: int
    pupils: Collection[PupilId]
    action: str = "export"
    about: RecordId | None = None
    by: StaffId | None = None
    reason: str = ""


def _write(centre: Centre, path: Path, text: str, handed: _Handed) -> LockedPaper:
    """Nothing stands in the log of a file that could not be written, and no file without its line."""
    password = new_password()
    with centre.store.writing() as tx:
        name = particulars(tx, centre.centre_id).name
        paper = fitted_paper(text, name)
        content = bind([paper], paper.title, password=password).pdf
        list_export(
            tx,
            centre,
            Exported(
                export_id=centre.ids.new(),
                kind=handed.kind,
                count=handed.count,
                content=content,
                pupils=handed.pupils,
                compartment=Compartment.PLANNING,
                action=handed.action,
                record_id=handed.about,
                by=handed.by or CENTRE_AUTHOR,
                role=Role.DIRECTOR if handed.by else Role.CENTRE,
                reason=handed.reason,
            ),
        )
        write_file(path, content)
    return LockedPaper(path.name, password)

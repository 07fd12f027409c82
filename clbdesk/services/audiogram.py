"""A full audiogram of a report from outside: read into the dossier, shown, and never judged.

Who made it and when is compulsory (pages.md §1.2); the thresholds are those of the report. The
limits of audiometry hold (LIM-A): a level that no audiometer gives was typed wrongly.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal

from clbdesk.clock import BRUSSELS, local_day
from clbdesk.domain.body import ExamState, Source
from clbdesk.domain.hearing import FREQUENCIES, Audiogram, Threshold
from clbdesk.errors import Refused
from clbdesk.ids import PupilId, RecordId, RevId, VisitId
from clbdesk.services.desk import Desk
from clbdesk.services.drafts import Draft
from clbdesk.services.outcome import Outcome
from clbdesk.services.pupil import PupilView, view_pupil
from clbdesk.services.reading import Standing, all_standing
from clbdesk.services.records import Part, Saved, add_parts, changes_of
from clbdesk.services.relation import must_read_at
from clbdesk.services.shielding import hidden_from, shieldings_of
from clbdesk.standards.limits import Field, Impossible, check
from clbdesk.storage.vault import Reader
from clbdesk.wording import say

KIND = "audiogram"
# The rows of the form: how an ear was tested, in the order of the page.
ROWS = ("right_air", "right_bone", "left_air", "left_bone")
_NOON = time(12, tzinfo=BRUSSELS)
_CELL = re.compile(r"([-−]?[0-9]+)\s*([mg]*)", re.ASCII)
_MASKED, _SILENT = "m", "g"


@dataclass(frozen=True, slots=True)
class AudiogramView:
    """What the page shows. `known`: newest first; `edited`: the one that is corrected."""

    pupil: PupilView
    today: date
    known: tuple[Standing[Audiogram], ...]
    edited: Standing[Audiogram] | None
    draft: Draft | None

    @property
    def form(self) -> str:
        """The key of the draft."""
        about = self.edited.record_id if self.edited else "new"
        return self.pupil.on_visit.form(f"{KIND}/{about}")

    @property
    def base(self) -> tuple[RevId, ...]:
        """What a correction replaces."""
        return self.edited.base if self.edited else ()


@dataclass(frozen=True, slots=True)
class AudiogramEntry:
    """The form. `cells`: what was typed, by row and frequency."""

    on: date | None = None
    made_by: str = ""
    remark: str = ""
    cells: Mapping[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Missing:
    """What stands in the way: a field ("on", "made_by", or row and frequency), and the sentence."""

    field: str | tuple[str, str]
    sentence: str


def open_audiograms(
    desk: Desk, visit_id: VisitId, pupil_id: PupilId, record_id: RecordId | None = None
) -> AudiogramView:
    """The audiograms of a pupil; opening them is logged.

    `record_id`: the one to correct, None = a new one.
    """
    pupil = view_pupil(desk, visit_id, pupil_id)
    must_read_at(desk, pupil.on_visit.school_id, KIND)
    with desk.vault.read() as reader:
        known = audiograms_of(desk, reader, pupil_id)
        edited = next((one for one in known if one.record_id == record_id), None)
        view = AudiogramView(pupil, local_day(desk.clock.now()), known, edited, None)
        draft = reader.draft(desk.user.staff_id, view.form)
    desk.log_opening(KIND, record_id or RecordId(pupil_id), pupil_id, reason="visit")
    return AudiogramView(pupil, view.today, known, edited, draft)


def audiograms_of(desk: Desk, reader: Reader, pupil_id: PupilId) -> tuple[Standing[Audiogram], ...]:
    """What this user may see of them, the newest measurement first."""
    found = all_standing(reader.heads(kinds=(KIND,), pupil_id=pupil_id), Audiogram)
    hidden = hidden_from(desk.user.staff_id, shieldings_of(reader, pupil_id).values())
    return tuple(
        sorted(
            (one for one in found if one.record_id not in hidden),
            key=lambda one: (one.body.on, one.revision.recorded_at),
            reverse=True,
        )
    )


def entry_of(body: Audiogram) -> AudiogramEntry:
    """A recorded audiogram as it would be typed."""
    return AudiogramEntry(
        on=body.on,
        made_by=body.performed_by_name or "",
        remark=body.remark or "",
        cells={
            (row, hertz): _typed(found)
            for row in ROWS
            for hertz, found in getattr(body, row).items()
        },
    )


def _typed(found: Threshold) -> str:
    marks = (_MASKED if found.masked else "") + (_SILENT if found.no_response else "")
    return f"{found.level_db} {marks}".strip()


def read_threshold(text: str, name: str) -> Threshold | str | None:
    """What a cell says: a threshold, None when it is empty, or the refusal.

    "45", "45 m" (masked), "110 g" (no response); `name`: "Rechts lucht, 4000 Hz".
    """
    typed = text.strip().casefold()
    if not typed:
        return None
    match = _CELL.fullmatch(typed)
    if match is None or len(match[2]) != len(set(match[2])):
        return say("audiogram.unreadable", name=name)
    level = int(match[1].replace("−", "-"))
    wrong = check(Field.HEARING_LEVEL, Decimal(level), label=name)
    if isinstance(wrong, Impossible):
        return wrong.sentence
    return Threshold(level_db=level, masked=_MASKED in match[2], no_response=_SILENT in match[2])


def missing_in(view: AudiogramView, entry: AudiogramEntry) -> Iterator[Missing]:
    """What stands in the way of saving, in the order of the form."""
    born = view.pupil.on_visit.pupil.birth_date
    if entry.on is None:
        yield Missing("on", say("audiogram.choose_day"))
    elif entry.on < born:
        yield Missing("on", say("audiogram.before_birth"))
    elif entry.on > view.today:
        yield Missing("on", say("audiogram.after_today"))
    if not entry.made_by.strip():
        yield Missing("made_by", say("audiogram.fill_maker"))
    measured = False
    for place, text in entry.cells.items():
        found = read_threshold(text, cell_name(*place))
        if isinstance(found, str):
            yield Missing(place, found)
        measured = measured or found is not None
    if not measured:
        yield Missing((ROWS[0], FREQUENCIES[0]), say("audiogram.nothing_typed"))


def cell_name(row: str, hertz: str) -> str:
    """Rechts lucht, 4000 Hz."""
    return say("audiogram.place", row=say(f"audiogram.{row}"), hertz=hertz)


def audiogram_of(view: AudiogramView, entry: AudiogramEntry) -> Audiogram:
    """The record of what can be read now; what is missing is refused on saving."""
    rows: dict[str, dict[str, Threshold]] = {row: {} for row in ROWS}
    for (row, hertz), text in entry.cells.items():
        found = read_threshold(text, cell_name(row, hertz))
        if isinstance(found, Threshold):
            rows[row][hertz] = found
    return Audiogram(
        pupil_id=view.pupil.on_visit.pupil_id,
        state=ExamState.DONE,
        remark=entry.remark.strip() or None,
        source=Source.EXTERNAL_REPORT,
        performed_by_name=entry.made_by.strip() or None,
        on=entry.on or view.today,
        right_air=rows["right_air"],
        right_bone=rows["right_bone"],
        left_air=rows["left_air"],
        left_bone=rows["left_bone"],
    )


def record_audiogram(
    desk: Desk, view: AudiogramView, entry: AudiogramEntry, *, reason: str | None = None
) -> Outcome[Saved]:
    """Record it on the day on which it was made, or correct it with a reason."""
    for missing in missing_in(view, entry):
        raise Refused("audiogram.refused", sentence=missing.sentence)
    body = audiogram_of(view, entry)
    record_id = view.edited.record_id if view.edited else None
    part = Part(body, view.pupil.on_visit.where, record_id, view.base)
    at = None if body.on == view.today else datetime.combine(body.on, _NOON)
    with desk.vault.write() as work:
        saved = add_parts(desk, work, [part], occurred_at=at, reason=reason)
        work.drop_draft(desk.user.staff_id, view.form)
    return Outcome(saved, changes_of(saved.revisions))

"""P22 Signaal noteren: a need of a school in ten strokes; a text with a pupil's name is refused.

A signal goes into the vault of its author, and to the centre from there.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from clbdesk.clock import local_day
from clbdesk.domain.care import CareDomain
from clbdesk.domain.people import School, SchoolLevel
from clbdesk.domain.revision import Compartment
from clbdesk.domain.school_signal import Signal, SignalPriority, SignalSort, SignalSource
from clbdesk.domain.visits import Visit, VisitKind
from clbdesk.errors import Refused
from clbdesk.ids import SchoolId, VisitId
from clbdesk.services.desk import Desk
from clbdesk.services.name_detection import KnownNames, known_names
from clbdesk.services.outcome import Outcome
from clbdesk.services.reading import all_standing
from clbdesk.services.records import Part, Saved, Where, add_parts, changes_of
from clbdesk.services.relation import visit_open_to
from clbdesk.standards.signal_themes import Theme, signal_themes
from clbdesk.storage.vault import Draft, Reader

FORM = "signal/new"
LONGEST = 300


class SignalEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in the strip. `school_id` None: the school of the visit."""

    school_id: SchoolId | None = None
    domain: CareDomain | None = None
    theme: str | None = None
    sort: SignalSort | None = None
    priority: SignalPriority = SignalPriority.USUAL
    text: str = ""


@dataclass(frozen=True, slots=True)
class SchoolChoice:
    """A school that can be chosen."""

    school_id: SchoolId
    name: str
    level: SchoolLevel


@dataclass(frozen=True, slots=True)
class SignalView:
    """What the strip knows of the place where it was opened; `here` None outside a visit."""

    visit_id: VisitId | None
    here: SchoolChoice | None
    schools: tuple[SchoolChoice, ...]
    source: SignalSource
    names: KnownNames
    themes: tuple[Theme, ...]
    draft: Draft | None

    @property
    def where(self) -> Where:
        """Where a draft belongs."""
        return Where(visit_id=self.visit_id)


def open_capture(desk: Desk, visit_id: VisitId | None) -> SignalView:
    """The school and source follow from the visit."""
    with desk.vault.read() as reader:
        visit = visit_open_to(desk, reader, visit_id) if visit_id else None
        schools = _schools(reader)
        school_id = visit.body.school_id if visit else None
        return SignalView(
            visit_id=visit_id if visit else None,
            here=next((one for one in schools if one.school_id == school_id), None),
            schools=schools,
            source=_source(desk, visit.body if visit else None),
            names=known_names(reader),
            themes=signal_themes(),
            draft=reader.draft(desk.user.staff_id, FORM),
        )


def _schools(reader: Reader) -> tuple[SchoolChoice, ...]:
    found = all_standing(reader.heads(kinds=("school",)), School)
    return tuple(
        sorted(
            (SchoolChoice(SchoolId(one.record_id), one.body.name, one.body.level) for one in found),
            key=lambda one: one.name,
        )
    )


def _source(desk: Desk, visit: Visit | None) -> SignalSource:
    if visit is None:
        return SignalSource.GUIDANCE
    if desk.vault.compartment is Compartment.GUIDANCE:
        meets = VisitKind.CARE_MEETING in visit.kinds
        return SignalSource.CARE_MEETING if meets else SignalSource.GUIDANCE
    only_needles = set(visit.kinds) == {VisitKind.VACCINATION}
    return SignalSource.VACCINATION if only_needles else SignalSource.CONTACT


def record_signal(desk: Desk, view: SignalView, entry: SignalEntry) -> Outcome[Saved]:
    """Record a signal and drop its draft; the school it is about is `saved_for`.

    Refused beside the field that is empty, or when a pupil's name stands in the text.
    """
    school = saved_for(view, entry)
    text = entry.text.strip()
    for field, value in (
        ("school", school),
        ("domain", entry.domain),
        ("theme", entry.theme),
        ("sort", entry.sort),
        ("text", text),
    ):
        if not value:
            raise Refused(f"signal.missing_{field}", field=field)
    assert school is not None
    assert entry.domain is not None
    assert entry.theme is not None
    assert entry.sort is not None
    body = Signal(
        school_id=school.school_id,
        level=school.level,
        domain=entry.domain,
        theme=entry.theme,
        sort=entry.sort,
        source=view.source,
        priority=entry.priority,
        text=text,
        on=local_day(desk.clock.now()),
    )
    # About another school one may speak without working there: rights look at the envelope.
    is_here = view.here is not None and view.here.school_id == school.school_id
    where = Where(visit_id=view.visit_id, school_id=school.school_id) if is_here else Where()
    with desk.vault.write() as work:
        if known_names(work).find(text):
            raise Refused("signal.name_in_text", field="text")
        saved = add_parts(desk, work, [Part(body, where)])
        work.drop_draft(desk.user.staff_id, FORM)
    return Outcome(saved, changes_of(saved.revisions))


def saved_for(view: SignalView, entry: SignalEntry) -> SchoolChoice | None:
    """The school that a signal is about."""
    if entry.school_id is None:
        return view.here
    return next((one for one in view.schools if one.school_id == entry.school_id), None)

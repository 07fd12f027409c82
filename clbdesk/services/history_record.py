"""One record of the dossier as text: what it says, what was judged, who, and every version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from clbdesk.clock import local_day
from clbdesk.domain.body import Body, ExamBody, ExamState, Source
from clbdesk.domain.care import ConsultativeNote
from clbdesk.domain.hearing import Audiogram
from clbdesk.domain.intervention import CodeList, Intervention
from clbdesk.domain.judgement import Judgement
from clbdesk.domain.revision import Revision, RevisionStatus, Role
from clbdesk.domain.shielding import Flag
from clbdesk.domain.vaccination import Dose, DoseSource
from clbdesk.errors import Defect
from clbdesk.ids import RecordId, RevId, VisitId
from clbdesk.services.conflict_view import field_label, wording_of
from clbdesk.services.conflicts import body_of
from clbdesk.services.desk import Desk
from clbdesk.services.history_rows import HistoryRow, RowState, performer, shown_version, step_of
from clbdesk.services.intervention_lists import codes_in
from clbdesk.services.signals import seen_by
from clbdesk.services.topic_words import topic_words
from clbdesk.services.vaccination_lines import shown_when
from clbdesk.services.versions import values_of
from clbdesk.services.visits import taken_visits
from clbdesk.standards.intervention_codes import InterventionCodes
from clbdesk.storage.vault import Head, Reader
from clbdesk.wording import label

# Said elsewhere on the page, or ids that say nothing to anybody.
_NOT_SAID = frozenset({"source", "performed_by_name", "based_on", "over", "up_to", "sha256"})


@dataclass(frozen=True, slots=True)
class FieldText:
    """One field of a record, with its unit. The value is a plain value, enum member or struct."""

    label: str
    value: object
    unit: str = ""


@dataclass(frozen=True, slots=True)
class VersionText:
    """One version: who wrote it, when, why, and the fields that the next one changed."""

    at: datetime
    by: str
    role: Role
    is_withdrawn: bool
    reason: str
    was: tuple[FieldText, ...]


@dataclass(frozen=True, slots=True)
class RecordText:
    """One record whole. `step` and `visit_id`: where it can be corrected on this laptop, if so.

    `flags`: why not everybody who asks gets it. `in_hand`: it was made on a visit of this laptop.
    `of_pupil`: False for a topic that only names the pupil; it is changed in its meeting.
    `audiogram`: what is drawn beside the words.
    """

    record_id: RecordId
    row: HistoryRow
    fields: tuple[FieldText, ...]
    judgements: tuple[Judgement, ...]
    assumed: tuple[str, ...]
    performer: str
    author: str
    role: Role
    recorded_at: datetime
    source: str
    versions: tuple[VersionText, ...]
    visit_id: VisitId | None
    step: str | None
    may_withdraw: bool
    flags: tuple[Flag, ...] = ()
    in_hand: bool = False
    of_pupil: bool = True
    audiogram: Audiogram | None = None


# --- one record ---


def record_text(
    desk: Desk, reader: Reader, head: Head, row: HistoryRow, names: Mapping[str, str]
) -> RecordText:
    """The record as it stands, with its versions newest first."""
    version = shown_version(head)
    body = body_of(version)
    codes = codes_in(reader)
    in_hand = version.visit_id is not None and version.visit_id in taken_visits(reader)
    return RecordText(
        record_id=head.record_id,
        row=row,
        fields=_fields(version, body and seen_by(body, desk.user), names, codes),
        judgements=getattr(body, "judgements", ()),
        assumed=tuple(field_label(head.kind, (name,)) for name in getattr(body, "assumed", ())),
        performer=performer(version, body, names),
        author=names.get(version.author, ""),
        role=version.role,
        recorded_at=version.recorded_at,
        source=_source(body, version),
        versions=_versions(desk, reader, head, names, codes),
        visit_id=version.visit_id,
        step=step_of(head.kind, row.moment) if in_hand else None,
        in_hand=in_hand,
        of_pupil=version.pupil_id is not None,
        may_withdraw=row.state in {RowState.SAVED, RowState.CORRECTED, RowState.NOT_DONE}
        and version.pupil_id is not None
        and desk.may_write(head.kind),
        audiogram=body if isinstance(body, Audiogram) else None,
    )


def _versions(
    desk: Desk,
    reader: Reader,
    head: Head,
    names: Mapping[str, str],
    codes: InterventionCodes,
) -> tuple[VersionText, ...]:
    """Newest first; each with what the one before it said where they differ."""
    by_id = {one.rev_id: one for one in reader.history(head.record_id)}
    made = []
    for version in reversed(_in_order(by_id)):
        before = by_id.get(version.base[-1]) if version.base else None
        made.append(
            VersionText(
                at=version.recorded_at,
                by=names.get(version.author, ""),
                role=version.role,
                is_withdrawn=version.status is RevisionStatus.WITHDRAWN,
                reason=version.reason or "",
                was=_changed(desk, before, version, names, codes),
            )
        )
    return tuple(made)


def _in_order(by_id: Mapping[RevId, Revision]) -> list[Revision]:
    """Each after what it replaces: clocks of two laptops may say otherwise."""
    placed: dict[RevId, Revision] = {}
    waiting = list(by_id.values())
    while waiting:
        ready = [one for one in waiting if all(rev in placed for rev in one.base if rev in by_id)]
        if not ready:
            raise Defect("history.unknown_record")
        placed |= {one.rev_id: one for one in ready}
        waiting = [one for one in waiting if one.rev_id not in placed]
    return list(placed.values())


def _changed(
    desk: Desk,
    before: Revision | None,
    version: Revision,
    names: Mapping[str, str],
    codes: InterventionCodes,
) -> tuple[FieldText, ...]:
    old, new = body_of(before) if before else None, body_of(version)
    if old is None or new is None:
        return ()
    old, new = seen_by(old, desk.user), seen_by(new, desk.user)
    now = {one.label: one.value for one in _fields(version, new, names, codes)}
    was = _fields(version, old, names, codes)
    return tuple(one for one in was if now.get(one.label) != one.value)


def _fields(
    version: Revision, body: Body | None, names: Mapping[str, str], codes: InterventionCodes
) -> tuple[FieldText, ...]:
    if body is None:
        return ()
    found = []
    for path, value in values_of(body).items():
        if value is None or value in ("", (), False) or path[0] in _NOT_SAID:
            continue
        unit = wording_of(f"conflicts.unit.{path[0]}") if not isinstance(value, ExamState) else ""
        told = _told_by_code(body, path, value, codes, local_day(version.occurred_at))
        if told != "":
            words = _in_words(value, names) if told is None else told
            found.append(FieldText(field_label(version.kind, path), words, unit))
    return tuple(found)


def _told_by_code(
    body: Body, path: tuple[str, ...], value: object, codes: InterventionCodes, on: date
) -> object:
    """A field that is a code or a day known in part; None = as it stands, empty = not shown."""
    match body:
        case Intervention() if path[0] in list(CodeList):
            return codes.words(CodeList(path[0]), str(value), body.on)
        case ConsultativeNote():
            return topic_words(body, path[0], codes, on)
        case Dose() if path == ("on",):
            return shown_when(body.on)
    return None


def _in_words(value: object, names: Mapping[str, str]) -> object:
    """Members of staff by name, codes by their word; the rest as it is."""
    if isinstance(value, tuple):
        return tuple(_in_words(one, names) for one in value)
    if type(value) is str:
        return names.get(value) or wording_of(f"conflicts.word.{value}", value)
    return value


def _source(body: Body | None, version: Revision) -> str:
    """Where it comes from, when that is not this centre's own work."""
    if isinstance(body, ExamBody) and body.source is not Source.CLB:
        return label(body.source)
    if isinstance(body, Dose) and body.source is not DoseSource.OWN:
        return label(body.source)
    return label(Source.IMPORT) if version.role is Role.CENTRE else ""

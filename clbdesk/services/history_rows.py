"""The timeline of a pupil: one row per record, newest first, without clinical values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from clbdesk.clock import local_day
from clbdesk.domain.body import Body, ExamBody, ExamState
from clbdesk.domain.contact import Background
from clbdesk.domain.data_class import Relation
from clbdesk.domain.follow_up import Referral, Task
from clbdesk.domain.guidance_request import ReleasedSummary
from clbdesk.domain.intervention import CodeList, Intervention
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.letters import Letter
from clbdesk.domain.revision import Compartment, Revision, RevisionStatus
from clbdesk.domain.rights import SUMMARIES
from clbdesk.domain.vaccination import Consent, ConsentChoice, Dose, DoseSource, DoseStatus
from clbdesk.domain.visits import Attendance, AttendanceState, Contact, ContactMoment, VisitPupil
from clbdesk.ids import PupilId, RecordId
from clbdesk.services.conflict_view import wording_of
from clbdesk.services.conflicts import body_of
from clbdesk.services.crossing import is_over
from clbdesk.services.desk import Desk
from clbdesk.services.history_domains import domains_of
from clbdesk.services.intervention_lists import codes_in
from clbdesk.services.named_topics import named_items
from clbdesk.services.reading import all_standing, staff_names
from clbdesk.services.shielding import hidden_from, shieldings_of
from clbdesk.standards.intervention_codes import InterventionCodes
from clbdesk.standards.moments import parts_of
from clbdesk.standards.phrases import day as shown_day
from clbdesk.standards.vaccination.validity import Counts
from clbdesk.storage.vault import Head, Reader
from clbdesk.wording import label, say

_WHOLE_DAY = len("2026-11-23")
# What only says that somebody stood on a list, or is shown in the banner anyway.
_NOT_SHOWN = frozenset({"pupil", "visit_pupil", "shielding"})
_VACCINATION = frozenset(
    {
        "consent",
        "doctor_order",
        "dose",
        "identity_check",
        "prescreen",
        "observation",
        "vaccination_status",
    }
)
_FOLLOW_UP = frozenset({"referral", "task", "letter"})
_GUIDANCE = frozenset({"intervention", "guidance_request", "released_summary"})
_DISCLOSURE = frozenset({"school_message", "access_request"})
# Kinds that are no part of a step in contact_parts.csv, and the step that they are typed on.
BESIDE = {
    "background": "questionnaire",
    "parent_height": "growth",
    "audiogram": "hearing",
    "growth_reference": "growth",
    "care_question": "signals",
    "referral": "decision",
}


class Group(StrEnum):
    """The filters of the timeline."""

    CONTACT = "contact"
    VACCINATION = "vaccination"
    FOLLOW_UP = "follow_up"
    GUIDANCE = "guidance"
    DISCLOSURE = "disclosure"
    PLANNING = "planning"


class RowState(StrEnum):
    """How a record stands."""

    SAVED = "saved"
    CORRECTED = "corrected"
    NOT_DONE = "not_done"
    WITHDRAWN = "withdrawn"
    TWO_VERSIONS = "two_versions"
    NEWER = "newer"


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One record of the timeline. `about`: what it is about, without clinical values.

    `domains`: in words, what it is narrowed by; `is_shielded`: not everybody who asks gets it.
    `not_done`: the state of a test that was not done; `counts`: of a dose that was given.
    """

    record_id: RecordId
    kind: str
    group: Group
    on: date
    at: datetime
    moment: ContactMoment | None
    word: str
    about: str
    by: str
    state: RowState
    not_done: ExamState | None
    counts: Counts | None
    domains: tuple[str, ...] = ()
    is_shielded: bool = False


def step_of(kind: str, moment: ContactMoment | None = None) -> str | None:
    """The step on which a kind of record is made, at this moment or at any; None without one."""
    if kind in _VACCINATION:
        return "vaccination"
    for one in (moment,) if moment else tuple(ContactMoment):
        for step, parts in parts_of(one).items():
            if kind in {part.kind for part in parts}:
                return step
    return BESIDE.get(kind)


def rows_of(
    desk: Desk,
    reader: Reader,
    pupil_id: PupilId,
    counts: Mapping[RecordId, Counts],
    relation: frozenset[Relation],
) -> tuple[HistoryRow, ...]:
    """Everything of this pupil that the user may see in this relation; of presence an absence."""
    names, moments = staff_names(reader), moments_of(reader, pupil_id)
    shieldings = shieldings_of(reader, pupil_id)
    hidden = hidden_from(desk.user.staff_id, shieldings.values())
    shielded = frozenset(one for one, flags in shieldings.items() if flags.flags)
    named = [one.head for one in named_items(reader, pupil_id).values()]
    heads = [
        head
        for head in (*reader.heads(pupil_id=pupil_id, include_withdrawn=True), *named)
        if head.kind not in _NOT_SHOWN
        and desk.may_read(head.kind, relation)
        and head.record_id not in hidden
        and not crossed_no_more(desk, head)
    ]
    codes = codes_in(reader)
    shown = [
        row_of(reader, head, names, moments, counts, codes=codes, shielded=shielded)
        for head in heads
        if not _is_ordinary(head)
    ]
    return tuple(sorted(shown, key=lambda row: (row.at, row.record_id), reverse=True))


def crossed_no_more(desk: Desk, head: Head) -> bool:
    """Whether a summary may no longer be read here: taken back, or its consent ended."""
    if desk.vault.compartment is Compartment.MEDICAL or head.kind not in SUMMARIES:
        return False
    version = shown_version(head)
    body = body_of(version)
    withdrawn = version.status is RevisionStatus.WITHDRAWN
    return isinstance(body, ReleasedSummary) and (
        withdrawn or is_over(body, local_day(desk.clock.now()))
    )


def _is_ordinary(head: Head) -> bool:
    """Presence is the rule; only an absence is something to know afterwards."""
    body = body_of(shown_version(head))
    return isinstance(body, Attendance) and body.state is not AttendanceState.ABSENT


def row_of(
    reader: Reader,
    head: Head,
    names: Mapping[str, str],
    moments: Mapping[date | str, ContactMoment],
    counts: Mapping[RecordId, Counts],
    *,
    codes: InterventionCodes | None = None,
    shielded: frozenset[RecordId] = frozenset(),
) -> HistoryRow:
    """One record as a row. `codes`: the lists of interventions, read here when not given."""
    version = shown_version(head)
    body = body_of(version)
    on = local_day(version.occurred_at)
    moment = moments.get(version.visit_id or "") or moments.get(on)
    if head.kind == "audiogram":  # made elsewhere, on a day of its own
        moment = None
    codes = codes or codes_in(reader)
    return HistoryRow(
        record_id=head.record_id,
        kind=head.kind,
        group=_group(head.kind),
        on=on,
        at=version.occurred_at,
        moment=moment,
        word=wording_of(f"conflicts.kind.{head.kind}", head.kind),
        about=_about(body, codes),
        by=performer(version, body, names),
        state=_state(reader, head, version, body),
        not_done=body.state
        if isinstance(body, ExamBody) and body.state is not ExamState.DONE
        else None,
        counts=counts.get(head.record_id),
        domains=domains_of(body, version, step_of(head.kind, moment), codes),
        is_shielded=head.record_id in shielded,
    )


def _state(reader: Reader, head: Head, version: Revision, body: Body | None) -> RowState:
    if body is None:
        return RowState.NEWER
    if head.is_conflict:
        return RowState.TWO_VERSIONS
    if version.status is RevisionStatus.WITHDRAWN:
        return RowState.WITHDRAWN
    if isinstance(body, ExamBody) and body.state is not ExamState.DONE:
        return RowState.NOT_DONE
    if isinstance(body, Dose) and body.status is DoseStatus.NOT_GIVEN:
        return RowState.NOT_DONE
    return RowState.CORRECTED if len(reader.history(head.record_id)) > 1 else RowState.SAVED


def _about(body: Body | None, codes: InterventionCodes) -> str:
    if isinstance(body, Intervention):
        function = codes.words(CodeList.FUNCTION, body.function, body.on)
        return f"{function} · {codes.words(CodeList.SUBJECT, body.subject, body.on)}"
    if isinstance(body, Dose):
        number = f" {body.dose_number}" if body.dose_number else ""
        named = f" {body.product}" if body.product else ""
        # The day of the row is exact; of a month or a year it is only the first.
        about = "" if len(body.on) == _WHOLE_DAY else f" ({body.on})"
        return f"{body.vaccine}{number}{named}{about}"
    if isinstance(body, Consent):
        return _answer(body)
    if isinstance(body, Background):
        return label(body.item)
    if isinstance(body, Referral):
        return label(body.to)
    if isinstance(body, Task):
        return label(body.task)
    if isinstance(body, Letter):
        return label(body.document)
    return ""


def _answer(form: Consent) -> str:
    """Of which vaccines, and what was chosen when it is not the yes that the word says."""
    vaccines = ", ".join(form.vaccines)
    if form.withdrawn_on is not None:
        return say("history.consent_back", vaccines=vaccines, day=shown_day(form.withdrawn_on))
    if form.choice is ConsentChoice.CLB:
        return vaccines
    return f"{vaccines} · {label(form.choice)}"


def _group(kind: str) -> Group:
    if kind in _VACCINATION or kind == "incident":
        return Group.VACCINATION
    if kind in _DISCLOSURE:
        return Group.DISCLOSURE
    if kind in _FOLLOW_UP:
        return Group.FOLLOW_UP
    if kind in _GUIDANCE:
        return Group.GUIDANCE
    known = KINDS.get(kind)
    if known is None or known.compartment is Compartment.MEDICAL:
        return Group.CONTACT
    guidance = known.compartment is Compartment.GUIDANCE
    return Group.GUIDANCE if guidance else Group.PLANNING


def moments_of(reader: Reader, pupil_id: PupilId) -> dict[date | str, ContactMoment]:
    """The contact moment by visit, and by day for what was brought from an older program."""
    found: dict[date | str, ContactMoment] = {}
    for contact in all_standing(reader.heads(kinds=("contact",), pupil_id=pupil_id), Contact):
        found[local_day(contact.revision.occurred_at)] = contact.body.moment
    for one in all_standing(reader.heads(kinds=("visit_pupil",), pupil_id=pupil_id), VisitPupil):
        if one.body.moment is not None:
            found[one.body.visit_id] = one.body.moment
    return found


def performer(version: Revision, body: Body | None, names: Mapping[str, str]) -> str:
    """Who did it, which is not always who typed it."""
    if isinstance(body, ExamBody):
        named = body.performed_by_name or names.get(body.performed_by or "", "")
        if named:
            return named
    if isinstance(body, Dose):
        return names.get(body.vaccinator or "", "") if body.source is DoseSource.OWN else ""
    return names.get(version.author, "")


def shown_version(head: Head) -> Revision:
    """The version that stands; of a record that was withdrawn whole, the last one."""
    return max(head.final or head.leaves, key=lambda leaf: (leaf.recorded_at, leaf.rev_id))

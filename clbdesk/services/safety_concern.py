"""P23 Verontrusting: written literally, never alone, readable for the members of its circle only.

What is stored and sent is ciphertext; the pupil stands inside it. A draft is sealed to its author.
What this does not hide: that somebody wrote a concern, and when.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import msgspec

from clbdesk.clock import local_day
from clbdesk.domain.body import decode
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.names import normalise
from clbdesk.domain.people import Pupil
from clbdesk.domain.revision import Revision, RevisionStatus
from clbdesk.domain.safety import ConcernContent, ConcernFact, ConcernStep, SafetyConcern
from clbdesk.errors import Refused
from clbdesk.ids import PupilId, RecordId, RevId, StaffId
from clbdesk.services.circle import Member, members
from clbdesk.services.desk import Desk
from clbdesk.services.drafts import Draft, keep_draft
from clbdesk.services.named_topics import whose_name
from clbdesk.services.outcome import Outcome
from clbdesk.services.reading import all_standing
from clbdesk.services.records import Part, Saved, Where, add_parts, changes_of
from clbdesk.standards.safety import EmergencyNumber, emergency_numbers, latest_review
from clbdesk.storage.sealing import public_key_of, seal, unseal
from clbdesk.storage.vault import Head, Reader
from clbdesk.wording import say

KIND = "safety_concern"


class ConcernEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on the page; `circle`: beside the author and with whom it was discussed."""

    pupil_id: PupilId | None = None
    pupil_name: str = ""
    facts: tuple[ConcernFact, ...] = ()
    words: str = ""
    seen_by: StaffId | None = None
    safe_now: bool | None = None
    assessment: str = ""
    discussed_with: StaffId | None = None
    circle: tuple[StaffId, ...] = ()
    steps: tuple[ConcernStep, ...] = ()
    anonymous_advice: bool | None = None
    parents_informed: bool | None = None
    parents_reason: str = ""
    pupil_view: str = ""
    decision: str = ""
    decided_by: str = ""
    review_on: date | None = None
    not_for_parents: bool = True


@dataclass(frozen=True, slots=True)
class ConcernVersion:
    """A version that this user can open."""

    revision: Revision
    circle: tuple[StaffId, ...]
    content: ConcernContent


@dataclass(frozen=True, slots=True)
class ConcernLine:
    """A concern in the list of who is in its circle.

    `is_alone`: discussed with nobody yet; `is_due`: to be looked at again by today. `is_waiting`:
    the centre has it not yet, and so has nobody of the circle; `is_apart`: the centre keeps it
    apart, and nobody gets it.
    """

    record_id: RecordId
    pupil: str
    review_on: date
    is_alone: bool
    is_due: bool
    is_closed: bool
    is_waiting: bool
    is_apart: bool


@dataclass(frozen=True, slots=True)
class PupilChoice:
    """A pupil on this laptop."""

    pupil_id: PupilId
    name: str
    born: date


@dataclass(frozen=True, slots=True)
class ConcernView:
    """What the page shows. `opened`: the versions of one concern, newest first; two = merge them.

    `draft`: what stood on the page when it was left; `may_write`: this laptop can seal; `waiting`:
    how many revisions go out with the next synchronisation, in the order of writing.
    """

    today: date
    me: StaffId
    members: tuple[Member, ...]
    pupils: tuple[PupilChoice, ...]
    mine: tuple[ConcernLine, ...]
    record_id: RecordId | None
    opened: tuple[ConcernVersion, ...]
    base: tuple[RevId, ...]
    draft: ConcernEntry | None
    draft_at: datetime | None
    numbers: tuple[EmergencyNumber, ...]
    latest_review: date
    may_write: bool
    waiting: int

    @property
    def form(self) -> str:
        """The key of its draft; it says nothing of whom it is about."""
        return _form(self.record_id)

    def name_of(self, staff_id: StaffId) -> str:
        """A member of the circle by name."""
        return next((one.name for one in self.members if one.staff_id == staff_id), "")


def _form(record_id: RecordId | None) -> str:
    return f"{KIND}/{record_id or 'new'}"


def open_concern(desk: Desk, record_id: RecordId | None) -> ConcernView:
    """The page, empty or with a concern of a circle that this user is in; opening one is logged.

    Refused when it is not sealed for this user on this laptop.
    """
    with desk.vault.read() as reader:
        known = members(reader)
        head = reader.head(record_id) if record_id else None
        opened = _opened(desk, head)
        if record_id is not None and not opened:
            raise Refused("concern.not_in_circle")
        draft = reader.draft(desk.user.staff_id, _form(record_id))
        pupils = _pupils(reader)
        today = local_day(desk.clock.now())
        view = ConcernView(
            today=today,
            me=desk.user.staff_id,
            members=known,
            pupils=pupils,
            mine=_mine(desk, reader, {one.pupil_id: one.name for one in pupils}),
            record_id=record_id,
            opened=opened,
            base=head.tips if head and len(opened) == len(head.leaves) else _base_of(opened),
            draft=_unsealed_draft(desk, draft),
            draft_at=draft.saved_at if draft else None,
            numbers=emergency_numbers(),
            latest_review=latest_review(today),
            may_write=bool(desk.own_key),
            waiting=reader.outbox_count(),
        )
    if record_id is not None:
        desk.log_opening(kind=KIND, record_id=record_id, reason="circle")
    return view


def opened_about(
    desk: Desk, reader: Reader, pupil_id: PupilId
) -> tuple[tuple[Head, tuple[ConcernVersion, ...]], ...]:
    """The concerns about a pupil with every version that this user can open, newest first.

    One that was written with a name alone is about the one pupil here of that whole name.
    """
    found = []
    pupils = all_standing(reader.heads(kinds=("pupil",)), Pupil)
    for head in reader.heads(kinds=(KIND,)):
        known = (_version(desk, one) for one in reader.history(head.record_id))
        opened = tuple(one for one in known if one is not None)
        about = {
            one.content.pupil_id or whose_name(one.content.pupil_name, pupils) for one in opened
        }
        if pupil_id in about:
            found.append((head, tuple(reversed(opened))))
    return tuple(found)


def _base_of(opened: tuple[ConcernVersion, ...]) -> tuple[RevId, ...]:
    """A version that one cannot open is not replaced: it goes on standing beside."""
    return tuple(one.revision.rev_id for one in opened)


def _opened(desk: Desk, head: Head | None) -> tuple[ConcernVersion, ...]:
    if head is None:
        return ()
    versions = [
        one
        for leaf in head.leaves
        if leaf.status is RevisionStatus.FINAL and (one := _version(desk, leaf)) is not None
    ]
    return tuple(sorted(versions, key=lambda one: one.revision.recorded_at, reverse=True))


def _version(desk: Desk, revision: Revision) -> ConcernVersion | None:
    if revision.kind_version > KINDS[KIND].version:
        return None
    body = decode(revision.body, SafetyConcern)
    content = unseal(body.box, body.keys, desk.own_key)
    if content is None:
        return None
    opened = msgspec.json.decode(content, type=ConcernContent)
    return ConcernVersion(revision, opened.circle or body.circle, opened)


def _pupils(reader: Reader) -> tuple[PupilChoice, ...]:
    found = [
        PupilChoice(
            PupilId(one.record_id),
            f"{one.body.given_name} {one.body.family_name}",
            one.body.birth_date,
        )
        for one in all_standing(reader.heads(kinds=("pupil",)), Pupil)
    ]
    return tuple(sorted(found, key=lambda one: (normalise(one.name), one.pupil_id)))


def _mine(desk: Desk, reader: Reader, names: dict[PupilId, str]) -> tuple[ConcernLine, ...]:
    lines = []
    waiting = reader.outbox_of(KIND)
    apart = {one.revision.rev_id for one in reader.quarantined()}
    for head in reader.heads(kinds=(KIND,)):
        opened = _opened(desk, head)
        if opened:
            versions = {one.revision.rev_id for one in opened}
            content = opened[0].content
            name = names.get(content.pupil_id, "") if content.pupil_id else content.pupil_name
            lines.append(
                ConcernLine(
                    head.record_id,
                    name or content.pupil_name,
                    content.review_on,
                    is_alone=not content.discussed_with,
                    is_due=content.review_on <= local_day(desk.clock.now()),
                    is_closed=bool(content.decision),
                    is_waiting=not versions.isdisjoint(waiting),
                    is_apart=not versions.isdisjoint(apart),
                )
            )
    return tuple(sorted(lines, key=lambda one: (one.is_closed, one.review_on, one.record_id)))


def entry_of(version: ConcernVersion, me: StaffId) -> ConcernEntry:
    """An opened concern as a form."""
    content = version.content
    others = [one for one in version.circle if one not in {me, *content.discussed_with[:1]}]
    return ConcernEntry(
        pupil_id=content.pupil_id,
        pupil_name=content.pupil_name,
        facts=content.facts,
        words=content.words,
        seen_by=content.seen_by,
        safe_now=content.safe_now,
        assessment=content.assessment,
        discussed_with=content.discussed_with[0] if content.discussed_with else None,
        circle=tuple(others),
        steps=content.steps,
        anonymous_advice=content.anonymous_advice,
        parents_informed=content.parents_informed,
        parents_reason=content.parents_reason,
        pupil_view=content.pupil_view,
        decision=content.decision,
        decided_by=content.decided_by,
        review_on=content.review_on,
        not_for_parents=content.not_for_parents,
    )


def circle_of(view: ConcernView, entry: ConcernEntry) -> tuple[StaffId, ...]:
    """The author, with whom it was discussed, who saw it, and who was added; each once."""
    with_keys = {one.staff_id for one in view.members}
    wanted = (view.me, entry.discussed_with, *entry.circle)
    return tuple(dict.fromkeys(one for one in wanted if one is not None and one in with_keys))


# --- drafts ---


def keep_concern_draft(desk: Desk, form: str, entry: ConcernEntry) -> Draft:
    """Keep what was typed, sealed to its author; nothing says whom it is about."""
    box, keys = seal(msgspec.json.encode(entry), [public_key_of(desk.own_key)])
    sealed = SafetyConcern(box=box, keys=keys)
    return keep_draft(desk, form, Where(), (), msgspec.json.encode(sealed).decode())


def _unsealed_draft(desk: Desk, draft: Draft | None) -> ConcernEntry | None:
    if draft is None:
        return None
    body = decode(draft.content, SafetyConcern)
    content = unseal(body.box, body.keys, desk.own_key)
    return None if content is None else msgspec.json.decode(content, type=ConcernEntry)


# --- saving ---


@dataclass(frozen=True, slots=True)
class MissingInConcern:
    """What keeps a concern from being saved, and the field it is about."""

    field: str
    text: str


def missing_in_concern(view: ConcernView, entry: ConcernEntry) -> tuple[MissingInConcern, ...]:
    """In reading order. Alone is allowed until the day of the review."""
    facts = [one for one in entry.facts if one.text or one.at or one.source]
    review = entry.review_on
    needs = {
        "pupil": bool(entry.pupil_id or entry.pupil_name),
        "facts": bool(facts) and all(one.text and one.at and one.source for one in facts),
        "seen_by": entry.seen_by is not None,
        "safe_now": entry.safe_now is not None,
        "parents": entry.parents_informed is not None,
        "parents_reason": entry.parents_informed is not False or bool(entry.parents_reason),
        "review_on": review is not None and view.today <= review <= view.latest_review,
        "discussed_with": entry.discussed_with is not None or not _is_late(view),
        "decided_by": bool(entry.decided_by) or not entry.decision,
    }
    return tuple(
        MissingInConcern(field, say(f"concern.missing_{field}"))
        for field, is_there in needs.items()
        if not is_there
    )


def _is_late(view: ConcernView) -> bool:
    """Whether it was to be looked at again by today."""
    return any(one.content.review_on <= view.today for one in view.opened)


def record_concern(
    desk: Desk, view: ConcernView, entry: ConcernEntry, *, reason: str | None = None
) -> Outcome[Saved]:
    """Seal it to its circle and to the centre's recovery key, and drop the draft.

    Refused while something is missing, or where nobody unlocked with a key of his or her own.
    """
    missing = missing_in_concern(view, entry)
    if missing:
        raise Refused("concern.not_whole", field=missing[0].field, first=missing[0].text)
    if not desk.own_key:
        raise Refused("concern.no_key")
    circle = circle_of(view, entry)
    public = [key for one in view.members if one.staff_id in circle for key in one.keys]
    public.append(public_key_of(desk.own_key))
    if desk.recovery_key:
        public.append(desk.recovery_key)
    box, keys = seal(msgspec.json.encode(_content(entry, circle)), public)
    body = SafetyConcern(box=box, keys=keys)
    with desk.vault.write() as work:
        part = Part(body, Where(), view.record_id, view.base)
        saved = add_parts(desk, work, [part], reason=reason)
        work.drop_draft(desk.user.staff_id, view.form)
    return Outcome(saved, changes_of(saved.revisions))


def _content(entry: ConcernEntry, circle: tuple[StaffId, ...]) -> ConcernContent:
    assert entry.seen_by is not None
    assert entry.safe_now is not None
    assert entry.parents_informed is not None
    assert entry.review_on is not None
    return ConcernContent(
        pupil_id=entry.pupil_id,
        pupil_name=entry.pupil_name,
        facts=tuple(one for one in entry.facts if one.text),
        words=entry.words,
        seen_by=entry.seen_by,
        safe_now=entry.safe_now,
        assessment=entry.assessment,
        discussed_with=(entry.discussed_with,) if entry.discussed_with else (),
        steps=entry.steps,
        anonymous_advice=entry.anonymous_advice,
        parents_informed=entry.parents_informed,
        parents_reason=entry.parents_reason,
        pupil_view=entry.pupil_view,
        decision=entry.decision,
        decided_by=entry.decided_by,
        review_on=entry.review_on,
        not_for_parents=entry.not_for_parents,
        circle=circle,
    )

"""Inzage voorbereiden (P17): what one requester may see of a dossier, item by item, and the bundle.

Nobody sees a dossier without a conversation: the bundle is the paper for it. What is left out and
why is shown to the staff; the paper never says that, or how much. The health part goes along only
when a doctor makes the bundle (handbook 3 §2.4 A1–A7).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date

from clbdesk.clock import local_day
from clbdesk.domain.capacity import Guardian, Relationship
from clbdesk.domain.development import is_closed_to_parents
from clbdesk.domain.disclosing import AccessRequest, AccessWay, Requester
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.people import Pupil
from clbdesk.domain.revision import Compartment, Revision, RevisionStatus, Role
from clbdesk.domain.rights import SUMMARIES
from clbdesk.domain.shielding import Flag, Shielding
from clbdesk.errors import Defect, Refused
from clbdesk.ids import PupilId, RecordId, RevId, VisitId
from clbdesk.reports.access_bundle import AccessBundle, access_bundle
from clbdesk.reports.paper import Printed
from clbdesk.services.access_concerns import concern_items
from clbdesk.services.access_paper import bundle_item
from clbdesk.services.capacity import Capacity, capacity_form, capacity_of
from clbdesk.services.conflicts import body_of
from clbdesk.services.desk import Desk
from clbdesk.services.history_record import RecordText, record_text
from clbdesk.services.history_rows import moments_of, row_of, shown_version
from clbdesk.services.named_topics import named_items
from clbdesk.services.outcome import Outcome
from clbdesk.services.pupil import PupilView, view_pupil
from clbdesk.services.reading import Standing, all_standing, one_standing, staff_names
from clbdesk.services.records import Part, Saved, Where, add_parts, changes_of
from clbdesk.services.relation import must_be_near, relations_to
from clbdesk.services.shielding import hidden_from, shieldings_of
from clbdesk.services.wrong_pupil import AWAY as NEEDLE_AWAY
from clbdesk.standards.access_matrix import Asker, Item, Why, is_co_signed, why_not
from clbdesk.standards.phrases import long_day
from clbdesk.standards.retention import working_days_after
from clbdesk.storage.vault import Draft, Head, Reader
from clbdesk.wording import label

# What says nothing by itself: being on a list, and the container of a contact.
_WITHOUT_WORDS = frozenset({"visit_pupil", "contact"})
WRONG_PUPIL = "verkeerde leerling"


@dataclass(frozen=True, slots=True)
class AccessView:
    """The page as it opens: who it is, who decides, and what was asked before, newest first."""

    pupil: PupilView
    capacity: Capacity
    today: date
    requests: tuple[Standing[AccessRequest], ...]
    may_sign: bool
    draft: Draft | None
    capacity_draft: Draft | None


@dataclass(frozen=True, slots=True)
class Asked:
    """The form. `permission`: the competent pupil's own words; `weighed`: the helper agrees."""

    requester: Requester
    name: str
    way: AccessWay
    received_on: date
    permission: str = ""
    weighed: bool = False
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Weighed:
    """One item of the dossier for this requester: given when there is no reason against it.

    `is_sealed`: of a closed circle; the request that colleagues read does not name it.
    """

    text: RecordText
    rev_id: RevId
    against: tuple[Why, ...]
    is_sealed: bool = False


@dataclass(frozen=True, slots=True)
class Bundle:
    """The paper for the conversation, and the request that was recorded with it."""

    printed: Printed
    saved: Saved


def open_access(desk: Desk, visit_id: VisitId, pupil_id: PupilId) -> AccessView:
    """Open the page, and log that a request is being prepared."""
    view = view_access(desk, visit_id, pupil_id)
    desk.log_opening(
        kind="pupil", record_id=RecordId(pupil_id), pupil_id=pupil_id, reason="access_request"
    )
    return view


def open_capacity(desk: Desk, visit_id: VisitId, pupil_id: PupilId) -> AccessView:
    """Open who decides about the pupil and how long is kept, and log it."""
    view = view_access(desk, visit_id, pupil_id)
    desk.log_opening(
        kind="competence",
        record_id=derived_record_id("competence", pupil_id),
        pupil_id=pupil_id,
        reason="capacity",
    )
    return view


def view_access(desk: Desk, visit_id: VisitId, pupil_id: PupilId) -> AccessView:
    """The same without a line in the log: the page looks again after a saving."""
    pupil = view_pupil(desk, visit_id, pupil_id)
    today = local_day(desk.clock.now())
    with desk.vault.read() as reader:
        return AccessView(
            pupil=pupil,
            capacity=capacity_of(reader, pupil_id, pupil.on_visit.pupil.birth_date, today),
            today=today,
            requests=tuple(
                reversed(
                    all_standing(
                        reader.heads(kinds=("access_request",), pupil_id=pupil_id), AccessRequest
                    )
                )
            ),
            may_sign=desk.user.role is Role.DOCTOR,
            draft=reader.draft(desk.user.staff_id, access_form(pupil_id)),
            capacity_draft=reader.draft(desk.user.staff_id, capacity_form(pupil_id)),
        )


def access_form(pupil_id: PupilId) -> str:
    """The key of the draft of a request."""
    return f"access_request/{pupil_id}"


def weigh(desk: Desk, pupil_id: PupilId, asked: Asked) -> tuple[Weighed, ...]:
    """Every item of this dossier on this laptop with what stands against giving it, newest first."""
    with desk.vault.read() as reader:
        return _weigh(desk, reader, pupil_id, asked)


def make_bundle(desk: Desk, pupil_id: PupilId, asked: Asked) -> Outcome[Bundle]:
    """The bundle as PDF; the request is recorded with its checksum, and the log has a line.

    Refused without a name, for a health part signed by anybody but a doctor, for a permission that
    was not weighed, for a colleague who is kept from an item, or when nothing may be given.
    """
    if not asked.name.strip():
        raise Refused("access.name_missing", field="name")
    if asked.signed and desk.user.role is not Role.DOCTOR:
        raise Refused("access.doctor_only", field="signed")
    if asked.permission.strip() and not asked.weighed:
        raise Refused("access.not_weighed", field="weighed")
    today = local_day(desk.clock.now())
    with desk.vault.write() as work:
        if hidden_from(desk.user.staff_id, shieldings_of(work, pupil_id).values()):
            raise Refused("access.colleague_makes_it", field="requester")
        given = [one for one in _weigh(desk, work, pupil_id, asked) if not one.against]
        if not given:
            raise Refused("access.nothing_to_give", field="requester")
        pupil = _pupil(work, pupil_id)
        person = _person(_capacity(work, pupil_id, pupil, today), asked.requester)
        printed = access_bundle(_paper(desk, pupil, asked, given, today))
        body = AccessRequest(
            pupil_id=pupil_id,
            requester=asked.requester,
            requester_name=asked.name.strip(),
            person_id=person.record_id if person else None,
            way=asked.way,
            received_on=asked.received_on,
            due_on=working_days_after(asked.received_on, "INZ-1"),
            permission=asked.permission.strip(),
            weighed=asked.weighed,
            signed_by=desk.user.staff_id if asked.signed else None,
            signed_on=today if asked.signed else None,
            bundle_sha256=hashlib.sha256(printed.pdf).hexdigest(),
            given=tuple(one.rev_id for one in given if not one.is_sealed),
        )
        saved = add_parts(desk, work, [Part(body, Where(pupil_id))])
        work.drop_draft(desk.user.staff_id, access_form(pupil_id))
        desk.log(
            work,
            "export",
            kind="access_request",
            record_id=saved.revisions[0].record_id,
            pupil_id=pupil_id,
            reason=asked.requester.value,
        )
    return Outcome(Bundle(printed, saved), changes_of(saved.revisions))


def _weigh(desk: Desk, reader: Reader, pupil_id: PupilId, asked: Asked) -> tuple[Weighed, ...]:
    must_be_near(desk, reader, pupil_id)
    pupil = _pupil(reader, pupil_id)
    today = local_day(desk.clock.now())
    capacity = _capacity(reader, pupil_id, pupil, today)
    person = _person(capacity, asked.requester)
    asker = Asker(
        requester=asked.requester,
        pupil_is_competent=capacity.competent,
        person_id=person.record_id if person else None,
        has_authority=person.body.has_authority if person else True,
        permission=bool(asked.permission.strip()) and asked.weighed,
        signed=is_co_signed(desk.user.role, signed=asked.signed),
    )
    shieldings = shieldings_of(reader, pupil_id)
    hidden = hidden_from(desk.user.staff_id, shieldings.values())
    names, moments = staff_names(reader), moments_of(reader, pupil_id)
    found = []
    relation = relations_to(desk, reader, pupil_id)
    named = named_items(reader, pupil_id)
    on_name = [one.head for one in named.values()]
    for head in (*reader.heads(pupil_id=pupil_id, include_withdrawn=True), *on_name):
        if head.kind in _WITHOUT_WORDS or not desk.may_read(head.kind, relation):
            continue
        if _about_item(head) in hidden:
            continue
        item, earlier = _items(reader, head, shieldings, asked.requester)
        if head.record_id in named and named[head.record_id].names_others:
            item = replace(item, flags=item.flags | {Flag.THIRD_PARTY})
        row = row_of(reader, head, names, moments, {})
        text = record_text(desk, reader, head, row, names)
        if any(why_not(one, asker) for one in earlier):
            text = replace(text, versions=())
        found.append(Weighed(text, shown_version(head).rev_id, why_not(item, asker)))
    found += [
        Weighed(one.text, shown_version(one.head).rev_id, why_not(one.item, asker), is_sealed=True)
        for one in concern_items(desk, reader, pupil_id, names)
    ]
    return tuple(sorted(found, key=lambda one: (one.text.row.at, one.rev_id), reverse=True))


def _items(
    reader: Reader, head: Head, shieldings: dict[RecordId, Shielding], requester: Requester
) -> tuple[Item, list[Item]]:
    """What the matrix needs to know of the record, and of each version that ever stood.

    What is open now may have been closed when an earlier version stood: its words, and the reason
    of a flag that was taken away, are not given through the version that came after it.
    """
    about_id = _about_item(head)
    about, shown = shieldings.get(about_id), shown_version(head)
    item = _item(shown, about or _flags_in(shown), requester)
    beside = reader.head(about_id) if head.kind == "shielding" else head
    if beside is not None and all(_is_of_another(leaf) for leaf in beside.leaves):
        item = replace(item, flags=item.flags | {Flag.THIRD_PARTY})
    versions = reader.history(head.record_id)
    earlier = [_item(version, _flags_in(version) or about, requester) for version in versions]
    if any(_is_of_another(version) for version in versions):
        earlier.append(replace(item, flags=item.flags | {Flag.THIRD_PARTY}))
    return item, earlier


def _item(version: Revision, about: Shielding | None, requester: Requester) -> Item:
    own, person_id = _own_flags(version, requester)
    return Item(
        is_health=version.compartment is Compartment.MEDICAL or version.kind in SUMMARIES,
        flags=frozenset({*(about.flags if about else ()), *own}),
        person_id=about.person_id if about else person_id,
    )


def _own_flags(version: Revision, requester: Requester) -> tuple[set[Flag], RecordId | None]:
    """What a request or a person is by itself: of one parent, or between pupil and confidant."""
    body = body_of(version)
    if body is not None and is_closed_to_parents(body):
        return {Flag.NOT_FOR_PARENTS}, None
    if isinstance(body, AccessRequest):
        if body.requester is requester:
            return set(), None
        if body.requester in {Requester.PUPIL, Requester.CONFIDANT}:
            return {Flag.NOT_FOR_PARENTS}, None
        return {Flag.CONTEXT}, body.person_id
    if isinstance(body, Guardian):
        if body.relationship is Relationship.CONFIDANT:
            return {Flag.NOT_FOR_PARENTS}, None
        return {Flag.CONTEXT}, version.record_id
    return set(), None


def _flags_in(version: Revision) -> Shielding | None:
    """The flags that a version of a flag itself said."""
    body = body_of(version)
    return body if isinstance(body, Shielding) else None


def _about_item(head: Head) -> RecordId:
    """The item itself; of a flag the item that it stands beside, so that it never betrays it."""
    flags = _flags_in(shown_version(head))
    return flags.item_id if flags else head.record_id


def _is_of_another(version: Revision) -> bool:
    """Whether it was withdrawn since it was entered with a wrong pupil: about somebody else."""
    because = (WRONG_PUPIL, NEEDLE_AWAY)
    return version.status is RevisionStatus.WITHDRAWN and (version.reason or "").startswith(because)


def _paper(
    desk: Desk, pupil: Pupil, asked: Asked, given: list[Weighed], today: date
) -> AccessBundle:
    return AccessBundle(
        centre=desk.centre_name,
        pupil=f"{pupil.given_name} {pupil.family_name}",
        born=long_day(pupil.birth_date),
        requester=f"{asked.name.strip()} ({label(asked.requester)})",
        way=label(asked.way),
        made_on=long_day(today),
        made_by=f"{desk.user.name}, {label(desk.user.role)}",
        with_health=asked.signed,
        items=tuple(bundle_item(one.text) for one in given),
    )


def _person(capacity: Capacity, requester: Requester) -> Standing[Guardian] | None:
    return None if requester is Requester.PUPIL else capacity.person(Relationship(requester.value))


def _pupil(reader: Reader, pupil_id: PupilId) -> Pupil:
    found = one_standing(reader, RecordId(pupil_id), Pupil)
    if found is None:
        raise Defect("pupil.not_on_visit")
    return found.body


def _capacity(reader: Reader, pupil_id: PupilId, pupil: Pupil, today: date) -> Capacity:
    return capacity_of(reader, pupil_id, pupil.birth_date, today)

"""Mededeling aan school (P17): who agreed that the school is told what, word for word.

Consent is asked of who decides: the competent pupil, or a parent with authority of another one.
Without consent only the exceptions of the law, with a reason. Taking it back stops what would still
go out under it and leaves what was told in the history (handbook 3 §2.5).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import msgspec

from clbdesk.clock import local_day
from clbdesk.domain.capacity import Relationship
from clbdesk.domain.disclosing import (
    AgreedBy,
    AgreedHow,
    MessageChannel,
    MessageException,
    SchoolMessage,
)
from clbdesk.errors import Defect, Refused
from clbdesk.ids import PupilId, RecordId, VisitId
from clbdesk.services.capacity import Capacity, capacity_of
from clbdesk.services.desk import Desk
from clbdesk.services.outcome import Outcome
from clbdesk.services.pupil import PupilOnVisit, PupilView, view_pupil
from clbdesk.services.reading import Standing, all_standing, one_standing
from clbdesk.services.records import Part, Saved, Where, add_parts, changes_of
from clbdesk.standards.phrases import day
from clbdesk.storage.vault import Draft, Reader

WITHDRAWN = "toestemming ingetrokken"


@dataclass(frozen=True, slots=True)
class MessagesView:
    """The page as it opens; messages newest first."""

    pupil: PupilView
    capacity: Capacity
    today: date
    messages: tuple[Standing[SchoolMessage], ...]
    draft: Draft | None


@dataclass(frozen=True, slots=True)
class Told:
    """The form."""

    text: str
    recipient: str
    recipient_function: str
    channel: MessageChannel
    agreed_by: AgreedBy | None = None
    agreed_how: AgreedHow | None = None
    valid_until: date | None = None
    exception: MessageException | None = None
    exception_reason: str = ""


def open_messages(desk: Desk, visit_id: VisitId, pupil_id: PupilId) -> MessagesView:
    """What the school was told before, and who decides now; looking at it is logged."""
    view = view_messages(desk, visit_id, pupil_id)
    desk.log_opening(
        kind="school_message", record_id=RecordId(pupil_id), pupil_id=pupil_id, reason="visit"
    )
    return view


def view_messages(desk: Desk, visit_id: VisitId, pupil_id: PupilId) -> MessagesView:
    """The same without a line in the log: the page looks again after a saving."""
    pupil = view_pupil(desk, visit_id, pupil_id)
    today = local_day(desk.clock.now())
    with desk.vault.read() as reader:
        return MessagesView(
            pupil=pupil,
            capacity=capacity_of(reader, pupil_id, pupil.on_visit.pupil.birth_date, today),
            today=today,
            messages=tuple(reversed(_messages(reader, pupil_id))),
            draft=reader.draft(desk.user.staff_id, pupil.on_visit.form("school_message")),
        )


def tell_school(desk: Desk, on_visit: PupilOnVisit, told: Told) -> Outcome[Saved]:
    """Record what the school is told. Refused without words, or without the consent it needs."""
    today = local_day(desk.clock.now())
    if not told.text.strip():
        raise Refused("access.text_missing", field="text")
    if not told.recipient.strip() or not told.recipient_function.strip():
        raise Refused("access.recipient_missing", field="recipient")
    with desk.vault.write() as work:
        if told.exception is None:
            capacity = capacity_of(work, on_visit.pupil_id, on_visit.pupil.birth_date, today)
            _check_consent(told, capacity, _messages(work, on_visit.pupil_id), today)
        elif not told.exception_reason.strip():
            raise Refused("access.exception_reason_missing", field="exception_reason")
        body = SchoolMessage(
            pupil_id=on_visit.pupil_id,
            school_id=on_visit.school_id,
            text=told.text.strip(),
            recipient=told.recipient.strip(),
            recipient_function=told.recipient_function.strip(),
            channel=told.channel,
            told_on=today,
            agreed_by=told.agreed_by if told.exception is None else None,
            agreed_how=told.agreed_how if told.exception is None else None,
            agreed_on=today if told.exception is None else None,
            valid_until=told.valid_until if told.exception is None else None,
            exception=told.exception,
            exception_reason=told.exception_reason.strip() if told.exception else "",
        )
        saved = add_parts(desk, work, [Part(body, on_visit.where)])
        work.drop_draft(desk.user.staff_id, on_visit.form("school_message"))
    return Outcome(saved, changes_of(saved.revisions))


def withdraw_consent(desk: Desk, record_id: RecordId) -> Outcome[Saved]:
    """The consent under a message was taken back; what was told stays told."""
    with desk.vault.write() as work:
        standing = one_standing(work, record_id, SchoolMessage)
        if standing is None:
            raise Defect("history.unknown_record")
        if standing.body.agreed_by is None or standing.body.withdrawn_on is not None:
            raise Refused("access.nothing_to_withdraw")
        today = local_day(desk.clock.now())
        body = msgspec.structs.replace(standing.body, withdrawn_on=today)
        made = standing.revision
        where = Where(made.pupil_id, made.visit_id, made.school_id)
        part = Part(body, where, record_id, standing.base)
        saved = add_parts(desk, work, [part], reason=WITHDRAWN)
    return Outcome(saved, changes_of(saved.revisions))


def _check_consent(
    told: Told, capacity: Capacity, messages: list[Standing[SchoolMessage]], today: date
) -> None:
    """Refused unless the one who decides agreed, and did not take that back today."""
    if told.agreed_by is None or told.agreed_how is None:
        raise Refused("access.consent_missing", field="agreed_by")
    if told.valid_until is not None and told.valid_until < today:
        raise Refused("access.valid_until_past", field="valid_until")
    by_pupil = told.agreed_by is AgreedBy.PUPIL
    if by_pupil is not capacity.competent:
        key = "access.pupil_decides" if capacity.competent else "access.parents_decide"
        raise Refused(key, field="agreed_by")
    person = None if by_pupil else capacity.person(Relationship(told.agreed_by.value))
    if person is not None and not person.body.has_authority:
        raise Refused("access.without_authority_no_consent", field="agreed_by")
    taken_back = [
        one.body.withdrawn_on
        for one in messages
        if one.body.agreed_by is told.agreed_by and one.body.withdrawn_on == today
    ]
    if taken_back:
        raise Refused("access.consent_withdrawn", field="agreed_by", day=day(today))


def _messages(reader: Reader, pupil_id: PupilId) -> list[Standing[SchoolMessage]]:
    return all_standing(reader.heads(kinds=("school_message",), pupil_id=pupil_id), SchoolMessage)

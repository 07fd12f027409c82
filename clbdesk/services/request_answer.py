"""What the guidance team reads of a request that came out of a contact, and its own answer.

The answer lies behind the key of guidance: the medical team, which made the request, never reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from clbdesk.clock import local_day
from clbdesk.domain.guidance_request import GuidanceRequest, RequestAnswer, RequestOutcome
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.people import Pupil, School, Staff
from clbdesk.domain.revision import Role
from clbdesk.errors import Defect, Refused
from clbdesk.ids import RecordId, RevId
from clbdesk.services.crossing import is_over
from clbdesk.services.desk import Desk
from clbdesk.services.outcome import Outcome
from clbdesk.services.reading import Standing, all_standing, one_standing, open_base
from clbdesk.services.records import Part, Saved, Where, record
from clbdesk.services.relation import must_work_for_pupil
from clbdesk.services.released_summary import Released, released_for
from clbdesk.storage.vault import Reader
from clbdesk.wording import say

KIND = "request_answer"


@dataclass(frozen=True, slots=True)
class AnswerView:
    """One request with its answer. `writer` and `role`: who asks; `is_over`: the consent ended.

    `released`: what a doctor lets the team know of the pupil.
    """

    request: Standing[GuidanceRequest]
    pupil: str
    birth_date: date | None
    school: str
    writer: str
    role: Role
    answer: Standing[RequestAnswer] | None
    base: tuple[RevId, ...]
    is_over: bool
    released: tuple[Released, ...]


def open_request(desk: Desk, record_id: RecordId) -> AnswerView:
    """A request for guidance; Defect when it was withdrawn meanwhile. Reading is logged."""
    with desk.vault.write() as work:
        request = one_standing(work, record_id, GuidanceRequest)
        if request is None:
            raise Defect("request.unknown")
        body, revision = request.body, request.revision
        must_work_for_pupil(desk, work, body.pupil_id)
        desk.log(
            work,
            "open",
            kind=revision.kind,
            record_id=record_id,
            pupil_id=body.pupil_id,
            reason="visit",
        )
        pupil = one_standing(work, RecordId(body.pupil_id), Pupil)
        school = one_standing(work, RecordId(body.school_id), School)
        writer = one_standing(work, RecordId(revision.author), Staff)
        answer_id = derived_record_id(KIND, record_id)
        return AnswerView(
            request=request,
            pupil=f"{pupil.body.given_name} {pupil.body.family_name}" if pupil else "",
            birth_date=pupil.body.birth_date if pupil else None,
            school=school.body.name if school else "",
            writer=writer.body.name if writer else "",
            role=revision.role,
            answer=one_standing(work, answer_id, RequestAnswer),
            base=open_base(work.head(answer_id)),
            is_over=is_over(body, local_day(desk.clock.now())),
            released=released_for(desk, work, body.pupil_id),
        )


def waiting_requests(reader: Reader) -> list[Standing[GuidanceRequest]]:
    """The requests of which the guidance team did not say yet what became of them."""
    asked = all_standing(reader.heads(kinds=("guidance_request",)), GuidanceRequest)
    answers = all_standing(reader.heads(kinds=(KIND,)), RequestAnswer)
    answered = {one.body.request_id for one in answers}
    return [one for one in asked if one.record_id not in answered]


def answer_request(
    desk: Desk, view: AnswerView, outcome: RequestOutcome, note: str
) -> Outcome[Saved]:
    """Say what became of it. Refused without words, and for taking it up after the consent ended."""
    if not note.strip():
        raise Refused("request.note_missing", field="note")
    if view.is_over and outcome is RequestOutcome.TAKEN_UP:
        raise Refused("request.consent_over", field="outcome")
    request = view.request
    body = RequestAnswer(
        pupil_id=request.body.pupil_id,
        request_id=request.record_id,
        outcome=outcome,
        note=note.strip(),
    )
    revision = request.revision
    where = Where(request.body.pupil_id, revision.visit_id, request.body.school_id)
    part = Part(body, where, derived_record_id(KIND, request.record_id), view.base)
    return record(desk, [part])


def request_of(view: AnswerView) -> str:
    """Aanvraag van An Janssens (verpleegkundige)."""
    return say("request.asked_by", who=view.writer)

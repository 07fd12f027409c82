"""Arts beslist, beforehand: a doctor looks at who waits and orders, and a nurse gives it later.

An order is withdrawn by a doctor with a reason; what was given under it keeps it.
"""

from __future__ import annotations

import msgspec

from clbdesk.domain.doctor_order import DoctorOrder
from clbdesk.domain.revision import Revision, Role
from clbdesk.domain.vaccination import Dose, DoseStatus
from clbdesk.errors import Refused
from clbdesk.ids import RecordId
from clbdesk.services.desk import Desk
from clbdesk.services.outcome import Outcome
from clbdesk.services.pupil import PupilOnVisit
from clbdesk.services.reading import Standing, all_standing
from clbdesk.services.records import Part, Saved, add_parts, changes_of, record, withdraw_in


def record_order(
    desk: Desk, on_visit: PupilOnVisit, vaccines: tuple[str, ...], reason: str
) -> Outcome[Saved]:
    """Order these vaccines for the day of the visit; the draft of the page goes with it.

    Refused `vaccination.order_by_doctor` for anybody else, `vaccination.order_reason` without one.
    """
    _refuse(desk, vaccines, reason)
    order = DoctorOrder(
        pupil_id=on_visit.pupil_id,
        doctor_id=desk.user.staff_id,
        vaccines=vaccines,
        reason=reason.strip(),
        valid_until=on_visit.visit_on,
    )
    parts = [Part(order, on_visit.where)]
    return record(desk, parts, draft_form=on_visit.form("vaccination"))


def withdraw_order(
    desk: Desk, on_visit: PupilOnVisit, vaccines: tuple[str, ...], reason: str
) -> Outcome[Saved]:
    """Take back every order for these vaccines that holds; a nurse then gives them no more.

    An order keeps the vaccines that were given under it, as ended. Refused `vaccination.order_by_doctor`,
    `vaccination.order_reason`, and `vaccination.order_none` when nothing is left to withdraw.
    """
    _refuse(desk, vaccines, reason)
    pupil_id, why = on_visit.pupil_id, reason.strip()
    with desk.vault.write() as work:
        given = {
            (one.body.order_id, one.body.vaccine)
            for one in all_standing(work.heads(kinds=("dose",), pupil_id=pupil_id), Dose)
            if one.body.status is DoseStatus.GIVEN
        }
        revisions: list[Revision] = []
        orders = all_standing(work.heads(kinds=("doctor_order",), pupil_id=pupil_id), DoctorOrder)
        for one in orders:
            body = _without(one, vaccines, given)
            if body == one.body or body.valid_until < on_visit.visit_on:
                continue
            if body.vaccines:
                part = Part(body, on_visit.where, one.record_id, one.base)
                revisions += add_parts(desk, work, [part], reason=why).revisions
            else:
                revisions.append(withdraw_in(desk, work, one.record_id, why))
        if not revisions:
            raise Refused("vaccination.order_none")
    return Outcome(Saved(tuple(revisions)), changes_of(revisions))


def _without(
    one: Standing[DoctorOrder], vaccines: tuple[str, ...], given: set[tuple[RecordId | None, str]]
) -> DoctorOrder:
    """The order without some vaccines; those that were given under it stay, and are ended."""
    asked = [vaccine for vaccine in one.body.vaccines if vaccine in vaccines]
    used = [vaccine for vaccine in asked if (one.record_id, vaccine) in given]
    return msgspec.structs.replace(
        one.body,
        vaccines=tuple(each for each in one.body.vaccines if each not in asked or each in used),
        ended=tuple(dict.fromkeys((*one.body.ended, *used))),
    )


def _refuse(desk: Desk, vaccines: tuple[str, ...], reason: str) -> None:
    if desk.user.role is not Role.DOCTOR:
        raise Refused("vaccination.order_by_doctor")
    if not (vaccines and reason.strip()):
        raise Refused("vaccination.order_reason", field="reason")

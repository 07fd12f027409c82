"""Arts beslist, beforehand: a doctor looks at who waits and orders, and a nurse gives it later."""

from __future__ import annotations

from clbdesk.domain.doctor_order import DoctorOrder
from clbdesk.domain.revision import Role
from clbdesk.errors import Refused
from clbdesk.services.desk import Desk
from clbdesk.services.outcome import Outcome
from clbdesk.services.pupil import PupilOnVisit
from clbdesk.services.records import Part, Saved, record


def record_order(
    desk: Desk, on_visit: PupilOnVisit, vaccines: tuple[str, ...], reason: str
) -> Outcome[Saved]:
    """Order these vaccines for the day of the visit; the draft of the page goes with it.

    Refused `vaccination.order_by_doctor` for anybody else, `vaccination.order_reason` without one.
    """
    if desk.user.role is not Role.DOCTOR:
        raise Refused("vaccination.order_by_doctor")
    if not (vaccines and reason.strip()):
        raise Refused("vaccination.order_reason", field="reason")
    order = DoctorOrder(
        pupil_id=on_visit.pupil_id,
        doctor_id=desk.user.staff_id,
        vaccines=vaccines,
        reason=reason.strip(),
        valid_until=on_visit.visit_on,
    )
    parts = [Part(order, on_visit.where)]
    return record(desk, parts, draft_form=on_visit.form("vaccination"))

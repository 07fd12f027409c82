"""The order of a doctor for one pupil: what a nurse may give beyond the standing order.

A nurse records a dose only under a valid standing order or an order like this (handbook 2 §4.2).
"""

from __future__ import annotations

from datetime import date

from clbdesk.domain.body import Body
from clbdesk.ids import PupilId, StaffId


class DoctorOrder(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """These types of vaccine may be given to this pupil up to a day, by the decision of a doctor.

    It lifts what is left to a doctor beforehand: a yes on the form, a rule that nobody confirmed, a
    leaflet. It lifts no refusal, and no answer of the day itself.

    `ended`: of `vaccines`, those that were given under it before a doctor withdrew it. The dose
    keeps its order; nobody gives one under it any more, also when that dose is taken back.
    """

    pupil_id: PupilId
    doctor_id: StaffId
    vaccines: tuple[str, ...]
    reason: str
    valid_until: date
    ended: tuple[str, ...] = ()

    def is_for(self, vaccine: str) -> bool:
        """Whether it speaks of this vaccine and was not withdrawn for it."""
        return vaccine in self.vaccines and vaccine not in self.ended

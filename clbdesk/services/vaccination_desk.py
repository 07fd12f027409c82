"""Aanmelding: a table without a needle, on a laptop of its own.

It records who is here, the check of identity, the answers of the day, forms and refusals; over the
link the vaccinator has them at once, and asks the day of birth again before the needle.
"""

from __future__ import annotations

from clbdesk.ids import VisitId
from clbdesk.services.desk import Desk
from clbdesk.services.vaccination_facts import AT_THE_DESK, desk_key


def is_at_desk(desk: Desk, visit_id: VisitId) -> bool:
    """Whether this user registers pupils on this laptop, and gives no needle."""
    with desk.vault.read() as reader:
        return reader.setting(desk_key(visit_id, desk.user.staff_id)) == AT_THE_DESK


def choose_post(desk: Desk, visit_id: VisitId, *, at_desk: bool) -> bool:
    """Registering, or vaccinating; kept on this laptop for the visit. Answers `at_desk`."""
    with desk.vault.write() as work:
        key = desk_key(visit_id, desk.user.staff_id)
        work.set_setting(key, AT_THE_DESK if at_desk else "")
    return at_desk

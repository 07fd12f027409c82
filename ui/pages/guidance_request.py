"""Aanvraag voor begeleiding: a worry of a contact is asked of the guidance team, with consent."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from clbdesk.services.guidance_request import (
    missing_in_request,
    open_request_form,
    record_request,
    requested,
    withdraw_request,
)
from ui.pages.crossing_form import CrossingForm

if TYPE_CHECKING:
    from clbdesk.domain.guidance_request import GuidanceRequest
    from clbdesk.ids import RecordId
    from clbdesk.services.crossing import CrossingEntry, CrossingView, MissingInCrossing
    from clbdesk.services.desk import Desk
    from clbdesk.services.outcome import Outcome
    from clbdesk.services.records import Saved
    from ui.pages.base import Destination, Work


class GuidanceRequestPage(CrossingForm):
    """What is asked, in neutral words."""

    name: ClassVar[str] = "guidance_request"
    section: ClassVar[str] = "request"
    step: ClassVar[str] = "signals"

    def __init__(self, work: Work) -> None:
        """Empty until a pupil is shown."""
        super().__init__(work, "Aanvraag", "Vraag", 500, "Eerder aangevraagd")
        self.footer.set_primary("Aanvraag opslaan")
        self.top_line.set_title("Aanvraag voor begeleiding")

    def title_back(self) -> str:
        """Aanvraag."""
        return "Aanvraag"

    def read(self, to: Destination) -> None:
        """The form of a pupil."""
        assert to.visit_id is not None
        assert to.pupil_id is not None
        call = partial(open_request_form, self.work.desk, to.visit_id, to.pupil_id)
        self.ask(call, self.show_crossing)

    def missing(self, view: CrossingView) -> tuple[MissingInCrossing, ...]:
        """Words, neutral and not copied, and a consent."""
        return missing_in_request(view, self.entry())

    def crossing(self, view: CrossingView) -> GuidanceRequest:
        """The request as it would cross."""
        return requested(view, self.entry())

    def record(self, desk: Desk, view: CrossingView, entry: CrossingEntry) -> Outcome[Saved]:
        """Ask."""
        return record_request(desk, view, entry)

    def withdraw(self, desk: Desk, record_id: RecordId, reason: str) -> Outcome[Saved]:
        """Ask no more."""
        return withdraw_request(desk, record_id, reason)

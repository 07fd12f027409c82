"""Vrijgeven aan het begeleidend team: what a doctor lets guidance know of a pupil, with consent."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt

from clbdesk.services.released_summary import (
    LONGEST,
    missing_in_summary,
    open_summary_form,
    release_summary,
    summarised,
    withdraw_summary,
)
from clbdesk.wording import say
from ui.pages.crossing_form import CrossingForm
from ui.theme import Role
from ui.widgets.button import Button
from ui.widgets.label import Label

if TYPE_CHECKING:
    from clbdesk.domain.guidance_request import ReleasedSummary
    from clbdesk.ids import RecordId
    from clbdesk.services.crossing import CrossingEntry, CrossingView, MissingInCrossing
    from clbdesk.services.desk import Desk
    from clbdesk.services.outcome import Outcome
    from clbdesk.services.records import Saved
    from clbdesk.services.released_summary import SummaryView
    from ui.pages.base import Destination, Work


class ReleasedSummaryPage(CrossingForm):
    """A doctor writes; a nurse reads what was released."""

    name: ClassVar[str] = "released_summary"
    section: ClassVar[str] = "release"
    step: ClassVar[str] = "decision"

    def __init__(self, work: Work) -> None:
        """Empty until a pupil is shown."""
        super().__init__(work, "Samenvatting", "Samenvatting", LONGEST, "Eerder vrijgegeven")
        self._vaccination = ""
        self._status = Button("Vaccinatiestatus toevoegen")
        self._status.clicked.connect(self._add_status)
        self._only_doctor = Label(say("release.only_doctor"), role=Role.ATTENTION, wrap=True)
        self.card.body.insertWidget(2, self._status, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.insertWidget(0, self._only_doctor)
        self.footer.set_primary("Vrijgeven")
        self.top_line.set_title("Vrijgeven aan het begeleidend team")

    def title_back(self) -> str:
        """Vrijgeven."""
        return "Vrijgeven"

    def read(self, to: Destination) -> None:
        """The form of a pupil."""
        assert to.visit_id is not None
        assert to.pupil_id is not None
        call = partial(open_summary_form, self.work.desk, to.visit_id, to.pupil_id)
        self.ask(call, self._on_view)

    def _on_view(self, view: SummaryView) -> None:
        self._vaccination = view.vaccination
        self._only_doctor.setVisible(not view.may_release)
        self.card.setVisible(view.may_release)
        self.preview.setVisible(view.may_release)
        self.footer.primary.setVisible(view.may_release)
        self.show_crossing(view.crossing)
        if not view.may_release:
            self.take_back.hide()

    def _add_status(self) -> None:
        if self._vaccination not in self.words.value():
            self.words.set_value(f"{self.words.value().strip()} {self._vaccination}".strip())
            self.words.edited.emit()
        self.words.setFocus(Qt.FocusReason.OtherFocusReason)

    def missing(self, view: CrossingView) -> tuple[MissingInCrossing, ...]:
        """Words, and a consent."""
        return missing_in_summary(view, self.entry())

    def crossing(self, view: CrossingView) -> ReleasedSummary:
        """The summary as it would cross."""
        return summarised(view, self.entry())

    def record(self, desk: Desk, view: CrossingView, entry: CrossingEntry) -> Outcome[Saved]:
        """Release."""
        return release_summary(desk, view, entry)

    def withdraw(self, desk: Desk, record_id: RecordId, reason: str) -> Outcome[Saved]:
        """Take back."""
        return withdraw_summary(desk, record_id, reason)

"""A page with one form about one pupil of a visit.

It is read on coming, which the access log may note, and again when something of the pupil changed;
what is typed is kept as a draft and stays while others change something.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from ui.pages.base import Destination, Page
from ui.pages.care_draft import FormDraft
from ui.pages.form_values import values_as_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from clbdesk.ids import PupilId, VisitId
    from clbdesk.services.desk import Desk
    from clbdesk.services.outcome import ChangeSet
    from clbdesk.services.pupil import PupilView
    from ui.pages.base import Work
    from ui.pages.form_values import Field

    Reading = Callable[[Desk, VisitId, PupilId], "OfPupil"]


class OfPupil(Protocol):
    """What a service reads for such a page."""

    @property
    def pupil(self) -> PupilView:
        """Whom it is about."""


class PupilForm(Page):
    """Arriving, leaving and reading again; the page shows what was read and saves its form."""

    def __init__(self, work: Work) -> None:
        """No pupil yet, and no field."""
        super().__init__(work)
        self._fields: Mapping[str, Field] = {}
        self._drafts = FormDraft(self, lambda: values_as_json(self._fields))

    def keep_fields(self, fields: Mapping[str, Field]) -> None:
        """The fields of the form, by the name they have in its draft."""
        self._fields = fields
        for field in fields.values():
            field.edited.connect(self._drafts.touched)

    def shown(self) -> OfPupil | None:
        """What is on the page, or None before a pupil is."""
        raise NotImplementedError

    def reading(self, *, again: bool) -> Reading:
        """The service that reads the page: to open it, or to look again."""
        raise NotImplementedError

    def show_view(self, view: Any, *, again: bool) -> None:
        """Show what was read; `again`: the form stays as it was typed."""
        raise NotImplementedError

    def arrive(self, to: Destination) -> None:
        """The form of a pupil; coming back to the same one leaves what was typed."""
        if to.visit_id is None or to.pupil_id is None:
            return
        here = self.shown()
        again = here is not None and here.pupil.on_visit.pupil_id == to.pupil_id
        self._read(to.visit_id, to.pupil_id, again=again)

    def leave(self) -> None:
        """Keep what was typed."""
        self._drafts.keep()

    def refresh(self, changes: ChangeSet) -> None:
        """Something of this pupil changed."""
        here = self.shown()
        if here is not None and here.pupil.on_visit.pupil_id in changes.pupil_ids:
            at = here.pupil.on_visit
            self._read(at.visit_id, at.pupil_id, again=True)

    def _read(self, visit_id: VisitId, pupil_id: PupilId, *, again: bool) -> None:
        call = partial(self.reading(again=again), self.work.desk, visit_id, pupil_id)
        self.ask(call, partial(self.show_view, again=again))

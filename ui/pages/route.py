"""Where saving leads: the next step of the same pupil, or the same step of the next pupil.

The station decides ("Mijn post"); the primary button says in words which of the two it will be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clbdesk.domain.revision import Role
from ui.pages.base import Destination, Station

if TYPE_CHECKING:
    from collections.abc import Collection

    from clbdesk.services.pupil import PupilView

_PAGE = "pupil"


def own_steps(view: PupilView, drawn: Collection[str], role: Role) -> tuple[str, ...]:
    """The drawn steps that somebody examines: a nurse passes by what is the doctor's."""
    return tuple(
        one.step.name
        for one in view.steps
        if one.step.name in drawn and (role is Role.DOCTOR or not one.step.doctor_only)
    )


@dataclass(frozen=True, slots=True)
class Following:
    """Where saving leads: in words, and where; `to` None = back to the list."""

    words: str
    to: Destination | None
    same_pupil: bool = False


_TO_THE_LIST = Following("naar de lijst", None)


@dataclass(frozen=True, slots=True)
class Route:
    """The steps and pupils around one step of one pupil; `drawn`: steps that have a page."""

    view: PupilView
    station: Station
    step: str
    drawn: Collection[str]

    def following(self) -> Following:
        """What the primary button does."""
        if self.station.post == self.step:
            return self.next_pupil(self.step)
        return self.next_step()

    def other_way(self) -> Following:
        """What Ctrl+Shift+Enter does."""
        if self.following().same_pupil:
            return self.next_pupil(self.step)
        return self.next_step()

    def next_step(self) -> Following:
        """The next drawn step of this pupil; after the last one the next pupil."""
        on_visit = self.view.on_visit
        numbers = {one.step.name: one.step.number for one in self.view.steps}
        for one in self.view.steps:
            if one.step.number > numbers[self.step] and one.step.name in self.drawn:
                to = Destination(_PAGE, on_visit.visit_id, on_visit.pupil_id, one.step.name)
                return Following(f"naar {one.step.label}", to, same_pupil=True)
        return self.next_pupil(self.station.at_step)

    def next_pupil(self, step: str | None) -> Following:
        """The next pupil in the order of the list, at a step or at the first open one."""
        to = self.neighbour(1, step)
        return Following("volgende leerling", to) if to else _TO_THE_LIST

    def neighbour(self, by: int, step: str | None) -> Destination | None:
        """The pupil so many places further in the list, if there is one."""
        on_visit, order = self.view.on_visit, self.station.order
        if on_visit.pupil_id not in order:
            return None
        at = order.index(on_visit.pupil_id) + by
        if not 0 <= at < len(order):
            return None
        return Destination(_PAGE, on_visit.visit_id, order[at], step)

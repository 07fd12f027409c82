"""P13 while another laptop works at the same visit: linked, or somebody asks at that post."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout

from clbdesk.services.station_link import LinkState
from clbdesk.wording import say
from ui import format as show
from ui.pages.vaccination_blocks import Block
from ui.theme import Role, Weight
from ui.widgets.label import IconWord, Label
from ui.widgets.tick_box import TickBox

if TYPE_CHECKING:
    from datetime import datetime

    from clbdesk.ids import VisitId
    from clbdesk.services.other_post import OtherPosts


class OtherPostBlock(Block):
    """Drawn only when there is another post. `edited`: somebody ticked that it was asked."""

    edited = Signal()

    def __init__(self) -> None:
        """Hidden until somebody else is known."""
        super().__init__(None, "Andere post")
        self._visit_id: VisitId | None = None
        self._posts: OtherPosts | None = None
        self._link = LinkState()
        self._state = IconWord()
        self._when = Label(role=Role.SECONDARY)
        self.tick = TickBox("Nagevraagd bij de andere post")
        row = QHBoxLayout()
        row.setSpacing(12)
        centre = Qt.AlignmentFlag.AlignVCenter
        row.addWidget(self._state, 0, centre)
        row.addWidget(self._when, 1, centre)
        row.addWidget(self.tick, 0, centre)
        self.content.addLayout(row)
        self.tick.edited.connect(self.edited)
        self.hide()

    def show_posts(self, visit_id: VisitId, posts: OtherPosts | None, *, asked: bool) -> None:
        """What this laptop knows of others, and whether it was asked for this pupil."""
        self._visit_id, self._posts = visit_id, posts
        self.tick.set_value(asked)
        self._show()

    def show_link(self, link: LinkState) -> None:
        """The link came or went."""
        self._link = link
        self._show()

    @property
    def is_linked(self) -> bool:
        """Whether the other post tells of this visit by itself."""
        return self._visit_id is not None and self._link.tells_of(self._visit_id)

    def asked(self) -> bool:
        """Whether somebody asked; a link needs no asking."""
        return self.tick.isVisibleTo(self) and self.tick.value()

    def _show(self) -> None:
        self.setVisible(self._posts is not None or self.is_linked)
        heard = self._posts.heard_at if self._posts else None
        if self._link.visit_id == self._visit_id:
            heard = self._link.exchanged_at or heard
        if self.is_linked:
            self._state.show_state("circle-check", "Gekoppeld", Role.OK, Weight.SEMIBOLD)
        else:
            self._state.show_state(
                "alert-triangle", "Niet gekoppeld", Role.ATTENTION, Weight.SEMIBOLD
            )
        self._when.setText(_when(heard))
        self.tick.setVisible(not self.is_linked)


def _when(heard: datetime | None) -> str:
    if heard is None:
        return say("link.never_heard")
    return say("link.heard", hour=show.hour(heard))

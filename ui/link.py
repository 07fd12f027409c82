"""The link with the other post, as the window sees it: one at a time, told on the main thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from clbdesk.services.station_link import LinkState, StationLink

if TYPE_CHECKING:
    from clbdesk.ids import VisitId
    from clbdesk.services.desk import Desk


class PostLink(QObject):
    """`changed(LinkState)` after every word of the other; `heard(ChangeSet)` when records came in."""

    changed = Signal(object)
    heard = Signal(object)
    _told = Signal(object, object)

    def __init__(self, desk: Desk) -> None:
        """Not linked."""
        super().__init__()
        self._desk = desk
        self._link: StationLink | None = None
        self.state = LinkState()
        self._told.connect(self._keep)

    def show_code(self, visit_id: VisitId) -> None:
        """Show a code for the other laptop; Environment when that cannot be."""
        self._begin(visit_id).show_code()

    def type_code(self, visit_id: VisitId, code: str, address: str) -> None:
        """Look for the laptop that shows it; Refused beside "code" or "address"."""
        self._begin(visit_id).type_code(code, address)

    def notice(self, _changes: object = None) -> None:
        """Something was recorded on this laptop."""
        if self._link is not None:
            self._link.notice()

    def end(self) -> None:
        """End it, if there is one."""
        if self._link is not None:
            self._link.end()

    def _begin(self, visit_id: VisitId) -> StationLink:
        self.end()
        # Signals carry what the link's own thread tells to the main thread.
        link = StationLink(self._desk, visit_id, self._tell, self.heard.emit)
        self._link = link
        return link

    def _tell(self, link: StationLink, state: LinkState) -> None:
        self._told.emit(link, state)

    def _keep(self, link: StationLink, state: LinkState) -> None:
        if link is self._link:  # the last word of an ended one may come late
            self.state = state
            self.changed.emit(state)

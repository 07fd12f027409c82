"""Posten koppelen: one laptop shows a code, on the other it is typed; then both know at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtNetwork import QAbstractSocket, QHostAddress, QNetworkInterface
from PySide6.QtWidgets import QHBoxLayout, QLineEdit

from clbdesk.errors import Environment, Refused
from clbdesk.services.station_link import LinkState, Phase
from clbdesk.wording import say
from ui import format as fmt
from ui import theme
from ui.bus import Severity
from ui.pages.base import Destination, Page, Work
from ui.theme import Role, Size, Weight
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.label import IconWord, Label

if TYPE_CHECKING:
    from clbdesk.ids import VisitId

_ADDRESSES = 3
_LABEL_WIDTH = 136


class LinkPage(Page):
    """The link of the visit at hand with the other laptop of the team."""

    name: ClassVar[str] = "link"

    def __init__(self, work: Work) -> None:
        """Nothing is linked before somebody asks."""
        super().__init__(work)
        self._visit_id: VisitId | None = None
        self._icon = IconWord("circle", "", Role.SECONDARY)
        self._state = Label(wrap=True, weight=Weight.SEMIBOLD)
        self._counts = Label(role=Role.SECONDARY, wrap=True)
        self._shown = Label(size=Size.FIGURE, weight=Weight.BOLD)
        self._where = Label(role=Role.SECONDARY, wrap=True)
        self.code = _line("Code van de andere laptop", "8 cijfers")
        self.address = _line("Adres van de andere laptop", "alleen als ze niet gevonden wordt")
        self._show_button = Button("Code tonen", icon="device-laptop")
        self._end_button = Button("Koppeling verbreken", icon="x")
        self._place()
        self._show_button.clicked.connect(self.show_code)
        self._end_button.clicked.connect(self._end)
        self.code.returnPressed.connect(self.address.setFocus)
        self.top_line.set_title("Posten koppelen")
        self.footer.add_left(self._end_button)
        self.footer.set_primary("Koppelen")
        self.footer.primary_pressed.connect(self.connect_posts)
        work.link.changed.connect(self._show)

    def _place(self) -> None:
        state = Card("Toestand")
        line = QHBoxLayout()
        line.addWidget(self._icon)
        line.addWidget(self._state, 1)
        state.body.addLayout(line)
        state.body.addWidget(self._counts)
        shows = Card("Deze laptop toont de code")
        shows.body.addWidget(Label(say("link.how_to_show"), role=Role.SECONDARY, wrap=True))
        shows.body.addWidget(self._show_button)
        shows.body.addWidget(self._shown)
        shows.body.addWidget(self._where)
        types = Card("De code staat op de andere laptop")
        types.body.addWidget(Label(say("link.how_to_type"), role=Role.SECONDARY, wrap=True))
        for name, edit in (("Code", self.code), ("Adres", self.address)):
            row = QHBoxLayout()
            words = Label(name)
            words.setBuddy(edit)
            words.setFixedWidth(theme.px(_LABEL_WIDTH))
            row.addWidget(words)
            row.addWidget(edit, 1)
            types.body.addLayout(row)
        why = Label(say("link.why"), role=Role.SECONDARY, wrap=True)
        for part in (state, types, shows, why):
            self.body.addWidget(part)
        self.body.addStretch(1)

    def title_back(self) -> str:
        """Posten koppelen."""
        return "Posten koppelen"

    def arrive(self, to: Destination) -> None:
        """The visit to link for, and the code field first."""
        self._visit_id = to.visit_id
        self._show(self.work.link.state)
        self.code.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_code(self) -> None:
        """Show a code here, for the other laptop."""
        if self._visit_id is None:
            return
        try:
            self.work.link.show_code(self._visit_id)
        except (Refused, Environment) as trouble:
            self.tell(trouble)

    def connect_posts(self) -> None:
        """Look for the laptop of which the code was typed."""
        if self._visit_id is None:
            return
        try:
            self.work.link.type_code(self._visit_id, self.code.text(), self.address.text())
        except (Refused, Environment) as trouble:
            self.tell(trouble)
            field = self.address if getattr(trouble, "field", "") == "address" else self.code
            field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _end(self) -> None:
        self.work.link.end()

    def _show(self, state: LinkState) -> None:
        """What the link says now, in words."""
        icon, role = _LOOK[state.phase]
        self._icon.show_state(icon, "", role)
        self._state.setText(self._sentence(state))
        exchanged = state.exchanged_at is not None
        self._counts.setVisible(exchanged)
        if state.exchanged_at is not None:
            hour = fmt.hour(state.exchanged_at)
            text = say("link.counts", hour=hour, received=state.received, sent=state.sent)
            if state.unusable:
                text += " " + say("link.unusable", count=state.unusable)
            self._counts.setText(text)
        self._shown.setText(f"{state.code[:4]} {state.code[4:]}")
        self._shown.setVisible(bool(state.code))
        self._where.setText(say("link.where", addresses=" · ".join(_addresses(state.port))))
        self._where.setVisible(bool(state.code))
        busy = state.phase in {Phase.SHOWING, Phase.SEARCHING, Phase.LINKED}
        self._end_button.setVisible(busy)
        self._show_button.setEnabled(not busy)
        self.footer.set_primary("Koppelen", enabled=not busy)
        if state.phase is Phase.LINKED:
            self.code.clear()
            self.address.clear()
        self.show_status()
        if state.trouble is not None and state.phase is Phase.BROKEN:
            self.say(say(state.trouble.key, **state.trouble.values), Severity.ATTENTION)

    def _sentence(self, state: LinkState) -> str:
        if state.phase is Phase.LINKED:
            return say("link.linked", other=state.other)
        return say(f"link.is_{state.phase.value}")


_LOOK = {
    Phase.OFF: ("circle", Role.SECONDARY),
    Phase.SHOWING: ("hourglass", Role.SECONDARY),
    Phase.SEARCHING: ("hourglass", Role.SECONDARY),
    Phase.LINKED: ("circle-check", Role.OK),
    Phase.BROKEN: ("alert-triangle", Role.ATTENTION),
}


def _line(name: str, example: str) -> QLineEdit:
    edit = QLineEdit()
    edit.setAccessibleName(name)
    edit.setPlaceholderText(example)
    edit.setMinimumHeight(theme.px(40))
    return edit


def _addresses(port: int) -> list[str]:
    """Where other laptops may reach this one, as it is typed there."""
    ipv4 = QAbstractSocket.NetworkLayerProtocol.IPv4Protocol
    return [
        f"{one.toString()}:{port}"
        for one in QNetworkInterface.allAddresses()
        if one.protocol() == ipv4 and not one.isLoopback() and one != QHostAddress()
    ][:_ADDRESSES]

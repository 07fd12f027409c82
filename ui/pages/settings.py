"""P30 Instellingen: how the window looks, when it locks, what the scanner types, what runs here."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt, qVersion

from clbdesk import __version__
from clbdesk.domain.barcode import read_package, types_azerty
from clbdesk.services.synchronise import SyncView, view_sync
from clbdesk.settings import Look, Settings, keep_settings, read_settings
from clbdesk.wording import say
from ui import format as show
from ui.bus import Severity
from ui.pages.base import Destination, Page, Work
from ui.theme import Role, Weight
from ui.widgets.button import Button
from ui.widgets.card import Card, Columns
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.field_row import FieldRow
from ui.widgets.label import Label
from ui.widgets.text_edit import TextEdit

if TYPE_CHECKING:
    from clbdesk.bootstrap import Program

_LOOKS = (
    Choice(Look.LIGHT.value, "Licht", "l"),
    Choice(Look.DARK.value, "Donker", "d"),
    Choice(Look.SYSTEM.value, "Zoals het systeem", "z"),
)
_SIZES = tuple(Choice(str(percent), f"{percent} %") for percent in (90, 100, 110, 125, 150))
_MINUTES = tuple(Choice(str(minutes), f"{minutes} min") for minutes in (1, 3, 5, 10, 15))
_YES_NO = (Choice("yes", "Ja", "j"), Choice("no", "Nee", "n"))
_LABELS = 160
_RIGHT = 446


class SettingsPage(Page):
    """Each choice holds at once; nothing here is synchronised."""

    name: ClassVar[str] = "settings"

    def __init__(self, work: Work, program: Program) -> None:
        """As it was set on this laptop."""
        super().__init__(work)
        self._program = program
        self.look = ChoiceRow("Kleuren", _LOOKS)
        self.text_size = ChoiceRow("Tekstgrootte", _SIZES)
        self.minutes = ChoiceRow("Vergrendelen na", _MINUTES)
        self.puberty = ChoiceRow("Discreet bij puberteit", _YES_NO)
        self.scan = TextEdit("Scannertest", limit=200, placeholder="scan een doos")
        self._scanned = Label(role=Role.SECONDARY, wrap=True)
        self._rules = Button("Regels")
        self._place()
        for row in (self.look, self.text_size, self.minutes, self.puberty):
            row.edited.connect(self._keep)
        self.scan.edited.connect(self._read_scan)
        self._rules.clicked.connect(lambda: self.go(Destination("rules")))
        self.footer.add_left(self._rules)
        self.top_line.set_title("Instellingen")

    def _place(self) -> None:
        look = Card("Weergave", main=True)
        for name, control in (("Kleuren", self.look), ("Tekstgrootte", self.text_size)):
            look.body.addWidget(FieldRow(name, control, label_width=_LABELS))
        lock = Card("Vergrendelen", main=True)
        lock.body.addWidget(FieldRow("Zonder beweging na", self.minutes, label_width=_LABELS))
        lock.body.addWidget(FieldRow("Discreet bij puberteit", self.puberty, label_width=_LABELS))
        scanner = Card("Scannertest", main=True)
        scanner.body.addWidget(FieldRow("Code", self.scan, label_width=_LABELS, stretch=True))
        scanner.body.addWidget(self._scanned)
        device = Card("Toestel")
        self._device = Label(wrap=True)
        device.body.addWidget(self._device)
        self._lease = Label(say("settings.no_lease"), wrap=True)
        device.body.addWidget(self._lease)
        about = Card("Over")
        about.body.addWidget(Label(f"clbdesk {__version__}", weight=Weight.SEMIBOLD))
        about.body.addWidget(Label(f"Qt {qVersion()}", role=Role.SECONDARY))
        about.body.addWidget(Label(say("settings.licences"), role=Role.SECONDARY, wrap=True))
        columns = Columns(right_width=_RIGHT)
        for card in (look, lock, scanner):
            columns.left.addWidget(card)
        columns.left.addStretch(1)
        for card in (device, about):
            columns.right.addWidget(card)
        columns.right.addStretch(1)
        self.body.addWidget(columns)
        self.body.addStretch(1)

    def arrive(self, to: Destination) -> None:
        """What holds on this laptop now."""
        del to
        settings = read_settings(self._program.folder)
        self.look.set_value(settings.look.value)
        self.text_size.set_value(str(settings.text_percent))
        self.minutes.set_value(str(settings.lock_minutes))
        self.puberty.set_value("yes" if settings.discreet_at_puberty else "no")
        self.scan.set_value("")
        self._scanned.setText(say("settings.scan_how"))
        desk = self.work.desk
        self._device.setText(
            say("settings.device", device=desk.device_name, centre=desk.centre_name)
        )
        self.ask(partial(view_sync, desk, self._program.laptop), self._show_lease)
        self.look.setFocus(Qt.FocusReason.OtherFocusReason)

    def title_back(self) -> str:
        """Instellingen."""
        return "Instellingen"

    def _show_lease(self, view: SyncView) -> None:
        until = view.lease_until
        last = say("settings.lease", day=show.moment(until)) if until else say("settings.no_lease")
        self._lease.setText(last)

    def _keep(self) -> None:
        """At once, and for the next time."""
        settings = Settings(
            look=self.look.value_as(Look) or Look.LIGHT,
            text_percent=int(self.text_size.value() or 100),
            lock_minutes=int(self.minutes.value() or 5),
            discreet_at_puberty=self.puberty.value() != "no",
        )
        try:
            keep_settings(self._program.folder, settings)
        except OSError:
            self.say(say("settings.not_kept"), Severity.ERROR)
        self.work.bus.comfort.emit(settings)

    def _read_scan(self) -> None:
        typed = self.scan.value()
        if not typed.strip():
            self._scanned.setText(say("settings.scan_how"))
            return
        layout = say("settings.layout_azerty" if types_azerty(typed) else "settings.layout_same")
        package = read_package(typed)
        if package.complete and package.expires_on is not None:
            found = say("settings.scan_read", lot=package.lot, day=show.day(package.expires_on))
        else:
            found = say("settings.scan_unread")
        self._scanned.setText(f"{layout} {found}")

"""P01 Ontgrendelen: opens the vault of one user; no pupil is shown here.

It also covers the window while it is locked. Enter unlocks, the single exception to "Enter never
saves", because nothing is recorded.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from clbdesk.errors import Environment, Refused
from clbdesk.wording import label, say
from ui import format as show
from ui import theme
from ui.tasks import Lane, Tasks
from ui.theme import Role, Size, Weight
from ui.widgets.button import Button, Kind
from ui.widgets.card import Card
from ui.widgets.field_row import LABEL_WIDTH, FieldRow
from ui.widgets.filtered_list import FilteredList, Option
from ui.widgets.label import IconWord, Label

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QShowEvent

    from clbdesk.bootstrap import Program
    from clbdesk.ids import StaffId
    from clbdesk.services.desk import Desk
    from ui.pages.enrol import EnrolCard

_CARD, _FIELD = 680, 360  # px


class UnlockPage(QWidget):
    """`unlocked(desk)` when a passphrase fitted; `painted()` once, when it first stands there."""

    unlocked = Signal(object)
    painted = Signal()

    def __init__(self, program: Program, tasks: Tasks) -> None:
        """Shows who can unlock this laptop."""
        super().__init__()
        self._program, self._tasks = program, tasks
        self.enrolling: EnrolCard | None = None
        self._kept_open: Desk | None = None
        self._was_painted = False
        self._who = FilteredList("Gebruiker", (), width=_FIELD)
        self._passphrase = QLineEdit()
        self._passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self._passphrase.setAccessibleName("Wachtzin")
        self._show = Button("Tonen", height=36)
        self._show.pressed.connect(partial(self._reveal, True))
        self._show.released.connect(partial(self._reveal, False))
        self._trouble = IconWord("x", "", Role.ERROR, size=Size.QUIET)
        self._sentence = Label(size=Size.QUIET, role=Role.ERROR, wrap=True)
        self._busy = Label("Bezig met ontgrendelen…", Size.QUIET, role=Role.SECONDARY)
        self._go = Button("Ontgrendelen", "Enter", kind=Kind.PRIMARY)
        self._go.clicked.connect(self.unlock)
        self._passphrase.returnPressed.connect(self.unlock)
        self._wait = QTimer(self)
        self._wait.setInterval(1000)
        self._wait.timeout.connect(self._count_down)
        self._left = 0
        self._place()
        self._trouble_text("")
        self._busy.hide()
        self.prepare()

    def _place(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.addStretch(2)
        card = Card(padding=32, spacing=16)
        self._title = Label("clbdesk", Size.FIGURE, Weight.BOLD)
        self._where = Label("", Size.QUIET, role=Role.SECONDARY)
        card.body.addWidget(self._title)
        card.body.addWidget(self._where)
        card.body.addSpacing(8)
        card.body.addWidget(FieldRow("Gebruiker", self._who))
        word = FieldRow("Wachtzin", self._passphrase)
        word.add_beside(self._show)
        card.body.addWidget(word)
        wrong = self._wrong = QHBoxLayout()
        wrong.addWidget(self._trouble, 0, Qt.AlignmentFlag.AlignTop)
        wrong.addWidget(self._sentence, 1)
        card.body.addLayout(wrong)
        buttons = QHBoxLayout()
        buttons.addWidget(self._busy, 1)
        buttons.addStretch(1)
        buttons.addWidget(self._go)
        card.body.addLayout(buttons)
        self._card = card
        self._row = QHBoxLayout()
        self._row.addStretch(1)
        self._row.addWidget(card)
        self._row.addStretch(1)
        column.addLayout(self._row)
        column.addStretch(3)
        self._foot = Label("", Size.QUIET, role=Role.SECONDARY)
        self._foot.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._foot)
        self._measure()
        theme.signals().changed.connect(self._measure)

    def _measure(self) -> None:
        self._card.setFixedWidth(theme.px(_CARD))
        self._passphrase.setFixedSize(theme.px(_FIELD), theme.px(40))
        self._wrong.setContentsMargins(theme.px(LABEL_WIDTH), 0, 0, 0)

    def prepare(self) -> None:
        """Show who can unlock, and put the focus on the passphrase; also after locking."""
        self._passphrase.clear()
        try:
            device = self._program.device
        except Environment:
            self._show_enrolling()
            return
        self._where.setText(f"{device.centre_name} · toestel {device.device_name}")
        users = self._program.users()
        self._who.set_options(
            tuple(
                Option(user.staff_id, user.name, ", ".join(label(role) for role in user.roles))
                for user in users
            )
        )
        if device.last_user is not None or len(users) == 1:
            self._who.set_value(users[0].staff_id)
        if device.lease is not None:
            self._foot.setText(f"Gebruikstermijn tot {show.moment(device.lease.until)}")
        self._go.setEnabled(True)
        self._point()

    def _show_enrolling(self) -> None:
        """No vault yet: this laptop first gets a centre and passphrases."""
        from ui.pages.enrol import EnrolCard

        self._card.hide()
        self.enrolling = EnrolCard(self._program, self._tasks)
        self._row.insertWidget(1, self.enrolling)
        self.enrolling.enrolled.connect(self._on_enrolled)
        self.enrolling.point()

    def _on_enrolled(self, sentence: str) -> None:
        if self.enrolling is not None:
            self.enrolling.hide()
            self.enrolling.deleteLater()
        self.enrolling = None
        self._card.show()
        self.prepare()
        self._foot.setText(sentence)

    def _point(self) -> None:
        """Typing goes where the next answer is wanted."""
        if self.enrolling is not None:
            self.enrolling.point()
            return
        chosen = self._who.value() is not None
        (self._passphrase if chosen else self._who).setFocus(Qt.FocusReason.OtherFocusReason)

    def stay_open(self, desk: Desk | None, why: str = "") -> None:
        """The vault of this desk stays open behind the page: only its own user may come back."""
        self._kept_open = desk
        if desk is not None:
            self._go.setEnabled(True)
            self._trouble_text(why)
            self._point()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell once that the page stands."""
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self.painted.emit)

    def showEvent(self, event: QShowEvent) -> None:
        """A focus that was set before the page stood in its window is lost: set it again."""
        super().showEvent(event)
        self._point()

    def changeEvent(self, event: QEvent) -> None:
        """Nothing of a half-typed passphrase stays when the window is hidden."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.EnabledChange and not self.isEnabled():
            self._passphrase.clear()

    def unlock(self) -> None:
        """Derive the key away from the window, then hand over the open desk."""
        staff_id = self._who.value()
        if not self._go.isEnabled():
            return
        if staff_id is None:
            self._trouble_text("Kies een gebruiker.")
            self._who.setFocus()
            return
        passphrase = self._passphrase.text()
        if not passphrase:
            self._trouble_text(say("storage.passphrase_empty"))
            return
        self._trouble_text("")
        self._go.setEnabled(False)
        self._busy.show()
        user = next(one for one in self._program.users() if one.staff_id == staff_id)
        self._tasks.run(
            Lane.MEDICAL,
            partial(self._open, self._kept_open, user.staff_id, passphrase),
            self._on_open,
            failed=self._on_trouble,
            owner=self,
        )

    def _open(self, kept_open: Desk | None, staff_id: StaffId, passphrase: str) -> Desk:
        """On the vault's thread."""
        if kept_open is None:
            return self._program.unlock(staff_id, passphrase)
        self._program.confirm(kept_open, staff_id, passphrase)
        return kept_open

    def _on_open(self, desk: Desk) -> None:
        self._busy.hide()
        self._go.setEnabled(True)
        self._passphrase.clear()
        self.unlocked.emit(desk)

    def _on_trouble(self, error: Refused | Environment) -> None:
        self._busy.hide()
        self._passphrase.clear()
        self._trouble_text(say(error.key, **error.values))
        seconds = error.values.get("seconds")
        if isinstance(seconds, int) and seconds > 0:
            self._left = seconds
            self._wait.start()
        else:
            self._go.setEnabled(True)
        self._passphrase.setFocus(Qt.FocusReason.OtherFocusReason)

    def _count_down(self) -> None:
        self._left -= 1
        if self._left > 0:
            self._trouble_text(say("storage.wait", seconds=self._left))
            return
        self._wait.stop()
        self._trouble_text("")
        self._go.setEnabled(True)

    def _reveal(self, on: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if on else QLineEdit.EchoMode.Password
        self._passphrase.setEchoMode(mode)

    def _trouble_text(self, text: str) -> None:
        self._sentence.setText(text)
        self._passphrase.setAccessibleDescription(text)
        self._trouble.setVisible(bool(text))
        self._sentence.setVisible(bool(text))

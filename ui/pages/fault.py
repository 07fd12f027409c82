"""P31 Foutpagina: a defect of ours never costs input and never shows pupil data."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtWidgets import QPlainTextEdit

from clbdesk.wording import say
from ui import actions
from ui import format as show
from ui.actions import Key
from ui.pages.base import Destination, Page, Work
from ui.theme import Role, Size
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.label import Label

if TYPE_CHECKING:
    from datetime import datetime

    from clbdesk.bootstrap import Program

_TOO_MANY, _MINUTE = 3, timedelta(minutes=1)


class FaultPage(Page):
    """What happened, that nothing saved is lost, and the whole report to read."""

    name: ClassVar[str] = "fault"

    def __init__(self, work: Work, program: Program) -> None:
        """Filled on arrival, from `work.fault`."""
        super().__init__(work)
        self._program = program
        self._times: list[datetime] = []
        self._sentence = Label(size=Size.TITLE, wrap=True)
        self._code = Label(size=Size.QUIET, role=Role.SECONDARY)
        self._report = QPlainTextEdit()
        self._report.setReadOnly(True)
        self._report.setAccessibleName("Melding")
        self._report.setTabChangesFocus(True)
        self._report.hide()
        card = Card(main=True, spacing=12)
        card.body.addWidget(self._sentence)
        card.body.addWidget(self._code)
        card.body.addWidget(self._report)
        self.body.addWidget(card)
        self.body.addStretch(1)
        look = Button("Melding bekijken")
        look.clicked.connect(lambda: self._report.setVisible(self._report.isHidden()))
        keep = Button("Melding opslaan")
        keep.clicked.connect(self._keep)
        self.footer.add_left(look, keep)
        self._again = Button("Opnieuw beginnen")
        self._again.clicked.connect(self.top_line.lock_asked)
        self.footer.add_right(self._again)
        self.footer.set_primary("Verder werken", actions.hint(Key.SAVE_AND_GO))
        self.footer.primary_pressed.connect(self._on_primary)
        self.top_line.set_title("Er liep iets mis")

    def arrive(self, to: Destination) -> None:
        """Show the newest report."""
        del to
        fault = self.work.fault
        if fault is None:
            return
        self._sentence.setText(say("fault.happened"))
        now = self.work.desk.clock.now()
        self._times = [at for at in self._times if now - at < _MINUTE] + [now]
        self._again.setVisible(not self._is_stuck())
        words = "Opnieuw beginnen" if self._is_stuck() else "Verder werken"
        self.footer.set_primary(words, actions.hint(Key.SAVE_AND_GO))
        self._report.hide()
        self._code.setText(say("fault.code", code=fault.code, moment=show.short_moment(now)))
        self._report.setPlainText(fault.text)
        self.footer.primary.setFocus()

    def title_back(self) -> str:
        """Foutpagina."""
        return "Melding"

    def _keep(self) -> None:
        fault = self.work.fault
        if fault is not None:
            folder = self._program.folder.root / "faults"
            folder.mkdir(exist_ok=True)
            (folder / f"{fault.code}.txt").write_text(fault.text, encoding="utf-8")
            self.say(say("fault.kept", code=fault.code))

    def _is_stuck(self) -> bool:
        """Three defects within a minute: going on would only bring the next one."""
        return len(self._times) >= _TOO_MANY

    def _on_primary(self) -> None:
        if self._is_stuck():
            self._times = []
            self.top_line.lock_asked.emit()
        else:
            self.go(self.work.before_fault or Destination("visits"))

"""P31 Foutpagina: a defect of ours never costs input and never shows pupil data."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtWidgets import QPlainTextEdit

from clbdesk.wording import say
from ui import format as show
from ui.pages.base import Destination, Page, Work
from ui.theme import Role, Size
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.label import Label

if TYPE_CHECKING:
    from clbdesk.bootstrap import Program


class FaultPage(Page):
    """What happened, that nothing saved is lost, and the whole report to read."""

    name: ClassVar[str] = "fault"

    def __init__(self, work: Work, program: Program) -> None:
        """Filled on arrival, from `work.fault`."""
        super().__init__(work)
        self._program = program
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
        self.footer.set_primary("Verder werken")
        self.footer.primary_pressed.connect(self._go_on)
        self.top_line.set_title("Er liep iets mis")

    def arrive(self, to: Destination) -> None:
        """Show the newest report."""
        del to
        fault = self.work.fault
        if fault is None:
            return
        self._sentence.setText(say("fault.happened"))
        now = self.work.desk.clock.now()
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

    def _go_on(self) -> None:
        before = self.work.before_fault
        self.go(before or Destination("visits"))

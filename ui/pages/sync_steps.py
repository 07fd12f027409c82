"""The five lines of Synchroniseren: how far each step is, in words, figures and a bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from clbdesk.domain.scopes import CENTRE_SCOPE
from clbdesk.services.synchronise import Progress, Step, SyncDone
from clbdesk.wording import say
from ui import format as show
from ui import theme
from ui.theme import Role, Weight
from ui.widgets import paint
from ui.widgets.card import Card
from ui.widgets.label import IconWord, Label, Rule

if TYPE_CHECKING:
    from datetime import datetime

    from PySide6.QtGui import QPaintEvent

_NAMES = {
    Step.BACKUP: "Reservekopie",
    Step.SEND: "Verzenden",
    Step.RECEIVE: "Ontvangen",
    Step.CHECK: "Controleren",
    Step.RELEASE: "Vrijgeven",
}


class ProgressBar(QWidget):
    """A bar of 8 px: how much of a known amount is done."""

    def __init__(self, name: str) -> None:
        """Hidden while nothing runs."""
        super().__init__()
        self._part = 0.0
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(theme.px(8))
        self.setMaximumWidth(theme.px(220))

    def show_part(self, done: int, total: int) -> None:
        """`done` of `total`; an unknown total is an empty bar."""
        self._part = min(1.0, done / total) if total else 0.0
        self.setAccessibleDescription(f"{done} van {total}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The whole in pale, what is done in accent."""
        del event
        painter = QPainter(self)
        box = QRectF(self.rect())
        paint.frame(painter, box, ground=Role.SELECTED, radius=4)
        if self._part:
            box.setWidth(max(8.0, box.width() * self._part))
            paint.frame(painter, box, ground=Role.ACCENT, radius=4)


class _Line(QWidget):
    """One step: number, name, state, figure, explanation, hour."""

    def __init__(self, number: int, name: str) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._number = Label(str(number), role=Role.SECONDARY)
        self._name = Label(name, weight=Weight.SEMIBOLD)
        self._state = IconWord("check", "", Role.OK)
        self._figure = Label(weight=Weight.SEMIBOLD)
        self._figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._words = Label(role=Role.SECONDARY)
        self._words.setMinimumWidth(1)  # the columns decide when they stand below each other
        self.bar = ProgressBar(name)
        self._hour = Label(role=Role.SECONDARY)
        self._number.setFixedWidth(theme.px(24))
        self._name.setFixedWidth(theme.px(136))
        self._state.setFixedWidth(theme.px(26))
        self._figure.setFixedWidth(theme.px(104))
        for widget in (self._number, self._name, self._state, self._figure):
            row.addWidget(widget)
        row.addSpacing(12)
        row.addWidget(self._words)
        row.addSpacing(12)
        row.addWidget(self.bar, 1)
        row.addStretch(1)
        row.addWidget(self._hour)
        self.setFixedHeight(theme.px(43))
        self.setAccessibleName(name)
        self.wait("")

    def wait(self, words: str) -> None:
        """Not begun."""
        self._show("", "", words, "")
        self.bar.hide()

    def run(self, figure: str, words: str, done: int, total: int) -> None:
        """Under way."""
        self._show("player-play", figure, words, "")
        self.bar.show()
        self.bar.show_part(done, total)

    def finish(self, figure: str, words: str, hour: str, icon: str = "check") -> None:
        """Ready, or broken off."""
        self._show(icon, figure, words, hour)
        self.bar.hide()

    def _show(self, icon: str, figure: str, words: str, hour: str) -> None:
        role = {"check": Role.OK, "player-play": Role.ACCENT}.get(icon, Role.ATTENTION)
        self._state.show_state(icon, "", role)
        self._figure.setText(figure)
        self._words.setText(words)
        self._hour.setText(hour)
        self.setAccessibleDescription(" ".join(part for part in (figure, words, hour) if part))


class StepsCard(Card):
    """Five rows of 44; what ran last stays to be read."""

    def __init__(self) -> None:
        """All waiting."""
        super().__init__(spacing=0)
        self.set_margins(top=4, bottom=4)
        self._lines = {
            step: _Line(number, name) for number, (step, name) in enumerate(_NAMES.items(), 1)
        }
        column = QVBoxLayout()
        column.setSpacing(0)
        for number, line in enumerate(self._lines.values()):
            if number:
                column.addWidget(Rule(Role.LINE_FAINT))
            column.addWidget(line)
        self.body.addLayout(column)
        self._received: dict[str | None, int] = {}
        self._figures: dict[Step, tuple[str, str]] = {}
        self._hours: dict[Step, str] = {}
        self._running: Step | None = None
        self.setAccessibleName("Stappen")

    def begin(self) -> None:
        """A run starts: everything waits."""
        self._received, self._figures, self._hours, self._running = {}, {}, {}, None
        for line in self._lines.values():
            line.wait("wacht")

    def show_progress(self, progress: Progress, now: datetime) -> None:
        """One report of the machine; the step before it is ready."""
        before = self._running
        if before is not None and before is not progress.step:
            self._hours[before] = show.hour(now)
            self._lines[before].finish(*self._figures[before], self._hours[before])
        self._running = progress.step
        self._figures[progress.step] = self._words_of(progress)
        self._lines[progress.step].run(*self._figures[progress.step], progress.done, progress.total)

    def show_done(self, done: SyncDone, now: datetime) -> None:
        """The outcome of every step; the hours of the earlier ones stand already."""
        for step, (figure, words) in _outcome(done).items():
            icon = "check"
            if (step is Step.CHECK and done.report.receipt is None) or (
                step is Step.RELEASE and done.held_back
            ):
                icon = "alert-triangle"
            hour = self._hours.get(step) or show.hour(now)
            self._lines[step].finish(figure, words, hour, icon)
        self._running = None

    def show_broken(self, now: datetime) -> None:
        """The run ended before its end: the step it was in says so."""
        steps = list(_NAMES)
        at = -1 if self._running is None else steps.index(self._running)
        for number, step in enumerate(steps):
            if number > at:
                self._lines[step].wait("")
            elif number == at:
                figure, _ = self._figures[step]
                words = say("synchronise.step_failed")
                self._lines[step].finish(figure, words, show.hour(now), "alert-triangle")
        self._running = None

    def _words_of(self, progress: Progress) -> tuple[str, str]:
        if progress.step is Step.BACKUP:
            return "", "versleuteld"
        if progress.step is Step.SEND:
            apart = f" · {progress.quarantined} in quarantaine" if progress.quarantined else ""
            return f"{progress.done} van {progress.total}", f"wijzigingen{apart}"
        if progress.step is Step.RECEIVE:
            self._received[progress.scope] = progress.done
            return show.whole(sum(self._received.values())), "wijzigingen"
        if progress.step is Step.CHECK:
            return "", "aantal en controlegetal"
        return f"{progress.done} van {progress.total}" if progress.total else "", "bezoeken"


def _outcome(done: SyncDone) -> dict[Step, tuple[str, str]]:
    report = done.report
    visits = [one for one in report.scopes if one.scope != CENTRE_SCOPE]
    equal = sum(one.is_equal for one in visits)
    released = sum(pupils for _, pupils in done.released)
    what = "bezoeken" if visits else "centrum"
    check = f"{what}, aantal en controlegetal gelijk" if report.receipt else f"{what} gelijk"
    return {
        Step.BACKUP: (show.storage_size(done.backup_bytes), "versleuteld"),
        Step.SEND: (f"{report.confirmed} van {done.sent}", "wijzigingen"),
        Step.RECEIVE: (show.whole(report.received), "wijzigingen"),
        Step.CHECK: (f"{equal} van {len(visits)}" if visits else "", check),
        Step.RELEASE: (
            show.whole(released) if report.releases else "",
            "leerlingen van deze laptop" if report.releases else "niets gevraagd",
        ),
    }

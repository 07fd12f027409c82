"""What a synchronisation did, per visit, and what is left for a person to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from clbdesk.wording import say
from ui import format as show
from ui import theme
from ui.theme import Role, Size, Weight
from ui.widgets.button import Button, Link
from ui.widgets.card import Card
from ui.widgets.label import IconWord, Label, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from clbdesk.domain.scopes import Release
    from clbdesk.services.synchronise import DraftLine, VisitResult

_HEADS = ("Bezoek", "Verzonden", "Ontvangen", "Gecontroleerd", "Vrijgegeven")
_OF_A_VISIT = {"care_meeting", "intervention", "school_output", "vaccination_close"}
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class VisitsTable(Card):
    """A line per visit: sent, received, checked, released."""

    def __init__(self) -> None:
        """Hidden until there is a result."""
        super().__init__(spacing=0)
        self.set_margins(top=6, bottom=6)
        self._holder: QWidget | None = None
        self.hide()

    def show_results(self, results: Sequence[VisitResult]) -> None:
        """Replace what stands."""
        if self._holder is not None:
            self._holder.deleteLater()
        self._holder = QWidget()
        grid = QGridLayout(self._holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(0, 1)
        for column, head in enumerate(_HEADS):
            made = Label(head, Size.SMALL, role=Role.SECONDARY)
            made.setFixedHeight(theme.px(28))
            grid.addWidget(made, 0, column, *(() if column == 0 else (1, 1, _RIGHT)))
        grid.addWidget(Rule(), 1, 0, 1, len(_HEADS))
        for number, result in enumerate(results):
            row = 2 + 2 * number
            if number:
                grid.addWidget(Rule(Role.LINE_FAINT), row - 1, 0, 1, len(_HEADS))
            self._add(grid, row, result)
        for column, width in ((1, 90), (2, 78), (3, 96), (4, 96)):
            grid.setColumnMinimumWidth(column, theme.px(width))
        self.body.addWidget(self._holder)
        self.show()

    def _add(self, grid: QGridLayout, row: int, result: VisitResult) -> None:
        title = Label(result.title or "Buiten bezoek", wrap=True)
        title.setMinimumHeight(theme.px(29))
        sent = Label(f"{result.confirmed} van {result.sent}", weight=Weight.SEMIBOLD)
        received = Label(show.whole(result.received))
        state = (
            IconWord("check", "", Role.OK)
            if result.is_equal
            else IconWord("alert-triangle", "", Role.ATTENTION)
        )
        state.setAccessibleName("gelijk" if result.is_equal else "niet gelijk")
        released = Label(
            "–" if result.released is None else show.whole(result.released),
            weight=Weight.REGULAR if result.released is None else Weight.SEMIBOLD,
        )
        grid.addWidget(title, row, 0)
        for column, widget in enumerate((sent, received, state, released), 1):
            grid.addWidget(widget, row, column, _RIGHT)


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do or to know: attention only for what needs a person."""

    icon: str
    word: str
    sentence: str
    role: Role = Role.ATTENTION
    act: str = ""
    call: Callable[[], None] | None = None


class TasksCard(Card):
    """Things to do, one per row, with what to do about it at the right."""

    def __init__(self) -> None:
        """Hidden while there is nothing."""
        super().__init__(spacing=0)
        self.set_margins(top=6, bottom=6)
        self._holder: QWidget | None = None
        self.hide()

    def show_tasks(self, tasks: Sequence[Task]) -> None:
        """Replace what stands."""
        if self._holder is not None:
            self._holder.deleteLater()
        self._holder = QWidget()
        column = QVBoxLayout(self._holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for number, task in enumerate(tasks):
            if number:
                column.addWidget(Rule(Role.LINE_FAINT))
            column.addWidget(_task_row(task))
        self.body.addWidget(self._holder)
        self.setVisible(bool(tasks))
        self.tasks = tuple(tasks)


def _task_row(task: Task) -> QWidget:
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 4, 0, 4)
    row.setSpacing(12)
    neutral = task.role is Role.SECONDARY
    word = IconWord(
        task.icon,
        task.word,
        task.role,
        weight=Weight.SEMIBOLD,
        word_role=Role.TEXT if neutral else None,
    )
    word.setMinimumWidth(theme.px(248))
    row.addWidget(word)
    row.addWidget(Label(task.sentence, role=Role.SECONDARY, wrap=True), 1)
    if task.call is not None:
        button = Button(task.act, height=36)
        button.setAccessibleName(f"{task.act}: {task.word}")
        button.clicked.connect(lambda _on=False, call=task.call: call())
        row.addWidget(button)
    made.setMinimumHeight(theme.px(44))
    return made


class DraftsCard(Card):
    """The own drafts: they are named before anything is sent, because they are not."""

    def __init__(self, follow: Callable[[DraftLine], None]) -> None:
        """`follow`: goes to the form of a draft."""
        super().__init__(spacing=0)
        self._follow = follow
        self._holder: QWidget | None = None
        self.set_ground(Role.ATTENTION_GROUND)
        self.hide()

    def show_drafts(self, drafts: Sequence[DraftLine]) -> None:
        """A sentence and a link per draft."""
        if self._holder is not None:
            self._holder.deleteLater()
        self._holder = QWidget()
        column = QVBoxLayout(self._holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        count = len(drafts)
        text = say("sync.drafts_stay_one") if count == 1 else say("sync.drafts_stay", count=count)
        column.addWidget(
            IconWord("pencil", text, Role.ATTENTION, weight=Weight.SEMIBOLD, word_role=Role.TEXT)
        )
        for draft in drafts:
            row = QHBoxLayout()
            row.setContentsMargins(26, 0, 0, 0)
            row.setSpacing(12)
            title = draft.title or "Concept"
            has_page = draft.pupil_id is not None or draft.step in _OF_A_VISIT
            if has_page and draft.visit_id is not None:
                link = Link(title, Size.BASE)
                link.clicked.connect(lambda _on=False, one=draft: self._follow(one))
                row.addWidget(link)
            else:
                row.addWidget(Label(title))
            hour = show.short_moment(draft.saved_at)
            row.addWidget(Label(hour, Size.QUIET, role=Role.SECONDARY))
            row.addStretch(1)
            column.addLayout(row)
        self.body.addWidget(self._holder)
        self.setVisible(bool(drafts))


def obstacles(release: Release) -> str:
    """Why a visit cannot be given back, in the words of what stands in the way."""
    found = []
    for name in ("outbox", "drafts", "conflicts", "quarantined"):
        count = getattr(release, name)
        if count == 1:
            found.append(say(f"sync.reason_{name}_one"))
        elif count:
            found.append(say(f"sync.reason_{name}", count=count))
    return say("sync.release_refused", reasons=", ".join(found))

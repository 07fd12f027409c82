"""P25 Synchroniseren: bring the day home and prove it; meenemen and vrijgeven go the same way.

Work goes on meanwhile: the network has a thread of its own, the vault is held for moments. The
word "bevestigd" is only said when both sides gave the same digests and a receipt exists.
"""

from __future__ import annotations

from contextlib import closing
from functools import partial
from threading import Event
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from clbdesk.services.receipts import ReceiptView, print_receipt, view_receipt
from clbdesk.services.synchronise import (
    DraftLine,
    Progress,
    SyncDone,
    SyncView,
    all_changed,
    synchronise,
    take_visit,
    view_sync,
)
from clbdesk.services.visits import find_visit
from clbdesk.wording import say, say_count
from ui import actions
from ui import format as show
from ui.actions import Key
from ui.bus import Act, Message, Severity
from ui.pages import registry
from ui.pages.base import Destination, Page, Work
from ui.pages.sync_receipt import InHandCard, ReceiptCard
from ui.pages.sync_result import DraftsCard, TasksCard, VisitsTable
from ui.pages.sync_steps import StepsCard
from ui.pages.sync_take import TakeCard
from ui.pages.sync_todo import taken_words, to_do, trouble_words
from ui.tasks import Lane
from ui.widgets.button import Button
from ui.widgets.card import Columns
from ui.widgets.frame_parts import StatusItem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from clbdesk.bootstrap import Program
    from clbdesk.errors import Environment, Refused
    from clbdesk.ids import VisitId
    from clbdesk.reports.paper import Printed
    from clbdesk.services.outcome import ChangeSet, Outcome
    from clbdesk.services.synchronise import TakenAlong, VisitResult
    from clbdesk.services.visits import VisitCard

# The proof of the day stays on the screen until something else happens there.
_WHOLE_DAY = 24 * 3600.0
# Troubles of the network are ordinary: nothing is lost and nothing has to be put right here.
_ORDINARY = {"sync.unreachable", "sync.connection_lost", "sync.cancelled", "sync.busy"}


class SynchronisePage(Page):
    """`step="take"` takes a visit along; `step="give_back"` proposes to give it back."""

    name: ClassVar[str] = "synchronise"
    prints_itself: ClassVar[bool] = True
    _done: SyncDone | None = None

    def __init__(self, work: Work, program: Program) -> None:
        """Steps, result and things to do at the left; receipt and visits at the right."""
        super().__init__(work)
        self._program = program
        self._cancel: Event | None = None
        self._view: SyncView | None = None
        self._receipt: ReceiptView | None = None
        self._give_back: VisitId | None = None
        self._drafts = DraftsCard(self._open_draft)
        self._take_card = TakeCard()
        self._steps = StepsCard()
        self._results = VisitsTable()
        self._tasks = TasksCard()
        self._receipt_card = ReceiptCard()
        self._in_hand = InHandCard()
        self._in_hand.ticked.connect(self._show_primary)
        columns = Columns(right_width=518)
        for card in (self._drafts, self._take_card, self._steps, self._results, self._tasks):
            columns.left.addWidget(card)
        columns.right.addWidget(self._receipt_card)
        columns.right.addWidget(self._in_hand)
        self.body.addWidget(columns)
        self.body.addStretch(1)
        self._stop = Button("Annuleren")
        self._stop.clicked.connect(self.cancel)
        self._print = Button("Ontvangstbewijs afdrukken", actions.hint(Key.PRINT))
        self._print.clicked.connect(self.print_receipt)
        self._save = Button("Opslaan als PDF…")
        self._save.clicked.connect(self._save_receipt)
        self.footer.add_left(self._stop, self._print, self._save)
        self.footer.primary_pressed.connect(self.start)
        actions.bind(self, Key.PRINT, self.print_receipt)
        self.top_line.set_title("Synchroniseren")
        self._show_running()

    # --- page ---

    def arrive(self, to: Destination) -> None:
        """Look at the vault; take a visit along when that was asked."""
        self.footer.primary.setFocus(Qt.FocusReason.OtherFocusReason)
        self._give_back = to.visit_id if to.step == "give_back" else None
        if not self.is_running():
            self._look()
            if to.step == "take" and to.visit_id is not None:
                self._take(to.visit_id)

    def refresh(self, changes: ChangeSet) -> None:
        """Something was saved while this page stands ready."""
        del changes
        if not self.is_running():
            self._look()

    def title_back(self) -> str:
        """Synchroniseren."""
        return "Synchroniseren"

    def is_running(self) -> bool:
        """Whether the network is busy for this page."""
        return self._cancel is not None

    def show_status(self) -> None:
        """After a proof the line says so; otherwise as everywhere."""
        receipt = self._done.report.receipt if self._done is not None else None
        if receipt is None:
            super().show_status()
            return
        waiting = f"{self.work.waiting} te verzenden"
        self.status.show_status(
            (
                StatusItem("Verbonden met het centrum", "cloud"),
                StatusItem(f"{waiting} · laatste synchronisatie {show.moment(receipt.at)}"),
            ),
            self.work.who(),
        )

    def _look(self) -> None:
        desk, laptop = self.work.desk, self._program.laptop
        self.ask(partial(view_sync, desk, laptop), self._on_view)

    def _on_view(self, view: SyncView) -> None:
        self._view = view
        made_now = self._done is not None and self._done.report.receipt == view.last_receipt
        self._receipt = view_receipt(self.work.desk, view, made_now=made_now)
        self._receipt_card.show_receipt(self._receipt)
        self._in_hand.show_view(view)
        self._drafts.show_drafts(view.drafts)
        self._tasks.show_tasks(to_do(view, self._done, self.go))
        if self._give_back is not None:
            self._in_hand.tick(self._give_back)
            self._give_back = None
        self._show_primary()
        self._show_running()
        last = view.last_receipt
        if self._done is None and not view.waiting and last is not None and not self.is_running():
            self.say(say("sync.nothing_waits", moment=show.moment(last.at)))

    def _open_draft(self, draft: DraftLine) -> None:
        page = draft.step if draft.step in registry.pages() else "pupil"
        page = "observation" if draft.step == "incident" else page
        self.go(Destination(page, draft.visit_id, draft.pupil_id, draft.step))

    # --- running ---

    def start(self) -> None:
        """Ctrl+Enter: back up, send, receive, check, give back what is ticked."""
        if self.is_running():
            return
        desk, laptop, program = self.work.desk, self._program.laptop, self._program
        chosen, cancel = self._in_hand.chosen(), self._begin()
        self._steps.begin()
        self._results.hide()
        self._take_card.hide()
        self.messages.clear()

        def run(report: Callable[[Progress], None]) -> Outcome[SyncDone]:
            with closing(program.transport(desk)) as transport:
                return synchronise(desk, laptop, transport, report, cancel, chosen)

        self.work.tasks.run_reporting(
            Lane.NETWORK,
            run,
            self._on_done,
            progress=self._on_progress,
            failed=self._on_broken,
            owner=self,
        )

    def cancel(self) -> None:
        """Stop at the next safe place; what is confirmed stays confirmed."""
        if self._cancel is not None:
            self._cancel.set()

    def _begin(self) -> Event:
        cancel = Event()
        self._cancel = cancel
        self._show_running()
        return cancel

    def _on_progress(self, progress: Progress) -> None:
        self._steps.show_progress(progress, self.work.desk.clock.now())

    def _on_done(self, outcome: Outcome[SyncDone]) -> None:
        done = outcome.value
        self._done, self._cancel = done, None
        self._steps.show_done(done, self.work.desk.clock.now())
        self._results.show_results(done.visits)
        self._tell_outcome(done)
        self._look()
        self.work.bus.changed.emit(outcome.changes)

    def _tell_outcome(self, done: SyncDone) -> None:
        """The one sentence: proved, proved at the second look, or not."""
        report = done.report
        if report.receipt is None:
            titles = _titles(one for one in done.visits if not one.is_equal)
            text = say("sync.digest_still_differs", visit=titles)
            if report.missing:
                text = say_count("sync.centre_misses", report.missing)
            self.say(text, Severity.ERROR)
            return
        if done.sent:
            text = say_count("sync.sent", done.sent, confirmed=report.confirmed, sent=done.sent)
        else:
            text = say("sync.nothing_waits", moment=show.moment(report.receipt.at))
        gone = [
            say_count("sync.released", pupils, pupils=pupils, visit=school)
            for school, pupils in done.released
        ]
        is_odd = report.quarantined or done.held_back
        if again := _titles(one for one in done.visits if one.was_fetched_again):
            is_odd, text = True, say("sync.digest_differs", visit=again) + " " + text
        severity = Severity.ATTENTION if is_odd else Severity.OK
        whole = " ".join((text, *gone))
        self.messages.show_message(Message(whole, severity, seconds=_WHOLE_DAY))

    def _on_broken(self, trouble: Refused | Environment) -> None:
        self._cancel = None
        self._steps.show_broken(self.work.desk.clock.now())
        self._tell_trouble(trouble, self.start)

    def _tell_trouble(self, trouble: Refused | Environment, again: Callable[[], None]) -> None:
        """What it means for the data, and a way on."""
        words = {"sync.connection_lost": "Verdergaan"}.get(trouble.key, "Opnieuw")
        severity = Severity.ATTENTION if trouble.key in _ORDINARY else Severity.ERROR
        self.say(trouble_words(trouble), severity, Act(words, again))
        self._show_running()
        self.ask(partial(all_changed, self.work.desk), self.work.bus.changed.emit)

    # --- taking along ---

    def _take(self, visit_id: VisitId) -> None:
        desk, laptop, program = self.work.desk, self._program.laptop, self._program
        cancel = self._begin()
        self.messages.clear()
        self._take_card.begin()

        def run(
            report: Callable[[Progress], None],
        ) -> tuple[Outcome[TakenAlong], VisitCard | None]:
            with closing(program.transport(desk)) as transport:
                taken = take_visit(desk, laptop, transport, visit_id, report, cancel)
            return taken, find_visit(desk, visit_id)

        self.work.tasks.run_reporting(
            Lane.NETWORK,
            run,
            self._on_taken,
            progress=self._take_card.show_progress,
            failed=partial(self._on_not_taken, visit_id),
            owner=self,
        )

    def _on_taken(self, answer: tuple[Outcome[TakenAlong], VisitCard | None]) -> None:
        outcome, card = answer
        self._cancel = None
        self._take_card.hide()
        self._show_running()
        self._look()
        self.work.bus.changed.emit(outcome.changes)
        if self.isVisible():
            self.go(Destination("visits", outcome.value.visit_id))
        self.work.bus.say(taken_words(outcome.value, card), Severity.OK)

    def _on_not_taken(self, visit_id: VisitId, trouble: Refused | Environment) -> None:
        self._cancel = None
        self._take_card.hide()
        if trouble.key == "sync.unreachable":
            self.say(say("sync.unreachable_take"), Severity.ATTENTION)
            self._show_running()
            return
        self._tell_trouble(trouble, partial(self._take, visit_id))

    # --- receipt ---

    def print_receipt(self) -> None:
        """Ctrl+P: the receipt on paper."""
        self._make_receipt(self._to_printer)

    def _save_receipt(self) -> None:
        self._make_receipt(self._to_file)

    def _make_receipt(self, then: Callable[[Printed], None]) -> None:
        if self._receipt is None or self._view is None:
            return
        titles = {str(visit.visit_id): visit.title for visit in self._view.visits}
        if self._done is not None:
            titles |= {str(one.visit_id): one.title for one in self._done.visits if one.visit_id}
        self.ask(partial(print_receipt, self.work.desk, self._receipt, titles), then)

    def _to_printer(self, printed: Printed) -> None:
        from ui.pages.sync_paper import send_to_printer

        self._tell_printed(send_to_printer(self, printed), printed)

    def _to_file(self, printed: Printed) -> None:
        from ui.pages.sync_paper import save_as_file

        self._tell_printed(save_as_file(self, printed), printed)

    def _tell_printed(self, key: str, printed: Printed) -> None:
        if key:
            fine = key != "synchronise.printer_silent"
            self.say(say(key), Severity.OK if fine else Severity.ERROR)
        if key and printed.missing:
            text = say("synchronise.no_glyph", signs=" ".join(printed.missing))
            self.say(text, Severity.ATTENTION)

    # --- showing ---

    def _show_primary(self) -> None:
        words = "Synchroniseren en vrijgeven" if self._in_hand.chosen() else "Synchroniseren"
        self.footer.set_primary(words, enabled=not self.is_running())

    def _show_running(self) -> None:
        running, focus = self.is_running(), QApplication.focusWidget()
        self._stop.setVisible(running)
        self._print.setVisible(not running)
        self._save.setVisible(not running)
        self._print.setEnabled(self._receipt is not None)
        self._save.setEnabled(self._receipt is not None)
        self._in_hand.set_editable(not running)
        self._show_primary()
        # A button that cannot be pressed has no focus, and a page without focus has no keys.
        if self.isVisible() and focus in {None, self._stop, self.footer.primary}:
            to = self._stop if running else self.footer.primary
            to.setFocus(Qt.FocusReason.OtherFocusReason)


def _titles(results: Iterable[VisitResult]) -> str:
    """The visits of these lines in words; what belongs to no visit is the centre's."""
    return ", ".join(one.title or say("sync.centre_scope") for one in results)

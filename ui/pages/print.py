"""P28 Afdrukken: letters and lists of a visit in the order of the envelopes, none forgotten.

A PDF lives in memory only. A letter is recorded as printed after the user said that the paper came
out; until then it stays ready.
"""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clbdesk.services.letter_states import PRINTABLE, LetterState
from clbdesk.services.letters import (
    LettersView,
    MadeLetters,
    make_letters,
    open_letters,
    record_printed,
)
from clbdesk.services.parents_told import note_told
from clbdesk.services.visit_papers import (
    LockedFile,
    envelope_list,
    letters_visit,
    make_locked,
    visit_paper,
)
from clbdesk.wording import say
from ui import actions, theme
from ui import format as show
from ui.actions import Key
from ui.bus import Severity
from ui.pages import print_file, print_out
from ui.pages.base import Destination, Page, Work
from ui.pages.print_file import FileStrip
from ui.pages.print_lines import PrintLine, document_words
from ui.pages.print_list import PrintList
from ui.pages.print_out import Batch, Papers, make_papers
from ui.pages.print_preview import Preview, PrintedStrip
from ui.tasks import Lane
from ui.widgets.button import Button
from ui.widgets.card import NARROW
from ui.widgets.paper import page_images, page_words

if TYPE_CHECKING:
    from PySide6.QtGui import QImage, QResizeEvent, QShowEvent

    from clbdesk.errors import Environment, Refused
    from clbdesk.ids import VisitId
    from clbdesk.services.outcome import ChangeSet, Outcome
    from clbdesk.services.records import Saved

    # The pages, their words, and the rules behind them that no doctor confirmed.
    _Paper = tuple[list[QImage], str, tuple[str, ...]]

_LEFT, _LEFT_NARROW = 620, 540
_PREVIEW_DPI = 110
_PREVIEW_PAGES = 40
_REST_MS = 120  # arrows that run through the list make no preview of every line


class PrintPage(Page):
    """The lines at the left, the chosen one as paper at the right."""

    name: ClassVar[str] = "print"

    def __init__(self, work: Work) -> None:
        """Empty until the letters are read."""
        super().__init__(work)
        self._view: LettersView | None = None
        self._sent: Papers | None = None
        self._number = 0
        self._strip = PrintedStrip()
        self._strip.answered.connect(self._on_answer)
        self._file = FileStrip()
        self._file.asked.connect(self._on_file_asked)
        self._file.closed.connect(self.lines_focus)
        self.lines = PrintList(work, self._strip, self._file)
        self.lines.line_changed.connect(self._on_line)
        self.lines.refused.connect(lambda why: self.say(why, Severity.ATTENTION))
        self._preview = Preview()
        self._preview.search_asked.connect(self._find_printers)
        self._preview.turned.connect(self._turn)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._ask_preview)
        self.fill_body(self._place())
        self._one = Button("Eén openen", "Enter")
        self._one.clicked.connect(self.lines.open_current)
        tick = Button("Aan of uit", "Spatie")
        tick.clicked.connect(self.lines.toggle_current)
        as_file = Button("Versleuteld bestand…")
        as_file.clicked.connect(self.ask_file)
        self._told = Button("Ouders ingelicht")
        self._told.clicked.connect(self.note_told)
        self.footer.add_left(self._one, tick, as_file, self._told)
        self.footer.set_primary("Afdrukken", actions.hint(Key.SAVE_AND_GO))
        self.footer.primary_pressed.connect(self.print_ticked)
        self.top_line.set_title("Afdrukken")
        actions.bind(self, Key.NEXT_PUPIL, partial(self._turn, 1))
        actions.bind(self, Key.PREVIOUS_PUPIL, partial(self._turn, -1))

    def _place(self) -> QWidget:
        body = QWidget()
        columns = QHBoxLayout(body)
        columns.setContentsMargins(0, 0, 16, 8)
        columns.setSpacing(16)
        right = QVBoxLayout()
        right.setContentsMargins(0, 12, 0, 0)
        right.addWidget(self._preview)
        columns.addWidget(self.lines)
        columns.addLayout(right, 1)
        return body

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The list gives up air on a narrow window."""
        super().resizeEvent(event)
        narrow = self.width() < theme.px(NARROW)
        self.lines.setFixedWidth(theme.px(_LEFT_NARROW if narrow else _LEFT))

    def showEvent(self, event: QShowEvent) -> None:
        """Paper that was put away is laid out again."""
        super().showEvent(event)
        self._rest.start()

    # --- arriving ---

    def arrive(self, to: Destination) -> None:
        """The letters of a visit; without one, those of the visit of today."""
        self.lines_focus()
        self._find_printers()
        visit_id = to.visit_id or (self._view.visit_id if self._view else None)
        if visit_id is not None:
            self._read(visit_id)
        else:
            self.ask(partial(letters_visit, self.work.desk), self._on_visit)

    def refresh(self, changes: ChangeSet) -> None:
        """A conclusion was signed, or a letter printed elsewhere."""
        if self._view is not None and self._view.visit_id in changes.visit_ids:
            self._read(self._view.visit_id)

    def title_back(self) -> str:
        """Afdrukken."""
        return "Afdrukken"

    def close_open(self) -> bool:
        """Esc closes the strip of a file, then goes from single letters back to all."""
        return self._file.close_strip() or self.lines.close_line()

    def show_discreet(self) -> None:
        """Names become initials, and the paper is put away."""
        self.lines.show_again()

    def leave(self) -> None:
        """Nothing of a pupil stays on a page that is not looked at."""
        self._rest.stop()
        self._preview.show_nothing()
        self._file.close_strip()

    def lines_focus(self) -> None:
        """The keys go to the list."""
        self.lines.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_visit(self, visit_id: VisitId | None) -> None:
        if visit_id is None:
            self.lines.show_none(say("print.no_visit"))
        else:
            self._read(visit_id)

    def _read(self, visit_id: VisitId) -> None:
        self.ask(partial(open_letters, self.work.desk, visit_id), self._on_letters)

    def _on_letters(self, view: LettersView) -> None:
        self._view = view
        if self.lines.show_letters(view):
            self._sent = None
            self._strip.hide()
            self._tell_changed()

    def _tell_changed(self) -> None:
        changed = [row for row in self.lines.rows() if row.state is LetterState.CHANGED]
        hours = [show.hour(row.printed_at) for row in changed if row.printed_at is not None]
        if len(changed) == 1:
            name = show.full_name(changed[0].family_name, changed[0].given_name)
            self.say(say("print.changed_one", name=name, hour=hours[0]), Severity.ATTENTION)
        elif changed:
            self.say(say("print.changed", count=len(changed)), Severity.ATTENTION)

    def _show_title(self) -> None:
        rows, opened = self.lines.rows(), self.lines.opened()
        waits = sum(row.state is LetterState.WAITS_FOR_DOCTOR for row in rows)
        parts = [self._view.school if self._view else ""]
        parts.append(show.counted(len(self.lines.ticked()), "brief", "brieven") + " aan")
        if waits:
            parts.append(f"{waits} wacht op arts")
        title = document_words(opened.letters[0]) if opened else "Afdrukken"
        self.top_line.set_title(title, " · ".join(part for part in parts if part))

    # --- preview ---

    def _on_line(self) -> None:
        self._number = 0
        line = self.lines.line()
        waits = line is not None and any(
            row.state is LetterState.TELL_FIRST for row in line.letters
        )
        self._told.setVisible(waits)
        self._one.setEnabled(self.lines.opened() is None and self.lines.has_letters())
        self._show_title()
        self._rest.start()

    def _turn(self, by: int) -> None:
        line = self.lines.line()
        if line is not None and 0 <= self._number + by < len(line.letters):
            self._number += by
            self._ask_preview()

    def _ask_preview(self) -> None:
        line, view = self.lines.line(), self._view
        if line is None or view is None or not self.isVisible() or self.work.station.discreet:
            self._preview.show_nothing()
            return
        if not line.letters:
            self._preview.show_head(line.what)
        else:
            row = line.letters[self._number]
            name = show.list_name(row.family_name, row.given_name)
            title = f"{name} · {show.day(row.birth_date)}"
            self._preview.show_head(title, self._number + 1, len(line.letters))
            if row.state not in PRINTABLE:
                self._preview.show_words(self.lines.why_not(line))
                return
        keys = (line.letters[self._number].key,) if line.letters else self.lines.ticked()
        self.ask(partial(self._paint, view, line, keys), partial(self._on_paper, line.key))

    def _paint(self, view: LettersView, line: PrintLine, keys: tuple[str, ...]) -> _Paper:
        desk = self.work.desk
        to_confirm: tuple[str, ...] = ()
        if line.list_of is not None:
            printed = visit_paper(desk, view.visit_id, line.list_of)
        elif line.envelopes:
            printed = envelope_list(desk, view, line.class_name, keys).printed()
        else:
            made = make_letters(desk, view.visit_id, keys, action="preview")
            printed, to_confirm = made.printed, made.to_confirm
        # A pile of cards is looked at by its first sheets.
        pages = islice(page_images(printed.pdf, _PREVIEW_DPI), _PREVIEW_PAGES)
        return list(pages), page_words(printed.pdf), to_confirm

    def _on_paper(self, key: str, paper: _Paper) -> None:
        line = self.lines.line()
        if line is not None and line.key == key and self.isVisible():
            self._preview.show_pages(*paper)

    # --- printing ---

    def _find_printers(self) -> None:
        self._preview.show_printers(print_out.find_printers())

    def print_ticked(self) -> None:
        """Ctrl+Enter: everything that is ticked, with the lists of the envelopes in front.

        Not before somebody told what became of the last batch.
        """
        letters, lists = self.lines.ticked(), self.lines.ticked_lists()
        printer = self._preview.printer()
        if self._sent is not None:
            self._strip.ask_again()
        elif self._view is None or not (letters or lists):
            self.say(say("print.nothing_ticked"), Severity.ATTENTION)
        elif not printer:
            self.say(say("print.no_printer"), Severity.ATTENTION)
        else:
            envelopes = self.lines.envelopes(letters)
            two_sided = self._preview.two_sided()
            self._send(Batch(self._view, letters, envelopes, lists, printer, two_sided))

    def _send(self, batch: Batch) -> None:
        self.footer.primary.setEnabled(False)
        self.say(say("print.busy"))
        self.ask(partial(make_papers, self.work.desk, batch), self._out, self._on_trouble)

    def _out(self, papers: Papers) -> None:
        """To the printer beside the vault: meanwhile colleagues' pupils can be saved."""
        call = partial(print_out.send_all, papers)
        then = partial(self._on_sent, papers)
        self.work.tasks.run(Lane.NETWORK, call, then, failed=self._on_trouble, owner=self)

    def _on_trouble(self, trouble: Refused | Environment) -> None:
        self.footer.primary.setEnabled(True)
        self.tell(trouble)

    def _on_sent(self, sent: Papers, is_fine: bool) -> None:
        self.footer.primary.setEnabled(True)
        if not is_fine:
            self.say(say("print.silent"), Severity.ERROR)
            return
        self.messages.clear()
        if sent.made is None:
            what = ", ".join(say(f"print.{one.value}") for one in sent.batch.lists)
            self.say(say("print.list_sent", what=what), Severity.OK)
            return
        self._tell_missing(sent.made.missing)
        self._sent = sent
        self._strip.ask(_counted("print.sent", sent.made, sent.batch))

    def _on_answer(self, is_fine: bool) -> None:
        sent, self._sent = self._sent, None
        self._strip.hide()
        self.lines_focus()
        if sent is None or sent.made is None:
            return
        if is_fine:
            words = _counted("print.kept", sent.made, sent.batch)
            call = partial(record_printed, self.work.desk, sent.made)
            self.ask(call, partial(self._on_kept, words))
        else:
            self._send(sent.batch)

    def _on_kept(self, words: str, outcome: Outcome[Saved]) -> None:
        self.work.bus.changed.emit(outcome.changes)
        self.say(words, Severity.OK)

    def note_told(self) -> None:
        """Somebody spoke with the parents of the pupil that is shown."""
        line, view = self.lines.line(), self._view
        if line is not None and view is not None and line.letters:
            row = line.letters[self._number]
            words = say("print.told", name=show.full_name(row.family_name, row.given_name))
            call = partial(note_told, self.work.desk, view.visit_id, row.pupil_id)
            self.ask(call, partial(self._on_kept, words))

    # --- a file ---

    def ask_file(self) -> None:
        """What is ticked, as a file that opens with a password: for what, and for whom."""
        if self.lines.ticked():
            self.messages.clear()
            self._file.ask()
        else:
            self.say(say("print.nothing_ticked"), Severity.ATTENTION)

    def _on_file_asked(self, purpose: str, recipient: str) -> None:
        path = print_file.ask_file(self)
        if path is not None and self._view is not None:
            make = partial(
                make_locked,
                self.work.desk,
                self._view,
                self.lines.ticked(),
                purpose=purpose,
                recipient=recipient,
            )
            self.ask(partial(print_file.written, make, path), self._on_file)

    def _on_file(self, locked: LockedFile) -> None:
        count = locked.count
        saved = say("print.file_saved_one" if count == 1 else "print.file_saved", count=count)
        self._file.tell_saved(saved, locked.password)
        self._tell_missing(locked.missing)

    def _tell_missing(self, names: tuple[str, ...]) -> None:
        if names:
            words = (say("print.no_glyph", name=name) for name in names)
            self.say(" ".join(words), Severity.ATTENTION)


def _counted(key: str, made: MadeLetters, batch: Batch) -> str:
    count = len(made.letters)
    return say(f"{key}_one" if count == 1 else key, count=count, where=batch.where)

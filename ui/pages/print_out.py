"""What goes to a printer: the papers of a batch, made on the vault's thread and sent beside it.

No print dialog stands between a class and its letters (three strokes). The job bears the name of
the program only: the queue of a printer is read by others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from clbdesk.services.visit_papers import VisitList, make_batch, visit_paper
from ui.pages.print_lines import of_keys
from ui.widgets.paper import print_pages

if TYPE_CHECKING:
    from clbdesk.services.desk import Desk
    from clbdesk.services.letters import LettersView, MadeLetters


@dataclass(frozen=True, slots=True)
class Printers:
    """The names of the printers, and the one that the system proposes, or an empty text."""

    names: tuple[str, ...]
    default: str


@dataclass(frozen=True, slots=True)
class Batch:
    """What is asked of the printer, so that it can be asked again.

    `letters`: keys; `envelopes`: classes of which the list of envelopes goes in front.
    """

    view: LettersView
    letters: tuple[str, ...]
    envelopes: tuple[str, ...]
    lists: tuple[VisitList, ...]
    printer: str
    two_sided: bool

    @property
    def where(self) -> str:
        """The class, or the school when there are more."""
        classes = {row.class_name for row in of_keys(self.view.rows, self.letters)}
        return classes.pop() if len(classes) == 1 else self.view.school


@dataclass(frozen=True, slots=True)
class Papers:
    """A batch as documents; `made` None when it has lists only."""

    batch: Batch
    made: MadeLetters | None
    documents: tuple[bytes, ...]


def make_papers(desk: Desk, batch: Batch) -> Papers:
    """Every document of a batch, logged as printed; for the vault's thread."""
    made = None
    if batch.letters:
        made = make_batch(
            desk, batch.view, batch.letters, batch.envelopes, two_sided=batch.two_sided
        )
    lists = (visit_paper(desk, batch.view.visit_id, one) for one in batch.lists)
    printed = ([made.printed] if made else []) + list(lists)
    return Papers(batch, made, tuple(one.pdf for one in printed))


def find_printers() -> Printers:
    """What the system knows; on the main thread, where Qt loads its support of printers."""
    names = tuple(QPrinterInfo.availablePrinterNames())
    default = QPrinterInfo.defaultPrinterName()
    return Printers(names, default if default in names else next(iter(names), ""))


def new_printer(name: str) -> QPrinter:
    """A printer by name."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPrinterName(name)
    return printer


def send_all(papers: Papers) -> bool:
    """Put every page on paper, for a thread; False when the printer does not answer (E6)."""
    batch = papers.batch
    return all(_send(pdf, batch.printer, two_sided=batch.two_sided) for pdf in papers.documents)


def _send(pdf: bytes, name: str, *, two_sided: bool) -> bool:
    printer = new_printer(name)
    printer.setDocName("clbdesk")
    printer.setDuplex(
        QPrinter.DuplexMode.DuplexLongSide if two_sided else QPrinter.DuplexMode.DuplexNone
    )
    return print_pages(pdf, printer)

"""The printers of this laptop, and sending a PDF to one of them on the vault's thread.

No print dialog stands between a class and its letters (three strokes). The job bears the name of
the program only: the queue of a printer is read by others.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from ui.widgets.paper import print_pages


@dataclass(frozen=True, slots=True)
class Printers:
    """The names of the printers, and the one that the system proposes, or an empty text."""

    names: tuple[str, ...]
    default: str


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


def send(pdf: bytes, name: str, *, two_sided: bool) -> bool:
    """Put every page on paper; False when the printer does not answer (E6)."""
    printer = new_printer(name)
    printer.setDocName("clbdesk")
    printer.setDuplex(
        QPrinter.DuplexMode.DuplexLongSide if two_sided else QPrinter.DuplexMode.DuplexNone
    )
    return print_pages(pdf, printer)

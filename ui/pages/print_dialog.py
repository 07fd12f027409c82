"""One document of a pupil to a printer that is asked for; nothing is written to disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog

from ui.widgets.paper import print_pages

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def ask_printer(parent: QWidget, pdf: bytes) -> str:
    """Ask which printer; the key of what to say, empty when nothing was printed."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName("clbdesk")
    if QPrintDialog(printer, parent).exec() != QDialog.DialogCode.Accepted:
        return ""
    return "access.printed" if print_pages(pdf, printer) else "access.printer_silent"

"""The receipt to a printer or, because no pupil stands on it, to a plain PDF file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from ui.widgets.paper import print_pages

if TYPE_CHECKING:
    from clbdesk.reports.paper import Printed


def send_to_printer(parent: QWidget, printed: Printed) -> str:
    """Ask which printer; the key of what to say, empty when nothing was printed."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    dialog = QPrintDialog(printer, parent)
    if dialog.exec() != QDialog.DialogCode.Accepted:
        return ""
    fine = print_pages(printed.pdf, printer)
    return "synchronise.printed" if fine else "synchronise.printer_silent"


def save_as_file(parent: QWidget, printed: Printed) -> str:
    """Ask where; the key of what to say, empty when nothing was kept."""
    path, _ = QFileDialog.getSaveFileName(
        parent, "Ontvangstbewijs opslaan", "ontvangstbewijs.pdf", "PDF (*.pdf)"
    )
    if not path:
        return ""
    Path(path).write_bytes(printed.pdf)
    return "synchronise.saved_pdf"

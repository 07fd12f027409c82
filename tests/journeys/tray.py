"""A printer that keeps its paper: every job is a PDF that a test can read."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pypdfium2
from PySide6.QtPrintSupport import QPrinter


@dataclass
class Tray:
    """What came out: one file per job, as PDF."""

    folder: Path
    jobs: list[Path] = field(default_factory=list)
    works: bool = True

    def printer(self, name: str) -> QPrinter:
        """The next job."""
        printer = QPrinter(QPrinter.PrinterMode.ScreenResolution)
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        job = self.folder / f"job-{len(self.jobs)}.pdf"
        self.jobs.append(job)
        printer.setOutputFileName(str(job if self.works else self.folder / "no" / "such" / "tray"))
        return printer

    def pages(self, job: int) -> int:
        """How many pages a job has."""
        document = pypdfium2.PdfDocument(self.jobs[job])
        try:
            return len(document)
        finally:
            document.close()

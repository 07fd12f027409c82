"""`clbdesk centre document`: the centre's own papers, sent to every laptop and kept there encrypted.

A new file takes the place of the old one; the old one stays in the history of the record. A file is
small enough for one line of a pull, and is opened once here, so that it opens at a school.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pypdfium2

from clbdesk.centre.centre import Centre
from clbdesk.centre.directory import current
from clbdesk.centre.writing import Entry, write
from clbdesk.clock import local_day
from clbdesk.domain.centre_document import CentreDocument, DocumentUse
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.revision import RevisionStatus
from clbdesk.errors import Refused

# As base64 in a line of a pull (sync.protocol.LINE_LIMIT), with room for what stands around it.
LARGEST = 700 * 1024


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A document in the list of the centre. `size`: bytes."""

    use: DocumentUse
    title: str
    added_on: date
    pages: int
    size: int


def put_document(centre: Centre, use: DocumentUse, title: str, path: Path) -> DocumentLine:
    """Give every laptop this PDF for a use.

    Refused `centre.unreadable_file`, `centre.document_too_large` or `centre.document_not_pdf`.
    """
    try:
        pdf = path.read_bytes()
    except OSError as error:
        raise Refused("centre.unreadable_file", field="file") from error
    if len(pdf) > LARGEST:
        raise Refused("centre.document_too_large", field="file", kilobytes=LARGEST // 1024)
    body = CentreDocument(
        use=use,
        title=title.strip(),
        added_on=local_day(centre.clock.now()),
        pages=_pages(pdf),
        pdf=pdf,
    )
    with centre.store.writing() as tx:
        write(tx, centre, [Entry(derived_record_id("centre_document", use), body)])
    return _line(body)


def documents(centre: Centre) -> list[DocumentLine]:
    """What the laptops have."""
    with centre.store.reading() as tx:
        known = current(tx, centre.centre_id, CentreDocument)
    return sorted((_line(body) for _, body in known.values()), key=lambda one: one.use)


def withdraw_document(centre: Centre, use: DocumentUse, reason: str) -> None:
    """Take a document away from every laptop.

    Refused `centre.no_such_document` or `centre.reason_missing`.
    """
    if not reason.strip():
        raise Refused("centre.reason_missing", field="reason")
    record_id = derived_record_id("centre_document", use)
    with centre.store.writing() as tx:
        known = current(tx, centre.centre_id, CentreDocument)
        if record_id not in known:
            raise Refused("centre.no_such_document", field="use")
        body = known[record_id][1]
        entry = Entry(record_id, body, status=RevisionStatus.WITHDRAWN, reason=reason)
        write(tx, centre, [entry])


def _pages(pdf: bytes) -> int:
    """How many pages; Refused when it does not open without a password."""
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise Refused("centre.document_not_pdf", field="file") from error
    try:
        pages = len(document)
    finally:
        document.close()
    if not pages:
        raise Refused("centre.document_not_pdf", field="file")
    return pages


def _line(body: CentreDocument) -> DocumentLine:
    return DocumentLine(body.use, body.title, body.added_on, body.pages, len(body.pdf))

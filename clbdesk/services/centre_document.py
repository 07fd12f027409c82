"""The centre's own papers on this laptop: read from the vault, never from a file."""

from __future__ import annotations

from clbdesk.domain.centre_document import CentreDocument, DocumentUse
from clbdesk.domain.kinds import derived_record_id
from clbdesk.services.desk import Desk
from clbdesk.services.reading import one_standing


def find_document(desk: Desk, use: DocumentUse) -> CentreDocument | None:
    """The document for a use; None when the centre gave none."""
    with desk.vault.read() as reader:
        found = one_standing(reader, derived_record_id("centre_document", use), CentreDocument)
    return found.body if found else None

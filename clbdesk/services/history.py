"""P17 Dossier: everything of one pupil that the role may see, newest first, and each record whole.

Reading counts: opening the dossier and opening a record in it are lines of the access log.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from clbdesk.clock import local_day
from clbdesk.domain.revision import Compartment
from clbdesk.errors import Defect, Refused
from clbdesk.ids import PupilId, RecordId, VisitId
from clbdesk.services.desk import Desk
from clbdesk.services.history_record import RecordText, record_text
from clbdesk.services.history_rows import HistoryRow, crossed_no_more, moments_of, row_of, rows_of
from clbdesk.services.named_topics import named_items
from clbdesk.services.pupil import PupilView, view_pupil
from clbdesk.services.reading import staff_names
from clbdesk.services.relation import must_be_near, relations_to
from clbdesk.services.shielding import hidden_from, shieldings_of
from clbdesk.services.vaccination_card import VaccinationCard, card_of
from clbdesk.standards.vaccination.validity import Counts
from clbdesk.storage.vault import Reader


@dataclass(frozen=True, slots=True)
class HistoryView:
    """The dossier as it stands on this laptop. `card` None: not for this role."""

    pupil: PupilView
    rows: tuple[HistoryRow, ...]
    card: VaccinationCard | None


def open_history(desk: Desk, visit_id: VisitId, pupil_id: PupilId) -> HistoryView:
    """Open the dossier of a pupil, and log it. Refused("emergency.closed") when it is closed."""
    view = view_history(desk, visit_id, pupil_id)
    desk.log_opening("pupil", RecordId(pupil_id), pupil_id, reason="history")
    return view


def view_history(desk: Desk, visit_id: VisitId, pupil_id: PupilId) -> HistoryView:
    """The same without a new line in the log: the page looks again after a change."""
    pupil = view_pupil(desk, visit_id, pupil_id)
    with desk.vault.read() as reader:
        card: VaccinationCard | None = None
        counts: dict[RecordId, Counts] = {}
        relation = relations_to(desk, reader, pupil_id)
        if desk.vault.compartment is Compartment.MEDICAL and desk.may_read("dose", relation):
            today = local_day(desk.clock.now())
            card, counts = card_of(
                reader, pupil_id, pupil.on_visit.pupil, today, desk.user.staff_id
            )
        rows = rows_of(desk, reader, pupil_id, counts, relation)
    return HistoryView(pupil=pupil, rows=rows, card=card)


def open_record(desk: Desk, pupil_id: PupilId, record_id: RecordId) -> RecordText:
    """One record with its versions; opening it is logged."""
    with desk.vault.read() as reader:
        must_be_near(desk, reader, pupil_id)
        text = record_of(desk, reader, pupil_id, record_id)
    desk.log_opening(text.row.kind, record_id, pupil_id, reason="history")
    return text


def record_of(desk: Desk, reader: Reader, pupil_id: PupilId, record_id: RecordId) -> RecordText:
    """One record of this pupil, as far as the function may read it; whoever asks logs it."""
    head = reader.head(record_id)
    relation = relations_to(desk, reader, pupil_id)
    if head is None or not desk.may_read(head.kind, relation) or crossed_no_more(desk, head):
        raise Defect("history.unknown_record")
    if head.leaf.pupil_id != pupil_id and record_id not in named_items(reader, pupil_id):
        raise Defect("history.unknown_record")
    shieldings = shieldings_of(reader, pupil_id)
    if record_id in hidden_from(desk.user.staff_id, shieldings.values()):
        raise Refused("history.shielded")
    names = staff_names(reader)
    row = row_of(reader, head, names, moments_of(reader, pupil_id), {})
    text = record_text(desk, reader, head, row, names)
    if record_id in shieldings:
        text = replace(text, flags=shieldings[record_id].flags)
    return text

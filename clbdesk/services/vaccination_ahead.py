"""The plans of the lists in hand before anybody opens them, in pieces that nobody waits for.

What is worked out lies in `Desk.worked_out`, where the list looks first, and goes when it locks.
"""

from __future__ import annotations

from dataclasses import dataclass

from clbdesk.domain.people import Pupil
from clbdesk.domain.revision import Compartment
from clbdesk.domain.visits import Visit
from clbdesk.ids import PupilId, RecordId, VisitId
from clbdesk.services.desk import Desk
from clbdesk.services.reading import all_standing, one_standing
from clbdesk.services.vaccination_facts import read_station
from clbdesk.services.vaccination_plan import plan_pupils
from clbdesk.services.visits import pupils_of, taken_visits

# About the time of one page: who opens something meanwhile waits for one piece at most.
_PUPILS = 10


@dataclass(frozen=True, slots=True)
class Piece:
    """Some pupils on the list of one visit."""

    visit_id: VisitId
    pupil_ids: tuple[PupilId, ...]


def pieces_ahead(desk: Desk) -> tuple[Piece, ...]:
    """Everybody on the list of a visit in hand that gives vaccines; the visit of the first day first."""
    if desk.vault.compartment is not Compartment.MEDICAL:
        return ()
    with desk.vault.read() as reader:
        found = [
            visit
            for one in taken_visits(reader)
            if (visit := one_standing(reader, RecordId(one), Visit)) is not None
        ]
        pieces = []
        for visit in sorted(found, key=lambda one: (one.body.on, one.record_id)):
            visit_id = VisitId(visit.record_id)
            if not read_station(reader, visit_id, visit.body, desk.user.staff_id).gives_vaccines:
                continue
            ids = [one.pupil_id for one in pupils_of(reader, visit_id)]
            pieces += [
                Piece(visit_id, tuple(ids[start : start + _PUPILS]))
                for start in range(0, len(ids), _PUPILS)
            ]
    return tuple(pieces)


def work_out(desk: Desk, piece: Piece) -> None:
    """The plans of one piece; what is known already costs a look."""
    with desk.vault.read() as reader:
        visit = one_standing(reader, RecordId(piece.visit_id), Visit)
        if visit is None:  # given back meanwhile
            return
        station = read_station(reader, piece.visit_id, visit.body, desk.user.staff_id)
        heads = reader.heads(kinds=("pupil",), pupil_ids=piece.pupil_ids)
        pupils = {PupilId(one.record_id): one.body for one in all_standing(heads, Pupil)}
        plan_pupils(reader, station, pupils, desk.worked_out)

"""Zicht en gehoor in the dossier: every test with its values, per kind, newest first.

Values of different tests are never comparable, so each kind stands by itself and no line joins them.
"""

from __future__ import annotations

from dataclasses import dataclass

from clbdesk.ids import PupilId, RecordId
from clbdesk.services.desk import Desk
from clbdesk.services.field_words import field_text
from clbdesk.services.history_record import record_text
from clbdesk.services.history_rows import HistoryRow, RowState, moments_of, row_of, step_of
from clbdesk.services.reading import staff_names
from clbdesk.services.relation import must_be_near, relations_to
from clbdesk.services.shielding import hidden_from, shieldings_of

_STEPS = ("vision", "hearing")
_SHOWN = frozenset({RowState.SAVED, RowState.CORRECTED, RowState.NOT_DONE, RowState.TWO_VERSIONS})


@dataclass(frozen=True, slots=True)
class ToldTest:
    """One test: its row in the timeline, and its values in words."""

    row: HistoryRow
    said: str


@dataclass(frozen=True, slots=True)
class KindTests:
    """The tests of one kind; `word`: how the kind is called."""

    word: str
    lines: tuple[ToldTest, ...]


def open_tests(desk: Desk, pupil_id: PupilId) -> tuple[KindTests, ...]:
    """The tests of sight and hearing as they stand; looking at them is logged.

    What was withdrawn is in the timeline only; what a colleague is kept from is absent.
    """
    with desk.vault.read() as reader:
        must_be_near(desk, reader, pupil_id)
        names, moments = staff_names(reader), moments_of(reader, pupil_id)
        hidden = hidden_from(desk.user.staff_id, shieldings_of(reader, pupil_id).values())
        relation = relations_to(desk, reader, pupil_id)
        groups: dict[tuple[int, str], list[ToldTest]] = {}
        for head in reader.heads(pupil_id=pupil_id):
            step = step_of(head.kind)
            if step not in _STEPS or head.record_id in hidden:
                continue
            if not desk.may_read(head.kind, relation):
                continue
            row = row_of(reader, head, names, moments, {})
            if row.state in _SHOWN:
                text = record_text(desk, reader, head, row, names)
                said = " · ".join(
                    f"{one.label} {field_text(one)}" for one in text.fields if one.value != row.on
                )
                key = (_STEPS.index(step), row.word)
                groups.setdefault(key, []).append(ToldTest(row, said))
    desk.log_opening(kind="pupil", record_id=RecordId(pupil_id), pupil_id=pupil_id, reason="tests")
    return tuple(
        KindTests(word, tuple(sorted(lines, key=lambda one: one.row.at, reverse=True)))
        for (_, word), lines in sorted(groups.items())
    )

"""The timeline of the dossier as a list: its views, its columns, its words of state."""

from __future__ import annotations

from clbdesk.services.history_rows import BESIDE, Group, HistoryRow, RowState, step_of
from clbdesk.wording import label
from ui import format as show
from ui.models.list_model import Column
from ui.pages.history_card import COUNTS
from ui.theme import Role, Weight
from ui.widgets.cells import StateCell, TextCell
from ui.widgets.choice_row import Choice

TIMELINE, GROWTH, CARD, TESTS = "timeline", "growth", "card", "tests"


def views(*, is_medical: bool) -> tuple[Choice, ...]:
    """The ways of looking at a dossier that this compartment has."""
    timeline = Choice(TIMELINE, "Tijdlijn", "t")
    if not is_medical:
        return (timeline,)
    return (
        timeline,
        Choice(GROWTH, "Groei", "g"),
        Choice(CARD, "Vaccinatiekaart", "v"),
        Choice(TESTS, "Zicht, gehoor", "z"),
    )


def columns() -> tuple[Column[HistoryRow], ...]:
    """One record per row, without clinical values."""
    return (
        Column("Datum", 120, lambda row: TextCell(show.day(row.on), role=Role.SECONDARY)),
        Column("Moment", 72, lambda row: TextCell(row.moment.value if row.moment else "")),
        Column("Onderdeel", 0, _word_cell),
        Column("Toestand", 150, state_cell),
        Column("Door", 150, lambda row: TextCell(row.by, quiet=True)),
    )


def newest_of(rows: tuple[HistoryRow, ...], step: str | None) -> int:
    """The place of the newest record of a step, else of the newest that is no planning."""
    for place, row in enumerate(rows):
        if step is not None and row.kind not in BESIDE and step_of(row.kind) == step:
            return place
    return next(
        (
            place
            for place, row in enumerate(rows)
            if row.group not in {Group.PLANNING, Group.DISCLOSURE} and row.kind != "contact"
        ),
        0,
    )


def _word_cell(row: HistoryRow) -> TextCell:
    words = f"{row.word} · {row.about}" if row.about else row.word
    mark = StateCell("lock", "afgeschermd", Role.ATTENTION) if row.is_shielded else None
    return TextCell(words, Weight.SEMIBOLD, struck=row.state is RowState.WITHDRAWN, mark=mark)


def state_cell(row: HistoryRow) -> StateCell:
    """How a record stands, as icon and word."""
    if row.state is RowState.WITHDRAWN:
        return StateCell("x", "Ingetrokken", Role.SECONDARY)
    if row.state is RowState.TWO_VERSIONS:
        return StateCell("arrows-split", "Twee versies", Role.ATTENTION, Weight.SEMIBOLD)
    if row.state is RowState.NEWER:
        return StateCell("lock", "Nieuwere versie", Role.SECONDARY)
    if row.counts is not None:
        icon, role = COUNTS[row.counts]
        return StateCell(icon, label(row.counts), role)
    if row.not_done is not None:
        return StateCell("minus", label(row.not_done), Role.SECONDARY)
    if row.state is RowState.NOT_DONE:
        return StateCell("minus", "Niet toegediend", Role.SECONDARY)
    word = "Verbeterd" if row.state is RowState.CORRECTED else "Opgeslagen"
    return StateCell("check", word, Role.OK)

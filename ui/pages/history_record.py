"""The right column of the dossier: one record as text, with its rules and every version of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from clbdesk.charts.full_audiogram import full_audiogram
from clbdesk.services.field_words import field_text
from clbdesk.services.history_rows import RowState
from clbdesk.wording import label, say
from ui import format as show
from ui.pages import shown
from ui.theme import Role, Size, Weight
from ui.widgets.card import Card
from ui.widgets.label import Chip, IconWord, Label, Rule
from ui.widgets.scene_view import SceneView

if TYPE_CHECKING:
    from clbdesk.domain.judgement import Judgement
    from clbdesk.services.history_record import RecordText, VersionText

_NOTES = {RowState.NEWER: "history.newer", RowState.TWO_VERSIONS: "history.two_versions"}


class RecordColumn(QScrollArea):
    """Nothing until `show_record`; scrolls by itself beside the list."""

    def __init__(self) -> None:
        """With a sentence that says how to open a record."""
        super().__init__()
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Onderdeel van het dossier")
        self.clear()

    def clear(self) -> None:
        """No record is open."""
        self._hold(Label(say("history.choose"), role=Role.SECONDARY, wrap=True))

    def show_record(self, text: RecordText) -> None:
        """Labels and values, judgements, who, and the versions."""
        column = QWidget()
        places = QVBoxLayout(column)
        places.setContentsMargins(0, 0, 0, 0)
        places.setSpacing(8)
        row = text.row
        title = " · ".join(
            part for part in (row.moment.value if row.moment else "", row.word) if part
        )
        card = Card(title, show.weekday(row.on), main=True)
        if row.about:
            card.body.addWidget(Label(row.about, weight=Weight.SEMIBOLD, wrap=True))
        if row.state in _NOTES:
            card.body.addWidget(Label(say(_NOTES[row.state]), role=Role.ATTENTION, wrap=True))
        for flag in text.flags:
            chip = Chip(label(flag), Role.ATTENTION, "lock", outline=True)
            card.body.addWidget(chip, 0, Qt.AlignmentFlag.AlignLeft)
        if text.audiogram is not None:
            card.body.addWidget(SceneView(full_audiogram(text.audiogram)))
        if text.fields:
            card.body.addWidget(_fields(text, struck=row.state is RowState.WITHDRAWN))
        if text.assumed:
            names = ", ".join(text.assumed)
            card.body.addWidget(_quiet(say("history.assumed", names=names)))
        for judgement in text.judgements:
            card.body.addWidget(Rule(Role.LINE_FAINT))
            card.body.addWidget(_judgement(judgement))
        places.addWidget(card)
        places.addWidget(_who(text))
        places.addStretch(1)
        self._hold(column)

    def _hold(self, widget: QWidget) -> None:
        holder = QWidget()
        places = QVBoxLayout(holder)
        places.setContentsMargins(0, 12, 16, 8)
        places.addWidget(widget)
        places.addStretch(1)
        self.setWidget(holder)


def _fields(text: RecordText, *, struck: bool) -> QWidget:
    made = QWidget()
    grid = QGridLayout(made)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(6)
    for line, field in enumerate(text.fields):
        value = Label(field_text(field), weight=Weight.SEMIBOLD, wrap=True)
        value.set_struck(struck)
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(Label(field.label, role=Role.SECONDARY), line, 0, top)
        grid.addWidget(value, line, 1, top)
    grid.setColumnStretch(1, 1)
    return made


def _judgement(judgement: Judgement) -> QWidget:
    made = QWidget()
    places = QVBoxLayout(made)
    places.setContentsMargins(0, 0, 0, 0)
    places.setSpacing(2)
    line = shown.rule_line(judgement)
    places.addWidget(IconWord(line.icon, line.head, line.role, weight=Weight.SEMIBOLD))
    places.addWidget(Label(line.sentence, wrap=True))
    places.addWidget(_quiet(f"{line.source} · {judgement.edition}"))
    if line.to_confirm:
        chip = Chip("te bevestigen door de CLB-arts", Role.ATTENTION, "signature", outline=True)
        places.addWidget(chip, 0, Qt.AlignmentFlag.AlignLeft)
    return made


def _who(text: RecordText) -> QWidget:
    card = Card("Wie en wanneer")
    saved = f"{show.moment(text.recorded_at)} · {text.author or label(text.role)}"
    lines = (("Uitvoerder", text.performer), ("Bron", text.source), ("Opgeslagen", saved))
    grid_holder = QWidget()
    grid = QGridLayout(grid_holder)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(4)
    for line, (name, value) in enumerate((name, value) for name, value in lines if value):
        grid.addWidget(Label(name, Size.QUIET, role=Role.SECONDARY), line, 0)
        grid.addWidget(Label(value, wrap=True), line, 1)
    grid.setColumnStretch(1, 1)
    card.body.addWidget(grid_holder)
    if len(text.versions) > 1:
        card.body.addWidget(Rule())
        for version in text.versions:
            card.body.addWidget(_version(version, is_first=version is text.versions[-1]))
    return card


def _version(version: VersionText, *, is_first: bool) -> QWidget:
    made = QWidget()
    places = QVBoxLayout(made)
    places.setContentsMargins(0, 2, 0, 2)
    places.setSpacing(2)
    day = show.moment(version.at)
    if version.is_withdrawn:
        sentence = say("history.withdrawn_by", day=day, who=version.by, reason=version.reason)
    else:
        word = "Eerste versie" if is_first else "Verbeterd"
        reason = f": {version.reason}" if version.reason else ""
        sentence = say("history.corrected_by", word=word, day=day, who=version.by, reason=reason)
    places.addWidget(Label(sentence, wrap=True))
    for field in version.was:
        was = _quiet(f"{field.label} was {field_text(field)}")
        places.addWidget(was)
    return made


def _quiet(text: str) -> Label:
    return Label(text, Size.QUIET, role=Role.SECONDARY, wrap=True)

"""One area on the page of signals: how much of a worry, and behind a worry its words and readers."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clbdesk.domain.development import AreaSignal, Concern, Nature, Readers, ToldBy
from clbdesk.wording import label, say
from ui.pages.step import Problem
from ui.theme import Role, Size
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.field_row import FieldRow
from ui.widgets.label import IconWord, Label
from ui.widgets.text_edit import TextEdit
from ui.widgets.tick_box import TickBox

LABEL_WIDTH = 164
_CONCERN = (
    Choice(Concern.NONE.value, label(Concern.NONE), "g"),
    Choice(Concern.ATTENTION.value, label(Concern.ATTENTION), "a"),
    Choice(Concern.WORRY.value, label(Concern.WORRY), "z"),
)
_TOLD_BY = tuple(
    Choice(one.value, label(one), letter) for one, letter in zip(ToldBy, "olsc", strict=True)
)
_NATURE = tuple(
    Choice(one.value, label(one), letter) for one, letter in zip(Nature, "wfih", strict=True)
)


class SignalRow(QWidget):
    """`edited()` when something was chosen or typed. `name`: the Dutch word of the area."""

    edited = Signal()

    def __init__(self, name: str) -> None:
        """Starts open; the words appear with a worry."""
        super().__init__()
        self.area_name = name
        self._hidden_words = False
        self._may_release = False
        self.choice = ChoiceRow(name, _CONCERN, required=True)
        self._row = FieldRow(name, self.choice, label_width=LABEL_WIDTH)
        self._words = TextEdit(
            f"{name}: toelichting", limit=500, lines=2, placeholder="toelichting"
        )
        self._told_by = ChoiceRow(f"{name}: van wie", _TOLD_BY, required=True, padding=10)
        self._nature = ChoiceRow(f"{name}: aard", _NATURE, required=True, padding=10)
        self._doctor_only = TickBox("alleen arts leest dit")
        self._doctor_only.setAccessibleName(f"{name}: alleen arts leest dit")
        self._letter = TickBox("vrijgegeven voor brief")
        self._letter.setAccessibleName(f"{name}: vrijgegeven voor brief")
        self._closed = IconWord("lock", say("signals.hidden"), Role.SECONDARY, size=Size.QUIET)
        self._closed.hide()
        self._behind = self._make_behind()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._row)
        column.addWidget(self._behind)
        self._row.add_beside(self._closed)
        self.choice.edited.connect(self._on_choice)
        for control in (self._words, self._told_by, self._nature, self._doctor_only, self._letter):
            control.edited.connect(self._on_words)

    def _make_behind(self) -> QWidget:
        behind = QWidget()
        column = QVBoxLayout(behind)
        column.setContentsMargins(LABEL_WIDTH, 0, 0, 8)
        column.setSpacing(4)
        column.addWidget(self._words)
        for words, control in (("Van wie", self._told_by), ("Aard", self._nature)):
            column.addWidget(FieldRow(words, control, label_width=64))
        ticks = QHBoxLayout()
        ticks.setSpacing(24)
        ticks.addWidget(Label("Wie leest", Size.QUIET, role=Role.SECONDARY))
        ticks.addWidget(self._doctor_only)
        ticks.addWidget(self._letter)
        ticks.addStretch(1)
        column.addLayout(ticks)
        behind.hide()
        behind.setProperty("whole", True)
        return behind

    # --- value ---

    def signal(self) -> AreaSignal | None:
        """What was said of this area; None while it is open."""
        concern = self.choice.value_as(Concern)
        if concern is None:
            return None
        if concern is Concern.NONE:
            return AreaSignal(concern=concern)
        return AreaSignal(
            concern=concern,
            text=self._words.value(),
            nature=self._nature.value_as(Nature),
            told_by=self._told_by.value_as(ToldBy),
            readers=Readers.DOCTOR if self._doctor_only.value() else Readers.MEDICAL_TEAM,
            for_letter=self._letter.value() and not self._doctor_only.value(),
        )

    def show_signal(self, signal: AreaSignal | None, *, hidden: bool, may_release: bool) -> None:
        """From a record or a draft. `hidden`: its words are for somebody else."""
        self._hidden_words, self._may_release = hidden, may_release
        self.choice.set_value(signal.concern.value if signal else None)
        nature = signal.nature if signal and signal.nature else Nature.OBSERVATION
        self._nature.set_value(nature.value)
        self._told_by.set_value(signal.told_by.value if signal and signal.told_by else None)
        self._words.set_value(signal.text if signal else "")
        self._doctor_only.set_value(signal is not None and signal.readers is Readers.DOCTOR)
        self._letter.set_value(signal is not None and signal.for_letter)
        self._row.set_filled_by_key(False)
        self._row.set_error("")
        self._show()

    def content(self) -> dict[str, Any]:
        """For the draft, also what is not whole."""
        return {
            "concern": self.choice.value(),
            "text": self._words.value(),
            "nature": self._nature.value(),
            "told_by": self._told_by.value(),
            "doctor_only": self._doctor_only.value(),
            "letter": self._letter.value(),
        }

    def restore(self, content: dict[str, Any]) -> None:
        """From a draft; words that are for somebody else are not in it."""
        if self._hidden_words:
            return
        self.choice.set_value(content["concern"])
        self._words.set_value(content["text"])
        self._nature.set_value(content["nature"])
        self._told_by.set_value(content["told_by"])
        self._doctor_only.set_value(content["doctor_only"])
        self._letter.set_value(content["letter"])
        self._show()

    def is_open(self) -> bool:
        """Whether nothing was said of it yet."""
        return self.choice.is_open()

    def fill_normal(self) -> None:
        """F7: no worry."""
        self.choice.set_value(Concern.NONE.value)
        self._row.set_filled_by_key(True)
        self._show()

    def set_filled_by_key(self, on: bool) -> None:
        """The chip of F7."""
        self._row.set_filled_by_key(on)

    def set_editable(self, on: bool) -> None:
        """To choose, or only to read; an area with hidden words is only read."""
        on = on and not self._hidden_words
        for choice in (self.choice, self._told_by, self._nature):
            choice.setEnabled(on)
        self._words.setReadOnly(not on)
        self._doctor_only.setEnabled(on)
        self._letter.setEnabled(on and (self._may_release or self._letter.value()))

    def problems(self) -> list[Problem]:
        """What is missing behind a worry."""
        name, signal = self.area_name, self.signal()
        if signal is None:
            return [Problem(say("signals.choose", area=name), self.choice)]
        if signal.concern is Concern.NONE or self._hidden_words:
            return []
        found = []
        if not signal.text:
            found.append(Problem(say("signals.words_missing", area=name), self._words))
        elif self._words.problem():
            found.append(Problem(self._words.problem(), self._words))
        if signal.told_by is None:
            found.append(Problem(say("signals.told_by_missing", area=name), self._told_by))
        if signal.nature is None:
            found.append(Problem(say("signals.nature_missing", area=name), self._nature))
        return found

    def show_problem(self, text: str) -> None:
        """The refusal under the row."""
        self._row.set_error(text)

    def _on_choice(self) -> None:
        self._show()
        self.edited.emit()

    def _on_words(self) -> None:
        if self._doctor_only.value():
            self._letter.set_value(False)
        self._row.set_error("")
        self.edited.emit()

    def _show(self) -> None:
        worried = self.choice.value() in {Concern.ATTENTION.value, Concern.WORRY.value}
        self._behind.setVisible(worried and not self._hidden_words)
        self._closed.setVisible(self._hidden_words)

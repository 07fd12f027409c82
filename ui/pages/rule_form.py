"""The right column of the rules: one rule with its source, and what a doctor fills in to sign it."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from itertools import zip_longest
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QScrollArea, QVBoxLayout, QWidget

from clbdesk.services.rules import RuleState, RuleView, SignEntry, trial
from clbdesk.standards.signing import is_text, may_be_left_out, text_limit, why_reason
from clbdesk.standards.tables import IN_WORDS
from clbdesk.wording import say
from ui import format as show
from ui import theme
from ui.pages.base import Problem
from ui.pages.rule_rows import OWN_CRITERION, STATES
from ui.theme import Role, Size, Weight
from ui.widgets.card import Card
from ui.widgets.date_edit import DateEdit
from ui.widgets.decimal_edit import DecimalEdit
from ui.widgets.field_row import FieldRow
from ui.widgets.label import IconWord, Label
from ui.widgets.text_edit import TextEdit

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

_LABELS = 192
_PLACES = 3
_ID_WORDS = 24  # a longer one stands under the head


class PassphraseEdit(QLineEdit):
    """The passphrase of who is here, typed unseen."""

    edited = Signal()
    left = Signal()

    def __init__(self) -> None:
        """As high as every other field."""
        super().__init__()
        self.name, self.required = "Wachtzin", True
        self.setAccessibleName("Wachtzin")
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setFont(theme.font())
        self.setFixedHeight(theme.px(40))
        self.textEdited.connect(self.edited)
        self.editingFinished.connect(self.left)

    def value(self) -> str:
        """What is typed."""
        return self.text()

    def set_value(self, value: str) -> None:
        """Another text, silently."""
        self.setText(value)

    def is_open(self) -> bool:
        """Nothing is typed yet."""
        return not self.text()

    def problem(self) -> str:
        """Only the key slot knows whether it is right."""
        return ""


class RuleForm(QScrollArea):
    """One rule at a time: `show_rule`, then `problems` and `entry` to sign it."""

    def __init__(self, today: Callable[[], date]) -> None:
        """Nothing until `show_rule`."""
        super().__init__()
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Regel")
        self._today = today
        self._view: RuleView | None = None
        self._make_fields()

    def show_rule(self, view: RuleView, *, may_sign: bool, ask_passphrase: bool) -> None:
        """One rule; the fields stand empty, or with the default that is to be confirmed."""
        self._view = view
        self._make_fields()
        self._fill_fields(view)
        long_id = len(view.row.id) > _ID_WORDS
        card = Card(say("rules.row") if long_id else view.row.id, main=True, spacing=8)
        icon, word, role = OWN_CRITERION if view.rule.criterion else STATES[view.state]
        card.add_to_head(IconWord(icon, word, role))
        card.body.addWidget(Label(view.row.what, weight=Weight.SEMIBOLD, wrap=True))
        if long_id:
            card.body.addWidget(Label(view.row.id, Size.QUIET, role=Role.SECONDARY, wrap=True))
        if view.row.text:
            card.body.addWidget(Label(view.row.text, wrap=True))
        for words, colour in _facts(view):
            card.body.addWidget(Label(words, Size.QUIET, role=colour, wrap=True))
        if not may_sign and view.can_be_signed:
            card.body.addWidget(Label(say("rules.only_doctor"), role=Role.SECONDARY, wrap=True))
        elif not view.can_be_signed and view.state is RuleState.EMPTY:
            words = say("rules.not_fillable", rule=view.row.id)
            card.body.addWidget(Label(words, role=Role.ATTENTION, wrap=True))
        elif may_sign and view.can_be_signed and not view.is_conflict:
            self._add_fields(card, view, ask_passphrase=ask_passphrase)
        column = QWidget()
        places = QVBoxLayout(column)
        places.setContentsMargins(0, 0, 0, 8)
        places.addWidget(card)
        places.addStretch(1)
        self.setWidget(column)
        self._show_trial()

    def first_field(self) -> QWidget | None:
        """Where to begin: a value, else what is still open; None when nothing can be filled in."""
        for field in self._fields():
            if field.isVisibleTo(self) and not _filled(field):
                return field
        return None

    def entry(self) -> SignEntry:
        """What is filled in."""
        return SignEntry(
            values=self._typed(),
            source=self.source.value(),
            page=self.page.value(),
            valid_from=self.valid_from.day() or self._today(),
            reason=self.reason.value(),
        )

    def problems(self, *, ask_passphrase: bool) -> list[Problem]:
        """What cannot be signed as it stands."""
        view = self._view
        if view is None:
            return []
        found = []
        for control in self.values:
            text = control.problem() or ("" if _filled(control) else f"Vul {control.name} in.")
            if text:
                found.append(Problem(text, control))
        is_new = bool(view.units) and self._is_own(view)
        asks_page = is_new and not is_text(view.row.unit)
        if not self.source.value() or (asks_page and not self.page.value()):
            field = self.page if self.source.value() else self.source
            found.append(Problem(say("rules.no_source"), field))
        if is_new and not self.reason.value() and (key := why_reason(view.row, "")):
            found.append(Problem(say(key), self.reason))
        if self.valid_from.day() is None:
            found.append(Problem("Vul in vanaf welke dag de regel geldt.", self.valid_from))
        if ask_passphrase and not self.passphrase.text():
            found.append(Problem("Vul de wachtzin in.", self.passphrase))
        return found

    def _make_fields(self) -> None:
        """New controls: the old ones go with the card that they stand on."""
        self.values: list[DecimalEdit | TextEdit] = []
        self.source = TextEdit("Bron", limit=200, required=True)
        self.page = TextEdit("Bladzijde", limit=40)
        self.valid_from = DateEdit("Geldig vanaf", self._today, required=True)
        self.reason = TextEdit("Reden", limit=300)
        self.passphrase = PassphraseEdit()
        self._trial = Label(size=Size.QUIET, role=Role.SECONDARY, wrap=True)

    def _fill_fields(self, view: RuleView) -> None:
        signed = view.signature
        said = (view.rule.criterion,) if view.rule.criterion else view.rule.values
        values = said or ("",) * len(view.units)
        self.values = [
            _value_field(_words_of(unit), unit, value)
            for unit, value in zip_longest(view.units, values[: len(view.units)], fillvalue="")
        ]
        self.source.set_value(signed.source if signed else _source(view))
        self.page.set_value(signed.page if signed else "")
        self.valid_from.set_value(self._today())
        self.page.required = view.state is RuleState.EMPTY and not is_text(view.row.unit)
        self.reason.required = view.row.unit == IN_WORDS
        for control in self.values:
            control.edited.connect(self._show_trial)

    def _add_fields(self, card: Card, view: RuleView, *, ask_passphrase: bool) -> None:
        for unit, control in zip(view.units, self.values, strict=True):
            stretch = is_text(unit)
            row = FieldRow(_words_of(unit), control, label_width=_LABELS, stretch=stretch)
            card.body.addWidget(row)
        for words, field in (
            ("Bron", self.source),
            ("Bladzijde", self.page),
            ("Geldig vanaf", self.valid_from),
            ("Reden", self.reason),
        ):
            stretch = isinstance(field, TextEdit)
            card.body.addWidget(FieldRow(words, field, label_width=_LABELS, stretch=stretch))
        card.body.addWidget(self._trial)
        if view.row.unit == IN_WORDS:
            hint = say("rules.own_hint")
            card.body.addWidget(Label(hint, Size.QUIET, role=Role.SECONDARY, wrap=True))
        if ask_passphrase:
            row = FieldRow("Wachtzin", self.passphrase, label_width=_LABELS, stretch=True)
            card.body.addWidget(row)

    def _fields(self) -> tuple[QWidget, ...]:
        return (*self.values, self.source, self.page, self.valid_from, self.reason, self.passphrase)

    def _typed(self) -> tuple[str, ...]:
        return tuple(
            str("" if (value := control.value()) is None else value) for control in self.values
        )

    def _is_own(self, view: RuleView) -> bool:
        """Whether the values differ from those of the source; an empty rule has none."""
        return self._typed() != view.row.values

    def _show_trial(self) -> None:
        found = trial(self._view, self._typed()) if self._view else ()
        words = " · ".join(f"{eyes} → {head}" for eyes, head in found)
        self._trial.setText(f"Proef: {words}" if words else "")
        self._trial.setVisible(bool(words))


def _filled(field: QWidget) -> bool:
    if isinstance(field, DecimalEdit):
        return bool(field.text().strip()) or not field.required
    if isinstance(field, QLineEdit):
        return bool(field.text().strip())
    if isinstance(field, TextEdit):
        return bool(field.value()) or not field.required
    return True


_UNITS = {
    "age": "Leeftijd",
    "age_strict": "Leeftijd (strikt)",
    "interval": "Interval",
    "interval_first": "Interval na dosis 1",
    "logMAR slechtste oog": "Slechtste oog ≥ (logMAR)",
    "verschil": "Verschil ≥ (logMAR)",
    "zin": "Tekst",
    "criterium": "Criterium",
    "": "Waarde",
    "1": "Waarde",  # a number without a unit
}
_FORMS = {"", "1", "dag en maand", "datum", "ja of nee", "nummer"}  # how it is typed, no unit
_SYMBOLS = {"°", "°C", "cm", "dB", "kg", "kg/m²", "logMAR", "lux", "ml", "mmHg", "SDS"}


def _words_of(unit: str) -> str:
    if unit.split(" ", maxsplit=1)[0] in _SYMBOLS:
        return f"Waarde ({unit})"  # a symbol is never written in another way
    return _UNITS.get(unit) or unit[:1].upper() + unit[1:]


def with_unit(value: str, unit: str) -> str:
    """A value in a sentence: `12 maanden`, `Interval 4 w`, `30 kg/m² op 18 jaar`."""
    if is_text(unit) or unit in _FORMS:
        return value
    shown = value.replace(".", ",")
    named = unit in _UNITS or unit.startswith(("van", "tot"))
    return f"{_words_of(unit)} {shown}" if named else f"{shown} {unit}".strip()


def _value_field(name: str, unit: str, value: str) -> DecimalEdit | TextEdit:
    """A number where the default is one; terms and days are typed as they stand in the table."""
    if is_text(unit):
        words = TextEdit(name, limit=text_limit(unit), lines=4, required=True)
        words.set_value(value)
        return words
    try:
        number = Decimal(value) if value else None
    except InvalidOperation:
        number = None
    if (number is None and (value or unit in {"age", "interval"})) or unit == "nummer":
        field = TextEdit(name, limit=20, required=True)
        field.set_value(value)
        return field
    required = not may_be_left_out(unit)
    edit = DecimalEdit(name, places=_PLACES, example="0,3", required=required)
    edit.set_value(number)
    return edit


def _source(view: RuleView) -> str:
    row = view.row
    if row.unit == IN_WORDS:
        return say("rules.own_source")
    return f"{row.source} {row.edition}" if view.state is RuleState.EMPTY else row.source


def _facts(view: RuleView) -> list[tuple[str, Role]]:
    """Value, source and who signed, in short lines."""
    row = view.row
    facts = []
    if row.value and not view.units:
        facts.append((f"Waarde {row.value.replace('|', ' · ')} {row.unit}".strip(), Role.TEXT))
    source = f"Bron {row.source} · editie {row.edition} · zekerheid {row.confidence.value}"
    facts.append((source, Role.SECONDARY))
    if view.signature is not None and view.signed_on is not None:
        signed = view.signature
        words = f"Afgetekend door {view.signed_by} op {show.weekday(view.signed_on)}"
        page = f", blz. {signed.page}" if signed.page else ""
        since = show.day(signed.valid_from)
        facts.append((f"{words} · {signed.source}{page} · geldig vanaf {since}", Role.SECONDARY))
        if signed.reason:
            facts.append((f"Reden: {signed.reason}", Role.SECONDARY))
    if view.why_not:
        facts.append((view.why_not, Role.ATTENTION))
    return facts

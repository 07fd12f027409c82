"""Before the tests of hearing: the indication of a toddler, a known loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal

from clbdesk.errors import Environment
from clbdesk.services.hearing import risks_of, screening_of
from clbdesk.standards.hearing_indication import Screening
from clbdesk.standards.tables import rule
from clbdesk.wording import say
from ui.pages.step import Problem
from ui.theme import Role, Weight
from ui.widgets.button import Link
from ui.widgets.card import Card
from ui.widgets.choice_row import Choice, ChoiceRow, MultiChoiceRow
from ui.widgets.field_row import FieldRow
from ui.widgets.label import IconWord, Label
from ui.widgets.text_edit import TextEdit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from clbdesk.domain.contact import HearingIndication

_REGISTERED = (
    Choice("yes", "Screening gebeurd", "j"),
    Choice("no", "Geen screening", "n"),
    Choice("unknown", "Kind niet gekend", "o"),
)
_TO_ASK = "to_ask"
_TOLD = (
    Choice("yes", "Ja, gebeurd", "j"),
    Choice("no", "Nee, geen gekend", "n"),
    Choice(_TO_ASK, "Nog te vragen", "v"),
)
_NONE, _NOT_ASKED, _OTHER = "none", "not_asked", "other"
_ALONE = frozenset({_NONE, _NOT_ASKED})
_RISK_LETTERS = {
    "prematurity": "p",
    "cmv": "c",
    "family": "f",
    "meningitis": "h",
    "ototoxic": "x",
    "craniofacial": "r",
    _OTHER: "a",
}


class IndicationCard(Card):
    """The questions one after the other; `edited()` when an answer changed.

    The parents are asked only where Kind en Gezin reports no screening (HE-1, HE-2).
    """

    edited = Signal()

    def __init__(self, *, is_required: bool = True, risk_columns: int = 3) -> None:
        """Nothing answered. `is_required`: whether saving needs the answers."""
        super().__init__("Aanwijzing voor audiometrie", spacing=4)
        self._is_required = is_required
        self.screening = ChoiceRow(
            "Neonatale gehoorscreening", _REGISTERED, required=is_required, padding=10
        )
        self.told = ChoiceRow("Screening volgens de ouders", _TOLD, padding=10)
        self.risks = MultiChoiceRow(
            "Risicofactoren", _risks(), required=is_required, padding=8, columns=risk_columns
        )
        self._chosen: tuple[str, ...] = ()
        self._rows = {
            name: (Label(say(f"hearing_page.{name}"), wrap=True), FieldRow("", row, label_width=0))
            for name, row in (
                ("ask_registered", self.screening),
                ("ask_told", self.told),
                ("ask_risk_factors", self.risks),
            )
        }
        for words, row in self._rows.values():
            self.body.addWidget(words)
            self.body.addWidget(row)
        self.screening.edited.connect(self._on_screening)
        self.told.edited.connect(self.edited)
        self.risks.edited.connect(self._on_risks)
        self._show_told()

    def show_indication(self, found: HearingIndication | None) -> None:
        """What was asked before, on this page or on the other one that asks it."""
        self._put(screening_of(found))
        factors = risks_of(found)
        known = {choice.value for choice in self.risks.choices()}
        values = tuple(dict.fromkeys(one if one in known else _OTHER for one in factors or ()))
        if found is not None and not values:
            values = (_NOT_ASKED,) if factors is None else (_NONE,)
        self._show_risks(values)
        for _words, row in self._rows.values():
            row.set_error("")

    def answers(self) -> Screening:
        """What Kind en Gezin and the parents said."""
        told = self.told.value()
        return Screening(self.screening.value(), None if told == _TO_ASK else told)

    def _put(self, screening: Screening) -> None:
        self.screening.set_value(screening.registered)
        asked = screening.told or (_TO_ASK if screening.asks_parents else None)
        self.told.set_value(asked)
        self._show_told()

    def _show_told(self) -> None:
        asks = self.answers().asks_parents
        self.told.required = asks and self._is_required
        for part in self._rows["ask_told"]:
            part.setVisible(asks)

    def _on_screening(self) -> None:
        if not self.answers().asks_parents:
            self.told.set_value(None)
        self._show_told()
        self.edited.emit()

    def risk_factors(self) -> tuple[str, ...] | None:
        """The factors; None when they were not asked."""
        chosen = self.risks.values()
        if not chosen or _NOT_ASKED in chosen:
            return None
        return tuple(one for one in chosen if one != _NONE)

    def set_editable(self, on: bool) -> None:
        """To answer, or only to read."""
        for row in (self.screening, self.told, self.risks):
            row.setEnabled(on)

    def problems(self) -> Iterator[Problem]:
        """Every question that is asked of a toddler is compulsory."""
        asks = self.answers().asks_parents
        for name, control, key in (
            ("ask_registered", self.screening, "choose_screening"),
            ("ask_told", self.told, "choose_told"),
            ("ask_risk_factors", self.risks, "choose_risks"),
        ):
            is_missing = control.is_open() and (asks or control is not self.told)
            text = say(f"hearing_page.{key}") if is_missing else ""
            self._rows[name][1].set_error(text)
            if text:
                yield Problem(text, control)

    def content(self) -> dict[str, Any]:
        """As answered."""
        return {
            "screening": self.screening.value(),
            "told": self.told.value(),
            "risks": list(self.risks.values()),
        }

    def restore(self, content: Mapping[str, Any]) -> None:
        """Back as it was answered."""
        self.screening.set_value(content["screening"])
        self.told.set_value(content.get("told"))  # a draft of an older program has none
        self._show_told()
        self._show_risks(tuple(content["risks"]))

    def _show_risks(self, values: tuple[str, ...]) -> None:
        self.risks.set_values(values)
        self._chosen = self.risks.values()

    def _on_risks(self) -> None:
        """None and not asked stand alone; the last answer counts."""
        now = self.risks.values()
        added = [one for one in now if one not in self._chosen]
        if added and added[0] in _ALONE:
            now = (added[0],)
        elif added:
            now = tuple(one for one in now if one not in _ALONE)
        self._show_risks(now)
        self.edited.emit()


def _risks() -> list[Choice]:
    """The list of the standard (HE-RISK), with none of them and not asked."""
    try:
        codes = rule("HE-RISK").values
    except Environment:
        codes = ()
    return [
        Choice(_NONE, "Geen", "g"),
        *(
            Choice(code, say(f"hearing_page.risk_{code}"), _RISK_LETTERS[code])
            for code in (*codes, _OTHER)
        ),
        Choice(_NOT_ASKED, "Niet bevraagd", "b"),
    ]


class KnownCard(Card):
    """No screening with a known loss (HE-8), but the follow-up is asked."""

    edited = Signal()

    def __init__(self) -> None:
        """`test_anyway` is the link for a pupil who is tested all the same."""
        super().__init__(spacing=8)
        words = IconWord(
            "bookmark",
            say("hearing_page.known"),
            Role.SECONDARY,
            weight=Weight.SEMIBOLD,
            word_role=Role.TEXT,
        )
        self.follow_up = TextEdit("Opvolging", limit=200, placeholder="bij wie, laatst gezien")
        self._row = FieldRow("Opvolging", self.follow_up, label_width=96, stretch=True)
        self.test_anyway = Link("Toch audiometrie afnemen")
        self.body.addWidget(words)
        self.body.addWidget(self._row)
        self.body.addWidget(self.test_anyway)
        self.follow_up.edited.connect(self.edited)

    def set_editable(self, on: bool) -> None:
        """To type, or only to read."""
        self.follow_up.setReadOnly(not on)
        self.test_anyway.setVisible(on)

    def show_follow_up(self, *, asked: bool) -> None:
        """Without a record of its own (a toddler) there is no place for the words."""
        self._row.setVisible(asked)

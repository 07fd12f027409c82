"""Before the tests of hearing: the indication of a toddler, a known loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal

from clbdesk.errors import Environment
from clbdesk.standards.tables import rule
from clbdesk.wording import say
from ui.pages.step import Problem
from ui.theme import Role, Weight
from ui.widgets.button import Link
from ui.widgets.card import Card
from ui.widgets.choice_row import Choice, ChoiceRow, MultiChoiceRow
from ui.widgets.field_row import FieldRow
from ui.widgets.label import IconWord
from ui.widgets.text_edit import TextEdit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from clbdesk.domain.contact import HearingIndication

_SCREENING = (
    Choice("yes", "Ja", "j"),
    Choice("no", "Nee", "n"),
    Choice("unknown", "Onbekend", "o"),
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
    """Neonatal screening and risk factors; `edited()` when an answer changed."""

    edited = Signal()

    def __init__(self) -> None:
        """Nothing answered."""
        super().__init__("Aanwijzing voor audiometrie", spacing=4)
        self.screening = ChoiceRow("Neonatale gehoorscreening", _SCREENING, required=True)
        self.risks = MultiChoiceRow("Risicofactoren", _risks(), required=True, padding=8, columns=3)
        self._chosen: tuple[str, ...] = ()
        self._screening_row = FieldRow("Neonatale screening", self.screening, label_width=168)
        self._risk_row = FieldRow("Risicofactoren", self.risks, label_width=168, stretch=True)
        self.body.addWidget(self._screening_row)
        self.body.addWidget(self._risk_row)
        self.screening.edited.connect(self.edited)
        self.risks.edited.connect(self._on_risks)

    def show_indication(self, found: HearingIndication | None) -> None:
        """What was asked before, also on the page of the questionnaire."""
        self.screening.set_value(found.neonatal_screening if found else None)
        factors = found.risk_factors if found else ()
        known = {choice.value for choice in self.risks.choices()}
        values = tuple(dict.fromkeys(one if one in known else _OTHER for one in factors))
        if found is not None and not values:
            values = (_NONE,) if found.indicated is not None else (_NOT_ASKED,)
        self._show_risks(values)
        for row in (self._screening_row, self._risk_row):
            row.set_error("")

    def neonatal_screening(self) -> str | None:
        """The answer (yes, no, unknown), or None while open."""
        return self.screening.value()

    def risk_factors(self) -> tuple[str, ...] | None:
        """The factors; None when they were not asked."""
        chosen = self.risks.values()
        if not chosen or _NOT_ASKED in chosen:
            return None
        return tuple(one for one in chosen if one != _NONE)

    def set_editable(self, on: bool) -> None:
        """To answer, or only to read."""
        self.screening.setEnabled(on)
        self.risks.setEnabled(on)

    def problems(self) -> Iterator[Problem]:
        """Both questions are compulsory for a toddler."""
        for row, control, key in (
            (self._screening_row, self.screening, "choose_screening"),
            (self._risk_row, self.risks, "choose_risks"),
        ):
            text = say(f"hearing_page.{key}") if control.is_open() else ""
            row.set_error(text)
            if text:
                yield Problem(text, control)

    def content(self) -> dict[str, Any]:
        """As answered."""
        return {"screening": self.screening.value(), "risks": list(self.risks.values())}

    def restore(self, content: Mapping[str, Any]) -> None:
        """Back as it was answered."""
        self.screening.set_value(content["screening"])
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

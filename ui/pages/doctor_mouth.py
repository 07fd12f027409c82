"""The card of the mouth, where it is examined; the criteria of the dentist are not known yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal

from clbdesk.domain.body import ExamState
from clbdesk.domain.doctor import Caries, Hygiene, LastDentist, OralHealth
from clbdesk.wording import label, say
from ui.pages.doctor_block_row import LABEL_WIDTH
from ui.pages.step import Problem
from ui.theme import Role
from ui.widgets.card import Card
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.field_row import FieldRow
from ui.widgets.label import Label
from ui.widgets.tick_box import TickBox

if TYPE_CHECKING:
    from datetime import date


class MouthCard(Card):
    """`edited()` when something was chosen."""

    edited = Signal()

    def __init__(self) -> None:
        """Nothing is chosen."""
        super().__init__("Mond", spacing=4)
        self._hygiene = ChoiceRow("Mondhygiëne", _choices(Hygiene, "gms"), required=True)
        self._caries = ChoiceRow("Cariës vermoed", _choices(Caries, "njb"), required=True)
        self._dentist = ChoiceRow(
            "Laatst bij de tandarts", _choices(LastDentist, "mlnk"), columns=2
        )
        for words, row in (("Mondhygiëne", self._hygiene), ("Cariës vermoed", self._caries)):
            self.body.addWidget(FieldRow(words, row, label_width=LABEL_WIDTH))
        self._ticks = {
            "pain": TickBox("pijn of fistel"),
            "trauma": TickBox("trauma"),
            "orthodontics": TickBox("orthodontie"),
            "refer": TickBox("verwijzing tandarts"),
        }
        for box in self._ticks.values():
            self.body.addWidget(box)
            box.edited.connect(self.edited)
        self.body.addWidget(Label("Laatst bij de tandarts", role=Role.SECONDARY))
        self.body.addWidget(self._dentist)
        for row in (self._hygiene, self._caries, self._dentist):
            row.edited.connect(self.edited)

    def show_body(self, body: OralHealth | None) -> None:
        """What was recorded."""
        self._hygiene.set_value(body.hygiene.value if body and body.hygiene else None)
        self._caries.set_value(body.caries.value if body and body.caries else None)
        self._dentist.set_value(body.last_dentist.value if body and body.last_dentist else None)
        for name, box in self._ticks.items():
            box.set_value(bool(body and getattr(body, name)))

    def mouth(self, on: date) -> OralHealth:
        """What stands in the card."""
        ticks = {name: box.value() for name, box in self._ticks.items()}
        return OralHealth(
            state=ExamState.DONE,
            hygiene=self._hygiene.value_as(Hygiene),
            caries=self._caries.value_as(Caries),
            last_dentist=self._dentist.value_as(LastDentist),
            pain=ticks["pain"],
            trauma=ticks["trauma"],
            orthodontics=ticks["orthodontics"],
            refer=ticks["refer"],
            on=on,
        )

    def problems(self) -> list[Problem]:
        """Hygiene and caries are needed."""
        return [
            Problem(say("doctor.choose_mouth", what=row.name.lower()), row)
            for row in (self._hygiene, self._caries)
            if row.is_open()
        ]

    def set_editable(self, on: bool) -> None:
        """To choose, or only to read."""
        for row in (self._hygiene, self._caries, self._dentist, *self._ticks.values()):
            row.setEnabled(on)

    def content(self) -> dict[str, Any]:
        """For the draft."""
        rows = (self._hygiene, self._caries, self._dentist)
        return {
            "rows": [row.value() for row in rows],
            "ticks": {name: box.value() for name, box in self._ticks.items()},
        }

    def restore(self, content: dict[str, Any]) -> None:
        """From a draft."""
        rows = (self._hygiene, self._caries, self._dentist)
        for row, value in zip(rows, content["rows"], strict=True):
            row.set_value(value)
        for name, box in self._ticks.items():
            box.set_value(content["ticks"][name])


def _choices(kind: type[Hygiene | Caries | LastDentist], letters: str) -> tuple[Choice, ...]:
    return tuple(
        Choice(one.value, label(one), letter) for one, letter in zip(kind, letters, strict=True)
    )

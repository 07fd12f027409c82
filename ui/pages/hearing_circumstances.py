"""Around speech in noise: tablet, version, hour of the start, and what is asked about noise.

The questions are a list of the centre (HE-NOISE), because those of the CLB could not be taken over;
nothing of it is judged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import Signal

from clbdesk.errors import Environment
from clbdesk.standards.tables import rule
from clbdesk.wording import say
from ui.pages.step import Problem
from ui.theme import Role, Size
from ui.widgets.card import Card
from ui.widgets.choice_row import Choice, MultiChoiceRow
from ui.widgets.date_edit import TimeEdit
from ui.widgets.field_row import FieldRow
from ui.widgets.label import Label
from ui.widgets.text_edit import TextEdit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from clbdesk.domain.contact import SpeechInNoise

_NONE = "none"
_LETTERS = {
    "earphones": "o",
    "parties": "f",
    "gaming": "s",
    "machines": "v",
    "ear_protection": "d",
    "tinnitus": "t",
}


class CircumstancesCard(Card):
    """All optional; `edited()` when somebody typed or chose."""

    edited = Signal()

    def __init__(self) -> None:
        """Empty."""
        super().__init__("Toestel en lawaai", spacing=4)
        self.device = TextEdit("Toestel", limit=40)
        self.version = TextEdit("Versie", limit=20)
        self.started = TimeEdit("Begin van de test")
        self.noise = MultiChoiceRow("Lawaai en oorsuizen", _noise(), padding=8, columns=4)
        self._chosen: tuple[str, ...] = ()
        row = FieldRow("Toestel", self.device, label_width=72, stretch=True)
        quiet = (Label(words, role=Role.SECONDARY) for words in ("versie", "begin"))
        row.add_beside(next(quiet), self.version, next(quiet), self.started)
        self.body.addWidget(row)
        self._started_row = row
        self.body.addWidget(Label(say("hearing_page.noise"), Size.QUIET, role=Role.SECONDARY))
        self.body.addWidget(self.noise)
        for control in (self.device, self.version, self.started):
            control.edited.connect(self.edited)
        self.noise.edited.connect(self._on_noise)

    def show_saved(self, saved: SpeechInNoise | None, device: str) -> None:
        """What is recorded, or the tablet of the day."""
        self.device.set_value((saved.device if saved else "") or device)
        self.version.set_value(saved.version if saved else "")
        self.started.set_value(saved.started_at if saved else None)
        self._show_noise(saved.noise if saved else None)

    def with_it(self, test: SpeechInNoise) -> SpeechInNoise:
        """The test with what stands here."""
        return msgspec.structs.replace(
            test,
            device=self.device.value().strip(),
            version=self.version.value().strip(),
            started_at=self.started.value(),
            noise=self._answers(),
        )

    def problems(self) -> Iterator[Problem]:
        """An hour that is none."""
        self._started_row.set_error(self.started.problem())
        if self.started.problem():
            yield Problem(self.started.problem(), self.started)

    def set_editable(self, on: bool) -> None:
        """To type, or only to read."""
        for field in (self.device, self.version, self.started):
            field.setReadOnly(not on)
        self.noise.setEnabled(on)

    def content(self) -> dict[str, Any]:
        """As typed."""
        return {
            "device": self.device.value(),
            "version": self.version.value(),
            "started": self.started.text(),
            "noise": list(self.noise.values()),
        }

    def restore(self, content: Mapping[str, Any]) -> None:
        """Back as it was typed."""
        self.device.set_value(content["device"])
        self.version.set_value(content["version"])
        self.started.setText(content["started"])
        self.noise.set_values(tuple(content["noise"]))
        self._chosen = self.noise.values()

    def _answers(self) -> tuple[str, ...] | None:
        """None = not asked, which is no answer."""
        chosen = self.noise.values()
        return tuple(one for one in chosen if one != _NONE) if chosen else None

    def _show_noise(self, answers: tuple[str, ...] | None) -> None:
        self.noise.set_values((_NONE,) if answers == () else answers or ())
        self._chosen = self.noise.values()

    def _on_noise(self) -> None:
        """None of them stands alone; the last answer counts."""
        now = self.noise.values()
        added = [one for one in now if one not in self._chosen]
        if added == [_NONE]:
            now = (_NONE,)
        elif added:
            now = tuple(one for one in now if one != _NONE)
        self.noise.set_values(now)
        self._chosen = now
        self.edited.emit()


def _noise() -> list[Choice]:
    """The list of the centre; nothing while its table is damaged."""
    try:
        codes = rule("HE-NOISE").values
    except Environment:
        codes = ()
    return [
        Choice(_NONE, "Geen", "g"),
        *(Choice(code, say(f"hearing_page.noise_{code}"), _LETTERS[code]) for code in codes),
    ]

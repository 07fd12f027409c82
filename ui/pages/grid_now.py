"""Who the open row is about: it takes the place of the banner and changes with the row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout

from clbdesk.domain.age import age_months
from clbdesk.wording import say
from ui import format as show
from ui.theme import Role, Size, Weight
from ui.widgets.card import Card
from ui.widgets.label import IconWord, Label, WrappingLabel

if TYPE_CHECKING:
    from datetime import date

    from clbdesk.services.pupil import PupilView


class NowCard(Card):
    """Name, birth date with age, and whether a namesake is expected."""

    def __init__(self) -> None:
        """Nobody."""
        super().__init__(spacing=4)
        self.set_margins(top=8, bottom=8)
        self._name = WrappingLabel(Size.NAME, Weight.BOLD)
        self._born = Label()
        self._namesake = IconWord("users", say("grid.namesake"), Role.ATTENTION)
        line = QHBoxLayout()
        line.setSpacing(16)
        for part in (self._name, self._born, self._namesake):
            line.addWidget(part)
        line.addStretch(1)
        self.body.addLayout(line)
        self.show_nobody()

    def show_pupil(self, pupil: PupilView, today: date) -> None:
        """Another row is open."""
        person = pupil.on_visit.pupil
        name = show.list_name(person.family_name, person.given_name)
        age = show.age(age_months(person.birth_date, today))
        self._name.setText(name)
        self._name.setAccessibleName(f"Nu: {name}")
        self._born.setText(f"{show.day(person.birth_date)} ({age})")
        self._namesake.setVisible(pupil.has_namesake)
        self.show()

    def show_nobody(self) -> None:
        """The class is done, or empty."""
        self._name.setText("")
        self.hide()

"""Vandaag standaard: what the team would otherwise type for every pupil of a visit.

Shown by "Bezoek starten" with a proposal, so that nothing needs to be typed when it fits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from clbdesk.domain.contact import Clothing, Occlusion, VisionTest
from clbdesk.domain.visits import VisitDefaults
from clbdesk.wording import label
from ui import theme
from ui.widgets.card import Card
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.field_row import FieldRow
from ui.widgets.tick_box import TickBox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clbdesk.domain.visits import ContactMoment
    from clbdesk.services.visits import DayDefaults

_CLOTHING = tuple(
    Choice(one.value, label(one), letter) for one, letter in zip(Clothing, "opsg", strict=True)
)
_TESTS = (
    Choice(VisionTest.KAY_OLD.value, label(VisionTest.KAY_OLD), "o"),
    Choice(VisionTest.KAY_NEW.value, label(VisionTest.KAY_NEW), "n"),
    Choice(VisionTest.LOGMAR.value, label(VisionTest.LOGMAR), "l"),
)
_OCCLUSION = tuple(
    Choice(one.value, label(one), letter) for one, letter in zip(Occlusion, "lha", strict=True)
)
_SIDES = (Choice("right", "Rechts", "r"), Choice("left", "Links", "l"))
_DEVICE_LIMIT = 40  # characters (pages.md P06)


class DayDefaultsCard(Card):
    """The strip; `defaults(visit_id)` is what stands in it."""

    def __init__(self) -> None:
        """Hidden until `ask`."""
        super().__init__("Vandaag standaard", "geldt voor dit bezoek, per leerling te wijzigen")
        self._asked: VisitDefaults | None = None
        self._clothing = ChoiceRow("Kledij", _CLOTHING, padding=11)
        self._device = _device("Meettoestel")
        self._tests: dict[ContactMoment, ChoiceRow] = {}
        self._occlusion = ChoiceRow("Afdekking", _OCCLUSION)
        self._distance = TickBox("afgetekend op de vloer")
        self._eye = ChoiceRow("Eerste oog", _SIDES)
        self._ear = ChoiceRow("Eerste oor", _SIDES)
        self._spin = _device("SPIN-toestel")
        self._test_rows: list[FieldRow] = []
        self.body.setSpacing(4)
        self.body.addWidget(FieldRow("Kledij", self._clothing))
        self.body.addWidget(FieldRow("Meettoestel", self._device))
        self._tests_at = self.body.count()
        self.body.addWidget(FieldRow("Afdekking", self._occlusion))
        self.body.addWidget(FieldRow("Afstand 3 m", self._distance))
        sides = QHBoxLayout()
        sides.setSpacing(0)
        sides.addWidget(FieldRow("Eerste oog", self._eye))
        sides.addWidget(FieldRow("Eerste oor", self._ear, label_width=96))
        sides.addStretch(1)
        self.body.addLayout(sides)
        self._spin_row = FieldRow("SPIN-toestel", self._spin)
        self.body.addWidget(self._spin_row)
        self.body.addStretch(1)
        self.hide()

    def ask(self, found: DayDefaults) -> None:
        """Show a proposal; only what this visit needs."""
        given = self._asked = found.defaults
        self._clothing.set_value(given.clothing)
        self._device.setText(given.growth_device)
        self._show_tests(found.moments, given.vision_tests)
        self._occlusion.set_value(given.occlusion)
        self._distance.set_value(given.distance_confirmed)
        self._eye.set_value(given.first_eye)
        self._ear.set_value(given.first_ear)
        self._spin.setText(given.spin_device)
        self._spin_row.setVisible(found.asks_spin)
        self.show()

    def defaults(self) -> VisitDefaults:
        """What stands in the strip as a record."""
        assert self._asked is not None
        tests = {moment.value: row.value() for moment, row in self._tests.items()}
        return VisitDefaults(
            visit_id=self._asked.visit_id,
            clothing=self._clothing.value(),
            growth_device=self._device.text().strip(),
            vision_tests={moment: test for moment, test in tests.items() if test is not None},
            occlusion=self._occlusion.value(),
            distance_confirmed=self._distance.value(),
            first_eye=self._eye.value() or "right",
            first_ear=self._ear.value() or "right",
            spin_device=self._spin.text().strip(),
        )

    def first_field(self) -> QWidget:
        """Kledij."""
        return self._clothing

    def _show_tests(self, moments: Sequence[ContactMoment], chosen: dict[str, str]) -> None:
        for row in self._test_rows:
            self.body.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._tests = {moment: ChoiceRow(f"Zichttest {moment.value}", _TESTS) for moment in moments}
        self._test_rows = []
        for place, (moment, choice) in enumerate(self._tests.items()):
            test = chosen.get(moment.value)
            choice.set_value(test if test in {one.value for one in _TESTS} else None)
            row = FieldRow(f"Zichttest {moment.value}", choice)
            self._test_rows.append(row)
            self.body.insertWidget(self._tests_at + place, row)


def _device(name: str) -> QLineEdit:
    field = QLineEdit()
    field.setMaxLength(_DEVICE_LIMIT)
    field.setAccessibleName(name)
    field.setFixedSize(theme.px(280), theme.px(40))
    field.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    return field

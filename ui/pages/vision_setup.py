"""How acuity is tested: test, distance, occlusion and first eye; usually the default of the day."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clbdesk.domain.contact import Occlusion, VisionTest
from clbdesk.wording import label, say
from ui import format as show
from ui.pages.vision_eye import LABEL_WIDTH
from ui.theme import Role, Size
from ui.widgets.button import Link
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.decimal_edit import DecimalEdit
from ui.widgets.field_row import FieldRow
from ui.widgets.label import Label

if TYPE_CHECKING:
    from collections.abc import Mapping

_CM = 100
_NO_OCCLUSION = Choice("none", "geen", "g")
_FIRST = (Choice("right", "Rechts", "r"), Choice("left", "Links", "l"))


class AcuitySetup(QWidget):
    """One quiet line with "Wijzigen", which opens the fields behind it."""

    edited = Signal()

    def __init__(self) -> None:
        """Closed."""
        super().__init__()
        self.test = ChoiceRow(
            "Test",
            [
                Choice(one.value, label(one), letter)
                for one, letter in zip(VisionTest, "unlefa", strict=True)
            ],
            columns=3,
        )
        self.occlusion = ChoiceRow(
            "Afdekking",
            [
                *(
                    Choice(one.value, label(one), letter)
                    for one, letter in zip(Occlusion, "lha", strict=True)
                ),
                _NO_OCCLUSION,
            ],
            columns=2,
        )
        self.distance = DecimalEdit(
            "Afstand",
            places=1,
            unit="m",
            minimum=Decimal(1),
            maximum=Decimal(6),
            example="3",
            width=64,
        )
        self.first_eye = ChoiceRow("Eerste oog", _FIRST, padding=10)
        self._words = Label(size=Size.QUIET, role=Role.SECONDARY)
        self._change = Link("Wijzigen", about="de test, de afdekking, de afstand en het eerste oog")
        self._change.clicked.connect(lambda _checked=False: self.open_fields())
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self._words, 1)
        line.addWidget(self._change, 0, Qt.AlignmentFlag.AlignRight)
        self._fields = QWidget()
        rows = QVBoxLayout(self._fields)
        rows.setContentsMargins(0, 4, 0, 4)
        rows.setSpacing(4)
        for name, control in (
            ("Test", self.test),
            ("Afdekking", self.occlusion),
            ("Afstand (m)", self.distance),
            ("Eerste oog", self.first_eye),
        ):
            stretch = control in (self.test, self.occlusion)
            rows.addWidget(FieldRow(name, control, label_width=LABEL_WIDTH + 24, stretch=stretch))
            control.edited.connect(self._on_edited)
        self._fields.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(line)
        column.addWidget(self._fields)

    def show_setup(
        self, test: VisionTest, distance_cm: int, occlusion: str | None, first_eye: str
    ) -> None:
        """What was recorded, else the default of the day."""
        self.test.set_value(test.value)
        known = {choice.value for choice in self.occlusion.choices()}
        self.occlusion.set_value(occlusion if occlusion in known else None)
        self.distance.set_value(Decimal(distance_cm) / _CM)
        self.first_eye.set_value(first_eye)
        self._fields.hide()
        self._change.show()
        self._show()

    def open_fields(self) -> None:
        """Show the fields, at the one that is still to be chosen."""
        self._fields.show()
        self._change.hide()
        first = self.occlusion if self.occlusion.is_open() else self.test
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_editable(self, on: bool) -> None:
        """To choose, or only to read."""
        self._change.setVisible(on and self._fields.isHidden())
        self._fields.setEnabled(on)

    def distance_cm(self) -> int:
        """The distance in whole cm."""
        value = self.distance.value()
        return int(value * _CM) if value is not None else 0

    def content(self) -> dict[str, Any]:
        """As chosen."""
        return {
            "test": self.test.value(),
            "occlusion": self.occlusion.value(),
            "distance": self.distance.text(),
            "first_eye": self.first_eye.value(),
        }

    def restore(self, content: Mapping[str, Any]) -> None:
        """Back as it was chosen."""
        self.test.set_value(content["test"])
        self.occlusion.set_value(content["occlusion"])
        self.distance.setText(content["distance"])
        self.first_eye.set_value(content["first_eye"])
        self._show()

    def _on_edited(self) -> None:
        self._show()
        self.edited.emit()

    def _show(self) -> None:
        test = self.test.value_as(VisionTest)
        distance = self.distance.value()
        first = self.first_eye.value() or "right"
        self._words.setText(
            say(
                "vision_page.setup",
                test=label(test) if test else "",
                distance=show.number(distance) if distance is not None else "",
                occlusion=self._occlusion_word(),
                first="rechts" if first == "right" else "links",
            )
        )

    def _occlusion_word(self) -> str:
        chosen = self.occlusion.value()
        words = {choice.value: choice.label for choice in self.occlusion.choices()}
        if chosen is None:
            return say("vision_page.no_occlusion")
        return words[chosen] if chosen != _NO_OCCLUSION.value else "geen afdekking"

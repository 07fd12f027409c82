"""How acuity is tested: test, distance, occlusion and first eye; usually the default of the day."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import Occlusion, OtherTestReason, VisionTest
from clbdesk.standards.entry_limits import limits
from clbdesk.standards.limits import Field
from clbdesk.standards.vision import is_other_test
from clbdesk.wording import label, say
from ui import format as show
from ui.pages.measured_row import LABEL_WIDTH
from ui.pages.step import Problem
from ui.theme import Role, Size
from ui.widgets.button import Link
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.decimal_edit import DecimalEdit
from ui.widgets.field_row import FieldRow
from ui.widgets.label import Label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clbdesk.services.vision import VisionView

_CM = 100
_NO_OCCLUSION = Choice("none", "geen", "g")
_FIRST = (Choice("right", "Rechts", "r"), Choice("left", "Links", "l"))


class AcuitySetup(QWidget):
    """One quiet line with "Wijzigen", which opens the fields behind it.

    In special education the test follows the developmental age and nothing is chosen beforehand
    (VIS-TEST); elsewhere another test than the usual one asks why.
    """

    edited = Signal()

    def __init__(self) -> None:
        """Closed."""
        super().__init__()
        self._usual, self._by_development = VisionTest.LOGMAR, False
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
        self.reason = ChoiceRow(
            "Reden",
            [
                Choice(one.value, label(one), letter)
                for one, letter in zip(OtherTestReason, "oga", strict=True)
            ],
            padding=8,
        )
        low, high = limits(Field.DEVELOPMENTAL_AGE).block or (None, None)
        self.years = DecimalEdit(
            "Ontwikkelingsleeftijd",
            places=1,
            unit="jaar",
            minimum=low,
            maximum=high,
            example="5,5",
            width=64,
        )
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
        self._rows: dict[str, FieldRow] = {}
        for name, control in (
            ("Ontwikkeling", self.years),
            ("Test", self.test),
            ("Reden", self.reason),
            ("Afdekking", self.occlusion),
            ("Afstand (m)", self.distance),
            ("Eerste oog", self.first_eye),
        ):
            stretch = control in (self.test, self.occlusion)
            row = FieldRow(name, control, label_width=LABEL_WIDTH + 24, stretch=stretch)
            self._rows[name] = row
            rows.addWidget(row)
            control.edited.connect(self._on_edited)
        self._rows["Ontwikkeling"].add_beside(
            Label("jaar ontwikkelingsleeftijd", role=Role.SECONDARY)
        )
        self._fields.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(line)
        column.addWidget(self._fields)

    def show_setup(self, view: VisionView) -> None:
        """What was recorded, else the default of the day."""
        body = view.acuity.body if view.acuity else None
        if body is not None and body.state is ExamState.POSTPONED:
            body = None
        self._usual, self._by_development = view.test, view.on_visit.special_education
        test = body.test if body else None if self._by_development else view.test
        occlusion = body.occlusion if body else view.occlusion
        self.test.set_value(test.value if test else None)
        reason = body.test_reason if body else None
        self.reason.set_value(reason.value if reason else None)
        self.years.set_value(body.developmental_years if body else None)
        known = {choice.value for choice in self.occlusion.choices()}
        self.occlusion.set_value(occlusion if occlusion in known else None)
        self.distance.set_value(Decimal(body.distance_cm if body else view.distance_cm) / _CM)
        self.first_eye.set_value((body.first_eye if body else None) or view.first_eye)
        self._fields.setVisible(test is None)
        self._change.setVisible(test is not None)
        self._show()

    def open_fields(self) -> None:
        """Show the fields, at the one that is still to be chosen."""
        self._fields.show()
        self._change.hide()
        (self.first_open() or self.test).setFocus(Qt.FocusReason.OtherFocusReason)

    def first_open(self) -> ChoiceRow | None:
        """What is still to be chosen before anybody reads."""
        rows = (self.test, self.reason, self.occlusion)
        return next((row for row in rows if row.is_open() and self._asks(row)), None)

    def _asks(self, row: ChoiceRow) -> bool:
        """The reason of another test; by developmental age only that nothing but Ffooks worked."""
        if row is not self.reason:
            return True
        test = self.test.value_as(VisionTest)
        if test is None or not is_other_test(test, self._usual):
            return False
        return not self._by_development or test is VisionTest.FFOOKS

    def test_reason(self) -> OtherTestReason | None:
        """Why another test; None where the usual one was taken."""
        test = self.test.value_as(VisionTest)
        if test is None or not is_other_test(test, self._usual):
            return None
        if not self._asks(self.reason):
            return OtherTestReason.DEVELOPMENT
        return self.reason.value_as(OtherTestReason)

    def problems(self) -> list[Problem]:
        """What must be known of a test that was taken."""
        found = []
        for row, text in (
            (self.test, say("vision_page.choose_test")),
            (self.reason, say("vision_page.choose_reason", usual=label(self._usual))),
            (self.occlusion, say("vision_page.choose_occlusion")),
        ):
            if row.is_open() and self._asks(row):
                found.append(Problem(text, row))
        if found:
            self.open_fields()
        return found + [
            Problem(field.problem(), field)
            for field in (self.distance, self.years)
            if field.problem()
        ]

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
            "reason": self.reason.value(),
            "years": self.years.text(),
            "occlusion": self.occlusion.value(),
            "distance": self.distance.text(),
            "first_eye": self.first_eye.value(),
        }

    def restore(self, content: Mapping[str, Any]) -> None:
        """Back as it was chosen."""
        self.test.set_value(content["test"])
        self.reason.set_value(content.get("reason"))
        self.years.setText(content.get("years", ""))
        self.occlusion.set_value(content["occlusion"])
        self.distance.setText(content["distance"])
        self.first_eye.set_value(content["first_eye"])
        self._show()

    def _on_edited(self) -> None:
        self._show()
        self.edited.emit()

    def _show(self) -> None:
        test = self.test.value_as(VisionTest)
        by_age = self._by_development or self.reason.value() == OtherTestReason.DEVELOPMENT
        self._rows["Ontwikkeling"].setVisible(by_age)
        self._rows["Reden"].setVisible(self._asks(self.reason))
        self.test.required = self._by_development
        self.reason.required = self._asks(self.reason)
        distance = self.distance.value()
        first = self.first_eye.value() or "right"
        self._words.setText(
            say(
                "vision_page.setup",
                test=label(test) if test else say("vision_page.no_test"),
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

"""Beside the tests of sight: what was found before, and the conditions of the Werkkaart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from clbdesk.domain.body import ExamState
from clbdesk.errors import Environment
from clbdesk.standards.tables import rule
from clbdesk.standards.vision import shown_decimal
from clbdesk.wording import label, say
from ui import actions
from ui import format as show
from ui.actions import Key
from ui.pages.vision_eye import COOPERATION
from ui.theme import Role, Size, Weight
from ui.widgets.card import Card
from ui.widgets.label import IconWord, Label, Rule

if TYPE_CHECKING:
    from clbdesk.domain.contact import EyeResult
    from clbdesk.services.vision import EarlierAcuity, VisionView

_COOPERATION = {choice.value: choice.label.lower() for choice in COOPERATION}
_TOP = Qt.AlignmentFlag.AlignTop


class EarlierCard(Card):
    """Earlier tests as a list: values of different tests are not comparable, so no line."""

    def __init__(self) -> None:
        """Empty until `show_earlier`."""
        super().__init__("Vroeger", "niet te vergelijken", spacing=4)
        self._rows: QWidget | None = None
        self.body.addStretch(1)

    def show_earlier(self, earlier: tuple[EarlierAcuity, ...]) -> None:
        """Newest first."""
        if self._rows is not None:
            self._rows.hide()
            self._rows.deleteLater()
        self._rows = _list(earlier) if earlier else _nothing()
        self.body.insertWidget(0, self._rows)


def _nothing() -> QWidget:
    return Label(say("vision_page.no_earlier"), Size.QUIET, role=Role.SECONDARY, wrap=True)


def _list(earlier: tuple[EarlierAcuity, ...]) -> QWidget:
    made = QWidget()
    grid = QGridLayout(made)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(2)
    for index, one in enumerate(earlier):
        row = index * 3
        if index:
            grid.addWidget(Rule(Role.LINE_FAINT), row, 0, 1, 3)
        grid.addWidget(Label(show.day(one.on)), row + 1, 0)
        grid.addWidget(Label(label(one.test), weight=Weight.SEMIBOLD), row + 1, 1)
        by = say("vision_page.external") if one.external else one.by
        grid.addWidget(Label(by, Size.QUIET, role=Role.SECONDARY), row + 2, 0, _TOP)
        values = "   ".join(
            part for part in (_eye("R", one.right), _eye("L", one.left), _how(one)) if part
        )
        grid.addWidget(Label(values, wrap=True), row + 2, 1)
    grid.setColumnStretch(1, 1)
    return made


def _eye(letter: str, eye: EyeResult | None) -> str:
    if eye is None:
        return ""
    if eye.logmar is None:
        return f"{letter} {label(eye.state).lower()}"
    text = f"{letter} {show.number(eye.logmar)} ({shown_decimal(eye.logmar)})"
    return text if eye.state is ExamState.DONE else f"{text} {label(eye.state).lower()}"


def _how(one: EarlierAcuity) -> str:
    words = [label(one.correction).lower()] if one.correction else []
    found = {eye.cooperation for eye in (one.right, one.left) if eye and eye.cooperation}
    words += [_COOPERATION[value] for value in sorted(found) if value in _COOPERATION]
    return ", ".join(words)


class WorkCard(Card):
    """Distance, light and occlusion as the Werkkaart says, and one eye now (VIS-5)."""

    def __init__(self) -> None:
        """The words come from the rule tables."""
        super().__init__("Werkkaart", spacing=4)
        self._room = IconWord(
            "alert-triangle", say("vision_page.room_not_checked"), Role.ATTENTION, size=Size.QUIET
        )
        self._room.hide()
        choosing, _source = _told("VIS-TEST")
        self._choosing = Label(choosing, Size.QUIET, wrap=True)
        self.body.addWidget(self._choosing)
        text, source = _told("VIS-ROOM")
        one_eye = say("vision_page.one_eye_now", key=actions.hint(Key.END_OF_QUEUE))
        for words in (text, one_eye, source):
            quiet = words == source
            role = Role.SECONDARY if quiet else Role.TEXT
            if words:
                self.body.addWidget(Label(words, Size.QUIET, role=role, wrap=True))
        self.body.addWidget(self._room)
        self.body.addStretch(1)

    def show_view(self, view: VisionView) -> None:
        """How the test is chosen in special education, and that the Lokaalcheck was forgotten."""
        self._choosing.setVisible(view.on_visit.special_education and bool(self._choosing.text()))
        self._room.setVisible(not view.room_is_checked)


def _told(rule_id: str) -> tuple[str, str]:
    """Text and source of a rule; nothing when the table is damaged (E11 says so)."""
    try:
        found = rule(rule_id)
    except Environment:
        return "", ""
    return found.text, say("vision_page.source", source=f"{found.source}, {found.edition}")

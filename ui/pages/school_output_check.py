"""Nakijken: what the check says of the text, and what must go or be explained before it leaves."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clbdesk.services.school_output import Finding, Trouble
from clbdesk.wording import say
from ui import theme
from ui.theme import Role
from ui.widgets.button import Link
from ui.widgets.card import Card
from ui.widgets.label import IconWord, Label
from ui.widgets.text_edit import TextEdit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clbdesk.standards.school_output import OutputPart

_LONGEST_REASON = 200


class CheckCard(Card):
    """`edited()` when a reason was typed; `away_asked(Finding)` to take a word or name out."""

    edited = Signal()
    away_asked = Signal(object)

    def __init__(self) -> None:
        """Empty until `show_findings`."""
        super().__init__("Nakijken", spacing=4)
        self._holder = QWidget()
        self.body.addWidget(self._holder)
        self._reasons: dict[str, TextEdit] = {}
        self._links: list[Link] = []
        self._typed: dict[str, str] = {}
        self._shown: object = None

    def explained(self) -> dict[str, str]:
        """Why each word stays, by its key."""
        return {key: field.value() for key, field in self._reasons.items() if field.value()}

    def set_explained(self, reasons: dict[str, str]) -> None:
        """What a draft says."""
        self._typed = dict(reasons)
        self._shown = None

    def field_of(self, finding: Finding) -> QWidget | None:
        """Where a finding is explained, or the link that takes it away."""
        if finding.key in self._reasons:
            return self._reasons[finding.key]
        return self.first()

    def first(self) -> QWidget | None:
        """The first thing to do, None when all is well."""
        fields: list[QWidget] = [*self._links, *self._reasons.values()]
        return fields[0] if fields else None

    def show_findings(
        self, found: Sequence[Finding], left_out: Sequence[OutputPart], *, open_: bool
    ) -> None:
        """One line per thing; lines stay as they are while nothing else is found."""
        distinct = {(one.trouble, one.key): one for one in found}
        state = (
            [(one.trouble, one.key, one.word) for one in distinct.values()],
            tuple(left_out),
            open_,
        )
        if state == self._shown:
            return
        self._typed |= self.explained()
        self._shown = state
        self._holder.hide()
        self._holder.deleteLater()
        self._holder = QWidget()
        column = QVBoxLayout(self._holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self._reasons, self._links = {}, []
        self._names(column, [one for one in distinct.values() if one.trouble is Trouble.NAME])
        words = [one for one in distinct.values() if one.trouble is Trouble.WORD]
        if not words:
            column.addWidget(_line("check", Role.OK, say("care_output.check.words_ok")))
        for one in words:
            text = say("care_output.check.word_found", word=one.word, list=one.list)
            self._row(column, one, text, open_=open_)
        column.addWidget(_line("signature", Role.ATTENTION, say("care_output.check.to_confirm")))
        pages = [one for one in distinct.values() if one.trouble is Trouble.PAGES]
        for one in pages:
            text = say("care_output.check.pages_more", pages=one.word)
            self._row(column, one, text, open_=open_)
        if not pages:
            column.addWidget(_line("check", Role.OK, say("care_output.check.pages_one")))
        for part in left_out:
            words_of = say("care_output.check.left_out", part=part.label)
            column.addWidget(_line("minus", Role.SECONDARY, words_of, about=part.why))
        self.body.addWidget(self._holder)

    def _names(self, column: QVBoxLayout, names: list[Finding]) -> None:
        if not names:
            column.addWidget(_line("check", Role.OK, say("care_output.check.names_ok")))
        for one in names:
            text = say("care_output.check.names_found", name=one.word)
            line, row = _with_line("alert-triangle", Role.ERROR, text)
            link = Link(say("care.replace_by", title=say("care.a_pupil")), about=one.word)
            link.clicked.connect(partial(self._ask_away, one))
            row.addWidget(link)
            self._links.append(link)
            column.addWidget(line)

    def _row(self, column: QVBoxLayout, one: Finding, text: str, *, open_: bool) -> None:
        line, row = _with_line("alert-triangle", Role.ATTENTION, text)
        if one.trouble is Trouble.WORD:
            link = Link("weg", about=one.word)
            link.clicked.connect(partial(self._ask_away, one))
            row.addWidget(link)
            self._links.append(link)
        column.addWidget(line)
        name = f"Waarom blijft {one.word}" if one.trouble is Trouble.WORD else "Waarom langer"
        reason = TextEdit(name, limit=_LONGEST_REASON, placeholder="waarom dit blijft")
        reason.set_value(self._typed.get(one.key, ""))
        reason.edited.connect(self.edited)
        reason.setReadOnly(not open_)
        self._reasons[one.key] = reason
        column.addWidget(reason)

    def _ask_away(self, one: Finding, _on: bool = False) -> None:
        self.away_asked.emit(one)


def _with_line(icon: str, role: Role, text: str) -> tuple[QWidget, QHBoxLayout]:
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    row.addWidget(IconWord(icon, "", role), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(Label(text, role=Role.TEXT if role is not Role.SECONDARY else role, wrap=True), 1)
    line.setMinimumHeight(theme.px(28))
    return line, row


def _line(icon: str, role: Role, text: str, about: str = "") -> QWidget:
    line, _row = _with_line(icon, role, text)
    line.setToolTip(about)
    return line

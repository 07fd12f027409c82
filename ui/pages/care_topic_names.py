"""Names of pupils in the fields of a topic: underlined at once, replaced on request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QTextCursor

from clbdesk.services.name_detection import KnownNames, names_of
from clbdesk.wording import say
from ui import actions
from ui.actions import Key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ui.pages.care_notice import Notice
    from ui.widgets.text_edit import TextEdit

    Watched = Sequence[tuple[Sequence[TextEdit], Notice]]


class NameWatch:
    """Knows the names of the class lists aboard and the fields they may be typed in."""

    def __init__(self) -> None:
        """Without names until `know`."""
        self._known: KnownNames = names_of(())

    def know(self, names: KnownNames) -> None:
        """The names of the class lists on this laptop."""
        self._known = names

    def look(self, watched: Watched, instead: str, *, on: bool) -> None:
        """Look at every field, each group with its own notice; `on` False: nothing is noticed."""
        for texts, notice in watched:
            if on:
                self.look_at(texts, notice, instead)
                continue
            notice.show_notice("")
            for text in texts:
                text.set_marks([])

    def replace_first(self, watched: Watched, instead: str) -> None:
        """The name at the focus, else the first that is found, and all equal ones."""
        ordered = sorted(watched, key=lambda one: not any(text.hasFocus() for text in one[0]))
        for texts, notice in ordered:
            key = self.look_at(texts, notice, instead)
            if key:
                self.replace([text for texts, _ in watched for text in texts], key, instead)
                return

    def look_at(self, texts: Sequence[TextEdit], notice: Notice, instead: str) -> str:
        """Underline what is found in these fields and say the first; its key, or an empty text."""
        first = None
        for text in texts:
            found = self._known.find(text.toPlainText())
            places = [(one.start, one.length) for one in found]
            text.set_marks(places)
            if found and (first is None or text.hasFocus()):
                first = found[0]
        if first is None:
            notice.show_notice("")
            return ""
        notice.show_notice(
            say("care.name_found", name=first.word),
            say("care.replace_by", title=instead),
            actions.hint(Key.PSEUDONYM),
        )
        return first.key

    def replace(self, texts: Sequence[TextEdit], key: str, instead: str) -> int:
        """Replace this name and equal ones; Ctrl+Z takes it back. How many were replaced."""
        count = 0
        for text in texts:
            found = [one for one in self._known.find(text.toPlainText()) if one.key == key]
            if not found:
                continue
            cursor = QTextCursor(text.document())
            cursor.beginEditBlock()
            whole = text.toPlainText()
            for one in reversed(found):
                end = one.start + one.length
                cursor.setPosition(one.start)
                cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
                cursor.insertText(instead + ("'" if whole[end : end + 1].isalpha() else ""))
            cursor.endEditBlock()
            count += len(found)
        return count

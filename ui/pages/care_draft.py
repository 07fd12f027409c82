"""Keeps what is typed on a whole page as a draft at every pause, as DraftKeeper does for a step."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from clbdesk.services.drafts import Draft, drop_draft, keep_draft
from ui.pages.typing_pause import TypingPause

if TYPE_CHECKING:
    from collections.abc import Callable

    from clbdesk.ids import RevId
    from clbdesk.services.records import Where
    from ui.pages.base import Page


class FormDraft(QObject):
    """The draft of the form on the page. `kept(Draft)` when it is safely in the vault."""

    kept = Signal(object)

    def __init__(self, page: Page, content: Callable[[], str]) -> None:
        """`content`: the form as JSON, asked at every pause."""
        super().__init__(page)
        self._page, self._content = page, content
        self._form = ""
        self._where: Where | None = None
        self._base: tuple[RevId, ...] = ()
        self.is_dirty = False
        self._pause = TypingPause(self)
        self._pause.due.connect(self.keep)

    @property
    def base(self) -> tuple[RevId, ...]:
        """The leaves on which the form was opened."""
        return self._base

    def watch(self, form: str, where: Where, base: tuple[RevId, ...]) -> None:
        """Another form is on the screen."""
        self._pause.stop()
        self._form, self._where, self._base, self.is_dirty = form, where, base, False

    def touched(self) -> None:
        """Something was typed: keep it at the next pause."""
        self.is_dirty = True
        self._pause.touched()

    def keep(self) -> None:
        """Keep now what was typed since the last time."""
        self._pause.stop()
        if not self.is_dirty or self._where is None:
            return
        self.is_dirty = False
        form = self._form
        call = partial(
            keep_draft, self._page.work.desk, form, self._where, self._base, self._content()
        )
        self._page.keep_draft(form, call, self._on_kept)

    def stop(self) -> None:
        """The form was recorded, and its draft went with the commit."""
        self._pause.stop()
        self.is_dirty = False
        self._page.let_go(self._form)

    def drop(self, then: Callable[[], None]) -> None:
        """Throw the draft away, because its author said so."""
        self.stop()
        call = partial(drop_draft, self._page.work.desk, self._form)
        self._page.ask(call, lambda _none: then())

    def _on_kept(self, draft: Draft) -> None:
        if draft.form == self._form:
            self.kept.emit(draft)

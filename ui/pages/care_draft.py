"""Keeps what is typed on a whole page as a draft at every pause, as DraftKeeper does for a step."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from clbdesk.services.drafts import Draft, drop_draft, keep_draft
from ui.pages.typing_pause import TypingPause

if TYPE_CHECKING:
    from collections.abc import Callable

    from clbdesk.errors import Environment, Refused
    from clbdesk.ids import RevId
    from clbdesk.services.records import Where
    from ui.pages.base import Page

Value = TypeVar("Value")


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
        self._held: dict[str, Callable[[], Draft]] = {}  # by form: what is being recorded
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
        call = self._take()
        if call is not None:
            self._page.keep_draft(self._form, call, self._on_kept)

    def _take(self) -> Callable[[], Draft] | None:
        """What was typed and not kept yet, which is from now on somebody's to keep."""
        self._pause.stop()
        if not self.is_dirty or self._where is None:
            return None
        self.is_dirty = False
        self._held.pop(self._form, None)  # what stands there now is newer
        return partial(
            keep_draft, self._page.work.desk, self._form, self._where, self._base, self._content()
        )

    def record(
        self,
        call: Callable[[], Value],
        then: Callable[[Value], None],
        failed: Callable[[Refused | Environment], None] | None = None,
    ) -> None:
        """Record the form; no draft comes beside it meanwhile.

        Refused, what was typed is a draft after all, wherever its author is by then, and `failed`
        is called.
        """
        held, form = self._take(), self._form
        if held is not None:
            self._held[form] = held

        def done(value: Value) -> None:
            self._held.pop(form, None)
            self._page.let_go(form)
            then(value)

        def stayed(trouble: Refused | Environment) -> None:
            if held is not None and self._held.get(form) is held:
                del self._held[form]
                self._page.keep_draft(form, held, self._on_kept)
            (failed or self._page.tell)(trouble)

        self._page.ask(call, done, stayed)

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

"""Keeps what is typed on a step as a draft at every pause, and finds it again."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from clbdesk.services.drafts import Draft, drop_draft, keep_draft
from ui.pages.typing_pause import TypingPause

if TYPE_CHECKING:
    from collections.abc import Callable

    from clbdesk.ids import PupilId
    from clbdesk.services.pupil import PupilOnVisit
    from ui.pages.base import Page
    from ui.pages.step import StepPage


class DraftKeeper(QObject):
    """Watches one step of one pupil at a time. `kept(Draft)` when a draft is safely in the vault."""

    kept = Signal(object)

    def __init__(self, page: Page) -> None:
        """`page`: whose desk and thread are used."""
        super().__init__(page)
        self._page = page
        self._step: StepPage | None = None
        self._on_visit: PupilOnVisit | None = None
        self.is_dirty = False
        self.stands = False  # something was typed that can be thrown away, kept already or not yet
        self.is_waiting = False  # nothing that is typed now belongs to the form on the screen
        self._held: tuple[str, Callable[[], Draft]] | None = None
        self._pause = TypingPause(self)
        self._pause.due.connect(self.keep)

    def watch(self, step: StepPage, on_visit: PupilOnVisit, found: Draft | None = None) -> None:
        """Another form is on the screen, with the draft that was found of it."""
        self._pause.stop()
        self._step, self._on_visit, self.is_dirty = step, on_visit, False
        self.is_waiting = False
        self.stands = found is not None

    def touched(self) -> None:
        """Something was typed: keep it at the next pause."""
        if self._step is not None and not self.is_waiting:
            self.is_dirty = self.stands = True
            self._pause.touched()

    def keep(self) -> None:
        """Keep now what was typed since the last time."""
        found = self._take()
        if found is not None:
            self._page.keep_draft(*found, self._on_kept)

    def _take(self) -> tuple[str, Callable[[], Draft]] | None:
        """What was typed and not kept yet, which is from now on somebody's to keep."""
        self._pause.stop()
        if self._step is None or self._on_visit is None or not self.is_dirty:
            return None
        content = self._step.content()
        if content is None:
            return None
        self.is_dirty = False
        form = self._on_visit.form(self._step.step)
        return form, partial(
            keep_draft,
            self._page.work.desk,
            form,
            self._on_visit.where,
            self._step.base(),
            json.dumps(content, ensure_ascii=False),
        )

    def hold(self) -> None:
        """The form is being recorded: a draft that came after the commit would stand beside it."""
        self._held = self._take()

    def release(self) -> None:
        """It was not recorded: what was typed is a draft after all, wherever its author is now."""
        held, self._held = self._held, None
        if held is not None:
            self._page.keep_draft(*held, self._on_kept)

    def saved(self, step: StepPage, on_visit: PupilOnVisit) -> None:
        """A form was recorded and its draft went with the commit; until the next one is shown
        nothing of it is kept, as a field is written out in full when the focus leaves it.
        """
        self._held = None
        self._page.let_go(on_visit.form(step.step))
        if self._step is step and self._on_visit == on_visit:
            self.forget()

    def whose(self) -> PupilId | None:
        """Whose form is kept; None before the first one, and after it was recorded."""
        return self._on_visit.pupil_id if self._on_visit is not None else None

    def forget(self) -> None:
        """No form is kept until the next one is shown."""
        self._pause.stop()
        self._step, self._on_visit, self.is_dirty, self.stands = None, None, False, False

    def drop(self, then: Callable[[], None]) -> None:
        """Throw the draft away, because its author said so."""
        step, on_visit = self._step, self._on_visit
        self.forget()
        if step is not None and on_visit is not None:
            form = on_visit.form(step.step)
            self._page.let_go(form)
            call = partial(drop_draft, self._page.work.desk, form)
            self._page.ask(call, lambda _none: then())

    def _on_kept(self, draft: Draft) -> None:
        if self._step is None or self._on_visit is None:
            return
        if draft.form == self._on_visit.form(self._step.step):
            self.kept.emit(draft)

"""The card "Nazorg en verwijzing" of a conclusion: what each domain's word asks for, in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal

from clbdesk.domain.contact import ConclusionWord
from clbdesk.services.aftercare import needs_task
from ui.pages.decision_after import Circumstances, ReferralEdit, TaskEdit
from ui.widgets.card import Card

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from clbdesk.services.aftercare import ReferralEntry, TaskEntry
    from clbdesk.services.decision import DecisionView
    from clbdesk.services.proposal import DomainRow

_TITLE = "Nazorg en verwijzing"


class PromisesCard(Card):
    """`edited()` when something in it changed; hidden while no word asks for anything."""

    edited = Signal()

    def __init__(self) -> None:
        """Empty until a view is shown."""
        super().__init__(_TITLE, spacing=8)
        self._view: DecisionView | None = None
        self._edits: dict[tuple[str, str], ReferralEdit | TaskEdit] = {}
        self._titles: dict[str, str] = {}
        self._editable = True
        self.hide()

    def show_view(self, view: DecisionView, titles: dict[str, str]) -> None:
        """Start again for this contact; `titles` are the names of the domains."""
        for edit in self._edits.values():
            self.body.removeWidget(edit)
            edit.deleteLater()
        self._edits, self._view, self._titles = {}, view, titles
        self.hide()

    def follow(self, words: dict[str, ConclusionWord | None]) -> None:
        """Show what the words of the domains ask for now; what was typed before comes back."""
        assert self._view is not None
        for row in self._view.rows:
            word = words.get(row.domain.value)
            self._show("referral", row, on=word is ConclusionWord.REFERRAL)
            self._show("task", row, on=needs_task(row.domain.value, word))
        self.setVisible(bool(self.shown()))

    def _show(self, sort: str, row: DomainRow, *, on: bool) -> None:
        key = (sort, row.domain.value)
        if on and key not in self._edits:
            self._make(key, row)
        if key in self._edits:
            self._edits[key].setVisible(on)

    def _make(self, key: tuple[str, str], row: DomainRow) -> None:
        assert self._view is not None
        around = Circumstances(self._view.team, self._view.today)
        title = self._titles[row.domain.value]
        edit: ReferralEdit | TaskEdit
        if key[0] == "referral":
            edit = ReferralEdit(row, title, around)
            for referral in self._view.referrals:
                if referral.body.domain == row.domain.value:
                    edit.show_saved(referral)
        else:
            edit = TaskEdit(row, title, around)
            for task in self._view.tasks:
                if task.body.domain == row.domain.value:
                    edit.show_saved(task)
        edit.set_editable(self._editable)
        edit.edited.connect(self.edited)
        self._edits[key] = edit
        self.body.insertWidget(self._place_of(row), edit)

    def _place_of(self, row: DomainRow) -> int:
        """In the order of the domains, so that reading and Tab go the same way."""
        assert self._view is not None
        order = [one.domain.value for one in self._view.rows]
        before = order[: order.index(row.domain.value)]
        return sum(domain in before for _sort, domain in self._edits)

    def shown(self) -> list[ReferralEdit | TaskEdit]:
        """What is asked for now, in the order of the page."""
        edits = sorted(self._edits.values(), key=self.body.indexOf)
        return [edit for edit in edits if not edit.isHidden()]

    def problems(self) -> list[tuple[str, QWidget]]:
        """What stands in the way of saving, and where."""
        found = []
        for edit in self.shown():
            text, field = edit.problem()
            edit.show_problem(text)
            if text:
                found.append((text, field))
        return found

    def referrals(self) -> tuple[ReferralEntry, ...]:
        """The referrals as they are filled in."""
        entries = (edit.entry() for edit in self.shown() if isinstance(edit, ReferralEdit))
        return tuple(entry for entry in entries if entry is not None)

    def tasks(self) -> tuple[TaskEntry, ...]:
        """The tasks as they are filled in."""
        entries = (edit.entry() for edit in self.shown() if isinstance(edit, TaskEdit))
        return tuple(entry for entry in entries if entry is not None)

    def begin(self, domain: str) -> None:
        """The focus to the referral of a domain."""
        edit = self._edits.get(("referral", domain))
        if edit is not None and not edit.isHidden():
            edit.first_field().setFocus(Qt.FocusReason.OtherFocusReason)

    def first_open(self) -> QWidget | None:
        """The first field that still asks for something."""
        return next((edit.problem()[1] for edit in self.shown() if edit.problem()[0]), None)

    def set_editable(self, on: bool) -> None:
        """Fields, or text."""
        self._editable = on
        for edit in self._edits.values():
            edit.set_editable(on)

    def content(self) -> dict[str, Any]:
        """For the draft: by sort and domain."""
        return {
            f"{sort}/{domain}": edit.content()
            for (sort, domain), edit in self._edits.items()
            if not edit.isHidden()
        }

    def restore(self, content: dict[str, Any]) -> None:
        """From the draft, after `follow` showed what the words ask for."""
        for (sort, domain), edit in self._edits.items():
            if f"{sort}/{domain}" in content:
                edit.restore(content[f"{sort}/{domain}"])

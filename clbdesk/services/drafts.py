"""Drafts: what somebody was typing, kept at every pause, private to its author, never synced."""

from __future__ import annotations

from clbdesk.ids import RevId
from clbdesk.services.desk import Desk
from clbdesk.services.records import Where
from clbdesk.storage.vault import Draft

__all__ = ["Draft", "drop_draft", "find_draft", "keep_draft", "list_drafts"]


def keep_draft(desk: Desk, form: str, where: Where, base: tuple[RevId, ...], content: str) -> Draft:
    """Keep the text of a form (JSON) under its key; replaces the earlier one of this author.

    `base` = the leaves on which the form was opened: it is saved with them later.
    """
    draft = Draft(
        author=desk.user.staff_id,
        form=form,
        pupil_id=where.pupil_id,
        visit_id=where.visit_id,
        base=base,
        content=content,
        saved_at=desk.clock.now(),
    )
    with desk.vault.write() as work:
        work.keep_draft(draft)
    return draft


def find_draft(desk: Desk, form: str) -> Draft | None:
    """The draft of this user for a form."""
    with desk.vault.read() as reader:
        return reader.draft(desk.user.staff_id, form)


def drop_draft(desk: Desk, form: str) -> None:
    """Throw a draft away, because its author said so."""
    with desk.vault.write() as work:
        work.drop_draft(desk.user.staff_id, form)


def list_drafts(desk: Desk) -> list[Draft]:
    """All drafts of this user, oldest first."""
    with desk.vault.read() as reader:
        return reader.drafts(desk.user.staff_id)

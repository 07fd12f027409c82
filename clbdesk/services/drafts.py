"""Drafts: what somebody was typing, kept at every pause, private to its author, never synced."""

from __future__ import annotations

from clbdesk.ids import RevId
from clbdesk.services.desk import Desk
from clbdesk.services.outcome import Outcome
from clbdesk.services.records import Saved, Where, changes_of, undo_in
from clbdesk.storage.vault import Draft

__all__ = ["Draft", "drop_draft", "find_draft", "keep_draft", "list_drafts", "undo_to_draft"]


def keep_draft(desk: Desk, form: str, where: Where, base: tuple[RevId, ...], content: str) -> Draft:
    """Keep the text of a form (JSON) under its key; replaces the earlier one of this author.

    `base` = the leaves on which the form was opened: it is saved with them later.
    """
    draft = _draft(desk, form, where, base, content)
    with desk.vault.write() as work:
        work.keep_draft(draft)
    return draft


def _draft(desk: Desk, form: str, where: Where, base: tuple[RevId, ...], content: str) -> Draft:
    return Draft(
        author=desk.user.staff_id,
        form=form,
        pupil_id=where.pupil_id,
        visit_id=where.visit_id,
        base=base,
        content=content,
        saved_at=desk.clock.now(),
    )


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


def undo_to_draft(
    desk: Desk, saved: Saved, form: str, where: Where, content: str | None
) -> Outcome[Saved]:
    """Take a saving back and put what was typed in it back as a draft, in one commit."""
    with desk.vault.write() as work:
        undone = undo_in(desk, work, saved)
        if content is not None:
            heads = (work.head(revision.record_id) for revision in saved.revisions)
            base = tuple(tip for head in heads if head for tip in head.tips)
            work.keep_draft(_draft(desk, form, where, base, content))
    return Outcome(undone, changes_of(undone.revisions))

"""The base of every step of a contact: what a step must offer, so that the shell can do the rest.

The shell (ui/pages/pupil.py) owns banner, steps, messages, rule lines, footer, drafts, the
not-done strip, F7, saving, undo and where to go next; a step fills the body and knows its form.
Nothing here runs on the vault's thread: `opening` and `saving` give functions that do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui import format as show
from ui.pages import shown
from ui.pages.base import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from clbdesk.domain.body import ExamState
    from clbdesk.domain.judgement import Judgement
    from clbdesk.domain.revision import Revision
    from clbdesk.errors import Environment, Refused
    from clbdesk.ids import PupilId, RecordId, RevId
    from clbdesk.services.desk import Desk
    from clbdesk.services.outcome import Outcome
    from clbdesk.services.pupil import PupilOnVisit
    from clbdesk.services.reading import Standing
    from clbdesk.services.records import Saved
    from clbdesk.services.station_link import LinkState
    from ui.widgets.rule_line import RuleLine


@dataclass(frozen=True, slots=True)
class SavedState:
    """A part that is already recorded: the page shows it as text until somebody corrects it.

    `note`: "Opgeslagen om 10:44 door An Janssens". `record_ids`: what "Intrekken…" withdraws.
    `undo`: what may still be taken back without a reason, and the sentence that says so.
    """

    note: str
    record_ids: tuple[RecordId, ...]
    two_versions: bool = False
    undo: tuple[Saved, str] | None = None


class ViewOfOne(Protocol):
    """What a step reads when it makes one record."""

    @property
    def saved(self) -> Standing[Any] | None:
        """The record as it stands."""

    @property
    def saved_by(self) -> str:
        """Who recorded it."""


class ViewOfSeveral(Protocol):
    """What a step reads when it makes several records."""

    @property
    def saved(self) -> Mapping[str, Standing[Any]]:
        """The records as they stand, by kind."""

    @property
    def saved_by(self) -> str:
        """Who recorded the last."""

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to do."""

    @property
    def is_conflict(self) -> bool:
        """Whether two versions stand of one of them."""


def saved_as(revisions: Sequence[Revision], author: str, *, two_versions: bool) -> SavedState:
    """What was recorded in these revisions, by whom, at the hour of the last."""
    last = max(one.recorded_at for one in revisions)
    return SavedState(
        f"Opgeslagen om {show.hour(last)} door {author}",
        tuple(dict.fromkeys(one.record_id for one in revisions)),
        two_versions=two_versions,
    )


def saved_one(view: ViewOfOne | None) -> SavedState | None:
    """What is recorded of a step that makes one record."""
    if view is None or view.saved is None:
        return None
    is_conflict = view.saved.is_conflict
    return saved_as((view.saved.revision,), view.saved_by, two_versions=is_conflict)


def saved_whole(view: ViewOfSeveral | None) -> SavedState | None:
    """What is recorded of a step that makes several; None while something is left to do."""
    if view is None or not view.saved or not (view.is_complete or view.is_conflict):
        return None
    revisions = [one.revision for one in view.saved.values()]
    return saved_as(revisions, view.saved_by, two_versions=view.is_conflict)


__all__ = ["Problem", "SavedState", "StepPage", "saved_as", "saved_one", "saved_whole"]


class StepPage(QWidget):
    """The body of one step.

    `edited()`: the user changed something. `rules_changed()`: `judgements` has a new answer.
    `words_changed()`: the words of the primary button or the secondary buttons changed.
    `notice(text)`: an info line for the message bar ("F7 vulde in: …"). `aside(call)`: something
    to record beside the form; the draft is kept and the step opened again. `go_to(destination)`.
    `discreet(on)`: something delicate got the focus, or the step was left.
    """

    step: ClassVar[str]  # name of the step, and first part of the draft's key
    part: ClassVar[str]  # the word in "{part} van {naam} opgeslagen."

    edited = Signal()
    rules_changed = Signal()
    words_changed = Signal()
    notice = Signal(str)
    aside = Signal(object)
    go_to = Signal(object)
    discreet = Signal(bool)

    def __init__(self) -> None:
        """An empty column, `body`, with the margins of a page; no leaves and no rule lines yet."""
        super().__init__()
        self._base: tuple[RevId, ...] = ()
        self._lines: tuple[Judgement, ...] = ()
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(8)

    # --- opening ---

    def opening(self, on_visit: PupilOnVisit) -> Callable[[Desk], Any]:
        """A function for the vault's thread that reads everything the step shows."""
        raise NotImplementedError

    def show_view(self, view: Any) -> None:
        """Show what `opening` read: previous values, defaults, and the saved values when there are."""
        raise NotImplementedError

    def saved_state(self) -> SavedState | None:
        """What is already recorded, or None while it is open."""
        raise NotImplementedError

    def show_link(self, link: LinkState) -> None:
        """The link with another post came or went."""

    def base(self) -> tuple[RevId, ...]:
        """The leaves on which the form was opened; goes into the draft and into the saving."""
        return self._base

    def set_editable(self, on: bool) -> None:
        """Fields, or the saved values as text."""
        raise NotImplementedError

    # --- draft ---

    def content(self) -> dict[str, Any] | None:
        """What was typed, as JSON values; None when there is nothing worth keeping."""
        raise NotImplementedError

    def restore(self, content: dict[str, Any], base: tuple[RevId, ...]) -> None:
        """Put a draft back, with the leaves on which it was opened."""
        raise NotImplementedError

    # --- judging and saving ---

    def judgements(self) -> Sequence[Judgement]:
        """The rule lines for what stands in the form now."""
        return self._lines

    def rule_lines(self) -> Sequence[RuleLine]:
        """What stands above the footer: the judgements, or the page's own lines."""
        return tuple(shown.rule_line(one) for one in self.judgements())

    def follow_link(self, index: int) -> None:
        """The link of one of the rule lines was followed."""

    def problems(self) -> list[Problem]:
        """What stands in the way of saving, in reading order."""
        raise NotImplementedError

    def saving(self, *, reason: str | None) -> Callable[[Desk], Outcome[Saved]]:
        """A function for the vault's thread that records the form. `reason`: of a correction."""
        raise NotImplementedError

    def saved_sentence(self, name: str) -> str | None:
        """The words after saving when they are not the common ones."""
        del name
        return None

    def primary_words(self, following: str) -> str:
        """Words of the primary button; `following` is where it leads ("naar Zicht")."""
        return f"Opslaan en {following}"

    def must_look_again(self, trouble: Refused | Environment) -> bool:
        """Whether a refusal means that what the page shows is no longer so."""
        del trouble
        return False

    # --- not done, rest in order, questions ---

    def may_record(self) -> bool:
        """Whether this user writes what is on this page; else it is only read."""
        return True

    def may_be_not_done(self) -> bool:
        """Whether F8 is offered."""
        return True

    def not_done_words(self) -> str:
        """Words of the F8 button."""
        return "Niet afgenomen…"

    def not_done_subject(self) -> str:
        """What F8 is about now: the whole step, or the part of it that has the focus."""
        return self.part

    def ask_not_done(self) -> bool:
        """F8: True when the page asks in its own way; False = the strip of the five states."""
        return False

    def footer_buttons(self) -> tuple[QWidget, ...]:
        """Secondary buttons of the page's own, always the same ones."""
        return ()

    def close_open(self) -> bool:
        """Esc: close a strip of the page; False when there was none."""
        return False

    def set_not_done(self, state: ExamState, reason: str) -> None:
        """Give the still open parts of the form this state; values typed stay in the draft."""
        raise NotImplementedError

    def rest_words(self) -> str:
        """Words of the F7 button; empty when F7 does not belong to this step."""
        return ""

    def may_rest(self) -> bool:
        """Whether F7 does something here, also where its button stands in the page itself."""
        return bool(self.rest_words())

    def rest_in_order(self) -> None:
        """Fill the still open fields with their normal answer, and say which (`notice`)."""

    def confirm_value(self) -> None:
        """F4: the question at the focused field, or the first open one, is answered."""

    def first_field(self) -> QWidget | None:
        """Where the step begins."""
        return None

    def incident_pupil(self) -> PupilId | None:
        """Whom Ctrl+Shift+I is about, when that is not the pupil of the page."""
        return None

    def half_now(self) -> bool:
        """Ctrl+Shift+Q: whether a half-filled form can be saved with the rest postponed."""
        return False

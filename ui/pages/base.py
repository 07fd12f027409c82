"""What every page has: the open day, a way to other pages, and the status line.

A page is made once per user and kept; `arrive` brings it to a destination, `leave` keeps what was
typed, `refresh` looks again after something changed elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, ClassVar, TypeVar

from PySide6.QtCore import Qt

from clbdesk.domain.revision import Role as Function
from clbdesk.wording import label, say
from ui.bus import Act, Severity
from ui.tasks import Lane
from ui.theme import Role
from ui.widgets.frame_parts import StatusItem
from ui.widgets.message_bar import to_put_right
from ui.widgets.page_frame import PageFrame

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from clbdesk.errors import Environment, Refused
    from clbdesk.ids import PupilId, RecordId, VisitId
    from clbdesk.logs import FaultReport
    from clbdesk.services.desk import Desk
    from clbdesk.services.drafts import Draft
    from clbdesk.services.outcome import ChangeSet
    from clbdesk.services.waiting import Waiting
    from ui.bus import Bus
    from ui.link import PostLink
    from ui.tasks import Tasks


Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Destination:
    """Where to go: a page by name, and what it is about."""

    page: str
    visit_id: VisitId | None = None
    pupil_id: PupilId | None = None
    step: str | None = None
    record_id: RecordId | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """Where somebody was: the pages of the way back, and the accessible name of the field."""

    trail: tuple[Destination, ...]
    field: str


@dataclass(slots=True)
class Station:
    """Mijn post on this laptop today, and the order of the list that somebody works along.

    `post`: "all", or the name of a step. `order`: the pupils as the class list shows them now, so
    that "next pupil" means what the user sees. `list_page`: the list to come back to. `at_step`:
    where that list opens its pupils, None = at the first open step. `class_name`: the class that
    it shows, or an empty text. `crossed`: pupils taken over the border of a consultative talk.
    `closed`: visits of schools for which the user does not work today.
    """

    post: str = "all"
    order: tuple[PupilId, ...] = ()
    discreet: bool = False
    list_page: str = "class_list"
    at_step: str | None = None
    class_name: str = ""
    crossed: set[PupilId] = field(default_factory=set)
    added: set[tuple[PupilId, str]] = field(default_factory=set)

    def added_to(self, pupil_id: PupilId) -> frozenset[str]:
        """The steps that were added to this pupil."""
        return frozenset(step for one, step in self.added if one == pupil_id)

    closed: frozenset[VisitId] = frozenset()


@dataclass(slots=True)
class Work:
    """What pages share while one user works: the desk, the threads, the bus, link and station.

    `waiting`: revisions the centre has not confirmed; `overdue`: working days without a proof.
    `read_only`: the lease has ended.
    """

    desk: Desk
    tasks: Tasks
    bus: Bus
    link: PostLink
    station: Station = field(default_factory=Station)
    waiting: int = 0
    overdue: int = 0
    read_only: bool = False
    fault: FaultReport | None = None
    before_fault: Destination | None = None

    def take_up(self, found: Waiting) -> None:
        """What waits for the centre, and what the lease and the schools allow."""
        self.waiting, self.overdue = found.count, found.overdue
        self.read_only = found.is_read_only
        self.station.closed = found.closed

    def who(self) -> str:
        """An Janssens · verpleegkundige."""
        return f"{self.desk.user.name} · {label(self.desk.user.role)}"

    def is_medical(self) -> bool:
        """Whether the open vault is the medical one."""
        return self.desk.user.role in {Function.DOCTOR, Function.NURSE}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to put right before saving: the sentence, and the field it is about.

    `place`: where it is put right instead, when that is not on this page.
    """

    text: str
    field: QWidget
    place: Destination | None = None


class Page(PageFrame):
    """A page of the window; subclasses set `name` and fill the frame."""

    name: ClassVar[str]
    prints_itself: ClassVar[bool] = False  # Ctrl+P is of this page, and does not go to Afdrukken

    def __init__(self, work: Work) -> None:
        """The frame, with search, lock, back and the status line connected."""
        super().__init__()
        self.work = work
        self.setObjectName(self.name)
        self.unkept: Refused | Environment | None = None
        self._to_keep: dict[str, tuple[Callable[[], Draft], Callable[[Draft], None]]] = {}
        self.top_line.search_asked.connect(lambda: self.go(Destination("search")))
        self.show_status()

    def arrive(self, to: Destination) -> None:
        """Show what `to` is about and put the focus where the page begins."""

    def leave(self) -> None:
        """Keep what was typed; called before another page is shown and before locking."""

    def refresh(self, changes: ChangeSet) -> None:
        """Something changed through a service: look again when it concerns this page."""

    def go_to_step_number(self, number: int) -> None:
        """Alt+1 … Alt+8, on a page that has steps."""

    def close_open(self) -> bool:
        """Close a strip or panel that is open on the page; False when there was none."""
        return False

    def title_back(self) -> str:
        """How this page is called on the back button of the next one."""
        return ""

    def place(self, to: Destination) -> Destination:
        """Where exactly somebody is on this page, to come back to; `to` is where it was opened."""
        return to

    def show_discreet(self) -> None:
        """Names and previous values were hidden or shown again (F9)."""

    def keep_draft(
        self, form: str, call: Callable[[], Draft], then: Callable[[Draft], None]
    ) -> None:
        """Keep what was typed. What cannot be kept now is tried again, and `unkept` says why."""
        self._to_keep[form] = (call, then)
        self.ask(call, partial(self._on_draft_kept, form, call, then), self._on_draft_trouble)

    def is_keeping(self) -> bool:
        """Whether something that was typed is not safely in the vault yet."""
        return bool(self._to_keep)

    def keep_again(self) -> None:
        """Try once more what could not be kept; before the vault is closed."""
        for form, (call, then) in list(self._to_keep.items()):
            self.keep_draft(form, call, then)

    def let_go(self, form: str) -> None:
        """It was recorded or thrown away: what could not be kept of it is tried no more."""
        self._to_keep.pop(form, None)
        if not self._to_keep:
            self.unkept = None

    def _on_draft_kept(
        self, form: str, call: Callable[[], Draft], then: Callable[[Draft], None], draft: Draft
    ) -> None:
        if self._to_keep.get(form, (None,))[0] is call:
            del self._to_keep[form]
        if not self._to_keep:
            self.unkept = None
        then(draft)

    def _on_draft_trouble(self, trouble: Refused | Environment) -> None:
        self.unkept = trouble
        self.tell(trouble)

    def go(self, to: Destination) -> None:
        """Ask the window to go somewhere."""
        self.work.bus.navigate.emit(to)

    def ask(
        self,
        call: Callable[[], Value],
        then: Callable[[Value], None],
        failed: Callable[[Refused | Environment], None] | None = None,
    ) -> None:
        """Do something on the vault's thread, and `then` show it; trouble becomes a message."""
        lane = Lane(self.work.desk.vault.compartment.value)
        self.work.tasks.run(lane, call, then, failed=failed or self.tell, owner=self)

    def tell(self, trouble: Refused | Environment) -> None:
        """Trouble in the words of its key; the input stays on the screen."""
        self.say(say(trouble.key, **trouble.values), Severity.ERROR)

    def go_to_closed(self, pupil_id: PupilId, trouble: Refused | Environment) -> None:
        """A dossier that does not open by itself asks a reason; other trouble is told."""
        if trouble.key == "emergency.closed":
            self.go(Destination("emergency", None, pupil_id))
        else:
            self.tell(trouble)

    def say(self, text: str, severity: Severity = Severity.INFO, act: Act | None = None) -> None:
        """A message on this page."""
        self.messages.say(text, severity, act)

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """The summary on saving, each a link to its field; the focus goes to the first."""
        acts = tuple(
            Act(
                problem.text,
                partial(self.go, problem.place)
                if problem.place
                else partial(problem.field.setFocus, Qt.FocusReason.OtherFocusReason),
            )
            for problem in problems
        )
        self.messages.show_message(to_put_right(acts))
        self.messages.focus_first_link()

    def show_status(self) -> None:
        """Offline is normal; what waits is a number, not an alarm, until days have gone by."""
        items = [
            StatusItem("Offline – alles staat veilig op deze laptop", "cloud-off"),
            StatusItem(f"{self.work.waiting} te verzenden"),
        ]
        if self.work.overdue:
            late = say("sync.overdue", days=self.work.overdue)
            items.append(StatusItem(late, "alert-triangle", Role.ATTENTION))
        if self.work.link.state.is_linked:
            items.append(StatusItem(f"Gekoppeld: {self.work.link.state.other}", "circle-check"))
        if self.work.read_only:
            items.append(StatusItem("Alleen lezen", "lock"))
        self.status.show_status(items, self.work.who())

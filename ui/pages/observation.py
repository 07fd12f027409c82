"""P14 Observatie en incident: who may not leave yet, and a reaction noted in seconds.

The list also stands at the right of P12 and P13; Ctrl+Shift+I comes here with the form open.
"""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt

from clbdesk.domain.centre_document import DocumentUse
from clbdesk.domain.incident import IncidentType
from clbdesk.services.drafts import Draft, find_draft, undo_to_draft
from clbdesk.services.side_effect import has_reactions, side_effect_report
from clbdesk.services.vaccination_incident import IncidentView, open_incident, record_incident
from clbdesk.services.vaccination_observation import Watched, list_watched, release
from clbdesk.wording import say
from ui import actions, theme
from ui import format as show
from ui.actions import Key
from ui.bus import Act, Severity
from ui.pages.base import Destination, Page, Work
from ui.pages.care_draft import FormDraft
from ui.pages.document_card import DocumentCard, ShownDocument, read_document
from ui.pages.incident_card import IncidentCard
from ui.pages.observation_card import ObservationCard, let_go_sentence
from ui.widgets.button import Button
from ui.widgets.card import NARROW, Columns

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from clbdesk.ids import PupilId, VisitId
    from clbdesk.reports.paper import Printed
    from clbdesk.services.outcome import ChangeSet, Outcome
    from clbdesk.services.records import Saved

_AROUND_THE_LIST = 284  # px of frame, head and buttons
_LIST, _PAPER = 446, 760
INCIDENT = "incident"  # the step of a destination that opens the form


class ObservationPage(Page):
    """Left who is in observation, right the incident."""

    name: ClassVar[str] = "observation"

    def __init__(self, work: Work) -> None:
        """Empty until a visit is known."""
        super().__init__(work)
        self._visit_id: VisitId | None = None
        self._view: IncidentView | None = None
        now = work.desk.clock.now
        self.watch = ObservationCard(now)
        self.card = IncidentCard(now)
        self.document = DocumentCard()
        self._columns = Columns(left_width=_LIST)
        self._columns.left.addWidget(self.watch)
        self._columns.left.addWidget(self.document)
        self._columns.left.addStretch(1)
        self._columns.right.addWidget(self.card)
        self._columns.right.addStretch(1)
        self.body.addWidget(self._columns)
        self.body.addStretch(1)
        self._drafts = FormDraft(self, lambda: json.dumps(self.card.content(), ensure_ascii=False))
        self._drop = Button("Concept weggooien")
        self._drop.clicked.connect(lambda: self._drafts.drop(self._on_dropped))
        self._drop.hide()
        self._report = Button("Meldformulier…")
        self._report.clicked.connect(self._ask_report)
        self._report.hide()
        emergency = Button("Noodkaart", actions.hint(Key.EMERGENCY_CARD))
        emergency.clicked.connect(lambda _on: self.toggle_document())
        self.footer.add_left(emergency, self._drop, self._report)
        self.footer.primary_pressed.connect(self._primary)
        self.watch.let_go.connect(self._let_go)
        self.watch.incident_asked.connect(self._ask_incident)
        self.card.edited.connect(self._on_edited)
        self._drafts.kept.connect(lambda _draft: self._drop.show())
        actions.bind(self, Key.INCIDENT, self._ask_incident)
        actions.bind(self, Key.EMERGENCY_CARD, self.toggle_document)
        self._show_primary()

    # --- arriving and leaving ---

    def arrive(self, to: Destination) -> None:
        """Who is in observation on a visit; with the form when an incident was asked for."""
        if to.visit_id is None:
            return
        self._visit_id = to.visit_id
        self._read_list()
        if to.step == INCIDENT:
            self._open(to.pupil_id)
        else:
            self._close_form()
            self.watch.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        """Keep the draft before anything else is shown."""
        self._drafts.keep()

    def refresh(self, changes: ChangeSet) -> None:
        """A dose was given, or somebody was let go."""
        if self._visit_id in changes.visit_ids and changes.touches("observation", "incident"):
            self._read_list()

    def close_open(self) -> bool:
        """Esc closes the paper or the question why, then goes back; the draft of the form stays."""
        if self.document.isVisible():
            self._show_list()
            return True
        return self.watch.close_strip()

    def place(self, to: Destination) -> Destination:
        """With the form or without it."""
        pupil_id = self._view.pupil_id if self._view else None
        step = INCIDENT if self._view else None
        return Destination(self.name, to.visit_id, pupil_id, step)

    def title_back(self) -> str:
        """Observatie."""
        return "Observatie"

    # --- observation ---

    def _read_list(self) -> None:
        assert self._visit_id is not None
        self.ask(partial(list_watched, self.work.desk, self._visit_id), self._on_list)
        self.ask(partial(has_reactions, self.work.desk, self._visit_id), self._report.setVisible)

    def _on_list(self, watched: tuple[Watched, ...]) -> None:
        self.watch.show_watched(watched)
        quiet = show.counted(len(watched), "leerling", "leerlingen")
        self.top_line.set_title("Observatie en incident", f"{quiet} in observatie")

    def _let_go(self, watched: Watched, reason: str) -> None:
        call = partial(release, self.work.desk, watched, reason)
        self.ask(call, partial(self._on_let_go, watched, reason))

    def _on_let_go(self, watched: Watched, reason: str, outcome: Outcome[Saved]) -> None:
        self.work.bus.changed.emit(outcome.changes)
        self.say(let_go_sentence(watched, reason), Severity.OK)

    # --- the report of a side effect ---

    def _ask_report(self) -> None:
        if self._visit_id is not None:
            call = partial(side_effect_report, self.work.desk, self._visit_id)
            self.ask(call, self._on_report)

    def _on_report(self, printed: Printed | None) -> None:
        """To a printer that is asked for; nothing is written to disk."""
        if printed is None:
            self.say(say("side_effect.none"))
            return
        from ui.pages.sync_paper import send_to_printer  # what prints is loaded when asked for

        said = send_to_printer(self, printed)
        if said == "synchronise.printed":
            self.say(say("side_effect.printed"), Severity.OK)
        elif said:
            self.say(say("print.silent"), Severity.ERROR)

    # --- the emergency card ---

    def toggle_document(self) -> None:
        """The centre's own card beside the form, in the place of the list; again: the list.

        The focus stays where it is: the next key may be a stamp.
        """
        if self.document.isVisible():
            self._show_list()
            return
        chosen = self.card.type.value_as(IncidentType) if self._view is not None else None
        is_needlestick = chosen is IncidentType.NEEDLESTICK
        use = DocumentUse.NEEDLESTICK if is_needlestick else DocumentUse.EMERGENCY
        self.ask(partial(read_document, self.work.desk, use), self._on_document)

    def _on_document(self, document: ShownDocument | None) -> None:
        if document is None:
            self.say(say("vaccination.no_document"), Severity.ATTENTION)
            return
        self.document.show_document(document)
        self.watch.hide()
        self._columns.set_left_width(_PAPER)

    def _show_list(self) -> None:
        self.document.hide()
        self.watch.show()
        self._columns.set_left_width(_LIST)

    # --- incident ---

    def _ask_incident(self) -> None:
        """For the pupil of the current row; nobody: only a needle-stick fits."""
        current = self.watch.current()
        self._drafts.keep()
        self._open(current.pupil_id if current else None)

    def _open(self, pupil_id: PupilId | None) -> None:
        assert self._visit_id is not None
        desk, visit_id = self.work.desk, self._visit_id

        def read() -> tuple[IncidentView, Draft | None]:
            view = open_incident(desk, visit_id, pupil_id)
            return view, find_draft(desk, view.form)

        self.ask(read, self._on_opened)

    def _on_opened(self, answer: tuple[IncidentView, Draft | None]) -> None:
        view, draft = answer
        self._view = view
        self.card.show_view(view)
        self._drafts.watch(view.form, view.where, ())
        self._drop.setVisible(draft is not None)
        if draft is not None:
            self.card.restore(json.loads(draft.content))
            self.say(say("vaccination.incident_draft", hour=show.hour(draft.saved_at)))
        self._show_primary()
        self.card.focus_first()

    def _on_edited(self) -> None:
        self._drafts.touched()

    def _on_dropped(self) -> None:
        self._drop.hide()
        if self._view is not None:
            self._open(self._view.pupil_id)

    def _close_form(self) -> None:
        self._view = None
        self.card.hide()
        self._drop.hide()
        self._show_primary()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A higher window shows more of who is in observation."""
        super().resizeEvent(event)
        self._give_room()

    def _give_room(self) -> None:
        """Under the list stands the form, when one is open on a narrow window."""
        is_under = self._view is not None and self.width() < theme.px(NARROW)
        room = 0 if is_under else self.height() - theme.px(_AROUND_THE_LIST)
        self.watch.give_room(room)

    def _show_primary(self) -> None:
        self._give_room()
        if self._view is not None:
            self.footer.set_primary("Incident opslaan", actions.hint(Key.SAVE_AND_GO))
        else:
            self.footer.set_primary("Mag gaan", "Spatie")

    def _primary(self) -> None:
        if self._view is not None:
            self._save(self._view)
        elif self.watch.current() is not None:
            self.watch.mark_current()

    def _save(self, view: IncidentView) -> None:
        problems = self.card.problems()
        if problems:
            self.show_problems(problems)
            return
        entry, typed = self.card.entry(), json.dumps(self.card.content(), ensure_ascii=False)
        call = partial(record_incident, self.work.desk, view, entry)
        assert entry.type is not None  # looked at above
        self._drafts.record(call, partial(self._on_saved, view, entry.type, typed))

    def _on_saved(
        self, view: IncidentView, kind: IncidentType, typed: str, outcome: Outcome[Saved]
    ) -> None:
        self._drafts.stop()
        self.messages.clear()
        names = {one.staff_id: one.name for one in view.team}
        name = show.full_name(view.family_name, view.given_name)
        key = "incident_saved"
        if kind is IncidentType.NEEDLESTICK:
            who = self.card.entry().staff_id
            key, name = "needlestick_saved", names.get(who, "") if who else ""
        elif kind is IncidentType.VACCINATION_ERROR:
            key = "incident_error_saved"
        self._close_form()
        self.work.bus.changed.emit(outcome.changes)
        self.watch.list.setFocus(Qt.FocusReason.OtherFocusReason)
        undo = Act(
            "Ongedaan maken",
            partial(self._undo, view, outcome.value, typed),
            actions.hint(Key.UNDO),
        )
        self.work.bus.say(say(f"vaccination.{key}", name=name), Severity.OK, undo)

    def _undo(self, view: IncidentView, saved: Saved, typed: str) -> None:
        call = partial(undo_to_draft, self.work.desk, saved, view.form, view.where, typed)
        self.ask(call, partial(self._on_undone, view))

    def _on_undone(self, view: IncidentView, outcome: Outcome[Saved]) -> None:
        self.work.bus.changed.emit(outcome.changes)
        self._open(view.pupil_id)

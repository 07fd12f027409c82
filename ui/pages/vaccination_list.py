"""P12 Vaccinatielijst: the class list of a vaccination visit, with three tabs and what is planned.

The names of vaccines are the only medical words on it; why somebody is not vaccinated stands in
one word of the form.
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QWidget

from clbdesk.services.progress import PupilState
from clbdesk.services.vaccination_desk import choose_post, is_at_desk
from clbdesk.services.vaccination_observation import Watched, list_watched, release
from clbdesk.services.vaccination_plan import PlanGroup, VaccinationPlan, VaccinePlan
from clbdesk.services.vaccination_session import has_session, tally
from clbdesk.standards.vaccination.consent import ConsentState
from clbdesk.standards.vaccination.needs import AdviceState
from clbdesk.standards.vaccination.ruleset import vaccine_types
from ui import actions, theme
from ui import format as show
from ui.actions import Key
from ui.bus import Severity
from ui.models.list_model import Column
from ui.pages.base import Destination, Work
from ui.pages.class_cells import detail_cell, state_cell
from ui.pages.class_list import ClassListPage
from ui.pages.observation_card import ObservationCard, let_go_sentence
from ui.theme import Role, Weight
from ui.widgets.button import Button
from ui.widgets.cells import StateCell, TextCell
from ui.widgets.choice_row import Choice
from ui.widgets.label import Label

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from clbdesk.ids import VisitId
    from clbdesk.services.class_list import ClassListView, ListRow
    from clbdesk.services.outcome import ChangeSet, Outcome
    from clbdesk.services.records import Saved

_TABS = {
    PlanGroup.TO_GIVE: "Te vaccineren",
    PlanGroup.WAITS: "Wacht op arts",
    PlanGroup.NOT: "Niet",
}
_NOT_BY_FORM = {
    ConsentState.GP: StateCell("home-heart", "Huisarts", Role.SECONDARY, word_role=Role.TEXT),
    ConsentState.ALREADY_GIVEN: StateCell(
        "history", "Reeds gekregen", Role.SECONDARY, word_role=Role.TEXT
    ),
    ConsentState.REFUSAL: StateCell("hand-stop", "Weigering", Role.ATTENTION, Weight.SEMIBOLD),
    ConsentState.WITHDRAWAL: StateCell("x", "Ingetrokken", Role.ATTENTION, Weight.SEMIBOLD),
    ConsentState.NONE: StateCell("help", "Geen antwoord", Role.ATTENTION, Weight.SEMIBOLD),
    ConsentState.TELEPHONE_ONLY: StateCell("help", "Telefonisch", Role.ATTENTION, Weight.SEMIBOLD),
}
_NOT_BY_ADVICE = {
    AdviceState.COMPLETE: StateCell("check", "Volledig", Role.OK),
    AdviceState.NOT_YET: StateCell("clock", "Nog niet", Role.SECONDARY, word_role=Role.TEXT),
}
_OUTSIDE = StateCell("minus", "Buiten programma", Role.SECONDARY, word_role=Role.TEXT)
_CONFLICT = StateCell("arrows-split", "Tegenstrijdig", Role.ERROR, Weight.SEMIBOLD)
_REGISTERED = StateCell("user-check", "Aangemeld", Role.ACCENT, Weight.SEMIBOLD)
_WAITS = StateCell("stethoscope", "Wacht op arts", Role.ATTENTION, Weight.SEMIBOLD)
_OF_THE_DAY = {
    PupilState.ABSENT,
    PupilState.LATER,
    PupilState.DRAFT,
    PupilState.PARTIAL,
    PupilState.TWO_VERSIONS,
}


_NEEDLE, _DESK = "vaccination", "desk"
_POSTS = (Choice(_NEEDLE, "Vaccineren", "v"), Choice(_DESK, "Aanmelden", "a"))
# What gives room when somebody is in observation: birth day, and who was there last.
_HIDDEN_BESIDE = (1, 5)
_WIDTH, _NARROW = 352, 1100


class BesideList(QWidget):
    """A list with a card at its right; on a narrow window the card stands above the list."""

    def __init__(self, body: QWidget, card: QWidget) -> None:
        """Without the card until `show_card`."""
        super().__init__()
        self._card = card
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._row.addWidget(body, 1)
        self._row.addWidget(card, 0, Qt.AlignmentFlag.AlignTop)
        card.hide()

    def show_card(self, on: bool) -> None:
        """With the card, or the list alone."""
        self._card.setVisible(on)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Change between beside and above."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        narrow = self.width() < theme.px(_NARROW)
        margin = 0 if self._card.isHidden() else 16
        directions = QBoxLayout.Direction
        self._row.setDirection(directions.BottomToTop if narrow else directions.LeftToRight)
        self._row.setContentsMargins(margin if narrow else 0, margin * 3 // 4, margin, 0)
        self._row.setSpacing(margin)
        self._card.setFixedWidth(self.width() - 2 * margin if narrow else theme.px(_WIDTH))


class VaccinationListPage(ClassListPage):
    """Who gets what today, who waits for a doctor, who does not."""

    name: ClassVar[str] = "vaccination_list"
    first_filter: ClassVar[str] = PlanGroup.TO_GIVE.value

    def __init__(self, work: Work) -> None:
        """The class list with its own tabs, and the way to the session."""
        self._has_session = self._at_desk = False
        super().__init__(work)
        self._rail.post.set_choices(_POSTS)
        self._rail.post.set_value(_NEEDLE)
        self._tally = Label(role=Role.SECONDARY)
        self.top_line.add(self._tally)
        self._session = Button("Vaccinatiesessie…", actions.hint(Key.NEW))
        self._session.clicked.connect(self._open_session)
        self._forms = Button("Formulieren…", height=36)
        self._forms.clicked.connect(partial(self._to, "consent_stack"))
        self._rail.add(self._forms)
        self.footer.add_left(self._session)
        actions.bind(self, Key.NEW, self._open_session)
        actions.bind(self, Key.INCIDENT, self._to_incident)

    def _place(self) -> QWidget:
        """The list, and who is in observation at its right; below it on a narrow window."""
        self.watch = ObservationCard(self.work.desk.clock.now)
        self.watch.let_go.connect(self._release)
        self.watch.incident_asked.connect(self._to_incident)
        self._beside = BesideList(super()._place(), self.watch)
        return self._beside

    def _columns(self) -> tuple[Column[ListRow], ...]:
        return (
            Column("Naam", 0, self._name_cell),
            Column(
                "Geboren", 136, lambda row: TextCell(show.day(row.birth_date), role=Role.SECONDARY)
            ),
            Column("Klas", 72, lambda row: TextCell(row.class_name, role=Role.SECONDARY)),
            Column("Vandaag", 224, _today_cell),
            Column("Toestand", 176, _state_cell),
            Column("", 118, detail_cell),
        )

    def arrive(self, to: Destination) -> None:
        """The list, and whether this station opened its session."""
        super().arrive(to)
        visit_id = to.visit_id or (self._view.visit_id if self._view else None)
        if visit_id is not None:
            self.ask(partial(has_session, self.work.desk, visit_id), self._on_session)
            self.ask(partial(is_at_desk, self.work.desk, visit_id), self._show_post)
            self._ask_watched(visit_id)

    def refresh(self, changes: ChangeSet) -> None:
        """A dose, a consent or the session changed."""
        super().refresh(changes)
        if self._view is not None and changes.touches("vaccination_session"):
            call = partial(has_session, self.work.desk, self._view.visit_id)
            self.ask(call, self._on_session)
        if self._view is not None and changes.touches("observation"):
            self._ask_watched(self._view.visit_id)

    def close_open(self) -> bool:
        """Esc closes the question why somebody may go, or what is open on the list."""
        return self.watch.close_strip() or super().close_open()

    def title_back(self) -> str:
        """Vaccinatielijst."""
        return "Vaccinatielijst"

    def _on_list(self, view: ClassListView) -> None:
        super()._on_list(view)
        self._rail.show_legend(())
        self._show_primary()

    def _on_post(self) -> None:
        """Registering or vaccinating, kept on this laptop."""
        if self._view is not None:
            at_desk = self._rail.post.value() == _DESK
            call = partial(choose_post, self.work.desk, self._view.visit_id, at_desk=at_desk)
            self.ask(call, self._show_post)

    def _show_post(self, at_desk: bool) -> None:
        self._at_desk = at_desk
        self._rail.post.set_value(_DESK if at_desk else _NEEDLE)
        self._show_primary()

    def _on_session(self, has_one: bool) -> None:
        self._has_session = has_one
        self._show_primary()
        self._session.setVisible(has_one)

    def _show_primary(self) -> None:
        if self._at_desk:
            super()._show_primary()
        elif self._is_done():
            self.footer.set_primary("Vaccinatiesessie afsluiten", actions.hint(Key.SAVE_AND_GO))
        elif self._has_session:
            super()._show_primary()
        else:
            self.footer.set_primary("Vaccinatiesessie openen", actions.hint(Key.SAVE_AND_GO))

    def _is_done(self) -> bool:
        """Everybody of the visit has an outcome: what is left is closing."""
        rows = self._view.rows if self._view else ()
        wanted = [row for row in rows if _group(row) is PlanGroup.TO_GIVE]
        return self._has_session and bool(wanted) and not any(_is_still(row) for row in wanted)

    def _primary(self) -> None:
        if self._is_done() and not self._at_desk:
            self._to("vaccination_close")
        elif self._has_session or self._at_desk:
            self._open(self._list.current())
        else:
            self._open_session()

    def _open_session(self) -> None:
        if self._view is not None:
            self.go(Destination("vaccination_session", self._view.visit_id))

    # --- observation ---

    def _ask_watched(self, visit_id: VisitId) -> None:
        self.ask(partial(list_watched, self.work.desk, visit_id), self._on_watched)

    def _on_watched(self, watched: tuple[Watched, ...]) -> None:
        self.watch.show_watched(watched)
        self._beside.show_card(bool(watched))
        self._list.hide_columns(_HIDDEN_BESIDE, bool(watched))

    def _release(self, watched: Watched, reason: str) -> None:
        call = partial(release, self.work.desk, watched, reason)
        self.ask(call, partial(self._on_let_go, watched, reason))

    def _on_let_go(self, watched: Watched, reason: str, outcome: Outcome[Saved]) -> None:
        self.work.bus.changed.emit(outcome.changes)
        self.say(let_go_sentence(watched, reason), Severity.OK)

    def _to_incident(self) -> None:
        """For who stands in the list of observation, else for the current row."""
        current = self.watch.current()
        position = self._list.current()
        pupil_id = self._model.row(position).pupil_id if position >= 0 else None
        if current is not None and (self.watch.list.hasFocus() or pupil_id is None):
            pupil_id = current.pupil_id
        if self._view is not None:
            self.go(Destination("observation", self._view.visit_id, pupil_id, "incident"))

    def _to(self, page: str) -> None:
        if self._view is not None:
            self.go(Destination(page, self._view.visit_id))

    def _open(self, position: int) -> None:
        """A pupil to vaccinate is opened under a session; the others only to look at."""
        to_give = self._rail.shown.value() == PlanGroup.TO_GIVE
        if to_give and not (self._has_session or self._at_desk):
            self._open_session()
        elif self._view is not None and 0 <= position < self._model.rowCount():
            pupil_id = self._model.row(position).pupil_id
            self.go(Destination("pupil", self._view.visit_id, pupil_id, "vaccination"))

    def _filters(self, rows: list[ListRow] | tuple[ListRow, ...]) -> tuple[Choice, ...]:
        counts = Counter(_group(row) for row in rows)
        return tuple(
            Choice(group.value, word, count=show.whole(counts[group]))
            for group, word in _TABS.items()
        )

    def _fits(self, row: ListRow) -> bool:
        return _group(row).value == self._rail.shown.value()

    def _show_title(self, rows: list[ListRow]) -> None:
        groups = Counter(_group(row) for row in rows)
        still = sum(_group(row) is PlanGroup.TO_GIVE and _is_still(row) for row in rows)
        parts = [
            show.counted(len(rows), "leerling", "leerlingen"),
            f"{groups[PlanGroup.TO_GIVE]} te vaccineren",
            f"nog {still}",
            f"{groups[PlanGroup.WAITS]} wacht op arts",
            f"{groups[PlanGroup.NOT]} niet",
        ]
        chosen = self._rail.classes.value()
        title = f"Vaccinatielijst {chosen}" if chosen else "Vaccinatielijst"
        self.top_line.set_title(title, " · ".join(parts))
        given = tally(self._view.rows if self._view else (), self.work.desk.user.staff_id)
        words = ", ".join(f"{count} {_name(vaccine)}" for vaccine, count in sorted(given.items()))
        first = self.work.desk.user.name.split(" ", maxsplit=1)[0]
        self._tally.setText(f"Vandaag gegeven door {first}: {words}" if words else "")


def _is_still(row: ListRow) -> bool:
    return row.state not in {PupilState.DONE, PupilState.ABSENT}


def _group(row: ListRow) -> PlanGroup:
    return row.vaccination.group if row.vaccination else PlanGroup.NOT


def _name(vaccine: str) -> str:
    return vaccine_types()[vaccine].label


def _today_cell(row: ListRow) -> TextCell:
    """`dTpa ✓ · HPV`: planned, with what became of it; never why."""
    if row.vaccination is None:
        return TextCell("")
    return TextCell(" · ".join(_planned(one) for one in row.vaccination.shown) or "–")


def _planned(plan: VaccinePlan) -> str:
    name = _name(plan.vaccine)
    if plan.is_given:
        return f"{name} ✓"
    return f"{name} niet" if plan.fact is not None else name


def _state_cell(row: ListRow) -> StateCell:
    plan = row.vaccination
    if plan is None or plan.group is PlanGroup.TO_GIVE or row.state is PupilState.ABSENT:
        comes = row.is_registered and row.state is PupilState.PRESENT
        return _REGISTERED if comes else state_cell(row)
    if plan.group is PlanGroup.WAITS:
        split = any(one.consent.state is ConsentState.CONFLICT for one in plan.shown)
        return _CONFLICT if split else _WAITS
    return state_cell(row) if row.state in _OF_THE_DAY else _why_not(plan)


def _why_not(plan: VaccinationPlan) -> StateCell:
    found = plan.why_not
    if found is None:
        return _OUTSIDE
    needed = found.advice is not None and found.advice.state is AdviceState.DUE
    if needed and found.consent.state in _NOT_BY_FORM:
        return _NOT_BY_FORM[found.consent.state]
    if found.advice is None and (other := plan.due_instead_of(found.vaccine)):
        return StateCell("minus", f"Niet mee: {_name(other)}", Role.ATTENTION, Weight.SEMIBOLD)
    advice = found.advice.state if found.advice else None
    return _NOT_BY_ADVICE.get(advice, _OUTSIDE) if advice else _OUTSIDE

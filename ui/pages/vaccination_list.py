"""P12 Vaccinatielijst: the class list of a vaccination visit, with three tabs and what is planned.

The names of vaccines are the only medical words on it; why somebody is not vaccinated stands in
one word of the form.
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from clbdesk.services.progress import PupilState
from clbdesk.services.vaccination_plan import PlanGroup, VaccinationPlan, VaccinePlan
from clbdesk.services.vaccination_session import has_session, tally
from clbdesk.standards.vaccination.consent import ConsentState
from clbdesk.standards.vaccination.needs import AdviceState
from clbdesk.standards.vaccination.ruleset import vaccine_types
from ui import actions
from ui import format as show
from ui.actions import Key
from ui.models.list_model import Column
from ui.pages.base import Destination, Work
from ui.pages.class_cells import detail_cell, state_cell
from ui.pages.class_list import ClassListPage
from ui.theme import Role, Weight
from ui.widgets.button import Button
from ui.widgets.cells import StateCell, TextCell
from ui.widgets.choice_row import Choice
from ui.widgets.label import Label

if TYPE_CHECKING:
    from clbdesk.services.class_list import ClassListView, ListRow
    from clbdesk.services.outcome import ChangeSet

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
    ConsentState.NONE: StateCell("help", "Geen antwoord", Role.ATTENTION, Weight.SEMIBOLD),
    ConsentState.TELEPHONE_ONLY: StateCell("help", "Telefonisch", Role.ATTENTION, Weight.SEMIBOLD),
}
_NOT_BY_ADVICE = {
    AdviceState.COMPLETE: StateCell("check", "Volledig", Role.OK),
    AdviceState.NOT_YET: StateCell("clock", "Nog niet", Role.SECONDARY, word_role=Role.TEXT),
}
_OUTSIDE = StateCell("minus", "Buiten programma", Role.SECONDARY, word_role=Role.TEXT)
_CONFLICT = StateCell("arrows-split", "Tegenstrijdig", Role.ERROR, Weight.SEMIBOLD)
_WAITS = StateCell("stethoscope", "Wacht op arts", Role.ATTENTION, Weight.SEMIBOLD)
_OF_THE_DAY = {
    PupilState.ABSENT,
    PupilState.LATER,
    PupilState.DRAFT,
    PupilState.PARTIAL,
    PupilState.TWO_VERSIONS,
}


class VaccinationListPage(ClassListPage):
    """Who gets what today, who waits for a doctor, who does not."""

    name: ClassVar[str] = "vaccination_list"
    first_filter: ClassVar[str] = PlanGroup.TO_GIVE.value

    def __init__(self, work: Work) -> None:
        """The class list with its own tabs, and the way to the session."""
        self._has_session = False
        super().__init__(work)
        self._rail.show_row(self._rail.post, on=False)
        self._tally = Label(role=Role.SECONDARY)
        self.top_line.add(self._tally)
        self._session = Button("Vaccinatiesessie…", actions.hint(Key.NEW))
        self._session.clicked.connect(self._open_session)
        self.footer.add_left(self._session)
        actions.bind(self, Key.NEW, self._open_session)

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

    def refresh(self, changes: ChangeSet) -> None:
        """A dose, a consent or the session changed."""
        super().refresh(changes)
        if self._view is not None and changes.touches("vaccination_session"):
            call = partial(has_session, self.work.desk, self._view.visit_id)
            self.ask(call, self._on_session)

    def title_back(self) -> str:
        """Vaccinatielijst."""
        return "Vaccinatielijst"

    def _on_list(self, view: ClassListView) -> None:
        super()._on_list(view)
        self._rail.show_legend(())

    def _on_session(self, has_one: bool) -> None:
        self._has_session = has_one
        self._show_primary()
        self._session.setVisible(has_one)

    def _show_primary(self) -> None:
        if self._has_session:
            super()._show_primary()
        else:
            self.footer.set_primary("Vaccinatiesessie openen", actions.hint(Key.SAVE_AND_GO))

    def _primary(self) -> None:
        if self._has_session:
            self._open(self._list.current())
        else:
            self._open_session()

    def _open_session(self) -> None:
        if self._view is not None:
            self.go(Destination("vaccination_session", self._view.visit_id))

    def _open(self, position: int) -> None:
        """A pupil to vaccinate is opened under a session; the others only to look at."""
        to_give = self._rail.shown.value() == PlanGroup.TO_GIVE
        if to_give and not self._has_session:
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
        still = sum(
            _group(row) is PlanGroup.TO_GIVE
            and row.state not in {PupilState.DONE, PupilState.ABSENT}
            for row in rows
        )
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
        return state_cell(row)
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
    advice = found.advice.state if found.advice else None
    return _NOT_BY_ADVICE.get(advice, _OUTSIDE) if advice else _OUTSIDE

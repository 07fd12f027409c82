"""P11, first card: who vaccinates, registers and is responsible, under which order, at how many posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from clbdesk.ids import RecordId, StaffId
from ui import format as show
from ui.pages.base import Problem
from ui.theme import Role, Size, Weight
from ui.widgets.card import Card
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.filtered_list import FilteredList, Option
from ui.widgets.label import IconWord, Label

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from clbdesk.services.vaccination_session import OrderChoice, SessionView

_ONE, _MORE = "one", "more"


class TeamCard(Card):
    """`edited()`: another vaccinator or another order."""

    edited = Signal()

    def __init__(self) -> None:
        """Empty until `show_team`."""
        super().__init__(spacing=8)
        self._view: SessionView | None = None
        self._vaccinator = FilteredList("Vaccinator", required=True, width=220)
        self._registrar = FilteredList("Registratie", width=220)
        self._doctor = FilteredList("Verantwoordelijke arts", required=True, width=220)
        self._order = FilteredList("Order", width=420)
        self._order_state = IconWord()
        self.posts = ChoiceRow(
            "Posten op dit bezoek",
            (Choice(_ONE, "Eén", "e"), Choice(_MORE, "Meer", "m")),
            height=40,
        )
        self._place()
        for choice in (self._vaccinator, self._order):
            choice.edited.connect(self.edited)

    def _place(self) -> None:
        people = QHBoxLayout()
        people.setSpacing(16)
        named: tuple[tuple[str, QWidget], ...] = (
            ("Vaccinator", self._vaccinator),
            ("Registratie", self._registrar),
            ("Verantwoordelijke arts", self._doctor),
            ("Posten op dit bezoek", self.posts),
        )
        for word, control in named:
            column = QVBoxLayout()
            column.setSpacing(2)
            head = Label(word, Size.QUIET, role=Role.SECONDARY)
            head.setBuddy(control)
            column.addWidget(head)
            column.addWidget(control)
            people.addLayout(column)
        people.addStretch(1)
        self.body.addLayout(people)
        order = QHBoxLayout()
        order.setSpacing(16)
        order.addWidget(self._order)
        order.addWidget(self._order_state)
        order.addStretch(1)
        self.body.addLayout(order)

    def show_team(self, view: SessionView) -> None:
        """As the session was opened, or as the visit foresees."""
        self._view = view
        people = [Option(one.staff_id, one.name) for one in view.team]
        doctors = [Option(one.staff_id, one.name) for one in view.team if one.is_doctor]
        self._vaccinator.set_options(people)
        self._registrar.set_options(people)
        self._doctor.set_options(doctors)
        body = view.saved.body if view.saved else None
        self._vaccinator.set_value(body.vaccinator if body else view.user.staff_id)
        self._registrar.set_value(body.registrar if body else None)
        first = doctors[0].value if doctors else None
        self._doctor.set_value(body.doctor if body else first)
        orders = [one for one in view.orders if one.in_time]
        self._order.set_options(
            [
                Option(
                    one.order_id,
                    f"{one.title} · {', '.join(one.vaccines)}",
                    _limits(one),
                )
                for one in orders
            ]
        )
        only = orders[0].order_id if len(orders) == 1 else None
        self._order.set_value(body.order_id if body else only)
        more = body.several_posts if body else view.knows_other_posts
        self.posts.set_value(_MORE if more else _ONE)

    def show_order(self, vaccines: tuple[str, ...]) -> None:
        """Whether the order holds today for these vaccines."""
        assert self._view is not None
        missing = self._view.uncovered(self.order(), vaccines)
        if self._is_doctor():
            self._order_state.show_state("check", "Een arts registreert zonder order.", Role.OK)
        elif missing:
            words = f"geen geldig order voor {', '.join(missing)}"
            self._order_state.show_state("alert-triangle", words, Role.ATTENTION, Weight.SEMIBOLD)
        else:
            chosen = next(one for one in self._view.orders if one.order_id == self.order())
            self._order_state.show_state("check", f"geldig · {_limits(chosen)}", Role.OK)

    def problems(self) -> list[Problem]:
        """What is still to be chosen, in reading order."""
        found = [
            Problem(text, control)
            for control, text in (
                (self._vaccinator, "Kies de vaccinator."),
                (self._doctor, "Kies de verantwoordelijke arts."),
            )
            if control.value() is None
        ]
        if not self._is_doctor() and self._order.options() and self._order.value() is None:
            found.append(Problem("Kies het order.", self._order))
        return found

    # --- what was chosen ---

    def vaccinator(self) -> StaffId:
        """Who holds the needle; empty while nobody was chosen."""
        return StaffId(self._vaccinator.value() or "")

    def registrar(self) -> StaffId | None:
        """Who writes, when that is somebody else."""
        chosen = self._registrar.value()
        return StaffId(chosen) if chosen else None

    def doctor(self) -> StaffId:
        """The responsible doctor; empty while nobody was chosen."""
        return StaffId(self._doctor.value() or "")

    def order(self) -> RecordId | None:
        """The standing order."""
        chosen = self._order.value()
        return RecordId(chosen) if chosen else None

    def has_several_posts(self) -> bool:
        """Whether more tables work at this visit."""
        return self.posts.value() == _MORE

    def _is_doctor(self) -> bool:
        chosen = self._vaccinator.value()
        team = self._view.team if self._view else ()
        return any(one.is_doctor for one in team if one.staff_id == chosen)


def _limits(order: OrderChoice) -> str:
    """`dr. Maes · L1 L4 S1 S3 · t.e.m. 31 aug 2027`."""
    parts = (order.doctor, " ".join(order.stages), f"t.e.m. {show.day(order.valid_until)}")
    return " · ".join(part for part in parts if part)

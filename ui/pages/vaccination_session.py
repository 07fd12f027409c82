"""P11 Vaccinatiesessie openen: fixed once per station, so that nobody types it for every pupil."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit

from clbdesk.services.vaccination_plan import PlanGroup
from clbdesk.services.vaccination_session import (
    SessionEntry,
    SessionView,
    find_lot,
    open_session,
    record_session,
)
from clbdesk.services.vaccination_stock import out_of_range
from clbdesk.standards.entry_limits import Field, limits
from clbdesk.wording import say
from ui import actions, theme
from ui import format as show
from ui.actions import Key
from ui.bus import Act, Severity
from ui.pages.base import Destination, Page, Problem, Work
from ui.pages.vaccination_lots import LotsCard, NewLotCard
from ui.pages.vaccination_team import TeamCard
from ui.theme import Role, Size, Weight
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.decimal_edit import DecimalEdit
from ui.widgets.field_row import FieldRow
from ui.widgets.label import IconWord, Label

if TYPE_CHECKING:
    from decimal import Decimal

    from PySide6.QtGui import QKeyEvent

    from clbdesk.domain.barcode import Package
    from clbdesk.services.outcome import Outcome
    from clbdesk.services.records import Saved

_BOX = "A"


class ScanLine(QLineEdit):
    """Where the scanner types: a code or a lot number, taken by Enter or Tab."""

    scanned = Signal(str)

    def __init__(self) -> None:
        """Wide enough for a whole code."""
        super().__init__()
        self.setAccessibleName("Scan een doos of typ het lotnummer")
        self.setPlaceholderText("scan een doos of typ het lotnummer")
        self.setFont(theme.font())
        self.setFixedSize(theme.px(420), theme.px(40))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter takes what was typed, signs of a wrong layout and all: the reader knows them."""
        is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        plain = not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if is_enter and plain and self.text().strip():
            self.scanned.emit(self.text().strip())
            return
        super().keyPressEvent(event)


class VaccinationSessionPage(Page):
    """Team, order, lots, temperatures, emergency kit."""

    name: ClassVar[str] = "vaccination_session"

    def __init__(self, work: Work) -> None:
        """Three cards: who and under which order, the lots, the cold chain."""
        super().__init__(work)
        self._view: SessionView | None = None
        self.team = TeamCard()
        self.scan = ScanLine()
        self._said = IconWord()
        self._said.hide()
        self.lots = LotsCard()
        self.new_lot = NewLotCard()
        self.departure = _celsius("Temperatuur vertrek")
        self.arrival = _celsius("Temperatuur aankomst")
        self._warm = Label(size=Size.QUIET, weight=Weight.SEMIBOLD, role=Role.ERROR, wrap=True)
        self.kit = ChoiceRow(
            "Noodset nagekeken",
            (Choice("yes", "Ja", "j"), Choice("no", "Nee", "n")),
            required=True,
        )
        self._place()
        self._new = Button("Lot toevoegen", actions.hint(Key.NEW))
        self._new.clicked.connect(self._ask_new)
        self._close = Button("Afsluiten…")
        self._close.clicked.connect(partial(self._to, "vaccination_close"))
        recall = Button("Lot terugroepen…")
        recall.clicked.connect(partial(self._to, "lot_recall"))
        self.footer.add_left(self._new, self._close, recall)
        self.footer.primary_pressed.connect(self.save)
        self.scan.scanned.connect(self._on_scanned)
        self.new_lot.added.connect(self._on_added)
        self.lots.edited.connect(self._show_order)
        for edit in (self.departure, self.arrival):
            edit.left.connect(self._judge_temperature)
        self.team.edited.connect(self._show_order)
        self.kit.edited.connect(self._on_kit)
        actions.bind(self, Key.NEW, self._ask_new)
        actions.bind(self, Key.INCIDENT, partial(self._to, "observation", "incident"))

    def _place(self) -> None:
        self.body.addWidget(self.team)
        line = QHBoxLayout()
        line.setSpacing(16)
        line.addWidget(self.scan)
        line.addWidget(self._said)
        line.addStretch(1)
        self.lots.body.addLayout(line)
        self.body.addWidget(self.lots)
        self.body.addWidget(self.new_lot)
        cold = Card(f"Koelbox {_BOX}", "vaccins tussen +2 en +8 °C", spacing=8)
        row = QHBoxLayout()
        row.setSpacing(32)
        for word, edit in (("Vertrek (°C)", self.departure), ("Aankomst (°C)", self.arrival)):
            row.addWidget(FieldRow(word, edit, label_width=104))
        row.addWidget(FieldRow("Noodset nagekeken", self.kit, label_width=144))
        row.addStretch(1)
        cold.body.addLayout(row)
        cold.body.addWidget(self._warm)
        self.body.addWidget(cold)
        self.body.addStretch(1)

    # --- arriving ---

    def arrive(self, to: Destination) -> None:
        """The session of this station on a visit."""
        visit_id = to.visit_id or (self._view.visit_id if self._view else None)
        if visit_id is not None:
            self.ask(partial(open_session, self.work.desk, visit_id), self._on_view)

    def title_back(self) -> str:
        """Vaccinatiesessie."""
        return "Vaccinatiesessie"

    def close_open(self) -> bool:
        """Esc closes the card of a new lot."""
        is_open = self.new_lot.isVisible()
        self.new_lot.hide()
        return is_open

    def _on_view(self, view: SessionView) -> None:
        self._view = view
        self.messages.clear()
        counts = view.counts
        classes = " ".join(one.class_name for one in view.visit.classes)
        total = sum(counts.values())
        quiet = (
            f"{view.school} · {show.weekday(view.visit.on)} · {classes} · "
            f"{show.counted(total, 'leerling', 'leerlingen')}: "
            f"te vaccineren {counts[PlanGroup.TO_GIVE]}, "
            f"wacht op arts {counts[PlanGroup.WAITS]}, niet {counts[PlanGroup.NOT]}"
        )
        self.top_line.set_title("Vaccinatiesessie", quiet)
        self.team.show_team(view)
        body = view.saved.body if view.saved else None
        self.lots.show_lots(view)
        self.departure.set_value(body.departure_celsius if body else None)
        self.arrival.set_value(body.arrival_celsius if body else None)
        checked = body.emergency_kit_checked if body else None
        self.kit.set_value(None if checked is None else "yes" if checked else "no")
        self.scan.clear()
        self._said.hide()
        self.new_lot.hide()
        self._show_order()
        self._judge_temperature()
        self.footer.set_primary(
            "Wijzigingen opslaan" if body else "Vaccinatiesessie openen",
            actions.hint(Key.SAVE_AND_GO),
        )
        self._close.setVisible(body is not None)
        if body is not None and body.closed_at is not None:
            look = Act("Afsluiting", partial(self._to, "vaccination_close"))
            self.say(say("vaccination.session_closed"), Severity.ATTENTION, look)
        self.scan.setFocus(Qt.FocusReason.OtherFocusReason)

    def _to(self, page: str, step: str | None = None) -> None:
        self.go(Destination(page, self._view.visit_id if self._view else None, step=step))

    # --- order, lots, temperature, kit ---

    def _show_order(self) -> None:
        """Whether the order holds today for every vaccine that goes along."""
        if self._view is not None:
            self.team.show_order(self.lots.vaccines() or self._view.visit.vaccines)

    def _on_scanned(self, code: str) -> None:
        """A known lot gets its number of doses; an unknown one is entered first."""
        assert self._view is not None
        lot, package = find_lot(self._view, code)
        self.scan.clear()
        if lot is not None and lot.why_not:
            self._tell_scan("x", lot.why_not, Role.ERROR)
        elif lot is not None:
            day = show.day(lot.expires_on)
            words = say("vaccination.scanned", lot=lot.number, product=lot.product, day=day)
            self._tell_scan("check", words, Role.OK)
            self.lots.ask_number(lot)
        elif package.gtin is not None or package.lot is not None:
            self._ask_package(package, self._view)
        else:
            self._tell_scan("help", say("vaccination.unknown_lot", lot=code), Role.ATTENTION)
            self.new_lot.ask(code, None, self._view)

    def _ask_package(self, package: Package, view: SessionView) -> None:
        """A lot that nobody knew; what an earlier box of this package held is not asked again."""
        gtin = package.gtin or ""
        product = view.product_in(gtin) or self.lots.product_in(gtin)
        self.new_lot.ask(package.lot or "", package.expires_on, view, gtin, product)
        if product and package.complete:
            self.new_lot.add()
            return
        key = "unknown_package" if package.lot else "no_lot_in_code"
        self._tell_scan("help", say(f"vaccination.{key}"), Role.ATTENTION)

    def _tell_scan(self, icon: str, words: str, role: Role) -> None:
        self._said.show_state(icon, words, role)
        self._said.show()

    def _ask_new(self) -> None:
        if self._view is not None:
            self.new_lot.ask("", None, self._view)

    def _on_added(self) -> None:
        lot = self.new_lot.lot()
        if lot is not None:
            self.lots.add(lot)
            self._said.hide()

    def _judge_temperature(self) -> None:
        found: Decimal | None = next(
            (
                value
                for value in (self.departure.value(), self.arrival.value())
                if out_of_range(value)
            ),
            None,
        )
        words = ""
        if found is not None:
            words = say("vaccination.too_warm", celsius=show.number(found), box=_BOX)
        self._warm.setText(words)
        self._warm.setVisible(bool(words))

    def _on_kit(self) -> None:
        if self.kit.value() == "no":
            self.say(say("vaccination.kit_unchecked"), Severity.ATTENTION)
        else:
            self.messages.clear()

    # --- saving ---

    def problems(self) -> list[Problem]:
        """What is missing before the session can be opened."""
        found = self.team.problems()
        found += self.lots.problems()
        if not self.lots.entries() and not found:
            found.append(Problem("Scan een doos of typ het aantal dosissen dat mee is.", self.scan))
        for edit, text in (
            (self.departure, "Vul de temperatuur bij vertrek in."),
            (self.arrival, "Vul de temperatuur bij aankomst in."),
        ):
            problem = edit.problem() or (text if edit.value() is None else "")
            if problem:
                found.append(Problem(problem, edit))
        if self.kit.is_open():
            found.append(Problem("Kies of de noodset nagekeken is.", self.kit))
        return found

    def save(self) -> None:
        """Open the session, or keep what was changed."""
        view = self._view
        if view is None:
            return
        problems = self.problems()
        if problems:
            self.show_problems(problems)
            return
        entry = SessionEntry(
            vaccinator=self.team.vaccinator(),
            registrar=self.team.registrar(),
            doctor=self.team.doctor(),
            order_id=self.team.order(),
            lots=self.lots.entries(),
            departure=self.departure.value(),
            arrival=self.arrival.value(),
            kit=self.kit.value() == "yes",
            several_posts=self.team.has_several_posts(),
        )
        call = partial(record_session, self.work.desk, view, entry, view.base)
        self.ask(call, partial(self._on_saved, view))

    def _on_saved(self, view: SessionView, outcome: Outcome[Saved]) -> None:
        self.work.bus.changed.emit(outcome.changes)
        key = "session_changed" if view.saved else "session_opened"
        self.go(Destination(self.work.station.list_page, view.visit_id))
        self.work.bus.say(say(f"vaccination.{key}", school=view.school), Severity.OK)


def _celsius(name: str) -> DecimalEdit:
    low, high = limits(Field.COOL_BOX).block or (None, None)
    return DecimalEdit(
        name,
        places=limits(Field.COOL_BOX).places,
        unit="°C",
        minimum=low,
        maximum=high,
        example="4,8",
        required=True,
        width=80,
    )

"""P30 Regels: every rule with its source and how it stands; a doctor fills and signs them here."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clbdesk.clock import local_day
from clbdesk.domain.revision import Role as Function
from clbdesk.services.rules import (
    KIND,
    RuleState,
    RuleView,
    list_rules,
    sign_group,
    sign_rule,
    undo_signing,
    waits,
    withdraw_signature,
)
from clbdesk.standards.tables import standards
from clbdesk.wording import say
from ui import actions, theme
from ui import format as show
from ui.actions import Key
from ui.bus import Act, Severity
from ui.models.list_model import ListModel
from ui.pages.base import Destination, Page, Work
from ui.pages.rule_form import RuleForm
from ui.pages.rule_group import RuleGroup, rules_of
from ui.pages.rule_rows import STATES, BackCard, rule_columns
from ui.theme import Role
from ui.widgets.button import Button
from ui.widgets.card import NARROW
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.filtered_list import FilteredList, Option
from ui.widgets.label import Label
from ui.widgets.list_view import ListView

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QResizeEvent

    from clbdesk.bootstrap import Program
    from clbdesk.services.outcome import ChangeSet, Outcome
    from clbdesk.services.records import Saved

_ALL = "all"
_LETTERS = {RuleState.EMPTY: "l", RuleState.TO_CONFIRM: "t", RuleState.ACTIVE: "c"}
_FORM, _FORM_NARROW = 512, 416
_GROUP, _GROUP_NARROW = 640, 496  # the rows of a table are read there, not in the list
_TABLE = 400
_VALUE = 2  # the column that gives way on a narrow window
_ASK_AGAIN = timedelta(minutes=10)  # P30: the passphrase is asked once per 10 minutes


class RulesPage(Page):
    """The list at the left, the chosen rule at the right."""

    name: ClassVar[str] = "rules"

    def __init__(self, work: Work, program: Program) -> None:
        """Empty until the rules are read."""
        super().__init__(work)
        self._program = program
        self._views: tuple[RuleView, ...] = ()
        self._confirmed_at: datetime | None = None
        self._may_sign = work.desk.user.role is Function.DOCTOR
        self._filter = ChoiceRow("Toon", (), height=36)
        self._filter.edited.connect(lambda: self._show_rows(""))
        self._table = FilteredList("Tabel", width=_TABLE)
        self._table.edited.connect(lambda: self._show_rows(""))
        self._model: ListModel[RuleView] = ListModel(rule_columns(), lambda view: view.row.id)
        self._list = ListView("Regels", self._model, row_height=32)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.current_changed.connect(self._show_rule)
        self._list.opened.connect(self._begin)
        self._none = Label(say("rules.all_signed"), role=Role.SECONDARY, wrap=True)
        self.form = RuleForm(lambda: local_day(work.desk.clock.now()))
        self.group = RuleGroup()
        self.group.edited.connect(self._show_footer)
        self.group.hide()
        self._back_card = BackCard()
        self._back_card.asked.connect(self._take_back)
        self.fill_body(self._place())
        self._back = Button("Handtekening intrekken…")
        self._back.clicked.connect(self.ask_back)
        self._together = Button("")
        self._together.clicked.connect(self.open_group)
        self.footer.add_left(self._back, self._together)
        self._show_footer()
        self.footer.primary_pressed.connect(self.sign)
        self.top_line.set_title("Regels")
        actions.bind(self, Key.FILTER, self._filter.setFocus)

    def _place(self) -> QWidget:
        body = QWidget()
        columns = QHBoxLayout(body)
        columns.setContentsMargins(0, 0, 16, 0)
        columns.setSpacing(16)
        left = QVBoxLayout()
        left.setSpacing(8)
        head = QHBoxLayout()
        head.setContentsMargins(16, 12, 0, 0)
        head.addWidget(self._filter)
        head.addStretch(1)
        left.addLayout(head)
        of_table = QHBoxLayout()
        of_table.setContentsMargins(16, 0, 0, 0)
        name = Label("Tabel")
        name.setBuddy(self._table)
        of_table.addWidget(name)
        of_table.addWidget(self._table)
        of_table.addStretch(1)
        left.addLayout(of_table)
        none = QVBoxLayout()
        none.setContentsMargins(16, 0, 0, 0)
        none.addWidget(self._none)
        left.addLayout(none)
        left.addWidget(self._list, 1)
        right = QVBoxLayout()
        right.setContentsMargins(0, 12, 0, 0)
        right.setSpacing(8)
        right.addWidget(self._back_card)
        right.addWidget(self.form, 1)
        right.addWidget(self.group, 1)
        self._right = QWidget()
        self._right.setLayout(right)
        columns.addLayout(left, 1)
        columns.addWidget(self._right)
        return body

    # --- arriving ---

    def arrive(self, to: Destination) -> None:
        """Read the rules; the list has the focus."""
        del to
        self.messages.clear()
        self._list.setFocus(Qt.FocusReason.OtherFocusReason)
        self._read("")

    def choose(self, rule_id: str) -> None:
        """Make one rule the current one, if the filter shows it."""
        position = self._model.position(rule_id)
        if position is not None:
            self._list.go_to(position)
            self._list.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self, changes: ChangeSet) -> None:
        """A synchronisation may have brought a signature; what is being typed is left alone."""
        if changes.touches(KIND) and self.isVisible() and self._list.hasFocus():
            self._read(self._model.key_at(self._list.current()) or "")

    def title_back(self) -> str:
        """Regels."""
        return "Regels"

    def close_open(self) -> bool:
        """Esc closes the strip that asks a reason or the table, then leaves the fields."""
        if self.group.isVisible():
            self._close_group()
            self._list.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        if self._back_card.isVisible():
            self._back_card.hide()
            return True
        if self._list.hasFocus():
            return False
        self._list.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The rule gives up air on a narrow window."""
        super().resizeEvent(event)
        self._share_room()

    def _share_room(self) -> None:
        narrow, group = self.width() < theme.px(NARROW), not self.group.isHidden()
        wide, small = (_GROUP, _GROUP_NARROW) if group else (_FORM, _FORM_NARROW)
        self._right.setFixedWidth(theme.px(small if narrow else wide))
        self._list.setColumnHidden(_VALUE, narrow or group)

    def _read(self, wanted: str) -> None:
        self.ask(partial(list_rules, self.work.desk), partial(self._on_rules, wanted))

    def _on_rules(self, wanted: str, views: tuple[RuleView, ...]) -> None:
        order = list(RuleState)
        self._views = tuple(
            sorted(views, key=lambda view: (order.index(view.state), not view.can_be_signed))
        )
        counts = Counter(view.state for view in views)
        chosen = self._filter.value()
        self._filter.set_choices(
            (
                *(
                    Choice(state.value, f"{STATES[state][1]} {counts[state]}", _LETTERS[state])
                    for state in RuleState
                ),
                Choice(_ALL, f"Alle {len(views)}", "a"),
            )
        )
        self._filter.set_value(chosen or _ALL)
        of = Counter(view.row.table for view in views)
        names = {one.file: one.name for one in standards().tables}
        self._table.set_options([Option(file, names[file], str(of[file])) for file in of])
        self._show_rows(wanted)

    def _show_rows(self, wanted: str) -> None:
        chosen, table = self._filter.value(), self._table.value()
        wanted = wanted or self._model.key_at(self._list.current()) or ""
        kept = [
            view
            for view in self._views
            if chosen in {_ALL, view.state.value} and table in {None, view.row.table}
        ]
        self._close_group()
        self._model.show_rows(kept)
        self._none.setVisible(not kept)
        self.form.setVisible(bool(kept))
        if kept:
            self._list.go_to(self._model.position(wanted) or 0)
        self._show_rule(self._list.current())

    # --- one rule ---

    def _chosen(self) -> RuleView | None:
        at = self._list.current()
        return self._model.row(at) if 0 <= at < self._model.rowCount() else None

    def _show_rule(self, _position: int) -> None:
        view = self._chosen()
        self._back_card.hide()
        self._close_group()
        if view is None:
            return
        asks = self._asks_passphrase()
        self.form.show_rule(view, may_sign=self._may_sign, ask_passphrase=asks)
        if view.is_conflict:
            act = Act("Vergelijken", self._compare)
            self.say(say("rules.two_versions"), Severity.ATTENTION, act)

    def _show_footer(self) -> None:
        """The acts on the rule or the table that is open; none for who may not sign."""
        view, group = self._chosen(), not self.group.isHidden()
        signable = view is not None and view.can_be_signed and not view.is_conflict
        words = f"{rules_of(len(self.group.chosen()))} aftekenen" if group else "Regel aftekenen"
        self.footer.set_primary(words, actions.hint(Key.SAVE_AND_GO))
        self.footer.primary.setVisible(self._may_sign and (group or signable))
        signed = signable and view is not None and view.signature is not None
        self._back.setVisible(self._may_sign and signed and not group)
        waiting = len(self._waiting())
        self._together.set_words(say("rules.group_title", count=waiting) + "…")
        self._together.setVisible(self._may_sign and waiting > 1 and not group)

    def _compare(self) -> None:
        view = self._chosen()
        self.go(Destination("conflicts", record_id=view.record_id if view else None))

    def _begin(self, _position: int) -> None:
        """Enter on a rule: to what is still open, else to the button that signs."""
        field = self.form.first_field()
        if field is not None:
            field.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.footer.primary.isVisible():
            self.footer.primary.setFocus(Qt.FocusReason.OtherFocusReason)

    def _asks_passphrase(self) -> bool:
        now = self.work.desk.clock.now()
        return self._confirmed_at is None or now - self._confirmed_at >= _ASK_AGAIN

    # --- signing and taking back ---

    def sign(self) -> None:
        """Ctrl+Enter: the passphrase first, then one commit."""
        if not self.group.isHidden():
            self._sign_group()
            return
        view = self._chosen()
        if view is None or not self.footer.primary.isVisible():
            return
        asks = self._asks_passphrase()
        problems = self.form.problems(ask_passphrase=asks)
        if problems:
            self.show_problems(problems)
            return
        passphrase = self.form.passphrase.text() if asks else None
        entry = self.form.entry()
        signing = partial(sign_rule, self.work.desk, view, entry)
        call = partial(self._confirm_and_sign, signing, passphrase)
        self.ask(call, partial(self._on_signed, view, entry.valid_from, asks))

    def _confirm_and_sign(
        self, signing: Callable[[], Outcome[Saved]], passphrase: str | None
    ) -> Outcome[Saved]:
        if passphrase is not None:
            self._program.confirm_passphrase(self.work.desk.user.staff_id, passphrase)
        return signing()

    def _confirmed(self, typed: bool) -> None:
        if typed:
            self._confirmed_at = self.work.desk.clock.now()

    def _on_signed(self, view: RuleView, on: date, typed: bool, outcome: Outcome[Saved]) -> None:
        self._confirmed(typed)
        self._go_on_from(view, outcome)
        who, day = self.work.desk.user.name, show.short_weekday(on)
        self.say(say("rules.signed", rule=view.row.id, who=who, day=day), Severity.OK)

    # --- a whole table ---

    def _waiting(self) -> tuple[RuleView, ...]:
        """What waits in the table that was chosen; nothing without one."""
        table = self._table.value()
        return tuple(one for one in self._views if one.row.table == table and waits(one))

    def open_group(self) -> None:
        """Every rule of the chosen table that waits, to be read row by row."""
        self._back_card.hide()
        asks = self._asks_passphrase()
        self.group.show_group(self._table.text(), self._waiting(), ask_passphrase=asks)
        self.form.hide()
        self.group.show()
        self._share_room()
        self._show_footer()
        self.group.begin()

    def _close_group(self) -> None:
        self.group.hide()
        self._share_room()
        self.form.setVisible(self._chosen() is not None)
        self._show_footer()

    def _sign_group(self) -> None:
        asks = self._asks_passphrase()
        problems = self.group.problems(ask_passphrase=asks)
        if problems:
            self.show_problems(problems)
            return
        today = local_day(self.work.desk.clock.now())
        signing = partial(
            sign_group,
            self.work.desk,
            self.group.chosen(),
            reason=self.group.reason.value(),
            valid_from=today,
        )
        passphrase = self.group.passphrase.text() if asks else None
        done = partial(self._on_group_signed, today, asks)
        self.ask(partial(self._confirm_and_sign, signing, passphrase), done)

    def _on_group_signed(self, today: date, typed: bool, outcome: Outcome[Saved]) -> None:
        self._confirmed(typed)
        self._read_anew(outcome)
        rules, who = rules_of(len(outcome.value.revisions)), self.work.desk.user.name
        day = show.short_weekday(today)
        call = partial(undo_signing, self.work.desk, outcome.value)
        undo = partial(self.ask, call, self._on_group_undone)
        act = Act("Ongedaan maken", undo, actions.hint(Key.UNDO))
        self.say(say("rules.group_signed", rules=rules, who=who, day=day), Severity.OK, act)

    def _on_group_undone(self, outcome: Outcome[Saved]) -> None:
        self._read_anew(outcome)
        rules = rules_of(len(outcome.value.revisions))
        self.say(say("rules.group_undone", rules=rules), Severity.OK)

    def _read_anew(self, outcome: Outcome[Saved]) -> None:
        self._close_group()
        self._list.setFocus(Qt.FocusReason.OtherFocusReason)
        self.work.bus.changed.emit(outcome.changes)
        self._read("")

    def ask_back(self) -> None:
        """Ask the reason to take a signature back."""
        self._back_card.begin()

    def _take_back(self) -> None:
        view = self._chosen()
        if view is not None:
            call = partial(withdraw_signature, self.work.desk, view, self._back_card.why.value())
            self.ask(call, partial(self._on_taken_back, view))

    def _on_taken_back(self, view: RuleView, outcome: Outcome[Saved]) -> None:
        self._go_on_from(view, outcome)
        self.say(say("rules.withdrawn", rule=view.row.id), Severity.OK)

    def _go_on_from(self, view: RuleView, outcome: Outcome[Saved]) -> None:
        """To the rule below the one that was signed, so that an hour of signing goes on."""
        at = self._model.position(view.row.id)
        below = self._model.key_at(at + 1) if at is not None else None
        self._list.setFocus(Qt.FocusReason.OtherFocusReason)
        self.work.bus.changed.emit(outcome.changes)
        self._read(below or view.row.id)

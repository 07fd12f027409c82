"""A closed dossier: why it is closed, the reason that opens it, and the reading in a red frame."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from clbdesk.domain.age import age_months
from clbdesk.ids import RecordId
from clbdesk.services.emergency import (
    LONGEST,
    ClosedDossier,
    Reading,
    ReadingReason,
    begin_reading,
    end_reading,
    look_at_closed,
    read_record,
    shortest_reason,
    view_reading,
)
from clbdesk.services.relation import Closed
from clbdesk.wording import label, say
from ui import actions, theme
from ui.actions import Key
from ui.bus import Severity
from ui.pages.base import Destination, Page, Problem, Work
from ui.pages.emergency_reading import ReadingView
from ui.pages.scrolling import scrolling
from ui.theme import Role, Size
from ui.widgets.banner import BannerView
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.field_row import FieldRow
from ui.widgets.label import Label
from ui.widgets.text_edit import TextEdit

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from clbdesk.errors import Environment, Refused
    from clbdesk.ids import PupilId
    from clbdesk.services.history_record import RecordText

_FRAME = 5
_LABELS = 96
_TICK_MS = 5_000
_WHYS = tuple(
    Choice(one.value, label(one), letter) for one, letter in zip(ReadingReason, "vnea", strict=True)
)


class EmergencyPage(Page):
    """The question first, then the timeline to read; nothing on this page writes to a dossier."""

    name: ClassVar[str] = "emergency"
    prints_itself: ClassVar[bool] = True  # nothing of it goes on paper

    def __init__(self, work: Work) -> None:
        """Empty until a pupil is asked for."""
        super().__init__(work)
        self._dossier: ClosedDossier | None = None
        self._is_emergency = False
        self._card = Card("Dossier gesloten", main=True, spacing=12)
        self._sentence = Label("", wrap=True)
        self.why = ChoiceRow("Reden", _WHYS)
        self.text = TextEdit("Toelichting", limit=LONGEST, lines=2)
        self._left = Label("", Size.QUIET, role=Role.SECONDARY)
        self._question = QWidget()
        self.reading = ReadingView()
        self.reading.asked.connect(self._open_record)
        self._shown = QStackedWidget()
        self._end = Button("Dossier sluiten")
        self._end.clicked.connect(lambda _on: self.close_dossier())
        self._place()
        self.why.edited.connect(self._count)
        self.text.edited.connect(self._count)
        self.footer.add_right(self._end)
        self.footer.primary_pressed.connect(self.open_dossier)
        self._clock = QTimer(self)
        self._clock.setInterval(_TICK_MS)
        self._clock.timeout.connect(self.tick)
        self.top_line.set_title("Dossier gesloten")

    def _place(self) -> None:
        card = self._card
        card.body.addWidget(self._sentence)
        rows = QVBoxLayout(self._question)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        rows.addWidget(FieldRow("Reden", self.why, label_width=_LABELS))
        rows.addWidget(FieldRow("Toelichting", self.text, label_width=_LABELS, stretch=True))
        rows.addWidget(self._left)
        card.body.addWidget(self._question)
        asking = QWidget()
        column = QVBoxLayout(asking)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card)
        column.addStretch(1)
        self._shown.addWidget(scrolling(asking))
        self._shown.addWidget(self.reading)
        self.fill_body(self._shown)

    # --- arriving and leaving ---

    def arrive(self, to: Destination) -> None:
        """Who it is and why the dossier is closed; a reading that runs goes on."""
        self._forget()
        words = "Dossier gesloten" if to.pupil_id else "Bezoek gesloten"
        self._card.set_title(words)
        self.top_line.set_title(words)
        if to.pupil_id is None:
            self._sentence.setText(say("emergency.visit_closed"))
            return
        self.ask(partial(look_at_closed, self.work.desk, to.pupil_id), self._on_dossier)

    def leave(self) -> None:
        """Nothing of the dossier stays on a page that is not shown."""
        self._forget()

    def title_back(self) -> str:
        """Dossier gesloten."""
        return "Gesloten dossier"

    def place(self, to: Destination) -> Destination:
        """No visit: nothing can be made here."""
        return replace(to, visit_id=None)

    def _forget(self) -> None:
        self._dossier = None
        self._clock.stop()
        self.reading.forget()
        self.messages.clear()
        self.why.set_value(None)
        self.text.set_value("")
        self._sentence.setText("")
        self.banner.hide()
        self._show_question(asks=False)

    def _on_dossier(self, dossier: ClosedDossier) -> None:
        self._dossier = dossier
        self._show_who(dossier)
        if not dossier.items:
            self._sentence.setText(say("emergency.name_only"))
        elif dossier.closed is None:
            call = partial(begin_reading, self.work.desk, dossier.pupil_id, None, "")
            self.ask(call, self._on_reading)
        else:
            self._ask_reason(dossier)
            call_again = partial(view_reading, self.work.desk, dossier.pupil_id)
            self.ask(call_again, self._on_running)

    def _show_who(self, dossier: ClosedDossier) -> None:
        pupil = dossier.pupil
        view = BannerView(
            family_name=pupil.family_name,
            given_name=pupil.given_name,
            born=pupil.birth_date,
            age_months=age_months(pupil.birth_date, dossier.today),
            sex=label(pupil.sex),
            number=pupil.pupil_number,
            class_name=dossier.class_name,
        )
        self.banner.show_pupil(view)
        self.banner.show()
        self.top_line.set_title("Dossier gesloten", dossier.school)

    # --- the question ---

    def _ask_reason(self, dossier: ClosedDossier) -> None:
        assert dossier.closed is not None
        sentence = say(f"emergency.{dossier.closed.value}", minutes=dossier.minutes)
        self._sentence.setText(sentence)
        self._show_question(asks=True)
        is_emergency = dossier.closed is Closed.NO_MEMBERSHIP
        words = "Noodtoegang openen" if is_emergency else "Openen om te lezen"
        self.footer.set_primary(words, actions.hint(Key.SAVE_AND_GO))
        self._count()
        self.why.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_question(self, *, asks: bool) -> None:
        self._frame(on=False)
        self._question.setVisible(asks)
        self._end.hide()
        self.footer.set_primary("")
        self._shown.setCurrentIndex(0)

    def _why(self) -> ReadingReason | None:
        value = self.why.value()
        return ReadingReason(value) if value else None

    def _count(self) -> None:
        """How many characters are still missing."""
        dossier = self._dossier
        if dossier is None or dossier.closed is None:
            return
        typed = len(" ".join(self.text.value().split()))
        left = shortest_reason(dossier.closed, self._why()) - typed
        self._left.setText(say("emergency.counted", left=left) if left > 0 else "")

    def open_dossier(self) -> None:
        """Ctrl+Enter: log the reason, then show."""
        dossier = self._dossier
        if dossier is None or self._question.isHidden():
            return
        call = partial(
            begin_reading, self.work.desk, dossier.pupil_id, self._why(), self.text.value()
        )
        self.ask(call, self._on_reading, self._on_refused)

    def _on_refused(self, trouble: Refused | Environment) -> None:
        fields = {"emergency.why_missing": self.why, "emergency.reason_short": self.text}
        field = fields.get(trouble.key)
        if field is None:
            self.tell(trouble)
        else:
            self.show_problems([Problem(say(trouble.key, **trouble.values), field)])

    # --- reading ---

    def _on_running(self, reading: Reading | None) -> None:
        if reading is not None:
            self._on_reading(reading)

    def _on_reading(self, reading: Reading) -> None:
        self.messages.clear()
        self._is_emergency = reading.is_emergency
        self._frame(on=reading.is_emergency)
        self.top_line.set_title("Noodtoegang" if reading.is_emergency else "Dossier, alleen lezen")
        self.footer.set_primary("")
        self._end.setVisible(reading.until is not None)
        self.reading.show_reading(reading, self.work.desk.clock.now())
        self._shown.setCurrentIndex(1)
        self.reading.list.setFocus(Qt.FocusReason.OtherFocusReason)
        if reading.rows:
            self.reading.list.go_to(0)
        self._clock.start()

    def tick(self) -> None:
        """The time that is left; what was open closes with it."""
        if not self.reading.show_time(self.work.desk.clock.now()):
            self._over()

    def _over(self) -> None:
        dossier = self._dossier
        self._forget()
        if dossier is not None:
            self._on_dossier(dossier)
            self.say(say("emergency.over"), Severity.ATTENTION)

    def _open_record(self, record_id: str) -> None:
        if self._dossier is not None:
            pupil_id, record = self._dossier.pupil_id, RecordId(record_id)
            call = partial(read_record, self.work.desk, pupil_id, record)
            self.ask(call, partial(self._on_record, pupil_id), self._on_no_record)

    def _on_record(self, pupil_id: PupilId, text: RecordText) -> None:
        if self._dossier is not None and self._dossier.pupil_id == pupil_id:
            self.reading.show_record(text)

    def _on_no_record(self, trouble: Refused | Environment) -> None:
        if trouble.key == "emergency.over":
            self._over()
        else:
            self.tell(trouble)

    def close_dossier(self) -> None:
        """Dossier sluiten: before its time."""
        if self._dossier is not None:
            call = partial(end_reading, self.work.desk, self._dossier.pupil_id)
            self.ask(call, lambda _none: self._on_ended())

    def _on_ended(self) -> None:
        dossier = self._dossier
        self._forget()
        if dossier is not None:
            self._on_dossier(dossier)
            self.say(say("emergency.ended"))

    # --- the frame ---

    def _frame(self, *, on: bool) -> None:
        self._is_emergency = on
        width = theme.px(_FRAME) if on else 0
        layout = self.layout()
        assert layout is not None
        layout.setContentsMargins(width, width, width, width)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Red all round, beside the words: nobody forgets where he or she is."""
        super().paintEvent(event)
        if self._is_emergency:
            width = theme.px(_FRAME)
            painter = QPainter(self)
            pen = QPen(theme.colour(Role.ERROR), width)
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            inset = width // 2
            painter.drawRect(self.rect().adjusted(inset, inset, -inset - 1, -inset - 1))

"""The card of P13: the five blocks together, what was typed in them as an entry and as a draft."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal

from clbdesk.domain.barcode import read_package
from clbdesk.domain.revision import Role as Function
from clbdesk.domain.vaccination import DoctorDecision
from clbdesk.services.vaccination_entry import VaccinationEntry
from clbdesk.services.vaccination_lines import consent_lines, nothing_planned
from clbdesk.services.vaccination_lots import why_not_scanned
from clbdesk.services.vaccination_order import record_order, withdraw_order
from clbdesk.standards.vaccination.conditions import Condition, ConditionName
from clbdesk.standards.vaccination.prescreen import decision_on, questions_for
from clbdesk.wording import say
from ui.pages import vaccination_words as words
from ui.pages.scan_catcher import ScanCatcher
from ui.pages.vaccination_blocks import ConsentBlock, IdentityBlock, QuestionsBlock
from ui.pages.vaccination_doctor import DoctorBlock
from ui.pages.vaccination_doses import AfterBlock, DosesBlock
from ui.pages.vaccination_post import OtherPostBlock
from ui.widgets.card import Card

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QShowEvent
    from PySide6.QtWidgets import QWidget

    from clbdesk.services.vaccination import VaccinationView


class VaccinationCard(Card):
    """`edited()`: something was typed or chosen. No rule is judged here.

    `noticed(text)`: what a scanned box changed. `ordered(call)`: a function for the vault's thread
    that records the order of a doctor.
    """

    edited = Signal()
    noticed = Signal(str)
    ordered = Signal(object)

    def __init__(self) -> None:
        """Five blocks divided by lines, and the decision of a doctor when one is asked."""
        super().__init__(spacing=0)
        self._view: VaccinationView | None = None
        self.consent = ConsentBlock()
        self.other_post = OtherPostBlock()
        self.identity = IdentityBlock()
        self.questions = QuestionsBlock()
        self.doses = DosesBlock()
        self.doctor = DoctorBlock()
        self.after = AfterBlock()
        whole = self.layout()
        assert whole is not None
        whole.setContentsMargins(16, 0, 16, 0)  # the blocks bring their own air
        for block in (
            self.consent,
            self.other_post,
            self.identity,
            self.questions,
            self.doses,
            self.doctor,
            self.after,
        ):
            self.body.addWidget(block)
        self._scans = ScanCatcher(self, self.content)
        self._scans.scanned.connect(self._on_scanned)
        self.doctor.edited.connect(self._follow_doctor)
        self.doctor.order_asked.connect(self._order)
        self.doctor.withdrawal_asked.connect(self._withdraw_order)
        for part in (self.other_post, self.identity, self.questions, self.doses, self.doctor):
            part.edited.connect(self.edited)

    def show_view(self, view: VaccinationView) -> None:
        """Every block as it begins, or as it was saved."""
        self._view = view
        self.consent.show_lines(consent_lines(view))
        self.doses.show_rows(
            view.rows,
            nothing_planned(view),
            may_tick=view.user_role is Function.DOCTOR,
            at_desk=view.station.is_desk,
        )
        self.identity.setVisible(bool(view.rows))
        self._show_saved(view)

    def _show_saved(self, view: VaccinationView) -> None:
        prescreen = view.saved.prescreen
        elsewhere = view.was_registered_elsewhere and not view.is_saved
        again = elsewhere or view.is_of_another_day
        identity = None if again else view.saved.identity
        self.identity.day.setText(identity.body.typed if identity else "")
        self.identity.who.set_value(identity.body.confirmed_by if identity else None)
        self.identity.name.set_value(identity.body.confirmed_by_name if identity else "")
        self.identity.show_name_field()
        self.identity.show_error("")
        body = prescreen.body if prescreen else None
        posts = view.other_posts if view.rows and not view.station.is_desk else None
        asked = body.asked_other_post if body and view.has_given else False
        self.other_post.show_posts(view.on_visit.visit_id, posts, asked=asked)
        self.doctor.show_order(words.standing_order(view))
        self.doctor.show_vaccines({row.vaccine: row.label for row in view.rows})
        found = {row.vaccine: decision_on(body, row.vaccine) for row in view.rows}
        self.doctor.set_decisions(
            {vaccine: each for vaccine, each in found.items() if each is not None},
            body.doctor_reason if body else "",
        )
        self.show_questions()
        said = None if view.is_of_another_day else body
        self.questions.set_answers(
            dict(said.answers) if said else {},
            dict(said.remarks) if said else {},
            said.assumed if said else (),
        )

    def set_editable(self, on: bool) -> None:
        """Fields, or only to be read; a dose that stands is only changed as a correction."""
        self.identity.set_editable(on)
        self.questions.set_editable(on)
        self.doctor.set_editable(on)
        self.doses.set_editable(on)
        saved = self._view is not None and self._view.is_saved
        if on and not saved:
            for line in self.doses.lines:
                line.set_editable(line.row.saved is None)

    def content(self) -> dict[str, Any] | None:
        """What was typed, as it stands in the fields."""
        if self._view is None or not self._view.rows:
            return None
        return {
            "on": self._view.today.isoformat(),
            "day": self.identity.day.text(),
            "who": self.identity.who.value(),
            "name": self.identity.name.value(),
            "answers": self.questions.answers(),
            "remarks": self.questions.remarks(),
            "assumed": list(self.questions.assumed()),
            "decisions": self.doctor.decisions(),
            "why": self.doctor.reason(),
            "asked": self.other_post.tick.value(),
            "rows": {line.row.vaccine: line.content() for line in self.doses.lines},
        }

    def restore(self, content: dict[str, Any]) -> None:
        """Put a draft back; rows that are no longer planned are left out.

        What was asked on another day is asked anew.
        """
        today = self._view.today.isoformat() if self._view is not None else ""
        if content.get("on", today) != today:
            asked_anew = {"day": "", "who": None, "name": "", "asked": False}
            content = content | asked_anew | {"answers": {}, "remarks": {}, "assumed": []}
        self.identity.day.setText(content["day"])
        self.identity.who.set_value(content["who"])
        self.identity.name.set_value(content["name"])
        self.identity.show_name_field()
        correcting = self._view is not None and self._view.is_saved
        for line in self.doses.lines:
            kept = content["rows"].get(line.row.vaccine)
            if kept is not None and (line.row.saved is None or correcting):
                line.restore(kept)
        self.doctor.set_decisions(_decisions_in(content), content["why"])
        self._follow_doctor()
        self.other_post.tick.set_value(content["asked"])
        self.show_questions()
        self.questions.set_answers(content["answers"], content["remarks"], content["assumed"])

    def entry(self) -> VaccinationEntry:
        """The form as it stands."""
        return VaccinationEntry(
            rows=tuple(line.entry() for line in self.doses.lines),
            typed=self.identity.typed(),
            confirmed_by=self.identity.who.value() or "",
            confirmed_by_name=self.identity.name.value(),
            answers=self.questions.answers(),
            remarks=self.questions.remarks(),
            assumed=self.questions.assumed(),
            decisions=self.doctor.decisions(),
            doctor_reason=self.doctor.reason(),
            is_linked=self.other_post.is_linked,
            asked_other_post=self.other_post.asked(),
        )

    def field_of(self, condition: Condition) -> QWidget:
        """Where a condition that is not met is put right."""
        match condition.name:
            case ConditionName.IDENTITY:
                asks_who = self.identity.typed() and self.identity.who.is_open()
                return self.identity.who if asks_who else self.identity.day
            case ConditionName.QUESTIONS:
                found = self.questions.first_open() or self.questions.first_yes()
                return found or self.doses.lines[0].tick
            case ConditionName.CONSENT:
                return self.consent.link
            case ConditionName.OTHER_POST:
                return self.other_post.tick
            case _:
                return self.doses.lines[0].tick

    def showEvent(self, event: QShowEvent) -> None:
        """A scanner is listened to while the form is shown."""
        super().showEvent(event)
        self._scans.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Not on another page."""
        super().hideEvent(event)
        self._scans.stop()

    def _on_scanned(self, code: str, before: dict[str, Any] | None) -> None:
        """The box of a vaccine: its row gets this lot; nothing else of the form is touched."""
        if before is None or self.identity.day.isReadOnly():
            return
        self.restore(before)
        number = self._number_in(code)
        lines = [line for line in self.doses.lines if line.row.saved is None]
        line = next((one for one in lines if number and one.use_lot(number)), None)
        self.edited.emit()
        if line is not None:
            words_of_it = say("vaccination.scan_used", lot=number, vaccine=line.row.label)
        else:
            words_of_it = self._not_used(number)
        self.noticed.emit(words_of_it)

    def _not_used(self, number: str) -> str:
        """Expired, set apart, of no vaccine of today, or a code without a lot."""
        view = self._view
        if view is not None and (why := why_not_scanned(view.station, view.today, number)):
            return why
        return say(f"vaccination.{'scan_not_here' if number else 'scan_no_lot'}", lot=number)

    def _number_in(self, code: str) -> str:
        """As printed; a number that was typed in small letters is the same lot."""
        view = self._view
        written = {one.body.number for one in view.station.lots.records.values()} if view else set()
        known = {each for number in written for each in (number, number.upper())}
        return read_package(code, known).lot or ""

    def _order(self) -> None:
        """Mag vandaag, by a nurse: what was left to a doctor is ordered, and the form is as before.

        What the doctor decided against stays in it, to be saved.
        """
        view, problem = self._view, self.doctor.problem()
        if view is None or problem:
            self.noticed.emit(problem)
            return
        open_rows = {line.row.vaccine for line in self.doses.lines if line.row.saved is None}
        vaccines = tuple(one for one in self.doctor.ordered() if one in open_rows)
        reason, decided = self.doctor.reason(), self.doctor.decisions()
        against = {one: decided[one] for one in decided if one not in vaccines}
        self.show_view(view)
        if against:
            self.doctor.set_decisions(against, reason)
            self._follow_doctor()
        self.ordered.emit(
            partial(record_order, on_visit=view.on_visit, vaccines=vaccines, reason=reason)
        )

    def _withdraw_order(self) -> None:
        """The reason is that of the block; what stands is read again after it."""
        view, reason = self._view, self.doctor.reason()
        if view is None:
            return
        if not reason:
            self.noticed.emit(say("vaccination.order_reason"))
            self.doctor.reason_edit.setFocus()
            return
        vaccines = tuple(each for one in view.facts.orders for each in one.body.vaccines)
        self.show_view(view)
        self.ordered.emit(
            partial(withdraw_order, on_visit=view.on_visit, vaccines=vaccines, reason=reason)
        )

    def _follow_doctor(self) -> None:
        """A doctor who postpones or refuses has said why not: the row asks nothing more."""
        for line in self.doses.lines:
            if line.row.saved is None:
                line.follow_doctor(self.doctor.why_not(line.row.vaccine))

    def show_questions(self) -> None:
        """The questions for the vaccines that are to be given.

        What was answered stays when a vaccine is taken off because of it.
        """
        answered = bool(self.questions.answers())
        wanted = frozenset(
            line.row.vaccine
            for line in self.doses.lines
            if line.is_given or (answered and line.reason is not None)
        )
        self.questions.show_questions(questions_for(wanted))


def _decisions_in(content: dict[str, Any]) -> dict[str, DoctorDecision]:
    """By vaccine; a draft of an older program holds one decision for all."""
    if "decisions" in content:
        return {vaccine: DoctorDecision(each) for vaccine, each in content["decisions"].items()}
    for_all = content["decision"]
    return dict.fromkeys(content["rows"], DoctorDecision(for_all)) if for_all else {}

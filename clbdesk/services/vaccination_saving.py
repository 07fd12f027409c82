"""Recording what P13 says, in one commit: identity, questions, a fact per vaccine, observation.

Everything that the page looked at is looked at again inside the commit; what changed in between is
named and nothing is written.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import msgspec

from clbdesk.domain.body import Body, ExamState, decode
from clbdesk.domain.vaccination import (
    Consent,
    ConsentChannel,
    ConsentChoice,
    ConsentGiver,
    ConsentReach,
    Dose,
    DoseSource,
    DoseStatus,
    IdentityCheck,
    NotGivenReason,
    Observation,
    Prescreen,
    VaccinationStatus,
)
from clbdesk.domain.visits import AttendanceState
from clbdesk.errors import Defect, Refused
from clbdesk.ids import PupilId, RecordId, RevId
from clbdesk.services.class_list import attendance_part
from clbdesk.services.counted import was_closed
from clbdesk.services.desk import Desk
from clbdesk.services.outcome import Outcome
from clbdesk.services.pupil import PupilOnVisit, with_presence
from clbdesk.services.reading import Standing
from clbdesk.services.records import Part, Saved, add_parts, base_in, changes_of, record
from clbdesk.services.vaccination import DoseRow, VaccinationView, view_vaccination
from clbdesk.services.vaccination_entry import (
    RowEntry,
    VaccinationEntry,
    conditions,
    goes_in,
    identity_of,
    order_of,
    prescreen_of,
)
from clbdesk.services.vaccination_meanwhile import refuse_meanwhile
from clbdesk.standards.vaccination.advice import GivenToday, as_if_given, judge_vaccination
from clbdesk.standards.vaccination.consent import ConsentState
from clbdesk.standards.vaccination.history import GivenDose
from clbdesk.standards.vaccination.ruleset import ruleset
from clbdesk.storage.vault import UnitOfWork
from clbdesk.wording import say


def record_vaccination(
    desk: Desk,
    view: VaccinationView,
    entry: VaccinationEntry,
    base: tuple[RevId, ...],
    *,
    reason: str | None = None,
) -> Outcome[Saved]:
    """Record the form, or only the vaccination status when no dose is planned.

    At a registration desk everything but the needle is recorded.

    `base`: the leaves on which the form was opened; with `reason` what stands is corrected.
    Refused `vaccination.changed` when a consent, dose, lot, order, session or grade changed meanwhile,
    `vaccination.day_passed` over midnight, `vaccination.not_planned` when a rule did;
    `vaccination.cannot_give` when a condition of a dose is not met; `vaccination.session_closed`
    when doses or reasons come after the session was closed.
    """
    with desk.vault.write() as work:
        fresh = view_vaccination(desk, work, view.on_visit)
        refuse_meanwhile(work, view, fresh)
        _refuse_closed(fresh, entry, is_correction=reason is not None)
        _refuse_conditions(fresh, entry)
        if fresh.station.is_desk:
            without = tuple(row for row in entry.rows if not row.give)
            entry = replace(entry, rows=without)
        parts = _parts(desk, work, fresh, entry, base, is_correction=reason is not None)
        saved = add_parts(desk, work, parts, reason=reason)
        work.drop_draft(desk.user.staff_id, view.on_visit.form("vaccination"))
    return Outcome(saved, changes_of(saved.revisions))


def _refuse_closed(view: VaccinationView, entry: VaccinationEntry, *, is_correction: bool) -> None:
    """After closing only the status is still looked at: every dose was accounted for.

    What another table gave is of that table.
    """
    if not any(row.give or row.reason is not None for row in entry.rows):
        return
    concerned = [view.station.session]
    if is_correction:
        facts = (row.saved for row in view.rows if row.saved is not None)
        concerned += [view.station.tables.get(one.body.session_id or RecordId("")) for one in facts]
    if any(one is not None and was_closed(one.head) for one in concerned):
        raise Refused("vaccination.session_closed")


def _refuse_conditions(view: VaccinationView, entry: VaccinationEntry) -> None:
    """A needle goes in only when every condition is met.

    A dose that already went in is corrected whatever the conditions are now; only the identity
    must still be that of this pupil.
    """
    given = {
        row.vaccine
        for row in view.rows
        if row.saved is not None and row.saved.body.status is DoseStatus.GIVEN
    }
    for vaccine, found in conditions(view, entry).items():
        for condition in found:
            if not condition.met and (vaccine not in given or condition.name == "identity"):
                raise Refused("vaccination.cannot_give", reason=condition.text)


def _parts(
    desk: Desk,
    work: UnitOfWork,
    view: VaccinationView,
    entry: VaccinationEntry,
    base: tuple[RevId, ...],
    *,
    is_correction: bool,
) -> list[Part]:
    writing = _Writing(desk.clock.now(), view, entry, base, work)
    parts: list[Part] = []
    rows = {row.vaccine: row for row in view.rows}
    for wanted in entry.rows:
        row = rows.get(wanted.vaccine)
        if row is None:  # what changed was looked at before: the form cannot hold other rows
            raise Defect("vaccination.row_not_planned")
        if row.saved is not None and not is_correction:
            continue
        if wanted.give:
            parts.append(writing.part(writing.given(row, wanted), row.saved))
        elif wanted.reason is not None:
            parts.append(writing.part(writing.not_given(row, wanted), row.saved))
    absent = bool(parts) and all(row.reason is NotGivenReason.ABSENT for row in entry.rows)
    if not absent:
        parts += writing.checks()
    comes_later = view.station.is_desk and bool(view.rows)
    if not comes_later and (not parts or view.on_visit.moment is not None):
        parts.append(writing.status())
    if absent:
        left = attendance_part(
            work, view.on_visit.visit_id, view.on_visit.pupil_id, AttendanceState.ABSENT
        )
        return [*parts, left] if left is not None else parts
    return with_presence(work, view.on_visit, parts)


@dataclass(frozen=True, slots=True)
class _Writing:
    """One saving: when, on what, by which form."""

    now: datetime
    view: VaccinationView
    entry: VaccinationEntry
    base: tuple[RevId, ...]
    work: UnitOfWork

    def part(self, body: Body, saved: Standing[Dose] | None) -> Part:
        """A new fact, or the correction of the one that stands."""
        where = self.view.on_visit.where
        if saved is None:
            return Part(body, where)
        record_id = saved.record_id
        return Part(body, where, record_id, base_in(self.work, record_id, self.base))

    def given(self, row: DoseRow, wanted: RowEntry) -> Dose:
        """A dose that was given from a lot of the session."""
        view, session = self.view, self.view.station.session
        lot, is_put_right = row.lot(wanted.lot_id), row.saved is not None and row.plan.is_given
        if lot is None or (session is None and not is_put_right):
            reason = say("vaccination.lot_missing", vaccine=row.vaccine)
            raise Refused("vaccination.cannot_give", reason=reason)
        if row.saved is not None and is_put_right:
            # What is put right is how it was written down; day, people and table stay.
            return msgspec.structs.replace(
                row.saved.body,
                product=lot.product,
                lot=lot.number,
                expires_on=lot.expires_on,
                side=wanted.side or row.side,
            )
        assert session is not None
        found = self._as_if_given(row, lot.product)
        return Dose(
            pupil_id=view.on_visit.pupil_id,
            status=DoseStatus.GIVEN,
            vaccine=row.vaccine,
            product=lot.product,
            lot=lot.number,
            expires_on=lot.expires_on,
            on=view.today.isoformat(),
            given_at=self.now,
            route=row.route,
            site=row.site,
            side=wanted.side or row.side,
            amount_ml=row.amount_ml,
            dose_number=found[0].verdict.dose_number if found else None,
            vaccinator=session.body.vaccinator,
            doctor=session.body.doctor,
            order_id=order_of(view, row.vaccine),
            consent_id=self._consent_of(row.vaccine),
            session_id=session.record_id,
            source=DoseSource.OWN,
            country="BE",
            judgements=(row.plan.advice.line(),) if row.plan.advice else (),
        )

    def not_given(self, row: DoseRow, wanted: RowEntry) -> Dose:
        """The reason why a planned dose was not given."""
        session, before = self.view.station.session, row.saved.body if row.saved else None
        return Dose(
            pupil_id=self.view.on_visit.pupil_id,
            status=DoseStatus.NOT_GIVEN,
            reason=wanted.reason,
            reason_text=wanted.reason_text,
            vaccine=row.vaccine,
            on=before.on if before else self.view.today.isoformat(),
            consent_id=self._consent_of(row.vaccine),
            session_id=session.record_id if session else None,
            judgements=(row.plan.advice.line(),) if row.plan.advice else (),
        )

    def checks(self) -> list[Part]:
        """Identity, questions and observation, as far as the form has them and they are new."""
        view, saved = self.view, self.view.saved
        identity, prescreen = identity_of(view, self.entry), prescreen_of(view, self.entry)
        found: list[tuple[Body, Standing[IdentityCheck] | Standing[Prescreen] | None]] = []
        if identity is not None and identity.confirmed_by and self._is_right(identity.typed):
            found.append((identity, saved.identity))
        if prescreen.answers or prescreen.decisions:
            found.append((prescreen, saved.prescreen))
        parts = [
            self._check(body, before)
            for body, before in found
            if before is None or before.body != body or self._is_again(body)
        ]
        if goes_in(view, self.entry):
            parts.append(Part(self._observation(), view.on_visit.where))
        return parts

    def status(self) -> Part:
        """The vaccination status with the advice of the engine, today's doses included."""
        view = self.view
        shown = {row.saved.record_id for row in view.rows if row.saved is not None}
        history = list(view.facts.history(without=shown))
        rows = {row.vaccine: row for row in view.rows}
        for wanted in self.entry.given:
            row = rows[wanted.vaccine]
            lot = row.lot(wanted.lot_id)
            product = lot.product if lot else row.product.name
            given = row.saved.body.on if row.saved and row.plan.is_given else view.today.isoformat()
            history.append(GivenDose(product, given, DoseSource.OWN))
        at_hand = view.station.vaccines
        judged = judge_vaccination(history, view.facts.situation, ruleset(), at_hand)
        body = VaccinationStatus(
            state=ExamState.DONE,
            pupil_id=view.on_visit.pupil_id,
            on=view.saved.status.body.on if view.saved.status else view.today,
            advice={one.vaccine: one.state.value for one in judged.advice},
            judgements=tuple(one.line() for one in judged.advice),
        )
        record_id = view.on_visit.exam_id("vaccination_status")
        return Part(body, view.on_visit.where, record_id, base_in(self.work, record_id, self.base))

    def _is_again(self, body: Body) -> bool:
        """The one with the needle asked once more who this is: that check is kept too."""
        gives = bool(self.entry.given)
        return isinstance(body, IdentityCheck) and gives and self.view.was_registered_elsewhere

    def _check(
        self, body: Body, before: Standing[IdentityCheck] | Standing[Prescreen] | None
    ) -> Part:
        if before is None:
            return Part(body, self.view.on_visit.where)
        base = base_in(self.work, before.record_id, self.base)
        return Part(body, self.view.on_visit.where, before.record_id, base or before.base)

    def _observation(self) -> Observation:
        """The minutes from this needle on, beside those of an earlier one."""
        return Observation(
            pupil_id=self.view.on_visit.pupil_id,
            visit_id=self.view.on_visit.visit_id,
            started_at=self.now,
            until=self.now + timedelta(minutes=self.view.station.observation_minutes),
        )

    def _as_if_given(self, row: DoseRow, product: str) -> tuple[GivenToday, ...]:
        own = {row.saved.record_id} if row.saved else set()
        history = self.view.facts.history(without=own)
        return as_if_given(product, history, self.view.facts.situation, ruleset())

    def _consent_of(self, vaccine: str) -> RecordId | None:
        """The record of the consent event that stands for a vaccine."""
        plan = next(one for one in self.view.plan.vaccines if one.vaccine == vaccine)
        if plan.consent.state not in {ConsentState.CLB, ConsentState.MINOR_ALONE}:
            return None
        for one in self.view.facts.consents:
            if one.body is plan.consent.standing:
                return one.record_id
        return None

    def _is_right(self, typed: str) -> bool:
        return typed == f"{self.view.on_visit.pupil.birth_date:%d%m}"


@dataclass(frozen=True, slots=True)
class ConsentEntry:
    """The form of parents, typed over at the school."""

    choice: ConsentChoice
    vaccines: tuple[str, ...]
    giver: ConsentGiver
    giver_name: str
    relation: str
    channel: ConsentChannel
    signed_on: date | None
    received_on: date
    health_answers: dict[str, bool]
    reason: str = ""
    reach: ConsentReach = ConsentReach.SERIES


def record_consent(desk: Desk, on_visit: PupilOnVisit, entry: ConsentEntry) -> Outcome[Saved]:
    """Add a consent event; nothing is overwritten."""
    return record(desk, [Part(consent_of(on_visit.pupil_id, entry), on_visit.where)])


def consent_of(pupil_id: PupilId, entry: ConsentEntry) -> Consent:
    """The event that a form is. A yes holds until the end of the school year.

    Who takes an answer back denies nothing about health: what was told before stays told.
    """
    year = entry.received_on.year + (entry.received_on.month >= 9)
    is_back = entry.choice is ConsentChoice.WITHDRAWAL
    return Consent(
        pupil_id=pupil_id,
        vaccines=entry.vaccines,
        choice=entry.choice,
        giver=entry.giver,
        giver_name=entry.giver_name,
        relation=entry.relation,
        channel=entry.channel,
        signed_on=entry.signed_on,
        received_on=entry.received_on,
        valid_until=date(year, 8, 31) if entry.choice is ConsentChoice.CLB else None,
        health_answers={
            key: yes for key, yes in entry.health_answers.items() if yes or not is_back
        },
        reason=entry.reason,
        withdrawn_on=(entry.signed_on or entry.received_on) if is_back else None,
        reach=entry.reach,
    )


def observed_until(saved: Saved) -> datetime | None:
    """Until when the pupil of a saving stays; None when no dose was given."""
    for revision in saved.revisions:
        if revision.kind == "observation":
            return decode(revision.body, Observation).until
    return None

"""Vaccinnet at the centre: write a batch, take the answers in, list what stands, take history in.

Nothing here speaks to the register: the centre's own eHealth connector hands the files over. The
dose's UUID is the key of every request, so that a file that is offered twice does nothing twice.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import Connection

from clbdesk.centre.centre import Centre, particulars
from clbdesk.centre.deliveries import (
    Standing,
    add_steps,
    last_steps,
    number_setting,
    put_setting,
    settings,
    standings,
)
from clbdesk.centre.exports import Exported, list_export, write_file
from clbdesk.centre.ledger import bump
from clbdesk.clock import local_day
from clbdesk.domain.delivery import DeliveryState, DeliveryStep, Request, Step, done_by_hand
from clbdesk.domain.revision import Compartment
from clbdesk.errors import Refused
from clbdesk.exchange.vaccinnet.answers import Answer, AnswerProblem, read_answers
from clbdesk.exchange.vaccinnet.batch import BatchLine, write_batch
from clbdesk.exchange.vaccinnet.message import Sender
from clbdesk.exchange.vaccinnet.settings import Setting, VaccinnetSettings, checked, is_nihdi
from clbdesk.ids import RecordId, StaffId

_KIND = "vaccinnet"


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch that was written. `requests`: what is asked → how many doses."""

    batch_id: str
    file: str
    requests: dict[str, int]


def write_vaccinnet_batch(centre: Centre, path: Path) -> Batch | None:
    """Write every dose that is ready to a new file and mark it as delivered; None when none is.

    The file is on disk before the doses are marked: a crash in between sends them again under the
    same keys. Refused `vaccinnet.not_set` while the centre does not know its own numbers.
    """
    with centre.store.writing() as tx:
        lock(tx, centre)
        known = VaccinnetSettings(settings(tx, centre))
        if known.missing:
            raise Refused("vaccinnet.not_set", names=", ".join(known.missing))
        ready = [
            one
            for one in standings(tx, centre).values()
            if one.delivery.state is DeliveryState.READY
        ]
        if not ready:
            return None
        ready.sort(key=lambda one: (one.known.dose.on, one.known.record_id))
        batch_id, now = centre.ids.new(), centre.clock.now()
        sender = Sender(particulars(tx, centre.centre_id).name, known)
        content = write_batch((_line(one) for one in ready), sender, batch_id, now)
        write_file(path, content)
        add_steps(tx, centre, [(one.known.record_id, _sent(one), "") for one in ready], batch_id)
        done = Exported(
            batch_id,
            _KIND,
            len(ready),
            content,
            {one.pupil_id for one in ready},
            Compartment.MEDICAL,
            action="deliver",
        )
        list_export(tx, centre, done)
    requests: dict[str, int] = defaultdict(int)
    for one in ready:
        requests[_request(one).value] += 1
    return Batch(batch_id, path.name, dict(requests))


def lock(tx: Connection, centre: Centre) -> None:
    """Lock first, then look: two that work on deliveries at once do it one after the other."""
    bump(tx, centre.centre_id, 0)


def _request(one: Standing) -> Request:
    assert one.delivery.request is not None  # what is ready says what is asked
    return one.delivery.request


def _line(one: Standing) -> BatchLine:
    return BatchLine(one.known, _request(one), one.delivery.register_id)


def _sent(one: Standing) -> DeliveryStep:
    return DeliveryStep(Step.SENT, _request(one), one.wanted.content)


@dataclass(slots=True)
class TakenIn:
    """What an answer file did. `known`: answers that had been taken in before."""

    accepted: int = 0
    failed: int = 0
    known: int = 0
    problems: list[AnswerProblem] = field(default_factory=list)


def take_answers_in(centre: Centre, path: Path) -> TakenIn:
    """Take the answers of a file in; the same file again changes nothing.

    An answer counts only for a dose that waits for one, and for the batch that went last.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Refused("centre.unreadable_file", field="file") from error
    done = TakenIn()
    with centre.store.writing() as tx:
        lock(tx, centre)
        known = standings(tx, centre)
        last = last_steps(tx, centre)
        told: dict[RecordId, Answer] = {}
        for answer in read_answers(content, VaccinnetSettings(settings(tx, centre))):
            if isinstance(answer, AnswerProblem):
                done.problems.append(answer)
            elif answer.record_id not in known:
                done.problems.append(AnswerProblem(answer.line, "unknown_dose"))
            elif answer.step.step not in known[answer.record_id].delivery.allowed:
                _note_unasked(known[answer.record_id], answer, done)
            elif answer.batch and answer.batch != last[answer.record_id].export_id:
                done.problems.append(AnswerProblem(answer.line, "other_batch"))
            elif answer.record_id in told:
                done.problems.append(AnswerProblem(answer.line, "twice"))
            else:
                told[answer.record_id] = answer
        add_steps(tx, centre, [(one, each.step, each.message) for one, each in told.items()])
    for answer in told.values():
        if answer.step.step is Step.ACCEPTED:
            done.accepted += 1
        else:
            done.failed += 1
    return done


def _note_unasked(standing: Standing, answer: Answer, done: TakenIn) -> None:
    """An answer that nothing waits for: known when it says what stands, else a problem."""
    says = DeliveryState.ACCEPTED if answer.step.step is Step.ACCEPTED else DeliveryState.FAILED
    if standing.delivery.state is says:
        done.known += 1
    else:
        done.problems.append(AnswerProblem(answer.line, "not_awaited"))


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """A dose in the list, without names. `days`: since it was given; `late`: past the limit set."""

    dose: RecordId
    on: str
    vaccine: str
    state: str
    request: str | None
    why: tuple[str, ...]
    code: str
    message: str
    batch: str | None
    days: int | None
    late: bool | None


@dataclass(frozen=True, slots=True)
class Overview:
    """How many doses are in each state, the lines asked for, and what must still be set."""

    states: dict[str, int]
    missing_settings: tuple[str, ...]
    lines: tuple[DeliveryLine, ...]


def overview(centre: Centre, states: frozenset[DeliveryState]) -> Overview:
    """The counts of all states, and the doses in these, oldest first."""
    with centre.store.reading() as tx:
        known = standings(tx, centre)
        rows = VaccinnetSettings(settings(tx, centre))
        last = last_steps(tx, centre)
    today = local_day(centre.clock.now())
    counts = {state.value: 0 for state in DeliveryState}
    for one in known.values():
        counts[one.delivery.state.value] += 1
    lines = []
    for record_id, one in known.items():
        if one.delivery.state not in states:
            continue
        days = _days_since(one.known.dose.on, today)
        step = last.get(record_id)
        lines.append(
            DeliveryLine(
                dose=record_id,
                on=one.known.dose.on,
                vaccine=one.known.dose.vaccine,
                state=one.delivery.state.value,
                request=one.delivery.request.value if one.delivery.request else None,
                why=tuple(each.value for each in one.delivery.obstacles),
                code=one.delivery.code,
                message=step.message if step else "",
                batch=step.export_id if step else None,
                days=days,
                late=_is_late(one, days, rows.max_delay_days),
            )
        )
    lines.sort(key=lambda line: (line.on, line.dose))
    return Overview(counts, rows.missing, tuple(lines))


def _days_since(on: str, today: date) -> int | None:
    try:
        return (today - date.fromisoformat(on)).days
    except ValueError:
        return None


def _is_late(one: Standing, days: int | None, limit: int | None) -> bool | None:
    """None while nobody set how many days there are."""
    if limit is None or days is None:
        return None
    settled = {DeliveryState.ACCEPTED, DeliveryState.BY_HAND}
    nothing = one.delivery.state is DeliveryState.NOT_TO_DELIVER and one.wanted.is_nothing
    return days > limit and one.delivery.state not in settled and not nothing


def note(centre: Centre, record_id: RecordId, step: Step, reason: str) -> DeliveryState:
    """What a person decides about one dose: AGAIN, BY_HAND or REAL; the state that follows.

    Refused when there is no such dose, or the step does not fit its state.
    """
    with centre.store.writing() as tx:
        lock(tx, centre)
        standing = standings(tx, centre).get(record_id)
        if standing is None:
            raise Refused("vaccinnet.no_such_dose", field="dose")
        if step not in standing.delivery.allowed:
            raise Refused("vaccinnet.not_now", field="dose", state=standing.delivery.state.value)
        is_by_hand = step is Step.BY_HAND
        done = done_by_hand(standing.wanted) if is_by_hand else DeliveryStep(step)
        add_steps(tx, centre, [(record_id, done, reason)])
        return standings(tx, centre)[record_id].delivery.state


def setting_rows(centre: Centre) -> tuple[Setting, ...]:
    """Every row of the table with the values of this centre."""
    with centre.store.reading() as tx:
        return VaccinnetSettings(settings(tx, centre)).rows


def set_value(centre: Centre, name: str, value: str) -> None:
    """Set a row of the table for this centre. Refused when it is not settable or not right."""
    text = checked(name, value)
    with centre.store.writing() as tx:
        put_setting(tx, centre, name, text)


def set_number(centre: Centre, staff_id: StaffId, nihdi: str) -> None:
    """The RIZIV number of somebody of the staff. Refused when it cannot be one."""
    if not is_nihdi(nihdi):
        raise Refused("vaccinnet.wrong_value", field="nihdi", name="nihdi")
    with centre.store.writing() as tx:
        put_setting(tx, centre, number_setting(staff_id), nihdi)


def register_numbers(tx: Connection, centre: Centre) -> dict[str, RecordId]:
    """Every number under which the register may give one of our own doses back."""
    found: dict[str, RecordId] = {}
    for record_id, one in standings(tx, centre).items():
        found[record_id] = record_id
        if one.delivery.register_id:
            found[one.delivery.register_id] = record_id
    return found

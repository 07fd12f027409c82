"""Rules are the doctor's: every rule as it stands, signing one, and taking a signature back.

A signature is a revision like any other and comes to every medical vault. What is signed judges
from the day it is valid; judgements that were made before keep the rule that made them. While two
signatures differ, neither is in force.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from clbdesk.clock import local_day
from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import Acuity, EyeResult
from clbdesk.domain.judgement import RuleStatus
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.revision import Role
from clbdesk.domain.rules import RuleSignoff
from clbdesk.domain.visits import ContactMoment
from clbdesk.errors import Refused
from clbdesk.ids import RecordId, RevId
from clbdesk.services.desk import Desk
from clbdesk.services.outcome import Outcome
from clbdesk.services.reading import Standing, all_standing, open_base, staff_names, standing
from clbdesk.services.records import Part, Saved, Where, changes_of, record, undo_in, withdraw
from clbdesk.standards.moments import acuity_test
from clbdesk.standards.phrases import number
from clbdesk.standards.signing import (
    can_be_signed,
    is_text,
    units_to_fill,
    value_to_sign,
    why_not_in_force,
    why_reason,
)
from clbdesk.standards.tables import Rule, Signature, all_rules, put_in_force, standards, unsigned
from clbdesk.standards.vision import judge_vision
from clbdesk.storage.vault import Reader
from clbdesk.wording import say

KIND = "rule_signoff"


class RuleState(StrEnum):
    """How a rule stands: no value, default not signed, or in force."""

    EMPTY = "empty"
    TO_CONFIRM = "to_confirm"
    ACTIVE = "active"


# The moment on which a limit of acuity is tried, and the eyes: a healthy pair, and one that is not.
_TRIED = {
    "VIS-1": ContactMoment.KK1,
    "VIS-2": ContactMoment.LO1,
    "VIS-3": ContactMoment.LO4,
}
_EYES = (("0.0", "0.1"), ("0.3", "0.1"))
_STATES = {
    RuleStatus.EMPTY: RuleState.EMPTY,
    RuleStatus.SIGN: RuleState.TO_CONFIRM,
    RuleStatus.ON: RuleState.ACTIVE,
}


@dataclass(frozen=True, slots=True)
class RuleView:
    """One rule. `row` as it comes with the program; `rule` as it judges now.

    `signature`: the one that stands, also when it does not hold yet or no longer; `why_not` then
    says so in Dutch. `units`: of the values that may be typed. `base`: what signing replaces.
    """

    row: Rule
    rule: Rule
    state: RuleState
    signature: RuleSignoff | None
    signed_by: str
    signed_on: date | None
    why_not: str
    is_conflict: bool
    can_be_signed: bool
    units: tuple[str, ...]
    base: tuple[RevId, ...]
    record_id: RecordId


@dataclass(frozen=True, slots=True)
class SignEntry:
    """What a doctor fills in; `values` as typed, none for a rule without values to type."""

    values: tuple[str, ...]
    source: str
    page: str
    valid_from: date
    reason: str = ""


def apply_signatures(desk: Desk) -> None:
    """Judge from now on with what the doctors of this vault signed."""
    today = local_day(desk.clock.now())
    with desk.vault.read() as reader:
        signed = all_standing(reader.heads(kinds=(KIND,)), RuleSignoff)
        names = staff_names(reader) if signed else {}
    # Every table is read only when somebody signed: unlocking does not wait for them.
    rows = {row.id: row for row in all_rules(unsigned())} if signed else {}
    put_in_force(
        _signature(one, names)
        for one in signed
        if one.body.rule_id in rows and not _why_not(one, rows[one.body.rule_id], today)
    )


def list_rules(desk: Desk) -> tuple[RuleView, ...]:
    """Every rule of every sound table, in the order of the tables."""
    today = local_day(desk.clock.now())
    with desk.vault.read() as reader:
        names = staff_names(reader)
        rows = all_rules(unsigned())
        return tuple(_view(reader, row, names, today) for row in rows)


def sign_rule(desk: Desk, view: RuleView, entry: SignEntry) -> Outcome[Saved]:
    """Sign a rule as it was opened.

    Refused for anybody but a doctor, without source (and page, for a new value), for values that
    cannot be, and without a reason for an own value in the place of a default or an own criterion.
    """
    if desk.user.role is not Role.DOCTOR:
        raise Refused("rules.only_doctor")
    if view.is_conflict:
        raise Refused("rules.two_versions")
    if not view.can_be_signed:
        key = "already_on" if view.row.status is RuleStatus.ON else "not_fillable"
        raise Refused(f"rules.{key}", rule=view.row.id)
    value = value_to_sign(view.row, entry.values)
    source, page = entry.source.strip(), entry.page.strip()
    # A default that is confirmed names its source already; a new limit says where it was read.
    if not source or not (page or value is None or is_text(view.row.unit)):
        raise Refused("rules.no_source", field="page" if source else "source")
    if not entry.reason.strip() and (key := why_reason(view.row, value)):
        raise Refused(key, field="reason")
    body = RuleSignoff(
        rule_id=view.row.id,
        value=value,
        edition=view.row.edition,
        source=source,
        page=page,
        valid_from=entry.valid_from,
        reason=entry.reason.strip(),
    )
    part = Part(body, Where(), view.record_id, view.base)
    done = record(desk, [part], reason=body.reason or None)
    apply_signatures(desk)
    return done


def waits(view: RuleView) -> bool:
    """Whether a rule is a default that a doctor may confirm as it stands."""
    return view.state is RuleState.TO_CONFIRM and view.can_be_signed and not view.is_conflict


def sign_group(
    desk: Desk, views: Sequence[RuleView], *, reason: str, valid_from: date
) -> Outcome[Saved]:
    """Confirm these defaults as they stand, in one commit, each as a record of its own.

    Refused for anybody but a doctor, without a reason, and as a whole when one of them is no
    default that waits.
    """
    if desk.user.role is not Role.DOCTOR:
        raise Refused("rules.only_doctor")
    if not reason.strip():
        raise Refused("rules.no_reason_for_group", field="reason")
    for view in views:
        if not waits(view):
            raise Refused("rules.not_waiting", rule=view.row.id)
    parts = [
        Part(
            RuleSignoff(
                rule_id=view.row.id,
                value=None,
                edition=view.row.edition,
                source=view.row.source,
                page="",
                valid_from=valid_from,
                reason=reason.strip(),
            ),
            Where(),
            view.record_id,
            view.base,
        )
        for view in views
    ]
    done = record(desk, parts, reason=reason.strip())
    apply_signatures(desk)
    return done


def undo_signing(desk: Desk, saved: Saved) -> Outcome[Saved]:
    """Take back what was signed in one go; what stood before stands again."""
    with desk.vault.write() as work:
        undone = undo_in(desk, work, saved)
    apply_signatures(desk)
    return Outcome(undone, changes_of(undone.revisions))


def withdraw_signature(desk: Desk, view: RuleView, reason: str) -> Outcome[Saved]:
    """Back to a default that is to be confirmed, or to an empty rule."""
    if desk.user.role is not Role.DOCTOR:
        raise Refused("rules.only_doctor")
    if view.signature is None:
        raise Refused("rules.not_signed")
    if not reason.strip():
        raise Refused("rules.reason_missing", field="reason")
    done = withdraw(desk, [view.record_id], reason)
    apply_signatures(desk)
    return done


def trial(view: RuleView, typed: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """How the typed limits of acuity would judge two pairs of eyes: eyes → head of the line.

    None for other rules, and as long as the values cannot be read. Pure and quick.
    """
    moment = _TRIED.get(view.row.id)
    if moment is None:
        return ()
    try:
        value = value_to_sign(view.row, typed)
    except Refused:
        return ()
    tried = replace(view.row, value=value or "", status=RuleStatus.ON)
    found = []
    for right, left in _EYES:
        eyes = [EyeResult(state=ExamState.DONE, logmar=Decimal(eye)) for eye in (right, left)]
        test = Acuity(
            state=ExamState.DONE,
            test=acuity_test(moment),
            right=eyes[0],
            left=eyes[1],
            on=date.min,
        )
        judged = judge_vision(moment, acuity=test, rules=lambda _rule_id: tried)
        shown = f"rechts {number(Decimal(right))}, links {number(Decimal(left))}"
        found.append((shown, judged.lines[-1].head))
    return tuple(found)


def _view(reader: Reader, row: Rule, names: dict[str, str], today: date) -> RuleView:
    rule = standards().rule(row.id)
    record_id = derived_record_id(KIND, row.id)
    head = reader.head(record_id)
    found = standing(head, RuleSignoff)
    return RuleView(
        row=row,
        rule=rule,
        state=RuleState.ACTIVE if rule.criterion else _STATES[rule.status],
        signature=found.body if found else None,
        signed_by=names.get(found.revision.author, "") if found else "",
        signed_on=local_day(found.revision.recorded_at) if found else None,
        why_not="" if found is None else _why_not(found, row, today),
        is_conflict=found is not None and found.is_conflict,
        can_be_signed=can_be_signed(row),
        units=units_to_fill(row),
        base=open_base(head),
        record_id=record_id,
    )


def _why_not(found: Standing[RuleSignoff], row: Rule, today: date) -> str:
    """Why a signature is not in force; empty when it is."""
    if found.is_conflict:
        return say("rules.two_versions")
    return why_not_in_force(found.body, row, today)


def _signature(found: Standing[RuleSignoff], names: dict[str, str]) -> Signature:
    body = found.body
    return Signature(
        rule_id=body.rule_id,
        value=body.value,
        edition=body.edition,
        source=body.source,
        page=body.page,
        signed_by=names.get(found.revision.author, ""),
        signed_on=local_day(found.revision.recorded_at),
    )

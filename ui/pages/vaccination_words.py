"""What P13 says: the line of conditions, the primary button, and the sentence after saving."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clbdesk.domain.revision import Role as Function
from clbdesk.domain.vaccination import NotGivenReason
from clbdesk.services.vaccination import author_of
from clbdesk.services.vaccination_entry import order_of
from clbdesk.services.vaccination_saving import observed_until
from clbdesk.services.vaccination_undo import undoable
from clbdesk.standards.vaccination.conditions import Condition, ConditionName, may_be_given
from clbdesk.standards.vaccination.ruleset import vaccine_types
from clbdesk.wording import label, say
from ui import format as show
from ui.pages.step import SavedState, saved_as
from ui.theme import Role
from ui.widgets.rule_line import RuleLine

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clbdesk.services.records import Saved
    from clbdesk.services.vaccination import VaccinationView
    from clbdesk.services.vaccination_entry import RowEntry, VaccinationEntry

LEAVE_TO_DOCTOR = "Zet bij Wacht op arts"
TO_SESSION = "Vaccinatiesessie…"
WHY = "Waarom?"
_PENDING = {ConditionName.IDENTITY, ConditionName.QUESTIONS}


def unmet(found: Mapping[str, Sequence[Condition]]) -> list[Condition]:
    """The conditions that stand in the way, in the order of the page."""
    return [condition for each in found.values() for condition in each if not condition.met]


def for_doctor(view: VaccinationView, found: Mapping[str, Sequence[Condition]]) -> set[str]:
    """The vaccines that are left to a doctor: they wait, or something of today is not for a nurse."""
    waiting = {row.vaccine for row in view.rows if row.saved is None and row.plan.waits_for_doctor}
    return waiting | {
        vaccine
        for vaccine, each in found.items()
        if any(one.for_doctor and not one.met for one in each)
    }


def standing_order(view: VaccinationView) -> str:
    """The order of a doctor under which something is still to be given; an empty text without one."""
    found = {
        one.record_id: one.body
        for row in view.rows
        if row.saved is None and (one := view.facts.order_for(row.vaccine)) is not None
    }
    return " · ".join(
        say(
            "vaccination.order_stands",
            who=view.station.name(body.doctor_id),
            vaccines=_listed([_name(one) for one in body.vaccines if body.is_for(one)]),
            reason=body.reason,
        )
        for body in found.values()
    )


def saved_state(view: VaccinationView) -> SavedState:
    """Recorded by whom and when; until the pupil leaves it can be taken back."""
    saved, last = view.saved, undoable(view)
    state = saved_as(saved.revisions, author_of(view), two_versions=saved.has_conflict)
    words = say("vaccination.undo_here", name=view.name)
    return replace(state, undo=(last, words) if last else None)


def condition_line(
    view: VaccinationView,
    entry: VaccinationEntry,
    found: Mapping[str, Sequence[Condition]],
) -> RuleLine:
    """All conditions met, or the first that is not: what blocks before what is still to do."""
    if all(may_be_given(each) for each in found.values()):
        if view.station.is_desk:
            return _line(
                "Klaar om aan te melden", say("vaccination.desk_next"), "check", Role.OK, WHY
            )
        return _all_met(view, entry)
    left = unmet(found)
    hard = [one for one in left if one.name not in _PENDING or one.for_doctor]
    first = (hard or left)[0]
    if first.for_doctor:
        link = WHY if view.user_role is Function.DOCTOR else LEAVE_TO_DOCTOR
        return _line("Arts beslist", first.text, "stethoscope", Role.ATTENTION, link)
    if hard:
        no_session = view.station.session is None or first.name is ConditionName.EMERGENCY_KIT
        link = TO_SESSION if no_session else WHY
        return _line("Prikken kan niet", first.text, "x", Role.ERROR, link)
    return _line("Nog te doen", first.text, "circle", Role.SECONDARY, WHY)


def _all_met(view: VaccinationView, entry: VaccinationEntry) -> RuleLine:
    standing = [one.consent.standing for one in view.plan.vaccines if one.is_open]
    until = min((one.valid_until for one in standing if one and one.valid_until), default=None)
    parts: list[str] = []
    if view.role is not Function.DOCTOR:
        titles = {one.record_id: one.body.title for one in view.station.orders}
        under = [order_of(view, vaccine) for vaccine in sorted(entry.planned)]
        parts += dict.fromkeys(titles[one] for one in under if one in titles)
    if until is not None:
        parts.append(say("vaccination.consent_until", day=show.day(until)))
    return _line("Alle voorwaarden voldaan", " · ".join(parts), "check", Role.OK, WHY)


def _line(head: str, sentence: str, icon: str, role: Role, link: str) -> RuleLine:
    return RuleLine(head, sentence, "", icon, role, link=link)


def primary_words(rows: Sequence[RowEntry], following: str, *, at_desk: bool = False) -> str:
    """Exactly what will be written, and where it leads; no rows: only the status."""
    where = "volgende" if following == "volgende leerling" else following
    if not rows:
        return f"Status nagekeken, en {where}"
    given = [_name(row.vaccine) for row in rows if row.give]
    if given and at_desk:
        return f"Aangemeld, en {where}"
    if given:
        return f"Toegediend: {' + '.join(given)}, en {where}"
    off = [_name(row.vaccine) for row in rows if row.reason is not None]
    if off:
        return f"Niet toegediend: {' + '.join(off)}, en {where}"
    return f"Opslaan en {where}"


def saved_sentence(
    entry: VaccinationEntry, saved: Saved | None, name: str, *, at_desk: bool = False
) -> str:
    """Which vaccines, and until when the pupil stays."""
    given = _listed([_name(row.vaccine) for row in entry.given])
    if given and at_desk:
        return say("vaccination.registered", name=name)
    if given:
        until = observed_until(saved) if saved else None
        if until is None:
            return say("vaccination.given_corrected", vaccines=given, name=name)
        hour = show.hour(until)
        return say("vaccination.given_saved", vaccines=given, name=name, hour=hour)
    off = [row for row in entry.rows if row.reason is not None]
    if not off or off[0].reason is None:
        return say("vaccination.status_saved", name=name)
    if off[0].reason is NotGivenReason.PUPIL_REFUSES:
        return say("vaccination.refusal_saved", name=name)
    names = _listed([_name(row.vaccine) for row in off])
    reason = label(off[0].reason)
    return say("vaccination.not_given_saved", vaccines=names, name=name, reason=reason)


def wrong_day(view: VaccinationView, typed: str, *, again: bool) -> str:
    """A day of somebody else; the second time of whom among those who are expected."""
    day = f"{int(typed[:2])} {show.LONG_MONTHS[int(typed[2:]) - 1]}"
    text = say("vaccination.identity_wrong", day=day, name=view.name)
    if not again:
        return text
    names = view.same_day.get(typed, ())
    if not names:
        return f"{text} {say('vaccination.nobody_that_day')}"
    return f"{text} {say('vaccination.same_day', names=', '.join(names))}"


def right_day(view: VaccinationView) -> str:
    """`11 mei klopt`."""
    birth = view.on_visit.pupil.birth_date
    return f"{birth.day} {show.LONG_MONTHS[birth.month - 1]} klopt"


def _name(vaccine: str) -> str:
    return vaccine_types()[vaccine].label


def _listed(words: list[str]) -> str:
    """`MBR en DTPa-IPV`."""
    return " en ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)

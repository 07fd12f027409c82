"""How a promise is said in a list: what has to be done, never a value of the dossier."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from clbdesk.domain.care import Agreement, ConsultativeNote
from clbdesk.domain.contact import Conclusion
from clbdesk.domain.development import CareQuestion, PassOn
from clbdesk.domain.follow_up import Referral, ReferralState, ReferralTo, Task, TaskKind
from clbdesk.domain.guidance_request import GuidanceRequest
from clbdesk.domain.names import normalise
from clbdesk.domain.objection import Objection
from clbdesk.domain.shielding import Shielding
from clbdesk.domain.visits import Attendance, ContactMoment
from clbdesk.services.follow_up_row import Group
from clbdesk.standards.moments import steps_of
from clbdesk.standards.objection import terms_of
from clbdesk.wording import label, say
from ui import format as show
from ui.theme import Role, Weight
from ui.widgets.cells import StateCell, TextCell

if TYPE_CHECKING:
    from clbdesk.services.follow_up_row import FollowUpRow

GROUPS = {
    Group.TO_SIGN: "Te tekenen",
    Group.REFERRAL: "Verwijzing",
    Group.RETEST: "Hertest",
    Group.CATCH_UP: "Inhaal",
    Group.VACCINATION: "Vaccin",
    Group.OBJECTION: "Verzet",
    Group.OTHER: "Andere",
    Group.AGREEMENT: "Afspraken",
    Group.EVALUATION: "Evaluatie",
    Group.REQUEST: "Aanvraag",
    Group.SHIELDING: "Afscherming",
}
# The step on which a task is done, by its kind, else by the domain of its conclusion.
_STEPS = {
    TaskKind.OTOSCOPY: "hearing",
    TaskKind.SPIN_RETEST: "hearing",
    TaskKind.CATCH_UP_VACCINATION: "vaccination",
}
_STEP_OF_DOMAIN = {
    "growth": "growth",
    "weight": "growth",
    "vision": "vision",
    "hearing": "hearing",
    "vaccination": "vaccination",
}


def what(row: FollowUpRow) -> str:
    """What has to be done: "verwijzing – oogarts", "otoscopie"."""
    body = row.body
    if isinstance(body, Referral):
        named = body.to_name if body.to is ReferralTo.OTHER else label(body.to)
        return say("follow_up.referral", to=named)
    if isinstance(body, Task):
        if body.task is TaskKind.OTHER and body.text:
            return body.text
        return label(body.task)
    if isinstance(body, Agreement):
        return body.what
    if isinstance(body, Conclusion):
        return _of_conclusion(row, body)
    if isinstance(body, ConsultativeNote):
        return say("follow_up.evaluate", who=body.pseudonym)
    if isinstance(body, CareQuestion):
        goes_on = body.pass_on is PassOn.YES
        return say("request.to_ask" if goes_on else "follow_up.care_question")
    if isinstance(body, GuidanceRequest):
        return say("request.follow_up")
    if isinstance(body, Shielding):
        return say("follow_up.shielding")
    if isinstance(body, Objection):
        words = say("follow_up.report" if body.examined_on else "follow_up.other_doctor")
        signed = row.due is None or terms_of(body).is_signed
        return words if signed else say("follow_up.unsigned_term", what=words)
    return say("follow_up.absent" if isinstance(body, Attendance) else "follow_up.unconcluded")


def _of_conclusion(row: FollowUpRow, body: Conclusion) -> str:
    if row.group is Group.TO_SIGN:
        return say("follow_up.to_sign")
    parts = ", ".join(_step_words().get(one, one) for one in body.open_parts)
    return say("follow_up.catch_up", parts=parts)


@cache
def _step_words() -> dict[str, str]:
    """The labels of all steps of all moments, in small letters."""
    return {step.name: step.label.lower() for moment in ContactMoment for step in steps_of(moment)}


def step_for(row: FollowUpRow) -> str | None:
    """The step of the pupil on which it is done; None = the first open one."""
    body = row.body
    if isinstance(body, Task):
        return _STEPS.get(body.task) or _STEP_OF_DOMAIN.get(body.domain)
    if isinstance(body, CareQuestion):
        return "signals"
    return "decision" if row.group is Group.TO_SIGN else None


def due_cell(row: FollowUpRow) -> StateCell | TextCell:
    """The term; overdue with a sign and in words of weight."""
    if row.due is None:
        return TextCell("–", role=Role.SECONDARY)
    day = show.short_weekday(row.due)
    if row.is_overdue:
        return StateCell("alert-triangle", day, Role.ATTENTION, Weight.SEMIBOLD)
    return TextCell(day)


def state_cell(row: FollowUpRow) -> StateCell:
    """How it stands, in the words of the whole window."""
    body = row.body
    if row.is_conflict:
        return StateCell("arrows-split", "Twee versies", Role.ATTENTION, Weight.SEMIBOLD)
    if isinstance(body, Referral):
        return _of_referral(body)
    if isinstance(body, Task):
        if body.planned_on is not None:
            word = say("follow_up.planned_on", day=show.short_weekday(body.planned_on))
            return StateCell("calendar", word, Role.ACCENT, word_role=Role.TEXT)
        return _OPEN
    if isinstance(body, Agreement):
        icon = "player-play" if body.status.value == "busy" else "circle"
        return StateCell(icon, label(body.status), Role.ACCENT, word_role=Role.TEXT)
    if row.group is Group.TO_SIGN:
        return StateCell("stethoscope", "Wacht op arts", Role.ATTENTION, word_role=Role.TEXT)
    if isinstance(body, Objection):
        return StateCell("hand-stop", "Verzet", Role.ATTENTION, word_role=Role.TEXT)
    if isinstance(body, CareQuestion | ConsultativeNote | GuidanceRequest | Shielding):
        return _OPEN
    if isinstance(body, Attendance):
        return StateCell("user-off", "Afwezig", Role.SECONDARY, word_role=Role.TEXT)
    return StateCell("circle-half", "Onvolledig", Role.ATTENTION, word_role=Role.TEXT)


def _of_referral(body: Referral) -> StateCell:
    if body.state is ReferralState.ANSWERED:
        words = say("follow_up.answer_of", who=label(body.answers[-1].by))
        return StateCell("circle-half", words, Role.ATTENTION, word_role=Role.TEXT)
    if body.reminders:
        words = say("follow_up.reminded_on", day=show.short_weekday(body.reminders[-1].on))
        return StateCell("rotate", words, Role.ATTENTION, word_role=Role.TEXT)
    return StateCell("circle", "Geen antwoord", Role.ACCENT, word_role=Role.TEXT)


_OPEN = StateCell("circle", "Open", Role.ACCENT, word_role=Role.TEXT)


def searched(row: FollowUpRow) -> str:
    """Everything of a row that letters may find, as it is compared."""
    about = row.about
    name = f"{about.family_name} {about.given_name} {about.class_name}" if about else ""
    return normalise(f"{name} {row.school} {what(row)} {row.owner}")


def name_of(row: FollowUpRow) -> str:
    """Lotte Peeters, or the school."""
    if row.about is None:
        return row.school
    return show.full_name(row.about.family_name, row.about.given_name)


def named(row: FollowUpRow) -> str:
    """What a strip is about: "verwijzing – oogarts · Lotte Peeters"."""
    return f"{what(row)} · {name_of(row)}"


def begun(words: str) -> str:
    """With a capital, to begin a sentence."""
    return words[:1].upper() + words[1:]

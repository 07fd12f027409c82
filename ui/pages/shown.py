"""How domain states look: the one place where words, icons and colour roles come together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clbdesk.domain.age import age_months
from clbdesk.domain.body import ExamState
from clbdesk.domain.judgement import Judgement, RuleStatus, Verdict
from clbdesk.services.objection import closes
from clbdesk.services.progress import PupilState, StepState
from clbdesk.standards.not_done import not_done_reasons
from clbdesk.wording import label, say
from ui import format as show
from ui.bus import Message, Severity
from ui.theme import Role
from ui.widgets.banner import Alert, BannerView
from ui.widgets.not_done_strip import NotDone, Reason
from ui.widgets.rule_line import RuleLine
from ui.widgets.step_bar import Step

if TYPE_CHECKING:
    from datetime import date

    from clbdesk.services.progress import StepProgress
    from clbdesk.services.pupil import Allergy, PupilOnVisit, PupilView


@dataclass(frozen=True, slots=True)
class Look:
    """A state as it is shown everywhere: word, icon, colour role; never colour alone."""

    word: str
    icon: str
    role: Role


PUPIL_STATES: dict[PupilState, Look] = {
    PupilState.EXPECTED: Look("Verwacht", "user", Role.SECONDARY),
    PupilState.PRESENT: Look("Aanwezig", "user-check", Role.ACCENT),
    PupilState.ABSENT: Look("Afwezig", "user-off", Role.SECONDARY),
    PupilState.BUSY: Look("Bezig", "player-play", Role.ACCENT),
    PupilState.PARTIAL: Look("Deels", "circle-half", Role.ATTENTION),
    PupilState.DONE: Look("Klaar", "check", Role.OK),
    PupilState.LATER: Look("Achteraan", "rotate", Role.ATTENTION),
    PupilState.DRAFT: Look("Concept", "pencil", Role.ACCENT),
    PupilState.WAITS_FOR_DOCTOR: Look("Wacht op arts", "stethoscope", Role.ATTENTION),
    PupilState.OBJECTION: Look("Verzet", "hand-stop", Role.ATTENTION),
    PupilState.TWO_VERSIONS: Look("Twee versies", "arrows-split", Role.ATTENTION),
}

STEP_STATES: dict[StepState, Look] = {
    StepState.OPEN: Look("open", "", Role.SECONDARY),
    StepState.DRAFT: Look("concept", "pencil", Role.ACCENT),
    StepState.PARTIAL: Look("deels", "circle-half", Role.ATTENTION),
    StepState.DONE: Look("klaar", "check", Role.OK),
    StepState.NOT_DONE: Look("niet afgenomen", "minus", Role.SECONDARY),
    StepState.RETEST: Look("hertest", "rotate", Role.ATTENTION),
    StepState.TWO_VERSIONS: Look("twee versies", "arrows-split", Role.ATTENTION),
    StepState.NEWER: Look("nieuwere versie", "lock", Role.SECONDARY),
}

VERDICTS: dict[Verdict, tuple[str, Role]] = {
    Verdict.OK: ("check", Role.OK),
    Verdict.INFO: ("info-circle", Role.SECONDARY),
    Verdict.BORDERLINE: ("equal", Role.SECONDARY),
    Verdict.CHECK: ("eye-check", Role.ATTENTION),
    Verdict.RETEST: ("rotate", Role.ATTENTION),
    Verdict.REFER: ("arrow-right-circle", Role.ATTENTION),
    Verdict.DOCTOR: ("stethoscope", Role.ATTENTION),
    Verdict.RISK: ("alert-triangle", Role.ATTENTION),
    Verdict.KNOWN: ("bookmark", Role.SECONDARY),
    Verdict.NOT_DONE: ("minus", Role.SECONDARY),
    Verdict.NO_CRITERION: ("help", Role.SECONDARY),
}


def step(progress: StepProgress) -> Step:
    """A step as the bar draws it."""
    look = STEP_STATES[progress.state]
    return Step(progress.step.number, progress.step.label, look.icon, look.role, look.word)


def rule_line(judgement: Judgement) -> RuleLine:
    """A judgement as a rule line."""
    icon, role = VERDICTS[judgement.verdict]
    return RuleLine(
        head=judgement.head,
        sentence=judgement.text,
        source=f"{judgement.rule_id} · {judgement.source}",
        icon=icon,
        role=role,
        to_confirm=judgement.status is RuleStatus.SIGN,
        is_empty=judgement.verdict is Verdict.NO_CRITERION,
        is_grave=judgement.verdict in {Verdict.REFER, Verdict.RISK},
    )


def banner(view: PupilView, today: date) -> BannerView:
    """Who this page is about."""
    pupil = view.on_visit.pupil
    return BannerView(
        family_name=pupil.family_name,
        given_name=pupil.given_name,
        born=pupil.birth_date,
        age_months=age_months(pupil.birth_date, today),
        sex=label(pupil.sex),
        number=pupil.pupil_number,
        class_name=view.on_visit.class_name,
        call_name=pupil.call_name if pupil.call_name != pupil.given_name else "",
        alerts=alerts(view),
    )


def alerts(view: PupilView) -> tuple[Alert, ...]:
    """The statements at the right of the banner."""
    found = [allergy_alert(view.allergy)]
    if closes(view.objection):
        sentence = "Verzet aangetekend – niet onderzoeken."
        found.append(Alert("hand-stop", sentence, Role.ATTENTION))
    if view.conflicts:
        found.append(Alert("arrows-split", "Twee versies", Role.ATTENTION))
    if view.has_namesake:
        found.append(Alert("users", "Naamgenoot in de klas", Role.ATTENTION))
    return tuple(found)


def allergy_alert(allergy: Allergy | None) -> Alert:
    """Three different statements: none known, not asked, or which."""
    if allergy is None or allergy.answer in {"not_asked", "unknown"}:
        return Alert("help", "Allergie niet bevraagd", Role.SECONDARY)
    if allergy.answer == "no":
        return Alert("check", "Geen allergie gekend", Role.SECONDARY)
    return Alert("alert-triangle", f"Allergie: {allergy.text or 'ja'}", Role.ERROR)


_NOT_DONE = {
    ExamState.NOT_PLANNED: ("P", "Hoort niet bij dit moment, of er is geen indicatie."),
    ExamState.POSTPONED: ("U", "Gebeurt nog, nu niet."),
    ExamState.NOT_POSSIBLE: ("M", "Geprobeerd, maar de leerling kan niet."),
    ExamState.REFUSED: ("W", "Leerling of ouder weigert ter plaatse."),
    ExamState.UNRELIABLE: ("O", "Afgenomen, maar het resultaat is niet te vertrouwen."),
}
_ASKS_TEXT = "other"


def not_done_states() -> tuple[NotDone, ...]:
    """The five not-done states with their reasons, for the strip of F8."""
    return tuple(
        NotDone(
            state.value,
            label(state),
            letter,
            use_when,
            tuple(
                Reason(one.code, one.label, one.letter, asks_text=one.code == _ASKS_TEXT)
                for one in not_done_reasons(state)
            ),
        )
        for state, (letter, use_when) in _NOT_DONE.items()
    )


def draft_found(before: Message | None, hour: str) -> str:
    """That a draft stood here, behind what another page just said to have saved."""
    text = say("pupil.draft_found", hour=hour)
    if before is None or before.severity is not Severity.OK or before.act is not None:
        return text
    return f"{before.text} {text}"


def title(on_visit: PupilOnVisit) -> tuple[str, str]:
    """What happens with this pupil today, and quietly the moment or class and the day."""
    moment = on_visit.moment
    quiet = " · ".join(
        (moment.value if moment else on_visit.class_name, show.weekday(on_visit.visit_on))
    )
    return ("Systematisch contact" if moment else "Vaccinatie"), quiet


def now_before(on_visit: PupilOnVisit, before: Message | None) -> Message:
    """Another pupil is on the screen; what was just saved can still be undone."""
    pupil = on_visit.pupil
    name = show.list_name(pupil.family_name, pupil.given_name)
    now = f"Nu: {name} – {show.day(pupil.birth_date)}"
    if before is not None and before.act is not None and before.severity is Severity.OK:
        # Whoever was named by the page before is not on the screen any more.
        done = before.text.partition(" Nu: ")[0]
        return Message(f"{done} {now}", before.severity, before.act)
    return Message(now, seconds=3.0)

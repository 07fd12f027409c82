"""Consents, history and advice as the lines of P13: few words, always with their state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from clbdesk.domain.vaccination import Consent, ConsentReach, Dose
from clbdesk.services.vaccination import VaccinationView
from clbdesk.standards.phrases import day as shown_day
from clbdesk.standards.vaccination.advice import explain
from clbdesk.standards.vaccination.consent import ConsentState, ConsentVerdict, judge_consent
from clbdesk.standards.vaccination.history import When
from clbdesk.standards.vaccination.needs import AdviceState
from clbdesk.standards.vaccination.prescreen import form_questions
from clbdesk.standards.vaccination.products import named
from clbdesk.standards.vaccination.ruleset import vaccine_types
from clbdesk.standards.vaccination.validity import Counts, DoseVerdict
from clbdesk.wording import label, say


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """One answer and the vaccines that it is about, in words."""

    state: ConsentState
    text: str


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """A dose that was given. `on`: as exactly as it is known; `counts` None = for some series only."""

    on: str
    vaccine: str
    number: str
    counts: Counts | None
    why: str


@dataclass(frozen=True, slots=True)
class AdviceLine:
    """What the engine says about one vaccine. `detail`: dose, day; `rule_ids` in order."""

    vaccine: str
    state: AdviceState
    word: str
    detail: str
    rule_ids: tuple[str, ...]
    text: str


def consent_lines(view: VaccinationView) -> tuple[ConsentLine, ...]:
    """The answers for the vaccines of the station, or for all that a form speaks of."""
    silent = {ConsentState.NONE, ConsentState.TELEPHONE_ONLY}
    needed = {AdviceState.DUE, AdviceState.DOCTOR}
    verdicts: dict[str, ConsentVerdict] = {
        one.vaccine: one.consent
        for one in view.plan.vaccines
        if one.consent.state not in silent or (one.advice and one.advice.state in needed)
    }
    situation, events = view.facts.situation, view.facts.consent_events()
    if not verdicts:
        today = view.facts.facts_of(view.on_visit.visit_id)
        history = view.facts.history(without={one.record_id for one in today})
        asked = dict.fromkeys(vaccine for event in events for vaccine in event.vaccines)
        verdicts = {
            vaccine: judge_consent(events, vaccine, situation.birth, situation.on, history)
            for vaccine in asked
        }
    together: list[tuple[ConsentVerdict, list[str]]] = []
    for vaccine, verdict in verdicts.items():
        same = next((names for one, names in together if _is_same(one, verdict)), None)
        if same is None:
            together.append((verdict, [vaccine]))
        else:
            same.append(vaccine)
    return tuple(ConsentLine(one.state, _words(one, names)) for one, names in together)


def _is_same(one: ConsentVerdict, other: ConsentVerdict) -> bool:
    """The texts of a consent name the vaccine; the event behind them does not."""
    if one.state is not other.state:
        return False
    if one.state is not ConsentState.CLB:
        return one.text == other.text and one.told == other.told
    return one.standing is other.standing and one.told == other.told


def _words(verdict: ConsentVerdict, vaccines: list[str]) -> str:
    """The answer, and behind it what any of the forms tells about health, and why."""
    told = dict.fromkeys(text for form in verdict.told for text in _told(form, verdict.standing))
    line = _answer(verdict, vaccines)
    return f"{line} · {say('vaccination.consent_yes', questions=', '.join(told))}" if told else line


def _answer(verdict: ConsentVerdict, vaccines: list[str]) -> str:
    standing = verdict.standing
    if standing is None or verdict.state is not ConsentState.CLB:
        return verdict.text
    names = ", ".join(vaccine_types()[vaccine].label for vaccine in vaccines)
    on = shown_day(standing.day)
    is_one = standing.reach is ConsentReach.ONE_DOSE
    key = "vaccination.consent_line_one_dose" if is_one else "vaccination.consent_line"
    return say(key, vaccines=names, who=_who(standing), day=on)


def _told(form: Consent, standing: Consent | None) -> tuple[str, ...]:
    """The questions that a form answers with yes, in short, and what is said of it.

    Who says it is named when the line names somebody else: a doctor knows whom to call.
    """
    asked = form_questions(frozenset(form.vaccines))
    yes = [one.text.partition(":")[0] for one in asked if form.health_answers.get(one.id)]
    if yes and form.reason:
        yes.append(form.reason)
    if yes and form is not standing:
        yes[-1] += f" ({_who(form)})"
    return tuple(yes)


def _who(form: Consent) -> str:
    return form.relation or label(form.giver)


def history_lines(view: VaccinationView) -> tuple[HistoryLine, ...]:
    """Every dose before this visit that the user may see, oldest first."""
    today = {one.record_id for one in view.facts.facts_of(view.on_visit.visit_id)}
    understood = iter(view.plan.judged.doses)
    strange = view.facts.unreadable()
    lines: list[tuple[date, HistoryLine]] = []
    for one in view.facts.doses:
        body = one.body
        if one.record_id in today or body.status != "given":
            continue
        if body in strange:
            on, line = date.max, _strange(body)
        else:
            on, line = When.parse(body.on).first, _history(body, next(understood))
        if one.record_id not in view.hidden:
            lines.append((on, line))
    return tuple(line for _on, line in sorted(lines, key=lambda pair: pair[0]))


def _history(body: Dose, verdicts: tuple[DoseVerdict, ...]) -> HistoryLine:
    counts = {verdict.counts for verdict in verdicts}
    state: Counts | None = None
    if len(counts) <= 1:
        state = next(iter(counts), Counts.YES)
    elif Counts.DOCTOR in counts:
        state = Counts.DOCTOR
    numbers = [one.dose_number for one in verdicts if one.dose_number is not None]
    found = named(body.product or body.vaccine)
    return HistoryLine(
        on=shown_when(body.on),
        vaccine=found.type.label if found else body.vaccine,
        number=say("vaccination.dose_number", number=numbers[0]) if numbers else "",
        counts=state,
        why=" · ".join(f"{one.series}: {explain(one)}" for one in verdicts),
    )


def _strange(body: Dose) -> HistoryLine:
    return HistoryLine(
        on=body.on,
        vaccine=body.product or body.vaccine,
        number="",
        counts=Counts.DOCTOR,
        why=say("vaccination.unknown_product"),
    )


def shown_when(text: str) -> str:
    """`06 jul 2017`, `jul 2017` or `2017`; what is no date stands as it was written."""
    try:
        when = When.parse(text)
    except ValueError:
        return text
    if when.is_exact:
        return shown_day(when.first)
    month = shown_day(when.first)[3:]
    return month if when.first.month == when.last.month else text


def nothing_planned(view: VaccinationView) -> str:
    """What stands where the doses stand: that none is planned, and what is due and not at hand."""
    said = [] if view.rows else [say("vaccination.nothing_planned", name=view.name)]
    missing = view.plan.not_at_hand if view.station.gives_vaccines else ()
    if missing:
        names = ", ".join(vaccine_types()[vaccine].label for vaccine in missing)
        said.append(say("vaccination.not_at_hand", vaccines=names))
    return " ".join(said)


def advice_lines(view: VaccinationView) -> tuple[AdviceLine, ...]:
    """What is due first; states in the words of the page."""
    lines = []
    for one in view.plan.judged.advice:
        detail = ""
        if one.state is AdviceState.DUE and one.dose_number:
            detail = say("vaccination.dose_number", number=one.dose_number)
        elif one.state is AdviceState.NOT_YET and one.recommended:
            detail = say("vaccination.from_day", day=shown_day(one.recommended)[3:])
        lines.append(
            AdviceLine(
                vaccine=vaccine_types()[one.vaccine].label,
                state=one.state,
                word=one.head,
                detail=detail,
                rule_ids=one.rule_ids,
                text=one.text,
            )
        )
    order = list(AdviceState)
    return tuple(sorted(lines, key=lambda line: order.index(line.state)))

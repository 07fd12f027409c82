"""The text of an output to the school, made from a meeting by the table of what goes.

The first line is the title; a block begins after an empty line, its first line is its head.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from clbdesk.clock import local_day
from clbdesk.domain.care import (
    Agreement,
    AgreementStatus,
    CareMeeting,
    ConsultativeNote,
    TopicSubject,
)
from clbdesk.domain.care_outcome import OutputForm
from clbdesk.domain.grades import grade_words
from clbdesk.standards.care_guide import guide
from clbdesk.standards.phrases import day, long_day, weekday
from clbdesk.standards.school_output import OutputPart, goes, parts
from clbdesk.wording import label, say

FAMILY = frozenset({"parent", "pupil"})
_ABOUT_PUPIL = {TopicSubject.PUPIL_ANONYMOUS, TopicSubject.PUPIL_INITIALS}
_GOING_ON = {AgreementStatus.OPEN, AgreementStatus.BUSY}


@dataclass(frozen=True, slots=True)
class TopicText:
    """A topic with its agreements."""

    note: ConsultativeNote
    agreements: tuple[Agreement, ...]


def compose(
    form: OutputForm, school: str, meeting: CareMeeting, topics: Iterable[TopicText]
) -> str:
    """Everything that goes in this form, in the order of the guide."""
    going = goes(form)
    on = long_day(local_day(meeting.start))
    blocks = [[say("care_output.title", form=label(form), school=school, day=on)]]
    if "participants" in going:
        blocks.append([say("care_output.participants"), *_participants(meeting)])
    blocks += [list(_topic(form, one, going)) for one in topics]
    return "\n\n".join("\n".join(lines) for lines in blocks)


def left_out(form: OutputForm, topics: Iterable[TopicText]) -> tuple[OutputPart, ...]:
    """The parts that the meeting has and that do not go; nothing is left out in silence."""
    notes = [one.note for one in topics]
    going = goes(form)
    always = {"participants"}
    return tuple(
        part
        for part in parts()
        if part.code not in going
        and (part.code in always or any(_has(note, part.code) for note in notes))
    )


def _has(note: ConsultativeNote, code: str) -> bool:
    """A hypothesis may stand among the observations, with its mark."""
    if code == "hypotheses" and note.open_hypotheses():
        return True
    value = getattr(note, code, None)
    return value is not None and value not in ("", ())


def _participants(meeting: CareMeeting) -> Iterator[str]:
    """A parent or pupil stands there without a name: it would say who "leerling A" is."""
    functions = {one.code: one.label for one in guide().function}
    for one in meeting.participants:
        words = functions.get(one.function, one.function)
        yield words if one.function in FAMILY else f"{one.name}, {words}"


def _title(form: OutputForm, note: ConsultativeNote) -> str:
    """Leerling A; initials and names of pupils do not go on the list of agreements."""
    title = note.pseudonym
    unnamed = note.subject is TopicSubject.PUPIL_ANONYMOUS and not note.personal_data
    if note.subject in _ABOUT_PUPIL and not unnamed and form is OutputForm.AGREEMENTS:
        title = say("care_output.a_pupil", number=note.number)
    return f"{title[:1].upper()}{title[1:]} · {grade_words(note.grade)}"


def _topic(form: OutputForm, topic: TopicText, going: frozenset[str]) -> Iterator[str]:
    note = topic.note
    yield _title(form, note)
    needs = {one.code: one.label for one in guide().need}
    values = {
        "question": note.question,
        "strengths": "; ".join(note.strengths),
        "needs": "; ".join(f"{needs.get(one.sort, one.sort)}: {one.text}" for one in note.needs),
        "teacher_needs": "; ".join(f"{one.who}: {one.what}" for one in note.teacher_needs),
        "goals": "; ".join(
            f"{one.text}, tegen {day(one.by)}" if one.by else one.text for one in note.goals
        ),
    }
    for code, value in values.items():
        if code in going and value:
            yield say(f"care_output.{code}", value=value.replace("\n", " "))
    lines = [_agreement(one) for one in topic.agreements if one.status in _GOING_ON]
    if "agreements" in going and lines:
        yield say("care_output.agreements")
        yield from lines
    if "evaluation_on" in going and note.evaluation_on is not None:
        yield say("care_output.evaluation", day=weekday(note.evaluation_on))


def _agreement(one: Agreement) -> str:
    by = f" – tegen {day(one.by)}" if one.by else ""
    return f"– {one.who} – {one.what}{by}"

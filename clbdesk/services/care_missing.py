"""What a topic still needs before it can be recorded, in the sentences of its page.

Nothing of this stands in the way of a draft.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clbdesk.domain.care import TopicSubject
from clbdesk.services.care_entry import MeetingEntry, TopicEntry
from clbdesk.services.care_meeting import LEAST_PARTICIPANTS
from clbdesk.services.care_topic import TopicView, note_of
from clbdesk.standards.care_guide import missing_steps, steps_asked
from clbdesk.wording import say

HEAD = 0  # the "step" of what stands above the steps
_AGREEMENTS = "agreements"


@dataclass(frozen=True, slots=True)
class Missing:
    """A sentence, and the step of the guide where it is put right; HEAD = above the steps.

    `field`: which of the head ("title", "grade", …) or of the meeting; empty otherwise.
    """

    step: int
    text: str
    field: str = ""


def missing_in_topic(view: TopicView, entry: TopicEntry) -> tuple[Missing, ...]:
    """What a topic needs, in reading order."""
    return (*_head(entry), *_steps(view, entry), *_rows(entry))


def _head(entry: TopicEntry) -> Iterator[Missing]:
    needs = {
        "title": bool(entry.title),
        "grade": bool(entry.grade),
        "domains": bool(entry.domains),
        "phase": entry.phase is not None,
        "initiative": bool(entry.initiative),
    }
    for field, is_there in needs.items():
        if not is_there:
            yield Missing(HEAD, say(f"care.missing_{field}"), field)


def _steps(view: TopicView, entry: TopicEntry) -> Iterator[Missing]:
    whole = sum(one.is_whole() for one in entry.agreements)
    empty = missing_steps(note_of(view, entry), agreements=whole)
    others = [one.number for one in empty if one.name != _AGREEMENTS]
    (at,) = (one.number for one in steps_asked(entry) if one.name == _AGREEMENTS)
    if others:
        key = "care.step_empty" if len(others) == 1 else "care.steps_empty"
        yield Missing(others[0], say(key, steps=listed(others)))
    if any(one.name == _AGREEMENTS for one in empty):
        yield Missing(at, say("care.no_agreement"))
    elif any(not one.is_empty() and not one.is_whole() for one in entry.agreements):
        yield Missing(at, say("care.agreement_half"))


def _rows(entry: TopicEntry) -> Iterator[Missing]:
    halves = {
        "tried": any(not one.measure and (one.since or one.effect) for one in entry.tried),
        "needs": any(one.text and not one.sort for one in entry.needs),
        "teacher_needs": any(bool(one.who) != bool(one.what) for one in entry.teacher_needs),
        "goals": any(one.text and one.by is None for one in entry.goals),
        "informing": bool(entry.informing_by or entry.informing_text)
        and not (entry.informing_by and entry.informing_on),
    }
    for step in steps_asked(entry):
        if halves.get(step.name):
            yield Missing(step.number, say(f"care.half_{step.name}"))


def missing_in_meeting(entry: MeetingEntry, *, closing: bool) -> tuple[Missing, ...]:
    """What a meeting needs: two people with a function, its kind and hours."""
    rows = entry.at_table()
    needs = {
        "participants": len(rows) >= LEAST_PARTICIPANTS,
        "functions": all(one.function for one in rows),
        "start": entry.start is not None,
        "kind": entry.kind is not None,
        "note_taker": bool(entry.note_taker),
        "end": entry.end is not None or not closing,
        "order": entry.end is None or entry.start is None or entry.start < entry.end,
    }
    return tuple(
        Missing(HEAD, say(f"care.missing_{field}"), field)
        for field, is_there in needs.items()
        if not is_there
    )


def listed(numbers: Sequence[int]) -> str:
    """3, 7 en 9."""
    words = [str(number) for number in numbers]
    return " en ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def is_about_pupil(subject: TopicSubject) -> bool:
    """Whether the topic is one pupil, who then is called by a letter or initials."""
    return subject in {TopicSubject.PUPIL_ANONYMOUS, TopicSubject.PUPIL_INITIALS}

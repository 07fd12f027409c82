"""Lists on paper for a visit: for the school, for the envelopes, and the figures of the day.

None of them holds anything clinical about a pupil; the sheet of the day holds no names of pupils.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from reportlab.lib.units import mm

from clbdesk.reports.paper import INNER, Paper
from clbdesk.standards.phrases import day, long_day
from clbdesk.wording import say


@dataclass(frozen=True, slots=True)
class Listed:
    """One pupil on a list: family name first; `born` on forms only."""

    name: str
    class_name: str
    seen: bool = False
    born: date | None = None


@dataclass(frozen=True, slots=True)
class PostLine:
    """One step of the day: counts, first and last saving as "HH:MM", minutes per pupil or None."""

    label: str
    done: int
    not_done: int
    still: int
    first: str
    last: str
    minutes: float | None


@dataclass(frozen=True, slots=True)
class DaySheet:
    """The figures of one visit. `facts`: label and value, in order."""

    centre: str
    school: str
    on: date
    facts: tuple[tuple[str, str], ...]
    posts: tuple[PostLine, ...]


def school_paper(centre: str, school: str, on: date, pupils: Sequence[Listed]) -> Paper:
    """Who was seen: the school needs no more to plan with."""
    paper = _headed(centre, school, on, say("letters.school_title"))
    paper.paragraph(say("letters.school_words", day=long_day(on)))
    seen = sum(one.seen for one in pupils)
    paper.paragraph(say("letters.school_counts", seen=seen, all=len(pupils)))
    paper.space(6)
    words = {True: say("letters.seen"), False: say("letters.not_seen")}
    paper.table(
        tuple(say(f"letters.column_{one}") for one in ("name", "class", "seen")),
        [(one.name, one.class_name, words[one.seen]) for one in pupils],
        (INNER - 70 * mm, 25 * mm, 45 * mm),
        numbers=False,
    )
    return paper


def no_answer_paper(
    centre: str, school: str, on: date, pupils: Sequence[Listed], *, is_asked: bool
) -> Paper:
    """Whose form did not come back: name and class, a class together, nothing medical.

    `is_asked`: whether the visit asks anybody for consent.
    """
    paper = _headed(centre, school, on, say("letters.no_answer_title"))
    if not pupils:
        paper.paragraph(say(f"letters.no_answer_{'all' if is_asked else 'needed'}"))
        return paper
    paper.paragraph(say("letters.no_answer_words", day=long_day(on)))
    for class_name, group in groupby(pupils, key=lambda one: one.class_name):
        of_class = tuple(group)
        count = say("letters.no_answer_count", count=len(of_class))
        paper.keep(90)
        paper.heading(f"{class_name} · {count}", size=12)
        paper.table(
            tuple(say(f"letters.column_{one}") for one in ("number", "name", "received")),
            [(str(place), one.name, "") for place, one in enumerate(of_class, 1)],
            (12 * mm, INNER - 62 * mm, 50 * mm),
            numbers=False,
        )
    return paper


def envelope_paper(
    centre: str, school: str, on: date, class_name: str, pupils: Sequence[Listed]
) -> Paper:
    """The order of the envelopes of a class: name and class, nothing else."""
    title = say("letters.envelope_title", class_name=class_name)
    paper = _headed(centre, school, on, title)
    paper.paragraph(say("letters.envelope_words"))
    several = say("letters.envelope_count", count=len(pupils))
    paper.paragraph(say("letters.envelope_count_one") if len(pupils) == 1 else several)
    paper.space(6)
    paper.table(
        tuple(say(f"letters.column_{one}") for one in ("number", "name", "class")),
        [(str(place), one.name, one.class_name) for place, one in enumerate(pupils, 1)],
        (12 * mm, INNER - 42 * mm, 30 * mm),
        numbers=False,
    )
    return paper


def blank_paper(
    centre: str, school: str, on: date, post: str, class_name: str, pupils: Sequence[Listed]
) -> Paper:
    """A form to go on with on paper; the number of a row finds the pupil again when it is typed."""
    title = say("letters.blank_title", post=say(f"letters.post_{post}"), class_name=class_name)
    paper = _headed(centre, school, on, title)
    paper.paragraph(say("letters.blank_words"), size=9.5, grey=0.3)
    fields = say(f"letters.fields_{post}").split("|")
    heads = (*(say(f"letters.column_{one}") for one in ("number", "name", "born")), *fields)
    fixed = (9 * mm, 46 * mm, 23 * mm)
    each = (INNER - sum(fixed)) / len(fields)
    paper.space(6)
    paper.form(
        heads,
        [(str(place), one.name, day(one.born)) for place, one in enumerate(pupils, 1) if one.born],
        (*fixed, *(each for _ in fields)),
    )
    return paper


def day_paper(sheet: DaySheet) -> Paper:
    """Counts, and when each post worked."""
    paper = _headed(sheet.centre, sheet.school, sheet.on, say("letters.day_title"))
    paper.paragraph(say("letters.day_words"), grey=0.3)
    for label, value in sheet.facts:
        paper.pair(label, value)
    paper.space(14)
    columns = ("post", "done", "not_done", "open", "from", "until", "minutes")
    paper.table(
        tuple(say(f"letters.column_{one}") for one in columns),
        [_post(line) for line in sheet.posts],
        (INNER - 124 * mm, 14 * mm, 28 * mm, 22 * mm, 14 * mm, 14 * mm, 32 * mm),
    )
    paper.paragraph(say("letters.day_median"), size=9.5, grey=0.3)
    return paper


def _post(line: PostLine) -> tuple[str, ...]:
    minutes = "–" if line.minutes is None else f"{line.minutes:.1f}".replace(".", ",")
    counts = (line.done, line.not_done, line.still)
    return (line.label, *map(str, counts), line.first or "–", line.last or "–", minutes)


def _headed(centre: str, school: str, on: date, title: str) -> Paper:
    paper = Paper(title, foot=f"{centre} · {school}")
    paper.heading(title)
    paper.paragraph(f"{school} · {long_day(on)}", size=11, grey=0.3)
    paper.space(4)
    return paper

"""The vaccination card on paper: every dose that is documented, as it is known and no surer.

A report draws what it is told: which doses, their words and what may follow is decided in
`services/vaccination_card_paper.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reportlab.lib.units import mm

from clbdesk.reports.fonts import Face
from clbdesk.reports.letters import letterhead
from clbdesk.reports.paper import INNER, Paper
from clbdesk.reports.sheet import wrapped
from clbdesk.standards.phrases import long_day
from clbdesk.wording import say

_DATES = 46 * mm
_SMALL = 9.5
_DOSE, _LINE = 30.0, 17.0  # points: a rule with the vaccine, each line below; they stay together
_NEXT = 70.0


@dataclass(frozen=True, slots=True)
class CardDose:
    """One dose in words: `on` as exactly as it is known, `facts` and `known` below the name."""

    on: str
    vaccine: str
    facts: str
    known: str


@dataclass(frozen=True, slots=True)
class CardPaper:
    """A card. `coming`: vaccine and when, only what the rules are sure of."""

    centre: str
    name: str
    birth_date: date
    known_on: date
    doses: tuple[CardDose, ...]
    coming: tuple[tuple[str, str], ...]
    unjudged: bool


def card_paper(card: CardPaper) -> Paper:
    """The card of one pupil, on as many pages as it needs; name and birth date on every page."""
    born = long_day(card.birth_date)
    foot = say("letters.foot", name=card.name, day=born)
    paper = Paper(say("card.title"), foot=foot)
    letterhead(paper, card.centre)
    paper.heading(say("card.title"), size=15)
    paper.pair(say("letters.name"), card.name, at=_DATES)
    paper.pair(say("letters.birth"), born, at=_DATES)
    paper.space(8)
    paper.paragraph(say("card.known_on", day=long_day(card.known_on)), size=9.5, grey=0.3)
    for dose in card.doses:
        said = [words for words in (dose.facts, dose.known) if words]
        lines = [wrapped(words, Face.REGULAR, _SMALL, INNER - _DATES) for words in said]
        paper.keep(_DOSE + _LINE * sum(map(len, lines)))
        paper.rule()
        paper.pair(dose.on, dose.vaccine, at=_DATES)
        for words in said:
            paper.pair("", words, _SMALL, at=_DATES, face=Face.REGULAR)
        paper.space(4)
    if not card.doses:
        paper.paragraph(say("card.none"))
    paper.space(8)
    if card.unjudged:
        paper.paragraph(say("card.legend"), size=9.5, grey=0.3)
    paper.keep(_NEXT)
    if card.coming:
        paper.heading(say("card.next"), size=12)
        for vaccine, when in card.coming:
            paper.pair(when, vaccine, at=_DATES, face=Face.REGULAR)
        paper.space(8)
    paper.paragraph(say("card.next_words"), size=9.5)
    return paper


def cover_paper(
    centre: str, school: str, on: date, pupils: tuple[tuple[str, str, bool], ...]
) -> Paper:
    """Who has a card in the pile behind it: name, class and whether; nothing medical."""
    title = say("card.cover_title")
    paper = Paper(title, foot=f"{centre} · {school}")
    paper.heading(title)
    paper.paragraph(f"{school} · {long_day(on)}", size=11, grey=0.3)
    paper.paragraph(say("card.cover_words"))
    paper.space(6)
    words = {True: say("card.with_card"), False: say("card.without_card")}
    paper.table(
        (say("letters.column_name"), say("letters.column_class"), say("card.column_card")),
        [(name, class_name, words[has]) for name, class_name, has in pupils],
        (INNER - 70 * mm, 25 * mm, 45 * mm),
        numbers=False,
    )
    return paper

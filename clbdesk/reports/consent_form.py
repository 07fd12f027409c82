"""The letter that asks for consent, with the form that comes back: four choices per vaccine.

The form repeats name and birth date, and carries a number as bars and digits, by which it finds its
pupil again; the bars hold nothing else (handbook 2 §4.1, the four choices of the paper form).
"""

from __future__ import annotations

from dataclasses import dataclass

from reportlab.lib.units import mm

from clbdesk.domain.form_code import shown_code
from clbdesk.domain.letters import Recipient
from clbdesk.reports.fonts import Face
from clbdesk.reports.letters import Addressed, address_of, headed
from clbdesk.reports.paper import INNER, Paper
from clbdesk.standards.phrases import long_day
from clbdesk.wording import say

_LABELS = 40 * mm
_VACCINE = 44 * mm
_ANSWER = 14 * mm
# What the form needs beside a row per vaccine and per question, points.
_FORM, _ROW = 216.0, 9 * mm


@dataclass(frozen=True, slots=True)
class ConsentLetter:
    """What is asked. `vaccines`: name and the diseases against which; `questions`: on health.

    `minutes`: how long a pupil stays after the needle. `afterwards`: sentences on the weeks after it.
    """

    about: Addressed
    recipient: Recipient
    vaccines: tuple[tuple[str, str], ...]
    questions: tuple[str, ...]
    minutes: int
    code: str
    afterwards: tuple[str, ...] = ()


def consent_paper(letter: ConsentLetter) -> Paper:
    """The letter, and the form below it on the same sheet when there is room."""
    about = letter.about
    paper = headed(about, say("letters.consent_title"), address_of(about, letter.recipient))
    which = "adult" if letter.recipient is Recipient.PUPIL else "consent"
    paper.paragraph(say(f"letters.dear_{letter.recipient.value}", given=about.given_name) + ",")
    paper.paragraph(say(f"letters.{which}_asked", day=long_day(about.on), given=about.given_name))
    for name, against in letter.vaccines:
        paper.pair(name, against, at=_LABELS, face=Face.REGULAR)
    paper.space(6)
    paper.paragraph(say("letters.consent_free"))
    paper.paragraph(say(f"letters.{which}_after", given=about.given_name, minutes=letter.minutes))
    for sentence in letter.afterwards:
        paper.paragraph(sentence)
    paper.paragraph(say("letters.consent_how"))
    _form(paper, letter)
    return paper


def _form(paper: Paper, letter: ConsentLetter) -> None:
    about = letter.about
    paper.keep(_FORM + (len(letter.vaccines) + len(letter.questions)) * _ROW)
    paper.cut_line(say("letters.consent_cut"))
    paper.barcode(letter.code, shown_code(letter.code))
    paper.heading(say("letters.consent_form", centre=about.centre), size=12)
    who = f"{about.name}, {say('letters.born', day=long_day(about.birth_date))}"
    paper.pair(say("letters.name"), who, at=_LABELS)
    at_school = say("letters.class_and_school", class_name=about.class_name, school=about.school)
    paper.pair(say("letters.school"), at_school, at=_LABELS, face=Face.REGULAR)
    paper.space(8)
    choices = say("letters.consent_choices").split("|")
    each = (INNER - _VACCINE) / (len(choices) - 1)
    widths = (_VACCINE, *(each for _ in choices[1:]))
    paper.form(choices, [(name,) for name, _against in letter.vaccines], widths)
    paper.space(6)
    if letter.questions:
        answers = say("letters.consent_answers").split("|")
        text = INNER - 2 * _ANSWER
        paper.form(answers, [(one,) for one in letter.questions], (text, _ANSWER, _ANSWER))
    paper.space(2)
    for line in ("reason", "who", "signed"):
        paper.write_line(say(f"letters.consent_{line}"))

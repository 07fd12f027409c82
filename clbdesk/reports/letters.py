"""Resultaatsbrief, verwijsbrief and kennisgeving: neutral words of level B1, name and birth date on every page.

Nothing is chosen here: a letter holds exactly the words it is given, so that what may be told is
decided in one place (services/letters.py) and can be tested there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reportlab.lib.units import mm

from clbdesk.charts.scene import Scene
from clbdesk.domain.letters import Recipient
from clbdesk.reports.fonts import Face
from clbdesk.reports.paper import Paper
from clbdesk.standards.phrases import long_day
from clbdesk.wording import say

_LABELS = 40 * mm
_CHART_WIDTH = 128 * mm
_AUDIOGRAM_WIDTH = 92 * mm
# Room that a title keeps with what follows it, points.
_TOGETHER = 60.0
_CHART_WORDS = 54.0
_SLIP = 208.0
_DOSE = 90.0


@dataclass(frozen=True, slots=True)
class Addressed:
    """Whom a letter is about, from whom it comes, and the day that stands on it.

    `doctor`: who signed, empty when nobody did. `replaces`: the day of an earlier letter about the
    same that said something else.
    """

    centre: str
    school: str
    class_name: str
    given_name: str
    family_name: str
    birth_date: date
    on: date
    dated: date
    doctor: str
    replaces: date | None = None

    @property
    def name(self) -> str:
        """Lotte Peeters."""
        return f"{self.given_name} {self.family_name}"


@dataclass(frozen=True, slots=True)
class GrowthPicture:
    """The chart with the reference it is drawn on, and the day of the newest point.

    `has_target`: the range of the target height stands on it, and is explained below it.
    """

    scene: Scene
    reference: str
    on: date
    has_target: bool = False


@dataclass(frozen=True, slots=True)
class AudiogramPicture:
    """An audiogram of a report from outside. `lines`: row and its thresholds in words."""

    scene: Scene
    title: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ResultLetter:
    """What the parents read. `lines`: domain and sentence, in order.

    `released`: words of signals, each released by a doctor; `advice`: of the signed conclusion.
    """

    about: Addressed
    recipient: Recipient
    lines: tuple[tuple[str, str], ...]
    released: tuple[str, ...]
    is_complete: bool
    advice: str
    chart: GrowthPicture | None
    enclosed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReferralLetter:
    """What a doctor or service outside reads. `findings`: of the domain of the referral alone."""

    about: Addressed
    to: str
    is_doctor: bool
    reason: str
    urgency: str
    findings: tuple[tuple[str, str], ...]
    chart: GrowthPicture | None
    reply_slip: bool
    audiogram: AudiogramPicture | None = None


@dataclass(frozen=True, slots=True)
class GivenVaccine:
    """A vaccine that a pupil got: its words, the lot as printed on the box, and where.

    `is_error`: it should not have been given, and does not count.
    """

    vaccine: str
    product: str
    lot: str
    on: date
    place: str
    is_error: bool = False


@dataclass(frozen=True, slots=True)
class VaccinationLetter:
    """What goes home after a vaccination. `not_given`: vaccines about which the centre calls.

    `afterwards`: sentences on the weeks after what was given.
    """

    about: Addressed
    recipient: Recipient
    given: tuple[GivenVaccine, ...]
    not_given: tuple[str, ...]
    afterwards: tuple[str, ...] = ()


def result_paper(letter: ResultLetter) -> Paper:
    """The letter about a contact, on as many pages as it needs."""
    about = letter.about
    paper = headed(about, say("letters.result_title"), address_of(about, letter.recipient))
    alone = letter.recipient is Recipient.PUPIL
    paper.paragraph(say(f"letters.dear_{letter.recipient.value}", given=about.given_name) + ",")
    opening = "letters.adult_opening" if alone else "letters.result_opening"
    paper.paragraph(say(opening, day=long_day(about.on), given=about.given_name))
    paper.space(2)
    for label, sentence in letter.lines:
        paper.pair(label, sentence, at=_LABELS, face=Face.REGULAR)
    for words in letter.released:
        paper.pair(say("letters.further"), words, at=_LABELS, face=Face.REGULAR)
    paper.space(8)
    if not letter.is_complete:
        paper.paragraph(say("letters.incomplete"))
    if letter.advice:
        paper.keep(_TOGETHER)
        paper.heading(say("letters.advice"), size=12)
        paper.paragraph(letter.advice)
    paper.keep(_TOGETHER)
    paper.paragraph(say("letters.adult_questions" if alone else "letters.questions"))
    _signed(paper, about)
    if letter.enclosed:
        paper.space(4)
        words = ", ".join(letter.enclosed)
        paper.paragraph(f"{say('letters.enclosed')} {words}.", size=9.5, grey=0.3)
    if letter.chart is not None:
        _chart(paper, letter.chart)
    return paper


def referral_paper(letter: ReferralLetter) -> Paper:
    """The letter to a doctor or service, with the strip that comes back."""
    about = letter.about
    to = say("letters.referral_to", to=letter.to)
    paper = headed(about, say("letters.referral_title"), to)
    dear = say("letters.dear_doctor" if letter.is_doctor else "letters.dear_care_giver")
    paper.paragraph(dear + ",")
    paper.paragraph(
        say(
            "letters.referral_opening",
            day=long_day(about.on),
            name=about.name,
            born=long_day(about.birth_date),
        )
    )
    paper.pair(say("letters.reason"), letter.reason, at=_LABELS, face=Face.REGULAR)
    if letter.urgency:
        paper.pair(say("letters.urgency"), letter.urgency, at=_LABELS, face=Face.REGULAR)
    paper.space(8)
    if letter.findings:
        paper.keep(_TOGETHER)
        paper.heading(say("letters.findings"), size=12)
        for label, value in letter.findings:
            paper.pair(label, value, at=_LABELS, face=Face.REGULAR)
        paper.space(8)
    if letter.chart is not None:
        _chart(paper, letter.chart)
    if letter.audiogram is not None:
        _audiogram(paper, letter.audiogram)
    paper.keep(_TOGETHER)
    asked = "letters.ask_reply" if letter.reply_slip else "letters.ask_reply_short"
    paper.paragraph(say(asked))
    _signed(paper, about)
    if letter.reply_slip:
        _reply_slip(paper, about)
    return paper


def vaccination_paper(letter: VaccinationLetter) -> Paper:
    """The notice of what was given, with what the next doctor needs to know of it."""
    about = letter.about
    paper = headed(about, say("letters.vaccination_title"), address_of(about, letter.recipient))
    alone = letter.recipient is Recipient.PUPIL
    paper.paragraph(say(f"letters.dear_{letter.recipient.value}", given=about.given_name) + ",")
    opening = "letters.vaccination_adult_opening" if alone else "letters.vaccination_opening"
    paper.paragraph(say(opening, day=long_day(about.on), given=about.given_name))
    for one in letter.given:
        paper.keep(_DOSE)
        paper.heading(say("letters.vaccine", vaccine=one.vaccine), size=12)
        paper.pair(say("letters.product"), one.product, at=_LABELS, face=Face.REGULAR)
        paper.pair(say("letters.lot"), one.lot, at=_LABELS, face=Face.REGULAR)
        paper.pair(say("letters.given_on"), long_day(one.on), at=_LABELS, face=Face.REGULAR)
        paper.pair(say("letters.place"), one.place, at=_LABELS, face=Face.REGULAR)
        if one.is_error:
            paper.space(4)
            paper.paragraph(say("letters.given_in_error"), Face.SEMIBOLD)
        paper.space(8)
    for sentence in letter.afterwards:
        paper.paragraph(sentence)
    if letter.not_given:
        not_given = "letters.adult_not_given" if alone else "letters.not_given"
        paper.paragraph(say(not_given, vaccines=", ".join(letter.not_given)))
    paper.keep(_TOGETHER)
    paper.paragraph(say("letters.adult_questions" if alone else "letters.questions"))
    _signed(paper, about)
    return paper


def headed(about: Addressed, title: str, address: str) -> Paper:
    """A letter with its head: from whom, to whom, dated, about whom."""
    foot = say("letters.foot", name=about.name, day=long_day(about.birth_date))
    paper = Paper(title, foot=foot, section=about.class_name)
    letterhead(paper, about.centre)
    paper.sides(address, long_day(about.dated), Face.SEMIBOLD)
    paper.space(6)
    paper.heading(title, size=15)
    paper.pair(say("letters.name"), about.name, at=_LABELS)
    paper.pair(say("letters.birth"), long_day(about.birth_date), at=_LABELS)
    at_school = say("letters.class_and_school", class_name=about.class_name, school=about.school)
    paper.pair(say("letters.school"), at_school, at=_LABELS, face=Face.REGULAR)
    if about.replaces is not None:
        words = say("letters.replaces_day", day=long_day(about.replaces))
        paper.pair(say("letters.replaces"), words, at=_LABELS)
    paper.space(8)
    return paper


def letterhead(paper: Paper, centre: str) -> None:
    """From whom a letter comes."""
    paper.paragraph(centre, Face.BOLD, 13)
    paper.paragraph(say("letters.centre"), size=9.5, grey=0.3)
    paper.space(10)


def address_of(about: Addressed, recipient: Recipient) -> str:
    """The line above a letter."""
    if recipient is Recipient.PUPIL_AND_PARENTS:
        return say("letters.to_pupil_and_parents", name=about.name)
    return f"{say(f'letters.to_{recipient.value}')} {about.name}"


def _chart(paper: Paper, chart: GrowthPicture) -> None:
    paper.space(6)
    paper.keep(
        chart.scene.height_mm * mm * _CHART_WIDTH / (chart.scene.width_mm * mm) + _CHART_WORDS
    )
    paper.heading(f"{say('letters.chart_title')} · {chart.reference}", size=10.5)
    paper.scene(chart.scene, _CHART_WIDTH)
    paper.space(4)
    words = say("letters.chart_words", day=long_day(chart.on))
    if chart.has_target:
        words = f"{words} {say('letters.chart_target')}"
    paper.paragraph(words, size=9.5)


def _audiogram(paper: Paper, found: AudiogramPicture) -> None:
    paper.space(6)
    height = found.scene.height_mm * mm * _AUDIOGRAM_WIDTH / (found.scene.width_mm * mm)
    paper.keep(height + _CHART_WORDS)
    paper.heading(found.title, size=10.5)
    paper.scene(found.scene, _AUDIOGRAM_WIDTH)
    paper.space(4)
    for words, levels in found.lines:
        paper.pair(words, levels, at=_LABELS, face=Face.REGULAR)
    paper.space(8)


def _signed(paper: Paper, about: Addressed) -> None:
    paper.paragraph(say("letters.greeting"))
    if about.doctor:
        paper.paragraph(f"{about.doctor}, {say('letters.doctor')}", Face.SEMIBOLD)


def _reply_slip(paper: Paper, about: Addressed) -> None:
    paper.keep(_SLIP)
    paper.cut_line(say("letters.cut"))
    paper.heading(say("letters.reply_title", centre=about.centre), size=12)
    paper.pair(say("letters.name"), about.name, at=_LABELS)
    paper.pair(say("letters.birth"), long_day(about.birth_date), at=_LABELS)
    for line in ("examined", "found", "care", "next", "by"):
        paper.write_line(say(f"letters.reply_{line}"))

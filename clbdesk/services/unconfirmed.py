"""Saved values that are unlikely and that nobody confirmed, of every test with limits.

They never stop a saving, and stand in the way of closing the contact and the day (pages.md §1.6).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import Acuity, Audiometry, CellResult, SpeechInNoise
from clbdesk.domain.visits import ContactMoment
from clbdesk.errors import Environment
from clbdesk.ids import PupilId, VisitId
from clbdesk.services.desk import Desk
from clbdesk.services.growth import open_questions
from clbdesk.services.pupil import PupilOnVisit, find_on_visit
from clbdesk.services.reading import one_standing
from clbdesk.services.relation import visit_open_to
from clbdesk.standards.hearing import EARS, tone_protocol
from clbdesk.standards.limits import Field, LimitContext, Unlikely, check
from clbdesk.standards.phrases import number
from clbdesk.storage.vault import Reader
from clbdesk.wording import say

_KINDS = frozenset({"growth", "acuity", "audiometry", "speech_in_noise"})


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """A value in words with its unit, and the step where it can be confirmed."""

    step: str
    words: str


def unconfirmed(desk: Desk, on_visit: PupilOnVisit) -> tuple[Unconfirmed, ...]:
    """The values of one contact on a visit, in the order of its steps."""
    grown = open_questions(desk, on_visit)
    with desk.vault.read() as reader:
        of_steps = (
            ("growth", grown),
            ("vision", tuple(_of_sight(reader, on_visit))),
            ("hearing", tuple(_of_hearing(reader, on_visit))),
        )
    return tuple(Unconfirmed(step, words) for step, found in of_steps for words in found)


def unconfirmed_on(desk: Desk, visit_id: VisitId) -> dict[PupilId, tuple[Unconfirmed, ...]]:
    """The same for everybody who was examined on a visit; who has none is not in it."""
    with desk.vault.read() as reader:
        visit_open_to(desk, reader, visit_id)
        heads = reader.heads(kinds=_KINDS, visit_id=visit_id)
        ids = sorted({head.leaf.pupil_id for head in heads if head.leaf.pupil_id is not None})
        listed = set(reader.names_on(visit_id))
        examined = [find_on_visit(reader, visit_id, one)[0] for one in ids if one in listed]
    found = {one.pupil_id: unconfirmed(desk, one) for one in examined}
    return {pupil_id: values for pupil_id, values in found.items() if values}


def _of_sight(reader: Reader, on_visit: PupilOnVisit) -> Iterator[str]:
    found = one_standing(reader, on_visit.exam_id("acuity"), Acuity)
    if found is None or found.body.state is not ExamState.DONE:
        return
    answered = {(one.field, one.value) for one in found.body.confirmed}
    for eye in EARS:
        result = getattr(found.body, eye)
        value = result.logmar if result and result.state is ExamState.DONE else None
        if value is not None and (eye, str(value)) not in answered and _asks(Field.ACUITY, value):
            yield say(f"unconfirmed.eye_{eye}", value=number(value, 2))


def _of_hearing(reader: Reader, on_visit: PupilOnVisit) -> Iterator[str]:
    moment = on_visit.moment
    if moment is None:
        return
    spin = one_standing(reader, on_visit.exam_id("speech_in_noise"), SpeechInNoise)
    if spin is not None and spin.body.state is ExamState.DONE:
        yield from _of_speech(spin.body, moment)
    tones = one_standing(reader, on_visit.exam_id("audiometry"), Audiometry)
    if tones is not None and tones.body.state is ExamState.DONE:
        yield from _of_tones(tones.body, moment)


def _of_speech(body: SpeechInNoise, moment: ContactMoment) -> Iterator[str]:
    answered = {(one.field, one.value) for one in body.confirmed}
    for ear in EARS:
        heard = getattr(body, ear)
        srt = heard.srt_db if heard and heard.state is ExamState.DONE else None
        if srt is None or (f"{ear}.srt", str(srt)) in answered:
            continue
        if _asks(Field.SPEECH_THRESHOLD, srt, LimitContext(moment=moment)):
            yield say(f"unconfirmed.srt_{ear}", value=number(srt))


def _of_tones(body: Audiometry, moment: ContactMoment) -> Iterator[str]:
    try:
        context = LimitContext(softest_db=min(tone_protocol(moment).soft_tones))
    except Environment:  # a damaged table asks nothing
        return
    answered = {(one.field, one.value) for one in body.confirmed}
    for ear in EARS:
        for hertz, cell in getattr(body, ear).items():
            level = None if cell.result is CellResult.UNRELIABLE else cell.level_db
            if level is None or (f"{ear}.{hertz}", str(Decimal(level))) in answered:
                continue
            if _asks(Field.HEARING_LEVEL, Decimal(level), context):
                yield say(f"unconfirmed.tone_{ear}", hertz=hertz, value=level)


def _asks(field: Field, value: Decimal, context: LimitContext | None = None) -> bool:
    return isinstance(check(field, value, context or LimitContext()), Unlikely)

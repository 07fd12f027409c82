"""What crosses to the guidance team under consent: the form, who decides, and what the other side reads.

Asked for by a request for guidance and by a released summary; each says itself which words may go.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import msgspec

from clbdesk.clock import local_day
from clbdesk.domain.age import age_months
from clbdesk.domain.capacity import Competence
from clbdesk.domain.care_outcome import Answer, Giver, Manner
from clbdesk.domain.guidance_request import Crossing, GuidanceRequest, ReleasedSummary
from clbdesk.domain.kinds import derived_record_id, kind_of_shape
from clbdesk.errors import Refused
from clbdesk.ids import PupilId, VisitId
from clbdesk.services.desk import Desk
from clbdesk.services.pupil import PupilOnVisit, PupilView, view_pupil
from clbdesk.services.reading import Standing, all_standing, one_standing, staff_names
from clbdesk.standards.capacity import is_competent
from clbdesk.standards.phrases import day
from clbdesk.storage.vault import Draft, Reader
from clbdesk.wording import label, say

CrossingT = TypeVar("CrossingT", bound=Crossing)
# The section of resources/wording in which each has its own words.
_SECTION: dict[type[Crossing], str] = {GuidanceRequest: "request", ReleasedSummary: "release"}


class CrossingEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on the page."""

    words: str = ""
    gives: tuple[Giver, ...] = ()
    refuses: tuple[Giver, ...] = ()
    manner: Manner | None = None
    on: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class CrossingView:
    """What the page shows. `earlier`: what crossed before and stands, the newest first.

    `competent`: whether the pupil decides; `form`: the key of its draft;
    `not_copied`: sentences of the dossier that must not cross.
    """

    pupil: PupilView
    today: date
    competent: bool
    earlier: tuple[Standing[Crossing], ...]
    writers: dict[str, str]
    form: str
    draft: Draft | None
    not_copied: frozenset[str] = frozenset()

    @property
    def on_visit(self) -> PupilOnVisit:
        """Who and where."""
        return self.pupil.on_visit

    @property
    def name(self) -> str:
        """Lotte Peeters."""
        pupil = self.on_visit.pupil
        return f"{pupil.given_name} {pupil.family_name}"

    @property
    def deciders(self) -> tuple[Giver, ...]:
        """Whose answer counts: the pupil, or each parent and the guardian."""
        if self.competent:
            return (Giver.PUPIL,)
        return (Giver.MOTHER, Giver.FATHER, Giver.GUARDIAN)

    @property
    def who_decides(self) -> str:
        """Lotte is 6 jaar: de ouders beslissen, elk voor zich."""
        pupil = self.on_visit.pupil
        key = "border.who_pupil" if self.competent else "border.who_parents"
        years = age_months(pupil.birth_date, self.today) // 12
        return say(key, name=pupil.given_name, years=years)


@dataclass(frozen=True, slots=True)
class MissingInCrossing:
    """What keeps something from crossing, and the field it is about."""

    field: str
    text: str


def view_crossing(
    desk: Desk, reader: Reader, visit_id: VisitId, pupil_id: PupilId, shape: type[Crossing]
) -> CrossingView:
    """The form for a pupil of a visit, and what of this shape crossed before."""
    today = local_day(desk.clock.now())
    pupil = view_pupil(desk, visit_id, pupil_id)
    decided = one_standing(reader, derived_record_id("competence", pupil_id), Competence)
    form = pupil.on_visit.form(kind_of_shape(shape).name)
    return CrossingView(
        pupil=pupil,
        today=today,
        competent=is_competent(
            pupil.on_visit.pupil.birth_date, today, decided.body if decided else None
        ),
        earlier=crossed(reader, pupil_id, shape),
        writers=staff_names(reader),
        form=form,
        draft=reader.draft(desk.user.staff_id, form),
    )


def crossed(
    reader: Reader, pupil_id: PupilId, shape: type[CrossingT]
) -> tuple[Standing[CrossingT], ...]:
    """What of this shape crossed for a pupil and stands, the newest first."""
    heads = reader.heads(kinds=(kind_of_shape(shape).name,), pupil_id=pupil_id)
    found = all_standing(heads, shape)
    return tuple(sorted(found, key=lambda one: (one.body.on, one.record_id), reverse=True))


def is_over(body: Crossing, today: date) -> bool:
    """Whether the consent under which it crossed has ended."""
    return body.until is not None and body.until < today


def against_consent(view: CrossingView, entry: CrossingEntry) -> Iterator[MissingInCrossing]:
    """What the consent lacks, in reading order."""
    refusing = [one for one in entry.refuses if one in view.deciders]
    if refusing:
        who = ", ".join(label(one) for one in refusing)
        yield MissingInCrossing("refuses", say("request.refused", who=who))
    elif not any(one in view.deciders for one in entry.gives):
        key = "request.own_consent" if view.competent else "request.parent_consent"
        yield MissingInCrossing("gives", say(key))
    if entry.manner is None:
        yield MissingInCrossing("manner", say("border.missing_manner"))
    if entry.on is None or entry.on > view.today:
        yield MissingInCrossing("on", say("border.missing_on"))
    elif entry.until is not None and entry.until < max(entry.on, view.today):
        yield MissingInCrossing("until", say("request.until_over"))


def body_to_cross(
    view: CrossingView,
    entry: CrossingEntry,
    missing: tuple[MissingInCrossing, ...],
    shape: type[CrossingT],
) -> CrossingT:
    """The record as it crosses. Refused while something is missing."""
    if missing:
        raise Refused("request.not_whole", field=missing[0].field, first=missing[0].text)
    assert entry.manner is not None
    assert entry.on is not None
    answers = (Answer(giver=one, gives=True) for one in entry.gives if one in view.deciders)
    return shape(
        pupil_id=view.on_visit.pupil_id,
        school_id=view.on_visit.school_id,
        words=entry.words.strip(),
        competent=view.competent,
        answers=tuple(answers),
        manner=entry.manner,
        on=entry.on,
        until=entry.until,
    )


def crossing_lines(body: Crossing) -> tuple[tuple[str, str], ...]:
    """All that the other side reads, name and value, beside pupil, school and writer."""
    givers = ", ".join(label(one.giver).lower() for one in body.answers if one.gives)
    until = day(body.until) if body.until else say("request.until_withdrawn")
    consent = say("request.consent", who=givers, how=label(body.manner).lower(), day=day(body.on))
    who = "pupil" if body.competent else "parents"
    return (
        (say(f"{_SECTION[type(body)]}.line_words"), body.words),
        (say("request.line_consent"), consent),
        (say("request.line_until"), until),
        (say("request.line_decides"), say(f"request.decides_{who}")),
    )

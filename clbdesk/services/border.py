"""P20 Grens: a topic crosses into guidance by demand with a consent or an exception, or it does not.

Looking at the page is one line in the log; only saving writes. Who can consent follows from the
pupil's age and from what the team decided about competence; parents answer each by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import msgspec

from clbdesk.clock import local_day
from clbdesk.domain.age import age_months
from clbdesk.domain.capacity import Competence
from clbdesk.domain.care import ConsultativeNote
from clbdesk.domain.care_outcome import (
    Answer,
    BorderBasis,
    BorderReason,
    Giver,
    Manner,
    Transition,
)
from clbdesk.domain.names import normalise
from clbdesk.domain.people import Enrolment, Pupil, School
from clbdesk.domain.visits import school_year_of
from clbdesk.errors import Defect, Refused
from clbdesk.ids import PupilId, RecordId, SchoolId, VisitId
from clbdesk.services.desk import Desk
from clbdesk.services.outcome import Outcome
from clbdesk.services.reading import all_standing, one_standing
from clbdesk.services.records import Part, Saved, Where, add_parts, changes_of
from clbdesk.services.relation import visit_open_to
from clbdesk.standards.capacity import is_competent, presumed_from
from clbdesk.standards.phrases import day
from clbdesk.storage.vault import Draft, Reader
from clbdesk.wording import label, say


class BorderEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on the page. `basis` None: nothing chosen yet."""

    reason: BorderReason | None = None
    pupil_id: PupilId | None = None
    pupil_name: str = ""
    birth_date: date | None = None
    basis: BorderBasis | None = None
    gives: tuple[Giver, ...] = ()
    refuses: tuple[Giver, ...] = ()
    manner: Manner | None = None
    on: date | None = None
    until: date | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class BorderPupil:
    """A pupil of the school; `decided`: what the team decided about competence."""

    pupil_id: PupilId
    name: str
    class_name: str
    birth_date: date
    decided: Competence | None


@dataclass(frozen=True, slots=True)
class BorderView:
    """What the page shows. `topic`: as the meeting calls it, empty outside a topic."""

    visit_id: VisitId
    topic_id: RecordId | None
    school_id: SchoolId
    school: str
    topic: str
    today: date
    pupils: tuple[BorderPupil, ...]
    draft: Draft | None

    @property
    def form(self) -> str:
        """The key of its draft."""
        return f"transition/{self.visit_id}"

    @property
    def where(self) -> Where:
        """What a draft belongs to."""
        return Where(visit_id=self.visit_id, school_id=self.school_id)

    def pupil(self, pupil_id: PupilId | None) -> BorderPupil | None:
        """One of the pupils."""
        return next((one for one in self.pupils if one.pupil_id == pupil_id), None)


def open_border(desk: Desk, visit_id: VisitId, topic_id: RecordId | None) -> BorderView:
    """The page; that somebody stood at the border is a line in the log, and the only trace."""
    with desk.vault.write() as work:
        view = _view(desk, work, visit_id, topic_id)
        desk.log(
            work,
            "border",
            kind="consultative_note" if topic_id else "care_meeting",
            record_id=topic_id,
            reason="visit",
        )
        return view


def _view(desk: Desk, reader: Reader, visit_id: VisitId, topic_id: RecordId | None) -> BorderView:
    visit = visit_open_to(desk, reader, visit_id)
    if visit is None:
        raise Defect("care.no_visit")
    school_id = visit.body.school_id
    school = one_standing(reader, RecordId(school_id), School)
    note = one_standing(reader, topic_id, ConsultativeNote) if topic_id else None
    today = local_day(desk.clock.now())
    return BorderView(
        visit_id=visit_id,
        topic_id=topic_id if note else None,
        school_id=school_id,
        school=school.body.name if school else "",
        topic=note.body.pseudonym if note else "",
        today=today,
        pupils=_pupils(reader, school_id, today),
        draft=reader.draft(desk.user.staff_id, f"transition/{visit_id}"),
    )


def _pupils(reader: Reader, school_id: SchoolId, today: date) -> tuple[BorderPupil, ...]:
    year = school_year_of(today)
    classes = {
        one.body.pupil_id: one.body.class_name
        for one in all_standing(reader.heads(kinds=("enrolment",), school_id=school_id), Enrolment)
        if one.body.school_year == year
    }
    decided = {
        one.body.pupil_id: one.body
        for one in all_standing(reader.heads(kinds=("competence",)), Competence)
    }
    found = []
    for one in all_standing(reader.heads(kinds=("pupil",)), Pupil):
        pupil_id = PupilId(one.record_id)
        if pupil_id in classes:
            name = f"{one.body.given_name} {one.body.family_name}"
            born, class_name = one.body.birth_date, classes[pupil_id]
            found.append(BorderPupil(pupil_id, name, class_name, born, decided.get(pupil_id)))
    return tuple(sorted(found, key=lambda one: (normalise(one.name), one.pupil_id)))


def new_border(view: BorderView) -> BorderEntry:
    """What stands on the page before anybody chooses: said aloud, today; the least that can be
    claimed of a consent, and what nearly always happened. Who gives it is never filled in.
    """
    return BorderEntry(manner=Manner.SPOKEN, on=view.today)


# --- who decides ---


def competent_now(view: BorderView, entry: BorderEntry) -> bool | None:
    """Whether the pupil of a form decides; None while nobody is chosen."""
    known = view.pupil(entry.pupil_id)
    if known is not None:
        return is_competent(known.birth_date, view.today, known.decided)
    if entry.birth_date is not None:
        return is_competent(entry.birth_date, view.today, None)
    return None


def deciders(view: BorderView, entry: BorderEntry) -> tuple[Giver, ...]:
    """Whose answer counts: the pupil, or each parent and the guardian."""
    competent = competent_now(view, entry)
    if competent is None:
        return tuple(Giver)
    if competent:
        return (Giver.PUPIL,)
    return (Giver.MOTHER, Giver.FATHER, Giver.GUARDIAN)


def who_decides(view: BorderView, entry: BorderEntry) -> str:
    """Lotte is 6 jaar: de ouders, elk voor zich; with what the team decided otherwise."""
    known = view.pupil(entry.pupil_id)
    birth = known.birth_date if known else entry.birth_date
    if birth is None:
        return say("border.who_unknown")
    name = known.name.split()[0] if known else entry.pupil_name or say("border.the_pupil")
    years = age_months(birth, view.today) // 12
    key = "border.who_pupil" if competent_now(view, entry) else "border.who_parents"
    sentence = say(key, name=name, years=years)
    decided = known.decided if known else None
    if decided is not None and decided.since <= view.today:
        on = day(decided.since)
        return f"{sentence} {say('border.decided', day=on, who=decided.decided_by)}"
    if presumed_from(birth) > view.today:
        return f"{sentence} {say('border.from_then', day=day(presumed_from(birth)))}"
    return sentence


# --- recording ---


@dataclass(frozen=True, slots=True)
class MissingAtBorder:
    """What keeps the crossing from being saved, and the field it is about."""

    field: str
    text: str


def missing_at_border(view: BorderView, entry: BorderEntry) -> tuple[MissingAtBorder, ...]:
    """In reading order."""
    found: list[tuple[str, str]] = []
    if entry.reason is None:
        found.append(("reason", say("border.missing_reason")))
    if view.pupil(entry.pupil_id) is None and not (entry.pupil_name and entry.birth_date):
        found.append(("pupil", say("border.missing_pupil")))
    if entry.birth_date is not None and entry.birth_date > view.today:
        found.append(("birth_date", say("border.birth_in_future", day=day(entry.birth_date))))
    if entry.basis is None:
        found.append(("basis", say("border.missing_basis")))
    if entry.basis is BorderBasis.CONSENT:
        found += _missing_in_consent(view, entry)
    if entry.basis is not None and not entry.words.strip():
        key = "missing_words" if entry.basis is BorderBasis.CONSENT else "missing_why"
        found.append(("words", say(f"border.{key}")))
    return tuple(MissingAtBorder(field, text) for field, text in found)


def _missing_in_consent(view: BorderView, entry: BorderEntry) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    counting = deciders(view, entry)
    if any(one in counting for one in entry.refuses):
        who = ", ".join(label(one).lower() for one in entry.refuses if one in counting)
        found.append(("refuses", say("border.refused", who=who)))
    elif not any(one in counting for one in entry.gives):
        key = "missing_pupil_consent" if competent_now(view, entry) else "missing_parent_consent"
        found.append(("gives", say(f"border.{key}")))
    if set(entry.gives) & set(entry.refuses):
        found.append(("refuses", say("border.both_answers")))
    if entry.manner is None:
        found.append(("manner", say("border.missing_manner")))
    if entry.on is None or entry.on > view.today:
        found.append(("on", say("border.missing_on")))
    elif entry.until is not None and entry.until < entry.on:
        found.append(("until", say("border.until_before")))
    return found


def record_transition(desk: Desk, view: BorderView, entry: BorderEntry) -> Outcome[Saved]:
    """Record the crossing as a request for the centre. Refused while something is missing."""
    missing = missing_at_border(view, entry)
    if missing:
        raise Refused("border.not_whole", field=missing[0].field, first=missing[0].text)
    known = view.pupil(entry.pupil_id)
    consents = entry.basis is BorderBasis.CONSENT
    assert entry.reason is not None
    assert entry.basis is not None
    body = Transition(
        school_id=view.school_id,
        topic_id=view.topic_id,
        reason=entry.reason,
        basis=entry.basis,
        on=entry.on if consents and entry.on else view.today,
        words=entry.words.strip(),
        pupil_id=known.pupil_id if known else None,
        pupil_name="" if known else entry.pupil_name.strip(),
        birth_date=None if known else entry.birth_date,
        competent=competent_now(view, entry) if consents else None,
        answers=_answers(entry) if consents else (),
        manner=entry.manner if consents else None,
        until=entry.until if consents else None,
    )
    where = Where(known.pupil_id if known else None, view.visit_id, view.school_id)
    with desk.vault.write() as work:
        saved = add_parts(desk, work, [Part(body, where)])
        work.drop_draft(desk.user.staff_id, view.form)
    return Outcome(saved, changes_of(saved.revisions))


def _answers(entry: BorderEntry) -> tuple[Answer, ...]:
    given = [Answer(giver=one, gives=True) for one in entry.gives]
    return (*given, *(Answer(giver=one, gives=False) for one in entry.refuses))

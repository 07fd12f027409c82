"""Signals of development and of well-being: worries by area, who says so, and who may read them.

Six areas of development (handbook 1 §5.3), and from the 6th grade three topics of well-being. The
words behind a worry belong to the medical team; they may be for the doctor alone, and stand in a
letter to the parents only when somebody released them. Answers of a questionnaire of the pupil
(GLCE) are never stored: only that it was taken, and what came of it.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import msgspec

from clbdesk.domain.body import Body, ExamBody
from clbdesk.domain.revision import Role
from clbdesk.ids import PupilId, StaffId


class DevelopmentArea(StrEnum):
    """The six areas, in the order of the form."""

    PHYSICAL = "physical"
    MOVEMENT = "movement"
    MENTAL = "mental"
    SEXUAL = "sexual"
    PERSONAL = "personal"
    SOCIAL = "social"


class WellBeingTopic(StrEnum):
    """What is talked about from the 6th grade on."""

    LIFESTYLE = "lifestyle"
    WELL_BEING = "well_being"
    FAMILY = "family"


class Concern(StrEnum):
    """How much of a worry."""

    NONE = "none"
    ATTENTION = "attention"
    WORRY = "worry"


class Nature(StrEnum):
    """What kind of statement the words are (handbook 3 §2.1)."""

    OBSERVATION = "observation"
    FACT = "fact"
    INTERPRETATION = "interpretation"
    HYPOTHESIS = "hypothesis"


class ToldBy(StrEnum):
    """Whose worry it is."""

    PARENT = "parent"
    PUPIL = "pupil"
    SCHOOL = "school"
    CLB = "clb"


class Readers(StrEnum):
    """Who may read the words of a signal."""

    MEDICAL_TEAM = "medical_team"
    DOCTOR = "doctor"


class AreaSignal(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One area or topic. `text`, `nature`, `told_by` belong to attention or worry.

    `for_letter`: released for the letter to the parents. `written_by`: who may go on reading words
    that are for the doctor.
    """

    concern: Concern
    text: str = ""
    nature: Nature | None = None
    told_by: ToldBy | None = None
    readers: Readers = Readers.MEDICAL_TEAM
    for_letter: bool = False
    written_by: StaffId | None = None


class Development(ExamBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Signals by DevelopmentArea; an area that is missing is still open.

    `parents_informed`: of a worry of the school, before it was looked at. `not_for_parents`: why
    this is not for the parents; empty when it may be.
    """

    signals: dict[str, AreaSignal] = {}
    parents_informed: bool | None = None
    not_for_parents: str = ""
    on: date


class WellBeing(ExamBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Signals by WellBeingTopic, and whether the pupil's own questionnaire (GLCE) was taken.

    `pupil_agrees`: with what goes to parents; without it nothing of this record does.
    """

    signals: dict[str, AreaSignal] = {}
    questionnaire_taken: bool | None = None
    questionnaire_outcome: str = ""
    pupil_agrees: bool | None = None
    not_for_parents: str = ""
    on: date


class AskedBy(StrEnum):
    """Who asks."""

    PUPIL = "pupil"
    MOTHER = "mother"
    FATHER = "father"
    SCHOOL = "school"


class PassOn(StrEnum):
    """Whether the question may go to the guidance team."""

    YES = "yes"
    NO = "no"
    TO_ASK = "to_ask"


class CareQuestion(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question that was received during the contact (vraag onthaald)."""

    pupil_id: PupilId
    question: str
    asked_by: AskedBy
    pass_on: PassOn


def may_read_words(signal: AreaSignal, role: Role, staff_id: StaffId) -> bool:
    """Whether somebody may read the words behind a signal; the concern itself is for the team."""
    if signal.readers is Readers.MEDICAL_TEAM or role is Role.DOCTOR:
        return True
    return signal.written_by == staff_id


def without_hidden_words(body: Body, role: Role, staff_id: StaffId, instead: str) -> Body:
    """The body as this person may see it: words for somebody else are replaced by `instead`."""
    if not isinstance(body, Development | WellBeing):
        return body
    shown = {
        area: one
        if may_read_words(one, role, staff_id)
        else msgspec.structs.replace(one, text=instead)
        for area, one in body.signals.items()
    }
    return msgspec.structs.replace(body, signals=shown)


def is_closed_to_parents(body: Body) -> bool:
    """Whether parents who ask for the dossier do not get this: it says so, words are for the doctor
    alone, or a pupil's own talk has no agreement.
    """
    if not isinstance(body, Development | WellBeing):
        return False
    entrusted = any(one.readers is Readers.DOCTOR for one in body.signals.values())
    without_agreement = isinstance(body, WellBeing) and body.pupil_agrees is not True
    return bool(body.not_for_parents) or entrusted or without_agreement


def words_for_letter(body: Development | WellBeing) -> tuple[str, ...]:
    """What may stand in the letter to the parents: only released words, and of a pupil's own talk
    only with the pupil's agreement; words for the doctor alone never.
    """
    if body.not_for_parents:
        return ()
    if isinstance(body, WellBeing) and body.pupil_agrees is not True:
        return ()
    return tuple(
        one.text
        for one in body.signals.values()
        if one.for_letter and one.text and one.readers is Readers.MEDICAL_TEAM
    )

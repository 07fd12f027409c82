"""Judging a test again when its values were put together from two versions.

A judgement is stored with the values that it was shown for. When a person joins two versions, the
old lines are about other values; what cannot be judged anew here carries none, so that nothing
counts as normal that nobody judged.
"""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from clbdesk.domain.body import Body, BodyT, ExamBody, decode
from clbdesk.domain.contact import (
    Acuity,
    Audiometry,
    Growth,
    Otoscopy,
    ParentHeight,
    SpeechInNoise,
)
from clbdesk.domain.development import Development, WellBeing
from clbdesk.domain.doctor import DoctorExam, OralHealth, Puberty
from clbdesk.domain.follow_up import Referral, as_answered
from clbdesk.domain.judgement import Judgement
from clbdesk.domain.kinds import KINDS, derived_record_id
from clbdesk.domain.people import Pupil, Sex
from clbdesk.domain.revision import Revision
from clbdesk.domain.visits import ContactMoment, VisitPupil, school_year_of
from clbdesk.ids import PupilId, RecordId
from clbdesk.services.growth_past import comparable, trusted
from clbdesk.services.reading import all_standing, one_standing
from clbdesk.standards.examination import judge_exam, judge_mouth
from clbdesk.standards.growth import GrowthJudgement, judge_growth
from clbdesk.standards.hearing import judge_audiometry, judge_spin
from clbdesk.standards.measurements import GrowthInput
from clbdesk.standards.puberty import PubertyGiven, judge_puberty
from clbdesk.standards.signals import judge_development, judge_well_being
from clbdesk.standards.vision import judge_vision
from clbdesk.storage.vault import Reader

# What the rules of a test take from the pupil.
_OF_PUPIL = frozenset({"growth", "puberty"})
_LOOK = "AUD-1"


def judged_for(version: Revision) -> tuple[date, Sex] | None:
    """Birth date and sex in a version of a pupil; None for one that this program cannot read."""
    if version.kind_version > KINDS["pupil"].version:
        return None
    body = decode(version.body, Pupil)
    return (body.birth_date, body.sex)


def judged_again(reader: Reader, body: BodyT, version: Revision) -> BodyT:
    """The body for what is known now: birth date or sex put right since, or an ear looked into.

    What was stored stays as it was: this is for who concludes and for what goes on paper.
    """
    if isinstance(body, Audiometry):
        return replace(body, judgements=_after_otoscopy(reader, body, version))
    if version.kind not in _OF_PUPIL or version.pupil_id is None:
        return body
    history = reader.history(RecordId(version.pupil_id))
    if len({judged_for(one) for one in history} - {None}) < 2:
        return body
    if not isinstance(body, ExamBody) or not body.judgements:
        return body
    return replace(body, judgements=_lines(reader, body, version))


def _after_otoscopy(reader: Reader, body: Audiometry, version: Revision) -> tuple[Judgement, ...]:
    """The lines with what follows from an otoscopy of later, perhaps on another visit (AUD-1)."""
    moment = _moment(reader, version)
    if moment is None or not any(one.rule_id == _LOOK for one in body.judgements):
        return body.judgements
    heads = reader.heads(kinds=("otoscopy",), pupil_id=version.pupil_id)
    year = school_year_of(body.on)
    seen = [
        one.body
        for one in all_standing(heads, Otoscopy)
        if one.body.on >= body.on and school_year_of(one.body.on) == year
    ]
    if not seen:
        return body.judgements
    last = max(seen, key=lambda one: one.on)
    after = judge_audiometry(moment, body, otoscopy=last).lines[1:]
    return (*(one for one in body.judgements if one.rule_id != _LOOK), *after)


def rejudged(reader: Reader, body: Body, version: Revision) -> Body:
    """The body with the rule lines of its own values. `version`: one of those it came from."""
    if isinstance(body, Referral):
        return as_answered(body)
    if not isinstance(body, ExamBody):
        return body
    return replace(body, judgements=_lines(reader, body, version))


def growth_of(
    reader: Reader, pupil_id: PupilId, record_id: RecordId, body: Growth
) -> GrowthJudgement | None:
    """Everything that the rules say of one measurement; None for a pupil who is not here."""
    pupil = one_standing(reader, RecordId(pupil_id), Pupil)
    if pupil is None:
        return None
    parents = one_standing(reader, derived_record_id("parent_height", pupil_id), ParentHeight)
    others = all_standing(reader.heads(kinds=("growth",), pupil_id=pupil_id), Growth)
    now = trusted(body)
    given = GrowthInput(
        sex=pupil.body.sex,
        birth=pupil.body.birth_date,
        on=body.on,
        height_cm=now.height_cm,
        weight_kg=now.weight_kg,
        head_cm=body.head_cm,
        sitting_height_cm=body.sitting_height_cm,
        mother_cm=parents.body.mother_cm if parents else None,
        father_cm=parents.body.father_cm if parents else None,
        previous=tuple(comparable(one) for one in others if one.record_id != record_id),
        reference=body.reference,
    )
    return judge_growth(given)


def latest_growth_before(
    reader: Reader, pupil_id: PupilId, record_id: RecordId, on: date
) -> Growth | None:
    """The last measurement before a day, from another record."""
    others = all_standing(reader.heads(kinds=("growth",), pupil_id=pupil_id), Growth)
    earlier = [one.body for one in others if one.record_id != record_id and one.body.on < on]
    return max(earlier, key=lambda body: body.on, default=None)


def _lines(reader: Reader, body: ExamBody, version: Revision) -> tuple[Judgement, ...]:
    if version.pupil_id is None:
        return ()
    if isinstance(body, Growth):
        found = growth_of(reader, version.pupil_id, version.record_id, body)
        return found.lines if found else ()
    if isinstance(body, Development):
        return judge_development(body)
    if isinstance(body, WellBeing):
        return judge_well_being(body)
    if isinstance(body, DoctorExam):
        return judge_exam(body)
    if isinstance(body, OralHealth):
        return judge_mouth(body)
    if isinstance(body, Puberty):
        pupil = one_standing(reader, RecordId(version.pupil_id), Pupil)
        return _puberty(body, pupil.body) if pupil else ()
    moment = _moment(reader, version)
    if moment is None:
        return ()
    if isinstance(body, Acuity):
        return judge_vision(moment, acuity=body).lines
    if isinstance(body, Audiometry):
        return judge_audiometry(moment, body).lines
    if isinstance(body, SpeechInNoise):
        return judge_spin(moment, body).lines
    return ()


def _puberty(body: Puberty, pupil: Pupil) -> tuple[Judgement, ...]:
    """Without PUB-9, which is about the growth beside it."""
    return judge_puberty(PubertyGiven(body, pupil.sex, pupil.birth_date))


def _moment(reader: Reader, version: Revision) -> ContactMoment | None:
    if version.visit_id is None or version.pupil_id is None:
        return None
    record_id = derived_record_id("visit_pupil", version.visit_id, version.pupil_id)
    listed = one_standing(reader, record_id, VisitPupil)
    return listed.body.moment if listed else None

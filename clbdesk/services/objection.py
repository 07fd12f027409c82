"""Verzet: what stands against a contact, and what follows for its examinations (OBJ-1…5).

Until the report of another doctor is here nothing is examined by the centre; what is entered from
it afterwards stands in the records as external, under that doctor's name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from clbdesk.domain.body import Body, ExamBody, Source
from clbdesk.domain.contact import (
    Acuity,
    Audiometry,
    ColourVision,
    EyePosition,
    Growth,
    Otoscopy,
    SpeechInNoise,
    StereoVision,
)
from clbdesk.domain.doctor import DoctorExam, OralHealth, Puberty
from clbdesk.domain.hearing import Tympanometry
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.objection import Objection
from clbdesk.domain.visits import ContactMoment
from clbdesk.errors import Refused
from clbdesk.ids import PupilId, RecordId
from clbdesk.services.reading import all_standing, one_standing
from clbdesk.storage.vault import Reader

# What the centre examines; talking, asking and concluding stay possible, and so does copying the
# audiogram of somebody else, which bears the name of its maker.
_EXAMINED = (
    Acuity,
    Audiometry,
    ColourVision,
    DoctorExam,
    EyePosition,
    Growth,
    OralHealth,
    Otoscopy,
    Puberty,
    SpeechInNoise,
    StereoVision,
    Tympanometry,
)


def objection_id(pupil_id: PupilId, moment: ContactMoment, school_year: int) -> RecordId:
    """The id of the objection to one contact."""
    return derived_record_id("objection", pupil_id, moment.value, str(school_year))


def find_objection(
    reader: Reader, pupil_id: PupilId, moment: ContactMoment | None, school_year: int
) -> Objection | None:
    """What stands against this contact; None also for a pupil without one."""
    if moment is None:
        return None
    found = one_standing(reader, objection_id(pupil_id, moment, school_year), Objection)
    return found.body if found else None


def objections_of(
    reader: Reader, pupil_ids: Sequence[PupilId], school_year: int
) -> Mapping[tuple[PupilId, ContactMoment], Objection]:
    """The same for a list of pupils."""
    heads = reader.heads(kinds=("objection",), pupil_ids=pupil_ids)
    return {
        (one.body.pupil_id, one.body.moment): one.body
        for one in all_standing(heads, Objection)
        if one.body.school_year == school_year
    }


def closes(objection: Objection | None) -> bool:
    """Whether the centre may not examine now."""
    return objection is not None and objection.report_received_on is None


def heed(objection: Objection | None, body: Body, stands: Body | None = None) -> Body:
    """The body as it may be recorded beside an objection, in the place of what `stands`.

    Refused("objection.closed") for an examination while there is no report; from the report on
    it is external, under the name of its examiner. What the centre itself examined before stays its
    own when it is corrected: who wants the report in its place withdraws it first.
    """
    if objection is None or not isinstance(body, _EXAMINED):
        return body
    if closes(objection):
        raise Refused("objection.closed")
    if isinstance(stands, ExamBody) and stands.source is Source.CLB:
        return body
    return msgspec.structs.replace(
        body, source=Source.EXTERNAL_REPORT, performed_by_name=objection.examiner
    )

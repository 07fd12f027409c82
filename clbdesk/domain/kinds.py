"""Every kind of record: its shape, version, compartment, and how its id comes about.

A kind that exists once per contact and visit (growth, acuity, …) has a derived record id, so
that two laptops that each create it write one record with two leaves. Facts have random ids.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from clbdesk.domain import (
    capacity,
    care,
    care_guide,
    care_outcome,
    centre_document,
    contact,
    data_class,
    development,
    disclosing,
    doctor,
    doctor_order,
    follow_up,
    guidance_request,
    hearing,
    incident,
    intervention,
    letters,
    objection,
    people,
    rules,
    safety,
    school_signal,
    shielding,
    stock,
    vaccination,
    visits,
)
from clbdesk.domain.body import Body
from clbdesk.domain.revision import Compartment
from clbdesk.ids import ContactId, PupilId, RecordId, VisitId, derived_id


class IdRule(StrEnum):
    """How a record id of a kind is made."""

    RANDOM = "random"
    PER_CONTACT_AND_VISIT = "per_contact_and_visit"
    DERIVED = "derived"


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of record. `version` is the newest that this program writes and understands.

    `compartment` None: that of the vault in which it is written, of either side.

    `centre_scope`: delivered to every laptop (staff, schools, lots, orders, signed rules), not per
    visit.
    """

    name: str
    version: int
    shape: type[Body]
    compartment: Compartment | None
    id_rule: IdRule
    centre_scope: bool = False


# Kinds that got a field after the first version (domain/body.py).
_RAISED = {
    "pupil": 2,
    "acuity": 2,
    "safety_concern": 2,
    "consultative_note": 3,
    "guide_wording": 2,
    "dose": 2,
    "membership": 2,
    "growth": 2,
    "prescreen": 3,
    "letter": 2,
    "lot": 2,
    "hearing_indication": 2,
    "speech_in_noise": 2,
    "conclusion": 2,
    "consent": 3,
    "visit_close": 3,
    "vaccination_session": 3,
    "task": 2,
    "doctor_order": 2,
}


def _kinds() -> dict[str, Kind]:
    planning, medical, guidance = Compartment.PLANNING, Compartment.MEDICAL, Compartment.GUIDANCE
    once, fact, derived = IdRule.PER_CONTACT_AND_VISIT, IdRule.RANDOM, IdRule.DERIVED
    rows: tuple[tuple[str, type[Body], Compartment | None, IdRule, bool], ...] = (
        ("school", people.School, planning, fact, True),
        ("staff", people.Staff, planning, fact, True),
        ("membership", people.Membership, planning, fact, True),
        ("rights_narrowing", data_class.RightsNarrowing, planning, derived, True),
        ("visit", visits.Visit, planning, fact, True),
        ("pupil", people.Pupil, planning, fact, False),
        ("enrolment", people.Enrolment, planning, derived, False),
        ("competence", capacity.Competence, planning, derived, False),
        ("guardian", capacity.Guardian, planning, fact, False),
        ("visit_pupil", visits.VisitPupil, planning, derived, False),
        ("visit_start", visits.VisitStart, planning, derived, False),
        ("visit_close", visits.VisitClose, planning, derived, False),
        ("visit_defaults", visits.VisitDefaults, planning, derived, False),
        ("room_check", visits.RoomCheck, planning, derived, False),
        ("attendance", visits.Attendance, planning, derived, False),
        ("guidance_request", guidance_request.GuidanceRequest, planning, fact, False),
        ("released_summary", guidance_request.ReleasedSummary, planning, fact, False),
        ("contact", visits.Contact, medical, derived, False),
        ("questionnaire", contact.Questionnaire, medical, once, False),
        ("background", contact.Background, medical, derived, False),
        ("growth", contact.Growth, medical, once, False),
        ("parent_height", contact.ParentHeight, medical, derived, False),
        ("growth_reference", contact.GrowthReference, medical, derived, False),
        ("acuity", contact.Acuity, medical, once, False),
        ("eye_position", contact.EyePosition, medical, once, False),
        ("colour_vision", contact.ColourVision, medical, once, False),
        ("stereo_vision", contact.StereoVision, medical, once, False),
        ("hearing_indication", contact.HearingIndication, medical, once, False),
        ("audiometry", contact.Audiometry, medical, once, False),
        ("otoscopy", contact.Otoscopy, medical, once, False),
        ("tympanometry", hearing.Tympanometry, medical, once, False),
        ("audiogram", hearing.Audiogram, medical, fact, False),
        ("speech_in_noise", contact.SpeechInNoise, medical, once, False),
        ("puberty", doctor.Puberty, medical, once, False),
        ("doctor_exam", doctor.DoctorExam, medical, once, False),
        ("oral_health", doctor.OralHealth, medical, once, False),
        ("development", development.Development, medical, once, False),
        ("well_being", development.WellBeing, medical, once, False),
        ("care_question", development.CareQuestion, medical, once, False),
        ("objection", objection.Objection, medical, derived, False),
        ("conclusion", contact.Conclusion, medical, once, False),
        ("referral", follow_up.Referral, medical, fact, False),
        ("task", follow_up.Task, medical, fact, False),
        ("letter", letters.Letter, medical, fact, False),
        ("vaccination_status", vaccination.VaccinationStatus, medical, once, False),
        ("consent", vaccination.Consent, medical, fact, False),
        ("standing_order", vaccination.StandingOrder, medical, fact, True),
        ("doctor_order", doctor_order.DoctorOrder, medical, fact, False),
        ("lot", vaccination.Lot, medical, fact, True),
        ("rule_signoff", rules.RuleSignoff, medical, derived, True),
        ("vaccination_session", vaccination.VaccinationSession, medical, derived, False),
        ("identity_check", vaccination.IdentityCheck, medical, fact, False),
        ("prescreen", vaccination.Prescreen, medical, fact, False),
        ("dose", vaccination.Dose, medical, fact, False),
        ("observation", vaccination.Observation, medical, fact, False),
        ("incident", incident.Incident, medical, fact, False),
        ("stock_move", stock.StockMove, medical, derived, False),
        ("cold_chain", stock.ColdChain, medical, derived, False),
        ("care_meeting", care.CareMeeting, guidance, derived, False),
        ("consultative_note", care.ConsultativeNote, guidance, fact, False),
        ("agreement", care.Agreement, guidance, fact, False),
        ("transition", care_outcome.Transition, guidance, fact, False),
        ("request_answer", guidance_request.RequestAnswer, guidance, derived, False),
        ("school_output", care_outcome.SchoolOutput, guidance, fact, False),
        ("meeting_text", care_outcome.MeetingText, planning, fact, False),
        ("guide_wording", care_guide.GuideWording, guidance, derived, True),
        ("stock_phrase", care_guide.StockPhrase, guidance, fact, True),
        ("centre_document", centre_document.CentreDocument, planning, derived, True),
        ("intervention_code", intervention.InterventionCode, planning, derived, True),
        ("intervention", intervention.Intervention, None, fact, False),
        ("shielding", shielding.Shielding, None, derived, False),
        ("school_message", disclosing.SchoolMessage, None, fact, False),
        ("access_request", disclosing.AccessRequest, None, fact, False),
        ("signal", school_signal.Signal, None, fact, False),
        ("signal_report", school_signal.SignalReport, planning, derived, True),
        ("signal_narrative", school_signal.SignalNarrative, planning, derived, True),
        ("second_reading", school_signal.SecondReading, planning, fact, True),
        ("staff_key", safety.StaffKey, planning, derived, True),
        ("safety_concern", safety.SafetyConcern, planning, fact, True),
    )
    return {
        name: Kind(
            name=name,
            version=_RAISED.get(name, 1),
            shape=shape,
            compartment=compartment,
            id_rule=id_rule,
            centre_scope=centre_scope,
        )
        for name, shape, compartment, id_rule, centre_scope in rows
    }


KINDS: dict[str, Kind] = _kinds()
_BY_SHAPE: dict[type[Body], Kind] = {kind.shape: kind for kind in KINDS.values()}


def kind_of(body: Body) -> Kind:
    """The kind of a body; KeyError for a struct that is not a record."""
    return kind_of_shape(type(body))


def kind_of_shape(shape: type[Body]) -> Kind:
    """The kind whose bodies have this shape; KeyError when no record has."""
    return _BY_SHAPE[shape]


def contact_id(pupil_id: PupilId, moment: visits.ContactMoment, school_year: int) -> ContactId:
    """The id of a pupil's contact of one moment in one school year."""
    return ContactId(derived_id("contact", pupil_id, moment.value, str(school_year)))


def exam_id(kind: str, contact: ContactId, visit: VisitId) -> RecordId:
    """The id of a test of one contact on one visit."""
    return RecordId(derived_id(kind, contact, visit))


def derived_record_id(kind: str, *parts: str) -> RecordId:
    """The id of a record that exists once for these parts.

    enrolment: pupil, school, year · visit_pupil and attendance: visit, pupil · visit_start, visit_close
    and room_check: visit · rule_signoff: rule · rights_narrowing: class, role · competence: pupil ·
    shielding: item · visit_defaults and vaccination_session: visit, staff member (each station
    has its own) · stock_move: session, lot, movement · cold_chain: session, cool box, moment ·
    background: pupil, item · parent_height and growth_reference: pupil · care_meeting: visit · request_answer: request · staff_key: staff member, laptop ·
    signal_report: school, first day · signal_narrative: report · intervention_code: list, code, first day · guide_wording: step ·
    centre_document: use · contact: see contact_id.
    """
    return RecordId(derived_id(kind, *parts))

"""The visit to a school, who is on its list, and the contact that its tests belong to."""

from __future__ import annotations

from datetime import date, time
from enum import StrEnum

from clbdesk.domain.body import Body
from clbdesk.ids import PupilId, SchoolId, StaffId, VisitId


class ContactMoment(StrEnum):
    """The five moments of the systematic contact (B.Vl.R. 1 June 2018)."""

    KK1 = "KK1"
    LO1 = "LO1"
    LO4 = "LO4"
    LO6 = "LO6"
    SO3 = "SO3"


class VisitKind(StrEnum):
    """What a visit is for."""

    SYSTEMATIC_CONTACT = "systematic_contact"
    VACCINATION = "vaccination"
    CARE_MEETING = "care_meeting"


class VisitClass(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A class on a visit, with the contact moment that is examined in it."""

    class_name: str
    moment: ContactMoment | None = None


class Visit(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A planned visit; its record id is the VisitId. `vaccines`: types foreseen (dTpa, HPV)."""

    school_id: SchoolId
    on: date
    start: time | None = None
    end: time | None = None
    kinds: tuple[VisitKind, ...]
    classes: tuple[VisitClass, ...] = ()
    team: tuple[StaffId, ...] = ()
    vaccines: tuple[str, ...] = ()
    room: str = ""


class VisitPupil(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A pupil is on the list of a visit. Joining later brings the full history along."""

    visit_id: VisitId
    pupil_id: PupilId
    class_name: str
    moment: ContactMoment | None = None


class VisitDefaults(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Vandaag standaard: what would otherwise be typed for every pupil of the visit."""

    visit_id: VisitId
    clothing: str | None = None
    growth_device: str = ""
    vision_tests: dict[str, str] = {}
    occlusion: str | None = None
    distance_confirmed: bool = False
    first_eye: str = "right"
    first_ear: str = "right"
    spin_device: str = ""


class RoomCheck(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Lokaalcheck of a visit: 3 m marked, light on the chart in lux, quiet room."""

    visit_id: VisitId
    distance_marked: bool | None = None
    light_lux: int | None = None
    quiet: bool | None = None


class VisitStart(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The visit was started at the school; the hour is the revision's, so two laptops agree."""

    visit_id: VisitId


class VisitClose(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The school was left; the hour and who are the revision's. `left_open`: sentences, no names.

    `up_to`: of every vault, by epoch, the number of the last record that was counted in; None = by an
    older program. What has a higher number, or another epoch, came later, whatever its hour says.
    `complete`: of those seen. `refused`: on the spot, beside `absent`. None = by an older program,
    which counted a refusal as absent.
    """

    visit_id: VisitId
    pupils: int
    seen: int
    absent: int
    objections: int
    left_open: tuple[str, ...] = ()
    up_to: dict[str, int] | None = None
    complete: int | None = None
    refused: int | None = None


class AttendanceState(StrEnum):
    """Presence of a pupil on a visit; everything else about the day is derived."""

    EXPECTED = "expected"
    PRESENT = "present"
    ABSENT = "absent"
    LATER = "later"


class AbsenceReason(StrEnum):
    """Why somebody is not seen today; `refuses` is a refusal on the spot, no objection."""

    ILL = "ill"
    ABSENT = "absent"
    REFUSES = "refuses"


class Attendance(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """State and reason only, so that two stations agree unless they really differ."""

    visit_id: VisitId
    pupil_id: PupilId
    state: AttendanceState
    reason: AbsenceReason | None = None


class ContactBasis(StrEnum):
    """Selected by class, or by age."""

    CLASS = "class"
    AGE = "age"


class Contact(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A systematic contact: only what is identical on every laptop; its state is derived."""

    pupil_id: PupilId
    moment: ContactMoment
    school_year: int
    basis: ContactBasis = ContactBasis.CLASS


def school_year_of(day: date) -> int:
    """The starting year of the school year (1 September to 31 August) of a day."""
    return day.year if day.month >= 9 else day.year - 1


def days_of_school_year(school_year: int) -> tuple[date, date]:
    """The first and the last day of a school year (2026 = 2026-27)."""
    return date(school_year, 9, 1), date(school_year + 1, 8, 31)

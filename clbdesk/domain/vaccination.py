"""Consent, order, identity check, questions, doses: the vaccination records (handbook 2 §4, §5)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from clbdesk.domain.body import Body, ExamBody
from clbdesk.domain.judgement import Judgement
from clbdesk.ids import PupilId, RecordId, StaffId, VisitId


class ConsentChoice(StrEnum):
    """The four choices of the form, and taking back what was chosen before."""

    CLB = "clb"
    GP = "gp"
    ALREADY_GIVEN = "already_given"
    REFUSAL = "refusal"
    WITHDRAWAL = "withdrawal"


class ConsentGiver(StrEnum):
    """In what capacity somebody decides."""

    PARENT = "parent"
    GUARDIAN = "guardian"
    ADULT_PUPIL = "adult_pupil"
    CAPABLE_MINOR = "capable_minor"


class ConsentChannel(StrEnum):
    """How it came in; by telephone is only a note."""

    PAPER = "paper"
    DIGITAL = "digital"
    TELEPHONE = "telephone"


class ConsentReach(StrEnum):
    """How many doses a yes is for: what the schedule still asks of a vaccine, or the next one."""

    SERIES = "series"
    ONE_DOSE = "one_dose"


class Consent(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One choice for some vaccine types: an event that is added, never overwritten.

    `withdrawn_on`: of a withdrawal, and of nothing else, the day on which it was said or signed.

    `reach`: of a yes. The form has no box for it: until `valid_until` the whole series, unless who
    signed wrote that it is for one dose.
    """

    pupil_id: PupilId
    vaccines: tuple[str, ...]
    choice: ConsentChoice
    giver: ConsentGiver
    giver_name: str = ""
    relation: str = ""
    channel: ConsentChannel = ConsentChannel.PAPER
    signed_on: date | None = None
    received_on: date
    valid_until: date | None = None
    health_answers: dict[str, bool] = {}
    reason: str = ""
    withdrawn_on: date | None = None
    reach: ConsentReach = ConsentReach.SERIES

    def __post_init__(self) -> None:
        """A withdrawal has its day, and nothing else has one: ValueError."""
        if (self.choice is ConsentChoice.WITHDRAWAL) != (self.withdrawn_on is not None):
            raise ValueError("withdrawn_on")

    @property
    def day(self) -> date:
        """The day from which it counts."""
        return self.withdrawn_on or self.signed_on or self.received_on


class StandingOrder(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Staand order of a doctor: under it a nurse may record a dose."""

    doctor_id: StaffId
    title: str
    vaccines: tuple[str, ...]
    stages: tuple[str, ...]
    valid_from: date
    valid_until: date


class Lot(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A lot of a product, number kept exactly as printed. `quarantined`: reason, or None.

    `gtin`: of the box it was scanned from, by which the next lot of that package is known too.
    """

    vaccine: str
    product: str
    number: str
    expires_on: date
    quarantined: str | None = None
    gtin: str = ""


class SessionLot(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A lot taken to a session: doses taken, box, and whether it is the one in use."""

    lot_id: RecordId
    vaccine: str
    product: str
    number: str
    expires_on: date
    taken: int
    cool_box: str = ""
    in_use: bool = True
    side: str = "left"


class VaccinationSession(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was fixed once for a visit: team, order, lots, cold chain, emergency kit.

    `several_posts`: other tables of the visit may note a refusal that does not reach this laptop.

    `closed_at` and `closed_by`: every dose and pupil was accounted for; nothing is recorded after
    it until a revision with a reason opens the session again.
    """

    visit_id: VisitId
    vaccinator: StaffId
    registrar: StaffId | None = None
    doctor: StaffId
    order_id: RecordId | None = None
    lots: tuple[SessionLot, ...]
    departure_celsius: Decimal | None = None
    arrival_celsius: Decimal | None = None
    emergency_kit_checked: bool | None = None
    observation_minutes: int = 15
    several_posts: bool = False
    closed_at: datetime | None = None
    closed_by: StaffId | None = None


class IdentityCheck(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The active check before a needle: day and month typed and equal, confirmed by whom."""

    pupil_id: PupilId
    visit_id: VisitId
    typed: str
    confirmed_by: str
    confirmed_by_name: str = ""


class DoctorDecision(StrEnum):
    """What a doctor decides after a yes or a doubtful dose; only MAY_TODAY lets a needle through."""

    MAY_TODAY = "may_today"
    POSTPONE = "postpone"
    NOT_GIVEN = "not_given"
    REFER = "refer"


class Prescreen(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Answers to the questions of the day by question id.

    `decisions`: of a doctor, by vaccine; `doctor_decision`: of an older program, about every vaccine.
    `asked_other_post`: the laptops were not linked, and somebody asked there for a refusal.
    """

    pupil_id: PupilId
    visit_id: VisitId
    answers: dict[str, bool]
    remarks: dict[str, str] = {}
    assumed: tuple[str, ...] = ()
    doctor_decision: DoctorDecision | None = None
    doctor_reason: str = ""
    doctor_id: StaffId | None = None
    asked_other_post: bool = False
    decisions: dict[str, DoctorDecision] = {}


class DoseStatus(StrEnum):
    """A dose fact: given, or not given with a reason."""

    GIVEN = "given"
    NOT_GIVEN = "not_given"


class DoseSource(StrEnum):
    """Where knowledge of a dose comes from; an oral report never counts as valid."""

    OWN = "own"
    VACCINNET = "vaccinnet"
    DOCUMENT = "document"
    ORAL = "oral"


class NotGivenReason(StrEnum):
    """Why not (handbook 2 §5.5)."""

    ABSENT = "absent"
    ILL = "ill"
    PUPIL_REFUSES = "pupil_refuses"
    NO_CONSENT = "no_consent"
    ALREADY_GIVEN = "already_given"
    CONTRAINDICATION = "contraindication"
    NO_STOCK = "no_stock"
    DOCTOR_DECIDES = "doctor_decides"
    OTHER = "other"


class ValidityOverride(StrEnum):
    """What a person says about a dose, whatever the rules say."""

    INVALID = "invalid"


class Dose(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A dose. `on` is YYYY-MM-DD, YYYY-MM or YYYY (history may know no more).

    `validity_override`: the needle went in, and the dose does not count (a vaccination error).
    """

    pupil_id: PupilId
    status: DoseStatus
    reason: NotGivenReason | None = None
    reason_text: str = ""
    vaccine: str
    product: str = ""
    lot: str = ""
    expires_on: date | None = None
    on: str
    given_at: datetime | None = None
    route: str = ""
    site: str = ""
    side: str = ""
    amount_ml: Decimal | None = None
    dose_number: int | None = None
    vaccinator: StaffId | None = None
    doctor: StaffId | None = None
    order_id: RecordId | None = None
    consent_id: RecordId | None = None
    session_id: RecordId | None = None
    source: DoseSource = DoseSource.OWN
    country: str = ""
    document_seen: str = ""
    judgements: tuple[Judgement, ...] = ()
    validity_override: ValidityOverride | None = None


class Observation(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The minutes after a dose: started, and ended by whom."""

    pupil_id: PupilId
    visit_id: VisitId
    started_at: datetime
    until: datetime
    ended_at: datetime | None = None
    early_reason: str = ""


class VaccinationStatus(ExamBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The vaccination status was looked at in a contact (a duty at every contact, B.Vl.R. 2018).

    `advice`: vaccine type → state of the advice engine at that moment; the rule ids and edition
    are in `judgements`.
    """

    pupil_id: PupilId
    on: date
    advice: dict[str, str] = {}

"""The parts of a systematic contact: questionnaire, growth, sight, hearing, conclusion.

Each test is a record of its own, with its own time and performer, because a contact is a
container of tests done on several days by several people (medical handbook §0.3, fields §7).
"""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from enum import StrEnum

from clbdesk.domain.body import Body, ExamBody, ExamState
from clbdesk.domain.judgement import Judgement
from clbdesk.ids import PupilId, RevId, StaffId


class QuestionnaireState(StrEnum):
    """Whether the questionnaire came back."""

    RECEIVED = "received"
    INCOMPLETE = "incomplete"
    NOT_RECEIVED = "not_received"


class ParentPresent(StrEnum):
    """Who came along."""

    NO = "no"
    MOTHER = "mother"
    FATHER = "father"
    BOTH = "both"
    OTHER = "other"


class Questionnaire(ExamBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The questionnaire of one contact; what parents or pupil told goes into Background items."""

    received: QuestionnaireState | None
    parent_present: ParentPresent | None = None
    question: str = ""


class BackgroundItem(StrEnum):
    """What is known about a pupil across contacts; one record per item."""

    ALLERGY = "allergy"
    GLASSES = "glasses"
    VISION = "vision"
    HEARING = "hearing"
    GROWTH = "growth"
    OTHER_CARE = "other_care"
    NEONATAL_HEARING = "neonatal_hearing"
    HEARING_RISK = "hearing_risk"


class Background(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One known item. "no" is an answer; "not_asked" is another.

    `answer`: no · yes · not_asked · unknown; for glasses also glasses · lenses.
    """

    pupil_id: PupilId
    item: BackgroundItem
    answer: str
    text: str = ""
    in_banner: bool = False


class Clothing(StrEnum):
    """What the pupil wore on the scale (VWVJ: underwear or gym suit)."""

    UNDERWEAR = "underwear"
    GYM_SUIT = "gym_suit"
    SHIRT_AND_PANTS = "shirt_and_pants"
    DRESSED = "dressed"


class Growth(ExamBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Length in cm and weight in kg to one decimal; computed values are in the judgements.

    A measure that was not done is None with its state; head and sitting height (cm) only where a
    doctor measured them. `reference` names the growth charts (standards/references.py).
    """

    height_cm: Decimal | None = None
    height_state: ExamState = ExamState.DONE
    weight_kg: Decimal | None = None
    weight_state: ExamState = ExamState.DONE
    head_cm: Decimal | None = None
    head_state: ExamState = ExamState.DONE
    sitting_height_cm: Decimal | None = None
    sitting_height_state: ExamState = ExamState.DONE
    clothing: Clothing | None = None
    device: str = ""
    posture: tuple[str, ...] = ()
    reference: str = "flanders-2004"
    on: date


class ParentHeight(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Lengths of the biological parents in cm; `measured` False = as told."""

    pupil_id: PupilId
    mother_cm: Decimal | None = None
    mother_measured: bool = False
    father_cm: Decimal | None = None
    father_measured: bool = False


class GrowthReference(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The growth charts on which a doctor plots a pupil from now on, and why (handbook §2.2).

    The rules of the standard go on judging on the Flemish charts.
    """

    pupil_id: PupilId
    reference: str
    reason: str


class VisionTest(StrEnum):
    """Acuity tests; values of different tests are never comparable (VWVJ)."""

    KAY_OLD = "KAY_OLD"
    KAY_NEW = "KAY_NEW"
    LOGMAR = "LOGMAR"
    E_HOOKS = "E_HOOKS"
    FFOOKS = "FFOOKS"
    OTHER = "OTHER"


class OtherTestReason(StrEnum):
    """Why another acuity test was taken than the one of the moment (handbook 1 §4.2)."""

    DEVELOPMENT = "development"
    NOT_MANAGED = "not_managed"
    OTHER = "other"


class Occlusion(StrEnum):
    """What covers the other eye during the acuity test (VWVJ kerninformatie visus)."""

    LEIDEN_GLASSES = "leiden_glasses"
    HOCUS_FOCUS = "hocus_focus"
    OTHER = "other"


class Correction(StrEnum):
    """What the pupil wore during the acuity test."""

    NONE = "none"
    GLASSES = "glasses"
    LENSES = "lenses"
    FORGOTTEN = "forgotten"


class EyeResult(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One eye: logMAR (0,0 good, higher is worse) or a not-done state."""

    logmar: Decimal | None
    state: ExamState
    state_reason: str | None = None
    cooperation: str | None = None


class Acuity(ExamBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Distance acuity per eye. An eye that is None is still open (one eye now, other later).

    `test_reason`: why not the test of the moment. `developmental_years`: the developmental age by
    which the test was chosen, in years to one decimal; None = not known.
    """

    test: VisionTest
    test_reason: OtherTestReason | None = None
    developmental_years: Decimal | None = None
    distance_cm: int = 300
    occlusion: str | None = None
    first_eye: str | None = None
    correction: Correction | None = None
    right: EyeResult | None = None
    left: EyeResult | None = None
    on: date


class EyePosition(ExamBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Corneal reflexes and cover test.

    `reflexes`: symmetric · asymmetric · failed. `cover_near`, `cover_far`: none · eso · exo ·
    vertical · failed. `signs`: lid · pupil · nystagmus · squint.
    """

    reflexes: str | None = None
    cover_near: str | None = None
    cover_far: str | None = None
    signs: tuple[str, ...] = ()
    on: date


class ColourVision(ExamBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`result`: good · wrong · doubtful."""

    result: str | None = None
    test_name: str = ""
    on: date


class StereoVision(ExamBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """TNO: seconds of arc, or "not_seen"."""

    result: str | None = None
    on: date


class CellResult(StrEnum):
    """Outcome of one ear at one frequency."""

    PASS = "pass"  # noqa: S105 - an outcome, not a word to keep
    FAIL = "fail"
    UNRELIABLE = "unreliable"
    NOT_DONE = "not_done"


class AudiometryCell(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One ear, one frequency; `level_db`: lowest level heard, dB HL, steps of 5, 0 is a tone.

    `silent_response`: the pupil reacted without a tone (silent trial).
    """

    result: CellResult
    state: ExamState = ExamState.DONE
    level_db: int | None = None
    silent_response: bool = False


class Audiometry(ExamBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Short audiometry: cells by frequency in Hz as text ("1000", "4000", "500")."""

    right: dict[str, AudiometryCell] = {}
    left: dict[str, AudiometryCell] = {}
    first_ear: str | None = None
    on: date


class SpinEar(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """SPIN of one ear: SRT in dB SNR (lower is better), SD in dB."""

    srt_db: Decimal | None
    sd_db: Decimal | None
    touched_limit: bool | None
    attempt: int = 1
    state: ExamState = ExamState.DONE


class SpeechInNoise(ExamBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Speech in noise (digit triplet test on a tablet), per ear.

    `noise`: exposures and ringing ears of the list of the centre; None = not asked.
    """

    right: SpinEar | None = None
    left: SpinEar | None = None
    device: str = ""
    version: str = ""
    started_at: time | None = None
    first_ear: str | None = None
    noise: tuple[str, ...] | None = None
    on: date


class HearingIndication(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """KK1: whether audiometry is indicated, and on what ground (rules HE-1, HE-2).

    `registered_screening`: what Kind en Gezin reports (yes · no · unknown, a child it does not
    know). `neonatal_screening`: what holds after the parents were asked (yes · no · unknown).
    `screening_source`: child_and_family · parents. `risks_asked`
    None = an older program did not say. `indicated` None = not decided.
    """

    pupil_id: PupilId
    registered_screening: str | None = None
    neonatal_screening: str | None = None
    screening_source: str | None = None
    risk_factors: tuple[str, ...] = ()
    risks_asked: bool | None = None
    indicated: bool | None = None
    judgements: tuple[Judgement, ...] = ()


class Otoscopy(ExamBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Findings per ear from the list of the handbook."""

    right: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    on: date


class ConclusionWord(StrEnum):
    """Besluit per domain (handbook 1 §5.4)."""

    OK = "ok"
    FOLLOW_UP = "follow_up"
    CHECK = "check"
    REFERRAL = "referral"
    KNOWN = "known"
    NOT_EXAMINED = "not_examined"
    REFUSED = "refused"


class DomainConclusion(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The professional's word for one domain, beside what the program proposed."""

    domain: str
    proposal: ConclusionWord | None
    rule_ids: tuple[str, ...] = ()
    conclusion: ConclusionWord
    reason: str = ""


class Conclusion(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Conclusion of a contact; `signed_by` a doctor closes it, None = waits for one.

    `over`: the versions of the tests that were concluded over; None = by an older program.
    """

    pupil_id: PupilId
    domains: tuple[DomainConclusion, ...]
    advice: str = ""
    complete: bool
    open_parts: tuple[str, ...] = ()
    catch_up: str = ""
    assumed: tuple[str, ...] = ()
    signed_by: StaffId | None = None
    over: tuple[RevId, ...] | None = None

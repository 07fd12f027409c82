"""The doctor's examination: puberty, back, legs, feet and blocks on indication, mouth.

Stages of Tanner, the orchidometer of Prader and the blocks of handbook 1 §2.7, §5.1, §5.2. Every
stage and every block can be "not done" by itself: a pupil may refuse without saying why.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

from clbdesk.domain.body import Body, ExamBody, ExamState


class Basis(StrEnum):
    """How a stage is known."""

    EXAMINATION = "examination"
    SELF_REPORT = "self_report"


class Menarche(StrEnum):
    """Whether the first menstruation was."""

    NO = "no"
    YES = "yes"
    NOT_ASKED = "not_asked"


class Descent(StrEnum):
    """Where a testis lies."""

    DESCENDED = "descended"
    RETRACTILE = "retractile"
    NOT_PALPABLE = "not_palpable"


class Puberty(ExamBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Stages 1 to 5 (breast, genital, pubic hair), testes in ml, menarche.

    A stage that is None with state DONE is open or does not belong to the pupil.
    `menarche_age`: years to one decimal; `menarche_month`: "2025-03", or "2025" when only the year
    is known. `stage_reason`: why a stage was not done.
    """

    breast_stage: int | None = None
    breast_state: ExamState = ExamState.DONE
    genital_stage: int | None = None
    genital_state: ExamState = ExamState.DONE
    hair_stage: int | None = None
    hair_state: ExamState = ExamState.DONE
    stage_reason: str | None = None
    menarche: Menarche | None = None
    menarche_age: Decimal | None = None
    menarche_month: str = ""
    testis_right_ml: int | None = None
    testis_left_ml: int | None = None
    position_right: Descent | None = None
    position_left: Descent | None = None
    basis: Basis | None = None
    on: date


class ExamBlock(StrEnum):
    """The blocks of the examination: the first three for everybody, the rest on indication."""

    BACK = "back"
    LEGS = "legs"
    FEET = "feet"
    HEART = "heart"
    LUNGS = "lungs"
    EAR_NOSE_THROAT = "ear_nose_throat"
    SKIN = "skin"
    ABDOMEN = "abdomen"


class Finding(StrEnum):
    """What was found."""

    NORMAL = "normal"
    ABNORMAL = "abnormal"


class Symmetry(StrEnum):
    """Both sides alike or not."""

    SYMMETRIC = "symmetric"
    ASYMMETRIC = "asymmetric"


class BlockResult(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One block: a finding, or a state with its reason. `text`: what is abnormal."""

    finding: Finding | None = None
    state: ExamState = ExamState.DONE
    state_reason: str | None = None
    text: str = ""


class DoctorExam(ExamBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Blocks by ExamBlock, what belongs to the back, and blood pressure in mmHg.

    `forward_bend`: test of Adams; `scoliometer_deg`: whole degrees. Blood pressure is recorded and
    never classified (handbook 1 §5.2).
    """

    blocks: dict[str, BlockResult] = {}
    forward_bend: Symmetry | None = None
    shoulders: Symmetry | None = None
    leg_length: Symmetry | None = None
    scoliometer_deg: int | None = None
    systolic_mmhg: int | None = None
    diastolic_mmhg: int | None = None
    on: date


class Hygiene(StrEnum):
    """How clean the teeth are."""

    GOOD = "good"
    MODERATE = "moderate"
    POOR = "poor"


class Caries(StrEnum):
    """Whether caries is suspected."""

    NO = "no"
    YES = "yes"
    TREATED = "treated"


class LastDentist(StrEnum):
    """When the pupil last saw a dentist."""

    WITHIN_YEAR = "within_year"
    LONGER = "longer"
    NEVER = "never"
    UNKNOWN = "unknown"


class OralHealth(ExamBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The mouth, where it is examined (handbook 1 §5.1). `refer`: to a dentist, by the doctor."""

    hygiene: Hygiene | None = None
    caries: Caries | None = None
    pain: bool = False
    trauma: bool = False
    orthodontics: bool = False
    last_dentist: LastDentist | None = None
    refer: bool = False
    on: date

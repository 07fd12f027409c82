"""Growth, sight and hearing as Observations with LOINC codes and UCUM units (table fhir_codes.csv).

Only what was measured goes out: a test that was not done is no observation, and never a normal one.
A measure whose row has no confirmed code stays here: sight with the pupil's own glasses, speech in
noise, sitting height.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from clbdesk.domain.body import ExamBody, ExamState
from clbdesk.domain.contact import (
    Acuity,
    Audiometry,
    AudiometryCell,
    CellResult,
    ColourVision,
    Correction,
    EyeResult,
    Growth,
    SpeechInNoise,
    SpinEar,
)
from clbdesk.exchange.fhir.elements import (
    OWN,
    Known,
    Resource,
    coding,
    compact,
    identifier,
    moment,
    person_reference,
    pupil_reference,
)
from clbdesk.standards.measurements import body_mass_index
from clbdesk.standards.tables import standards
from clbdesk.standards.vision import decimal_acuity

_TABLE = "fhir_codes.csv"
_LOINC = "http://loinc.org"
_UCUM = "http://unitsofmeasure.org"
_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
_PROFILES = "http://hl7.org/fhir/StructureDefinition"
_SIDES = ("right", "left")
_COLOURS = {"good": "goed", "wrong": "fout", "doubtful": "twijfelachtig"}


@dataclass(frozen=True, slots=True)
class _Measured:
    """One value. `comparator`: "<=" where the test did not look further."""

    measure: str
    value: Decimal | str
    comparator: str = ""
    method: str = ""


@cache
def _codes() -> dict[str, dict[str, str]]:
    return {row["measure"]: row for row in standards().rows(_TABLE) if row["code"]}


def observations(known: Known, insz: str | None) -> Iterator[Resource]:
    """The observations in one record; none of a withdrawn one, and none without a code."""
    body = known.body
    if known.withdrawn or not isinstance(body, ExamBody) or body.state is not ExamState.DONE:
        return
    found: Iterator[_Measured]
    match body:
        case Growth():
            found, on = _growth(body), body.on
        case Acuity():
            found, on = _acuity(body), body.on
        case ColourVision():
            found, on = _colours(body), body.on
        case Audiometry():
            found, on = _audiometry(body), body.on
        case SpeechInNoise():
            found, on = _speech(body), body.on
        case _:
            return
    for one in found:
        if one.measure in _codes():
            yield _observation(known, one, on, insz)


def _observation(known: Known, one: _Measured, on: date, insz: str | None) -> Resource:
    row = _codes()[one.measure]
    value: Resource
    if isinstance(one.value, str):
        value = {"valueCodeableConcept": {"text": one.value}}
    else:
        quantity = compact(comparator=one.comparator, unit=row["unit"], system=_UCUM)
        value = {"valueQuantity": {"value": one.value, **quantity, "code": row["unit"]}}
    profile = [f"{_PROFILES}/{row['profile']}"] if row["profile"] else None
    return compact(
        resourceType="Observation",
        id=f"{known.record_id}-{one.measure.replace('_', '-')}"[:64],
        meta={"profile": profile} if profile else None,
        language="nl-BE",
        identifier=[identifier(f"{OWN}:{one.measure.replace('_', '-')}", known.record_id)],
        status="final",
        category=[coding(_CATEGORY, row["category"])],
        code=coding(_LOINC, row["code"]),
        subject=pupil_reference(known.pupil_id, insz),
        effectiveDateTime=on.isoformat(),
        issued=moment(known.recorded_at),
        performer=[person_reference(known.author)],
        method={"text": one.method} if one.method else None,
        **value,
    )


def _growth(body: Growth) -> Iterator[_Measured]:
    height = body.height_cm if body.height_state is ExamState.DONE else None
    weight = body.weight_kg if body.weight_state is ExamState.DONE else None
    if height is not None:
        yield _Measured("height", height)
    if weight is not None:
        yield _Measured("weight", weight)
    if body.head_cm is not None and body.head_state is ExamState.DONE:
        yield _Measured("head", body.head_cm)
    if body.sitting_height_cm is not None and body.sitting_height_state is ExamState.DONE:
        yield _Measured("sitting_height", body.sitting_height_cm)
    if height is not None and weight is not None:
        yield _Measured("bmi", _rounded(body_mass_index(height, weight), "0.1"))


def _acuity(body: Acuity) -> Iterator[_Measured]:
    kind = {Correction.NONE: "acuity", Correction.FORGOTTEN: "acuity"}.get(
        body.correction or Correction.GLASSES, "acuity_corrected"
    )
    for side in _SIDES:
        eye: EyeResult | None = getattr(body, side)
        if eye is not None and eye.state is ExamState.DONE and eye.logmar is not None:
            value = _rounded(decimal_acuity(eye.logmar), "0.01")
            yield _Measured(f"{kind}_{side}", value, method=body.test.value)


def _colours(body: ColourVision) -> Iterator[_Measured]:
    if body.result in _COLOURS:
        yield _Measured("colour_vision", _COLOURS[body.result], method=body.test_name)


def _audiometry(body: Audiometry) -> Iterator[_Measured]:
    for side in _SIDES:
        cells: dict[str, AudiometryCell] = getattr(body, side)
        for frequency, cell in cells.items():
            heard = cell.result in (CellResult.PASS, CellResult.FAIL)
            if heard and cell.state is ExamState.DONE and cell.level_db is not None:
                # Passed at the level of the test: the threshold lies there or lower.
                comparator = "<=" if cell.result is CellResult.PASS else ""
                measure = f"hearing_{side}_{frequency}"
                yield _Measured(measure, Decimal(cell.level_db), comparator)


def _speech(body: SpeechInNoise) -> Iterator[_Measured]:
    for side in _SIDES:
        ear: SpinEar | None = getattr(body, side)
        if ear is not None and ear.state is ExamState.DONE and ear.srt_db is not None:
            yield _Measured(f"speech_in_noise_{side}", ear.srt_db)


def _rounded(value: float, step: str) -> Decimal:
    return Decimal(repr(value)).quantize(Decimal(step), ROUND_HALF_UP)

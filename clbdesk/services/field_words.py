"""Values of records in words: numbers, days, states and the halves of a test, as text."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING

import msgspec

from clbdesk.charts.full_audiogram import threshold_words
from clbdesk.clock import BRUSSELS
from clbdesk.domain.body import ExamState
from clbdesk.domain.care import OwnAnswer
from clbdesk.domain.contact import AudiometryCell, DomainConclusion, EyeResult, SpinEar
from clbdesk.domain.development import AreaSignal
from clbdesk.domain.doctor import BlockResult
from clbdesk.domain.hearing import Threshold
from clbdesk.services.conflict_view import wording_of
from clbdesk.standards.phrases import day, weekday
from clbdesk.standards.vision import shown_decimal
from clbdesk.wording import label

if TYPE_CHECKING:
    from clbdesk.services.history_record import FieldText


def field_text(field: FieldText) -> str:
    """The value with its unit: "117,0 cm", "niet mogelijk"."""
    words = value_words(field.value)
    return f"{words} {field.unit}" if field.unit else words


def value_words(value: object) -> str:
    """One value as a person reads it; empty for nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, Enum):
        return label(value)
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, tuple):
        return ", ".join(words for words in map(value_words, value) if words)
    return _struct_words(value) if isinstance(value, msgspec.Struct) else str(value)


def _struct_words(value: msgspec.Struct) -> str:
    match value:
        case EyeResult():
            return _eye_words(value)
        case AudiometryCell():
            level = f" {value.level_db} dB" if value.level_db is not None else ""
            return f"{label(value.result)}{level}"
        case Threshold():
            return threshold_words(value)
        case SpinEar():
            return _spin_words(value)
        case DomainConclusion():
            reason = f" ({value.reason})" if value.reason else ""
            return f"{label(value.conclusion)}{reason}"
        case AreaSignal():
            told = f" ({label(value.told_by).lower()})" if value.told_by else ""
            return f"{label(value.concern)}{told}" + (f": {value.text}" if value.text else "")
        case BlockResult():
            found = _with(label(value.finding or value.state), value.state_reason)
            return f"{found}: {value.text}" if value.text else found
        case OwnAnswer():
            return value.text
    parts = (getattr(value, field.name) for field in msgspec.structs.fields(value))
    return " · ".join(words for words in map(value_words, parts) if words)


def _eye_words(eye: EyeResult) -> str:
    found = label(eye.state)
    if eye.state is ExamState.DONE:
        beside = f" ({shown_decimal(eye.logmar)})" if eye.logmar is not None else ""
        found = value_words(eye.logmar) + beside
    return _with(found, eye.state_reason, eye.cooperation)


def _spin_words(ear: SpinEar) -> str:
    if ear.state is not ExamState.DONE or ear.srt_db is None:
        return label(ear.state)
    sd = f" · SD {_number(ear.sd_db)}" if ear.sd_db is not None else ""
    return f"SRT {_number(ear.srt_db)} dB{sd}"


def _with(found: str, *codes: str | None) -> str:
    """What was found, with the reason of a state and the like in words behind it."""
    words = [wording_of(f"conflicts.word.{code}", code) for code in codes if code]
    return f"{found} ({', '.join(words)})" if words else found


def _number(value: Decimal) -> str:
    """As many decimals as were measured."""
    words = f"{abs(value):f}".replace(".", ",")
    return f"−{words}" if value < 0 else words


def _moment(value: datetime) -> str:
    at = value.astimezone(BRUSSELS)
    return f"{weekday(at.date())} {at:%H:%M}"

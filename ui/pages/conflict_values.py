"""Values of any kind of record in words, for the two versions beside each other."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum

import msgspec

from clbdesk.domain.body import ExamState
from clbdesk.domain.care import EducationalNeed, OwnAnswer, Participant
from clbdesk.standards.care_guide import guide
from clbdesk.wording import label
from ui import format as show

_UNITS = {"level_db": "dB", "srt_db": "dB SNR", "sd_db": "dB", "logmar": "logMAR"}
NOTHING = "–"


def shown(value: object) -> str:
    """One value as text; a dash where nothing was filled in."""
    if value is None or value in ("", ()):
        return NOTHING
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, Enum):
        return _word(value)
    if isinstance(value, Decimal):
        return show.number(value)
    if isinstance(value, int):
        return show.whole(value)
    if isinstance(value, datetime):
        return show.short_moment(value)
    if isinstance(value, date):
        return show.day(value)
    if isinstance(value, time):
        return show.hour(value)
    if isinstance(value, tuple):
        return "\n".join(shown(one) for one in value)
    if isinstance(value, msgspec.Struct):
        return _struct(value)
    return str(value)


def _word(value: Enum) -> str:
    try:
        return label(value)
    except KeyError:
        return str(value.value)


def _struct(value: msgspec.Struct) -> str:
    """An eye, a cell, a participant: what was filled in, in its order."""
    if isinstance(value, OwnAnswer):
        return value.text
    parts = []
    for field in msgspec.structs.fields(value):
        one = getattr(value, field.name)
        if one in (None, "", (), False, ExamState.DONE) or field.name.endswith("_id"):
            continue
        unit = _UNITS.get(field.name, "")
        parts.append(f"{shown(_worded(value, field.name, one))} {unit}".strip())
    return " · ".join(parts) or NOTHING


def _worded(value: msgspec.Struct, name: str, one: object) -> object:
    """A code of the guide as the guide words it; anything else as it is."""
    if isinstance(value, EducationalNeed) and name == "sort":
        return next((word.label for word in guide().need if word.code == one), one)
    if isinstance(value, Participant) and name == "function":
        return next((word.label for word in guide().function if word.code == one), one)
    return one

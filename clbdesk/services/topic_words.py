"""Codes of a topic in words, for who reads it as a record: colleagues, and who asks for the dossier.

The words are those of the guide and, of core activity and theme, of the centre's lists. That a
topic led to a safety concern is not said: the concern goes by its own circle (handbook 3 §7.4).
"""

from __future__ import annotations

from datetime import date

from clbdesk.domain.care import ConsultativeNote
from clbdesk.domain.intervention import CodeList
from clbdesk.standards.care_guide import guide
from clbdesk.standards.intervention_codes import InterventionCodes

_LISTS = {"activity": CodeList.FUNCTION, "theme": CodeList.SUBJECT}
_CONCERN = "concern"


def topic_words(
    note: ConsultativeNote, field: str, codes: InterventionCodes, on: date
) -> object | None:
    """A field that holds codes, in words; None for any other field.

    `on`: the day of the meeting. An empty text is not said.
    """
    if field in _LISTS:
        return codes.words(_LISTS[field], getattr(note, field), on)
    words = guide()
    match field:
        case "informed":
            return {one.code: one.label for one in words.informed}.get(note.informed or "")
        case "outcome" if note.outcome == _CONCERN:
            return ""
        case "outcome":
            return {one.code: one.label for one in words.outcome}.get(note.outcome)
        case "principles":
            labels = {one.code: one.label for one in words.principle}
            return tuple(labels.get(one, one) for one in note.principles)
        case "needs":
            labels = {one.code: one.label for one in words.need}
            return tuple(f"{labels.get(one.sort, one.sort)} · {one.text}" for one in note.needs)
        case _:
            return None

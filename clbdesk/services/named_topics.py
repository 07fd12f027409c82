"""Topics of a meeting that are on name: personal data of whoever they name, so part of the dossier.

Such a topic carries no pupil (a table of names to pseudonyms is never kept): it is found by the
name. A name that two pupils on this laptop share points at neither (handbook 3 §5.5).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from clbdesk.domain.body import Body
from clbdesk.domain.care import Agreement, ConsultativeNote
from clbdesk.domain.people import Enrolment, Pupil
from clbdesk.ids import PupilId, RecordId
from clbdesk.services.conflicts import body_of
from clbdesk.services.name_detection import KnownNames, names_of
from clbdesk.services.reading import Standing, all_standing
from clbdesk.storage.vault import Head, Reader


@dataclass(frozen=True, slots=True)
class NamedItem:
    """A topic, or an agreement of one. `names_others`: other pupils stand, or stood, in it too."""

    head: Head
    names_others: bool


def named_items(reader: Reader, pupil_id: PupilId) -> dict[RecordId, NamedItem]:
    """The topics on name in which this pupil of their school is named, with their agreements.

    A topic that was on name stays one of whom its last version on name names.
    """
    notes = [
        (one, on_name)
        for one in all_standing(reader.heads(kinds=("consultative_note",)), ConsultativeNote)
        if (on_name := _last_on_name(reader, one)) is not None
    ]
    if not notes:
        return {}
    pupils = all_standing(reader.heads(kinds=("pupil",)), Pupil)
    own = names_of(one.body for one in pupils if PupilId(one.record_id) == pupil_id)
    others = names_of(one.body for one in pupils if PupilId(one.record_id) != pupil_id)
    enrolled = all_standing(reader.heads(kinds=("enrolment",), pupil_id=pupil_id), Enrolment)
    schools = {one.body.school_id for one in enrolled}
    found: dict[RecordId, NamedItem] = {}
    for note, on_name in notes:
        if note.body.school_id in schools and _only_in(own, others, _text(on_name)):
            found[note.record_id] = _item(reader, note.head, own, others)
    for agreement in all_standing(reader.heads(kinds=("agreement",)), Agreement):
        if agreement.body.topic_id in found:
            found[agreement.record_id] = _item(reader, agreement.head, own, others)
    return found


def _last_on_name(reader: Reader, note: Standing[ConsultativeNote]) -> ConsultativeNote | None:
    """The topic as it was on name, now or last; None when it never was."""
    if note.body.personal_data:
        return note.body
    for version in reversed(reader.history(note.record_id)):
        body = body_of(version)
        if isinstance(body, ConsultativeNote) and body.personal_data:
            return body
    return None


def _item(reader: Reader, head: Head, own: KnownNames, others: KnownNames) -> NamedItem:
    """A record is given with all its versions, so a name in any of them counts."""
    said = [body for one in reader.history(head.record_id) if (body := body_of(one)) is not None]
    return NamedItem(head, any(_only_in(others, own, _text(body)) for body in said))


def _only_in(names: KnownNames, not_in: KnownNames, text: str) -> bool:
    """Whether a name of the first stands in the text that is no name of the second."""
    shared = {one.start: one.length for one in not_in.find(text)}
    return any(shared.get(one.start, 0) < one.length for one in names.find(text))


def _text(body: Body) -> str:
    """Every word of a record, each field on a line of its own."""
    return "\n".join(_words(msgspec.to_builtins(body)))


def _words(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for one in value.values():
                yield from _words(one)
        case list() | tuple():
            for one in value:
                yield from _words(one)

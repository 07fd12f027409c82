"""What names a pupil without carrying one: topics on name, and crossings of who was not aboard.

Both are personal data of whoever they name, so part of the dossier. A topic carries no pupil (a
table of names to pseudonyms is never kept), a crossing had only name and birth date: they are found
by the name. One that two pupils on this laptop share points at neither (handbook 3 §5.5).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import msgspec

from clbdesk.domain.body import Body
from clbdesk.domain.care import Agreement, ConsultativeNote
from clbdesk.domain.care_outcome import Transition
from clbdesk.domain.names import normalise
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
    """The topics on name in which this pupil of their school is named, with their agreements, and
    the crossings that were said by his or her name.

    A topic that was on name stays one of whom its last version on name names.
    """
    pupils = all_standing(reader.heads(kinds=("pupil",)), Pupil)
    found = {
        head.record_id: NamedItem(head, names_others=False)
        for head in reader.heads(kinds=("transition",), include_withdrawn=True)
        if head.leaf.pupil_id is None and _said(head, pupils) == pupil_id
    }
    notes = [
        (one, on_name)
        for one in all_standing(reader.heads(kinds=("consultative_note",)), ConsultativeNote)
        if (on_name := _last_on_name(reader, one)) is not None
    ]
    if not notes:
        return found
    own = names_of(one.body for one in pupils if PupilId(one.record_id) == pupil_id)
    others = names_of(one.body for one in pupils if PupilId(one.record_id) != pupil_id)
    enrolled = all_standing(reader.heads(kinds=("enrolment",), pupil_id=pupil_id), Enrolment)
    schools = {one.body.school_id for one in enrolled}
    for note, on_name in notes:
        if note.body.school_id in schools and _only_in(own, others, _text(on_name)):
            found[note.record_id] = _item(reader, note.head, own, others)
    for agreement in all_standing(reader.heads(kinds=("agreement",)), Agreement):
        if agreement.body.topic_id in found:
            found[agreement.record_id] = _item(reader, agreement.head, own, others)
    return found


def named_in(reader: Reader, note: Standing[ConsultativeNote]) -> tuple[PupilId, ...]:
    """In whose dossiers a topic stands; nobody's unless it is, or was, on name."""
    on_name = _last_on_name(reader, note)
    if on_name is None:
        return ()
    text = _text(on_name)
    pupils = all_standing(reader.heads(kinds=("pupil",)), Pupil)
    told = (PupilId(one.record_id) for one in pupils if names_of([one.body]).find(text))
    return tuple(one for one in told if note.record_id in named_items(reader, one))


def whose_name(
    said: str, pupils: Iterable[Standing[Pupil]], born: date | None = None
) -> PupilId | None:
    """The one pupil whose whole name was said, in either order; None for nobody or several."""
    wanted = normalise(said)
    found = {
        PupilId(one.record_id)
        for one in pupils
        for given in {one.body.given_name, one.body.call_name} - {""}
        if born in (None, one.body.birth_date)
        and wanted
        in {
            normalise(f"{given} {one.body.family_name}"),
            normalise(f"{one.body.family_name} {given}"),
        }
    }
    return found.pop() if len(found) == 1 else None


def _said(head: Head, pupils: Iterable[Standing[Pupil]]) -> PupilId | None:
    body = body_of(head.leaf)
    if not isinstance(body, Transition) or body.birth_date is None:
        return None
    return whose_name(body.pupil_name, pupils, body.birth_date)


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

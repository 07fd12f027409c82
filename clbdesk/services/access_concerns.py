"""Safety concerns in a request: given by somebody of the circle, as far as the matrix lets them go.

What nobody could ever ask for would be a private note (handbook 3 §0.3). Whoever is not in the
circle sees and gives nothing of it, and cannot know that there is something.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from clbdesk.domain.shielding import Flag
from clbdesk.ids import PupilId
from clbdesk.services.desk import Desk
from clbdesk.services.history_record import FieldText, RecordText, record_text
from clbdesk.services.history_rows import row_of
from clbdesk.services.safety_concern import ConcernVersion, opened_about
from clbdesk.standards.access_matrix import Item
from clbdesk.storage.vault import Head, Reader
from clbdesk.wording import say

_WORDS = (
    "facts",
    "words",
    "safe_now",
    "assessment",
    "steps",
    "parents_informed",
    "parents_reason",
    "pupil_view",
    "decision",
    "decided_by",
    "review_on",
)
_PEOPLE = ("seen_by", "discussed_with")


@dataclass(frozen=True, slots=True)
class ConcernItem:
    """One concern with everything that this user can open of it, and what the matrix must know."""

    head: Head
    text: RecordText
    item: Item


def concern_items(
    desk: Desk, reader: Reader, pupil_id: PupilId, names: Mapping[str, str]
) -> Iterator[ConcernItem]:
    """The concerns about this pupil of circles that this user is in."""
    for head, versions in opened_about(desk, reader, pupil_id):
        text = record_text(desk, reader, head, row_of(reader, head, names, {}, {}), names)
        fields = [field for one in versions for field in _fields(one, names)]
        closed = any(one.content.not_for_parents for one in versions)
        flags = frozenset({Flag.NOT_FOR_PARENTS} if closed else ())
        whole = replace(text, fields=tuple(fields), versions=())
        yield ConcernItem(head, whole, Item(is_health=False, flags=flags))


def _fields(version: ConcernVersion, names: Mapping[str, str]) -> Iterator[FieldText]:
    """Every word of one version; what it does not say is left out."""
    for name in _PEOPLE:
        people = getattr(version.content, name)
        listed = people if isinstance(people, tuple) else (people,)
        if known := tuple(names.get(one, "") for one in listed if names.get(one)):
            yield FieldText(say(f"concern.field_{name}"), known)
    for name in _WORDS:
        value = getattr(version.content, name)
        if value not in ("", ()):
            yield FieldText(say(f"concern.field_{name}"), value)

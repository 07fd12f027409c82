"""What a person may fill in anew beside two versions: words, a number, or a value of a list.

Only what stands here can be; everything else is chosen left or right and put right on the page of
its part. A code comes out of the list that it belongs to, or nobody could read it. Texts that are
checked for names, or that somebody agreed with, are written on their own page alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from clbdesk.clock import local_day
from clbdesk.domain.body import Body
from clbdesk.domain.care import CareMeeting, ConsultativeNote
from clbdesk.domain.grades import GRADES
from clbdesk.domain.intervention import CodeList, Intervention
from clbdesk.domain.revision import Revision
from clbdesk.domain.school_signal import Signal
from clbdesk.domain.vaccination import Dose, Lot
from clbdesk.errors import Refused
from clbdesk.services.intervention_lists import codes_in
from clbdesk.services.reading import one_standing
from clbdesk.services.versions import Path
from clbdesk.standards.care_guide import guide
from clbdesk.standards.entry_limits import limits
from clbdesk.standards.intervention_codes import InterventionCodes
from clbdesk.standards.limits import Field
from clbdesk.standards.signal_themes import signal_themes
from clbdesk.standards.vaccination.products import products, products_of
from clbdesk.standards.vaccination.ruleset import vaccine_types
from clbdesk.storage.vault import Reader

LONGEST = 2000
# Measured fields, with the limits that hold for them.
NUMBERS = {
    ("growth", "height_cm"): Field.HEIGHT,
    ("growth", "weight_kg"): Field.WEIGHT,
    ("growth", "head_cm"): Field.HEAD,
    ("growth", "sitting_height_cm"): Field.SITTING_HEIGHT,
    ("parent_height", "mother_cm"): Field.PARENT_HEIGHT,
    ("parent_height", "father_cm"): Field.PARENT_HEIGHT,
}
_WORDS = frozenset(
    {
        "advice",
        "call_name",
        "clb_note",
        "closed_reason",
        "cool_box",
        "doctor_reason",
        "early_reason",
        "evaluation_by",
        "examiner",
        "family_name",
        "given_name",
        "giver_name",
        "name",
        "not_for_parents",
        "note",
        "one_word",
        "question",
        "questionnaire_outcome",
        "reason",
        "reason_text",
        "reasons",
        "relation",
        "remark",
        "remarks",
        "room",
        "signs",
        "text",
        "to_name",
        "treatment",
        "urgency",
        "what",
        "who",
        "without_authority_because",
    }
)
# Checked for names, agreed with, or sealed by a checksum: written anew on their own page only.
_ON_ITS_PAGE = frozenset(
    {
        "access_request",
        "guidance_request",
        "guide_wording",
        "intervention",
        "meeting_text",
        "released_summary",
        "rule_signoff",
        "school_message",
        "school_output",
        "signal",
        "signal_narrative",
        "stock_phrase",
        "transition",
    }
)
_CODE_LISTS = {
    ("consultative_note", "activity"): CodeList.FUNCTION,
    ("consultative_note", "theme"): CodeList.SUBJECT,
    **{("intervention", one.value): one for one in CodeList},
}


@dataclass(frozen=True, slots=True)
class Listed:
    """A value of a list: what is recorded and its words."""

    code: str
    words: str


def is_words(kind: str, path: Path) -> bool:
    """Whether a field holds free text that may be typed anew."""
    return path[0] in _WORDS and kind not in _ON_ITS_PAGE


class Lists:
    """The lists that the fields of two versions choose from."""

    def __init__(self, reader: Reader, kind: str, version: Revision, *bodies: Body) -> None:
        """`version`: one of the two; `bodies`: both."""
        self._kind, self._bodies = kind, bodies
        self._codes: InterventionCodes = codes_in(reader)
        self._on = _day(reader, version, bodies[0])

    def of(self, path: Path) -> tuple[Listed, ...]:
        """What can be chosen for a field; nothing for one without a list."""
        field = path[0]
        listed = _CODE_LISTS.get((self._kind, field))
        if listed is not None:
            valid = self._codes.choices(listed, self._on)
            return tuple(Listed(one.code, one.label) for one in valid)
        match (self._kind, field):
            case ("consultative_note", "grade"):
                return tuple(Listed(*one) for one in GRADES)
            case ("consultative_note", "informed"):
                return tuple(Listed(one.code, one.label) for one in guide().informed)
            case ("consultative_note", "outcome"):
                return tuple(Listed(one.code, one.label) for one in guide().outcome)
            case ("signal", "theme"):
                domains = {one.domain for one in self._bodies if isinstance(one, Signal)}
                return tuple(
                    Listed(one.code, one.label) for one in signal_themes() if one.domain in domains
                )
            case ("dose" | "lot", "vaccine"):
                return tuple(Listed(name, name) for name in vaccine_types())
            case ("dose" | "lot", "product"):
                named = {one.vaccine for one in self._bodies if isinstance(one, Dose | Lot)}
                return tuple(
                    Listed(one.name, one.name)
                    for name in sorted(named)
                    for one in products_of(name)
                )
        return ()

    def words(self, path: Path, value: object) -> object:
        """A code in its words, also one that ended; anything else as it is."""
        if type(value) is not str:
            return value
        listed = _CODE_LISTS.get((self._kind, path[0]))
        if listed is not None and value:
            return self._codes.words(listed, value, self._on)
        if (self._kind, path[0]) == ("signal", "theme"):
            return next((one.label for one in signal_themes() if one.code == value), value)
        return next((one.words for one in self.of(path) if one.code == value), value)

    def check_together(self, body: Body) -> None:
        """Refused when fields of both versions contradict each other: a product is of one vaccine.

        What one of the versions says itself stays what it is.
        """
        if all(_pair(body) != _pair(one) for one in self._bodies) and not self._belong(body):
            raise Refused("conflicts.not_together")

    def _belong(self, body: Body) -> bool:
        if isinstance(body, Dose | Lot):
            product = products().get(body.product)
            return product is None or product.type.name == body.vaccine
        if isinstance(body, Signal):
            return body.theme in {one.code for one in signal_themes() if one.domain is body.domain}
        if isinstance(body, Intervention):
            subject = self._codes.find(CodeList.SUBJECT, body.subject, self._on)
            return subject is None or subject.domain in ("", body.domain)
        return True


def check_typed(lists: Lists, kind: str, own: Mapping[Path, object]) -> None:
    """Refused for a value that the field cannot have: no number of its limits, none of its list."""
    for path, value in own.items():
        number = NUMBERS.get((kind, path[0]))
        choices = lists.of(path)
        if number is not None:
            low, high = limits(number).block or (None, None)
            fits = isinstance(value, Decimal) and (
                (low is None or low <= value) and (high is None or value <= high)
            )
        elif choices:
            fits = value in {one.code for one in choices}
        else:
            fits = is_words(kind, path) and isinstance(value, str) and len(value) <= LONGEST
        if not fits:
            raise Refused("conflicts.not_in_list" if choices else "conflicts.not_typed")


def _pair(body: Body) -> tuple[str, str] | None:
    """The two fields of which one follows from the other."""
    if isinstance(body, Dose | Lot):
        return body.vaccine, body.product
    if isinstance(body, Signal):
        return body.domain.value, body.theme
    if isinstance(body, Intervention):
        return body.domain, body.subject
    return None


def _day(reader: Reader, version: Revision, body: Body) -> date:
    """The day on which the codes must be valid: of the intervention, of the meeting."""
    if isinstance(body, Intervention):
        return body.on
    if isinstance(body, ConsultativeNote):
        meeting = one_standing(reader, body.meeting_id, CareMeeting)
        if meeting is not None:
            return local_day(meeting.body.start)
    return local_day(version.occurred_at)

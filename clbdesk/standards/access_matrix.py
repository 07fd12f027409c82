"""Who may see which item of a dossier: the matrix of resources/standards/access_matrix.csv.

An item has a row for everything that it is: about the pupil or about somebody else, health, and
each flag. Every row must allow it; one that does not is enough to leave it out (handbook 3 §2.4).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from clbdesk.domain.disclosing import Requester
from clbdesk.domain.revision import Role
from clbdesk.domain.shielding import Flag
from clbdesk.ids import RecordId
from clbdesk.standards.tables import kept, standards

_FILE = "access_matrix.csv"
_SHARED_WITH_NOBODY = (Flag.CONFIDENTIAL_SOURCE, Flag.THIRD_PARTY, Flag.COURT)
_PARENTS = frozenset({Requester.MOTHER, Requester.FATHER, Requester.LEGAL_GUARDIAN})


class Why(StrEnum):
    """Why an item is left out; for the staff, never on paper."""

    CONFIDENTIAL_SOURCE = "confidential_source"
    THIRD_PARTY = "third_party"
    COURT = "court"
    AGOGIC = "agogic"
    NOT_FOR_PARENTS = "not_for_parents"
    NOT_COMPETENT = "not_competent"
    NO_AUTHORITY = "no_authority"
    OTHER_PERSON = "other_person"
    PERMISSION = "permission"
    DOCTOR = "doctor"


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, about which pupil, and what was arranged before.

    `permission`: the competent pupil agreed in so many words and the helper weighed it; `signed`:
    the CLB doctor gives the health part along. `has_authority` only matters for a parent.
    """

    requester: Requester
    pupil_is_competent: bool
    person_id: RecordId | None = None
    has_authority: bool = True
    permission: bool = False
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """What the matrix needs to know of one item. `person_id`: whom context is about."""

    is_health: bool
    flags: frozenset[Flag] = frozenset()
    person_id: RecordId | None = None


def is_co_signed(maker: Role, *, signed: bool) -> bool:
    """Whether health may go along: only the signature of a doctor counts (handbook 3 §2.4 A6)."""
    return signed and maker is Role.DOCTOR


def why_not(item: Item, asker: Asker) -> tuple[Why, ...]:
    """Every reason to leave an item out; none = it is given."""
    if asker.requester in _PARENTS and not asker.has_authority and not _is_own(item, asker):
        return (Why.NO_AUTHORITY,)
    rows = _answers()
    column = _column(asker)
    reasons = [_against(row, rows[row, column], item, asker) for row in _rows_of(item)]
    return tuple(dict.fromkeys(reason for found in reasons for reason in found))


def _rows_of(item: Item) -> list[str]:
    base = "about_pupil"
    if Flag.ABOUT_PARENT in item.flags:
        base = "about_parent"
    elif Flag.CONTEXT in item.flags:
        base = "context"
    flags = (*_SHARED_WITH_NOBODY, Flag.AGOGIC, Flag.NOT_FOR_PARENTS)
    rows = [base, *(flag.value for flag in flags if flag in item.flags)]
    # What is only about the parent is no health of the pupil, whichever vault it lies in.
    return [*rows, "health"] if item.is_health and base != "about_parent" else rows


def _column(asker: Asker) -> str:
    if asker.requester is Requester.CONFIDANT:
        return "confidant"
    if asker.requester is Requester.PUPIL:
        return "competent_pupil" if asker.pupil_is_competent else "pupil"
    return "parent_of_competent" if asker.pupil_is_competent else "parent"


def _against(row: str, answer: str, item: Item, asker: Asker) -> list[Why]:
    """What a row has against giving an item; `answer` joins its conditions with an underscore."""
    if answer == "no":
        if asker.requester is Requester.PUPIL and not asker.pupil_is_competent:
            return [Why.NOT_COMPETENT]
        return [Why(row) if row in list(Why) else Why.OTHER_PERSON]
    against = []
    for condition in answer.split("_"):
        if condition == "own" and not _is_own(item, asker):
            against.append(Why.OTHER_PERSON)
        if condition == "permission" and not asker.permission:
            against.append(Why.PERMISSION)
        if condition == "doctor" and not asker.signed:
            against.append(Why.DOCTOR)
    return against


def _is_own(item: Item, asker: Asker) -> bool:
    """Whether context, or what is only about a parent, is about who asks."""
    is_context = bool(item.flags & {Flag.CONTEXT, Flag.ABOUT_PARENT})
    return is_context and item.person_id is not None and item.person_id == asker.person_id


@kept
def _answers() -> dict[tuple[str, str], str]:
    return {(row["item"], row["requester"]): row["answer"] for row in standards().rows(_FILE)}

"""The lines of Afdrukken: letters of a visit grouped by class, document and state, or one by one."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from clbdesk.clock import local_day
from clbdesk.domain.follow_up import ReferralTo
from clbdesk.domain.letters import LetterKind
from clbdesk.services.letter_states import PRINTABLE, LetterRow, LetterState
from clbdesk.wording import label, say
from ui import format as show
from ui.theme import Role, Weight
from ui.widgets.cells import StateCell

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date

    from clbdesk.services.visit_papers import VisitList

# What is ticked by itself: what nobody printed, and what must be printed again.
TICKED_FIRST = frozenset({LetterState.READY, LetterState.CHANGED})
_LOOKS = {
    LetterState.READY: ("check", Role.OK),
    LetterState.INCOMPLETE: ("circle-half", Role.ATTENTION),
    LetterState.CHANGED: ("alert-triangle", Role.ATTENTION),
    LetterState.PRINTED: ("printer", Role.SECONDARY),
    LetterState.WAITS_FOR_DOCTOR: ("stethoscope", Role.ATTENTION),
    LetterState.CHANGED_SINCE_SIGNED: ("signature", Role.ATTENTION),
    LetterState.TWO_VERSIONS: ("arrows-split", Role.ATTENTION),
    LetterState.SHIELDED: ("shield-check", Role.ATTENTION),
    LetterState.TELL_FIRST: ("alert-triangle", Role.ATTENTION),
    LetterState.WITHDRAWN: ("alert-triangle", Role.ATTENTION),
}


@dataclass(frozen=True, slots=True)
class PrintLine:
    """One line. `letters`: those behind it, none for a list; `ticked` None = some of them.

    `list_of`: a list of the visit; `envelopes`: the envelope list of `class_name`.
    """

    key: str
    what: str
    class_name: str
    count: int
    letters: tuple[LetterRow, ...] = ()
    ticked: bool | None = False
    may_print: bool = True
    list_of: VisitList | None = None
    envelopes: bool = False


def letter_lines(
    rows: Iterable[LetterRow], ticked: Collection[str], envelopes: Collection[str]
) -> tuple[PrintLine, ...]:
    """A line per class, document and state, and after each class the list of its envelopes.

    `envelopes`: the classes of which that list is not wanted.
    """
    lines: list[PrintLine] = []
    for class_name, of_class in groupby(rows, key=lambda row: row.class_name):
        ordered = sorted(of_class, key=_order)
        for _, found in groupby(ordered, key=_order):
            lines.append(_line(tuple(found), ticked))
        chosen = {row.pupil_id for row in ordered if row.key in ticked}
        if chosen:
            lines.append(
                PrintLine(
                    key=f"envelopes/{class_name}",
                    what=say("print.envelopes"),
                    class_name=class_name,
                    count=len(chosen),
                    ticked=class_name not in envelopes,
                    envelopes=True,
                )
            )
    return tuple(lines)


def pupil_lines(
    rows: Iterable[LetterRow], ticked: Collection[str], *, discreet: bool
) -> tuple[PrintLine, ...]:
    """Letters pupil by pupil, in the order of the envelopes."""
    name = show.initials if discreet else show.list_name
    return tuple(
        PrintLine(
            key=row.key,
            what=name(row.family_name, row.given_name),
            class_name=row.class_name,
            count=1,
            letters=(row,),
            ticked=row.key in ticked,
            may_print=row.state in PRINTABLE,
        )
        for row in rows
    )


def list_lines(lists: Iterable[VisitList], ticked: Collection[str]) -> tuple[PrintLine, ...]:
    """The lists of a visit."""
    return tuple(
        PrintLine(
            key=which.value,
            what=say(f"print.{which.value}"),
            class_name="",
            count=1,
            ticked=which.value in ticked,
            list_of=which,
        )
        for which in lists
    )


def state_cell(line: PrintLine, today: date) -> StateCell:
    """How the letters of a line stand; a list is always there."""
    if not line.letters:
        return StateCell("check", say("print.state_ready"), Role.OK)
    state = line.letters[0].state
    icon, role = _LOOKS[state]
    word = say(f"print.state_{state.value}")
    hours = {row.printed_at for row in line.letters}
    if state is LetterState.PRINTED and len(hours) == 1:
        (at,) = hours
        if at is not None:
            word += " " + (show.hour(at) if local_day(at) == today else show.short_moment(at))
    weight = Weight.SEMIBOLD if role is Role.ATTENTION else Weight.REGULAR
    return StateCell(
        icon, word, role, weight, word_role=Role.TEXT if role is Role.SECONDARY else None
    )


def document_words(row: LetterRow) -> str:
    """Resultaatsbrief, Verwijsbrief oogarts."""
    if row.document is LetterKind.RESULT:
        return say("print.result")
    if row.document in {LetterKind.VACCINATION, LetterKind.CONSENT}:
        return say(f"print.{row.document.value}")
    return say("print.referral", to=label(ReferralTo(row.to)))


def _line(found: tuple[LetterRow, ...], ticked: Collection[str]) -> PrintLine:
    first, marks = found[0], {row.key in ticked for row in found}
    return PrintLine(
        key="/".join(_order(first)[1:]) + f"/{first.class_name}",
        what=document_words(first),
        class_name=first.class_name,
        count=len(found),
        letters=found,
        ticked=marks.pop() if len(marks) == 1 else None,
        may_print=first.state in PRINTABLE,
    )


def _order(row: LetterRow) -> tuple[str, ...]:
    kinds, states = list(LetterKind), list(LetterState)
    place = f"{kinds.index(row.document)}{row.to}"
    return (place, row.document.value, row.to, f"{states.index(row.state)}", row.state.value)


def of_keys(rows: Sequence[LetterRow], keys: Collection[str]) -> tuple[LetterRow, ...]:
    """The letters of these keys, in the order of the envelopes."""
    return tuple(row for row in rows if row.key in keys)

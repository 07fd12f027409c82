"""The codes of interventions on a day: the lists that the centre imported, else the proposal.

A list that the centre imported replaces the proposal of that list whole. Of the proposal the
subjects are the themes of a signal: no list of LARS is public (handbook 3 §4.2, C15).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from clbdesk.domain.intervention import CodeList, InterventionCode
from clbdesk.standards.signal_themes import signal_themes
from clbdesk.standards.tables import kept, standards

_FILE = "intervention_codes.csv"


class InterventionCodes:
    """The five lists with their history."""

    def __init__(self, imported: Iterable[InterventionCode]) -> None:
        """`imported`: what the centre has, ended codes too."""
        own = tuple(imported)
        self._imported = {one.list for one in own}
        taken = (*own, *(one for one in _proposed() if one.list not in self._imported))
        self._codes = tuple(sorted(taken, key=lambda one: one.valid_from))

    def is_proposal(self, of: CodeList) -> bool:
        """Whether the centre imported no list of its own for this one."""
        return of not in self._imported

    def choices(self, of: CodeList, on: date) -> tuple[InterventionCode, ...]:
        """What can be chosen on a day, by label."""
        found = [one for one in self._codes if one.list is of and _covers(one, on)]
        return tuple(sorted(found, key=lambda one: (one.label, one.code)))

    def find(self, of: CodeList, code: str, on: date) -> InterventionCode | None:
        """The code as it is valid on a day; None when it may not be chosen then."""
        return next((one for one in self.choices(of, on) if one.code == code), None)

    def words(self, of: CodeList, code: str, on: date) -> str:
        """The words of a code, also of one that ended or of a list that was replaced since."""
        known = [one for one in (*_proposed(), *self._codes) if (one.list, one.code) == (of, code)]
        valid = [one for one in known if _covers(one, on)]
        return (valid or known)[-1].label if known else code


def _covers(one: InterventionCode, on: date) -> bool:
    return one.valid_from <= on and (one.valid_until is None or on <= one.valid_until)


@kept
def _proposed() -> tuple[InterventionCode, ...]:
    """The table that comes with the program; nobody confirmed it."""
    rows = standards().rows(_FILE)
    listed = tuple(
        InterventionCode(
            list=CodeList(row["list"]),
            code=row["code"],
            label=row["label"],
            domain=row["domain"],
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_until=date.fromisoformat(row["valid_until"]) if row["valid_until"] else None,
            source=row["source"],
        )
        for row in rows
    )
    first = min(one.valid_from for one in listed)
    subjects = tuple(
        InterventionCode(
            list=CodeList.SUBJECT,
            code=one.code,
            label=one.label,
            domain=one.domain.value,
            valid_from=first,
            source="signal_themes.toml",
        )
        for one in signal_themes()
    )
    return (*listed, *subjects)

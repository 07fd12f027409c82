"""Everything that can go wrong, in three families that decide who is told and how.

ClbdeskError
├── Refused        the user can put it right; shown beside the input      (exit code 2)
├── Environment    disk, lock, passphrase, network; shown with an action  (exit code 3)
└── Defect         ours; the fault page, with a report without pupils     (exit code 1)

Every error carries a wording key and the values of its sentence (see wording.py). Values never
hold names, birth dates or numbers of pupils: what is raised may end up in a log.
"""

from __future__ import annotations


class ClbdeskError(Exception):
    """Base of all errors that the program raises on purpose."""

    def __init__(self, key: str, /, **values: object) -> None:
        """`key` names the sentence in resources/wording; `values` fill it in."""
        super().__init__(key)
        self.key = key
        self.values = values

    def __str__(self) -> str:
        """The key and its values: safe for logs, because values never hold pupil fields."""
        shown = ", ".join(f"{name}={value!r}" for name, value in sorted(self.values.items()))
        return f"{self.key} ({shown})" if shown else self.key


class Refused(ClbdeskError):
    """The request cannot be carried out as asked; the user can change it.

    `field` is the name of the field it is about, so that a form can put the sentence beside it.
    """

    def __init__(self, key: str, /, *, field: str | None = None, **values: object) -> None:
        """As ClbdeskError, with the form field that the sentence belongs to."""
        super().__init__(key, **values)
        self.field = field


class Environment(ClbdeskError):
    """The machine, disk, key or network does not let us; nothing was changed."""


class Defect(ClbdeskError):
    """A mistake of ours: an impossible state was met."""

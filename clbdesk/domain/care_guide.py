"""The conversation guide as a centre has it: a step in its own words, and sentences it often uses.

Both are revisions, so that who changed what and when stays known. A centre adds steps of its own,
and moves or leaves out what the handbook does not require; a topic keeps the guide it was written
under (handbook 3 §5.4).
"""

from __future__ import annotations

from decimal import Decimal

from clbdesk.domain.body import Body


class GuideWording(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One step otherwise worded; its record id is derived from the step.

    `step`: name of a step of resources/standards/care_guide, or one of the centre (`is_own`).
    `required` adds a required step; what the handbook requires stays required. `place`: between the
    numbers of other steps, None = the program's place. `removed`: left out of the guide.
    """

    step: str
    label: str
    prompt: str
    required: bool
    place: Decimal | None = None
    removed: bool = False


_OWN = "own_"  # begins the name of a step of the centre


def own_step(number: str) -> str:
    """The name of a step that a centre adds; `number`: an id of its own."""
    return f"{_OWN}{number}"


def is_own(step: str) -> bool:
    """Whether a step is the centre's."""
    return step.startswith(_OWN)


class StockPhrase(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sentence that is offered while somebody types in a step; without a name of anybody."""

    step: str
    text: str

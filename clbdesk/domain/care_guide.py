"""The conversation guide as a centre has it: a step in its own words, and sentences it often uses.

Both are revisions, so that who changed what and when stays known. The thirteen steps, their order
and what each records belong to the program (handbook 3 §5.4).
"""

from __future__ import annotations

from clbdesk.domain.body import Body


class GuideWording(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One step otherwise worded; its record id is derived from the step.

    `step`: name of a step of resources/standards/care_guide. `required` adds a required step; what
    the handbook requires stays required.
    """

    step: str
    label: str
    prompt: str
    required: bool


class StockPhrase(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sentence that is offered while somebody types in a step; without a name of anybody."""

    step: str
    text: str

"""What may follow on what is being typed: the rest of a known sentence or name.

The rest is only shown; the text is the user's until the arrow to the right takes it over.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LEAST = 2  # letters before something is offered
# Where a sentence begins: after a line break, or a full stop, question mark or semicolon.
_BREAK = re.compile(r"[\n.?!;]\s*")


def meant(before: str, known: Iterable[str]) -> tuple[int, str] | None:
    """Where the last sentence of `before` begins, and the first of `known` that begins alike."""
    begin = max((one.end() for one in _BREAK.finditer(before)), default=0)
    typed = before[begin:].casefold()
    if len(typed.strip()) < LEAST:
        return None
    fits = (one for one in known if len(one) > len(typed) and one.casefold().startswith(typed))
    found = next(fits, None)
    return None if found is None else (begin, found)

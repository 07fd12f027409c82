"""Searching every file that the demo left for names and numbers of its invented pupils."""

from __future__ import annotations

from pathlib import Path

from clbdesk.exchange.fictional.centre import FictionalCentre, names_in, numbers_in

_PLAIN_DATABASE = b"SQLite format 3"
_SHORTEST = 6  # letters: shorter names happen by chance in encrypted bytes


def readable_names(folder: Path, centre: FictionalCentre) -> list[str]:
    """Files (relative) that hold a name, an INSZ or a plain database; empty when all is well.

    Names of six letters or more and numbers, in UTF-8 and UTF-16, in small letters or capitals.
    """
    words = {name for name in names_in(centre) if len(name) >= _SHORTEST} | set(numbers_in(centre))
    patterns = [
        word.encode(code).lower() for word in sorted(words) for code in ("utf-8", "utf-16-le")
    ]
    return [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and _is_readable(path.read_bytes(), patterns)
    ]


def _is_readable(content: bytes, patterns: list[bytes]) -> bool:
    if content.startswith(_PLAIN_DATABASE):
        return True
    lowered = content.lower()  # ASCII letters: also what was written in capitals is found
    return any(one in lowered for one in patterns)

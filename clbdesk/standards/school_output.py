"""What of a care meeting goes to the school, and the words that ask a second look.

Both are data (school_output.toml): the parts by handbook 3 §5.7, the words as long as nobody
confirmed them with status `sign`. What the table does not name never goes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec

from clbdesk.domain.care_outcome import OutputForm
from clbdesk.domain.judgement import RuleStatus
from clbdesk.standards.tables import Confidence, kept, standards

_FILE = "school_output.toml"
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")


class OutputPart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a meeting; `label` Dutch. Whether it goes in each of the two forms, and why."""

    code: str
    label: str
    agreements: bool
    report: bool
    why: str


class WordList(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words of one sort; a star at the end of a word stands for any ending."""

    code: str
    label: str
    source: str
    edition: str
    confidence: Confidence
    status: RuleStatus
    words: tuple[str, ...]


class _Document(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    part: tuple[OutputPart, ...]
    words: tuple[WordList, ...]


@dataclass(frozen=True, slots=True)
class SuspectWord:
    """A word of a list in a text: where, as typed, and of which list."""

    start: int
    length: int
    word: str
    list: WordList

    @property
    def key(self) -> str:
        """By which equal words are known."""
        return self.word.casefold()


def edition() -> str:
    """The edition of the table."""
    return standards().table(_FILE).edition


def goes(form: OutputForm) -> frozenset[str]:
    """The codes of the parts that go in this form."""
    return frozenset(one.code for one in _document().part if getattr(one, form.value))


def parts() -> tuple[OutputPart, ...]:
    """All parts of a meeting, in the order of the guide."""
    return _document().part


def suspect_words(text: str) -> tuple[SuspectWord, ...]:
    """The words of the lists in a text, whole words only, from left to right."""
    found = []
    lists = _lookup()
    for one in _WORD.finditer(text):
        of = _list_of(one.group().casefold(), *lists)
        if of is not None:
            found.append(SuspectWord(one.start(), len(one.group()), one.group(), of))
            continue
        for piece in re.finditer(r"[^\W_]+", one.group()):
            of = _list_of(piece.group().casefold(), *lists)
            if of is not None:
                start = one.start() + piece.start()
                found.append(SuspectWord(start, len(piece.group()), piece.group(), of))
    return tuple(found)


def _list_of(word: str, exact: dict[str, WordList], stems: dict[str, WordList]) -> WordList | None:
    if word in exact:
        return exact[word]
    return next((stems[word[:end]] for end in range(len(word), 2, -1) if word[:end] in stems), None)


@kept
def _lookup() -> tuple[dict[str, WordList], dict[str, WordList]]:
    exact: dict[str, WordList] = {}
    stems: dict[str, WordList] = {}
    for one in _document().words:
        for word in one.words:
            (stems if word.endswith("*") else exact)[word.rstrip("*").casefold()] = one
    return exact, stems


@kept
def _document() -> _Document:
    return msgspec.convert(standards().document(_FILE), _Document)

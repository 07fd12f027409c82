"""Dutch sentences and words, one TOML file per area under resources/wording.

`say("sync.unreachable")` finds key `unreachable` in sync.toml; `label(member)` finds the word of
an enum member in the table named after its class in labels.toml.
"""

from __future__ import annotations

import tomllib
from enum import Enum
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent.parent / "resources" / "wording"


@cache
def _area(name: str) -> dict[str, object]:
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def say(key: str, /, **values: object) -> str:
    """The sentence of `area.name` with its values filled in; KeyError when it does not exist."""
    area, _, name = key.partition(".")
    sentence = _area(area)[name]
    if not isinstance(sentence, str):
        raise KeyError(key)
    return sentence.format(**values)


def say_count(key: str, count: int, /, **values: object) -> str:
    """The sentence of `area.name_one` for one, else of `area.name` with its `count`."""
    return say(f"{key}_one", **values) if count == 1 else say(key, count=count, **values)


def label(member: Enum) -> str:
    """The Dutch word for an enum member; KeyError when labels.toml does not have it."""
    words = _area("labels")[type(member).__name__]
    if not isinstance(words, dict):
        raise KeyError(type(member).__name__)
    return str(words[member.value])


def find_word(section: str, value: str) -> str | None:
    """The word of a code that is no member of an enum here; None when labels.toml has none."""
    words = _area("labels").get(section)
    found = words.get(value) if isinstance(words, dict) else None
    return None if found is None else str(found)

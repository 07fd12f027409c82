"""Words and pictures in step with the program: each that is shown exists, each that exists is shown."""

from __future__ import annotations

import ast
import pkgutil
import re
import tomllib
from enum import Enum
from functools import cache
from importlib import import_module

import pytest

from clbdesk import domain
from tests.architecture.sources import ROOT, modules, parsed

WORDING = ROOT / "resources/wording"
# Closed lists that nobody reads as words: files, protocol and the list of Vaccinnet for support.
WITHOUT_WORDS = {
    "DeliveryState",
    "DeviceStatus",
    "DocumentUse",
    "IdRule",
    "InszKind",
    "Obstacle",
    "PushOutcome",
    "Request",
    "Step",
}


def lists_of_the_domain() -> dict[str, type[Enum]]:
    found = {}
    for info in pkgutil.iter_modules(domain.__path__):
        module = import_module(f"clbdesk.domain.{info.name}")
        for name, value in vars(module).items():
            if isinstance(value, type) and issubclass(value, Enum):
                found[name] = value
    return {name: one for name, one in found.items() if one.__module__.startswith("clbdesk.")}


@pytest.mark.parametrize("name", sorted(lists_of_the_domain().keys() - WITHOUT_WORDS))
def test_every_member_of_a_closed_list_has_one_word_and_no_word_is_left_over(name: str):
    words = tomllib.loads((WORDING / "labels.toml").read_text("utf-8"))
    assert set(words[name]) == {member.value for member in lists_of_the_domain()[name]}


@cache
def spoken() -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """Strings of the program, and its f-strings with a point in them as patterns."""
    said, composed = set(), set()
    for module in modules("clbdesk", "ui", "scripts"):
        for node in ast.walk(parsed(module)):
            match node:
                case ast.Constant(value=str(text)):
                    said.add(text)
                case ast.JoinedStr(values=parts):
                    fixed = [part.value for part in parts if isinstance(part, ast.Constant)]
                    if any("." in str(one) and len(str(one)) > 3 for one in fixed):
                        composed.add(
                            "".join(
                                re.escape(str(one.value)) if isinstance(one, ast.Constant) else ".+"
                                for one in parts
                            )
                        )
    return frozenset(said), tuple(re.compile(one) for one in composed)


def is_said(area: str, key: str) -> bool:
    """Whether the program names a sentence, whole or by its last part."""
    said, composed = spoken()
    whole = f"{area}.{key}"
    if whole in said or key in said or any(one.fullmatch(whole) for one in composed):
        return True
    plural = key.removesuffix("_one")  # of one thing the same sentence in the singular
    return plural != key and is_said(area, plural)


@pytest.mark.parametrize("path", sorted(WORDING.glob("*.toml")), ids=lambda path: path.stem)
def test_every_sentence_is_said_somewhere(path):
    sentences = tomllib.loads(path.read_text("utf-8"))
    keys = [key for key, words in sentences.items() if isinstance(words, str)]
    assert [key for key in keys if not is_said(path.stem, key)] == []


def test_every_icon_is_shown_somewhere():
    said, _ = spoken()
    icons = {path.stem for path in (ROOT / "resources/icons").glob("*.svg")}
    assert icons - said == set()

"""Whatever sync can raise or show has a Dutch sentence, and the sentence takes its values."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from string import Formatter

import pytest

from clbdesk.sync.failures import ConnectionLost, GenerationChanged, Unreachable
from clbdesk.wording import say

ROOT = Path(__file__).resolve().parents[2]
SENTENCES = tomllib.loads((ROOT / "resources/wording/sync.toml").read_text("utf-8"))


def raised_keys() -> list[str]:
    text = "".join(path.read_text("utf-8") for path in (ROOT / "clbdesk/sync").glob("*.py"))
    return sorted(set(re.findall(r'"sync\.([a-z_]+)"', text)))


@pytest.mark.parametrize("key", raised_keys())
def test_every_key_that_sync_raises_has_a_sentence(key):
    assert key in SENTENCES


@pytest.mark.parametrize("failure", [Unreachable(), ConnectionLost(3, 9), GenerationChanged()])
def test_a_failure_fills_its_own_sentence(failure):
    assert "{" not in say(failure.key, **failure.values)


def test_a_lost_connection_says_how_far_it_came():
    said = say("sync.connection_lost", **ConnectionLost(142, 168).values)
    assert said == (
        "De verbinding viel weg na 142 van 168 wijzigingen. "
        "Er is niets dubbel en niets verloren. Kies Verdergaan."
    )


def test_every_reason_of_the_centre_for_quarantine_has_words():
    text = "".join(
        (ROOT / "clbdesk/centre" / name).read_text("utf-8")
        for name in ("checks.py", "epochs.py", "intake.py")
    )
    reasons = set(re.findall(r'return (?:None if .* else )?"([a-z_]+)"$', text, re.MULTILINE))
    reasons |= set(re.findall(r'^[A-Z_]+ = "([a-z_]+)"$', text, re.MULTILINE))
    words = tomllib.loads((ROOT / "resources/wording/quarantine.toml").read_text("utf-8"))
    assert reasons <= words.keys()


def test_sentences_end_as_sentences_and_never_shout():
    for key, sentence in SENTENCES.items():
        assert "!" not in sentence
        assert not re.search(r"\b(je|u|jij|uw)\b", sentence), key
        assert all(
            name is None or name.isidentifier() for _, name, _, _ in Formatter().parse(sentence)
        )

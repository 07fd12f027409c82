"""What the status line and the enrolment say: working days, and which passphrases will do."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from clbdesk.services.passphrases import is_strong, trouble_with
from clbdesk.services.waiting import workdays


@pytest.mark.parametrize(
    "since, now, days",
    [
        ((20, 16), (23, 7), 0),
        ((20, 16), (24, 7), 1),
        ((20, 16), (27, 7), 4),
        ((23, 7), (23, 16), 0),
    ],
    ids=["weekend", "monday missed", "a week", "the same day"],
)
def test_working_days_between_two_days_are_counted_without_weekends(since, now, days):
    first, last = (datetime(2026, 11, day, hour, tzinfo=UTC) for day, hour in (since, now))
    assert workdays(first, last) == days


@pytest.mark.parametrize("words", ["vier natte paarden lopen", "bezoekaandekring", "ab cd ef gh"])
def test_four_words_or_fourteen_characters_will_do(words):
    assert is_strong(words)


@pytest.mark.parametrize("words", ["", "kort", "a a a a", "twee woorden", "aaaaaaaaaaaaaaaa"])
def test_shorter_ones_will_not(words):
    assert not is_strong(words)


def test_both_must_be_equal():
    words = "vier natte paarden lopen"
    assert trouble_with(words, words) == ""
    assert trouble_with(words, "iets anders") == "synchronise.passphrase_differs"
    assert trouble_with("kort", "kort") == "synchronise.passphrase_weak"

"""Whether a passphrase is long enough, in words; nothing about it is kept or logged.

Four words or fourteen characters: length is what makes guessing slow, and rules about signs and
capitals make people write it down (NIST SP 800-63B §5.1.1; the numbers are ours).
"""

from __future__ import annotations

_WORDS, _CHARACTERS = 4, 14


def is_strong(passphrase: str) -> bool:
    """At least four different words, or fourteen characters of which not all alike."""
    words = {word.casefold() for word in passphrase.split() if len(word) > 1}
    long_enough = len(passphrase.strip()) >= _CHARACTERS and len(set(passphrase)) > _WORDS
    return len(words) >= _WORDS or long_enough


def trouble_with(passphrase: str, again: str) -> str:
    """The key of what is wrong with a passphrase typed twice; empty when it is fine."""
    if not is_strong(passphrase):
        return "synchronise.passphrase_weak"
    return "" if passphrase == again else "synchronise.passphrase_differs"

"""Sealing for some people and nobody else: a content under one key, that key in a box per person.

libsodium: XSalsa20-Poly1305 for the content, sealed boxes (X25519) for its key. Who seals need not
be able to open; who opens cannot prove who sealed. Nothing says for whom a box is: length and
number of boxes are rounded up, and who opens tries each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox
from nacl.utils import random

from clbdesk.domain.safety import SealedKey

if TYPE_CHECKING:
    from collections.abc import Iterable


_LENGTH = 4096  # bytes to which a content is made longer
_KEYS = 8  # and the number of keys that is a multiple of this


def public_key_of(own_key: bytes | bytearray) -> str:
    """The public half (hex) of a private key."""
    return PrivateKey(bytes(own_key)).public_key.encode().hex()


def seal(content: bytes, public_keys: Iterable[str]) -> tuple[str, tuple[SealedKey, ...]]:
    """The box (hex) and its key, sealed to each of these public keys (hex).

    `content`: a text that does not end in a space. It is made as long as others are, and keys that
    nobody has are added, so that neither length nor number tells much of what is inside.
    """
    key = random(SecretBox.KEY_SIZE)
    padded = content.ljust(-(-len(content) // _LENGTH) * _LENGTH)
    box = SecretBox(key).encrypt(padded).hex()
    owners = [PublicKey(bytes.fromhex(one)) for one in set(public_keys)]
    nobody = -len(owners) % _KEYS
    owners += [PrivateKey.generate().public_key for _ in range(nobody)]
    sealed = sorted(SealedBox(one).encrypt(key).hex() for one in owners)
    return box, tuple(SealedKey(sealed=one) for one in sealed)


def unseal(box: str, keys: Iterable[SealedKey], own_key: bytes | bytearray) -> bytes | None:
    """The content, or None when it was not sealed for this private key or was tampered with."""
    if not own_key:
        return None
    mine = public_key_of(own_key)
    opener = SealedBox(PrivateKey(bytes(own_key)))
    for one in keys:
        if one.public_key not in {"", mine}:
            continue
        try:
            key = opener.decrypt(bytes.fromhex(one.sealed))
        except (CryptoError, ValueError):
            continue
        try:
            return SecretBox(key).decrypt(bytes.fromhex(box)).rstrip(b" ")
        except (CryptoError, ValueError):
            return None
    return None

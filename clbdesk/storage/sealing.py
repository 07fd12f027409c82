"""Sealing for some people and nobody else: a content under one key, that key in a box per person.

libsodium: XSalsa20-Poly1305 for the content, sealed boxes (X25519) for its key. Who seals need not
be able to open; who opens cannot prove who sealed. Nothing here hides how long a content is.
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


def public_key_of(own_key: bytes | bytearray) -> str:
    """The public half (hex) of a private key."""
    return PrivateKey(bytes(own_key)).public_key.encode().hex()


def seal(content: bytes, public_keys: Iterable[str]) -> tuple[str, tuple[SealedKey, ...]]:
    """The box (hex) and its key, sealed to each of these public keys (hex)."""
    key = random(SecretBox.KEY_SIZE)
    box = SecretBox(key).encrypt(content).hex()
    keys = tuple(
        SealedKey(
            public_key=one, sealed=SealedBox(PublicKey(bytes.fromhex(one))).encrypt(key).hex()
        )
        for one in sorted(set(public_keys))
    )
    return box, keys


def unseal(box: str, keys: Iterable[SealedKey], own_key: bytes | bytearray) -> bytes | None:
    """The content, or None when it was not sealed for this private key or was tampered with."""
    if not own_key:
        return None
    mine = public_key_of(own_key)
    for one in keys:
        if one.public_key != mine:
            continue
        try:
            sealed = bytes.fromhex(one.sealed)
            key = SealedBox(PrivateKey(bytes(own_key))).decrypt(sealed)
            return SecretBox(key).decrypt(bytes.fromhex(box))
        except (CryptoError, ValueError):
            return None
    return None

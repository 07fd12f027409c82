"""Sealed for some and nobody else, and nothing of a box says for whom or how much is inside."""

from __future__ import annotations

import pytest
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox
from nacl.utils import random

from clbdesk.domain.body import decode
from clbdesk.domain.safety import SafetyConcern, SealedKey
from clbdesk.storage.sealing import public_key_of, seal, unseal


def keys(count: int) -> list[bytes]:
    return [PrivateKey.generate().encode() for _ in range(count)]


def test_everybody_it_was_sealed_for_opens_it_and_nobody_else() -> None:
    inside, outside = keys(3), keys(2)
    box, sealed = seal(b'{"words":"ik ben gevallen"}', map(public_key_of, inside))
    assert {unseal(box, sealed, one) for one in inside} == {b'{"words":"ik ben gevallen"}'}
    assert {unseal(box, sealed, one) for one in outside} == {None}
    assert unseal(box, sealed, b"") is None


@pytest.mark.parametrize("members", [1, 2, 7])
def test_a_box_for_one_looks_like_a_box_for_seven(members: int) -> None:
    short, few = seal(b"{}", map(public_key_of, keys(members)))
    long, seven = seal(b'{"text":"' + b"a" * 3000 + b'"}', map(public_key_of, keys(7)))
    assert (len(short), len(few)) == (len(long), len(seven))
    assert {len(one.sealed) for one in (*few, *seven)} == {len(few[0].sealed)}


def test_no_public_key_stands_beside_a_box() -> None:
    inside = keys(2)
    box, sealed = seal(b"{}", map(public_key_of, inside))
    told = box + "".join(one.sealed + one.public_key for one in sealed)
    assert not any(public_key_of(one) in told for one in inside)


def test_a_box_of_before_with_names_of_keys_still_opens() -> None:
    mine, other = keys(2)
    key = random(SecretBox.KEY_SIZE)
    box = SecretBox(key).encrypt(b"{}").hex()
    old = [
        SealedKey(
            public_key=public_key_of(one),
            sealed=SealedBox(PublicKey(bytes.fromhex(public_key_of(one)))).encrypt(key).hex(),
        )
        for one in (other, mine)
    ]
    assert unseal(box, old, mine) == b"{}"
    assert unseal(box, old[:1], mine) is None


def test_a_record_of_the_first_version_is_read_with_its_circle() -> None:
    old = '{"circle":["an","els"],"box":"00","keys":[{"public_key":"aa","sealed":"bb"}]}'
    concern = decode(old, SafetyConcern)
    assert concern.circle == ("an", "els")
    assert concern.keys == (SealedKey(public_key="aa", sealed="bb"),)


def test_what_was_tampered_with_does_not_open() -> None:
    (mine,) = keys(1)
    box, sealed = seal(b"{}", [public_key_of(mine)])
    assert unseal("00" + box[2:], sealed, mine) is None

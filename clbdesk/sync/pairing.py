"""A sealed line between two laptops that share nothing but a short code read from a screen.

SPAKE2 (RFC 9382) turns the code into a key: whoever listens learns nothing, and whoever guesses
has one guess per connection. What follows is sealed with libsodium's SecretBox under one key per
direction and a counter as nonce, so that nothing can be repeated, swapped or left out unnoticed.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import socket
import struct
from contextlib import suppress
from typing import TYPE_CHECKING

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from clbdesk.errors import Environment, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spake2 import SPAKE2_A, SPAKE2_B

CODE_DIGITS = 8
FRAME_LIMIT = 16 * 1024 * 1024
# How long the other side may take over one step of agreeing on the key, in seconds.
PATIENCE = 10.0
_LENGTH = struct.Struct(">I")
_READ = 256 * 1024
_LARGEST_FRAME = 256  # bytes: a message of the exchange has 33, a proof 32
_NAMES = {"idA": b"clbdesk link 1: shows the code", "idB": b"clbdesk link 1: types the code"}


def new_code() -> str:
    """Eight digits, for one link."""
    return "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS))


def read_code(typed: str) -> str:
    """The digits of what somebody typed. Refused beside "code" when they are not eight."""
    digits = "".join(sign for sign in typed if sign.isdigit())
    if len(digits) != CODE_DIGITS:
        raise Refused("link.code_length", field="code", digits=CODE_DIGITS)
    return digits


class Line:
    """A sealed connection. `send` and `receive` carry whole messages of bytes, in order.

    Environment("link.broken") as soon as something is wrong: silence of the other side, a frame
    that is too long, a seal that does not fit. The line is of no use afterwards.
    """

    def __init__(self, wire: socket.socket, sending: bytes, receiving: bytes) -> None:
        """By `show` and `type_in`, which made the keys."""
        self._wire = wire
        self._sending, self._receiving = SecretBox(sending), SecretBox(receiving)
        self._sent = self._received = 0
        self._buffer = bytearray()

    def fileno(self) -> int:
        """For select."""
        return self._wire.fileno()

    def send(self, message: bytes) -> None:
        """Seal and send one message."""
        sealed = self._sending.encrypt(message, _nonce(self._sent)).ciphertext
        self._sent += 1
        try:
            _send_frame(self._wire, sealed)
        except OSError as error:
            raise Environment("link.broken") from error

    def receive(self) -> Iterator[bytes]:
        """The whole messages that are there after one read; call when the line is readable."""
        try:
            piece = self._wire.recv(_READ)
        except OSError as error:
            raise Environment("link.broken") from error
        if not piece:
            raise Environment("link.broken")
        self._buffer += piece
        while len(self._buffer) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._buffer)
            if length > FRAME_LIMIT:
                raise Environment("link.broken")
            end = _LENGTH.size + length
            if len(self._buffer) < end:
                return
            sealed = bytes(self._buffer[_LENGTH.size : end])
            del self._buffer[:end]
            yield self._open(sealed)

    def close(self) -> None:
        """May be repeated."""
        self._wire.close()

    def _open(self, sealed: bytes) -> bytes:
        try:
            message = self._receiving.decrypt(sealed, _nonce(self._received))
        except CryptoError as error:
            raise Environment("link.broken") from error
        self._received += 1
        return message


def show(wire: socket.socket, code: str) -> Line:
    """The side whose screen shows the code. Refused("link.wrong_code") when the other has another."""
    from spake2 import SPAKE2_A  # works out its curve on import: 0.15 s

    return _agree(wire, SPAKE2_A(code.encode(), **_NAMES), shows=True)


def type_in(wire: socket.socket, code: str) -> Line:
    """The side where the code was typed. Refused("link.wrong_code") when the other has another."""
    from spake2 import SPAKE2_B

    return _agree(wire, SPAKE2_B(code.encode(), **_NAMES), shows=False)


def _agree(wire: socket.socket, spake: SPAKE2_A | SPAKE2_B, *, shows: bool) -> Line:
    """The key, and proof that the other side has the same one."""
    wire.settimeout(PATIENCE)
    try:
        _send_frame(wire, spake.start())
        key = _key(spake, _receive_frame(wire))
        ours, theirs = (_derive(key, name) for name in (b"shows", b"types")[:: 1 if shows else -1])
        own = hmac.digest(ours, b"confirm", "sha256")
        if not shows:
            _send_frame(wire, own)
    except OSError as error:
        raise Environment("link.broken") from error
    try:
        proof = _receive_frame(wire)
    except (OSError, Environment) as error:
        if shows:
            raise Environment("link.broken") from error
        # Who has our proof knows whether a guess was right, also without sending one back.
        raise Refused("link.wrong_code", field="code") from error
    if shows:
        # Not before theirs is here: a proof tells whether a guess was right, and who left with it
        # would have had that guess for nothing.
        with suppress(OSError):
            _send_frame(wire, own)
    if not hmac.compare_digest(proof, hmac.digest(theirs, b"confirm", "sha256")):
        raise Refused("link.wrong_code", field="code")
    return Line(wire, ours, theirs)


def _key(spake: SPAKE2_A | SPAKE2_B, element: bytes) -> bytes:
    """The shared key. Whoever knocks may send anything: Environment("link.broken")."""
    try:
        return bytes(spake.finish(element))
    except Exception as error:  # a library's own, a ValueError, a point that is on no curve
        raise Environment("link.broken") from error


def _derive(key: bytes, name: bytes) -> bytes:
    return hashlib.blake2b(name, key=key, digest_size=SecretBox.KEY_SIZE).digest()


def _nonce(count: int) -> bytes:
    return count.to_bytes(SecretBox.NONCE_SIZE, "big")


def _send_frame(wire: socket.socket, content: bytes) -> None:
    wire.sendall(_LENGTH.pack(len(content)) + content)


def _receive_frame(wire: socket.socket) -> bytes:
    (length,) = _LENGTH.unpack(_exactly(wire, _LENGTH.size))
    if length > _LARGEST_FRAME:
        raise Environment("link.broken")
    return _exactly(wire, length)


def _exactly(wire: socket.socket, count: int) -> bytes:
    found = b""
    while len(found) < count:
        piece = wire.recv(count - len(found))
        if not piece:
            raise Environment("link.broken")
        found += piece
    return found

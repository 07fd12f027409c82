"""How a laptop finds the one that shows a code, on whatever network the two are on.

One question by broadcast, answered with a port. Nothing secret is in it: whoever answers must still
prove the code (sync/pairing.py). Where broadcasts do not pass, the address is typed.
"""

from __future__ import annotations

import select
import socket
import struct
import time
from contextlib import closing, suppress

from clbdesk.errors import Environment, Refused

# Not registered with IANA for anything.
PORT = 47311
_QUESTION = b"clbdesk link 1?"
_ANSWER = struct.Struct(">15sH")
_ANSWER_WORD = b"clbdesk link 1!"
_ITSELF = "127.0.0.1"
_EVERYBODY = (_ITSELF, "255.255.255.255")
_CONNECT_SECONDS = 5.0

Address = tuple[str, int]


class Door:
    """Where the laptop that shows a code waits: a port of its own, and an ear for the question."""

    def __init__(self) -> None:
        """Open at once. Environment("link.no_network") when this machine lets nobody listen."""
        try:
            self._server = socket.create_server(("", 0))
        except OSError as error:
            raise Environment("link.no_network") from error
        self.port: int = self._server.getsockname()[1]
        self._ear: socket.socket | None = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self._ear.bind(("", PORT))
        except OSError:  # somebody else listens there: the address can still be typed
            self._ear.close()
            self._ear = None

    def wait(self, seconds: float) -> socket.socket | None:
        """The next laptop that knocks, or None after this time; questions are answered meanwhile."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            ears = [one for one in (self._server, self._ear) if one is not None]
            readable, _, _ = select.select(ears, [], [], left)
            if self._ear in readable:
                self._answer()
            if self._server in readable:
                wire, _ = self._server.accept()
                return wire
        return None

    def close(self) -> None:
        """May be repeated."""
        self._server.close()
        if self._ear is not None:
            self._ear.close()

    def _answer(self) -> None:
        assert self._ear is not None
        with suppress(OSError):
            question, who = self._ear.recvfrom(64)
            if question == _QUESTION:
                self._ear.sendto(_ANSWER.pack(_ANSWER_WORD, self.port), who)


def find(seconds: float = 1.5) -> list[Address]:
    """Every laptop that answers within this time, each at one of its addresses."""
    found: dict[int, str] = {}  # a laptop with several addresses answers with the same port
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as asking:
        asking.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        for everybody in _EVERYBODY:
            with suppress(OSError):  # no network, or none that broadcasts
                asking.sendto(_QUESTION, (everybody, PORT))
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            readable, _, _ = select.select([asking], [], [], left)
            if not readable:
                break
            with suppress(OSError, struct.error):
                answer, (host, _port) = asking.recvfrom(64)
                word, port = _ANSWER.unpack(answer)
                if word == _ANSWER_WORD and (port not in found or host == _ITSELF):
                    found[port] = host
    return [(host, port) for port, host in found.items()]


def read_address(typed: str) -> Address:
    """Host and port of "192.168.1.20:50312". Refused beside "address"."""
    host, _, port = typed.strip().rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise Refused("link.address", field="address")
    return host, int(port)


def knock(address: Address) -> socket.socket:
    """A connection. Environment("link.not_found") when nobody opens."""
    try:
        return socket.create_connection(address, timeout=_CONNECT_SECONDS)
    except OSError as error:
        raise Environment("link.not_found") from error

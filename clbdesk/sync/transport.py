"""The way to the centre for one device: signed requests over a pinned connection, streamed pulls.

Every call may be repeated by the rules of the protocol, so a lost one is tried once more, each
time with a new signature; a busy centre is asked again when it says so.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from typing import TypeVar

import httpx2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from clbdesk.clock import Clock
from clbdesk.domain.scopes import Sequenced
from clbdesk.errors import Environment
from clbdesk.ids import DeviceId
from clbdesk.sync import protocol
from clbdesk.sync.connection import (
    PACKED,
    answer_of,
    client_for,
    decoded,
    packed,
    pieces_of,
    told_apart,
    trouble_of,
    trusting,
)
from clbdesk.sync.failures import ConnectionLost
from clbdesk.sync.unpacking import Lines

_ATTEMPTS_LOST = 2
_ATTEMPTS_BUSY = 5
_LONGEST_PAUSE = 15.0

Answer = TypeVar("Answer", bound=protocol.Message)


class HttpTransport:
    """A Transport to one centre in the name of one device. Close it after use."""

    def __init__(
        self,
        *,
        address: str,
        authority: str,
        device_id: DeviceId,
        key: Ed25519PrivateKey,
        clock: Clock,
        lease_key: str = "",
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """`address`: "https://host:port"; `authority`: the pinned certificate, PEM.

        `lease_key`: with which the centre signs leases, hex Ed25519; empty = not known here.
        `pause(seconds)` waits until a busy centre may be asked again.
        """
        self._client = client_for(address, trusting(authority))
        self._device_id = device_id
        self._key = key
        self._lease_key = lease_key
        self._clock = clock
        self._pause = pause

    def close(self) -> None:
        """End the connection."""
        self._client.close()

    def hello(self, ask: protocol.Hello) -> protocol.HelloAnswer:
        """See Transport. Environment("sync.lease_not_signed") for a lease that is not the centre's."""
        answer = self._call("hello", ask, protocol.HelloAnswer)
        if self._lease_key:
            _check_lease(answer, self._device_id, self._lease_key)
        return answer

    def access(self, ask: protocol.AccessLog) -> protocol.AccessAnswer:
        """See Transport."""
        return self._call("access", ask, protocol.AccessAnswer)

    def push(self, ask: protocol.Push) -> protocol.PushAnswer:
        """See Transport."""
        batch = {protocol.HEADER_BATCH: ask.batch_id}
        return self._call("push", ask, protocol.PushAnswer, batch)

    def take(self, ask: protocol.Take) -> protocol.TakeAnswer:
        """See Transport."""
        return self._call("take", ask, protocol.TakeAnswer)

    def verify(self, ask: protocol.Verify) -> protocol.VerifyAnswer:
        """See Transport."""
        return self._call("verify", ask, protocol.VerifyAnswer)

    def release(self, ask: protocol.Release) -> protocol.Done:
        """See Transport."""
        return self._call("release", ask, protocol.Done)

    def pull(self, ask: protocol.Pull) -> Generator[protocol.PullPart, None, None]:
        """See Transport; nothing is sent before the first part is asked for."""
        with told_apart(), closing(self._send("pull", ask, {})) as response:
            if response.status_code != httpx2.codes.OK:
                raise trouble_of(response)
            lines = Lines(pieces_of(response))
            header = decoded(lines.next(), protocol.PullHeader)
            yield header
            for _ in range(header.expected):
                yield decoded(lines.next(), Sequenced)
            yield decoded(lines.next(), protocol.PullFooter)

    def _call(
        self,
        name: str,
        ask: protocol.Message,
        shape: type[Answer],
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        for attempt in range(1, _ATTEMPTS_LOST + 1):
            try:
                with told_apart(), closing(self._send(name, ask, headers or {})) as response:
                    return answer_of(response, shape)
            except ConnectionLost:
                if attempt == _ATTEMPTS_LOST:
                    raise
        raise AssertionError

    def _send(
        self, name: str, ask: protocol.Message, headers: Mapping[str, str]
    ) -> httpx2.Response:
        """The answer, not yet read; asked again as long as the centre is busy."""
        path = f"/v1/{name}"
        body = packed(ask)
        for _ in range(_ATTEMPTS_BUSY):
            signed = {**PACKED, **headers, **self._signature("POST", path, body)}
            request = self._client.build_request("POST", path, content=body, headers=signed)
            response = self._client.send(request, stream=True)
            if response.status_code != httpx2.codes.SERVICE_UNAVAILABLE:
                return response
            response.close()
            self._pause(_pause_asked(response.headers.get("Retry-After", "")))
        raise Environment("sync.busy")

    def _signature(self, method: str, path: str, body: bytes) -> dict[str, str]:
        moment = self._clock.now().isoformat()
        nonce = secrets.token_hex(16)
        text = protocol.signed_text(method, path, moment, nonce, body)
        return {
            protocol.HEADER_DEVICE: self._device_id,
            protocol.HEADER_TIME: moment,
            protocol.HEADER_NONCE: nonce,
            protocol.HEADER_SIGNATURE: self._key.sign(text).hex(),
        }


def _pause_asked(text: str) -> float:
    """Seconds to wait, with some chance in it so that all laptops do not return at once."""
    asked = float(text) if text.isdecimal() else 1.0
    return min(asked, _LONGEST_PAUSE) * (0.5 + secrets.randbelow(1000) / 1000)


def _check_lease(answer: protocol.HelloAnswer, device_id: DeviceId, key: str) -> None:
    """A centre with the right address and certificate still has to hold the key of leases."""
    text = protocol.lease_text(device_id, answer.lease_until, answer.grace_until)
    try:
        known = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        known.verify(bytes.fromhex(answer.lease_signature), text)
    except (InvalidSignature, ValueError) as fault:
        raise Environment("sync.lease_not_signed") from fault

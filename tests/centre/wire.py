"""A running centre and requests to it by hand, so that tests can send what no laptop would."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
import msgspec
import zstandard

from clbdesk.centre import serve
from clbdesk.sync import protocol
from clbdesk.sync.connection import client_for, trusting
from tests.builders.centres import BuiltCentre, Laptop


@dataclass
class Wire:
    """A connection to a running centre."""

    client: httpx2.Client
    built: BuiltCentre

    def post(
        self, path: str, content: bytes, headers: dict[str, str] | None = None
    ) -> httpx2.Response:
        return self.client.post(path, content=content, headers=headers or {})

    def signed(
        self,
        laptop: Laptop,
        name: str,
        ask: protocol.Message | bytes,
        *,
        time: str = "2026-11-23T08:00:00+00:00",
        nonce: str = "",
        **headers: str,
    ) -> httpx2.Response:
        """A request as the laptop would sign it; `headers` replace what it would say."""
        content = ask if isinstance(ask, bytes) else msgspec.json.encode(ask)
        body = zstandard.ZstdCompressor().compress(content)
        return self.send(laptop, name, body, time=time, nonce=nonce, **headers)

    def send(
        self,
        laptop: Laptop,
        name: str,
        body: bytes,
        *,
        time: str = "2026-11-23T08:00:00+00:00",
        nonce: str = "",
        **headers: str,
    ) -> httpx2.Response:
        path = f"/v1/{name}"
        nonce = nonce or secrets.token_hex(16)
        text = protocol.signed_text("POST", path, time, nonce, body)
        return self.post(
            path,
            body,
            {
                "Content-Encoding": "zstd",
                protocol.HEADER_DEVICE: laptop.device.device_id,
                protocol.HEADER_TIME: time,
                protocol.HEADER_NONCE: nonce,
                protocol.HEADER_SIGNATURE: laptop.key.sign(text).hex(),
                **headers,
            },
        )


def content_of(response: httpx2.Response) -> bytes:
    """The unpacked body."""
    raw = response.content
    if response.headers.get("content-encoding") != "zstd":
        return raw
    return zstandard.ZstdDecompressor().decompressobj().decompress(raw)


def trouble(response: httpx2.Response) -> tuple[int, str]:
    """Status and code of an answer that is Trouble; fails when it is anything else."""
    told = msgspec.json.decode(content_of(response), type=protocol.Trouble)
    return response.status_code, told.code


def answer(response: httpx2.Response, shape: Any) -> Any:
    """The answer, which must be one."""
    assert response.status_code == 200, content_of(response)
    return msgspec.json.decode(content_of(response), type=shape)


@contextmanager
def serving(built: BuiltCentre) -> Iterator[Wire]:
    """The centre on a free port of this computer, over TLS with its own authority."""
    running = serve.start(built.centre)
    try:
        with client_for(running.url, trusting(running.centre.authority.pem.decode())) as client:
            yield Wire(client, built)
    finally:
        running.stop()

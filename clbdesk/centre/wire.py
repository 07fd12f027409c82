"""Bodies on their way in and out: zstd with hard limits, one shape for every kind of trouble.

An ASGI layer around the application. It unpacks what is sent (never more than the limit, whatever
the packer claims) and keeps the packed bytes, over which the signature goes; answers are packed.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import msgspec
import zstandard
from litestar.enums import ScopeType

from clbdesk.sync.protocol import BODY_LIMIT, Trouble

if TYPE_CHECKING:
    from litestar.types import ASGIApp, Message, Receive, Scope, Send

PACKED_LIMIT = 16 * 1024 * 1024
_WINDOW_LIMIT = 8 * 1024 * 1024
_STATE = "clbdesk_packed"


def packed_body(scope: Scope) -> bytes:
    """The body of this request as it was sent."""
    found: bytes = scope["state"][_STATE]
    return found


def unpack(packed: bytes) -> bytes | None:
    """The content of a zstd body; None when it is broken or larger than BODY_LIMIT."""
    unpacker = zstandard.ZstdDecompressor(max_window_size=_WINDOW_LIMIT)
    try:
        with unpacker.stream_reader(io.BytesIO(packed)) as reader:
            content = reader.read(BODY_LIMIT + 1)
    except (zstandard.ZstdError, MemoryError):
        return None
    return content if len(content) <= BODY_LIMIT else None


def pack(content: bytes) -> bytes:
    """A body as it goes out."""
    return zstandard.ZstdCompressor(level=3).compress(content)


class Packing:
    """The layer itself."""

    def __init__(self, app: ASGIApp) -> None:
        """Around `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Unpack the request, pack the answer."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        answer = _Answer(send)
        packed = await _read_all(receive)
        if packed is None:
            await answer.trouble(413, "too_large")
            return
        content: bytes | None = packed
        encoding = dict(scope["headers"]).get(b"content-encoding", b"").lower()
        if encoding == b"zstd":
            content = unpack(packed)
        elif encoding not in (b"", b"identity"):
            content = None
        if content is None:
            await answer.trouble(400, "unreadable")
            return
        scope.setdefault("state", {})[_STATE] = packed
        await self._app(scope, _replay(content, receive), answer)


async def _read_all(receive: Receive) -> bytes | None:
    """The whole body, or None when it is too large."""
    parts: list[bytes] = []
    size = 0
    while True:
        message: Any = await receive()
        if message["type"] == "http.disconnect":
            return b""
        part = message.get("body", b"")
        size += len(part)
        if size > PACKED_LIMIT:
            return None
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


def _replay(content: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the unpacked body once, then what really comes."""
    waiting = [content]

    async def replay() -> Any:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return replay


class _Answer:
    """Collects an answer and sends it packed, with its length."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Any = None
        self._parts: list[bytes] = []

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        if message["type"] != "http.response.body":
            await self._send(message)
            return
        self._parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            await self._finish()

    async def _finish(self) -> None:
        content = b"".join(self._parts)
        kept = [
            (name, value)
            for name, value in self._start["headers"]
            if name.lower() not in (b"content-length", b"content-encoding")
        ]
        if content:
            content = pack(content)
            kept.append((b"content-encoding", b"zstd"))
        kept.append((b"content-length", str(len(content)).encode()))
        start: Any = {**self._start, "headers": kept}
        await self._send(start)
        await self._send({"type": "http.response.body", "body": content, "more_body": False})

    async def trouble(self, status: int, code: str) -> None:
        """Answer without asking the application."""
        self._start = {
            "type": "http.response.start",
            "status": status,
            "headers": [(b"content-type", b"application/json")],
        }
        self._parts = [msgspec.json.encode(Trouble(code=code))]
        await self._finish()

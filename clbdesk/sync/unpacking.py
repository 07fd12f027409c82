"""Compressed answers, unpacked in bounded steps: a small answer may not fill the memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, cast

import zstandard

from clbdesk.errors import Environment
from clbdesk.sync.failures import ConnectionLost
from clbdesk.sync.protocol import LINE_LIMIT

_STEP = 64 * 1024
# The largest window the centre's compressor uses is 8 MiB; a larger one is not ours.
_LARGEST_WINDOW = 8 * 1024 * 1024


class _Source:
    """A file of pieces that come in one by one."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes; nothing at the end."""
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._rest = piece
        taken = self._rest if size < 0 else self._rest[:size]
        self._rest = self._rest[len(taken) :]
        return taken


def unpacked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The content of zstd frames in pieces of at most 64 KiB; damaged when it is no zstd."""
    unpacker = zstandard.ZstdDecompressor(max_window_size=_LARGEST_WINDOW)
    source = cast("IO[bytes]", _Source(pieces))
    reader = unpacker.stream_reader(source, read_across_frames=True)
    while True:
        try:
            piece = reader.read1(_STEP)
        except zstandard.ZstdError as fault:
            raise Environment("sync.answer_damaged") from fault
        if not piece:
            return
        yield piece


class Lines:
    """The lines of a stream, one at a time."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        """`pieces` as they come in, cut anywhere."""
        self._pieces = pieces
        self._buffer = bytearray()

    def next(self) -> bytes:
        """The next whole line. ConnectionLost when the stream ends before it does."""
        searched = 0
        while (end := self._buffer.find(b"\n", searched)) < 0:
            searched = len(self._buffer)
            if searched > LINE_LIMIT:
                raise Environment("sync.answer_damaged")
            piece = next(self._pieces, None)
            if piece is None:
                raise ConnectionLost
            self._buffer += piece
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line

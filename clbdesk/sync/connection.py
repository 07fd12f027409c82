"""HTTPS to one centre: its own authority and no other, zstd both ways, failures in our words.

Never the computer's list of authorities and never a proxy from the environment. What arrives is
never believed to be of decent size: answers are unpacked in bounded steps.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import httpx2
import msgspec
import zstandard

from clbdesk.errors import Environment
from clbdesk.sync import protocol
from clbdesk.sync.failures import ConnectionLost, GenerationChanged, Unreachable
from clbdesk.sync.unpacking import unpacked

# Seconds. The centre is on the same network or it is not there; an answer may take a while when
# a hundred laptops come home at once.
_TIMEOUT = httpx2.Timeout(connect=5.0, read=60.0, write=60.0, pool=5.0)
_LEVEL = 3
PACKED = {"Content-Encoding": "zstd", "Content-Type": "application/json", "Accept-Encoding": "zstd"}

_SENTENCES = {
    "revoked": "sync.revoked",
    "not_enrolled": "sync.not_enrolled",
    "not_signed": "sync.not_signed",
    "unknown_visit": "sync.unknown_visit",
    "not_taken": "sync.unknown_visit",
    "no_right": "sync.no_right",
    "laptop_full": "sync.laptop_full",
    "other_version": "sync.other_version",
    "busy": "sync.busy",
}

Shape = TypeVar("Shape", bound=msgspec.Struct)


def trusting(authority: str) -> ssl.SSLContext:
    """TLS 1.3 with this authority (PEM) and no other; names are checked."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_STRICT
    context.load_verify_locations(cadata=authority)
    return context


def client_for(address: str, context: ssl.SSLContext) -> httpx2.Client:
    """A client that asks nothing of the environment: no proxy, no redirects."""
    return httpx2.Client(
        base_url=address,
        verify=context,
        timeout=_TIMEOUT,
        trust_env=False,
        follow_redirects=False,
    )


def packed(ask: protocol.Message) -> bytes:
    """A body as it goes over the wire."""
    return zstandard.ZstdCompressor(level=_LEVEL).compress(msgspec.json.encode(ask))


def pieces_of(response: httpx2.Response) -> Iterator[bytes]:
    """The unpacked content; Environment("sync.no_centre") when it is not packed as ours is."""
    if response.headers.get("Content-Encoding") != "zstd":
        raise Environment("sync.no_centre", status=response.status_code)
    return unpacked(response.iter_raw())


def answer_of(response: httpx2.Response, shape: type[Shape]) -> Shape:
    """An answer that is one JSON value; an Environment error when it is Trouble or too large."""
    if response.status_code != httpx2.codes.OK:
        raise trouble_of(response)
    return decoded(_whole(response), shape)


def _whole(response: httpx2.Response) -> bytes:
    content = bytearray()
    for piece in pieces_of(response):
        content += piece
        if len(content) > protocol.BODY_LIMIT:
            raise Environment("sync.answer_damaged")
    return bytes(content)


def decoded(content: bytes, shape: type[Shape]) -> Shape:
    """The struct of a JSON text. What is cut short is lost, what is anything else is damaged."""
    try:
        return msgspec.json.decode(content, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        if "truncated" in str(fault):
            raise ConnectionLost from fault
        raise Environment("sync.answer_damaged") from fault


def trouble_of(response: httpx2.Response) -> Environment:
    """What an answer other than 200 means."""
    try:
        trouble = decoded(_whole(response), protocol.Trouble)
    except ConnectionLost:
        raise
    except Environment:
        # Something else than our centre answers there, or it is broken.
        return Environment("sync.no_centre", status=response.status_code)
    if trouble.code == "generation":
        return GenerationChanged()
    sentence = _SENTENCES.get(trouble.code)
    if sentence is None:
        return Environment("sync.refused_by_centre", code=trouble.code)
    return Environment(sentence)


@contextmanager
def told_apart() -> Iterator[None]:
    """What the network library raises, in our words; the address stays out of them."""
    try:
        yield
    except (httpx2.ConnectError, httpx2.ConnectTimeout) as fault:
        if _is_other_certificate(fault):
            raise Environment("sync.not_the_centre") from fault
        raise Unreachable from fault
    except (httpx2.HTTPError, httpx2.StreamError, ssl.SSLError) as fault:
        raise ConnectionLost from fault


def _is_other_certificate(fault: BaseException | None) -> bool:
    while fault is not None:
        if isinstance(fault, ssl.SSLCertVerificationError):
            return True
        fault = fault.__cause__ or fault.__context__
    return False

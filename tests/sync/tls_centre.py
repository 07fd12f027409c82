"""A tiny real centre on a real TLS port: the model of the simulator behind stdlib HTTP.

`cut_after`: bytes of a pull's HTTP answer after which the connection is torn; `answers`: raw
(status, headers, body) to give instead of a true answer, first in first out, per path.
"""

from __future__ import annotations

import ssl
import threading
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec
import zstandard
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clbdesk.centre.authority import Authority, new_authority, server_identity
from clbdesk.sync import protocol
from clbdesk.sync.failures import GenerationChanged
from tests.sync.simulator.memory_centre import MemoryCentre

ASKS: dict[str, Any] = {
    "hello": protocol.Hello,
    "access": protocol.AccessLog,
    "push": protocol.Push,
    "take": protocol.Take,
    "pull": protocol.Pull,
    "verify": protocol.Verify,
    "release": protocol.Release,
}
Raw = tuple[int, dict[str, str], bytes]


def packed(content: bytes) -> bytes:
    return zstandard.compress(content)


class TlsCentre:
    """Started on a free port of 127.0.0.1; `stop` ends it."""

    def __init__(
        self,
        folder: Path,
        centre: MemoryCentre,
        *,
        authority: Authority | None = None,
        hosts: tuple[str, ...] = ("127.0.0.1",),
        highest_tls: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3,
    ) -> None:
        self.centre = centre
        self.authority = authority or new_authority("Testcentrum")
        self.device_key = Ed25519PrivateKey.generate()
        self.cut_after: int | None = None
        self.pull_length = 0
        self.answers: dict[str, list[Raw]] = defaultdict(list)
        self.lose_answers: dict[str, int] = defaultdict(int)
        self.seen: list[tuple[str, dict[str, str], bytes]] = []
        certificate, key = server_identity(self.authority, hosts)
        pem = folder / "server.pem"
        pem.write_bytes(certificate + key)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        context.maximum_version = highest_tls
        self._http = _Server(("127.0.0.1", 0), _handler_of(self))
        self._http.socket = context.wrap_socket(self._http.socket, server_side=True)
        self.address = f"https://127.0.0.1:{self._http.server_address[1]}"
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.01}
        )
        self._thread.start()

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def answer(self, name: str, headers: dict[str, str], body: bytes) -> Raw:
        if self.answers[name]:
            return self.answers[name].pop(0)
        if name == "authority":
            return _answer(protocol.Authority(certificate=self.authority.pem.decode()))
        if name not in ASKS:
            return _answer(protocol.Trouble(code="unknown"), 404)
        if not self._is_signed(name, headers, body):
            return _answer(protocol.Trouble(code="not_signed"), 403)
        ask = msgspec.json.decode(zstandard.decompress(body), type=ASKS[name])
        try:
            answer = getattr(self.centre, name)(headers[protocol.HEADER_DEVICE.lower()], ask)
            if name == "pull":
                lines = b"".join(msgspec.json.encode(part) + b"\n" for part in answer)
                return 200, {"Content-Encoding": "zstd"}, packed(lines)
            return _answer(answer)
        except GenerationChanged:
            trouble = protocol.Trouble(code="generation", generation=self.centre.generation)
            return _answer(trouble, 409)

    def _is_signed(self, name: str, headers: dict[str, str], body: bytes) -> bool:
        text = protocol.signed_text(
            "POST",
            f"/v1/{name}",
            headers[protocol.HEADER_TIME.lower()],
            headers[protocol.HEADER_NONCE.lower()],
            body,
        )
        signature = bytes.fromhex(headers[protocol.HEADER_SIGNATURE.lower()])
        try:
            self.device_key.public_key().verify(signature, text)
        except InvalidSignature:
            return False
        return True


def _answer(message: msgspec.Struct, status: int = 200) -> Raw:
    return status, {"Content-Encoding": "zstd"}, packed(msgspec.json.encode(message))


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that refuses our certificate is part of the tests."""


def _handler_of(owner: TlsCentre) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 65536

        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            name = self.path.removeprefix("/v1/")
            owner.seen.append((name, headers, body))
            status, extra, content = owner.answer(name, headers, body)
            if owner.lose_answers[name]:
                owner.lose_answers[name] -= 1
                self._tear()
                return
            lines = [f"HTTP/1.1 {status} X"]
            lines += [f"{key}: {value}" for key, value in extra.items()]
            lines += [f"Content-Length: {len(content)}", "", ""]
            raw = "\r\n".join(lines).encode() + content
            if name == "pull":
                owner.pull_length = len(raw)
                if owner.cut_after is not None:
                    self.wfile.write(raw[: owner.cut_after])
                    self._tear()
                    return
            self.wfile.write(raw)

        def _tear(self) -> None:
            self.wfile.flush()
            self.close_connection = True
            self.connection.close()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- stdlib's name
            """Silence."""

    return Handler

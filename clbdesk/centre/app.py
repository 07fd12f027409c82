"""The HTTP side of the centre: one route per thing a laptop can say, and an OpenAPI description.

Nothing is decided here: a route proves who speaks, opens a transaction, asks answers.py, and turns
what goes wrong into Trouble. No answer ever carries a traceback or a pupil.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from litestar import Litestar, MediaType, Request, Response, get, post
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import (
    OpenAPIMediaType,
    OpenAPIType,
    Operation,
    RequestBody,
    Schema,
)
from litestar.params import JSONBody, RawBody
from sqlalchemy import Connection

from clbdesk import __version__
from clbdesk.centre import answers, backup, devices
from clbdesk.centre.centre import Centre
from clbdesk.centre.devices import Device, Signed
from clbdesk.centre.intake import PushAsSent
from clbdesk.centre.objection import Objection
from clbdesk.centre.wire import Packing, packed_body
from clbdesk.errors import ClbdeskError, Environment
from clbdesk.sync import protocol

log = logging.getLogger(__name__)
T = TypeVar("T")
Asked = Request[Any, Any, Any]

# A push waits for its turn in the centre's order anyway; more of them at once only take the processor
# from each other, and the connections from laptops that ask something else.
_PUSHES_AT_ONCE = 4
_PULLED = ResponseSpec(
    protocol.Sequenced,
    description="JSON lines: PullHeader, Sequenced…, PullFooter",
    media_type="application/x-ndjson",
)
_CODES = {400: "unreadable", 404: "unknown", 405: "unknown", 413: "too_large", 415: "unreadable"}


def build_app(centre: Centre) -> Litestar:
    """The ASGI application of an open centre."""
    routes = Routes(centre)
    return Litestar(
        route_handlers=routes.handlers(),
        middleware=[Packing],
        exception_handlers={Exception: _trouble},
        openapi_config=OpenAPIConfig(
            title="clbdesk centre",
            version=__version__,
            path="/v1/openapi",
            render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        ),
        request_max_body_size=protocol.BODY_LIMIT,
        logging_config=None,
    )


def _text() -> Schema:
    return Schema(type=OpenAPIType.STRING)


@dataclass
class _PushOperation(Operation):
    """How the description shows a push, whose revisions are read one by one."""

    def __post_init__(self) -> None:
        revisions = Schema(
            type=OpenAPIType.ARRAY,
            max_items=protocol.BATCH_LIMIT,
            items=Schema(type=OpenAPIType.OBJECT, title="Revision"),
        )
        names = ("generation", "batch_id", "compartment", "epoch")
        shape = Schema(
            type=OpenAPIType.OBJECT,
            title="Push",
            required=[*names, "revisions"],
            properties={
                **{name: _text() for name in names},
                "revisions": revisions,
                "reoffer": Schema(type=OpenAPIType.BOOLEAN),
            },
        )
        media = OpenAPIMediaType(schema=shape)
        self.request_body = RequestBody(required=True, content={"application/json": media})


class Routes:
    """The routes of one open centre."""

    def __init__(self, centre: Centre) -> None:
        """`centre` stays the caller's to close."""
        self._centre = centre
        self._intake = threading.BoundedSemaphore(_PUSHES_AT_ONCE)

    def handlers(self) -> list[Any]:
        """All routes for Litestar."""
        settings: dict[str, Any] = {"status_code": 200, "sync_to_thread": True}
        return [
            get("/v1/authority", sync_to_thread=False)(self.authority),
            post("/v1/enrol", **settings)(self.enrol),
            post("/v1/hello", **settings)(self.hello),
            post("/v1/push", operation_class=_PushOperation, **settings)(self.push),
            post("/v1/pull", responses={200: _PULLED}, **settings)(self.pull),
            post("/v1/take", **settings)(self.take),
            post("/v1/release", **settings)(self.release),
            post("/v1/verify", **settings)(self.verify),
            post("/v1/access", **settings)(self.access),
        ]

    def authority(self) -> protocol.Authority:
        """The certificate that all others of this centre rest on; not signed, not secret."""
        return protocol.Authority(certificate=self._centre.authority.pem.decode())

    def enrol(self, data: JSONBody[protocol.Enrol]) -> protocol.EnrolAnswer:
        """Trade a one-time code for an identity. A wrong code costs a try, which is committed."""
        centre = self._centre
        with centre.store.writing() as tx:
            redeemed = devices.redeem(tx, centre.centre_id, data.code, centre.clock.now())
            if redeemed is not None:
                return answers.enrol(tx, centre, redeemed, data)
        raise Objection(403, "not_enrolled")

    def hello(self, request: Asked, data: JSONBody[protocol.Hello]) -> protocol.HelloAnswer:
        """State of the centre and of this device."""
        return self._write(
            request, lambda tx, device: answers.hello(tx, self._centre, device, data)
        )

    def push(self, request: Asked, body: RawBody) -> protocol.PushAnswer:
        """Take in a batch; never rejects a save."""
        try:
            data = msgspec.json.decode(body, type=PushAsSent)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Objection(400, "unreadable") from error
        digest = hashlib.sha256(body).hexdigest()
        with self._intake:
            return self._write(
                request, lambda tx, device: answers.push(tx, self._centre, device, data, digest)
            )

    def pull(self, request: Asked, data: JSONBody[protocol.Pull]) -> Response[bytes]:
        """Everything of a scope after a cursor, as JSON lines."""
        encode = msgspec.json.encode
        lines = self._read(
            request,
            lambda tx, device: [
                encode(part) for part in answers.pull(tx, self._centre, device, data)
            ],
        )
        return Response(b"\n".join((*lines, b"")), media_type="application/x-ndjson")

    def take(self, request: Asked, data: JSONBody[protocol.Take]) -> protocol.TakeAnswer:
        """Note that a visit goes along."""
        return self._write(request, lambda tx, device: answers.take(tx, self._centre, device, data))

    def release(self, request: Asked, data: JSONBody[protocol.Release]) -> protocol.Done:
        """Note that a visit was given back."""
        return self._write(
            request, lambda tx, device: answers.release(tx, self._centre, device, data)
        )

    def verify(self, request: Asked, data: JSONBody[protocol.Verify]) -> protocol.VerifyAnswer:
        """Count and digest of the same scopes; the embedded centre backs itself up first."""
        backup.catch_up_if_quick(self._centre)
        return self._read(
            request, lambda tx, device: answers.verify(tx, self._centre, device, data)
        )

    def access(self, request: Asked, data: JSONBody[protocol.AccessLog]) -> protocol.AccessAnswer:
        """Keep lines of a laptop's access log."""
        return self._write(
            request, lambda tx, device: answers.access(tx, self._centre, device, data)
        )

    def _write(self, request: Asked, work: Callable[[Connection, Device], T]) -> T:
        centre = self._centre
        with centre.store.writing() as tx:
            return work(tx, self._who(tx, request))

    def _read(self, request: Asked, work: Callable[[Connection, Device], T]) -> T:
        """Prove who asks in a transaction of its own; then one steady picture."""
        centre = self._centre
        with centre.store.writing() as tx:
            device = self._who(tx, request)
        with centre.store.reading() as tx:
            return work(tx, device)

    def _who(self, tx: Connection, request: Asked) -> Device:
        headers = request.headers
        signed = Signed(
            device=headers.get(protocol.HEADER_DEVICE, ""),
            time=headers.get(protocol.HEADER_TIME, ""),
            nonce=headers.get(protocol.HEADER_NONCE, ""),
            signature=headers.get(protocol.HEADER_SIGNATURE, ""),
            method=request.method,
            path=request.url.path,
            body=packed_body(request.scope),
        )
        centre = self._centre
        return devices.authenticate(tx, centre.centre_id, signed, centre.clock.now())


def _trouble(_: Asked, error: Exception) -> Response[protocol.Trouble]:
    """Whatever went wrong, as the one shape that laptops understand."""
    status, code, generation = 500, "fault", None
    if isinstance(error, Objection):
        status, code, generation = error.status, error.code, error.generation
    elif isinstance(error, HTTPException):
        status = error.status_code
        code = _CODES.get(status, "unreadable" if status < 500 else "fault")
    elif isinstance(error, Environment):
        status, code = 503, "busy"
        log.warning("busy: %s", error)
    else:
        # Only the kind of error and where: its text may hold what somebody wrote.
        told = str(error) if isinstance(error, ClbdeskError) else type(error).__name__
        log.error("fault: %s", told)
    return Response(
        protocol.Trouble(code=code, generation=generation),
        status_code=status,
        headers={"Retry-After": "2"} if status == 503 else None,
        media_type=MediaType.JSON,
    )

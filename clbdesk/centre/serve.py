"""Running the centre's server: uvicorn over TLS 1.3 with a certificate of its own authority."""

from __future__ import annotations

import ssl
import sys
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn

from clbdesk.centre import backup
from clbdesk.centre.app import build_app
from clbdesk.centre.authority import Authority, server_identity
from clbdesk.centre.centre import Centre
from clbdesk.errors import Environment, Refused

# How often an embedded centre looks whether its backup is behind, in seconds.
_BACKUP_INTERVAL = 30.0
_START_SECONDS = 20.0
_LAST_PORT = 65535
# How long one request may keep the interpreter from another. Whoever holds the centre's counter comes
# back from the database a dozen times, and each time waited behind a push that is only being read.
_TURN_SECONDS = 0.0002


def tls_context(authority: Authority, hosts: tuple[str, ...]) -> ssl.SSLContext:
    """A server's context with a new key, signed by the authority."""
    certificate, key = server_identity(authority, hosts)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    with tempfile.TemporaryDirectory() as folder:  # the ssl module reads keys from files only
        path = Path(folder) / "server.pem"
        path.touch(mode=0o600)
        path.write_bytes(key + certificate + authority.pem)
        context.load_cert_chain(path)
    return context


@dataclass(slots=True)
class RunningCentre:
    """A server in a thread of this process. `stop()` ends it; the centre stays open."""

    centre: Centre
    server: uvicorn.Server
    thread: threading.Thread
    keeper: threading.Thread | None
    stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """Address, as a laptop is told it."""
        host, port = self.server.servers[0].sockets[0].getsockname()[:2]
        return f"https://[{host}]:{port}" if ":" in host else f"https://{host}:{port}"

    def stop(self) -> None:
        """Answer what is being asked, then end, without waiting for idle connections."""
        self.stopping.set()
        self.server.should_exit = True
        while self.thread.is_alive():
            self.server.force_exit = not self.server.server_state.tasks
            self.thread.join(0.05)
        if self.keeper is not None:
            self.keeper.join()


def start(centre: Centre, host: str = "127.0.0.1", port: int = 0) -> RunningCentre:
    """Serve an open centre from a thread; returns when it answers. Port 0 = any free one.

    Environment when it cannot listen there.
    """
    server = uvicorn.Server(_config(centre, host, port))
    thread = threading.Thread(target=server.run, name="centre", daemon=True)
    stopping = threading.Event()
    running = RunningCentre(centre, server, thread, _keeper(centre, stopping), stopping)
    thread.start()
    waited = threading.Event()
    for _ in range(int(_START_SECONDS / 0.01)):
        if server.started or not thread.is_alive():
            break
        waited.wait(0.01)
    if not server.started:
        stopping.set()
        raise Environment("centre.cannot_listen", host=host, port=port)
    if running.keeper is not None:
        running.keeper.start()
    return running


def run(centre: Centre, host: str, port: int) -> None:
    """Serve an open centre in this thread until it is told to stop (Ctrl+C, SIGTERM).

    Refused for a port that cannot be.
    """
    if not 0 <= port <= _LAST_PORT:
        raise Refused("centre.no_such_port", field="port")
    sys.setswitchinterval(_TURN_SECONDS)
    stopping = threading.Event()
    keeper = _keeper(centre, stopping)
    if keeper is not None:
        keeper.start()
    try:
        uvicorn.Server(_config(centre, host, port)).run()
    finally:
        stopping.set()
        if keeper is not None:
            keeper.join()


def _config(centre: Centre, host: str, port: int) -> uvicorn.Config:
    return uvicorn.Config(
        build_app(centre),
        host=host,
        port=port,
        ssl_context_factory=lambda _config, _default: tls_context(centre.authority, (host,)),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        timeout_graceful_shutdown=3,
    )


def _keeper(centre: Centre, stopping: threading.Event) -> threading.Thread | None:
    """The thread that keeps the backup of an embedded centre up to date."""
    if centre.embedded is None:
        return None

    def keep() -> None:
        while not stopping.wait(_BACKUP_INTERVAL):
            backup.catch_up(centre)

    return threading.Thread(target=keep, name="centre-backup", daemon=True)

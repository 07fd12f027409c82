"""A throw-away PostgreSQL server: own cluster in a temporary folder, reached over a Unix socket only.

PostgreSQL refuses to run as root, so under root the server runs as the system user `postgres`. It dies with
the test process, even when that is killed (parent-death signal of setpriv).
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self
from urllib.parse import quote

import psycopg

SUPERUSER = "postgres"
# Nothing here outlives the run, so nothing needs to reach the disk. Answers are the same.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "log_min_messages": "fatal",
}


def _newest_binaries() -> Path:
    """Folder with initdb and postgres; Debian keeps them off the PATH, one folder per version."""
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda found: int(re.sub(r"\D", "", found.parts[-3])),
    )
    on_path = shutil.which("initdb")
    if folders:
        return folders[-1].parent
    if on_path:
        return Path(on_path).resolve().parent
    message = "PostgreSQL is not installed: run scripts/setup"
    raise FileNotFoundError(message)


def _as_server_user(*command: str | Path) -> list[str]:
    prefix = ["setpriv", "--pdeathsig", "INT"]
    if os.geteuid() == 0:
        prefix += ["--reuid", SUPERUSER, "--regid", SUPERUSER, "--init-groups"]
    return [*prefix, *map(str, command)]


class ThrowAwayPostgres:
    """Context manager: a running server on entering, no trace of it on leaving."""

    def __enter__(self) -> Self:
        # Not pytest's tmp_path: that is closed to other users, and too long for a socket's address.
        self.folder = Path(tempfile.mkdtemp(prefix="clbdesk-pg-", dir="/tmp"))
        if os.geteuid() == 0:
            shutil.chown(self.folder, SUPERUSER, SUPERUSER)
        binaries = _newest_binaries()
        data = self.folder / "data"
        initdb = ["--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"]
        subprocess.run(
            _as_server_user(binaries / "initdb", "-U", SUPERUSER, *initdb, "-D", data),
            check=True,
            capture_output=True,
            cwd="/",
        )
        options = [f"--{name}={value}" for name, value in SETTINGS.items()]
        self.log = (self.folder / "log").open("wb")
        self.server = subprocess.Popen(
            _as_server_user(binaries / "postgres", "-D", data, "-k", self.folder, *options),
            stdout=self.log,
            stderr=self.log,
            cwd="/",
        )
        self._wait_until_it_answers()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.terminate()
        try:
            self.server.wait(timeout=2)
        except subprocess.TimeoutExpired:  # a connection was left open: end without it
            self.server.kill()
            self.server.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str, user: str = SUPERUSER) -> str:
        """Address for libpq and SQLAlchemy alike; any role may enter without a password."""
        return f"postgresql://{user}@/{database}?host={quote(str(self.folder), safe='')}"

    def new_database(self) -> str:
        """Address of a new empty database."""
        name = f"clb_{secrets.token_hex(6)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return self.url(name)

    def _wait_until_it_answers(self) -> None:
        for _ in range(300):
            if self.server.poll() is not None:
                break
            try:
                psycopg.connect(self.url("postgres")).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError((self.folder / "log").read_text())

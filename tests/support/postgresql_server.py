"""A PostgreSQL server for as long as a test takes: of its own, on loopback, with a password, gone afterwards.

The server's programs are the machine's; the packages that talk to it lie beside the environment (`make postgresql`).
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PACKAGES = Path(sys.prefix) / "postgresql"
PASSWORD = "Mat-Khau-Thu-5432"
ACCOUNT = "postgres"
"""The database's owner; also the account of the machine that the server runs under where a test runs as root."""


def _programs() -> Path | None:
    """The folder of the newest server here; Debian keeps each version in a folder of its own, outside PATH."""
    found = shutil.which("initdb")
    beside = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return Path(found).parent if found else beside[-1].parent if beside else None


PROGRAMS = _programs()
NEEDED = [
    pytest.mark.long,
    pytest.mark.skipif(PROGRAMS is None, reason="PostgreSQL is not installed (Debian: apt install postgresql)"),
    pytest.mark.skipif(not (PACKAGES / ".installed").exists(), reason="make postgresql installs its driver"),
]


@dataclass(frozen=True)
class Server:
    """A server that answers on ``port`` of loopback; ``environment`` is what libpq needs to reach it."""

    port: int

    @property
    def environment(self) -> Mapping[str, str]:
        where = {"PGHOST": "127.0.0.1", "PGPORT": str(self.port), "PGDATABASE": "postgres"}
        return {**where, "PGUSER": ACCOUNT, "PGPASSWORD": PASSWORD, "PYTHONPATH": str(PACKAGES)}

    def reach(self, patch: pytest.MonkeyPatch) -> None:
        """Let this process reach the server, and find the packages that do."""
        for name in [name for name in os.environ if name.startswith("PG")]:
            patch.delenv(name)
        for name, value in self.environment.items():
            if name != "PYTHONPATH":
                patch.setenv(name, value)
        patch.syspath_prepend(str(PACKAGES))

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The answer to ``sql``, in a transaction of its own that is committed."""
        import psycopg2

        connection = psycopg2.connect("")
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()


@contextmanager
def postgresql_server() -> Iterator[Server]:
    """Start one, and end it with all it wrote."""
    assert PROGRAMS is not None
    as_other = {"user": ACCOUNT, "group": ACCOUNT, "extra_groups": []} if os.geteuid() == 0 else {}
    with tempfile.TemporaryDirectory(prefix="khoi-postgresql-") as folder:
        (Path(folder) / "password").write_text(PASSWORD, encoding="ascii")
        if as_other:
            for path in (folder, f"{folder}/password"):
                shutil.chown(path, ACCOUNT, ACCOUNT)
        plain: Any = {"cwd": folder, "env": {"PATH": os.defpath, "LC_ALL": "C"}, **as_other}
        made = [PROGRAMS / "initdb", "-D", "data", "-U", ACCOUNT, "-E", "UTF8", "--no-locale", "--no-sync"]
        subprocess.run([*made, "-A", "scram-sha-256", "--pwfile=password"], check=True, capture_output=True, **plain)
        port = _free_port()
        settings = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": "", "fsync": "off"}
        told = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with (Path(folder) / "log").open("wb") as log:
            server = subprocess.Popen([PROGRAMS / "postgres", "-D", "data", *told], stdout=log, stderr=log, **plain)
        try:
            _await(server, port)
            yield Server(port)
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=60)


def _await(server: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + 60
    while True:
        assert server.poll() is None, f"the server ended with {server.returncode}"
        assert time.monotonic() < end, "the server did not answer within a minute"
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])

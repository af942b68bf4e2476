"""The dbt process of a build, written down: one whose parent was killed goes on writing, and must not write beside us.

What is written down is the number of the process and when it began, so that another process that has the number by now
is left alone. Where the system does not tell when a process began (it does on Linux), nothing is ended: there dbt ends
by itself when nobody reads what it says.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ingest.durable import write_text
from khoi.deployment.home import Home

_SECONDS = 10.0
_POLL_SECONDS = 0.05
_STARTED = 19
"""The field of `/proc/<number>/stat` that tells when a process began, counted from behind its name."""


@contextmanager
def recorded(home: Home, number: int) -> Iterator[None]:
    """The process ``number`` builds ``home``'s warehouse while the block runs."""
    path = _record(home)
    write_text(path, json.dumps({"pid": number, "started": _started(number)}))
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def end_orphan(home: Home) -> bool:
    """End the dbt of a run that was killed, and wait for its end. Returns whether there was one.

    Only for one who holds the deployment's lock: nobody else's dbt can be at work then.
    """
    path = _record(home)
    try:
        known = json.loads(path.read_bytes())
        number, started = int(known["pid"]), str(known["started"])
    except (OSError, ValueError, KeyError, TypeError):
        path.unlink(missing_ok=True)
        return False
    is_there = bool(started) and _started(number) == started
    if is_there:
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
        end = time.monotonic() + _SECONDS
        while _started(number) == started and time.monotonic() < end:
            time.sleep(_POLL_SECONDS)
    path.unlink(missing_ok=True)
    return is_there


def _record(home: Home) -> Path:
    return home.build / "dbt.json"


def _started(number: int) -> str:
    """When the process began, in ticks of the system; empty where it is gone or the system does not tell."""
    try:
        fields = Path(f"/proc/{number}/stat").read_text(errors="replace").rpartition(")")[2].split()
        return "" if fields[0] == "Z" else fields[_STARTED]
    except (OSError, IndexError):
        return ""

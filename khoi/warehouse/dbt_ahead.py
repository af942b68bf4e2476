"""The dbt of a build, begun while the lake is still checked: it loads itself and reads the project meanwhile.

It touches no table before it is told what to build, and ends where it is told nothing: where the run that began it
dies, or finds that it has nothing to build.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from types import TracebackType

from khoi.deployment.home import Home
from khoi.warehouse.dbt_process import end_orphan, recorded

_PROGRAM = Path(__file__).with_name("dbt_waiting.py").read_text("utf-8")
"""What the process runs: handed over as text, so that it imports nothing of khoi."""
_QUIETLY = ("--no-write-json", "--log-level", "none")
"""What dbt would write and say of itself is told by `_PROGRAM`."""


class DbtAhead:
    """At most one dbt of the deployment ``home``, ended with the block it is used in."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._kept = ExitStack()
        self._process: subprocess.Popen[str] | None = None
        self._listening: Thread | None = None

    def __enter__(self) -> DbtAhead:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        process, self._process = self._process, None
        if process is not None:
            if process.poll() is None:
                process.kill()
            if self._listening is not None:
                self._listening.join()
            with suppress(OSError), process:
                pass  # its pipes are closed and its end is waited for
        self._kept.close()

    def begin(self, folder: Path, reading: Sequence[str], environment: Mapping[str, str]) -> None:
        """Let dbt read the project in ``folder`` with these arguments; nothing where it has begun already.

        Whoever calls has the deployment alone: the dbt of a run that was killed is ended first.
        """
        if self._process is not None:
            return
        end_orphan(self._home)
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, json.dumps([*_QUIETLY, *reading])],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        self._kept.enter_context(recorded(self._home, self._process.pid))

    def build(self, building: Sequence[str], results: Path) -> Iterator[str]:
        """Let the dbt that has begun build with these arguments, from now on; its lines as it says them.

        ``results`` becomes a file of what became of each node, in the words of dbt's `run_results.json`.
        """
        process = self._process
        assert process is not None
        assert process.stdin is not None
        with suppress(OSError), process.stdin:  # it could not read the project: what it said of that follows
            process.stdin.write(json.dumps([[*_QUIETLY, *building], str(results.absolute())]) + "\n")
        said: SimpleQueue[str | None] = SimpleQueue()
        # Somebody must listen all the time: with its pipe full, dbt would wait for whoever does something else.
        self._listening = Thread(target=_listen, args=(process, said), name="dbt", daemon=True)
        self._listening.start()
        return iter(said.get, None)

    def ended(self) -> int:
        """Its exit code, once there is nothing more to read of it."""
        assert self._process is not None
        return self._process.wait()


def _listen(process: subprocess.Popen[str], said: SimpleQueue[str | None]) -> None:
    """Put every line that ``process`` says into ``said``, and None behind the last one."""
    assert process.stdout is not None
    with suppress(OSError, ValueError):  # it was ended meanwhile
        for line in process.stdout:
            said.put(line)
    said.put(None)

"""What a piece of work takes: processor and clock seconds and the largest process, in a new process or in this one.

Seconds are those of the processor as well as of the clock: on a busy machine only the first say anything.
"""

from __future__ import annotations

import ctypes
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36


@dataclass
class Taken:
    """What one contender took, one entry a turn: seconds, and of a new process its largest megabytes."""

    processor: list[float] = field(default_factory=list)
    clock: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)

    def medians(self) -> dict[str, float | None]:
        """Processor and clock seconds and megabytes, the median turn; None where nothing was measured."""
        return {
            "processor_s": round(statistics.median(self.processor), 4),
            "clock_s": round(statistics.median(self.clock), 4),
            "peak_mb": round(max(self.megabytes), 1) if self.megabytes else None,
        }


def adopt() -> None:
    """Let what a run leaves behind become children of this process: its reading processes hang on a server of their

    own (multiprocessing's), for which no run waits, and whose seconds the run is therefore not told. Linux only.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def children() -> set[int]:
    """The children of this process; none where the system does not list them."""
    listed = Path(f"/proc/self/task/{os.getpid()}/children")
    return {int(child) for child in listed.read_text().split()} if listed.exists() else set()


def left_behind(before: set[int]) -> float:
    """Processor seconds of the children that are there beside those of ``before``, once all of them have ended."""
    seconds = 0.0
    while more := children() - before:
        for child in more:
            _, _, used = os.wait4(child, 0)
            seconds += used.ru_utime + used.ru_stime
    return seconds


def in_a_new_process(arguments: list[str], taken: Taken, errors: str = os.devnull) -> int:
    """Run Python with ``arguments`` and note what it and all that it started took; returns its exit code.

    ``errors``: the file that what it says about errors is written to. Byte code is kept, as where khoi is installed.
    Who measures must be small: a new process begins with the size of the one it comes from.
    """
    adopt()
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    started, before = time.perf_counter(), children()
    quiet, told = os.open(os.devnull, os.O_WRONLY), os.open(errors, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    process = os.posix_spawn(
        sys.executable,
        [sys.executable, *arguments],
        environment,
        file_actions=[(os.POSIX_SPAWN_DUP2, quiet, 1), (os.POSIX_SPAWN_DUP2, told, 2)],
    )
    os.close(quiet)
    os.close(told)
    _, status, used = os.wait4(process, 0)
    taken.clock.append(time.perf_counter() - started)
    taken.processor.append(used.ru_utime + used.ru_stime + left_behind(before))
    taken.megabytes.append(used.ru_maxrss / 1024)
    return os.waitstatus_to_exitcode(status)


def staying(work: Callable[[], object], taken: Taken) -> None:
    """Do ``work`` in this process, and note what it took."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    taken.processor.append(time.process_time() - processor)
    taken.clock.append(time.perf_counter() - clock)

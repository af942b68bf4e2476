"""What a piece of work takes: processor and clock seconds and the largest process, in a new process or in this one.

Seconds are those of the processor as well as of the clock: on a busy machine only the first say anything.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field


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


def in_a_new_process(arguments: list[str], taken: Taken, errors: str = os.devnull) -> int:
    """Run Python with ``arguments`` and note what it and the processes it waited for took; returns its exit code.

    ``errors``: the file that what it says about errors is written to.
    Who measures must be small: a new process begins with the size of the one it comes from.
    """
    started = time.perf_counter()
    quiet, told = os.open(os.devnull, os.O_WRONLY), os.open(errors, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    process = os.posix_spawn(
        sys.executable,
        [sys.executable, *arguments],
        os.environ,
        file_actions=[(os.POSIX_SPAWN_DUP2, quiet, 1), (os.POSIX_SPAWN_DUP2, told, 2)],
    )
    os.close(quiet)
    os.close(told)
    _, status, used = os.wait4(process, 0)
    taken.clock.append(time.perf_counter() - started)
    taken.processor.append(used.ru_utime + used.ru_stime)
    taken.megabytes.append(used.ru_maxrss / 1024)
    return os.waitstatus_to_exitcode(status)


def staying(work: Callable[[], object], taken: Taken) -> None:
    """Do ``work`` in this process, and note what it took."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    taken.processor.append(time.process_time() - processor)
    taken.clock.append(time.perf_counter() - clock)

"""Processes that may die: bounded in memory and time, of which none takes another's work or the whole run with it.

Used for everything that opens a sender's file: reading it (`ingest.receive`) and writing its marked copy
(`quality.returned`), and for what is done to many partitions at once (`ingest.normalise`). Where the system knows no
such limits (Windows), memory is not bounded; time is everywhere.
"""

from __future__ import annotations

import contextlib
import multiprocessing
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.context import BaseContext
from typing import Any

from pebble import ProcessFuture, ProcessPool

READING = "ingest.reading.worker"
"""What a process that reads senders' files has loaded."""

_SECONDS_BETWEEN_LOOKS = 1.0
_given: list[Any] = []


@contextmanager
def bounded_pool(workers: int, memory_bytes: int, preload: str, handed_over: object = None) -> Iterator[ProcessPool]:
    """``workers`` processes of at most ``memory_bytes`` each, which end with the block.

    ``preload`` is the module they need, loaded once where the system can fork from a server. ``handed_over`` reaches
    each once, when it starts, and not with every task: it finds it by `given`.
    """
    pool = ProcessPool(
        max_workers=max(1, workers), initializer=begin, initargs=[memory_bytes, handed_over], context=_context(preload)
    )
    with pool:
        try:
            yield pool
        except BaseException:
            pool.stop()
            raise


def start_server(preload: str) -> None:
    """Begin to load ``preload`` in the server that processes are forked from, and go on without waiting for it.

    For a command that will need such a process and has much to load itself first. Where the system knows no such
    server nothing happens.
    """
    if "forkserver" in multiprocessing.get_all_start_methods():
        from multiprocessing import forkserver

        forkserver.set_forkserver_preload([preload])
        forkserver.ensure_running()


def given() -> Any:
    """What this process of a `bounded_pool` was given when it started."""
    return _given[0]


def begin(memory_bytes: int, handed_over: object) -> None:
    """What a process of a `bounded_pool` does first."""
    _given[:] = [handed_over]
    bound_memory(memory_bytes)


def bound_memory(memory_bytes: int) -> None:
    """Bound this process: memory, no core dump."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def failure(future: ProcessFuture, pool: ProcessPool) -> BaseException | None:
    """What a task died of, None where it has a result. Only what stops this process is raised.

    A pool that gave itself up forgets the tasks that no process had been handed yet: nobody waits for those.
    """
    while True:
        try:
            return future.exception(timeout=_SECONDS_BETWEEN_LOOKS)
        except (KeyboardInterrupt, SystemExit):
            raise
        except TimeoutError:  # nothing yet: a task that took too long has this as its result
            if not future.done() and not pool.active:
                return BrokenProcessPool("the pool was given up before the task began")
        except BaseException as raised:
            return raised


def _context(preload: str) -> BaseContext:
    """Processes that do not inherit this one's threads; where the system can, from a server that is loaded once."""
    if "forkserver" in multiprocessing.get_all_start_methods():
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([preload])
        return context
    return multiprocessing.get_context("spawn")

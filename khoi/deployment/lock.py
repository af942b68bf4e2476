"""One at a time: the lock that keeps two runs, or a run and a change of the registers, of one deployment apart.

Steps of one run that touch no file in common hold it together, each in a process of its own; nobody else does then.

The operating system holds it, so a process that dies lets go of it. What is done under it is somebody else's.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from khoi.deployment.home import Home

_POLL_SECONDS = 0.05


class AnotherRun(RuntimeError):
    """Another run holds the deployment's lock."""


def deployment_lock(home: Home) -> FileLock:
    """The lock itself, not taken: for who asks whether somebody holds it."""
    return FileLock(home.root / ".khoi.lock")


@contextmanager
def locked(home: Home, wait_seconds: float = 0) -> Iterator[None]:
    """Hold the deployment's lock; the operating system lets go of it when a process dies.

    Raises NoRegisters where there is no deployment, before anything is made there, and AnotherRun where another run
    still holds the lock after ``wait_seconds``.
    """
    home.require_registers()
    home.create()
    lock = deployment_lock(home)
    try:
        lock.acquire(timeout=wait_seconds)
    except Timeout as error:
        raise _another(home) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def held_together(home: Home, wait_seconds: float = 0) -> Iterator[None]:
    """Hold the deployment's lock with others that hold it so; who asks for it by `locked` waits for all of them.

    Raises like `locked`. On Windows, whose locks cannot be shared, they take turns.
    """
    if sys.platform == "win32":
        with locked(home, wait_seconds):
            yield
        return
    import fcntl

    home.require_registers()
    home.create()
    end = time.monotonic() + wait_seconds
    descriptor = os.open(deployment_lock(home).lock_file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        while not _shared(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB):
            if time.monotonic() >= end:
                raise _another(home)
            time.sleep(_POLL_SECONDS)
        yield
    finally:
        os.close(descriptor)  # which lets go of it


def _shared(descriptor: int, how: int) -> bool:
    import fcntl

    try:
        fcntl.flock(descriptor, how)
    except BlockingIOError:
        return False
    return True


def _another(home: Home) -> AnotherRun:
    return AnotherRun(f"{home.root}: một lượt chạy khác đang làm việc / another run is under way")

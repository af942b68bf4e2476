"""One at a time: the lock that keeps two runs, or a run and a change of the registers, of one deployment apart.

The operating system holds it, so a process that dies lets go of it. What is done under it is somebody else's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from khoi.deployment.home import Home


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
        raise AnotherRun(f"{home.root}: một lượt chạy khác đang làm việc / another run is under way") from error
    try:
        yield
    finally:
        lock.release()

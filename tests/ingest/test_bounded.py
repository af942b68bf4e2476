"""Waiting for a task of a bounded pool: it ends with a result, with what the task died of, or with the pool."""

from __future__ import annotations

import os
import time
from concurrent.futures.process import BrokenProcessPool

import pytest
from pebble import ProcessFuture

from ingest import bounded
from ingest.bounded import READING, bounded_pool, failure

MEMORY = 2_000_000_000


def test_a_task_that_a_pool_forgot_when_it_gave_up_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "_SECONDS_BETWEEN_LOOKS", 0.05)
    with bounded_pool(1, MEMORY, READING) as pool:
        assert failure(pool.schedule(os.getpid), pool) is None
        pool.stop()
        assert isinstance(failure(ProcessFuture(), pool), BrokenProcessPool)


def test_a_task_is_waited_for_as_long_as_its_pool_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "_SECONDS_BETWEEN_LOOKS", 0.05)
    with bounded_pool(1, MEMORY, READING) as pool:
        slow = pool.schedule(time.sleep, args=[0.5])
        assert failure(slow, pool) is None
        late = pool.schedule(time.sleep, args=[60], timeout=0.3)
        assert isinstance(failure(late, pool), TimeoutError)


def test_what_a_task_raises_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with bounded_pool(1, MEMORY, READING) as pool:
        assert isinstance(failure(pool.schedule(int, args=["x"]), pool), ValueError)

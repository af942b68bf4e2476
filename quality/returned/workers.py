"""Marked copies written in processes that may die: one sender's file never stops what goes back to the others.

Whatever a copy costs too much of, or breaks at, its organization gets the list alone. Belongs here: bounds and the
fall-back. Does not belong here: what is written (`quality.returned.annotate`) and where to (`khoi.exchange`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from pebble import ProcessFuture

from ingest.bounded import bounded_pool, failure
from ingest.reading.limits import Limits
from quality.returned.annotate import Annotated, annotate, list_of
from quality.returned.contents import Figures


@dataclass(frozen=True)
class CopyTask:
    """One workbook to be marked: its bytes' place and container, its findings, the last period's figures."""

    original: Path
    container: str
    findings: pd.DataFrame
    previous: Figures


def annotated_copies(
    tasks: Sequence[CopyTask], titles: Mapping[str, str], limits: Limits | None = None
) -> Iterator[Annotated]:
    """The copy of every task, in their order; the list alone where writing one dies, breaks or takes too long."""
    limits = limits or Limits()
    if not tasks:
        return
    workers = min(len(tasks), os.cpu_count() or 1)
    with bounded_pool(workers, limits.copy_memory_bytes, "quality.returned.workers") as pool:
        started: list[ProcessFuture | None] = []
        for task in tasks:
            try:
                started.append(pool.schedule(write_copy, args=[task, titles], timeout=limits.copy_seconds))
            except RuntimeError:  # pebble gives a pool up once a process dies before its first task
                started.append(None)
        for task, future in zip(tasks, started, strict=True):
            if future is None or failure(future, pool) is not None:
                yield list_of(task.findings, task.container, task.previous)
            else:
                yield future.result()


def write_copy(task: CopyTask, titles: Mapping[str, str]) -> Annotated:
    """What one process does. Raises OSError where the original cannot be opened."""
    return annotate(task.original.read_bytes(), task.container, task.findings, task.previous, titles)

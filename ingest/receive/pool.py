"""Running batches in processes of which any may die without harming another file."""

from __future__ import annotations

import hashlib
import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import TimeoutError as FutureTimeout
from pathlib import Path

from pebble import ProcessExpired, ProcessPool

from ingest.receive.identify import CoverLabels
from ingest.receive.limits import Limits
from ingest.receive.worker import FileResult, FileTask, read_batch, start_worker


class WorkersDoNotStart(RuntimeError):
    """Reading processes die before they read anything: the machine, not a file, is at fault."""


def batch_name(tasks: list[FileTask]) -> str:
    """A name that depends on the files only, so that a repeated run overwrites what a crash left behind."""
    return hashlib.sha256("".join(sorted(task.file_hash for task in tasks)).encode()).hexdigest()[:24]


def read_in_workers(
    tasks: list[FileTask], cells_folder: Path, labels: CoverLabels, limits: Limits, workers: int
) -> Iterator[tuple[str, list[FileResult]]]:
    """Read all files, batch by batch; yields (cells file name, results) as each batch is done.

    A batch whose process dies or overruns its time is read again file by file; the file that does it again
    is refused as ``reader_died`` or ``reader_timeout``, all others are kept.
    """
    size = max(1, min(limits.batch_files, -(-len(tasks) // (workers * 3))))
    batches = [tasks[start : start + size] for start in range(0, len(tasks), size)]
    single: list[FileTask] = []
    for batch, outcome in _run(batches, cells_folder, labels, limits, workers):
        if isinstance(outcome, list):
            yield f"{batch_name(batch)}.parquet", outcome
        else:
            single += batch
    deaths = 0
    for batch, outcome in _run([[task] for task in single], cells_folder, labels, limits, workers):
        if isinstance(outcome, list):
            yield f"{batch_name(batch)}.parquet", outcome
            continue
        deaths += 1
        if deaths > limits.worker_deaths_at_start and deaths == len(single) == len(tasks):
            raise WorkersDoNotStart(str(outcome))
        refused = "reader_timeout" if isinstance(outcome, FutureTimeout) else "reader_died"
        yield "", [FileResult(batch[0].file_hash, refused=refused, detail=type(outcome).__name__)]


def _run(
    batches: list[list[FileTask]], cells_folder: Path, labels: CoverLabels, limits: Limits, workers: int
) -> Iterator[tuple[list[FileTask], list[FileResult] | BaseException]]:
    if not batches:
        return
    context = multiprocessing.get_context("spawn")
    start: Callable[[int], None] = start_worker
    with ProcessPool(max_workers=workers, initializer=start, initargs=[limits.memory_bytes], context=context) as pool:
        futures = []
        for batch in batches:
            target = str(cells_folder / f"{batch_name(batch)}.parquet")
            seconds = limits.wall_seconds + len(batch)
            futures.append(pool.schedule(read_batch, args=[batch, target, labels, limits], timeout=seconds))
        for batch, future in zip(batches, futures, strict=True):
            try:
                yield batch, future.result()
            except (ProcessExpired, FutureTimeout, MemoryError, OSError) as error:
                yield batch, error

"""Running batches in processes of which any may die without harming another file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from pebble import ProcessFuture, ProcessPool

from ingest.bounded import READING, bounded_pool, failure
from ingest.landed import landed_path
from ingest.reading.cover import CoverLabels
from ingest.reading.limits import Limits
from ingest.reading.worker import FileResult, FileTask, Place, is_alive, read_given

Batch = list[FileTask]


class WorkersDoNotStart(RuntimeError):
    """Reading processes die before they read anything: the machine, not a file, is at fault."""


def batch_name(tasks: Batch) -> str:
    """A name that depends on the files only, so that a repeated run overwrites what a crash left behind."""
    return hashlib.sha256("".join(sorted(task.file_hash for task in tasks)).encode()).hexdigest()[:24]


class Reader:
    """Reads batches in bounded processes. Made by `reader`; one per run."""

    def __init__(self, pool: ProcessPool, cells_folder: Path, limits: Limits) -> None:
        self._pool = pool
        self._known: set[str] = set()
        self._cells_folder = cells_folder
        self._limits = limits

    def start(self, batch: Batch) -> ProcessFuture:
        """Give ``batch`` to the next free process."""
        target = str(self._cells_folder / f"{batch_name(batch)}.parquet")
        seconds = self._limits.wall_seconds + len(batch)
        return self._pool.schedule(read_given, args=[batch, target], timeout=seconds)

    def results(self, started: Iterable[tuple[Batch, ProcessFuture]]) -> Iterator[tuple[str, list[FileResult]]]:
        """(cells file name, results) of every batch, as each is done.

        A batch whose process dies or overruns its time is read again file by file; the file that does it again
        is refused as ``reader_died`` or ``reader_timeout``, all others are kept. Workbooks taken out of mails and
        archives follow in batches of their own; those whose bytes are known (`knows`) do not.
        """
        single: list[FileTask] = []
        inside: Batch = []
        for batch, future in started:
            if (error := failure(future, self._pool)) is None:
                results = [self._without_known(result) for result in future.result()]
                inside += [member for result in results for member in result.members]
                yield f"{batch_name(batch)}.parquet", results
            elif len(batch) > 1:
                single += batch
            else:
                yield "", [_refused(batch[0], error)]
        if single:
            yield from self.results([([task], self.start([task])) for task in single])
        size = self._limits.batch_files
        batches = [inside[at : at + size] for at in range(0, len(inside), size)]
        if batches:
            yield from self.results([(batch, self.start(batch)) for batch in batches])

    def knows(self, file_hashes: Iterable[str]) -> None:
        """These bytes are read already, or in this pass: where they lie in a mail as well, they are not read again."""
        self._known.update(file_hashes)

    def _without_known(self, result: FileResult) -> FileResult:
        """``result`` of an envelope with those of its members that nobody has read yet."""
        fresh, repeated = [], []
        for member in result.members:
            if member.file_hash in self._known:
                repeated.append(member.inside.name if member.inside else member.path)
            else:
                fresh.append(member)
                self._known.add(member.file_hash)
        return replace(result, members=fresh, repeated=repeated) if result.members else result

    def prove(self) -> None:
        """Raise WorkersDoNotStart where no process answers: better than to blame every file in the inbox."""
        error: BaseException | None = None
        for _ in range(self._limits.worker_deaths_at_start):
            try:
                answer = self._pool.schedule(is_alive, timeout=self._limits.wall_seconds)
            except RuntimeError as closed:
                # pebble gives a pool up as a whole once a process dies in its initializer
                error = error or closed
                break
            if (error := failure(answer, self._pool)) is None:
                return
        raise WorkersDoNotStart(
            f"{type(error).__name__}: {error}; raise memory_bytes ({self._limits.memory_bytes:,}) or free some memory"
        )


def _refused(task: FileTask, error: BaseException) -> FileResult:
    name = "reader_timeout" if isinstance(error, FutureTimeout) else "reader_died"
    return FileResult(task.file_hash, refused=name, inside=task.inside)


@contextmanager
def reader(
    cells_folder: Path, labels: CoverLabels, limits: Limits, workers: int, place: Place | None = None
) -> Iterator[Reader]:
    """A `Reader` with ``workers`` processes, which end with the block.

    ``place`` says where workbooks from mails and archives are kept; without it beside the cells.
    """
    # What a batch does not change goes to a process once: the texts that may land name every organization there is.
    handed_over = labels, limits, place or partial(landed_path, cells_folder)
    with bounded_pool(workers, limits.memory_bytes, READING, handed_over) as pool:
        readers = Reader(pool, cells_folder, limits)
        readers.prove()
        yield readers

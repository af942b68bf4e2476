"""Many partitions normalised: as many together as fit one pass, the passes side by side where they are many.

What is written is the same to the byte however many processes write it, and whoever does: a process that dies or runs
out of memory takes nothing with it, its partitions are done here, one after the other. Belongs here: which partitions
are done together and by whom. Does not belong here: what is written of one (`ingest.normalise.partitions`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path

from pebble import ProcessFuture, ProcessPool

from ingest.bounded import bounded_pool, failure, given
from ingest.catalogue import Catalogue
from ingest.database import bounded_databases, bounds_among
from ingest.normalise.partitions import NormaliseReport, Partition, Planned, Takes, normalise_together, planned
from ingest.reference import Reference

FILES_AT_ONCE = 750
"""Workbooks normalised in one pass: enough to be set-wise, little enough for a small machine's memory. On two cores a
workbook took 9.7 ms of processor time alone with its partition of 86, 4.8 among 690 and 4.4 among 1,380."""

PASSES_HERE = 3
"""So many passes are done here sooner than other processes would have started."""

MEMORY_BYTES = 4_000_000_000
"""What a process may hold; a pass of ordinary workbooks holds 1 GB."""

_PRELOAD = "ingest.normalise.passes"
_SECONDS_A_FILE = 10.0
_Pass = list[Planned]
Progress = Callable[[int, int], None]


def normalise_partition(
    lake: Path, committee_code: str, period_code: str, catalogue: Catalogue, reference: Reference
) -> NormaliseReport:
    """Normalise all workbooks of one committee and period and write its tables; the manifest is written last."""
    return normalise_partitions(lake, [(committee_code, period_code)], catalogue, reference)[0]


def normalise_partitions(
    lake: Path,
    partitions: Iterable[Partition],
    catalogue: Catalogue,
    reference: Reference,
    progress: Progress | None = None,
    takes: Takes | None = None,
    workers: int | None = None,
) -> list[NormaliseReport]:
    """Normalise several partitions; one report per partition, in order.

    ``progress`` is told how many of how many partitions are done; ``takes`` as for `stale_partitions`; ``workers``:
    as many processes at most (of the machine's cores, unless given).
    """
    wanted = planned(lake, partitions, catalogue, reference, takes)
    reports: list[NormaliseReport] = []
    for done in _carried_out(lake, list(_passes(wanted)), catalogue, reference, workers or os.cpu_count() or 1):
        reports += done
        if progress:
            progress(len(reports), len(wanted))
    return reports


def _passes(wanted: Iterable[Planned]) -> Iterator[_Pass]:
    together: _Pass = []
    for one in wanted:
        if together and sum(len(other.submissions) for other in together) + len(one.submissions) > FILES_AT_ONCE:
            yield together
            together = []
        together.append(one)
    if together:
        yield together


def _carried_out(
    lake: Path, passes: list[_Pass], catalogue: Catalogue, reference: Reference, workers: int
) -> Iterator[list[NormaliseReport]]:
    """The reports of every pass, in order."""
    workers = min(workers, len(passes))
    if workers < 2 or len(passes) <= PASSES_HERE:
        for together in passes:
            yield normalise_together(lake, together, catalogue, reference)
        return
    threads = max(1, (os.cpu_count() or 1) // workers)
    handed_over = lake, catalogue, reference, threads, bounds_among(workers)
    with bounded_pool(workers, MEMORY_BYTES, _PRELOAD, handed_over) as pool:
        started = [_started(pool, together) for together in passes]
        for together, future in zip(passes, started, strict=True):
            if future is not None and failure(future, pool) is None:
                yield future.result()
            else:
                yield [done for one in together for done in normalise_together(lake, [one], catalogue, reference)]


def _started(pool: ProcessPool, together: _Pass) -> ProcessFuture | None:
    """``together`` given to the next free process; None where no process starts any more."""
    seconds = _SECONDS_A_FILE * (1 + sum(len(one.submissions) for one in together))
    try:
        return pool.schedule(_normalise_given, args=[together], timeout=seconds)
    except RuntimeError:  # pebble gives a pool up once a process dies before its first task
        return None


def _normalise_given(together: _Pass) -> list[NormaliseReport]:
    """What a process does, with the lake and the declarations it was given when it started."""
    lake, catalogue, reference, threads, bounds = given()
    with bounded_databases(*bounds) if bounds else nullcontext():
        return normalise_together(lake, together, catalogue, reference, threads)

"""Reading processes that really die, hang, spin or run out of memory: the file is refused, all others are kept."""

from __future__ import annotations

import dataclasses
import hashlib
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from deadly import DIES, EATS, HANGS, SPINS, deadly, dies_at_start
from workbook_rows import Sheets

from ingest import bounded
from ingest.catalogue import Catalogue
from ingest.reading.limits import Limits
from ingest.reading.worker import FileResult, FileTask
from ingest.receive.identify import cover_labels
from ingest.receive.pool import WorkersDoNotStart, batch_name, reader
from ingest.reference import Reference

LIMITS = Limits(wall_seconds=3.0)


def task(folder: Path, sheet: str, value: int = 1) -> FileTask:
    """A workbook with one sheet of that name."""
    path = Sheets({sheet: {(1, 1): value}}).save(folder / f"{sheet}{value}.xlsx")
    return FileTask(hashlib.sha256(path.read_bytes()).hexdigest(), str(path))


def read(
    batches: list[list[FileTask]],
    folder: Path,
    catalogue: Catalogue,
    reference: Reference,
    limits: Limits = LIMITS,
    workers: int = 2,
) -> dict[str, FileResult]:
    """The result of every file; checks that every cells file holds the cells of its results."""
    labels = deadly(cover_labels(catalogue, reference))
    found: dict[str, FileResult] = {}
    with reader(folder / "cells", labels, limits, workers) as readers:
        for cells_file, results in readers.results([(batch, readers.start(batch)) for batch in batches]):
            for result in results:
                assert result.file_hash not in found, "a file has one result"
                found[result.file_hash] = result
            if cells_file:
                table = pq.read_table(folder / "cells" / cells_file)
                assert table.num_rows == sum(result.cells for result in results)
    return found


@pytest.mark.parametrize(
    ("sheet", "limits", "refused"),
    [
        (DIES, LIMITS, "reader_died"),
        (HANGS, dataclasses.replace(LIMITS, wall_seconds=2.0), "reader_timeout"),
        (SPINS, dataclasses.replace(LIMITS, wall_seconds=20.0, cpu_seconds=1), "reader_died"),
        (EATS, LIMITS, "reader_died"),
    ],
)
def test_a_file_that_ends_its_process_is_refused_and_its_batch_is_kept(
    catalogue: Catalogue, reference: Reference, tmp_path: Path, sheet: str, limits: Limits, refused: str
) -> None:
    good = [task(tmp_path, "good", number) for number in range(4)]
    bad = task(tmp_path, sheet)
    started = time.monotonic()
    found = read([[good[0], bad, good[1]], good[2:]], tmp_path, catalogue, reference, limits)
    assert found[bad.file_hash].refused == refused
    assert {found[one.file_hash].refused for one in good} == {None}
    assert [found[one.file_hash].cells for one in good] == [1, 1, 1, 1]
    assert time.monotonic() - started < 30


def test_several_deadly_files_in_one_batch_are_each_found(
    catalogue: Catalogue, reference: Reference, tmp_path: Path
) -> None:
    tasks = [task(tmp_path, sheet, number) for sheet in (DIES, "good") for number in range(3)]
    found = read([tasks], tmp_path, catalogue, reference, workers=1)
    assert [found[one.file_hash].refused for one in tasks] == ["reader_died"] * 3 + [None] * 3


def test_a_workbook_of_too_many_cells_is_refused_without_dying(
    catalogue: Catalogue, reference: Reference, tmp_path: Path
) -> None:
    path = Sheets({"S": {(row, 1): row for row in range(1, 102)}}).save(tmp_path / "many.xlsx")
    many, good = FileTask("many", str(path)), task(tmp_path, "good")
    found = read([[many, good]], tmp_path, catalogue, reference, dataclasses.replace(LIMITS, cells=100))
    assert (found["many"].refused, found["many"].cells) == ("too_large", 0)
    assert found[good.file_hash].refused is None


def test_processes_that_do_not_start_blame_the_machine_and_no_file(
    catalogue: Catalogue, reference: Reference, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded, "begin", dies_at_start)
    few = dataclasses.replace(LIMITS, worker_deaths_at_start=2)
    with pytest.raises(WorkersDoNotStart, match="memory_bytes"):
        read([[task(tmp_path, "good")]], tmp_path, catalogue, reference, few)


def test_processes_without_the_memory_to_write_anything_blame_the_machine_and_no_file(
    catalogue: Catalogue, reference: Reference, tmp_path: Path
) -> None:
    starved = dataclasses.replace(LIMITS, memory_bytes=1_000_000, worker_deaths_at_start=2)
    with pytest.raises(WorkersDoNotStart, match="memory_bytes"):
        read([[task(tmp_path, "good")]], tmp_path, catalogue, reference, starved)


def test_a_batch_is_named_by_its_files_and_not_by_their_order() -> None:
    one, two = FileTask("a", "x"), FileTask("b", "y")
    assert batch_name([one, two]) == batch_name([two, FileTask("a", "elsewhere")])
    assert batch_name([one]) != batch_name([two])

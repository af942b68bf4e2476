"""Many partitions are written to the byte as one process writes them, whoever writes them and whoever dies."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from workbook_rows import ORGANIZATIONS, Sheets, random_content, submissions_of

from ingest import bounded, lake
from ingest.catalogue import Catalogue
from ingest.normalise import NormaliseReport, normalise_partitions, partitions, passes, stale_partitions
from ingest.normalise.partitions import Planned
from ingest.reference import Reference

PERIODS = ("2021H1", "2021H2", "2022H1", "2022H2")
Files = dict[Path, bytes]


@pytest.fixture
def filled(catalogue: Catalogue, reference: Reference, tmp_path: Path) -> Path:
    """A lake with two workbooks of each of four periods."""
    folder = tmp_path / "lake"
    for period in PERIODS:
        cells, names = [], []
        for code in ORGANIZATIONS[:2]:
            names.append(f"{code}-{period}")
            content = random_content(9, catalogue, reference, code, period)
            cells.append(Sheets.of(content, catalogue, reference, tmp_path).frame(names[-1]))
        submissions = submissions_of(*names, organizations=ORGANIZATIONS[:2], period=period)
        lake.write_table(pd.concat(cells), lake.CELLS, folder / "cells" / f"{period}.parquet")
        submissions = submissions.assign(cells_file=f"{period}.parquet")
        lake.write_table(submissions, lake.SUBMISSIONS, folder / "submissions" / f"{period}.parquet")
    return folder


@pytest.fixture
def normalise(
    filled: Path, catalogue: Catalogue, reference: Reference, monkeypatch: pytest.MonkeyPatch
) -> Callable[[int], tuple[list[NormaliseReport], Files]]:
    """Everything normalised anew by so many processes, a pass a partition; what was told and written."""
    monkeypatch.setattr(passes, "FILES_AT_ONCE", 3)
    monkeypatch.setattr(passes, "PASSES_HERE", 1)

    def normalised(workers: int) -> tuple[list[NormaliseReport], Files]:
        for path in filled.glob("normalised/*/*/*"):
            path.unlink()
        stale = stale_partitions(filled, catalogue, reference)
        told: list[tuple[int, int]] = []
        reports = normalise_partitions(
            filled, stale, catalogue, reference, lambda done, of: told.append((done, of)), workers=workers
        )
        assert told == [(number, len(PERIODS)) for number in range(1, len(PERIODS) + 1)]
        assert stale_partitions(filled, catalogue, reference) == []
        return reports, {path.relative_to(filled): path.read_bytes() for path in filled.glob("normalised/*/*/*")}

    return normalised


@dataclass(frozen=True)
class Deadly(Planned):
    """A partition that ends the process that it is handed to, as one does that runs out of memory."""

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state)
        if os.getpid() != self.__dict__["started_in"]:
            os._exit(9)


def _deadly(one: Planned) -> Deadly:
    deadly = Deadly(one.partition, one.submissions, one.fingerprint)
    object.__setattr__(deadly, "started_in", os.getpid())
    return deadly


def test_the_bytes_do_not_depend_on_the_number_of_processes(
    normalise: Callable[[int], tuple[list[NormaliseReport], Files]],
) -> None:
    alone = normalise(1)
    assert [report.workbooks for report in alone[0]] == [2, 2, 2, 2]
    assert normalise(2) == alone
    assert normalise(3) == alone


def test_a_process_that_dies_takes_nothing_with_it(
    normalise: Callable[[int], tuple[list[NormaliseReport], Files]], monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = normalise(1)
    real = passes.planned

    def second_deadly(*given: object) -> list[Planned]:
        return [_deadly(one) if number == 1 else one for number, one in enumerate(real(*given))]  # type: ignore[arg-type]

    monkeypatch.setattr(passes, "planned", second_deadly)
    assert normalise(2) == alone


def test_where_no_process_starts_all_is_done_here(
    normalise: Callable[[int], tuple[list[NormaliseReport], Files]], monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = normalise(1)
    monkeypatch.setattr(bounded, "begin", _never_begins)
    assert normalise(2) == alone


def _never_begins(memory_bytes: int, handed_over: object) -> None:
    os._exit(3)


def test_what_fails_in_a_process_is_raised_here_and_what_was_written_before_stays(
    normalise: Callable[[int], tuple[list[NormaliseReport], Files]],
    filled: Path,
    catalogue: Catalogue,
    reference: Reference,
) -> None:
    broken = filled / "cells" / f"{PERIODS[2]}.parquet"
    whole = broken.read_bytes()
    broken.write_bytes(whole[:100])
    with pytest.raises(Exception, match=PERIODS[2]):
        normalise(2)
    assert ("AA", PERIODS[0]) not in stale_partitions(filled, catalogue, reference)
    assert ("AA", PERIODS[2]) in stale_partitions(filled, catalogue, reference)

    broken.write_bytes(whole)
    found = normalise(2)
    assert found == normalise(1)


def test_few_partitions_start_no_process(
    filled: Path, catalogue: Catalogue, reference: Reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr(passes, "bounded_pool", refuses)
    reads: list[Path] = []
    real = partitions._submissions
    monkeypatch.setattr(partitions, "_submissions", lambda folder: (reads.append(folder), real(folder))[1])
    stale = stale_partitions(filled, catalogue, reference)
    assert len(normalise_partitions(filled, stale, catalogue, reference, workers=2)) == len(PERIODS)
    assert len(reads) == 2, "the submissions are read once to see what is stale and once to plan"

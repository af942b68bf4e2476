"""A partition is normalised again when, and only when, something it rests on has changed."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pandas as pd
import pytest
from workbook_rows import ORGANIZATIONS, PERIOD, Sheets, random_content, submissions_of

from ingest import lake
from ingest.normalise import normalise_cells, normalise_partition, normalise_partitions, stale_partitions
from ingest.normalise.partitions import waiting_files

OTHER = "2021H2"


@pytest.fixture
def filled(catalogue, reference, tmp_path: Path) -> Path:
    """A lake with three workbooks of one period in two batches and one of another."""
    folder = tmp_path / "lake"
    for batch, (organizations, period) in enumerate(
        [(ORGANIZATIONS[:2], PERIOD), (ORGANIZATIONS[2:], PERIOD), (ORGANIZATIONS[:1], OTHER)]
    ):
        cells, names = [], []
        for code in organizations:
            content = random_content(9, catalogue, reference, code, period)
            names.append(f"{code}-{period}")
            cells.append(Sheets.of(content, catalogue, reference, tmp_path).frame(names[-1]))
        submissions = submissions_of(*names, organizations=organizations, period=period)
        lake.write_table(pd.concat(cells), lake.CELLS, folder / "cells" / f"{batch}.parquet")
        submissions = submissions.assign(cells_file=f"{batch}.parquet")
        lake.write_table(submissions, lake.SUBMISSIONS, folder / "submissions" / f"{batch}.parquet")
    return folder


def test_only_what_changed_is_stale(filled, catalogue, reference) -> None:
    both = [("AA", OTHER), ("AA", PERIOD)]
    assert stale_partitions(filled, catalogue, reference) == both
    reports = normalise_partitions(filled, both, catalogue, reference)
    assert [report.workbooks for report in reports] == [1, 3]
    assert stale_partitions(filled, catalogue, reference) == []

    figures = reference["published_figures"].assign(note="x")
    unrelated = dataclasses.replace(reference, tables={**reference.tables, "published_figures": figures})
    assert stale_partitions(filled, catalogue, unrelated) == []
    fewer = dataclasses.replace(reference, tables={**reference.tables, "codes": reference["codes"].iloc[:-1]})
    assert stale_partitions(filled, catalogue, fewer) == both
    changed = dataclasses.replace(catalogue, fingerprint="another")
    assert stale_partitions(filled, changed, reference) == both


def test_one_by_one_and_together_give_the_same_files(filled, catalogue, reference, tmp_path: Path) -> None:
    normalise_partitions(filled, [("AA", PERIOD), ("AA", OTHER)], catalogue, reference)
    together = {path.relative_to(filled): path.read_bytes() for path in filled.glob("normalised/*/*/*")}
    for period in (PERIOD, OTHER):
        normalise_partition(filled, "AA", period, catalogue, reference)
    assert {path.relative_to(filled): path.read_bytes() for path in filled.glob("normalised/*/*/*")} == together
    assert len({path.name for path in together}) * 2 == len(together), "both partitions have the same tables"


def test_the_lake_holds_what_normalise_cells_says(filled, catalogue, reference) -> None:
    normalise_partition(filled, "AA", PERIOD, catalogue, reference)
    cells = lake.read_tables(filled / "cells", lake.CELLS)
    submissions = lake.read_tables(filled / "submissions", lake.SUBMISSIONS)
    mine = submissions[submissions["period_code"] == PERIOD]
    expected = normalise_cells(cells, mine, catalogue, reference)
    folder = filled / "normalised" / "AA" / PERIOD
    for name, schema in (("observations", lake.OBSERVATIONS), ("entries", lake.ENTRIES), ("findings", lake.FINDINGS)):
        assert (folder / f"{name}.parquet").is_file()
        written = lake.read_tables(folder, schema, f"{name}.parquet")
        pd.testing.assert_frame_equal(written, getattr(expected, name), check_dtype=name != "findings")


def test_a_partition_that_lost_its_last_workbook_becomes_empty(filled, catalogue, reference) -> None:
    normalise_partitions(filled, stale_partitions(filled, catalogue, reference), catalogue, reference)
    path = filled / "submissions" / "2.parquet"
    submissions = lake.read_tables(path.parent, lake.SUBMISSIONS, path.name)
    lake.write_table(submissions.assign(read_state="unidentified"), lake.SUBMISSIONS, path)
    assert stale_partitions(filled, catalogue, reference) == [("AA", OTHER)]
    normalise_partition(filled, "AA", OTHER, catalogue, reference)
    written = lake.read_tables(filled / "normalised" / "AA" / OTHER, lake.OBSERVATIONS, "observations.parquet")
    assert len(written) == 0
    assert stale_partitions(filled, catalogue, reference) == []


def test_a_partition_that_takes_nothing_up_keeps_what_it_has_and_the_rest_waits(filled, catalogue, reference) -> None:
    hashes = lake.read_tables(filled / "submissions", lake.SUBMISSIONS).set_index("period_code")["file_hash"]
    assert waiting_files(filled, catalogue, reference) == set(hashes)

    def takes(partition: tuple[str, str]) -> bool:
        return partition == ("AA", OTHER)

    assert stale_partitions(filled, catalogue, reference, takes) == [("AA", OTHER)]
    normalise_partitions(filled, [("AA", OTHER)], catalogue, reference, takes=takes)
    assert waiting_files(filled, catalogue, reference) == set(hashes.loc[PERIOD])
    assert stale_partitions(filled, catalogue, reference, lambda _: False) == []
    assert stale_partitions(filled, catalogue, reference) == [("AA", PERIOD)]


def test_a_file_whose_name_breaks_its_line_makes_no_other_partition_stale(filled, catalogue, reference) -> None:
    normalise_partitions(filled, [("AA", PERIOD), ("AA", OTHER)], catalogue, reference)
    path = filled / "submissions" / "2.parquet"
    renamed = lake.read_tables(path.parent, lake.SUBMISSIONS, path.name).assign(file_name='một\n"hai", ba.xlsx')
    lake.write_table(renamed, lake.SUBMISSIONS, path)
    assert stale_partitions(filled, catalogue, reference) == [("AA", OTHER)]

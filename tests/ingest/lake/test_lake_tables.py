"""The lake's tables are listed once; a table of the list can be written, read, and stood in for."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingest.lake import TABLES, LakeTable, Stage, deciding_files, lake_table, schemas, tables_of


def test_every_schema_is_that_of_a_table_and_every_table_has_one() -> None:
    declared = {name for name, value in vars(schemas).items() if isinstance(value, pa.Schema)}
    used = {name for name in declared if any(table.schema is getattr(schemas, name) for table in TABLES)}
    assert used == declared


def test_a_stage_writes_a_name_once_and_no_two_tables_lie_at_one_place() -> None:
    assert len({(table.stage, table.name) for table in TABLES}) == len(TABLES)
    assert len({table.path for table in TABLES}) == len(TABLES)
    assert sum(len(tables_of(stage)) for stage in Stage) == len(TABLES)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: f"{table.stage}.{table.name}")
def test_an_empty_file_stands_where_the_table_is_looked_for(tmp_path: Path, table: LakeTable) -> None:
    stand_in = table.stand_in(tmp_path)
    stand_in.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table.schema.empty_table(), stand_in)
    assert table.files(tmp_path) == [stand_in]
    assert list(table.read(tmp_path).columns) == table.schema.names


def test_a_table_of_one_file_comes_back_as_it_was_written(tmp_path: Path) -> None:
    table = lake_table("checked", "submission_states")
    row = {"file_hash": "h", "state": "accepted", "is_current": True, "hard_findings": 0, "soft_findings": 1}
    table.write(pd.DataFrame([row]), tmp_path)
    assert table.read(tmp_path)[list(row)].to_dict("records") == [row]


def test_what_was_received_is_told_apart_by_covers_findings_and_manifests(tmp_path: Path) -> None:
    names = ["cells/a.parquet", "submissions/a.parquet", "received_findings/a.parquet", "checked/findings.parquet"]
    names += ["normalised/ZZ/2021H1/manifest.json", "normalised/ZZ/2021H1/observations.parquet"]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = {path.relative_to(tmp_path).as_posix() for path in deciding_files(tmp_path)}
    assert found == {names[1], names[2], names[4]}

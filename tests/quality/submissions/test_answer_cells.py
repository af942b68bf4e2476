"""The cells of the list sheets are found in the lake, whatever number of files holds them."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ingest.lake import CELLS
from quality.submissions.answers import answer_cells, answer_sheets


def test_of_all_cells_of_the_lake_those_of_the_list_sheets_are_read(tmp_path: Path) -> None:
    assert answer_cells(sorted(tmp_path.glob("*.parquet"))).empty
    sheet = sorted(answer_sheets())[0]
    for number, name in enumerate((sheet, "Biểu 1", sheet)):
        cell = {"file_hash": f"h{number}", "sheet": name, "row_no": 1, "column_no": 1, "text": "x"}
        table = pa.Table.from_pylist([cell], schema=pa.schema([field.with_nullable(True) for field in CELLS]))
        pq.write_table(table, tmp_path / f"{number}.parquet")
    assert sorted(answer_cells(sorted(tmp_path.glob("*.parquet")))["file_hash"]) == ["h0", "h2"]

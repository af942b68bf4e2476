"""Writing and reading the Parquet files of the lake; a reader sees the old file or the new one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from ingest.durable import replacing, sum_of, write_text

if TYPE_CHECKING:
    import pandas as pd


SUM = ".sha256"


def write_table(frame: pd.DataFrame, schema: pa.Schema, path: Path) -> None:
    """Write ``frame`` cast to ``schema`` to ``path`` atomically (a reader sees the old file or the new one)."""
    # A column that the frame does not have is empty, of whatever type it is.
    added = dict.fromkeys(set(schema.names) - set(frame.columns), object)
    table = pa.Table.from_pandas(frame.reindex(columns=schema.names).astype(added), schema=schema, preserve_index=False)
    write_arrow(table, schema, path)


def write_arrow(table: pa.Table, schema: pa.Schema, path: Path) -> None:
    """Write an Arrow table of ``schema`` to ``path`` atomically."""
    with replacing(path) as temporary:
        pq.write_table(table.cast(schema), temporary, compression="zstd")
    seal(path)


def seal(path: Path) -> None:
    """Keep the sum of what ``path`` holds beside it (`ingest.lake.sums`)."""
    write_text(path.with_name(path.name + SUM), sum_of(path))


def read_tables(folder: Path, schema: pa.Schema, pattern: str = "*.parquet") -> pd.DataFrame:
    """All Parquet files of ``folder`` matching ``pattern``, in name order, as one frame of ``schema``."""
    tables = [pq.read_table(path, schema=schema) for path in sorted(folder.glob(pattern))]
    table = pa.concat_tables(tables) if tables else schema.empty_table()
    return table.to_pandas()


def source_hashes(submissions: pd.DataFrame) -> pd.Series:
    """The hash of the bytes each of ``submissions`` was read from: its own, but for a part of a known layout."""
    is_part = submissions["layout"].notna() & submissions["part_of"].notna()
    return submissions["file_hash"].astype(object).mask(is_part, submissions["part_of"])

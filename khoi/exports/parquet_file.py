"""An answer as a Parquet file, in the types of the warehouse; the file says of itself what it is."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

    from khoi.exports.notes import Notes


def write_parquet(table: pa.Table, path: Path, notes: Notes) -> None:
    """Write ``table``; the notes stand in the file's metadata under ``khoi_*``."""
    import pyarrow as pa
    import pyarrow.parquet

    from khoi.exports.plain import as_text

    for number, field in enumerate(table.schema):
        if pa.types.is_interval(field.type) or pa.types.is_null(field.type):  # Parquet has no such columns
            texts = [as_text(value) or None for value in table.column(number).to_pylist()]
            table = table.set_column(number, field.name, pa.array(texts, pa.string()))
    told = {
        "khoi_version": notes.version,
        "khoi_number": str(notes.number),
        "khoi_asked": notes.asked,
        "khoi_coverage": json.dumps([asdict(one) for one in notes.coverage], ensure_ascii=False),
    }
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), **told})
    pyarrow.parquet.write_table(table, path, compression="zstd")

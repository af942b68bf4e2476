"""What lies normalised in the lake, partition by partition: which ones there are, and how much each holds."""

from __future__ import annotations

from pathlib import Path

from pyarrow import ArrowInvalid
from pyarrow.parquet import read_metadata

from ingest.lake import MANIFESTS, Stage, tables_of
from ingest.normalise.partitions import Partition


def normalised_pairs(lake: Path) -> set[Partition]:
    """The (committee, period) pairs that have tables."""
    return {(path.parent.parent.name, path.parent.name) for path in lake.glob(MANIFESTS)}


def rows_of(lake: Path, pair: Partition) -> dict[str, int]:
    """Table -> rows of one pair, by the files' own footers; a table that is lost or damaged is left out."""
    rows = {}
    for table in tables_of(Stage.NORMALISED):
        try:
            rows[table.name] = int(
                read_metadata(lake / "normalised" / pair[0] / pair[1] / f"{table.name}.parquet").num_rows
            )
        except (OSError, ArrowInvalid):
            continue
    return rows

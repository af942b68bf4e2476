"""Cells to tables: typed values found by what is printed, missing and unreadable kept apart.

Belongs here: geometry, values, observations, entries, aggregates, one partition of the lake at a time.
Does not belong here: whether values agree with each other (`quality`).
"""

from ingest.normalise.partitions import (
    NormaliseReport,
    normalise_partition,
    normalise_partitions,
    stale_partitions,
    waiting_files,
)
from ingest.normalise.tables import Normalised, normalise_cells

__all__ = [
    "NormaliseReport",
    "Normalised",
    "normalise_cells",
    "normalise_partition",
    "normalise_partitions",
    "stale_partitions",
    "waiting_files",
]

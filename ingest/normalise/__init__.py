"""Cells to tables: typed values found by what is printed, missing and unreadable kept apart.

At the end every filled cell of a form's sheet is accounted for: it is a value, left aside for a named reason, or a
finding at its cell.

Belongs here: geometry, values, observations, entries, aggregates, one partition of the lake at a time.
Does not belong here: whether values agree with each other (`quality`).
"""

from ingest.normalise.account import account_of, account_reasons
from ingest.normalise.partitions import NormaliseReport, stale_partitions, waiting_files
from ingest.normalise.passes import normalise_partition, normalise_partitions
from ingest.normalise.tables import Normalised, normalise_cells

__all__ = [
    "NormaliseReport",
    "Normalised",
    "account_of",
    "account_reasons",
    "normalise_cells",
    "normalise_partition",
    "normalise_partitions",
    "stale_partitions",
    "waiting_files",
]

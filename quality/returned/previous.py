"""What the organization's last period held at the cells of its workbook: shown beside every finding."""

from __future__ import annotations

import duckdb
import pandas as pd

from ingest.reference import Reference
from quality.engine.context import evaluation_context, with_previous
from quality.returned.contents import Figures

# A few files of all that the partitions hold: taken out first, and both sides of the join are small.
_OF_WANTED = """
CREATE OR REPLACE TEMP TABLE figures_of_wanted AS
SELECT file_hash, cell_code, sheet, cell, value, state FROM observations WHERE list_contains($1, file_hash)
"""
_PREVIOUS = """
SELECT o.file_hash, o.sheet, o.cell, p.value
FROM wanted w
JOIN figures_of_wanted o USING (file_hash)
JOIN figures_of_wanted p ON p.file_hash = w.previous_file_hash AND p.cell_code = o.cell_code
WHERE o.cell IS NOT NULL AND p.state IN ('value', 'zero')
"""


def versions_with_previous(submissions: pd.DataFrame, states: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """`evaluation_context` of ``submissions`` with previous_file_hash: the version in use of the period before."""
    versions = evaluation_context(submissions, reference)
    in_use = states.loc[states["is_current"].astype(bool), "file_hash"]
    current = versions[versions["file_hash"].astype(object).isin(set(in_use))]
    return with_previous(versions, current)


def previous_figures(connection: duckdb.DuckDBPyConnection, versions: pd.DataFrame) -> dict[str, Figures]:
    """File hash -> (sheet, cell) -> the value of the same figure one period before, where there is one.

    ``connection`` has observations; ``versions`` are of `versions_with_previous`.
    """
    wanted = versions.loc[versions["previous_file_hash"].notna(), ["file_hash", "previous_file_hash"]]
    files = sorted({*wanted["file_hash"].astype(str), *wanted["previous_file_hash"].astype(str)})
    connection.register("wanted", wanted.astype("str"))
    connection.execute(_OF_WANTED, [files])
    found: dict[str, dict[tuple[str, str], float]] = {}
    for file_hash, sheet, cell, value in connection.execute(_PREVIOUS).fetchall():
        found.setdefault(file_hash, {})[sheet, cell] = value
    connection.unregister("wanted")
    return dict(found)

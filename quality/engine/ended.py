"""What counts of the workbook of an organization that ended within a period, wherever workbooks are added up.

What happened until then adds up. What there is on the last day of the period does not: it stands in the workbook of its
successor. The members that it passed on stand in the opening of its successor as well, so its own opening counts less
them (docs/decisions/0075-an-organization-that-ended.md). The warehouse says the same in its own words
(`int_observations_corrected`, `int_cell_values_unioned`), and refuses headlines whose bounds say otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pandas as pd

from ingest.catalogue import Catalogue
from ingest.catalogue.tables import form_cells
from ingest.reference import Reference
from ingest.register_cells import MEMBERS_PASSED_ON, register_observations

COUNTED = "counted_observations"
"""The relation that `counted_observations` lends: the columns of ``observations``."""

_VIEW = f"""
CREATE OR REPLACE TEMP VIEW {COUNTED} AS
SELECT o.* REPLACE (
    CASE WHEN e.cell_code IS NULL THEN o.value ELSE o.value - e.passed_on END AS value,
    CASE WHEN e.cell_code IS NOT NULL AND e.passed_on IS NULL THEN 'missing' ELSE o.state END AS state
)
FROM observations o
LEFT JOIN ended_cells e ON e.file_hash = o.file_hash AND e.cell_code = o.cell_code
WHERE coalesce(e.level, '') != 'closing'
"""


@contextmanager
def counted_observations(
    connection: duckdb.DuckDBPyConnection, versions: pd.DataFrame, catalogue: Catalogue, reference: Reference
) -> Iterator[None]:
    """While the block runs ``connection`` has the relation `COUNTED`: of ``observations`` what counts in a sum.

    ``versions`` as `evaluation_context` gives them.
    """
    connection.register("ended_cells", ended_cells(versions, catalogue, reference))
    connection.execute(_VIEW)
    try:
        yield
    finally:
        connection.execute(f"DROP VIEW {COUNTED}")
        connection.unregister("ended_cells")


def ended_cells(versions: pd.DataFrame, catalogue: Catalogue, reference: Reference) -> pd.DataFrame:
    """One row per workbook of an organization that ended within its period and cell of a level.

    Columns: file_hash, cell_code, level (``opening`` or ``closing``), passed_on (the members that left with it on the
    day after its last; missing where the register leaves some open).
    """
    cells = form_cells(catalogue, reference["codes"])
    cells = cells.loc[cells["level"].isin(["opening", "closing"]), ["cell_code", "level"]]
    ended = versions.loc[versions["is_ended"], ["file_hash", "organization_code", "period_code"]].merge(
        _passed_on(reference), on=["organization_code", "period_code"], how="left"
    )
    # An organization that passed nobody on, by the register, counts with its whole opening.
    ended["passed_on"] = ended["passed_on"].fillna(0.0).mask(ended["is_open"].eq(True))
    crossed = ended[["file_hash", "passed_on"]].merge(cells, how="cross")
    return crossed.astype({"file_hash": "str", "cell_code": "str", "level": "str", "passed_on": "float64"})


def _passed_on(reference: Reference) -> pd.DataFrame:
    """One row per organization and period within which it ended: passed_on, and is_open where not all are known."""
    register = register_observations(reference)
    moved = register[register["cell_code"] == MEMBERS_PASSED_ON]
    moved = moved.assign(is_open=moved["value"].isna())
    summed = moved.groupby(["organization_code", "period_code"], as_index=False).agg({"value": "sum", "is_open": "any"})
    return summed.rename(columns={"value": "passed_on"})

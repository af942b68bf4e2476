"""Last year's figures as a printed form repeats them, held against what was accepted of that organization then."""

from __future__ import annotations

import duckdb
import pandas as pd

from ingest.reference import Reference
from quality.catalogue import RuleCatalogue
from quality.catalogue.schema_checks import FORMER_DIFFERS
from quality.engine import SUBJECT, VIOLATION_COLUMNS
from quality.engine.context import latest_versions

_DIFFER = """
SELECT w.*, o.value AS accepted, o.sheet AS former_sheet, o.cell AS former_cell
FROM wanted_comparatives w
JOIN observations o ON o.file_hash = w.former_hash AND o.cell_code = w.cell_code
WHERE o.state IN ('value', 'zero') AND o.value <> w.value
ORDER BY w.file_hash, w.cell_code
"""


def comparative_violations(
    connection: duckdb.DuckDBPyConnection,
    versions: pd.DataFrame,
    sound: pd.DataFrame,
    figures: pd.DataFrame,
    reference: Reference,
    rules: RuleCatalogue,
) -> pd.DataFrame:
    """Violations (`VIOLATION_COLUMNS`), one per figure that the latest ``sound`` version of a year before has not.

    ``figures``: `ingest.normalise.comparatives.comparative_figures` of ``versions``. Where nothing was accepted a year
    before, or the line was not filled in then, nothing is said. Reads the relation ``observations``.
    """
    if figures.empty:
        return pd.DataFrame(columns=VIOLATION_COLUMNS)
    before = latest_versions(sound)[["organization_code", "period_code", "file_hash"]]
    before.columns = pd.Index(["organization_code", "former_period", "former_hash"])
    mine = versions[[*SUBJECT, "file_hash"]].assign(former_period=versions["period_code"].map(_year_before(reference)))
    wanted = mine.merge(figures, on="file_hash").merge(before, on=["organization_code", "former_period"])
    connection.register("wanted_comparatives", wanted)
    found = connection.execute(_DIFFER).df()
    connection.unregister("wanted_comparatives")
    rule = rules.by_check[FORMER_DIFFERS]
    places = zip(found["sheet"], found["cell"], found["former_sheet"], found["former_cell"], strict=True)
    return (
        found[[*SUBJECT, "file_hash", "sheet", "cell", "cell_code"]]
        .assign(
            rule_id=rule.id,
            engine="register",
            severity=rule.severity,
            cells=[f"{sheet}!{cell}; {sheet_then}!{cell_then}" for sheet, cell, sheet_then, cell_then in places],
            observed=[f"{value:g}" for value in found["value"]],
            expected=[f"{value:g}" for value in found["accepted"]],
        )
        .reindex(columns=VIOLATION_COLUMNS)
    )


def _year_before(reference: Reference) -> dict[str, str]:
    """Period -> the period of the same kind a year before."""
    periods = reference["periods"]
    codes = {(str(row.kind), int(row.year)): str(row.period_code) for row in periods.itertuples()}
    return {code: codes[kind, year - 1] for (kind, year), code in codes.items() if (kind, year - 1) in codes}

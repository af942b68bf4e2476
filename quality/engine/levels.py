"""The sums of the level below, for the rules that hold what a committee says itself against what its organizations say.

A sum is there once every organization that was due has the cell in a workbook that counts; until then it is missing,
and a rule that needs it is not assessable: what half of them reported proves nothing.
"""

from __future__ import annotations

import duckdb
import pandas as pd

from ingest.catalogue import Catalogue
from ingest.reference import COMMITTEE_ITSELF, Reference
from quality.catalogue import RuleCatalogue
from quality.catalogue.grammar import BELOW
from quality.engine.completeness import roster
from quality.engine.context import latest_versions
from quality.engine.ended import COUNTED, counted_observations

LEVEL_BELOW_COLUMNS = ["organization_code", "period_code", "cell_code", "value", "state", "sheet", "cell"]

_SUMS = f"""
SELECT i.organization_code, c.period_code, '{BELOW}' || o.cell_code AS cell_code, sum(o.value) AS value,
    CASE WHEN count(DISTINCT c.file_hash) FILTER (o.state IN ('value', 'zero') AND NOT c.is_ended)
            < any_value(d.organizations) OR bool_or(c.is_ended AND o.state = 'missing')
        THEN 'missing' ELSE 'value' END AS state,
    'Σ ' || mode(o.sheet) AS sheet, mode(o.cell) AS cell
FROM {COUNTED} o
JOIN counted c USING (file_hash)
JOIN due d ON d.committee_code = c.committee_code AND d.period_code = c.period_code
JOIN named n ON n.cell_code = o.cell_code
JOIN itself i ON i.committee_code = c.committee_code
GROUP BY i.organization_code, c.period_code, o.cell_code
"""


def named_below(rules: RuleCatalogue) -> set[str]:
    """The cells that a rule names with ``below.``."""
    return {
        term.cell_code.removeprefix(BELOW)
        for rule in rules.linear
        if rule.scope == "levels"
        for term in rules.expressions[rule.id].terms
        if term.cell_code.startswith(BELOW)
    }


def sums_below(
    connection: duckdb.DuckDBPyConnection,
    rules: RuleCatalogue,
    usable: pd.DataFrame,
    catalogue: Catalogue,
    reference: Reference,
) -> pd.DataFrame:
    """One row per committee, period and cell that a rule names with ``below.``, over the last ``usable`` versions.

    ``connection`` must have the relation ``observations``. organization_code is that of the committee itself; sheet and
    cell say where the organizations write it.
    """
    named = named_below(rules)
    if not named or usable.empty:
        return pd.DataFrame(columns=LEVEL_BELOW_COLUMNS)
    due = roster(reference)
    due = due[~due["organization_code"].isin(reference.committees_themselves)]
    organizations = reference["organizations"]
    itself = organizations.loc[organizations["organization_type"] == COMMITTEE_ITSELF]
    due = due.groupby(["committee_code", "period_code"]).size().rename("organizations").reset_index()
    counted = latest_versions(usable[usable["organization_type"] != COMMITTEE_ITSELF])
    tables = {
        "counted": counted,
        "due": due,
        "itself": itself[["committee_code", "organization_code"]].drop_duplicates(),
        "named": pd.DataFrame({"cell_code": sorted(named)}),
    }
    for name, frame in tables.items():
        connection.register(name, frame)
    try:
        with counted_observations(connection, counted, catalogue, reference):
            return connection.execute(_SUMS).df()[LEVEL_BELOW_COLUMNS]
    finally:
        for name in tables:
            connection.unregister(name)

"""The figures the follow-up stands on: what every workbook says of the measures behind the headlines."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import pandas as pd

from ingest.reference import Reference
from quality.engine.ended import COUNTED
from quality.followup.settings import Settings

SUBJECT = ["committee_code", "organization_code", "period_code"]
EXPOSURE = "members_total"
"""What small counts are in proportion to."""

_FIGURES = f"""
SELECT o.file_hash, t.measure_code, sum(t.coefficient * o.value) AS value
FROM {COUNTED} o
JOIN wanted_terms t USING (cell_code)
JOIN wanted_files f USING (file_hash)
WHERE o.state IN ('value', 'zero')
GROUP BY ALL
ORDER BY ALL
"""


@dataclass(frozen=True)
class Headlines:
    """The headlines that a deployment has measures for.

    ``additive``: measure -> ``stock`` or ``flow``; ``ratios``: measure -> (numerator, denominator); ``terms``: one row
    per additive measure (parts of ratios as well) and cell: measure_code, cell_code, coefficient.
    """

    shown: list[str]
    additive: dict[str, str]
    ratios: dict[str, tuple[str, str]]
    terms: pd.DataFrame

    @classmethod
    def of(cls, reference: Reference, settings: Settings) -> Headlines:
        """The headlines of ``settings`` whose measures are declared and made of submitted cells."""
        declared = reference["measures"].set_index("measure_code")
        terms = reference["measure_terms"]
        terms = terms[~terms["cell_code"].str.startswith("register.")]
        terms = terms.assign(coefficient=terms["coefficient"].astype(float))
        known = set(terms["measure_code"])
        ratios: dict[str, tuple[str, str]] = {}
        additive: set[str] = set()
        shown: list[str] = []
        for one in settings.headlines:
            if one.measure in known:
                parts: tuple[str, ...] = (one.measure,)
            elif one.measure in declared.index and declared.loc[one.measure, "numerator_measure"] in known:
                row = declared.loc[one.measure]
                parts = ratios[one.measure] = (str(row["numerator_measure"]), str(row["denominator_measure"]))
            else:
                continue
            shown.append(one.measure)
            additive.update(parts)
        additive.update({EXPOSURE} & known)
        natures = {measure: str(declared.loc[measure, "aggregation"]) for measure in sorted(additive)}
        return cls(shown, natures, ratios, terms[terms["measure_code"].isin(additive)])


def figures(connection: duckdb.DuckDBPyConnection, headlines: Headlines, files: pd.Series) -> pd.DataFrame:
    """One row per workbook of ``files`` and additive measure with a value: file_hash, measure_code, value.

    Only where ``connection`` has `counted_observations`.
    """
    columns = ["measure_code", "cell_code", "coefficient"]
    connection.register("wanted_terms", headlines.terms[columns].astype({"coefficient": float}))
    connection.register("wanted_files", pd.DataFrame({"file_hash": files.dropna().unique()}, dtype="str"))
    try:
        return connection.execute(_FIGURES).df()
    finally:
        connection.unregister("wanted_terms")
        connection.unregister("wanted_files")

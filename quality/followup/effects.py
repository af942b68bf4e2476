"""How far each query can move each measure behind the headlines, as published now.

* a workbook that is missing: the range in which its figures are expected (they are not in the published total);
* a workbook that was returned: what it says, give or take the greatest difference a hard finding shows;
* a finding on a workbook that counts: the difference between what is written and what it should be, either way.
"""

from __future__ import annotations

import pandas as pd

from quality.catalogue import RuleCatalogue
from quality.followup.figures import SUBJECT, Headlines

EFFECT = ["query_id", "measure_code", "low", "high"]


def differences(
    findings: pd.DataFrame, headlines: Headlines, rules: RuleCatalogue, cells: pd.DataFrame
) -> pd.DataFrame:
    """One row per failing finding with a file and measure it can move: finding_id, file_hash, measure_code, difference.

    The measures are those with a term in any cell of a linear rule, else in the finding's cell. ``difference`` is
    |observed - expected| times the coefficient; where a number is asked about without saying which would be right, the
    difference to the last period's (``cells``: file_hash, cell_code, value, previous).
    """
    asked = findings.dropna(subset=["file_hash"])
    asked = asked[["finding_id", "rule_id", "file_hash", "cell_code", "observed", "expected"]]
    linear = pd.DataFrame(
        [(rule, term.cell_code) for rule, told in rules.expressions.items() for term in told.terms if not term.lag],
        columns=["rule_id", "term_cell"],
    )
    by_rule = asked.merge(linear, on="rule_id")
    by_cell = asked[~asked["rule_id"].isin(rules.expressions)].assign(term_cell=lambda rows: rows["cell_code"])
    placed = pd.concat([by_rule, by_cell], ignore_index=True).merge(
        headlines.terms.rename(columns={"cell_code": "term_cell"}), on="term_cell"
    )
    placed = placed.merge(cells.rename(columns={"cell_code": "term_cell"}), on=["file_hash", "term_cell"], how="left")
    observed, expected = (pd.to_numeric(placed[side], errors="coerce") for side in ("observed", "expected"))
    gap = (observed - expected).abs().fillna((placed["value"] - placed["previous"].fillna(0)).abs())
    placed = placed.assign(difference=gap * placed["coefficient"].abs()).dropna(subset=["difference"])
    keys = ["finding_id", "file_hash", "measure_code"]
    return placed.groupby(keys, as_index=False)["difference"].max()


def finding_effects(gaps: pd.DataFrame) -> pd.DataFrame:
    """One row per finding and measure (columns EFFECT): the figure may be off by that much either way."""
    effects = gaps.rename(columns={"finding_id": "query_id"})
    return effects.assign(low=-effects["difference"], high=effects["difference"])[EFFECT]


def returned_effects(returned: pd.DataFrame, said: pd.DataFrame, gaps: pd.DataFrame) -> pd.DataFrame:
    """One row per returned workbook and measure it tells (columns EFFECT).

    ``returned``: query_id, file_hash; ``said``: file_hash, measure_code, value; ``gaps``: `differences` of findings.
    """
    greatest = gaps.groupby(["file_hash", "measure_code"], as_index=False)["difference"].max()
    told = returned.merge(said, on="file_hash").merge(greatest, on=["file_hash", "measure_code"], how="left")
    off = told["difference"].fillna(0)
    return told.assign(low=(told["value"] - off).clip(lower=0), high=told["value"] + off)[EFFECT]


def missing_effects(missing: pd.DataFrame, ranges: pd.DataFrame) -> pd.DataFrame:
    """One row per missing workbook and measure expected of it (columns EFFECT)."""
    return missing.merge(ranges, on=SUBJECT[1:])[EFFECT]

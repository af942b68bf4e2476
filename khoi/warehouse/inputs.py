"""What dbt needs on disk before it starts: every source with at least one file, and the catalogue as tables.

DuckDB takes a pattern without a file for an error. A fresh deployment, a committee without list forms or a
run before the first check have such patterns, so zero-row files stand in for them.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa

from ingest import lake
from ingest.catalogue.tables import aggregate_conditions, form_cells, form_versions
from khoi.deployment.home import Home

_TEXT = pa.string()
FORM_CELLS = pa.schema(
    [
        (name, _TEXT)
        for name in (
            *("cell_code", "form", "domain", "item", "column", "source", "role", "measure", "members"),
            *("nature", "unit_vi", "unit_en", "label_vi", "label_en"),
        )
    ]
)
FORM_VERSIONS = pa.schema(
    [
        *((name, _TEXT) for name in ("form", "kind", "domain", "version")),
        ("valid_from", pa.date32()),
        ("valid_to", pa.date32()),
        *((name, _TEXT) for name in ("authority", "sheet", "label_vi", "label_en")),
    ]
)
RULES = pa.schema(
    [
        ("rule_id", _TEXT),
        ("domain_rule", pa.int64()),
        *((name, _TEXT) for name in ("topic", "kind", "scope", "severity", "title_vi", "title_en", "expression")),
        ("valid_from", pa.date32()),
        ("valid_to", pa.date32()),
        *((name, _TEXT) for name in ("authority", "reason", "message_vi", "message_en")),
    ]
)
AGGREGATE_CONDITIONS = pa.schema([(name, _TEXT) for name in ("cell_code", "form", "sum_field", "field", "code")])

# The pattern of each source, the file that stands in where it matches nothing, and the schema of that file.
_SOURCES: tuple[tuple[str, str, pa.Schema], ...] = (
    ("submissions/*.parquet", "submissions/_empty.parquet", lake.SUBMISSIONS),
    (
        "normalised/*/*/observations.parquet",
        "normalised/_empty/_empty/observations.parquet",
        lake.OBSERVATIONS,
    ),
    ("normalised/*/*/entries.parquet", "normalised/_empty/_empty/entries.parquet", lake.ENTRIES),
    ("reference/rules.parquet", "reference/rules.parquet", RULES),
    ("checked/rule_outcomes.parquet", "checked/rule_outcomes.parquet", lake.RULE_OUTCOMES),
    ("checked/findings.parquet", "checked/findings.parquet", lake.FINDINGS),
    ("checked/follow_up.parquet", "checked/follow_up.parquet", lake.FOLLOW_UP),
    ("checked/headline_bounds.parquet", "checked/headline_bounds.parquet", lake.HEADLINE_BOUNDS),
    ("checked/corrections.parquet", "checked/corrections.parquet", lake.CORRECTIONS),
    ("checked/submission_states.parquet", "checked/submission_states.parquet", lake.SUBMISSION_STATES),
    (
        "checked/register_observations.parquet",
        "checked/register_observations.parquet",
        lake.REGISTER_OBSERVATIONS,
    ),
)


def prepare_inputs(home: Home) -> None:
    """Write the zero-row stand-ins that are missing and the catalogue's tables under ``lake/reference``."""
    for pattern, stand_in, schema in _SOURCES:
        if not any(home.lake.glob(pattern)):
            lake.write_table(pd.DataFrame(columns=schema.names), schema, home.lake / stand_in)
    _write_catalogue(home)


def _write_catalogue(home: Home) -> None:
    catalogue, codes = home.catalogue(), home.reference()["codes"]
    folder: Path = home.lake / "reference"
    lake.write_table(form_cells(catalogue, codes), FORM_CELLS, folder / "form_cells.parquet")
    lake.write_table(form_versions(catalogue), FORM_VERSIONS, folder / "form_versions.parquet")
    lake.write_table(
        aggregate_conditions(catalogue, codes), AGGREGATE_CONDITIONS, folder / "aggregate_conditions.parquet"
    )

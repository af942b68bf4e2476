"""What dbt needs on disk before it starts: every source with at least one file, registers, catalogue.

DuckDB takes a pattern without a file for an error. A fresh deployment, a committee without list forms or a
run before the first check have such patterns, so zero-row files stand in for them.
"""

from __future__ import annotations

import pandas as pd

from ingest import lake
from ingest.catalogue import Catalogue
from ingest.catalogue.tables import aggregate_conditions, form_cells, form_versions
from ingest.reference import Reference
from khoi.deployment.home import Home


def prepare_inputs(home: Home, catalogue: Catalogue, reference: Reference) -> None:
    """Write the registers for dbt, the catalogue's tables under ``lake/reference``, stand-ins for missing sources."""
    for table in lake.TABLES:
        if table.is_source and not table.files(home.lake):
            empty = pd.DataFrame(columns=table.schema.names)
            lake.write_table(empty, table.schema, table.stand_in(home.lake))
    _write_catalogue(home, catalogue, reference["codes"])


def _write_catalogue(home: Home, catalogue: Catalogue, codes: pd.DataFrame) -> None:
    tables = {
        "form_cells": form_cells(catalogue, codes),
        "form_versions": form_versions(catalogue),
        "aggregate_conditions": aggregate_conditions(catalogue, codes),
    }
    for name, frame in tables.items():
        lake.lake_table(lake.Stage.REFERENCE, name).write(frame, home.lake)

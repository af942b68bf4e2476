"""The two catalogues as Parquet under ``lake/reference``: what the warehouse and other programs join with."""

from __future__ import annotations

import pyarrow as pa

from ingest import lake
from ingest.catalogue import Catalogue
from ingest.catalogue.tables import printed_labels
from khoi.deployment.home import Home
from khoi.warehouse.inputs import RULES, prepare_inputs
from quality.catalogue import RuleCatalogue
from quality.catalogue.tables import rule_terms_table, rules_table

_TEXT = pa.string()
PRINTED_LABELS = pa.schema(
    [
        *((name, _TEXT) for name in ("form", "version", "axis", "code", "ordinal", "label", "label_key")),
        ("position", pa.int32()),
        ("canonical", pa.bool_()),
    ]
)
"""One row per printed label or alias (`ingest.catalogue.tables.printed_labels`)."""

RULE_TERMS = pa.schema(
    [
        ("rule_id", _TEXT),
        ("cell_code", _TEXT),
        ("lag", pa.int32()),
        ("coefficient", pa.int64()),
        ("side", _TEXT),
        ("is_target", pa.bool_()),
    ]
)
"""One row per linear rule and term (`quality.catalogue.tables.rule_terms_table`)."""


def write_reference_tables(home: Home, catalogue: Catalogue, rules: RuleCatalogue) -> None:
    """Write form_cells, form_versions, aggregate_conditions, printed_labels, rules and rule_terms.

    Sources of the warehouse that nobody has written yet get their zero-row stand-ins as well.
    """
    folder = home.lake / "reference"
    lake.write_table(rules_table(rules), RULES, folder / "rules.parquet")
    lake.write_table(rule_terms_table(rules), RULE_TERMS, folder / "rule_terms.parquet")
    lake.write_table(printed_labels(catalogue), PRINTED_LABELS, folder / "printed_labels.parquet")
    prepare_inputs(home)

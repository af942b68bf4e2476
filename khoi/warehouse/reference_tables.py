"""The two catalogues as Parquet under ``lake/reference``: what the warehouse and other programs join with."""

from __future__ import annotations

import pandas as pd

from ingest import lake
from ingest.catalogue import Catalogue
from ingest.catalogue.tables import printed_labels
from ingest.derived_once import derived_once
from ingest.reference import Reference
from khoi.deployment.home import Home
from khoi.warehouse.inputs import prepare_inputs
from quality.catalogue import RuleCatalogue
from quality.catalogue.tables import rule_terms_table, rules_table
from quality.catalogue.words import CellLabels


def write_reference_tables(home: Home, catalogue: Catalogue, reference: Reference, rules: RuleCatalogue) -> None:
    """Write form_cells, form_versions, aggregate_conditions, printed_labels, rules and rule_terms.

    Sources of the warehouse that nobody has written yet get their zero-row stand-ins as well.
    """
    tables = {
        "rules": _rules_in_words(rules, catalogue, reference),
        "rule_terms": rule_terms_table(rules),
        "printed_labels": printed_labels(catalogue),
    }
    for name, frame in tables.items():
        lake.lake_table(lake.Stage.REFERENCE, name).write(frame, home.lake)
    prepare_inputs(home, catalogue, reference)


@derived_once
def _rules_in_words(rules: RuleCatalogue, catalogue: Catalogue, reference: Reference) -> pd.DataFrame:
    return rules_table(rules, CellLabels.of(catalogue, reference))

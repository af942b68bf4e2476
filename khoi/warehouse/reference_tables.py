"""The two catalogues as Parquet under ``lake/reference``: what the warehouse and other programs join with.

They follow from declarations alone. A record beside them says of which, and what each table was when it was written:
while both are the same, nothing is asked of the declarations again and nothing is written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pandas as pd

from ingest import lake
from ingest.catalogue import Catalogue
from ingest.catalogue.tables import printed_labels
from ingest.derived_once import derived_once
from ingest.durable import holds, sum_of, write_text
from ingest.reference import Reference
from khoi.deployment.fingerprint import Fingerprints, combined
from khoi.deployment.home import Home
from khoi.warehouse.inputs import prepare_inputs
from quality.catalogue import RuleCatalogue
from quality.catalogue.tables import rule_terms_table, rules_table
from quality.catalogue.words import CellLabels

_RECORD = "kept.json"


def are_of(home: Home, declared: Fingerprints) -> bool:
    """True where the tables are those that were written under the same ``declared``, and all of them are whole."""
    return holds(home.lake / lake.Stage.REFERENCE / _RECORD, _told(home, declared))


@contextmanager
def noted(home: Home, declared: Fingerprints) -> Iterator[None]:
    """What the block writes follows from ``declared``; where it dies, nobody knows what the tables follow from."""
    (home.lake / lake.Stage.REFERENCE / _RECORD).unlink(missing_ok=True)
    yield
    write_text(home.lake / lake.Stage.REFERENCE / _RECORD, _told(home, declared))


def _told(home: Home, declared: Fingerprints) -> str:
    paths = {table.name: home.lake / table.path for table in lake.tables_of(lake.Stage.REFERENCE)}
    sums = {name: sum_of(path) if path.is_file() else "" for name, path in paths.items()}
    return json.dumps({"declared": combined(declared), "tables": sums}, sort_keys=True)


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

"""The lake: the Parquet tables that the stages hand over.

    lake/cells/<batch>.parquet                    one row per filled cell of a received workbook
    lake/submissions/<batch>.parquet              one row per received file version
    lake/received_findings/<batch>.parquet        what receiving and reading had to say
    lake/normalised/<committee>/<period>/*.parquet   observations, entries, findings
    lake/checked/*.parquet                        findings of all engines, submission_states, corrections, …
    lake/reference/*.parquet                      the catalogue and rule catalogue as tables

Belongs here: what the tables are called, where they lie, their columns, reading and writing them whole. Does not belong
here: what is in them.
"""

from ingest.lake.files import read_tables, seal, source_hashes, write_arrow, write_table
from ingest.lake.schemas import (
    AGGREGATE_CONDITIONS,
    ANSWERS,
    CELLS,
    CORRECTIONS,
    COUNTERPART_RECORDS,
    ENTRIES,
    FINDING_HISTORY,
    FINDINGS,
    FOLLOW_UP,
    FORM_CELLS,
    FORM_VERSIONS,
    HEADLINE_BOUNDS,
    OBSERVATIONS,
    PRINTED_LABELS,
    REGISTER_OBSERVATIONS,
    RULE_OUTCOMES,
    RULE_TERMS,
    RULES,
    SUBMISSION_STATES,
    SUBMISSIONS,
)
from ingest.lake.sums import damaged, mend
from ingest.lake.tables import MANIFESTS, SUGGESTED, TABLES, LakeTable, Stage, deciding_files, lake_table, tables_of
from ingest.lake.version import take_away

__all__ = [
    "AGGREGATE_CONDITIONS",
    "ANSWERS",
    "CELLS",
    "CORRECTIONS",
    "COUNTERPART_RECORDS",
    "ENTRIES",
    "FINDINGS",
    "FINDING_HISTORY",
    "FOLLOW_UP",
    "FORM_CELLS",
    "FORM_VERSIONS",
    "HEADLINE_BOUNDS",
    "MANIFESTS",
    "OBSERVATIONS",
    "PRINTED_LABELS",
    "REGISTER_OBSERVATIONS",
    "RULES",
    "RULE_OUTCOMES",
    "RULE_TERMS",
    "SUBMISSIONS",
    "SUBMISSION_STATES",
    "SUGGESTED",
    "TABLES",
    "LakeTable",
    "Stage",
    "damaged",
    "deciding_files",
    "lake_table",
    "mend",
    "read_tables",
    "seal",
    "source_hashes",
    "tables_of",
    "take_away",
    "write_arrow",
    "write_table",
]

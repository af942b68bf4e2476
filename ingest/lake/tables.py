"""The tables of the lake: which stage writes each, where its files lie, what its columns are.

The one list from which dbt's sources, Dagster's asset keys, the stand-ins of a fresh lake and the fingerprint of what
was received follow. A new table is a line here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from ingest.lake import schemas
from ingest.lake.files import read_tables, write_table

if TYPE_CHECKING:
    import pandas as pd


class Stage(StrEnum):
    """Who writes a table; the prefix of its asset key."""

    LANDED = "landed"
    NORMALISED = "normalised"
    CHECKED = "checked"
    REFERENCE = "reference"


@dataclass(frozen=True)
class LakeTable:
    """One table. ``path``: the pattern of its files below the lake; ``is_source``: dbt reads it.

    ``decides``: what it says of a workbook is an input of the warehouse (`khoi.deployment.fingerprint`).
    """

    stage: Stage
    name: str
    path: str
    schema: pa.Schema
    description: str
    is_source: bool = True
    decides: bool = False

    def files(self, lake: Path) -> list[Path]:
        """Its files in the lake, in name order."""
        return sorted(lake.glob(self.path))

    def write(self, frame: pd.DataFrame, lake: Path) -> None:
        """Let ``frame`` be the whole table. Only for a table of one file."""
        write_table(frame, self.schema, lake / self.path)

    def read(self, lake: Path) -> pd.DataFrame:
        """The whole table."""
        return read_tables(lake, self.schema, self.path)

    def stand_in(self, lake: Path) -> Path:
        """Where an empty file may stand so that the pattern matches something: DuckDB takes no match for an error."""
        return lake / self.path.replace("*", "_empty")


def _of_a_batch(name: str, schema: pa.Schema, description: str, **more: bool) -> LakeTable:
    return LakeTable(Stage.LANDED, name, f"{name}/*.parquet", schema, description, **more)


def _of_a_partition(name: str, schema: pa.Schema, description: str, **more: bool) -> LakeTable:
    return LakeTable(Stage.NORMALISED, name, f"normalised/*/*/{name}.parquet", schema, description, **more)


def _of_the_check(name: str, schema: pa.Schema, description: str, **more: bool) -> LakeTable:
    return LakeTable(Stage.CHECKED, name, f"checked/{name}.parquet", schema, description, **more)


def _of_the_catalogue(name: str, schema: pa.Schema, description: str, **more: bool) -> LakeTable:
    return LakeTable(Stage.REFERENCE, name, f"reference/{name}.parquet", schema, description, **more)


TABLES: tuple[LakeTable, ...] = (
    _of_a_batch("cells", schemas.CELLS, "One row per filled cell of a received workbook.", is_source=False),
    _of_a_batch("submissions", schemas.SUBMISSIONS, "One row per received file version.", decides=True),
    _of_a_batch(
        "received_findings",
        schemas.FINDINGS,
        "One row per thing that receiving and reading had to say.",
        is_source=False,
        decides=True,
    ),
    _of_a_partition("observations", schemas.OBSERVATIONS, "One row per submission and canonical cell."),
    _of_a_partition(
        "entries", schemas.ENTRIES, "One row per submission, record and field of the list and record forms."
    ),
    _of_a_partition("findings", schemas.FINDINGS, "One row per thing that normalising had to say.", is_source=False),
    _of_the_check("findings", schemas.FINDINGS, "One row per violation, from every engine."),
    _of_the_check("rule_outcomes", schemas.RULE_OUTCOMES, "One row per rule, committee and period."),
    _of_the_check(
        "register_observations", schemas.REGISTER_OBSERVATIONS, "One row per organization event and register cell."
    ),
    _of_the_check("corrections", schemas.CORRECTIONS, "One row per correction and file version it was held against."),
    _of_the_check(
        "answers", schemas.ANSWERS, "One row per line of a list sheet that came back in a file.", is_source=False
    ),
    _of_the_check(
        "finding_history",
        schemas.FINDING_HISTORY,
        "One row per finding and file version from the one it first stood in.",
        is_source=False,
    ),
    _of_the_check(
        "counterpart_records",
        schemas.COUNTERPART_RECORDS,
        "One row per latest file version and organization that it says it gave members to or took them from.",
        is_source=False,
    ),
    _of_the_check("follow_up", schemas.FOLLOW_UP, "One row per open query and headline it can move."),
    _of_the_check(
        "headline_bounds",
        schemas.HEADLINE_BOUNDS,
        "One row per committee, period and headline, with its bounds over all open queries.",
    ),
    _of_the_check(
        "submission_states",
        schemas.SUBMISSION_STATES,
        "One row per received file version with the state decided for it.",
    ),
    _of_the_catalogue("form_cells", schemas.FORM_CELLS, "One row per canonical cell of the form catalogue."),
    _of_the_catalogue("form_versions", schemas.FORM_VERSIONS, "One row per form and version."),
    _of_the_catalogue(
        "aggregate_conditions",
        schemas.AGGREGATE_CONDITIONS,
        "One row per aggregate cell and condition on the records it counts or sums.",
    ),
    _of_the_catalogue("printed_labels", schemas.PRINTED_LABELS, "One row per printed label or alias.", is_source=False),
    _of_the_catalogue("rules", schemas.RULES, "One row per rule of the rule catalogue."),
    _of_the_catalogue("rule_terms", schemas.RULE_TERMS, "One row per linear rule and term.", is_source=False),
)
"""Every table, in the order in which a run writes them."""


def lake_table(stage: str, name: str) -> LakeTable:
    """The table of that stage and name; KeyError where there is none."""
    found = {(table.stage.value, table.name): table for table in TABLES}
    return found[stage, name]


def tables_of(stage: str) -> tuple[LakeTable, ...]:
    """The tables one stage writes."""
    return tuple(table for table in TABLES if table.stage == stage)


def deciding_files(lake: Path) -> Iterator[Path]:
    """The files by which a lake differs from another in what was received: of a partition its manifest alone."""
    for table in TABLES:
        if table.decides:
            # What stands in for a table without rows says nothing of any workbook.
            yield from (path for path in table.files(lake) if path.name != "_empty.parquet")
    yield from lake.glob(MANIFESTS)


MANIFEST = "manifest.json"
MANIFESTS = f"normalised/*/*/{MANIFEST}"
"""What a partition was normalised from; written after its tables (`ingest.normalise.partitions`)."""
SUGGESTED = "checked/suggested.json"
"""What the localiser said of each file, kept beside the tables (`quality.kept.suggested`); lost, it is said again."""

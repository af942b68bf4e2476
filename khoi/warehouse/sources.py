"""dbt's declaration of the lake, written from the lake's own list of tables (`ingest.lake.tables`).

    python -m khoi.warehouse.sources      writes it anew

A test holds the file against what this module says, so that a table cannot be declared in one place only.
"""

from __future__ import annotations

from pathlib import Path

from ingest import lake
from ingest.durable import write_text
from khoi.deployment.product import DBT_PROJECT

SOURCES_FILE = DBT_PROJECT / "models" / "staging" / "lake" / "_lake__sources.yml"
_LAKE = """{{ env_var('KHOI_LAKE', '../data/lake') | replace(\\"'\\", \\"''\\") }}"""
_HEAD = f"""# Written by `python -m khoi.warehouse.sources` from ingest/lake/tables.py: change it there.
version: 2

sources:
  - name: lake
    description: >
      The Parquet tables that receiving, normalising and checking hand over (`ingest/lake/`). A pattern without a file
      is an error in DuckDB, so `khoi.warehouse.inputs` writes zero-row files before a build.
    config:
      meta:
        external_location: "read_parquet('{_LAKE}/{{path}}', hive_partitioning = false)"
    tables:
"""
_ENTRY = """      - name: {name}
        description: {description}
        config: {{meta: {{path: "{path}"}}}}
"""


def lake_sources() -> str:
    """The YAML of the source `lake`: one entry per table of the lake that dbt reads."""
    return _HEAD + "".join(_ENTRY.format(**vars(table)) for table in lake.TABLES if table.is_source)


def write_sources(path: Path = SOURCES_FILE) -> None:
    """Write the declaration to where dbt reads it."""
    write_text(path, lake_sources())


if __name__ == "__main__":
    write_sources()

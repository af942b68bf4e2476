"""The record of a check: which marks it rests on, and the sums of the tables that it wrote.

The tables of a check are what is kept; the record says of whom they still hold. It is written last, and it holds only
while every table is the one it was written with: a table that is lost or damaged, a check that died half-way, another
program or other rules, and everything is asked again.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ingest.database import database_for
from ingest.durable import sum_of, write_text
from ingest.lake import LakeTable, Stage, tables_of, write_arrow
from quality.kept.units import Units

RECORD = "kept.json"
SCHEMA = 1


@dataclass(frozen=True)
class KeptUnit:
    """The marks of one unit (`quality.kept.marks`): its own, of what others say, of decisions.

    ``loose``: the findings of it that stand in no file.
    """

    own: str
    met: str = ""
    decided: str = ""
    loose: tuple[str, ...] = ()


@dataclass(frozen=True)
class Record:
    """``basis``: of what holds for all alike; ``tables``: table -> sum; ``units``: unit -> its marks."""

    basis: str
    tables: dict[str, str] = field(default_factory=dict)
    units: dict[str, KeptUnit] = field(default_factory=dict)
    schema: int = SCHEMA


def read_record(lake: Path, basis: str) -> Record:
    """The record of the last check where all it says still stands; an empty one of ``basis`` where it does not."""
    nothing = Record(basis)
    try:
        told = json.loads((lake / "checked" / RECORD).read_bytes())
        units = {str(unit): KeptUnit(**{**one, "loose": tuple(one["loose"])}) for unit, one in told["units"].items()}
        record = Record(str(told["basis"]), dict(told["tables"]), units, int(told["schema"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return nothing
    is_of_now = record.schema == SCHEMA and record.basis == basis
    return record if is_of_now and record.tables == _sums(lake) else nothing


def write_record(lake: Path, basis: str, units: dict[str, KeptUnit]) -> None:
    """Record that the tables in the ``lake`` are what a check of ``units`` came to."""
    record = Record(basis, _sums(lake), units)
    write_text(lake / "checked" / RECORD, json.dumps(asdict(record), sort_keys=True))


def forget_record(lake: Path) -> None:
    """Nothing is known any more of what the tables in the ``lake`` rest on."""
    (lake / "checked" / RECORD).unlink(missing_ok=True)


def _sums(lake: Path) -> dict[str, str]:
    paths = {table.name: lake / table.path for table in tables_of(Stage.CHECKED)}
    return {name: sum_of(path) if path.is_file() else "" for name, path in paths.items()}


def kept_rows(lake: Path, table: LakeTable, record: Record, units: Units, kept: Collection[str]) -> pa.Table:
    """The rows of ``table`` that the last check said of the ``kept`` units."""
    path = lake / table.path
    if not kept or not path.is_file():
        return table.schema.empty_table()
    rows = pq.read_table(path, schema=table.schema)
    told = rows.select([name for name in _KEYS if name in rows.column_names]).to_pandas()
    whose = finding_units(told, record, units) if table.name == "findings" else _units_of(told, units)
    return rows.filter(pa.array(whose.isin(kept)))


_KEYS = ("finding_id", "file_hash", "committee_code", "organization_code")


def finding_units(findings: pd.DataFrame, record: Record, units: Units) -> pd.Series:
    """Whose each of the last check's ``findings`` is: by its file; what stands in no file, by ``record``."""
    loose = {finding: unit for unit, one in record.units.items() for finding in one.loose}
    in_files = units.of_files(findings["file_hash"])
    return in_files.where(findings["file_hash"].notna(), findings["finding_id"].map(loose).astype(object))


def _units_of(rows: pd.DataFrame, units: Units) -> pd.Series:
    """Whose every row is: that of its file, else that of its committee."""
    if "file_hash" not in rows:
        return units.of_rows(rows)
    in_files = units.of_files(rows["file_hash"])
    return in_files.where(rows["file_hash"].notna(), units.of_rows(rows)) if "committee_code" in rows else in_files


def write_merged(lake: Path, table: LakeTable, kept: pa.Table, made: pd.DataFrame) -> pa.Table:
    """Let ``table`` be the rows that are ``kept`` and those ``made`` now, in the order of their columns."""
    names = table.schema.names
    added = dict.fromkeys(set(names) - set(made.columns), object)
    rows = pa.Table.from_pandas(made.reindex(columns=names).astype(added), schema=table.schema, preserve_index=False)
    with database_for(len(kept) + len(rows)) as connection:
        connection.register("kept_and_made", pa.concat_tables([kept, rows]))
        ordered: pa.Table = connection.sql("FROM kept_and_made ORDER BY ALL").to_arrow_table()
    whole = ordered.cast(table.schema)
    write_arrow(whole, table.schema, lake / table.path)
    return whole

"""Whether two engines say the same: every mart of a DuckDB file against the tables another engine has, row by row.

Texts, dates, states, whole numbers and truth values must be equal; so must fractions, to the bit or, where an engine
adds or divides in another order, within ``WITHIN`` (relative, absolute below 1). Rows are matched by all that is no
fraction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingest.database import open_database

WITHIN = 1e-9

_WHOLE = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UBIGINT", "DECIMAL(38,0)", "DECIMAL(20,0)"}


@dataclass(frozen=True)
class Parity:
    """One mart in both engines: its rows, how many are equal to the bit, what differs (nothing where they agree)."""

    table: str
    rows: int
    equal: int
    differences: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether nobody who reads the mart could tell the engines apart."""
        return not self.differences


def compared(published: Path, other: Mapping[str, str], engine: str, schema: str = "marts") -> list[Parity]:
    """Every table of ``schema`` of the DuckDB file ``published`` beside ``other`` (table -> pattern of Parquet files).

    ``engine`` is what people call the one that ``other`` comes from. A table that one of them has alone differs as a
    whole.
    """
    with open_database() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach '{_quoted(published)}' as published (read_only)")
        names = "select table_name from duckdb_tables() where database_name = 'published' and schema_name = ?"
        ours = {name for (name,) in connection.execute(names, [schema]).fetchall()}
        here, both = f"published.{schema}", ours & set(other)
        return [
            _one(connection, f"{here}.{name}", other[name], engine) if name in both else _alone(name, ours, engine)
            for name in sorted(ours | set(other))
        ]


def _quoted(path: Path | str) -> str:
    return str(path).replace("'", "''")


def _alone(name: str, ours: set[str], engine: str) -> Parity:
    return Parity(name, 0, 0, (f"only in {'DuckDB' if name in ours else engine}",))


def _one(connection: duckdb.DuckDBPyConnection, table: str, files: str, engine: str) -> Parity:
    name = table.rpartition(".")[2]
    connection.execute(f"create or replace temp view ours as from {table}")
    connection.execute(f"create or replace temp view theirs as from read_parquet('{_quoted(files)}')")
    mine, its = _columns(connection, "ours"), _columns(connection, "theirs")
    rows = _count(connection, "from ours")
    if wrong := _types_that_differ(mine, its):
        return Parity(name, rows, 0, wrong)
    cast = ", ".join(f'cast("{column}" as {kind}) as "{column}"' for column, kind in mine.items())
    connection.execute(f"create or replace temp view theirs_cast as select {cast} from theirs")
    missing = _count(connection, "from ours except all from theirs_cast")
    surplus = _count(connection, "from theirs_cast except all from ours")
    if not missing and not surplus:
        return Parity(name, rows, rows, ())
    return Parity(name, rows, rows - missing, _rows_that_differ(connection, mine, engine))


def _columns(connection: duckdb.DuckDBPyConnection, view: str) -> dict[str, str]:
    return {row[0]: row[1] for row in connection.execute(f"describe {view}").fetchall()}


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(connection.execute(f"select count(*) from ({query})").fetchall()[0][0])


def _types_that_differ(mine: Mapping[str, str], its: Mapping[str, str]) -> tuple[str, ...]:
    """Columns that one side lacks or holds as something else; widths of whole numbers are each engine's own."""
    if set(mine) != set(its):
        return (f"columns: {sorted(set(mine) ^ set(its))}",)
    return tuple(
        f"{column}: {kind} here, {its[column]} there"
        for column, kind in mine.items()
        if kind != its[column] and not (kind in _WHOLE and its[column] in _WHOLE)
    )


def _rows_that_differ(
    connection: duckdb.DuckDBPyConnection, columns: Mapping[str, str], engine: str
) -> tuple[str, ...]:
    """The first rows without a partner, or whose fractions are further apart than engines may be."""
    fractions = [f'"{column}"' for column, kind in columns.items() if kind in ("DOUBLE", "FLOAT")]
    exact = [f'"{column}"' for column in columns if f'"{column}"' not in fractions]
    apart = [
        f"(o.{one} is null) != (t.{one} is null) or (o.{one} != t.{one} and not"
        f" abs(o.{one} - t.{one}) <= {WITHIN} * greatest(1, abs(o.{one})))"
        for one in fractions
    ]
    number = f'row_number() over (partition by {", ".join(exact) or "1"} order by {", ".join(fractions) or "1"}) as "#"'
    on = " and ".join([f"o.{one} is not distinct from t.{one}" for one in exact] + ['o."#" = t."#"'])
    found = connection.execute(
        f"with o as (select *, {number} from ours), t as (select *, {number} from theirs_cast)"
        f" select o, t from o full join t on {on}"
        f' where o."#" is null or t."#" is null or {" or ".join(apart) or "false"} limit 3'
    ).fetchall()
    return tuple(f"DuckDB {ours} - {engine} {theirs}" for ours, theirs in found)

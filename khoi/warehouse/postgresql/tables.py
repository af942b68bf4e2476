"""The marts as tables of PostgreSQL: their columns in its types, and what it already has of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from khoi.warehouse.postgresql.connection import CannotCopy

if TYPE_CHECKING:
    import duckdb

RECORD = "khoi_publication"
"""The table of one row that says which publication the tables beside it are."""

KINDS = {
    "BOOLEAN": "boolean",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    # A sum of whole numbers: as in published/bi a number of 64 bits, and an error where one is larger.
    "HUGEINT": "bigint",
    "DOUBLE": "double precision",
    "VARCHAR": "text",
    "DATE": "date",
    "TIMESTAMP WITH TIME ZONE": "timestamp with time zone",
}
"""DuckDB's types of the marts, and the name PostgreSQL gives the one that holds the same values."""


@dataclass(frozen=True)
class Mart:
    """One mart: ``columns`` are names with DuckDB's types, ``comments`` its own (under "") and those of its columns."""

    name: str
    columns: Mapping[str, str]
    comments: Mapping[str, str]

    @property
    def types(self) -> dict[str, str]:
        """The columns with PostgreSQL's types. Raises CannotCopy where one has none that is known to hold the same."""
        for column, kind in self.columns.items():
            if kind not in KINDS:
                raise CannotCopy(
                    f"{self.name}.{column}: chưa có kiểu PostgreSQL cho {kind}; hãy báo người giữ khoi / no type of "
                    f"PostgreSQL is known to hold {kind}; add it to KINDS of khoi/warehouse/postgresql/tables.py"
                )
        return {column: KINDS[kind] for column, kind in self.columns.items()}

    @property
    def query(self) -> str:
        """All its rows as they are handed over, in SQL of DuckDB."""
        chosen = [
            f"{quoted(name)}::bigint as {quoted(name)}" if kind == "HUGEINT" else quoted(name)
            for name, kind in self.columns.items()
        ]
        return f"select {', '.join(chosen)} from marts.{quoted(self.name)}"


@dataclass(frozen=True)
class There:
    """What a schema of the server has: our record, and every table and view with its columns."""

    number: int
    version: str
    marts: frozenset[str]
    views: frozenset[str]
    relations: Mapping[str, Mapping[str, str]]


def marts_of(connection: duckdb.DuckDBPyConnection) -> list[Mart]:
    """The marts of an open publication, by name."""
    columns: dict[str, dict[str, str]] = {}
    comments: dict[str, dict[str, str]] = {}
    for table, column, kind, comment in connection.execute(
        "select table_name, column_name, data_type, comment from duckdb_columns()"
        " where schema_name = 'marts' and table_name in (select table_name from duckdb_tables())"
        " order by table_name, column_index"
    ).fetchall():
        columns.setdefault(table, {})[column] = kind
        comments.setdefault(table, {})[column] = comment
    for table, comment in connection.execute(
        "select table_name, comment from duckdb_tables() where schema_name = 'marts'"
    ).fetchall():
        comments[table][""] = comment
    return [
        Mart(name, columns[name], {place: text for place, text in comments[name].items() if text}) for name in columns
    ]


def there(cursor: Any, schema: str) -> There:
    """What the server has under ``schema``; number 0 and no version where it has no copy of ours."""
    cursor.execute(
        "select c.relname, a.attname, format_type(a.atttypid, a.atttypmod) from pg_class c"
        " join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid"
        f" where n.nspname = {literal(schema)} and c.relkind in ('r', 'p', 'v', 'm', 'f')"
        " and a.attnum > 0 and not a.attisdropped order by c.relname, a.attnum"
    )
    relations: dict[str, dict[str, str]] = {}
    for name, column, kind in cursor.fetchall():
        relations.setdefault(name, {})[column] = kind
    rows = []
    if RECORD in relations:
        cursor.execute(f"select number, version, marts, views from {quoted(schema)}.{RECORD}")
        rows = cursor.fetchall()
    if not rows:
        return There(0, "", frozenset(), frozenset(), relations)
    ((number, version, marts, views),) = rows
    return There(number, version, frozenset(marts), frozenset(views), relations)


def require_ours(found: There, schema: str, names: Iterable[str]) -> None:
    """Raises CannotCopy where a table or view of somebody else has one of ``names``: nothing of theirs is replaced."""
    foreign = sorted(set(names) & set(found.relations) - found.marts - found.views)
    if foreign:
        raise CannotCopy(
            f"{schema}: đã có bảng không phải do khoi chép: {', '.join(foreign)}; hãy chọn --schema khác / tables that "
            "are no copy of ours have these names; choose another --schema"
        )


def quoted(name: str) -> str:
    """A name as an identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str | None) -> str:
    """A text as PostgreSQL and DuckDB read it."""
    return "null" if text is None else "'" + text.replace("'", "''") + "'"

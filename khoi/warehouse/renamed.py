"""Marts as readers of today know them, in publications made before: under today's names, with today's columns.

Belongs here: a name and the one it had, a column and its type. Does not belong here: a mart whose content changed (a
new publication has it).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

_BEFORE = {"rpt_committee_measures": "rpt_headlines"}
"""Every measure of a committee was called headlines until only the headlines were (docs/decisions/0066)."""
_LATER = {("dim_cells", "level"): "varchar"}
"""Columns that publications made before do not have; there nothing stands in them."""


def name_within(table: str, known: Collection[str]) -> str:
    """The name of mart ``table`` in a publication that has the marts ``known``: its own, or the one it had before."""
    before = _BEFORE.get(table, table)
    return before if table not in known and before in known else table


def names_of_today(known: Collection[str]) -> dict[str, str]:
    """Today's name -> the one it has among the marts ``known``, for every mart that was called otherwise then."""
    found = {table: name_within(table, known) for table in _BEFORE}
    return {table: name for table, name in found.items() if name != table}


def stand_in(connection: duckdb.DuckDBPyConnection) -> None:
    """Let the marts of the open publication answer to today's names and columns, on this connection only."""
    asked = [*_BEFORE, *_BEFORE.values()]
    known = {
        str(name)
        for (name,) in connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'marts' and list_contains(?, table_name)",
            [asked],
        ).fetchall()
    }
    for table, name in names_of_today(known).items():
        connection.execute(f"create or replace temp view {table} as from marts.{name}")
    for (table, column), kind in _LATER.items():
        (there, has) = connection.execute(
            "select count(*) > 0, bool_or(column_name = $2) from duckdb_columns() "
            "where schema_name = 'marts' and table_name = $1",
            [table, column],
        ).fetchall()[0]
        if there and not has:
            connection.execute(
                f"create or replace temp view {table} as select *, null::{kind} as {column} from marts.{table}"
            )

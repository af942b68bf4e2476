"""What an export is asked for: a table of the warehouse, a figure with its cells, or a query."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from khoi.figures.names import known_codes, nearest
from khoi.warehouse.errors import WarehouseError

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from khoi.warehouse.query import Bounds

_NAME = re.compile(r"(?:marts\.)?(\w+)", re.IGNORECASE)
_FIGURE = re.compile(r"\w[\w.]*@[\w.]+@[\w-]+")
_WHOLE_NUMBER = "decimal128(38, 0)"


@dataclass(frozen=True)
class Answer:
    """What is taken along. ``table``: one row per row of it; ``asked``: the mart, the figure or the query as given."""

    kind: Literal["mart", "figure", "query"]
    asked: str
    table: pa.Table
    descriptions: dict[str, str]
    """Of a mart, its columns in both languages."""


def answer(connection: duckdb.DuckDBPyConnection, asked: str, bounds: Bounds) -> Answer:
    """What ``asked`` names. Raises WarehouseError where it names nothing, with what is near it."""
    text = asked.strip()
    if _FIGURE.fullmatch(text):
        return _figure(connection, text)
    name = _NAME.fullmatch(text)
    if name is None:
        return Answer("query", text, _whole(_queried(connection, text, bounds)), {})
    marts = known_codes(connection, "information_schema.tables", "table_name", "table_schema = 'marts'")
    figures = known_codes(connection, "rpt_published_figures", "figure_id")
    lower = {mart.lower(): mart for mart in marts}
    if (mart := lower.get(name[1].lower())) is not None:
        return _mart(connection, mart, bounds)
    if (figure := {one.lower(): one for one in figures}.get(text.lower())) is not None:
        return _figure(connection, figure)
    near = nearest(name[1], [*marts, *figures])
    raise WarehouseError(
        f"{asked}: không phải bảng, số liệu hay câu SQL; gần nhất: {near}\n"
        f"{asked}: names no table, no figure and is no query; nearest: {near}"
    )


def _queried(connection: duckdb.DuckDBPyConnection, sql: str, bounds: Bounds) -> pa.Table:
    from khoi.warehouse.query import query

    return query(connection, sql, bounds)


def _mart(connection: duckdb.DuckDBPyConnection, mart: str, bounds: Bounds) -> Answer:
    described = connection.execute(
        "select column_name, comment from duckdb_columns() where schema_name = 'marts' and table_name = ? "
        "order by column_index",
        [mart],
    ).fetchall()
    table = _whole(_queried(connection, f'select * from marts."{mart}"', bounds))
    return Answer("mart", mart, table, {name: comment or "" for name, comment in described})


def _figure(connection: duckdb.DuckDBPyConnection, figure: str) -> Answer:
    """The cells of a figure, as `khoi trace` tells them."""
    import pyarrow as pa

    from khoi.figures.trace import trace

    found = trace(connection, figure)
    return Answer("figure", found.figure, pa.Table.from_pandas(found.lines, preserve_index=False), {})


def _whole(table: pa.Table) -> pa.Table:
    """Sums of whole numbers as 64 bits, where they fit: DuckDB hands its own over as decimals of 38 digits."""
    import pyarrow as pa

    for number, field in enumerate(table.schema):
        if str(field.type) == _WHOLE_NUMBER:
            try:
                whole = table.column(number).cast(pa.int64())
            except pa.ArrowInvalid:
                continue  # more than 64 bits: exact as it is
            table = table.set_column(number, pa.field(field.name, pa.int64()), whole)
    return table

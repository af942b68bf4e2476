"""What counts as the same in two engines: rows to the bit, fractions within a bound, and nothing that one has alone."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from khoi.warehouse.parity import WITHIN, Parity, compared
from khoi.warehouse.spark.__main__ import told

_ROWS = "select * from (values ('a', 1::bigint, 0.1::double), ('a', 1, 0.3), ('b', null, null)) as t(code, n, share)"


def _compared(folder: Path, ours: str, theirs: str) -> Parity:
    published = folder / "published.duckdb"
    with duckdb.connect(str(published)) as connection:
        connection.execute(f"create schema marts; create table marts.fct_x as {ours}")
        connection.execute(f"copy ({theirs}) to '{folder / 'x.parquet'}' (format parquet)")
    (found,) = compared(published, {"fct_x": str(folder / "*.parquet")}, "Spark")
    return found


def test_the_same_rows_in_another_order_are_the_same(tmp_path: Path) -> None:
    found = _compared(tmp_path, _ROWS, f"{_ROWS} order by share desc")
    assert (found.rows, found.equal, found.holds) == (3, 3, True)
    assert "1 of 1 marts are the same" in told([found])


def test_a_fraction_may_be_a_rounding_apart_and_no_more(tmp_path: Path) -> None:
    found = _compared(tmp_path, _ROWS, f"select * replace (share * (1 + {WITHIN / 10}) as share) from ({_ROWS})")
    assert found.holds
    assert found.equal == 1
    (tmp_path / "further").mkdir()
    further = f"select * replace (share * (1 + {WITHIN * 100}) as share) from ({_ROWS})"
    assert not _compared(tmp_path / "further", _ROWS, further).holds


@pytest.mark.parametrize(
    "other",
    [
        f"select * replace (n + 1 as n) from ({_ROWS})",
        f"select * replace (coalesce(n, 0) as n) from ({_ROWS})",
        f"select * replace (coalesce(share, 0) as share) from ({_ROWS})",
        f"select * replace (nullif(code, 'b') as code) from ({_ROWS})",
        f"select * from ({_ROWS}) where code = 'a'",
        f"{_ROWS} union all select 'c', 1, 0.5",
        f"{_ROWS} union all select 'a', 1, 0.1",
    ],
)
def test_what_anybody_could_tell_apart_differs(tmp_path: Path, other: str) -> None:
    found = _compared(tmp_path, _ROWS, other)
    assert found.differences
    assert "0 of 1 marts" in told([found])


def test_a_column_of_another_kind_differs_even_with_the_same_values(tmp_path: Path) -> None:
    found = _compared(tmp_path, _ROWS, f"select * replace (cast(n as varchar) as n) from ({_ROWS})")
    assert found.differences == ("n: BIGINT here, VARCHAR there",)
    assert _compared(_inside(tmp_path), _ROWS, f"select * replace (cast(n as integer) as n) from ({_ROWS})").holds


def test_a_table_that_one_engine_has_alone_differs(tmp_path: Path) -> None:
    published = tmp_path / "published.duckdb"
    with duckdb.connect(str(published)) as connection:
        connection.execute(f"create schema marts; create table marts.fct_x as {_ROWS}")
    found = compared(published, {"fct_y": "nowhere/*.parquet"}, "Spark")
    assert [(one.table, one.differences) for one in found] == [
        ("fct_x", ("only in DuckDB",)),
        ("fct_y", ("only in Spark",)),
    ]


def _inside(folder: Path) -> Path:
    (folder / "inside").mkdir()
    return folder / "inside"

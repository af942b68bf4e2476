"""Two builds of one lake: the order in which its rows lie leaves no trace in any mart, to the last bit."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from lake_of_rows import LakeOfRows

from khoi.deployment.home import Home
from khoi.warehouse.build import build_warehouse

pytestmark = pytest.mark.long

_MODELS_ONLY = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")
# Each of these gives a cell of 7 members away: shares without an end in binary, whose order of addition would show.
_GIVERS = [f"AA-{number}" for number in range(10, 40)]


def _built(root: Path, *, turned: bool) -> Path:
    rows = LakeOfRows(every_cell=False)
    for number, code in enumerate(_GIVERS):
        rows.organizations.append(("AA", code, code, "CBCS", "2010-01-01", ""))
        opening = 41 + 13 * number
        rows.balances.append((code, "2021H1", opening, number % 3, 0, number % 2))
        rows.balances.append((code, "2021H2", opening - 7 + number % 3 - number % 2, number % 5, 0, 1))
        rows.events.append((f"G{number}", "handed_over", "2021-07-01", "AA", code, "", "HUYEN", "subordinate_cell", 7))
    home = rows.write(root)
    if turned:
        _turn(home)
    return build_warehouse(home, arguments=_MODELS_ONLY)


def _turn(home: Home) -> None:
    """Every table of the lake with its rows the other way round, in row groups of their own."""
    with duckdb.connect(":memory:") as connection:
        for path in sorted(home.lake.rglob("*.parquet")):
            frame = connection.read_parquet(str(path)).arrow().read_all()
            turned = frame.take(pa.array(range(frame.num_rows)[::-1], type=pa.int64()))
            connection.from_arrow(turned).write_parquet(str(path), row_group_size=2048)


def test_the_order_of_rows_leaves_no_trace_in_any_mart(tmp_path: Path) -> None:
    one, other = _built(tmp_path / "one", turned=False), _built(tmp_path / "other", turned=True)
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"attach '{one}' as one (read_only)")
        connection.execute(f"attach '{other}' as other (read_only)")
        names = "select table_name from duckdb_tables() where database_name = 'one' and schema_name = 'marts'"
        tables = [name for (name,) in connection.execute(names).fetchall()]
        assert "rpt_change_parts" in tables
        for table in tables:
            rows = [connection.execute(f"select * from {name}.marts.{table}").fetchall() for name in ("one", "other")]
            assert sorted(map(repr, rows[0])) == sorted(map(repr, rows[1])), table
        counted = connection.execute("select count(*) from one.marts.rpt_change_parts").fetchall()[0][0]
    assert counted > 50

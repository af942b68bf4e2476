"""Every value a query can give is printed and told as JSON; what is null is an empty cell."""

from __future__ import annotations

import json

import duckdb
import pytest

from khoi.cli import output


@pytest.mark.parametrize(
    ("sql", "shown", "told"),
    [
        ("select null::bigint a union all select 1 order by 1 nulls first", ["", "1"], [None, 1]),
        ("select true a union all select null order by 1", ["có", ""], [True, None]),
        ("select [1, null, 2] a", ["1, , 2"], [[1, None, 2]]),
        ("select list(x) a from (values ('b'), ('c')) t(x)", ["b, c"], [["b", "c"]]),
        ("select []::int[] a", [""], [[]]),
        ("select {'k': 1, 'm': ['x', null]} a", ["k: 1; m: x, "], [{"k": 1, "m": ["x", None]}]),
        ("select 1.25::decimal(5, 2) a union all select null order by 1", ["1,25", ""], [1.25, None]),
        ("select uuid '00000000-0000-0000-0000-000000000001' a", ["00000000-0000-0000-0000-000000000001"] * 1, None),
        ("select '\\xAA'::blob a", ["aa"], ["aa"]),
        ("select time '10:00' a", ["10:00:00"], ["10:00:00"]),
        ("select 'nan'::double a", [""], [None]),
        ("select 6177 a", ["6.177"], [6177]),
    ],
)
def test_a_value_is_printed_and_told(
    sql: str, shown: list[str], told: list[object] | None, capsys: pytest.CaptureFixture[str]
) -> None:
    frame = duckdb.sql(sql).df()
    assert [output.number(value) for value in frame["a"]] == shown
    output.table(frame, {"a": "a"})
    capsys.readouterr()
    output.as_json(frame)
    assert [row["a"] for row in json.loads(capsys.readouterr().out)] == (shown if told is None else told)

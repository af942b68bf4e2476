"""The sum of the models: the order of the rows leaves no trace, and it is the sum."""

from __future__ import annotations

import math
import re

import duckdb
import jinja2
import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from khoi.deployment.product import DBT_PROJECT

MACROS = (DBT_PROJECT / "macros" / "exact_sum.sql").read_text(encoding="utf-8")
# Counts, money, shares of either sign: what cells and their shares come to.
figures = st.one_of(
    st.integers(-(10**12), 10**12).map(float),
    st.floats(-1e9, 1e9, allow_nan=False).filter(lambda x: x == 0 or abs(x) > 1e-6),
    st.tuples(st.integers(-500, 500), st.integers(1, 40)).map(lambda pair: pair[0] / pair[1]),
)


def expression(engine: str, where: str | None = None) -> str:
    module = jinja2.Environment().from_string(re.sub(r"{% macro exact_sum.*?{%- endmacro %}", "", MACROS, flags=re.S))
    return str(getattr(module.make_module(), f"{engine}__exact_sum")("x", where))


def total(engine: str, rows: list[float | None], where: str | None = None) -> float | None:
    with duckdb.connect(":memory:") as connection:
        sql = f"select {expression(engine, where)} from (select unnest($rows::double[]) as x)"
        return connection.execute(sql, {"rows": rows}).fetchall()[0][0]


@pytest.mark.parametrize("engine", ["duckdb", "default"])
@settings(deadline=None, max_examples=examples(30))
@given(data=st.data())
def test_the_order_of_the_rows_leaves_no_trace(engine: str, data: st.DataObject) -> None:
    rows = data.draw(st.lists(figures, min_size=1, max_size=40))
    shuffled = data.draw(st.permutations(rows))
    found = total(engine, rows)
    assert found == total(engine, shuffled)
    assert found == pytest.approx(math.fsum(rows), rel=1e-15, abs=1e-15)


@pytest.mark.parametrize("engine", ["duckdb", "default"])
def test_whole_numbers_stay_whole_and_nothing_stays_nothing(engine: str) -> None:
    assert total(engine, [4123456789.0, 256588000000.0, -1.0]) == 260711456788.0
    assert total(engine, [0.1] * 10) == 1.0
    assert total(engine, []) is None
    assert total(engine, [None, None]) is None
    assert total(engine, [None, 2.5]) == 2.5
    assert total(engine, [2.5, 7.0, -1.0], where="x > 0") == 9.5
    assert total(engine, [2.5], where="x > 3") is None


@pytest.mark.parametrize("engine", ["duckdb", "default"])
def test_a_wild_cell_stops_no_build(engine: str) -> None:
    assert total(engine, [1e300, 2.5]) == 1e300
    assert total(engine, [-(2.0**63), 1.0]) == pytest.approx(-(2.0**63))

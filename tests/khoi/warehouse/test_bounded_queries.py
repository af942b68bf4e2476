"""A free question takes no more time, memory, disk and rows than it may, and says which bound it met."""

from __future__ import annotations

import tempfile
import threading
import time
from pathlib import Path

import pytest

from khoi.deployment import Home
from khoi.warehouse.errors import WarehouseError
from khoi.warehouse.query import Bounds, open_bounded, query

_ENDLESS = "select count(*) from range(1000000) a, range(100000000) b where a.range * b.range = 7"


def asked(home: Home, sql: str, bounds: Bounds) -> list[list[object]]:
    with open_bounded(home, bounds) as connection:
        return [list(row.values()) for row in query(connection, sql, bounds).to_pylist()]


def test_a_question_within_its_bounds_is_answered(built_home: Home) -> None:
    assert asked(built_home, "select count(*) > 0 from fct_observations", Bounds()) == [[True]]


def test_what_comes_after_a_question_is_not_stopped_by_its_clock(built_home: Home) -> None:
    with open_bounded(built_home, Bounds()) as connection:
        query(connection, "select 1", Bounds(seconds=0.3))
        asked = connection.execute("select count(*) from range(3000) a, range(300000) b")
        assert asked.fetchone() == (900_000_000,)
        assert not [one for one in threading.enumerate() if isinstance(one, threading.Timer) and one.is_alive()]


def test_a_question_that_takes_too_long_is_stopped(built_home: Home) -> None:
    began = time.monotonic()
    with pytest.raises(WarehouseError, match=r"0\.5 giây.*--timeout"):
        asked(built_home, _ENDLESS, Bounds(seconds=0.5))
    assert time.monotonic() - began < 30


def test_a_question_that_needs_too_much_memory_is_refused(built_home: Home) -> None:
    with pytest.raises(WarehouseError, match=r"100MB.*--memory"):
        asked(built_home, "select list(range) from range(50000000)", Bounds(memory="100MB", spill="1MB"))


def test_an_answer_of_too_many_rows_is_refused_before_it_fills_the_memory(built_home: Home) -> None:
    bounds = Bounds(rows=5000)
    assert len(asked(built_home, "select * from range(5000)", bounds)) == 5000
    for rows in (5001, 6144, 6145, 10**12):
        with pytest.raises(WarehouseError, match="5000 dòng"):
            asked(built_home, f"select * from range({rows})", bounds)


@pytest.mark.parametrize("bounds", [{"memory": "viel"}, {"spill": "-1GB"}, {"seconds": 0}, {"memory": ""}])
def test_a_bound_that_is_none_is_refused(bounds: dict[str, object]) -> None:
    with pytest.raises(WarehouseError, match="--"):
        Bounds(**bounds)  # type: ignore[arg-type]


def test_nothing_spilled_stays_and_nothing_outside_is_read(
    built_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    bounds = Bounds(memory="100MB", spill="1GB")
    asked(built_home, "select * from range(9000000) order by hash(range) limit 1 offset 8999999", bounds)
    for sql in ("from read_csv('/etc/passwd')", "set memory_limit = '10GB'", "copy (select 1) to 'x.csv'"):
        with pytest.raises(WarehouseError, match="failed"):
            asked(built_home, sql, bounds)
    assert list(tmp_path.iterdir()) == []

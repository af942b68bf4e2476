"""Small tables share one database of the process, and nobody sees what another has in it."""

from __future__ import annotations

import gc
import threading

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import database
from ingest.database import ask, database_for, frame_of, give, give_declared, open_database, parsed, small_database

TABLES = "SELECT table_name FROM duckdb_tables() WHERE NOT temporary AND table_name LIKE 'declared%'"


def test_it_is_as_empty_as_a_new_database_whatever_was_made_before() -> None:
    with small_database() as first, small_database() as second:
        give(first, {"mine": pd.DataFrame({"x": [1]})})
        first.execute("SET VARIABLE word = 'mine'")
        first.register("lent", pd.DataFrame({"x": [1]}))
        for name in ("mine", "lent"):
            with pytest.raises(duckdb.CatalogException):
                second.execute(f"FROM {name}")
        assert second.execute("SELECT getvariable('word')").fetchone() == (None,)
    with small_database() as third, pytest.raises(duckdb.CatalogException):
        third.execute("FROM mine")


def test_what_is_given_again_takes_the_place_of_what_was_given() -> None:
    with small_database() as connection:
        for value in (1, 2):
            give(connection, {"given_twice": pd.DataFrame({"x": [value]})})
        assert connection.execute("FROM given_twice").fetchall() == [(2,)]


def test_what_is_declared_is_handed_over_once_and_goes_with_its_frame() -> None:
    frame = pd.DataFrame({"x": [1, 2]})
    with small_database() as connection:
        before = set(connection.execute(TABLES).fetchall())
        for _ in range(3):
            give_declared(connection, {"forms": frame})
        with small_database() as other:
            give_declared(other, {"rules": frame})
            assert other.execute("FROM rules").fetchall() == [(1,), (2,)]
        assert len(set(connection.execute(TABLES).fetchall()) - before) == 1
        another = pd.DataFrame({"x": [3]})
        give_declared(connection, {"forms": another})
        assert connection.execute("FROM forms").fetchall() == [(3,)]
        del frame
        gc.collect()
        last = pd.DataFrame({"x": [4]})
        give_declared(connection, {"forms": last})
        assert len(set(connection.execute(TABLES).fetchall()) - before) == 2


def test_a_number_that_is_given_again_is_not_taken_for_the_frame_that_had_it() -> None:
    with small_database() as connection:
        for value in range(50):
            give_declared(connection, {"forms": pd.DataFrame({"x": [value]})})
            assert connection.execute("FROM forms").fetchall() == [(value,)]


def test_in_a_database_of_its_own_what_is_declared_is_a_table_like_any_other() -> None:
    with open_database() as connection:
        give_declared(connection, {"forms": pd.DataFrame({"x": [1]})})
        assert connection.execute("FROM forms").fetchall() == [(1,)]


def test_a_database_that_broke_is_not_given_to_the_next() -> None:
    broken = database._SHARED.opened()
    with pytest.raises(duckdb.FatalException), small_database():
        raise duckdb.FatalException("broken")
    assert database._SHARED.opened() is not broken
    with small_database() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_several_threads_have_their_own_tables() -> None:
    declared, found = pd.DataFrame({"x": [5]}), []

    def work(number: int) -> None:
        for _ in range(10):
            with small_database() as connection:
                give(connection, {"mine": pd.DataFrame({"x": [number]})})
                give_declared(connection, {"forms": declared})
                query = "SELECT m.x, f.x FROM mine m, forms f"
                found.append(ask(connection, query).fetchall() == [(number, 5)])

    threads = [threading.Thread(target=work, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 40


def test_a_script_is_parsed_once_and_takes_what_is_given_each_time() -> None:
    script = "CREATE TEMP TABLE said AS SELECT getvariable('word') AS word; SELECT word FROM said"
    for word in ("một", "hai"):
        with small_database() as connection:
            connection.execute("SET VARIABLE word = $1", [word])
            first, second = parsed(connection, script)
            assert parsed(connection, script)[0] is first
            connection.execute(first)
            assert connection.execute(second).fetchall() == [(word,)]
            assert ask(connection, "SELECT $one + 1", {"one": 1}).fetchall() == [(2,)]


texts = st.one_of(st.none(), st.text(max_size=5).filter(lambda text: "\0" not in text))
numbers = st.one_of(st.none(), st.integers(-9, 9).map(float))


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(st.tuples(texts, numbers, st.booleans(), texts), max_size=6))
def test_a_frame_comes_out_as_it_went_in_by_either_way(rows: list[tuple[object, ...]]) -> None:
    frame = pd.DataFrame(rows, columns=["text", "number", "sure", "other"]).astype(
        {"text": "str", "number": "float64", "sure": "bool", "other": "string"}
    )
    with small_database() as connection:
        give(connection, {"handed": frame})
        connection.register("lent", frame)
        handed, lent = connection.execute("FROM handed").df(), connection.execute("FROM lent").df()
        pd.testing.assert_frame_equal(handed, lent)
        arrow = frame_of(connection, "FROM handed")
    assert _told(arrow) == _told(lent)
    assert [str(kind) for kind in arrow.dtypes] == ["str", "float64", "bool", "str"]


def _told(frame: pd.DataFrame) -> list[list[object]]:
    told: list[list[object]] = frame.astype(object).where(frame.notna(), None).to_numpy().tolist()
    return told


def test_few_rows_share_the_database_and_many_have_their_own() -> None:
    frame = pd.DataFrame({"x": [1]})
    with small_database() as connection:
        give_declared(connection, {"forms": frame})
    for rows, is_shared in ((0, True), (5_000, True), (5_001, False)):
        with database_for(rows) as connection:
            assert (len(connection.execute(TABLES).fetchall()) > 0) is is_shared
            connection.register("lent", frame)
            assert connection.execute("FROM lent").fetchall() == [(1,)]


def test_small_tables_are_planned_with_what_pays_and_large_ones_with_all() -> None:
    kept = {"expression_rewriter", "filter_pushdown", "unused_columns"}
    with small_database() as small, open_database() as large:
        known = {name for (name,) in small.execute("SELECT name FROM duckdb_optimizers()").fetchall()}
        ((idle,),) = small.execute("SELECT current_setting('disabled_optimizers')").fetchall()
        assert kept < known
        assert set(idle.split(",")) == known - kept
        assert large.execute("SELECT current_setting('disabled_optimizers')").fetchone() == ("",)

"""What a warehouse says of the build it rests on, and which rows need therefore not be looked at again."""

from __future__ import annotations

import duckdb
import pytest

from khoi.warehouse.renewal import Renewal


def built(rests_on: str | None) -> duckdb.DuckDBPyConnection:
    """A warehouse whose build ``two`` made the rows of committee A again in the mart ``facts``."""
    connection = duckdb.connect()
    connection.execute("create schema build")
    connection.execute(
        "create table build.record as select 'two' as invocation_id, $1::varchar as rests_on", [rests_on]
    )
    connection.execute("create table build.renewed as select 'facts' as table_name")
    connection.execute(
        "create table build.touched as select * from (values ('A', 'p'), ('A', 'q'), (null, 'p')) t(committee_code, p)"
    )
    return connection


@pytest.mark.parametrize(
    ("build", "mart", "others"),
    [
        ("one", "facts", {"A"}),
        ("one", "other", None),
        ("two", "facts", set()),
        ("two", "other", set()),
        ("none", "facts", None),
        (None, "facts", None),
    ],
)
def test_rows_are_others_where_the_build_that_is_known_is_this_one_or_the_one_before(
    build: str | None, mart: str, others: set[str] | None
) -> None:
    assert Renewal.read(built("one")).others_since(build, mart) == others


def test_a_build_of_everything_has_no_row_of_another() -> None:
    renewal = Renewal.read(built(None))
    assert renewal == Renewal("two")
    assert renewal.others_since("one", "facts") is None
    assert renewal.others_since("two", "facts") == set()


@pytest.mark.parametrize("lost", ["build.record", "build.renewed", "build.touched"])
def test_a_file_that_does_not_say_so_is_looked_at_whole(lost: str) -> None:
    connection = built("one")
    connection.execute(f"drop table {lost}")
    assert Renewal.read(connection) == Renewal()
    assert Renewal.read(connection).others_since("one", "facts") is None


def test_the_file_of_an_earlier_edition_is_looked_at_whole() -> None:
    connection = duckdb.connect()
    connection.execute("create schema build")
    connection.execute("create table build.record as select 'two' as invocation_id, 5 as nodes")
    assert Renewal.read(connection) == Renewal()

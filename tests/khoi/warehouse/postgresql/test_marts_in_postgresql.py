"""The copy on a real server: equal to the bit, whole at any moment, made once, and nothing of anybody else touched."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from postgresql_server import NEEDED, PASSWORD, Server, postgresql_server

from khoi.deployment.home import Home
from khoi.warehouse.postgresql import copying
from khoi.warehouse.postgresql.__main__ import main
from khoi.warehouse.versions import PublishedVersion

pytestmark = NEEDED

_ROWS = """select * from (values
    ('01', true, 1, 9223372036854775807, 12::hugeint, 0.1::double, date '0001-01-01', '2026-01-01 07:00'::timestamptz),
    ('Đảng "bộ" ''A''\n\t\\.', false, -1, 0, null, 'nan', date '9999-12-31', '1900-01-01 00:00:00.000001+00'),
    ('', null, null, null, 0, 'infinity', null, null),
    (null, null, null, null, null, 1e-300, null, null)
) as t(code, yes, small, large, huge, share, day, moment)"""


@pytest.fixture(scope="module")
def one_server() -> Iterator[Server]:
    with postgresql_server() as started:
        yield started


@pytest.fixture
def server(one_server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """The server, reached by the environment, with nothing of an earlier test."""
    one_server.reach(monkeypatch)
    yield one_server
    one_server.rows("drop schema if exists marts cascade")


def publish(home: Home, number: int, **marts: str) -> None:
    """A publication of nothing but these marts (name and query)."""
    version = f"20260101T{number:012}"
    home.published.mkdir(parents=True, exist_ok=True)
    file = home.published / f"{version}.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("create schema marts; create schema staging; create table staging.stg_x as select 1 as a")
        for name, query in marts.items():
            connection.execute(f"create table marts.{name} as {query}")
            connection.execute(f"comment on table marts.{name} is 'Bảng {name} / the table''s {number}'")
    record = PublishedVersion(version, "2026-01-01T00:00:00+00:00", None, file.stat().st_size, number=number)
    (home.published / f"{version}.json").write_text(json.dumps(vars(record)), encoding="utf-8")
    (home.published / "current").write_text(version, encoding="ascii")


def copied(home: Home, *options: str) -> int:
    return main(["--home", str(home.root), *options])


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "khoi")


def test_every_mart_of_a_deployment_is_the_same_and_nothing_but_marts_is_there(
    built_home: Home, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    assert copied(built_home) == 0
    (first, _, *lines, last) = capsys.readouterr().out.splitlines()
    assert "publication 1 " in first
    assert len(lines) > 40
    assert all(line.endswith("  same") for line in lines)
    assert last == f"{len(lines)} of {len(lines)} marts are the same in PostgreSQL"
    there = {name for (name,) in server.rows("select tablename from pg_tables where schemaname = 'marts'")}
    assert there == {line.split()[0] for line in lines} | {"khoi_publication"}
    ((uncommented,),) = server.rows(
        "select count(*) from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0"
        " where c.relnamespace = 'marts'::regnamespace and c.relname <> 'khoi_publication' and c.relkind = 'r'"
        " and (obj_description(c.oid) is null or col_description(c.oid, a.attnum) is null)"
    )
    assert uncommented == 0
    ((told,),) = server.rows("select obj_description('marts.rpt_completeness'::regclass)")
    assert told.startswith("Mỗi dòng là")
    assert " / One row per" in told


def test_every_value_arrives_as_it_is(home: Home, server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    publish(home, 7, fct_x=_ROWS, fct_empty=f"{_ROWS} limit 0")
    assert copied(home) == 0
    assert "2 of 2 marts are the same" in capsys.readouterr().out
    assert server.rows("select number, version, marts, views from marts.khoi_publication") == [
        (7, "20260101T000000000007", ["fct_empty", "fct_x"], [])
    ]
    assert server.rows("select obj_description('marts.fct_x'::regclass)") == [("Bảng fct_x / the table's 7",)]


def test_a_publication_that_is_there_is_not_copied_again_unless_asked(
    home: Home, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(home, 1, fct_x=_ROWS)
    made = "select copied_at from marts.khoi_publication"
    assert copied(home) == 0
    first = server.rows(made)
    assert copied(home) == 0
    assert "đã có ở đó / is already there" in capsys.readouterr().out
    assert server.rows(made) == first
    server.rows("update marts.fct_x set small = 2 where small = 1")
    assert copied(home) == 1
    assert "--again" in capsys.readouterr().out
    assert copied(home, "--compare-only") == 1
    assert "DuckDB {" in capsys.readouterr().out
    assert server.rows(made) == first
    assert copied(home, "--again") == 0
    assert server.rows(made) > first


def test_who_reads_sees_the_publication_before_whole_until_his_transaction_ends(home: Home, server: Server) -> None:
    import psycopg2

    publish(home, 1, fct_x="select 1 as n", fct_y="select 1 as n")
    assert copied(home) == 0
    publish(home, 2, fct_x="select 2 as n", fct_y="select 2 as n")
    reader = psycopg2.connect("")
    reader.set_session("repeatable read")
    both = "select x.n, y.n, number from marts.fct_x as x, marts.fct_y as y, marts.khoi_publication"
    with reader, reader.cursor() as cursor:
        cursor.execute("select count(*) from pg_class")  # His transaction has begun, and named none of the tables yet.
        assert copied(home) == 0
        cursor.execute(both)
        assert cursor.fetchall() == [(1, 1, 1)]
    reader.close()
    assert server.rows(both) == [(2, 2, 2)]


@pytest.mark.parametrize("moment", ["_shape", "_record", "compare"])
def test_a_copy_that_dies_at_any_moment_leaves_the_one_before(
    home: Home, server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], moment: str
) -> None:
    publish(home, 1, fct_x="select 1 as n", fct_gone="select 1 as n")
    assert copied(home) == 0
    publish(home, 2, fct_x="select 2 as n, 'wider' as more", fct_new="select 2 as n")
    step = getattr(copying, moment)

    def dies(*arguments: object, **named: object) -> object:
        done = step(*arguments, **named)
        # Who asks is another session; the one that copies loses its connection.
        server.rows("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'")
        return done

    with monkeypatch.context() as patch:
        patch.setattr(copying, moment, dies)
        assert copied(home) == 2
    assert "PostgreSQL không nhận bản sao" in capsys.readouterr().err
    assert server.rows("select x.n, g.n from marts.fct_x as x, marts.fct_gone as g") == [(1, 1)]
    assert server.rows("select number from marts.khoi_publication") == [(1,)]
    assert copied(home) == 0
    assert server.rows("select n, more from marts.fct_x") == [(2, "wider")]
    assert server.rows("select to_regclass('marts.fct_gone')") == [(None,)]


def test_a_copy_that_is_not_equal_is_not_shown(
    home: Home, server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(home, 1, fct_x="select 1 as n")
    assert copied(home) == 0
    publish(home, 2, fct_x="select 2 as n")
    record = copying._record

    def spoils(cursor: object, *arguments: object) -> None:
        cursor.execute("update marts.fct_x set n = 3")  # type: ignore[attr-defined]
        record(cursor, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(copying, "_record", spoils)
    assert copied(home) == 1
    assert "did not arrive" in capsys.readouterr().out
    assert server.rows("select n, number from marts.fct_x, marts.khoi_publication") == [(1, 1)]


def test_rights_and_views_that_the_keeper_of_the_server_made_stay(home: Home, server: Server) -> None:
    publish(home, 1, fct_x="select 1 as n")
    assert copied(home) == 0
    server.rows(
        "create role reader; grant usage on schema marts to reader;"
        " grant select on all tables in schema marts to reader;"
        " alter default privileges in schema marts grant select on tables to reader;"
        " create schema own; create view own.v as select n from marts.fct_x"
    )
    publish(home, 2, fct_x="select 2 as n", fct_new="select 2 as n")
    try:
        assert copied(home) == 0
        as_reader = "set local role reader; select x.n, z.n from marts.fct_x as x, marts.fct_new as z"
        assert server.rows(as_reader) == [(2, 2)]
        assert server.rows("select n from own.v") == [(2,)]
    finally:
        server.rows("drop schema own cascade; drop owned by reader; drop role reader")


def test_who_copies_needs_no_right_but_a_schema_of_its_own(
    home: Home, server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(home, 1, fct_x="select 1 as n")
    server.rows(f"create role copies login password '{PASSWORD}'; create schema marts authorization copies")
    try:
        with monkeypatch.context() as patch:
            patch.setenv("PGUSER", "copies")
            assert copied(home) == 0
            assert copied(home, "--schema", "another") == 2
        assert "permission denied for database" in capsys.readouterr().err
        assert server.rows("select n from marts.fct_x") == [(1,)]
    finally:
        server.rows("drop owned by copies cascade; drop role copies")


def test_what_stands_on_a_table_whose_columns_change_is_named(
    home: Home, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(home, 1, fct_x="select 1 as n")
    assert copied(home) == 0
    server.rows("create view public.own_view as select n from marts.fct_x")
    publish(home, 2, fct_x="select '2' as n")
    assert copied(home) == 2
    assert "own_view" in capsys.readouterr().err
    assert server.rows("select n from public.own_view") == [(1,)]
    server.rows("drop view public.own_view")
    assert copied(home) == 0


def test_a_mart_of_before_answers_to_its_name_of_today(home: Home, server: Server) -> None:
    publish(home, 1, rpt_headlines="select 1 as n")
    assert copied(home) == 0
    assert server.rows("select n from marts.rpt_committee_measures") == [(1,)]
    assert copied(home, "--again") == 0
    publish(home, 2, rpt_headlines="select '3' as n", rpt_committee_measures="select 2 as n")
    assert copied(home) == 0
    assert server.rows("select n from marts.rpt_committee_measures") == [(2,)]


def test_a_table_of_somebody_else_is_left_alone(home: Home, server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    server.rows("create schema marts; create table marts.fct_x as select 7 as n; create table marts.z as select 1")
    publish(home, 1, fct_x="select 1 as n")
    assert copied(home) == 2
    assert "fct_x; hãy chọn --schema khác" in capsys.readouterr().err
    assert copied(home, "--compare-only") == 1
    publish(home, 2, fct_y="select 1 as n")
    assert copied(home) == 0
    assert server.rows("select n from marts.fct_x, marts.z") == [(7,)]


def test_a_server_that_is_not_reached_is_told_without_the_password(
    home: Home, server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(home, 1, fct_x="select 1 as n")
    for name, value in (("PGUSER", "nobody"), ("PGPORT", "1")):
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            assert copied(home) == 2
        told = capsys.readouterr().err
        assert told.startswith("Không nối được với PostgreSQL")
        assert len(told.splitlines()) == 1
        assert PASSWORD not in told


def test_a_copy_that_finds_another_under_way_waits_and_then_says_so(
    home: Home, server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import psycopg2

    publish(home, 1, fct_x="select 1 as n")
    monkeypatch.setattr(copying, "_LOCK_SECONDS", 1)
    other = psycopg2.connect("")
    with other, other.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('khoi marts'))")
        assert copied(home) == 2
    other.close()
    assert "something else holds a lock" in capsys.readouterr().err
    assert copied(home) == 0

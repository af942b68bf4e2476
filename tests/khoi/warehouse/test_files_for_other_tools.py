"""What other people's tools open: an old format, names that stay, comments, Parquet without loss."""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from khoi_deployment import Deployment
from small_build import small_build

from khoi import stages
from khoi.deployment import Home, create_deployment
from khoi.warehouse import bi
from khoi.warehouse.bi import bi_folder, renew, renewed
from khoi.warehouse.publications import publication, roll_back
from khoi.warehouse.publish import publish
from khoi.warehouse.versions import published_file, published_version

OLDEST = 64
"""The storage version of DuckDB 1.0 in a file's header."""
CLIENTS = Path(sys.prefix) / "old-duckdb"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """One publication, and what other tools open of it."""
    home = Home(tmp_path)
    create_deployment(home)
    _publish(home, 1)
    return home


def _publish(home: Home, number: int) -> None:
    small_build(home, number)
    publish(home, f"f{number}")
    renew(home)


def _number(path: Path) -> float:
    with duckdb.connect(str(path), read_only=True) as connection:
        ((number,),) = connection.execute("select number from marts.numbers").fetchall()
    return float(number)


def _number_in_parquet(home: Home) -> float:
    (number,) = pq.read_table(bi_folder(home) / "marts" / "numbers.parquet")["number"].to_pylist()
    return float(number)


def test_the_warehouse_is_written_in_the_oldest_format_that_holds_it(built_home: Home) -> None:
    path = published_file(built_home)
    assert path is not None
    with path.open("rb") as file:
        head = file.read(20)
    assert head[8:12] == b"DUCK"
    assert struct.unpack("<Q", head[12:20]) == (OLDEST,)


def test_every_table_and_column_of_the_marts_says_what_it_is_in_the_published_file(built_home: Home) -> None:
    path = published_file(built_home)
    assert path is not None
    with duckdb.connect(str(path), read_only=True) as connection:
        for kind in ("tables", "columns"):
            ((all_of_them, told),) = connection.execute(
                f"select count(*), count(comment) from duckdb_{kind}() where schema_name = 'marts'"
            ).fetchall()
            assert all_of_them == told > 0


@pytest.mark.parametrize("client", ["1.3.2", "1.4.4"])
def test_a_tool_with_an_older_duckdb_in_it_reads_the_figures_and_the_comments(built_home: Home, client: str) -> None:
    """`make clients` installs them; `.ci/run` does before the tests."""
    place = CLIENTS / client
    if not place.is_dir():
        pytest.skip("make clients")
    renew(built_home)
    script = (
        "import duckdb, json, sys; c = duckdb.connect(sys.argv[1], read_only=True); "
        "print(json.dumps([duckdb.__version__, "
        "c.execute('select count(*) from marts.fct_observations').fetchall()[0][0],"
        " c.execute(\"select count(*) filter (comment is null) from duckdb_columns() where schema_name = 'marts'\")"
        ".fetchall()[0][0]]))"
    )
    said = subprocess.run(
        [sys.executable, "-S", "-c", script, str(bi_folder(built_home) / "khoi.duckdb")],
        env={**os.environ, "PYTHONPATH": str(place)},
        capture_output=True,
        text=True,
        check=True,
    )
    path = published_file(built_home)
    assert path is not None
    with duckdb.connect(str(path), read_only=True) as connection:
        ((rows,),) = connection.execute("select count(*) from marts.fct_observations").fetchall()
    assert json.loads(said.stdout) == [client, rows, 0]
    assert rows > 0


def test_every_mart_lies_there_as_parquet_without_loss(built_home: Home) -> None:
    renew(built_home)
    path, folder = published_file(built_home), bi_folder(built_home) / "marts"
    assert path is not None
    with duckdb.connect(str(path), read_only=True) as connection:
        marts = connection.execute("select table_name from duckdb_tables() where schema_name = 'marts'").fetchall()
        assert {f"{name}.parquet" for (name,) in marts} == {file.name for file in folder.iterdir()}
        for (name,) in marts:
            file = str(folder / f"{name}.parquet").replace("'", "''")
            for one, other in ((f"marts.{name}", f"'{file}'"), (f"'{file}'", f"marts.{name}")):
                ((differing,),) = connection.execute(
                    f"select count(*) from (select * from {one} except all select * from {other})"
                ).fetchall()
                assert differing == 0, name


def test_a_large_integer_is_an_integer_in_parquet_as_well(home: Home) -> None:
    """Parquet has no integer of 128 bits; DuckDB would write a sum as a rounded double."""
    small_build(home, 2)
    with duckdb.connect(str(home.build / "warehouse.duckdb")) as connection:
        connection.execute("create table marts.sums as select (9007199254740993::hugeint) as total")
    publish(home, "f2")
    renew(home)
    assert pq.read_table(bi_folder(home) / "marts" / "sums.parquet")["total"].to_pylist() == [9007199254740993]


def test_a_connection_to_the_name_that_stays_survives_every_publication(home: Home) -> None:
    path = bi_folder(home) / "khoi.duckdb"
    with path.open("rb") as held:
        before = held.read()
        for number in (2, 3, 4, 5):
            _publish(home, number)
            assert (_number(path), _number_in_parquet(home)) == (number, number)
        held.seek(0)
        assert held.read() == before, "who has it open reads the version he opened"
    there, version = renewed(home), published_version(home)
    assert there is not None
    assert version is not None
    assert (there.version, there.number, there.held) == (version.version, 5, ())


def test_a_tool_that_opens_it_for_writing_disturbs_neither_khoi_nor_the_publication(home: Home) -> None:
    path, published = bi_folder(home) / "khoi.duckdb", published_file(home)
    assert published is not None
    with duckdb.connect(str(path)) as tool:
        tool.execute("create table notes as select 1 as x")
        assert _number(published) == 1
        assert not os.path.samefile(path, published)


def test_what_could_not_be_replaced_is_named_and_renewed_by_the_next_run(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So it is on Windows: a file that another process has open cannot be replaced."""

    def held(source: object, target: object) -> None:
        raise PermissionError(32, "used by another process")

    monkeypatch.setattr(bi.shutil, "copyfile", held)
    small_build(home, 2)
    publish(home, "f2")
    there = renew(home)
    assert there is not None
    assert there.held == ("khoi.duckdb",)
    assert (_number(bi_folder(home) / "khoi.duckdb"), _number_in_parquet(home)) == (1, 2)
    monkeypatch.undo()
    there = renew(home)
    assert there is not None
    assert there.held == ()
    assert _number(bi_folder(home) / "khoi.duckdb") == 2


def test_a_renewal_that_died_half_way_is_made_again(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(source: object, target: object) -> None:
        raise KeyboardInterrupt

    small_build(home, 2)
    publish(home, "f2")
    with monkeypatch.context() as patch:
        patch.setattr(bi.shutil, "copyfile", dies)
        with pytest.raises(KeyboardInterrupt):
            renew(home)
    assert renewed(home) is None
    renew(home)
    assert (_number(bi_folder(home) / "khoi.duckdb"), _number_in_parquet(home)) == (2, 2)


def test_going_back_leads_other_tools_back_as_well_and_a_mart_that_is_no_more_goes(home: Home) -> None:
    _publish(home, 2)
    gone = bi_folder(home) / "marts" / "fct_of_yesterday.parquet"
    shutil.copyfile(bi_folder(home) / "marts" / "numbers.parquet", gone)
    roll_back(home, "1", by="Ban Tổ chức", reason="công bố nhầm")
    renew(home)
    assert publication(home, "1").is_current
    assert (_number(bi_folder(home) / "khoi.duckdb"), _number_in_parquet(home)) == (1, 1)
    assert not gone.exists()


@pytest.mark.long
def test_a_run_renews_what_other_tools_open(deployment: Deployment) -> None:
    deployment.write("ZZ-001", "2021H1", 20, 2)
    deployment.write("ZZ-002", "2021H1", 30, 0)
    report = stages.run(deployment.home, settle_seconds=0)
    there = renewed(deployment.home)
    assert report.published is not None
    assert there is not None
    assert there.version == report.published.version
    held = bi_folder(deployment.home) / "version.json"
    held.write_text(json.dumps({**json.loads(held.read_text()), "held": ["khoi.duckdb"]}), encoding="utf-8")
    stages.run(deployment.home, settle_seconds=0)
    there = renewed(deployment.home)
    assert there is not None
    assert there.held == (), "a run that publishes nothing renews what was held"

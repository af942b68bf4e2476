"""What a reader of the warehouse may rely on, and what stands in for sources that nobody has written yet."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest
from workbook_rows import small_reference

from ingest.catalogue import load_catalogue
from ingest.lake import TABLES
from khoi.deployment.home import Home
from khoi.warehouse import project
from khoi.warehouse.errors import BuildError, WarehouseError
from khoi.warehouse.inputs import prepare_inputs
from khoi.warehouse.project import prepare_project
from khoi.warehouse.query import marts
from khoi.warehouse.read import open_published
from khoi.warehouse.reference_tables import write_reference_tables
from khoi.warehouse.vintages import figure_history
from quality.catalogue import load_rules

VERSION = "20260101T000000000000"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A published file of one mart, written where clocks stand elsewhere."""
    home = Home(tmp_path / "khoi")
    home.create()
    with duckdb.connect(str(home.published / f"{VERSION}.duckdb")) as connection:
        connection.execute("set TimeZone = 'Asia/Ho_Chi_Minh'; create schema marts")
        moment = "timestamptz '2022-07-01 00:30:00+07'"
        connection.execute(f"create table marts.fct_a as select {moment} as received_at, 1 as n")
        connection.execute("create table main.other as select 1 as n")
    (home.published / "current").write_text(VERSION, encoding="utf-8")
    return home


def test_moments_are_read_in_utc_whatever_the_clock_of_the_machine(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Ho_Chi_Minh")
    with open_published(home) as connection:
        (moment,) = connection.execute("select received_at::varchar from fct_a").fetchone() or ("",)
        (zone,) = connection.execute("select current_setting('TimeZone')").fetchone() or ("",)
    assert (moment, zone) == ("2022-06-30 17:30:00+00", "UTC")
    assert dt.datetime.fromisoformat(moment).utcoffset() == dt.timedelta(0)


def test_the_marts_are_listed_and_nothing_else(home: Home) -> None:
    with open_published(home) as connection:
        assert marts(connection)[["table_name", "column_name"]].values.tolist() == [
            ["fct_a", "received_at"],
            ["fct_a", "n"],
        ]


def test_a_build_that_failed_says_which_node_and_where_the_log_is() -> None:
    error = BuildError(["fct_a: không trùng khóa"], "logs/dbt.log")
    assert "fct_a: không trùng khóa" in str(error)
    assert "logs/dbt.log" in str(error)
    assert "dbt did not say" in str(BuildError([], "logs/dbt.log"))


def test_a_figure_that_no_publication_knew_is_told(home: Home) -> None:
    with pytest.raises(WarehouseError, match="members_total@AA@2022H1: chưa lần công bố nào có số này"):
        figure_history(home, "members_total@AA@2022H1")


def test_every_source_that_nobody_wrote_has_a_stand_in_without_rows(home: Home) -> None:
    prepare_inputs(home, load_catalogue(), small_reference())
    lacking = [
        table
        for table in TABLES
        if table.is_source and not table.files(home.lake) and not table.stand_in(home.lake).exists()
    ]
    assert lacking == []


def test_the_tables_of_reference_bring_the_catalogue_of_forms_with_them(tmp_path: Path) -> None:
    home, catalogue, reference = Home(tmp_path / "khoi"), load_catalogue(), small_reference()
    write_reference_tables(home, catalogue, reference, load_rules(catalogue, reference))
    written = {path.stem for path in (home.lake / "reference").rglob("*.parquet")}
    named = {"rules", "rule_terms", "printed_labels", "form_cells", "form_versions", "aggregate_conditions"}
    assert named <= written


def test_the_copy_of_the_dbt_project_needs_no_folder_that_is_there(tmp_path: Path) -> None:
    folder = prepare_project(Home(tmp_path / "khoi"), small_reference())
    assert (folder / "dbt_project.yml").is_file()
    assert (folder.parent / "seeds" / "codes.csv").is_file()


def test_of_another_edition_of_the_project_dbt_takes_up_nothing_it_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It reads again what changed, and not the tests that use it: they stay with the macros of the edition before."""
    home = Home(tmp_path / "khoi")
    prepare_project(home, small_reference())
    kept = home.build / "target" / "partial_parse.msgpack"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"read")
    prepare_project(home, small_reference())
    assert kept.exists()
    monkeypatch.setattr(project, "sources_fingerprint", lambda _: "another edition")
    prepare_project(home, small_reference())
    assert not kept.exists()

"""Publishing: a swap that readers never see happen."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from khoi.deployment import Home, create_deployment
from khoi.warehouse.build import warehouse_file
from khoi.warehouse.errors import WarehouseError
from khoi.warehouse.publish import KEPT_VERSIONS, publish, published_file, published_version
from khoi.warehouse.read import open_published

# What a publication says for good (`khoi.warehouse.vintages`); here it says nothing.
_SAID = {
    "marts.rpt_headlines": "measure_code committee_code period_code value numerator denominator organizations_counted "
    "organizations_expected",
    "marts.rpt_published_figures": "figure_id committee_code measure_code warehouse_value warehouse_denominator "
    "warehouse_pct",
    "marts.fct_observations": "committee_code organization_code period_code cell_code value submitted_value",
    "marts.fct_register_observations": "committee_code organization_code period_code cell_code value",
    "marts.bridge_measure_terms": "measure_code cell_code coefficient",
    "marts.dim_measures": "measure_code label_vi label_en numerator_measure denominator_measure",
    "marts.fct_corrections": "organization_code period_code correction_id cell_code file_hash status new_value",
}


def _type(column: str) -> str:
    return "double" if column.endswith(("value", "numerator", "denominator", "pct")) else "varchar"


def _build(home: Home, number: int) -> None:
    home.create()
    with duckdb.connect(str(warehouse_file(home))) as connection:
        connection.execute("create schema marts")
        connection.execute(f"create table marts.numbers as select {number} as number")
        for name, columns in _SAID.items():
            connection.execute(f"create schema if not exists {name.split('.')[0]}")
            connection.execute(f"create table {name} ({', '.join(f'{c} {_type(c)}' for c in columns.split())})")
        connection.execute(
            "create table marts.fct_submissions (file_hash varchar, committee_code varchar, organization_code varchar, "
            "period_code varchar, received_at timestamptz, submission_state varchar, is_current boolean)"
        )
        connection.execute("create schema build")
        connection.execute("create table build.record as select 1 as nodes")


def _number(connection: duckdb.DuckDBPyConnection) -> int:
    ((number,),) = connection.execute("select number from numbers").fetchall()
    return int(number)


def test_readers_see_the_version_they_opened(tmp_path: Path) -> None:
    home = Home(tmp_path)
    create_deployment(home)
    _build(home, 1)
    publish(home)
    with open_published(home) as early:
        _build(home, 2)
        publish(home)
        assert _number(early) == 1
    with open_published(home) as late:
        assert _number(late) == 2


def test_the_last_three_versions_stay(tmp_path: Path) -> None:
    home = Home(tmp_path)
    create_deployment(home)
    versions = []
    for number in range(KEPT_VERSIONS + 2):
        _build(home, number)
        versions.append(publish(home, fingerprint=f"f{number}").version)
    kept = versions[-KEPT_VERSIONS:]
    assert sorted(path.stem for path in home.published.glob("*.duckdb")) == kept
    assert sorted(path.stem for path in home.published.glob("*.json")) == kept
    current = published_version(home)
    assert current is not None
    assert (current.version, current.fingerprint) == (versions[-1], f"f{KEPT_VERSIONS + 1}")
    assert published_file(home) == home.published / f"{versions[-1]}.duckdb"


def test_nothing_is_published_without_a_build(tmp_path: Path) -> None:
    home = Home(tmp_path)
    create_deployment(home)
    with pytest.raises(WarehouseError, match="khoi run"):
        publish(home)
    with pytest.raises(WarehouseError, match="khoi run"):
        open_published(home)
    assert published_version(home) is None


def test_an_unfinished_build_is_not_published(tmp_path: Path) -> None:
    home = Home(tmp_path)
    create_deployment(home)
    _build(home, 1)
    log = warehouse_file(home).with_suffix(".duckdb.wal")
    log.write_bytes(b"half")
    with pytest.raises(WarehouseError):
        publish(home)
    log.unlink()
    with duckdb.connect(str(warehouse_file(home))) as connection:
        connection.execute("drop table build.record")
    with pytest.raises(WarehouseError):
        publish(home)
    warehouse_file(home).write_bytes(b"no database")
    with pytest.raises(WarehouseError):
        publish(home)
    assert published_version(home) is None


def test_a_reader_cannot_write_or_leave_the_file(tmp_path: Path) -> None:
    home = Home(tmp_path)
    create_deployment(home)
    _build(home, 1)
    publish(home)
    with open_published(home) as connection:
        for statement in ("delete from numbers", f"copy numbers to '{tmp_path}/out.csv'", "load httpfs"):
            with pytest.raises(duckdb.Error):
                connection.execute(statement)

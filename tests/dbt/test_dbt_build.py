"""The whole dbt project with its unit tests, over a lake of rows."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from published_rows import built_rows

from khoi.deployment.home import Home
from khoi.deployment.product import DBT_PROJECT
from khoi.reports.dictionary.marts import mart_columns
from khoi.warehouse.versions import published_file

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return built_rows(tmp_path_factory)


@pytest.fixture(scope="module")
def built(home: Home) -> Path:
    """The file that was published."""
    path = published_file(home)
    assert path is not None
    return path


def test_the_unit_tests_were_run_and_hold(home: Home) -> None:
    results = json.loads((home.build / "target" / "run_results.json").read_text(encoding="utf-8"))["results"]
    units = [result["status"] for result in results if result["unique_id"].startswith("unit_test.")]
    assert len(units) > 20
    assert set(units) == {"pass"}


def test_seeds_are_loaded_as_they_are_read_elsewhere(home: Home, built: Path) -> None:
    """dbt and `Home.reference` give the same rows of text, empty cells included; only derived rows are added."""
    reference = home.reference()
    targets = set(reference["targets"]["target_id"])
    with duckdb.connect(str(built), read_only=True) as connection:
        for name, expected in reference.tables.items():
            if name == "codes":
                derived = expected["code_list"] == "target"
                assert set(expected.loc[derived, "code"]) == targets
                expected = expected[~derived]
            loaded = connection.execute(f"select * from seeds.{name}").df().astype(object)
            loaded = loaded.where(loaded.notna(), None)
            pd.testing.assert_frame_equal(_sorted(loaded), _sorted(expected), check_dtype=False, obj=name)


def test_the_floor_of_the_suite_makes_the_same_marts(home: Home, built: Path, tmp_path: Path) -> None:
    """What `bench.suite` holds a build against is the models' own SQL, from wherever it is called."""
    copy = tmp_path / "warehouse.duckdb"
    shutil.copyfile(built, copy)
    command = [sys.executable, "-m", "bench.contenders", "sql_of_the_marts", str(home.root), str(copy)]
    subprocess.run(command, check=True, cwd=Path(__file__).parents[2])
    assert _marts(copy) == _marts(built)


def _marts(path: Path) -> dict[str, int]:
    """Mart -> its rows."""
    with duckdb.connect(str(path), read_only=True) as connection:
        names = connection.execute("select table_name from duckdb_tables() where schema_name = 'marts'").fetchall()
        return {name: connection.table(f"marts.{name}").count("*").fetchall()[0][0] for (name,) in names}


def test_the_published_file_says_what_its_tables_and_columns_are(built: Path) -> None:
    """Any tool that opens the file shows the comments: Vietnamese, then English, as the dictionary has them."""
    declared = mart_columns(DBT_PROJECT)
    expected = {(row.table, row.column): f"{row.column_vi} / {row.column_en}" for row in declared.itertuples()}
    expected |= {(row.table, ""): f"{row.table_vi} / {row.table_en}" for row in declared.itertuples()}
    with duckdb.connect(str(built), read_only=True) as connection:
        found = connection.execute(
            "select table_name, column_name, comment from duckdb_columns() where schema_name = 'marts' "
            "union all select table_name, '', comment from duckdb_tables() where schema_name = 'marts'"
        ).fetchall()
    assert {(table, column): " ".join(str(comment).split()) for table, column, comment in found} == expected


@pytest.mark.long
def test_the_documentation_of_dbt_is_generated_in_a_clone(tmp_path: Path) -> None:
    """Without a deployment, a lake or a network: the defaults of the project serve."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KHOI_")}
    command = [sys.executable, "-c", "from dbt.cli.main import cli; cli()", "--log-path", str(tmp_path / "logs")]
    options = ["--profiles-dir", ".", "--target-path", str(tmp_path / "target")]
    subprocess.run(
        [*command, "docs", "generate", *options], cwd=DBT_PROJECT, env=environment, check=True, capture_output=True
    )
    assert {"index.html", "manifest.json", "catalog.json"} <= {path.name for path in (tmp_path / "target").iterdir()}


def test_nothing_is_written_beside_the_home(home: Home) -> None:
    project = Path(__file__).resolve().parents[2] / "dbt_project"
    assert not (project / "target").exists()
    assert not (project / "logs").exists()
    assert not (project / ".user.yml").exists()
    assert (home.logs / "dbt" / "dbt.log").exists()


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    columns = list(frame.columns)
    return frame.sort_values(columns, key=lambda column: column.fillna("")).reset_index(drop=True)

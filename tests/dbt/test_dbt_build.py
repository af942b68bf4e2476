"""The whole dbt project with its unit tests, over the demo's registers and an empty lake."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from demo.deployment import create_demo_deployment
from khoi.deployment.home import Home
from khoi.warehouse.build import build_warehouse

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("khoi"))
    create_demo_deployment(home)
    build_warehouse(home, arguments=[])
    return home


def test_the_unit_tests_were_run_and_hold(home: Home) -> None:
    results = json.loads((home.build / "target" / "run_results.json").read_text(encoding="utf-8"))["results"]
    units = [result["status"] for result in results if result["unique_id"].startswith("unit_test.")]
    assert len(units) > 20
    assert set(units) == {"pass"}


def test_seeds_are_loaded_as_they_are_read_elsewhere(home: Home) -> None:
    """dbt and `Home.reference` give the same rows of text, empty cells included; only derived rows are added."""
    reference = home.reference()
    targets = set(reference["targets"]["target_id"])
    with duckdb.connect(str(home.build / "warehouse.duckdb"), read_only=True) as connection:
        for name, expected in reference.tables.items():
            if name == "codes":
                derived = expected["code_list"] == "target"
                assert set(expected.loc[derived, "code"]) == targets
                expected = expected[~derived]
            loaded = connection.execute(f"select * from seeds.{name}").df().astype(object)
            loaded = loaded.where(loaded.notna(), None)
            pd.testing.assert_frame_equal(_sorted(loaded), _sorted(expected), check_dtype=False, obj=name)


def test_nothing_is_written_beside_the_home(home: Home) -> None:
    project = Path(__file__).resolve().parents[2] / "dbt_project"
    assert not (project / "target").exists()
    assert not (project / "logs").exists()
    assert not (project / ".user.yml").exists()
    assert (home.logs / "dbt" / "dbt.log").exists()


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    columns = list(frame.columns)
    return frame.sort_values(columns, key=lambda column: column.fillna("")).reset_index(drop=True)

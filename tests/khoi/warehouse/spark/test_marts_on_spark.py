"""DuckDB equals Spark: every mart, row by row, of one small deployment with everything in it that marts are made of.

`make pyspark` installs PySpark and dbt-spark beside the environment (490 MB), `make spark` does the same over a
whole deployment.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from khoi.deployment.home import Home
from khoi.warehouse.parity import compared
from khoi.warehouse.spark.build import build_on_spark, tables_of
from khoi.warehouse.versions import published_file

SPARK = Path(sys.prefix) / "spark"

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not (SPARK / ".installed").exists(), reason="make pyspark installs PySpark and dbt-spark"),
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java 17 or newer"),
]

# Marts that Spark cannot build, each with its reason. None; one that is added here must be told in docs/spark.md.
NOT_ON_SPARK: dict[str, str] = {}


def test_every_mart_is_the_same_on_spark(built_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(SPARK), *filter(None, [os.environ.get("PYTHONPATH")])]))
    # Much is compiled and little computed: the second compiler of Java would take longer than it saves. Without it
    # Java keeps 48 MB for compiled code, which 151 nodes fill.
    monkeypatch.setenv("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:ReservedCodeCacheSize=512m")
    # The data tests are held on DuckDB by every build; here the rows themselves are.
    build_on_spark(built_home, arguments=("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"))
    published = published_file(built_home)
    assert published is not None
    found = {one.table: one for one in compared(published, tables_of(built_home, "marts"), "Spark")}
    assert {name for name, one in found.items() if one.differences == ("only in DuckDB",)} == set(NOT_ON_SPARK)
    assert {name: one.differences for name, one in found.items() if not one.holds and name not in NOT_ON_SPARK} == {}
    filled = {name for name, one in found.items() if one.rows}
    assert {"fct_observations", "rpt_change_parts", "bridge_organization_lineage", "rpt_published_figures"} <= filled

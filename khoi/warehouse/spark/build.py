"""Building the marts on Apache Spark: the deployment's own dbt project over its own lake, into Parquet tables.

Nothing of the published warehouse is read or written; `khoi.warehouse.parity` holds the two against each other.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from khoi.deployment.context import Context, load_context
from khoi.deployment.home import Home
from khoi.warehouse.build import PUBLISHING
from khoi.warehouse.errors import BuildError
from khoi.warehouse.inputs import prepare_inputs
from khoi.warehouse.project import prepare_project, project_folder


def spark_folder(home: Home) -> Path:
    """Where Spark's tables, dbt's target and its log lie; each build makes it anew."""
    return home.build.resolve() / "spark"


def tables_of(home: Home, schema: str) -> dict[str, str]:
    """Table -> the pattern of its Parquet files, as the last build on Spark left them."""
    return {
        folder.name: f"{folder}/*.parquet"
        for folder in sorted((spark_folder(home) / "tables" / f"{schema}.db").glob("*"))
        if folder.is_dir()
    }


def build_on_spark(home: Home, *, arguments: Sequence[str] = PUBLISHING, context: Context | None = None) -> None:
    """Run ``dbt build --target spark`` over ``home``'s lake, into the folders of `tables_of`.

    Raises BuildError with what dbt said where a node failed, or where Spark, Java or dbt-spark is not there.
    """
    known = context or load_context(home)
    prepare_inputs(home, known.catalogue, known.reference)
    prepare_project(home, known.reference)
    folder = spark_folder(home)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    done = subprocess.run(
        _command(home, folder, arguments),
        cwd=folder,
        env=_environment(home),
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode != 0:
        raise BuildError(_last_said(done.stdout, done.stderr), str(folder / "logs" / "dbt.log"))


def _command(home: Home, folder: Path, arguments: Sequence[str]) -> list[str]:
    project = str(project_folder(home).resolve())
    places = ["--project-dir", project, "--profiles-dir", project, "--target-path", str(folder / "target")]
    start = [sys.executable, "-m", "khoi.warehouse.spark.session", str(folder / "tables")]
    return [
        *start,
        "build",
        "--target",
        "spark",
        *places,
        "--log-path",
        str(folder / "logs"),
        "--no-use-colors",
        *arguments,
    ]


def _environment(home: Home) -> dict[str, str]:
    return {
        # The code that Spark generates for all marts and their tests fills what Java keeps for it by itself.
        "JDK_JAVA_OPTIONS": "-XX:ReservedCodeCacheSize=512m",
        **os.environ,
        "KHOI_LAKE": home.lake.resolve().as_posix(),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
        "PYTHONUTF8": "1",
    }


def _last_said(stdout: str, stderr: str) -> list[str]:
    """The lines that say what failed, without the hints of Java."""
    told = [line.strip() for line in stdout.splitlines() if "Error" in line or "Failure" in line or "ERROR" in line]
    return told[:20] or [line.strip() for line in stderr.splitlines() if line.strip()][-3:]

"""Building the warehouse: dbt over the lake into one new DuckDB file, in a process of its own.

A dbt that runs inside our process keeps the DuckDB file open, and its next build would write into the file
that has been published meanwhile; hence the subprocess. Nothing is written into the product's own folder: dbt works
on a copy of the project (`khoi.warehouse.project`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from khoi.deployment.home import Home
from khoi.warehouse.errors import BuildError
from khoi.warehouse.inputs import prepare_inputs
from khoi.warehouse.project import prepare_project, project_folder

Progress = Callable[[int, int, str], None]
"""Called with nodes done, nodes in all and the name of the node that has just finished."""

# Unit tests hold the SQL against fixed rows; they cannot fail for new workbooks and run with the test suite.
PUBLISHING = ("--exclude-resource-type", "unit_test")


def warehouse_file(home: Home) -> Path:
    """The file dbt writes; its path stays the same so that dbt's partial parse stays valid."""
    return home.build / "warehouse.duckdb"


def dbt_environment(home: Home) -> dict[str, str]:
    """The environment dbt runs in: where to read, where to write, no telemetry."""
    return {
        **os.environ,
        "KHOI_WAREHOUSE": str(warehouse_file(home)),
        "KHOI_LAKE": home.lake.as_posix(),
        "DBT_PROFILES_DIR": str(project_folder(home)),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
        "PYTHONUTF8": "1",
    }


def dbt_command(home: Home, verb: str, *arguments: str) -> list[str]:
    """The command line of one dbt call with every path under ``home``."""
    start = [sys.executable, "-c", "from dbt.cli.main import cli; cli()"]
    logs = [
        "--log-format",
        "json",
        "--no-use-colors",
        "--log-level-file",
        "info",
        "--log-format-file",
        "text",
    ]
    paths = {
        "--project-dir": project_folder(home),
        "--profiles-dir": project_folder(home),
        "--target-path": home.build / "target",
    }
    located = [text for option, path in paths.items() for text in (option, str(path))]
    return [*start, *logs, "--log-path", str(home.logs / "dbt"), verb, *located, *arguments]


def build_warehouse(home: Home, progress: Progress | None = None, *, arguments: Sequence[str] = PUBLISHING) -> Path:
    """Run ``dbt build`` over ``home``'s lake and return the DuckDB file it wrote.

    Raises BuildError naming the failed nodes; the published warehouse is not touched either way.
    """
    prepare_build(home)
    failures, returncode = _run(dbt_command(home, "build", *arguments), dbt_environment(home), progress)
    if returncode != 0:
        raise BuildError(failures, str(home.logs / "dbt" / "dbt.log"))
    return warehouse_file(home)


def prepare_build(home: Home) -> None:
    """Make the folders, give every source a file and remove what an earlier build left."""
    for folder in (home.build, home.logs / "dbt"):
        folder.mkdir(parents=True, exist_ok=True)
    prepare_inputs(home)
    prepare_project(home)
    for leftover in (warehouse_file(home), warehouse_file(home).with_suffix(".duckdb.wal")):
        leftover.unlink(missing_ok=True)


def _run(command: list[str], environment: dict[str, str], progress: Progress | None) -> tuple[list[str], int]:
    """Failed nodes with their reason, and dbt's exit code."""
    failures: list[str] = []
    process = subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    assert process.stdout is not None
    for event, data in _events(process.stdout, failures):
        if event == "NodeFinished" and progress is not None:
            progress(int(data.get("index", 0)), int(data.get("total", 0)), str(data.get("name", "")))
    return failures, process.wait()


def _events(lines: Iterator[str] | Sequence[str], failures: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """dbt's JSON log as events; what failed is added to ``failures``."""
    for line in lines:
        try:
            record = json.loads(line)
            info, data = record["info"], record["data"]
        except (ValueError, KeyError, TypeError):
            if line.strip():
                failures.append(line.strip())
            continue
        node = data.get("node_info", {}).get("node_name", "")
        if info["name"] in _RESULTS:
            yield "NodeFinished", {**data, "name": node}
        if info["level"] == "error" and info["name"] in _ERRORS:
            reason = " ".join(str(info["msg"]).split())
            failures.append(f"{node}: {reason}" if node else reason)


_RESULTS = frozenset({"LogModelResult", "LogTestResult", "LogSeedResult", "LogSnapshotResult"})
_ERRORS = frozenset({"RunResultError", "MainEncounteredError"})

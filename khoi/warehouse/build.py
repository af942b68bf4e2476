"""Building the warehouse: dbt over the lake into one new DuckDB file, in a process of its own.

A dbt that runs inside our process keeps the DuckDB file open, and its next build would write into the file
that has been published meanwhile; hence the subprocess. Nothing is written into the product's own folder: dbt works
on a copy of the project (`khoi.warehouse.project`).
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.lake import TABLES, LakeTable, Stage, tables_of
from ingest.lake.files import SUM
from khoi.deployment.context import Context, load_context
from khoi.deployment.fingerprint import SEED_KINDS, SENT, Fingerprints, InputKind, workbooks_fingerprint
from khoi.deployment.home import Home
from khoi.deployment.memory import database_memory
from khoi.deployment.recorded import build_inputs, write_inputs
from khoi.warehouse.dbt_ahead import DbtAhead
from khoi.warehouse.dbt_process import end_orphan
from khoi.warehouse.errors import BuildError
from khoi.warehouse.inputs import prepare_inputs
from khoi.warehouse.project import prepare_project, project_folder
from khoi.warehouse.start import take_copy

if TYPE_CHECKING:
    import duckdb

Progress = Callable[[int, int, str], None]
"""Called with nodes done, nodes in all and the name of the node that has just finished."""

# Unit tests hold the SQL against fixed rows; they cannot fail for new workbooks and run with the test suite.
PUBLISHING = ("--exclude-resource-type", "unit_test")
# dbt runs in the folder of the project and calls it so.
IN_PROJECT = ("--project-dir", ".", "--profiles-dir", ".")


def warehouse_file(home: Home) -> Path:
    """The file dbt writes; its path stays the same so that dbt's partial parse stays valid."""
    return home.build / "warehouse.duckdb"


def dbt_environment(home: Home) -> dict[str, str]:
    """The environment dbt runs in: where to read, where to write, no telemetry.

    Paths are told from the project's folder, in which dbt runs: what dbt keeps of a parse then names no place, and
    holds wherever the home is moved to.
    """
    return {
        **os.environ,
        "KHOI_WAREHOUSE": _from_project(home, warehouse_file(home)),
        "KHOI_LAKE": _from_project(home, home.lake),
        "KHOI_DATABASE_MEMORY": f"{database_memory(home)}B",
        "DBT_PROFILES_DIR": ".",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
        "PYTHONUTF8": "1",
    }


def dbt_command(home: Home, verb: str, *arguments: str) -> list[str]:
    """The command line of one dbt call with every path under ``home``, to be run in the project's folder."""
    return [sys.executable, "-c", "from dbt.cli.main import cli; cli()", *_dbt_arguments(home, verb, *arguments)]


def _dbt_arguments(home: Home, verb: str, *arguments: str) -> list[str]:
    logs = [
        "--log-format",
        "json",
        "--no-use-colors",
        "--log-level-file",
        "info",
        "--log-format-file",
        "text",
    ]
    located = [*IN_PROJECT, "--target-path", _from_project(home, home.build / "target")]
    return [*logs, "--log-path", str((home.logs / "dbt").absolute()), verb, *located, *arguments]


def _from_project(home: Home, place: Path) -> str:
    """``place`` as it is called from the folder of the project, whatever is a link on the way there."""
    there = place.resolve()
    try:
        return Path(os.path.relpath(there, project_folder(home).resolve())).as_posix()
    except ValueError:  # another drive of Windows
        return there.as_posix()


def build_warehouse(
    home: Home,
    progress: Progress | None = None,
    *,
    arguments: Sequence[str] = PUBLISHING,
    context: Context | None = None,
    inputs: Fingerprints | None = None,
    base: Path | None = None,
    ahead: DbtAhead | None = None,
    beside: Callable[[], object] | None = None,
) -> Path:
    """Run ``dbt build`` over ``home``'s lake and return the DuckDB file it wrote.

    ``inputs``: what the lake was checked under; without it, what holds now. ``base``: a finished warehouse of the same
    declarations (`khoi.warehouse.start`); a copy of it is built on, and only what follows from what was sent is made
    anew. ``ahead``: a dbt that `begin_dbt` has begun. ``beside``: done while dbt is at work.
    Raises BuildError naming the failed nodes; the published warehouse is not touched either way.
    """
    context = context or load_context(home)
    with DbtAhead(home) if ahead is None else ahead as dbt:
        begin_dbt(home, context, dbt)
        _prepare_files(home, context, inputs)
        chosen = () if base is None else _begin_with(home, base)
        lines = dbt.build(_dbt_arguments(home, "build", *arguments, *chosen), _run_results(home))
        if beside is not None:
            beside()
        said = _told(lines, progress)
        returncode = dbt.ended()
    if returncode != 0:
        raise BuildError(failed_nodes(home) or said, str(home.logs / "dbt" / "dbt.log"))
    return warehouse_file(home)


def begin_dbt(home: Home, context: Context, ahead: DbtAhead) -> None:
    """Let ``ahead`` load dbt and read the project, which takes seconds; nothing where it has begun already."""
    _make_folders(home)
    folder = prepare_project(home, context.reference)
    ahead.begin(folder, _dbt_arguments(home, "parse"), dbt_environment(home))


def prepare_build(home: Home, context: Context, inputs: Fingerprints | None = None) -> None:
    """End and remove what an earlier build left, give every source a file, record what the build rests on."""
    _make_folders(home)
    end_orphan(home)
    prepare_project(home, context.reference)
    _prepare_files(home, context, inputs)


def _make_folders(home: Home) -> None:
    for folder in (home.build, home.logs / "dbt"):
        folder.mkdir(parents=True, exist_ok=True)


def _prepare_files(home: Home, context: Context, inputs: Fingerprints | None) -> None:
    built = warehouse_file(home)
    for leftover in (built, built.with_suffix(".duckdb.wal"), _run_results(home)):
        leftover.unlink(missing_ok=True)
    prepare_inputs(home, context.catalogue, context.reference)
    now = inputs or {**context.declared, InputKind.WORKBOOKS: workbooks_fingerprint(home)}
    write_inputs(build_inputs(home), now)


def _begin_with(home: Home, base: Path) -> tuple[str, ...]:
    """Begin with a copy of ``base``; returns what dbt is to choose: all that follows from the tables workbooks fill.

    Of the tables of the check only those are asked that are others than ``base`` was built from. The record of the
    finished build is set aside, so that the copy counts as finished again only when all that was chosen has run
    (`dbt_project/macros/record_completion.sql`).
    """
    from ingest.database import open_database

    built = warehouse_file(home)
    take_copy(home, base, built)
    with open_database(built) as connection:
        connection.execute("alter table build.record rename to rests_on")
        same = _same_as_before(home, connection)
    tables = (table for table in TABLES if table.is_source and table.stage is not Stage.REFERENCE)
    asked = (table.name for table in tables if table not in same)
    seeds = (name for name, kind in SEED_KINDS.items() if kind in SENT)
    return ("--select", *(f"source:lake.{name}+" for name in asked), *(f"{name}+" for name in seeds))


def _same_as_before(home: Home, connection: duckdb.DuckDBPyConnection) -> list[LakeTable]:
    """The tables of the check that are what they were when the file was built, by the sums beside them."""
    import duckdb

    try:
        known = dict(connection.execute("select name, content_sum from build.sources").fetchall())
    except duckdb.CatalogException:  # an edition built it that did not write that down
        return []

    def now(table: LakeTable) -> str | None:
        sums = [path.with_name(path.name + SUM) for path in table.files(home.lake)]
        return sums[0].read_text("utf-8") if len(sums) == 1 and sums[0].is_file() else None

    return [table for table in tables_of(Stage.CHECKED) if (found := now(table)) and found == known.get(table.name)]


def failed_nodes(home: Home) -> list[str]:
    """The nodes of the last build that failed, each with its reason, from its `run_results.json`."""
    try:
        results = json.loads(_run_results(home).read_bytes())["results"]
    except (FileNotFoundError, ValueError, KeyError):
        return []  # dbt ended before the first node; its log says why
    return [
        f"{result['unique_id'].split('.')[2]}: {' '.join(str(result['message']).split())}"
        for result in results
        if result["status"] in _FAILED
    ]


def _run_results(home: Home) -> Path:
    return home.build / "target" / "run_results.json"


def _told(lines: Iterator[str], progress: Progress | None) -> list[str]:
    """Tell ``progress`` what dbt has done; returns what it said went wrong outside its nodes."""
    failures: list[str] = []
    for event, data in _events(lines, failures):
        if event == "NodeFinished" and progress is not None:
            progress(int(data.get("index", 0)), int(data.get("total", 0)), str(data.get("name", "")))
    return failures


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
            failures.append(" ".join(str(info["msg"]).split()))


_RESULTS = frozenset({"LogModelResult", "LogTestResult", "LogSeedResult", "LogSnapshotResult"})
_ERRORS = frozenset({"RunResultError", "MainEncounteredError"})
_FAILED = frozenset({"error", "fail", "runtime error"})

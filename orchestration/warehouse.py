"""The dbt models as assets, joined to the tables of the lake they read."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtCliResource, dbt_assets
from filelock import FileLock

from ingest.durable import holds, write_text
from ingest.lake import TABLES
from khoi.deployment.fingerprint import sources_fingerprint
from khoi.deployment.home import Home
from khoi.deployment.product import DBT_PROJECT
from khoi.preconditions import require_checked
from khoi.warehouse.build import IN_PROJECT, PUBLISHING, dbt_command, dbt_environment, prepare_build
from khoi.warehouse.dbt_process import recorded
from khoi.warehouse.project import prepare_project, project_folder
from orchestration.deployment import Turn

_LAKE_STAGES = {table.path: table.stage.value for table in TABLES}


class WarehouseTranslator(DagsterDbtTranslator):
    """How dbt nodes are called in Dagster: lake tables by their stage, models and seeds by their layer."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """``normalised/observations`` for a table of the lake, ``warehouse/marts/fct_ratings`` for a model."""
        name = dbt_resource_props["name"]
        if dbt_resource_props["resource_type"] == "source":
            return dg.AssetKey([_lake_stage(dbt_resource_props), name])
        return dg.AssetKey(["warehouse", dbt_resource_props["schema"], name])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """``warehouse_`` and the layer: seeds, staging, intermediate, marts."""
        if dbt_resource_props["resource_type"] == "source":
            return _lake_stage(dbt_resource_props)
        return f"warehouse_{dbt_resource_props['schema']}"


def _lake_stage(source: Mapping[str, Any]) -> str:
    """The stage that writes a table of the lake."""
    return _LAKE_STAGES[source["meta"]["path"]]


def warehouse_assets(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """All dbt models, seeds and tests of ``manifest``, built by one dbt process into the build file."""

    @dbt_assets(manifest=manifest, dagster_dbt_translator=WarehouseTranslator(), name="warehouse")
    def warehouse(context: dg.AssetExecutionContext, dbt: DbtCliResource, turn: Turn) -> Iterator[dg.DagsterEvent]:
        home = turn.home
        prepare_build(home, turn.context, require_checked(home, turn.context))
        with _environment(dbt_environment(home)):
            command = ["build", *IN_PROJECT, *PUBLISHING]
            invocation = dbt.cli(command, context=context, target_path=home.build / "target")
            with recorded(home, invocation.process.pid):
                yield from invocation.stream()

    return warehouse


def dbt_resource(home: Home) -> DbtCliResource:
    """The dbt of this Python over the project of ``home``, in a process of its own, whatever PATH says."""
    executable = shutil.which("dbt", path=str(Path(sys.executable).parent))
    if executable is None:
        raise FileNotFoundError("no dbt beside this Python; install with `make test` or `make demo`")
    project = str(project_folder(home))
    return DbtCliResource(project_dir=project, profiles_dir=project, dbt_executable=executable)


def load_manifest(home: Home) -> dict[str, Any]:
    """dbt's manifest of the present sources; parsed (some 5 s) where they have changed since the last time."""
    folder = home.build / "manifest"
    folder.mkdir(parents=True, exist_ok=True)
    stamp = folder / "sources.txt"
    prepare_project(home, home.reference())
    with FileLock(folder / ".lock"):
        sources = sources_fingerprint(DBT_PROJECT)
        if not holds(stamp, sources) or (manifest := _read(folder)) is None:
            command = [*dbt_command(home, "parse"), "--target-path", str(folder.absolute())]
            place, environment = project_folder(home), dbt_environment(home)
            subprocess.run(command, cwd=place, env=environment, check=True, capture_output=True)
            write_text(stamp, sources)
            manifest = json.loads((folder / "manifest.json").read_bytes())
    return manifest


def _read(folder: Path) -> dict[str, Any] | None:
    """The manifest as dbt wrote it; None where it is lost or damaged."""
    try:
        read = json.loads((folder / "manifest.json").read_bytes())
    except (OSError, ValueError):
        return None
    return read if isinstance(read, dict) and "nodes" in read else None


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """``values`` in this process's environment, from which the dbt process inherits, and back again."""
    before = os.environ.copy()
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)

"""What carries out the steps of a run: this process, several processes, or a cluster; a deployment's own choice.

    config/executor.yaml    executor: dagster.multiprocess_executor     (any executor of Dagster's, by module and name)
                            config: {max_concurrent: 4}                 (its own configuration, which it checks itself)

Without the file the steps follow each other in one process: one workbook costs seconds, and a process for each step
would cost more than the steps.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import dagster as dg
import yaml

from khoi.deployment.home import Home

_KEYS = {"executor", "config"}


def executor_file(home: Home) -> Path:
    """Where a deployment says what carries out its steps."""
    return home.config / "executor.yaml"


def executor_of(home: Home) -> dg.ExecutorDefinition:
    """The executor that ``home`` asks for. Raises DagsterInvalidDefinitionError where there is none such."""
    path = executor_file(home)
    if not path.exists():
        return dg.in_process_executor
    return executor_said(path)


def executor_said(path: Path) -> dg.ExecutorDefinition:
    """The executor that the file at ``path`` declares, with its configuration. Raises like `executor_of`."""
    said = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(said, dict) or not isinstance(said.get("executor"), str) or said.keys() - _KEYS:
        raise dg.DagsterInvalidDefinitionError(f"{path}: cần / needed: executor, config")
    executor = _named(path, said["executor"])
    config = said.get("config") or {}
    _require_accepted(path, executor, config)
    return executor.configured(config)


def _named(path: Path, name: str) -> dg.ExecutorDefinition:
    module, _, attribute = name.rpartition(".")
    try:
        found = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise dg.DagsterInvalidDefinitionError(f"{path}: {name}: không có / not there: {error}") from error
    if not isinstance(found, dg.ExecutorDefinition):
        raise dg.DagsterInvalidDefinitionError(f"{path}: {name}: không phải executor / is no executor")
    return found


def _require_accepted(path: Path, executor: dg.ExecutorDefinition, config: Any) -> None:
    """What Dagster would otherwise say only when the first run begins."""

    @dg.job(executor_def=executor)
    def tried() -> None:
        pass

    try:
        dg.validate_run_config(tried, {"execution": {"config": config}})
    except dg.DagsterInvalidConfigError as error:
        raise dg.DagsterInvalidDefinitionError(f"{path}: {error}") from error

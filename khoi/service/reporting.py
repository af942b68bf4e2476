"""Runs of the command line, told to the orchestration UI where the deployment has one.

In a process of its own, for only `orchestration` may import Dagster; where `khoi serve` was never started there is
nobody to tell, and that costs one look at the disk.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict
from typing import Any

from khoi.deployment.home import Home
from khoi.deployment.product import PRODUCT
from khoi.run_report import RunReport
from khoi.service.settings import has_instance, service_folder

_MODULE = "orchestration.reported"
_SECONDS = 120


def tell_run(home: Home, report: RunReport) -> str | None:
    """Tell the service what a run did. Returns why that was not possible: a run is done all the same."""
    return _tell(home, asdict(report))


def tell_closed_gate(home: Home) -> str | None:
    """Tell the service that the gate was closed, of which there is a record."""
    return _tell(home, {"gate": True})


def _tell(home: Home, run: dict[str, Any]) -> str | None:
    if not has_instance(home):
        return None
    environment = {**os.environ, "DAGSTER_HOME": str(service_folder(home)), "KHOI_HOME": str(home.root)}
    try:
        subprocess.run(
            [sys.executable, "-m", _MODULE],
            cwd=PRODUCT,
            env=environment,
            input=json.dumps(run, default=_plain).encode(),
            capture_output=True,
            timeout=_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        said = getattr(error, "stderr", None) or str(error).encode()
        reason = said.decode("utf-8", "replace").strip().splitlines()
        return reason[-1] if reason else type(error).__name__
    return None


def _plain(value: Any) -> Any:
    """Sets of pairs, paths and moments as JSON knows them."""
    return sorted(value) if isinstance(value, set | frozenset) else str(value)

"""`khoi serve`: the orchestration UI on loopback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from khoi.cli.output import out
from khoi.deployment.home import PRIVATE, Home
from khoi.deployment.product import PRODUCT

LOOPBACK = "127.0.0.1"
MODULE = "orchestration.definitions"
"""Where Dagster finds everything; it stands in PRODUCT, which Dagster is therefore started in."""

# Runs of one deployment take turns anyway; in a queue they wait without a process.
_SETTINGS = """telemetry:
  enabled: false
nux:
  enabled: false
concurrency:
  runs:
    max_concurrent_runs: 1
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve")(serve)


def serve(port: Annotated[int, typer.Option(help="Cổng / port")] = 3000) -> None:
    """Mở giao diện điều phối trên máy này / the orchestration UI on this machine only."""
    home = Home.from_environment()
    home.require_registers()
    home.create()
    folder = dagster_home(home)
    out.print(f"http://{LOOPBACK}:{port}  (Ctrl+C để dừng / to stop)")
    command = [
        sys.executable,
        "-m",
        "dagster",
        "dev",
        "-m",
        MODULE,
        "-h",
        LOOPBACK,
        "-p",
        str(port),
    ]
    environment = {**os.environ, "DAGSTER_HOME": str(folder), "KHOI_HOME": str(home.root)}
    raise typer.Exit(subprocess.run(command, cwd=PRODUCT, env=environment, check=False).returncode)


def dagster_home(home: Home) -> Path:
    """Dagster's own folder below the deployment: telemetry and first-visit questions off, one run at a time."""
    folder = home.root / "dagster"
    folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    settings = folder / "dagster.yaml"
    if not settings.exists():
        settings.write_text(_SETTINGS, encoding="utf-8")
    return folder

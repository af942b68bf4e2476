"""What the service keeps below `dagster/` of a deployment: Dagster's settings, the token, the address to open."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from ingest.durable import move, write_text
from khoi.deployment.home import PRIVATE, Home
from khoi.pages.view import ROOT
from khoi.service.guard import TOKEN

LOOPBACK = "127.0.0.1"
ADDRESS = "address.txt"
"""Where the address with its token stands; written by every start of the service."""
PAGES = "khoi-pages"
"""Below this path the quality pages stand beside the UI."""
_OURS = "# Written by `khoi serve`; delete this line to keep settings of your own.\n"
_SETTINGS = (
    _OURS
    + """telemetry:
  enabled: false
nux:
  enabled: false
# Runs of one deployment take turns anyway; in a queue they wait without a process.
concurrency:
  runs:
    max_concurrent_runs: 1
run_monitoring:
  enabled: true
  start_timeout_seconds: 300
  cancel_timeout_seconds: 120
  max_runtime_seconds: 14400
  poll_interval_seconds: 30
# A run whose process died is tried again at once; one that failed for a reason the sensor asks for, after a pause.
run_retries:
  enabled: true
  max_retries: 2
  retry_on_asset_or_op_failure: false
"""
)
_OF_BEFORE = "telemetry:\n  enabled: false\nnux:\n  enabled: false\nconcurrency:\n  runs:\n    max_concurrent_runs: 1\n"


def service_folder(home: Home) -> Path:
    """`dagster/` of the deployment, for its owner only."""
    return home.root / "dagster"


def has_instance(home: Home) -> bool:
    """True where a service was started once; its records lie here, or where settings of an operator's own say."""
    folder = service_folder(home)
    started = (folder / "history").is_dir() or (folder / ADDRESS).is_file()
    return (folder / "dagster.yaml").is_file() and started


def write_settings(home: Home) -> Path:
    """Dagster's folder with the settings of this release; settings of somebody's own stay. Returns the folder."""
    folder = service_folder(home)
    folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    settings = folder / "dagster.yaml"
    there = settings.read_text(encoding="utf-8", errors="replace") if settings.exists() else _OF_BEFORE
    if there != _SETTINGS and (there == _OF_BEFORE or there.startswith(_OURS)):
        write_text(settings, _SETTINGS)
    return folder


def token(home: Home) -> str:
    """The secret of the deployment's service, made once; readable by the owner only."""
    path = service_folder(home) / "token"
    if not path.exists() or not path.read_text(encoding="ascii", errors="replace").strip():
        _write_private(path, secrets.token_urlsafe(32))
    return path.read_text(encoding="ascii").strip()


def write_address(home: Home, port: int) -> tuple[str, Path]:
    """The address with its token, and the file where it stands for a service without a terminal."""
    address = f"http://{LOOPBACK}:{port}{ROOT}/?{TOKEN}={token(home)}"
    path = service_folder(home) / ADDRESS
    _write_private(path, address + "\n")
    return address, path


def _write_private(path: Path, text: str) -> None:
    """Write what nobody else may read: the mode is there before the first byte."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    move(temporary, path)

"""The whole job where there is no network: in a namespace of its own without one, loopback down."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from khoi_deployment import Deployment

_NAMESPACE = ["unshare", "--user", "--map-root-user", "--net"]
_PROOF = """
import socket, sys
try:
    socket.create_connection(("192.0.2.1", 80), timeout=1)
except OSError as error:
    sys.exit(0 if error.errno == 101 else 3)  # network is unreachable: there is no interface at all
sys.exit(4)
"""
COMMANDS = (
    ("run", "--settle", "0"),
    ("reconcile", "--all"),
    ("query", "select count(*) from fct_observations"),
    ("dictionary",),
    ("doctor",),
    ("backup", "{usb}"),
    ("restore", "{usb}", "--check"),
)


def _permitted() -> bool:
    """Whether this system lets us make a namespace without a network."""
    if shutil.which("unshare") is None:
        return False
    return subprocess.run([*_NAMESPACE, sys.executable, "-c", _PROOF], capture_output=True).returncode == 0


@pytest.mark.long
@pytest.mark.skipif(not _permitted(), reason="no namespaces here (Windows, macOS, or not permitted)")
def test_the_whole_job_needs_no_network(deployment: Deployment, tmp_path: Path) -> None:
    deployment.write("ZZ-001", "2021H1", 20, 2)
    deployment.write("ZZ-002", "2021H1", 30, 4)
    environment = {**os.environ, "KHOI_HOME": str(deployment.home.root), "HOME": str(tmp_path / "nobody")}
    for command in COMMANDS:
        asked = [part.format(usb=tmp_path / "usb") for part in command]
        done = subprocess.run(
            [*_NAMESPACE, sys.executable, "-m", "khoi", *asked],
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        assert done.returncode == 0, (command, done.stdout + done.stderr)
    assert (deployment.home.published / "current").exists()
    assert (deployment.home.reports / "quality" / "index.html").exists()
    assert not (tmp_path / "nobody").exists(), "and nothing is written outside the deployment"

"""What is long to build is built once for all workers of a pytest run: each has a copy of its own, or all read one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock


def built_once(factory: pytest.TempPathFactory, name: str, build: Callable[[Path], object]) -> Path:
    """A folder of this worker's own with what ``build`` made in one that all workers of the run share."""
    own = factory.mktemp(name) / "khoi"
    shutil.copytree(shared_by_all(factory, name, build), own, symlinks=True)
    return own


def shared_by_all(factory: pytest.TempPathFactory, name: str, build: Callable[[Path], object]) -> Path:
    """The folder with what ``build`` made in it, the same for all workers of the run: for reading only."""
    base = factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / f"built-once-{name}"
    with FileLock(f"{shared}.lock"):
        done = shared.with_name(f"{shared.name}.done")
        if not done.exists():
            shutil.rmtree(shared, ignore_errors=True)  # left by a worker that died
            shared.mkdir()
            build(shared)
            done.touch()
    return shared
